"""Hours of single days: what differs from the week counts wherever hours count."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.core import jobs
from matchmaking.core.models import AuditEvent
from meetings import actions
from meetings.calendars import calendar_of
from meetings.deadlines import add_working_days
from meetings.enums import AvailabilityKind, DayHoursKind, MisfitReason, RoundStatus
from meetings.fitting import OUTSIDE, Unfit, why_unfit
from meetings.forms.own_hours import DayHoursForm
from meetings.free_times import free_times
from meetings.hours import (
    Calendar,
    DayHours,
    calendar_for,
    changed_hours,
    clock_span,
    day_intervals,
    is_working_day,
    open_intervals,
    overlap,
    usual_hours,
)
from meetings.intervals import Interval, intersect
from meetings.models import Availability, AvailabilityWindow, Misfit, Round
from meetings.models import DayHours as Row
from meetings.problem import party_id, round_problem
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, links, path, said, words
from tests.meetings.rounds import between, moments, utc
from tests.meetings.test_bookings import booked

TUESDAY, SATURDAY = date(2031, 6, 3), date(2031, 6, 7)
SINGAPORE, TOKYO = calendar_for("SG"), calendar_for("JP")
OFF, EXTRA = DayHoursKind.OFF, DayHoursKind.EXTRA


def changed(calendar: Calendar, *changes: DayHours) -> Calendar:
    return replace(calendar, changes=changes)


def off(day: date, start: int, end: int) -> DayHours:
    return DayHours(day, time(start), time(end % 24))


def extra(day: date, start: int, end: int) -> DayHours:
    return DayHours(day, time(start), time(end % 24), is_extra=True)


# --- The arithmetic ----------------------------------------------------------------------------------------------


def test_hours_off_are_cut_out_of_their_day_and_of_no_other() -> None:
    calendar = changed(SINGAPORE, off(TUESDAY, 13, 15))
    assert day_intervals(calendar, TUESDAY) == (
        between("2031-06-03T01:00", "2031-06-03T05:00"),
        between("2031-06-03T07:00", "2031-06-03T10:00"),
    )
    for day in (TUESDAY - timedelta(days=1), TUESDAY + timedelta(days=1)):
        assert day_intervals(calendar, day) == day_intervals(SINGAPORE, day)


def test_extra_hours_are_open_also_on_a_weekend_a_holiday_and_a_closed_day() -> None:
    holiday = date(2031, 8, 9)
    calendar = changed(SINGAPORE, extra(SATURDAY, 10, 12), extra(holiday, 22, 24), extra(TUESDAY, 17, 20))
    assert (is_working_day(SINGAPORE, SATURDAY), is_working_day(calendar, SATURDAY)) == (False, True)
    assert day_intervals(calendar, SATURDAY) == (between("2031-06-07T02:00", "2031-06-07T04:00"),)
    assert day_intervals(calendar, holiday) == (between("2031-08-09T14:00", "2031-08-09T16:00"),)
    assert day_intervals(calendar, TUESDAY) == (between("2031-06-03T01:00", "2031-06-03T12:00"),)
    assert overlap(calendar, TOKYO, SATURDAY, SATURDAY) == ()
    both = changed(TOKYO, extra(SATURDAY, 12, 18))
    assert overlap(calendar, both, SATURDAY, SATURDAY) == (between("2031-06-07T03:00", "2031-06-07T04:00"),)


def test_hours_off_win_over_extra_hours() -> None:
    calendar = changed(SINGAPORE, extra(TUESDAY, 18, 21), off(TUESDAY, 17, 20))
    assert day_intervals(calendar, TUESDAY)[-1] == between("2031-06-03T12:00", "2031-06-03T13:00")


def test_hours_that_end_before_they_begin_are_no_hours() -> None:
    with pytest.raises(ValueError, match="before they begin"):
        calendar_for("SG", changes=[off(TUESDAY, 15, 13)])


ZONES = st.sampled_from([("JP", None), ("SG", None), ("IL", None), ("IN", None), ("AU", "NSW")])
# Ordinary days, and the nights on which Sydney and Jerusalem change their clocks
DAYS = st.sampled_from(
    [TUESDAY, SATURDAY, *(date.fromisoformat(each) for each in
     ("2027-04-04", "2027-10-03", "2027-03-26", "2027-10-31", "2027-01-01"))]
)  # fmt: skip


@st.composite
def changes_on(draw: st.DrawFn, day: date) -> list[DayHours]:
    found = []
    for _number in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, 22))
        end = draw(st.integers(start + 1, 24))
        found.append((extra if draw(st.booleans()) else off)(day, start, end))
    return found


@settings(max_examples=30, deadline=None)
@given(ZONES, DAYS, st.data())
def test_a_day_is_open_in_its_usual_and_extra_hours_less_those_off(
    place: tuple[str, str | None], day: date, data: st.DataObject
) -> None:
    plain = calendar_for(place[0], subdivision=place[1])
    calendar = changed(plain, *data.draw(changes_on(day)))
    usual = moments(usual_hours(plain, day))
    besides = moments(changed_hours(calendar, day, is_extra=True))
    without = moments(changed_hours(calendar, day, is_extra=False))
    assert moments(day_intervals(calendar, day)) == (usual | besides) - without
    assert besides | without <= moments(clock_span(plain.zone, day, time(0), time(0)))


@settings(max_examples=30, deadline=None)
@given(DAYS, st.data())
def test_what_two_share_is_what_both_have_open(day: date, data: st.DataObject) -> None:
    one, other = (changed(each, *data.draw(changes_on(day))) for each in (TOKYO, calendar_for("IL")))
    first, last = day - timedelta(days=1), day + timedelta(days=1)
    around = open_intervals(other, first - timedelta(days=2), last + timedelta(days=2))
    assert overlap(one, other, first, last) == intersect(open_intervals(one, first, last), around)


@settings(max_examples=30, deadline=None)
@given(ZONES, DAYS, st.integers(0, 6), st.data())
def test_hours_off_never_bring_a_deadline_forward_and_extra_hours_change_none(
    place: tuple[str, str | None], day: date, count: int, data: st.DataObject
) -> None:
    plain = calendar_for(place[0], subdivision=place[1])
    start = datetime.combine(day, time(data.draw(st.integers(0, 23))), UTC) - timedelta(days=2)
    changes = data.draw(changes_on(day))
    usual = add_working_days(plain, start, count)
    assert add_working_days(changed(plain, *changes), start, count) >= usual
    only_extra = [each for each in changes if each.is_extra]
    assert add_working_days(changed(plain, *only_extra), start, count) == usual


def test_a_deadline_passes_over_a_day_of_which_nothing_is_left() -> None:
    """The Wednesday is a holiday there."""
    start = utc("2031-06-02T02:00")
    assert add_working_days(SINGAPORE, start, 1) == utc("2031-06-03T10:00")
    assert add_working_days(changed(SINGAPORE, off(TUESDAY, 12, 24)), start, 1) == utc("2031-06-03T10:00")
    assert add_working_days(changed(SINGAPORE, off(TUESDAY, 9, 18)), start, 1) == utc("2031-06-05T10:00")
    both = changed(SINGAPORE, off(TUESDAY, 9, 18), extra(TUESDAY, 20, 22))
    assert add_working_days(both, start, 1) == utc("2031-06-05T10:00")


@pytest.mark.parametrize(
    ("changes", "time_", "given_", "reason"),
    [
        ((off(TUESDAY, 13, 15),), ("2031-06-03T05:30", "2031-06-03T06:15"), False, OUTSIDE),
        ((off(TUESDAY, 13, 15),), ("2031-06-03T04:30", "2031-06-03T05:15"), False, OUTSIDE),
        ((off(TUESDAY, 13, 15),), ("2031-06-03T05:30", "2031-06-03T06:15"), True, OUTSIDE),
        ((off(TUESDAY, 13, 15),), ("2031-06-03T07:00", "2031-06-03T07:45"), False, None),
        ((off(TUESDAY, 13, 15),), ("2031-06-03T11:00", "2031-06-03T11:45"), True, None),
        ((extra(SATURDAY, 10, 12),), ("2031-06-07T02:00", "2031-06-07T03:00"), False, None),
        ((extra(SATURDAY, 10, 12),), ("2031-06-07T04:00", "2031-06-07T05:00"), False, OUTSIDE),
        ((), ("2031-06-07T02:00", "2031-06-07T03:00"), False, "weekend"),
    ],
)
def test_a_booked_time_is_held_against_the_hours_of_its_day(
    changes: tuple[DayHours, ...], time_: tuple[str, str], given_: bool, reason: str | None
) -> None:
    meeting = between(*time_)
    found = why_unfit(changed(SINGAPORE, *changes), meeting, [meeting] if given_ else [])
    assert found == (Unfit(reason) if reason else None)


# --- What follows from it ----------------------------------------------------------------------------------------


def set_hours(cast: Cast, kind: str, start: int, end: int, day: date = TUESDAY, **more: Any) -> Row:
    side, by = more.get("side", cast.startup), more.get("by", cast.startup_owner)
    return actions.set_day_hours(
        side.organisation, day=day, starts=time(start), ends=time(end), kind=kind, by=by
    )


@pytest.mark.django_db
def test_a_round_follows_and_its_check_takes_a_saturday_that_is_worked(cast: Cast) -> None:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    round_ = stories.a_round(cast.officer, [request])
    set_hours(cast, OFF, 13, 15)
    set_hours(cast, EXTRA, 10, 12, SATURDAY)
    built = round_problem(round_, now=stories.at(0))
    key = party_id(cast.startup.organisation.pk)
    open_ = built.problem.parties[key].open or ()
    assert [each for each in open_ if each.start.date() == TUESDAY] == [
        between("2031-06-03T01:00", "2031-06-03T05:00"),
        between("2031-06-03T07:00", "2031-06-03T10:00"),
    ]
    assert between("2031-06-07T02:00", "2031-06-07T04:00") in open_
    assert is_working_day(built.calendars[key], SATURDAY)


@pytest.mark.django_db
def test_free_times_follow(cast: Cast) -> None:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)

    def starts(day: date) -> set[str]:
        return {
            each.start.strftime("%H:%M") for each in free_times(request, day, day, now=stories.at(0, day=1))
        }

    before = starts(TUESDAY)
    assert ("05:00" in before, starts(SATURDAY)) == (True, set())
    set_hours(cast, OFF, 13, 15)
    gone = {"04:30", "05:00", "05:30", "06:00", "06:30"}
    assert before - starts(TUESDAY) == gone
    set_hours(cast, EXTRA, 10, 12, SATURDAY)
    assert starts(SATURDAY) == set()
    set_hours(cast, EXTRA, 11, 12, SATURDAY, side=cast.company, by=cast.company_owner)
    assert starts(SATURDAY) == {"02:00"}


@pytest.mark.django_db
def test_a_booked_meeting_in_hours_that_are_taken_off_goes_to_the_office_until_they_are_back(
    cast: Cast,
) -> None:
    booked(cast)  # noon in Singapore on Monday the 2nd
    row = set_hours(cast, OFF, 12, 13, date(2031, 6, 2))
    jobs.run_due()
    assert [each.reason for each in Misfit.objects.to_settle(stories.at(0, day=1))] == [MisfitReason.OUTSIDE]
    actions.remove_day_hours(row, by=cast.startup_owner)
    jobs.run_due()
    assert not Misfit.objects.exists()
    deeds = AuditEvent.objects.filter(action__startswith="dayhours.").order_by("pk")
    assert [each.action for each in deeds] == ["dayhours.set", "dayhours.removed"]


def offered() -> list[Interval]:
    return [Interval(each.starts_at, each.ends_at) for each in AvailabilityWindow.objects.all()]


@pytest.mark.django_db
@pytest.mark.parametrize("status", RoundStatus.values)
def test_what_was_offered_is_taken_back_until_the_round_is_published(cast: Cast, status: str) -> None:
    round_ = stories.a_round(cast.officer)
    organisation = cast.startup.organisation
    morning, noon = (
        between("2031-06-03T01:00", "2031-06-03T04:00"),
        between("2031-06-04T04:00", "2031-06-04T05:00"),
    )
    actions.give_availability(round_, organisation, [morning, noon], by=cast.startup_owner)
    actions.give_availability(round_, cast.company.organisation, [morning], by=cast.company_owner)
    Round.objects.update(status=status)
    set_hours(cast, OFF, 10, 11)
    set_hours(cast, EXTRA, 12, 13, date(2031, 6, 4))
    actions.add_days_off(
        organisation,
        first_day=date(2031, 6, 4),
        last_day=date(2031, 6, 5),
        name="Leave",
        by=cast.startup_owner,
    )
    left = [between("2031-06-03T01:00", "2031-06-03T02:00"), between("2031-06-03T03:00", "2031-06-03T04:00")]
    is_over = status in (RoundStatus.PUBLISHED, RoundStatus.HELD)
    kept = Availability.objects.get(organisation=organisation)
    assert [(w.starts_at, w.ends_at) for w in kept.windows.all()] == ([morning, noon] if is_over else left)
    assert kept.kind == AvailabilityKind.CHOSEN
    taken = AuditEvent.objects.filter(action="availability.taken_back").count()
    assert (taken, morning in offered()) == (0 if is_over else 2, True)


@pytest.mark.django_db
def test_the_same_hours_said_again_are_one_row_and_there_are_not_endlessly_many(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_hours(cast, OFF, 13, 15)
    set_hours(cast, OFF, 13, 16)
    assert [(each.starts, each.ends) for each in Row.objects.all()] == [(time(13), time(16))]
    monkeypatch.setattr("meetings.actions.own_hours.MOST_DAY_HOURS", 1)
    with pytest.raises(actions.TooManyDayHours):
        set_hours(cast, OFF, 9, 10)
    set_hours(cast, OFF, 13, 15)  # an entry that is there may be corrected
    assert Row.objects.get().ends == time(15)
    set_hours(cast, OFF, 9, 10, side=cast.company, by=cast.company_owner)
    assert len(calendar_of(cast.startup.organisation).changes) == 1


@pytest.mark.django_db
def test_the_database_refuses_hours_that_are_none(cast: Cast) -> None:
    row = factories.DayHoursFactory(organisation=cast.startup.organisation)
    Row.objects.filter(pk=row.pk).update(ends=time(0))  # midnight
    for change, name in (
        ({"ends": time(13)}, "dayhours_end_after_start"),
        ({"ends": time(12)}, "dayhours_end_after_start"),
        ({"kind": "half"}, "dayhours_kind_known"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Row.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError, match="dayhours_start_unique"), transaction.atomic():
        factories.DayHoursFactory(organisation=cast.startup.organisation)


# --- The page ----------------------------------------------------------------------------------------------------

GOOD = {"kind": "off", "day": "2031-06-03", "starts": "13:00", "ends": "15:00"}


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_hours_are_entered_shown_and_removed(cast: Cast, as_user: SignIn, language: str) -> None:
    client = as_user(cast.startup_owner)
    empty = "None entered: your working week counts on every day."
    assert said(empty, language) in words(client.get(path("own_hours", language=language)))
    shown = words(client.post(path("day_hours_add", language=language), GOOD, follow=True))
    assert all(
        each in shown
        for each in ("13:00–15:00", said("We do not work in these hours", language),
                     said("The hours of this day have been saved.", language))
    )  # fmt: skip
    row = Row.objects.get()
    assert (row.organisation, row.day, row.kind) == (cast.startup.organisation, TUESDAY, OFF)
    remove = path("day_hours_remove", language=language, pk=row.pk)
    assert remove in links(client.get(path("own_hours", language=language)))
    assert as_user(cast.company_owner).post(remove).status_code == 404
    assert said(empty, language) in words(as_user(cast.startup_owner).post(remove, follow=True))


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_offered_a_time_and_then_takes_it_off_is_told_that_it_is_taken_back(
    cast: Cast, as_user: SignIn, language: str
) -> None:
    warning = said(
        "Times that you had offered in a meeting round have been taken back. Look them over.", language
    )
    client, round_ = as_user(cast.startup_owner), stories.a_round(cast.officer)
    address = path("day_hours_add", language=language)
    hours = [between("2031-06-03T01:00", "2031-06-03T06:00")]
    actions.give_availability(round_, cast.startup.organisation, hours, by=cast.startup_owner)
    assert warning not in words(client.post(address, {**GOOD, "day": "2031-06-05"}, follow=True))
    assert warning in words(client.post(address, GOOD, follow=True))
    off_days = {"first_day": "2031-06-03", "name": "Founding day"}
    assert warning in words(client.post(path("days_off_add", language=language), off_days, follow=True))
    assert offered() == []


@pytest.mark.django_db
def test_what_makes_no_sense_is_said_at_its_field_and_nothing_typed_is_lost(
    cast: Cast, as_user: SignIn
) -> None:
    client = as_user(cast.startup_owner)
    for change, field, why in (
        ({"ends": "13:00"}, "ends", "The end must be after the beginning."),
        ({"ends": "12:00"}, "ends", "The end must be after the beginning."),
        ({"day": ""}, "day", "This field is required."),
        ({"day": "2026-01-05"}, "day", "This day is over. Give today or a later day."),
        ({"day": "9999-12-31"}, "day", "Give a day within the next 10 years."),
        ({"starts": "25:00"}, "starts", "Enter a valid time."),
        ({"kind": "half"}, "kind", "Select a valid choice. half is not one of the available choices."),
        ({"day": "2031-06-07"}, "starts",
         "You do not work in these hours anyway. Give hours in which you usually work."),
        ({"kind": "extra"}, "starts",
         "You work in these hours already, or have taken them off. Give other hours."),
    ):  # fmt: skip
        values = {**GOOD, **change}
        answer = client.post(path("day_hours_add"), values)
        form = answer.context["day_hours"]
        assert (form.errors, why in words(answer)) == ({field: [why]}, True), change
        assert {name: form[name].value() for name in values} == values
        assert list(answer.context["form"].errors) == list(answer.context["days_off"].errors) == []
    assert not Row.objects.exists()


@pytest.mark.django_db
def test_a_full_list_is_told_on_the_page_and_the_past_is_not_shown(
    cast: Cast, as_user: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.DayHoursFactory(organisation=cast.startup.organisation, day=date(2026, 1, 6))
    monkeypatch.setattr("meetings.actions.own_hours.MOST_DAY_HOURS", 0)
    answer = as_user(cast.startup_owner).post(path("day_hours_add"), GOOD)
    assert "as many single days as we keep" in words(answer)
    assert list(answer.context["changes"]) == []


@pytest.mark.parametrize(
    ("kind", "start", "end", "is_taken"),
    [("off", "17:00", "00:00", True), ("extra", "18:00", "00:00", True), ("off", "18:00", "20:00", False),
     ("extra", "08:00", "10:00", True), ("extra", "09:00", "18:00", False)],
)  # fmt: skip
def test_only_what_makes_a_difference_is_taken(kind: str, start: str, end: str, is_taken: bool) -> None:
    values = {"kind": kind, "day": "2031-06-03", "starts": start, "ends": end}
    assert DayHoursForm(values, calendar=SINGAPORE, today=date(2026, 12, 1)).is_valid() is is_taken
