"""The staff's dense list of matches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_tables2.rows import BoundRows
from django_tables2.utils import OrderBy

from matchmaking.core.keyset import Count, Keyset, count_of
from matchmaking.core.templatetags.portal import suffix, tag_
from matchmaking.matches.enums import MatchStatus
from matchmaking.matches.explaining.cards import lang_of, shown_name
from matchmaking.matches.models import Match
from matchmaking.matches.returning import from_list

WHOLE_WORDS = {"td": {"class": "nowrap"}}
NUMBER = {"th": {"class": "num"}, "td": {"class": "num"}}
TONES = {MatchStatus.PROPOSED: "line", MatchStatus.DISCLOSED: "info", MatchStatus.INTERESTED: "ok"}


def status_tag(match: Match) -> SafeString:
    """The state in words, with its colour."""
    return tag_(match.get_status_display(), TONES.get(MatchStatus(match.status), ""))


class MatchTable(tables.Table):
    """One row a pair. Proposed pairs can be ticked and disclosed together."""

    pair = tables.Column(
        verbose_name=_("Firm and startup"), accessor="pk", order_by="company__organisation__sort_key"
    )
    tick = tables.Column(verbose_name=_("Tick"), accessor="pk", orderable=False)
    score = tables.Column(verbose_name=_("Score"), order_by=("score", "raw_score"), attrs=NUMBER)
    status = tables.Column(
        verbose_name=_("State"), order_by=("status", "score", "raw_score"), attrs=WHOLE_WORDS
    )
    field = tables.Column(
        verbose_name=_("Field"),
        accessor="challenge__get_field_display",
        order_by="challenge__field",
        attrs=WHOLE_WORDS,
    )
    prefecture = tables.Column(
        verbose_name=_("Prefecture"),
        accessor="company__get_prefecture_display",
        order_by="company__prefecture",
        attrs=WHOLE_WORDS,
    )
    country = tables.Column(
        verbose_name=_("Country"),
        accessor="startup__organisation__country__name",
        order_by="startup__organisation__country",
        attrs=WHOLE_WORDS,
    )
    rank_for_company = tables.Column(verbose_name=_("Place for the firm"), attrs=NUMBER, default="–")
    rank_for_startup = tables.Column(verbose_name=_("Place for the startup"), attrs=NUMBER, default="–")

    class Meta:
        order_by_field = "sort"
        order_by = "-score"
        empty_text = _("No matches fit these filters. Remove a filter or start a run.")

    caption = _("Matches")

    def render_pair(self, record: Match) -> SafeString:
        url = from_list(reverse("matches:detail", kwargs={"pk": record.pk}), self.request)
        firm, startup = shown_name(record.company.organisation), record.startup.organisation.name
        return format_html(
            '<a class="pair" href="{}"><span lang="{}">{}</span> × <span lang="en">{}</span></a>',
            url,
            lang_of(record.company.organisation),
            firm,
            startup,
        )

    def render_tick(self, record: Match) -> SafeString | str:
        if record.status != MatchStatus.PROPOSED:
            return ""
        name = suffix(str(record))
        return format_html(
            '<label class="form-check"><input class="form-check-input" type="checkbox" name="match" value="{}">'
            '<span class="vh">{}{}</span></label>',
            record.pk,
            gettext("Tick"),
            name,
        )

    def render_status(self, record: Match) -> SafeString:
        return status_tag(record)

    def render_score(self, record: Match) -> Any:
        mark = gettext("provisional")
        if record.provisional:
            return format_html('{} <span class="hint">{}</span>', record.score, mark)
        return record.score


@dataclass(frozen=True)
class TablePage:
    """What a table shows of its rows, in the words of django-tables2."""

    object_list: BoundRows
    before: str
    after: str


def turn_to(table: MatchTable, rows: QuerySet[Match], query: Mapping[str, str], size: int) -> Count:
    """Let the table show the page that the address asks for, sorted as its headings say; returns how many rows are."""
    chosen = next(iter(table.order_by), OrderBy(table.Meta.order_by))
    columns = [str(each.bare) for each in table.columns[chosen.bare].order_by]
    page = Keyset(rows, columns, down=chosen.is_descending).page(query, size)
    table.page = TablePage(BoundRows(page.rows, table=table), page.before, page.after)
    return count_of(rows, page)
