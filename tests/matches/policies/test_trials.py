"""A draft tried end to end, with the real encoders and the real ledger: what it finds, and what it leaves alone."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from django.db import IntegrityError

from matchmaking.core import jobs, notices
from matchmaking.core.models import AuditEvent, Job, JobState, Notice
from matchmaking.core.transitions import TransitionNotAllowed, move
from matchmaking.matches import actions, tasks
from matchmaking.matches.actions.drafts import seen_by
from matchmaking.matches.engine.policy import SLICES, load_policy
from matchmaking.matches.enums import TRIAL_TRANSITIONS, DismissReason, PolicyStatus, Side, TrialStatus
from matchmaking.matches.models import EvaluationSet, Match, Run, ScoringPolicy, Trial, TrialList
from matchmaking.matches.policies import trials
from tests.conftest import Cast, Keeping
from tests.matches import world

WEIGHTS = dict(load_policy().weights)
ONLY_LANGUAGE = {**dict.fromkeys(SLICES, 0.0), "language": 1.0, "advice": 0.001}
PAIRS = [
    {"pair_id": "p1", "need_ja": world.NEEDS[0][1], "startup_id": "s1", "fields": ["retail"]},
    {"pair_id": "p2", "need_ja": world.NEEDS[2][1], "grades": {"s2": 3, "s1": 0}},
]
POOL = [
    {"id": f"s{number}", "text": f"{line}. {solution}"}
    for number, (_name, line, solution, _field) in enumerate(world.PITCHES[::3], start=1)
]
FILES = {"pairs": PAIRS, "pool": POOL, "pairs_name": "pairs.json", "pool_name": "pool.json"}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vectors")]


def a_draft(cast: Cast, **weights: float) -> ScoringPolicy:
    return actions.draft_policy(weights={**WEIGHTS, **weights}, by=cast.administrator)


def tried(draft: ScoringPolicy, cast: Cast, **options: Any) -> Trial:
    trial = actions.start_trial(draft, by=cast.administrator, **options)
    jobs.run_due()
    trial.refresh_from_db()
    return trial


@pytest.fixture(scope="module")
def kept_parties(kept_cast: Cast, keeping: Keeping) -> Any:
    """Small enough to count, and nobody else's: the cast comes first."""
    with keeping():
        parties = world.populate()
        world.run_now()
    return parties


@pytest.fixture
def parties(kept_parties: Any, cast: Cast) -> Any:
    return deepcopy(kept_parties)


def everything() -> dict[str, Any]:
    return {
        "matches": sorted(Match.objects.values_list("pk", "policy_id", "run_id", "score", "computed_at")),
        "runs": list(Run.objects.values_list("pk", "status", "finished_at")),
        "policies": sorted(ScoringPolicy.objects.values_list("pk", "status")),
    }


def test_a_trial_touches_no_match_no_run_and_no_policy(cast: Cast, parties: Any) -> None:
    draft = a_draft(cast, field=2.0)
    before = everything()
    trial = tried(draft, cast)
    assert (trial.status, trial.blocks_done) == (TrialStatus.DONE, trial.blocks_total)
    assert everything() == before


def test_the_lists_before_are_those_in_use_and_unchanged_weights_change_nothing(
    cast: Cast, parties: Any
) -> None:
    trial = tried(a_draft(cast), cast)
    assert trial.outcome["firms"]["changed"] == trial.outcome["firms"]["reordered"] == 0
    for row in TrialList.objects.filter(trial=trial):
        used = Match.objects.filter(company=row.company, rank_for_company__lte=10).order_by(
            "rank_for_company"
        )
        assert [key for key, _tenths in row.before] == list(used.values_list("startup_id", flat=True))
        assert [tenths for _key, tenths in row.before] == [int(match.score * 10) for match in used]
        assert [key for key, _tenths in row.after] == [key for key, _tenths in row.before]


def test_the_lists_after_are_those_a_run_makes_once_the_draft_is_in_force(cast: Cast, parties: Any) -> None:
    """The one property that matters: a trial tells the truth."""
    draft = actions.draft_policy(
        weights=ONLY_LANGUAGE | {"field": 0.7, "need_use": 0.2}, by=cast.administrator
    )
    trial = tried(draft, cast)
    current = ScoringPolicy.objects.in_force().get()
    actions.put_in_force(draft, reason="Tried.", seen=actions.seen_by(draft, current), by=cast.administrator)
    jobs.run_due()
    for row in TrialList.objects.filter(trial=trial):
        made = Match.objects.filter(company=row.company, rank_for_company__lte=10).order_by(
            "rank_for_company"
        )
        assert row.after == [[match.startup_id, int(match.score * 10)] for match in made]


def test_editing_the_draft_while_it_is_tried_does_not_change_the_trial(cast: Cast, parties: Any) -> None:
    draft = a_draft(cast, field=2.0)
    trial = actions.start_trial(draft, by=cast.administrator)
    actions.edit_draft(draft, weights=ONLY_LANGUAGE, by=cast.administrator)
    jobs.run_due()
    trial.refresh_from_db()
    same = tried(a_draft(cast, field=2.0), cast)
    assert trial.outcome == same.outcome
    assert trial.weights["field"] == 2.0


