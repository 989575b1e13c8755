from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaking.matches.engine import toplists
from matchmaking.matches.engine.scoring import Eligibility, Terms, failed_rule, pair_scores
from matchmaking.matches.engine.toplists import top_lists


def brute(u, v, mask, k):
    """Lists of each row by full sort of exact scores; ties to the smaller index."""
    lists = []
    for row, vector in enumerate(u):
        scores = pair_scores(vector[None], v)
        order = [index for index in np.argsort(-scores, kind="stable").tolist() if mask[row, index]]
        lists.append(order[:k])
    return lists


def lists_of(top, count):
    return [top.of(key)[0].tolist() for key in range(count)]


def allowing(mask):
    """Rules under which exactly the pairs of the mask may be made."""
    rows, columns = mask.shape
    return Eligibility([Terms(1, 1)] * rows, [Terms(1, 1)] * columns, map(tuple, np.argwhere(~mask).tolist()))


def assert_exact(u, v, mask, k):
    rows, columns = top_lists(u, v, allowing(mask), k)
    assert lists_of(rows, len(u)) == brute(u, v, mask, k)
    assert lists_of(columns, len(v)) == brute(v, u, mask.T, k)


def random_case(seed, n, m, d, share, levels=None):
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, levels, (n + m, d)) if levels else rng.standard_normal((n + m, d))
    return rows[:n].astype(np.float32), rows[n:].astype(np.float32), rng.random((n, m)) < share


@pytest.fixture
def small_tiles(monkeypatch):
    """Tiles of a few rows and columns, and lists cut after a few nominations, so that every seam is crossed."""
    monkeypatch.setattr(toplists, "ROWS", 3)
    monkeypatch.setattr(toplists, "COLUMNS", 4)
    monkeypatch.setattr(toplists, "PRUNE_AT", 10)


@pytest.mark.usefixtures("small_tiles")
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("levels", [None, 2, 1])
@pytest.mark.parametrize(("n", "m"), [(1, 1), (7, 1), (1, 9), (8, 13), (0, 3), (3, 0)])
def test_lists_equal_brute_force_on_small_tiles(n, m, levels, share):
    for seed in range(3):
        assert_exact(*random_case(seed, n, m, 5, share, levels), 3)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 20),
    m=st.integers(1, 30),
    d=st.integers(1, 9),
    k=st.integers(1, 8),
    levels=st.sampled_from([None, 2, 3]),
)
def test_lists_equal_brute_force(seed, n, m, d, k, levels):
    assert_exact(*random_case(seed, n, m, d, 0.6, levels), k)


def test_lists_equal_brute_force_across_full_tiles():
    assert_exact(*random_case(1, 600, 4_500, 16, 0.2), 10)


def test_a_vector_of_one_number_keeps_its_lists_apart():
    u, v = np.array([[1.0], [-1.0]], dtype=np.float32), np.array([[3.0], [1.0], [2.0]], dtype=np.float32)
    rows, columns = top_lists(u, v, None, 2)
    assert lists_of(rows, 2) == [[0, 2], [1, 2]]
    assert lists_of(columns, 3) == [[0, 1], [0, 1], [0, 1]]


def test_scores_nearer_than_single_precision_are_ordered_exactly():
    v = np.array([[1, 3e-6], [1, 9e-6], [1, 6e-6]], dtype=np.float32)
    rows, _ = top_lists(np.array([[1.0, 1.0]], dtype=np.float32), v, None, 3)
    assert lists_of(rows, 1) == [[1, 2, 0]]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1_000))
def test_the_order_of_import_changes_nothing_but_the_indices(seed):
    u, v, mask = random_case(seed, 9, 25, 6, 0.7)
    place = np.random.default_rng(seed + 1).permutation(25)
    before, _ = top_lists(u, v, allowing(mask), 5)
    after, _ = top_lists(u, v[place], allowing(mask[:, place]), 5)
    assert [place[after.of(row)[0]].tolist() for row in range(9)] == lists_of(before, 9)


@pytest.mark.usefixtures("small_tiles")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_patterns_of_fields_modes_and_countries_leave_exactly_the_eligible_pairs(data):
    terms = st.builds(
        Terms,
        fields=st.integers(0, 7),
        modes=st.integers(0, 3),
        country=st.sampled_from(["SG", "IN", "VN"]),
        excluded=st.frozensets(st.sampled_from(["SG", "IN"])),
    )
    ours, theirs = (data.draw(st.lists(terms, max_size=12)) for _ in range(2))
    cells = st.tuples(st.integers(0, 11), st.integers(0, 11))
    dismissed = {(r, c) for r, c in data.draw(st.sets(cells)) if r < len(ours) and c < len(theirs)}
    eligible = Eligibility(ours, theirs, dismissed)
    mask = np.array(
        [
            [failed_rule(a, b, dismissed=(r, c) in dismissed) is None for c, b in enumerate(theirs)]
            for r, a in enumerate(ours)
        ],
        dtype=bool,
    ).reshape(len(ours), len(theirs))
    u, v, _ = random_case(len(ours), len(ours), len(theirs), 4, 1.0)
    rows, columns = top_lists(u, v, eligible, 3)
    assert lists_of(rows, len(u)) == brute(u, v, mask, 3)
    assert lists_of(columns, len(v)) == brute(v, u, mask.T, 3)


def test_no_bar_stands_above_the_last_score_of_its_list():
    """A bar that another block had raised too far would cut off places that a list still has."""
    u, v, mask = random_case(9, 300, 700, 8, 0.8)
    rows, columns = top_lists(u, v, allowing(mask), 20)
    scores = np.where(mask, u @ v.T, -np.inf)
    for lists, table in ((rows, scores), (columns, scores.T)):
        for key, line in enumerate(table):
            kth = np.sort(line)[-20]
            assert lists.of(key)[1][-1] == pytest.approx(kth, abs=1e-4)


def test_an_irrelevant_startup_changes_no_list_it_does_not_enter():
    u, v, _ = random_case(5, 6, 15, 4, 1.0)
    far = np.full((1, 4), -1e-3, dtype=np.float32)
    eligible = Eligibility([Terms(1, 1)] * 6, [Terms(1, 1)] * 15 + [Terms(2, 1)])
    before, _ = top_lists(u, v, None, 5)
    after, _ = top_lists(u, np.vstack([v, far]), eligible, 5)
    assert lists_of(after, 6) == lists_of(before, 6)


def test_scores_come_with_their_pairs():
    u, v, _ = random_case(6, 4, 10, 5, 1.0)
    rows, _ = top_lists(u, v, None, 3)
    others, scores = rows.of(2)
    assert np.allclose(scores, pair_scores(u[2][None], v[others]), atol=1e-5)
