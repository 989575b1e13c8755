"""The database has the last word on firms, their challenges and what staff decided about them.

Every statement here goes past the portal's own code, as an operator's or a mistaken migration's would.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F, Model, ProtectedError
from django.utils import timezone

from accounts.models import Organisation
from companies.eligibility import MIDSIZE_2024, Criterion
from companies.models import Challenge, Company, CompanyEvent, EligibilityDecision
from matchmaking.core.enums import CooperationMode, Field, Industry
from matchmaking.core.prefectures import Prefecture
from tests import factories

pytestmark = pytest.mark.django_db


def refused(row: Model, name: str, **values: Any) -> None:
    """A plain UPDATE of the row fails by that constraint and changes nothing."""
    before = type(row)._default_manager.filter(pk=row.pk).values().get()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk).update(**values)
    assert type(row)._default_manager.filter(pk=row.pk).values().get() == before


def kept(row: Model, **values: Any) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**values)
    row.refresh_from_db()
    assert {name: getattr(row, name) for name in values} == values


NUMBERS_THAT_ARE_NONE = [
    "",
    "1",
    "507000100071",
    "50700010007１5",
    "507000100071x",
    "-507000100071",
]


@pytest.mark.parametrize("number", NUMBERS_THAT_ARE_NONE)
def test_a_corporate_number_has_thirteen_plain_digits(number: str) -> None:
    refused(factories.CompanyFactory(), "company_number_thirteen_digits", corporate_number=number)


def test_a_number_longer_than_its_column_does_not_fit_either() -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Company.objects.filter(pk=factories.CompanyFactory().pk).update(corporate_number="50700010007155")


def test_one_number_belongs_to_one_firm_and_nobodys_number_to_many() -> None:
    first, second = factories.CompanyFactory.create_batch(2)
    refused(second, "corporate_number", corporate_number=first.corporate_number)
    for firm in (first, second):
        kept(firm, corporate_number=None)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("company_prefecture_known", {"prefecture": "00"}),
        ("company_prefecture_known", {"prefecture": "48"}),
        ("company_prefecture_known", {"prefecture": "1"}),
        ("company_industry_known", {"industry": "alchemy"}),
        ("company_industry_known", {"industry": "Foods"}),
        ("company_countries_disjoint", {"preferred_countries": ["SG"], "excluded_countries": ["VN", "SG"]}),
        ("employees", {"employees": -1}),
        ("capital_million_yen", {"capital_million_yen": -1}),
    ],
)
def test_what_cannot_be_true_of_a_firm_is_refused(name: str, values: dict[str, Any]) -> None:
    refused(factories.CompanyFactory(), name, **values)


@pytest.mark.parametrize(
    "values",
    [
        {"prefecture": "47"},
        {"preferred_countries": ["SG"], "excluded_countries": ["VN"]},
        {"preferred_countries": [], "excluded_countries": []},
        {"employees": 0, "capital_million_yen": 0},
        {"employees": None, "capital_million_yen": None},
        {"employees": 2_147_483_647},
    ],
)
def test_what_may_be_true_of_a_firm_is_kept(values: dict[str, Any]) -> None:
    kept(factories.CompanyFactory(), **values)


def test_a_draft_may_still_lack_where_it_is_and_what_it_does() -> None:
    kept(factories.CompanyFactory(organisation__status="draft"), prefecture="", industry="")


@pytest.mark.parametrize("value", Prefecture.values)
def test_the_database_knows_every_prefecture(value: str) -> None:
    kept(factories.CompanyFactory(), prefecture=value)


@pytest.mark.parametrize("value", Industry.values)
def test_the_database_knows_every_industry(value: str) -> None:
    kept(factories.CompanyFactory(), industry=value)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("challenge_field_known", {"field": "space"}),
        ("challenge_field_known", {"field": "Retail"}),
        ("challenge_modes_known", {"modes": ["marriage"]}),
        ("challenge_modes_known", {"modes": ["investment", "marriage"]}),
    ],
)
def test_what_cannot_be_true_of_a_challenge_is_refused(name: str, values: dict[str, Any]) -> None:
    refused(factories.ChallengeFactory(), name, **values)


@pytest.mark.parametrize(
    "values",
    [
        {"field": "", "modes": []},
        {"modes": CooperationMode.values},
        {"capabilities": None},
        {"capabilities": []},
        {"text": "", "deadline": None},
        *({"field": field} for field in Field.values),
    ],
)
def test_what_may_be_true_of_a_challenge_is_kept(values: dict[str, Any]) -> None:
    kept(factories.ChallengeFactory(), **values)


def test_a_firm_has_one_challenge_of_a_title_and_two_firms_may_share_it() -> None:
    first = factories.ChallengeFactory(title="レジ")
    second = factories.ChallengeFactory(company=first.company, title="冷凍庫")
    refused(second, "challenge_title_unique_in_company", title="レジ")
    kept(factories.ChallengeFactory(title="冷凍庫"), title="レジ")


def decision(**values: Any) -> EligibilityDecision:
    values = {
        "criterion": Criterion.MIDSIZE.value,
        "rule": MIDSIZE_2024.key,
        "computed": "no",
        "decided": "yes",
        "inputs": {},
        "reason": "連結では中堅規模です。",
        "at": timezone.now(),
        **values,
    }
    values.setdefault("company", factories.CompanyFactory())
    values.setdefault("by", factories.OfficerFactory())
    return EligibilityDecision.objects.create(**values)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("eligibility_criterion_known", {"criterion": "size"}),
        ("eligibility_answers_known", {"computed": "?"}),
        ("eligibility_answers_known", {"decided": "open"}),
        ("eligibility_answers_known", {"decided": ""}),
        ("eligibility_has_reason", {"reason": ""}),
    ],
)
def test_a_decision_says_what_and_why(name: str, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        decision(**values)


@pytest.mark.parametrize("computed", ["yes", "no", "open"])
@pytest.mark.parametrize("decided", ["yes", "no"])
def test_staff_may_decide_yes_or_no_whatever_the_rule_says(computed: str, decided: str) -> None:
    row = decision(computed=computed, decided=decided)
    assert str(row).endswith(f"({Criterion.MIDSIZE}: {decided})")


def test_what_others_lean_on_is_not_deleted_under_them() -> None:
    row = decision()
    factories.ChallengeFactory(company=row.company)
    for owner in (row.company, row.company.organisation, row.by):
        with pytest.raises(ProtectedError), transaction.atomic():
            owner.delete()
    assert Organisation.objects.filter(company=row.company).exists()


@pytest.mark.parametrize("sign", [1, -1])
def test_every_edit_past_the_code_leaves_a_state_in_the_history(sign: int) -> None:
    firm = factories.CompanyFactory()
    before = CompanyEvent.objects.filter(pgh_obj=firm).count()
    Company.objects.filter(pk=firm.pk).update(employees=F("employees") + sign)
    states = CompanyEvent.objects.filter(pgh_obj=firm).order_by("pgh_id")
    assert states.count() == before + 1
    assert states.last().employees == firm.employees + sign


def test_the_history_can_be_neither_changed_nor_deleted() -> None:
    firm = factories.CompanyFactory()
    Company.objects.filter(pk=firm.pk).update(employees=1)
    states = CompanyEvent.objects.filter(pgh_obj=firm)
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        states.update(employees=2)
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        states.delete()


def test_a_title_of_challenges_is_as_long_as_its_column() -> None:
    challenge = factories.ChallengeFactory()
    kept(challenge, title="課" * 80)
    with pytest.raises(DatabaseError), transaction.atomic():
        Challenge.objects.filter(pk=challenge.pk).update(title="課" * 81)
