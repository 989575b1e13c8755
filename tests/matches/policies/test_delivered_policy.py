"""A portal whose policy is the one it was first delivered with is offered the one calibrated anew as a draft."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from matchmaking.matches import actions
from matchmaking.matches.engine.policy import Policy, load_policy
from matchmaking.matches.enums import PolicyStatus
from matchmaking.matches.models import ScoringPolicy
from tests.conftest import Cast
from tests.matches.pages import main, words

pytestmark = pytest.mark.django_db
migration = import_module("matchmaking.matches.migrations.0022_recalibrated_policy")
WEIGHTS = dict(load_policy().weights)


@pytest.fixture
def first(db: None) -> ScoringPolicy:
    """In force since the beginning, with another spread of readiness."""
    actions.ensure_thesaurus()
    parameters = load_policy().to_dict()
    parameters["version"] = migration.FIRST
    parameters["calibration"]["sds"] = {**parameters["calibration"]["sds"], "stage": 0.2}
    return ScoringPolicy.objects.create(
        version=migration.FIRST, status=PolicyStatus.IN_FORCE, parameters=parameters
    )


def offer() -> None:
    migration.offer(apps, None)


def test_the_policy_calibrated_anew_waits_as_a_draft_and_nothing_else_changes(first: ScoringPolicy) -> None:
    offer()
    draft = ScoringPolicy.objects.drafts().get()
    delivered = {**load_policy().to_dict(), "version": draft.version}
    assert Policy.from_dict(draft.parameters) == Policy.from_dict(delivered)
    assert (draft.version, draft.based_on, draft.drafted_by) == (first.version + 1, None, None)
    assert ScoringPolicy.objects.in_force().get() == first


def test_it_is_offered_once(first: ScoringPolicy) -> None:
    offer()
    offer()
    assert ScoringPolicy.objects.count() == 2


def test_who_gives_it_other_weights_keeps_what_was_calibrated_anew(first: ScoringPolicy, cast: Cast) -> None:
    offer()
    draft = ScoringPolicy.objects.drafts().get()
    actions.edit_draft(draft, weights={**WEIGHTS, "field": 0.5}, by=cast.administrator)
    draft.refresh_from_db()
    edited, delivered = Policy.from_dict(draft.parameters), load_policy()
    assert edited.weights["field"] == 0.5
    assert edited.calibration == delivered.calibration != Policy.from_dict(first.parameters).calibration


def test_a_draft_that_somebody_has_begun_is_left_alone(first: ScoringPolicy, cast: Cast) -> None:
    draft = actions.draft_policy(weights={**WEIGHTS, "field": 0.5}, by=cast.administrator)
    offer()
    assert ScoringPolicy.objects.drafts().get() == draft


@pytest.mark.parametrize(
    "changed", [{"weights": {**WEIGHTS, "field": 0.5}}, {"version": 7}, {"thesaurus": "another"}], ids=str
)
def test_whoever_has_a_policy_of_their_own_keeps_it(db: None, changed: dict[str, Any]) -> None:
    parameters = {**load_policy().to_dict(), "version": migration.FIRST, **changed}
    ScoringPolicy.objects.create(version=9, status=PolicyStatus.IN_FORCE, parameters=parameters)
    offer()
    assert not ScoringPolicy.objects.drafts().exists()


def test_a_new_portal_is_offered_nothing(db: None) -> None:
    offer()
    actions.ensure_policy()
    offer()
    assert not ScoringPolicy.objects.drafts().exists()


def test_an_administrator_sees_where_the_draft_comes_from_and_puts_it_in_force(
    first: ScoringPolicy, cast: Cast, as_user: Any
) -> None:
    offer()
    draft, client = ScoringPolicy.objects.drafts().get(), as_user(cast.administrator)
    assert isinstance(client, Client)
    page = client.get(reverse("matches:policy", args=[draft.pk])).content.decode()
    assert "Delivered with the portal" in words(main(page))
    seen = actions.seen_by(draft, first)
    actions.put_in_force(draft, reason="Readiness is asked for now.", seen=seen, by=cast.administrator)
    draft.refresh_from_db()
    assert (draft.status, ScoringPolicy.objects.in_force().get()) == (PolicyStatus.IN_FORCE, draft)
