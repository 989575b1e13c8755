"""Other weights for a policy: what is worked out from them. Pure: no Django.

What was measured (means, spreads, rarities) stays. A part's points grow with its weight: at the low and at the best
pairs of the measured profiles a part is its weight times what it was at weight 1, so range and place of every part
on the scale follow from the weights alone, and nobody has to type them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from matchmaking.matches.engine.calibration import LEAST_CAP, scale_for
from matchmaking.matches.engine.policy import FULL_SCALE, SLICES, Policy, Scale

Range = tuple[
    float, float
]  # of a part's raw value at weight 1: at a low pair, and how much more at a best pair


def reweighted(base: Policy, weights: Mapping[str, float], *, version: int, reference: Policy) -> Policy:
    """`base` with other weights and the scale that follows from them.

    A part that `base` gives no weight has its range from `reference`, which weighs every part. Raises PolicyError
    for weights that make no sense.
    """
    policy = replace(base, weights=dict(weights), version=version)
    own, other = _ranges(base), _ranges(reference)
    ranges = {name: own.get(name) or other.get(name, (0.0, 0.0)) for name in SLICES}
    low = np.array([weights[name] * ranges[name][0] for name in SLICES])
    span = np.array([weights[name] * ranges[name][1] for name in SLICES])
    return replace(policy, scale=scale_for(low, span))


def _ranges(policy: Policy) -> dict[str, Range]:
    """What the scale says about each weighted part, read backwards."""
    scale, floors = policy.scale, _floors(policy.scale)
    free = FULL_SCALE - sum(floors.values())
    whole = FULL_SCALE / scale.per_unit
    found = {}
    for name, weight in policy.weights.items():
        if weight and scale.caps[name]:
            span = (scale.caps[name] - floors[name]) / free * whole
            found[name] = (-scale.shifts[name] / scale.per_unit / weight, span / weight)
    return found


def _floors(scale: Scale) -> dict[str, int]:
    return {name: LEAST_CAP if cap else 0 for name, cap in scale.caps.items()}
