"""Asking for a meeting and declining one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.consents import country_name
from companies.consents import transfer_text
from matchmaking.core.enums import Language
from matchmaking.core.fields import LinesField, OneLineField
from matchmaking.matches.enums import Side
from meetings.actions.requests import Wish
from meetings.cards import CONSENT_OF
from meetings.enums import DeclineReason, MeetingLength
from meetings.forms.attendees import CONSENT, AttendeesForm, PeopleForm


class RequestForm(PeopleForm):
    """What the firm asks for, and who comes."""

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
        data = self.cleaned_data
        return Wish(
            purpose=data["purpose"],
            minutes=data["minutes"],
            language=data["language"],
            interpreter_wanted=data["interpreter_wanted"],
            consent=data.get("consent", ""),
            people=tuple(self.people()),
        )

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
            *self.people_rows(),
            *([{"label": _("Transfer abroad"), "value": _("Agreed")}] if self.has_agreed_to_transfer else []),
        ]


class StaffRequestForm(RequestForm):
    """The same on behalf of a firm, with its consent put on record; its people may be named later."""

    consent_of = Side.COMPANY

    first_is_required = False
    consent = LinesField(
        label=_("How did the firm consent?"),
        help_text=_("Who agreed, when and how; for example: Mr Tanaka by telephone on 20 November."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def rows(self) -> list[dict[str, Any]]:
        label = CONSENT_OF[self.consent_of]
        return [*super().rows(), {"label": label, "value": self.cleaned_data["consent"]}]


class StaffRequestForStartupForm(StaffRequestForm):
    """On behalf of a startup that told staff whom it would like to meet."""

    consent_of = Side.STARTUP

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["purpose"].help_text = _("Two or three sentences that the firm will read.")
        self.fields["consent"].label = _("How did the startup consent?")


class AcceptForm(AttendeesForm):
    """Yes to what the page showed; who comes may be said now or later."""

    seen = OneLineField(widget=forms.HiddenInput, required=False)


class WithdrawForm(forms.Form):
    """Nothing is asked of who takes back what nobody has answered; of what was accepted, why."""

    reason = LinesField(
        label=_("Why do you withdraw?"),
        help_text=_("The other side and the programme office read this."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, is_agreed: bool) -> None:
        super().__init__(data)
        if not is_agreed:
            del self.fields["reason"]


class StaffWithdrawForm(WithdrawForm):
    """The same by staff, with how the side told them."""

    consent = LinesField(**CONSENT)

    def __init__(self, data: Any = None, *, is_agreed: bool) -> None:
        super().__init__(data, is_agreed=is_agreed)
        if is_agreed:
            self.fields["reason"].label = _("Why does it withdraw?")


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why do you decline?"),
        help_text=_("The other side and the programme office read it, so that the next match fits better."),
        choices=DeclineReason,
        widget=forms.RadioSelect,
    )
    text = LinesField(
        label=_("In your words"),
        help_text=_("A sentence or two help the other side to understand."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("reason") == DeclineReason.OTHER and not data.get("text"):
            self.add_error("text", _("Write the reason in a sentence."))
        return data


class StaffDeclineForm(DeclineForm):
    """The same by staff, with how the side told them."""

    consent = LinesField(**CONSENT)
