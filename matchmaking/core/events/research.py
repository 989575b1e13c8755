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
}
