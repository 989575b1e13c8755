"""What the pages about meetings show: rows of words, made for one reader. No queries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from accounts.rules import name_of
from matchmaking.core import local_time
from matchmaking.matches.enums import Side
from meetings import rules
from meetings.actions.reports import side_of, who_came
from meetings.enums import RequestStatus
from meetings.models import MeetingReport, MeetingRequest
from meetings.models.reports import BEST_RATING
from meetings.telling import deadline_for

Row = dict[str, Any]
TONES = {
    RequestStatus.REQUESTED: "info",
    RequestStatus.ACCEPTED: "ok",
    RequestStatus.SCHEDULED: "ok",
    RequestStatus.CONFIRMED: "ok",
    RequestStatus.HELD: "",
    RequestStatus.DECLINED: "line",
    RequestStatus.WITHDRAWN: "line",
    RequestStatus.LAPSED: "line",
    RequestStatus.NO_SHOW: "warn",
    RequestStatus.CANCELLED: "warn",
}


FOR_SIDE = {
    Side.COMPANY: gettext_lazy("The programme office, for the firm"),
    Side.STARTUP: gettext_lazy("The programme office, for the startup"),
}
CONSENT_OF = {
    Side.COMPANY: gettext_lazy("Consent of the firm"),
    Side.STARTUP: gettext_lazy("Consent of the startup"),
}


def is_startup(user: User) -> bool:
    organisation = user.organisation
    return organisation is not None and organisation.kind == OrganisationKind.STARTUP


def other_side(request: MeetingRequest, user: User) -> Organisation:
    """The counterpart, whose local time is shown beside one's own; for staff the startup."""
    return request.company if is_startup(user) else request.startup


def other_name(request: MeetingRequest, user: User, language: str) -> str:
    """The counterpart as the reader may know it; for staff both sides."""
    startup = name_of(request.startup, language)
    company = str(rules.company_name(user, request, language))
    if user.organisation is None:
        return _("%(company)s and %(startup)s") % {"company": company, "startup": startup}
    return company if is_startup(user) else startup


def request_facts(request: MeetingRequest, user: User, language: str) -> list[Row]:
    """What was asked, as label and value."""
    rows: list[Row] = [
        {"label": _("Firm"), "value": rules.company_name(user, request, language)},
        {"label": _("Startup"), "value": name_of(request.startup, language)},
        {"label": _("Purpose"), "value": request.purpose},
        {"label": _("Length"), "value": request.get_minutes_display()},
        {"label": _("Language"), "value": request.get_language_display()},
        {"label": _("Interpreter"), "value": _("Wanted") if request.interpreter_wanted else _("Not needed")},
    ]
    if request.status == RequestStatus.REQUESTED:
        due = deadline_for(request.reply_by, request.answering, user)
        rows.append({"label": _("Answer by"), "value": due})
    ended = [*_answer_rows(request), *_withdrawal_rows(request)]
    return [*rows, *ended, *_office_rows(request), *_consent_rows(request, user)]


def report_rows(report: MeetingReport) -> Row:
    """What one side said of a meeting's end."""
    rows: list[Row] = [
        {"label": _("Did the firm come?"), "value": _("Yes") if report.company_came else _("No")},
        {"label": _("Did the startup come?"), "value": _("Yes") if report.startup_came else _("No")},
        {"label": _("What came of it?"), "value": report.get_outcome_display()},
    ]
    if report.wished_mode:
        rows.append({"label": _("Kind of cooperation wished"), "value": report.get_wished_mode_display()})
    if report.rating:
        rows.append({"label": _("How useful was the meeting?"), "value": f"{report.rating} / {BEST_RATING}"})
    if report.reason:
        rows.append({"label": _("Why it is recorded so"), "value": report.reason})
    if report.comment:
        rows.append({"label": _("Comment"), "value": report.comment})
    if report.next_step:
        rows += [
            {"label": _("Next step"), "value": report.next_step},
            {"label": _("Who does it?"), "value": report.get_next_owner_display()},
            {"label": _("By when?"), "value": local_time.day(report.next_on)},
        ]
    return {"title": report.get_side_display(), "rows": rows}


