"""The office's pages of research: the list, one commission, choosing an expert, declining and cancelling."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.deeds import told
from accounts.lists import listing
from accounts.profiles.forms import ReasonForm
from accounts.roles import Permission, requires
from matchmaking.core.models import AuditEvent
from matchmaking.core.transitions import TransitionNotAllowed, allowed
from matchmaking.matches.enums import Side
from research import actions, content, words
from research.enums import CommissionStatus, Unfit
from research.filters import COMMISSION_ORDERINGS, CommissionFilterSet
from research.finding import Ranked, ranked
from research.forms.commissions import AssignForm
from research.models import Commission, Expert


@require_safe
@requires(Permission.MANAGE_RESEARCH)
def commissions(request: HttpRequest) -> HttpResponse:
    """All research, what waits for the office first."""
    found = listing(
        CommissionFilterSet(request.GET, Commission.objects.with_parties()), request.GET, COMMISSION_ORDERINGS
    )
    today = timezone.localdate()
    rows = [words.row_of(each, today) for each in found.page]
    return render(request, "research/commissions.html", {"listing": found, "rows": rows})


@require_safe
@requires(Permission.MANAGE_RESEARCH)
def commission(request: HttpRequest, pk: int) -> HttpResponse:
    """One commission: while it waits, who fits; later, where it stands."""
    return _page(request, _commission(pk))


def _commission(pk: int) -> Commission:
    return get_object_or_404(Commission.objects.with_parties().select_related("asked_by"), pk=pk)


def _page(request: HttpRequest, made: Commission, form: AssignForm | None = None) -> HttpResponse:
    is_waiting = made.status == CommissionStatus.REQUESTED
    experts = ranked(made) if is_waiting else []
    events = AuditEvent.objects.filter(target_type=made._meta.label_lower, target_id=str(made.pk))
    context = {
        "made": made,
        **words.row_of(made, timezone.localdate()),
        "facts": words.facts_of(made, for_staff=True),
        "experts": [_row(each, form) for each in experts],
        "form": form or (_choosing(made, experts) if is_waiting else None),
        "may_cancel": allowed(made, CommissionStatus.CANCELLED),
        "is_wish": is_waiting and made.asked_side == Side.COMPANY,
        "versions": made.versions.select_related("by"),
        "report": _report(made),
        "to_decide": made.status == CommissionStatus.DELIVERED,
        "may_return": actions.expert_is_there(made),
        "refusals": made.refusals.select_related("expert__user"),
        "deeds": told(events),
    }
    return render(request, "research/commission.html", context)


def _choosing(made: Commission, experts: list[Ranked], data: QueryDict | None = None) -> AssignForm:
    return AssignForm(data, experts=experts, today=timezone.localdate(), needed_on=made.needed_on)


def _report(made: Commission) -> dict[str, Any] | None:
    """What was delivered last."""
    version = content.latest(made)
    if version is None:
        return None
    return content.shown(version.content, made.language, with_links=False, files=content.files_of(version))


def _row(each: Ranked, form: AssignForm | None) -> dict[str, Any]:
    """An expert with the reasons for their place; who is ruled out has the reason for that."""
    return {
        "expert": each.expert,
        "fit": each.fit,
        "parts": words.why(each.fit),
        "load": each.expert.load,
        "published": each.published,
        "ruled_out": Unfit(each.fit.ruled_out).label if each.fit.ruled_out else "",
        "chosen": form is not None and form["expert"].value() == str(each.expert.pk),
    }


@require_POST
@requires(Permission.MANAGE_RESEARCH)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer it to an expert. Who has become busy meanwhile is told as such, and another can be chosen."""
    made = _commission(pk)
    if made.status != CommissionStatus.REQUESTED:
        raise TransitionNotAllowed(made, CommissionStatus.ASSIGNED)
    form = _choosing(made, ranked(made), request.POST)
    if not form.is_valid():
        return _page(request, made, form)
    expert = Expert.objects.active().select_related("user").get(pk=form.cleaned_data["expert"])
    try:
        actions.assign(made, expert, due=form.due(), by=request.user)
    except actions.NotFitting as refusal:
        form.add_error("expert", Unfit(refusal.reason).label)
        return _page(request, made, form)
    messages.success(request, _("%(expert)s has been asked.") % {"expert": expert})
    return redirect("research:commission", pk=made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_RESEARCH)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline a firm's wish, or end research that is under way, with a reason."""
    made = _commission(pk)
    if not allowed(made, CommissionStatus.CANCELLED):
        raise TransitionNotAllowed(made, CommissionStatus.CANCELLED)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.cancel(made, reason=form.cleaned_data["reason"], by=request.user)
        return redirect("research:commission", pk=made.pk)
    is_wish = made.status == CommissionStatus.REQUESTED and made.asked_side == Side.COMPANY
    context = {
        "title": _("Decline the research request") if is_wish else _("Cancel the research"),
        "lead": _("Whoever asked for it and whoever works on it will read the reason."),
        "form": form,
        "confirm_label": pgettext("research", "Decline") if is_wish else _("Cancel the research"),
        "danger": True,
        "back_url": reverse("research:commission", kwargs={"pk": made.pk}),
    }
    return render(request, "components/confirm_page.html", context)
