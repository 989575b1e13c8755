"""Template tags: icons, tags, bars, words of a score, links that keep the query, boxes with a slot."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import RequestContext, Template
from django.test import RequestFactory
from django.utils import translation

from matchmaking.core.templatetags import portal


def render(source: str, path: str = "/en/firm/matches/", **context: object) -> str:
    request = RequestFactory().get(path)
    return (
        Template("{% load portal %}" + source).render(RequestContext(request, context, processors=[])).strip()
    )


def request_context(path: str) -> Any:
    request = RequestFactory().get(path)
    return RequestContext(request, {"request": request})


@pytest.mark.parametrize("name", sorted(portal.ICONS))
def test_every_icon_exists_and_is_hidden(name: str) -> None:
    svg = portal.icon(name)
    assert 'aria-hidden="true"' in svg
    assert 'class="ic"' in svg


def test_icon_that_stands_alone_has_words() -> None:
    assert portal.icon("close", "Remove").endswith('<span class="vh">Remove</span>')


def test_tag_escapes_its_text_and_carries_tone_and_language() -> None:
    assert portal.tag_("<b>", "ok", lang="en") == '<span class="tag tag-ok" lang="en">&lt;b&gt;</span>'


@pytest.mark.parametrize(
    ("points", "maximum", "width"),
    [(36, 40, 90), (0, 40, 0), (50, 40, 100), (-1, 40, 0), (1, 0, 0), (2, 3, 67)],
)
def test_bar_has_one_class_per_percent(points: float, maximum: float, width: int) -> None:
    assert portal.bar(points, maximum) == f'<span class="bar v-{width}"><i></i></span>'


def test_bar_without_data_is_hatched_not_empty() -> None:
    assert portal.bar(None, 40) == '<span class="bar bar-none"></span>'


@pytest.mark.parametrize(
    ("score", "word"),
    [(100, "High"), (80, "High"), (79.9, "Fairly high"), (70, "Fairly high"), (0, "Possible")],
)
def test_score_word_follows_the_bands(score: float, word: str) -> None:
    assert portal.score_word(score) == word


def test_score_bands_are_a_setting(settings: Any) -> None:
    settings.SCORE_BANDS = (60, 40)
    assert [portal.score_word(score) for score in (60, 40, 39)] == ["High", "Fairly high", "Possible"]


@pytest.mark.parametrize(
    ("name", "letters"),
    [("ThermaLoop Pte. Ltd.", "TP"), ("SehatLink", "SE"), ("みやま食品", "みや"), ("", "")],
)
def test_monogram(name: str, letters: str) -> None:
    assert portal.monogram(name) == letters


def test_localized_text_falls_back_to_the_other_language_and_says_which() -> None:
    both, english = (
        {"text_ja": "実績", "text_en": "Track record"},
        SimpleNamespace(text_ja="", text_en="Only English"),
    )
    with translation.override("ja"):
        assert (portal.localized(both, "text"), portal.localized_lang(both, "text")) == ("実績", "ja")
        assert (portal.localized(english, "text"), portal.localized_lang(english, "text")) == (
            "Only English",
            "en",
        )
    assert (portal.localized(both, "text"), portal.localized({}, "text")) == ("Track record", "")


def test_language_switch_keeps_page_and_query() -> None:
    assert portal.switch_language_url(request_context("/en/?field=a&page=2"), "ja") == "/ja/?field=a&page=2"


def test_language_switch_works_on_a_page_that_does_not_exist() -> None:
    assert (
        portal.switch_language_url(request_context("/en/no/such/page/?a=1"), "ja") == "/ja/no/such/page/?a=1"
    )


def test_links_keep_the_rest_of_the_query() -> None:
    context = request_context("/en/?field=a&field=b&page=3")
    assert portal.query_with(context, "page", 4) == "?field=a&amp;field=b&amp;page=4".replace("&amp;", "&")
    assert portal.query_without(context, "field", "a") == "?field=b"
    assert portal.query_without(context, "field") == "?"


def test_sorting_starts_again_at_the_first_page() -> None:
    assert (
        portal.query_with(request_context("/en/?page=3&a-page=2"), "a-sort", "name") == "?page=3&a-sort=name"
    )


@pytest.mark.parametrize(
    ("query", "state", "link"),
    [
        ("", "none", "?sort=name"),
        ("?sort=name", "ascending", "?sort=-name"),
        ("?sort=-name", "descending", "?sort=name"),
    ],
)
def test_sort_header_says_its_state_and_offers_the_next(query: str, state: str, link: str) -> None:
    html = render('{% sort_header "Name" "name" %}', f"/en/{query}")
    assert f'aria-sort="{state}"' in html
    assert f'href="{link}"' in html


def test_repeated_buttons_name_what_they_are_about() -> None:
    html = render('Request{% suffix name "vi" %}', name="A & B")
    assert html == 'Request<span class="vh">: <span lang="vi">A &amp; B</span></span>'


def test_current_navigation_item_is_named() -> None:
    items = [
        {"label": "Home", "url": "/", "current": False},
        {"label": "Meetings", "url": "/m", "current": True},
    ]
    assert (portal.nav_current(items), portal.nav_current(items[:1])) == ("Meetings", "")


@pytest.mark.parametrize("tone", ["info", "ok", "warn", "danger"])
def test_notice_escapes_its_title_and_keeps_its_contents(tone: str) -> None:
    html = render(
        "{% notice tone title=title %}<p>{{ words }}</p>{% endnotice %}", tone=tone, title="<i>", words="<b>"
    )
    assert f'class="notice notice-{tone}"' in html
    assert '<p class="notice-title">&lt;i&gt;</p>' in html
    assert "<p>&lt;b&gt;</p>" in html


def test_page_header_keeps_actions_as_markup() -> None:
    html = render('{% page_header "Title" "Lead" %} <a href="#">Act</a> {% endpage_header %}')
    assert "<h1>Title</h1>" in html
    assert '<div class="row-x"><a href="#">Act</a></div>' in re.sub(r">\s+<", "><", html)


def test_pages_are_elided_around_the_current_one() -> None:
    page = Paginator(range(300), 10).page(6)
    assert list(portal.page_numbers(page)) == [
        1,
        page.paginator.ELLIPSIS,
        5,
        6,
        7,
        page.paginator.ELLIPSIS,
        30,
    ]
