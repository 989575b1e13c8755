"""What the pure modules of this app find, in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from companies.concreteness import Sign
from companies.eligibility import Answer, Because, Criterion
from matchmaking.core.concreteness import Level

Words = Promise | str
LEVELS: Mapping[Level, Words] = {
    Level.EMPTY: _("A few sentences are enough to begin with."),
    Level.BEGUN: _("A good beginning."),
    Level.CLEAR: _("Clear. A startup can tell whether it is meant."),
    Level.CONCRETE: _("Concrete. A startup can answer this with figures of its own."),
}
TIPS: Mapping[Sign, Words] = {
    Sign.ENOUGH_SAID: _("Say in one or two more sentences what happens today."),
    Sign.PLACE: _("Say where it happens: the plant, shop or step of the work."),
    Sign.FIGURE: _("Give one figure with its unit: how many, how long, how much."),
    Sign.RESULT: _("Say what you would like instead."),
    Sign.RESULT_WITH_FIGURE: _("Say by which figure you would know that it is solved."),
}
CRITERIA: Mapping[Criterion, Words] = {
    Criterion.MIDSIZE: _("Midsize firm"),
    Criterion.REGIONAL: _("Head office in a region"),
}
ANSWERS: Mapping[Answer, Words] = {
    Answer.YES: pgettext_lazy("eligibility", "Met"),
    Answer.NO: pgettext_lazy("eligibility", "Not met"),
    Answer.OPEN: pgettext_lazy("eligibility", "Open"),
}
REASONS: Mapping[Because, Words] = {
    Because.MIDSIZE: _("The figures are those of a midsize firm."),
    Because.SMALL_BY_CAPITAL: _("By its capital, the law counts the firm as small or medium-sized."),
    Because.SMALL_BY_EMPLOYEES: _("By its employees, the law counts the firm as small or medium-sized."),
    Because.TOO_MANY_EMPLOYEES: _("The firm has more than 2,000 regular employees."),
    Because.CAPITAL_BELOW: _("The capital is below 100 million yen."),
    Because.CAPITAL_ABOVE: _("The capital is 1 billion yen or more."),
    Because.FIGURES_MISSING: _("Industry, capital or employees are not known yet."),
    Because.OUTSIDE: _("The head office is outside the three metropolitan areas."),
    Because.INSIDE_TOKYO: _("The head office is in the Tokyo area."),
    Because.INSIDE_OSAKA: _("The head office is in the Osaka area."),
    Because.INSIDE_NAGOYA: _("The head office is in the Nagoya area."),
    Because.PREFECTURE_MISSING: _("The prefecture of the head office is not known yet."),
}
