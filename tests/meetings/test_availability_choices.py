"""Choosing times: whose clock is shown beside whose, whole days, counts, the nearest shared time, drafts."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings import actions, picker
from meetings.enums import AvailabilityKind
from meetings.intervals import Interval, merge, subtract
from meetings.models import Availability, AvailabilityWindow, BookingSeat, MeetingRequest, Round
from startups.models import Startup
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, path, said, source, table, words
from tests.meetings.rounds import between
from tests.meetings.test_availability_page import cells, round_with, startup_in

TUESDAY = "2031-06-03"
# An hour of the round each, as the form names them
NINE, TEN, ONE = "20310603T0030", "20310603T0130", "20310603T0400"


@pytest.fixture
def three(cast: Cast) -> tuple[Round, list[Startup]]:
    """The cast's firm meets three startups: in Singapore, Jerusalem and Sydney; a fourth has not accepted."""
    startups = [
        cast.startup,
        startup_in("IL", "Asia/Jerusalem"),
        startup_in("AU", "Australia/Sydney", region="NSW"),
    ]
    requests = [stories.agreed(stories.match_of(cast.company, each), cast.company_owner) for each in startups]
    stories.asked(stories.match_of(cast.company, startup_in("IN", "Asia/Kolkata")), cast.company_owner)
    return stories.a_round(cast.officer, requests), startups


def send(client: Client, round_: Round, deed: str, slots: list[str], **more: str) -> Any:
    return client.post(path("availability", pk=round_.pk), {"do": deed, "slot": slots, **more}, follow=True)


def ticked(response: Any) -> set[str]:
    return {cell.slot.value for cell in cells(response) if cell.checked}


def offer(round_: Round, startup: Startup, *hours: Interval) -> None:
    actions.give_availability(round_, startup.organisation, hours, by=stories.member_of(startup))


# --- Clocks ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_clock_is_that_of_the_profile_until_another_one_is_chosen_and_stays_in_the_address(
    three: tuple[Round, list[Startup]], cast: Cast, as_user: SignIn, language: str
) -> None:
    round_, _startups = three
    client, page = as_user(cast.company_owner), path("availability", language=language, pk=round_.pk)
    first = client.get(page)
    assert (first.context["zone"], first.context["rows"][0].clock) == ("Asia/Tokyo", "09:30")
    assert first.context["zones"][0][0] == "Asia/Tokyo"
    label = {"en": "Japan time (UTC+9)", "ja": "日本時間（UTC+9）"}[language]
    assert first.context["zones"][0][1] == label
    moved = client.post(
        page, {"do": "show", "zone": "Asia/Kolkata", "slot": [NINE], "day": TUESDAY}, follow=True
    )
    assert moved.redirect_chain == [(f"{page}?zone=Asia%2FKolkata&day={TUESDAY}", 302)]
    assert (moved.context["zone"], moved.context["rows"][0].clock) == ("Asia/Kolkata", "06:00")
    assert ticked(moved) == {NINE}
    assert client.get(page).context["zone"] == "Asia/Tokyo"
    for nonsense in ("Mars/Base", "'; --", ""):
        assert client.get(page, {"zone": nonsense}).context["zone"] == "Asia/Tokyo"


@pytest.mark.django_db
def test_every_zone_names_a_city_and_its_distance_from_utc_and_no_abbreviation(
    three: tuple[Round, list[Startup]], cast: Cast, as_user: SignIn
) -> None:
    round_, startups = three
    labels = dict(as_user(cast.company_owner).get(path("availability", pk=round_.pk)).context["zones"])
    assert labels["Asia/Kolkata"] == "New Delhi time (UTC+5:30)"
    assert labels["Asia/Jerusalem"] == "Tel Aviv time (UTC+3)"
    assert {each.organisation.time_zone for each in startups} <= labels.keys()
    autumn = stories.a_round(cast.officer, first_day=date(2031, 10, 2), last_day=date(2031, 10, 7))
    MeetingRequest.objects.filter(round=round_).update(round=autumn)
    labels = dict(as_user(cast.company_owner).get(path("availability", pk=autumn.pk)).context["zones"])
    assert labels["Australia/Sydney"] == "Sydney time (UTC+10, UTC+11)"


