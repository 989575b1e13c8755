"""Who has confirmed a meeting and who has not, in words for one reader."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from matchmaking.core import local_time
from matchmaking.matches.enums import Side
from meetings import rules
from meetings.actions.reports import side_of
from meetings.models import Confirmation, ConfirmationTerm, Meeting, MeetingRequest
from meetings.telling import UNCONFIRMED, deadline_for

Row = dict[str, Any]


def confirmations(request: MeetingRequest, meeting: Meeting, user: User, now: datetime) -> Row:
    """How it stands on both sides, and what the reader can do about it."""
    done = {each.organisation_id: each for each in meeting.confirmations.all()}
    terms = {each.organisation_id: each for each in meeting.terms.all()}
    open_ = rules.may_confirm(request, meeting, now)
    waiting = [side for side in rules.SIDES if rules.organisation_of(request, side).pk not in done]
    return {
        "sides": [_side(request, side, done, terms, user) for side in rules.SIDES],
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


def _side(
    request: MeetingRequest,
    side: Side,
    done: dict[int, Confirmation],
    terms: dict[int, ConfirmationTerm],
    user: User,
) -> str:
    organisation = rules.organisation_of(request, side)
    found, term = done.get(organisation.pk), terms.get(organisation.pk)
    if found is None:
        return _not_yet(side, organisation, term, user)
    zone = user.organisation.time_zone if user.organisation else user.time_zone
    moment = {"moment": local_time.moment(found.at, zone=zone)}
    if found.consent and side == Side.COMPANY:
        return _("The firm confirmed on %(moment)s, through the programme office.") % moment
    if found.consent:
        return _("The startup confirmed on %(moment)s, through the programme office.") % moment
    if side == Side.COMPANY:
        return _("The firm confirmed on %(moment)s.") % moment
    return _("The startup confirmed on %(moment)s.") % moment


def _not_yet(side: Side, organisation: Organisation, term: ConfirmationTerm | None, user: User) -> str:
    """With the day until which it is waited for."""
    lacks = str(UNCONFIRMED[side])
    if term is None:
        return lacks
    return _("%(lacks)s To be confirmed by %(due)s.") % {
        "lacks": lacks,
        "due": deadline_for(term.due, organisation, user),
    }


def lacking(requests: Iterable[MeetingRequest], now: datetime) -> dict[int, list[str]]:
    """By request that waits for confirmations: what lacks, in words. One query."""
    waiting = [each for each in requests if _waits(each, now)]
    rows = Confirmation.objects.filter(meeting__request__in=waiting)
    done = set(rows.values_list("meeting__request_id", "organisation_id"))
    return {
        each.pk: [
            str(UNCONFIRMED[side])
            for side in rules.SIDES
            if (each.pk, rules.organisation_of(each, side).pk) not in done
        ]
        for each in waiting
    }


def _waits(request: MeetingRequest, now: datetime) -> bool:
    meeting: Meeting | None = getattr(request, "meeting", None)
    return meeting is not None and rules.may_confirm(request, meeting, now)
