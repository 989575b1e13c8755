"""What is the same for many rows or many readers is drawn once, and never where it would differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.urls import reverse, set_script_prefix
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from matchmaking.core.enums import Field, Stage
from matchmaking.core.templatetags import lists
from matchmaking.core.templatetags.lists import filter_field, row_url


class Panel(forms.Form):
    field = forms.MultipleChoiceField(
        label=_("Field"), choices=Field.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    stage = forms.ChoiceField(label=_("Stage"), choices=[("", "-"), *Stage.choices], required=False)
    q = forms.CharField(label=_("Name"), required=False)


@pytest.fixture(autouse=True)
def nothing_drawn() -> Iterator[None]:
    lists._drawn.clear()
    yield
    lists._drawn.clear()


def drawn(name: str = "field", form: type[forms.Form] = Panel, **data: Any) -> str:
    return str(filter_field(form(data or None)[name]))


def test_a_field_is_drawn_as_ever_the_first_time_and_the_second() -> None:
    plain = str(lists.as_crispy_field(Panel({"field": ["retail"]})["field"]))
    assert drawn(field=["retail"]) == plain
    assert drawn(field=["retail"]) == plain
    assert len(lists._drawn) == 1


def test_what_is_chosen_shows() -> None:
    assert drawn(field=["retail"]).count("checked") == 1
    assert drawn(field=["retail", "agritech"]).count("checked") == 2
    assert drawn().count("checked") == 0
    assert drawn("stage", stage=Stage.values[1]) != drawn("stage", stage=Stage.values[0])


def test_each_language_has_its_words() -> None:
    with translation.override("en"):
        english = drawn()
    with translation.override("ja"):
        japanese = drawn()
    assert ("Retail" in english, "Retail" in japanese, "小売" in japanese) == (True, False, True)


def test_other_choices_under_the_same_name_are_drawn_anew() -> None:
    class Fewer(Panel):
        field = forms.MultipleChoiceField(
            label=_("Field"), choices=Field.choices[:2], required=False, widget=forms.CheckboxSelectMultiple
        )

    class Grouped(Panel):
        field = forms.MultipleChoiceField(label=_("Field"), choices=[("All", Field.choices)], required=False)

    assert drawn().count('type="checkbox"') == len(Field)
    assert drawn(form=Fewer).count('type="checkbox"') == 2
    assert "<optgroup" in drawn(form=Grouped)


def test_other_attributes_are_drawn_anew() -> None:
    form = Panel()
    before = str(filter_field(form["stage"]))
    form.fields["stage"].widget.attrs["data-kind"] = "x"
    assert 'data-kind="x"' not in before
    assert 'data-kind="x"' in filter_field(form["stage"])


def test_an_error_is_never_kept() -> None:
    wrong = drawn(field=["no such"])
    assert "field-wrong" in wrong
    assert not lists._drawn
    assert "field-wrong" not in drawn(field=["retail"])


def test_what_is_typed_is_never_kept() -> None:
    assert 'value="Mori"' in drawn("q", q="Mori")
    assert not lists._drawn


def test_what_readers_choose_cannot_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "DRAWN_AT_MOST", 3)
    for number in range(1, len(Field.values) + 1):
        drawn(field=Field.values[:number])
        assert len(lists._drawn) <= 3


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("key", [1, 42, 123_456_789_012])
def test_the_address_of_a_row_is_the_one_that_urls_give(language: str, key: int) -> None:
    with translation.override(language):
        for name in ("startups:detail", "companies:detail"):
            assert row_url(name, key) == reverse(name, args=[key])


def test_the_address_of_a_row_lies_below_where_the_portal_lies() -> None:
    row_url("startups:detail", 7)
    set_script_prefix("/por tal/")
    try:
        assert row_url("startups:detail", 7) == reverse("startups:detail", args=[7])
        assert row_url("startups:detail", 7).startswith("/por%20tal/")
    finally:
        set_script_prefix("/")