@pytest.mark.django_db
def test_only_the_clock_of_somebody_who_is_to_be_met_stands_beneath(
    three: tuple[Round, list[Startup]], cast: Cast, as_user: SignIn
) -> None:
    round_, startups = three
    client, page = as_user(cast.company_owner), path("availability", pk=round_.pk)
    response = client.get(page)
    offered = [pk for pk, _label in response.context["others"]]
    assert sorted(offered) == sorted(each.organisation.pk for each in startups)
    israel = startups[1].organisation
    shown = client.get(page, {"with": israel.pk})
    assert (shown.context["other"], shown.context["rows"][0].theirs) == (israel.pk, "Tel Aviv 03:30")
    assert f"{israel.name_en} (Tel Aviv)" in words(shown)
    stranger = factories.StartupFactory(organisation__time_zone="Asia/Kolkata").organisation
    waiting = MeetingRequest.objects.get(round=None).startup
    for other in (stranger.pk, waiting.pk, "x"):
        assert client.get(page, {"with": other}).context["other"] == offered[0]
    again = send(client, round_, "show", [], zone="Asia/Tokyo", **{"with": str(israel.pk)})
    assert f"with={israel.pk}" in again.redirect_chain[0][0]
    startup = as_user(stories.member_of(startups[1])).get(page)
    assert [label for _pk, label in startup.context["others"]] == [
        f"{cast.company.organisation.name_en} (Tokyo)"
    ]


@pytest.mark.django_db
def test_the_day_is_told_where_it_is_another_one_there_and_each_cell_where_the_clocks_change(
    cast: Cast, as_user: SignIn
) -> None:
    round_, reader = round_with(cast, startup_in("US", "America/Los_Angeles"))
    rows = as_user(reader).get(path("availability", pk=round_.pk)).context["rows"]
    assert {row.theirs for row in rows if row.clock == "17:30"} == {"Tokyo 09:30 (next day)"}
    firm = as_user(cast.company_owner).get(path("availability", pk=round_.pk)).context["rows"]
    assert firm[0].theirs == "Los Angeles 17:30 (day before)"
    changing, other = round_with(
        cast, startup_in("AU", "Australia/Sydney"), first_day=date(2031, 10, 2), last_day=date(2031, 10, 7)
    )
    page = as_user(cast.company_owner).get(path("availability", pk=changing.pk))
    first = page.context["rows"][0]
    assert first.theirs == ""
    assert [cell.theirs for cell in first.cells] == [
        "Sydney 10:30", "Sydney 10:30", "Sydney 11:30", "Sydney 11:30",
    ]  # fmt: skip
    assert "Sydney 11:30" in words(page)
    own = as_user(other).get(path("availability", pk=changing.pk)).context["rows"]
    assert {row.clock: row.theirs for row in own}["11:30"] == ""


def test_an_hour_that_comes_twice_at_night_is_two_rows() -> None:
    """Cairo sets its clock back on the night to 31 October 2031."""
    night = [Interval(datetime(2031, 10, 30, 18, tzinfo=UTC), datetime(2031, 10, 30, 23, tzinfo=UTC))]
    found = picker.slots(night, "Africa/Cairo")
    made = picker.cells(found, chosen=[], booked={}, partners=[])
    rows = picker.rows(made, zone="Africa/Cairo")
    assert [row.clock for row in rows] == ["00:00", "21:00", "22:00", "23:00", "23:00 (second time)"]
    assert sum(cell.slot is not None for row in rows for cell in row.cells) == len(found) == 5


# --- Whole days, drafts, saving ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_whole_day_is_chosen_or_cleared_with_one_button_and_nothing_is_saved_yet(
    three: tuple[Round, list[Startup]], cast: Cast, as_user: SignIn
) -> None:
    round_, _startups = three
    client = as_user(cast.company_owner)
    page = send(client, round_, f"all:{TUESDAY}", ["20310602T0400"])
    day = {value for value in ticked(page) if value.startswith("20310603")}
    assert (len(day), ticked(page) - day) == (8, {"20310602T0400"})
    assert (page.context["unsaved"], Availability.objects.count()) == (True, 0)
    assert "is not saved yet" in words(page)
    assert page.context["shown_day"] == date(2031, 6, 3)
    (button,) = [each for each in page.context["days"] if each["day"] == date(2031, 6, 3)]
    assert button["is_full"] is True
    assert f'value="none:{TUESDAY}"' in source(page)
    cleared = send(client, round_, f"none:{TUESDAY}", sorted(ticked(page)))
    assert ticked(cleared) == {"20310602T0400"}
    assert ticked(send(client, round_, "all:2031-06-08", [NINE])) == {NINE}  # a Sunday
    assert ticked(send(client, round_, "all:soon", [NINE])) == {NINE}


