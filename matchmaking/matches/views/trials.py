"""A draft tried: begun with or without files to evaluate on, followed, cancelled, and read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Permission, requires
from matchmaking.core.sheets import csv_file
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches import actions
from matchmaking.matches.enums import PolicyStatus, TrialStatus
from matchmaking.matches.forms import TrialForm
from matchmaking.matches.models import ScoringPolicy, Trial
from matchmaking.matches.policies.trial_tables import found_words, lists_in_rows
from matchmaking.matches.runs.progress import progress_of_trial
from matchmaking.matches.thesauri import editions


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_POLICIES)
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a trial does, take two files or none, and begin."""
    draft = get_object_or_404(ScoringPolicy, pk=pk)
    if draft.status != PolicyStatus.DRAFT:
        raise TransitionNotAllowed(draft, PolicyStatus.DRAFT)
    form = TrialForm(request.POST, request.FILES) if request.method == "POST" else TrialForm()
    if request.method == "POST" and form.is_valid():
        try:
            trial = actions.start_trial(draft, by=request.user, files=form.files_given())
        except actions.TrialUnderWay:
            messages.warning(request, _("A trial is under way already. There is one at a time."))
            return redirect("matches:policy", pk=pk)
        return redirect("matches:trial", pk=trial.pk)
    context = {
        "form": form,
        "title": _("Try draft %(policy)s") % {"policy": draft.label},
        "back_url": reverse("matches:policy", args=[pk]),
    }
    return render(request, "matches/policies/try.html", context)


@require_safe
@requires(Permission.MANAGE_POLICIES)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a trial is, or what it found."""
    trial = get_object_or_404(_trials(), pk=pk)
    done = trial.status == TrialStatus.DONE
    context = {
        "trial": trial,
        "title": _("Trial of draft %(policy)s") % {"policy": trial.policy.label},
        "progress": _progress(trial),
        "other_edition": done and _edition_has_changed(trial),
        "may_repeat": not trial.is_under_way and trial.policy.status == PolicyStatus.DRAFT,
        "stale": trial.weights != trial.policy.parameters["weights"],
        "found": found_words(trial) if done else None,
    }
    return render(request, "matches/policies/trial.html", context)


@require_safe
@requires(Permission.MANAGE_POLICIES)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the trial's page that is asked for again and again; at the end the page is loaded anew."""
    trial = get_object_or_404(Trial, pk=pk)
    response = render(request, "components/progress.html", _progress(trial))
    if not trial.is_under_way and request.htmx:
        response["HX-Refresh"] = "true"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_POLICIES)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a trial."""
    trial = get_object_or_404(_trials(), pk=pk)
    back = reverse("matches:trial", kwargs={"pk": trial.pk})
    if request.method == "POST":
        actions.cancel_trial(trial, by=request.user)
        return redirect(back)
    context = {
        "title": _("Cancel the trial"),
        "lead": _(
            "What has been compared so far is thrown away. Lists and matches are not touched by a trial."
        ),
        "confirm_label": _("Cancel the trial"),
        "danger": True,
        "back_url": back,
    }
    return render(request, "components/confirm_page.html", context)


@require_safe
@requires(Permission.MANAGE_POLICIES)
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """Each firm's list under both policies, for a spreadsheet."""
    trial = get_object_or_404(_trials().filter(status=TrialStatus.DONE), pk=pk)
    return csv_file(f"trial-{trial.pk}", lists_in_rows(trial))


def _trials() -> Any:
    return Trial.objects.select_related("policy", "against", "started_by", "evaluation", "overtaken_by")


def _edition_has_changed(trial: Trial) -> bool:
    """Whether texts are read by another list of capabilities now than before and after in the trial."""
    tried_for = {each.parameters["thesaurus"] for each in (trial.against, trial.policy)}
    return editions.in_force().version not in tried_for


def _progress(trial: Trial) -> dict[str, Any]:
    """What the progress component needs."""
    found = progress_of_trial(trial, timezone.now())
    return {
        "id": "trial-progress",
        "url": reverse("matches:trial_progress", kwargs={"pk": trial.pk}),
        "page_url": reverse("matches:trial", kwargs={"pk": trial.pk}),
        "text": found.text,
        "done": found.done,
        "total": found.total,
        "finished": not trial.is_under_way,
    }
