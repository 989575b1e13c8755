"""Everything that people are told of, and the words for it: one table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


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
    RENEWAL_DUE = "renewal_due"
    RENEWAL_LAST_DAY = "renewal_last_day"
    PROFILE_LAPSED = "profile_lapsed"
    PROFILE_WITHDRAWN = "profile_withdrawn"
    ORGANISATION_LEFT = "organisation_left"
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
    MEETING_REQUESTED = "meeting_requested"
    REQUEST_ACCEPTED = "request_accepted"
    REQUEST_DECLINED = "request_declined"
    REQUEST_WITHDRAWN = "request_withdrawn"
    REQUEST_LAPSED = "request_lapsed"
    TIMES_ASKED = "times_asked"
    TIMETABLE_READY = "timetable_ready"
    TIMETABLE_FAILED = "timetable_failed"
    MEETING_SCHEDULED = "meeting_scheduled"
    MEETING_MOVED = "meeting_moved"
    MEETING_CANCELLED = "meeting_cancelled"
    MEETING_END_ASKED = "meeting_end_asked"
    MEETING_END_REMINDED = "meeting_end_reminded"
    MEETING_ENDS_DIFFER = "meeting_ends_differ"
    ROUND_PUBLISHED = "round_published"
    INVITATION_ACCEPTED = "invitation_accepted"
    JOIN_ASKED = "join_asked"
    JOIN_ADMITTED = "join_admitted"
    JOIN_REFUSED = "join_refused"
    OWNER_ADMITTED = "owner_admitted"
    JOIN_DECLINED = "join_declined"
    MEMBER_ROLE_CHANGED = "member_role_changed"
    MEMBER_REMOVED = "member_removed"
    MEMBER_LEFT = "member_left"


@dataclass(frozen=True)
class Wording:
    """The words for one event; `%(…)s` names what the caller must give."""

    audience: Promise | str
    subject: Promise | str
    body: Promise | str
    by_mail: bool = True


WORDINGS: dict[Event, Wording] = {
    Event.PROFILE_SUBMITTED: Wording(
        _("Programme office"),
        _("%(organisation)s has applied"),
        _("The registration waits for review."),
        by_mail=False,
    ),
    Event.PROFILE_PUBLISHED: Wording(
        _("Members of the organisation"),
        _("Your profile has been approved"),
        _(
            "%(organisation)s now takes part in the matching. You will hear from us when there is a match to look at."
        ),
    ),
    Event.PROFILE_RETURNED: Wording(
        _("Members of the organisation"),
        _("Your profile needs a correction"),
        _("The reviewer wrote: “%(reason)s” Correct the profile and send it again."),
    ),
    Event.PROFILE_DECLINED: Wording(
        _("Members of the organisation"),
        _("Your application has been declined"),
        _("The programme office wrote: “%(reason)s” You may change the profile and apply again."),
    ),
    Event.DECISION_REVERSED: Wording(
        _("Members of the organisation"),
        _("Your profile is being reviewed again"),
        _(
            "The programme office takes its decision about %(organisation)s back. It wrote: “%(reason)s” "
            "You will be told the new result."
        ),
    ),
    Event.DECLINE_PROPOSED: Wording(
        _("Programme office"),
        _("Confirm or refuse: %(organisation)s is to be declined"),
        _("%(officer)s proposes to decline and wrote: “%(reason)s” A second person decides."),
    ),
    Event.DECLINE_REFUSED: Wording(
        _("Who proposed to decline"),
        _("%(organisation)s is not declined"),
        _("%(officer)s wrote: “%(reason)s” The application waits for review again."),
    ),
    Event.REVIEW_ASSIGNED: Wording(
        _("Who is to review"),
        _("You are to review %(organisation)s"),
        _("%(officer)s has assigned the application to you."),
    ),
    Event.REVIEW_TAKEN_BACK: Wording(
        _("Who had begun to review"),
        _("%(organisation)s has taken its application back"),
        _("You need not review it any more."),
        by_mail=False,
    ),
    Event.REVIEW_REOPENED: Wording(
        _("Who decided"),
        _("Your decision about %(organisation)s has been reversed"),
        _("%(officer)s wrote: “%(reason)s” The application waits for review again."),
    ),
    Event.IDENTITY_PROPOSED: Wording(
        _("Programme office"),
        _("%(organisation)s proposes a new identity"),
        _("Its new name, number or country waits for review. Until then the earlier one stays published."),
        by_mail=False,
    ),
    Event.IDENTITY_APPROVED: Wording(
        _("Members of the organisation"),
        _("Your new identity is in force"),
        _("%(organisation)s is shown with its new name, number or country from now on."),
    ),
    Event.IDENTITY_RETURNED: Wording(
        _("Members of the organisation"),
        _("The new identity needs a correction"),
        _(
            "The reviewer wrote: “%(reason)s” Until a corrected one is approved, "
            "%(organisation)s stays published as it is."
        ),
    ),
    Event.IDENTITY_DECLINED: Wording(
        _("Members of the organisation"),
        _("The new identity has been declined"),
        _("The programme office wrote: “%(reason)s” %(organisation)s stays published as it is."),
    ),
    Event.DECK_READY: Wording(
        _("Who uploaded the deck"),
        _("Your pitch deck is in use"),
        _("“%(file)s” has passed the safety check. Firms to which you are disclosed can read it."),
        by_mail=False,
    ),
    Event.DECK_REFUSED: Wording(
        _("Who uploaded the deck"),
        _("Your pitch deck was not accepted"),
        _(
            "“%(file)s” was refused. The page of the deck says why, and what to do. An earlier deck stays in use."
        ),
    ),
    Event.RENEWAL_DUE: Wording(
        _("Members of the organisation"),
        _("Is your profile still true? Confirm it by %(due)s"),
        _(
            "The profile of %(organisation)s was last confirmed on %(confirmed)s. Read it and confirm it with one "
            "click. Editing it does not count as a confirmation. If nobody confirms it, it is no longer matched "
            "from %(lapses)s."
        ),
    ),
    Event.RENEWAL_LAST_DAY: Wording(
        _("Members of the organisation"),
        _("Confirm your profile now: its term has ended"),
        _(
            "The profile of %(organisation)s was last confirmed on %(confirmed)s, and its term ended on %(due)s. "
            "Read it and confirm it with one click. If nobody confirms it, it is no longer matched from %(lapses)s."
        ),
    ),
    Event.PROFILE_LAPSED: Wording(
        _("Members of the organisation"),
        _("Your profile is no longer matched"),
        _(
            "Nobody has confirmed the profile of %(organisation)s. Requests and meetings go on as they are. Until "
            "%(until)s one click brings the profile back; after that it is reviewed anew."
        ),
    ),
    Event.PROFILE_WITHDRAWN: Wording(
        _("Members of the organisation"),
        _("%(organisation)s has left the programme"),
        _("%(person)s has withdrawn the profile. To return, send it in for review."),
    ),
    Event.ORGANISATION_LEFT: Wording(
        _("Programme office"),
        _("%(organisation)s has left the programme"),
        _("Its matches, open requests and meetings to come have ended, and the other sides have been told."),
        by_mail=False,
    ),
    Event.PARTNER_PAUSED: Wording(
        _("Members of the other side"),
        _("%(organisation)s is not matched for the time being"),
        _("Its profile has not been confirmed. Requests and meetings with it go on as they are."),
        by_mail=False,
    ),
    Event.PARTNER_BACK: Wording(
        _("Members of the other side"),
        _("%(organisation)s takes part again"),
        _("Its profile has been confirmed. You need not do anything."),
        by_mail=False,
    ),
    Event.PARTNER_LEFT: Wording(
        _("Members of the other side"),
        _("%(organisation)s no longer takes part"),
        _("The match with it has ended. You need not do anything."),
    ),
    Event.REQUEST_ENDED: Wording(
        _("Members of the other side, programme office"),
        _("The meeting request of %(company)s and %(startup)s has ended"),
        _("One side no longer takes part in the programme. You need not do anything."),
    ),
    Event.RUN_FINISHED: Wording(
        _("Who started the run"),
        _("The match scores are ready"),
        _("%(matches)s matches were computed for %(companies)s firms and %(startups)s startups."),
        by_mail=False,
    ),
    Event.RUN_FAILED: Wording(
        _("Programme office"),
        _("The match scores could not be computed"),
        _(
            "The lists still show the last complete run. Start the run again, or tell the operator if it fails again."
        ),
    ),
    Event.MATCH_DISCLOSED: Wording(
        _("Members of the firm"),
        _("A startup that may suit you: %(startup)s"),
        _(
            "The programme office recommends %(startup)s. See why, and request a meeting if you are interested."
        ),
    ),
    Event.LIST_DISCLOSED: Wording(
        _("Members of the firm"),
        _("Startups that may suit you have been chosen"),
        _(
            "The programme office recommends: %(startups)s. See why, and request a meeting where you are interested."
        ),
    ),
    Event.SHORTLISTS_READY: Wording(
        _("Who asked for the shortlists"),
        _("The shortlists are ready to check"),
        _("%(pairs)s recommendations have been chosen. Firms are not told before you disclose them."),
        by_mail=False,
    ),
    Event.SHORTLISTS_FAILED: Wording(
        _("Who asked for the shortlists"),
        _("The shortlists could not be worked out"),
        _("Nothing has changed. Start again, or tell the operator if it fails again."),
    ),
    Event.MEETING_REQUESTED: Wording(
        _("Members of the startup"),
        _("%(company)s would like to meet you"),
        _("Read the request and accept or decline it by %(reply_by)s. A request without an answer lapses."),
    ),
    Event.REQUEST_ACCEPTED: Wording(
        _("Members of the firm, programme office"),
        _("%(startup)s has accepted the meeting with %(company)s"),
        _("The programme office will propose a time in the next meeting round."),
    ),
    Event.REQUEST_DECLINED: Wording(
        _("Members of the firm, programme office"),
        _("%(startup)s has declined the meeting with %(company)s"),
        _("Reason given: “%(reason)s” You can request a meeting with another recommended startup."),
    ),
    Event.REQUEST_WITHDRAWN: Wording(
        _("Members of the startup, programme office"),
        _("%(company)s has withdrawn its request to meet %(startup)s"),
        _("You need not do anything."),
    ),
    Event.REQUEST_LAPSED: Wording(
        _("Members of both sides, programme office"),
        _("The meeting request of %(company)s to %(startup)s has lapsed"),
        _("It was not answered in time. The firm may ask again."),
    ),
    Event.TIMES_ASKED: Wording(
        _("Members of both sides"),
        _("%(round)s: more times wanted to meet %(other)s"),
        _("We could not yet find a time that suits both sides. Offer more times on the page of the round."),
    ),
    Event.TIMETABLE_READY: Wording(
        _("Who started the placement"),
        _("The timetable of %(round)s is ready"),
        _(
            "%(placed)s meetings are placed, %(unplaced)s are not. Look the timetable over before you publish it."
        ),
        by_mail=False,
    ),
    Event.TIMETABLE_FAILED: Wording(
        _("Programme office"),
        _("The timetable of %(round)s could not be worked out"),
        _("Nothing has been changed. Start the placement again, or tell the operator if it fails again."),
    ),
    Event.MEETING_SCHEDULED: Wording(
        _("Members of both sides"),
        _("Meeting of %(company)s and %(startup)s: %(when)s"),
        _(
            "The time is shown in the time zone of your organisation. The file in this mail adds it to your calendar."
        ),
    ),
    Event.MEETING_MOVED: Wording(
        _("Members of both sides"),
        _("New time for the meeting of %(company)s and %(startup)s: %(when)s"),
        _("Reason given: “%(reason)s” The file in this mail changes the entry in your calendar."),
    ),
    Event.MEETING_CANCELLED: Wording(
        _("Members of both sides, programme office"),
        _("The meeting of %(company)s and %(startup)s on %(when)s does not take place"),
        _("Reason given: “%(reason)s” The file in this mail takes it out of your calendar."),
    ),
    Event.MEETING_END_ASKED: Wording(
        _("Members of both sides"),
        _("How did the meeting of %(company)s and %(startup)s go?"),
        _(
            "Say who came, what came of it, and what you do next. It takes a minute; the other side does not read it."
        ),
    ),
    Event.MEETING_END_REMINDED: Wording(
        _("Members of the side that has not answered"),
        _("Please say how the meeting of %(company)s and %(startup)s went"),
        _("We have no answer from you yet. It takes a minute; the other side does not read it."),
    ),
    Event.MEETING_ENDS_DIFFER: Wording(
        _("Programme office"),
        _("%(company)s and %(startup)s differ about who came to their meeting"),
        _("Ask both, then record how it was."),
    ),
    Event.ROUND_PUBLISHED: Wording(
        _("Programme office"),
        _("%(round)s has been published"),
        _("%(meetings)s meetings are booked, and both sides of each have been told."),
        by_mail=False,
    ),
    Event.INVITATION_ACCEPTED: Wording(
        _("Who sent the invitation, owners of the organisation"),
        _("%(person)s has accepted the invitation"),
        _("%(person)s now belongs to %(place)s."),
    ),
    Event.JOIN_ASKED: Wording(
        _("Owners of the organisation; the programme office where there is none"),
        _("%(person)s asks to join %(organisation)s"),
        _("Admit only somebody you know. Their e-mail address is %(email)s."),
    ),
    Event.JOIN_ADMITTED: Wording(
        _("Who asked to join"),
        _("You now belong to %(organisation)s"),
        _("The owner has admitted you. You can work on its profile from now on."),
    ),
    Event.JOIN_REFUSED: Wording(
        _("Who asked to join"),
        _("You were not admitted"),
        _("The owner of the organisation did not admit you. Talk to the colleague who registered it."),
    ),
    Event.OWNER_ADMITTED: Wording(
        _("Who asked to join an organisation without an owner"),
        _("You now decide for %(organisation)s"),
        _(
            "The programme office has admitted you as its owner. You work on its profile and "
            "decide who else belongs to it."
        ),
    ),
    Event.JOIN_DECLINED: Wording(
        _("Who asked to join an organisation without an owner"),
        _("The programme office has not admitted you"),
        _("It wrote: “%(reason)s” If you think that this is a mistake, write to the programme office."),
    ),
    Event.MEMBER_ROLE_CHANGED: Wording(
        _("The member"),
        _("Your role in %(organisation)s has changed"),
        _("%(by)s has changed what you may do. See the page of its people."),
    ),
    Event.MEMBER_REMOVED: Wording(
        _("The member"),
        _("You no longer belong to %(organisation)s"),
        _("%(by)s has removed you. Talk to the owner if this is a mistake."),
    ),
    Event.MEMBER_LEFT: Wording(
        _("Owners of the organisation"),
        _("%(person)s has left %(organisation)s"),
        _("They can no longer see or change anything of it."),
    ),
}
