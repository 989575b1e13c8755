"""Pages on which a profile is confirmed, and on which an organisation leaves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import actions
from accounts.enums import OrganisationKind, OrganisationStatus
from accounts.lists import PAGE_SIZE
from accounts.models import Organisation
from accounts.roles import Permission, requires
from matchmaking.core.transitions import TransitionNotAllowed


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_OWN_PROFILE)
def renew(request: HttpRequest) -> HttpResponse:
    """Where the reminders lead: one click says that the profile is still true."""
    organisation = own_organisation(request)
    if request.method == "POST":
        was = organisation.status
        actions.confirm(organisation, by=request.user)
        back = was == OrganisationStatus.LAPSED
        messages.success(
            request, _("You take part again.") if back else _("Thank you: the profile is confirmed.")
        )
        return redirect(profile_page(organisation))
    is_asked = organisation.is_published or (
        organisation.status == OrganisationStatus.LAPSED and actions.may_return(organisation)
    )
    if not is_asked:
        return redirect(profile_page(organisation))
    context = {
        "organisation": organisation,
        "term": actions.term_of(organisation),
        "profile_url": profile_page(organisation),
    }
    return render(request, "accounts/renew.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.END_PARTICIPATION)
def withdraw(request: HttpRequest) -> HttpResponse:
    """An owner reads what ends, and leaves the programme."""
    organisation = own_organisation(request)
    if organisation.status not in actions.LEAVABLE:
        raise TransitionNotAllowed(organisation, OrganisationStatus.WITHDRAWN)
    if request.method == "POST":
        actions.withdraw(organisation, by=request.user)
        messages.success(request, _("You have left the programme."))
        return redirect(profile_page(organisation))
    context = {
        "title": _("Leave the programme"),
        "lead": _("Your profile is no longer matched, and nobody is recommended to you any more."),
        "endings": actions.endings(organisation),
        "form": forms.Form(),
        "confirm_label": _("Leave the programme"),
        "danger": True,
        "back_url": profile_page(organisation),
    }
    return render(request, "accounts/withdraw.html", context)


@require_safe
@requires(Permission.REVIEW_PROFILES)
def renewals(request: HttpRequest) -> HttpResponse:
    """For staff: whose term ends soon or has ended, the most overdue first."""
    organisations = Organisation.objects.to_be_confirmed(timezone.now())
    page = Paginator(organisations, PAGE_SIZE).get_page(request.GET.get("page"))
    rows: list[dict[str, Any]] = [
        {
            "organisation": organisation,
            "term": actions.term_of(organisation),
            "url": reverse(actions.REVIEW_PAGE[OrganisationKind(organisation.kind)], args=[organisation.pk]),
        }
        for organisation in page
    ]
    return render(request, "accounts/renewals.html", {"page": page, "rows": rows})


def own_organisation(request: HttpRequest) -> Organisation:
    organisation = request.user.organisation
    if organisation is None:
        raise Http404
    return organisation


def profile_page(organisation: Organisation) -> str:
    return reverse(actions.PROFILE_PAGE[OrganisationKind(organisation.kind)])
