"""Who has no match, and which rule it was: exactly for staff, kindly for the firm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from companies.models import Challenge, Company
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
    why_no_match,
)
from matchmaking.matches.enums import MatchStatus
from matchmaking.matches.models import Match, Run
from matchmaking.matches.sides import challenge_terms, open_challenges, open_startups, startup_terms

NO_CHALLENGE = "no_challenge"

FOR_STAFF: dict[str, Promise] = {
    NO_CHALLENGE: _("The firm has no open challenge"),
    NO_FIELD: _("No field is given"),
    NO_MODE: _("No kind of cooperation is given"),
    NO_SHARED_FIELD: _("No published startup works in the challenge's field"),
    NO_SHARED_MODE: _("No startup in the field offers a kind of cooperation the firm wants"),
    COUNTRY_EXCLUDED: _("The firm excludes the countries of all startups that would do"),
    DISMISSED: _("All startups that would do have been dismissed"),
    NOBODY: _("No startup is published"),
}
FOR_FIRM: dict[str, Promise] = {
    NO_CHALLENGE: _(
        "Add a challenge that is looking for a partner. Recommendations are made for each challenge."
    ),
    NO_FIELD: _("Choose the field of your challenge, so that startups can be found for it."),
    NO_MODE: _("Say which kind of cooperation you want, so that startups can be found."),
    NO_SHARED_FIELD: _(
        "No startup in the field of your challenge has registered yet. You will hear from us."
    ),
    NO_SHARED_MODE: _(
        "The startups in your field offer other kinds of cooperation. Consider whether another kind would suit you too."
    ),
    COUNTRY_EXCLUDED: _(
        "Startups that would suit you are in countries you have excluded. Consider whether to allow more countries."
    ),
    DISMISSED: _("You have seen the startups that suit your challenge so far. Revise it to receive others."),
    NOBODY: _("No startup has been published yet. You will hear from us."),
}
PREPARING = _("Your recommendations are being prepared. You will receive an e-mail when they are ready.")
UNPUBLISHED = _("Recommendations begin when your profile has been reviewed and published.")


@dataclass(frozen=True)
class Gap:
    """A firm without a match and the rule that left it so."""

    company: Company
    rule: str

    @property
    def words(self) -> str:
        return str(FOR_STAFF[self.rule])


def why_none(company: Company) -> str | None:
    """The rule that leaves a published firm without any startup; None if some would do."""
    return _why(list(open_challenges().filter(company=company)), _startups(), _dismissed([company.pk]))


def waiting_words(company: Company) -> Promise | str:
    """What to tell a firm to which nothing is disclosed."""
    if not company.organisation.is_published:
        return UNPUBLISHED
    rule = why_none(company) if Run.objects.finished().exists() else None
    return FOR_FIRM[rule] if rule else PREPARING


def firms_without_match() -> list[Gap]:
    """Published firms with no match on any list, in the order of their names."""
    without = Company.objects.published().select_related("organisation")
    listed = Match.objects.exclude(status=MatchStatus.DISMISSED).values("company_id")
    firms = list(without.exclude(pk__in=listed))
    if not firms:  # as nearly always: every startup would be read for nobody
        return []
    startups, dismissed = _startups(), _dismissed([firm.pk for firm in firms])
    challenges: dict[int, list[Challenge]] = {firm.pk: [] for firm in firms}
    for challenge in open_challenges().filter(company__in=firms):
        challenges[challenge.company_id].append(challenge)
    rules = [(firm, _why(challenges[firm.pk], startups, dismissed)) for firm in firms]
    return [Gap(firm, rule) for firm, rule in rules if rule]


def _startups() -> dict[int, Terms]:
    return {startup.pk: startup_terms(startup, DEFAULT_VOCABULARY) for startup in open_startups()}


def _dismissed(companies: Iterable[int]) -> set[tuple[int, int]]:
    rows = Match.objects.filter(status=MatchStatus.DISMISSED, company_id__in=companies)
    return set(rows.values_list("company_id", "startup_id"))


def _why(
    challenges: Iterable[Challenge], startups: dict[int, Terms], dismissed: set[tuple[int, int]]
) -> str | None:
    """The rule that the furthest startup failed, over all challenges."""
    found: list[str | None] = []
    for challenge in challenges:
        flags = [(challenge.company_id, key) in dismissed for key in startups]
        terms = challenge_terms(challenge, DEFAULT_VOCABULARY)
        found.append(why_no_match(terms, list(startups.values()), flags))
    if None in found:
        return None
    return max((rule for rule in found if rule), key=RULES.index, default=NO_CHALLENGE)
