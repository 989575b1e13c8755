"""Asking for a meeting, answering, taking back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Organisation, User, members_of
from matchmaking.core import audit
from matchmaking.core.facts import Moment, Words
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed, move
from matchmaking.matches.actions import log_decision
from matchmaking.matches.enums import DecisionKind, MatchStatus, Side
from matchmaking.matches.models import Match
from meetings import rules
from meetings.actions.attendees import Person, set_attendees
from meetings.actions.proposals import tell_agreed
from meetings.actions.rounds import leave_boards, lock_round_of
from meetings.actions.standing import as_it_stands, settle
from meetings.calendars import answer_deadline
from meetings.enums import Deed, ProposalStatus, RequestStatus
from meetings.models import MeetingRequest
from meetings.open_limits import Crowd, crowd_of
from meetings.telling import pair_names, tell, tell_acted_for


class TooManyOpen(Exception):
    """As many requests wait for an answer, of one side or to it, as may at once; nothing was sent."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        super().__init__(f"{crowd.count} of {crowd.organisation}")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for; `consent` says how the firm agreed, when staff ask on its behalf."""

    purpose: str
    minutes: int
    language: str
    interpreter_wanted: bool
    consent: str = ""
    people: tuple[Person, ...] = ()


@transaction.atomic
def request_meeting(
    match: Match, wish: Wish, *, by: User, side: Side = Side.COMPANY, now: datetime | None = None
) -> MeetingRequest:
    """Ask the other side of a disclosed match for a meeting and tell its members.

    The firm asks itself, or staff do for either side with its recorded consent. The match becomes *interested*: from
    now on the startup sees it. Raises TransitionNotAllowed if the match is not (or no longer) open to a request,
    TooManyOpen if that side has too many requests without an answer, or the other one too many to answer.
    """
    now = now or timezone.now()
    if not rules.may_request(match, match.requests.all()):
        raise TransitionNotAllowed(match, MatchStatus.INTERESTED)
    _refuse_crowd(match, side)
    if match.status == MatchStatus.DISCLOSED:
        move(match, MatchStatus.INTERESTED, by=by)
    request = _create(match, wish, by, side, now)
    log_decision(match, DecisionKind.INTERESTED, side=Side(request.asked_side))
    audit.record(
        "meetingrequest.requested",
        request,
        by=by,
        side=request.asked_side,
        asked_for=side,
        consent=wish.consent,
    )
    set_attendees(request, side, wish.people, by=by, consent=wish.consent)
    tell_acted_for(request, side, Deed.ASKED, consent=wish.consent)
    tell(
        Event.MEETING_REQUESTED if side == Side.COMPANY else Event.MEETING_REQUESTED_OF_FIRM,
        members_of(request.answering),
        link="meetings:answer",
        link_kwargs={"pk": request.pk},
        params=lambda reader: {
            **pair_names(request, reader),
            "reply_by": Moment(request.reply_by),
        },
    )
    return request


def _refuse_crowd(match: Match, side: Side) -> None:
    """Counted under locks on both, so that two who ask at once do not pass a limit together."""
    both = Organisation.objects.filter(pk__in=(match.company_id, match.startup_id)).order_by("pk")
    list(both.select_for_update(no_key=True).values_list("pk"))
    if crowd := crowd_of(match, side):
        raise TooManyOpen(crowd)


def _create(match: Match, wish: Wish, by: User, side: Side, now: datetime) -> MeetingRequest:
    answering = match.startup.organisation if side == Side.COMPANY else match.company.organisation
    try:
        with transaction.atomic():
            return MeetingRequest.objects.create(
                match=match,
                asked_side=Side.STAFF if by.is_officer else Side.COMPANY,
                asked_for=side,
                turn=rules.other(side),
                asked_by=by,
                asked_at=now,
                reply_by=answer_deadline(answering, now),
                purpose=wish.purpose,
                minutes=wish.minutes,
                language=wish.language,
                interpreter_wanted=wish.interpreter_wanted,
                consent=wish.consent,
            )
    except IntegrityError as error:
        if "request_one_open_per_match" in str(error):
            raise TransitionNotAllowed(match, MatchStatus.INTERESTED) from error
        raise


@transaction.atomic
def accept(
    request: MeetingRequest,
    *,
    side: Side = Side.STARTUP,
    people: Iterable[Person] = (),
    seen: str | None = None,
    consent: str = "",
    by: User,
    now: datetime | None = None,
) -> None:
    """The side whose turn it is says yes to what was asked or proposed last, and who comes if it knows.

    The other side and the programme office are told. Raises TransitionNotAllowed when it is not its turn (any more),
    AnsweredMeanwhile when `seen` is no longer how it stands.
    """
    found, proposal = as_it_stands(request, seen)
    if not rules.may_answer(found, side):
        raise TransitionNotAllowed(request, RequestStatus.ACCEPTED)
    terms = proposal.terms if proposal else {}
    move(
        request,
        RequestStatus.ACCEPTED,
        by=by,
        reason=consent,
        answered_by=by,
        answered_at=now or timezone.now(),
        answer_consent=consent,
        **terms,
    )
    settle(request, ProposalStatus.AGREED, by=by)
    if people:
        set_attendees(request, side, people, by=by, consent=consent)
    log_decision(request.match, DecisionKind.ACCEPTED, side=side)
    tell_acted_for(request, side, Deed.ACCEPTED, consent=consent)
    if proposal or side == Side.COMPANY:
        tell_agreed(request, side)
        return
    tell(
        Event.REQUEST_ACCEPTED,
        chain(members_of(request.company), User.objects.officers()),
        link="meetings:detail",
        link_kwargs={"pk": request.pk},
        params=lambda reader: pair_names(request, reader),
    )


