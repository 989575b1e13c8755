"""The log of readings: what leaves a trace, how often, who reads the log, and under which names (ADR 0017)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts import actions as accounts
from accounts.models import User
from companies.models import Company
from matchmaking.matches.enums import MatchStatus
from meetings.models import MeetingRequest
from startups import actions
from startups.actions import note_reading, readings
from startups.deck_readings import readings_for_staff, readings_for_startup
from startups.enums import DeckStatus, ReadingForm
from startups.models import Deck, DeckReading
from startups.models.readings import _NAMINGS, known_readers, name_readers_by
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.startups import decks

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
PAGES, FILE = ReadingForm.PAGES, ReadingForm.FILE
NOBODY_KNOWN = "A firm to which you are recommended"


@pytest.fixture
def deck(cast: Cast) -> Deck:
    """In use, of the cast's startup, which is recommended to the cast's firm."""
    stories.match_of(cast.company, cast.startup, MatchStatus.DISCLOSED)
    return decks.shelved(cast.startup, cast.startup_owner)


def address(deck: Deck, part: str, *more: int) -> str:
    return reverse(f"startups:deck_{part}", args=[deck.startup_id, *more])


def traces() -> list[tuple[str, str]]:
    rows = DeckReading.objects.order_by("pk").select_related("reader")
    return [(row.reader.name, row.form) for row in rows]


PARTS: list[tuple[str, tuple[int, ...], ReadingForm]] = [
    ("file", (), FILE),
    ("first_page", (), PAGES),
    ("thumbnail", (1,), PAGES),
]


@pytest.mark.parametrize(("part", "more", "form"), PARTS)
@pytest.mark.parametrize(
    ("person", "leaves_a_trace"),
    [
        ("officer", True),
        ("administrator", True),
        ("company_owner", True),
        ("company_member", True),
        ("startup_owner", False),
        ("startup_member", False),
        ("other_company_owner", False),
        ("other_startup_owner", False),
        ("expert", False),
        ("newcomer", False),
    ],
)
def test_whoever_is_given_a_part_leaves_a_trace(
    person: str, leaves_a_trace: bool, part: str, more: tuple[int, ...], form: ReadingForm, deck: Deck, cast: Cast,
    as_user: SignIn,
) -> None:  # fmt: skip
    as_user(getattr(cast, person)).get(address(deck, part, *more))
    user = getattr(cast, person)
    assert traces() == ([(user.name, form)] if leaves_a_trace else [])
    assert [row.organisation for row in DeckReading.objects.all()] == [user.organisation] * leaves_a_trace


@pytest.mark.parametrize(("part", "more", "form"), PARTS)
@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Sec-Purpose", "prefetch"),
        ("Sec-Purpose", "prefetch;prerender"),
        ("Purpose", "prefetch"),
        ("X-Moz", "prefetch"),
        ("X-Purpose", "prefetch"),
    ],
)
def test_what_a_browser_fetches_before_anybody_asks_is_not_given(
    header: str, value: str, part: str, more: tuple[int, ...], form: ReadingForm, deck: Deck, cast: Cast,
    as_user: SignIn,
) -> None:  # fmt: skip
    answer = as_user(cast.company_owner).get(address(deck, part, *more), headers={header: value})
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (503, b"", "no-store")
    assert traces() == []


@pytest.mark.parametrize(
    ("header", "value"), [("Sec-Purpose", ""), ("Purpose", "navigate"), ("Range", "bytes=0-9")]
)
def test_a_reader_who_asks_is_given_it(
    header: str, value: str, deck: Deck, cast: Cast, as_user: SignIn
) -> None:
    answer = as_user(cast.company_owner).get(address(deck, "file"), headers={header: value})
    assert answer.status_code in (200, 206)
    assert traces() == [("company-owner", FILE)]


@pytest.mark.parametrize(("part", "more", "form"), PARTS)
def test_head_gives_nothing_away_and_leaves_nothing(
    part: str, more: tuple[int, ...], form: ReadingForm, deck: Deck, cast: Cast, as_user: SignIn
) -> None:
    answer = as_user(cast.officer).head(address(deck, part, *more))
    assert (answer.status_code, answer.getvalue()) == (200, b"")
    assert traces() == []


def test_a_page_that_is_not_there_leaves_nothing(deck: Deck, cast: Cast, as_user: SignIn) -> None:
    assert as_user(cast.officer).get(address(deck, "thumbnail", 99)).status_code == 404
    assert traces() == []


def test_one_look_at_all_pages_is_one_row_and_the_file_another(
    deck: Deck, cast: Cast, as_user: SignIn
) -> None:
    client = as_user(cast.company_owner)
    for _again in range(2):
        for part, more, _form in PARTS:
            client.get(address(deck, part, *more))
    assert sorted(traces()) == [("company-owner", FILE), ("company-owner", PAGES)]


def test_the_pages_that_only_show_the_deck_write_nothing_themselves(
    deck: Deck, cast: Cast, as_user: SignIn
) -> None:
    for person, page in (
        (cast.officer, reverse("startups:detail", args=[deck.startup_id])),
        (cast.company_owner, reverse("startups:profile", args=[deck.startup_id])),
        (cast.startup_owner, reverse("startups:deck")),
    ):
        assert as_user(person).get(page).status_code == 200
    assert traces() == []


@pytest.mark.parametrize(
    ("moments", "days"),
    [
        (["2026-11-26T00:00Z", "2026-11-26T14:59Z"], [date(2026, 11, 26)]),
        (["2026-11-26T14:59Z", "2026-11-26T15:00Z"], [date(2026, 11, 26), date(2026, 11, 27)]),
        (["2026-12-31T14:59Z", "2026-12-31T15:01Z"], [date(2026, 12, 31), date(2027, 1, 1)]),
    ],
)
def test_a_day_is_a_day_of_the_office(
    moments: list[str], days: list[date], deck: Deck, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for moment in moments:
        now = datetime.fromisoformat(moment)
        monkeypatch.setattr(readings.timezone, "now", lambda now=now: now)
        note_reading(deck, PAGES, by=cast.company_owner)
    rows = DeckReading.objects.order_by("day")
    assert [row.day for row in rows] == days
    assert rows[0].read_at == datetime.fromisoformat(moments[0])


def test_another_version_another_person_and_another_form_are_rows_of_their_own(
    deck: Deck, cast: Cast
) -> None:
    note_reading(deck, PAGES, by=cast.company_owner)
    note_reading(deck, PAGES, by=cast.company_member)
    note_reading(deck, FILE, by=cast.company_owner)
    Deck.objects.filter(pk=deck.pk).update(status=DeckStatus.REPLACED)
    newer = decks.shelved(cast.startup, cast.startup_owner)
    note_reading(newer, PAGES, by=cast.company_owner)
    assert DeckReading.objects.count() == 4
    note_reading(newer, PAGES, by=cast.company_owner)
    assert DeckReading.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_of_many_requests_at_once_one_writes(cast: Cast, as_user: SignIn) -> None:
    stories.match_of(cast.company, cast.startup, MatchStatus.DISCLOSED)
    deck = decks.shelved(cast.startup, cast.startup_owner)
    clients = [as_user(cast.company_owner) for _number in range(6)]

    def look(client: Client) -> int:
        try:
            return client.get(address(deck, "first_page")).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(look, clients * 2)) == [200] * 12
    assert traces() == [("company-owner", PAGES)]


def test_a_deck_is_not_given_when_nothing_can_be_written(deck: Deck, cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.company_owner)
    client.raise_request_exception = False
    with transaction.atomic():
        connection.cursor().execute("ALTER TABLE startups_deckreading RENAME TO away")
        answer = client.get(address(deck, "file"))
        transaction.set_rollback(True)
    assert answer.status_code == 500
    assert b"what a reader is given" not in answer.content
    assert client.get(address(deck, "file")).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"day": date(2020, 1, 1)},
        {"form": FILE},
        {"read_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"organisation": None},
    ],
)
def test_the_database_lets_nobody_change_or_delete_a_reading(
    change: dict[str, Any], deck: Deck, cast: Cast
) -> None:
    note_reading(deck, PAGES, by=cast.company_owner)
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        DeckReading.objects.update(**change)
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        DeckReading.objects.all().delete()
    assert traces() == [("company-owner", PAGES)]


def test_the_database_knows_the_forms_and_one_row_a_day(deck: Deck, cast: Cast) -> None:
    fields: dict[str, Any] = {
        "deck": deck, "reader": cast.officer, "form": PAGES, "day": date(2026, 11, 26), "read_at": timezone.now(),
    }  # fmt: skip
    DeckReading.objects.create(**fields)
    for bad, name in (({}, "reading_once_a_day"), ({"form": "ears"}, "reading_form_known")):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            DeckReading.objects.create(**fields | bad)


def test_what_was_read_stays_as_long_as_its_reading(deck: Deck, cast: Cast) -> None:
    note_reading(deck, FILE, by=cast.officer)
    for row in (deck, cast.officer):
        with pytest.raises(ProtectedError), transaction.atomic():
            row.delete()
    actions.delete_deck(deck, by=cast.startup_owner)  # its files go, its row stays
    assert [(line.who, line.deck) for line in readings_for_staff(cast.startup)] == [("officer", deck)]


def test_an_erased_reader_is_a_former_user_in_the_log(deck: Deck, cast: Cast) -> None:
    note_reading(deck, PAGES, by=cast.company_member)
    accounts.erase_person(cast.company_member, by=None)
    [line] = readings_for_staff(cast.startup)
    assert line.who == f"Former user ({cast.company.organisation})"


def test_staff_read_persons_the_latest_first_with_what_they_were_given(deck: Deck, cast: Cast) -> None:
    for user, form in ((cast.company_owner, FILE), (cast.company_owner, PAGES), (cast.officer, PAGES)):
        note_reading(deck, form, by=user)
    firm = cast.company.organisation
    assert [(line.who, line.what) for line in readings_for_staff(cast.startup)] == [
        ("officer", "Page images"),
        (f"company-owner ({firm})", "Page images, File"),
    ]
    with translation.override("ja"):
        assert [line.what for line in readings_for_staff(cast.startup)][1] == "ページ画像、ファイル"


def test_the_log_of_one_startup_holds_nothing_of_another(deck: Deck, cast: Cast) -> None:
    other = decks.shelved(cast.other_startup, cast.other_startup_owner)
    note_reading(other, PAGES, by=cast.officer)
    assert readings_for_staff(cast.startup) == []
    assert readings_for_startup(cast.startup, cast.startup_owner) == []


def test_a_long_log_shows_its_end(deck: Deck, cast: Cast) -> None:
    today = date(2026, 11, 26)
    DeckReading.objects.bulk_create(
        DeckReading(
            deck=deck,
            reader=cast.officer,
            form=PAGES,
            day=today - timedelta(days=days),
            read_at=timezone.now(),
        )
        for days in range(130)
    )
    lines = readings_for_staff(cast.startup)
    assert (len(lines), lines[0].day) == (100, today)


def _recommended(cast: Cast) -> None:
    """The firm reads it and keeps quiet."""


def _interested(cast: Cast) -> MeetingRequest:
    match = stories.match_of(cast.company, cast.startup, MatchStatus.DISCLOSED)
    return stories.asked(match, cast.company_owner)


def _interested_without_a_name(cast: Cast) -> MeetingRequest:
    Company.objects.filter(pk=cast.company.pk).update(name_disclosed=False)
    return _interested(cast)


def _accepted(cast: Cast) -> None:
    stories.actions.accept(_interested_without_a_name(cast), by=cast.startup_owner)


@pytest.mark.parametrize(
    ("happens", "called"),
    [
        (_recommended, NOBODY_KNOWN),
        (_interested, "Kitahama Foods"),
        (_interested_without_a_name, "firm in Niigata"),
        (_accepted, "Kitahama Foods"),
    ],
)
def test_the_startup_reads_of_a_firm_what_it_may_know(
    happens: Callable[[Cast], Any], called: str, cast: Cast
) -> None:
    if happens is _recommended:
        stories.match_of(cast.company, cast.startup, MatchStatus.DISCLOSED)
    deck = decks.shelved(cast.startup, cast.startup_owner)
    happens(cast)
    note_reading(deck, PAGES, by=cast.company_owner)
    [line] = readings_for_startup(cast.startup, cast.startup_owner)
    assert called in line.who
    if called != "Kitahama Foods":
        assert cast.company.organisation.name not in line.who
        assert cast.company.organisation.name_en not in line.who


@pytest.mark.parametrize(("language", "name"), [("ja", "name"), ("en", "name_en")])
def test_a_firm_is_called_in_the_readers_language(language: str, name: str, cast: Cast) -> None:
    _interested(cast)
    with translation.override(language):
        known = known_readers(cast.startup_owner)
    assert known == {cast.company.pk: getattr(cast.company.organisation, name)}


def test_nobody_but_a_startup_learns_names_here(cast: Cast) -> None:
    _accepted(cast)
    for person in (cast.company_owner, cast.expert, cast.newcomer, cast.officer, cast.other_startup_owner):
        assert known_readers(person) == {}


def test_what_is_registered_later_has_the_last_word(cast: Cast) -> None:
    before = list(_NAMINGS)
    try:
        for _again in range(2):
            name_readers_by(_first)
            name_readers_by(_second)
        assert len(_NAMINGS) == len(before) + 2
        assert known_readers(cast.newcomer) == {1: "later", 2: "first"}
    finally:
        _NAMINGS[:] = before


def _first(_user: User) -> dict[int, str]:
    return {1: "first", 2: "first"}


def _second(_user: User) -> dict[int, str]:
    return {1: "later"}


def test_colleagues_of_one_firm_and_the_office_are_one_line_each(deck: Deck, cast: Cast) -> None:
    second = factories.OfficerFactory()
    for user in (cast.company_owner, cast.company_member, cast.officer, second):
        note_reading(deck, PAGES, by=user)
    note_reading(deck, FILE, by=cast.company_member)
    lines = readings_for_startup(cast.startup, cast.startup_owner)
    assert [(line.who, line.what) for line in lines] == [
        (NOBODY_KNOWN, "Page images, File"),
        ("Programme office and its experts", "Page images"),
    ]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_both_sides_find_the_log_on_their_pages(
    language: str, deck: Deck, cast: Cast, as_user: SignIn
) -> None:
    staff, owner = as_user(cast.officer), as_user(cast.startup_owner)
    with translation.override(language):
        detail = reverse("startups:detail", args=[deck.startup_id])
        own = reverse("startups:deck")
    empty = {"en": "Nobody outside", "ja": "社外の閲覧はまだありません"}[language]
    assert empty in owner.get(own).content.decode()
    assert empty in staff.get(detail).content.decode()
    note_reading(deck, FILE, by=cast.company_owner)
    firm = cast.company.organisation.name
    shown = {"en": "Read by", "ja": "閲覧者"}[language]
    for client, page, names_it in ((owner, own, False), (staff, detail, True)):
        html = client.get(page).content.decode()
        assert shown in html
        assert empty not in html
        assert ("company-owner" in html, firm in html) == (names_it, names_it)


def test_a_firm_is_told_that_the_startup_learns_of_it_and_others_are_not(
    deck: Deck, cast: Cast, as_user: SignIn
) -> None:
    words = "The startup sees that the deck was read"
    assert (
        words
        in as_user(cast.company_owner)
        .get(reverse("startups:profile", args=[deck.startup_id]))
        .content.decode()
    )
    for person, page in (
        (cast.officer, reverse("startups:detail", args=[deck.startup_id])),
        (cast.startup_owner, reverse("startups:deck")),
    ):
        assert words not in as_user(person).get(page).content.decode()


def test_a_startup_without_a_deck_has_no_log_to_show(cast: Cast, as_user: SignIn) -> None:
    for person, page in (
        (cast.officer, reverse("startups:detail", args=[cast.other_startup.pk])),
        (cast.other_startup_owner, reverse("startups:deck")),
    ):
        assert "deck-readings" not in as_user(person).get(page).content.decode()


def test_the_log_costs_the_same_for_one_and_for_many(
    deck: Deck, cast: Cast, as_user: SignIn, django_assert_max_num_queries: Any
) -> None:
    for client, page in (
        (as_user(cast.officer), reverse("startups:detail", args=[deck.startup_id])),
        (as_user(cast.startup_owner), reverse("startups:deck")),
    ):
        prices = []
        for number in (1, 4):
            for _index in range(number):
                note_reading(deck, PAGES, by=factories.OfficerFactory())
            with django_assert_max_num_queries(60) as queries:
                client.get(page)
            prices.append(len(queries))
        assert prices[0] == prices[1]
