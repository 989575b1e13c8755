from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matchmaking.matches.engine.features import Featurizer, first_sentence, unit
from matchmaking.matches.engine.policy import SLICES
from tests.matches.engine_factories import World, company, startup


@pytest.fixture(scope="module")
def world():
    return World()


@pytest.fixture(scope="module")
def featurizer(world):
    return Featurizer(world.policy, world.thesaurus, world.cache, world.encoders)


def known(features, row=0):
    return dict(zip(SLICES, features.known[row].tolist(), strict=True))


def test_slices_fill_the_vector_without_gap_or_overlap(featurizer):
    bounds = list(featurizer.layout.bounds.values())
    assert bounds[0].start == 0
    assert [one.stop for one in bounds[:-1]] == [other.start for other in bounds[1:]]
    assert bounds[-1].stop == featurizer.layout.width


def test_rows_are_single_precision_and_in_the_order_given(world, featurizer):
    both = featurizer.startups(world.startups[:2])
    assert (both.matrix.dtype, both.matrix.shape) == (np.float32, (2, featurizer.layout.width))
    alone = featurizer.startups([world.startups[1]])
    assert np.allclose(both.matrix[1], alone.matrix[0], atol=1e-6)


def test_another_profile_changes_no_vector(world, featurizer):
    few, many = featurizer.companies(world.companies[:3]), featurizer.companies(world.companies)
    assert np.allclose(few.matrix, many.matrix[:3], atol=1e-6)


def test_no_profiles_make_an_empty_matrix(featurizer):
    assert featurizer.companies([]).matrix.shape == (0, featurizer.layout.width)
    assert featurizer.startups([]).known.shape == (0, len(SLICES))


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"need_text": " "}, {"need_e5", "need_use", "capability"}),
        ({"strengths": "", "business_text": ""}, {"partner_e5", "partner_use"}),
        ({"fields": ()}, {"field"}),
        ({"fields": ("unheard of",)}, {"field"}),
        ({"modes": ()}, {"cooperation"}),
        ({"languages": ()}, {"language"}),
        ({"capabilities": ()}, {"capability"}),
        ({"capabilities": ("solar",)}, set()),
    ],
)
def test_what_a_firm_does_not_say_is_known_to_be_missing(world, featurizer, changes, missing):
    side = company(1, **changes)
    world.embed([side])
    found = known(featurizer.companies([side]))
    assert {name for name in SLICES if not found[name]} == missing


def test_silent_text_is_zero_and_silent_tags_are_average(world, featurizer):
    side = startup(3, partner_sought="", modes=())
    world.embed(startups=[side])
    row = featurizer.startups([side]).matrix[0]
    bounds = featurizer.layout.bounds
    assert not row[bounds["partner_e5"]].any()
    average = np.array(world.policy.calibration.averages["cooperation_startup"])
    assert np.allclose(row[bounds["cooperation"]], average * world.policy.factor("cooperation"), atol=1e-6)


def test_each_known_slice_has_the_length_its_factor_gives_it(world, featurizer):
    features = featurizer.startups(world.startups)
    for name in ("need_e5", "need_use", "capability", "cooperation", "language"):
        lengths = np.linalg.norm(features.matrix[:, featurizer.layout.bounds[name]], axis=1)
        assert np.allclose(lengths, world.policy.factor(name), rtol=1e-4)


def test_a_confirmed_capability_replaces_the_guess(world, featurizer):
    side = replace(world.companies[0], capabilities=("drone", "not in this edition"))
    tags = featurizer.need_tags([side])[0]
    assert tags.tolist() == world.thesaurus.multi_hot(["drone"]).tolist()


def test_an_alias_in_the_need_counts_towards_its_capability(world, featurizer):
    plain, hit = company(need_text="we want help"), company(need_text="we want help with solar")
    world.embed([plain, hit])
    tags = featurizer.need_tags([plain, hit])[:, world.thesaurus.positions["solar"]]
    assert tags[1] >= tags[0] + 0.5 or tags[1] >= 0.5


def test_a_shared_sub_field_adds_to_a_shared_field(world, featurizer):
    def part(ours, theirs):
        sides = company(sub_fields=ours), startup(sub_fields=theirs)
        world.embed([sides[0]], [sides[1]])
        bound = featurizer.layout.bounds["field"]
        u, v = featurizer.companies([sides[0]]).matrix[0], featurizer.startups([sides[1]]).matrix[0]
        return float(u[bound] @ v[bound])

    plain, shared = part((), ()), part(("payments",), ("payments",))
    assert shared == pytest.approx(1.5 * plain)
    assert part(("payments",), ("logistics",)) == pytest.approx(plain)


def test_a_weight_of_zero_silences_its_slice(world):
    policy = replace(world.policy, weights={**world.policy.weights, "field": 0.0})
    features = Featurizer(policy, world.thesaurus, world.cache, world.encoders).companies(world.companies)
    bound = Featurizer(policy, world.thesaurus, world.cache, world.encoders).layout.bounds["field"]
    assert not features.matrix[:, bound].any()


def test_another_edition_of_the_thesaurus_is_refused(world):
    policy = replace(world.policy, calibration=replace(world.policy.calibration, idf=(1.0,)))
    with pytest.raises(ValueError, match="another edition"):
        Featurizer(policy, world.thesaurus, world.cache, world.encoders)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("", ""),
        ("食品スーパー。三十店。", "食品スーパー。"),
        ("We make 3.5 mm bolts. Since 1950.", "We make 3.5 mm bolts."),
        ("no end", "no end"),
        ("x" * 500, "x" * 120),
    ],
)
def test_one_line_of_the_business_goes_with_the_need(text, first):
    assert first_sentence(text) == first


def test_rows_without_length_stay_zero():
    assert unit(np.zeros((2, 3), dtype=np.float32)).tolist() == [[0, 0, 0], [0, 0, 0]]
