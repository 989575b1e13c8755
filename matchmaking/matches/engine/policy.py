"""The policy a score was made by: weights, calibration and the fixed scale on which scores are shown.

A policy is never changed in place: another weight or another calibration is another policy. Pure: no Django.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

PARTNER_SLICES = ("partner_e5", "partner_use")
TAG_SLICES = ("field", "cooperation", "size", "stage", "language")
# Asked of nobody: silence is no gap in a profile and does not make a score provisional.
OPTIONAL_SLICES = ("country", "advice")
# What a card shows as one bar each; the page of a pair shows every slice.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "need": ("need_e5", "need_use", "capability", "field"),
    "partner": PARTNER_SLICES,
    "cooperation": ("cooperation", "size"),
    "stage": ("stage",),
    "language": ("language", "country"),
    "advice": ("advice",),
}
SLICES = tuple(name for names in GROUPS.values() for name in names)
# Where each part stands in a stored match. Only ever added to at the end, whatever becomes of the parts.
STORED_PARTS = (
    "need_e5",
    "need_use",
    "capability",
    "partner_e5",
    "partner_use",
    "field",
    "cooperation",
    "size",
    "stage",
    "language",
    "country",
    "advice",
)
CENTRES = tuple(
    f"{text}_{encoder}" for text in ("need", "offer", "strength", "sought") for encoder in ("e5", "use")
)
AVERAGES = tuple(f"{name}_{side}" for name in ("capability", *TAG_SLICES) for side in ("company", "startup"))
TENTHS = 10  # of a point: how points are kept
FULL_SCALE = 1_000  # tenths: 100.0 points
DEFAULT_PATH = Path(__file__).parent.parent / "data" / "default_policy.json"

# Per standard deviation of the component over all pairs. Need and field: the values of the reference on known
# partners. The others start low, because nothing shows yet that they predict a deal; experts' advice may move a
# pair by about half of what a standard deviation of the need does.
DEFAULT_WEIGHTS: Mapping[str, float] = {
    "need_e5": 0.559,
    "need_use": 0.559,
    "capability": 0.4,
    "partner_e5": 0.1,
    "partner_use": 0.1,
    "field": 0.3,
    "cooperation": 0.1,
    "size": 0.1,
    "stage": 0.1,
    "language": 0.1,
    "country": 0.1,
    "advice": 0.25,
}


class PolicyError(ValueError):
    """The policy is incomplete or contradicts itself; the message says where."""


@dataclass(frozen=True)
class Vocabulary:
    """The tags a vector has a place for, in that order; other tags are ignored.

    Budgets rise from the smallest band. Countries that are not named share one place behind the named ones.
    """

    fields: tuple[str, ...]
    sub_fields: tuple[str, ...]
    modes: tuple[str, ...]
    budgets: tuple[str, ...]
    languages: tuple[str, ...]
    countries: tuple[str, ...]


DEFAULT_VOCABULARY = Vocabulary(
    fields=("decarbonization", "healthcare", "mobility", "retail", "agritech"),
    sub_fields=(
        *("offshore_wind", "renewable_power", "storage_hydrogen"),
        *("energy_efficiency", "carbon_management", "circular_economy"),
        *("medical_devices", "digital_health", "elderly_care", "diagnostics"),
        *("electric_vehicles", "charging", "logistics", "autonomy_drones", "passenger_services"),
        *("store_operations", "e_commerce", "supply_chain", "payments"),
        *("smart_farming", "controlled_growing", "aquaculture_livestock", "food_processing", "agri_inputs"),
    ),
    modes=("joint_development", "investment", "acquisition"),
    budgets=("under_10m", "10m_50m", "50m_100m", "100m_500m", "500m_1b", "over_1b"),
    languages=("ja", "en", "zh", "hi", "id", "vi", "he", "ms", "th", "ko"),
    countries=(
        *("SG", "IN", "ID", "VN", "AU", "IL", "TH", "MY", "PH", "TW", "KR", "CN", "HK", "NZ", "BD", "LK"),
        *("US", "CA", "GB", "IE", "DE", "FR", "NL", "BE", "CH", "AT", "IT", "ES", "PT", "SE", "NO", "DK"),
        *("FI", "EE", "PL", "CZ", "TR", "AE", "SA", "EG", "NG", "KE", "ZA", "BR", "MX", "CL", "AR", "CO"),
    ),
)


@dataclass(frozen=True)
class Calibration:
    """What was measured on a body of profiles.

    centres: mean vector of each kind of text (`CENTRES`); sds: standard deviation of each slice's inner
    product over all pairs; idf: weight of each capability, mean 1; gloss_sds: of startup text against gloss,
    by encoder; averages: mean tags of each side (`AVERAGES`), which stand in where a profile says nothing.
    """

    centres: Mapping[str, tuple[float, ...]]
    sds: Mapping[str, float]
    idf: tuple[float, ...]
    gloss_sds: Mapping[str, float]
    averages: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True)
class Scale:
    """The fixed scale of shown scores, in tenths of a point: shift + per_unit x part, kept within 0 and the
    cap.
    """

    per_unit: float
    shifts: Mapping[str, float]
    caps: Mapping[str, int]


@dataclass(frozen=True)
class Policy:
    """Everything two profiles' score depends on besides the profiles."""

    name: str
    version: int
    weights: Mapping[str, float]
    vocabulary: Vocabulary
    calibration: Calibration
    scale: Scale
    thesaurus: str
    encoders: Mapping[str, str]

    def __post_init__(self) -> None:
        _require_keys("weights", self.weights, SLICES)
        _require_keys("sds", self.calibration.sds, SLICES)
        _require_keys("centres", self.calibration.centres, CENTRES)
        _require_keys("averages", self.calibration.averages, AVERAGES)
        _require_keys("gloss_sds", self.calibration.gloss_sds, self.encoders)
        _require_keys("shifts", self.scale.shifts, SLICES)
        _require_keys("caps", self.scale.caps, SLICES)
        self._require_sense()

    def _require_sense(self) -> None:
        if any(not math.isfinite(weight) or weight < 0 for weight in self.weights.values()):
            raise PolicyError("weights: must be finite and not negative")
        if any(not math.isfinite(sd) or sd <= 0 for sd in self.calibration.sds.values()):
            raise PolicyError("sds: must be finite and positive")
        if not all(math.isfinite(value) for value in (self.scale.per_unit, *self.scale.shifts.values())):
            raise PolicyError("scale: must be finite")
        if any(cap < 0 for cap in self.scale.caps.values()) or sum(self.scale.caps.values()) != FULL_SCALE:
            raise PolicyError("caps: must not be negative and must add up to 100.0 points")

    def factor(self, name: str) -> float:
        """What one side of a slice is multiplied by: the root of weight over standard deviation."""
        return math.sqrt(self.weights[name] / self.calibration.sds[name])

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; `from_dict` gives an equal policy back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Policy:
        """Raises PolicyError if a part is missing or contradicts another."""
        try:
            return cls(
                name=str(data["name"]),
                version=int(data["version"]),
                weights=dict(data["weights"]),
                vocabulary=Vocabulary(**{key: tuple(value) for key, value in data["vocabulary"].items()}),
                calibration=_calibration(data["calibration"]),
                scale=Scale(**data["scale"]),
                thesaurus=str(data["thesaurus"]),
                encoders=dict(data["encoders"]),
            )
        except PolicyError:
            raise
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise PolicyError(f"cannot be read: {error}") from error


def _calibration(data: Mapping[str, Any]) -> Calibration:
    return Calibration(
        centres={key: tuple(value) for key, value in data["centres"].items()},
        sds=dict(data["sds"]),
        idf=tuple(data["idf"]),
        gloss_sds=dict(data["gloss_sds"]),
        averages={key: tuple(value) for key, value in data["averages"].items()},
    )


def _require_keys(label: str, values: Mapping[str, object], names: Iterable[str]) -> None:
    wanted = set(names)
    if set(values) != wanted:
        raise PolicyError(f"{label}: expected {', '.join(sorted(wanted))}")


def load_policy(path: Path = DEFAULT_PATH) -> Policy:
    return Policy.from_dict(json.loads(path.read_text(encoding="utf-8")))
