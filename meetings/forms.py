"""What people fill in around meetings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.consents import country_name
from companies.consents import transfer_text
from matchmaking.core.enums import TARGET_COUNTRIES, Language
from matchmaking.core.fields import LinesField, OneLineField, WebAddressField
from meetings.actions.requests import Wish
from meetings.enums import DeclineReason, MeetingLength
from meetings.models import Closure, Interpreter, Round


class RequestForm(forms.Form):
    """What the firm asks for."""

    purpose = LinesField(
        label=_("What do you want to talk about?"),
        help_text=_(
            "Two or three sentences that the startup will read. Do not name your company here if its name is"
            " not to be shown before the startup accepts."
        ),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    minutes = forms.TypedChoiceField(
        label=_("Length"),
        help_text=_("With an interpreter everything is said twice: choose 60 minutes if in doubt."),
        coerce=int,
        choices=MeetingLength,
        initial=MeetingLength.FORTY_FIVE,
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(
        label=_("Language the startup speaks in the meeting"),
        help_text=_("English unless you know better."),
        choices=Language,
        initial=Language.ENGLISH,
    )
    interpreter_wanted = forms.BooleanField(
        label=_("We would like an interpreter"),
        help_text=_("The programme office provides one free of charge, to and from Japanese."),
        required=False,
        initial=True,
    )

    def ask_for_transfer(self, country: str) -> None:
        """The firm has not yet agreed that its people's data goes to that country: ask here."""
        self.transfer_text = transfer_text(country, get_language() or "ja")
        self.fields["transfer"] = forms.BooleanField(
            label=_("We agree that names and contact details of our people go to the startup in %(country)s")
            % {"country": country_name(country)},
            help_text=_("The law of that country and the startup's measures are explained below."),
            error_messages={"required": _("Without your consent the meeting cannot be requested.")},
        )

    @property
    def has_agreed_to_transfer(self) -> bool:
        return bool(self.cleaned_data.get("transfer"))

    def wish(self) -> Wish:
        """The validated answers."""
        return Wish(**{name: value for name, value in self.cleaned_data.items() if name != "transfer"})

    def rows(self) -> list[dict[str, Any]]:
        """The answers as words, for the check page."""
        data = self.cleaned_data
        return [
            {"label": _("Purpose"), "value": data["purpose"]},
            {"label": _("Length"), "value": MeetingLength(data["minutes"]).label},
            {"label": _("Language"), "value": Language(data["language"]).label},
            {
                "label": _("Interpreter"),
                "value": _("Wanted") if data["interpreter_wanted"] else _("Not needed"),
            },
            *([{"label": _("Transfer abroad"), "value": _("Agreed")}] if self.has_agreed_to_transfer else []),
        ]


class StaffRequestForm(RequestForm):
    """The same on behalf of a firm, with its consent put on record."""

    consent = LinesField(
        label=_("How did the firm consent?"),
        help_text=_("Who agreed, when and how; for example: Mr Tanaka by telephone on 20 November."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def rows(self) -> list[dict[str, Any]]:
        return [*super().rows(), {"label": _("Consent of the firm"), "value": self.cleaned_data["consent"]}]


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why do you decline?"),
        help_text=_("The firm and the programme office read it, so that the next match fits better."),
        choices=DeclineReason,
        widget=forms.RadioSelect,
    )
    text = LinesField(
        label=_("In your words"),
        help_text=_("A sentence or two help the firm to understand."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("reason") == DeclineReason.OTHER and not data.get("text"):
            self.add_error("text", _("Write the reason in a sentence."))
        return data


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _time() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class RoundForm(forms.ModelForm):  # type: ignore[type-arg]
    """A round with its rooms, one a line."""

    room_names = LinesField(
        label=_("Rooms"),
        help_text=_("One name a line. As many meetings as rooms can take place at the same time."),
        widget=forms.Textarea(attrs={"rows": 4}),
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
            "room_names",
            "interpreters",
            "company_daily_limit",
            "startup_daily_limit",
            "buffer_minutes",
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
        }
        help_texts = {
            "name": _("Firms and startups see it; for example: Meeting round 3."),
            "last_day": _("A round lasts at most a month."),
            "answer_by": _("Until this day firms and startups say when they can meet."),
            "opens": _("Japan time. Israel can meet from 15:00 or 16:00 on, Australia in the morning."),
            "closes": _("Japan time."),
            "break_start": _("Leave both break times empty for a round without a break."),
            "interpreters": _("Who works in this round."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        interpreters = self.fields["interpreters"]
        interpreters.queryset = Interpreter.objects.filter(is_active=True)  # type: ignore[attr-defined]
        if not Interpreter.objects.filter(is_active=True).exists():
            interpreters.help_text = _("No interpreter has been added yet. Add one first if firms want one.")
        if self.instance.pk:
            self.initial["room_names"] = "\n".join(room.name for room in self.instance.rooms.all())

    def clean_room_names(self) -> list[str]:
        names = [line.strip() for line in self.cleaned_data["room_names"].splitlines() if line.strip()]
        if any(len(name) > 40 for name in names):
            raise ValidationError(_("A room's name has at most 40 characters."))
        return list(dict.fromkeys(names))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
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


class InterpreterForm(forms.ModelForm):  # type: ignore[type-arg]
    languages = forms.MultipleChoiceField(
        label=_("Interprets between Japanese and"),
        choices=[each for each in Language.choices if each[0] != Language.JAPANESE],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Interpreter
        fields = ("name", "languages", "daily_limit", "is_active")
        labels = {"name": _("Interpreter’s name")}
        field_classes = {"name": OneLineField}


class ClosureForm(forms.ModelForm):  # type: ignore[type-arg]
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


class BookingForm(forms.Form):
    """A chosen time, what goes with it, and, when a meeting is moved, why."""

    start = OneLineField(widget=forms.HiddenInput)
    reason = LinesField(
        label=_("Why is it moved?"),
        help_text=_("Both sides read this."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    link = WebAddressField(
        label=_("Address of the video meeting"),
        help_text=_("An address that begins with https://. It may be added later."),
        required=False,
        validators=[URLValidator(schemes=["https"])],
    )

    def __init__(self, data: Any = None, *, is_move: bool, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        if not is_move:
            del self.fields["reason"]

    def chosen_start(self) -> datetime | None:
        """The time that was chosen, whether or not the rest is in order; None if it is no moment."""
        try:
            start = datetime.fromisoformat(str(self["start"].value()))
        except ValueError:
            return None
        return start if start.tzinfo else None

    def book_values(self) -> dict[str, Any]:
        return {"starts_at": self.chosen_start(), "link": self.cleaned_data["link"]}

    def move_values(self) -> dict[str, Any]:
        return {**self.book_values(), "reason": self.cleaned_data["reason"]}


class CancelForm(forms.Form):
    reason = LinesField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
