"""Exact lists: what blocks find and the database ranks equals brute force over every pair."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from companies.models import Challenge
from matchmaking.matches.engine.features import Features
from matchmaking.matches.engine.policy import SLICES
from matchmaking.matches.engine.results import Results
from matchmaking.matches.engine.scoring import Terms, gaps, pair_scores
from matchmaking.matches.enums import MatchStatus
from matchmaking.matches.models import Match, Run, ScoringPolicy
from matchmaking.matches.runs import lists
from matchmaking.matches.runs.candidates import LISTED, Matcher, Party
from matchmaking.matches.sides import open_challenges, open_startups
from tests import factories
from tests.matches import world
from tests.matches.scored import spelled

pytestmark = pytest.mark.django_db

FIRMS, STARTUPS = 58, 64
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def party(owners: list[int], keys: list[int], width: int, seed: int) -> Party:
    """Random vectors; half of the rows in one field, half in two."""
    random = np.random.default_rng(seed)
    matrix = (random.normal(size=(len(keys), width)) / 40).astype(np.float32)
    known = np.ones((len(keys), len(SLICES)), dtype=bool)
    terms = [Terms(fields=1 if row % 2 else 3, modes=1, country="SG") for row in range(len(keys))]
    return Party(Features(matrix, known), terms, np.array(owners), np.array(keys))


@pytest.fixture
def board(policy: ScoringPolicy) -> tuple[Matcher, Party, Party]:
    """58 firms, every third with a second challenge, and 64 startups: more than a list holds on both sides."""
    challenges = [factories.ChallengeFactory() for _ in range(FIRMS)]
    challenges += [factories.ChallengeFactory(company=each.company) for each in challenges[::3]]
    challenges.sort(key=lambda each: (each.company_id, each.pk))
    startups = sorted(factories.StartupFactory().pk for _ in range(STARTUPS))
    matcher = Matcher(policy)
    firms = party(
        [each.company_id for each in challenges], [each.pk for each in challenges], matcher.layout.width, 1
    )
    return matcher, firms, party(startups, startups, matcher.layout.width, 2)


def brute(firms: Party, startups: Party) -> dict[tuple[int, int], tuple[float, int]]:
    """Every pair's best score and the challenge that has it, one by one."""
    best: dict[tuple[int, int], tuple[float, int]] = {}
    for row, (owner, challenge) in enumerate(zip(firms.owners.tolist(), firms.keys.tolist(), strict=True)):
        u = np.repeat(firms.features.matrix[row][None], len(startups.keys), axis=0)
        for key, score in zip(
            startups.keys.tolist(), pair_scores(u, startups.features.matrix).tolist(), strict=True
        ):
            if (owner, key) not in best or score > best[owner, key][0]:
                best[owner, key] = (score, challenge)
    return best


def pairs_of(found: Results) -> set[tuple[int, int]]:
    return set(found.rows[["company_id", "startup_id"]].tolist())


def ranks_of(best: dict[tuple[int, int], tuple[float, int]], side: int) -> dict[tuple[int, int], int]:
    """Places 1 to 50 on the lists of one side: by score, then by the other's key."""
    groups: dict[int, list[tuple[int, int]]] = {}
    for pair in best:
        groups.setdefault(pair[side], []).append(pair)
    order = {
        key: sorted(pairs, key=lambda pair: (-best[pair][0], pair[1 - side])) for key, pairs in groups.items()
    }
    return {pair: place for pairs in order.values() for place, pair in enumerate(pairs[:LISTED], 1)}


def part_of(firms: Party, owners: set[int]) -> Party:
    rows = np.flatnonzero(np.isin(firms.owners, list(owners)))
    features = Features(firms.features.matrix[rows], firms.features.known[rows])
    return Party(features, [firms.terms[row] for row in rows], firms.owners[rows], firms.keys[rows])


def publish(matcher: Matcher, firms: Party, startups: Party, policy: ScoringPolicy, blocks: int) -> Run:
    run = Run.objects.create(policy=policy)
    cells = matcher.worth_a_place(firms, startups)
    for number in range(blocks):
        of_block = cells.take(firms.owners[cells.rows] % blocks == number)
        lists.keep_block(run.pk, matcher.explained(firms, startups, of_block))
    lists.publish(lists.listed_in_run(run.pk), policy_id=policy.pk, run_id=run.pk, now=NOW)
    return run


@pytest.mark.parametrize("blocks", [1, 7])
def test_lists_in_the_database_equal_brute_force_however_the_pass_is_cut(
    board: tuple[Matcher, Party, Party], policy: ScoringPolicy, blocks: int
) -> None:
    matcher, firms, startups = board
    publish(matcher, firms, startups, policy, blocks)
    best = brute(firms, startups)
    for_company, for_startup = ranks_of(best, 0), ranks_of(best, 1)
    wanted = {
        (*pair, best[pair][1], best[pair][0], for_company.get(pair), for_startup.get(pair))
        for pair in for_company.keys() | for_startup.keys()
    }
    names = ("company_id", "startup_id", "challenge_id", "raw_score", "rank_for_company", "rank_for_startup")
    assert set(Match.objects.values_list(*names)) == wanted
    assert len(wanted) < FIRMS * STARTUPS


