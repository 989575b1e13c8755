"""What a round has to offer, in words: for its page, as the form asks for it. No queries but for what it names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from matchmaking.core import local_time
from meetings.models import Round, Shift, Timetable


def facts(round_: Round) -> list[dict[str, str]]:
    """All but the interpreters, who have lines of their own (two queries if not prefetched)."""
    rows = [
        (_("Lengths of a meeting"), round_.length_names),
        (_("Pause between meetings"), _("%(minutes)s minutes") % {"minutes": round_.buffer_minutes}),
        (_("Break"), _break(round_)),
        (_("Meetings a day at most"), _limits(round_)),
        (
            _("Rooms"),
            _listed(room.name for room in round_.rooms.all() if room.is_open)
            or _("None: every meeting has its own link"),
        ),
        (_("Officer in each meeting"), _sitting(round_)),
    ]
    return [{"label": label, "value": value} for label, value in rows]


def interpreter_rows(round_: Round) -> list[dict[str, Any]]:
    """Each interpreter with the hours of each day of the round; none entered means all (a query if not prefetched)."""
    shifts: dict[int, list[Shift]] = defaultdict(list)
    for shift in round_.shifts.all():
        shifts[shift.interpreter_id].append(shift)
    return [
        {
            "who": each,
            "has_own": bool(shifts[each.pk]),
            "spans": [
                local_time.span(*shift.interval, zone=shift.zone, year=False)
                for shift in shifts[each.pk]
                if round_.first_day <= shift.day <= round_.last_day
            ],
        }
        for each in round_.interpreters.all()
    ]


def is_older_than_its_round(timetable: Timetable, round_: Round) -> bool:
    """Whether the round was changed after the timetable was asked for, so that its reasons are of an earlier day."""
    return round_.changed_at is not None and timetable.created_at < round_.changed_at


def _break(round_: Round) -> str:
    if round_.break_start is None or round_.break_end is None:
        return pgettext("break of a round", "None")
    return f"{round_.break_start:%H:%M}–{round_.break_end:%H:%M}"


def _limits(round_: Round) -> str:
    return _("Firm %(company)s, startup %(startup)s") % {
        "company": round_.company_daily_limit,
        "startup": round_.startup_daily_limit,
    }


def _sitting(round_: Round) -> str:
    if not round_.officer_attends:
        return _("Not needed")
    return _listed(officer.name for officer in round_.officers.all()) or _("Nobody has been chosen")


def _listed(names: Iterable[str]) -> str:
    return " / ".join(names)
