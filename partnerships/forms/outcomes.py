"""What one side says came of its partnership, and what staff decide where the two differ."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.profiles.forms import AmountField
from accounts.profiles.messages import TellingForm
from matchmaking.core.currencies import Currency
from matchmaking.core.fields import LinesField
from matchmaking.matches.enums import Side
from partnerships.enums import Result, Without
from partnerships.outcomes import Told

MOST_COUNTED = 100_000


def _money(label: Any, help_text: Any) -> AmountField:
    example = _("Give the amount in figures, for example 12,000,000. Write 0 if there is none.")
    return AmountField(
        label=label,
        help_text=help_text,
        min_value=0,
        max_digits=18,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"required": example, "invalid": example, "min_value": example},
    )


def _number(label: Any, help_text: Any) -> forms.IntegerField:
    example = _("Give a whole number. Write 0 if there are none.")
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=0,
        max_value=MOST_COUNTED,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": example, "invalid": example, "min_value": example},
    )


def _currency(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=Currency, initial=Currency.JPY)


class OutcomeForm(TellingForm):
    """All of it since the contract was signed: nought is an answer, an empty field is none."""

    results = forms.MultipleChoiceField(
        label=_("What has come of it since the contract was signed?"),
        choices=Result,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one. “Nothing yet” is an answer too.")},
    )
    sales = _money(_("Sales that came of it"), _("In total since the contract was signed; 0 if none."))
    sales_currency = _currency(_("Currency of the sales"))
    invested = _money(
        _("Money invested or paid"),
        _("What the firm has invested in the startup, or paid for it, since then; 0 if none."),
    )
    invested_currency = _currency(_("Currency of the money invested"))
    jobs = _number(_("New jobs"), _("At both companies together; 0 if none."))
    products = _number(_("New products or services"), _("Already on sale or in use; 0 if none."))
    without = forms.ChoiceField(
        label=_("Would it have happened without the programme?"),
        choices=Without,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you think. “We cannot say” is an answer too.")},
    )
    words = LinesField(
        label=_("In your words"),
        help_text=_("What went well, what did not? Only the programme office reads this."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_results(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["results"]
        if Result.NOTHING in chosen and len(chosen) > 1:
            raise forms.ValidationError(_("Choose “Nothing yet” alone, or what has come of it."))
        return chosen

    def told(self) -> Told:
        return Told(**self.cleaned_data)


class AgainForm(TellingForm):
    """Why both sides are asked again; what it says of one side's answer is not for the other."""

    reason = LinesField(
        label=_("Reason"),
        help_text=_("Only the programme office reads this."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why; it stays in the history.")},
    )


class DecisionForm(TellingForm):
    side = forms.ChoiceField(
        label=_("Whose figures stand?"),
        choices=[
            (Side.COMPANY.value, pgettext_lazy("figures that stand", "Those of the firm")),
            (Side.STARTUP.value, pgettext_lazy("figures that stand", "Those of the startup")),
            ("neither", pgettext_lazy("figures that stand", "Those of neither side")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whose figures stand.")},
    )
    reason = LinesField(
        label=_("Reason"),
        help_text=_("Both sides read this."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why; both sides read it.")},
    )

    def clean_side(self) -> str:
        side: str = self.cleaned_data["side"]
        return "" if side == "neither" else side
