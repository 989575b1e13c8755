"""Other weights: what is worked out from them, and what must not change."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.matches.engine.calibration import LEAST_CAP
from matchmaking.matches.engine.policy import FULL_SCALE, SLICES, Policy, PolicyError, load_policy
from matchmaking.matches.engine.reweighting import reweighted

DELIVERED = load_policy()
WEIGHTS = st.fixed_dictionaries({name: st.integers(0, 3000).map(lambda n: n / 1000) for name in SLICES})
SOME = WEIGHTS.filter(lambda weights: any(weights.values()))


def with_weights(base: Policy = DELIVERED, **changed: float) -> Policy:
    weights = {**base.weights, **changed}
    return reweighted(base, weights, version=base.version, reference=DELIVERED)


def test_the_same_weights_give_the_same_policy() -> None:
    same = with_weights()
    assert same.scale.caps == DELIVERED.scale.caps
    assert same.scale.per_unit == pytest.approx(DELIVERED.scale.per_unit, rel=1e-4)
    assert same.scale.shifts == pytest.approx(DELIVERED.scale.shifts, abs=0.05)
    assert replace(same, scale=DELIVERED.scale) == DELIVERED


@given(SOME)
def test_whatever_the_weights_the_parts_together_earn_a_hundred_points(weights: dict[str, float]) -> None:
    caps = reweighted(DELIVERED, weights, version=9, reference=DELIVERED).scale.caps
    assert sum(caps.values()) == FULL_SCALE
    assert {name for name in SLICES if caps[name]} == {name for name in SLICES if weights[name]}
    assert min(cap for cap in caps.values() if cap) >= LEAST_CAP


@given(SOME, st.sampled_from([0.25, 0.5, 2.0, 3.0]))
def test_only_proportions_count(weights: dict[str, float], factor: float) -> None:
    """Twice all weights: the same points for the same profiles, because a part's raw value doubles too."""
    one = reweighted(DELIVERED, weights, version=9, reference=DELIVERED).scale
    times = {name: weight * factor for name, weight in weights.items()}
    other = reweighted(DELIVERED, times, version=9, reference=DELIVERED).scale
    assert max(abs(one.caps[name] - other.caps[name]) for name in SLICES) <= 1  # a tenth, by rounding
    assert other.per_unit * factor == pytest.approx(one.per_unit, rel=1e-4)
    assert other.shifts == pytest.approx(one.shifts, abs=0.01)


@given(st.sampled_from(SLICES), st.integers(2, 5))
def test_a_heavier_part_can_earn_more_and_every_other_part_no_more(name: str, times: int) -> None:
    heavier = with_weights(**{name: DELIVERED.weights[name] * times}).scale.caps
    assert heavier[name] > DELIVERED.scale.caps[name]
    assert [part for part in SLICES if part != name and heavier[part] > DELIVERED.scale.caps[part]] == []


@pytest.mark.parametrize("name", SLICES)
def test_a_part_that_was_left_out_comes_back_as_it_was(name: str) -> None:
    """Its range is no longer in the policy that left it out, so it is read from the delivered one."""
    without = with_weights(**{name: 0.0})
    assert (without.scale.caps[name], without.factor(name)) == (0, 0)
    back = with_weights(without, **{name: DELIVERED.weights[name]})
    assert max(abs(back.scale.caps[part] - DELIVERED.scale.caps[part]) for part in SLICES) <= 2


def test_what_was_measured_stays_and_the_version_is_the_new_one() -> None:
    new = reweighted(DELIVERED, {**DELIVERED.weights, "size": 0.7}, version=41, reference=DELIVERED)
    assert (new.calibration, new.vocabulary, new.thesaurus) == (
        DELIVERED.calibration,
        DELIVERED.vocabulary,
        DELIVERED.thesaurus,
    )
    assert (new.version, new.weights["size"], DELIVERED.weights["size"]) == (41, 0.7, 0.1)


def test_advice_and_country_stay_even_around_their_middle() -> None:
    """Nobody's word for or against earns half: at twice the weight too."""
    scale = with_weights(advice=0.5, country=0.3).scale
    for name in ("advice", "country"):
        assert scale.shifts[name] == pytest.approx(scale.caps[name] / 2, rel=0.25)


@pytest.mark.parametrize("weight", [-0.1, float("nan"), float("inf")])
def test_weights_that_make_no_sense_are_refused(weight: float) -> None:
    with pytest.raises(PolicyError):
        with_weights(need_e5=weight)


def test_the_delivered_policy_weighs_every_part_so_that_it_can_lend_their_ranges() -> None:
    assert [name for name in SLICES if not DELIVERED.weights[name] or not DELIVERED.scale.caps[name]] == []
