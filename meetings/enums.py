"""The vocabularies of requests, rounds and booked meetings, and what may follow what."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RequestStatus(TextChoices):
    REQUESTED = "requested", pgettext_lazy("meeting request", "Waiting for an answer")
    ACCEPTED = "accepted", pgettext_lazy("meeting request", "Accepted")
    DECLINED = "declined", pgettext_lazy("meeting request", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("meeting request", "Withdrawn")
    LAPSED = "lapsed", pgettext_lazy("meeting request", "Lapsed")
    SCHEDULED = "scheduled", pgettext_lazy("meeting request", "Scheduled")
    CONFIRMED = "confirmed", pgettext_lazy("meeting request", "Confirmed")
    HELD = "held", pgettext_lazy("meeting request", "Held")
    NO_SHOW = "no_show", pgettext_lazy("meeting request", "Did not take place")
    CANCELLED = "cancelled", pgettext_lazy("meeting request", "Cancelled")


REQUEST_TRANSITIONS: dict[str, frozenset[str]] = {
    RequestStatus.REQUESTED: frozenset(
        {RequestStatus.ACCEPTED, RequestStatus.DECLINED, RequestStatus.WITHDRAWN, RequestStatus.LAPSED}
    ),
    RequestStatus.ACCEPTED: frozenset({RequestStatus.SCHEDULED, RequestStatus.WITHDRAWN}),
    # Back to accepted: a repair gave its time up, and it waits for another one.
    RequestStatus.SCHEDULED: frozenset(
        {
            RequestStatus.ACCEPTED,
            RequestStatus.CONFIRMED,
            RequestStatus.HELD,
            RequestStatus.NO_SHOW,
            RequestStatus.CANCELLED,
        }
    ),
    # Moved to another time, it is confirmed anew.
    RequestStatus.CONFIRMED: frozenset(
        {
            RequestStatus.ACCEPTED,
            RequestStatus.SCHEDULED,
            RequestStatus.HELD,
            RequestStatus.NO_SHOW,
            RequestStatus.CANCELLED,
        }
    ),
    RequestStatus.DECLINED: frozenset(),
    RequestStatus.WITHDRAWN: frozenset(),
    RequestStatus.LAPSED: frozenset(),
    # What was recorded wrongly is put right by staff.
    RequestStatus.HELD: frozenset({RequestStatus.NO_SHOW}),
    RequestStatus.NO_SHOW: frozenset({RequestStatus.HELD}),
    RequestStatus.CANCELLED: frozenset(),
}
# A match has at most one request in one of these states.
OPEN_REQUEST = (
    RequestStatus.REQUESTED,
    RequestStatus.ACCEPTED,
    RequestStatus.SCHEDULED,
    RequestStatus.CONFIRMED,
)
# A time is booked for these.
BOOKED_REQUEST = (RequestStatus.SCHEDULED, RequestStatus.CONFIRMED)
# The time is over, and it is known whether they met.
ENDED_REQUEST = (RequestStatus.HELD, RequestStatus.NO_SHOW)
# The startup has said yes at some time, so it knows the firm's name.
AGREED_REQUEST = (
    RequestStatus.ACCEPTED,
    RequestStatus.SCHEDULED,
    RequestStatus.CONFIRMED,
    RequestStatus.HELD,
    RequestStatus.NO_SHOW,
    RequestStatus.CANCELLED,
)


class ProposalStatus(TextChoices):
    OPEN = "open", pgettext_lazy("proposal", "Waiting for an answer")
    AGREED = "agreed", pgettext_lazy("proposal", "Agreed")
    REPLACED = "replaced", pgettext_lazy("proposal", "Answered with another proposal")
    REFUSED = "refused", pgettext_lazy("proposal", "Not agreed")
    LAPSED = "lapsed", pgettext_lazy("proposal", "Not answered in time")
    TAKEN_BACK = "taken_back", pgettext_lazy("proposal", "Taken back")
    ENDED = "ended", pgettext_lazy("proposal", "Ended with the request")


PROPOSAL_TRANSITIONS: dict[str, frozenset[str]] = {
    ProposalStatus.OPEN: frozenset(set(ProposalStatus) - {ProposalStatus.OPEN}),
    ProposalStatus.AGREED: frozenset(),
    ProposalStatus.REPLACED: frozenset(),
    ProposalStatus.REFUSED: frozenset(),
    ProposalStatus.LAPSED: frozenset(),
    ProposalStatus.TAKEN_BACK: frozenset(),
    ProposalStatus.ENDED: frozenset(),
}


class MeetingLength(IntegerChoices):
    """Minutes."""

    THIRTY = 30, _("30 minutes")
    FORTY_FIVE = 45, _("45 minutes")
    SIXTY = 60, _("60 minutes")


class DeclineReason(TextChoices):
    NO_FIT = "no_fit", _("Does not fit what we look for in Japan")
    NO_CAPACITY = "no_capacity", _("No time in the coming months")
    TERMS = "terms", _("The kind or size of the cooperation does not fit")
    CONFLICT = "conflict", _("Conflict with an existing partner")
    OTHER = "other", _("Another reason")


class Deed(TextChoices):
    """What staff do for a side that told them: it reads that it was done, and how it agreed."""

    ASKED = "asked", _("A meeting was asked for on your behalf")
    ACCEPTED = "accepted", _("The request was accepted on your behalf")
    DECLINED = "declined", _("The request was declined on your behalf")
    WITHDRAWN = "withdrawn", _("Your request was withdrawn")
    PROPOSED = "proposed", _("Another way of meeting was proposed on your behalf")
    AGREED = "agreed", _("A change was accepted on your behalf")
    KEPT = "kept", _("A change was turned down on your behalf")
    TAKEN_BACK = "taken_back", _("Your proposal was taken back on your behalf")
    NAMED = "named", _("Who attends for you was entered")
    CONFIRMED = "confirmed", _("That you will come was confirmed")


class RoundStatus(TextChoices):
    COLLECTING = "collecting", pgettext_lazy("round", "Collecting requests")
    PLACING = "placing", pgettext_lazy("round", "Auto-placement running")
    CHECKING = "checking", pgettext_lazy("round", "Staff check")
    PUBLISHED = "published", pgettext_lazy("round", "Published")
    HELD = "held", pgettext_lazy("round", "Finished")


ROUND_TRANSITIONS: dict[str, frozenset[str]] = {
    RoundStatus.COLLECTING: frozenset({RoundStatus.PLACING}),
    RoundStatus.PLACING: frozenset({RoundStatus.CHECKING, RoundStatus.COLLECTING}),
    RoundStatus.CHECKING: frozenset({RoundStatus.PLACING, RoundStatus.PUBLISHED}),
    RoundStatus.PUBLISHED: frozenset({RoundStatus.HELD}),
    RoundStatus.HELD: frozenset(),
}


class TimetableStatus(TextChoices):
    """The stages of the placement, as staff see them while it runs, and what became of it."""

    WAITING = "waiting", pgettext_lazy("timetable", "Waiting to start")
    SOLVING = "solving", pgettext_lazy("timetable", "Looking for the best timetable")
    DRAFT = "draft", pgettext_lazy("timetable", "Draft")
    PUBLISHED = "published", pgettext_lazy("timetable", "Published")
    REPLACED = "replaced", pgettext_lazy("timetable", "Replaced")
    DISCARDED = "discarded", pgettext_lazy("timetable", "Discarded")
    FAILED = "failed", pgettext_lazy("timetable", "Failed")


TIMETABLE_TRANSITIONS: dict[str, frozenset[str]] = {
    TimetableStatus.WAITING: frozenset({TimetableStatus.SOLVING, TimetableStatus.FAILED}),
    TimetableStatus.SOLVING: frozenset({TimetableStatus.DRAFT, TimetableStatus.FAILED}),
    TimetableStatus.DRAFT: frozenset(
        {TimetableStatus.PUBLISHED, TimetableStatus.REPLACED, TimetableStatus.DISCARDED}
    ),
    # By a repair that is applied.
    TimetableStatus.PUBLISHED: frozenset({TimetableStatus.REPLACED}),
    # Until the round is published, staff may undo the placement that replaced it.
    TimetableStatus.REPLACED: frozenset({TimetableStatus.DRAFT}),
    TimetableStatus.DISCARDED: frozenset(),
    TimetableStatus.FAILED: frozenset(),
}


class Fixed(TextChoices):
    """Why a repair leaves a booked meeting at its time."""

    BEGUN = "begun", _("Has begun or is over")
    LOCKED = "locked", _("Locked by staff")
    CONFIRMED = "confirmed", _("Confirmed by both sides")
    KEPT = "kept", _("Staff let the time stand")
    BY_HAND = "by_hand", _("Moved to an agreed time outside the round’s hours")


class StepKind(TextChoices):
    """What staff do with the board of a round."""

    PLACED = "placed", _("Auto-placement")
    MOVED = "moved", pgettext_lazy("step", "Moved")
    LOCKED = "locked", pgettext_lazy("step", "Locked")
    UNLOCKED = "unlocked", pgettext_lazy("step", "Unlocked")


class StepStatus(TextChoices):
    DONE = "done", pgettext_lazy("step", "In force")
    UNDONE = "undone", pgettext_lazy("step", "Undone")
    DROPPED = "dropped", pgettext_lazy("step", "Undone for good")


STEP_TRANSITIONS: dict[str, frozenset[str]] = {
    StepStatus.DONE: frozenset({StepStatus.UNDONE, StepStatus.DROPPED}),
    StepStatus.UNDONE: frozenset({StepStatus.DONE, StepStatus.DROPPED}),
    StepStatus.DROPPED: frozenset(),
}


class AvailabilityKind(TextChoices):
    """What an organisation answered for a round; without an answer its working week counts."""

    USUAL = "usual", _("Usual working hours")
    CHOSEN = "chosen", _("Chosen times")
    NONE = "none", _("No time in this round")


class DayHoursKind(TextChoices):
    """In what the hours of a single day differ from an organisation's week."""

    OFF = "off", _("We do not work in these hours")
    EXTRA = "extra", _("We also work in these hours")


