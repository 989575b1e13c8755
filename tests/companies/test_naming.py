"""Firms of one name: staff name them by number, and read in what they differ."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django import forms
from django.test import Client
from django.utils import translation

from accounts.models import User
from companies.models import Company
from companies.naming import firm_named, told_apart
from tests import factories
from tests.conftest import Cast
from tests.pages import errors_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
NAME = "山田製作所"
NUMBERS = ("7000012050002", "5010401067252")


def firm(number: str | None, prefecture: str = "20", name: str = NAME, **more: str) -> Company:
    values = {"name": name, "name_en": "", "name_kana": "", **more}
    return factories.CompanyFactory(
        corporate_number=number,
        prefecture=prefecture,
        **{f"organisation__{key}": value for key, value in values.items()},
    )


@pytest.fixture
def namesakes() -> list[Company]:
    return [firm(NUMBERS[0]), firm(NUMBERS[1], "21")]


def told(words: str) -> list[str]:
    """What readers of both languages are told where nobody is found."""
    found = []
    for language in ("en", "ja"):
        with translation.override(language), pytest.raises(forms.ValidationError) as caught:
            firm_named(words)
        with translation.override(language):
            found += caught.value.messages
    return found


def test_firms_of_one_name_are_told_with_prefecture_and_number(namesakes: list[Company]) -> None:
    english, japanese = told(NAME)
    two = f"{NAME} (Nagano, {NUMBERS[0]}) / {NAME} (Gifu, {NUMBERS[1]})"
    assert english == f"More than one firm has this name: {two}. Write the corporate number instead."
    two = f"{NAME}（長野県、{NUMBERS[0]}） / {NAME}（岐阜県、{NUMBERS[1]}）"
    assert japanese == f"同じ名前の企業が複数あります（{two}）。法人番号を入力してください。"


@pytest.mark.parametrize("written", ["{}", " {} ", "７０００-0120-50002"])
def test_the_number_says_which_however_it_is_written(written: str, namesakes: list[Company]) -> None:
    assert firm_named(written.format(NUMBERS[0])) == namesakes[0]


def test_only_those_of_the_same_name_are_told_with_what_they_differ_in(namesakes: list[Company]) -> None:
    other = firm("2000012100001", name="山田製作所東北")
    assert told("山田")[0].count(f"{NAME} (") == 2
    assert f"{other} (" not in told("山田")[0]
    assert firm_named("山田製作所東北") == other


def test_of_different_names_the_whole_name_is_asked_for() -> None:
    firm(NUMBERS[0], name="山田鉄工"), firm(NUMBERS[1], name="山田化成")
    assert told("山田")[0] == "More than one has this in its name: 山田鉄工 / 山田化成. Write the whole name."


@pytest.mark.parametrize("status", ["draft", "suspended"])
def test_the_number_of_a_firm_that_takes_no_part_names_nobody(status: str) -> None:
    firm(NUMBERS[0], status=status)
    assert told(NUMBERS[0])[0].startswith("Nobody of this name")


def test_a_name_that_no_other_firm_has_stands_alone(namesakes: list[Company]) -> None:
    alone = firm(None, name="北浜食品")
    assert told_apart(alone, "ja") == "北浜食品"
    assert told_apart(namesakes[1], "ja") == f"{NAME} (Gifu, {NUMBERS[1]})"


def test_a_name_in_english_is_told_apart_as_well() -> None:
    one, other = (
        firm(NUMBERS[0], name="山田", name_en="Yamada"),
        firm(NUMBERS[1], name="ヤマダ", name_en="Yamada"),
    )
    assert told_apart(one, "en") == f"Yamada (Nagano, {NUMBERS[0]})"
    type(other.organisation).objects.filter(pk=other.pk).update(status="suspended")
    assert told_apart(one, "en") == "Yamada"


def test_staff_commission_research_for_one_of_two(
    namesakes: list[Company], cast: Cast, as_user: SignIn
) -> None:
    office = as_user(cast.officer)
    asked = "/en/research/ask/"
    assert NUMBERS[1] in errors_of(office.get(asked, {"firm": NAME}))["firm"][0]
    page = office.get(asked, {"firm": NUMBERS[1]}, follow=True)
    assert page.context["form"].company == namesakes[1]
    assert f"<b>{NAME} (Gifu, {NUMBERS[1]})</b>" in page.content.decode()
