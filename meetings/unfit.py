"""Which booked meetings no longer suit a side, by its hours of today and by what it has ticked for their round."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Organisation
from meetings.enums import AvailabilityKind, RoundStatus
from meetings.fitting import Unfit, why_unfit
from meetings.hours import Calendar
from meetings.intervals import Interval
from meetings.models import Availability, Meeting, MeetingQuerySet, Round

Key = tuple[int, int]  # round or meeting, and organisation


@dataclass(frozen=True, slots=True)
class Answer:
    """The times that a side ticked for a round, and when it did."""

    given_at: datetime
    times: tuple[Interval, ...]


def takes_times(round_: Round, organisation: Organisation, now: datetime) -> bool:
    """Whether a side may say when it can meet: until the round is published, then while a meeting of it is to come."""
    if round_.status == RoundStatus.PUBLISHED:
        return still_to_come(round_, organisation, now).exists()
    return round_.is_editable


def still_to_come(round_: Round, organisation: Organisation, now: datetime) -> MeetingQuerySet:
    """The meetings of one side in a round, the next one first."""
    rows = Meeting.objects.to_come(now).filter(round=round_).of_sides([organisation.pk])
    return rows.with_parties().order_by("period", "pk")


def unfit(
    meetings: Iterable[Meeting], calendars: Mapping[int, Calendar], answers: Mapping[Key, Answer]
) -> dict[tuple[Meeting, int], Unfit]:
    """Why they do not suit those of their sides that have a calendar here, by meeting and side."""
    found = {}
    for meeting in meetings:
        for side in (meeting.request.company.pk, meeting.request.startup.pk):
            answer = answers.get((meeting.round_id or 0, side))
            if side in calendars and (why := _why(meeting, calendars[side], answer)):
                found[meeting, side] = why
    return found


def _why(meeting: Meeting, calendar: Calendar, answer: Answer | None) -> Unfit | None:
    time = Interval(meeting.starts_at, meeting.ends_at)
    if answer is None:
        return why_unfit(calendar, time)
    return why_unfit(calendar, time, answer.times, is_last_word=answer.given_at > meeting.timed_at)


def answers_of(meetings: Iterable[Meeting], organisations: Collection[int]) -> dict[Key, Answer]:
    """What these organisations ticked themselves for the rounds of the meetings, by round and organisation."""
    rows = Availability.objects.filter(
        round__in={each.round_id for each in meetings if each.round_id}, organisation__in=organisations
    ).exclude(kind=AvailabilityKind.USUAL)
    return {
        (each.round_id, each.organisation_id): Answer(
            each.given_at, tuple(Interval(one.starts_at, one.ends_at) for one in each.windows.all())
        )
        for each in rows.prefetch_related("windows")
    }
