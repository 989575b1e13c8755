"""What must hold for any profiles: parts sum, and who else takes part changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.matches.engine.features import CompanySide, Features, Featurizer, StartupSide
from matchmaking.matches.engine.policy import FULL_SCALE, SLICES
from matchmaking.matches.engine.scoring import (
    NONE,
    RULES,
    Eligibility,
    Terms,
    band,
    bitset,
    failed_rule,
    missing_bits,
    pair_scores,
    parts_of,
    shared_places,
    shown_tenths,
    why_no_match,
)
from matchmaking.matches.engine.toplists import top_lists
from tests.matches.engine.plain import pair_parts, pair_score
from tests.matches.engine_factories import FIELDS, MODES, WORDS, World, company, startup

TAGS = ("retail", "agritech", "mobility", "unheard of")
LANGUAGES = ("ja", "en", "zh")
WORLD = World()
FEATURIZER = Featurizer(WORLD.policy, WORLD.thesaurus, WORLD.cache, WORLD.encoders)
few = settings(max_examples=30, deadline=None)

texts = st.lists(st.sampled_from([*WORDS, "we", "need", "a", "。"]), max_size=6).map(" ".join)
tags_of = st.lists(st.sampled_from(TAGS), unique=True, max_size=3).map(tuple)
modes_of = st.lists(st.sampled_from(MODES), unique=True, max_size=3).map(tuple)
languages_of = st.lists(st.sampled_from(LANGUAGES), unique=True, max_size=3).map(tuple)
confirmed = st.none() | st.lists(st.sampled_from([*WORDS, "gone"]), max_size=3).map(tuple)
firms = st.builds(
    CompanySide,
    need_text=texts,
    business_text=texts,
    strengths=texts,
    fields=tags_of,
    modes=modes_of,
    languages=languages_of,
    capabilities=confirmed,
)
offers = st.builds(
    StartupSide,
    one_liner=texts,
    solution=texts,
    partner_sought=texts,
    fields=tags_of,
    modes=modes_of,
    languages=languages_of,
    capabilities=confirmed,
)


def left(sides: Sequence[CompanySide]) -> Features:
    WORLD.embed(sides)
    return FEATURIZER.companies(sides)


def right(sides: Sequence[StartupSide]) -> Features:
    WORLD.embed(startups=sides)
    return FEATURIZER.startups(sides)


def table(u: Features, v: Features) -> np.ndarray:
    return np.array([pair_scores(np.tile(row, (len(v.matrix), 1)), v.matrix) for row in u.matrix])


@few
@given(firm=firms, offer=offers)
def test_the_parts_of_any_two_profiles_add_up_to_their_score(firm: CompanySide, offer: StartupSide) -> None:
    u, v = left([firm]).matrix[0], right([offer]).matrix[0]
    parts = pair_parts(u, v, FEATURIZER.layout)
    assert list(parts) == list(SLICES)
    assert sum(parts.values()) == pytest.approx(pair_score(u, v), abs=2e-6)


@few
@given(firm=firms, offer=offers)
def test_any_two_profiles_have_a_score_between_nothing_and_a_hundred(
    firm: CompanySide, offer: StartupSide
) -> None:
    ours, theirs = left([firm]), right([offer])
    tenths = shown_tenths(parts_of(ours.matrix, theirs.matrix, FEATURIZER.layout), WORLD.policy)
    assert tenths.shape == (1, len(SLICES))
    assert 0 <= tenths.sum() <= FULL_SCALE


@few
@given(some=st.lists(st.tuples(firms, offers), max_size=4))
def test_what_either_side_is_silent_about_is_missing(some: list[tuple[CompanySide, StartupSide]]) -> None:
    known = left([firm for firm, _ in some]).known & right([offer for _, offer in some]).known
    bits = missing_bits(known, WORLD.policy).tolist()
    assert bits == [
        sum(1 << place for place, name in enumerate(SLICES) if not pair[place] and WORLD.policy.weights[name])
        for pair in known
    ]


@few
@given(some=st.lists(offers, min_size=2, max_size=6), data=st.data())
def test_the_order_of_the_startups_changes_no_score(some: list[StartupSide], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(some))))
    u = left(WORLD.companies[:3])
    before, after = table(u, right(some)), table(u, right([some[place] for place in order]))
    assert np.allclose(before[:, order], after, atol=3e-6)


@few
@given(some=st.lists(firms, min_size=2, max_size=5), data=st.data())
def test_the_order_of_the_firms_changes_no_score(some: list[CompanySide], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(some))))
    v = right(WORLD.startups[:4])
    before, after = table(left(some), v), table(left([some[place] for place in order]), v)
    assert np.allclose(before[order], after, atol=3e-6)


@few
@given(stranger=offers, place=st.integers(0, 5))
def test_one_more_startup_changes_nobody_elses_score(stranger: StartupSide, place: int) -> None:
    others = WORLD.startups[:5]
    u = left(WORLD.companies[:3])
    before = table(u, right(others))
    after = table(u, right([*others[:place], stranger, *others[place:]]))
    assert np.allclose(before, np.delete(after, place, axis=1), atol=3e-6)


@few
@given(stranger=offers)
def test_a_startup_that_may_not_be_matched_changes_no_list(stranger: StartupSide) -> None:
    u, v = left(WORLD.companies), right([*WORLD.startups, stranger])
    theirs = [Terms(1, 1)] * len(WORLD.startups)
    alone, _ = top_lists(u.matrix, v.matrix[:-1], Eligibility([Terms(1, 1)] * len(u.matrix), theirs), 5)
    more, _ = top_lists(
        u.matrix, v.matrix, Eligibility([Terms(1, 1)] * len(u.matrix), [*theirs, Terms(2, 1)]), 5
    )
    for row in range(len(u.matrix)):
        assert more.of(row)[0].tolist() == alone.of(row)[0].tolist()


@few
@given(offer=offers, copies=st.integers(2, 4))
def test_equal_profiles_have_equal_scores_and_the_first_stands_first(offer: StartupSide, copies: int) -> None:
    u, v = left(WORLD.companies[:4]), right([offer] * copies)
    scores = table(u, v)
    assert np.allclose(scores, scores[:, :1], atol=3e-6)
    lists, _ = top_lists(u.matrix, np.repeat(v.matrix[:1], copies, axis=0), k=copies)
    assert [lists.of(row)[0].tolist() for row in range(4)] == [list(range(copies))] * 4


@few
@given(offer=offers)
def test_saying_the_same_twice_says_no_more(offer: StartupSide) -> None:
    repeated = replace(offer, fields=offer.fields * 2, modes=offer.modes * 2, languages=offer.languages * 2)
    once, twice = right([offer]), right([repeated])
    assert np.array_equal(once.matrix, twice.matrix)
    assert np.array_equal(once.known, twice.known)


@few
@given(firm=firms, offer=offers)
def test_the_order_of_tags_says_nothing(firm: CompanySide, offer: StartupSide) -> None:
    turned = replace(firm, fields=firm.fields[::-1], modes=firm.modes[::-1], languages=firm.languages[::-1])
    v = right([offer])
    assert np.allclose(table(left([firm]), v), table(left([turned]), v), atol=1e-6)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("mode", MODES)
def test_sharing_a_tag_never_counts_less_than_not_sharing_it(field: str, mode: str) -> None:
    ours = left([company(fields=(field,), modes=(mode,))]).matrix[0]
    same = right([startup(fields=(field,), modes=(mode,))]).matrix[0]
    other_field, other_mode = FIELDS[(FIELDS.index(field) + 1) % 3], MODES[(MODES.index(mode) + 1) % 3]
    apart = right([startup(fields=(other_field,), modes=(other_mode,))]).matrix[0]
    near, far = (pair_parts(ours, v, FEATURIZER.layout) for v in (same, apart))
    assert near["field"] > far["field"] == pytest.approx(0)
    assert near["cooperation"] > far["cooperation"] == pytest.approx(0)


def test_parts_of_many_pairs_are_those_of_each() -> None:
    u, v = left(WORLD.companies[:6]).matrix, right(WORLD.startups[:6]).matrix
    together = parts_of(u, v, FEATURIZER.layout)
    single = [list(pair_parts(a, b, FEATURIZER.layout).values()) for a, b in zip(u, v, strict=True)]
    assert np.allclose(together, single, atol=1e-9)


# --- The shown scale ---------------------------------------------------------------------------------------------


@given(name=st.sampled_from(SLICES), parts=st.lists(st.floats(-50, 50), min_size=2, max_size=6))
def test_a_larger_part_is_never_shown_smaller(name: str, parts: list[float]) -> None:
    column = np.array(sorted(parts))[:, None]
    shown = shown_tenths(column, WORLD.policy, [name])[:, 0].tolist()
    assert shown == sorted(shown)
    assert all(0 <= tenths <= WORLD.policy.scale.caps[name] for tenths in shown)


@given(st.integers(0, FULL_SCALE))
def test_every_score_has_one_word_and_words_follow_scores(tenths: int) -> None:
    order = ["possible", "fairly_high", "high"]
    assert order.index(band(tenths)) <= order.index(band(min(tenths + 1, FULL_SCALE)))


# --- Rules -------------------------------------------------------------------------------------------------------

terms = st.builds(
    Terms,
    fields=st.integers(0, 7),
    modes=st.integers(0, 7),
    country=st.sampled_from(["SG", "IN"]),
    excluded=st.frozensets(st.sampled_from(["SG", "IN"])),
)


@given(company=terms, startups=st.lists(terms, max_size=6), data=st.data())
def test_a_firm_has_a_reason_exactly_if_no_startup_would_do(
    company: Terms, startups: list[Terms], data: st.DataObject
) -> None:
    flags = data.draw(st.lists(st.booleans(), min_size=len(startups), max_size=len(startups)))
    failed = [failed_rule(company, each, dismissed=flag) for each, flag in zip(startups, flags, strict=True)]
    rule = why_no_match(company, startups, flags)
    assert (rule is None) == (None in failed)
    assert rule is None or rule in RULES


@given(company=terms, startups=st.lists(terms, min_size=1, max_size=6), data=st.data())
def test_the_reason_does_not_depend_on_the_order_of_the_startups(
    company: Terms, startups: list[Terms], data: st.DataObject
) -> None:
    turned = data.draw(st.permutations(startups))
    assert why_no_match(company, startups) == why_no_match(company, turned)


@given(st.lists(st.sampled_from(TAGS)))
def test_a_bitset_forgets_order_repetition_and_unknown_words(tags: list[str]) -> None:
    bits = bitset(tags, FIELDS)
    assert bits == bitset(reversed(tags), FIELDS) == bitset(tags * 2, FIELDS)
    assert bits.bit_count() == len(set(tags) & set(FIELDS))


@few
@given(firm=firms, offer=offers, most=st.integers(1, 5))
def test_shared_capabilities_are_few_different_and_carried_by_both(
    firm: CompanySide, offer: StartupSide, most: int
) -> None:
    u, v = left([firm]).matrix, right([offer]).matrix
    count = len(WORLD.thesaurus.capabilities)
    found = shared_places(u, v, FEATURIZER.layout, count, most)[0].tolist()
    start = FEATURIZER.layout.bounds["capability"].start
    shares = (u * v)[0, start : start + count].tolist()
    order = sorted((place for place in range(count) if shares[place] > 0), key=lambda place: -shares[place])
    assert found == (order + [NONE] * most)[:most]
