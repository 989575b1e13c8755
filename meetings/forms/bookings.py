"""A time outside rounds: chosen, moved, cancelled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matchmaking.core.fields import LinesField, OneLineField
from meetings.forms.rooms import VideoLinkField
from meetings.time_words import moment_in


class BookingForm(forms.Form):
    """A chosen time, what goes with it, and, when a meeting is moved, why."""

    start = OneLineField(widget=forms.HiddenInput)
    reason = LinesField(
        label=_("Why is it moved?"),
        help_text=_("Both sides read this."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    link = VideoLinkField(
        help_text=_("An address that begins with https://. The programme office can add or change it later."),
        required=False,
    )

    def __init__(self, data: Any = None, *, is_move: bool, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        if not is_move:
            del self.fields["reason"]

    def offer(self, choices: Iterable[tuple[str, str]]) -> None:
        """Times that can be taken instead, each with its words; which of them comes back as `start`, as ever."""
        self.fields["start"] = forms.ChoiceField(
            label=_("Next free times"), choices=list(choices), widget=forms.RadioSelect
        )

    def chosen_start(self) -> datetime | None:
        """The time that was chosen, whether or not the rest is in order; None if it is no moment, or out of reach."""
        return moment_in(str(self["start"].value()))

    def typed(self) -> dict[str, str]:
        """What goes with the time, whichever it is."""
        return {name: self.cleaned_data[name] for name in self.fields if name != "start"}

    def book_values(self) -> dict[str, Any]:
        return {"starts_at": self.chosen_start(), "link": self.cleaned_data["link"]}

    def move_values(self) -> dict[str, Any]:
        """A link that was emptied goes, one that was not asked for stays."""
        link = self.cleaned_data["link"] if self.add_prefix("link") in self.data else None
        return {"starts_at": self.chosen_start(), "link": link, "reason": self.cleaned_data["reason"]}


class MoveForm(forms.Form):
    """The time on the board of a round to which a meeting goes."""

    starts_at = OneLineField(widget=forms.HiddenInput)

    def clean_starts_at(self) -> datetime:
        found = moment_in(self.cleaned_data["starts_at"])
        if found is None:
            raise forms.ValidationError(_("Choose a time."))
        return found


class LinkForm(forms.Form):
    link = VideoLinkField(
        help_text=_(
            "An address that begins with https://. Whoever takes part reads it on the page of the meeting."
        )
    )


class CancelForm(forms.Form):
    reason = LinesField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