def test_pairs_that_were_put_aside_stand_on_neither_list_and_advice_on_a_pair_counts(
    cast: Cast, parties: Any
) -> None:
    firms, startups = parties
    match = Match.objects.get(company=firms[1], startup=startups[0])
    actions.dismiss(match, side=Side.STAFF, reason=DismissReason.OTHER, by=cast.officer)
    row = TrialList.objects.get(trial=tried(a_draft(cast, size=0.9), cast), company=firms[1])
    assert startups[0].pk not in {key for key, _tenths in [*row.before, *row.after]}


def test_nobody_to_score_is_a_trial_that_ends_at_once(cast: Cast) -> None:
    for firm in (cast.company, cast.other_company):
        firm.challenges.update(is_open=False)
    trial = tried(a_draft(cast), cast)
    assert (trial.status, trial.blocks_total, trial.outcome["firms"]["all"]) == (TrialStatus.DONE, 0, 0)


# --- Files to evaluate on ----------------------------------------------------------------------------------------


def test_figures_of_both_policies_are_measured_on_the_files(cast: Cast) -> None:
    draft = actions.draft_policy(weights=ONLY_LANGUAGE, by=cast.administrator)
    trial = tried(draft, cast, files=FILES)
    found = trial.outcome["evaluation"]
    assert found["before"]["rows"] == found["after"]["rows"] == 2
    assert (found["before"]["rows_with_partner"], found["before"]["rows_with_grades"]) == (1, 1)
    assert found["before"]["mrr"] == 1.0
    assert set(found["before"]) == set(found["after"])
    assert Job.objects.filter(name="matches.trial_texts", state=JobState.DONE).exists()


def test_without_files_there_are_no_figures(cast: Cast) -> None:
    trial = tried(a_draft(cast), cast)
    assert (trial.outcome["evaluation"], EvaluationSet.objects.count()) == (None, 0)


# --- States ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", TrialStatus.values)
def test_a_trial_moves_only_as_its_table_says(cast: Cast, before: str) -> None:
    draft, against = a_draft(cast), actions.ensure_policy()
    for after in TrialStatus.values:
        Trial.objects.all().delete()
        made = {"policy": draft, "against": against, "weights": {}, "started_by": cast.administrator}
        trial = Trial.objects.create(status=before, outcome={}, **made)
        if after in TRIAL_TRANSITIONS[before]:
            move(trial, after, by=None)
        else:
            with pytest.raises(TransitionNotAllowed):
                move(trial, after, by=None)
        assert Trial.objects.get().status == trial.status


def test_one_trial_at_a_time_and_a_finished_one_makes_room(cast: Cast) -> None:
    draft = a_draft(cast)
    first = actions.start_trial(draft, by=cast.administrator)
    with pytest.raises(actions.TrialUnderWay):
        actions.start_trial(draft, by=cast.administrator)
    actions.cancel_trial(first, by=cast.administrator)
    assert tried(draft, cast).status == TrialStatus.DONE
    assert tried(draft, cast).status == TrialStatus.DONE


def test_only_a_draft_is_tried(cast: Cast) -> None:
    draft = a_draft(cast)
    actions.discard_draft(ScoringPolicy.objects.get(pk=draft.pk), by=cast.administrator)
    with pytest.raises(TransitionNotAllowed):
        actions.start_trial(draft, by=cast.administrator)
    assert not Trial.objects.exists()


def test_a_cancelled_trial_keeps_nothing_and_blocks_that_come_late_do_nothing(
    cast: Cast, parties: Any
) -> None:
    trial = actions.start_trial(a_draft(cast), by=cast.administrator, files=FILES)
    jobs.run(Job.objects.get(name="matches.plan_trial").pk)
    late = list(Job.objects.filter(name__startswith="matches.trial_"))
    jobs.run(late[0].pk)
    actions.cancel_trial(Trial.objects.get(pk=trial.pk), by=cast.administrator)
    jobs.run_due()
    for job in late:
        jobs.HANDLERS[job.name](**job.payload)
    trials.finish(trial.pk)
    trial.refresh_from_db()
    assert (trial.status, trial.outcome, TrialList.objects.count()) == (TrialStatus.CANCELLED, None, 0)
    assert AuditEvent.objects.filter(action="trial.cancelled", actor_id=cast.administrator.pk).count() == 1


def test_jobs_delivered_again_after_their_work_do_nothing(cast: Cast, parties: Any) -> None:
    trial = tried(a_draft(cast, field=1.0), cast)
    outcome, rows = trial.outcome, sorted(TrialList.objects.values_list("pk", flat=True))
    for job in Job.objects.filter(state=JobState.DONE, name__contains="trial"):
        jobs.HANDLERS[job.name](**job.payload)
    trial.refresh_from_db()
    assert (trial.outcome, trial.blocks_done) == (outcome, trial.blocks_total)
    assert sorted(TrialList.objects.values_list("pk", flat=True)) == rows