class DecisionLevel(TextChoices):
    """What somebody who comes to a meeting may decide: asked so that nobody meets people who cannot."""

    DECIDES = "decides", _("Can decide")
    PREPARES = "prepares", _("Prepares the decision")
    INFORMS = "informs", _("Informs")


class Lack(TextChoices):
    """What a meeting to come may still need."""

    PEOPLE = "people", _("A named person on each side, or the interpreter")
    CONFIRMATION = "confirmation", _("The confirmation of a side")
    IN_TIME = "in_time", _("The confirmation of a side, after its term")
    ADDRESS = "address", _("An address to join it by")
    OFFICER = "officer", _("The officer who sits in")


class Lead(StrEnum):
    """How long before a meeting its people are reminded."""

    DAY = "day"
    HOUR = "hour"


class Ask(StrEnum):
    """How often those who are silent have been asked for their free times in a round."""

    FIRST = "first"
    SOON = "soon"
    LAST = "last"


class MeetingStatus(TextChoices):
    """Whether the time is taken; how the business stands is the request's state."""

    BOOKED = "booked", pgettext_lazy("meeting", "Booked")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "Cancelled")


class MisfitReason(TextChoices):
    """Why a booked time no longer suits a side; the values are those of `fitting.Unfit`."""

    WEEKEND = "weekend", _("Not a working day of theirs")
    HOLIDAY = "holiday", _("Public holiday there")
    CLOSURE = "closure", _("Closed on this day")
    OUTSIDE = "outside", _("Outside their hours")
    NOT_CHOSEN = "not_chosen", _("Not among the times they chose for the round")


