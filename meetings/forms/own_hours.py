"""When an organisation works: its week, and single days off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaking.core.fields import OneLineField
from meetings.forms.rounds import _date, _time
from meetings.hours import OFFICE_HOURS, Week

DAYS = range(7)
MIDNIGHT = time(0)
BEGINS, ENDS = pgettext_lazy("working hours", "From"), pgettext_lazy("working hours", "until")


class WeekForm(forms.Form):
    """A line a weekday: whether it is worked, and from when to when; 00:00 as an end is midnight."""

    def __init__(self, *args: Any, week: Week, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day in DAYS:
            opens, closes = week.get(day, OFFICE_HOURS)
            self.fields[f"works_{day}"] = forms.BooleanField(
                label=WEEKDAYS[day], required=False, initial=day in week
            )
            for name, label, initial in (("opens", BEGINS, opens), ("closes", ENDS, closes)):
                self.fields[f"{name}_{day}"] = forms.TimeField(
                    label=label, required=False, initial=initial, widget=_time()
                )

    def lines(self) -> Iterator[dict[str, forms.BoundField]]:
        """For the template: the three fields of each weekday."""
        for day in DAYS:
            yield {name: self[f"{name}_{day}"] for name in ("works", "opens", "closes")}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        worked = [day for day in DAYS if data.get(f"works_{day}")]
        if not worked:
            self.add_error(None, _("Tick at least one day on which you work."))
        for day in worked:
            self._clean_day(day, data)
        return data

    def _clean_day(self, day: int, data: dict[str, Any]) -> None:
        names = (f"opens_{day}", f"closes_{day}")
        if any(name in self.errors for name in names):
            return
        opens, closes = (data.get(name) for name in names)
        if opens is None or closes is None:
            missing = names[0] if opens is None else names[1]
            self.add_error(missing, _("Give the time at which you begin and the time at which you end."))
        elif closes != MIDNIGHT and closes <= opens:
            self.add_error(names[1], _("The day must end after it begins."))

    def week(self) -> Week:
        """The working days with their hours."""
        data = self.cleaned_data
        return {day: (data[f"opens_{day}"], data[f"closes_{day}"]) for day in DAYS if data[f"works_{day}"]}


class DaysOffForm(forms.Form):
    """One day, or several in a row."""

    first_day = forms.DateField(label=_("First day"), widget=_date())
    last_day = forms.DateField(
        label=_("Last day"), required=False, widget=_date(), help_text=_("Leave it empty for a single day.")
    )
    name = OneLineField(
        label=pgettext_lazy("of days off", "Occasion"),
        max_length=80,
        help_text=_("For example: anniversary of our founding. The programme office reads it."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first = data.get("first_day")
        if first and "last_day" not in self.errors:
            data["last_day"] = data.get("last_day") or first
            if data["last_day"] < first:
                self.add_error("last_day", _("The last day must not be before the first."))
        return data
