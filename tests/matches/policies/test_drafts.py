"""Policies in the making: drafted, changed, discarded, put in force; and that what was in force stays as it was."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.utils import InternalError

from matchmaking.core import jobs
from matchmaking.core.models import AuditEvent, Job
from matchmaking.core.transitions import TransitionNotAllowed, move
from matchmaking.matches import actions
from matchmaking.matches.engine.policy import Policy, PolicyError, load_policy
from matchmaking.matches.enums import POLICY_TRANSITIONS, PolicyStatus, RunStatus
from matchmaking.matches.models import Match, Run, ScoringPolicy
from tests.conftest import Cast
from tests.matches import world

pytestmark = pytest.mark.django_db

WEIGHTS = dict(load_policy().weights)
HEAVY_FIELD = {**WEIGHTS, "field": 0.9}


@pytest.fixture
def draft(cast: Cast) -> ScoringPolicy:
    return actions.draft_policy(weights=HEAVY_FIELD, by=cast.administrator)


def confirmed(draft: ScoringPolicy) -> dict[str, Any]:
    """What somebody sends who has just looked at the check page."""
    current = ScoringPolicy.objects.in_force().first()
    return {"reason": "The field counts for more.", "seen": actions.seen_by(draft, current)}


def test_a_draft_is_the_next_version_of_what_is_in_force_and_changes_nothing(cast: Cast) -> None:
    current = actions.ensure_policy()
    draft = actions.draft_policy(weights=HEAVY_FIELD, by=cast.administrator)
    assert (draft.version, draft.status, draft.based_on, draft.drafted_by) == (
        current.version + 1,
        PolicyStatus.DRAFT,
        current,
        cast.administrator,
    )
    assert ScoringPolicy.objects.in_force().get() == current
    policy = Policy.from_dict(draft.parameters)
    assert (policy.weights["field"], policy.version) == (0.9, draft.version)
    event = AuditEvent.objects.get(action="scoringpolicy.draft")
    assert (event.actor_id, event.detail["based_on"]) == (cast.administrator.pk, current.version)


def test_a_draft_needs_no_policy_in_force_before(cast: Cast) -> None:
    actions.draft_policy(weights=HEAVY_FIELD, by=cast.administrator)
    assert sorted(ScoringPolicy.objects.values_list("status", flat=True)) == ["draft", "in_force"]


@pytest.mark.parametrize("bad", [-1.0, float("nan")])
def test_a_draft_without_sense_is_not_made(cast: Cast, bad: float) -> None:
    with pytest.raises(PolicyError):
        actions.draft_policy(weights={**WEIGHTS, "size": bad}, by=cast.administrator)
    assert not ScoringPolicy.objects.drafts().exists()


def test_editing_a_draft_twice_is_the_same_as_once(cast: Cast, draft: ScoringPolicy) -> None:
    """The scale is worked out from the policy it came from, so that roundings do not add up."""
    for weights in ({**WEIGHTS, "field": 2.0}, HEAVY_FIELD):
        actions.edit_draft(draft, weights=weights, by=cast.administrator)
    fresh = actions.draft_policy(weights=HEAVY_FIELD, by=cast.administrator)
    draft.refresh_from_db()
    assert draft.parameters["scale"] == fresh.parameters["scale"]
    assert AuditEvent.objects.filter(action="scoringpolicy.edited").count() == 2


@pytest.mark.parametrize("status", [PolicyStatus.IN_FORCE, PolicyStatus.RETIRED, PolicyStatus.DISCARDED])
def test_only_drafts_can_be_edited(cast: Cast, draft: ScoringPolicy, status: str) -> None:
    ScoringPolicy.objects.in_force().update(status=PolicyStatus.RETIRED)
    ScoringPolicy.objects.filter(pk=draft.pk).update(status=status)
    before = ScoringPolicy.objects.get(pk=draft.pk).parameters
    with pytest.raises(TransitionNotAllowed):
        actions.edit_draft(draft, weights=WEIGHTS, by=cast.administrator)
    assert ScoringPolicy.objects.get(pk=draft.pk).parameters == before


def test_a_discarded_draft_stays_on_record_and_cannot_come_back(cast: Cast, draft: ScoringPolicy) -> None:
    actions.discard_draft(draft, by=cast.administrator)
    draft.refresh_from_db()
    assert (draft.status, draft.retired_at is not None) == (PolicyStatus.DISCARDED, True)
    with pytest.raises(TransitionNotAllowed):
        actions.put_in_force(draft, by=cast.administrator, **confirmed(draft))
    with pytest.raises(TransitionNotAllowed):
        actions.discard_draft(draft, by=cast.administrator)


@pytest.mark.parametrize("before", PolicyStatus.values)
def test_a_policy_moves_only_as_its_table_says(before: str) -> None:
    for version, after in enumerate(PolicyStatus.values, start=100):
        row = ScoringPolicy.objects.create(version=version, status=before, parameters={})
        if after in POLICY_TRANSITIONS[before]:
            move(row, after, by=None)
        else:
            with pytest.raises(TransitionNotAllowed):
                move(row, after, by=None)
        if row.status == PolicyStatus.IN_FORCE:
            ScoringPolicy.objects.filter(pk=row.pk).update(status=PolicyStatus.RETIRED)


# --- Put in force ------------------------------------------------------------------------------------------------


def test_putting_in_force_retires_the_old_one_says_who_and_why_and_starts_a_run(
    cast: Cast, draft: ScoringPolicy
) -> None:
    old = ScoringPolicy.objects.in_force().get()
    run = actions.put_in_force(draft, by=cast.administrator, **confirmed(draft))
    draft.refresh_from_db()
    old.refresh_from_db()
    assert (old.status, draft.status) == (PolicyStatus.RETIRED, PolicyStatus.IN_FORCE)
    assert draft.put_in_force_by == cast.administrator
    assert (draft.reason, draft.in_force_since) == ("The field counts for more.", old.retired_at)
    assert (run.policy, run.status, run.started_by) == (draft, RunStatus.QUEUED, cast.administrator)
    assert Job.objects.filter(name="matches.plan_run").count() == 1
    event = AuditEvent.objects.get(action="scoringpolicy.in_force", target_id=str(draft.pk))
    assert event.detail["reason"] == "The field counts for more."


def test_a_run_under_way_gives_way_to_the_run_of_the_new_policy(cast: Cast, draft: ScoringPolicy) -> None:
    old = actions.start_run(by=cast.officer)
    new = actions.put_in_force(draft, by=cast.administrator, **confirmed(draft))
    old.refresh_from_db()
    assert (old.status, new.status) == (RunStatus.CANCELLED, RunStatus.QUEUED)
    assert Run.objects.under_way().get() == new


def test_what_changed_since_somebody_looked_is_a_conflict(cast: Cast, draft: ScoringPolicy) -> None:
    """The draft was edited, or another policy came into force: nothing happens, and nobody's choice is lost."""
    looked = confirmed(draft)
    actions.edit_draft(draft, weights={**WEIGHTS, "field": 1.0}, by=cast.administrator)
    with pytest.raises(TransitionNotAllowed):
        actions.put_in_force(draft, by=cast.administrator, **looked)
    other, looked = actions.draft_policy(weights=WEIGHTS, by=cast.administrator), confirmed(draft)
    actions.put_in_force(other, by=cast.administrator, **confirmed(other))
    with pytest.raises(TransitionNotAllowed):
        actions.put_in_force(draft, by=cast.administrator, **looked)
    assert ScoringPolicy.objects.in_force().get() == other
    assert Run.objects.count() == 1


