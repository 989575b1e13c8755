"""The page on which one side proposes otherwise to the other: written, looked over, sent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.rules import name_of
from matchmaking.core import local_time
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from meetings import actions, hours, new_times, rules
from meetings.busy import JAPAN_TIME
from meetings.forms.proposals import TAKEN, ProposalForm, SeenForm, StaffProposalForm
from meetings.models import MeetingRequest, Proposal, open_proposal
from meetings.models.proposals import TERMS
from meetings.monthly import full_sides, why_full
from meetings.telling import deadline_for
from meetings.thread import wish_rows
from meetings.time_words import by_day, day_in, weeks_from

NOT_TYPED = ("csrfmiddlewaretoken", "show", "change", "send")


def told_meanwhile(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the page, which shows what has happened."""
    messages.error(
        request,
        _(
            "The other side, or a colleague, has answered meanwhile. Nothing was sent: look at how it stands now."
        ),
    )
    return redirect("meetings:detail", pk=pk)


def propose_page(request: HttpRequest, made: MeetingRequest, side: Side) -> HttpResponse:
    """What stands now, to be changed; sending hands the answer to the other side.

    Of a booked meeting it is looked over first, with old and new time on both clocks.
    """
    last = open_proposal(made)
    form = _proposal_form(request, made, last)
    if not form.is_bound and not rules.may_propose(made, side, last, timezone.now()):
        raise TransitionNotAllowed(made, made.status)
    if not form.is_valid() or _is_month_full(request, made, form):
        return _proposal_page(request, made, side, form)
    if made.is_booked and "send" not in request.POST:
        return _proposal_check(request, made, side, form, last)
    return _proposed(request, made, side, form)


def _proposed(request: HttpRequest, made: MeetingRequest, side: Side, form: ProposalForm) -> HttpResponse:
    try:
        actions.propose(made, side, form.terms(), by=request.user, **answered(form))
    except actions.AnsweredMeanwhile:
        return told_meanwhile(request, made.pk)
    except (actions.DoubleBooking, actions.MonthFull):  # since it was looked at a moment ago
        form.add_error("start", TAKEN)
        return _proposal_page(request, made, side, form)
    messages.success(request, _("Your proposal has been sent. The other side has been told."))
    return redirect("meetings:detail", pk=made.pk)


def _is_month_full(request: HttpRequest, made: MeetingRequest, form: ProposalForm) -> bool:
    """Then the field says of whom; staff act with the side's consent."""
    start = form.cleaned_data.get("start")
    if start is None or request.user.is_officer:
        return False
    full = full_sides(made, start)
    for load in full:
        form.add_error("start", why_full(load, made, request.user, get_language() or ""))
    return bool(full)


def _proposal_form(request: HttpRequest, made: MeetingRequest, last: Proposal | None) -> ProposalForm:
    """Bound when it is to be sent or checked; to see other times, or to change it after all, as it was typed."""
    kind = StaffProposalForm if request.user.is_officer else ProposalForm
    stands: dict[str, Any] = {name: getattr(last or made, name) for name in TERMS}
    if last and last.start:
        stands["start"] = last.start.isoformat()
    initial = {**stands, "seen": rules.standing(made, last)}
    if {"show", "change"} & set(request.POST):
        typed = {name: request.POST.get(name, "") for name in kind.base_fields}
        return kind(made=made, initial={**typed, "interpreter_wanted": bool(typed["interpreter_wanted"])})
    return kind(request.POST if request.method == "POST" else None, made=made, initial=initial)


def _proposal_page(
    request: HttpRequest, made: MeetingRequest, side: Side, form: ProposalForm
) -> HttpResponse:
    context = {
        "form": form,
        "title": _("Propose otherwise"),
        "lead": with_whom(made, side, request),
        "confirm_label": _("Check before sending") if made.is_booked else _("Send the proposal"),
        "back_url": reverse("meetings:detail", kwargs={"pk": made.pk}),
        **(_new_times(request, made, side, form) if made.is_booked else {}),
    }
    return render(request, "meetings/propose.html", context)


def _new_times(request: HttpRequest, made: MeetingRequest, side: Side, form: ProposalForm) -> dict[str, Any]:
    """Two weeks of times for what stands in the form, and the chosen one wherever it lies."""
    now = timezone.now()
    sent = {**request.GET.dict(), **request.POST.dict()}
    first = new_times.first_shown(made, day_in(sent.get("show") or sent.get("from", "")), now)
    wished, chosen = form.wished(), form.chosen_start()
    found = new_times.times_instead(wished, first, now=now)
    if chosen and chosen not in {each.start for each in found}:
        beside = new_times.time_instead(wished, chosen, now=now)
        found = sorted([*found, *([beside] if beside else [])], key=lambda each: each.start)
    own, other = _zone(made, side), _zone(made, rules.other(side))
    today, meeting = hours.local_date(JAPAN_TIME, now), made.meeting
    return {
        "days": by_day(found, own, other),
        "chosen": next((each.start.isoformat() for each in found if each.start == chosen), ""),
        "stands": f"{local_time.span(meeting.starts_at, meeting.ends_at, zone=own)} "
        f"{local_time.theirs(meeting.starts_at, zone=own, other_zone=other)}",
        **weeks_from(first, today=today, farthest=new_times.farthest(made, now)),
    }


def _zone(made: MeetingRequest, side: Side) -> str:
    return rules.organisation_of(made, side).time_zone


def _proposal_check(
    request: HttpRequest, made: MeetingRequest, side: Side, form: ProposalForm, last: Proposal | None
) -> HttpResponse:
    """What will be sent; nothing is sent yet."""
    now = timezone.now()
    if form.cleaned_data["seen"] != rules.standing(made, last):
        return told_meanwhile(request, made.pk)
    if not rules.may_propose(made, side, last, now):
        raise TransitionNotAllowed(made, made.status)
    answering = rules.other(side)
    wish = actions.draft_of(made, side, form.terms(), last, now)
    time = local_time.span(made.meeting.starts_at, made.meeting.ends_at, zone=_zone(made, side))
    context = {
        "title": _("Check the proposal"),
        "lead": with_whom(made, side, request),
        "rows": [
            *([] if wish.start else [{"label": _("It keeps its time:"), "value": time}]),
            *wish_rows(wish, made),
            {
                "label": _("Answer by"),
                "value": deadline_for(wish.reply_by, rules.organisation_of(made, answering), request.user),
            },
        ],
        "hidden": {name: text for name, text in request.POST.items() if name not in NOT_TYPED},
    }
    return render(request, "meetings/propose_check.html", context)


def answered(form: SeenForm) -> dict[str, str]:
    """What the page showed, and the consent where staff act for a side."""
    return {"seen": form.cleaned_data["seen"], "consent": form.cleaned_data.get("consent", "")}


def with_whom(made: MeetingRequest, side: Side, request: HttpRequest) -> str:
    """With whom; to staff, for whom they act."""
    language = get_language() or ""
    if request.user.is_officer:
        return name_of(rules.organisation_of(made, side), language)
    if side == Side.COMPANY:
        return name_of(made.startup, language)
    return str(rules.company_name(request.user, made, language))
