"""Runs, matches and lists."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from matchmaking.core.events.event import Event, Wording

MATCHING: dict[Event, Wording] = {
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
    Event.TRIAL_FINISHED: Wording(
        _("Who started the trial"),
        _("The trial of draft %(policy)s has finished"),
        _(
            "Of %(companies)s firms, %(changed)s would see other startups among the first ten. No list has changed."
        ),
        by_mail=False,
    ),
    Event.TRIAL_FAILED: Wording(
        _("Who started the trial"),
        _("The trial of draft %(policy)s could not be finished"),
        _("No list has changed. Start the trial again, or tell the operator if it fails again."),
    ),
    Event.TRIAL_OVERTAKEN: Wording(
        _("Who started the trial"),
        _("The trial of draft %(policy)s was stopped"),
        _(
            "Edition %(edition)s of the capabilities came into force while it was at work, so its figures would have "
            "mixed two editions. Start the trial again."
        ),
        by_mail=False,
    ),
}
