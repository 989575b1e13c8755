"""The scoring policies: all of them, a draft's weights, and the check before one comes into force."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Permission, requires
from matchmaking.core.transitions import TransitionNotAllowed, allowed
from matchmaking.matches import actions
from matchmaking.matches.engine.policy import GROUPS, load_policy
from matchmaking.matches.enums import PolicyStatus
from matchmaking.matches.explaining.explanation import GROUP_LABELS
from matchmaking.matches.forms import ReasonForm, WeightsForm
from matchmaking.matches.models import Run, ScoringPolicy
from matchmaking.matches.policies.weighing import changes, measured, weighed, worked_out

PAGE = 20


@require_safe
@requires(Permission.MANAGE_POLICIES)
def policy_list(request: HttpRequest) -> HttpResponse:
    """In force, drafts and past ones: who, when, why."""
    page = Paginator(ScoringPolicy.objects.for_list(), PAGE).get_page(request.GET.get("page"))
    return render(request, "matches/policies/list.html", {"page": page})


@require_safe
@requires(Permission.MANAGE_POLICIES)
def policy_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One policy: its weights, what is worked out from them, and what it changes against the one in force."""
    policy = get_object_or_404(_policies(), pk=pk)
    against = policy.based_on if policy.status != PolicyStatus.DRAFT else _in_force()
    context = {
        "policy": policy,
        "against": against,
        "title": _title(policy),
        "rows": weighed(policy, against),
        "facts": worked_out(policy),
        "measured": measured(policy),
        "trials": policy.trials.select_related("started_by")[:PAGE],
        "is_draft": policy.status == PolicyStatus.DRAFT,
    }
    return render(request, "matches/policies/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_POLICIES)
def draft_new(request: HttpRequest) -> HttpResponse:
    """A draft that begins with the weights in force."""
    current = _in_force()
    weights = current.parameters["weights"] if current else load_policy().weights
    form = WeightsForm(request.POST or None, initial=weights)
    if request.method == "POST" and form.is_valid():
        draft = actions.draft_policy(weights=form.weights(), by=request.user)
        messages.success(
            request, _("Draft %(policy)s saved. Try it before you put it in force.") % {"policy": draft.label}
        )
        return redirect("matches:policy", pk=draft.pk)
    return _weights_page(request, form, current, _("Draft a new policy"), reverse("matches:policies"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_POLICIES)
def draft_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Other weights for a draft. What was in force is never changed: 409."""
    draft = get_object_or_404(_policies(), pk=pk)
    _require(draft, PolicyStatus.IN_FORCE)
    form = WeightsForm(
        request.POST or None, initial=draft.parameters["weights"], fingerprint=draft.fingerprint
    )
    if request.method == "POST" and form.is_valid():
        actions.edit_draft(draft, weights=form.weights(), by=request.user)
        return redirect("matches:policy", pk=draft.pk)
    title = _("Change the weights of draft %(policy)s") % {"policy": draft.label}
    return _weights_page(request, form, draft, title, reverse("matches:policy", kwargs={"pk": pk}))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_POLICIES)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a draft up."""
    draft = get_object_or_404(_policies(), pk=pk)
    _require(draft, PolicyStatus.DISCARDED)
    if request.method == "POST":
        actions.discard_draft(draft, by=request.user)
        return redirect("matches:policies")
    context = {
        "title": _("Discard draft %(policy)s") % {"policy": draft.label},
        "lead": _("The draft stays on record but can no longer be changed, tried or put in force."),
        "confirm_label": _("Discard the draft"),
        "danger": True,
        "back_url": reverse("matches:policy", kwargs={"pk": pk}),
    }
    return render(request, "components/confirm_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_POLICIES)
def put_in_force(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what changes, then let the draft make the scores and score everybody anew."""
    draft, current = get_object_or_404(_policies(), pk=pk), _in_force()
    _require(draft, PolicyStatus.IN_FORCE)
    initial = {"seen": actions.seen_by(draft, current)}
    form = ReasonForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        run = actions.put_in_force(draft, by=request.user, **form.cleaned_data)
        return redirect("matches:run", pk=run.pk)
    context = {
        "title": _("Put policy %(policy)s in force") % {"policy": draft.label},
        "lead": _(
            "From then on every score is made by these weights. All firms and startups are scored anew at once."
        ),
        "form": form,
        "rows": changes(draft, current) if current else [],
        "draft": draft,
        "current": current,
        "under_way": Run.objects.under_way().first(),
        "confirm_label": _("Put in force and start a run"),
        "back_url": reverse("matches:policy", kwargs={"pk": pk}),
    }
    return render(request, "matches/policies/put_in_force.html", context)


def _weights_page(
    request: HttpRequest, form: WeightsForm, policy: ScoringPolicy | None, title: str, back: str
) -> HttpResponse:
    """The form, each number beside the share that its part has now."""
    parts = {part.name: part for part in weighed(policy)} if policy else {}
    groups = [
        {"label": GROUP_LABELS[key], "fields": [(form[name], parts.get(name)) for name in names]}
        for key, names in GROUPS.items()
    ]
    context = {"title": title, "form": form, "groups": groups, "back_url": back}
    return render(request, "matches/policies/weights.html", context)


def _policies() -> Any:
    return ScoringPolicy.objects.select_related("based_on", "drafted_by", "put_in_force_by")


def _in_force() -> ScoringPolicy | None:
    return ScoringPolicy.objects.in_force().first()


def _require(policy: ScoringPolicy, to: PolicyStatus) -> None:
    """409 where the policy can no longer become that."""
    if not allowed(policy, to):
        raise TransitionNotAllowed(policy, to)


def _title(policy: ScoringPolicy) -> str:
    return _("Policy %(policy)s: %(status)s") % {
        "policy": policy.label,
        "status": policy.get_status_display(),
    }