@pytest.mark.django_db
def test_another_day_on_a_narrow_screen_keeps_what_is_ticked_without_saving_it(
    three: tuple[Round, list[Startup]], cast: Cast, as_user: SignIn
) -> None:
    round_, _startups = three
    client, page = as_user(cast.company_owner), path("availability", pk=round_.pk)
    moved = send(client, round_, f"day:{TUESDAY}", [NINE, ONE], day="2031-06-02", zone="Asia/Kolkata")
    assert (moved.context["shown_day"], moved.context["zone"]) == (date(2031, 6, 3), "Asia/Kolkata")
    assert (ticked(moved), Availability.objects.count()) == ({NINE, ONE}, 0)
    assert ticked(client.get(page)) == {NINE, ONE}  # also when one comes back
    assert ticked(as_user(cast.company_member).get(page)) != {NINE, ONE}  # but nobody else sees a draft
    client = as_user(cast.company_owner)
    assert ticked(client.get(page)) != {NINE, ONE}  # nor whoever signs in anew


@pytest.mark.django_db
def test_a_draft_ends_with_saving_discarding_and_the_usual_hours(
    three: tuple[Round, list[Startup]], cast: Cast, as_user: SignIn
) -> None:
    round_, _startups = three
    client, page = as_user(cast.company_owner), path("availability", pk=round_.pk)
    usual = ticked(client.get(page))
    send(client, round_, "show", [NINE])
    assert ticked(send(client, round_, "discard", [NINE])) == usual
    send(client, round_, "show", [NINE])
    client.post(path("availability_usual", pk=round_.pk))
    assert (ticked(client.get(page)), client.get(page).context["unsaved"]) == (usual, False)
    send(client, round_, "show", [NINE])
    send(client, round_, "save", [TEN])
    assert (ticked(client.get(page)), client.get(page).context["unsaved"]) == ({TEN}, False)
    send(client, round_, "show", [NINE, "20310608T0000", "x"])
    assert ticked(client.get(page)) == {NINE}


@pytest.mark.django_db
def test_what_was_offered_outside_the_table_is_no_choice(
    three: tuple[Round, list[Startup]], cast: Cast, as_user: SignIn
) -> None:
    round_, _startups = three
    evening = Interval(datetime(2031, 6, 3, 14, tzinfo=UTC), datetime(2031, 6, 3, 15, tzinfo=UTC))
    actions.give_availability(round_, cast.company.organisation, [evening], by=cast.company_owner)
    page = send(as_user(cast.company_owner), round_, "save", [])
    assert "Choose at least one time" in words(page)
    kept = AvailabilityWindow.objects.get()
    assert (kept.starts_at, kept.ends_at) == (evening.start, evening.end)


@pytest.mark.django_db
def test_saving_nothing_is_refused_and_the_empty_choice_stays(
    three: tuple[Round, list[Startup]], cast: Cast, as_user: SignIn
) -> None:
    round_, _startups = three
    page = send(as_user(cast.company_owner), round_, "save", [], day=TUESDAY, zone="Asia/Kolkata")
    assert "Choose at least one time" in words(page)
    assert (ticked(page), page.context["zone"], Availability.objects.count()) == (set(), "Asia/Kolkata", 0)


@pytest.mark.django_db
def test_what_is_offered_where_a_meeting_is_booked_stays_offered(cast: Cast, as_user: SignIn) -> None:
    """So that it counts again when the meeting is cancelled; the cell names the other side meanwhile."""
    elsewhere = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    request = stories.agreed(
        stories.match_of(cast.company, startup_in("SG", "Asia/Singapore")), cast.company_owner
    )
    round_ = stories.a_round(cast.officer, [request])
    offer(round_, cast.company, between("2031-06-03T00:30", "2031-06-03T03:00"))
    meeting = actions.book_free_time(
        elsewhere, stories.at(1, 30, day=3), by=cast.officer, now=stories.at(0, day=1)
    )
    client, page = as_user(cast.company_owner), path("availability", pk=round_.pk)
    shown = client.get(page)
    (booked,) = [cell for cell in cells(shown) if cell.booked is not None]
    assert (booked.slot.value, booked.checked) == (TEN, False)
    assert f"Booked {cast.startup.organisation.name_en}" in words(shown)
    assert f'value="{TEN}"' not in source(shown)
    send(client, round_, "save", [ONE])
    saved = [Interval(each.starts_at, each.ends_at) for each in AvailabilityWindow.objects.all()]
    assert saved == [
        between("2031-06-03T01:30", "2031-06-03T02:30"),
        between("2031-06-03T04:00", "2031-06-03T05:00"),
    ]
    BookingSeat.objects.filter(meeting=meeting).update(status="released")
    assert ticked(client.get(page)) == {TEN, ONE}


