"""Confirming a meeting: the time that was seen, and for staff the consent of the side."""

from __future__ import annotations

from django import forms

from matchmaking.core.fields import LinesField
from meetings.forms.attendees import CONSENT


class ConfirmForm(forms.Form):
    sequence = forms.IntegerField(widget=forms.HiddenInput)


class StaffConfirmForm(ConfirmForm):
    consent = LinesField(**CONSENT)
