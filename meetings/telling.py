"""Telling people of meetings: names as each reader may know them, files for each reader's calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, User, members_of
from accounts.rules import name_of, names_of
from matchmaking.core import local_time
from matchmaking.core.facts import Fact, Span, Words
from matchmaking.core.mailing import Attachment
from matchmaking.core.models import Notice
from matchmaking.core.notices import Event, notify
from matchmaking.matches.enums import Side
from meetings import rules
from meetings.enums import Deed, MeetingStatus
from meetings.invitations import invitation
from meetings.models import Meeting, MeetingRequest

UNCONFIRMED = {
    Side.COMPANY: gettext_lazy("The firm has not confirmed yet."),
    Side.STARTUP: gettext_lazy("The startup has not confirmed yet."),
}
Params = Callable[[User], dict[str, Any]]
Attach = Callable[[User], dict[str, Attachment]]


def tell(
    event: Event,
    readers: Iterable[User],
    *,
    link: str,
    link_kwargs: dict[str, Any],
    params: Params,
    attach: Attach | None = None,
) -> None:
    """One notice a reader; `params` and `attach` are asked for each of them."""
    for reader in readers:
        files = attach(reader) if attach else None
        notify(event, [reader], link=link, link_kwargs=link_kwargs, attachments=files, **params(reader))


def pair_names(request: MeetingRequest, reader: User) -> dict[str, Words]:
    """The two sides as the reader may know them."""
    return {
        "company": Words.of(lambda language: rules.company_name(reader, request, language)),
        "startup": names_of(request.startup),
    }


def both_names(request: MeetingRequest) -> Words:
    """The pair in one, for staff."""
    return Words.of(
        lambda language: (
            _("%(company)s and %(startup)s")
            % {side: name_of(getattr(request, side), language) for side in ("company", "startup")}
        )
    )


def not_told_of_late(
    event: Event, readers: Iterable[User], *, now: datetime, link_kwargs: dict[str, Any], **facts: Fact
) -> list[User]:
    """Those of the readers who have not read the same of the same thing within a day."""
    them = list(readers)
    kept = {f"params__{name}": fact.kept() for name, fact in facts.items()}
    told = Notice.objects.filter(
        event=event,
        recipient__in=them,
        created_at__gt=now - timedelta(days=1),
        link_kwargs=link_kwargs,
        **kept,
    )
    knowing = set(told.values_list("recipient_id", flat=True))
    return [each for each in them if each.pk not in knowing]


def tell_acted_for(request: MeetingRequest, side: Side, deed: Deed, *, consent: str) -> None:
    """A side reads what staff did for it; nothing where it acted itself, which needs no consent."""
    if not consent:
        return
    tell(
        Event.ACTED_FOR_YOU,
        members_of(rules.organisation_of(request, side)),
        link="meetings:detail",
        link_kwargs={"pk": request.pk},
        params=lambda reader: {
            **pair_names(request, reader),
            "deed": Words.of(lambda _language: deed.label),
            "reason": consent,
        },
    )


def on_own_clock(meeting: Meeting, request: MeetingRequest, reader: User) -> dict[str, Any]:
    """The two sides, and when they meet."""
    return {**pair_names(request, reader), "when": Span(meeting.starts_at, meeting.ends_at)}


def deadline_for(moment: datetime, answering: Organisation, user: User) -> str:
    """A deadline as a page shows it: on the clock of whoever answers, and on the reader's where that differs."""
    zones = [user.organisation.time_zone if user.organisation else user.time_zone, answering.time_zone]
    clocks = [local_time.moment_there(moment, zone=zone) for zone in dict.fromkeys(zones)]
    if len(clocks) == 1 or local_time.moment(moment, zone=zones[0]) == local_time.moment(
        moment, zone=zones[1]
    ):
        return clocks[-1]
    return _("%(here)s, which is %(there)s") % {"here": clocks[0], "there": clocks[1]}


def tell_pair(event: Event, meeting: Meeting, *, reason: str | Words = "", also: Iterable[User] = ()) -> None:
    """Both sides and the officer who sits in learn of a meeting's time, with the file for their calendar.

    `also` are told without a file: it is not their meeting.
    """
    file, sitting = calendar_file(meeting), sitting_in(meeting)
    for side in (meeting.request.company, meeting.request.startup):
        _tell_of(meeting, event, members_of(side), reason, attach=file)
    if meeting.status == MeetingStatus.CANCELLED:
        _tell_of(meeting, event, sitting, reason, attach=file)
    else:
        _tell_of(meeting, Event.MEETING_SAT_IN, sitting, "", attach=file)
    _tell_of(meeting, event, (each for each in also if each not in sitting), reason)


def tell_freed(meeting: Meeting, before: User | None) -> None:
    """Who sat in before, and no longer does, may plan otherwise."""
    if before is not None and before.pk != meeting.officer_id:
        leaving = User.objects.officers().filter(pk=before.pk)
        file = calendar_file(meeting, cancelled=True)
        _tell_of(meeting, Event.MEETING_NOT_SAT_IN, leaving, "", attach=file)


def tell_seated(meeting: Meeting, before: User | None) -> None:
    """Who sits in now and who no longer does; both sides are told nothing, their calendars never named either."""
    _tell_of(meeting, Event.MEETING_SAT_IN, sitting_in(meeting), "", attach=calendar_file(meeting))
    tell_freed(meeting, before)


def sitting_in(meeting: Meeting) -> list[User]:
    """The officer who sits in, if there is one who still is one."""
    if meeting.officer_id is None:
        return []
    return list(User.objects.officers().filter(pk=meeting.officer_id))


def _tell_of(
    meeting: Meeting,
    event: Event,
    readers: Iterable[User],
    reason: str | Words,
    attach: Attach | None = None,
) -> None:
    tell(
        event,
        readers,
        link="meetings:detail",
        link_kwargs={"pk": meeting.request_id},
        params=lambda reader: {
            **pair_names(meeting.request, reader),
            "when": Span(meeting.starts_at, meeting.ends_at),
            **({"reason": reason} if reason else {}),
        },
        attach=attach,
    )


def calendar_file(meeting: Meeting, *, cancelled: bool = False) -> Attach:
    """The invitation, its update or its cancellation, as a calendar program takes it from a mail.

    `cancelled` for whoever no longer takes part in a meeting that stands.
    """
    cancelled = cancelled or meeting.status == MeetingStatus.CANCELLED
    method = "CANCEL" if cancelled else "REQUEST"

    def attach(reader: User) -> dict[str, Attachment]:
        now = timezone.now()
        content = invitation(meeting, reader, language=reader.language, now=now, cancelled=cancelled)
        return {"invitation.ics": Attachment(content, f"text/calendar; method={method}")}

    return attach