# --- Counts ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_counts_follow_what_is_ticked_before_it_is_saved(
    three: tuple[Round, list[Startup]], cast: Cast, as_user: SignIn, language: str
) -> None:
    round_, (singapore, israel, sydney) = three
    offer(round_, singapore, between("2031-06-03T00:30", "2031-06-03T01:30"))
    offer(round_, israel, between("2031-06-03T01:30", "2031-06-03T02:30"))
    offer(round_, sydney, between("2031-06-03T01:30", "2031-06-03T02:10"))  # 40 minutes are too few for 45
    client = as_user(cast.company_owner)

    def counted(*slots: str) -> str:
        address = path("availability", language=language, pk=round_.pk)
        response = client.post(address, {"do": "count", "slot": slots})
        assert b"<main" not in response.content
        return words(response)

    def expected(count: int, reached: int) -> str:
        if language == "ja":
            return f"{count}枠を選択中 承諾済み3社のうち{reached}社と重なる時間があります"
        return f"{count} time{'s' * (count != 1)} chosen Overlap with {reached} of your 3 accepted startups"

    assert counted(NINE, TEN, ONE) == expected(3, 2)
    assert counted(NINE) == expected(1, 1)
    assert counted(ONE, "nonsense").startswith(expected(1, 0))
    assert ticked(client.get(path("availability", pk=round_.pk))) == {ONE}  # kept if the page is left
    assert not Availability.objects.filter(organisation=cast.company.organisation).exists()
    others = {cell.slot.value: cell.others for cell in cells(client.get(path("availability", pk=round_.pk)))}
    assert {value for value, count in others.items() if count} == {NINE, TEN}
    assert (others[NINE], others[TEN]) == (1, 1)


@pytest.mark.django_db
def test_a_startup_reads_of_its_accepted_firms(
    three: tuple[Round, list[Startup]], cast: Cast, as_user: SignIn
) -> None:
    round_, _startups = three
    page = as_user(cast.startup_owner).get(path("availability", pk=round_.pk))
    assert "Overlap with 1 of your 1 accepted firm" in words(page)
    assert cast.company.organisation.name_en not in " ".join(each for row in table(page) for each in row)


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_shared_time_the_nearest_is_told_and_choosing_it_gives_one(
    three: tuple[Round, list[Startup]], cast: Cast, as_user: SignIn, language: str
) -> None:
    round_, startups = three
    offer(round_, startups[0], between("2031-06-02T00:30", "2031-06-02T01:30"))
    offer(round_, startups[1], between("2031-06-04T07:00", "2031-06-04T08:00"))
    offer(round_, startups[2], between("2031-06-07T00:30", "2031-06-07T01:30"))  # outside the round
    client, page = as_user(cast.company_owner), path("availability", language=language, pk=round_.pk)
    shown = client.post(page, {"do": "show", "slot": [ONE]}, follow=True)
    told = {
        "en": "No shared time yet. Nearest: Wed 4 Jun, 16:00",
        "ja": "重なる時間がまだありません。最も近い時間：6月4日（水） 16:00",
    }
    assert told[language] in words(shown)
    after = client.post(page, {"do": "show", "slot": [ONE, "20310604T0700"]}, follow=True)
    assert (after.context["chosen"]["reached"], after.context["chosen"]["nearest"]) == (1, None)
    there = client.post(page, {"do": "show", "slot": [ONE], "zone": "Asia/Jerusalem"}, follow=True)
    assert there.context["chosen"]["nearest"].clock == "10:00"


