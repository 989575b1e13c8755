"""Whether a firm may take part: what the rules say, with the figures, and what staff decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.roles import Permission, requires
from companies import actions
from companies.eligibility import Answer, Criterion
from companies.forms import EligibilityForm
from companies.models import Company
from companies.standing import standings_of


def eligibility_context(company: Company) -> dict[str, Any]:
    """What `companies/includes/eligibility.html` shows, for staff's pages."""
    return {
        "company": company,
        "standings": standings_of(company, timezone.localdate(timezone=actions.TOKYO)),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REVIEW_PROFILES)
def eligibility(request: HttpRequest, pk: int) -> HttpResponse:
    """The rules' answers with their inputs and source, earlier decisions, and the form to decide."""
    company = get_object_or_404(Company.objects.visible_to(request.user).for_detail(), pk=pk)
    form: forms.Form = EligibilityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.decide_eligibility(
            company,
            Criterion(given["criterion"]),
            decided=Answer(given["decided"]),
            reason=given["reason"],
            by=request.user,
        )
        messages.success(request, _("The decision is recorded."))
        return redirect("companies:eligibility", pk=pk)
    context = {
        **eligibility_context(company),
        "form": form,
        "decisions": company.eligibility_decisions.select_related("by"),
        "crumbs": [
            {"url": reverse("companies:list"), "label": _("Firms")},
            {"url": reverse("companies:detail", args=[pk]), "label": company.organisation.name},
        ],
    }
    return render(request, "companies/eligibility.html", context)
