"""Each side names who comes for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.db import transaction

from accounts.models import Organisation, User, members_of
from matchmaking.core import audit
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from meetings import rules
from meetings.enums import Deed
from meetings.models import Attendee, MeetingRequest
from meetings.telling import pair_names, tell, tell_acted_for


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who comes."""

    name: str
    role: str
    decision: str
    email: str = ""


@transaction.atomic
def name_attendees(
    request: MeetingRequest, side: Side, people: Iterable[Person], *, by: User, consent: str = ""
) -> None:
    """Those who come for a side, instead of those named before; `consent` says how it agreed when staff write.

    The other side is told that there are other names, not which: its page shows what it may read. Raises
    TransitionNotAllowed when the side has no say (any more).
    """
    found = MeetingRequest.objects.select_for_update(of=("self",)).with_parties().get(pk=request.pk)
    if not rules.may_name_attendees(found, side):
        raise TransitionNotAllowed(found, found.status)
    if not set_attendees(found, side, people, by=by, consent=consent):
        return
    tell_acted_for(found, side, Deed.NAMED, consent=consent)
    if found.is_agreed:
        _tell_other(found, side)


@transaction.atomic
def set_attendees(
    request: MeetingRequest, side: Side, people: Iterable[Person], *, by: User, consent: str = ""
) -> bool:
    """Without telling anybody; whether anything has changed."""
    own, wanted = rules.organisation_of(request, side), list(people)
    before = Attendee.objects.filter(request=request).of(own)
    if [Person(each.name, each.role, each.decision, each.email) for each in before] == wanted:
        return False
    before.delete()
    Attendee.objects.bulk_create(
        Attendee(request=request, organisation=own, **asdict(each)) for each in wanted
    )
    audit.record("meetingrequest.attendees", request, by=by, side=side, number=len(wanted), reason=consent)
    return True


def _tell_other(request: MeetingRequest, side: Side) -> None:
    other: Organisation = rules.organisation_of(request, rules.other(side))
    tell(
        Event.ATTENDEES_NAMED,
        members_of(other),
        link="meetings:detail",
        link_kwargs={"pk": request.pk},
        params=lambda reader: pair_names(request, reader),
    )
