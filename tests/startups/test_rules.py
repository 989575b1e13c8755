"""The rules of a startup's profile by themselves: names of files, figures, amounts, regions, years and days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from matchmaking.core.prefectures import Prefecture
from matchmaking.core.regions import REGIONS
from startups.enums import MONEY, Measure
from startups.rules import (
    NAME_LENGTH,
    check_amount,
    check_figure,
    check_region,
    not_after_today,
    not_in_the_future,
    shown_name,
)

WHICH = ("Choose the currency of this amount.", "金額の通貨を選んでください。")
NO_MONEY = (
    "Leave this empty: only amounts of money have a currency.",
    "金額ではないため、通貨は選ばないでください。",
)
SAY_WHAT = ("Say in your own words what is counted.", "何の数値かを入力してください。")
NOT_OTHER = ("Leave this empty, or choose “Other” above.", "空欄にするか、項目で「その他」を選んでください。")
HOW_MUCH = (
    "Enter the amount, or leave the currency empty.",
    "金額を入力するか、通貨を空欄に戻してください。",
)
ELSEWHERE = "This is no state or zone of the country above: choose one of its own, or leave it empty."


def told(rule: Any, *given: Any) -> dict[str, tuple[str, str]]:
    """What a rule says, by field, in both languages."""
    try:
        rule(*given)
    except ValidationError as error:
        found: dict[str, list[str]] = {}
        for language in ("en", "ja"):
            with translation.override(language):
                for name, words in error.message_dict.items():
                    found.setdefault(name, []).extend(words)
        return {name: (english, japanese) for name, (english, japanese) in found.items()}
    return {}


# --- The name of an uploaded file --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Deck.PDF", "Deck.pdf"),
        ("deck .PDF ", "deck.pdf"),
        ("deck", "deck.pdf"),
        ("deck.pdf.pdf", "deck.pdf.pdf"),  # who names a file so means it
        ("deck.exe", "deck.exe.pdf"),  # whatever it claims to be, it is given back as a PDF
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\decks\\pitch.pdf", "pitch.pdf"),  # what old browsers sent
        ("a/.pdf", "deck.pdf"),
        ("/", "deck.pdf"),
        ("", "deck.pdf"),
        ("...", "deck.pdf"),
        (".pdf", "deck.pdf"),
        ("\u200b.pdf", "deck.pdf"),
        ("deck..pdf", "deck.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe.pdf"),  # turned round, it would end in exe.pdf
        ("a\nb\x00c.pdf", "abc.pdf"),
        ("  my   deck .pdf", "my deck.pdf"),
        ("か\u3099いよう.pdf", "がいよう.pdf"),  # as a Mac sends it
        ("-.pdf", "-.pdf"),
    ],
    ids=ascii,
)
def test_a_file_is_called_by_one_plain_line_that_ends_in_pdf(sent: str, shown: str) -> None:
    assert shown_name(sent) == shown
    assert shown_name(shown) == shown  # and stays so


@pytest.mark.parametrize("letter", ["x", "資", "𠮷"])
@pytest.mark.parametrize("length", [NAME_LENGTH - 4, NAME_LENGTH - 3, 5_000])
def test_a_name_is_cut_to_its_column_and_keeps_its_ending(letter: str, length: int) -> None:
    assert shown_name(letter * length + ".pdf") == letter * (NAME_LENGTH - 4) + ".pdf"


# --- Figures and amounts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", Measure)
@pytest.mark.parametrize("currency", ["", "SGD"])
@pytest.mark.parametrize("words", ["", "Fuel saved (%)"])
def test_money_has_a_currency_and_only_what_is_not_listed_has_words(
    what: Measure, currency: str, words: str
) -> None:
    expected = {}
    if what in MONEY and not currency:
        expected["currency"] = WHICH
    if what not in (*MONEY, Measure.OTHER) and currency:
        expected["currency"] = NO_MONEY
    if what == Measure.OTHER and not words:
        expected["words"] = SAY_WHAT
    if what != Measure.OTHER and words:
        expected["words"] = NOT_OTHER
    assert told(check_figure, {"what": what, "currency": currency, "words": words}) == expected


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"currency": "SGD", "words": "x"},  # what is counted was refused itself: one message is enough
        {"what": "", "currency": "SGD", "words": "x"},
        {"what": Measure.REVENUE},  # the currency was refused itself
        {"what": Measure.OTHER, "currency": ""},
    ],
)
def test_a_field_that_was_refused_itself_brings_no_second_message(values: dict[str, Any]) -> None:
    assert told(check_figure, values) == {}


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (None, "", {}),
        (0, "SGD", {}),  # nothing is an amount, too
        (5, "SGD", {}),
        (0, "", {"c": WHICH}),
        (5, "", {"c": WHICH}),
        (5, None, {"c": WHICH}),
        (None, "SGD", {"a": HOW_MUCH}),
    ],
)
def test_an_amount_and_its_currency_are_given_both_or_neither(
    amount: int | None, currency: str | None, expected: dict[str, tuple[str, str]]
) -> None:
    assert told(check_amount, {"a": amount, "c": currency}, "a", "c") == expected


# --- Regions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("country", REGIONS)
def test_every_region_belongs_to_its_own_country_and_an_empty_one_to_all(country: str) -> None:
    taken = [
        region
        for each in REGIONS.values()
        for region in each.values
        if not told(check_region, country, region)
    ]
    assert set(REGIONS[country].values) <= set(taken)
    assert told(check_region, country, "") == {}
    foreign = {region for each in REGIONS.values() for region in each.values} - set(REGIONS[country].values)
    assert foreign.isdisjoint(taken)


@pytest.mark.parametrize(
    ("country", "region"),
    [
        ("SG", "WA"),
        ("JP", Prefecture.TOKYO),
        ("AU", "nsw"),
        ("AU", "New South Wales"),
        ("IN", "WIB"),
        ("", "WA"),
    ],
)
def test_a_region_of_nowhere_is_told_in_the_readers_language(country: str, region: str) -> None:
    [(english, japanese)] = told(check_region, country, region).values()
    assert english == ELSEWHERE
    assert japanese not in ("", ELSEWHERE)


@pytest.mark.parametrize("code", sorted({"WA", "TN", "AN"} & {r for e in REGIONS.values() for r in e.values}))
def test_a_code_counts_in_its_own_country_only(code: str) -> None:
    owners = {country for country, each in REGIONS.items() if code in each.values}
    assert {country for country in REGIONS if not told(check_region, country, code)} == owners


# --- Years and days ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "latest"),
    [
        (datetime(2026, 12, 31, 9, 59, tzinfo=UTC), 2026),
        (datetime(2026, 12, 31, 10, 0, tzinfo=UTC), 2027),  # midnight on Kiritimati
        (datetime(2027, 1, 1, 0, 0, tzinfo=UTC), 2027),
    ],
)
def test_a_year_has_begun_as_soon_as_it_has_anywhere(now: datetime, latest: int) -> None:
    with time_machine.travel(now, tick=False):
        not_in_the_future(latest)
        with pytest.raises(ValidationError) as caught:
            not_in_the_future(latest + 1)
    assert caught.value.messages == [f"Enter a year up to {latest}."]


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Asia/Tokyo", "America/Los_Angeles"])
def test_today_is_what_the_reader_calls_today(zone: str) -> None:
    now = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
    with time_machine.travel(now, tick=False), timezone.override(zone):
        today = timezone.localdate()
        not_after_today(today)
        not_after_today(date.min)
        with pytest.raises(ValidationError, match="Enter a day up to today"):
            not_after_today(today + timedelta(days=1))
