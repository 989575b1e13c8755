"""Template tags given what nobody expected: hostile words, empty lists, odd queries, midnights and forms of groups."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import RequestContext
from django.test import RequestFactory
from django.utils import timezone, translation

from matchmaking.core.templatetags import portal

EVIL = '"><script>alert(1)</script>'


def context(path: str) -> Any:
    request = RequestFactory().get(path)
    return RequestContext(request, {"request": request})


@pytest.mark.parametrize(
    "html",
    [
        portal.tag_(EVIL),
        portal.tag_("a", tone=EVIL),
        portal.tag_("a", lang=EVIL),
        portal.icon("add", EVIL),
        portal.suffix(EVIL),
        portal.suffix("a", EVIL),
        portal.bar(1, 2, EVIL),
        portal.sort_cell(EVIL, "?sort=a", "none", numeric=False),
        portal.sort_cell("a", EVIL, "none", numeric=True),
        portal.sort_header(context("/en/?sort=%22%3E%3Cscript%3E"), EVIL, EVIL),
    ],
)
def test_what_somebody_wrote_is_never_markup(html: str) -> None:
    assert "<script" not in html
    assert '"">' not in html


def test_an_icon_that_nobody_drew_is_a_mistake_and_not_silence() -> None:
    with pytest.raises(KeyError):
        portal.icon("unicorn")


@pytest.mark.parametrize(
    ("points", "maximum", "expected"),
    [
        (0.4, 100, 0),
        (0.5, 100, 0),
        (1.5, 100, 2),
        (99.5, 100, 100),
        (-5, 100, 0),
        (1e9, 1, 100),
        (0, 0, 0),
        (5, 0.0, 0),
    ],
)
def test_a_share_is_always_one_of_the_classes_there_are(points: float, maximum: float, expected: int) -> None:
    assert portal.percent(points, maximum) == expected


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("  Acme   Robotics  Pte ", "AR"),
        ("x", "X"),
        ("é clair", "ÉC"),
        ("𠮷野家", "𠮷野"),
        ("a b c d", "AB"),
        ("   ", "  "),
    ],
)
def test_a_monogram_is_at_most_two_characters(name: str, letters: str) -> None:
    assert portal.monogram(name) == letters


@pytest.mark.parametrize(
    ("item", "english", "japanese"),
    [
        ({"t_ja": "甲", "t_en": "A"}, ("A", "en"), ("甲", "ja")),
        ({"t_ja": "甲"}, ("甲", "ja"), ("甲", "ja")),
        ({"t_en": "A", "t_ja": ""}, ("A", "en"), ("A", "en")),
        ({"t_en": None, "t_ja": None}, ("", "en"), ("", "ja")),
        (None, ("", "en"), ("", "ja")),
        ({"t": "neither"}, ("", "en"), ("", "ja")),
    ],
)
def test_a_text_in_one_language_is_shown_in_it_and_marked(
    item: Any, english: tuple[str, str], japanese: tuple[str, str]
) -> None:
    for language, expected in (("en", english), ("ja", japanese)):
        with translation.override(language):
            assert (portal.localized(item, "t"), portal.localized_lang(item, "t")) == expected


# --- Links -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "name", "value", "link"),
    [
        ("", "page", 2, "?page=2"),
        ("page=1&page=2", "page", 3, "?page=3"),  # said twice, replaced once
        ("q=a%26b%3Dc", "page", 2, "?q=a%26b%3Dc&page=2"),  # what was typed stays one value
        ("q=%E5%8C%97%E6%B5%9C", "page", 2, "?q=%E5%8C%97%E6%B5%9C&page=2"),
        ("q=", "page", 2, "?q=&page=2"),
        ("page=9", "sort", "-name", "?sort=-name"),
        ("x-page=9&page=3", "x-sort", "name", "?page=3&x-sort=name"),
        ("", "q", "a b&c", "?q=a+b%26c"),
    ],
)
def test_a_link_replaces_one_thing_of_the_query(query: str, name: str, value: Any, link: str) -> None:
    assert portal.query_with(context(f"/en/?{query}"), name, value) == link


@pytest.mark.parametrize(
    ("query", "name", "value", "link"),
    [
        ("field=a&field=b&page=3", "field", "b", "?field=a"),
        ("field=a&field=a", "field", "a", "?"),
        ("field=a", "field", "c", "?field=a"),
        ("field=1", "field", 1, "?"),  # a number in the template is a word in the query
        ("field=a", "other", None, "?field=a"),
        ("field=", "field", "", "?"),
    ],
)
def test_a_chip_takes_its_own_value_out(query: str, name: str, value: Any, link: str) -> None:
    assert portal.query_without(context(f"/en/?{query}"), name, value) == link


@pytest.mark.parametrize(
    ("path", "language", "there"),
    [
        ("/en/startups/7/", "ja", "/ja/startups/7/"),
        ("/en/startups/7/", "en", "/en/startups/7/"),
        ("/en/en/nothing/", "ja", "/ja/en/nothing/"),  # only the beginning is the language
        ("/static/x.css", "ja", "/static/x.css"),
        ("/en/startups/?q=/en/", "ja", "/ja/startups/?q=/en/"),
    ],
)
def test_the_same_page_is_found_in_the_other_language(path: str, language: str, there: str) -> None:
    assert portal.switch_language_url(context(path), language) == there


@pytest.mark.parametrize(("count", "shown"), [(0, [1]), (1, [1]), (10, [1]), (11, [1, 2]), (30, [1, 2, 3])])
def test_few_pages_are_all_named(count: int, shown: list[int]) -> None:
    assert list(portal.page_numbers(Paginator(range(count), 10).page(1))) == shown


# --- Forms -------------------------------------------------------------------------------------------------------


class Asked(forms.Form):
    name = forms.CharField(label="Name")
    ways = forms.MultipleChoiceField(
        label="Ways", choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(label="Note", required=False)

    def clean(self) -> None:
        raise forms.ValidationError("Not so.")


def test_every_fault_is_a_line_that_leads_to_its_control_and_the_forms_own_comes_first() -> None:
    lines = portal.error_lines(Asked({"ways": ["z"]}))
    assert [line.target for line in lines] == ["", "id_name", "id_ways_0"]
    assert (lines[0].text, lines[1].text) == ("Not so.", "Name: This field is required.")
    assert portal.error_lines(Asked()) == []


@pytest.mark.parametrize(("language", "name", "mark"), [
    ("en", "name", ""), ("en", "note", "(optional)"), ("ja", "name", "必須"), ("ja", "note", "任意"),
])  # fmt: skip
def test_each_language_marks_what_it_is_used_to(language: str, name: str, mark: str) -> None:
    with translation.override(language):
        html = portal.field_mark(Asked()[name])
    assert (mark in html, bool(html)) == (True, bool(mark))


# --- Times -------------------------------------------------------------------------------------------------------

MIDNIGHT = datetime(2026, 12, 31, 15, 0, tzinfo=UTC)  # in Tokyo it is next year


@pytest.mark.parametrize(
    ("zone", "day", "moment"),
    [
        ("Asia/Tokyo", "Fri 1 January 2027", "Fri 1 January 2027, 00:00"),
        ("UTC", "Thu 31 December 2026", "Thu 31 December 2026, 15:00"),
        ("Asia/Kolkata", "Thu 31 December 2026", "Thu 31 December 2026, 20:30"),
        ("Pacific/Auckland", "Fri 1 January 2027", "Fri 1 January 2027, 04:00"),
    ],
)
def test_a_moment_lies_on_the_readers_day(zone: str, day: str, moment: str) -> None:
    with timezone.override(zone):
        assert (portal.day(MIDNIGHT), portal.moment(MIDNIGHT)) == (day, moment)
        assert portal.day(date(2026, 12, 31)) == "Thu 31 December 2026"  # a day is a day everywhere


def test_both_clocks_say_the_day_when_it_is_another_there() -> None:
    times = portal.two_times(MIDNIGHT, MIDNIGHT.replace(minute=45), "Asia/Singapore", zone="Asia/Tokyo")
    assert times["own"] == "Fri 1 January 2027, 00:00–00:45 (Japan time)"
    assert times["theirs"] == "Singapore 23:00, Thu 31 Dec"
    named = portal.two_times(MIDNIGHT, MIDNIGHT, "Asia/Tokyo", "Nagaoka", zone="Asia/Tokyo")
    assert named["theirs"] == "Nagaoka 00:00"
