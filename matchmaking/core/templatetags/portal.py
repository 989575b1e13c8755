"""Template tags of the portal's look. They render what they are given: no queries, weights or permissions.

Components with no slot are plain includes under templates/components/; see docs/components.md for both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.http import HttpRequest, QueryDict
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone_name, localtime
from django.utils.translation import get_language, gettext, pgettext
from heroicons.templatetags.heroicons import heroicon_outline

from matchmaking.core import local_time
from matchmaking.core.facts import Words
from matchmaking.core.keyset import PLACES

register = template.Library()

ICONS = {
    "account": "user",
    "add": "plus",
    "calendar": "calendar",
    "check": "check",
    "clock": "clock",
    "close": "x-mark",
    "danger": "exclamation-triangle",
    "document": "document-text",
    "down": "chevron-down",
    "download": "arrow-down-tray",
    "edit": "pencil",
    "filter": "funnel",
    "history": "arrow-path",
    "info": "information-circle",
    "language": "language",
    "locked": "lock-closed",
    "menu": "bars-3",
    "notices": "bell",
    "ok": "check-circle",
    "search": "magnifying-glass",
    "sort": "chevron-up-down",
    "up": "chevron-up",
    "warn": "exclamation-triangle",
}
# Lowest score of "High" and of "Fairly high"; anything lower is "Possible".
DEFAULT_SCORE_BANDS = (80, 70)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An inline SVG icon, hidden from assistive technology unless it stands alone and has a `label`."""
    return format_html('{}<span class="vh">{}</span>', _drawing(name), label) if label else _drawing(name)


@cache
def _drawing(name: str) -> SafeString:
    """Made once: a page of a list has a dozen."""
    return mark_safe(heroicon_outline(ICONS[name], size=None, **{"class": "ic"}))  # noqa: S308 - our package's


@register.simple_tag
def both(value: object) -> object:
    """What has words in both languages with both, Japanese first; anything else as it is."""
    if not isinstance(value, Words):
        return value
    return format_html(
        '<span lang="ja">{}</span> <span lang="en" class="both-en">{}</span>', value.ja, value.en
    )


@register.simple_tag(name="tag")
def tag_(text: object, tone: str = "", icon_name: str = "", lang: str = "") -> SafeString:
    """A small label: words first; `tone` is ok, warn, danger, info, note, line or nothing."""
    return format_html(
        '<span class="tag{}"{}>{}{}</span>',
        f" tag-{tone}" if tone else "",
        format_html(' lang="{}"', lang) if lang else "",
        icon(icon_name) if icon_name else "",
        text,
    )


@register.simple_tag
def bar(points: float | None, maximum: float, tone: str = "") -> SafeString:
    """A horizontal bar; hatched when `points` is None. The number always stands beside it as text."""
    if points is None:
        return mark_safe('<span class="bar bar-none"></span>')
    tone_class = f" bar-{tone}" if tone else ""
    return format_html('<span class="bar{} v-{}"><i></i></span>', tone_class, percent(points, maximum))


@register.filter
def percent(points: float, maximum: float) -> int:
    """Whole percent between 0 and 100, for the classes v-0 to v-100; 0 of nothing is 0."""
    if not maximum:
        return 0
    return max(0, min(100, round(100 * points / maximum)))


@register.filter
def score_word(score: float) -> str:
    """The word beside a score; the bands are a setting, because the ministry may change them."""
    high, fairly = getattr(settings, "SCORE_BANDS", DEFAULT_SCORE_BANDS)
    if score >= high:
        return pgettext("match score", "High")
    if score >= fairly:
        return pgettext("match score", "Fairly high")
    return pgettext("match score", "Possible")


@register.filter
def monogram(name: str) -> str:
    """Two letters that stand for a logo: initials, or the first characters of a one-word name."""
    words = name.split()
    return "".join(word[0] for word in words[:2]).upper() if len(words) > 1 else name[:2].upper()


@register.filter
def localized(item: object, field: str) -> str:
    """`field`_ja or `field`_en of an object or mapping, in the reader's language; else the other one."""
    return _localized(item, field)[0]


