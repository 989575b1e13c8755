from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.matches.engine.features import Featurizer
from matchmaking.matches.engine.policy import SLICES
from matchmaking.matches.engine.scoring import (
    NONE,
    Eligibility,
    Terms,
    band,
    bitset,
    cell_scores,
    failed_rule,
    gaps,
    missing_bits,
    pair_scores,
    shared_places,
    shown_tenths,
    why_no_match,
)
from tests.matches.engine.plain import pair_parts, pair_score, score_matrix
from tests.matches.engine_factories import World, startup

JAPAN = Terms(fields=0b01, modes=0b01, excluded=frozenset({"IL"}))
RULES = [
    (Terms(0b01, 0b01, "SG"), False, None),
    (Terms(0b11, 0b10, "SG"), False, "no_shared_mode"),
    (Terms(0b10, 0b01, "SG"), False, "no_shared_field"),
    (Terms(0b10, 0b10, "IL"), True, "no_shared_field"),
    (Terms(0, 0b01, "SG"), False, "no_field"),
    (Terms(0b01, 0, "SG"), False, "no_mode"),
    (Terms(0b01, 0b01, "IL"), False, "country_excluded"),
    (Terms(0b01, 0b01, "SG"), True, "dismissed"),
]


@pytest.fixture(scope="module")
def world():
    return World()


@pytest.fixture(scope="module")
def featurizer(world):
    return Featurizer(world.policy, world.thesaurus, world.cache, world.encoders)


@pytest.fixture(scope="module")
def vectors(world, featurizer):
    return featurizer.companies(world.companies), featurizer.startups(world.startups)


@pytest.mark.parametrize(("startup", "dismissed", "rule"), RULES)
def test_the_rule_that_failed_is_named(startup, dismissed, rule):
    assert failed_rule(JAPAN, startup, dismissed=dismissed) == rule


def test_the_mask_says_what_the_rules_say():
    startups = [terms for terms, _, _ in RULES]
    dismissed = [(0, index) for index, (_, flag, _) in enumerate(RULES) if flag]
    mask = Eligibility([JAPAN], startups, dismissed)(np.array([0]), np.arange(len(RULES)))
    assert mask[0].tolist() == [rule is None for _, _, rule in RULES]


terms = st.builds(
    Terms,
    fields=st.integers(0, 7),
    modes=st.integers(0, 7),
    country=st.sampled_from(["SG", "IN", "IL"]),
    excluded=st.frozensets(st.sampled_from(["SG", "IN", "IL", "ZZ"]), max_size=2),
)


@settings(max_examples=60)
@given(st.data(), st.lists(terms, min_size=1, max_size=5), st.lists(terms, min_size=1, max_size=6))
def test_mask_and_rules_agree_on_every_pair_of_any_tile(data, companies, startups):
    pairs = st.tuples(st.integers(0, len(companies) - 1), st.integers(0, len(startups) - 1))
    dismissed = data.draw(st.sets(pairs))
    rows = np.array(data.draw(st.permutations(range(len(companies)))))
    columns = np.arange(data.draw(st.integers(0, len(startups) - 1)), len(startups))
    mask = Eligibility(companies, startups, dismissed)(rows, columns)
    wanted = [
        [failed_rule(companies[r], startups[c], dismissed=(r, c) in dismissed) is None for c in columns]
        for r in rows
    ]
    assert mask.tolist() == wanted


@pytest.mark.parametrize(
    ("company", "startups", "dismissed", "rule"),
    [
        (JAPAN, [], (), "nobody"),
        (JAPAN, [Terms(1, 1, "SG")], (), None),
        (JAPAN, [Terms(2, 1, "SG"), Terms(1, 2, "SG")], (), "no_shared_mode"),
        (JAPAN, [Terms(2, 1, "SG"), Terms(1, 1, "IL")], (), "country_excluded"),
        (JAPAN, [Terms(1, 1, "SG")], (True,), "dismissed"),
        (Terms(0, 1), [Terms(1, 1, "SG")], (), "no_field"),
        (Terms(1, 0), [Terms(1, 1, "SG")], (), "no_mode"),
    ],
)
def test_a_firm_without_any_match_is_told_the_rule_that_its_last_startups_failed(
    company, startups, dismissed, rule
):
    assert why_no_match(company, startups, dismissed) == rule


def test_bitset_has_a_bit_for_each_known_word():
    assert bitset(["b", "c", "zzz"], ("a", "b", "c")) == 0b110


