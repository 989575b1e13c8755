"""Telling people of meetings: each reader in their own language, with times on their own clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Organisation, User, members_of
from matchmaking.core import local_time
from matchmaking.core.notices import Event, notify
from meetings import rules
from meetings.models import Meeting, MeetingRequest

Params = Callable[[User], dict[str, Any]]


def tell(
    event: Event, readers: Iterable[User], *, link: str, link_kwargs: dict[str, Any], params: Params
) -> None:
    """One notice a reader; `params` is asked for each of them with their language active."""
    for reader in readers:
        with translation.override(reader.language):
            notify(event, [reader], link=link, link_kwargs=link_kwargs, **params(reader))


def pair_names(request: MeetingRequest, reader: User) -> dict[str, str]:
    """The two sides as the reader may know them."""
    return {
        "company": str(rules.company_name(reader, request, reader.language)),
        "startup": rules.name_of(request.startup, reader.language),
    }


def deadline(moment: datetime, zone: str) -> str:
    """Wed 25 November 2026, 18:00 (Singapore time)."""
    return _("%(moment)s (%(whose)s)") % {
        "moment": local_time.moment(moment, zone=zone),
        "whose": local_time.time_label(zone),
    }


def when(meeting: Meeting, organisation: Organisation) -> str:
    """The meeting's time on the organisation's clock."""
    return local_time.span(meeting.starts_at, meeting.ends_at, zone=organisation.time_zone)


def tell_pair_scheduled(meeting: Meeting) -> None:
    """Both sides learn the time, each on its own clock."""
    for side in (meeting.request.company, meeting.request.startup):
        tell(
            Event.MEETING_SCHEDULED,
            members_of(side),
            link="meetings:detail",
            link_kwargs={"pk": meeting.request_id},
            params=lambda reader, side=side: {  # type: ignore[misc]
                **pair_names(meeting.request, reader),
                "when": when(meeting, side),
            },
        )