def test_a_draft_that_lacks_parts_of_todays_score_does_not_come_into_force(
    cast: Cast, draft: ScoringPolicy
) -> None:
    draft.parameters["weights"].pop("advice")
    draft.save()
    with pytest.raises(TransitionNotAllowed):
        actions.put_in_force(draft, by=cast.administrator, **confirmed(draft))


@pytest.mark.usefixtures("vectors")
def test_every_match_says_its_policy_the_touched_one_that_fell_off_its_lists_too(cast: Cast) -> None:
    world.populate()
    world.run_now()
    old = ScoringPolicy.objects.in_force().get()
    assert set(Match.objects.values_list("policy_id", flat=True)) == {old.pk}
    draft = actions.draft_policy(weights=HEAVY_FIELD, by=cast.administrator)
    actions.put_in_force(draft, by=cast.administrator, **confirmed(draft))
    assert set(Match.objects.values_list("policy_id", flat=True)) == {old.pk}  # until the run has finished
    jobs.run_due()
    assert set(Match.objects.values_list("policy_id", flat=True)) == {draft.pk}
    caps = draft.parameters["scale"]["caps"]
    over = [match for match in Match.objects.all() if any(match.parts[name] > caps[name] for name in caps)]
    assert over == []


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_put_in_force_at_once_one_succeeds(cast: Cast) -> None:
    drafts = [actions.draft_policy(weights=HEAVY_FIELD, by=cast.administrator) for _each in range(2)]
    looked = [confirmed(draft) for draft in drafts]

    def attempt(number: int) -> str:
        try:
            actions.put_in_force(drafts[number], by=cast.administrator, **looked[number])
            return "done"
        except TransitionNotAllowed:
            return "conflict"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, range(2))) == ["conflict", "done"]
    assert (ScoringPolicy.objects.in_force().count(), Run.objects.count()) == (1, 1)
    assert sorted(ScoringPolicy.objects.values_list("status", flat=True)) == ["draft", "in_force", "retired"]


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_draft_at_once_get_a_version_each(cast: Cast) -> None:
    actions.ensure_policy()

    def attempt(_number: int) -> int:
        try:
            return actions.draft_policy(weights=HEAVY_FIELD, by=cast.administrator).version
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        versions = sorted(pool.map(attempt, range(3)))
    assert versions == list(range(versions[0], versions[0] + 3))


