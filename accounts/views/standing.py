"""Pages on which staff suspend a published profile and bring it back: each has a check page, and is a POST."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from accounts import actions
from accounts.enums import OrganisationKind, OrganisationStatus
from accounts.models import Organisation
from accounts.profiles.forms import ReasonForm
from accounts.roles import Permission, requires
from matchmaking.core.transitions import TransitionNotAllowed


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REVIEW_PROFILES)
def publish_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a suspended profile back."""
    organisation = _organisation(pk, OrganisationStatus.SUSPENDED, to=OrganisationStatus.PUBLISHED)
    if request.method == "POST":
        actions.publish_again(organisation, by=request.user)
        return _done(request, organisation, _("The profile is published."))
    return _check(request, organisation, _("Publish again"), _("Its members will be told."))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REVIEW_PROFILES)
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a published profile out of the matching."""
    organisation = _organisation(pk, OrganisationStatus.PUBLISHED, to=OrganisationStatus.SUSPENDED)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.suspend(organisation, reason=form.cleaned_data["reason"], by=request.user)
        return _done(request, organisation, _("The profile is suspended."))
    lead = _("It is no longer matched until it is published again. The reason is kept in the audit trail.")
    return _check(request, organisation, _("Suspend"), lead, form)


def _organisation(pk: int, status: str, *, to: str) -> Organisation:
    """The organisation, if it is in that state; an old page is told so (409)."""
    organisation = get_object_or_404(Organisation, pk=pk)
    if organisation.status != status:
        raise TransitionNotAllowed(organisation, to)
    return organisation


def _page(organisation: Organisation) -> str:
    return reverse(actions.REVIEW_PAGE[OrganisationKind(organisation.kind)], args=[organisation.pk])


def _done(request: HttpRequest, organisation: Organisation, message: str) -> HttpResponse:
    messages.success(request, message)
    return redirect(_page(organisation))


def _check(
    request: HttpRequest, organisation: Organisation, title: str, lead: str, form: forms.Form | None = None
) -> HttpResponse:
    rows: list[dict[str, Any]] = [
        {"label": pgettext("organisation", "Name"), "value": organisation.name},
        {"label": _("Kind"), "value": organisation.get_kind_display()},
        {"label": _("Status"), "value": organisation.get_status_display()},
    ]
    context = {"title": title, "lead": lead, "rows": rows, "form": form, "send_label": title}
    return render(request, "accounts/review_step.html", {**context, "back_url": _page(organisation)})
