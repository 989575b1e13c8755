"""Whether a firm is midsize, and whether it is in a region, by rules that have a date and a source. Pure.

Midsize is what is neither small nor large. The Small and Medium-sized Enterprise Basic Act (article 2) calls a firm
small if it is within EITHER limit of its industry; so a midsize firm exceeds both. Capital is in millions of yen;
employees are regular ones. What is not known stays open: a missing figure is never taken for a small one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class Criterion(StrEnum):
    MIDSIZE = "midsize"
    REGIONAL = "regional"


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    OPEN = "open"  # a figure is missing


class Because(StrEnum):
    """Why a rule answers as it does; the words stand in companies/eligibility_words.py."""

    MIDSIZE = "midsize"
    SMALL_BY_CAPITAL = "small_by_capital"
    SMALL_BY_EMPLOYEES = "small_by_employees"
    TOO_MANY_EMPLOYEES = "too_many_employees"
    CAPITAL_BELOW = "capital_below"
    CAPITAL_ABOVE = "capital_above"
    FIGURES_MISSING = "figures_missing"
    OUTSIDE = "outside"
    INSIDE_TOKYO = "inside_tokyo"
    INSIDE_OSAKA = "inside_osaka"
    INSIDE_NAGOYA = "inside_nagoya"
    PREFECTURE_MISSING = "prefecture_missing"


@dataclass(frozen=True)
class Firm:
    """What the rules ask of a firm; empty or None where it has not said."""

    industry: str = ""
    capital_million_yen: int | None = None
    employees: int | None = None
    prefecture: str = ""


@dataclass(frozen=True)
class Limits:
    """A firm within either of them is small."""

    capital_million_yen: int
    employees: int


OTHERS = Limits(300, 300)  # manufacturing, construction, transport and whatever has no limits of its own
SME_LIMITS: Mapping[str, Limits] = {
    "wholesale": Limits(100, 100),
    "retail_trade": Limits(50, 50),
    "services": Limits(50, 100),
}
MOST_EMPLOYEES = 2_000


@dataclass(frozen=True)
class Rule:
    """`since` is its first day; it holds until the next rule of its criterion begins."""

    key: str
    criterion: Criterion
    since: date
    source: str


# Article 2 of the Industrial Competitiveness Enhancement Act as amended by Act No. 45 of 2024.
MIDSIZE_2024 = Rule(
    "midsize-2024",
    Criterion.MIDSIZE,
    date(2024, 9, 2),
    "産業競争力強化法第2条（令和6年法律第45号による改正後）／中小企業基本法第2条",
)
# Before the law there was no legal term; statistics called firms of 100 million to 1 billion yen of capital midsize.
MIDSIZE_BEFORE = Rule(
    "midsize-before-2024",
    Criterion.MIDSIZE,
    date(2021, 1, 1),
    "法人企業景気予測調査（内閣府・財務省）の資本金規模区分",
)
# The three metropolitan areas as the Statistics Bureau counts moves between them.
REGIONAL_2021 = Rule(
    "regional-2021",
    Criterion.REGIONAL,
    date(2021, 1, 1),
    "住民基本台帳人口移動報告（総務省統計局）の三大都市圏",
)
RULES = (MIDSIZE_BEFORE, MIDSIZE_2024, REGIONAL_2021)
CAPITAL_BEFORE = (100, 1_000)  # million yen: from the first, below the second
AREAS: Mapping[str, Mapping[Because, tuple[str, ...]]] = {
    REGIONAL_2021.key: {
        Because.INSIDE_TOKYO: ("11", "12", "13", "14"),
        Because.INSIDE_NAGOYA: ("21", "23", "24"),
        Because.INSIDE_OSAKA: ("26", "27", "28", "29"),
    },
}
ASKED: Mapping[str, tuple[str, ...]] = {
    MIDSIZE_2024.key: ("industry", "capital_million_yen", "employees"),
    MIDSIZE_BEFORE.key: ("capital_million_yen",),
    REGIONAL_2021.key: ("prefecture",),
}


@dataclass(frozen=True)
class Verdict:
    """What a rule says of a firm, with everything it was told: enough to work it out again."""

    rule: Rule
    answer: Answer
    because: Because
    inputs: Mapping[str, Any]
    limits: Limits | None = None


def rule_on(criterion: Criterion, day: date) -> Rule:
    """The rule in force. Raises ValueError for a day before the programme."""
    began = [rule for rule in RULES if rule.criterion == criterion and rule.since <= day]
    if not began:
        raise ValueError(f"no rule says what {criterion} was on {day}")
    return max(began, key=lambda rule: rule.since)


def judge(criterion: Criterion, firm: Firm, day: date) -> Verdict:
    """What the rule in force on `day` says."""
    rule = rule_on(criterion, day)
    answer, because = _WAYS[rule.key](firm)
    inputs = {name: value for name, value in asdict(firm).items() if name in ASKED[rule.key]}
    limits = limits_of(firm.industry) if rule == MIDSIZE_2024 and firm.industry else None
    return Verdict(rule, answer, because, inputs, limits)


def judge_all(firm: Firm, day: date) -> list[Verdict]:
    return [judge(criterion, firm, day) for criterion in Criterion]


def limits_of(industry: str) -> Limits:
    return SME_LIMITS.get(industry, OTHERS)


def _midsize_2024(firm: Firm) -> tuple[Answer, Because]:
    if firm.employees is not None and firm.employees > MOST_EMPLOYEES:
        return Answer.NO, Because.TOO_MANY_EMPLOYEES
    if not firm.industry:
        return Answer.OPEN, Because.FIGURES_MISSING
    limits = limits_of(firm.industry)
    if firm.capital_million_yen is not None and firm.capital_million_yen <= limits.capital_million_yen:
        return Answer.NO, Because.SMALL_BY_CAPITAL
    if firm.employees is not None and firm.employees <= limits.employees:
        return Answer.NO, Because.SMALL_BY_EMPLOYEES
    if firm.capital_million_yen is None or firm.employees is None:
        return Answer.OPEN, Because.FIGURES_MISSING
    return Answer.YES, Because.MIDSIZE


def _midsize_before(firm: Firm) -> tuple[Answer, Because]:
    if firm.capital_million_yen is None:
        return Answer.OPEN, Because.FIGURES_MISSING
    least, below = CAPITAL_BEFORE
    if firm.capital_million_yen < least:
        return Answer.NO, Because.CAPITAL_BELOW
    if firm.capital_million_yen >= below:
        return Answer.NO, Because.CAPITAL_ABOVE
    return Answer.YES, Because.MIDSIZE


def _regional_2021(firm: Firm) -> tuple[Answer, Because]:
    if not firm.prefecture:
        return Answer.OPEN, Because.PREFECTURE_MISSING
    for because, prefectures in AREAS[REGIONAL_2021.key].items():
        if firm.prefecture in prefectures:
            return Answer.NO, because
    return Answer.YES, Because.OUTSIDE


_WAYS = {
    MIDSIZE_2024.key: _midsize_2024,
    MIDSIZE_BEFORE.key: _midsize_before,
    REGIONAL_2021.key: _regional_2021,
}
