"""How staff narrow down the list of startups."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.enums import OrganisationKind
from accounts.lists import ProfileFilterSet
from matchmaking.core.enums import TARGET_COUNTRIES, Stage
from matchmaking.core.fields import AnyOfFilter


def country_choices() -> list[tuple[str, str]]:
    """The target countries first, then all others."""
    names = dict(countries)
    first = [(code, names[code]) for code in TARGET_COUNTRIES]
    return first + [(code, name) for code, name in countries if code not in TARGET_COUNTRIES and code != "JP"]


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
