"""Lists in general: chips in the words of their choices, sorting with the unknown last, pages, bad addresses."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.http import QueryDict

from accounts.enums import OrganisationStatus, ReviewStatus
from accounts.lists import (
    PAGE_SIZE,
    REVIEW_TONES,
    STATUS_TONES,
    SUB_FIELD_CHOICES,
    Chip,
    ProfileFilterSet,
    chips,
    listing,
)
from companies.models import Company
from matchmaking.core.enums import SUB_FIELDS
from tests import factories

TONES = {"", "line", "info", "ok", "warn", "danger"}


class _Filters(forms.Form):
    word = forms.CharField(required=False)
    number = forms.IntegerField(required=False)
    kind = forms.ChoiceField(choices=[("", "Any"), ("a", "First"), ("b", "Second")], required=False)
    many = forms.MultipleChoiceField(
        choices=[("Group", [("x", "An x"), ("y", "A y")]), ("z", "A z")], required=False
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", []),
        ("word=&kind=&many=", []),
        ("word=rice", [Chip("word", None, "rice")]),
        ("number=0", [Chip("number", None, "0")]),  # nought is a number
        ("number=abc", []),  # a slip has no chip, and is told at its field
        ("kind=b", [Chip("kind", None, "Second")]),
        ("kind=c", []),
        ("many=x", [Chip("many", "x", "An x")]),
        ("many=z&many=y", [Chip("many", "z", "A z"), Chip("many", "y", "A y")]),
        ("many=q&word=rice", [Chip("word", None, "rice")]),
        ("word=a&number=5&kind=a&many=y",
         [Chip("word", None, "a"), Chip("number", None, "5"), Chip("kind", None, "First"), Chip("many", "y", "A y")]),
    ],
)  # fmt: skip
def test_every_value_in_use_is_a_chip_in_the_words_of_its_choices(query: str, expected: list[Chip]) -> None:
    form = _Filters(QueryDict(query))
    form.is_valid()
    assert chips(form) == expected


def test_a_form_that_nobody_filled_in_has_no_chips() -> None:
    assert chips(_Filters()) == []


def test_every_state_has_a_colour_of_ours() -> None:
    assert set(STATUS_TONES) == set(OrganisationStatus)
    assert set(REVIEW_TONES) == set(ReviewStatus)
    assert {*STATUS_TONES.values(), *REVIEW_TONES.values()} <= TONES


def test_every_sub_field_can_be_chosen_under_its_field() -> None:
    offered = [value for _label, group in SUB_FIELD_CHOICES for value, _name in group]
    assert len(offered) == len(set(offered)) == sum(len(group) for group in SUB_FIELDS.values())


# --- a whole list -----------------------------------------------------------------------------------------------

ORDERINGS = {"name": ("organisation__sort_key",), "size": ("employees", "organisation__sort_key")}


def listed(query: str) -> Any:
    data = QueryDict(query)
    filters = ProfileFilterSet(data, Company.objects.select_related("organisation"))
    return listing(filters, data, ORDERINGS)


@pytest.fixture
def firms(db: None) -> None:
    for kana, size in (("ア", 300), ("イ", None), ("ウ", 100), ("エ", 300)):
        factories.CompanyFactory(
            organisation__name=kana, organisation__name_kana=kana, employees=size,
            organisation__fields=["agritech"] if kana == "ウ" else ["retail"],
        )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "names", "keep"),
    [
        ("", "アイウエ", {}),
        ("sort=name", "アイウエ", {"sort": "name"}),
        ("sort=-name", "エウイア", {"sort": "-name"}),
        ("sort=size", "ウアエイ", {"sort": "size"}),
        ("sort=-size", "エアウイ", {"sort": "-size"}),  # what is not known stands last, both ways
        ("sort=password", "アイウエ", {}),
        ("sort=--size", "アイウエ", {}),
        ("sort=", "アイウエ", {}),
        ("sort=name&sort=size", "ウアエイ", {"sort": "size"}),  # the last one counts
        ("field=agritech", "ウ", {}),
        ("field=space", "アイウエ", {}),
        ("field=agritech&field=retail&sort=-name", "エウイア", {"sort": "-name"}),
        ("page=99", "アイウエ", {}),  # an address of an older kind
        ("after=nonsense", "アイウエ", {}),
        ("before=nonsense&after=", "アイウエ", {}),
    ],
)
def test_a_list_is_filtered_sorted_and_paged_by_its_address(
    query: str, names: str, keep: dict[str, str], firms: None
) -> None:
    found = listed(query)
    assert ["".join(row.organisation.name for row in found.page), found.keep] == [names, keep]
    assert found.count == len(names)


def test_pages_are_of_fifty_and_lead_on_and_back(db: None) -> None:
    factories.CompanyFactory.create_batch(PAGE_SIZE + 1)
    first = listed("")
    second = listed(f"after={first.page.after}")
    assert [len(first.page), len(second.page), first.page.before, second.page.after] == [PAGE_SIZE, 1, "", ""]
    assert not set(first.page) & set(second.page), "no firm stands on both pages"
    assert list(listed(f"before={second.page.before}").page) == list(first.page)
    assert [(each.count, each.more) for each in (first, second)] == [(PAGE_SIZE + 1, False)] * 2
