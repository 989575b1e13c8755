"""The policy as a file: it comes back as it was written, and whatever is wrong with it is said."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.matches.engine.features import layout_of
from matchmaking.matches.engine.policy import (
    AVERAGES,
    CENTRES,
    DEFAULT_PATH,
    DEFAULT_VOCABULARY,
    DEFAULT_WEIGHTS,
    GROUPS,
    SLICES,
    Policy,
    PolicyError,
    load_policy,
)
from matchmaking.matches.engine.thesaurus import load_thesaurus
from matchmaking.matches.explaining.explanation import PART_LABELS, PART_MEANINGS
from tests.matches.engine_factories import World

Data = dict[str, Any]


@pytest.fixture(scope="module")
def data() -> Data:
    """The delivered file as plain values."""
    return json.loads(DEFAULT_PATH.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def small() -> Data:
    """A small valid policy, quick to copy and to spoil."""
    return json.loads(json.dumps(World().policy.to_dict()))


def spoiled(data: Data, change: Callable[[Data], Any]) -> Data:
    copied = copy.deepcopy(data)
    change(copied)
    return copied


# --- There and back ----------------------------------------------------------------------------------------------


def test_the_delivered_file_is_what_the_policy_writes(data: Data) -> None:
    assert json.loads(json.dumps(load_policy().to_dict())) == data


def test_a_policy_can_be_written_to_a_file_and_read_again(small: Data, tmp_path: Path) -> None:
    path = tmp_path / "policy.json"
    policy = Policy.from_dict(small)
    path.write_text(json.dumps(policy.to_dict()), encoding="utf-8")
    assert load_policy(path) == policy


def test_the_file_begins_no_line_longer_than_an_editor_can_take() -> None:
    lines = DEFAULT_PATH.read_text(encoding="utf-8").splitlines()
    assert len(lines) > 10
    assert max(map(len, lines)) < 20_000


def test_reading_does_not_keep_hold_of_what_it_read(small: Data) -> None:
    given_ = copy.deepcopy(small)
    policy = Policy.from_dict(given_)
    given_["weights"]["field"] = 99
    given_["calibration"]["sds"]["field"] = 99
    assert (policy.weights["field"], policy.calibration.sds["field"]) == (
        small["weights"]["field"],
        small["calibration"]["sds"]["field"],
    )


# --- What the delivered policy promises --------------------------------------------------------------------------


def test_the_delivered_weights_are_the_measured_ones(data: Data) -> None:
    assert data["weights"] == dict(DEFAULT_WEIGHTS)


def test_the_delivered_calibration_has_a_number_for_everything(data: Data) -> None:
    calibration, entries = data["calibration"], len(load_thesaurus())
    assert set(calibration["centres"]) == set(CENTRES)
    assert {name: len(row) for name, row in calibration["centres"].items()} == {
        name: 384 if name.endswith("e5") else 512 for name in CENTRES
    }
    assert (set(calibration["sds"]), set(calibration["averages"])) == (set(SLICES), set(AVERAGES))
    assert len(calibration["idf"]) == entries
    assert sum(calibration["idf"]) / entries == pytest.approx(1, abs=1e-3)
    assert min(calibration["idf"]) > 0


def test_average_tags_are_shorter_than_any_profiles_own(data: Data) -> None:
    for name in AVERAGES:
        row = data["calibration"]["averages"][name]
        longest = {"size_company": 1.625, "stage_company": 9}.get(name, 1)
        assert 0 < sum(value * value for value in row) <= longest + 1e-6, name


def test_the_layout_of_the_delivered_policy_is_as_wide_as_its_parts() -> None:
    layout, words = layout_of(load_policy(), load_thesaurus()), DEFAULT_VOCABULARY
    texts = 2 * (384 + 512)
    tags = len(load_thesaurus()) + len(load_thesaurus().groups)
    tags += len(words.fields) + len(words.sub_fields) + len(words.modes) + len(words.languages)
    tags += len(words.budgets) + len(words.countries) + 1 + 9 + 1
    assert layout.width == texts + tags
    assert layout.starts[0] == 0


def test_every_part_can_be_named_and_explained() -> None:
    assert set(PART_LABELS) == set(PART_MEANINGS) == set(SLICES)
    assert list(PART_LABELS) == [name for names in GROUPS.values() for name in names]


# --- What is wrong with it ---------------------------------------------------------------------------------------

Change = Callable[[Data], Any]
WRONG: dict[str, tuple[Change, str]] = {
    "no name": (lambda d: d.pop("name"), "cannot be read: 'name'"),
    "no version": (lambda d: d.pop("version"), "cannot be read: 'version'"),
    "version in words": (lambda d: d.update(version="one"), "cannot be read: invalid literal"),
    "no weights": (lambda d: d.pop("weights"), "cannot be read: 'weights'"),
    "a weight missing": (
        lambda d: d["weights"].pop("field"),
        "weights: expected advice, capability, cooperation",
    ),
    "a weight too many": (lambda d: d["weights"].update(luck=1), "weights: expected"),
    "a negative weight": (
        lambda d: d["weights"].update(field=-0.1),
        "weights: must be finite and not negative",
    ),
    "an endless weight": (lambda d: d["weights"].update(field=float("inf")), "weights: must be finite"),
    "a weight that is no number": (
        lambda d: d["weights"].update(field=float("nan")),
        "weights: must be finite",
    ),
    "a weight in words": (lambda d: d["weights"].update(field="much"), "cannot be read"),
    "weights as a list": (lambda d: d.update(weights=[1, 2]), "cannot be read"),
    "no vocabulary": (lambda d: d.pop("vocabulary"), "cannot be read: 'vocabulary'"),
    "a vocabulary missing": (lambda d: d["vocabulary"].pop("modes"), "cannot be read"),
    "a vocabulary too many": (lambda d: d["vocabulary"].update(colours=[]), "cannot be read"),
    "no calibration": (lambda d: d.pop("calibration"), "cannot be read: 'calibration'"),
    "a spread missing": (lambda d: d["calibration"]["sds"].pop("field"), "sds: expected"),
    "a spread of nothing": (
        lambda d: d["calibration"]["sds"].update(field=0),
        "sds: must be finite and positive",
    ),
    "a negative spread": (
        lambda d: d["calibration"]["sds"].update(field=-1),
        "sds: must be finite and positive",
    ),
    "a spread that is no number": (
        lambda d: d["calibration"]["sds"].update(field=float("nan")),
        "sds: must be finite",
    ),
    "a centre missing": (lambda d: d["calibration"]["centres"].pop("need_e5"), "centres: expected"),
    "a centre too many": (lambda d: d["calibration"]["centres"].update(x=[0]), "centres: expected"),
    "centres that are numbers": (lambda d: d["calibration"].update(centres={"a": 1}), "cannot be read"),
    "an average missing": (lambda d: d["calibration"]["averages"].pop("field_company"), "averages: expected"),
    "no rarities": (lambda d: d["calibration"].pop("idf"), "cannot be read: 'idf'"),
    "a gloss spread missing": (
        lambda d: d["calibration"]["gloss_sds"].pop("use"),
        "gloss_sds: expected e5, use",
    ),
    "an encoder missing": (lambda d: d["encoders"].pop("use"), "gloss_sds: expected e5"),
    "no scale": (lambda d: d.pop("scale"), "cannot be read: 'scale'"),
    "a shift missing": (lambda d: d["scale"]["shifts"].pop("field"), "shifts: expected"),
    "a cap missing": (lambda d: d["scale"]["caps"].pop("field"), "caps: expected"),
    "a negative cap": (
        lambda d: d["scale"]["caps"].update(field=-1, need_e5=d["scale"]["caps"]["need_e5"] + 1),
        "caps: must not be negative",
    ),
    "caps that miss a hundred": (
        lambda d: d["scale"]["caps"].update(field=1_001),
        "must add up to 100.0 points",
    ),
    "a scale too many": (lambda d: d["scale"].update(offset=1), "cannot be read"),
    "no unit": (lambda d: d["scale"].pop("per_unit"), "cannot be read"),
    "a unit that is no number": (lambda d: d["scale"].update(per_unit=float("nan")), "scale: must be finite"),
    "a shift without end": (
        lambda d: d["scale"]["shifts"].update(field=float("inf")),
        "scale: must be finite",
    ),
    "no thesaurus": (lambda d: d.pop("thesaurus"), "cannot be read: 'thesaurus'"),
    "no encoders": (lambda d: d.pop("encoders"), "cannot be read: 'encoders'"),
}


@pytest.mark.parametrize("what", WRONG)
def test_whatever_is_wrong_is_said_in_one_line(small: Data, what: str) -> None:
    change, message = WRONG[what]
    with pytest.raises(PolicyError) as caught:
        Policy.from_dict(spoiled(small, change))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("data", [[], "policy", None, 3])
def test_what_is_no_object_at_all_is_refused(data: Any) -> None:
    with pytest.raises(PolicyError, match="cannot be read"):
        Policy.from_dict(data)


@settings(max_examples=30, deadline=None)
@given(weights=st.fixed_dictionaries({name: st.floats(0, 10) for name in SLICES}))
def test_any_weights_that_are_not_negative_survive_the_file(small: Data, weights: dict[str, float]) -> None:
    policy = Policy.from_dict({**small, "weights": weights})
    assert Policy.from_dict(json.loads(json.dumps(policy.to_dict()))) == policy
    assert all(policy.factor(name) >= 0 for name in SLICES)
