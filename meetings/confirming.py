"""Who has confirmed a meeting and who has not, in words for one reader."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from matchmaking.core import local_time
from matchmaking.matches.enums import Side
from meetings import rules
from meetings.actions.reports import side_of
from meetings.models import Confirmation, Meeting, MeetingRequest

Row = dict[str, Any]
LACKING = {
    Side.COMPANY: gettext_lazy("The firm has not confirmed yet."),
    Side.STARTUP: gettext_lazy("The startup has not confirmed yet."),
}


def confirmations(request: MeetingRequest, meeting: Meeting, user: User, now: datetime) -> Row:
    """How it stands on both sides, and what the reader can do about it."""
    done = {each.organisation_id: each for each in meeting.confirmations.all()}
    open_ = rules.may_confirm(request, meeting, now)
    waiting = [side for side in rules.SIDES if rules.organisation_of(request, side).pk not in done]
    return {
        "sides": [_side(request, side, done, user) for side in rules.SIDES],
        "asks": open_ and side_of(user) in waiting,
        "on_behalf": [
            {
                "label": _("Confirm for the firm") if side == Side.COMPANY else _("Confirm for the startup"),
                "url": reverse("meetings:confirm_for", kwargs={"pk": request.pk, "side": side.value}),
            }
            for side in waiting
            if open_ and user.is_officer
        ],
    }


def _side(request: MeetingRequest, side: Side, done: dict[int, Confirmation], user: User) -> str:
    found = done.get(rules.organisation_of(request, side).pk)
    if found is None:
        return str(LACKING[side])
    zone = user.organisation.time_zone if user.organisation else user.time_zone
    moment = {"moment": local_time.moment(found.at, zone=zone)}
    if found.consent and side == Side.COMPANY:
        return _("The firm confirmed on %(moment)s, through the programme office.") % moment
    if found.consent:
        return _("The startup confirmed on %(moment)s, through the programme office.") % moment
    if side == Side.COMPANY:
        return _("The firm confirmed on %(moment)s.") % moment
    return _("The startup confirmed on %(moment)s.") % moment


def lacking(requests: Iterable[MeetingRequest], now: datetime) -> dict[int, list[str]]:
    """By request that waits for confirmations: what lacks, in words. One query."""
    waiting = [each for each in requests if _waits(each, now)]
    rows = Confirmation.objects.filter(meeting__request__in=waiting)
    done = set(rows.values_list("meeting__request_id", "organisation_id"))
    return {
        each.pk: [
            str(LACKING[side])
            for side in rules.SIDES
            if (each.pk, rules.organisation_of(each, side).pk) not in done
        ]
        for each in waiting
    }


def _waits(request: MeetingRequest, now: datetime) -> bool:
    meeting: Meeting | None = getattr(request, "meeting", None)
    return meeting is not None and rules.may_confirm(request, meeting, now)
