"""Proposing otherwise, and what staff add when they act for a side."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaking.core.enums import Language
from matchmaking.core.fields import LinesField, OneLineField
from meetings.actions import Terms
from meetings.enums import MeetingLength
from meetings.forms.attendees import CONSENT
from meetings.models import MeetingRequest
from meetings.new_times import as_wished, time_instead
from meetings.time_words import moment_in

TAKEN = _(
    "This time is no longer free on both sides for what you wish above. Nothing has been sent: choose one of those"
    " below."
)


class SeenForm(forms.Form):
    """An answer: to what its page showed."""

    seen = OneLineField(widget=forms.HiddenInput, required=False)


class StaffSeenForm(SeenForm):
    consent = LinesField(**CONSENT)


class ProposalForm(SeenForm):
    """Filled in with how it stands: whoever proposes changes what it would rather have.

    Of a booked meeting its time, too; which times are free depends on what else is wished.
    """

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

    start = OneLineField(
        label=_("New time"),
        help_text=_(
            "Free on both sides, and for an interpreter where one is wanted. It depends on the length, the language and"
            " the interpreter above: after changing them, show the times again."
        ),
        required=False,
    )

    def __init__(self, data: Any = None, *, made: MeetingRequest, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.made = made
        if not made.is_booked:
            del self.fields["start"]

    def wished(self) -> MeetingRequest:
        """The request as it stands in the form, to look for its times."""
        minutes, language = str(self["minutes"].value()), self["language"].value()
        return as_wished(
            self.made,
            minutes=int(minutes) if minutes in map(str, MeetingLength.values) else self.made.minutes,
            language=language if language in Language.values else self.made.language,
            interpreter_wanted=bool(self["interpreter_wanted"].value()),
        )

    def chosen_start(self) -> datetime | None:
        """The new time that stands in the form, free or not."""
        return moment_in(str(self["start"].value())) if "start" in self.fields else None

    def clean_start(self) -> datetime | None:
        if not self.cleaned_data["start"]:
            return None
        start = self.chosen_start()
        if start is None or time_instead(self.wished(), start, now=timezone.now()) is None:
            raise ValidationError(TAKEN)
        return start

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
            start=data.get("start"),
        )


class StaffProposalForm(ProposalForm):
    consent = LinesField(**CONSENT)