@pytest.mark.django_db
def test_where_no_time_of_the_round_suits_both_that_is_said(
    three: tuple[Round, list[Startup]], cast: Cast, as_user: SignIn
) -> None:
    round_, startups = three
    for each in startups:
        actions.refuse_round(round_, each.organisation, wish="In July", by=stories.member_of(each))
    page = as_user(cast.company_owner).get(path("availability", pk=round_.pk))
    assert "none of the times of this round is free on both sides" in words(page)
    assert {cell.others for cell in cells(page)} == {0}
    assert "None free" in words(page)


FIRST = datetime(2031, 6, 2, tzinfo=UTC)


def half_hours(numbers: list[int]) -> tuple[Interval, ...]:
    half = timedelta(minutes=30)
    return merge(Interval(FIRST + n * half, FIRST + (n + 1) * half) for n in numbers)


@settings(max_examples=60, deadline=None)
@given(
    st.sets(st.integers(0, 15), max_size=6),
    st.lists(st.integers(0, 32), max_size=6),
    st.lists(st.tuples(st.sampled_from([30, 45, 60]), st.lists(st.integers(0, 32), max_size=8)), max_size=3),
)
def test_the_nearest_time_is_the_nearest_that_makes_a_meeting_possible(
    ticks: set[int], busy_: list[int], others: list[tuple[int, list[int]]]
) -> None:
    """Held against trying every slot."""
    found = picker.slots([Interval(FIRST, FIRST + timedelta(hours=16))], "Asia/Tokyo")
    busy = half_hours(busy_)
    partners = [picker.Partner(minutes, half_hours(numbers)) for minutes, numbers in others]
    chosen = {found[number].value for number in ticks}

    def reached(values: set[str]) -> bool:
        mine = subtract(picker.hours_of(found, values), busy)
        return any(picker.shares(mine, each) for each in partners)

    def distance(slot: picker.Slot) -> tuple[timedelta, datetime]:
        mine = [each.interval.start for each in found if each.value in chosen]
        return min((abs(slot.interval.start - one) for one in mine), default=timedelta()), slot.interval.start

    if reached(chosen):
        return
    would = [
        each
        for each in found
        if each.value not in chosen
        and not any(when.meets(each.interval) for when in busy)
        and reached(chosen | {each.value})
    ]
    nearest = picker.nearest(found, chosen=chosen, busy=busy, partners=partners, now=FIRST - timedelta(1))
    assert nearest == min(would, key=distance, default=None)
    late = picker.nearest(found, chosen=chosen, busy=busy, partners=partners, now=FIRST + timedelta(2))
    assert late is None


@pytest.mark.django_db
def test_a_round_whose_days_are_all_holidays_says_so(cast: Cast, as_user: SignIn) -> None:
    round_, reader = round_with(
        cast, startup_in("SG", "Asia/Singapore"), first_day=date(2031, 5, 3), last_day=date(2031, 5, 5)
    )
    page = as_user(reader).get(path("availability", pk=round_.pk))
    assert (page.status_code, page.context["rows"]) == (200, [])
    assert "This round has no hours" in words(page)


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_month_of_times_is_read_in_a_region_that_scrolls(
    cast: Cast, as_user: SignIn, language: str
) -> None:
    round_, reader = round_with(cast, startup_in("SG", "Asia/Singapore"), last_day=date(2031, 7, 2))
    page = as_user(reader).get(path("availability", language=language, pk=round_.pk))
    assert 'class="pick pick-many"' in source(page)
    assert len(page.context["days"]) == 23
    assert said("Choose the whole day", language) in words(page) or all(
        each["is_full"] for each in page.context["days"]
    )


@pytest.mark.django_db
def test_the_lead_tells_the_length_where_all_are_alike(
    three: tuple[Round, list[Startup]], cast: Cast, as_user: SignIn
) -> None:
    round_, _startups = three
    client, page = as_user(cast.company_owner), path("availability", pk=round_.pk)
    assert ", 45 minutes each. Answer by Mon 26 May 2031." in words(client.get(page))
    MeetingRequest.objects.filter(pk=MeetingRequest.objects.filter(round=round_).first().pk).update(
        minutes=60
    )
    assert "minutes each" not in words(client.get(page))
    Round.objects.filter(pk=round_.pk).update(opens=time(10))
    assert client.get(page).context["rows"][0].clock == "10:00"
    assert Availability.objects.filter(kind=AvailabilityKind.CHOSEN).count() == 0
