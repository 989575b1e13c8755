"""Whether a firm may take part: what the rules say of it, and what staff have decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from companies.eligibility import Answer, Firm, Verdict, judge_all
from companies.models import Company, EligibilityDecision
from companies.words import ANSWERS, CRITERIA, REASONS, Words


@dataclass(frozen=True)
class Standing:
    """One criterion. `decision` counts only while the figures are those it was made on; else it is `outdated`."""

    verdict: Verdict
    decision: EligibilityDecision | None = None
    outdated: EligibilityDecision | None = None

    @property
    def answer(self) -> Answer:
        return Answer(self.decision.decided) if self.decision else self.verdict.answer

    @property
    def title(self) -> Words:
        return CRITERIA[self.verdict.rule.criterion]

    @property
    def status(self) -> Words:
        return ANSWERS[self.answer]

    @property
    def computed(self) -> Words:
        return ANSWERS[self.verdict.answer]

    @property
    def because(self) -> Words:
        return REASONS[self.verdict.because]

    @property
    def tone(self) -> str:
        return {Answer.YES: "ok", Answer.NO: "warn", Answer.OPEN: "line"}[self.answer]


def firm_of(company: Company) -> Firm:
    """What the rules ask of it."""
    return Firm(company.industry, company.capital_million_yen, company.employees, company.prefecture)


def standings_of(company: Company, day: date) -> list[Standing]:
    """Every criterion, as the rules of `day` and the latest decisions have it."""
    decisions = list(company.eligibility_decisions.select_related("by"))
    return [_standing(verdict, decisions) for verdict in judge_all(firm_of(company), day)]


def _standing(verdict: Verdict, decisions: Iterable[EligibilityDecision]) -> Standing:
    latest = next((each for each in decisions if each.criterion == verdict.rule.criterion), None)
    if latest is None:
        return Standing(verdict)
    is_current = latest.rule == verdict.rule.key and latest.inputs == dict(verdict.inputs)
    return Standing(verdict, decision=latest) if is_current else Standing(verdict, outdated=latest)
