"""How staff narrow down the list of firms."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.enums import OrganisationKind
from accounts.lists import ProfileFilterSet
from companies.models import Challenge
from matchmaking.core.enums import TARGET_COUNTRIES, Field, Industry
from matchmaking.core.fields import AnyOfFilter
from matchmaking.core.prefectures import Prefecture

ORDERINGS: dict[str, tuple[str, ...]] = {
    "name": ("organisation__sort_key",),
    "prefecture": ("prefecture", "organisation__sort_key"),
    "employees": ("employees",),
    "updated": ("organisation__updated_at",),
}


def _target_countries() -> list[tuple[str, str]]:
    return [(code, countries.name(code)) for code in TARGET_COUNTRIES]


class CompanyFilterSet(ProfileFilterSet):
    kind = OrganisationKind.COMPANY
    prefecture = AnyOfFilter(label=_("Prefecture"), choices=Prefecture)
    industry = AnyOfFilter(label=_("Industry"), choices=Industry)
    challenge = django_filters.ChoiceFilter(
        label=_("Challenges"),
        choices=[("open", _("With an open challenge")), ("none", _("Without an open challenge"))],
        method="with_challenge",
    )
    need = django_filters.ChoiceFilter(
        label=_("Field of an open challenge"), choices=Field, method="with_need"
    )
    open_to = django_filters.ChoiceFilter(
        label=_("Open to startups from"),
        choices=_target_countries,
        method="not_excluding",
    )

    def with_challenge(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        is_looking = Exists(Challenge.objects.filter(company=OuterRef("pk"), is_open=True))
        return queryset.filter(is_looking if value == "open" else ~is_looking)

    def with_need(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        asked = Challenge.objects.filter(company=OuterRef("pk"), is_open=True, field=value)
        return queryset.filter(Exists(asked))

    def not_excluding(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.exclude(excluded_countries__contains=[value])
