"""What either side or staff record about a partnership."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.roles import Permission, requires
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from partnerships import actions
from partnerships.actions.records import may_finish
from partnerships.enums import AmountKind, PaperKind, PartnershipStage
from partnerships.forms.records import AmountForm, MeasureForm, PaperForm, StepForm
from partnerships.models import NextStep, Partnership
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
