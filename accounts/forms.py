"""Forms of the reader's own account."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from matchmaking.core.local_time import CITIES, city_of


def zone_choices() -> list[tuple[str, str]]:
    """Every zone that has a city we can name, by city."""
    return sorted(((zone, city_of(zone)) for zone in CITIES), key=lambda choice: choice[1])


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)

    class Meta:
        model = User
        fields = ["name", "language", "time_zone"]
