"""Assessments by experts: what the office asks for, what the expert answers, and where experts differ."""

from __future__ import annotations

from typing import Any

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Permission, requires
from companies.models import Company
from matchmaking.core.rates import may
from matchmaking.core.transitions import TransitionNotAllowed, allowed
from matchmaking.matches.enums import Side
from matchmaking.matches.explaining.cards import firm_texts, startup_texts
from matchmaking.matches.models import Match
from research import actions, words
from research.candidates import candidates_for
from research.disputes import disputes
from research.enums import AdviceStatus, Unfit
from research.finding import Ranked, advisers
from research.forms.advice import AboutForm, AskAdviceForm, AssessForm
from research.forms.commissions import RefuseForm
from research.forms.finding import SeekForm
from research.models import AdviceRequest
from research.views.asking import match_of
from research.views.assignments import deck_of
from startups.models import Startup

PAGE = 50


@require_safe
@requires(Permission.MANAGE_RESEARCH)
def assessments(request: HttpRequest) -> HttpResponse:
    """What was asked of whom, the latest first, with the marks, and where experts are of different minds."""
    today, only = timezone.localdate(), _narrowed(request)
    rows = AdviceRequest.objects.with_parties().prefetch_related("advice__marks")
    if only == "overdue":
        rows = rows.overdue(today)
    if only == "differ":
        rows = rows.filter(pk__in=_disputed())
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    found = disputes([each.startup_id for each in page])
    shown = [
        {
            "asked": each,
            "differ": (each.startup_id, each.company_id) in found,
            "apart_on": found.get((each.startup_id, each.company_id), ""),
            "overdue": each.is_overdue(today),
        }
        for each in page
    ]
    return render(request, "research/assessments.html", {"page": page, "rows": shown, "only": only})


def _narrowed(request: HttpRequest) -> str:
    return next((name for name in ("overdue", "differ") if request.GET.get(name) == "yes"), "")


def _disputed() -> list[int]:
    """The requests about those of whom experts disagree, whatever has become of them."""
    found = disputes()
    rows = AdviceRequest.objects.filter(startup__in=[startup for startup, _company in found]).order_by()
    return [
        pk
        for pk, startup, company in rows.values_list("pk", "startup", "company")
        if (startup, company) in found
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_RESEARCH)
def ask(request: HttpRequest) -> HttpResponse:
    """Of a startup, or (coming from a pair, or from what somebody else thinks of one) of the pair; with who fits."""
    startup, company = _about(request)
    if startup is None:
        return _choose(request)
    data = request.POST if request.method == "POST" else None
    form = AskAdviceForm(data, startup=startup, initial=_kept(request.GET))
    if request.method == "POST" and form.is_valid() and _asked(request, form, company):
        return redirect("research:assessments")
    context = {"form": form, "startup": startup, "company": company}
    context["experts"] = [_row(each, form) for each in advisers(startup, company)]
    return render(request, "research/ask_advice.html", context)


def _choose(request: HttpRequest) -> HttpResponse:
    """The step before: the startup is looked for by its name or by what it offers, among thousands."""
    sent = request.POST if request.method == "POST" else request.GET
    seek = SeekForm(sent if "q" in sent else None)
    sought, found = seek.words(), None
    if sought:
        if not may(request.user.pk, "search"):
            return ratelimit.respond_429(request)
        found = candidates_for(sought)
    is_chosen = request.method == "POST" or "startup" in sent or "choose" in sent
    form = AboutForm(sent if is_chosen else None, words=sought, found=found)
    context = {"seek_form": seek, "form": form, "found": found, "kept": _kept(sent)}
    context["faulty"] = next((each for each in (seek, form) if each.errors), None)
    return render(request, "research/ask_advice_about.html", context)


def _kept(sent: QueryDict) -> dict[str, str]:
    """What was chosen before the startup had to be chosen anew."""
    return {name: sent[name] for name in ("expert", "term") if name in sent}


def _about(request: HttpRequest) -> tuple[Startup | None, Company | None]:
    """The startup, if one is chosen, and the firm of the pair, if it is about one."""
    if match := match_of(request):
        return match.startup, match.company
    startup = _named(request, "startup", Startup.objects.published())
    company = _named(request, "company", Company.objects.all())
    if company is not None and startup is None:
        raise Http404
    return startup, company


