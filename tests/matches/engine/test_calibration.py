from __future__ import annotations

import numpy as np
import pytest

from matchmaking.matches.engine.calibration import FIXED, fit_policy, fit_scale, flat_scale, recentred
from matchmaking.matches.engine.features import Featurizer
from matchmaking.matches.engine.policy import SLICES, PolicyError
from matchmaking.matches.engine.scoring import parts_of, shown_tenths
from tests.matches.engine_factories import World, company, startup


@pytest.fixture(scope="module")
def world():
    return World()


def test_every_weighted_slice_varies_by_its_weight_over_the_calibrated_pairs(world):
    featurizer = Featurizer(world.policy, world.thesaurus, world.cache, world.encoders)
    left, right = featurizer.companies(world.companies).matrix, featurizer.startups(world.startups).matrix
    pairs = [np.repeat(left, len(right), axis=0), np.tile(right, (len(left), 1))]
    spreads = parts_of(*pairs, featurizer.layout).std(axis=0)
    for name, spread in zip(SLICES, spreads, strict=True):
        if name in FIXED:
            assert 0 < spread < 2 * world.policy.weights[name]
            continue
        assert spread == pytest.approx(world.policy.weights[name], rel=0.02)


def test_centred_texts_have_no_common_direction_left(world):
    featurizer = Featurizer(world.policy, world.thesaurus, world.cache, world.encoders)
    rows = featurizer.startups(world.startups).matrix[:, featurizer.layout.bounds["need_e5"]]
    lengths = np.linalg.norm(rows, axis=1).mean()
    assert np.linalg.norm(rows.mean(axis=0)) < 0.2 * lengths


def test_calibration_gives_the_same_policy_again(world):
    assert world.fit() == world.policy


def test_the_order_of_the_profiles_hardly_matters(world):
    turned = fit_policy(
        world.companies[::-1],
        world.startups[::-1],
        world.thesaurus,
        world.cache,
        name="small",
        version=1,
        encoders=world.encoders,
    )
    assert turned.calibration.sds == pytest.approx(world.policy.calibration.sds, rel=1e-3)
    assert turned.calibration.idf == world.policy.calibration.idf


def test_too_few_profiles_are_refused(world):
    with pytest.raises(PolicyError, match="at least 10 texts"):
        fit_policy(
            world.companies[:9],
            world.startups,
            world.thesaurus,
            world.cache,
            name="few",
            version=1,
            encoders=world.encoders,
        )


def test_profiles_that_seek_no_partner_are_calibrated_without(world):
    silent = [startup(index, partner_sought="") for index in range(12)]
    world.embed(startups=silent)
    policy = fit_policy(
        world.companies,
        silent,
        world.thesaurus,
        world.cache,
        name="silent",
        version=1,
        encoders=world.encoders,
    )
    assert set(policy.calibration.centres["sought_e5"]) == {0.0}
    assert policy.calibration.sds["partner_e5"] == 1.0


@pytest.mark.parametrize(("companies", "startups", "changed"), [(9, 9, set()), (14, 9, {"need", "strength"})])
def test_a_side_with_ten_texts_gets_its_own_centres(world, companies, startups, changed):
    ours = [company(index, need_text=f"another need {index}") for index in range(companies)]
    theirs = [startup(index, solution=f"another answer {index}") for index in range(startups)]
    world.embed(ours, theirs)
    moved = recentred(world.policy, ours, theirs, world.cache, world.encoders).calibration.centres
    found = {name.split("_")[0] for name in moved if moved[name] != world.policy.calibration.centres[name]}
    assert found <= changed
    assert bool(found) == bool(changed)


def test_the_best_pairs_of_a_list_read_higher_than_others(world):
    featurizer = Featurizer(world.policy, world.thesaurus, world.cache, world.encoders)
    left, right = featurizer.companies(world.companies).matrix, featurizer.startups(world.startups).matrix
    best, middle = [], []
    for u in left:
        parts = parts_of(np.tile(u, (len(right), 1)), right, featurizer.layout)
        ranked = parts[np.argsort(-parts.sum(axis=1))]
        for row, scores in ((ranked[0], best), (ranked[len(ranked) // 2], middle)):
            scores.append(shown_tenths(row, world.policy).sum())
    assert np.median(best) > np.median(middle) + 200
    assert 650 <= np.median(best) <= 980


@pytest.mark.parametrize("spread", [0.0, 1e-3, 1.0, 40.0])
def test_caps_add_up_to_a_hundred_points_for_any_spread(spread):
    parts = np.random.default_rng(1).standard_normal((6, 9, len(SLICES))) * spread
    assert sum(fit_scale(parts).caps.values()) == 1_000


def test_a_slice_without_spread_earns_nothing_and_one_with_some_can_be_seen():
    parts = np.zeros((6, 9, len(SLICES)))
    parts[:, :, 0] = np.random.default_rng(1).standard_normal((6, 9))
    parts[:, ::2, SLICES.index("field")] = 1e-3
    caps = fit_scale(parts).caps
    assert caps["language"] == 0
    assert caps["field"] == 0 or caps["field"] >= 20


def test_the_flat_scale_is_a_scale():
    assert sum(flat_scale().caps.values()) == 1_000
