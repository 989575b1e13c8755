"""Firms as staff see them: the list, and everything about one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.deeds import deeds_of
from accounts.lists import listing
from accounts.profiles.history import history_of
from accounts.profiles.kinds import kind_of
from accounts.registration.registrations import sections
from accounts.roles import Permission, requires
from companies.filters import ORDERINGS, CompanyFilterSet
from companies.models import Company
from companies.registration import REGISTRATION
from companies.views.eligibility import eligibility_context


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
    rows = {"organisation": company.organisation, "company": company}
    context = {
        **eligibility_context(company),
        "sections": sections(REGISTRATION, rows, skip=REGISTRATION.elsewhere),
        "missing": REGISTRATION.missing(rows),
        "history": history_of(
            company.organisation, kind_of(company.organisation).tables, request.GET.get("history")
        ),
        "deeds": deeds_of(company.organisation),
        "crumbs": [{"url": reverse("companies:list"), "label": _("Firms")}],
    }
    return render(request, "companies/detail.html", context)
