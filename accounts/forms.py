"""Forms of the reader's own account."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from matchmaking.core.local_time import CITIES, city_of
from matchmaking.core.texts import refuse_hidden_characters

CONTINENTS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


@cache
def _zones() -> tuple[str, ...]:
    """Zones named after a place; looking them up reads hundreds of files."""
    return tuple(sorted(zone for zone in available_timezones() if zone.startswith(CONTINENTS)))


def zone_choices(current: str = "") -> list[tuple[str, str]]:
    """The cities we have a translation of, then every other zone that is named after a place.

    `current` stays to choose whatever its name is (UTC, US/Pacific): otherwise saving would silently change it.
    """
    known = sorted(((zone, city_of(zone)) for zone in CITIES), key=lambda choice: choice[1])
    others = [zone for zone in _zones() if zone not in CITIES]
    if current and current not in CITIES and current not in others:
        others.insert(0, current)
    return known + [(zone, city_of(zone)) for zone in others]


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        validators=[refuse_hidden_characters],
        help_text=_("As others in the programme see it."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zone_choices,
        help_text=_("Times on all pages are shown for this city."),
    )

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["name", "language", "time_zone"]
        help_texts: ClassVar[dict[str, object]] = {"language": _("Pages and mail come in this language.")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["time_zone"].choices = zone_choices(self.initial.get("time_zone", ""))  # type: ignore[attr-defined]


class AuditFilterForm(forms.Form):
    """How the audit trail is narrowed down."""

    who = forms.CharField(label=_("Who"), required=False)
    action = forms.CharField(label=_("What"), required=False, help_text=_("A part of its name."))
    target = forms.CharField(label=_("About"), required=False)
    since = forms.DateField(
        label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
