"""Full passes: started, followed while they work, cancelled; and who is left without a match."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Organisation
from accounts.roles import Permission, can, requires
from matchmaking.matches import actions
from matchmaking.matches.enums import RunStatus
from matchmaking.matches.explaining.gaps import Gap, firms_without_match
from matchmaking.matches.explaining.startup_gaps import StartupGap, startups_without_match
from matchmaking.matches.models import Run, ScoringPolicy
from matchmaking.matches.runs.failures import failure_of
from matchmaking.matches.runs.progress import progress_of
from matchmaking.matches.shortlists import board as shortlists

PAGE = 20
MOST_GAPS = 200  # of each side: who wants to see more looks at the rules first


@require_safe
@requires(Permission.START_RUNS)
def run_list(request: HttpRequest) -> HttpResponse:
    """All runs, newest first."""
    runs = Run.objects.select_related("started_by")
    page = Paginator(runs, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "under_way": Run.objects.under_way().first(),
        "may_manage_policies": can(request.user, Permission.MANAGE_POLICIES),
    }
    return render(request, "matches/runs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.START_RUNS)
def start(request: HttpRequest) -> HttpResponse:
    """Say what a run does, then start it."""
    if request.method == "POST":
        try:
            run = actions.start_run(by=request.user)
        except actions.RunUnderWay:
            messages.warning(request, _("A run is under way already. There is one at a time."))
            return redirect("matches:runs")
        return redirect("matches:run", pk=run.pk)
    published = Organisation.objects.published()
    policy = ScoringPolicy.objects.in_force().only("version").first()
    context = {
        "title": _("Start a run"),
        "lead": _("All pairs of %(companies)s firms and %(startups)s startups are scored anew.")
        % {
            "companies": published.filter(kind="company").count(),
            "startups": published.filter(kind="startup").count(),
        },
        "policy": policy,
        "confirm_label": _("Start the run"),
        "back_url": reverse("matches:runs"),
    }
    return render(request, "matches/run_start.html", context)


@require_safe
@requires(Permission.START_RUNS)
def run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: how far it is, or what it found."""
    run = get_object_or_404(Run.objects.select_related("started_by"), pk=pk)
    newest = Run.objects.finished().values_list("pk", flat=True).first()
    context = {
        "run": run,
        "progress": _progress(run),
        "counters": _counters(run),
        "failure": failure_of(run) if run.status == RunStatus.FAILED else None,
        "gaps": _gaps() if run.pk == newest else [],
        "version": ScoringPolicy.objects.values_list("version", flat=True).get(pk=run.policy_id),
    }
    return render(request, "matches/run.html", context)


def _gaps() -> list[dict[str, Any]]:
    """Who is left without a match, each with the rule that it failed."""
    firms, startups = firms_without_match(), startups_without_match()
    named = [(shortlists.named(gap.company.organisation), gap) for gap in firms[:MOST_GAPS]]
    others = [(shortlists.named(gap.startup.organisation), gap) for gap in startups[:MOST_GAPS]]
    return [
        {
            "heading": _("Firms without a match"),
            "party": _("Firm"),
            "nobody": _("Every published firm has a match."),
            "rows": [_gap(about, gap) for about, gap in named],
            "more": len(firms) - len(named),
        },
        {
            "heading": _("Startups without a match"),
            "party": _("Startup"),
            "nobody": _("Every published startup has a match."),
            "rows": [_gap(about, gap) for about, gap in others],
            "more": len(startups) - len(others),
        },
    ]


def _gap(about: dict[str, Any], gap: Gap | StartupGap) -> dict[str, str]:
    return {**about, "url": about["profile_url"], "words": gap.words, "rule": gap.rule}


@require_safe
@requires(Permission.START_RUNS)
def run_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the run's page that is asked for again and again; at the end the page is loaded anew."""
    run = get_object_or_404(Run, pk=pk)
    response = render(request, "components/progress.html", _progress(run))
    if not run.is_under_way and request.htmx:
        response["HX-Refresh"] = "true"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.START_RUNS)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a run; the old lists stay."""
    run = get_object_or_404(Run, pk=pk)
    back = reverse("matches:run", kwargs={"pk": run.pk})
    if request.method == "POST":
        actions.cancel_run(run, by=request.user)
        return redirect(back)
    context = {
        "title": _("Cancel the run"),
        "lead": _cancelling(run),
        "confirm_label": _("Cancel the run"),
        "danger": True,
        "back_url": back,
    }
    return render(request, "components/confirm_page.html", context)


def _cancelling(run: Run) -> str:
    """What is thrown away, and what stays."""
    if run.status != RunStatus.SCORING:
        return _("The lists stay as they were before the run. You can start another run at any time.")
    return _(
        "%(done)s of %(total)s blocks have been scored and are thrown away. The lists stay as they were before the "
        "run. Texts that have been read are kept, so another run takes less time."
    ) % {"done": run.blocks_done, "total": run.blocks_total}


def _progress(run: Run) -> dict[str, Any]:
    """What the progress component needs."""
    progress = progress_of(run, timezone.now())
    return {
        "id": "run-progress",
        "url": reverse("matches:run_progress", kwargs={"pk": run.pk}),
        "page_url": reverse("matches:run", kwargs={"pk": run.pk}),
        "text": progress.text,
        "done": progress.done,
        "total": progress.total,
        "finished": not run.is_under_way,
    }


def _counters(run: Run) -> list[dict[str, Any]]:
    return [
        {"label": _("Firms"), "value": intcomma(run.company_count)},
        {"label": _("Startups"), "value": intcomma(run.startup_count)},
        {"label": _("Matches on lists"), "value": intcomma(run.match_count)},
        {"label": _("New on lists"), "value": intcomma(run.new_count)},
        {"label": _("Gone from lists"), "value": intcomma(run.gone_count)},
        {"label": _("Moved on lists"), "value": intcomma(run.moved_count)},
        {"label": _("Texts read anew"), "value": intcomma(run.texts_done)},
    ]
