"""Market research and advice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from matchmaking.core.events.event import Event, Wording

RESEARCH: dict[Event, Wording] = {
    Event.RESEARCH_ASKED: Wording(
        _("Programme office"),
        _("A firm asks for market research (no. %(number)s)"),
        _("Choose an expert, or decline with a reason."),
        by_mail=False,
    ),
    Event.RESEARCH_OFFERED: Wording(
        _("The expert"),
        _("The programme office asks you for market research (no. %(number)s)"),
        _("Read the question, say whether you have a conflict of interest, and accept or refuse."),
    ),
    Event.RESEARCH_GRANTED: Wording(
        _("Members of the firm"),
        _("Your research (no. %(number)s) has been granted"),
        _("An expert has been asked to work on it. You will be told when the report is there."),
    ),
    Event.RESEARCH_ACCEPTED: Wording(
        _("Programme office"),
        _("%(expert)s has accepted research no. %(number)s"),
        _("No conflict of interest was declared."),
        by_mail=False,
    ),
    Event.RESEARCH_REFUSED: Wording(
        _("Programme office"),
        _("%(expert)s has refused research no. %(number)s"),
        _("The reason stands on its page. Choose another expert."),
    ),
    Event.RESEARCH_CANCELLED: Wording(
        _("The expert"),
        _("Research no. %(number)s is cancelled"),
        _("The programme office wrote: “%(reason)s” You need not do anything more."),
    ),
    Event.RESEARCH_DECLINED: Wording(
        _("Members of the firm"),
        _("Your research (no. %(number)s) will not be done"),
        _("The programme office wrote: “%(reason)s”"),
    ),
    Event.RESEARCH_DELIVERED: Wording(
        _("Programme office"),
        _("The report of research no. %(number)s is there"),
        _("Read it, then publish it to the firm or return it with remarks."),
    ),
    Event.RESEARCH_RETURNED: Wording(
        _("The expert"),
        _("Your report (no. %(number)s) has been returned with remarks"),
        _(
            "The remarks stand beside what they are about. Deliver the report again when you have seen to them."
        ),
    ),
    Event.RESEARCH_PUBLISHED: Wording(
        _("Members of the firm"),
        _("A research report for you is there (no. %(number)s)"),
        _("Read what an expert has found out about the market."),
    ),
    Event.RESEARCH_BACK: Wording(
        _("Programme office"),
        _("Research no. %(number)s has lost its expert"),
        _("The expert works for the programme no longer. Choose another, or publish what was delivered."),
    ),
    Event.RESEARCH_ENDED: Wording(
        _("Members of the firm, the programme office and the expert"),
        _("Research no. %(number)s has ended"),
        _("The firm or the startup it is about has left the programme, and its data was erased."),
    ),
    Event.RESEARCH_DUE: Wording(
        _("The expert"),
        _("Your report (no. %(number)s) is due on %(due)s"),
        _("Deliver it by that day. If you cannot, tell the programme office now."),
    ),
    Event.RESEARCH_LATE: Wording(
        _("The expert"),
        _("Your report (no. %(number)s) was due on %(due)s"),
        _("Deliver it as soon as you can, or tell the programme office when it will be there."),
    ),
    Event.RESEARCH_OVERDUE: Wording(
        _("Programme office"),
        _("The report of research no. %(number)s is overdue"),
        _("%(expert)s was to deliver it by %(due)s and has been reminded."),
    ),
    Event.ADVICE_ASKED: Wording(
        _("The expert"),
        _("The programme office asks for your assessment (no. %(number)s)"),
        _("Rate it by criteria and give your reasons."),
    ),
    Event.ADVICE_GIVEN: Wording(
        _("Programme office"),
        _("%(expert)s has given an assessment (no. %(number)s)"),
        _("It counts in the match score from the next run on."),
        by_mail=False,
    ),
    Event.ADVICE_DECLINED: Wording(
        _("Programme office"),
        _("%(expert)s gives no assessment (no. %(number)s)"),
        _("The reason stands on the page of experts' advice. Ask another expert."),
    ),
    Event.ADVICE_DUE: Wording(
        _("The expert"),
        _("Your assessment (no. %(number)s) is due on %(due)s"),
        _("Give it by that day, or say that you give none."),
    ),
    Event.ADVICE_LATE: Wording(
        _("The expert"),
        _("Your assessment (no. %(number)s) was due on %(due)s"),
        _("Give it as soon as you can, or say that you give none."),
    ),
    Event.ADVICE_OVERDUE: Wording(
        _("Programme office"),
        _("The assessment no. %(number)s is overdue"),
        _("%(expert)s was to give it by %(due)s and has been reminded."),
    ),
}