def decision_rows(report: MeetingReport) -> Row:
    """What staff recorded, as both sides may read it: who came and why it is so, nothing else."""
    rows: list[Row] = [{"label": _("Who came"), "value": who_came(report)}]
    if report.reason:
        rows.append({"label": _("Why it is recorded so"), "value": report.reason})
    return {"title": _("Recorded by the programme office"), "rows": rows}


def _answer_rows(request: MeetingRequest) -> list[Row]:
    if request.status != RequestStatus.DECLINED:
        return []
    rows: list[Row] = [{"label": _("Reason"), "value": request.get_decline_reason_display()}]
    if request.decline_text:
        rows.append({"label": _("In their own words"), "value": request.decline_text})
    return rows


def _withdrawal_rows(request: MeetingRequest) -> list[Row]:
    """Who withdrew, unless staff did it for them, and why."""
    rows: list[Row] = []
    if request.withdrawn_side and not request.withdraw_consent:
        rows.append({"label": _("Withdrawn by"), "value": request.get_withdrawn_side_display()})
    if request.withdraw_reason:
        rows.append({"label": _("Reason"), "value": request.withdraw_reason})
    return rows


def _office_rows(request: MeetingRequest) -> list[Row]:
    """That staff did it, for whom: both sides read it."""
    answering = rules.other(request.asked_for)
    marks = [
        (_("Asked by"), request.asked_side == Side.STAFF, request.asked_for),
        (_("Answered by"), request.answer_consent, answering),
        (_("Withdrawn by"), request.withdraw_consent, _withdrawing_side(request)),
    ]
    return [{"label": label, "value": FOR_SIDE[Side(side)]} for label, done, side in marks if done]


def _withdrawing_side(request: MeetingRequest) -> str:
    """Before either side could withdraw, nothing was noted: it was who had asked."""
    return request.withdrawn_side or request.asked_for


def _consent_rows(request: MeetingRequest, user: User) -> list[Row]:
    """How a side agreed to what staff did for it: read by staff, and by that side itself."""
    answering = rules.other(request.asked_for)
    given = [
        (request.consent, request.asked_for),
        (request.answer_consent, answering),
        (request.withdraw_consent, _withdrawing_side(request)),
    ]
    return [
        {"label": CONSENT_OF[Side(side)], "value": text}
        for text, side in given
        if text and (user.is_officer or side_of(user) == side)
    ]


def is_answerable(request: MeetingRequest, user: User) -> bool:
    """Whether it waits for the reader's own side."""
    return user.organisation is not None and rules.may_answer(request, side_of(user))


def answer_url(request: MeetingRequest, user: User) -> str:
    """Where one answers: whoever was asked reads the request first, who asked the proposals on its page."""
    name = "meetings:detail" if side_of(user) in (request.asked_for, Side.STAFF) else "meetings:answer"
    return reverse(name, kwargs={"pk": request.pk})


def card(request: MeetingRequest, user: User, language: str) -> Row:
    """One line of "Meetings"."""
    other = other_side(request, user)
    return {
        "request": request,
        "name": other_name(request, user, language),
        "tone": TONES[RequestStatus(request.status)],
        "own_zone": user.organisation.time_zone if user.organisation else user.time_zone,
        "other_zone": other.time_zone,
        "due": deadline_for(request.reply_by, request.answering, user),
        # Of an accepted one there is at most a time that was given up.
        "meeting": None if request.status == RequestStatus.ACCEPTED else getattr(request, "meeting", None),
        "answerable": is_answerable(request, user),
        "answer_url": answer_url(request, user),
    }


def cards(requests: Iterable[MeetingRequest], user: User, language: str) -> list[Row]:
    return [card(each, user, language) for each in requests]