def test_stored_parts_add_up_to_the_score_and_agree_with_the_candidate(
    board: tuple[Matcher, Party, Party], policy: ScoringPolicy
) -> None:
    matcher, firms, startups = board
    publish(matcher, firms, startups, policy, 2)
    rows = Match.objects.values_list("score", "parts")
    assert all(int(score * 10) == sum(parts.values()) for score, parts in rows)
    assert all(set(parts) == set(SLICES) for _, parts in rows)


def test_a_dismissed_pair_is_no_candidate_and_a_wanted_one_is_even_if_it_is_the_worst(
    board: tuple[Matcher, Party, Party],
) -> None:
    matcher, firms, startups = board
    best = brute(firms, startups)
    order = sorted(best, key=lambda pair: best[pair][0])
    worst, top = order[0], order[-1]
    found = matcher.candidates(firms, startups, dismissed=[top], wanted=[worst])
    pairs = pairs_of(found)
    assert (top in pairs, worst in pairs) == (False, True)


def test_a_wanted_pair_that_may_not_be_matched_is_left_out(board: tuple[Matcher, Party, Party]) -> None:
    matcher, firms, startups = board
    closed = Party(firms.features, [Terms(fields=4, modes=1)] * len(firms.keys), firms.owners, firms.keys)
    pair = (int(firms.owners[0]), int(startups.keys[0]))
    assert pairs_of(matcher.candidates(closed, startups, wanted=[pair])) == set()


def test_publishing_keeps_what_people_decided_and_drops_what_is_no_longer_listed(
    board: tuple[Matcher, Party, Party], policy: ScoringPolicy
) -> None:
    matcher, firms, startups = board
    publish(matcher, firms, startups, policy, 1)
    gone = int(startups.keys[0])
    kept = Match.objects.filter(startup=gone, rank_for_startup=1)
    kept.update(status=MatchStatus.DISCLOSED, disclosed_at=NOW)
    fewer = Party(
        Features(startups.features.matrix[1:], startups.features.known[1:]),
        startups.terms[1:],
        startups.owners[1:],
        startups.keys[1:],
    )
    Run.objects.all().update(status="done")
    publish(matcher, firms, fewer, policy, 1)
    left = Match.objects.get(startup=gone)
    assert (left.status, left.rank_for_company, left.rank_for_startup) == (MatchStatus.DISCLOSED, None, None)


def test_only_what_changed_is_written(board: tuple[Matcher, Party, Party], policy: ScoringPolicy) -> None:
    matcher, firms, startups = board
    first = publish(matcher, firms, startups, policy, 1)
    Run.objects.all().update(status="done")
    changed = firms.features.matrix.copy()
    changed[0] *= 1.01
    second = publish(
        matcher,
        Party(Features(changed, firms.features.known), firms.terms, firms.owners, firms.keys),
        startups,
        policy,
        1,
    )
    owner = int(firms.owners[0])
    assert (
        Match.objects.filter(run=second).exclude(company=owner).count()
        < Match.objects.filter(run=first).count()
    )
    assert Match.objects.filter(run=second, company=owner).exists()


def test_candidates_survive_the_way_into_the_lists_unchanged(policy: ScoringPolicy, vectors: None) -> None:
    world.populate()
    run = Run.objects.create(policy=policy)
    found = _found(Matcher(policy))
    lists.keep_block(run.pk, found)
    lists.publish(lists.listed_in_run(run.pk), policy_id=policy.pk, run_id=run.pk, now=NOW)
    names = ("company_id", "startup_id", "challenge_id", "raw_score", "score", "parts", "missing")
    stored = Match.objects.order_by("company_id", "startup_id").values_list(*names, "shared_capabilities")
    wanted = [tuple(getattr(row, name) for name in (*names, "shared_capabilities")) for row in spelled(found)]
    assert list(stored) == sorted(wanted, key=lambda row: row[:2])


def test_a_startup_that_seeks_nobody_in_particular_has_a_provisional_score(
    policy: ScoringPolicy, vectors: None
) -> None:
    world.firm(0)
    factories.StartupFactory(seeks_partner="")
    found = _found(Matcher(policy))
    assert [gaps(row.missing) for row in spelled(found)] == [["partner_e5", "partner_use", "size"]]


def _found(matcher: Matcher) -> Results:
    challenges: list[Challenge] = list(open_challenges())
    return matcher.candidates(matcher.firms(challenges), matcher.startups(list(open_startups())))
