"""A policy goes along to another edition: what was measured follows each capability by its name."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest

from matchmaking.matches.engine.features import Featurizer, layout_of
from matchmaking.matches.engine.policy import Policy
from matchmaking.matches.engine.thesaurus import Thesaurus, from_records
from matchmaking.matches.thesauri.carrying import USUAL_RARITY, carried_over
from tests.matches.engine_factories import WORDS, World, capability_record


@lru_cache(maxsize=1)
def small_world() -> World:
    return World()


def edition(*words: str, group: str = "group0") -> Thesaurus:
    groups = {word: f"group{place % 3}" for place, word in enumerate(WORDS)}
    return from_records([capability_record(word, group=groups.get(word, group)) for word in words])


def tags(policy: Policy, thesaurus: Thesaurus, side: str) -> dict[str, float]:
    names = [*(item.id for item in thesaurus.capabilities), *(f"* {name}" for name in thesaurus.groups)]
    return dict(zip(names, policy.calibration.averages[f"capability_{side}"], strict=True))


def rarity(policy: Policy, thesaurus: Thesaurus) -> dict[str, float]:
    return dict(zip((item.id for item in thesaurus.capabilities), policy.calibration.idf, strict=True))


def test_the_same_edition_changes_nothing() -> None:
    world = small_world()
    assert carried_over(world.policy, world.thesaurus, world.thesaurus) is world.policy


@pytest.mark.parametrize(
    "words",
    [WORDS[::-1], WORDS[1:], WORDS[:4], ("solar", "feed", "solder", "queue")],
    ids=["another order", "one is gone", "eight are gone", "two orders and one new"],
)
def test_numbers_follow_their_capability(words: tuple[str, ...]) -> None:
    world, after = small_world(), edition(*words)
    policy = carried_over(world.policy, world.thesaurus, after)
    before = rarity(world.policy, world.thesaurus)
    assert rarity(policy, after) == {word: before.get(word, USUAL_RARITY) for word in words}
    for side in ("company", "startup"):
        old, new = tags(world.policy, world.thesaurus, side), tags(policy, after, side)
        assert new == {name: old.get(name, 0.0) for name in new}
    assert policy.thesaurus == after.version != world.policy.thesaurus


def test_a_group_of_its_own_for_a_new_capability_starts_at_nothing() -> None:
    world, after = small_world(), edition(*WORDS, "balloon", group="air")
    policy = carried_over(world.policy, world.thesaurus, after)
    assert {tags(policy, after, side)["* air"] for side in ("company", "startup")} == {0.0}


def test_everything_else_of_the_policy_stays() -> None:
    world, after = small_world(), edition(*WORDS[2:])
    policy = carried_over(world.policy, world.thesaurus, after)
    kept = {"idf": policy.calibration.idf, "averages": policy.calibration.averages}
    assert replace(world.policy, thesaurus=after.version) == replace(
        policy,
        calibration=replace(
            policy.calibration, idf=world.policy.calibration.idf, averages=world.policy.calibration.averages
        ),
    )
    assert {
        name for name in kept["averages"] if kept["averages"][name] != world.policy.calibration.averages[name]
    } == {
        "capability_company",
        "capability_startup",
    }


def test_back_and_forth_gives_the_policy_back_if_nothing_was_lost() -> None:
    world, other = small_world(), edition(*WORDS[::-1])
    there = carried_over(world.policy, world.thesaurus, other)
    assert carried_over(there, other, world.thesaurus) == world.policy


def test_the_engine_takes_the_policy_with_its_new_edition_and_refuses_the_old() -> None:
    world, after = small_world(), edition(*WORDS[:6], "balloon")
    policy = carried_over(world.policy, world.thesaurus, after)
    assert (
        layout_of(policy, after).bounds["capability"].stop
        - layout_of(policy, after).bounds["capability"].start
        == 10
    )
    Featurizer(policy, after, world.cache, world.encoders)
    with pytest.raises(ValueError, match="another edition"):
        Featurizer(policy, world.thesaurus, world.cache, world.encoders)
