"""The expert's page on which a report is written: each section is kept by itself, figures and startups one by one."""

from __future__ import annotations

from typing import Any

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Permission, requires
from documents.cards import line
from matchmaking.core.rates import may
from matchmaking.core.transitions import TransitionNotAllowed
from research import actions, content, words
from research.candidates import candidates_for
from research.enums import SectionKind
from research.forms.finding import SeekForm
from research.forms.reports import CandidateForm, DocumentForm, FigureForm, SectionForm
from research.models import Commission, ReportSection
from research.remarks import at_candidate, at_figure, by_row, listed
from research.views.assignments import in_hand


def _in_writing(request: HttpRequest, pk: int) -> Commission:
    made = in_hand(request, pk)
    if not made.is_in_writing:
        raise TransitionNotAllowed(made, "written")
    return made


@require_safe
@requires(Permission.SEE_ASSIGNMENTS)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """All of the report in writing; one that has been delivered is shown as it was handed over."""
    made = in_hand(request, pk)
    if made.accepted_at is None:
        return redirect("research:assignment", pk=made.pk)
    if not made.is_in_writing:
        return _delivered(request, made)
    seek = SeekForm(request.GET if "q" in request.GET else None)
    if not (sought := seek.words()):
        return _page(request, made, seek_form=seek)
    if not may(request.user.pk, "search"):
        return ratelimit.respond_429(request)
    found = candidates_for(sought)
    form = CandidateForm(words=sought, found=found)
    return _page(request, made, seek_form=seek, found=found, candidate_form=form)


def _delivered(request: HttpRequest, made: Commission) -> HttpResponse:
    version = content.latest(made)
    shown = content.shown(version.content, made.language, with_links=False) if version else None
    context = {"made": made, **words.row_of(made, timezone.localdate()), "report": shown, "version": version}
    return render(request, "research/delivered.html", context)


def _page(request: HttpRequest, made: Commission, **more: Any) -> HttpResponse:
    version = content.latest(made)
    remarks = list(version.remarks.select_related("by")) if version else []
    at_rows = by_row(remarks, version.content) if version else {}
    written = {each.kind: each for each in made.sections.all()}
    sent: SectionForm | None = more.get("section")
    context = {
        "made": made,
        **words.row_of(made, timezone.localdate()),
        "sections": [
            {
                "kind": kind,
                "form": sent if sent is not None and sent.kind == kind else _form(kind, written),
                "saved_at": written[kind].saved_at if kind in written else None,
                "remarks": [each for each in remarks if each.kind == kind],
            }
            for kind in SectionKind
        ],
        "figures": [
            {"row": each, "remarks": at_rows.pop(at_figure(each), [])} for each in made.figures.all()
        ],
        "candidates": [
            {"row": each, "remarks": at_rows.pop(at_candidate(each), [])}
            for each in made.candidates.select_related("startup__organisation")
        ],
        "figure_form": FigureForm(),
        "seek_form": SeekForm(),
        "candidate_form": CandidateForm(),
        "document_form": DocumentForm(),
        "documents": [
            {"row": each, **line(each.document, each.document.title)}
            for each in made.documents.select_related("document").prefetch_related("document__files")
        ],
        "most_documents": actions.MOST_DOCUMENTS,
        **more,
    }
    gone = [each for rest in at_rows.values() for each in rest]
    context["on_gone_rows"] = listed(gone, version.content) if version else []
    names = ("section", "figure_form", "seek_form", "candidate_form", "document_form")
    forms = (more.get(name) for name in names)
    context["faulty"] = next((form for form in forms if form is not None and form.errors), None)
    return render(request, "research/writing.html", context)


def _form(kind: SectionKind, written: dict[str, ReportSection]) -> SectionForm:
    section = written.get(kind)
    initial = {"text": section.text, "seen": section.version} if section else {"text": "", "seen": 0}
    return SectionForm(kind=kind, initial=initial)


