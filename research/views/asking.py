"""Asking for research: firms by themselves, and staff."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.roles import Permission, requires
from companies.models import Challenge, Company
from matchmaking.core.enums import Field
from matchmaking.matches.models import Match
from research import actions
from research.forms.commissions import AskForm, FirmForm
from research.models import country_choices
from research.questions import question_for

PASSED_ON = ("field", "market", "needed_on")  # what an address may hold beside the firm


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ASK_RESEARCH)
def ask(request: HttpRequest) -> HttpResponse:
    """The form, begun from a template, or (POST, from the check page) as it was written. Sends nothing."""
    match = match_of(request)
    if (company := _company_of(request, match)) is None:
        return _without_firm(request)
    initial = request.POST.dict() if request.method == "POST" else _begun(request, match)
    return _form_page(request, AskForm(user=request.user, company=company, match=match, initial=initial))


def match_of(request: HttpRequest) -> Match | None:
    """The pair that the reader comes from, if they may see it."""
    if (key := _key(request, "match")) is None:
        return None
    return get_object_or_404(Match.objects.visible_to(request.user).with_parties(), pk=key)


def _key(request: HttpRequest, name: str) -> int | None:
    text = request.POST.get(name) or request.GET.get(name) or ""
    return int(text[:9]) if text.isascii() and text.isdigit() else None


def _company_of(request: HttpRequest, match: Match | None) -> Company | None:
    """The reader's own firm; for staff that of the pair, of the challenge, or the one that is named."""
    published = Company.objects.filter(organisation__status="published").select_related("organisation")
    if not request.user.is_officer:
        return published.filter(pk=request.user.organisation.pk).first()
    if match is not None:
        return published.filter(pk=match.company_id).first()
    key = _key(request, "company")
    if key is None:
        own = Challenge.objects.filter(pk=_key(request, "challenge"))
        key = own.values_list("company", flat=True).first()
    return published.filter(pk=key).first()


def _without_firm(request: HttpRequest) -> HttpResponse:
    """Staff name the firm first; a firm that does not take part yet asks later."""
    if not request.user.is_officer:
        return render(request, "research/ask_later.html")
    form = FirmForm(request.GET if "firm" in request.GET else None)
    if form.is_bound and form.is_valid():
        query = QueryDict(mutable=True)
        query["company"] = str(form.cleaned_data["firm"].pk)
        query.update({name: request.GET[name] for name in PASSED_ON if name in request.GET})
        return redirect(f"{reverse('research:ask')}?{query.urlencode()}")
    passed_on = {name: request.GET[name] for name in PASSED_ON if name in request.GET}
    return render(request, "research/ask_firm.html", {"form": form, "passed_on": passed_on})


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
    names = [name for name in ("field", "market", "challenge", "needed_on") if name in form.fields]
    context = {
        "form": form,
        "company": form.company,
        "fields": Field.choices,
        "markets": country_choices(),
        "chosen": {name: str(form[name].value() or "") for name in names},
        "match_key": str(form["match"].value() or "") if "match" in form.fields else "",
    }
    return render(request, "research/ask.html", context)


def _sent(request: HttpRequest) -> AskForm | None:
    """What was filled in; None where no firm is named."""
    match = match_of(request)
    company = _company_of(request, match)
    return AskForm(request.POST, user=request.user, company=company, match=match) if company else None


@require_POST
@requires(Permission.ASK_RESEARCH)
def ask_check(request: HttpRequest) -> HttpResponse:
    """What will be sent; nothing is sent yet."""
    if (form := _sent(request)) is None:
        return _without_firm(request)
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
    if (form := _sent(request)) is None:
        return _without_firm(request)
    if not form.is_valid():
        return _form_page(request, form)
    made = actions.ask(form.asked(), by=request.user)
    if request.user.is_officer:
        return redirect("research:commission", pk=made.pk)
    messages.success(request, _("Sent. The programme office decides, and you will be told."))
    return redirect("research:own_commission", pk=made.pk)
