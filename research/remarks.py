"""Where in a report a remark of the office stands: in words, and beside the row that it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from research.enums import RowKind, SectionKind
from research.models import Candidate, MarketFigure, ReportRemark

Row = Mapping[str, Any]
Key = tuple[Any, ...]
ByRow = dict[Key, list[ReportRemark]]


def name_of_row(kind: str, row: Row) -> str:
    """What a row of a delivered version is called."""
    if kind == RowKind.CANDIDATES:
        return str(row["name"])
    return f"{row['label']} {row['year']} ({row['currency']})"


def place_of(remark: ReportRemark, content: Mapping[str, Any]) -> str:
    """In the reader's language: "Summary, paragraph 2", or the row's own name."""
    if remark.kind in SectionKind.values:
        about = {"section": remark.get_kind_display(), "number": remark.paragraph}
        return _("%(section)s, paragraph %(number)s") % about
    row = _row(remark, content)
    name = name_of_row(remark.kind, row) if row else str(remark.paragraph)
    return _("%(list)s: %(row)s") % {"list": remark.get_kind_display(), "row": name}


def listed(remarks: Iterable[ReportRemark], content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """In the order of the report."""
    order = [*SectionKind.values, *RowKind.values]
    placed = sorted(remarks, key=lambda each: (order.index(each.kind), each.paragraph))
    return [{"place": place_of(each, content), "text": each.text, "by": each.by} for each in placed]


def by_row(remarks: Iterable[ReportRemark], content: Mapping[str, Any]) -> ByRow:
    """Those on rows, by what tells a row from all others of the report: numbers change when a row is taken out."""
    found: ByRow = defaultdict(list)
    for each in remarks:
        if each.kind in RowKind.values and (row := _row(each, content)):
            found[_key(each.kind, row)].append(each)
    return found


def at_figure(figure: MarketFigure) -> Key:
    return (RowKind.FIGURES.value, figure.label, figure.year, figure.currency)


def at_candidate(candidate: Candidate) -> Key:
    return (RowKind.CANDIDATES.value, candidate.startup_id)


def _key(kind: str, row: Row) -> Key:
    if kind == RowKind.CANDIDATES:
        return (kind, row["startup"])
    return (kind, row["label"], row["year"], row["currency"])


def _row(remark: ReportRemark, content: Mapping[str, Any]) -> Row | None:
    rows = content.get(remark.kind, [])
    return rows[remark.paragraph - 1] if 0 < remark.paragraph <= len(rows) else None
