"""The talk of a pair about its meeting, as one reader sees it: who proposed what, what it changed, what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.rules import name_of
from matchmaking.core import local_time
from matchmaking.core.enums import Language
from matchmaking.matches.enums import Side
from meetings import rules
from meetings.actions.reports import side_of
from meetings.enums import MeetingLength, ProposalStatus, RequestStatus
from meetings.models import MeetingRequest, Proposal
from meetings.telling import deadline_for

Row = dict[str, Any]


def thread(request: MeetingRequest, user: User, language: str, now: datetime) -> Row:
    """The proposals, the first one first, and what the reader may do. One query."""
    proposals = list(request.proposals.all())
    last = next((each for each in proposals if each.status == ProposalStatus.OPEN), None)
    return {
        "proposals": [_said(each, user, request, language) for each in proposals],
        "deeds": [deed for side in _sides(user) for deed in _deeds(request, side, last, user, now)],
        "why_not": _why_not(request, user, now),
    }


def _why_not(request: MeetingRequest, user: User, now: datetime) -> str:
    """Why no change can be proposed to what is agreed, and what to do instead; nothing of a round's times."""
    if request.status == RequestStatus.ACCEPTED and request.round_id is not None:
        if user.is_officer:
            return _("Take the request out of its round first; then a change can be proposed.")
        return _(
            "The programme office is arranging the times of the round. Once they are published you can propose"
            " a change; if it cannot wait, tell the programme office."
        )
    if request.is_booked and rules.may_keep(request, now) and not rules.may_change(request, now):
        return ngettext(
            "From %(hours)s hour before the meeting on, how you meet can no longer be changed here."
            " Tell the programme office if something has come up.",
            "From %(hours)s hours before the meeting on, how you meet can no longer be changed here."
            " Tell the programme office if something has come up.",
            settings.BOOKING_LEAD_HOURS,
        ) % {"hours": settings.BOOKING_LEAD_HOURS}
    return ""


def _sides(user: User) -> tuple[Side, ...]:
    """For whom the reader may act."""
    return rules.SIDES if user.is_officer else (side_of(user),)


def _said(proposal: Proposal, user: User, request: MeetingRequest, language: str) -> Row:
    firm = str(rules.company_name(user, request, language))
    is_open = proposal.status == ProposalStatus.OPEN
    return {
        "who": firm if proposal.side == Side.COMPANY else name_of(request.startup, language),
        "by_office": proposal.by.is_officer if user.is_officer else bool(proposal.consent),
        "at": proposal.at,
        "status": proposal.get_status_display(),
        "is_open": is_open,
        "rows": [
            *wish_rows(proposal, request),
            *(_due(proposal, request, user) if is_open else []),
        ],
    }


def wish_rows(proposal: Proposal, request: MeetingRequest) -> list[Row]:
    """What it would change, and what was written to it."""
    return [*_times(proposal, request), *_changes(proposal), *_texts(proposal)]


def _times(proposal: Proposal, request: MeetingRequest) -> list[Row]:
    """The old and the new time, on both sides' clocks; as long as it is open, the old one is the one that stands."""
    if proposal.start is None or proposal.start_before is None:
        return []
    is_open = proposal.status == ProposalStatus.OPEN and request.is_booked
    before = request.meeting.starts_at if is_open else proposal.start_before
    sides = [(_("Time for the firm"), request.company), (_("Time for the startup"), request.startup)]
    return [
        {
            "label": label,
            "value": _("%(before)s → %(after)s")
            % {
                "before": _span(before, proposal.before["minutes"], side.time_zone),
                "after": _span(proposal.start, proposal.minutes, side.time_zone),
            },
        }
        for label, side in sides
    ]


def _span(start: datetime, minutes: int, zone: str) -> str:
    return local_time.span(start, start + timedelta(minutes=minutes), zone=zone)


def _due(proposal: Proposal, request: MeetingRequest, user: User) -> list[Row]:
    """Until when the other side answers, for both on their own clocks."""
    answering = rules.organisation_of(request, rules.other(proposal.side))
    return [{"label": _("Answer by"), "value": deadline_for(proposal.reply_by, answering, user)}]


def _changes(proposal: Proposal) -> list[Row]:
    """What it would change, from what to what."""
    labels = {"minutes": _("Length"), "language": _("Language"), "interpreter_wanted": _("Interpreter")}
    return [
        {
            "label": label,
            "value": _("%(before)s → %(after)s")
            % {"before": _word(name, proposal.before[name]), "after": _word(name, getattr(proposal, name))},
        }
        for name, label in labels.items()
        if proposal.before[name] != getattr(proposal, name)
    ]


def _word(name: str, value: Any) -> str:
    if name == "minutes":
        return str(MeetingLength(value).label)
    if name == "language":
        return str(Language(value).label)
    return _("Wanted") if value else _("Not needed")


def _texts(proposal: Proposal) -> list[Row]:
    texts = [(_("Preferred weeks"), proposal.weeks), (_("Remark"), proposal.remark)]
    return [{"label": label, "value": text} for label, text in texts if text]


def _deeds(
    request: MeetingRequest, side: Side, last: Proposal | None, user: User, now: datetime
) -> list[Row]:
    """Links for one side; for staff they say for whom."""
    found = []
    if last is not None and last.side != side and _may_agree(request, side, now):
        found.append(("agree", _("Accept the proposal")))
    if last is None and user.is_officer and rules.may_answer(request, side):
        found.append(("agree", _("Accept")))
    if user.is_officer and rules.may_decline(request, side):
        found.append(("decline", _("Decline")))
    if user.is_officer and rules.may_withdraw(request, side):
        found.append(("withdraw", _("Withdraw the request")))
    if last is not None and last.side != side and rules.may_keep(request, now):
        found.append(("refuse", _("Keep it as agreed")))
    if rules.may_take_back(request, side, last, now):
        found.append(("take_back", _("Take the proposal back")))
    if rules.may_propose(request, side, last, now):
        is_first = request.status == RequestStatus.REQUESTED
        found.append(("propose", _("Propose otherwise") if is_first else _("Propose a change")))
    return [
        {"label": label, "url": _url(name, request, side, user), "for": _whom(side, user)}
        for name, label in found
    ]


def _may_agree(request: MeetingRequest, side: Side, now: datetime) -> bool:
    if request.status == RequestStatus.REQUESTED:
        return rules.may_answer(request, side)
    return rules.may_change(request, now)


def _whom(side: Side, user: User) -> str:
    if not user.is_officer:
        return ""
    return _("for the firm") if side == Side.COMPANY else _("for the startup")


def _url(name: str, request: MeetingRequest, side: Side, user: User) -> str:
    if user.is_officer:
        return reverse(f"meetings:{name}_for", kwargs={"pk": request.pk, "side": side.value})
    if name == "agree" and side != request.asked_for and request.status == RequestStatus.REQUESTED:
        return reverse("meetings:accept", kwargs={"pk": request.pk})  # asks who comes, too
    return reverse(f"meetings:{name}", kwargs={"pk": request.pk})
