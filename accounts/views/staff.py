"""The people of the programme: administrators invite staff, officers invite experts."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import actions
from accounts.enums import StaffRole
from accounts.forms import StaffInviteForm
from accounts.models import Invitation, User
from accounts.roles import Permission, can, requires
from accounts.views.confirming import Question, confirm


@require_safe
@requires(Permission.SEE_STAFF)
def people(request: HttpRequest) -> HttpResponse:
    """Administrators, officers and experts, and who is invited."""
    context = {
        "people": User.objects.staff(),
        "invitations": Invitation.objects.visible_to(request.user).for_list(None),
        "may_manage": can(request.user, Permission.MANAGE_STAFF),
        "may_erase": can(request.user, Permission.ERASE),
    }
    return render(request, "accounts/staff.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_STAFF)
@reauthentication_required(allow_get=True)
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody to work for the programme."""
    form = StaffInviteForm(
        request.POST or None, roles=_roles(request), initial={"language": request.user.language}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.invite(
                email=form.cleaned_data["email"],
                language=form.cleaned_data["language"],
                staff_role=form.cleaned_data["role"],
                by=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect("accounts:staff")
    context = {
        "form": form,
        "title": _("Invite to the programme office"),
        "back_url": reverse("accounts:staff"),
    }
    return render(request, "accounts/invite.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_STAFF)
@reauthentication_required(allow_get=True)
def end_access(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody works for the programme no longer."""
    person = get_object_or_404(User.objects.staff(), pk=pk)
    question = Question(
        title=_("End the access of %(name)s?") % {"name": str(person)},
        lead=_("They see nothing of the programme from now on. What they did stays on record."),
        label=_("End access"),
        done=_("Their access has ended."),
        back=reverse("accounts:staff"),
        after=reverse("home") if person == request.user else "",
        danger=True,
    )
    return confirm(request, question, lambda: actions.end_staff_access(person, by=request.user))


def _roles(request: HttpRequest) -> list[tuple[str, Any]]:
    if can(request.user, Permission.MANAGE_STAFF):
        return list(StaffRole.choices)
    return [(StaffRole.EXPERT.value, StaffRole.EXPERT.label)]
