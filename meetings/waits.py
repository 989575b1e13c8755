"""What waits for a firm or a startup about its meetings: each thing with its deadline and the page where it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from matchmaking.core import local_time
from matchmaking.matches.enums import Side
from meetings import rules
from meetings.actions.reports import side_of
from meetings.cards import other_name
from meetings.enums import RequestStatus
from meetings.models import Meeting, MeetingRequest, Proposal


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing to do; `until` is its deadline, or for what is over the end since which it waits."""

    what: str
    name: str
    url: str
    until: datetime
    when: str


def waits_for(user: User, language: str, now: datetime) -> list[Wait]:
    """The most urgent first; the same few queries however much there is."""
    mine = MeetingRequest.objects.visible_to(user).open().with_parties().select_related("meeting")
    rows = mine.prefetch_related(
        "attendees",
        "meeting__confirmations",
        "meeting__terms",
        "meeting__reports",
        Prefetch("proposals", Proposal.objects.open(), to_attr="open_proposals"),
    )
    found = [wait for each in rows for wait in _of(each, user, language, now)]
    return sorted(found, key=lambda each: each.until)


def _of(request: MeetingRequest, user: User, language: str, now: datetime) -> Iterator[Wait]:
    side, name = side_of(user), other_name(request, user, language)
    for what, page, until in (*_answers(request, side, now), *_of_meeting(request, side, now)):
        is_over = until <= now
        words = _("The meeting ended on %(when)s") if is_over else _("By %(when)s")
        when = words % {"when": local_time.moment_there(until, zone=_zone(user))}
        yield Wait(what, name, reverse(f"meetings:{page}", kwargs={"pk": request.pk}), until, when)


def _zone(user: User) -> str:
    return user.organisation.time_zone if user.organisation else user.time_zone


Found = tuple[str, str, datetime]


def _answers(request: MeetingRequest, side: Side, now: datetime) -> Iterator[Found]:
    if rules.may_answer(request, side) and request.reply_by > now:
        if side == request.asked_for:  # its own wish came back otherwise
            yield _("Answer the proposal"), "detail", request.reply_by
        else:
            yield _("Answer the request"), "answer", request.reply_by
    proposals: list[Proposal] = request.open_proposals  # type: ignore[attr-defined]
    for each in proposals:
        if each.side != side and each.reply_by > now and rules.may_keep(request, now):
            yield _("Answer the proposal"), "detail", each.reply_by


def _of_meeting(request: MeetingRequest, side: Side, now: datetime) -> Iterator[Found]:
    meeting: Meeting | None = getattr(request, "meeting", None)
    if meeting is None or not request.is_booked:
        return
    own = rules.organisation_of(request, side).pk
    if meeting.starts_at > now:
        if request.status == RequestStatus.SCHEDULED and not _has(meeting.confirmations.all(), own):
            due = next((each.due for each in meeting.terms.all() if each.organisation_id == own), None)
            is_late = due is None or due <= now
            yield _("Confirm the meeting"), "detail", meeting.starts_at if is_late else due
        if not _has(request.attendees.all(), own):
            yield _("Name who attends"), "attendees", meeting.starts_at
    elif meeting.ends_at <= now and not any(each.side == side for each in meeting.reports.all()):
        yield _("Say how the meeting went"), "report", meeting.ends_at


def _has(rows: object, organisation_id: int) -> bool:
    """Whether one of them is of that organisation."""
    return any(each.organisation_id == organisation_id for each in rows)  # type: ignore[attr-defined]
