"""What the database itself refuses about experts and research, each by its name."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from research.models import Commission, Conflict, Expert, Refusal
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.test_constraints import copy, refusal
from tests.research import works

pytestmark = pytest.mark.django_db
TESTED = {
    "expert_tags_known",
    "expert_capacity_in_range",
    "conflict_once_for_each_organisation",
    "refusal_once",
    "refusal_reason_known",
    "commission_status_known",
    "commission_field_known",
    "commission_language_known",
    "commission_has_question",
    "commission_in_hand_has_expert",
    "commission_published_has_time",
    "commission_cancelled_has_reason",
}


def test_every_constraint_of_the_app_has_a_test() -> None:
    named = {
        each.name
        for model in apps.get_app_config("research").get_models()
        for each in model._meta.constraints
    }
    assert named == TESTED


@pytest.fixture
def commission(cast: Cast) -> Commission:
    return works.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"capacity": 11}, "expert_capacity_in_range"),
        ({"fields": ["space"]}, "expert_tags_known"),
        ({"languages": ["xx"]}, "expert_tags_known"),
    ],
)
def test_experts(change: dict[str, Any], name: str, cast: Cast) -> None:
    rows = Expert.objects.filter(user=cast.expert)
    assert refusal(lambda: rows.update(**change)) == name
    rows.update(capacity=10)
    rows.update(capacity=0)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"status": "lost"}, "commission_status_known"),
        ({"field": "space"}, "commission_field_known"),
        ({"language": "fr"}, "commission_language_known"),
        ({"question": ""}, "commission_has_question"),
        ({"status": "assigned"}, "commission_in_hand_has_expert"),
        ({"status": "delivered"}, "commission_in_hand_has_expert"),
        ({"status": "returned"}, "commission_in_hand_has_expert"),
        ({"status": "cancelled"}, "commission_cancelled_has_reason"),
        (
            {"status": "published", "expert": True, "due": works.DUE, "assigned_at": timezone.now},
            "commission_published_has_time",
        ),
        (
            {"status": "published", "published_at": timezone.now, "delivered_at": timezone.now},
            "commission_in_hand_has_expert",
        ),
    ],
)
def test_commissions(change: dict[str, Any], name: str, commission: Commission, cast: Cast) -> None:
    values = {key: value() if callable(value) else value for key, value in change.items()}
    if "expert" in values:
        values["expert"] = cast.expert.pk
    assert refusal(lambda: Commission.objects.filter(pk=commission.pk).update(**values)) == name


def test_refusals_and_conflicts_are_there_once(commission: Commission, cast: Cast) -> None:
    expert = Expert.objects.get(user=cast.expert)
    given = Refusal.objects.create(commission=commission, expert=expert, reason="time")
    assert refusal(lambda: Refusal.objects.update(reason="moods")) == "refusal_reason_known"
    assert refusal(lambda: copy(given)) == "refusal_once"
    copy(Refusal.objects.get(), expert=factories.ExpertFactory())
    declared = Conflict.objects.create(expert=expert, organisation=cast.startup.organisation)
    assert refusal(lambda: copy(declared)) == "conflict_once_for_each_organisation"
    copy(Conflict.objects.get(), organisation=cast.company.organisation)
    assert str(Conflict.objects.latest("pk")) == f"{expert} / {cast.company}"
