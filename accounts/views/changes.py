"""Changes of reviewed profiles: what waits for review, and what staff have not looked at yet."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import actions
from accounts.enums import OrganisationKind
from accounts.roles import Permission, requires


@require_POST
@requires(Permission.EDIT_OWN_PROFILE)
def identity_take_back(request: HttpRequest) -> HttpResponse:
    """The members keep the name, number and country in force."""
    organisation = request.user.organisation
    if organisation is None:
        raise Http404
    actions.take_back_identity(organisation, by=request.user)
    messages.success(request, _("The change is taken back."))
    return redirect(actions.PROFILE_PAGE[OrganisationKind(organisation.kind)])
