"""What organisations offer in a round."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User, members_of
from accounts.rules import names_of
from matchmaking.core import audit
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed
from meetings.actions.rounds import lock_round
from meetings.enums import AvailabilityKind
from meetings.intervals import Interval, merge
from meetings.models import Availability, AvailabilityWindow, MeetingRequest, Round
from meetings.telling import tell


def give_availability(
    round_: Round, organisation: Organisation, windows: Iterable[Interval], *, by: User
) -> Availability:
    """Store the times an organisation offers, in place of what it said before."""
    return _answer(round_, organisation, AvailabilityKind.CHOSEN, merge(windows), by)


def reset_availability(round_: Round, organisation: Organisation, *, by: User) -> Availability:
    """Its usual working hours count."""
    return _answer(round_, organisation, AvailabilityKind.USUAL, (), by)


def refuse_round(round_: Round, organisation: Organisation, *, by: User) -> Availability:
    """It has no time in this round."""
    return _answer(round_, organisation, AvailabilityKind.NONE, (), by)


@transaction.atomic
def _answer(
    round_: Round, organisation: Organisation, kind: AvailabilityKind, windows: Iterable[Interval], by: User
) -> Availability:
    if not lock_round(round_).is_editable:
        raise TransitionNotAllowed(round_, round_.status)
    answer, _created = Availability.objects.update_or_create(
        round=round_,
        organisation=organisation,
        defaults={"kind": kind, "given_by": by, "given_at": timezone.now()},
    )
    answer.windows.all().delete()
    rows = [AvailabilityWindow(availability=answer, starts_at=w.start, ends_at=w.end) for w in windows]
    AvailabilityWindow.objects.bulk_create(rows)
    audit.record("availability.given", answer, by=by, kind=kind, windows=len(rows))
    return answer


@transaction.atomic
def ask_for_times(request: MeetingRequest, *, by: User, now: datetime | None = None) -> int:
    """Ask both sides of an unplaced request to offer more times. Returns how many people were asked."""
    round_ = request.round
    if round_ is None or not round_.is_editable:
        raise TransitionNotAllowed(request, request.status)
    readers = [*members_of(request.company), *members_of(request.startup)]
    tell(
        Event.TIMES_ASKED,
        readers,
        link="meetings:availability",
        link_kwargs={"pk": round_.pk},
        params=lambda reader: {
            "round": round_.name,
            "other": names_of(_other(request, reader)),
        },
    )
    audit.record("availability.asked", request, by=by, people=len(readers), at=str(now or timezone.now()))
    return len(readers)


def _other(request: MeetingRequest, reader: User) -> Organisation:
    return request.startup if reader.organisation == request.company else request.company
