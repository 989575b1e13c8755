"""What the applicant does about an application that waits."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import actions
from accounts.enums import OrganisationKind, OrganisationStatus, ReviewKind
from accounts.roles import Permission, requires
from matchmaking.core.transitions import TransitionNotAllowed


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_OWN_PROFILE)
def take_back(request: HttpRequest) -> HttpResponse:
    """Take the application back to go on preparing it."""
    organisation = request.user.organisation
    if organisation is None:
        raise Http404
    review = organisation.reviews.open().filter(kind=ReviewKind.REGISTRATION).first()
    if review is None:
        raise TransitionNotAllowed(organisation, OrganisationStatus.DRAFT)
    page = reverse(actions.PROFILE_PAGE[OrganisationKind(organisation.kind)])
    if request.method == "POST":
        actions.take_back(review, by=request.user)
        messages.success(request, _("The application is taken back. Send it in again when it is ready."))
        return redirect(page)
    context = {
        "title": _("Take the application back"),
        "lead": _("It is not reviewed any more. Nothing you wrote is lost, and you may apply again."),
        "confirm_label": _("Take the application back"),
        "back_url": page,
    }
    return render(request, "components/confirm_page.html", context)
