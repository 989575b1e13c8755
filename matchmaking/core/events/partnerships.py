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
}