def _named(request: HttpRequest, name: str, rows: QuerySet[Any]) -> Any:
    key = request.POST.get(name) or request.GET.get(name) or ""
    is_key = key.isascii() and key.isdigit()
    return rows.select_related("organisation").filter(pk=int(key[:9])).first() if is_key else None


def _row(each: Ranked, form: AskAdviceForm) -> dict[str, Any]:
    """An expert with the reasons for their place; who cannot be asked has the reason for that."""
    return {
        "expert": each.expert,
        "fit": each.fit,
        "most": sum(part.most for part in each.fit.parts),
        "parts": words.why(each.fit) if not each.fit.ruled_out else [],
        "load": each.expert.load,
        "asked": each.asked,
        "ruled_out": Unfit(each.fit.ruled_out).label if each.fit.ruled_out else "",
        "chosen": form["expert"].value() == str(each.expert.pk),
    }


def _asked(request: HttpRequest, form: AskAdviceForm, company: Company | None) -> bool:
    data = form.cleaned_data
    try:
        actions.ask_advice(
            data["startup"],
            data["expert"],
            due=form.due(timezone.localdate()),
            by=request.user,
            company=company,
        )
    except actions.NotFitting as refusal:
        form.add_error("expert", _("%(reason)s. Choose another.") % {"reason": Unfit(refusal.reason).label})
    except actions.AlreadyThere:
        form.add_error("expert", _("This expert has been asked already."))
    else:
        messages.success(request, _("%(expert)s has been asked.") % {"expert": data["expert"]})
        return True
    return False


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_RESEARCH)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(AdviceRequest.objects.with_parties(), pk=pk)
    if not allowed(asked, AdviceStatus.TAKEN_BACK):
        raise TransitionNotAllowed(asked, AdviceStatus.TAKEN_BACK)
    if request.method == "POST":
        actions.take_back_advice_request(asked, by=request.user)
        return redirect("research:assessments")
    context = {
        "title": _("Take back the request for an assessment"),
        "lead": _("%(expert)s no longer sees it.") % {"expert": asked.expert},
        "confirm_label": _("Take the request back"),
        "back_url": reverse("research:assessments"),
    }
    return render(request, "components/confirm_page.html", context)


def _of_expert(request: HttpRequest, pk: int) -> AdviceRequest:
    return get_object_or_404(AdviceRequest.objects.visible_to(request.user).with_parties(), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_ASSIGNMENTS)
def assess(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known of the startup (and of the firm), and the criteria."""
    asked = _of_expert(request, pk)
    form = AssessForm(request.POST if request.method == "POST" else None, criteria=asked.criteria())
    if request.method == "POST" and form.is_valid() and _given(request, asked, form):
        messages.success(request, _("Thank you. Your assessment has been given to the programme office."))
        return redirect("home")
    context = {"asked": asked, "form": form, "sides": _sides(asked), **deck_of(request, asked.startup)}
    return render(request, "research/assess.html", context)


def _given(request: HttpRequest, asked: AdviceRequest, form: AssessForm) -> bool:
    try:
        actions.give_assessment(asked, form.opinions(), by=request.user)
    except actions.NotFitting:
        form.add_error("declared", _("You have declared a conflict of interest. Give no assessment."))
        return False
    return True


def _sides(asked: AdviceRequest) -> list[dict[str, Any]]:
    match = Match(startup=asked.startup)
    sides = [{"side": {**startup_texts(match, Side.STARTUP), "url": ""}, "lang": "en"}]
    if asked.company:
        pair = Match.objects.with_parties().filter(company=asked.company, startup=asked.startup).first()
        if pair is not None:
            sides.append({"side": firm_texts(pair, Side.COMPANY), "lang": "ja"})
    return sides


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_ASSIGNMENTS)
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """No assessment, with a reason; a conflict of interest is kept."""
    asked = _of_expert(request, pk)
    form = RefuseForm(request.POST if request.method == "POST" else None, parties=asked.parties())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.decline_assessment(
            asked, reason=data["reason"], text=data["text"], conflicts=form.named(), by=request.user
        )
        return redirect("home")
    context = {
        "title": _("Give no assessment"),
        "lead": _("Say why. Only the programme office reads it."),
        "form": form,
        "confirm_label": _("Give no assessment"),
        "back_url": reverse("research:assess", kwargs={"pk": asked.pk}),
    }
    return render(request, "components/confirm_page.html", context)
