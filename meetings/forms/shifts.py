"""When an interpreter works in a round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matchmaking.core import local_time
from matchmaking.core.enums import TARGET_COUNTRIES
from matchmaking.core.zones import BY_COUNTRY, BY_REGION
from meetings.forms.own_hours import BEGINS, ENDS
from meetings.forms.rounds import _time
from meetings.models import Round, Shift

ALL, OWN = "all", "own"
JAPAN = BY_COUNTRY["JP"]
ZONES = (JAPAN, *sorted({*(BY_COUNTRY[each] for each in TARGET_COUNTRIES), *BY_REGION.values()}))


class ShiftsForm(forms.Form):
    """All hours of the round, or a line a day: from when to when; both empty on a day off."""

    hours = forms.ChoiceField(
        label=_("Hours in this round"),
        choices=[(ALL, _("All hours of the round")), (OWN, _("Only the hours entered here"))],
        widget=forms.RadioSelect,
    )
    zone = forms.ChoiceField(
        label=_("Time zone"), choices=lambda: [(zone, local_time.time_label(zone)) for zone in ZONES]
    )

    def __init__(
        self, *args: Any, round_: Round, days: Sequence[date], shifts: Iterable[Shift], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        known = {each.day: each for each in shifts}
        self.days = list(days)
        self.fields["hours"].initial = OWN if known else ALL
        self.fields["zone"].initial = next((each.zone for each in known.values()), JAPAN)
        for day in self.days:
            shift = known.get(day)
            usual = (None, None) if known else (round_.opens, round_.closes)
            initial = (shift.opens, shift.closes) if shift else usual
            for name, label, clock in zip(("opens", "closes"), (BEGINS, ENDS), initial, strict=True):
                self.fields[f"{name}_{day:%Y%m%d}"] = forms.TimeField(
                    label=label, required=False, initial=clock, widget=_time()
                )

    def lines(self) -> Iterator[dict[str, Any]]:
        """For the template: each day with its two fields."""
        for day in self.days:
            yield {"day": day, "opens": self[f"opens_{day:%Y%m%d}"], "closes": self[f"closes_{day:%Y%m%d}"]}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("hours") == OWN:
            for day in self.days:
                self._clean_day(day, data)
            if not self.errors and not self._worked(data):
                text = _("Enter hours on one day at least, or take the interpreter out of the round.")
                self.add_error("hours", text)
        return data

    def _clean_day(self, day: date, data: dict[str, Any]) -> None:
        names = f"opens_{day:%Y%m%d}", f"closes_{day:%Y%m%d}"
        if any(name in self.errors for name in names):
            return
        opens, closes = (data.get(name) for name in names)
        if (opens is None) != (closes is None):
            self.add_error(names[opens is not None], _("Give both times, or neither on a day off."))
        elif opens is not None and closes is not None and closes <= opens:
            self.add_error(names[1], _("The day must end after it begins."))

    def _worked(self, data: dict[str, Any]) -> dict[date, tuple[time, time]]:
        found = {
            day: (data.get(f"opens_{day:%Y%m%d}"), data.get(f"closes_{day:%Y%m%d}")) for day in self.days
        }
        return {day: (opens, closes) for day, (opens, closes) in found.items() if opens and closes}

    def shifts(self) -> dict[date, tuple[time, time]]:
        """The days with hours of their own; none if all hours of the round count."""
        return {} if self.cleaned_data["hours"] == ALL else self._worked(self.cleaned_data)
