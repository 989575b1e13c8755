"""What experts say of themselves, and the list of them for staff."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.lists import listing
from accounts.roles import Permission, requires
from research import actions, words
from research.filters import ORDERINGS, ExpertFilterSet
from research.finding import assessments_of, works_of
from research.forms.experts import ExpertForm
from research.models import Expert


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.DESCRIBE_EXPERTISE)
def own(request: HttpRequest) -> HttpResponse:
    """Fields, countries, languages and affiliation of the reader."""
    expert = Expert.objects.filter(user=request.user).first() or Expert(user=request.user)
    form = ExpertForm(request.POST if request.method == "POST" else None, expert=expert)
    if request.method == "POST" and form.is_valid():
        actions.describe(request.user, form.cleaned_data, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("research:own")
    context = {"form": form, "title": _("Your expertise"), "back_url": reverse("home")}
    return render(request, "research/own.html", context)


@require_safe
@requires(Permission.SEE_EXPERTS)
def experts(request: HttpRequest) -> HttpResponse:
    """Who can be asked about what."""
    found = ExpertFilterSet(request.GET, Expert.objects.for_list())
    return render(request, "research/experts.html", {"listing": listing(found, request.GET, ORDERINGS)})


@require_safe
@requires(Permission.SEE_EXPERTS)
def expert(request: HttpRequest, pk: int) -> HttpResponse:
    """One expert: what they know, have in hand and have done, and with whom they have a conflict of interest."""
    shown = get_object_or_404(Expert.objects.select_related("user"), pk=pk)
    today, works = timezone.localdate(), works_of(shown)
    context = {
        "expert": shown,
        "in_hand": [words.row_of(each, today) for each in works["in_hand"]],
        "assessments": assessments_of(shown),
        "today": today,
        "past": [words.row_of(each, today) for each in works["past"]],
        "conflicts": shown.conflicts.select_related("organisation"),
        "refusals": shown.refusals.select_related("commission"),
    }
    return render(request, "research/expert.html", context)
