"""What the office does with a report: return it with remarks, publish it to the firm."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Permission, requires
from matchmaking.core.transitions import TransitionNotAllowed
from research import actions, content, words
from research.enums import CommissionStatus, RowKind
from research.forms.reports import RemarksForm
from research.models import Commission, ReportVersion
from research.remarks import listed, name_of_row
from research.views.firm import given

_NEWER = gettext_lazy("A newer version was delivered meanwhile. Read it, then decide.")


def _number(request: HttpRequest) -> int:
    """The version that the page showed; a page that names none showed no version that there is."""
    number = request.POST.get("version", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < len("10000") else 0


def _delivered(pk: int, to: CommissionStatus) -> tuple[Commission, ReportVersion]:
    made = get_object_or_404(Commission.objects.with_parties(), pk=pk)
    version = content.latest(made)
    if made.status != CommissionStatus.DELIVERED or version is None:
        raise TransitionNotAllowed(made, to)
    return made, version


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_RESEARCH)
def return_(request: HttpRequest, pk: int) -> HttpResponse:
    """The report with a field for a remark at each paragraph."""
    made, version = _delivered(pk, CommissionStatus.RETURNED)
    if not actions.expert_is_there(made):
        raise TransitionNotAllowed(made, CommissionStatus.RETURNED)
    form = RemarksForm(request.POST if request.method == "POST" else None, content=version.content)
    if request.method == "POST" and form.is_valid():
        try:
            due = form.due(timezone.localdate())
            actions.return_report(made, form.remarks(), by=request.user, due=due, read=_number(request))
            messages.success(request, _("Returned. The expert has been told."))
            return redirect("research:commission", pk=made.pk)
        except actions.OldVersion:
            form.add_error(None, _NEWER)
    context = {
        "made": made,
        **words.row_of(made, timezone.localdate()),
        "form": form,
        "sections": _with_fields(version, form),
        "lists": _rows_with_fields(version, form),
        "version": version,
    }
    return render(request, "research/return.html", context)


def _with_fields(version: ReportVersion, form: RemarksForm) -> list[dict[str, Any]]:
    shown = content.shown(version.content, "", with_links=False)
    return [
        {
            "title": section["title"],
            "rows": [
                {"text": text, "field": form[f"{section['kind']}_{number}"]}
                for number, text in enumerate(section["paragraphs"] or [""], start=1)
            ],
        }
        for section in (*shown["before"], *shown["after"])
    ]


def _rows_with_fields(version: ReportVersion, form: RemarksForm) -> list[dict[str, Any]]:
    """Market figures and startups, each with its field."""
    shown = content.shown(version.content, "", with_links=False)
    details = {
        RowKind.FIGURES: [f"{row['currency']} {row['shown']} – {row['source']}" for row in shown["figures"]],
        RowKind.CANDIDATES: [row["reason"] for row in shown["candidates"]],
    }
    return [
        {
            "title": kind.label,
            "rows": [
                {"name": name_of_row(kind, row), "text": text, "field": form[f"{kind}_{number}"]}
                for number, (row, text) in enumerate(zip(version.content[kind], texts, strict=True), start=1)
            ],
        }
        for kind, texts in details.items()
        if texts
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_RESEARCH)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Who will read it, then the deed."""
    made, version = _delivered(pk, CommissionStatus.PUBLISHED)
    if request.method == "POST":
        try:
            actions.publish_report(made, by=request.user, read=_number(request))
            messages.success(request, _("Published. The firm has been told."))
        except actions.OldVersion:
            messages.error(request, _NEWER)
        return redirect("research:commission", pk=made.pk)
    context = {
        "title": _("Publish the report"),
        "version": version,
        "rows": [
            {"label": _("Report"), "value": words.title_of(made)},
            {"label": _("Version"), "value": version.number},
            {"label": _("Will be told and can read it"), "value": words.firm_of(made)},
            {"label": _("The expert"), "value": _("No longer sees it: the assignment ends")},
        ],
        "send_label": _("Publish to the firm"),
        "back_url": reverse("research:commission", kwargs={"pk": made.pk}),
    }
    return render(request, "research/publish.html", context)


@require_safe
@requires(Permission.MANAGE_RESEARCH)
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The report as it was delivered once, with the remarks that were made on it."""
    made = get_object_or_404(Commission.objects.with_parties(), pk=pk)
    found = get_object_or_404(made.versions.select_related("by"), number=number)
    context = {
        "made": made,
        **words.row_of(made, timezone.localdate()),
        "version": found,
        "remarks": listed(found.remarks.select_related("by"), found.content),
        "report": content.shown(
            found.content, made.language, with_links=False, files=content.files_of(found)
        ),
    }
    return render(request, "research/version.html", context)


@require_safe
@requires(Permission.MANAGE_RESEARCH)
def version_word(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A version as a Word document."""
    made = get_object_or_404(Commission.objects.with_parties(), pk=pk)
    return given(made, get_object_or_404(made.versions, number=number))
