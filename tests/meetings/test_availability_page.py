"""The table of times: what is ticked is what is stored, on every clock and over every change of clocks."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Organisation, User
from matchmaking.core.models import AuditEvent
from meetings import actions, picker
from meetings.calendars import round_hours
from meetings.enums import AvailabilityKind, RoundStatus
from meetings.models import Availability, AvailabilityWindow, MeetingRequest, OrganisationHours, Round
from startups.models import Startup
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, answers, only, path, said, table, words


def startup_in(country: str, zone: str, **more: str) -> Startup:
    return factories.StartupFactory(
        organisation__country=country,
        organisation__time_zone=zone,
        organisation__region=more.get("region", ""),
    )


def round_with(cast: Cast, startup: Startup, **more: object) -> tuple[Round, User]:
    """A round in which the startup meets the cast's firm, and a person of the startup."""
    reader = stories.member_of(startup)
    request = stories.asked(stories.match_of(cast.company, startup), cast.company_owner)
    actions.accept(request, by=reader)
    return stories.a_round(cast.officer, [request], **more), reader


@pytest.fixture
def offered(cast: Cast) -> Round:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    return stories.a_round(cast.officer, [request])


def cells(response) -> list[picker.PickCell]:
    return [cell for row in response.context["rows"] for cell in row.cells if cell.slot]


def windows() -> list[tuple[str, str]]:
    return [
        (each.starts_at.strftime("%Y%m%dT%H%M"), each.ends_at.strftime("%Y%m%dT%H%M"))
        for each in AvailabilityWindow.objects.all()
    ]


