"""Rounds and what they need: interpreters, days off of a country."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.models import User
from matchmaking.core.enums import TARGET_COUNTRIES, Field, Language
from matchmaking.core.fields import LinesField, OneLineField
from meetings.enums import MeetingLength
from meetings.forms.rooms import as_lines, rooms_in
from meetings.models import Closure, Interpreter, MeetingRequest, Round


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _time() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


YEARS_AHEAD = 10


def out_of_reach(day: date, today: date) -> str | None:
    """What to say of a day of a mistyped year."""
    if abs(day.year - today.year) <= YEARS_AHEAD:
        return None
    return gettext("Give a day within the next %(years)s years.") % {"years": YEARS_AHEAD}


class DaysInReach(forms.ModelForm):  # type: ignore[type-arg]
    """A form with days, none of which lies in a mistyped year."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, value in list(data.items()):
            if isinstance(value, date) and (why := out_of_reach(value, timezone.localdate())):
                self.add_error(name, why)
        return self.cleaned_data


class RoundForm(DaysInReach):
    """A round with its rooms, one a line."""

    room_names = LinesField(
        label=_("Rooms"),
        help_text=_(
            "One room a line: its name and, if it is on line, the address of its video meeting after it; for"
            " example: Online 1 https://video.example/1. As many meetings as rooms can take place at the same time."
            " Leave this empty if all meet on line by addresses of their own."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    lengths = forms.TypedMultipleChoiceField(
        label=_("Lengths of a meeting"),
        help_text=_("Requests of another length wait for another round."),
        choices=MeetingLength.choices,
        coerce=int,
        initial=MeetingLength.values,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Round
        fields = (
            "name",
            "first_day",
            "last_day",
            "answer_by",
            "opens",
            "closes",
            "break_start",
            "break_end",
            "lengths",
            "buffer_minutes",
            "room_names",
            "interpreters",
            "officer_attends",
            "officers",
            "company_daily_limit",
            "startup_daily_limit",
        )
        field_classes = {"name": OneLineField}
        widgets = {
            "first_day": _date(),
            "last_day": _date(),
            "answer_by": _date(),
            "opens": _time(),
            "closes": _time(),
            "break_start": _time(),
            "break_end": _time(),
            "interpreters": forms.CheckboxSelectMultiple,
            "officers": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "name": _("Firms and startups see it; for example: Meeting round 3."),
            "last_day": _("A round lasts at most a month."),
            "answer_by": _("Until this day firms and startups say when they can meet."),
            "opens": _("Japan time. Israel can meet from 15:00 or 16:00 on, Australia in the morning."),
            "closes": _("Japan time."),
            "break_start": _("Leave both break times empty for a round without a break."),
            "interpreters": _(
                "Who works in this round. Hours of their own are entered on the page of the round."
            ),
            "officer_attends": _("As many meetings as officers can take place at the same time."),
            "officers": _("Each sits in one meeting at a time; the auto-placement shares the meetings out."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        interpreters = self.fields["interpreters"]
        interpreters.queryset = Interpreter.objects.filter(is_active=True)  # type: ignore[attr-defined]
        if not Interpreter.objects.filter(is_active=True).exists():
            interpreters.help_text = _("No interpreter has been added yet. Add one first if firms want one.")
        self.fields["officers"].queryset = User.objects.officers().order_by("name", "pk")  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["room_names"] = as_lines(self.instance.rooms.filter(is_open=True))

    def clean_room_names(self) -> dict[str, str]:
        return rooms_in(self.cleaned_data["room_names"])

    def clean_lengths(self) -> list[int]:
        lengths: list[int] = self.cleaned_data["lengths"]
        if self.instance.pk is None:
            return lengths
        other = MeetingRequest.objects.of_other_length(self.instance, lengths)
        if minutes := sorted(other.values_list("minutes", flat=True)):
            text = ngettext(
                "%(count)s request of this round has another length (%(minutes)s minutes)."
                " Keep that length, or leave the request for another round first.",
                "%(count)s requests of this round have another length (%(minutes)s minutes)."
                " Keep that length, or leave the requests for another round first.",
                len(minutes),
            )
            words = {"count": len(minutes), "minutes": " / ".join(map(str, dict.fromkeys(minutes)))}
            raise ValidationError(text % words)
        return lengths

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("officer_attends") and not data.get("officers"):
            self.add_error("officers", _("Choose who sits in, or let no officer attend."))
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and not 0 <= (last - first).days <= 31:
            self.add_error(
                "last_day", _("The last day must not be before the first, nor over a month after it.")
            )
        if data.get("opens") and data.get("closes") and data["opens"] >= data["closes"]:
            self.add_error("closes", _("The round must close after it opens."))
        self._clean_break(data)
        return data

    def _clean_break(self, data: dict[str, Any]) -> None:
        start, end = data.get("break_start"), data.get("break_end")
        opens, closes = data.get("opens"), data.get("closes")
        if {"break_start", "break_end"} & self.errors.keys():
            return
        if bool(start) != bool(end):
            self.add_error("break_end", _("Give both ends of the break, or neither."))
        elif start and end and opens and closes and not opens <= start < end <= closes:
            self.add_error("break_end", _("The break must lie within the hours of the round."))


class CollectForm(forms.Form):
    """Which of the accepted requests that wait join a round."""

    requests = forms.ModelMultipleChoiceField(
        MeetingRequest.objects.none(),
        label=_("Requests that join the round"),
        error_messages={
            "required": _("Tick at least one request."),
            "invalid_choice": _("One of these requests no longer waits for a round. Look the list over."),
        },
    )

    def __init__(self, *args: Any, waiting: QuerySet[MeetingRequest], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requests"].queryset = waiting  # type: ignore[attr-defined]


class InterpreterForm(forms.ModelForm):  # type: ignore[type-arg]
    languages = forms.MultipleChoiceField(
        label=_("Interprets between Japanese and"),
        choices=[each for each in Language.choices if each[0] != Language.JAPANESE],
        widget=forms.CheckboxSelectMultiple,
    )

    fields = forms.MultipleChoiceField(
        label=_("Fields"),
        help_text=_("None ticked: all fields."),
        choices=Field.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = Interpreter
        fields = ("name", "languages", "fields", "daily_limit", "email", "mail_language", "is_active")
        help_texts = {
            "email": _(
                "With an address they get their meetings by mail, with a file for the calendar, whenever these change."
            ),
        }
        labels = {"name": _("Interpreter’s name")}
        field_classes = {"name": OneLineField}


class ClosureForm(DaysInReach):
    """Days off of a whole country."""

    country = forms.ChoiceField(
        label=_("Country"),
        choices=lambda: [(code, countries.name(code)) for code in ("JP", *TARGET_COUNTRIES)],
    )

    class Meta:
        model = Closure
        fields = ("country", "name_ja", "name_en", "first_day", "last_day")
        field_classes = {"name_ja": OneLineField, "name_en": OneLineField}
        widgets = {"first_day": _date(), "last_day": _date()}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("first_day") and data.get("last_day") and data["last_day"] < data["first_day"]:
            self.add_error("last_day", _("The last day must not be before the first."))
        return data
