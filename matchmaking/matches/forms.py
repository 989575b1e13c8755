"""What staff and firms fill in about a match."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from matchmaking.core.fields import LinesField, OneLineField
from matchmaking.matches.enums import CHOSEN_REASONS
from matchmaking.matches.explanation import PART_LABELS, PART_MEANINGS
from matchmaking.matches.policy import SLICES

MOST_WEIGHT = 5


class DismissForm(forms.Form):
    """Why a pair is put aside."""

    reason = forms.ChoiceField(label=_("Reason"), choices=CHOSEN_REASONS, widget=forms.RadioSelect)
    note = LinesField(
        label=_("Note"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the programme office sees this."),
    )


class PassForm(forms.Form):
    """Why a startup is not for the firm: one reason, no more."""

    reason = forms.ChoiceField(label=_("Reason"), choices=CHOSEN_REASONS, widget=forms.RadioSelect)


class WeightsForm(forms.Form):
    """A weight for each part of the score. What the weights make of the scale is worked out, not asked."""

    seen = OneLineField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, fingerprint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._fingerprint = fingerprint
        self.fields["seen"].initial = fingerprint
        for name in SLICES:
            self.fields[name] = _weight_field(name)

    def clean(self) -> dict[str, Any]:
        """Somebody must weigh something, and nobody's change of the draft is overwritten unseen."""
        data = super().clean() or {}
        if not self.errors and not any(data[name] for name in SLICES):
            raise ValidationError(_("Give at least one part a weight above 0."), code="nothing")
        if self._fingerprint and data.get("seen") != self._fingerprint:
            self.data = {**self.data.dict(), "seen": self._fingerprint}
            raise ValidationError(
                _(
                    "Somebody else changed this draft meanwhile. Save again to replace their weights with yours."
                ),
                code="meanwhile",
            )
        return data

    def weights(self) -> dict[str, float]:
        return {name: float(self.cleaned_data[name]) for name in SLICES}


def _weight_field(name: str) -> forms.DecimalField:
    bounds = _("Enter a number from 0 to %(most)s.") % {"most": MOST_WEIGHT}
    places = _("Enter at most three digits after the point.")
    wrong = dict.fromkeys(
        ("required", "invalid", "min_value", "max_value", "max_digits", "max_whole_digits"), bounds
    )
    return forms.DecimalField(
        label=PART_LABELS[name],
        help_text=PART_MEANINGS[name],
        min_value=0,
        max_value=MOST_WEIGHT,
        decimal_places=3,
        widget=forms.NumberInput(attrs={"step": "0.001", "inputmode": "decimal"}),
        error_messages={**wrong, "max_decimal_places": places},
    )


class ReasonForm(forms.Form):
    """Why a policy comes into force; `seen` says what the person has looked at."""

    seen = OneLineField(widget=forms.HiddenInput)
    reason = LinesField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody who reads the policies sees it, for as long as the portal exists."),
        error_messages={"required": _("Write why the policy comes into force.")},
    )
