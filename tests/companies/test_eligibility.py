"""The rules of eligibility at every limit, and what staff decide about them."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from companies.actions import TOKYO, decide_eligibility
from companies.eligibility import (
    MIDSIZE_2024,
    MIDSIZE_BEFORE,
    MOST_EMPLOYEES,
    OTHERS,
    SME_LIMITS,
    Answer,
    Because,
    Criterion,
    Firm,
    judge,
    limits_of,
    rule_on,
)
from companies.models import Company
from companies.standing import standings_of
from matchmaking.core.enums import Industry
from matchmaking.core.models import AuditEvent
from matchmaking.core.prefectures import Prefecture
from tests import factories
from tests.pages import errors_of

TODAY = date(2026, 11, 26)
industries = st.sampled_from(Industry.values)
figures = st.one_of(st.none(), st.integers(0, 10_000))


def answer(capital: int | None, employees: int | None, industry: str = "foods") -> tuple[Answer, Because]:
    verdict = judge(Criterion.MIDSIZE, Firm(industry, capital, employees), TODAY)
    return verdict.answer, verdict.because


@pytest.mark.parametrize("industry", ["foods", "construction", "land_transport", *SME_LIMITS])
def test_one_above_both_limits_is_midsize_and_either_limit_makes_a_firm_small(industry):
    limits = limits_of(industry)
    assert limits == SME_LIMITS.get(industry, OTHERS)
    capital, employees = limits.capital_million_yen, limits.employees
    assert answer(capital + 1, employees + 1, industry) == (Answer.YES, Because.MIDSIZE)
    assert answer(capital, employees + 1, industry) == (Answer.NO, Because.SMALL_BY_CAPITAL)
    assert answer(capital + 1, employees, industry) == (Answer.NO, Because.SMALL_BY_EMPLOYEES)


def test_two_thousand_regular_employees_are_the_most():
    assert answer(5_000, MOST_EMPLOYEES)[0] == Answer.YES
    assert answer(5_000, MOST_EMPLOYEES + 1) == (Answer.NO, Because.TOO_MANY_EMPLOYEES)


@given(industries, figures, figures)
def test_the_answer_is_what_the_law_says_of_the_figures(industry, capital, employees):
    found, because = answer(capital, employees, industry)
    limits = limits_of(industry)
    small = (capital is not None and capital <= limits.capital_million_yen) or (
        employees is not None and employees <= limits.employees
    )
    large = employees is not None and employees > MOST_EMPLOYEES
    if small or large:
        assert found == Answer.NO
    elif capital is None or employees is None:
        assert (found, because) == (Answer.OPEN, Because.FIGURES_MISSING)
    else:
        assert found == Answer.YES


@given(industries, figures, figures)
def test_a_missing_figure_never_decides_what_the_figure_could_turn(industry, capital, employees):
    """If the answer is given although something is missing, no value of it would change the answer."""
    if capital is None and answer(None, employees, industry)[0] != Answer.OPEN:
        assert {answer(value, employees, industry)[0] for value in (0, 50, 301, 9_999)} == {Answer.NO}


@pytest.mark.parametrize(
    ("capital", "found"),
    [
        (99, Because.CAPITAL_BELOW),
        (100, Because.MIDSIZE),
        (999, Because.MIDSIZE),
        (1_000, Because.CAPITAL_ABOVE),
        (None, Because.FIGURES_MISSING),
    ],
)
def test_before_the_law_the_capital_decided(capital, found):
    verdict = judge(Criterion.MIDSIZE, Firm("foods", capital, 5), date(2024, 9, 1))
    assert (verdict.rule, verdict.because) == (MIDSIZE_BEFORE, found)


def test_the_law_begins_on_its_day():
    assert rule_on(Criterion.MIDSIZE, date(2024, 9, 1)) == MIDSIZE_BEFORE
    assert rule_on(Criterion.MIDSIZE, date(2024, 9, 2)) == MIDSIZE_2024
    with pytest.raises(ValueError, match="no rule"):
        rule_on(Criterion.MIDSIZE, date(2020, 12, 31))


def test_every_prefecture_is_inside_one_area_or_outside():
    found = {
        code: judge(Criterion.REGIONAL, Firm(prefecture=code), TODAY).because for code in Prefecture.values
    }
    inside = {code for code, because in found.items() if because != Because.OUTSIDE}
    assert inside == {"11", "12", "13", "14", "21", "23", "24", "26", "27", "28", "29"}
    assert judge(Criterion.REGIONAL, Firm(), TODAY).answer == Answer.OPEN


def test_a_verdict_keeps_what_it_was_told():
    verdict = judge(Criterion.MIDSIZE, Firm("wholesale", 101, 101, "15"), TODAY)
    assert verdict.inputs == {"industry": "wholesale", "capital_million_yen": 101, "employees": 101}
    assert verdict.limits == SME_LIMITS["wholesale"]


# --- what staff decide ---------------------------------------------------------------------------------------------


@pytest.fixture
def small(db: None) -> Company:
    return factories.CompanyFactory(capital_million_yen=90, employees=184)


def midsize(company: Company) -> object:
    return standings_of(Company.objects.get(pk=company.pk), timezone.localdate(timezone=TOKYO))[0]


def test_a_decision_stands_until_the_figures_change(small):
    officer = factories.OfficerFactory()
    assert midsize(small).answer == Answer.NO
    decide_eligibility(small, Criterion.MIDSIZE, decided=Answer.YES, reason="Part of a group.", by=officer)
    standing = midsize(small)
    assert (standing.answer, standing.verdict.answer, standing.decision.by) == (
        Answer.YES,
        Answer.NO,
        officer,
    )
    Company.objects.filter(pk=small.pk).update(employees=150)
    standing = midsize(small)
    assert (standing.answer, standing.decision, standing.outdated.reason) == (
        Answer.NO,
        None,
        "Part of a group.",
    )


def test_staff_decide_on_a_page_and_it_is_recorded(small, as_user):
    client = as_user(factories.OfficerFactory())
    url = reverse("companies:eligibility", args=[small.pk])
    assert "small: up to 300" in client.get(url).content.decode()
    page = client.post(url, {"criterion": "midsize", "decided": "yes", "reason": ""})
    assert list(errors_of(page)) == ["reason"]
    client.post(url, {"criterion": "midsize", "decided": "yes", "reason": "Part of a group."})
    decision = small.eligibility_decisions.get()
    assert (decision.rule, decision.computed, decision.decided, decision.inputs["employees"]) == (
        "midsize-2024", "no", "yes", 184,
    )  # fmt: skip
    event = AuditEvent.objects.get(action="company.eligibility_decided")
    assert (event.detail["computed"], event.detail["decided"], event.detail["reason"]) == (
        "no", "yes", "Part of a group.",
    )  # fmt: skip
    assert "Part of a group." in client.get(reverse("companies:detail", args=[small.pk])).content.decode()


def test_the_firm_reads_kind_words_and_may_apply_in_any_case(small, as_user):
    client = as_user(factories.MembershipFactory(organisation=small.organisation).user)
    page = client.get(reverse("companies:own")).content.decode()
    assert "By its capital, the law counts the firm as small or medium-sized." in page
    assert "You may apply in any case" in page
