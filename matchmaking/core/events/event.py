"""What there is to be told of, and what a telling is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise

from matchmaking.core.facts import ClockThere, Day, Listing, Moment, Span, Words


class Event(StrEnum):
    """Everything that people are told of."""

    PROFILE_SUBMITTED = "profile_submitted"
    PROFILE_PUBLISHED = "profile_published"
    PROFILE_RETURNED = "profile_returned"
    PROFILE_DECLINED = "profile_declined"
    DECISION_REVERSED = "decision_reversed"
    DECLINE_PROPOSED = "decline_proposed"
    DECLINE_REFUSED = "decline_refused"
    REVIEW_ASSIGNED = "review_assigned"
    REVIEW_TAKEN_BACK = "review_taken_back"
    REVIEW_REOPENED = "review_reopened"
    IDENTITY_PROPOSED = "identity_proposed"
    IDENTITY_APPROVED = "identity_approved"
    IDENTITY_RETURNED = "identity_returned"
    IDENTITY_DECLINED = "identity_declined"
    DECK_READY = "deck_ready"
    DECK_REFUSED = "deck_refused"
    DOCUMENT_READY = "document_ready"
    DOCUMENT_REFUSED = "document_refused"
    RENEWAL_DUE = "renewal_due"
    RENEWAL_LAST_DAY = "renewal_last_day"
    PROFILE_LAPSED = "profile_lapsed"
    PROFILE_WITHDRAWN = "profile_withdrawn"
    ORGANISATION_LEFT = "organisation_left"
    DELETION_ASKED = "deletion_asked"
    DELETION_TAKEN_BACK = "deletion_taken_back"
    DELETION_DUE = "deletion_due"
    DRAFT_DELETED = "draft_deleted"
    PARTNER_PAUSED = "partner_paused"
    PARTNER_BACK = "partner_back"
    PARTNER_LEFT = "partner_left"
    REQUEST_ENDED = "request_ended"
    RUN_FINISHED = "run_finished"
    RUN_FAILED = "run_failed"
    MATCH_DISCLOSED = "match_disclosed"
    LIST_DISCLOSED = "list_disclosed"
    SHORTLISTS_READY = "shortlists_ready"
    SHORTLISTS_FAILED = "shortlists_failed"
    TRIAL_FINISHED = "trial_finished"
    TRIAL_FAILED = "trial_failed"
    TRIAL_OVERTAKEN = "trial_overtaken"
    PARTNERSHIP_BEGUN = "partnership_begun"
    PARTNERSHIP_MOVED = "partnership_moved"
    PARTNERSHIP_ENDED = "partnership_ended"
    STEP_GIVEN = "step_given"
    STEP_DUE = "step_due"
    OUTCOME_ASKED = "outcome_asked"
    OUTCOME_CONFIRMED = "outcome_confirmed"
    OUTCOME_DIFFERS = "outcome_differs"
    OUTCOME_DECIDED = "outcome_decided"
    MEETING_REQUESTED = "meeting_requested"
    MEETING_REQUESTED_OF_FIRM = "meeting_requested_of_firm"
    ACTED_FOR_YOU = "acted_for_you"
    REQUEST_ACCEPTED = "request_accepted"
    REQUEST_DECLINED = "request_declined"
    REQUEST_DECLINED_BY_FIRM = "request_declined_by_firm"
    REQUEST_WITHDRAWN = "request_withdrawn"
    REQUEST_TAKEN_BACK = "request_taken_back"
    REQUEST_REMINDED = "request_reminded"
    REQUEST_LAPSED = "request_lapsed"
    MEETING_CONFIRMED = "meeting_confirmed"
    CONFIRMATION_REMINDED = "confirmation_reminded"
    CONFIRMATION_LATE = "confirmation_late"
    OFFICER_GONE = "officer_gone"
    PROPOSED_OTHERWISE = "proposed_otherwise"
    PROPOSED_NEW_TIME = "proposed_new_time"
    PROPOSAL_REMINDED = "proposal_reminded"
    PROPOSAL_AGREED = "proposal_agreed"
    CHANGE_REFUSED = "change_refused"
    CHANGE_LAPSED = "change_lapsed"
    CHANGE_TAKEN_BACK = "change_taken_back"
    MEETING_CHANGED = "meeting_changed"
    MEETING_LINKED = "meeting_linked"
    ATTENDEES_NAMED = "attendees_named"
    AVAILABILITY_ASKED = "availability_asked"
    AVAILABILITY_REMINDED = "availability_reminded"
    TIMES_ASKED = "times_asked"
    TIMES_PASSED_ON = "times_passed_on"
    TIMES_GIVEN_FOR_YOU = "times_given_for_you"
    ROUND_REFUSED = "round_refused"
    MEETING_GIVEN_UP = "meeting_given_up"
    MONTH_FULL_ASKED = "month_full_asked"
    TIMETABLE_READY = "timetable_ready"
    TIMETABLE_FAILED = "timetable_failed"
    REPAIR_READY = "repair_ready"
    ROUND_REPAIRED = "round_repaired"
    MEETING_REARRANGED = "meeting_rearranged"
    MEETING_SCHEDULED = "meeting_scheduled"
    MEETING_MOVED = "meeting_moved"
    MEETING_CANCELLED = "meeting_cancelled"
    MEETING_TIME_LOST = "meeting_time_lost"
    MEETINGS_UNFIT = "meetings_unfit"
    MEETING_UNFIT_ASKED = "meeting_unfit_asked"
    MEETING_SAT_IN = "meeting_sat_in"
    MEETING_NOT_SAT_IN = "meeting_not_sat_in"
    MEETING_TOMORROW = "meeting_tomorrow"
    MEETING_SOON = "meeting_soon"
    MEETING_END_ASKED = "meeting_end_asked"
    MEETING_END_REMINDED = "meeting_end_reminded"
    MEETING_END_DECIDED = "meeting_end_decided"
    MEETING_ENDS_DIFFER = "meeting_ends_differ"
    ROUND_PUBLISHED = "round_published"
    REQUEST_UNPLACED = "request_unplaced"
    RESEARCH_ASKED = "research_asked"
    RESEARCH_OFFERED = "research_offered"
    RESEARCH_GRANTED = "research_granted"
    RESEARCH_ACCEPTED = "research_accepted"
    RESEARCH_REFUSED = "research_refused"
    RESEARCH_CANCELLED = "research_cancelled"
    RESEARCH_DECLINED = "research_declined"
    RESEARCH_DELIVERED = "research_delivered"
    RESEARCH_RETURNED = "research_returned"
    RESEARCH_PUBLISHED = "research_published"
    RESEARCH_BACK = "research_back"
    RESEARCH_ENDED = "research_ended"
    RESEARCH_DUE = "research_due"
    RESEARCH_LATE = "research_late"
    RESEARCH_OVERDUE = "research_overdue"
    ADVICE_ASKED = "advice_asked"
    ADVICE_GIVEN = "advice_given"
    ADVICE_DECLINED = "advice_declined"
    ADVICE_DUE = "advice_due"
    ADVICE_LATE = "advice_late"
    ADVICE_OVERDUE = "advice_overdue"
    INVITATION_ACCEPTED = "invitation_accepted"
    JOIN_ASKED = "join_asked"
    JOIN_ADMITTED = "join_admitted"
    JOIN_REFUSED = "join_refused"
    OWNER_ADMITTED = "owner_admitted"
    JOIN_DECLINED = "join_declined"
    MEMBER_ROLE_CHANGED = "member_role_changed"
    MEMBER_REMOVED = "member_removed"
    MEMBER_LEFT = "member_left"


# Which names in the words stand for what has no words of its own before somebody reads it.
FACTS: Mapping[str, type | tuple[type, ...]] = {
    "when": Span,
    "there": ClockThere,
    "reply_by": Moment,
    "confirmed": Day,
    "due": Day,
    "lapses": Day,
    "until": Day,
    "startups": (Listing, int),
    "matches": int,
    "pairs": int,
    "placed": int,
    "unplaced": int,
    "meetings": int,
    "months": int,
    "deed": Words,
    "lacking": Words,
    "unattended": Listing,
}


@dataclass(frozen=True)
class Wording:
    """The words for one event; `%(…)s` names what the caller must give."""

    audience: Promise | str
    subject: Promise | str
    body: Promise | str
    by_mail: bool = True
