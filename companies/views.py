"""Pages about firms: the staff's list and detail, and the members' own profile."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import submit as submit_profile
from accounts.deeds import deeds_of
from accounts.enums import OrganisationStatus
from accounts.history import differences_of
from accounts.labels import facts
from accounts.lists import listing
from accounts.roles import Permission, requires
from companies import actions
from companies.filters import ORDERINGS, CompanyFilterSet
from companies.forms import SECTIONS, ChallengeForm, CompanySectionForm
from companies.models import Challenge, Company
from companies.rules import missing_items
from matchmaking.core.transitions import TransitionNotAllowed, allowed


@require_safe
@requires(Permission.SEE_PROFILES)
def company_list(request: HttpRequest) -> HttpResponse:
    """All firms, for staff."""
    firms = Company.objects.visible_to(request.user).for_list()
    shown = listing(CompanyFilterSet(request.GET, firms), request.GET, ORDERINGS)
    return render(request, "companies/list.html", {"listing": shown})


@require_safe
@requires(Permission.SEE_PROFILES)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one firm, for staff."""
    company = get_object_or_404(Company.objects.visible_to(request.user).for_detail(), pk=pk)
    context = {
        "company": company,
        "sections": _sections(company),
        "missing": missing_items(company),
        "history": differences_of([company.organisation], [company], company.challenges.all()),
        "deeds": deeds_of(company.organisation),
        "crumbs": [{"url": reverse("companies:list"), "label": _("Firms")}],
    }
    return render(request, "companies/detail.html", context)


@require_safe
@requires(Permission.SEE_OWN_PROFILE)
def own(request: HttpRequest) -> HttpResponse:
    """The members' own profile: its status, what is missing, everything it says."""
    company = _own(request)
    context = {
        "company": company,
        "sections": _sections(company),
        "missing": missing_items(company),
        "may_submit": allowed(company.organisation, OrganisationStatus.SUBMITTED)
        and not company.organisation.is_published,
    }
    return render(request, "companies/own.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_OWN_PROFILE)
def edit(request: HttpRequest, section: str) -> HttpResponse:
    """One section of the members' own profile."""
    if section not in SECTIONS:
        raise Http404
    company = _own(request)
    form = CompanySectionForm(request.POST or None, company=company, section=section)
    if request.method == "POST" and form.is_valid():
        actions.change_company(company, form.changed_values(0), form.changed_values(1), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("companies:own")
    context = {"form": form, "title": SECTIONS[section][0], "back_url": reverse("companies:own")}
    return render(request, "accounts/section_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_OWN_PROFILE)
def challenge_new(request: HttpRequest) -> HttpResponse:
    """A further challenge."""
    company = _own(request)
    challenge = Challenge(company=company, modes=list(company.organisation.modes))
    form = ChallengeForm(request.POST or None, challenge=challenge)
    if request.method == "POST" and form.is_valid():
        actions.add_challenge(company, form.cleaned_data, by=request.user)
        messages.success(request, _("The challenge is saved."))
        return redirect("companies:own")
    context = {"form": form, "title": _("Add a challenge"), "back_url": reverse("companies:own")}
    return render(request, "accounts/section_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_OWN_PROFILE)
def challenge_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the firm's challenges."""
    challenge = get_object_or_404(_own(request).challenges.all(), pk=pk)
    form = ChallengeForm(request.POST or None, challenge=challenge)
    if request.method == "POST" and form.is_valid():
        actions.change_challenge(challenge, form.changed_values(0), by=request.user)
        messages.success(request, _("The challenge is saved."))
        return redirect("companies:own")
    context = {"form": form, "title": _("Edit the challenge"), "back_url": reverse("companies:own")}
    return render(request, "accounts/section_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_OWN_PROFILE)
def submit(request: HttpRequest) -> HttpResponse:
    """Look everything over, then send the profile in for review."""
    company = _own(request)
    organisation = company.organisation
    if organisation.is_published or not allowed(organisation, OrganisationStatus.SUBMITTED):
        raise TransitionNotAllowed(organisation, OrganisationStatus.SUBMITTED)
    missing = missing_items(company)
    if request.method == "POST" and not missing:
        submit_profile(organisation, by=request.user)
        messages.success(request, _("The profile has been sent in for review."))
        return redirect("companies:own")
    context = {
        "title": _("Check and send in"),
        "lead": _("The programme office reviews the profile and tells you the result."),
        "rows": [row for section in _sections(company) for row in section["facts"]],
        "send_label": _("Send in for review"),
        "back_url": reverse("companies:own"),
        "blocked": _("Add what is missing first.") if missing else "",
    }
    return render(request, "components/check_page.html", context)


def _own(request: HttpRequest) -> Company:
    """The reader's own firm; people of a startup have none."""
    organisation = request.user.organisation
    return get_object_or_404(
        Company.objects.visible_to(request.user).for_detail(), pk=organisation.pk if organisation else None
    )


def _sections(company: Company) -> list[dict[str, Any]]:
    """Every fact by section, with its labels."""
    return [
        {
            "key": key,
            "title": title,
            "facts": facts(company.organisation, organisation_names) + facts(company, company_names),
        }
        for key, (title, organisation_names, company_names) in SECTIONS.items()
    ]
