"""What the database itself refuses about partnerships, each by its name."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from matchmaking.matches.enums import Side
from partnerships import actions
from partnerships.enums import AmountKind, PaperKind
from partnerships.models import GateCheck, GateRule, Partnership
from tests.conftest import Cast
from tests.partnerships import stories

pytestmark = pytest.mark.django_db
TESTED_ELSEWHERE = {"partnership_one_of_a_mode", "follow_up_once_a_period", "answer_once_a_side"}
# Of each table: the row's own values, and the constraint that says no.
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("Partnership", {"status": "married"}, "partnership_stage_known"),
    ("Partnership", {"mode": "licence"}, "partnership_mode_known"),
    ("Partnership", {"status": "ended"}, "partnership_end_has_reason"),
    ("Partnership", {"status": "signed"}, "partnership_signed_has_time"),
    ("FollowUp", {"months": 4}, "follow_up_period_known"),
    ("FollowUp", {"status": "perhaps", "settled_at": stories.NOON}, "follow_up_status_known"),
    ("FollowUp", {"decided_side": "staff"}, "follow_up_side_known"),
    ("FollowUp", {"status": "decided", "settled_at": stories.NOON}, "follow_up_decision_has_reason"),
    ("FollowUp", {"status": "confirmed"}, "follow_up_settled_has_time"),
    ("FollowUpAnswer", {"side": "staff"}, "answer_side_known"),
    ("FollowUpAnswer", {"results": []}, "answer_results_known"),
    ("FollowUpAnswer", {"results": ["fame"]}, "answer_results_known"),
    ("FollowUpAnswer", {"results": ["nothing", "sales"]}, "answer_nothing_stands_alone"),
    ("FollowUpAnswer", {"sales": -1}, "answer_amounts_not_negative"),
    ("FollowUpAnswer", {"invested": -1}, "answer_amounts_not_negative"),
    ("FollowUpAnswer", {"sales_currency": "XXX"}, "answer_currencies_known"),
    ("FollowUpAnswer", {"invested_currency": ""}, "answer_currencies_known"),
    ("FollowUpAnswer", {"without": "maybe"}, "answer_without_known"),
    ("FollowUpLink", {"side": "staff"}, "outcome_link_side_known"),
    ("FollowUpLink", {"token_hash": "the secret itself"}, "outcome_link_token_is_hashed"),
    ("FollowUpLink", {"expires_at": stories.NOON}, "outcome_link_expires_later"),
    ("NextStep", {"owner": "nobody"}, "step_owner_known"),
    ("NextStep", {"done_at": stories.NOON}, "step_done_by_somebody"),
    ("Paper", {"kind": "letter"}, "paper_kind_known"),
    ("Paper", {"side": ""}, "paper_side_known"),
    ("Amount", {"amount": 0}, "partnership_amount_positive"),
    ("Amount", {"amount": -5}, "partnership_amount_positive"),
    ("Amount", {"kind": "gift"}, "partnership_amount_kind_known"),
    ("Amount", {"currency": "XXX"}, "partnership_amount_currency_known"),
    ("SupportMeasure", {"amount": 0}, "measure_amount_positive"),
    ("SupportMeasure", {"currency": "XXX"}, "measure_currency_known"),
    ("GateRule", {"modes": []}, "gate_modes_known"),
    ("GateRule", {"modes": ["licence"]}, "gate_modes_known"),
    ("GateRule", {"before": "exploring"}, "gate_before_known"),
    ("GateRule", {"before": "ended"}, "gate_before_known"),
    ("GateRule", {"countries": ["SG"], "except_countries": ["VN"]}, "gate_countries_or_exceptions"),
    ("GateRule", {"checked_on": None}, "gate_compared_on_a_day"),
    ("GateCheck", {"status": "perhaps", "decided_on": stories.TODAY}, "gate_status_known"),
    ("GateCheck", {"status": "settled"}, "gate_decided_has_day"),
    ("GateCheck", {"status": "not_needed"}, "gate_decided_has_day"),
]


@pytest.fixture
def rows(cast: Cast) -> dict[str, models.Model]:
    actions.compare(stories.only_rule(), stories.TODAY, by=cast.officer)
    begun = stories.begun(cast)
    follow_up = stories.answered(stories.follow_up_of(begun), cast.company_owner)
    actions.send_links(follow_up, side=Side.STARTUP, by=cast.officer, now=stories.NOON)
    return {
        "Partnership": begun,
        "FollowUp": follow_up,
        "FollowUpAnswer": follow_up.answers.get(),
        "FollowUpLink": follow_up.links.earliest("pk"),
        "NextStep": stories.a_step(begun, cast.officer),
        "Paper": actions.add_paper(begun, PaperKind.NDA, stories.TODAY, by=cast.officer),
        "Amount": actions.add_amount(
            begun, AmountKind.BUDGET, stories.Decimal(5), "JPY", stories.TODAY, by=cast.officer
        ),
        "SupportMeasure": actions.add_measure(begun, "Subsidy", stories.TODAY, by=cast.officer),
        "GateRule": GateRule.objects.in_use().get(),
        "GateCheck": begun.checks.get(),
    }


@pytest.mark.parametrize(("table", "values", "name"), REFUSED)
def test_the_database_refuses(
    rows: dict[str, models.Model], table: str, values: dict[str, Any], name: str
) -> None:
    row = rows[table]
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk).update(**values)


def test_a_rule_is_on_a_partnership_s_list_once(rows: dict[str, models.Model]) -> None:
    check = rows["GateCheck"]
    assert isinstance(check, GateCheck)
    with pytest.raises(IntegrityError, match="gate_once_a_partnership"), transaction.atomic():
        GateCheck.objects.create(partnership=check.partnership, rule=check.rule)


def test_a_period_is_asked_about_once_and_each_side_answers_once(rows: dict[str, models.Model]) -> None:
    for table, name in (("FollowUp", "follow_up_once_a_period"), ("FollowUpAnswer", "answer_once_a_side")):
        twin = type(rows[table])._default_manager.get(pk=rows[table].pk)
        twin.pk = None
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            twin.save(force_insert=True)


def test_a_partnership_that_anything_hangs_on_is_not_deleted(rows: dict[str, models.Model]) -> None:
    with pytest.raises(models.ProtectedError):
        Partnership.objects.all().delete()


def test_every_constraint_of_the_app_is_tried() -> None:
    own = {
        constraint.name
        for model in apps.get_app_config("partnerships").get_models()
        for constraint in model._meta.constraints
    }
    assert own == {name for _table, _values, name in REFUSED} | TESTED_ELSEWHERE | {"gate_once_a_partnership"}
