"""What an organisation offers in a round, beside what it has booked and how many counterparts are free."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.utils.translation import get_language

from accounts.models import Organisation, User
from accounts.rules import name_of
from meetings import picker
from meetings.busy import DAY, midnight
from meetings.calendars import calendar_of, round_hours
from meetings.enums import AvailabilityKind
from meetings.hours import Calendar, open_intervals
from meetings.intervals import Interval, merge, subtract
from meetings.models import Availability, BookingSeat, MeetingRequest, Round
from meetings.problem import times_of


@dataclass(frozen=True)
class Offer:
    """The round as one side sees it, on the clock of `zone`; `partners` are the others by their organisation."""

    round: Round
    organisation: Organisation
    zone: str
    answer: Availability | None
    saved: tuple[Interval, ...]
    booked: dict[Interval, str]
    partners: dict[Organisation, picker.Partner]
    now: datetime
    calendar: Calendar

    @cached_property
    def slots(self) -> list[picker.Slot]:
        return picker.slots(round_hours(self.round), self.zone)

    @cached_property
    def open_slots(self) -> list[picker.Slot]:
        """Those in which nothing is booked."""
        return [each for each in self.slots if not any(when.meets(each.interval) for when in self.booked)]

    @property
    def is_usual(self) -> bool:
        return self.answer is None or self.answer.kind == AvailabilityKind.USUAL

    @property
    def is_refused(self) -> bool:
        return self.answer is not None and self.answer.kind == AvailabilityKind.NONE

    def chosen(self) -> set[str]:
        """The slots that lie wholly in what has been said before."""
        return {
            each.value for each in self.open_slots if any(time.holds(each.interval) for time in self.saved)
        }

    def known(self, values: Iterable[str]) -> set[str]:
        """Of these, the slots that can be chosen."""
        return {each.value for each in self.open_slots} & set(values)

    def windows(self, chosen: Collection[str]) -> tuple[Interval, ...]:
        """What is to be saved: what is chosen, and of what was offered before all that the table does not ask for."""
        ticked = picker.hours_of(self.open_slots, chosen)
        earlier = [] if self.is_usual else self.saved
        return merge([*ticked, *subtract(earlier, [each.interval for each in self.open_slots])])

    def reached(self, chosen: Collection[str]) -> int:
        """With how many counterparts a meeting is possible in these slots."""
        mine = self._free(chosen)
        return sum(picker.shares(mine, each) for each in self.partners.values())

    def nearest(self, chosen: Collection[str]) -> picker.Slot | None:
        return picker.nearest(
            self.slots,
            chosen=chosen,
            busy=self._busy,
            partners=list(self.partners.values()),
            now=self.now,
        )

    def is_hopeless(self) -> bool:
        """Whether no counterpart could be met even if everything were offered."""
        return not self.reached({each.value for each in self.open_slots})

    def _free(self, chosen: Collection[str]) -> tuple[Interval, ...]:
        return subtract(picker.hours_of(self.slots, chosen), self._busy)

    @property
    def _busy(self) -> list[Interval]:
        """With the pauses of the round."""
        pause = timedelta(minutes=self.round.buffer_minutes)
        return [Interval(each.start - pause, each.end + pause) for each in self.booked]


def offer_of(round_: Round, user: User, *, zone: str, now: datetime) -> Offer:
    """Everything the page of a round shows to one of its sides."""
    organisation = user.membership.organisation
    calendar = calendar_of(organisation)
    answer = (
        Availability.objects.filter(round=round_, organisation=organisation)
        .prefetch_related("windows")
        .first()
    )
    return Offer(
        round=round_,
        organisation=organisation,
        zone=zone,
        answer=answer,
        saved=_saved(round_, calendar, answer),
        booked=_booked(round_, organisation),
        partners=_partners(round_, user),
        now=now,
        calendar=calendar,
    )


def _saved(round_: Round, calendar: Calendar, answer: Availability | None) -> tuple[Interval, ...]:
    if answer is None or answer.kind == AvailabilityKind.USUAL:
        return open_intervals(calendar, round_.first_day - DAY, round_.last_day + DAY)
    return merge(Interval(each.starts_at, each.ends_at) for each in answer.windows.all())


def requests_in(round_: Round, user: User) -> list[MeetingRequest]:
    """The reader's accepted requests that wait for a time in the round."""
    return list(MeetingRequest.objects.visible_to(user).placeable_in(round_).with_parties().order_by("pk"))


def _partners(round_: Round, user: User) -> dict[Organisation, picker.Partner]:
    """By name; of two meetings with the same side the shorter counts."""
    minutes: dict[Organisation, int] = {}
    for each in requests_in(round_, user):
        other = each.startup if each.company == user.organisation else each.company
        minutes[other] = min(each.minutes, minutes.get(other, each.minutes))
    language, times = get_language() or "", times_of(round_, minutes)
    return {
        each: picker.Partner(minutes[each], times[each.pk])
        for each in sorted(minutes, key=lambda one: (name_of(one, language), one.pk))
    }


def _booked(round_: Round, organisation: Organisation) -> dict[Interval, str]:
    """Meetings around the days of the round, each with the name of the other side."""
    seats = (
        BookingSeat.objects.blocking()
        .filter(
            resource__organisation=organisation,
            period__overlap=(midnight(round_.first_day - DAY), midnight(round_.last_day + 2 * DAY)),
        )
        .select_related(
            "meeting__request__match__company__organisation", "meeting__request__match__startup__organisation"
        )
    )
    language, found = get_language() or "", {}
    for seat in seats:
        request = seat.meeting.request
        other = request.startup if request.company == organisation else request.company
        found[Interval(seat.period.lower, seat.period.upper)] = name_of(other, language)
    return found
