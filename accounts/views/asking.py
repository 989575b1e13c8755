"""Staff answer whoever asks to join an organisation that has nobody to answer."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import actions
from accounts.enums import JoinStatus
from accounts.lists import PAGE_SIZE
from accounts.models import JoinRequest
from accounts.profiles.forms import ReasonForm
from accounts.reviewing.asking import OFFICE, asked_rows, facts_of
from accounts.roles import Permission, requires
from matchmaking.core.transitions import TransitionNotAllowed


@require_safe
@requires(Permission.REVIEW_PROFILES)
def join_requests(request: HttpRequest) -> HttpResponse:
    """Who asks to join an organisation without an owner, the longest waiting first."""
    page = Paginator(JoinRequest.objects.without_owner(), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = asked_rows(page, timezone.localdate(timezone=OFFICE))
    return render(request, "accounts/join_requests.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REVIEW_PROFILES)
def admit(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody in as the owner."""
    asked = _asked(pk, JoinStatus.ADMITTED)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = _("They now decide for the organisation, and have been told.")
        answer = _answer(request, form, lambda: actions.admit_as_owner(asked, by=request.user), done)
        if answer:
            return answer
    lead = _(
        "Look closely: an owner changes the profile, sees matches and decides who else belongs to the organisation."
    )
    return _check(request, asked, _("Admit as owner"), lead, form)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REVIEW_PROFILES)
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not let somebody in, and say why."""
    asked = _asked(pk, JoinStatus.REFUSED)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason, done = form.cleaned_data["reason"], _("They were told that they are not admitted.")
        answer = _answer(
            request, form, lambda: actions.decline_join_request(asked, reason=reason, by=request.user), done
        )
        if answer:
            return answer
    lead = _(
        "The applicant reads the reason. Do not tell what they cannot know, such as who took part before."
    )
    return _check(request, asked, _("Decline the request"), lead, form)


def _asked(pk: int, to: str) -> JoinRequest:
    """The request, if it still waits for the office; an old page is told so (409)."""
    asked = get_object_or_404(JoinRequest.objects.select_related("user", "organisation"), pk=pk)
    if not JoinRequest.objects.without_owner().filter(pk=pk).exists():
        raise TransitionNotAllowed(asked, to)
    return asked


def _answer(
    request: HttpRequest, form: forms.Form, carry_out: Callable[[], None], done: str
) -> HttpResponse | None:
    """The way on, or nothing if the answer was refused: then the form says why."""
    try:
        carry_out()
    except ValidationError as error:
        form.add_error(None, error)
        return None
    messages.success(request, done)
    return redirect("accounts:join_requests")


def _check(request: HttpRequest, asked: JoinRequest, title: str, lead: str, form: forms.Form) -> HttpResponse:
    context = {
        "title": title,
        "lead": lead,
        "rows": facts_of(asked),
        "form": form,
        "send_label": title,
        "back_url": reverse("accounts:join_requests"),
    }
    return render(request, "accounts/review_step.html", context)
