"""Profiles -> a policy: centres, scales, rarity of capabilities, and the scale on which scores are shown.

Measured once on a body of profiles and then kept, so that scores do not wobble when one profile comes or
goes. Pure: no Django.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaking.matches.engine.embedding import ENCODERS, Cache, Encoder, Role
from matchmaking.matches.engine.features import CompanySide, Featurizer, StartupSide, stack, tag_widths
from matchmaking.matches.engine.policy import (
    AVERAGES,
    CENTRES,
    DEFAULT_VOCABULARY,
    DEFAULT_WEIGHTS,
    FULL_SCALE,
    SLICES,
    TAG_SLICES,
    Calibration,
    Policy,
    PolicyError,
    Scale,
    Vocabulary,
)
from matchmaking.matches.engine.thesaurus import Thesaurus

Parts = NDArray[np.float64]

LEAST_TEXTS = 10  # a mean of fewer texts says more about them than about their kind
BEST_OF_LIST = 3  # the scale is set by the best pairs of each company's list
LOW, HIGH = 0.05, 0.66  # quantiles: of all pairs for 0 points, of the best pairs for the full points
LEAST_CAP = 20  # tenths a weighted part can earn at least, so that it can be seen
# Spreads that are set, not measured: nearly every startup is ready enough, and a body of profiles may hold no wish for
# a country and no advice. A quarter of what stage can reach; half the width of the two that lie evenly around zero.
FIXED: Mapping[str, float] = {"stage": 0.25, "country": 0.5, "advice": 1.0}
EVEN = ("country", "advice")
# Slices whose inner product cannot be negative: nothing shared is 0 points.
NEVER_NEGATIVE = ("capability", *TAG_SLICES)


def fit_policy(
    companies: Sequence[CompanySide],
    startups: Sequence[StartupSide],
    thesaurus: Thesaurus,
    cache: Cache,
    *,
    name: str,
    version: int,
    weights: Mapping[str, float] = DEFAULT_WEIGHTS,
    vocabulary: Vocabulary = DEFAULT_VOCABULARY,
    encoders: Mapping[str, Encoder] = ENCODERS,
) -> Policy:
    """Calibrate on every pair of the profiles; their texts and the glosses must be in `cache`.

    Raises PolicyError with fewer than ten needs or ten offers.
    """
    blank = _blank_averages(thesaurus, vocabulary)
    raw = Policy(
        name=name,
        version=version,
        weights=dict(weights),
        vocabulary=vocabulary,
        calibration=replace(_unscaled(companies, startups, thesaurus, cache, encoders), averages=blank),
        scale=flat_scale(),
        thesaurus=thesaurus.version,
        encoders={key: f"{encoder.name} {encoder.version}" for key, encoder in encoders.items()},
    )
    rare = replace(
        raw.calibration, **_corpus_statistics(startups, Featurizer(raw, thesaurus, cache, encoders))
    )
    plain = replace(raw, calibration=rare, weights=dict.fromkeys(SLICES, 1.0))
    averages = _averages(companies, startups, Featurizer(plain, thesaurus, cache, encoders))
    plain = replace(plain, calibration=replace(rare, averages=averages))
    sds = _spreads(*_all_pairs(companies, startups, Featurizer(plain, thesaurus, cache, encoders)))
    policy = replace(raw, calibration=replace(plain.calibration, sds=sds))
    parts, _ = _all_pairs(companies, startups, Featurizer(policy, thesaurus, cache, encoders))
    return replace(policy, scale=fit_scale(parts, {name: policy.weights[name] for name in EVEN}))


def _blank_averages(thesaurus: Thesaurus, words: Vocabulary) -> dict[str, tuple[float, ...]]:
    widths = tag_widths(thesaurus, words)
    return {name: (0.0,) * widths[name.rpartition("_")[0]] for name in AVERAGES}


def _averages(
    companies: Sequence[CompanySide], startups: Sequence[StartupSide], featurizer: Featurizer
) -> dict[str, tuple[float, ...]]:
    """Mean tags of the profiles that have some; zeros where none has."""
    both = {"company": featurizer.companies(companies), "startup": featurizer.startups(startups)}
    averages = {}
    for name in AVERAGES:
        part, _, which = name.rpartition("_")
        rows = both[which].matrix[both[which].known[:, SLICES.index(part)], featurizer.layout.bounds[part]]
        averages[name] = tuple(np.round(rows.sum(axis=0) / max(len(rows), 1), 6).tolist())
    return averages


def flat_scale() -> Scale:
    """A scale for policies that only rank."""
    caps = dict.fromkeys(SLICES, FULL_SCALE // len(SLICES))
    return Scale(
        1.0, dict.fromkeys(SLICES, 0.0), caps | {SLICES[0]: caps[SLICES[0]] + FULL_SCALE % len(SLICES)}
    )


def recentred(
    policy: Policy,
    companies: Sequence[CompanySide],
    startups: Sequence[StartupSide],
    cache: Cache,
    encoders: Mapping[str, Encoder] = ENCODERS,
) -> Policy:
    """The policy with the means of these profiles, on each side that has at least ten texts of a kind."""
    own = _centres(companies, startups, cache, encoders)
    centres = {name: own[name] or policy.calibration.centres[name] for name in CENTRES}
    return replace(policy, calibration=replace(policy.calibration, centres=centres))


def _unscaled(
    companies: Sequence[CompanySide],
    startups: Sequence[StartupSide],
    thesaurus: Thesaurus,
    cache: Cache,
    encoders: Mapping[str, Encoder],
) -> Calibration:
    """Centres only. A kind of partner text that is rare is not shifted; needs and offers must be enough."""
    own = _centres(companies, startups, cache, encoders)
    scarce = sorted(name for name in own if not own[name] and name.startswith(("need_", "offer_")))
    if scarce:
        raise PolicyError(
            f"at least {LEAST_TEXTS} texts are needed of each kind, too few for {', '.join(scarce)}"
        )
    dimensions = {name: encoders[name.rpartition("_")[2]].dimensions for name in CENTRES}
    return Calibration(
        centres={name: own[name] or (0.0,) * dimensions[name] for name in CENTRES},
        sds=dict.fromkeys(SLICES, 1.0),
        idf=(1.0,) * len(thesaurus),
        gloss_sds=dict.fromkeys(encoders, 1.0),
        averages={},
    )


def _centres(
    companies: Sequence[CompanySide],
    startups: Sequence[StartupSide],
    cache: Cache,
    encoders: Mapping[str, Encoder],
) -> dict[str, tuple[float, ...]]:
    """The mean vector of each kind of text; empty where there are fewer than ten."""
    texts: dict[str, tuple[Role, list[str]]] = {
        "need": ("query", [side.asking for side in companies]),
        "offer": ("passage", [side.offer for side in startups]),
        "strength": ("passage", sorted({side.strength for side in companies})),
        "sought": ("query", [side.partner_sought for side in startups]),
    }
    return {
        f"{kind}_{key}": _mean(*stack(encoder, *texts[kind], cache))
        for kind in texts
        for key, encoder in encoders.items()
    }


def _mean(rows: NDArray[np.float32], known: NDArray[np.bool_]) -> tuple[float, ...]:
    if known.sum() < LEAST_TEXTS:
        return ()
    return tuple(np.round(rows[known].mean(axis=0), 6).tolist())


def _corpus_statistics(startups: Sequence[StartupSide], featurizer: Featurizer) -> dict[str, Any]:
    """Rarity of each capability among the startups, and the spread of text against gloss."""
    offers = [side.offer for side in startups]
    having = (featurizer.thesaurus.alias_hits(offers, "en") > 0).sum(axis=0)
    idf = np.log(1 + len(offers) / (1 + having))
    spreads = {key: float(near.std()) for key, near in featurizer.gloss_similarities(offers).items()}
    return {"idf": tuple(np.round(idf / idf.mean(), 6).tolist()), "gloss_sds": spreads}


def _all_pairs(
    companies: Sequence[CompanySide], startups: Sequence[StartupSide], featurizer: Featurizer
) -> tuple[Parts, NDArray[np.bool_]]:
    """Parts and which are known, both [companies, startups, slices]."""
    left, right = featurizer.companies(companies), featurizer.startups(startups)
    bounds = featurizer.layout.bounds.values()
    parts = [left.matrix[:, bound] @ right.matrix[:, bound].T for bound in bounds]
    return np.stack(parts, axis=2).astype(np.float64), left.known[:, None] & right.known[None]


def _spreads(parts: Parts, known: NDArray[np.bool_]) -> dict[str, float]:
    """Standard deviation of each slice over the pairs that know it (1 where nothing varies), or the one set."""
    values = [parts[:, :, index][known[:, :, index]] for index in range(len(SLICES))]
    spreads = [round(float(value.std()), 6) if len(value) else 0.0 for value in values]
    return {name: spread or 1.0 for name, spread in zip(SLICES, spreads, strict=True)} | dict(FIXED)


def fit_scale(parts: Parts, even: Mapping[str, float] | None = None) -> Scale:
    """The scale for parts [companies, startups, slices]: 0 points at a low pair's part, the cap at a best
    pair's; for the slices in `even`, from minus to plus that much.

    One unit of raw score is worth the same points in every slice, so shown parts compare as raw ones do.
    """
    low, high = _range_of_parts(parts)
    for name, half in (even or {}).items():
        low[SLICES.index(name)], high[SLICES.index(name)] = -half, half
    return scale_for(low, np.maximum(high - low, 0))


def scale_for(low: NDArray[np.float64], span: NDArray[np.float64]) -> Scale:
    """The scale on which each slice reaches from its `low` over its `span` of raw score."""
    span = span if span.sum() > 0 else np.ones(len(SLICES))
    per_unit = FULL_SCALE / float(span.sum())
    shifts = {name: round(-per_unit * float(start), 3) + 0.0 for name, start in zip(SLICES, low, strict=True)}
    return Scale(round(per_unit, 6), shifts, _caps(span))


def _range_of_parts(parts: Parts) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    every = parts.reshape(-1, len(SLICES))
    order = np.argsort(-parts.sum(axis=2), axis=1, kind="stable")[:, :BEST_OF_LIST]
    best = np.take_along_axis(parts, order[:, :, None], axis=1).reshape(-1, len(SLICES))
    low = np.quantile(every, LOW, axis=0)
    low[[SLICES.index(name) for name in NEVER_NEGATIVE]] = 0
    return low, np.quantile(best, HIGH, axis=0)


def _caps(span: NDArray[np.float64]) -> dict[str, int]:
    """Whole tenths in proportion to the spans, adding up to 100.0 points exactly (largest remainders)."""
    floor = np.where(span > 0, LEAST_CAP, 0)
    ideal = floor + span / span.sum() * (FULL_SCALE - floor.sum())
    caps = np.floor(ideal).astype(int)
    short = FULL_SCALE - int(caps.sum())
    caps[np.argsort(-(ideal - caps), kind="stable")[:short]] += 1
    return dict(zip(SLICES, caps.tolist(), strict=True))
