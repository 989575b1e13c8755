"""What reaches the table of matches: what differs, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from matchmaking.matches.enums import MatchStatus
from matchmaking.matches.models import Match, ScoringPolicy
from matchmaking.matches.runs import lists, reranking
from partnerships import actions as partnerships
from tests import factories
from tests.matches import world
from tests.matches.scored import Placed, Scored, listed_of, results_of
from tests.meetings import stories as meetings

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)


@pytest.fixture
def written(policy: ScoringPolicy) -> list[Placed]:
    """Two firms with two startups each, on the lists."""
    startups = [factories.StartupFactory() for _ in range(2)]
    challenges = [factories.ChallengeFactory() for _ in range(2)]
    pairs = [(challenge, startup) for challenge in challenges for startup in startups]
    rows = [
        (scored(challenge, startup), 1 + number % 2, 1) for number, (challenge, startup) in enumerate(pairs)
    ]
    publish(rows, policy)
    return rows


def scored(challenge: Any, startup: Any, **changes: Any) -> Scored:
    match = world.match_of(challenge.company, startup, status=MatchStatus.PROPOSED, challenge=challenge)
    match.delete()
    values = {
        name: getattr(match, name)
        for name in ("raw_score", "score", "parts", "missing", "shared_capabilities")
    }
    return Scored(challenge.pk, challenge.company_id, startup.pk, **values | changes)


def publish(rows: list[Placed], policy: ScoringPolicy, **changes: Any) -> None:
    values = {"policy_id": policy.pk, "run_id": None, "now": NOW + timedelta(hours=1)}
    lists.publish(listed_of(rows), **values | changes)


def versions() -> dict[tuple[int, int], tuple[int, str]]:
    """The row of each pair and the transaction command that last wrote it."""
    with connection.cursor() as cursor:
        cursor.execute("select company_id, startup_id, id, ctid::text from matches_match")
        return {(company, startup): (pk, place) for company, startup, pk, place in cursor.fetchall()}


def test_what_is_the_same_is_not_written_again(written: list[Placed], policy: ScoringPolicy) -> None:
    before = versions()
    publish(written, policy)
    assert versions() == before


@pytest.mark.parametrize(
    "change",
    [
        {"raw_score": 0.25},
        {"parts": "swapped"},
        {"missing": ["size"]},
        {"shared_capabilities": ["robots"]},
        {"challenge": "another"},
        {"for_company": 2},
        {"for_startup": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_one_pair_that_differs_is_the_only_one_written(
    written: list[Placed], policy: ScoringPolicy, change: dict[str, Any]
) -> None:
    before, (row, for_company, for_startup) = versions(), written[0]
    values = {**vars(row), **{name: value for name, value in change.items() if hasattr(row, name)}}
    if change.get("parts"):
        values["parts"] = {**row.parts, "need_e5": row.parts["need_use"], "need_use": row.parts["need_e5"]}
    if change.get("challenge"):
        values["challenge_id"] = factories.ChallengeFactory(company_id=row.company_id).pk
    new = (Scored(**values), change.get("for_company", for_company), change.get("for_startup", for_startup))
    publish([new, *written[1:]], policy)
    after = versions()
    assert [pair for pair in after if after[pair] != before[pair]] == [(row.company_id, row.startup_id)]
    match = Match.objects.get(company=row.company_id, startup=row.startup_id)
    assert {name: getattr(match, name) for name in values} == values
    assert (match.rank_for_company, match.rank_for_startup) == new[1:]
    assert match.computed_at == NOW + timedelta(hours=1)


def test_another_policy_is_a_difference_of_every_pair(written: list[Placed], policy: ScoringPolicy) -> None:
    newer = ScoringPolicy.objects.create(version=policy.version + 1, parameters=policy.parameters)
    publish(written, newer)
    assert set(Match.objects.values_list("policy_id", flat=True)) == {newer.pk}


def test_a_row_changed_behind_the_portals_back_is_put_right(
    written: list[Placed], policy: ScoringPolicy
) -> None:
    Match.objects.update(raw_score=0.1, score=3)
    publish(written, policy)
    assert set(Match.objects.values_list("raw_score", "score")) == {
        (row.raw_score, row.score) for row, *_ in written
    }


@pytest.mark.parametrize(
    ("status", "stays"),
    [
        (MatchStatus.PROPOSED, False),
        (MatchStatus.DISCLOSED, True),
        (MatchStatus.INTERESTED, True),
        (MatchStatus.DISMISSED, True),
    ],
)
def test_what_is_listed_no_longer_goes_unless_people_have_touched_it(
    written: list[Placed], policy: ScoringPolicy, status: str, stays: bool
) -> None:
    row = written[0][0]
    match = Match.objects.get(company=row.company_id, startup=row.startup_id)
    state = {"disclosed_at": NOW, "dismissed_at": NOW, "dismissed_by": "staff", "dismiss_reason": "other"}
    Match.objects.filter(pk=match.pk).update(status=status, **state)
    publish(written[1:], policy)
    left = Match.objects.filter(pk=match.pk).values_list("status", "rank_for_company", "rank_for_startup")
    assert list(left) == ([(status, None, None)] if stays else [])
    assert Match.objects.count() == 3 + stays


@pytest.mark.parametrize("hanging", ["request", "partnership"])
@pytest.mark.parametrize("way", ["whole run", "one profile"])
def test_a_proposal_on_which_something_hangs_leaves_its_lists_and_stays(
    written: list[Placed], policy: ScoringPolicy, hanging: str, way: str
) -> None:
    """Staff entered a partnership of it, or it was dismissed after a meeting and came back: no run may stumble."""
    row = written[0][0]
    match = Match.objects.get(company=row.company_id, startup=row.startup_id)
    officer = factories.OfficerFactory()
    if hanging == "request":
        Match.objects.filter(pk=match.pk).update(status="disclosed", disclosed_at=NOW)
        match.refresh_from_db()
        meetings.asked(match, officer, consent="By telephone")
    else:
        partnerships.begin(
            partnerships.Plan(match.company, match.startup, "investment", "Take a share."), by=officer
        )
    Match.objects.filter(pk=match.pk).update(status="proposed")
    if way == "whole run":
        publish(written[1:], policy)
    else:
        Match.objects.filter(pk=match.pk).update(rank_for_company=None, rank_for_startup=None)
        reranking.rerank("company", [row.company_id])
    with connection.cursor() as cursor:  # as at the end of the transaction
        cursor.execute("set constraints all immediate")
    left = Match.objects.filter(pk=match.pk).values_list("rank_for_company", "rank_for_startup")
    assert list(left) == [(None, None)]


def test_a_pair_keeps_its_first_score_however_often_it_is_written(
    written: list[Placed], policy: ScoringPolicy
) -> None:
    row = written[0][0]
    pair = Match.objects.filter(company=row.company_id, startup=row.startup_id)
    assert pair.values_list("first_score", "first_policy", "first_at").get() == (None, None, None)
    before = pair.get()
    newer = ScoringPolicy.objects.create(version=policy.version + 1, parameters=policy.parameters)
    for days, raw in ((1, 0.25), (2, 0.35)):
        change = Scored(**{**vars(row), "raw_score": raw})
        publish([(change, 1, 1), *written[1:]], newer, now=NOW + timedelta(days=days), policy_id=newer.pk)
    after = pair.get()
    assert (after.first_score, after.first_policy_id, after.first_at) == (
        before.score,
        policy.pk,
        before.computed_at,
    )
    assert (after.raw_score, after.policy_id, after.computed_at) == (0.35, newer.pk, NOW + timedelta(days=2))


def test_lists_of_one_party_leave_the_others_alone(written: list[Placed], policy: ScoringPolicy) -> None:
    own = written[0][0].company_id
    publish([], policy, of=("company", [own]))
    assert set(Match.objects.values_list("company_id", flat=True)) == {written[2][0].company_id}


def test_touched_pairs_keep_their_state_and_quote_when_their_score_changes(
    written: list[Placed], policy: ScoringPolicy
) -> None:
    match = Match.objects.get(company=written[0][0].company_id, startup=written[0][0].startup_id)
    Match.objects.filter(pk=match.pk).update(status="disclosed", disclosed_at=NOW, quote="Our own words.")
    changed = Scored(**{**vars(written[0][0]), "raw_score": 0.9})
    publish([(changed, 1, 1), *written[1:]], policy)
    match.refresh_from_db()
    assert (match.raw_score, match.status, match.disclosed_at, match.quote) == (
        0.9,
        "disclosed",
        NOW,
        "Our own words.",
    )


def test_a_run_leaves_out_what_was_deleted_while_it_worked(policy: ScoringPolicy) -> None:
    kept, gone, startup = (
        factories.ChallengeFactory(),
        factories.ChallengeFactory(),
        factories.StartupFactory(),
    )
    run = world.actions.start_run(by=None)
    lists.keep_block(run.pk, results_of([scored(challenge, startup) for challenge in (kept, gone)]))
    gone.delete()
    listed = lists.listed_in_run(run.pk)
    assert listed.holds([(kept.company_id, startup.pk), (gone.company_id, startup.pk)]) == [True, False]
    lists.publish(listed, policy_id=policy.pk, run_id=run.pk, now=NOW)
    assert list(Match.objects.values_list("challenge_id", "run_id")) == [(kept.pk, run.pk)]
