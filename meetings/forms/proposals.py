"""Proposing otherwise, and what staff add when they act for a side."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matchmaking.core.enums import Language
from matchmaking.core.fields import LinesField, OneLineField
from meetings.actions import Terms
from meetings.enums import MeetingLength
from meetings.forms.attendees import CONSENT


class SeenForm(forms.Form):
    """An answer: to what its page showed."""

    seen = OneLineField(widget=forms.HiddenInput, required=False)


class StaffSeenForm(SeenForm):
    consent = LinesField(**CONSENT)


class ProposalForm(SeenForm):
    """Filled in with how it stands: whoever proposes changes what it would rather have."""

    minutes = forms.TypedChoiceField(
        label=_("Length"), coerce=int, choices=MeetingLength, widget=forms.RadioSelect
    )
    language = forms.ChoiceField(label=_("Language the startup speaks in the meeting"), choices=Language)
    interpreter_wanted = forms.BooleanField(label=_("We would like an interpreter"), required=False)
    weeks = OneLineField(
        label=_("Weeks that suit you"),
        help_text=_("For example: from 7 to 18 December, or any week in January."),
        max_length=200,
        required=False,
    )
    remark = LinesField(
        label=_("What you would like to talk about, or why"),
        help_text=_("The other side and the programme office read it."),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        changed = [name for name in self.changed_data if name not in ("seen", "consent")]
        if not changed and not self.errors:
            self.add_error(None, _("Nothing differs from what stands now. Change something, or write why."))
        return data

    def terms(self) -> Terms:
        data = self.cleaned_data
        return Terms(
            minutes=data["minutes"],
            language=data["language"],
            interpreter_wanted=data["interpreter_wanted"],
            weeks=data["weeks"],
            remark=data["remark"],
        )


class StaffProposalForm(ProposalForm):
    consent = LinesField(**CONSENT)
