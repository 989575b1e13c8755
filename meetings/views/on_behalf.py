"""What staff do for a side that told them: declining for whoever was asked, withdrawing for whoever may.

Asking for a side is in `requests`, answering a proposal in `proposals`; those two pages exist for the sides as well.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.roles import Permission, requires
from accounts.rules import name_of
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from meetings import actions, rules
from meetings.cards import request_facts
from meetings.enums import RequestStatus
from meetings.forms.requests import StaffDeclineForm, StaffWithdrawForm
from meetings.models import MeetingRequest


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def decline_for(request: HttpRequest, pk: int, side: str) -> HttpResponse:
    made = _made(request, pk, side)
    if not rules.may_decline(made, side):
        raise TransitionNotAllowed(made, RequestStatus.DECLINED)
    form = StaffDeclineForm(request.POST if request.method == "POST" else None)
    page = {
        "title": _("Decline on behalf of a side?"),
        "send_label": _("Decline the meeting"),
        "done": _("Declined. Both sides have been told."),
    }
    return _page(request, made, side, form, actions.decline, page)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def withdraw_for(request: HttpRequest, pk: int, side: str) -> HttpResponse:
    made = _made(request, pk, side)
    if not rules.may_withdraw(made, side):
        raise TransitionNotAllowed(made, RequestStatus.WITHDRAWN)
    form = StaffWithdrawForm(request.POST if request.method == "POST" else None, is_agreed=made.is_agreed)
    page = {
        "title": _("Withdraw on behalf of a side?"),
        "send_label": _("Withdraw the request"),
        "done": _("The request has been withdrawn. Both sides have been told."),
    }
    return _page(request, made, side, form, partial(actions.withdraw, side=Side(side)), page)


def _made(request: HttpRequest, pk: int, side: str) -> MeetingRequest:
    if side not in rules.SIDES:
        raise Http404
    return get_object_or_404(MeetingRequest.objects.visible_to(request.user).with_parties(), pk=pk)


def _page(
    request: HttpRequest,
    made: MeetingRequest,
    side: str,
    form: forms.Form,
    deed: Callable[..., Any],
    page: dict[str, str],
) -> HttpResponse:
    """What it is about, for whom, and how that side agreed; nothing is sent before the button."""
    if form.is_valid():
        deed(made, **form.cleaned_data, by=request.user)
        messages.success(request, page["done"])
        return redirect("meetings:detail", pk=made.pk)
    language = get_language() or ""
    organisation = name_of(rules.organisation_of(made, side), language)
    context = {
        "form": form,
        "title": page["title"],
        "lead": _("On behalf of %(name)s. Both sides are told, and read that the programme office did it.")
        % {"name": organisation},
        "rows": request_facts(made, request.user, language),
        "send_label": page["send_label"],
        "back_url": reverse("meetings:detail", kwargs={"pk": made.pk}),
    }
    return render(request, "meetings/book.html", context)
