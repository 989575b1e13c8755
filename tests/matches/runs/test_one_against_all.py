"""One organisation against all others: the short pass finds what brute force finds, and nothing that no list takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from matchmaking.matches.models import LISTED, Match, ScoringPolicy
from matchmaking.matches.runs import reranking
from matchmaking.matches.runs.candidates import Bars, Matcher, Party
from tests.matches.runs.test_candidates import board, brute, pairs_of, part_of, publish, ranks_of

__all__ = ["board"]
pytestmark = pytest.mark.django_db
Board = tuple[Matcher, Party, Party]
Pair = tuple[int, int]


def of_one(side: str, firms: Party, startups: Party) -> tuple[Party, Party]:
    """The first firm, which has two challenges, before all startups; or the first startup before all firms."""
    if side == "company":
        return part_of(firms, {int(firms.owners[0])}), startups
    return firms, part_of(startups, {int(startups.keys[0])})


def found(board: Board, side: str, bars: Bars, **known: Any) -> set[Pair]:
    matcher, firms, startups = board
    return pairs_of(matcher.candidates(*of_one(side, firms, startups), bars=bars, **known))


def bars_at(side: str, board: Board, place: int) -> tuple[Bars, dict[int, float]]:
    """What each of the other side asks for if its list ended at that place."""
    _, firms, startups = board
    best = brute(firms, startups)
    own = 1 if side == "company" else 0  # where the other's key stands in a pair
    asked: dict[int, float] = {}
    for key in sorted({pair[own] for pair in best}):
        scores = sorted((score for pair, (score, _) in best.items() if pair[own] == key), reverse=True)
        asked[key] = scores[place]
    other = "startup" if side == "company" else "company"
    return Bars(other, np.array(list(asked)), np.array(list(asked.values()))), asked


@pytest.mark.parametrize("side", ["company", "startup"])
@pytest.mark.parametrize("place", [0, 3, 20])
def test_it_finds_its_own_best_and_every_list_that_it_reaches(board: Board, side: str, place: int) -> None:
    _, firms, startups = board
    best = brute(*of_one(side, firms, startups))
    bars, asked = bars_at(side, board, place)
    own_best = set(ranks_of(best, 0 if side == "company" else 1))
    other = 1 if side == "company" else 0
    wanted = own_best | {pair for pair, (score, _) in best.items() if score >= asked[pair[other]]}
    assert found(board, side, bars) == wanted
    assert len(own_best) == LISTED


@pytest.mark.parametrize("side", ["company", "startup"])
def test_a_list_with_room_takes_everybody(board: Board, side: str) -> None:
    _, firms, startups = board
    bars, asked = bars_at(side, board, 0)
    roomy = Bars(bars.side, bars.keys[:5], bars.scores[:5])
    pairs = found(board, side, roomy)
    other = 1 if side == "company" else 0
    assert {pair[other] for pair in pairs} >= set(list(asked)[5:])
    assert len(brute(*of_one(side, firms, startups))) == len(asked)


@pytest.mark.parametrize("side", ["company", "startup"])
def test_closed_lists_leave_only_its_own_best_and_what_is_wanted(board: Board, side: str) -> None:
    _, firms, startups = board
    best = brute(*of_one(side, firms, startups))
    worst = min(best, key=lambda pair: best[pair][0])
    closed = Bars.closed("startup" if side == "company" else "company")
    own_best = set(ranks_of(best, 0 if side == "company" else 1))
    assert found(board, side, closed, wanted=[worst]) == own_best | {worst}


@pytest.mark.parametrize("side", ["company", "startup"])
def test_who_is_put_aside_is_not_found_and_the_next_one_is(board: Board, side: str) -> None:
    _, firms, startups = board
    best = brute(*of_one(side, firms, startups))
    order = sorted(best, key=lambda pair: -best[pair][0])
    closed = Bars.closed("startup" if side == "company" else "company")
    pairs = found(board, side, closed, dismissed=[order[0]])
    assert pairs == set(order[1 : LISTED + 1])


@pytest.mark.parametrize("side", ["company", "startup"])
def test_an_experts_word_can_bring_the_last_of_all_into_sight(board: Board, side: str) -> None:
    _, firms, startups = board
    best = brute(*of_one(side, firms, startups))
    worst = min(best, key=lambda pair: best[pair][0])
    closed = Bars.closed("startup" if side == "company" else "company")
    pairs = found(board, side, closed, ratings={worst: (5, 5, 5)})
    assert worst in pairs
    assert pairs >= set(ranks_of(best, 0 if side == "company" else 1))


def test_bars_are_asked_for_by_key_whatever_the_order() -> None:
    bars = Bars("startup", np.array([3, 5, 9]), np.array([0.3, 0.5, 0.9]))
    assert bars.of(np.array([9, 4, 3, 10, 1])).tolist() == [0.9, -np.inf, 0.3, -np.inf, -np.inf]
    assert Bars.closed("startup").of(np.array([9, 4])).tolist() == [np.inf, np.inf]


def last_places(side: str, without: int) -> dict[int, float]:
    """Counted out from all rows: full lists, on which the counterpart does not stand."""
    other = "startup" if side == "company" else "company"
    asked = {}
    rows = Match.objects.filter(**{f"rank_for_{side}__isnull": False})
    for key in sorted(set(rows.values_list(f"{side}_id", flat=True))):
        own = rows.filter(**{f"{side}_id": key}).exclude(**{f"{other}_id": without})
        if own.count() == LISTED:
            asked[key] = min(own.values_list("raw_score", flat=True))
    return asked


@pytest.mark.parametrize("side", ["company", "startup"])
def test_the_bars_are_the_last_places_of_full_lists(board: Board, policy: ScoringPolicy, side: str) -> None:
    matcher, firms, startups = board
    publish(matcher, firms, startups, policy, 2)
    counterpart = int((startups.keys if side == "company" else firms.owners)[0])
    bars = reranking.bars(side, without=counterpart)
    wanted = last_places(side, counterpart)
    assert dict(zip(bars.keys.tolist(), bars.scores.tolist(), strict=True)) == wanted
    assert 0 < len(wanted) < len(set((firms.owners if side == "company" else startups.keys).tolist()))
