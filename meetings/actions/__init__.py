"""What happens to requests, availability, rounds and timetables: the only code that changes their state."""

from __future__ import annotations

from meetings.actions.answer_reminders import queue_answer_reminders, remind_to_answer
from meetings.actions.asking import ask_availability, queue_asks
from meetings.actions.attendees import Person, name_attendees
from meetings.actions.availability import (
    ask_for_times,
    ask_to_take_on_more,
    give_availability,
    give_up,
    pass_on,
    refuse_round,
    reset_availability,
)
from meetings.actions.bookings import (
    MonthFull,
    book_free_time,
    cancel,
    give_up_time,
    reschedule,
    set_link,
)
from meetings.actions.confirm_reminders import (
    queue_confirm_reminders,
    remind_to_confirm,
    tell_unconfirmed,
)
from meetings.actions.confirmations import MovedMeanwhile, confirm
from meetings.actions.feeds import note_fetch, open_feed, revoke_feed
from meetings.actions.history import redo, undo
from meetings.actions.means import (
    add_closure,
    add_interpreter,
    change_closure,
    change_interpreter,
    remove_closure,
)
from meetings.actions.officers import NoOfficer, seat_officer
from meetings.actions.own_hours import (
    TooManyDayHours,
    TooManyDaysOff,
    add_days_off,
    remove_day_hours,
    remove_days_off,
    reset_week,
    set_day_hours,
    set_week,
)
from meetings.actions.placement import (
    gather,
    give_up_placement,
    lock,
    move_placement,
    start_placement,
    unlock,
    work_out,
)
from meetings.actions.proposals import (
    Terms,
    agree_to_change,
    draft_of,
    lapse_changes,
    propose,
    refuse_change,
    take_back,
)
from meetings.actions.publishing import BoardChanged, PublishingBlocked, publish
from meetings.actions.rechecks import ask_to_move, keep_time, recheck
from meetings.actions.reminders import queue_reminders, remind
from meetings.actions.repairs import (
    Repaired,
    RepairOutdated,
    apply_repair,
    discard_repair,
    start_repair,
)
from meetings.actions.reports import Telling, ask_how_it_went, report
from meetings.actions.requests import (
    TooManyOpen,
    Wish,
    accept,
    decline,
    end_request,
    lapse_overdue,
    request_meeting,
    withdraw,
)
from meetings.actions.rounds import collect, edit_round, finish_rounds, open_round, set_aside
from meetings.actions.seats import DoubleBooking
from meetings.actions.shifts import set_shifts
from meetings.actions.standing import AnsweredMeanwhile
from meetings.actions.watching import stop_placement

__all__ = [
    "AnsweredMeanwhile",
    "BoardChanged",
    "DoubleBooking",
    "MonthFull",
    "MovedMeanwhile",
    "NoOfficer",
    "Person",
    "PublishingBlocked",
    "RepairOutdated",
    "Repaired",
    "Telling",
    "Terms",
    "TooManyDayHours",
    "TooManyDaysOff",
    "TooManyOpen",
    "Wish",
    "accept",
    "add_closure",
    "add_days_off",
    "add_interpreter",
    "agree_to_change",
    "apply_repair",
    "ask_availability",
    "ask_for_times",
    "ask_how_it_went",
    "ask_to_move",
    "ask_to_take_on_more",
    "book_free_time",
    "cancel",
    "change_closure",
    "change_interpreter",
    "collect",
    "confirm",
    "decline",
    "discard_repair",
    "draft_of",
    "edit_round",
    "end_request",
    "finish_rounds",
    "gather",
    "give_availability",
    "give_up",
    "give_up_placement",
    "give_up_time",
    "keep_time",
    "lapse_changes",
    "lapse_overdue",
    "lock",
    "move_placement",
    "name_attendees",
    "note_fetch",
    "open_feed",
    "open_round",
    "pass_on",
    "propose",
    "publish",
    "queue_answer_reminders",
    "queue_asks",
    "queue_confirm_reminders",
    "queue_reminders",
    "recheck",
    "redo",
    "refuse_change",
    "refuse_round",
    "remind",
    "remind_to_answer",
    "remind_to_confirm",
    "remove_closure",
    "remove_day_hours",
    "remove_days_off",
    "report",
    "request_meeting",
    "reschedule",
    "reset_availability",
    "reset_week",
    "revoke_feed",
    "seat_officer",
    "set_aside",
    "set_day_hours",
    "set_link",
    "set_shifts",
    "set_week",
    "start_placement",
    "start_repair",
    "stop_placement",
    "take_back",
    "tell_unconfirmed",
    "undo",
    "unlock",
    "withdraw",
    "work_out",
]
