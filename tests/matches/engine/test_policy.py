from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace

import pytest

from matchmaking.core.enums import SUB_FIELDS, CooperationMode, Field, Language
from matchmaking.matches.engine.policy import GROUPS, SLICES, Policy, PolicyError, load_policy
from matchmaking.matches.engine.thesaurus import load_thesaurus
from tests.matches.engine_factories import World


@pytest.fixture(scope="module")
def policy():
    return World().policy


@pytest.fixture(scope="module")
def delivered():
    return load_policy()


def test_a_policy_survives_json_unchanged(policy):
    assert Policy.from_dict(json.loads(json.dumps(policy.to_dict()))) == policy


def test_a_policy_cannot_be_changed(policy):
    with pytest.raises(FrozenInstanceError):
        policy.name = "other"


def test_the_delivered_policy_knows_the_portals_vocabularies_and_thesaurus(delivered):
    words = delivered.vocabulary
    assert set(words.fields) == set(Field.values)
    assert words.sub_fields == tuple(tag.value for tags in SUB_FIELDS.values() for tag in tags)
    assert words.modes == tuple(CooperationMode.values)
    assert words.languages == tuple(Language.values)
    assert delivered.thesaurus == load_thesaurus().version


def test_the_delivered_scale_adds_up_to_a_hundred_points(delivered):
    assert sum(delivered.scale.caps.values()) == 1_000
    assert all(cap > 0 for cap in delivered.scale.caps.values())


def test_every_slice_is_shown_in_exactly_one_of_at_most_six_bars():
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(SLICES)
    assert len(GROUPS) <= 6


def test_weight_enters_a_score_once_through_both_roots(policy):
    for name in SLICES:
        assert policy.factor(name) ** 2 == pytest.approx(policy.weights[name] / policy.calibration.sds[name])


@pytest.mark.parametrize("bad", [-1.0, float("nan"), float("inf")])
def test_a_weight_that_makes_no_sense_is_refused(policy, bad):
    with pytest.raises(PolicyError, match="weights"):
        replace(policy, weights={**policy.weights, "field": bad})


def test_caps_that_miss_a_hundred_points_are_refused(policy):
    caps = {**policy.scale.caps, "field": policy.scale.caps["field"] + 1}
    with pytest.raises(PolicyError, match=r"100\.0"):
        replace(policy, scale=replace(policy.scale, caps=caps))


def test_a_spread_of_zero_is_refused(policy):
    sds = {**policy.calibration.sds, "field": 0.0}
    with pytest.raises(PolicyError, match="sds"):
        replace(policy, calibration=replace(policy.calibration, sds=sds))


@pytest.mark.parametrize("key", ["name", "weights", "calibration", "scale", "vocabulary", "encoders"])
def test_a_policy_with_a_missing_part_is_refused(policy, key):
    data = policy.to_dict()
    del data[key]
    with pytest.raises(PolicyError, match=key):
        Policy.from_dict(data)


def test_a_missing_weight_names_what_is_expected(policy):
    with pytest.raises(PolicyError, match="weights: expected advice, capability, cooperation"):
        replace(policy, weights={})
