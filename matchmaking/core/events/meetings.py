"""Requests, rounds and meetings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from matchmaking.core.events.event import Event, Wording

MEETINGS: dict[Event, Wording] = {
    Event.REQUEST_ENDED: Wording(
        _("Members of the other side, programme office"),
        _("The meeting request of %(company)s and %(startup)s has ended"),
        _("One side no longer takes part in the programme. You need not do anything."),
    ),
    Event.MEETING_REQUESTED: Wording(
        _("Members of the startup"),
        _("%(company)s would like to meet you"),
        _("Read the request and accept or decline it by %(reply_by)s. A request without an answer lapses."),
    ),
    Event.MEETING_REQUESTED_OF_FIRM: Wording(
        _("Members of the firm"),
        _("%(startup)s would like to meet you"),
        _("Read the request and accept or decline it by %(reply_by)s. A request without an answer lapses."),
    ),
    Event.ACTED_FOR_YOU: Wording(
        _("Members of the side for which staff acted"),
        _("The programme office acted for you: meeting of %(company)s and %(startup)s"),
        _(
            "%(deed)s. How you agreed, as recorded: “%(reason)s” If this is not what you wanted, tell the programme"
            " office."
        ),
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
    Event.REQUEST_DECLINED_BY_FIRM: Wording(
        _("Members of the startup, programme office"),
        _("%(company)s has declined the meeting with %(startup)s"),
        _("Reason given: “%(reason)s” You need not do anything."),
    ),
    Event.REQUEST_TAKEN_BACK: Wording(
        _("Members of the firm, programme office"),
        _("%(startup)s has withdrawn its request to meet %(company)s"),
        _("You need not do anything."),
    ),
    Event.REQUEST_WITHDRAWN: Wording(
        _("Members of the startup, programme office"),
        _("%(company)s has withdrawn its request to meet %(startup)s"),
        _("You need not do anything."),
    ),
    Event.REQUEST_REMINDED: Wording(
        _("Members of the side that must answer, a working day before"),
        _("Answer by %(reply_by)s: the meeting request of %(company)s and %(startup)s"),
        _("You have not answered yet. Accept, decline or propose otherwise; without an answer it lapses."),
    ),
    Event.REQUEST_LAPSED: Wording(
        _("Members of both sides, programme office"),
        _("The meeting request of %(company)s and %(startup)s has lapsed"),
        _("It was not answered in time. Whoever asked may ask again."),
    ),
    Event.MEETING_CONFIRMED: Wording(
        _("Members of both sides"),
        _("Both sides have confirmed the meeting of %(company)s and %(startup)s: %(when)s"),
        _("You need not do anything before it. The brief on the page of the meeting helps you to prepare."),
    ),
    Event.CONFIRMATION_REMINDED: Wording(
        _("Members of the side that has not confirmed, a working day before the term"),
        _("Confirm by %(reply_by)s: the meeting of %(company)s and %(startup)s"),
        _(
            "It is booked for %(when)s, and you have not said yet that you will come. "
            "Confirm it on its page; if you cannot come, propose another time there or cancel it with a reason."
        ),
    ),
    Event.CONFIRMATION_LATE: Wording(
        _("Members of both sides, programme office"),
        _("Not confirmed in time: the meeting of %(company)s and %(startup)s, %(when)s"),
        _(
            "%(lacking)s The meeting stands as it is booked, and the programme office asks. "
            "Whoever has not confirmed can still do so on its page, or cancel it with a reason."
        ),
    ),
    Event.OFFICER_GONE: Wording(
        _("Programme office"),
        _("%(person)s no longer sits in: meetings without an officer: %(meetings)s"),
        _(
            "Put somebody else in on the page of each meeting, or tell both sides that they meet alone: "
            "%(unattended)s."
        ),
    ),
    Event.PROPOSED_OTHERWISE: Wording(
        _("Members of the side that must answer"),
        _("Another proposal for the meeting of %(company)s and %(startup)s"),
        _("Read what the other side would rather have, and answer by %(reply_by)s."),
    ),
    Event.PROPOSED_NEW_TIME: Wording(
        _("Members of the side that must answer"),
        _("New time proposed for the meeting of %(company)s and %(startup)s: %(when)s"),
        _(
            "The meeting stands at %(before)s as long as you have not accepted. Answer by %(reply_by)s: accept,"
            " keep it as agreed, or propose another time."
        ),
    ),
    Event.PROPOSAL_REMINDED: Wording(
        _("Members of the side that must answer, a working day before"),
        _("Answer by %(reply_by)s: a proposal for the meeting of %(company)s and %(startup)s"),
        _("You have not answered yet. Without an answer the proposal lapses, and what was agreed stays."),
    ),
    Event.PROPOSAL_AGREED: Wording(
        _("Members of the side that proposed, programme office"),
        _("%(company)s and %(startup)s agree on how they meet"),
        _("What was proposed last holds now. The page of the meeting shows it, and what comes next."),
    ),
    Event.CHANGE_REFUSED: Wording(
        _("Members of the side that proposed"),
        _("The meeting of %(company)s and %(startup)s stays as agreed"),
        _("The other side would rather not change it. You need not do anything."),
    ),
    Event.CHANGE_LAPSED: Wording(
        _("Members of both sides"),
        _("A proposal for the meeting of %(company)s and %(startup)s has lapsed"),
        _("It was not answered in time. What had been agreed before holds."),
    ),
    Event.CHANGE_TAKEN_BACK: Wording(
        _("Members of the other side"),
        _("The proposal for the meeting of %(company)s and %(startup)s has been taken back"),
        _("You need not answer it any more. What had been agreed before holds."),
    ),
    Event.MEETING_CHANGED: Wording(
        _("Members of both sides"),
        _("The meeting of %(company)s and %(startup)s has changed: %(when)s"),
        _(
            "Both sides agreed to it. Confirm on the page. The file in this mail changes the entry in your calendar."
        ),
    ),
    Event.MEETING_LINKED: Wording(
        _("Members of both sides"),
        _("Address of the video meeting of %(company)s and %(startup)s: %(when)s"),
        _(
            "It is new or has changed; the time stays. You find it on the page of the meeting. "
            "The file in this mail puts it into the entry in your calendar."
        ),
    ),
    Event.ATTENDEES_NAMED: Wording(
        _("Members of the other side"),
        _("Who comes to the meeting of %(company)s and %(startup)s has changed"),
        _("The page of the meeting shows who attends, their role and what they may decide."),
    ),
    Event.AVAILABILITY_ASKED: Wording(
        _("Members of both sides"),
        _("%(round)s: say by %(until)s when you can meet"),
        _(
            "Offer the times that suit you on the page of the round. "
            "If you say nothing, your usual working hours count."
        ),
    ),
    Event.AVAILABILITY_REMINDED: Wording(
        _("Members of a side that has not answered"),
        _("%(round)s: your free times are wanted by %(until)s"),
        _("You have not said yet when you can meet. If you say nothing, your usual working hours count."),
    ),
    Event.TIMES_ASKED: Wording(
        _("Members of both sides"),
        _("%(round)s: more times wanted to meet %(other)s"),
        _("We could not yet find a time that suits both sides. Offer more times on the page of the round."),
    ),
    Event.TIMES_PASSED_ON: Wording(
        _("The colleague who is asked, programme office"),
        _("%(round)s: %(colleague)s is asked to choose the times of %(organisation)s"),
        _("%(person)s can meet at none of them and passes the choice on. An answer is wanted by %(until)s."),
    ),
    Event.TIMES_GIVEN_FOR_YOU: Wording(
        _("Members of the side for which staff entered the times"),
        _("%(round)s: the programme office has entered the times you can meet"),
        _(
            "How you told it, as recorded: “%(reason)s” Look the times over, and change them if they are not what you"
            " wanted."
        ),
    ),
    Event.ROUND_REFUSED: Wording(
        _("Programme office"),
        _("%(organisation)s cannot meet in %(round)s"),
        _(
            "Their wish for other dates: “%(wish)s” "
            "Book a time outside the round, or leave their requests for another one."
        ),
    ),
    Event.MEETING_GIVEN_UP: Wording(
        _("Members of the other side, programme office"),
        _("%(company)s and %(startup)s will not meet"),
        _("One side has ended the accepted request. Reason given: “%(reason)s” You need not do anything."),
    ),
    Event.MONTH_FULL_ASKED: Wording(
        _("Members of a side whose month is full"),
        _("%(round)s: do you take on one more meeting, with %(other)s?"),
        _(
            "With this meeting you would have more than %(limit)s in the month, which is as many as you take on. "
            "If you want it, raise the limit in your profile; otherwise it waits for another round."
        ),
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
    Event.REPAIR_READY: Wording(
        _("Who asked for the repair"),
        _("The repair of %(round)s is ready"),
        _(
            "Nothing has changed and nobody has been told yet. Look over what would move, then apply or discard it."
        ),
        by_mail=False,
    ),
    Event.ROUND_REPAIRED: Wording(
        _("Programme office"),
        _("The timetable of %(round)s has been repaired"),
        _("Meetings that have changed or are new: %(meetings)s. Everybody concerned has been told."),
        by_mail=False,
    ),
    Event.MEETING_REARRANGED: Wording(
        _("Members of both sides"),
        _(
            "Meeting of %(company)s and %(startup)s: the time stays, room or interpreter has changed (%(when)s)"
        ),
        _("You need not confirm it again. The file in this mail changes the entry in your calendar."),
    ),
    Event.MEETING_SCHEDULED: Wording(
        _("Members of both sides"),
        _("Meeting of %(company)s and %(startup)s: %(when)s"),
        _(
            "Confirm on the page of the meeting that you will come. "
            "The time is shown in the time zone of your settings. The file in this mail adds it to your calendar."
        ),
    ),
    Event.MEETING_MOVED: Wording(
        _("Members of both sides"),
        _("New time for the meeting of %(company)s and %(startup)s: %(when)s"),
        _(
            "Reason given: “%(reason)s” Confirm the new time on the page. "
            "The file in this mail changes the entry in your calendar."
        ),
    ),
    Event.MEETING_CANCELLED: Wording(
        _("Members of both sides, programme office (with a file for the officer who sits in)"),
        _("The meeting of %(company)s and %(startup)s on %(when)s does not take place"),
        _("Reason given: “%(reason)s” The file in this mail takes it out of your calendar."),
    ),
    Event.MEETING_TIME_LOST: Wording(
        _("Members of both sides, programme office (with a file for the officer who sits in)"),
        _("%(company)s and %(startup)s need another time for their meeting: %(when)s is given up"),
        _(
            "Reason given: “%(reason)s” The request stays accepted: nobody needs to ask again. It waits for the next "
            "time the round is repaired, for another round, or for a time that is chosen on its page. "
            "The file in this mail takes the old time out of your calendar."
        ),
    ),
    Event.MEETINGS_UNFIT: Wording(
        _("Programme office"),
        _("Meetings that no longer suit a side: %(meetings)s"),
        _(
            "Hours, days off, closing days or the times chosen for a round have changed. Ask the side whether it can "
            "come, or keep the time."
        ),
        by_mail=False,
    ),
    Event.MEETING_UNFIT_ASKED: Wording(
        _("Members of the side that the time no longer suits"),
        _("Can you come to the meeting with %(other)s, %(when)s?"),
        _(
            "By your working hours, your days off or the times you chose for the round you cannot meet then. "
            "If you cannot come, tell the programme office or cancel the meeting; if you can, you need not do anything."
        ),
    ),
    Event.MEETING_SAT_IN: Wording(
        _("The officer who sits in"),
        _("You sit in at the meeting of %(company)s and %(startup)s: %(when)s"),
        _(
            "It is new or has changed; you need not confirm it. "
            "The file in this mail adds it to your calendar, or changes the entry there."
        ),
    ),
    Event.MEETING_NOT_SAT_IN: Wording(
        _("The officer who sat in before"),
        _("You no longer sit in at the meeting of %(company)s and %(startup)s"),
        _("It takes place without you: %(when)s. The file in this mail takes it out of your calendar."),
    ),
    Event.MEETING_TOMORROW: Wording(
        _("Members of both sides and the officer who sits in, a day before"),
        _("Reminder: meeting with %(other)s, %(when)s"),
        _(
            "The other side’s clock then: %(there)s. "
            "On the page of the meeting you find the video link, the interpreter and what to prepare."
        ),
    ),
    Event.MEETING_SOON: Wording(
        _("Members of both sides and the officer who sits in, an hour before"),
        _("Starting soon: meeting with %(other)s, %(when)s"),
        _("The other side’s clock then: %(there)s. The video link is on the page of the meeting."),
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
    Event.MEETING_END_DECIDED: Wording(
        _("Members of both sides"),
        _("How the meeting of %(company)s and %(startup)s ended is on record"),
        _("%(deed)s. The programme office writes: “%(reason)s” If this is wrong, tell it."),
    ),
    Event.REQUEST_UNPLACED: Wording(
        _("Members of both sides of a request for which a round found no time"),
        _("%(round)s: no time yet for the meeting of %(company)s and %(startup)s"),
        _(
            "The request stays accepted and waits for another round. If you would rather not wait, choose a time "
            "that is free on both sides on the page of the request."
        ),
    ),
    Event.ROUND_PUBLISHED: Wording(
        _("Programme office"),
        _("%(round)s has been published"),
        _("%(meetings)s meetings are booked, and both sides of each have been told."),
        by_mail=False,
    ),
}
