"""How staff narrow down the list of startups."""

from __future__ import annotations

from functools import cache

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.enums import OrganisationKind
from accounts.lists import ProfileFilterSet
from matchmaking.core.enums import TARGET_COUNTRIES, Stage
from matchmaking.core.fields import AnyOfFilter


def country_choices() -> list[tuple[str, str]]:
    """The target countries first, then all others."""
    return list(_country_choices_in(get_language()))


@cache
def _country_choices_in(language: str | None) -> tuple[tuple[str, str], ...]:
    """The same for all who read this language: sorting 250 names takes longer than finding the rows of a list."""
    names = {code: str(name) for code, name in countries}
    others = [pair for pair in names.items() if pair[0] not in TARGET_COUNTRIES and pair[0] != "JP"]
    return (*((code, names[code]) for code in TARGET_COUNTRIES), *others)


ORDERINGS: dict[str, tuple[str, ...]] = {
    "name": ("organisation__sort_key",),
    "country": ("organisation__country", "organisation__sort_key"),
    "team": ("team_size",),
    "updated": ("organisation__updated_at",),
}


class StartupFilterSet(ProfileFilterSet):
    kind = OrganisationKind.STARTUP
    country = AnyOfFilter(label=_("Country"), field_name="organisation__country", choices=country_choices)
    stage = AnyOfFilter(label=_("Stage"), choices=Stage)
