"""How people come to an organisation that is registered already: they ask, and an owner or the office answers."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.joining import refuse_who_belongs_somewhere, settle
from accounts.enums import JoinStatus, MemberRole
from accounts.models import JoinRequest, Organisation, User, owners_of
from accounts.profiles.changes import hold
from accounts.rules import names_of
from matchmaking.core import audit
from matchmaking.core.notices import Event, notify
from matchmaking.core.texts import unlinked
from matchmaking.core.transitions import move


@transaction.atomic
def ask_to_join(organisation: Organisation, *, by: User) -> JoinRequest:
    """Ask the owners of a registered organisation to be let in. Asking twice changes nothing."""
    refuse_who_belongs_somewhere(by)
    request, is_new = JoinRequest.objects.get_or_create(
        organisation=organisation,
        user=by,
        status=JoinStatus.ASKED,
        defaults={"asked_at": timezone.now()},
    )
    if is_new:
        audit.record("joinrequest.asked", request, by=by)
        owners = list(owners_of(organisation))
        link = "accounts:members" if owners else "accounts:join_requests"
        _tell_who_decides(request, owners or User.objects.officers(), link=link)
    return request


@transaction.atomic
def answer_join_request(join_request: JoinRequest, *, admit: bool, by: User) -> None:
    """An owner lets somebody in as a member, or does not."""
    status = JoinStatus.ADMITTED if admit else JoinStatus.REFUSED
    move(join_request, status, by=by, answered_by=by, answered_at=timezone.now())
    if admit:
        settle(join_request.user, join_request.organisation, member_role=MemberRole.MEMBER)
    organisation = names_of(join_request.organisation, safe=True)
    if admit:
        notify(Event.JOIN_ADMITTED, [join_request.user], link="home", organisation=organisation)
    else:
        notify(Event.JOIN_REFUSED, [join_request.user], link="home")


@transaction.atomic
def admit_as_owner(join_request: JoinRequest, *, by: User) -> None:
    """Where nobody owns the organisation, the programme office lets somebody in as its owner.

    Whoever else asks is from now on the new owner's affair. The lock lets two officers who admit two people not
    make two owners.
    """
    _hold_for_office(join_request)
    organisation, user = join_request.organisation, join_request.user
    move(join_request, JoinStatus.ADMITTED, by=by, answered_by=by, answered_at=timezone.now())
    settle(user, organisation, member_role=MemberRole.OWNER)
    audit.record("organisation.owner_admitted", organisation, by=by, title=str(user))
    notify(Event.OWNER_ADMITTED, [user], link="home", organisation=names_of(organisation, safe=True))
    for other in organisation.join_requests.waiting():
        _tell_who_decides(other, [user], link="accounts:members")


@transaction.atomic
def decline_join_request(join_request: JoinRequest, *, reason: str, by: User) -> None:
    """The programme office lets somebody not in, where no owner could say so."""
    _hold_for_office(join_request)
    now = timezone.now()
    move(join_request, JoinStatus.REFUSED, by=by, reason=reason, answered_by=by, answered_at=now)
    notify(Event.JOIN_DECLINED, [join_request.user], link="home", reason=unlinked(reason))


def _hold_for_office(join_request: JoinRequest) -> None:
    """Nobody becomes an owner meanwhile. Raise ValidationError if somebody has: then it is for them to answer."""
    hold(join_request.organisation)
    join_request.refresh_from_db(fields=["status"])
    if join_request.status == JoinStatus.ASKED and owners_of(join_request.organisation).exists():
        message = _("The organisation has an owner by now, who answers this request.")
        raise ValidationError(message, code="has_owner")


def _tell_who_decides(join_request: JoinRequest, people: Iterable[User], *, link: str) -> None:
    notify(
        Event.JOIN_ASKED,
        people,
        link=link,
        person=unlinked(str(join_request.user)),
        organisation=names_of(join_request.organisation, safe=True),
        email=join_request.user.email,
    )
