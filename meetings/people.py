"""Who comes to a meeting, in words for one reader."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from matchmaking.matches.enums import Side
from meetings import rules
from meetings.actions.reports import side_of
from meetings.models import Attendee, MeetingRequest
from meetings.models.attendees import said

Row = dict[str, Any]


def attendance(request: MeetingRequest, user: User) -> list[Row]:
    """Each side with its people as the reader may know them, and the page on which the reader may name them."""
    seen = list(Attendee.objects.visible_to(user).filter(request=request))
    return [_side(request, side, seen, user) for side in rules.SIDES]


def _side(request: MeetingRequest, side: Side, seen: Iterable[Attendee], user: User) -> Row:
    own = rules.organisation_of(request, side)
    people = [said(each) for each in seen if each.organisation_id == own.pk]
    return {
        "title": _("From the firm") if side == Side.COMPANY else _("From the startup"),
        "people": people,
        "note": "" if people else nobody(side_of(user), side),
        "url": edit_url(request, side, user),
    }


def nobody(reader: Side, side: Side) -> str:
    """To the startup the firm's people are not told before it knows the firm: the same words for both."""
    if reader == Side.STARTUP and side == Side.COMPANY:
        return _("Nobody is named, or the names are not shown yet.")
    return _("Nobody is named yet.")


def edit_url(request: MeetingRequest, side: Side, user: User) -> str:
    """Empty for whoever has no say there, or not now."""
    if not rules.may_name_attendees(request, side):
        return ""
    if user.is_officer:
        return reverse("meetings:attendees_for", kwargs={"pk": request.pk, "side": side.value})
    return reverse("meetings:attendees", kwargs={"pk": request.pk}) if side_of(user) == side else ""
