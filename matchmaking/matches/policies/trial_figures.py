"""What another policy would do to the firms' lists: how many change, who gains and who loses, and where. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

TOP = 10  # places of a list that are compared
MOST_MOVED = 10
DECILE = 0.1
EXPOSURE = ((0, 0), (1, 1), (2, 5), (6, 10), (11, 20), (21, None))  # on how many top tens: from, to
Best = Sequence[Sequence[int]]  # (startup, score in tenths), best first


@dataclass(frozen=True)
class Lists:
    """A firm's best under both policies."""

    company: int
    before: Best
    after: Best

    @property
    def changed(self) -> int:
        """Places that somebody else takes, or that are lost or won: 0 if the same startups stand there."""
        return max(len(self.before), len(self.after)) - len(_keys(self.before) & _keys(self.after))

    @property
    def reordered(self) -> bool:
        """The same startups in another order."""
        return not self.changed and [key for key, _ in self.before] != [key for key, _ in self.after]

    @property
    def kept(self) -> float:
        """Overlap: the share of places that stay with the same startups; 1 for two empty lists."""
        places = max(len(self.before), len(self.after))
        return 1 - self.changed / places if places else 1.0


@dataclass(frozen=True)
class Traits:
    """What figures are broken down by: each firm's fields and prefecture, and each startup's country."""

    fields: Mapping[int, Sequence[str]]
    prefectures: Mapping[int, str]
    countries: Mapping[int, str]


def compare(lists: Sequence[Lists], traits: Traits) -> dict[str, Any]:
    """The whole comparison as plain values. Every startup of `traits.countries` counts, listed or not."""
    before, after = _places(lists, "before"), _places(lists, "after")
    return {
        "firms": {
            "all": len(lists),
            "changed": sum(bool(each.changed) for each in lists),
            "reordered": sum(each.reordered for each in lists),
            "kept": _mean(each.kept for each in lists),
        },
        "changed_places": [sum(each.changed == count for each in lists) for count in range(TOP + 1)],
        "exposure": {
            "before": _exposure(before, len(traits.countries)),
            "after": _exposure(after, len(traits.countries)),
        },
        "firms_moved": _firms_moved(lists),
        "gaining": _moved(before, after, lambda change: change > 0),
        "losing": _moved(before, after, lambda change: change < 0),
        "fields": _by(lists, traits.fields),
        "prefectures": _by(lists, {key: [value] for key, value in traits.prefectures.items()}),
        "countries": _countries(before, after, traits.countries),
    }


def _keys(best: Best) -> set[int]:
    return {key for key, _ in best}


def _places(lists: Iterable[Lists], which: str) -> Counter[int]:
    """On how many lists each startup stands."""
    return Counter(key for each in lists for key, _ in getattr(each, which))


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return round(sum(found) / len(found), 4) if found else None


def _score(best: Best) -> float | None:
    """Mean points of a list."""
    return _mean(tenths / 10 for _, tenths in best)


def _exposure(places: Counter[int], startups: int) -> dict[str, Any]:
    """How attention is spread: startups by the number of lists they stand on, and what the most listed tenth holds."""
    counts = [*places.values(), *[0] * max(startups - len(places), 0)]
    most = sorted(counts, reverse=True)[: ceil(DECILE * len(counts))]
    return {
        "listed": len(places),
        "startups": len(counts),
        "bins": [
            sum(low <= count <= (count if high is None else high) for count in counts)
            for low, high in EXPOSURE
        ],
        "top_decile": round(sum(most) / sum(counts), 4) if any(counts) else None,
    }


def _firms_moved(lists: Sequence[Lists]) -> list[dict[str, Any]]:
    """The firms whose lists change most; equals in the order of their keys."""
    moved = sorted((each for each in lists if each.changed), key=lambda each: (-each.changed, each.company))
    return [
        {
            "key": each.company,
            "changed": each.changed,
            "before": _score(each.before),
            "after": _score(each.after),
        }
        for each in moved[:MOST_MOVED]
    ]


def _moved(before: Counter[int], after: Counter[int], wanted: Callable[[int], bool]) -> list[dict[str, int]]:
    """The startups that most more, or most fewer, lists would name."""
    changes = {key: after[key] - before[key] for key in before.keys() | after.keys()}
    order = sorted(
        (key for key in changes if wanted(changes[key])), key=lambda key: (-abs(changes[key]), key)
    )
    return [{"key": key, "before": before[key], "after": after[key]} for key in order[:MOST_MOVED]]


def _by(lists: Sequence[Lists], groups: Mapping[int, Sequence[str]]) -> list[dict[str, Any]]:
    """Firms by a trait; who has two of it counts in both."""
    found: dict[str, list[Lists]] = {}
    for each in lists:
        for group in groups.get(each.company, ()):
            found.setdefault(group, []).append(each)
    return [
        {
            "key": group,
            "firms": len(own),
            "changed": sum(bool(each.changed) for each in own),
            "kept": _mean(each.kept for each in own),
            "before": _mean(score for each in own if (score := _score(each.before)) is not None),
            "after": _mean(score for each in own if (score := _score(each.after)) is not None),
        }
        for group, own in sorted(found.items())
    ]


def _countries(
    before: Counter[int], after: Counter[int], countries: Mapping[int, str]
) -> list[dict[str, Any]]:
    """Places on lists by the startups' country."""
    return [
        {
            "key": country,
            "startups": len(own),
            "before": sum(before[key] for key in own),
            "after": sum(after[key] for key in own),
        }
        for country in sorted(set(countries.values()))
        if (own := [key for key, value in countries.items() if value == country])
    ]
