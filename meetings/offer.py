"""What an organisation offers in a round, beside what it has booked and how many counterparts are free."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from django.utils.translation import get_language

from accounts.models import Organisation
from accounts.rules import name_of
from meetings import picker
from meetings.busy import DAY, midnight
from meetings.calendars import calendar_of, round_hours
from meetings.enums import AvailabilityKind, RoundStatus
from meetings.fitting import Unfit
from meetings.hours import Calendar, open_intervals
from meetings.intervals import Interval, merge, subtract
from meetings.models import Availability, BookingSeat, Meeting, MeetingRequest, Round
from meetings.problem import times_of
from meetings.unfit import Answer, answers_of, still_to_come, unfit


@dataclass(frozen=True, slots=True)
class Held:
    """A meeting to come in a published round, with the other side's name; `unfit` says why it does not suit now."""

    meeting: Meeting
    other: Organisation
    name: str
    unfit: Unfit | None

    @property
    def time(self) -> Interval:
        return Interval(self.meeting.starts_at, self.meeting.ends_at)


@dataclass(frozen=True)
class Offer:
    """The round as one side sees it, on the clock of `zone`; `partners` are the others by their organisation.

    Once the round is published, `held` are the side's meetings in it that are to come: their times can be ticked, and
    taken out, as any other; `booked` is what it has elsewhere, or is over.
    """

    round: Round
    organisation: Organisation
    zone: str
    answer: Availability | None
    saved: tuple[Interval, ...]
    booked: dict[Interval, str]
    held: tuple[Held, ...]
    partners: dict[Organisation, picker.Partner]
    now: datetime
    calendar: Calendar

    @property
    def is_published(self) -> bool:
        return self.round.status == RoundStatus.PUBLISHED

    @cached_property
    def slots(self) -> list[picker.Slot]:
        """The hours of the round; once it is published, those that are not over."""
        found = picker.slots(round_hours(self.round), self.zone)
        return [each for each in found if each.interval.end > self.now] if self.is_published else found

    @property
    def counterparts(self) -> list[Organisation]:
        """Whose clock can be looked at: whom one is to meet, or has a meeting with."""
        return list(dict.fromkeys([*self.partners, *(each.other for each in self.held)]))

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
        """The slots that lie wholly in what has been said before, and those of meetings that suit as they are."""
        suits = [each.time for each in self.held if each.unfit is None]
        return {
            each.value
            for each in self.open_slots
            if any(time.holds(each.interval) for time in self.saved)
            or any(time.meets(each.interval) for time in suits)
        }

    def known(self, values: Iterable[str]) -> set[str]:
        """Of these, the slots that can be chosen."""
        return {each.value for each in self.open_slots} & set(values)

    def windows(self, chosen: Collection[str]) -> tuple[Interval, ...]:
        """What is to be saved: what is chosen, and of what was offered before all that the table does not ask for.

        Neither does it ask for the time of a meeting that was moved out of the hours of the round.
        """
        ticked = picker.hours_of(self.open_slots, chosen)
        earlier = [*([] if self.is_usual else self.saved), *(each.time for each in self.held)]
        return merge([*ticked, *subtract(earlier, [each.interval for each in self.open_slots])])

    def lost_if(self, times: Iterable[Interval] | None) -> list[Held]:
        """The meetings to come that would not suit if these times were saved now; None are the usual hours."""
        side = self.organisation.pk
        answers = {} if times is None else {(self.round.pk, side): Answer(self.now, tuple(times))}
        found = unfit([each.meeting for each in self.held], {side: self.calendar}, answers)
        return [replace(each, unfit=why) for each in self.held if (why := found.get((each.meeting, side)))]

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


def offer_of(round_: Round, organisation: Organisation, *, zone: str, now: datetime) -> Offer:
    """Everything the page of a round shows to one of its sides."""
    calendar = calendar_of(organisation)
    held = _held(round_, organisation, calendar, now)
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
        booked=_booked(round_, organisation, but_for=held),
        held=held,
        partners=_partners(round_, organisation),
        now=now,
        calendar=calendar,
    )


def _saved(round_: Round, calendar: Calendar, answer: Availability | None) -> tuple[Interval, ...]:
    if answer is None or answer.kind == AvailabilityKind.USUAL:
        return open_intervals(calendar, round_.first_day - DAY, round_.last_day + DAY)
    return merge(Interval(each.starts_at, each.ends_at) for each in answer.windows.all())


def requests_in(round_: Round, organisation: Organisation) -> list[MeetingRequest]:
    """The accepted requests of one side that wait for a time in the round."""
    rows = MeetingRequest.objects.placeable_in(round_).of_organisation(organisation)
    return list(rows.with_parties().order_by("pk"))


def _partners(round_: Round, organisation: Organisation) -> dict[Organisation, picker.Partner]:
    """By name; of two meetings with the same side the shorter counts."""
    minutes: dict[Organisation, int] = {}
    for each in requests_in(round_, organisation):
        other = _other(each, organisation)
        minutes[other] = min(each.minutes, minutes.get(other, each.minutes))
    language, times = get_language() or "", times_of(round_, minutes)
    return {
        each: picker.Partner(minutes[each], times[each.pk])
        for each in sorted(minutes, key=lambda one: (name_of(one, language), one.pk))
    }


def _held(round_: Round, organisation: Organisation, calendar: Calendar, now: datetime) -> tuple[Held, ...]:
    """By time; nothing before the round is published."""
    if round_.status != RoundStatus.PUBLISHED:
        return ()
    meetings = list(still_to_come(round_, organisation, now))
    why = unfit(meetings, {organisation.pk: calendar}, answers_of(meetings, [organisation.pk]))
    others = {each: _other(each.request, organisation) for each in meetings}
    return tuple(
        Held(each, other, name_of(other, get_language() or ""), why.get((each, organisation.pk)))
        for each, other in others.items()
    )


def _other(request: MeetingRequest, organisation: Organisation) -> Organisation:
    return request.startup if request.company == organisation else request.company


def _booked(
    round_: Round, organisation: Organisation, *, but_for: Iterable[Held] = ()
) -> dict[Interval, str]:
    """Meetings around the days of the round, each with the name of the other side."""
    seats = (
        BookingSeat.objects.blocking()
        .filter(
            resource__organisation=organisation,
            period__overlap=(midnight(round_.first_day - DAY), midnight(round_.last_day + 2 * DAY)),
        )
        .exclude(meeting__in=[each.meeting for each in but_for])
        .select_related(
            "meeting__request__match__company__organisation", "meeting__request__match__startup__organisation"
        )
    )
    language, found = get_language() or "", {}
    for seat in seats:
        other = _other(seat.meeting.request, organisation)
        found[Interval(seat.period.lower, seat.period.upper)] = name_of(other, language)
    return found
