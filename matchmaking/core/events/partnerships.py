"""Partnerships and their next steps."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from matchmaking.core.events.event import Event, Wording

PARTNERSHIPS: dict[Event, Wording] = {
    Event.PARTNERSHIP_BEGUN: Wording(
        _("Members of both sides"),
        _("The partnership of %(company)s and %(startup)s has begun"),
        _(
            "On its page you find the stage, the next steps of both sides and what the programme office does for you."
        ),
    ),
    Event.PARTNERSHIP_MOVED: Wording(
        _("Members of both sides"),
        _("The partnership of %(company)s and %(startup)s: %(stage)s"),
        _("The programme office has recorded this stage. Its page says what the next one needs."),
    ),
    Event.PARTNERSHIP_ENDED: Wording(
        _("Members of both sides"),
        _("The partnership of %(company)s and %(startup)s has ended"),
        _("Reason given: “%(reason)s” The programme office can take it up again if you both wish so."),
    ),
    Event.STEP_GIVEN: Wording(
        _("Whoever has to take the step"),
        _("%(company)s and %(startup)s: a next step for you by %(due)s"),
        _("What is to be done: “%(step)s” Say on the partnership’s page when it is done."),
    ),
    Event.STEP_DUE: Wording(
        _("Whoever has to take the step"),
        _("%(company)s and %(startup)s: a step of yours is due on %(due)s"),
        _(
            "What is to be done: “%(step)s” Say on the partnership’s page that it is done, or write down a new day."
        ),
    ),
    Event.OUTCOME_ASKED: Wording(
        _("Members of both sides"),
        _("%(company)s and %(startup)s: what has come of your partnership?"),
        _(
            "The contract was signed %(months)s months ago. Answer here, or by the link in the mail that you got: "
            "it takes a few minutes."
        ),
        by_mail=False,  # the mail with the link is one of its own
    ),
    Event.OUTCOME_CONFIRMED: Wording(
        _("Members of both sides"),
        _("%(company)s and %(startup)s: the outcome is confirmed"),
        _("Both sides say the same of the first %(months)s months. The programme counts it in its reports."),
    ),
    Event.OUTCOME_DIFFERS: Wording(
        _("Programme office"),
        _("%(company)s and %(startup)s differ about what came of their partnership"),
        _("Compare both answers on %(months)s months, then ask again or decide."),
    ),
    Event.OUTCOME_DECIDED: Wording(
        _("Members of both sides"),
        _("%(company)s and %(startup)s: the programme office has decided about the outcome"),
        _(
            "Your two answers on %(months)s months differed. The figures that stand: %(stands)s. "
            "Reason given: “%(reason)s”"
        ),
    ),
}