@register.filter
def localized_lang(item: object, field: str) -> str:
    """The language `localized` chose, for the lang attribute."""
    return _localized(item, field)[1]


def _localized(item: object, field: str) -> tuple[str, str]:
    own = _reader_language()
    for language in (own, "en" if own == "ja" else "ja"):
        key = f"{field}_{language}"
        text = item.get(key) if isinstance(item, Mapping) else getattr(item, key, "")
        if text:
            return str(text), language
    return "", own


def _reader_language() -> str:
    return (get_language() or settings.LANGUAGE_CODE).split("-")[0]


# --- Links that keep the query ---------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def switch_language_url(context: Context, language: str) -> str:
    """This page, with its query, in another language; on a page not found only the prefix changes."""
    here = context["request"].get_full_path()
    there = translate_url(here, language)
    own = f"/{_reader_language()}/"
    if there == here and here.startswith(own):
        return f"/{language}/{here.removeprefix(own)}"
    return there


def _query(context: Context) -> QueryDict:
    """The request's query; inside `include … only` the request survives as an attribute of the context."""
    request: HttpRequest = getattr(context, "request", None) or context["request"]
    return request.GET


@register.simple_tag(takes_context=True)
def query_with(context: Context, name: str, value: object) -> str:
    """The current query with one parameter replaced; sorting starts again at the first page."""
    query = _query(context).copy()
    if name.endswith("sort"):  # django-tables2 may put a prefix before both names
        query.pop(f"{name.removesuffix('sort')}page", None)
    if name in ("sort", "show", *PLACES):
        _leave_place(query)
    query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def query_without(context: Context, name: str, value: object = None) -> str:
    """The current query without a parameter, or without one of its values: for a filter's removal chip."""
    query = _query(context).copy()
    left = [] if value is None else [kept for kept in query.getlist(name) if kept != str(value)]
    query.setlist(name, left)
    _leave_place(query)
    return f"?{query.urlencode()}"


def _leave_place(query: QueryDict) -> None:
    """Start a list at its beginning."""
    for place in PLACES:
        query.pop(place, None)


@register.simple_tag(takes_context=True)
def sort_header(context: Context, label: str, key: str, numeric: bool = False) -> SafeString:
    """A column heading that sorts by `key`, or by `-key` when it already does; the state is in aria-sort."""
    current = _query(context).get("sort", "")
    state = {key: "ascending", f"-{key}": "descending"}.get(current, "none")
    return sort_cell(label, query_with(context, "sort", f"-{key}" if current == key else key), state, numeric)


def sort_cell(label: str, url: str, state: str, numeric: bool) -> SafeString:
    """The th element that `sort_header` and the table template share."""
    drawing = {"ascending": "up", "descending": "down"}.get(state, "sort")
    return format_html(
        '<th scope="col" aria-sort="{}"{}><a class="sort-link" href="{}">{}{}</a></th>',
        state,
        mark_safe(' class="num"') if numeric else "",
        url,
        label,
        icon(drawing),
    )


@register.simple_tag(takes_context=True)
def table_sort_header(context: Context, table: Any, column: Any) -> SafeString:
    """A sortable heading of a django-tables2 column."""
    url = query_with(context, table.prefixed_order_by_field, column.order_by_alias.next)
    state = "none"
    if column.is_ordered:
        state = "descending" if column.order_by_alias.is_descending else "ascending"
    return sort_cell(column.header, url, state, "num" in column.attrs["th"].get("class", ""))


@register.filter
def page_numbers(page: Any) -> Iterator[int | str]:
    """Page numbers around the current one, with the paginator's ellipsis where some are left out."""
    pages: Iterator[int | str] = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return pages


@register.simple_tag
def nav_current(items: list[Mapping[str, Any]]) -> str:
    """The label of the current navigation item, which the folded menu names; empty on pages outside it."""
    return next((str(item["label"]) for item in items if item["current"]), "")


# --- Forms -----------------------------------------------------------------------------------------------


class FormError(NamedTuple):
    """One line of the error summary; `target` is empty when the error belongs to no field."""

    target: str
    text: str


