"""What staff fill in about shortlists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from matchmaking.core.fields import LinesField
from matchmaking.core.prefectures import REGION_OF, Prefecture, Region
from matchmaking.matches.models import ShortlistRule

MOST_TARGET = 10_000


class StartForm(forms.Form):
    """How the lists are to be worked out."""

    month_only = forms.BooleanField(
        label=_("Count what has been disclosed this month"),
        required=False,
        initial=True,
        help_text=_(
            "If ticked, the lists only fill up what each side can still take on this month. "
            "Otherwise they are for a whole month."
        ),
    )


def _target(label: Any) -> forms.IntegerField:
    number = forms.NumberInput(attrs={"class": "form-control"})
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=MOST_TARGET, widget=number)


class RuleForm(forms.ModelForm):
    """The rules of shortlists; every region and prefecture may have a target."""

    reason = LinesField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept with the rules, for whoever asks later."),
    )

    class Meta:
        model = ShortlistRule
        fields = ("company_most", "startup_most", "least", "area_bonus")

    def __init__(self, *args: Any, current: ShortlistRule, **kwargs: Any) -> None:
        """`current` are the rules in force, from which the form starts."""
        names = [*self.Meta.fields]
        initial = {name: getattr(current, name) for name in names}
        initial |= {f"target_{code}": number for code, number in current.targets.items()}
        super().__init__(*args, initial=initial, **kwargs)
        for area in (*Region, *Prefecture):
            self.fields[f"target_{area.value}"] = _target(area.label)

    def plain_fields(self) -> list[BoundField]:
        """All but the targets."""
        return [self[name] for name in (*self.Meta.fields, "reason")]

    def regions(self) -> Iterator[tuple[BoundField, list[BoundField]]]:
        """Each region's target with those of its prefectures."""
        for region in Region:
            own = [prefecture for prefecture in Prefecture if REGION_OF[prefecture] == region]
            yield self[f"target_{region.value}"], [self[f"target_{each.value}"] for each in own]

    def values(self) -> dict[str, Any]:
        """What a new rule consists of."""
        given = self.cleaned_data
        targets = {
            area.value: number for area in (*Region, *Prefecture) if (number := given[f"target_{area.value}"])
        }
        plain = {name: given[name] for name in (*self.Meta.fields, "reason")}
        return {**plain, "targets": targets}