class Outcome(TextChoices):
    """What came of a meeting, as one side or staff see it."""

    NOT_HELD = "not_held", _("Did not take place")
    NO_INTEREST = "no_interest", _("No interest")
    INFORMATIVE = "informative", _("Informative")
    POSSIBLE = "possible", _("Cooperation possible")


class SeatStatus(TextChoices):
    """Held and confirmed seats block their time; the database sees to it."""

    HELD = "held", pgettext_lazy("seat", "Reserved")
    CONFIRMED = "confirmed", pgettext_lazy("seat", "Confirmed")
    RELEASED = "released", pgettext_lazy("seat", "Released")


BLOCKING_SEATS = (SeatStatus.HELD, SeatStatus.CONFIRMED)


class UnplacedReason(TextChoices):
    """Why a request has no place in a timetable; the values are the optimiser's."""

    WAITING = "waiting", _("Waiting for availability")
    NO_SHARED_TIME = "no_shared_time", _("No shared time")
    NO_INTERPRETER = "no_interpreter", _("No interpreter free")
    NO_OFFICER = "no_officer", _("No officer free")
    NO_ROOM = "no_room", _("No room free")
    DAILY_LIMIT = "daily_limit", _("Daily limit reached")
    MONTHLY_LIMIT = "monthly_limit", _("Monthly limit reached")
    CROWDED_OUT = "crowded_out", _("Crowded out by other meetings")
