"""The content of a report as plain data: taken when it is delivered, shown as it was then, whatever changes later."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.rules import name_of
from documents.cards import line
from documents.models import DocumentFile
from matchmaking.core.currencies import number
from research.charts import Chart, Figure, charts_of
from research.enums import NEEDED_SECTIONS, SectionKind
from research.models import Commission, ReportDocument, ReportVersion
from startups.models import Startup

Content = dict[str, Any]
NO_FILES: Mapping[int, str] = MappingProxyType({})


def content_of(commission: Commission) -> Content:
    """What the expert has written so far."""
    texts = {each.kind: each.text for each in commission.sections.all()}
    return {
        "sections": {kind.value: texts.get(kind, "").strip() for kind in SectionKind},
        "figures": [
            {
                "label": each.label,
                "year": each.year,
                "amount": str(each.amount),
                "currency": each.currency,
                "source": each.source,
            }
            for each in commission.figures.all()
        ],
        "candidates": [
            {"startup": each.startup_id, "name": str(each.startup), "reason": each.reason}
            for each in commission.candidates.select_related("startup__organisation")
        ],
        "documents": [_document(each) for each in _documents(commission)],
    }


def _documents(commission: Commission) -> QuerySet[ReportDocument]:
    return commission.documents.select_related("document").prefetch_related("document__files")


def _document(row: ReportDocument) -> dict[str, Any]:
    """What it is called and which file was in use; none where nothing has passed the check yet."""
    known = line(row.document, row.document.title)
    current = None if known["under_way"] else known["current"]
    return {
        "document": row.document_id,
        "title": row.document.title,
        "file": current.original_name if current else "",
        "file_id": current.pk if current else None,
        "pages": current.pages if current else 0,
    }


def _linked(rows: list[dict[str, Any]], kept: Mapping[int, str]) -> list[dict[str, Any]]:
    """A file may be replaced or deleted after a version was returned: the version says so."""
    if not rows:
        return []
    current = DocumentFile.objects.current().filter(document__in=[each["document"] for each in rows])
    in_use = dict(current.values_list("document", "pk"))
    found = []
    for each in rows:
        since = _since(each.get("file_id"), in_use.get(each["document"]))
        there = reverse("documents:document", kwargs={"pk": each["document"]}) if since != "deleted" else ""
        own = kept.get(each.get("file_id"), "")
        found.append({**each, "since": since, "url": own or there, "is_kept": bool(own)})
    return found


def _since(delivered: int | None, in_use: int | None) -> str:
    if delivered in (None, in_use):
        return ""
    return "deleted" if in_use is None else "replaced"


def lacking(content: Mapping[str, Any]) -> list[str]:
    """What a report cannot do without and is not there yet, as the names of its headings."""
    missing = [str(kind.label) for kind in NEEDED_SECTIONS if not content["sections"][kind]]
    if not content["figures"]:
        missing.append(_("Market figures with year and source"))
    unchecked = _("“%(title)s”: its file has not passed the check yet")
    return [*missing, *(unchecked % each for each in content.get("documents", ()) if not each["file"])]


def paragraphs(text: str) -> list[str]:
    """Divided by empty lines: remarks name them by number."""
    return [each.strip() for each in text.split("\n\n") if each.strip()]


def files_of(version: ReportVersion) -> dict[int, str]:
    """Where the office reads the files that were delivered with a version, whatever has taken their place."""
    rows = version.files.values_list("file", "pk")
    return {file: reverse("research:delivered_document", kwargs={"pk": pk}) for file, pk in rows}


def shown(
    content: Mapping[str, Any], language: str, *, with_links: bool, files: Mapping[int, str] = NO_FILES
) -> dict[str, Any]:
    """A report for its template. Startups are linked where the reader may look at them and they still take part;
    documents to the file that was delivered (`files`) or to the one in use.
    """
    keys = [each["startup"] for each in content["candidates"]]
    open_ = {
        each.pk: each
        for each in Startup.objects.published().select_related("organisation").filter(pk__in=keys)
    }
    sections = [
        {"kind": kind, "title": kind.label, "paragraphs": paragraphs(content["sections"].get(kind, ""))}
        for kind in SectionKind
    ]
    return {
        "language": language,
        "before": [each for each in sections if each["kind"] in (SectionKind.SUMMARY, SectionKind.MARKET)],
        "after": [each for each in sections if each["kind"] not in (SectionKind.SUMMARY, SectionKind.MARKET)],
        "figures": [{**each, "shown": number(Decimal(each["amount"]))} for each in content["figures"]],
        "documents": _linked(content.get("documents", []), files),
        "charts": [_drawn(each) for each in charts_of([_figure(each) for each in content["figures"]])],
        "candidates": [
            {
                "name": name_of(open_[each["startup"]].organisation, get_language() or "")
                if each["startup"] in open_
                else each["name"],
                "reason": each["reason"],
                "key": each["startup"] if with_links and each["startup"] in open_ else None,
            }
            for each in content["candidates"]
        ],
    }


def _figure(row: Mapping[str, Any]) -> Figure:
    return Figure(row["label"], row["year"], Decimal(row["amount"]), row["currency"])


def _drawn(chart: Chart) -> dict[str, Any]:
    """With the finding in words: charts are read by people who do not see them."""
    first, last = chart.columns[0], chart.columns[-1]
    words = _("%(market)s: %(currency)s %(from)s million in %(first)s, %(to)s million in %(last)s.") % {
        "market": chart.label,
        "currency": chart.currency,
        "from": number(first.amount),
        "first": first.year,
        "to": number(last.amount),
        "last": last.year,
    }
    columns = [{"column": each, "shown": number(each.amount)} for each in chart.columns]
    return {"chart": chart, "columns": columns, "finding": words}


def latest(commission: Commission) -> ReportVersion | None:
    """The version that was delivered last; whoever reads many commissions has fetched their versions before."""
    return commission.versions.first()
