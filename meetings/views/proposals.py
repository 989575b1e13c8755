"""Proposing otherwise and answering that: each side for itself, staff for either with its consent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.roles import Permission, requires
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from meetings import actions, hours, rules
from meetings.actions.reports import side_of
from meetings.busy import JAPAN_TIME
from meetings.cards import request_facts
from meetings.enums import RequestStatus
from meetings.forms.proposals import SeenForm, StaffSeenForm
from meetings.models import MeetingRequest, open_proposal
from meetings.monthly import why_full
from meetings.thread import thread
from meetings.views.proposing import answered, propose_page, told_meanwhile, with_whom

Page = Callable[[HttpRequest, MeetingRequest, Side], HttpResponse]


def _made(request: HttpRequest, pk: int) -> MeetingRequest:
    return get_object_or_404(MeetingRequest.objects.visible_to(request.user).for_list(), pk=pk)


def _for(request: HttpRequest, pk: int, side: str, page: Page) -> HttpResponse:
    if side not in rules.SIDES:
        raise Http404
    return page(request, _made(request, pk), Side(side))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_OWN_MEETINGS)
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    return propose_page(request, _made(request, pk), side_of(request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def propose_for(request: HttpRequest, pk: int, side: str) -> HttpResponse:
    return _for(request, pk, side, propose_page)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_OWN_MEETINGS)
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    return _agree(request, _made(request, pk), side_of(request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def agree_for(request: HttpRequest, pk: int, side: str) -> HttpResponse:
    return _for(request, pk, side, _agree)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_OWN_MEETINGS)
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    return _refuse(request, _made(request, pk), side_of(request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def refuse_for(request: HttpRequest, pk: int, side: str) -> HttpResponse:
    return _for(request, pk, side, _refuse)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_OWN_MEETINGS)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    return _take_back(request, _made(request, pk), side_of(request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def take_back_for(request: HttpRequest, pk: int, side: str) -> HttpResponse:
    return _for(request, pk, side, _take_back)


def _agree(request: HttpRequest, made: MeetingRequest, side: Side) -> HttpResponse:
    """Look at what would hold, then agree to it."""
    form = _seen_form(request, made)
    if form.is_valid():
        return _agreed(request, made, side, form)
    if not rules.may_answer(made, side):
        _refuse_unless_asked(made, side, rules.may_change)
    talk = thread(made, request.user, get_language() or "", timezone.now())
    context = {
        "form": form,
        "title": _("Accept the proposal?"),
        "lead": with_whom(made, side, request),
        "rows": [*request_facts(made, request.user, get_language() or ""), *_open_rows(talk)],
        "send_label": _("Accept the proposal"),
        "back_url": reverse("meetings:detail", kwargs={"pk": made.pk}),
    }
    return render(request, "meetings/book.html", context)


def _agreed(request: HttpRequest, made: MeetingRequest, side: Side, form: SeenForm) -> HttpResponse:
    try:
        if made.status == RequestStatus.REQUESTED:
            actions.accept(made, side=side, by=request.user, **answered(form))
        else:
            actions.agree_to_change(made, side, by=request.user, **answered(form))
        messages.success(request, _("You have agreed, and the other side has been told."))
    except actions.AnsweredMeanwhile:
        return told_meanwhile(request, made.pk)
    except actions.MonthFull as error:
        for load in error.loads:
            messages.error(request, why_full(load, made, request.user, get_language() or ""))
        return _other_times(request, made, side)
    except actions.DoubleBooking:
        last = open_proposal(made)
        if last and last.start:
            return _taken_meanwhile(request, made, side)
        messages.error(
            request,
            _(
                "Changed so, the meeting does not fit at its time: one of you, or every interpreter, is taken."
                " Nothing was changed. Ask the programme office to move it, then accept."
            ),
        )
    return redirect("meetings:detail", pk=made.pk)


def _taken_meanwhile(request: HttpRequest, made: MeetingRequest, side: Side) -> HttpResponse:
    """The proposal stays open, and the next times that are free can be proposed back."""
    messages.error(
        request,
        _(
            "The proposed time has been taken meanwhile. Nothing has been changed: the meeting stands as before, and"
            " the proposal is still open. Below are the times that are free on both sides now: choose one and send it"
            " back, or go back and keep it as agreed."
        ),
    )
    return _other_times(request, made, side)


def _other_times(request: HttpRequest, made: MeetingRequest, side: Side) -> HttpResponse:
    """The page on which to propose back, from the day that was proposed on."""
    last = open_proposal(made)
    name, to = ("propose_for", {"side": side.value}) if request.user.is_officer else ("propose", {})
    url = reverse(f"meetings:{name}", kwargs={"pk": made.pk, **to})
    day = hours.local_date(JAPAN_TIME, last.start) if last and last.start else None
    return redirect(f"{url}?from={day.isoformat()}" if day else url)


def _take_back(request: HttpRequest, made: MeetingRequest, side: Side) -> HttpResponse:
    """What was agreed stays, and the other side need not answer."""
    form = _seen_form(request, made)
    if form.is_valid():
        try:
            actions.take_back(made, side, by=request.user, **answered(form))
        except actions.AnsweredMeanwhile:
            return told_meanwhile(request, made.pk)
        messages.success(
            request, _("The proposal is taken back, and the other side has been told. It stays as agreed.")
        )
        return redirect("meetings:detail", pk=made.pk)
    if not rules.may_take_back(made, side, open_proposal(made), timezone.now()):
        raise TransitionNotAllowed(made, made.status)
    context = {
        "form": form,
        "title": _("Take the proposal back?"),
        "lead": with_whom(made, side, request),
        "confirm_label": _("Take the proposal back"),
        "back_url": reverse("meetings:detail", kwargs={"pk": made.pk}),
    }
    return render(request, "components/confirm_page.html", context)


def _refuse(request: HttpRequest, made: MeetingRequest, side: Side) -> HttpResponse:
    """Nothing changes."""
    form = _seen_form(request, made)
    if form.is_valid():
        try:
            actions.refuse_change(made, side, by=request.user, **answered(form))
        except actions.AnsweredMeanwhile:
            return told_meanwhile(request, made.pk)
        messages.success(request, _("It stays as agreed, and the other side has been told."))
        return redirect("meetings:detail", pk=made.pk)
    _refuse_unless_asked(made, side, rules.may_keep)
    context = {
        "form": form,
        "title": _("Keep it as agreed?"),
        "lead": with_whom(made, side, request),
        "confirm_label": _("Keep it as agreed"),
        "back_url": reverse("meetings:detail", kwargs={"pk": made.pk}),
    }
    return render(request, "components/confirm_page.html", context)


def _refuse_unless_asked(
    made: MeetingRequest, side: Side, may: Callable[[MeetingRequest, datetime], bool]
) -> None:
    """The page of a change is there while the other side waits for an answer to one."""
    last = open_proposal(made)
    if last is None or last.side == side or not may(made, timezone.now()):
        raise TransitionNotAllowed(made, made.status)


def _seen_form(request: HttpRequest, made: MeetingRequest) -> SeenForm:
    kind = StaffSeenForm if request.user.is_officer else SeenForm
    initial = {"seen": rules.standing(made, open_proposal(made))}
    return kind(request.POST if request.method == "POST" else None, initial=initial)


def _open_rows(talk: dict[str, object]) -> list[object]:
    """What the open proposal says, for the check page."""
    proposals: list[dict[str, object]] = talk["proposals"]  # type: ignore[assignment]
    return [row for each in proposals if each["is_open"] for row in each["rows"]]  # type: ignore[attr-defined]
