"""What may happen to an organisation, on plain values: names, tags, checks before an approval, telephone numbers."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from accounts.enums import OrganisationKind, ReviewCheck, ReviewKind
from accounts.models import Membership, Organisation, Review
from accounts.rules import (
    check_phone,
    check_sub_fields,
    check_tags,
    checks_of,
    name_of,
    names_of,
    stray_sub_fields,
    unchecked,
)
from matchmaking.core.enums import SUB_FIELDS

PHONE = (
    "Write a telephone number of 8 to 15 digits, such as 0258-12-3456 or +81 258 12 3456.",
    "電話番号は、0258-12-3456や+81 258 12 3456のように、8〜15桁で入力してください。",
)
NEEDED = (
    "Choose at least one: a profile that is sent in needs it.",
    "1つ以上選択してください。提出するプロフィールに必要です。",
)


def in_both(deed: Any) -> list[dict[str, list[str]]]:
    """The refusal, as a reader of either language finds it at the fields."""
    told = []
    for language in ("en", "ja"):
        with translation.override(language), pytest.raises(ValidationError) as caught:
            deed()
        with translation.override(language):
            told.append(caught.value.message_dict)
    return told


# --- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name_en", "language", "read"),
    [
        ("Kitahama Foods", "en", "Kitahama Foods"),
        ("Kitahama Foods", "ja", "北浜食品株式会社"),
        ("", "en", "北浜食品株式会社"),
        ("", "ja", "北浜食品株式会社"),
    ],
)
def test_a_name_is_told_in_the_readers_language_where_there_is_one(
    name_en: str, language: str, read: str
) -> None:
    assert name_of(Organisation(name="北浜食品株式会社", name_en=name_en), language) == read


@pytest.mark.parametrize("language", ["en", "ja"])
def test_both_names_are_kept_whoever_is_reading_now(language: str) -> None:
    with translation.override(language):
        words = names_of(Organisation(name="北浜食品株式会社", name_en="Kitahama Foods"))
    assert (words.ja, words.en) == ("北浜食品株式会社", "Kitahama Foods")


def test_a_name_is_no_link_in_mail_and_stays_as_it_is_elsewhere() -> None:
    named = Organisation(name="https://evil.example 社", name_en="Checkout.ai")
    safe, plain = names_of(named, safe=True), names_of(named)
    assert (safe.ja, safe.en) == ("evil. example 社", "Checkout. ai")
    assert (plain.ja, plain.en) == (named.name, named.name_en)


# --- tags -----------------------------------------------------------------------------------------------------------


def test_every_sub_field_belongs_to_its_field_and_to_no_other() -> None:
    for field, sub_fields in SUB_FIELDS.items():
        others = [each for each in SUB_FIELDS if each != field]
        assert stray_sub_fields([field], sub_fields) == []
        assert stray_sub_fields(others, sub_fields) == list(sub_fields)
        assert stray_sub_fields([], sub_fields) == list(sub_fields)


def test_the_first_stray_sub_field_is_named_in_the_readers_language() -> None:
    english, japanese = in_both(lambda: check_sub_fields(["retail"], ["payments", "charging", "logistics"]))
    assert english == {
        "sub_fields": ["“Charging and batteries in use” belongs to none of the chosen fields."]
    }
    assert list(japanese) == ["sub_fields"]
    assert "は、選択した分野に属していません。" in japanese["sub_fields"][0]
    assert "Charging" not in japanese["sub_fields"][0]


@pytest.mark.parametrize("missing", [["fields"], ["modes"], ["languages"], ["fields", "modes", "languages"]])
def test_a_profile_that_is_sent_in_lacks_none_of_three_lists(missing: list[str]) -> None:
    whole: dict[str, list[str]] = {"fields": ["retail"], "modes": ["investment"], "languages": ["en"]}
    organisation = Organisation(**{**whole, **{name: [] for name in missing}})
    english, japanese = in_both(lambda: check_tags(organisation, complete=True))
    assert english == {name: [NEEDED[0]] for name in missing}
    assert japanese == {name: [NEEDED[1]] for name in missing}
    check_tags(organisation, complete=False)
    check_tags(Organisation(**whole), complete=True)


def test_a_stray_sub_field_is_refused_in_a_draft_too() -> None:
    with pytest.raises(ValidationError) as caught:
        check_tags(Organisation(fields=[], sub_fields=["charging"]), complete=False)
    assert list(caught.value.message_dict) == ["sub_fields"]


# --- checks before an approval --------------------------------------------------------------------------------------


def review(kind: str, review_kind: str = ReviewKind.REGISTRATION, *checks: str) -> Review:
    return Review(kind=review_kind, organisation=Organisation(kind=kind), checks=list(checks))


@pytest.mark.parametrize(
    ("kind", "review_kind", "count", "has_deck"),
    [
        (OrganisationKind.COMPANY, ReviewKind.REGISTRATION, 4, False),
        (OrganisationKind.STARTUP, ReviewKind.REGISTRATION, 5, True),
        (OrganisationKind.COMPANY, ReviewKind.IDENTITY, 2, False),
        (OrganisationKind.STARTUP, ReviewKind.IDENTITY, 2, False),
    ],
)
def test_checks_depend_on_who_is_reviewed_and_why(
    kind: str, review_kind: str, count: int, has_deck: bool
) -> None:
    asked = checks_of(review(kind, review_kind))
    assert (len(asked), ReviewCheck.DECK in asked) == (count, has_deck)
    assert unchecked(review(kind, review_kind)) == asked, "nothing is ticked to begin with"
    assert unchecked(review(kind, review_kind, *asked)) == []


@pytest.mark.parametrize("left", [each for each in ReviewCheck if each != ReviewCheck.DECK])
def test_whatever_is_left_is_named_and_ticks_of_other_kinds_help_nothing(left: ReviewCheck) -> None:
    ticked = [each for each in ReviewCheck if each != left]
    assert unchecked(review(OrganisationKind.COMPANY, ReviewKind.REGISTRATION, *ticked)) == [left]


# --- telephone numbers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    [
        "0258-12-3456",
        "+81 258 12 3456",
        "+65 6123 4567",
        "(0258) 12-3456",
        "03(1234)5678",
        "0258.12.3456",
        "０２５８－１２－３４５６",  # full-width, as a Japanese keyboard gives it
        "＋８１　２５８　１２　３４５６",
        "０２５８ー１２ー３４５６",  # the mark of a long vowel, which many type for a stroke
        "0258‐12‐3456",
        "0258–12–3456",
        "12345678",  # 8 digits
        "+123456789012345",  # 15
        "९१२३४५६७८",  # digits of another script are digits
    ],
)
def test_a_number_that_somebody_can_dial_is_taken(number: str) -> None:
    check_phone(number)


@pytest.mark.parametrize(
    "number",
    [
        "1234567",  # 7 digits
        "1234567890123456",  # 16
        "0258-12-3456 ext. 5",
        "0258-12-3456内線5",
        "call me",
        "------------",
        "+",
        "++81258123456",
        "81+258123456",
        "0258/123456",
        "tel:0258123456",
        "0258_123456",
        "<b>0258123456</b>",
        "0258,123456",
    ],
)
def test_anything_else_is_refused_with_an_example(number: str) -> None:
    for language, words in zip(("en", "ja"), PHONE, strict=True):
        with translation.override(language), pytest.raises(ValidationError) as caught:
            check_phone(number)
        with translation.override(language):
            assert (caught.value.messages, caught.value.code) == ([words], "phone")


def test_the_column_asks_the_same_and_may_be_empty() -> None:
    column: Any = Membership._meta.get_field("phone")
    assert check_phone in column.validators
    column.clean("", None)
    for number in ("call me", "0" * 31):
        with pytest.raises(ValidationError):
            column.clean(number, None)
