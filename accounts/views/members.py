"""The people of an organisation: everybody sees them, owners decide about them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions
from accounts.enums import MemberRole
from accounts.forms import InviteForm
from accounts.models import Invitation, JoinRequest, Membership
from accounts.roles import Permission, can, requires
from accounts.views.confirming import Question, confirm


@require_safe
@requires(Permission.SEE_PEOPLE)
def members(request: HttpRequest) -> HttpResponse:
    """Who belongs to the reader's organisation, who is invited, and who asks to join."""
    organisation = request.user.organisation
    context = {
        "organisation": organisation,
        "members": Membership.objects.filter(organisation=organisation).with_people(),
        "may_manage": can(request.user, Permission.MANAGE_PEOPLE),
        "invitations": Invitation.objects.for_list(organisation),
        "join_requests": JoinRequest.objects.filter(organisation=organisation).waiting(),
    }
    return render(request, "accounts/members.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def invite(request: HttpRequest) -> HttpResponse:
    """Invite a colleague by e-mail."""
    form = InviteForm(request.POST or None, initial={"language": request.user.language})
    if request.method == "POST" and form.is_valid():
        try:
            actions.invite(
                email=form.cleaned_data["email"],
                language=form.cleaned_data["language"],
                organisation=request.user.organisation,
                member_role=form.cleaned_data["role"],
                by=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect("accounts:members")
    context = {"form": form, "title": _("Invite a colleague"), "back_url": reverse("accounts:members")}
    return render(request, "accounts/invite.html", context)


@require_POST
@requires(Permission.INVITE)
def renew_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it again."""
    invitation = _invitation(request, pk)
    try:
        actions.renew_invitation(invitation, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("The invitation is on its way. The link sent before no longer works."))
    return redirect(_list_of(invitation))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.INVITE)
def revoke_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    invitation = _invitation(request, pk)
    question = Question(
        title=_("Take back the invitation to %(address)s?") % {"address": invitation.email},
        lead=_("The link in the mail stops working."),
        label=_("Take back the invitation"),
        done=_("The invitation is taken back."),
        back=_list_of(invitation),
    )
    return confirm(request, question, lambda: actions.revoke_invitation(invitation, by=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a member an owner, or an owner a member: what `to` says, so that two owners who want the same get it."""
    member = _member(request, pk)
    role = request.GET.get("to", "")
    if role not in MemberRole.values:
        role = MemberRole.MEMBER if member.role == MemberRole.OWNER else MemberRole.OWNER
    to_owner = role == MemberRole.OWNER
    name = {"name": str(member.user)}
    question = Question(
        title=(_("Make %(name)s an owner?") if to_owner else _("Make %(name)s a member?")) % name,
        lead=_("Owners decide who belongs to the organisation.")
        if to_owner
        else _("They keep working on the profile, but no longer decide who belongs to the organisation."),
        label=_("Make an owner") if to_owner else _("Make a member"),
        done=_("The role is changed."),
        back=reverse("accounts:members"),
    )
    return confirm(request, question, lambda: actions.change_role(member, role=role, by=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a colleague's place away."""
    member = _member(request, pk)
    question = Question(
        title=_("Remove %(name)s?") % {"name": str(member.user)},
        lead=_("They lose access at once and are told by mail. What they did stays."),
        label=_("Remove"),
        done=_("They no longer belong to the organisation."),
        back=reverse("accounts:members"),
        danger=True,
    )
    return confirm(request, question, lambda: actions.remove_member(member, by=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_PEOPLE)
def leave(request: HttpRequest) -> HttpResponse:
    """Give up one's own place."""
    membership = get_object_or_404(Membership, user=request.user)
    question = Question(
        title=_("Leave %(organisation)s?") % {"organisation": str(membership.organisation)},
        lead=_("You lose access at once. An owner can invite you again."),
        label=_("Leave"),
        done=_("You have left the organisation."),
        back=reverse("accounts:members"),
        after=reverse("home"),
        danger=True,
    )
    return confirm(request, question, lambda: actions.leave(membership, by=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def admit(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody in who asked."""
    asked = _asked(request, pk)
    question = Question(
        title=_("Admit %(name)s?") % {"name": str(asked.user)},
        lead=_("They will see and change the profile, and take part in meetings. Their address: %(address)s")
        % {"address": asked.user.email},
        label=_("Admit"),
        done=_("They now belong to the organisation."),
        back=reverse("accounts:members"),
    )
    return confirm(request, question, lambda: actions.answer_join_request(asked, admit=True, by=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not let somebody in who asked."""
    asked = _asked(request, pk)
    question = Question(
        title=_("Refuse %(name)s?") % {"name": str(asked.user)},
        lead=_("They are told that they were not admitted."),
        label=_("Refuse"),
        done=_("They were told that they are not admitted."),
        back=reverse("accounts:members"),
        danger=True,
    )
    return confirm(
        request, question, lambda: actions.answer_join_request(asked, admit=False, by=request.user)
    )


def _member(request: HttpRequest, pk: int) -> Membership:
    """A colleague's place; one's own has pages of its own."""
    rows = Membership.objects.filter(organisation=request.user.organisation).with_people()
    return get_object_or_404(rows.exclude(user=request.user), pk=pk)


def _asked(request: HttpRequest, pk: int) -> JoinRequest:
    rows: Any = JoinRequest.objects.select_related("user", "organisation")
    asked: JoinRequest = get_object_or_404(rows, pk=pk, organisation=request.user.organisation)
    return asked


def _invitation(request: HttpRequest, pk: int) -> Invitation:
    return get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)


def _list_of(invitation: Invitation) -> str:
    return reverse("accounts:members" if invitation.organisation_id else "accounts:staff")
