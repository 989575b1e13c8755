"""Which startup has no match, and which rule it was: exactly for staff, kindly for the startup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaking.matches.engine.policy import DEFAULT_VOCABULARY
from matchmaking.matches.engine.scoring import (
    COUNTRY_EXCLUDED,
    DISMISSED,
    NO_FIELD,
    NO_MODE,
    NO_SHARED_FIELD,
    NO_SHARED_MODE,
    NOBODY,
    RULES,
    Terms,
    failed_rule,
)
from matchmaking.matches.enums import MatchStatus
from matchmaking.matches.models import Match, Run
from matchmaking.matches.sides import challenge_terms, open_challenges, startup_terms
from startups.models import Startup

FOR_STAFF: dict[str, Promise] = {
    NO_FIELD: _("No field is given"),
    NO_MODE: _("No kind of cooperation is given"),
    NO_SHARED_FIELD: _("No published firm has an open challenge in the startup's fields"),
    NO_SHARED_MODE: _("No firm with a challenge in its fields wants a kind of cooperation that it offers"),
    COUNTRY_EXCLUDED: _("All firms that would do exclude the startup's country"),
    DISMISSED: _("Its pairs with all firms that would do have been dismissed"),
    NOBODY: _("No published firm has an open challenge"),
}
NOBODY_YET = _("No firm has asked for a meeting yet. You will receive an e-mail when one does.")
UNPUBLISHED = _("Matching begins when your profile has been reviewed and published.")
# A startup is not to hear that it was put aside: then it hears what all others hear who wait.
FOR_STARTUP: dict[str, Promise] = {
    NO_FIELD: _("Choose your fields, so that firms can be found for you."),
    NO_MODE: _("Say which kinds of cooperation you offer, so that firms can be found for you."),
    NO_SHARED_FIELD: _(
        "No firm has a challenge in your fields at present. You will receive an e-mail when one asks for a meeting."
    ),
    NO_SHARED_MODE: _(
        "The firms in your fields look for other kinds of cooperation. Consider whether you could offer another kind."
    ),
    COUNTRY_EXCLUDED: _(
        "The firms in your fields look for startups from other countries at present. You will receive an e-mail when "
        "one asks for a meeting."
    ),
    DISMISSED: NOBODY_YET,
    NOBODY: _(
        "No firm has a challenge to offer at present. You will receive an e-mail when one asks for a meeting."
    ),
}


@dataclass(frozen=True)
class StartupGap:
    """A startup without a match and the rule that left it so."""

    startup: Startup
    rule: str

    @property
    def words(self) -> str:
        return str(FOR_STAFF[self.rule])


def why_no_firm(startup: Startup) -> str | None:
    """The rule that leaves a published startup without any firm; None if some would do."""
    (found,) = _why([startup]).values()
    return found


def waiting_words(startup: Startup) -> Promise:
    """What to tell a startup in which no firm is interested."""
    if not startup.organisation.is_published:
        return UNPUBLISHED
    rule = why_no_firm(startup) if Run.objects.finished().exists() else None
    return FOR_STARTUP[rule] if rule else NOBODY_YET


def startups_without_match() -> list[StartupGap]:
    """Published startups with no match on any list, in the order of their names."""
    listed = Match.objects.exclude(status=MatchStatus.DISMISSED).values("startup_id")
    without = Startup.objects.published().select_related("organisation").exclude(pk__in=listed)
    startups = {each.pk: each for each in without.order_by("organisation__sort_key", "pk")}
    rules = _why(startups.values()) if startups else {}
    return [StartupGap(startups[pk], rule) for pk, rule in rules.items() if rule]


def _why(startups: Iterable[Startup]) -> Mapping[int, str | None]:
    """By startup. Many are alike, and so are many challenges: each kind is compared with each kind once."""
    terms = {each.pk: startup_terms(each, DEFAULT_VOCABULARY) for each in startups}
    dismissed = _dismissed(terms)
    firms: dict[Terms, set[int]] = {}
    for challenge in open_challenges():
        firms.setdefault(challenge_terms(challenge, DEFAULT_VOCABULARY), set()).add(challenge.company_id)

    @cache
    def rules(startup: Terms) -> dict[Terms, str | None]:
        return {firm: failed_rule(firm, startup) for firm in firms}

    return {pk: _furthest(own, rules(own), firms, dismissed.get(pk, set())) for pk, own in terms.items()}


def _furthest(
    own: Terms, rules: Mapping[Terms, str | None], firms: Mapping[Terms, set[int]], dismissed: set[int]
) -> str | None:
    """What the startup lacks itself, else the rule that the furthest firm failed."""
    if not own.fields or not own.modes:
        return NO_MODE if own.fields else NO_FIELD
    failed = {rule or (DISMISSED if firms[firm] <= dismissed else None) for firm, rule in rules.items()}
    return None if None in failed else max((rule for rule in failed if rule), key=RULES.index, default=NOBODY)


def _dismissed(startups: Iterable[int]) -> dict[int, set[int]]:
    """For each startup the firms with which its pair was dismissed."""
    found: dict[int, set[int]] = {}
    rows = Match.objects.filter(status=MatchStatus.DISMISSED, startup_id__in=list(startups))
    for startup, firm in rows.values_list("startup_id", "company_id"):
        found.setdefault(startup, set()).add(firm)
    return found
