"""From the link in an invitation to a place in the programme: public pages, each opened with the secret of the mail."""

from __future__ import annotations

from allauth.account.utils import perform_login
from allauth.core import ratelimit
from allauth.decorators import rate_limit
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import actions
from accounts.enums import InvitationStatus
from accounts.forms import JoinForm
from accounts.models import Invitation, User
from accounts.roles import Role, public, role_of
from matchmaking.core.transitions import TransitionNotAllowed

KEPT = "invitation"  # where the session keeps the secret, so that no address shows it


@public
@require_safe
@never_cache
@rate_limit(action="open_invitation", limit_get=True)
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Take the secret out of the address at once: nothing on the next page can pass it on."""
    request.session[KEPT] = token
    response = redirect("accounts:invitation_answer")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@public
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("password1", "password2")
def invitation_answer(request: HttpRequest) -> HttpResponse:
    """Accept: with the account one has, or with a new one. Whoever cannot is told why and what to do."""
    found = _kept(request)
    if found is None or found.status != InvitationStatus.OPEN or found.is_over(timezone.now()):
        if found and request.user.is_authenticated and found.accepted_by_id == request.user.pk:
            return redirect("home")
        return render(request, "accounts/invitation_over.html", {"invitation": found}, status=410)
    if request.user.is_authenticated:
        return _as_somebody(request, found)
    if User.objects.filter(email__iexact=found.email).exists():
        return render(request, "accounts/invitation_sign_in.html", {"invitation": found})
    return _as_somebody_new(request, found)


def _kept(request: HttpRequest) -> Invitation | None:
    return Invitation.objects.with_token(request.session.get(KEPT, "")).first()


def _as_somebody(request: HttpRequest, found: Invitation) -> HttpResponse:
    is_addressee = request.user.email.casefold() == found.email.casefold()
    if not is_addressee or role_of(request.user) != Role.NEWCOMER:
        context = {"invitation": found, "is_addressee": is_addressee}
        return render(request, "accounts/invitation_other.html", context)
    if request.method != "POST":
        return render(request, "accounts/invitation_accept.html", {"invitation": found})
    try:
        actions.accept_invitation(found, by=request.user)
    except (ValidationError, TransitionNotAllowed):  # answered in another window at this very moment
        return redirect("accounts:invitation_answer")
    del request.session[KEPT]
    return redirect("home")


def _as_somebody_new(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = JoinForm(request.POST or None, email=found.email)
    if request.method == "POST":
        if not ratelimit.consume(request, action="signup"):
            return ratelimit.respond_429(request)
        if form.is_valid():
            if (user := _joined(form, found)) is None:
                return redirect("accounts:invitation_answer")
            del request.session[KEPT]
            return perform_login(request, user, email=user.email)
    return render(request, "accounts/invitation_join.html", {"invitation": found, "form": form})


def _joined(form: JoinForm, found: Invitation) -> User | None:
    values = form.cleaned_data
    try:
        return actions.join_by_invitation(
            found,
            name=values["name"],
            language=get_language() or found.language,
            time_zone=values["time_zone"],
            password=values["password1"],
        )
    except (ValidationError, TransitionNotAllowed):  # it ran out, or was used, while the form was filled in
        return None
