"""What a look at a pitch, or at the partner that is looked for, finds: in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from accounts.registration.questions import Words
from matchmaking.core.concreteness import Level
from startups.concreteness import PartnerSign, PitchSign

PITCH_LEVELS: Mapping[Level, Words] = {
    Level.EMPTY: _("A few sentences are enough to begin with."),
    Level.BEGUN: _("A good beginning."),
    Level.CLEAR: _("Clear. A firm can tell what you do."),
    Level.CONCRETE: _("Concrete. A firm can tell what it would gain, and why to believe it."),
}
PITCH_TIPS: Mapping[PitchSign, Words] = {
    PitchSign.WHAT_IT_DOES: _("Say in one or two more sentences what you have built and how it is used."),
    PitchSign.FOR_WHOM: _("Say who uses it: which kind of firm, which people in it."),
    PitchSign.PROBLEM: _("Say which problem it solves, and what that costs today."),
    PitchSign.FIGURE: _("Give one figure with its unit: how much faster, cheaper, less."),
    PitchSign.PROOF: _("Name a customer, a trial or a certificate that proves it."),
}
PARTNER_LEVELS: Mapping[Level, Words] = {
    Level.EMPTY: _("A few sentences are enough to begin with."),
    Level.BEGUN: _("A good beginning."),
    Level.CLEAR: _("Clear. A firm can tell whether it is meant."),
    Level.CONCRETE: _("Concrete. A firm can tell what you would do together."),
}
PARTNER_TIPS: Mapping[PartnerSign, Words] = {
    PartnerSign.ENOUGH_SAID: _("Write one or two sentences more."),
    PartnerSign.INDUSTRY: _("Say which kind of firm you look for: its industry, what it makes or sells."),
    PartnerSign.ROLE: _("Say what it has that you lack: plants, sales staff, customers, engineers."),
    PartnerSign.TOGETHER: _("Say what you would do together first: a trial, a product, sales."),
}
