"""Shortlists for staff: worked out, looked at, changed by hand, disclosed after a check."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Permission, can, requires
from matchmaking.matches import actions
from matchmaking.matches.models import ShortlistDraft, ShortlistRule
from matchmaking.matches.shortlists import board
from matchmaking.matches.shortlists.forms import RuleForm, StartForm

PAGE = 25
STEPS = 2


@require_safe
@requires(Permission.PLAN_SHORTLISTS)
def drafts(request: HttpRequest) -> HttpResponse:
    """All drafts, newest first."""
    page = Paginator(ShortlistDraft.objects.select_related("started_by"), PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "open": ShortlistDraft.objects.open().first(),
        "may_set_rules": can(request.user, Permission.SET_SHORTLIST_RULES),
    }
    return render(request, "matches/shortlists/drafts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PLAN_SHORTLISTS)
def start(request: HttpRequest) -> HttpResponse:
    """Say what will be done, then have it worked out."""
    form = StartForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = actions.start_shortlists(by=request.user, month_only=form.cleaned_data["month_only"])
        except actions.ShortlistsUnderWay:
            messages.warning(
                request, _("Shortlists are being worked out already. There is one draft at a time.")
            )
            return redirect("matches:shortlists")
        return redirect("matches:shortlist", pk=draft.pk)
    context = {
        "title": _("Work out shortlists"),
        "lead": _(
            "The lists of all firms are chosen together, so that no startup is recommended to everybody."
        ),
        "form": form,
        "rule": ShortlistRule.objects.in_force() or ShortlistRule(),
        "ready": ShortlistDraft.objects.open().first(),
        "confirm_label": _("Work out the shortlists"),
        "back_url": reverse("matches:shortlists"),
    }
    return render(request, "matches/shortlists/start.html", context)


@require_safe
@requires(Permission.PLAN_SHORTLISTS)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One draft: how exposure spreads, and the lists of one side or those who have none."""
    draft = get_object_or_404(ShortlistDraft.objects.select_related("started_by", "rule"), pk=pk)
    context: dict[str, Any] = {"draft": draft, "progress": _progress(draft)}
    if not draft.is_computing:
        sides = board.sides_of(draft)
        context |= {
            "counters": board.counters(draft, sides),
            "spread": board.spread(sides),
            "regions": board.regions(draft, sides),
            "countries": board.places_abroad(sides),
            "waiting": draft.is_ready and draft.pairs.waiting().exists(),
            **_lists(request, draft),
        }
    return render(request, "matches/shortlists/draft.html", context)


def _lists(request: HttpRequest, draft: ShortlistDraft) -> dict[str, Any]:
    """The tab in use and its page of rows."""
    tabs = {
        "firms": pgettext("tab", "Lists of firms"),
        "startups": pgettext("tab", "Startups and their firms"),
        "firms_without": _("Firms without a list"),
        "startups_without": _("Startups on no list"),
    }
    show = request.GET.get("show") if request.GET.get("show") in tabs else "firms"
    kind = board.FIRMS if show.startswith("firms") else board.STARTUPS
    without = show.endswith("without")
    page = Paginator(board.parties(draft, kind, left_out=without), PAGE).get_page(request.GET.get("page"))
    rows = board.without_list(page, kind) if without else board.lists(draft, page, kind)
    return {
        "page": page,
        "rows": rows,
        "without": without,
        "heading": tabs[show],
        "tabs": [{"key": key, "label": label, "current": key == show} for key, label in tabs.items()],
    }


@require_safe
@requires(Permission.PLAN_SHORTLISTS)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that is asked for again and again; at the end the page is loaded anew."""
    draft = get_object_or_404(ShortlistDraft, pk=pk)
    response = render(request, "components/progress.html", _progress(draft))
    if not draft.is_computing and request.htmx:
        response["HX-Refresh"] = "true"
    return response


def _progress(draft: ShortlistDraft) -> dict[str, Any]:
    """What the progress component needs."""
    text = _("Waiting to start")
    if draft.gathered_at:
        text = _("Choosing among %(n)s pairs") % {"n": draft.candidate_count}
    return {
        "id": "shortlist-progress",
        "url": reverse("matches:shortlist_progress", kwargs={"pk": draft.pk}),
        "page_url": reverse("matches:shortlist", kwargs={"pk": draft.pk}),
        "text": text if draft.is_computing else draft.get_status_display(),
        "done": 1 if draft.gathered_at else 0,
        "total": STEPS,
        "finished": not draft.is_computing,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PLAN_SHORTLISTS)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft away; lists that have been disclosed stay so."""
    draft = get_object_or_404(ShortlistDraft, pk=pk)
    back = reverse("matches:shortlist", kwargs={"pk": draft.pk})
    if request.method == "POST":
        actions.discard_shortlists(draft, by=request.user)
        return redirect(back)
    context = {
        "title": _("Discard the shortlists"),
        "lead": _("Lists that have been disclosed stay disclosed. The others are not sent to anybody."),
        "confirm_label": _("Discard the shortlists"),
        "danger": True,
        "back_url": back,
    }
    return render(request, "components/confirm_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SET_SHORTLIST_RULES)
def rules(request: HttpRequest) -> HttpResponse:
    """How many each side takes on at most, and the targets of regions; every change is a new version with a reason."""
    current = ShortlistRule.objects.in_force() or ShortlistRule()
    form = RuleForm(request.POST if request.method == "POST" else None, current=current)
    if request.method == "POST" and form.is_valid():
        actions.set_shortlist_rule(by=request.user, **form.values())
        messages.success(request, _("The rules are in force for the next draft."))
        return redirect("matches:shortlist_rules")
    earlier = ShortlistRule.objects.select_related("set_by").order_by("-pk")[:PAGE]
    return render(request, "matches/shortlists/rules.html", {"form": form, "entries": _history(earlier)})


def _history(rules_: Any) -> list[dict[str, Any]]:
    return [
        {
            "at": rule.set_at,
            "by": str(rule.set_by or _("The portal")),
            "text": _("A firm's list at most %(firm)s, a startup on at most %(startup)s, at least %(least)s.")
            % {"firm": rule.company_most, "startup": rule.startup_most, "least": rule.least},
            "note": rule.reason,
        }
        for rule in rules_
    ]
