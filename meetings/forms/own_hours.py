"""When an organisation works: its week, single days off, and hours of single days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaking.core.fields import OneLineField
from meetings.days_off import IN_A_ROW, IN_A_YEAR, Excess
from meetings.enums import DayHoursKind
from meetings.forms.rounds import _date, _time, out_of_reach
from meetings.hours import MIDNIGHT, OFFICE_HOURS, Calendar, DayHours, Week, day_intervals

DAYS = range(7)
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


TOO_MANY = {
    Excess.IN_A_ROW: _("These are more than %(most)s days off in a row. Give fewer days."),
    Excess.IN_A_YEAR: _("With these you have more than %(most)s days off in a year. Give fewer days."),
}
MOST = {Excess.IN_A_ROW: IN_A_ROW, Excess.IN_A_YEAR: IN_A_YEAR}


def _why_not_then(day: date, today: date) -> Promise | str | None:
    """Days that are over, and those of a mistyped year, are not entered."""
    if day < today:
        return _("This day is over. Give today or a later day.")
    return out_of_reach(day, today)


class DaysOffForm(forms.Form):
    """One day, or several in a row; `today` is that of the organisation."""

    first_day = forms.DateField(label=_("First day"), widget=_date())
    last_day = forms.DateField(
        label=_("Last day"), required=False, widget=_date(), help_text=_("Leave it empty for a single day.")
    )
    name = OneLineField(
        label=pgettext_lazy("of days off", "Occasion"),
        max_length=80,
        help_text=_("For example: anniversary of our founding. The programme office reads it."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first = data.get("first_day")
        if first and "last_day" not in self.errors:
            at = "last_day" if data.get("last_day") else "first_day"
            last = data["last_day"] = data.get("last_day") or first
            if last < first:
                self.add_error("last_day", _("The last day must not be before the first."))
            elif why := _why_not_then(last, self.today):
                self.add_error(at, why)
        return data

    def add_excess(self, excess: Excess) -> None:
        """What the days would go beyond, together with those that were entered before."""
        at = "last_day" if self.data.get("last_day") else "first_day"
        self.add_error(at, TOO_MANY[excess] % {"most": MOST[excess]})


class DayHoursForm(forms.Form):
    """From when to when on a single day; only what makes a difference is taken."""

    kind = forms.ChoiceField(
        label=_("What is different"),
        choices=DayHoursKind.choices,
        initial=DayHoursKind.OFF,
        widget=forms.RadioSelect,
    )
    day = forms.DateField(label=_("Day"), widget=_date())
    starts = forms.TimeField(label=BEGINS, widget=_time())
    ends = forms.TimeField(label=ENDS, widget=_time(), help_text=_("00:00 is the end of the day."))

    def __init__(self, *args: Any, calendar: Calendar, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.calendar, self.today = calendar, today

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if why := _why_not_then(day, self.today):
            raise forms.ValidationError(why)  # type: ignore[arg-type]
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        if data["ends"] != MIDNIGHT and data["ends"] <= data["starts"]:
            self.add_error("ends", _("The end must be after the beginning."))
        elif not self._differs(data):
            off = data["kind"] == DayHoursKind.OFF
            self.add_error(
                "starts",
                _("You do not work in these hours anyway. Give hours in which you usually work.")
                if off
                else _("You work in these hours already, or have taken them off. Give other hours."),
            )
        return data

    def _differs(self, data: dict[str, Any]) -> bool:
        is_extra = data["kind"] == DayHoursKind.EXTRA
        new = DayHours(data["day"], data["starts"], data["ends"], is_extra)
        changed = replace(self.calendar, changes=(*self.calendar.changes, new))
        return day_intervals(changed, new.day) != day_intervals(self.calendar, new.day)

    def add_too_many(self) -> None:
        """As many as are kept."""
        self.add_error(
            "day", _("You have entered as many single days as we keep. Change your working week instead.")
        )
