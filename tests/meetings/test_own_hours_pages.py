"""The page on which an organisation says when it works, and the office's list of what no longer suits."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from matchmaking.core import jobs
from matchmaking.core.models import AuditEvent
from meetings import actions, hours
from meetings.calendars import calendar_of
from meetings.forms.own_hours import DaysOffForm, WeekForm
from meetings.models import Closure, Meeting, Misfit, OrganisationHours
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, answers, links, only, path, queries, said, table, words
from tests.meetings.test_bookings import booked

pytestmark = pytest.mark.django_db
MEMBERS = ("company_owner", "company_member", "other_company_owner", "startup_owner", "startup_member",
           "other_startup_owner")  # fmt: skip
DAY = date(2031, 6, 2)


def ticked(**changes: str) -> dict[str, str]:
    """Tuesday and Thursday from nine to five, as a browser sends it."""
    values = {
        f"{name}_{day}": clock
        for day in range(7)
        for name, clock in (("opens", "09:00"), ("closes", "17:00"))
    }
    return {**values, "works_1": "on", "works_3": "on", **changes}


def test_members_have_the_page_and_nobody_else(cast: Cast, as_user: SignIn) -> None:
    assert answers(cast, as_user, path("own_hours")) == only(*MEMBERS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "city", "days"),
    [("company_owner", "Japan time", range(5)), ("startup_owner", "Singapore time", range(5))],
)
def test_it_begins_with_the_usual_week_on_ones_own_clock(
    cast: Cast, as_user: SignIn, name: str, city: str, days: range, language: str
) -> None:
    answer = as_user(getattr(cast, name)).get(path("own_hours", language=language))
    form = answer.context["form"]
    assert [day for day in range(7) if form[f"works_{day}"].value()] == list(days)
    assert (city in words(answer)) is (language == "en")
    assert said("When you work", language) in words(answer)
    assert path("own_hours", language=language) in links(
        as_user(getattr(cast, name)).get(path("list", language=language))
    )


def test_a_week_that_is_saved_counts_and_stands_on_the_page(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.startup_owner)
    answer = client.post(path("own_hours"), ticked(closes_3="00:00"), follow=True)
    assert said("Your working week has been saved.", "en") in words(answer)
    assert dict(calendar_of(cast.startup.organisation).week) == {
        1: (time(9), time(17)),
        3: (time(9), time(0)),
    }
    form = answer.context["form"]
    assert [day for day in range(7) if form[f"works_{day}"].value()] == [1, 3]
    assert 'value="17:00"' in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "field", "why"),
    [
        ({"works_1": "", "works_3": ""}, None, "Tick at least one day on which you work."),
        ({"closes_1": "08:00"}, "closes_1", "The day must end after it begins."),
        ({"closes_1": "09:00"}, "closes_1", "The day must end after it begins."),
        ({"opens_1": ""}, "opens_1", "Give the time at which you begin and the time at which you end."),
        ({"closes_3": ""}, "closes_3", "Give the time at which you begin and the time at which you end."),
        ({"opens_1": "25:00"}, "opens_1", "Enter a valid time."),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_a_week_is_said_at_its_field_and_nothing_typed_is_lost(
    cast: Cast, as_user: SignIn, change: dict[str, str], field: str | None, why: str, language: str
) -> None:
    sent = ticked(**change)
    answer = as_user(cast.startup_owner).post(path("own_hours", language=language), sent)
    form = answer.context["form"]
    errors = form.non_field_errors() if field is None else form.errors[field]
    assert said(why, language) in errors or language == "ja"
    assert next(iter(errors)) in words(answer)
    assert [form[f"closes_{day}"].value() for day in range(7)] == [sent[f"closes_{day}"] for day in range(7)]
    assert not OrganisationHours.objects.exists()


def test_hours_of_a_day_that_is_not_worked_do_not_matter(cast: Cast) -> None:
    form = WeekForm(ticked(opens_6="", closes_6="", closes_5="07:00"), week={})
    assert (form.is_valid(), sorted(form.week())) == (True, [1, 3])


def test_the_usual_week_can_be_had_back(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.company_owner)
    assert path("week_reset") not in links(client.get(path("own_hours")))
    client.post(path("own_hours"), ticked())
    assert path("week_reset") in links(client.get(path("own_hours")))
    answer = client.post(path("week_reset"), follow=True)
    assert said("The usual week of your country counts again.", "en") in words(answer)
    assert calendar_of(cast.company.organisation).week == hours.default_week("JP")
    assert said("The usual week of your country counts again.", "en") not in words(
        client.post(path("week_reset"), follow=True)
    )
    deeds = AuditEvent.objects.filter(action__startswith="organisationhours.").order_by("pk")
    assert [each.action for each in deeds] == ["organisationhours.set", "organisationhours.reset"]


@pytest.mark.parametrize(("last", "days"), [("", 1), ("2031-06-04", 3)])
def test_days_off_are_entered_and_removed(cast: Cast, as_user: SignIn, last: str, days: int) -> None:
    client = as_user(cast.startup_owner)
    values = {"first_day": "2031-06-02", "last_day": last, "name": "Founding day"}
    shown = words(client.post(path("days_off_add"), values, follow=True))
    assert ("Founding day" in shown, "Mon 2 June 2031" in shown) == (True, True)
    closure = Closure.objects.get(organisation=cast.startup.organisation)
    assert (closure.last_day - closure.first_day).days + 1 == days
    assert not hours.is_working_day(calendar_of(cast.startup.organisation), DAY)
    again = words(client.post(path("days_off_remove", pk=closure.pk), follow=True))
    assert "Founding day" not in again
    assert hours.is_working_day(calendar_of(cast.startup.organisation), DAY)


@pytest.mark.parametrize(
    ("change", "field", "why"),
    [
        ({"last_day": "2031-06-01"}, "last_day", "The last day must not be before the first."),
        ({"first_day": ""}, "first_day", "This field is required."),
        (
            {"first_day": "2026-01-05", "last_day": ""},
            "first_day",
            "This day is over. Give today or a later day.",
        ),
        (
            {"first_day": "2026-01-05", "last_day": "2026-01-06"},
            "last_day",
            "This day is over. Give today or a later day.",
        ),
        ({"last_day": "9999-12-31"}, "last_day", "Give a day within the next 10 years."),
        ({"last_day": "soon"}, "last_day", "Enter a valid date."),
        ({"name": ""}, "name", "This field is required."),
    ],
)
def test_days_off_that_cannot_be_are_said_at_their_field(
    cast: Cast, as_user: SignIn, change: dict[str, str], field: str, why: str
) -> None:
    values = {"first_day": "2031-06-02", "last_day": "2031-06-03", "name": "Founding day", **change}
    answer = as_user(cast.startup_owner).post(path("days_off_add"), values)
    assert list(answer.context["days_off"].errors) == [field]
    assert answer.context["days_off"]["name"].value() == values["name"]
    assert not Closure.objects.exists()
    assert DaysOffForm(values, today=date(2026, 12, 1)).errors[field] == [why]


def test_nobody_removes_what_is_not_theirs(cast: Cast, as_user: SignIn) -> None:
    theirs = factories.ClosureFactory(organisation=cast.company.organisation)
    countrys = factories.ClosureFactory(country="SG")
    for pk in (theirs.pk, countrys.pk):
        assert as_user(cast.startup_owner).post(path("days_off_remove", pk=pk)).status_code == 404
    assert Closure.objects.count() == 2


def test_days_off_that_are_past_are_not_shown(cast: Cast, as_user: SignIn) -> None:
    factories.ClosureFactory(
        organisation=cast.company.organisation, first_day=date(2026, 1, 5), last_day=date(2026, 1, 6)
    )
    assert "Summer leave" not in words(as_user(cast.company_owner).get(path("own_hours")))


# --- The office's list -------------------------------------------------------------------------------------------


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    found = booked(cast)
    actions.add_days_off(
        cast.startup.organisation, first_day=DAY, last_day=DAY, name="Stocktaking", by=cast.startup_owner
    )
    jobs.run_due()
    return found


def test_only_the_office_has_the_list(cast: Cast, as_user: SignIn, meeting: Meeting) -> None:
    assert answers(cast, as_user, path("misfits")) == only("officer", "administrator")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_says_whom_it_does_not_suit_when_on_their_clock_and_why(
    cast: Cast, as_user: SignIn, meeting: Meeting, language: str
) -> None:
    answer = as_user(cast.officer).get(path("misfits", language=language))
    (_head, row) = table(answer)
    assert (row[2], "12:00" in row[3], "Stocktaking" in row[4]) == (
        cast.startup.organisation.name,
        True,
        True,
    )
    assert said("Closed on this day", language) in row[4]
    where = {"language": language, "pk": meeting.request_id}
    assert {path("detail", **where), path("times", **where)} <= links(answer)


def test_the_first_page_counts_what_nobody_has_settled(cast: Cast, as_user: SignIn, meeting: Meeting) -> None:
    def waits() -> int:
        rows = as_user(cast.officer).get("/en/").context["office_rows"]
        return next(each.count for each in rows if each.url == path("misfits"))

    assert waits() == 1
    as_user(cast.officer).post(path("misfit_keep", pk=Misfit.objects.get().pk))
    assert waits() == 0


@pytest.mark.parametrize(
    ("page", "words_said", "left"),
    [
        ("misfit_keep", "The meeting stays at its time.", 0),
        ("misfit_ask", "people have been asked.", 1),
    ],
)
def test_one_press_settles_or_asks(
    cast: Cast, as_user: SignIn, meeting: Meeting, page: str, words_said: str, left: int
) -> None:
    answer: Any = as_user(cast.officer).post(path(page, pk=Misfit.objects.get().pk), follow=True)
    assert words_said in words(answer)
    assert len(answer.context["rows"]) == left
    if left:
        assert (path(page, pk=Misfit.objects.get().pk) in links(answer), "Asked on" in words(answer)) == (
            False,
            True,
        )
        again = as_user(cast.officer).post(path(page, pk=Misfit.objects.get().pk), follow=True)
        assert "asked already" in words(again)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_list_says_that_all_is_well(cast: Cast, as_user: SignIn, language: str) -> None:
    empty = words(as_user(cast.officer).get(path("misfits", language=language)))
    assert said("Every meeting to come lies in the hours of both sides.", language) in empty


def test_a_longer_list_needs_no_more_queries(cast: Cast, as_user: SignIn, meeting: Meeting) -> None:
    client = as_user(cast.officer)
    before = queries(client, path("misfits"))
    other = stories.match_of(cast.other_company, cast.other_startup)
    request = stories.agreed(other, cast.other_company_owner)
    second = actions.book_free_time(request, stories.at(4), by=cast.officer, now=stories.at(0, day=1))
    factories.MisfitFactory(meeting=second, organisation=cast.other_company.organisation)
    assert queries(client, path("misfits")) == before