# --- Never changed in place --------------------------------------------------------------------------------------

UPDATE = "update matches_scoringpolicy set {} where id = %s"
CHANGES = {
    "a weight": "parameters = jsonb_set(parameters, '{weights,field}', '5')",
    "everything": "parameters = '{}'",
    "the version": "version = version + 50",
}


def sql(statement: str, *values: object) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


@pytest.mark.parametrize("status", [PolicyStatus.IN_FORCE, PolicyStatus.RETIRED, PolicyStatus.DISCARDED])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_database_refuses_to_change_what_is_no_draft(status: str, change: str) -> None:
    row = ScoringPolicy.objects.create(version=50, status=status, parameters=load_policy().to_dict())
    with pytest.raises(InternalError, match="Cannot update"):
        sql(UPDATE.format(change), row.pk)
    with pytest.raises(InternalError, match="Cannot update"):  # nor together with a way back to draft
        sql(UPDATE.format(f"status = 'draft', {change}"), row.pk)
    fresh = ScoringPolicy.objects.get(pk=row.pk)
    assert (fresh.version, fresh.parameters) == (50, json.loads(json.dumps(load_policy().to_dict())))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_draft_may_be_changed(draft: ScoringPolicy, change: str) -> None:
    assert sql(UPDATE.format(change), draft.pk) == 1


@pytest.mark.parametrize(
    ("status", "kept"),
    [("in_force", True), ("retired", True), ("draft", False), ("discarded", False)],
)
def test_what_has_been_in_force_is_never_deleted(status: str, kept: bool) -> None:
    row = ScoringPolicy.objects.create(version=50, status=status, parameters={})
    if kept:
        with pytest.raises(InternalError, match="Cannot delete"):
            sql("delete from matches_scoringpolicy where id = %s", row.pk)
    else:
        assert sql("delete from matches_scoringpolicy where id = %s", row.pk) == 1
    assert ScoringPolicy.objects.filter(pk=row.pk).exists() is kept
