"""One firm's shortlist changed by hand, and lists disclosed after a check."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Permission, requires
from companies.models import Company
from matchmaking.matches import actions
from matchmaking.matches.models import Match, ShortlistDraft
from matchmaking.matches.shortlists import board, one_list
from matchmaking.matches.shortlists.sending import Sending, sending_of

SHOWN = 100  # firms on the check page
LONGEST_KEY = 18  # digits that fit the database's numbers whatever they are


def _draft(pk: int) -> ShortlistDraft:
    """A draft that has lists; 404 while it is being worked out."""
    draft = get_object_or_404(ShortlistDraft.objects.select_related("rule"), pk=pk)
    if draft.is_computing:
        raise Http404
    return draft


def _key(text: str) -> int:
    """A key somebody sent; 404 for what cannot be one."""
    if not text.isdecimal() or len(text) > LONGEST_KEY:
        raise Http404
    return int(text)


@require_safe
@requires(Permission.PLAN_SHORTLISTS)
def firm(request: HttpRequest, pk: int, company_pk: int) -> HttpResponse:
    """A firm's list, what could be put on it, and the buttons for both."""
    draft = _draft(pk)
    party = get_object_or_404(
        draft.parties.of_kind(board.FIRMS).select_related("organisation"), organisation=company_pk
    )
    company = get_object_or_404(Company.objects.select_related("organisation"), pk=company_pk)
    entries = one_list.entries(draft, company)
    context = {
        "draft": draft,
        "firm": board.named(party.organisation),
        "company": company,
        "party": party,
        "entries": entries,
        "points": sum(each["score"] for each in entries),
        "waiting": draft.is_ready and any(each["waits"] for each in entries),
        "offered": one_list.offered(draft, company) if draft.is_ready else [],
        "is_full": len(entries) >= party.most,
    }
    return render(request, "matches/shortlists/firm.html", context)


@require_POST
@requires(Permission.PLAN_SHORTLISTS)
def take_off(request: HttpRequest, pk: int, company_pk: int) -> HttpResponse:
    """Take a startup off the list."""
    startup = _key(request.POST.get("startup", ""))
    actions.take_off_list(_draft(pk), company=company_pk, startup=startup, by=request.user)
    return redirect("matches:shortlist_firm", pk=pk, company_pk=company_pk)


@require_POST
@requires(Permission.PLAN_SHORTLISTS)
def add(request: HttpRequest, pk: int, company_pk: int) -> HttpResponse:
    """Put one of the firm's matches on the list; what the checker finds is said."""
    match = get_object_or_404(
        Match.objects.with_parties(), pk=_key(request.POST.get("match", "")), company=company_pk
    )
    try:
        actions.add_to_list(_draft(pk), match, by=request.user)
    except actions.ListsRefused as refused:
        for finding in refused.findings:
            messages.warning(request, one_list.refusal(finding))
    return redirect("matches:shortlist_firm", pk=pk, company_pk=company_pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PLAN_SHORTLISTS)
def disclose(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a list, or all, then have them disclosed. What changed since the check is shown again, with 409."""
    draft = _draft(pk)
    source = request.POST if request.method == "POST" else request.GET
    companies = [_key(text) for text in source.getlist("firm")] or None
    changed = False
    if request.method == "POST":
        try:
            firms = actions.approve_lists(
                draft, companies=companies, seen=request.POST.get("seen", ""), by=request.user
            )
        except actions.ListsChanged:
            changed = True
        else:
            _say_told(request, firms)
            return redirect("matches:shortlist", pk=draft.pk)
    context = _check_page(draft, companies, sending_of(draft, companies)) | {"changed": changed}
    return render(request, "matches/shortlists/disclose.html", context, status=409 if changed else 200)


def _say_told(request: HttpRequest, firms: int) -> None:
    words = ngettext(
        "The list of %(n)s firm is being disclosed.", "The lists of %(n)s firms are being disclosed.", firms
    )
    messages.success(request, words % {"n": firms})


def _check_page(draft: ShortlistDraft, companies: list[int] | None, sending: Sending) -> dict[str, Any]:
    back = reverse("matches:shortlist", kwargs={"pk": draft.pk})
    if companies and len(companies) == 1:
        back = reverse("matches:shortlist_firm", kwargs={"pk": draft.pk, "company_pk": companies[0]})
    hidden = len(sending.by_firm) - SHOWN
    return {
        "title": _("Disclose shortlists"),
        "lead": _("The members of each firm receive one e-mail and see the startups with their scores."),
        "rows": [*_counts(sending), *_lists(sending)],
        "hidden": max(0, hidden),
        "companies": companies or [],
        "seen": sending.fingerprint,
        "send_label": _("Disclose"),
        "back_url": back,
        "blocked": "" if sending.pairs and draft.is_ready else _("No list waits to be disclosed."),
    }


def _counts(sending: Sending) -> list[dict[str, Any]]:
    rows = [
        {"label": _("Firms"), "value": len(sending.by_firm)},
        {"label": _("Recommendations"), "value": len(sending.pairs)},
        {"label": _("People told by e-mail"), "value": sending.people},
    ]
    if sending.firms_without_reader:
        rows.append({"label": _("Firms in which nobody is told"), "value": sending.firms_without_reader})
    return rows


def _lists(sending: Sending) -> list[dict[str, Any]]:
    """The first firms by name: their startups, and who receives the mail."""
    rows = []
    for company, pairs in list(sending.by_firm.items())[:SHOWN]:
        firm_ = board.named(pairs[0].company.organisation)
        names = ", ".join(map(str, sending.readers.get(company, []))) or _("nobody yet")
        startups = "\n".join(f"{pair.startup} ({pair.score})" for pair in pairs)
        told = _("Told by e-mail: %(names)s") % {"names": names}
        rows.append({"label": firm_["name"], "value": f"{startups}\n{told}"})
    return rows
