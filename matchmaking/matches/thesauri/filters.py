"""How staff narrow down the list of capabilities."""

from __future__ import annotations

import unicodedata

import django_filters as filters
from django.db.models import CharField, F, Func, Q, TextField, Value
from django.db.models.functions import Concat, Lower
from django.utils.translation import gettext_lazy as _

from matchmaking.core.fields import WordsFilter
from matchmaking.matches.enums import CAPABILITY_FIELDS, CapabilityStatus
from matchmaking.matches.models import CapabilityEntry
from matchmaking.matches.models.thesauri import CapabilityEntryQuerySet

SEARCHED = ("key", "label_ja", "label_en", "gloss_ja", "gloss_en")
WORDINGS = ("aliases_ja", "aliases_en")


class CapabilityFilterSet(filters.FilterSet):  # type: ignore[misc]
    q = WordsFilter(label=_("Words in names, meanings or wordings"), method="containing")
    field = filters.ChoiceFilter(label=_("Field"), choices=CAPABILITY_FIELDS)
    status = filters.ChoiceFilter(label=_("State"), choices=CapabilityStatus.choices)

    class Meta:
        model = CapabilityEntry
        fields: tuple[str, ...] = ()

    def containing(self, queryset: CapabilityEntryQuerySet, name: str, value: str) -> CapabilityEntryQuerySet:
        """Every word occurs somewhere, in either language, whatever the width and case."""
        joined = [
            Func(F(each), Value(" "), function="array_to_string", output_field=TextField())
            for each in WORDINGS
        ]
        parts = [part for each in (*map(F, SEARCHED), *joined) for part in (each, Value(" "))]
        searched = queryset.annotate(searched=Lower(Concat(*parts, output_field=TextField())))
        wanted = Q()
        for word in unicodedata.normalize("NFKC", value).split():
            wanted &= Q(searched__contains=Lower(Value(word, output_field=CharField())))
        return searched.filter(wanted)
