"""The words for what the optimiser and its checker find."""

from __future__ import annotations

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from meetings.enums import UnplacedReason
from meetings.models import Placement, Round
from meetings.timetable import Remedy
from meetings.timetable_check import Fault

REASON_TONES: dict[str, str] = {
    UnplacedReason.WAITING: "info",
    UnplacedReason.NO_SHARED_TIME: "danger",
    UnplacedReason.NO_INTERPRETER: "warn",
    UnplacedReason.NO_OFFICER: "warn",
    UnplacedReason.NO_ROOM: "warn",
    UnplacedReason.DAILY_LIMIT: "warn",
    UnplacedReason.MONTHLY_LIMIT: "warn",
    UnplacedReason.CROWDED_OUT: "warn",
}
EXPLANATIONS: dict[str, Promise | str] = {
    UnplacedReason.WAITING: _("%(who)s has not said yet when it can meet."),
    UnplacedReason.NO_INTERPRETER: _(
        "No interpreter for %(language)s is free when both sides are, for example on %(when)s."
    ),
    UnplacedReason.NO_OFFICER: _("No officer is free when both sides are, for example on %(when)s."),
    UnplacedReason.NO_ROOM: _("All rooms are taken when both sides are free, for example on %(when)s."),
    UnplacedReason.DAILY_LIMIT: _("%(who)s has as many meetings that day as allowed: %(when)s."),
    UnplacedReason.MONTHLY_LIMIT: _(
        "%(who)s has as many meetings that month as it takes on, counting those outside this round: %(when)s."
    ),
    UnplacedReason.CROWDED_OUT: _(
        "Other meetings take the times that both sides share, for example on %(when)s: %(others)s."
    ),
}
# Where somebody who interprets the language would be free, but does not know the field.
NO_INTERPRETER_OF_FIELD = _(
    "No interpreter for %(language)s who knows %(field)s is free when both sides are, for example on %(when)s."
)
# No shared time: because of one side, by a little, or altogether.
NO_TIME_OF = _("%(who)s has no time within the hours of the round.")
NEAREST_TIME = _("Nearest: %(when)s, where %(minutes)s minutes are missing.")
NO_TIME = _("Neither side has time within the hours of the round.")
REMEDIES: dict[str, Promise | str] = {
    Remedy.ASK_AVAILABILITY: _("Ask for their times"),
    Remedy.OFFER_MORE_TIMES: _("Ask for more times"),
    Remedy.WIDEN_ROUND: _("Widen the hours of the round"),
    Remedy.ADD_INTERPRETER: _("Add an interpreter"),
    Remedy.ADD_OFFICER: _("Add an officer"),
    Remedy.ADD_ROOM: _("Add a room"),
    Remedy.RAISE_DAILY_LIMIT: _("Raise the daily limit"),
    Remedy.ASK_FOR_MORE_A_MONTH: _("Ask to take on one more"),
}
ASKING = (Remedy.ASK_AVAILABILITY, Remedy.OFFER_MORE_TIMES, Remedy.ASK_FOR_MORE_A_MONTH)
FIELDS = {
    Remedy.WIDEN_ROUND: "id_opens",
    Remedy.ADD_INTERPRETER: "div_id_interpreters",
    Remedy.ADD_OFFICER: "div_id_officers",
    Remedy.ADD_ROOM: "id_room_names",
    Remedy.RAISE_DAILY_LIMIT: "id_company_daily_limit",
}
FAULTS: dict[str, Promise | str] = {
    Fault.UNKNOWN_REQUEST: _("A meeting is no longer wanted."),
    Fault.PLACED_TWICE: _("A meeting stands in the timetable twice."),
    Fault.WRONG_LENGTH: _("The length is not what was asked for."),
    Fault.OFF_GRID: _("The start is not on the half hour."),
    Fault.OUTSIDE_ROUND: _("The time is outside the hours of the round, or already past."),
    Fault.OUTSIDE_HOURS: _("%(who)s is not available at this time."),
    Fault.DAY_OFF: _("%(who)s does not work on this day."),
    Fault.CLASH: _("%(who)s is in two meetings at once, or without a pause between them."),
    Fault.DAILY_LIMIT: _("%(who)s has more meetings on this day than allowed."),
    Fault.MONTHLY_LIMIT: _("%(who)s has more meetings in this month than it takes on."),
    Fault.ROOM_MISSING: _("No room."),
    Fault.ROOM_UNKNOWN: _("The room is not part of the round any more."),
    Fault.ROOM_CLASH: _("Two meetings are in one room."),
    Fault.TOO_MANY_AT_ONCE: _("Too many meetings at once."),
    Fault.INTERPRETER_MISSING: _("The interpreter is missing."),
    Fault.INTERPRETER_UNKNOWN: _("The interpreter does not work in this round any more."),
    Fault.INTERPRETER_LANGUAGE: _("The interpreter does not speak the language of the meeting."),
    Fault.INTERPRETER_FIELD: _("The interpreter does not know the field of the meeting."),
    Fault.INTERPRETER_HOURS: _("The interpreter is not available at this time."),
    Fault.INTERPRETER_CLASH: _(
        "The interpreter is in two meetings at once, or without a pause between them."
    ),
    Fault.INTERPRETER_LIMIT: _("The interpreter has more meetings on this day than allowed."),
    Fault.OFFICER_MISSING: _("The officer is missing."),
    Fault.OFFICER_UNKNOWN: _("The officer does not sit in the meetings of this round any more."),
    Fault.OFFICER_HOURS: _("The officer is not available at this time."),
    Fault.OFFICER_CLASH: _("The officer is in two meetings at once, or without a pause between them."),
    Fault.LOCKED_MOVED: _("A locked meeting has been moved."),
}


def remedy_url(placement: Placement, round_: Round) -> str:
    """The field of the round's form that helps; empty if the two sides have to be asked."""
    remedy = Remedy(placement.detail["remedy"])
    if remedy in ASKING:
        return ""
    return f"{reverse('meetings:round_edit', kwargs={'pk': round_.pk})}#{FIELDS[remedy]}"
