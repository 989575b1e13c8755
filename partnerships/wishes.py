"""What was said of a meeting, as the beginning of the partnership that grows out of it. Reads, changes nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

from matchmaking.matches.enums import Side

if TYPE_CHECKING:
    from meetings.models import MeetingReport


def wished_mode(reports: Collection[MeetingReport]) -> str:
    """What staff recorded, else what the sides wish, if they do not wish different things; "" where it is open."""
    by_side = {each.side: each.wished_mode for each in reports if each.wished_mode}
    if Side.STAFF in by_side:
        return by_side[Side.STAFF]
    wishes = set(by_side.values())
    return wishes.pop() if len(wishes) == 1 else ""


def first_step(reports: Collection[MeetingReport], today: date) -> dict[str, Any]:
    """The next step that was told, for the form: what staff recorded, else what is due first of what is to come.

    A step whose day has passed is taken only where there is no other, and without that day.
    """
    told = [
        (each.side != Side.STAFF, each.next_on < today, each.next_on, each.side, each)
        for each in reports
        if each.next_on
    ]
    if not told:
        return {}
    _is_of_a_side, is_past, day, _side, report = min(told, key=lambda each: each[:-1])
    text = " ".join(report.next_step.split())
    return {"step": text, "step_owner": report.next_owner, "step_on": None if is_past else day}


def beginning(reports: Collection[MeetingReport], today: date) -> dict[str, Any]:
    """With what the form that begins a partnership is filled in."""
    return {"mode": wished_mode(reports), **first_step(reports, today)}