def test_a_block_that_is_lost_halfway_leaves_nothing_and_is_done_again(cast: Cast, parties: Any) -> None:
    trial = actions.start_trial(a_draft(cast), by=cast.administrator)
    jobs.run(Job.objects.get(name="matches.plan_trial").pk)
    block = Job.objects.get(name="matches.trial_block")
    Job.objects.filter(pk=block.pk).update(payload={**block.payload, "companies": ["lost"]})
    with pytest.raises(ValueError, match="lost"):
        jobs.run(block.pk)
    assert (TrialList.objects.count(), Trial.objects.get().blocks_done) == (0, 0)
    Job.objects.filter(pk=block.pk).update(payload=block.payload, not_before=block.created_at)
    jobs.run_due()
    trial.refresh_from_db()
    assert (trial.status, trial.blocks_done) == (TrialStatus.DONE, trial.blocks_total)


def test_a_trial_whose_jobs_are_given_up_has_failed_unless_it_ended_before(cast: Cast) -> None:
    trial = actions.start_trial(a_draft(cast), by=cast.administrator)
    for _twice in range(2):
        tasks.give_up_trial(trial_id=trial.pk)
    trial.refresh_from_db()
    assert (trial.status, trial.finished_at is not None) == (TrialStatus.FAILED, True)


def test_the_database_keeps_no_finished_trial_without_what_it_found(cast: Cast) -> None:
    trial = actions.start_trial(a_draft(cast), by=cast.administrator)
    with pytest.raises(IntegrityError):
        Trial.objects.filter(pk=trial.pk).update(status=TrialStatus.DONE)


def test_a_draft_made_from_a_policy_that_is_past_is_compared_with_the_one_in_force(cast: Cast) -> None:
    old = a_draft(cast, field=2.0)
    other = a_draft(cast, size=1.0)
    current = ScoringPolicy.objects.in_force().get()
    actions.put_in_force(other, reason="Now.", seen=actions.seen_by(other, current), by=cast.administrator)
    actions.start_trial(old, by=cast.administrator)
    trial = Trial.objects.get()
    assert (trial.against, trial.policy.based_on.status) == (other, PolicyStatus.RETIRED)


# --- Told of, and overtaken ------------------------------------------------------------------------------------------


def told(cast: Cast) -> list[str]:
    return [notices.subject(each) for each in Notice.objects.filter(recipient=cast.administrator)]


def test_whoever_started_a_trial_is_told_how_it_ended(cast: Cast, parties: Any) -> None:
    trial = tried(a_draft(cast, field=2.0), cast)
    notice = Notice.objects.get(recipient=cast.administrator, event="trial_finished")
    firms = trial.outcome["firms"]
    assert notice.params == {
        "policy": {"words": {"ja": f"第{trial.policy.version}版", "en": trial.policy.label}},
        "companies": firms["all"],
        "changed": firms["changed"],
    }
    assert notices.path(notice).endswith(f"/staff/policies/trials/{trial.pk}/")
    assert Notice.objects.filter(event__startswith="trial_").count() == 1
    other = actions.start_trial(a_draft(cast), by=cast.administrator)
    tasks.give_up_trial(trial_id=other.pk)
    assert told(cast)[0] == f"The trial of draft {other.policy.label} could not be finished"
    actions.cancel_trial(actions.start_trial(a_draft(cast), by=cast.administrator), by=cast.administrator)
    assert Notice.objects.filter(event__startswith="trial_").count() == 2  # who stops it needs no telling


def test_an_edition_that_comes_into_force_stops_the_trial_which_says_so(cast: Cast, parties: Any) -> None:
    draft = a_draft(cast, field=2.0)
    trial = actions.start_trial(draft, by=cast.administrator)
    trials.plan(trial.pk)
    trials.score_block(trial.pk, [parties[0][0].pk])
    edition = actions.open_draft(by=cast.administrator)
    actions.retire_capability(edition.entries.get(key="geothermal"), reason="r", by=cast.administrator)
    seen = edition.fingerprint
    actions.put_thesaurus_in_force(edition, reason="Better", seen=seen, by=cast.administrator)
    trial.refresh_from_db()
    assert (trial.status, trial.overtaken_by, trial.lists.count()) == (TrialStatus.CANCELLED, edition, 0)
    assert told(cast)[0] == f"The trial of draft {draft.label} was stopped"
    jobs.run_due()  # what was still queued does nothing
    trial.refresh_from_db()
    assert (trial.status, trial.lists.count(), trial.outcome) == (TrialStatus.CANCELLED, 0, None)
    draft.refresh_from_db()
    again = tried(draft, cast)
    assert (again.status, again.against.parameters["thesaurus"]) == (TrialStatus.DONE, edition.fingerprint)


def test_a_policy_that_comes_into_force_leaves_a_trial_alone(cast: Cast, parties: Any) -> None:
    trial = actions.start_trial(a_draft(cast, field=2.0), by=cast.administrator)
    other = a_draft(cast, field=1.5)
    seen = seen_by(other, ScoringPolicy.objects.in_force().get())
    actions.put_in_force(other, reason="r", seen=seen, by=cast.administrator)
    jobs.run_due()
    trial.refresh_from_db()
    assert (trial.status, trial.overtaken_by) == (TrialStatus.DONE, None)
