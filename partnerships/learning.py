"""What the programme learns from its partnerships: where they stall and how long, and why they end. A few queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.rules import name_of
from matchmaking.core.enums import CooperationMode, Field
from partnerships.enums import EndReason, PartnershipStage
from partnerships.models import Partnership
from partnerships.spells import Stall, Stay, drawing, stalls, stays

WORDS_SHOWN = 50
Row = dict[str, Any]
Scope = Mapping[str, list[str]]  # the filters of the page, as the list behind a figure takes them


def _changes(rows: QuerySet[Partnership]) -> Iterable[tuple[int, str, datetime]]:
    """From the history: when each partnership entered each stage."""
    history = Partnership.pgh_event_model.objects.filter(pgh_obj_id__in=rows.order_by().values("pk"))  # type: ignore[attr-defined]
    found = history.order_by("pgh_obj_id", "stage_since").values_list("pgh_obj_id", "status", "stage_since")
    changes: Iterable[tuple[int, str, datetime]] = found.distinct()
    return changes


@dataclass(frozen=True)
class Learning:
    """All that the page and its file show."""

    stages: list[Row]
    picture: Any
    finding: str
    by_mode: Row
    by_field: Row
    words: list[Row]
    stalled: int
    count: int


def learning(rows: QuerySet[Partnership], scope: Scope, now: datetime) -> Learning:
    modes = dict(rows.order_by().values_list("pk", "mode"))
    found = stays(_changes(rows), now)
    all_kinds = stalls(found)
    ended = rows.filter(status=PartnershipStage.ENDED)
    return Learning(
        stages=_stages(found, all_kinds, modes, scope),
        picture=_picture(all_kinds),
        finding=_finding(all_kinds),
        by_mode=_reasons(ended, "mode", dict(CooperationMode.choices), scope),
        by_field=_reasons(ended, "match__challenge__field", _fields(), scope),
        words=_words(ended),
        stalled=sum(row.stalled for row in all_kinds),
        count=len(modes),
    )


def _fields() -> dict[str | None, Any]:
    return {**dict(Field.choices), None: pgettext("field", "Without a challenge")}


def _stages(found: list[Stay], all_kinds: list[Stall], modes: Mapping[int, str], scope: Scope) -> list[Row]:
    """Each stage, first of all kinds, then of each kind of which there is any."""
    lines = [_line(row, None, scope) for row in all_kinds]
    for mode in CooperationMode:
        only = {key for key, value in modes.items() if value == mode}
        if only:
            lines += [_line(row, mode, scope) for row in stalls(found, only)]
    order = {str(stage): place for place, stage in enumerate(PartnershipStage)}
    return sorted(lines, key=lambda line: order[line["stall"].stage])


def _line(row: Stall, mode: CooperationMode | None, scope: Scope) -> Row:
    narrowed = {**scope, "mode": [mode.value]} if mode else dict(scope)
    here = {**narrowed, "stage": [row.stage]}
    return {
        "stage": PartnershipStage(row.stage).label,
        "mode": mode.label if mode else "",
        "stall": row,
        "url": list_url(here) if row.here else "",
        "stalled_url": list_url({**here, "stalled": ["on"]}) if row.stalled else "",
    }


def list_url(filters: Scope) -> str:
    """The list of partnerships behind a figure."""
    return f"{reverse('partnerships:staff')}?{urlencode(filters, doseq=True)}"


def _picture(rows: list[Stall]) -> Row | None:
    drawn = drawing(rows)
    if drawn is None:
        return None
    bars = [{"bar": bar, "label": PartnershipStage(bar.stage).label} for bar in drawn.bars]
    return {"drawing": drawn, "bars": bars}


def _finding(rows: list[Stall]) -> str:
    """The sentence over the picture: what it says, not what it is about."""
    slowest = max(
        (row for row in rows if row.median is not None), key=lambda row: row.median or 0, default=None
    )
    if slowest is None:
        return ""
    words = {
        "stage": PartnershipStage(slowest.stage).label,
        "days": slowest.median,
        "longest": slowest.longest,
    }
    return (
        _("“%(stage)s” takes longest: half stay %(days)s days or more, the longest %(longest)s days.") % words
    )


def _reasons(ended: QuerySet[Partnership], column: str, labels: Mapping[Any, Any], scope: Scope) -> Row:
    """Reasons by a column of two or more values, with totals; every figure leads to its list."""
    counts: Counter[tuple[str, Any]] = Counter()
    for reason, value, number in (
        ended.order_by().values_list("end_reason", column).annotate(number=Count("pk"))
    ):
        counts[reason, value] = number
    columns = [value for value in labels if any(key[1] == value for key in counts)]
    name = "mode" if column == "mode" else "field"
    return {
        "columns": [labels[value] for value in columns],
        "rows": [
            _reason(
                reason,
                {value: labels[value] for value in columns},
                counts,
                {**scope, "stage": [PartnershipStage.ENDED.value]},
                name,
            )
            for reason in EndReason
            if any(key[0] == reason for key in counts)
        ],
    }


def _reason(
    reason: EndReason, columns: Mapping[Any, Any], counts: Counter[tuple[str, Any]], scope: Scope, name: str
) -> Row:
    filters = {**scope, "reason": [reason.value]}
    cells = [
        {
            "label": label,
            "value": counts[reason, value],
            "url": list_url({**filters, name: [value or "none"]}) if counts[reason, value] else "",
        }
        for value, label in columns.items()
    ]
    return {
        "label": reason.label,
        "cells": cells,
        "total": sum(cell["value"] for cell in cells),
        "url": list_url(filters),
    }


def _words(ended: QuerySet[Partnership]) -> list[Row]:
    """What was written about the ends, the latest first."""
    language = get_language() or ""
    told = ended.exclude(end_text="").with_parties().order_by("-stage_since", "-pk")[:WORDS_SHOWN]  # type: ignore[attr-defined]
    return [
        {
            "partnership": each,
            "company": name_of(each.company.organisation, language),
            "startup": name_of(each.startup.organisation, language),
        }
        for each in told
    ]


# --- The same as a file ------------------------------------------------------------------------------------------


def csv_rows(found: Learning) -> list[list[str | int | None]]:
    """A table of stages, of reasons by kind and by field, and of words, one under the other."""
    rows: list[list[str | int | None]] = [
        [
            pgettext("partnership", "Stage"),
            _("Kind of cooperation"),
            _("Ever entered"),
            _("There now"),
            _("For more than 60 days"),
            _("Median days"),
            _("Longest, in days"),
        ]
    ]
    for line in found.stages:
        row: Stall = line["stall"]
        rows.append(
            [
                str(line["stage"]),
                str(line["mode"]) or _("All kinds"),
                row.entered,
                row.here,
                row.stalled,
                row.median,
                row.longest,
            ]
        )
    for table in (found.by_mode, found.by_field):
        rows += [[], [_("Why it ended"), *map(str, table["columns"]), _("Total")]]
        rows += [
            [str(row["label"]), *(cell["value"] for cell in row["cells"]), row["total"]]
            for row in table["rows"]
        ]
    rows += [[], [_("Firm"), _("Startup"), _("Why it ended"), _("In your words")]]
    rows += [
        [
            each["company"],
            each["startup"],
            each["partnership"].get_end_reason_display(),
            each["partnership"].end_text,
        ]
        for each in found.words
    ]
    return rows