def test_startups_that_meet_the_same_firms_stand_in_one_group():
    firms = [Terms(1, 1), Terms(2, 1, excluded=frozenset({"VN"})), Terms(2, 2)]
    startups = [Terms(2, 1, "SG"), Terms(1, 1, "VN"), Terms(2, 1, "IN"), Terms(2, 1, "VN"), Terms(1, 1, "SG")]
    found = Eligibility(firms, startups, [(1, 2), (0, 4)])
    assert [(rows.tolist(), columns.tolist()) for rows, columns in found.groups()] == [
        ([0], [1, 4]),
        ([1], [0, 2]),
    ]
    struck = found.struck(np.array([0, 1]), np.array([1, 4]))
    assert [places.tolist() for places in struck] == [[0], [1]]


def test_the_parts_of_every_pair_add_up_to_its_score(vectors, featurizer):
    companies, startups = vectors
    for u in companies.matrix:
        for v in startups.matrix:
            parts = pair_parts(u, v, featurizer.layout)
            assert sum(parts.values()) == pytest.approx(pair_score(u, v), abs=1e-6)


def test_one_product_scores_everybody_as_pair_by_pair(vectors):
    companies, startups = vectors
    table = score_matrix(companies, startups)
    single = [[pair_score(u, v) for v in startups.matrix] for u in companies.matrix]
    assert np.allclose(table, single, atol=1e-4)


def test_one_more_startup_changes_no_other_score(world, featurizer, vectors):
    companies, startups = vectors
    stranger = startup(7, one_liner="something else entirely", solution="unrelated")
    world.embed(startups=[stranger])
    more = featurizer.startups([stranger, *world.startups])
    u = companies.matrix[0]
    before = pair_scores(np.tile(u, (len(world.startups), 1)), startups.matrix)
    after = pair_scores(np.tile(u, (len(world.startups), 1)), more.matrix[1:])
    assert np.allclose(before, after, atol=2e-6)


part_rows = st.lists(st.floats(-20, 20), min_size=len(SLICES), max_size=len(SLICES)).map(np.array)


@given(parts=part_rows)
def test_shown_parts_stay_within_their_caps_and_are_the_nearest_tenths(world, parts):
    shown, scale = shown_tenths(parts[None], world.policy)[0].tolist(), world.policy.scale
    for name, part, tenths in zip(SLICES, parts.tolist(), shown, strict=True):
        assert tenths == min(max(round(scale.shifts[name] + scale.per_unit * part), 0), scale.caps[name])
    assert 0 <= sum(shown) <= sum(scale.caps.values()) == 1_000


@given(parts=part_rows, place=st.integers(0, len(SLICES) - 1), more=st.floats(0, 5))
def test_a_better_part_never_lowers_the_shown_score(world, parts, place, more):
    better = parts.copy()
    better[place] += more
    before, after = shown_tenths(np.array([parts, better]), world.policy).sum(axis=1).tolist()
    assert after >= before


def test_a_missing_part_is_named_and_makes_the_score_provisional(world, featurizer):
    silent = startup(2, partner_sought="")
    world.embed(startups=[silent])
    companies, startups = featurizer.companies(world.companies[:1]), featurizer.startups([silent])
    known = companies.known & startups.known
    (bits,) = missing_bits(known, world.policy).tolist()
    missing = [name for place, name in enumerate(SLICES) if bits >> place & 1]
    assert missing == gaps(missing) == ["partner_e5", "partner_use"]
    assert missing_bits(np.ones_like(known), world.policy).tolist() == [0]


@pytest.mark.parametrize(
    ("tenths", "word"),
    [
        (1_000, "high"),
        (800, "high"),
        (799, "fairly_high"),
        (700, "fairly_high"),
        (699, "possible"),
        (0, "possible"),
    ],
)
def test_a_score_has_a_word(tenths, word):
    assert band(tenths) == word


def test_the_capabilities_that_carry_a_pair_are_named_strongest_first(featurizer):
    u, v = np.zeros((2, 1, featurizer.layout.width), dtype=np.float32)
    start = featurizer.layout.bounds["capability"].start
    u[0, start : start + 3], v[0, start : start + 3] = (1, 1, 1), (0.2, 0.0, 0.9)
    assert shared_places(u, v, featurizer.layout, 3, 3).tolist() == [[2, 0, NONE]]


def test_scores_of_many_pairs_are_those_of_each_however_many_are_gathered(vectors):
    companies, startups = (each.matrix for each in vectors)
    rows, columns = (np.tile(np.arange(3), 20), np.repeat(np.arange(5), 12))
    found = cell_scores(companies, rows, startups, columns).tolist()
    wanted = [pair_score(companies[row], startups[column]) for row, column in zip(rows, columns, strict=True)]
    assert found == wanted
    assert cell_scores(companies, rows[:0], startups, columns[:0]).tolist() == []