@require_POST
@requires(Permission.SEE_ASSIGNMENTS)
def save_section(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Keep one section: by itself while it is written, or by its button. Nothing newer is overwritten unseen."""
    if kind not in SectionKind.values:
        raise Http404
    made, form = _in_writing(request, pk), SectionForm(request.POST, kind=SectionKind(kind))
    newer = section = None
    if form.is_valid():
        try:
            text, seen = form.cleaned_data["text"], form.cleaned_data["seen"]
            section = actions.save_section(made, kind, text, seen=seen, by=request.user)
        except actions.NewerText as other:
            newer = other.section
            form.data = {**form.data.dict(), "seen": str(newer.version)}
    if request.htmx:
        context = {"made": made, "kind": kind, "section": section, "newer": newer, "form": form}
        return render(request, "research/saved.html", context)
    if section is not None:
        messages.success(request, _("Saved."))
        return redirect(f"{reverse('research:report', kwargs={'pk': made.pk})}#{kind}")
    return _page(request, made, section=form, newer=newer)


@require_POST
@requires(Permission.SEE_ASSIGNMENTS)
def add_figure(request: HttpRequest, pk: int) -> HttpResponse:
    made, form = _in_writing(request, pk), FigureForm(request.POST)
    if form.is_valid():
        try:
            actions.add_figure(made, form.cleaned_data, by=request.user)
            return redirect(f"{reverse('research:report', kwargs={'pk': made.pk})}#figures")
        except actions.AlreadyThere:
            form.add_error(
                "year", _("This market has a figure of that year. Remove it first, or name another market.")
            )
    return _page(request, made, figure_form=form)


@require_POST
@requires(Permission.SEE_ASSIGNMENTS)
def add_candidate(request: HttpRequest, pk: int) -> HttpResponse:
    made, form = _in_writing(request, pk), CandidateForm(request.POST)
    if form.is_valid():
        try:
            data = form.cleaned_data
            actions.add_candidate(made, data["startup"], reason=data["reason"], by=request.user)
            return redirect(f"{reverse('research:report', kwargs={'pk': made.pk})}#candidates")
        except actions.AlreadyThere:
            form.add_error("startup", _("This startup is named already."))
        except actions.InConflict:
            form.add_error(
                "startup", _("You have declared a conflict of interest with this startup. Choose another.")
            )
    return _page(request, made, candidate_form=form, **_looked_for(request, form))


def _looked_for(request: HttpRequest, form: CandidateForm) -> dict[str, Any]:
    """The list from which was chosen, once more."""
    sought = form.cleaned_data.get("q", "").strip()
    if not sought or not may(request.user.pk, "search"):
        return {}
    found = candidates_for(sought)
    form.offer(found)
    return {"found": found, "seek_form": SeekForm({"q": sought})}


@require_POST
@requires(Permission.SEE_ASSIGNMENTS)
def add_document(request: HttpRequest, pk: int) -> HttpResponse:
    """A place for a file; then the page on which it is uploaded."""
    made, form = _in_writing(request, pk), DocumentForm(request.POST)
    if form.is_valid():
        try:
            row = actions.add_document(made, form.cleaned_data["title"], by=request.user)
            return redirect("documents:document", pk=row.document_id)
        except actions.TooMany:
            form.add_error("title", _("A report has five documents at most. Remove one first."))
    return _page(request, made, document_form=form)


@require_POST
@requires(Permission.SEE_ASSIGNMENTS)
def remove(request: HttpRequest, pk: int, what: str, row: int) -> HttpResponse:
    """Take a figure or a startup out again. One that is out already is no mistake."""
    made = _in_writing(request, pk)
    rows = {"figures": made.figures, "candidates": made.candidates, "documents": made.documents}.get(what)
    if rows is None:
        raise Http404
    for found in rows.filter(pk=row):
        actions.remove(found, by=request.user)
    return redirect(f"{reverse('research:report', kwargs={'pk': made.pk})}#{what}")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_ASSIGNMENTS)
def deliver(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as it will be handed over, and what it still lacks; then the deed."""
    made = _in_writing(request, pk)
    written = content.content_of(made)
    missing = content.lacking(written)
    if request.method == "POST" and not missing:
        try:
            actions.deliver(made, by=request.user)
            messages.success(request, _("Delivered. The programme office reads it and tells you."))
            return redirect("research:report", pk=made.pk)
        except actions.NotComplete as refusal:
            missing = refusal.missing
    context = {
        "made": made,
        **words.row_of(made, timezone.localdate()),
        "report": content.shown(written, made.language, with_links=False),
        "missing": missing,
    }
    return render(request, "research/deliver.html", context)
