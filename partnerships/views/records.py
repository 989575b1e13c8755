"""What either side or staff record about a partnership."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.roles import Permission, requires
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from partnerships import actions
from partnerships.actions.corrections import Entry, may_take_out
from partnerships.actions.records import may_finish, may_send_file
from partnerships.enums import AmountKind, PaperKind, PartnershipStage
from partnerships.forms.records import AmountForm, MeasureForm, PaperForm, StepForm, TakeOutForm
from partnerships.models import Amount, NextStep, Paper, Partnership, SupportMeasure
from partnerships.views.page import FORM_PAGE, own, posted

Keep = Callable[[Partnership, dict[str, Any], User], object]


def _record(
    request: HttpRequest, pk: int, form_class: type[forms.Form], title: str, keep: Keep
) -> HttpResponse:
    """One form of the partnership's page: kept, or shown again with its errors."""
    partnership = own(request, pk)
    if partnership.status == PartnershipStage.ENDED:
        raise TransitionNotAllowed(partnership, partnership.status)
    form = form_class(posted(request))
    if request.method == "POST" and form.is_valid():
        keep(partnership, form.cleaned_data, request.user)
        messages.success(request, _("Saved."))
        return redirect("partnerships:detail", pk=pk)
    context = {
        "form": form,
        "title": title,
        "lead": str(partnership),
        "save_label": _("Save"),
        "back_url": reverse("partnerships:detail", kwargs={"pk": pk}),
    }
    return render(request, "partnerships/form.html", context)


@require_http_methods(FORM_PAGE)
@requires(Permission.SEE_OWN_PARTNERSHIPS, Permission.MANAGE_PARTNERSHIPS)
def step_new(request: HttpRequest, pk: int) -> HttpResponse:
    def keep(partnership: Partnership, data: dict[str, Any], by: User) -> object:
        return actions.add_step(partnership, data["text"], Side(data["owner"]), data["due_on"], by=by)

    return _record(request, pk, StepForm, _("New next step"), keep)


@require_http_methods(FORM_PAGE)
@requires(Permission.SEE_OWN_PARTNERSHIPS, Permission.MANAGE_PARTNERSHIPS)
def paper_new(request: HttpRequest, pk: int) -> HttpResponse:
    def keep(partnership: Partnership, data: dict[str, Any], by: User) -> object:
        kind = PaperKind(data["kind"])
        return actions.add_paper(partnership, kind, data["dated"], by=by, note=data["note"])

    return _record(request, pk, PaperForm, _("New document"), keep)


@require_POST
@requires(Permission.SEE_OWN_PARTNERSHIPS, Permission.MANAGE_PARTNERSHIPS)
def paper_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which the file of a document is uploaded; whoever did not note it is told so."""
    rows = Paper.objects.visible_to(request.user).with_files().select_related("partnership")
    paper = get_object_or_404(rows, pk=pk)
    if paper.partnership.status == PartnershipStage.ENDED:
        raise TransitionNotAllowed(paper.partnership, paper.partnership.status)
    if not may_send_file(paper, request.user):
        raise PermissionDenied
    try:
        return redirect("documents:document", pk=actions.open_file(paper, by=request.user).pk)
    except actions.TooManyFiles:
        messages.error(request, _("A partnership has thirty files at most. Note where this one is kept."))
        return redirect("partnerships:detail", pk=paper.partnership_id)


@require_http_methods(FORM_PAGE)
@requires(Permission.SEE_OWN_PARTNERSHIPS, Permission.MANAGE_PARTNERSHIPS)
def amount_new(request: HttpRequest, pk: int) -> HttpResponse:
    def keep(partnership: Partnership, data: dict[str, Any], by: User) -> object:
        kind = AmountKind(data["kind"])
        return actions.add_amount(partnership, kind, data["amount"], data["currency"], data["as_of"], by=by)

    return _record(request, pk, AmountForm, _("New amount"), keep)


@require_http_methods(FORM_PAGE)
@requires(Permission.MANAGE_PARTNERSHIPS)
def measure_new(request: HttpRequest, pk: int) -> HttpResponse:
    def keep(partnership: Partnership, data: dict[str, Any], by: User) -> object:
        money = {"amount": data["amount"], "currency": data["currency"]}
        return actions.add_measure(partnership, data["name"], data["decided_on"], by=by, **money)

    return _record(request, pk, MeasureForm, _("New support measure"), keep)


@require_http_methods(FORM_PAGE)
@requires(Permission.SEE_OWN_PARTNERSHIPS, Permission.MANAGE_PARTNERSHIPS)
def step_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a step is done; asked first, as it cannot be taken back."""
    visible = NextStep.objects.visible_to(request.user)
    step = get_object_or_404(visible.select_related("partnership"), pk=pk)
    if not may_finish(step, request.user):
        raise Http404
    if request.method == "POST":
        actions.finish_step(step, by=request.user)
        messages.success(request, _("The step is done. Write down the next one, if there is one."))
        return redirect("partnerships:detail", pk=step.partnership_id)
    if step.done_at:
        raise TransitionNotAllowed(step, "done")
    context = {
        "title": _("Is this step done?"),
        "lead": step.text,
        "confirm_label": _("Yes, it is done"),
        "back_url": reverse("partnerships:detail", kwargs={"pk": step.partnership_id}),
    }
    return render(request, "components/confirm_page.html", context)


ENTRIES: dict[str, type[Entry]] = {
    "step": NextStep,
    "document": Paper,
    "amount": Amount,
    "support": SupportMeasure,
}


@require_http_methods(FORM_PAGE)
@requires(Permission.SEE_OWN_PARTNERSHIPS, Permission.MANAGE_PARTNERSHIPS)
def take_out(request: HttpRequest, entry: str, pk: int) -> HttpResponse:
    """What was written down by mistake is taken out, with a reason that both sides read."""
    if entry not in ENTRIES:
        raise Http404
    rows = ENTRIES[entry].objects.visible_to(request.user).with_writers()
    found = get_object_or_404(rows.select_related("partnership"), pk=pk)
    if not may_take_out(found, request.user):
        raise Http404
    back = reverse("partnerships:detail", kwargs={"pk": found.partnership_id})
    if found.partnership.status == PartnershipStage.ENDED or getattr(found, "done_at", None):
        raise TransitionNotAllowed(found, "taken_out")
    form = TakeOutForm(posted(request))
    if request.method == "POST" and form.is_valid():
        actions.take_out(found, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("Taken out."))
        return redirect(back)
    title = _("Take this out?")
    context = {
        "form": form,
        "title": title,
        "lead": str(found),
        "save_label": _("Take it out"),
        "danger": True,
    }
    return render(request, "partnerships/form.html", {**context, "back_url": back})