@transaction.atomic
def decline(
    request: MeetingRequest,
    *,
    reason: str,
    text: str = "",
    consent: str = "",
    by: User,
    now: datetime | None = None,
) -> None:
    """Whoever was asked says no, with a reason that the other side and the programme office read.

    `consent` says how it told staff, when they answer for it.
    """
    side = rules.other(request.asked_for)
    move(
        request,
        RequestStatus.DECLINED,
        by=by,
        reason=text or reason,
        decline_reason=reason,
        decline_text=text,
        answer_consent=consent,
        answered_by=by,
        answered_at=now or timezone.now(),
    )
    settle(request, ProposalStatus.REFUSED, by=by)
    log_decision(request.match, DecisionKind.DECLINED, side=side)
    tell_acted_for(request, side, Deed.DECLINED, consent=consent)
    tell(
        Event.REQUEST_DECLINED if side == Side.STARTUP else Event.REQUEST_DECLINED_BY_FIRM,
        chain(members_of(_asking(request)), User.objects.officers()),
        link="meetings:detail",
        link_kwargs={"pk": request.pk},
        params=lambda reader: {
            **pair_names(request, reader),
            "reason": text or Words.of(lambda _language: request.get_decline_reason_display()),
        },
    )


@transaction.atomic
def withdraw(
    request: MeetingRequest, *, by: User, side: Side | None = None, reason: str = "", consent: str = ""
) -> None:
    """A side, as a rule who asked, would not meet after all; the request also leaves a timetable in the making.

    `reason` is read by the other side and the office, `consent` says how a side told staff, when they do it for it.
    Raises TransitionNotAllowed once a time is fixed, and for whoever was asked as long as it has not answered.
    """
    side = side or Side(request.asked_for)
    round_ = lock_round_of(request)
    found, _proposal = as_it_stands(request, None)
    if not rules.may_withdraw(found, side):
        raise TransitionNotAllowed(found, RequestStatus.WITHDRAWN)
    move(
        request,
        RequestStatus.WITHDRAWN,
        by=by,
        reason=reason or consent,
        round=None,
        withdrawn_side=side,
        withdraw_reason=reason,
        withdraw_consent=consent,
    )
    settle(request, ProposalStatus.ENDED, by=by)
    leave_boards(request, round_, by=by)
    tell_acted_for(request, side, Deed.WITHDRAWN, consent=consent)
    tell(
        _withdrawing(side, reason),
        chain(members_of(rules.organisation_of(request, rules.other(side))), User.objects.officers()),
        link="meetings:detail",
        link_kwargs={"pk": request.pk},
        params=lambda reader: {**pair_names(request, reader), **({"reason": reason} if reason else {})},
    )


def _withdrawing(side: Side, reason: str) -> Event:
    if reason:
        return Event.MEETING_GIVEN_UP
    return Event.REQUEST_WITHDRAWN if side == Side.COMPANY else Event.REQUEST_TAKEN_BACK


def _asking(request: MeetingRequest) -> Organisation:
    return rules.organisation_of(request, request.asked_for)


@transaction.atomic
def end_request(request: MeetingRequest, *, by: User | None) -> None:
    """One side leaves the programme before a time is published; the caller tells the other side."""
    round_ = lock_round_of(request)
    move(request, RequestStatus.WITHDRAWN, by=by, reason="left", round=None)
    settle(request, ProposalStatus.ENDED, by=by)
    leave_boards(request, round_, by=by)


def lapse_overdue(*, now: datetime) -> int:
    """Let requests lapse whose startup has not answered in time; nothing was blocked for them. Returns how many."""
    overdue = MeetingRequest.objects.overdue(now).with_parties()
    return sum(_lapse(request, now) for request in overdue)


@transaction.atomic
def _lapse(request: MeetingRequest, now: datetime) -> bool:
    found, _proposal = as_it_stands(request, None)
    if found.status != RequestStatus.REQUESTED or found.reply_by >= now:  # answered at this very moment
        return False
    move(request, RequestStatus.LAPSED, by=None)
    settle(request, ProposalStatus.LAPSED, by=None)
    tell(
        Event.REQUEST_LAPSED,
        chain(members_of(request.company), members_of(request.startup), User.objects.officers()),
        link="meetings:detail",
        link_kwargs={"pk": request.pk},
        params=lambda reader: pair_names(request, reader),
    )
    return True
