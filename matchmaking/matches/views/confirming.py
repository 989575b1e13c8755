"""Members say which capabilities their challenge asks for, or their pitch offers, or that none fits."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.roles import Permission, requires
from companies.actions import change_challenge
from companies.models import Challenge
from matchmaking.matches.thesauri.forms import ConfirmForm
from matchmaking.matches.thesauri.suggestions import suggested
from matchmaking.matches.views.thesaurus import reader_language
from startups.actions import change_startup
from startups.models import Startup


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_OWN_PROFILE)
def challenge(request: HttpRequest, pk: int) -> HttpResponse:
    """What one of the firm's challenges asks for."""
    own = Challenge.objects.filter(company__organisation__memberships__user=request.user)
    row = get_object_or_404(own.select_related("company__organisation"), pk=pk)
    form = _form(request, row)
    if request.method == "POST" and form.is_valid():
        change_challenge(row, {"capabilities": form.chosen()}, by=request.user)
        return _saved(request, "companies:challenges")
    context = {
        "title": _("What does this challenge ask for?"),
        "lead": _("Tick one to three that fit best. Startups that offer them are found more surely."),
        "subject": row.title,
        "subject_lang": "ja",
        "back_url": reverse("companies:challenges"),
    }
    return render(request, "matches/capabilities/confirm.html", {**context, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_OWN_PROFILE)
def pitch(request: HttpRequest) -> HttpResponse:
    """What the startup offers."""
    row = get_object_or_404(
        Startup.objects.select_related("organisation"), organisation__memberships__user=request.user
    )
    form = _form(request, row)
    if request.method == "POST" and form.is_valid():
        change_startup(row, {}, {"capabilities": form.chosen()}, by=request.user)
        return _saved(request, "startups:own")
    context = {
        "title": _("What does your startup offer?"),
        "lead": _("Tick one to three that fit best. Firms that ask for them are found more surely."),
        "subject": row.one_liner,
        "subject_lang": "",
        "back_url": reverse("startups:own"),
    }
    return render(request, "matches/capabilities/confirm.html", {**context, "form": form})


def _form(request: HttpRequest, row: Challenge | Startup) -> ConfirmForm:
    language = reader_language()
    choices = [(item.id, item.label(language)) for item in suggested(row)]
    return ConfirmForm(
        request.POST if request.method == "POST" else None, choices=choices, confirmed=row.capabilities
    )


def _saved(request: HttpRequest, page: str, **options: Any) -> HttpResponse:
    messages.success(request, _("Your choice is saved."))
    return redirect(page, **options)
