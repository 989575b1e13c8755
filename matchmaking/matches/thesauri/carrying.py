"""A policy for another edition of the thesaurus: what was measured of a capability goes with it. Pure: no Django."""

from __future__ import annotations

from dataclasses import replace

from matchmaking.matches.engine.policy import Policy
from matchmaking.matches.engine.thesaurus import Thesaurus

USUAL_RARITY = 1.0  # the mean of all capabilities, for one that nothing was measured of
SIDES = ("capability_company", "capability_startup")


def carried_over(policy: Policy, before: Thesaurus, after: Thesaurus) -> Policy:
    """The policy as it is for edition `after`, having been made for `before`.

    Rarity and mean tags follow each capability and each group by name. One that is new is taken to be as rare as the
    average, and to be carried by nobody in particular; both are measured when the policy is calibrated anew.
    """
    if policy.thesaurus == after.version:
        return policy
    averages = {
        **policy.calibration.averages,
        **{side: _tags(policy.calibration.averages[side], before, after) for side in SIDES},
    }
    idf = _followed(policy.calibration.idf, _ids(before), _ids(after), USUAL_RARITY)
    calibration = replace(policy.calibration, idf=idf, averages=averages)
    return replace(policy, thesaurus=after.version, calibration=calibration)


def _ids(thesaurus: Thesaurus) -> tuple[str, ...]:
    return tuple(capability.id for capability in thesaurus.capabilities)


def _tags(values: tuple[float, ...], before: Thesaurus, after: Thesaurus) -> tuple[float, ...]:
    """Mean tags: one number for each capability, then one for each group."""
    own, groups = values[: len(before)], values[len(before) :]
    return (
        *_followed(own, _ids(before), _ids(after), 0.0),
        *_followed(groups, before.groups, after.groups, 0.0),
    )


def _followed(
    values: tuple[float, ...], before: tuple[str, ...], after: tuple[str, ...], new: float
) -> tuple[float, ...]:
    known = dict(zip(before, values, strict=True))
    return tuple(known.get(name, new) for name in after)
