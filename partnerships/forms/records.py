"""What is recorded about a partnership."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.profiles.forms import AmountField
from accounts.profiles.messages import TellingForm
from matchmaking.core.currencies import Currency
from matchmaking.core.fields import LinesField, OneLineField
from matchmaking.matches.enums import Side
from partnerships.enums import AmountKind, PaperKind

LONGEST_AHEAD = timedelta(days=3 * 366)
EARLIEST = date(2021, 1, 1)  # the month in which the programme was announced


def day_field(label: Any, missing: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": missing, "invalid": _("Give a day, for example 2027-04-30.")},
    )


def _money(label: Any, *, required: bool = True) -> AmountField:
    return AmountField(
        label=label,
        min_value=1,
        max_digits=18,
        decimal_places=2,
        required=required,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={
            "required": _("Give the amount in figures, for example 12,000,000."),
            "invalid": _("Give the amount in figures, for example 12,000,000."),
            "min_value": _("Give an amount of 1 or more."),
        },
    )


def past_day(day: date) -> date:
    """A day on which something has been; neither to come nor before the programme began."""
    if day > timezone.localdate():
        raise forms.ValidationError(_("This day is still to come. Give the day on which it was."))
    if day < EARLIEST:
        raise forms.ValidationError(_("The programme began in 2021. Give a later day."))
    return day


def coming_day(day: date) -> date:
    """A day by which something is to be done: today or later, and not beyond what anybody plans."""
    today = timezone.localdate()
    if day < today:
        raise forms.ValidationError(_("This day is over. Give a day to come."))
    if day > today + LONGEST_AHEAD:
        raise forms.ValidationError(_("Give a day within the next three years."))
    return day


class StepForm(TellingForm):
    text = OneLineField(
        label=_("Next step"),
        help_text=_("For example: send a sample, visit the plant, sign a non-disclosure agreement."),
        max_length=300,
        error_messages={"required": _("Say what is to be done.")},
    )
    owner = forms.ChoiceField(
        label=_("Who does it?"),
        choices=Side,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who does it.")},
    )
    due_on = day_field(_("By when?"), _("Give the day by which it is done."))

    def clean_due_on(self) -> date:
        return coming_day(self.cleaned_data["due_on"])


class PaperForm(TellingForm):
    kind = forms.ChoiceField(
        label=_("Document"),
        choices=PaperKind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the document.")},
    )
    dated = day_field(_("Date of the document"), _("Give the date of the document."))
    note = OneLineField(
        label=_("Where it is kept, or a note"),
        help_text=_("Do not copy its content here: both sides and the programme office read this."),
        max_length=200,
        required=False,
    )

    def clean_dated(self) -> date:
        return past_day(self.cleaned_data["dated"])


class AmountForm(TellingForm):
    kind = forms.ChoiceField(
        label=_("What for?"),
        choices=AmountKind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the amount is for.")},
    )
    amount = _money(_("Amount"))
    currency = forms.ChoiceField(label=_("Currency"), choices=Currency, initial=Currency.JPY)
    as_of = day_field(_("As of"), _("Give the day on which the amount was so."))

    def clean_as_of(self) -> date:
        return past_day(self.cleaned_data["as_of"])


class MeasureForm(TellingForm):
    name = OneLineField(
        label=_("Support measure"),
        help_text=_(
            "For example: subsidy for the proof of concept, trade insurance, introduction to a bank."
        ),
        max_length=160,
        error_messages={"required": _("Name the measure.")},
    )
    amount = _money(_("Amount, if there is one"), required=False)
    currency = forms.ChoiceField(label=_("Currency"), choices=Currency, initial=Currency.JPY)
    decided_on = day_field(_("Decided on"), _("Give the day of the decision."))

    def clean_decided_on(self) -> date:
        return past_day(self.cleaned_data["decided_on"])


class TakeOutForm(TellingForm):
    """Why something is taken out that was written down."""

    reason = LinesField(
        label=_("What was wrong?"),
        help_text=_("Both sides read this. For example: the amount was meant in US dollars."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what was wrong; it stays in the history.")},
    )
