"""Asking for research: firms by themselves, and staff."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.roles import Permission, requires
from matchmaking.core.enums import Field
from matchmaking.matches.models import Match
from research import actions
from research.forms.commissions import AskForm
from research.models import country_choices
from research.questions import question_for


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ASK_RESEARCH)
def ask(request: HttpRequest) -> HttpResponse:
    """The form, begun from a template, or (POST, from the check page) as it was written. Sends nothing."""
    match = match_of(request)
    initial = request.POST.dict() if request.method == "POST" else _begun(request, match)
    return _form_page(request, AskForm(user=request.user, match=match, initial=initial))


def match_of(request: HttpRequest) -> Match | None:
    """The pair that the reader comes from, if they may see it."""
    key = request.POST.get("match") or request.GET.get("match")
    if not key or not key.isascii() or not key.isdigit():
        return None
    return get_object_or_404(Match.objects.visible_to(request.user).with_parties(), pk=int(key[:9]))


def _begun(request: HttpRequest, match: Match | None) -> dict[str, Any]:
    """The template of the field and the market that were chosen, else of the pair's own."""
    found: dict[str, Any] = {
        "challenge": request.GET.get("challenge"),
        "needed_on": _day(request.GET.get("needed_on", "")),
    }
    if match is not None:
        found |= {
            "match": match.pk,
            "challenge": match.challenge_id,
            "field": match.challenge.field,
            "market": str(match.startup.organisation.country.code),
        }
    chosen = {name: value for name in ("field", "market") if (value := request.GET.get(name))}
    found |= chosen
    return {**found, "question": question_for(str(found.get("field", "")), str(found.get("market", "")))}


def _day(text: str) -> date | None:
    """A day in an address; what is none counts as not given."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _form_page(request: HttpRequest, form: AskForm) -> HttpResponse:
    context = {
        "form": form,
        "fields": Field.choices,
        "markets": country_choices(),
        "chosen": {
            name: str(form[name].value() or "") for name in ("field", "market", "challenge", "needed_on")
        },
        "match_key": str(form["match"].value() or "") if "match" in form.fields else "",
    }
    return render(request, "research/ask.html", context)


@require_POST
@requires(Permission.ASK_RESEARCH)
def ask_check(request: HttpRequest) -> HttpResponse:
    """What will be sent; nothing is sent yet."""
    form = AskForm(request.POST, user=request.user, match=match_of(request))
    if not form.is_valid():
        return _form_page(request, form)
    context = {
        "title": _("Check the research request"),
        "rows": form.rows(),
        "hidden": request.POST.dict(),
        "form_url": reverse("research:ask"),
        "send_url": reverse("research:ask_send"),
    }
    return render(request, "meetings/request_check.html", context)


@require_POST
@requires(Permission.ASK_RESEARCH)
def ask_send(request: HttpRequest) -> HttpResponse:
    form = AskForm(request.POST, user=request.user, match=match_of(request))
    if not form.is_valid():
        return _form_page(request, form)
    made = actions.ask(form.asked(), by=request.user)
    if request.user.is_officer:
        return redirect("research:commission", pk=made.pk)
    messages.success(request, _("Sent. The programme office decides, and you will be told."))
    return redirect("research:own_commission", pk=made.pk)