# country, zone, days over which the clocks change there, the first clock time of the day before and after
CHANGES = [
    ("AU", "Australia/Sydney", date(2031, 4, 3), date(2031, 4, 8), "11:30", "10:30"),
    ("AU", "Australia/Sydney", date(2031, 10, 2), date(2031, 10, 7), "10:30", "11:30"),
    ("AU", "Australia/Brisbane", date(2031, 4, 3), date(2031, 4, 8), "10:30", "10:30"),
    ("IL", "Asia/Jerusalem", date(2031, 3, 27), date(2031, 3, 31), "02:30", "03:30"),
    ("IL", "Asia/Jerusalem", date(2031, 10, 24), date(2031, 10, 28), "03:30", "02:30"),
    ("SG", "Asia/Singapore", date(2031, 3, 27), date(2031, 4, 1), "08:30", "08:30"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("country", "zone", "first", "last", "before", "after"), CHANGES)
def test_the_clock_in_the_table_follows_the_change_there(
    cast: Cast, country: str, zone: str, first: date, last: date, before: str, after: str
) -> None:
    round_ = stories.a_round(cast.officer, first_day=first, last_day=last)
    found: dict[date, str] = {}
    for slot in picker.slots(round_hours(round_), zone):
        found.setdefault(slot.interval.start.date(), slot.clock)
    days = sorted(found)
    assert (found[days[0]], found[days[-1]]) == (before, after)


@pytest.mark.django_db
@pytest.mark.parametrize(("country", "zone", "first", "last", "before", "after"), CHANGES[:5])
def test_every_cell_that_is_ticked_is_stored_and_ticked_again(
    cast: Cast, as_user: SignIn, country: str, zone: str, first: date, last: date, before: str, after: str
) -> None:
    round_, reader = round_with(cast, startup_in(country, zone), first_day=first, last_day=last)
    client = as_user(reader)
    address = path("availability", pk=round_.pk)
    every = cells(client.get(address))
    chosen = sorted(cell.slot.value for cell in every)[::3]
    client.post(address, {"slot": chosen})
    again = cells(client.get(address))
    assert sorted(cell.slot.value for cell in again if cell.checked) == chosen
    stored = sum((each.ends_at - each.starts_at for each in AvailabilityWindow.objects.all()), timedelta())
    ticked = sum(
        (c.slot.interval.end - c.slot.interval.start for c in every if c.slot.value in chosen), timedelta()
    )
    assert stored == ticked


@pytest.mark.django_db
@pytest.mark.parametrize(("country", "zone", "first", "last", "before", "after"), CHANGES)
def test_all_cells_ticked_are_the_hours_of_the_round(
    cast: Cast, as_user: SignIn, country: str, zone: str, first: date, last: date, before: str, after: str
) -> None:
    round_, reader = round_with(cast, startup_in(country, zone), first_day=first, last_day=last)
    client = as_user(reader)
    address = path("availability", pk=round_.pk)
    client.post(address, {"slot": [cell.slot.value for cell in cells(client.get(address))]})
    hours = [
        (each.start.strftime("%Y%m%dT%H%M"), each.end.strftime("%Y%m%dT%H%M")) for each in round_hours(round_)
    ]
    assert windows() == hours


@pytest.mark.django_db
def test_the_rows_are_in_the_order_of_the_clock_and_the_columns_in_that_of_the_days(
    cast: Cast, as_user: SignIn
) -> None:
    round_, reader = round_with(cast, startup_in("IL", "Asia/Jerusalem"))
    context = as_user(reader).get(path("availability", pk=round_.pk)).context
    clocks = [row.clock for row in context["rows"]]
    days = [each["day"] for each in context["days"]]
    assert (clocks, days) == (sorted(clocks), sorted(days))
    assert {len(row.cells) for row in context["rows"]} == {len(days)}


@pytest.mark.django_db
def test_a_round_in_the_morning_is_the_evening_before_in_california(cast: Cast, as_user: SignIn) -> None:
    round_, reader = round_with(cast, startup_in("US", "America/Los_Angeles"))
    context = as_user(reader).get(path("availability", pk=round_.pk)).context
    assert context["days"][0]["day"] == date(2031, 6, 1)
    first = min(
        (c.slot for row in context["rows"] for c in row.cells if c.slot), key=lambda s: s.interval.start
    )
    assert (first.day, first.clock) == (date(2031, 6, 1), "17:30")


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_whose_clock_it_shows(
    cast: Cast, as_user: SignIn, offered: Round, language: str
) -> None:
    labels = {"company_owner": ("Japan time", "日本時間"), "startup_owner": ("Singapore", "シンガポール")}
    for reader, names in labels.items():
        page = words(
            as_user(getattr(cast, reader)).get(path("availability", language=language, pk=offered.pk))
        )
        assert (reader, names[LANGUAGES.index(language)] in page) == (reader, True)
        assert said("Save these times", language) in page


@pytest.mark.django_db
def test_the_counterparts_clock_stands_beside_ones_own(cast: Cast, as_user: SignIn, offered: Round) -> None:
    firm = as_user(cast.company_owner).get(path("availability", pk=offered.pk)).context["rows"][0]
    startup = as_user(cast.startup_owner).get(path("availability", pk=offered.pk)).context["rows"][0]
    assert (firm.clock, firm.theirs) == ("09:30", "Singapore 08:30")
    assert (startup.clock, startup.theirs) == ("08:30", "Tokyo 09:30")


STATES = [RoundStatus.PLACING, RoundStatus.PUBLISHED, RoundStatus.HELD]


@pytest.mark.django_db
def test_the_page_is_for_both_sides_only(cast: Cast, as_user: SignIn, offered: Round) -> None:
    may = only("company_owner", "company_member", "startup_owner", "startup_member")
    assert answers(cast, as_user, path("availability", pk=offered.pk)) == may


@pytest.mark.django_db
@pytest.mark.parametrize("status", STATES)
def test_a_round_that_is_placed_or_published_takes_no_times(
    cast: Cast, as_user: SignIn, offered: Round, status: str
) -> None:
    Round.objects.update(status=status)
    client = as_user(cast.startup_owner)
    got = [
        client.get(path("availability", pk=offered.pk)).status_code,
        client.post(path("availability", pk=offered.pk), {"slot": ["20310602T0400"]}).status_code,
        client.post(path("availability_usual", pk=offered.pk)).status_code,
        client.get(path("availability_none", pk=offered.pk)).status_code,
        client.post(path("availability_none", pk=offered.pk)).status_code,
    ]
    assert (got, Availability.objects.count()) == ([409] * 5, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("status", [RoundStatus.COLLECTING, RoundStatus.CHECKING])
def test_a_round_that_is_collected_or_checked_takes_times(
    cast: Cast, as_user: SignIn, offered: Round, status: str
) -> None:
    Round.objects.update(status=status)
    client = as_user(cast.startup_owner)
    response = client.post(path("availability", pk=offered.pk), {"slot": ["20310602T0400"]})
    assert (response.status_code, windows()) == (302, [("20310602T0400", "20310602T0500")])
    assert offered.name in words(client.get(path("list")))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "slots",
    [
        ["20310607T0400"],  # a Saturday
        ["20310602T0300"],  # the break
        ["20310602T0415"],  # not a slot's start
        ["20310609T0400"],  # after the round
        ["'; drop table"],
        [""],
    ],
)
def test_times_that_were_not_offered_are_not_stored(
    cast: Cast, as_user: SignIn, offered: Round, slots: list[str]
) -> None:
    client = as_user(cast.startup_owner)
    response = client.post(path("availability", pk=offered.pk), {"slot": slots}, follow=True)
    assert ("Choose at least one time" in response.content.decode(), Availability.objects.count()) == (
        True,
        0,
    )


@pytest.mark.django_db
def test_a_new_answer_takes_the_place_of_the_old_and_each_is_on_record(
    cast: Cast, as_user: SignIn, offered: Round
) -> None:
    client = as_user(cast.startup_owner)
    address = path("availability", pk=offered.pk)
    client.post(address, {"slot": ["20310602T0400", "20310602T0500"]})
    as_user(cast.startup_member).post(address, {"slot": ["20310603T0400"]})
    answer = Availability.objects.get()
    assert (windows(), answer.given_by) == ([("20310603T0400", "20310603T0500")], cast.startup_member)
    assert AuditEvent.objects.filter(action="availability.given").count() == 2


@pytest.mark.django_db
def test_the_answers_of_two_sides_are_two(cast: Cast, as_user: SignIn, offered: Round) -> None:
    for reader, slot in ((cast.startup_owner, "20310602T0400"), (cast.company_owner, "20310603T0400")):
        as_user(reader).post(path("availability", pk=offered.pk), {"slot": [slot]})
    answers_ = {each.organisation_id: each.windows.count() for each in Availability.objects.all()}
    assert answers_ == {cast.startup.organisation.pk: 1, cast.company.organisation.pk: 1}


@pytest.mark.django_db
def test_no_time_then_usual_then_chosen(cast: Cast, as_user: SignIn, offered: Round) -> None:
    client = as_user(cast.startup_owner)
    page = path("availability", pk=offered.pk)
    client.post(path("availability_none", pk=offered.pk), {"way": "dates", "wish": "In July"})
    refused = client.get(page)
    assert (refused.context["refused"], [c for c in cells(refused) if c.checked]) == (True, [])
    assert "cannot meet in this round" in words(refused)
    client.post(path("availability_usual", pk=offered.pk))
    usual = client.get(page)
    assert (usual.context["usual"], sum(c.checked for c in cells(usual)) > 20) == (True, True)
    client.post(page, {"slot": ["20310602T0400"]})
    chosen = client.get(page)
    assert (chosen.context["chosen"]["count"], "Reset to our usual working hours" in words(chosen)) == (
        1,
        True,
    )
    assert Availability.objects.get().kind == AvailabilityKind.CHOSEN


@pytest.mark.django_db
def test_the_usual_week_is_that_of_the_country_its_holidays_left_out(cast: Cast, as_user: SignIn) -> None:
    # Monday 5 May and Tuesday 6 May are holidays in Japan: the round has no hours then.
    round_, reader = round_with(
        cast, startup_in("SG", "Asia/Singapore"), first_day=date(2031, 5, 5), last_day=date(2031, 5, 9)
    )
    response = as_user(reader).get(path("availability", pk=round_.pk))
    offered_days = {cell.slot.day for cell in cells(response)}
    ticked = {cell.slot.day for cell in cells(response) if cell.checked}
    assert ticked <= offered_days
    assert date(2031, 5, 5) not in offered_days  # Children's Day


@pytest.mark.django_db
def test_what_counts_as_free_for_both_is_a_number_never_a_name(
    cast: Cast, as_user: SignIn, offered: Round
) -> None:
    OrganisationHours.objects.create(organisation=cast.company.organisation, week={"1": ["10:00", "12:00"]})
    response = as_user(cast.startup_owner).get(path("availability", pk=offered.pk))
    counts = {cell.slot.value: cell.others for cell in cells(response)}
    assert {value for value, count in counts.items() if count} == {"20310603T0130", "20310603T0230"}
    assert cast.company.organisation.name_en not in " ".join(each for row in table(response) for each in row)
    assert response.context["chosen"]["reached"] == 1


@pytest.mark.django_db
def test_a_time_that_is_booked_elsewhere_cannot_be_ticked(cast: Cast, as_user: SignIn) -> None:
    match = stories.match_of(cast.company, cast.startup)
    first = stories.a_round(
        cast.officer, [stories.agreed(match, cast.company_owner)], last_day=stories.MONDAY
    )
    (meeting,) = stories.published(first, cast.officer)
    other = stories.agreed(stories.match_of(cast.other_company, cast.startup), cast.other_company_owner)
    second = stories.a_round(cast.officer, [other])
    response = as_user(cast.startup_owner).get(path("availability", pk=second.pk))
    booked = [cell.slot for cell in cells(response) if cell.booked is not None]
    assert [slot.interval.start <= meeting.starts_at < slot.interval.end for slot in booked][:1] == [True]
    assert "Booked" in words(response)


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "shown"), [("2031-06-04", 4), ("2031-06-08", 2), ("soon", 2), ("", 2)])
def test_narrow_screens_show_the_day_that_was_asked_for(
    cast: Cast, as_user: SignIn, offered: Round, day: str, shown: int
) -> None:
    response = as_user(cast.startup_owner).get(path("availability", pk=offered.pk) + f"?day={day}")
    assert response.context["shown_day"] == date(2031, 6, shown)


def test_every_slot_lies_in_its_day_on_the_clock_it_names() -> None:
    zone = ZoneInfo("Australia/Sydney")
    interval = [picker.Interval(stories.at(0, day=2), stories.at(9, day=2))]
    for slot in picker.slots(interval, "Australia/Sydney"):
        local = slot.interval.start.astimezone(zone)
        assert (local.date(), local.strftime("%H:%M")) == (slot.day, slot.clock)


@pytest.mark.django_db
def test_a_withdrawn_request_closes_the_page(cast: Cast, as_user: SignIn, offered: Round) -> None:
    actions.withdraw(MeetingRequest.objects.get(), by=cast.company_owner)
    assert as_user(cast.startup_owner).get(path("availability", pk=offered.pk)).status_code == 404
    assert Organisation.objects.filter(availabilities__isnull=False).count() == 0
