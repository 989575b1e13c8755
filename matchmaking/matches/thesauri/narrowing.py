"""Lists narrowed down by a capability that profiles ask for or offer: chosen by their people, or guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from companies.models import Challenge
from matchmaking.matches.engine.thesaurus import LanguageCode
from matchmaking.matches.enums import CAPABILITY_FIELDS
from matchmaking.matches.thesauri import editions

Choices = list[tuple[str, str]]
MOST_COUNTED = 12  # of those that occur in a firm's own list, the most frequent


def _language() -> LanguageCode:
    return "ja" if (get_language() or "ja").startswith("ja") else "en"


def capability_choices() -> list[tuple[str, Choices]]:
    """Those of the edition in force by field, in the reader's language and its order of names."""
    return [(label, list(group)) for label, group in _choices_of(editions.in_force().version, get_language())]


@lru_cache(maxsize=2 * editions.KEPT)
def _choices_of(
    fingerprint: str, language: str | None
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    groups: dict[str, Choices] = {field: [] for field, _label in CAPABILITY_FIELDS}
    for item in editions.named(fingerprint).capabilities:
        groups[item.field].append((item.id, item.label(_language())))
    return tuple(
        (str(label), tuple(sorted(groups[field], key=lambda choice: choice[1])))
        for field, label in CAPABILITY_FIELDS
        if groups[field]
    )


def counted_choices(carried: Iterable[list[str] | None], chosen: Iterable[str] = ()) -> Choices:
    """Those that occur most, with how often, and those chosen; what was merged counts for its successor."""
    thesaurus, language = editions.in_force(), _language()
    counts: Counter[int] = Counter()
    for keys in carried:
        counts.update({thesaurus.positions[key] for key in keys or () if key in thesaurus.positions})
    found = [place for place, _number in sorted(counts.items(), key=lambda each: (-each[1], each[0]))]
    wanted = [thesaurus.positions[key] for key in chosen if key in thesaurus.positions]
    return [
        (item.id, f"{item.label(language)} ({counts[place]})")
        for place in dict.fromkeys([*found[:MOST_COUNTED], *wanted])
        for item in [thesaurus.capabilities[place]]
    ]


def known_keys(keys: Iterable[str]) -> list[str]:
    """Those that the edition in force has, as it calls them."""
    thesaurus = editions.in_force()
    found = (thesaurus.positions[key] for key in keys if key in thesaurus.positions)
    return [thesaurus.capabilities[place].id for place in dict.fromkeys(found)]


def keys_of(key: str) -> list[str]:
    """The capability with those that were merged into it: profiles and matches may still name them."""
    places = editions.in_force().positions
    return [each for each, place in places.items() if place == places.get(key)]


class CapabilityFilter(filters.ChoiceFilter):  # type: ignore[misc]
    """Of rows that have a reading, or of what stands behind them, named by `field_name`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"label": _("Capability"), "choices": (), **options})

    @property
    def field(self) -> Any:
        """In a list its choices are asked for once: the form is checked and drawn by them. A class has none."""
        is_new = not hasattr(self, "_field")
        if is_new and hasattr(self, "parent"):
            self.extra["choices"] = capability_choices()
        found = super().field
        if is_new and not hasattr(self, "parent"):
            del self._field
        return found

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        return qs.filter(**{f"{self.field_name}__keys__overlap": keys_of(value)}) if value else qs


class AskedCapabilityFilter(CapabilityFilter):
    """Of firms: one of their open challenges asks for it, in the field that the list is narrowed down to."""

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not value:
            return qs
        asked = Challenge.objects.filter(
            company=OuterRef("pk"), is_open=True, reading__keys__overlap=keys_of(value)
        )
        need = self.parent.form.cleaned_data.get("need")
        return qs.filter(Exists(asked.filter(field=need) if need else asked))
