"""By what else the lists of firms and of startups can be narrowed down, told by the apps that know.

Those apps lie above the profiles, so each registers when the portal starts (`AppConfig.ready`).
"""

from __future__ import annotations

from collections.abc import Callable

import django_filters

from accounts.enums import OrganisationKind

Make = Callable[[], django_filters.Filter]
_further: dict[str, dict[str, Make]] = {}


def register(kind: OrganisationKind, name: str, make: Make) -> None:
    """Lists of that kind get a filter of that name."""
    _further.setdefault(kind, {})[name] = make


def further(kind: OrganisationKind | None) -> dict[str, django_filters.Filter]:
    """New filters for one list."""
    return {name: make() for name, make in _further.get(kind or "", {}).items()}
