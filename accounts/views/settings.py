"""The reader's own settings, sessions and account."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions
from accounts.forms import SettingsForm
from accounts.views.confirming import Question, confirm


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """What the reader chooses: name, language, time zone, appearance, notices; and the ways to all about signing in."""
    form = SettingsForm(request.POST or None, initial=model_to_dict(request.user, SettingsForm.Meta.fields))
    if request.method == "POST" and form.is_valid():
        actions.change_settings(request.user, form.cleaned_data, by=request.user)
        messages.success(request, _("Saved."))
        with translation.override(form.cleaned_data["language"]):
            return redirect(reverse("accounts:settings"))
    context = {"form": form, "has_second_factor": is_mfa_enabled(request.user)}
    return render(request, "accounts/settings.html", context)


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out one other device."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    session.end()
    messages.success(request, _("That device is signed out."))
    return redirect("usersessions_list")


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)
def close_account(request: HttpRequest) -> HttpResponse:
    """Erase the reader's own account."""
    question = Question(
        title=_("Close your account?"),
        lead=_(
            "Your name and address are erased, and you can no longer sign in. "
            "What you did for your organisation stays, as done by a former user. This cannot be undone."
        ),
        label=_("Close my account"),
        done=_("Your account is closed."),
        back=reverse("accounts:settings"),
        after=reverse("home"),
        danger=True,
        template="accounts/close.html",
    )

    def carry_out() -> None:
        actions.close_account(by=request.user)
        logout(request)

    return confirm(request, question, carry_out)
