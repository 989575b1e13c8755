"""What staff and firms fill in about a match."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from matchmaking.core.fields import LinesField
from matchmaking.matches.enums import CHOSEN_REASONS


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
