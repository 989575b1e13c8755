"""An organisation leaves the programme. Its way back is a review."""

from __future__ import annotations

from django.db import transaction

from accounts.actions.identity import open_identity, take_back_identity
from accounts.actions.reviews import PROFILE_PAGE, REVIEW_PAGE, ask_for_rescore
from accounts.enums import OrganisationKind, OrganisationStatus
from accounts.models import Organisation, User, members_of
from accounts.profiles import ties
from accounts.profiles.ties import Ending
from accounts.rules import names_of
from matchmaking.core.notices import Event, notify
from matchmaking.core.transitions import move

# From here an owner may leave; what was never reviewed is simply deleted.
LEAVABLE = (
    OrganisationStatus.PUBLISHED,
    OrganisationStatus.SUSPENDED,
    OrganisationStatus.LAPSED,
    OrganisationStatus.RETURNED,
)


def endings(organisation: Organisation) -> list[Ending]:
    """What ends for others if the organisation leaves, group by group."""
    return [ending for tie in ties.ties() for ending in tie.endings(organisation) if ending.names]


@transaction.atomic
def withdraw(organisation: Organisation, *, by: User) -> None:
    """Leave: no longer matched; matches, open requests and meetings to come end, and each other side is told."""
    end_participation(organisation, by=by)
    kind = OrganisationKind(organisation.kind)
    name = names_of(organisation)
    notify(
        Event.ORGANISATION_LEFT,
        User.objects.officers(),
        link=REVIEW_PAGE[kind],
        link_kwargs={"pk": organisation.pk},
        organisation=name,
    )
    colleagues = members_of(organisation).exclude(pk=by.pk)
    notify(Event.PROFILE_WITHDRAWN, colleagues, link=PROFILE_PAGE[kind], organisation=name, person=str(by))


@transaction.atomic
def end_participation(organisation: Organisation, *, by: User) -> None:
    """What leaving does to the organisation and to those who count on it."""
    move(organisation, OrganisationStatus.WITHDRAWN, by=by)
    if open_identity(organisation) is not None:
        take_back_identity(organisation, by=by)
    for tie in ties.ties():
        tie.end(organisation, by=by)
    ask_for_rescore(organisation)
