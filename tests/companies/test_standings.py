"""Whether a firm may take part: around every limit, on every side of every date, and with what staff decided."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from companies.actions import decide_eligibility
from companies.eligibility import (
    AREAS,
    MIDSIZE_2024,
    MIDSIZE_BEFORE,
    REGIONAL_2021,
    RULES,
    SME_LIMITS,
    Answer,
    Because,
    Criterion,
    Firm,
    judge,
    judge_all,
    limits_of,
    rule_on,
)
from companies.models import Company, EligibilityDecision
from companies.standing import Standing, standings_of
from companies.words import ANSWERS, CRITERIA, REASONS
from matchmaking.core.enums import Industry
from matchmaking.core.models import AuditEvent
from matchmaking.core.prefectures import Prefecture
from tests import factories

FIRST_DAY = date(2024, 9, 2)
TODAY = date(2026, 11, 26)
YES, NO, OPEN = Answer.YES, Answer.NO, Answer.OPEN
# industry, capital, employees, answer, why: each limit from below, on it and above it, the other figure beyond doubt.
EDGES = [
    ("foods", 300, 301, NO, Because.SMALL_BY_CAPITAL),
    ("foods", 301, 300, NO, Because.SMALL_BY_EMPLOYEES),
    ("foods", 301, 301, YES, Because.MIDSIZE),
    ("foods", 300, 300, NO, Because.SMALL_BY_CAPITAL),
    ("foods", 301, 2000, YES, Because.MIDSIZE),
    ("foods", 301, 2001, NO, Because.TOO_MANY_EMPLOYEES),
    ("foods", 1, 2001, NO, Because.TOO_MANY_EMPLOYEES),
    ("construction", 301, 301, YES, Because.MIDSIZE),
    ("land_transport", 300, 1999, NO, Because.SMALL_BY_CAPITAL),
    ("wholesale", 100, 101, NO, Because.SMALL_BY_CAPITAL),
    ("wholesale", 101, 100, NO, Because.SMALL_BY_EMPLOYEES),
    ("wholesale", 101, 101, YES, Because.MIDSIZE),
    ("retail_trade", 50, 51, NO, Because.SMALL_BY_CAPITAL),
    ("retail_trade", 51, 50, NO, Because.SMALL_BY_EMPLOYEES),
    ("retail_trade", 51, 51, YES, Because.MIDSIZE),
    ("services", 50, 101, NO, Because.SMALL_BY_CAPITAL),
    ("services", 51, 100, NO, Because.SMALL_BY_EMPLOYEES),
    ("services", 51, 101, YES, Because.MIDSIZE),
    ("foods", None, 300, NO, Because.SMALL_BY_EMPLOYEES),
    ("foods", 300, None, NO, Because.SMALL_BY_CAPITAL),
    ("foods", 301, None, OPEN, Because.FIGURES_MISSING),
    ("foods", None, 301, OPEN, Because.FIGURES_MISSING),
    ("foods", None, None, OPEN, Because.FIGURES_MISSING),
    ("", 301, 301, OPEN, Because.FIGURES_MISSING),
    ("", 1, 1, OPEN, Because.FIGURES_MISSING),
    ("", None, 2001, NO, Because.TOO_MANY_EMPLOYEES),
    ("foods", 0, 0, NO, Because.SMALL_BY_CAPITAL),
]


@pytest.mark.parametrize(("industry", "capital", "employees", "answer", "because"), EDGES)
def test_the_law_around_each_limit(
    industry: str, capital: int | None, employees: int | None, answer: Answer, because: Because
) -> None:
    verdict = judge(Criterion.MIDSIZE, Firm(industry, capital, employees), FIRST_DAY)
    assert (verdict.rule, verdict.answer, verdict.because) == (MIDSIZE_2024, answer, because)
    assert verdict.inputs == {"industry": industry, "capital_million_yen": capital, "employees": employees}
    assert verdict.limits == (limits_of(industry) if industry else None)


@pytest.mark.parametrize(
    ("capital", "answer", "because"),
    [
        (99, NO, Because.CAPITAL_BELOW),
        (100, YES, Because.MIDSIZE),
        (999, YES, Because.MIDSIZE),
        (1000, NO, Because.CAPITAL_ABOVE),
        (0, NO, Because.CAPITAL_BELOW),
        (None, OPEN, Because.FIGURES_MISSING),
    ],
)
@pytest.mark.parametrize("day", [date(2021, 1, 1), FIRST_DAY - timedelta(days=1)])
def test_before_the_law_around_each_limit(
    day: date, capital: int | None, answer: Answer, because: Because
) -> None:
    verdict = judge(Criterion.MIDSIZE, Firm("foods", capital, 5_000), day)
    assert (verdict.rule, verdict.answer, verdict.because) == (MIDSIZE_BEFORE, answer, because)
    assert (verdict.inputs, verdict.limits) == ({"capital_million_yen": capital}, None)


@pytest.mark.parametrize(
    ("criterion", "day", "rule"),
    [
        (Criterion.MIDSIZE, date(2021, 1, 1), MIDSIZE_BEFORE),
        (Criterion.MIDSIZE, date(2024, 9, 1), MIDSIZE_BEFORE),
        (Criterion.MIDSIZE, date(2024, 9, 2), MIDSIZE_2024),
        (Criterion.MIDSIZE, date(2099, 1, 1), MIDSIZE_2024),
        (Criterion.REGIONAL, date(2021, 1, 1), REGIONAL_2021),
        (Criterion.REGIONAL, date(2099, 1, 1), REGIONAL_2021),
    ],
)
def test_the_rule_of_a_day(criterion: Criterion, day: date, rule: object) -> None:
    assert rule_on(criterion, day) == rule


@pytest.mark.parametrize("criterion", Criterion)
@pytest.mark.parametrize("day", [date(2020, 12, 31), date(1947, 5, 3)])
def test_before_the_programme_no_rule_says_anything(criterion: Criterion, day: date) -> None:
    with pytest.raises(ValueError, match="no rule says"):
        rule_on(criterion, day)


@pytest.mark.parametrize("prefecture", Prefecture)
def test_every_prefecture_is_regional_or_says_in_which_area_it_lies(prefecture: Prefecture) -> None:
    verdict = judge(Criterion.REGIONAL, Firm(prefecture=prefecture), TODAY)
    inside = [area for area, codes in AREAS[REGIONAL_2021.key].items() if prefecture in codes]
    assert verdict.because == (inside[0] if inside else Because.OUTSIDE)
    assert verdict.answer == (NO if inside else YES)


@pytest.mark.parametrize("industry", Industry)
def test_no_industry_has_a_limit_by_accident(industry: Industry) -> None:
    """What the law names is named here once more, so that a new industry needs a thought."""
    expected = {"wholesale": (100, 100), "retail_trade": (50, 50), "services": (50, 100)}.get(
        industry, (300, 300)
    )
    limits = limits_of(industry)
    assert (limits.capital_million_yen, limits.employees) == expected
    assert set(SME_LIMITS) <= set(Industry.values)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_answer_and_reason_has_words(language: str) -> None:
    with translation.override(language):
        for words, vocabulary in ((ANSWERS, Answer), (CRITERIA, Criterion), (REASONS, Because)):
            assert set(words) == set(vocabulary)
            assert all(str(text).strip() for text in words.values())
            assert len({str(text) for text in words.values()}) == len(words)


def test_every_rule_is_told_with_its_source_and_once() -> None:
    assert len({rule.key for rule in RULES}) == len(RULES)
    assert all(rule.source for rule in RULES)
    assert all(len(rule.key) <= 30 for rule in RULES), "as long as the column that keeps it"


# --- with what staff decided -------------------------------------------------------------------------------------


def standing(company: Company, criterion: Criterion = Criterion.MIDSIZE, day: date = TODAY) -> Standing:
    return next(each for each in standings_of(company, day) if each.verdict.rule.criterion == criterion)


def decided(company: Company, answer: Answer, reason: str = "連結では中堅規模です。") -> EligibilityDecision:
    return decide_eligibility(
        company, Criterion.MIDSIZE, decided=answer, reason=reason, by=factories.OfficerFactory()
    )


@pytest.fixture
def small(db: None) -> Company:
    return factories.CompanyFactory(employees=120, capital_million_yen=90)


def test_without_a_decision_the_rule_answers(small: Company) -> None:
    each = standing(small)
    assert (each.answer, each.decision, each.outdated, each.tone) == (NO, None, None, "warn")
    assert str(each.because) == str(REASONS[Because.SMALL_BY_CAPITAL])


@pytest.mark.parametrize(("answer", "tone"), [(YES, "ok"), (NO, "warn")])
def test_a_decision_answers_instead_of_the_rule(answer: Answer, tone: str, small: Company) -> None:
    row = decided(small, answer)
    each = standing(small)
    assert (each.answer, each.decision, each.outdated, each.tone) == (answer, row, None, tone)
    assert str(each.computed) == str(ANSWERS[NO])


def test_the_latest_decision_counts(small: Company) -> None:
    decided(small, YES)
    last = decided(small, NO, "資料が足りません。")
    assert (standing(small).decision, standing(small).answer) == (last, NO)


@pytest.mark.parametrize(
    ("change", "stands"),
    [
        ({"employees": 121}, False),
        ({"capital_million_yen": 91}, False),
        ({"industry": "machinery"}, False),
        ({"employees": None}, False),
        ({"prefecture": "13"}, True),
        ({"business": "ほかの仕事"}, True),
        ({"revenue_band": "b5_10"}, True),
    ],
)
def test_a_decision_stands_as_long_as_the_figures_it_was_made_on(
    change: dict[str, Any], stands: bool, small: Company
) -> None:
    row = decided(small, YES)
    for name, value in change.items():
        setattr(small, name, value)
    each = standing(small)
    assert (each.decision, each.outdated) == ((row, None) if stands else (None, row))


def test_a_decision_comes_back_with_its_figures(small: Company) -> None:
    row = decided(small, YES)
    small.employees = 500
    assert standing(small).outdated == row
    small.employees = 120
    assert standing(small).decision == row


def test_a_decision_under_an_earlier_rule_is_outdated(small: Company) -> None:
    row = decided(small, YES)
    EligibilityDecision.objects.filter(pk=row.pk).update(rule=MIDSIZE_BEFORE.key)
    each = standing(small)
    assert (each.decision, each.outdated, each.answer) == (None, row, NO)


def test_a_decision_on_one_criterion_says_nothing_of_the_other(small: Company) -> None:
    decided(small, YES)
    assert standing(small, Criterion.REGIONAL).decision is None


def test_a_decision_keeps_what_it_was_told_and_is_in_the_trail(small: Company) -> None:
    row = decided(small, YES)
    assert (row.computed, row.decided, row.rule) == ("no", "yes", MIDSIZE_2024.key)
    assert row.inputs == {"industry": "foods", "capital_million_yen": 90, "employees": 120}
    event = AuditEvent.objects.get(action="company.eligibility_decided")
    assert (event.detail["computed"], event.detail["decided"]) == ("no", "yes")
    assert event.target_id == str(small.pk)
    assert judge_all(Firm(**row.inputs), TODAY)[0].answer == NO, "enough to work it out again"


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("figures", [{}, {"employees": 120}, {"employees": 420, "capital_million_yen": 310}])
def test_the_firms_own_page_says_where_it_stands_in_both_languages(
    figures: dict[str, int], language: str, cast: Any, as_user: Any
) -> None:
    values = {"employees": None, "capital_million_yen": None, **figures}
    Company.objects.filter(pk=cast.company.pk).update(**values)
    cast.company.refresh_from_db()
    html = (
        as_user(cast.company_owner)
        .get(f"/{language}{reverse('companies:own').removeprefix('/en')}")
        .content.decode()
    )
    with translation.override(language):
        for each in standings_of(cast.company, TODAY):
            assert str(each.status) in html