@register.filter
def error_lines(form: BaseForm) -> list[FormError]:
    """Every error of a form, with the id of the control it is about (of a group, the first control)."""
    lines = [FormError("", str(error)) for error in form.non_field_errors()]
    for field in form:
        lines += [FormError(error_target(field), _error_text(field, str(error))) for error in field.errors]
    return lines


def _error_text(field: BoundField, error: str) -> str:
    """With the label, because Django's own words ("This field is required") name no field."""
    return gettext("%(field)s: %(error)s") % {"field": field.label, "error": error}


def error_target(field: BoundField) -> str:
    """`id_for_label` is empty for groups of radio buttons and checkboxes: their first control is _0."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.simple_tag
def field_mark(field: BoundField) -> SafeString | str:
    """※必須 on required fields in Japanese, "(optional)" on the others: each language's own custom."""
    if not field.field.required:
        return format_html('<span class="mark mark-optional">{}</span>', pgettext("field mark", "(optional)"))
    if _reader_language() == "ja":
        return format_html('<span class="mark">{}</span>', pgettext("field mark", "Required"))
    return ""


# --- Times -----------------------------------------------------------------------------------------------


@register.simple_tag
def span(start: datetime, end: datetime, zone: str = "") -> str:
    """Thu 3 December 2026, 10:00–10:45 (Japan time), in the reader's zone unless another is named."""
    return local_time.span(start, end, zone=zone or None)


@register.simple_tag
def day(value: date, year: bool = True) -> str:
    """Thu 3 December 2026, or Thu 3 Dec without the year; a datetime is read in the reader's zone."""
    return local_time.day(localtime(value).date() if isinstance(value, datetime) else value, year=year)


@register.simple_tag
def moment(value: datetime) -> str:
    """Thu 3 December 2026, 14:05, in the reader's zone: for history and notices."""
    return local_time.moment(value, zone=get_current_timezone_name())


@register.inclusion_tag("components/two_times.html")
def two_times(
    start: datetime, end: datetime, other_zone: str, other_city: str = "", zone: str = ""
) -> dict[str, object]:
    """A meeting's time on the reader's clock, and beneath it on the counterpart's."""
    zone = zone or get_current_timezone_name()
    other = local_time.theirs(start, zone=zone, other_zone=other_zone, other_city=other_city)
    return {"start": start, "own": local_time.span(start, end, zone=zone), "theirs": other}


# --- Components with a slot ------------------------------------------------------------------------------


@register.simple_block_tag
def notice(content: str, tone: str = "info", title: str = "", id: str = "") -> SafeString:  # noqa: A002
    """A box that interrupts: tone is info, ok, warn or danger; icon and words carry it before colour."""
    return render_to_string(
        "components/notice.html", {"content": content, "tone": tone, "title": title, "id": id}
    )


@register.simple_block_tag
def panel(content: str, title: str = "", note: str = "", id: str = "", flush: bool = False) -> SafeString:  # noqa: A002
    """A white box with a heading of level 2; `flush` for tables and lists that reach its edges."""
    return render_to_string(
        "components/panel.html", {"content": content, "title": title, "note": note, "id": id, "flush": flush}
    )


@register.simple_block_tag
def table_region(content: str, title: str, look: str = "") -> SafeString:
    """A table that scrolls sideways by keyboard too and stacks on a phone: its head and body are the content."""
    return render_to_string(
        "components/table_region.html", {"content": content, "title": title, "look": look}
    )


@register.simple_block_tag
def page_header(content: str, title: str, lead: str = "", lang: str = "") -> SafeString:
    """The page's H1, one sentence beneath, and its actions (the content) on the right."""
    return render_to_string(
        "components/page_header.html",
        {"content": mark_safe(content.strip()), "title": title, "lead": lead, "lang": lang},  # noqa: S308
    )


@register.simple_tag
def suffix(name: str, lang: str = "") -> SafeString:
    """Hidden end of a repeated button's name: "Request a meeting: ThermaLoop"."""
    mark = format_html('<span lang="{}">{}</span>', lang, name) if lang else name
    return format_html('<span class="vh">{}{}</span>', gettext(": "), mark)
