"""The latest request of each pair, for the lists of matches."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from accounts.models import User
from matchmaking.matches.last_requests import LastRequest
from matchmaking.matches.models import Match
from meetings import rules
from meetings.cards import TONES, answer_url, is_answerable
from meetings.enums import RequestStatus
from meetings.models import MeetingRequest


def last_requests(matches: Sequence[Match], reader: User) -> dict[int, LastRequest]:
    """One query for any number of matches, which are the reader's to see already."""
    asked: dict[int, list[MeetingRequest]] = {}
    for request in MeetingRequest.objects.filter(match__in=matches).order_by("pk"):
        asked.setdefault(request.match_id, []).append(request)
    return {match.pk: _told(match, asked[match.pk], reader) for match in matches if match.pk in asked}


def _told(match: Match, asked: Sequence[MeetingRequest], reader: User) -> LastRequest:
    last = asked[-1]
    to_answer = is_answerable(last, reader)
    return LastRequest(
        words=last.get_status_display(),
        tone=TONES[RequestStatus(last.status)],
        url=answer_url(last, reader) if to_answer else reverse("meetings:detail", kwargs={"pk": last.pk}),
        to_answer=to_answer,
        may_ask_again=rules.may_request(match, asked),
    )
