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
from accounts.rules import name_of
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from meetings import actions, rules
from meetings.actions.reports import side_of
from meetings.cards import request_facts
from meetings.enums import RequestStatus
from meetings.forms.proposals import ProposalForm, SeenForm, StaffProposalForm, StaffSeenForm
from meetings.models import MeetingRequest, Proposal, open_proposal
from meetings.models.proposals import TERMS
from meetings.thread import thread

Page = Callable[[HttpRequest, MeetingRequest, Side], HttpResponse]


def _made(request: HttpRequest, pk: int) -> MeetingRequest:
    return get_object_or_404(MeetingRequest.objects.visible_to(request.user).for_list(), pk=pk)


def _for(request: HttpRequest, pk: int, side: str, page: Page) -> HttpResponse:
    if side not in rules.SIDES:
        raise Http404
    return page(request, _made(request, pk), Side(side))


def told_meanwhile(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the page, which shows what has happened."""
    messages.error(
        request,
        _(
            "The other side, or a colleague, has answered meanwhile. Nothing was sent: look at how it stands now."
        ),
    )
    return redirect("meetings:detail", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_OWN_MEETINGS)
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    return _propose(request, _made(request, pk), side_of(request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def propose_for(request: HttpRequest, pk: int, side: str) -> HttpResponse:
    return _for(request, pk, side, _propose)


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


def _propose(request: HttpRequest, made: MeetingRequest, side: Side) -> HttpResponse:
    """What stands now, to be changed; sending hands the answer to the other side."""
    last = open_proposal(made)
    form = _proposal_form(request, made, last)
    if form.is_valid():
        try:
            actions.propose(made, side, form.terms(), by=request.user, **_answer(form))
        except actions.AnsweredMeanwhile:
            return told_meanwhile(request, made.pk)
        messages.success(request, _("Your proposal has been sent. The other side has been told."))
        return redirect("meetings:detail", pk=made.pk)
    if request.method != "POST" and not rules.may_propose(made, side, last, timezone.now()):
        raise TransitionNotAllowed(made, made.status)
    context = {
        "form": form,
        "title": _("Propose otherwise"),
        "lead": _lead(made, side, request),
        "confirm_label": _("Send the proposal"),
        "back_url": reverse("meetings:detail", kwargs={"pk": made.pk}),
    }
    return render(request, "components/confirm_page.html", context)


def _proposal_form(request: HttpRequest, made: MeetingRequest, last: Proposal | None) -> ProposalForm:
    kind = StaffProposalForm if request.user.is_officer else ProposalForm
    stands = {name: getattr(last or made, name) for name in TERMS}
    initial = {**stands, "seen": rules.standing(made, last)}
    return kind(request.POST if request.method == "POST" else None, initial=initial)


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
        "lead": _lead(made, side, request),
        "rows": [*request_facts(made, request.user, get_language() or ""), *_open_rows(talk)],
        "send_label": _("Accept the proposal"),
        "back_url": reverse("meetings:detail", kwargs={"pk": made.pk}),
    }
    return render(request, "meetings/book.html", context)


def _agreed(request: HttpRequest, made: MeetingRequest, side: Side, form: SeenForm) -> HttpResponse:
    try:
        if made.status == RequestStatus.REQUESTED:
            actions.accept(made, side=side, by=request.user, **_answer(form))
        else:
            actions.agree_to_change(made, side, by=request.user, **_answer(form))
        messages.success(request, _("You have agreed, and the other side has been told."))
    except actions.AnsweredMeanwhile:
        return told_meanwhile(request, made.pk)
    except actions.DoubleBooking:
        messages.error(
            request,
            _(
                "Changed so, the meeting does not fit at its time: one of you, or every interpreter, is taken."
                " Nothing was changed. Ask the programme office to move it, then accept."
            ),
        )
    return redirect("meetings:detail", pk=made.pk)


def _refuse(request: HttpRequest, made: MeetingRequest, side: Side) -> HttpResponse:
    """Nothing changes."""
    form = _seen_form(request, made)
    if form.is_valid():
        try:
            actions.refuse_change(made, side, by=request.user, **_answer(form))
        except actions.AnsweredMeanwhile:
            return told_meanwhile(request, made.pk)
        messages.success(request, _("It stays as agreed, and the other side has been told."))
        return redirect("meetings:detail", pk=made.pk)
    _refuse_unless_asked(made, side, rules.may_keep)
    context = {
        "form": form,
        "title": _("Keep it as agreed?"),
        "lead": _lead(made, side, request),
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


def _answer(form: SeenForm) -> dict[str, str]:
    """What the page showed, and the consent where staff act for a side."""
    return {"seen": form.cleaned_data["seen"], "consent": form.cleaned_data.get("consent", "")}


def _lead(made: MeetingRequest, side: Side, request: HttpRequest) -> str:
    """With whom; to staff, for whom they act."""
    language = get_language() or ""
    if request.user.is_officer:
        return name_of(rules.organisation_of(made, side), language)
    if side == Side.COMPANY:
        return name_of(made.startup, language)
    return str(rules.company_name(request.user, made, language))


def _open_rows(talk: dict[str, object]) -> list[object]:
    """What the open proposal says, for the check page."""
    proposals: list[dict[str, object]] = talk["proposals"]  # type: ignore[assignment]
    return [row for each in proposals if each["is_open"] for row in each["rows"]]  # type: ignore[attr-defined]
