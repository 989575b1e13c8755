"""Which organisation staff mean by what they type: one, or they are told what to do, and never the wrong one."""

from __future__ import annotations

import pytest
from django import forms
from django.utils import translation

from accounts.enums import OrganisationKind, OrganisationStatus
from accounts.models import Organisation
from accounts.profiles.naming import SHOWN, named
from tests import factories

pytestmark = pytest.mark.django_db
FIRM, STARTUP = OrganisationKind.COMPANY, OrganisationKind.STARTUP
NOBODY = (
    "Nobody of this name takes part in the programme. Look the name up in the list.",
    "この名前の参加者はいません。一覧で名前を確認してください。",
)


def firm(name: str, **options: str) -> Organisation:
    values = {"name_kana": "", "name_en": "", **options}
    return factories.CompanyFactory(
        organisation__name=name, **{f"organisation__{key}": value for key, value in values.items()}
    ).organisation


def refused(words: str, kind: OrganisationKind = FIRM) -> tuple[str, list[str]]:
    """The code of the refusal, and what readers of both languages are told."""
    with pytest.raises(forms.ValidationError) as caught:
        named(words, kind)
    told = []
    for language in ("en", "ja"):
        with translation.override(language):
            told += caught.value.messages
    return str(caught.value.code), told


@pytest.mark.parametrize(
    "words",
    [
        "北浜食品株式会社",
        "北浜食品",
        "  北浜食品  ",
        "キタハマ",
        "ｷﾀﾊﾏ",  # half-width
        "Kitahama Foods",
        "KITAHAMA",
        "ｋｉｔａｈａｍａ　ｆｏｏｄｓ",  # full-width
    ],
)
def test_the_only_one_is_found_by_any_part_of_any_of_its_names(words: str) -> None:
    meant = firm("北浜食品株式会社", name_kana="キタハマショクヒン", name_en="Kitahama Foods")
    firm("南浜水産株式会社", name_kana="ミナミハマスイサン", name_en="Minamihama Fisheries")
    assert named(words, FIRM) == meant


@pytest.mark.parametrize("words", ["北浜", "ｱｲﾛﾝ"])
def test_nobody_of_that_name_is_told_in_both_languages(words: str) -> None:
    firm("南浜水産株式会社")
    assert refused(words) == ("nobody", list(NOBODY))


@pytest.mark.parametrize("status", [each for each in OrganisationStatus if each != "published"])
def test_who_takes_no_part_is_not_found(status: str) -> None:
    firm("北浜食品株式会社", status=status)
    assert refused("北浜食品株式会社")[0] == "nobody"


def test_a_firm_is_not_a_startup() -> None:
    firm("Harbour Labs")
    assert refused("Harbour Labs", STARTUP)[0] == "nobody"
    startup = factories.StartupFactory(organisation__name="Harbour Labs").organisation
    assert named("harbour labs", STARTUP) == startup


def test_of_several_the_whole_name_says_which() -> None:
    short, long = firm("北浜"), firm("北浜食品")
    assert named("北浜", FIRM) == short
    assert named("北浜食品", FIRM) == long
    code, told = refused("浜")
    assert code == "several"
    assert told == [
        "More than one has this in its name: 北浜 / 北浜食品. Write the whole name.",
        "該当する参加者が複数あります（北浜 / 北浜食品）。名前全体を入力してください。",
    ]


def test_the_whole_english_name_says_which_as_well() -> None:
    meant = firm("北浜", name_en="Kitahama")
    firm("北浜食品", name_en="Kitahama Foods")
    assert named("kitahama", FIRM) == meant


@pytest.mark.parametrize("words", ["ＡＢＣ工業", "ABC工業", "abc工業"])
def test_a_whole_name_is_one_whatever_the_width_in_which_it_was_registered(words: str) -> None:
    """Otherwise staff would be told to write the whole name, and have done so."""
    meant = firm("ＡＢＣ工業")
    firm("ABC工業東北")
    assert named(words, FIRM) == meant


def test_a_whole_name_is_found_behind_many_that_only_contain_it() -> None:
    for number in range(SHOWN + 2):
        firm(f"北浜{number}")
    meant = firm("北浜")
    assert named("北浜", FIRM) == meant


def test_some_of_many_names_are_told_and_not_all() -> None:
    firms = [firm(f"北浜{number}") for number in range(SHOWN + 3)]
    code, told = refused("北浜")
    assert code == "several"
    assert " / ".join(each.name for each in firms[:SHOWN]) in told[0]
    assert firms[SHOWN].name not in told[0]


def test_two_of_the_same_name_are_not_chosen_between() -> None:
    for _number in range(2):
        firm("北浜")
    assert refused("北浜")[0] == "several"


@pytest.mark.parametrize("words", ["", "   ", "　"])
def test_nothing_names_nobody_in_particular(words: str) -> None:
    """A firm without an English name is not the one whose English name is empty."""
    firm("北浜")
    firm("南浜", name_en="Minamihama")
    assert refused(words)[0] == "several"


@pytest.mark.parametrize("words", ["%", "_", "北_", "\\", "'; --"])
def test_signs_of_a_search_are_letters_like_others(words: str) -> None:
    firm("北浜")
    assert refused(words)[0] == "nobody"
