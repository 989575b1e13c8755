"""Who of the programme office sits in at a booked meeting."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts.models import User
from matchmaking.core import local_time
from meetings.board import pair_name
from meetings.models import Meeting
from meetings.officers import Candidate

NOBODY = "nobody"


class OfficerForm(forms.Form):
    """Whoever is free then, or nobody; somebody who is not is refused with the meeting that is in the way."""

    officer = forms.ChoiceField(
        label=gettext_lazy("Officer"),
        help_text=gettext_lazy(
            "Officers of the round come first, then whoever has fewest meetings that day."
        ),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose who sits in."),
            "invalid_choice": gettext_lazy("Choose somebody who works for the programme office."),
        },
    )

    def __init__(self, data: Any = None, *, meeting: Meeting, candidates: Iterable[Candidate]) -> None:
        super().__init__(data, initial={"officer": str(meeting.officer_id or NOBODY)})
        self.candidates = {str(each.officer.pk): each for each in candidates}
        self.free = [each for each in self.candidates.values() if each.clash is None]
        nobody = (NOBODY, _("Nobody from the programme office"))
        named = [(str(each.officer.pk), _named(each, meeting)) for each in self.free]
        field: Any = self.fields["officer"]
        field.choices = [*((key, key) for key in self.candidates), nobody]
        field.widget.choices = [*named, nobody] if meeting.officer_id else named

    @property
    def others_free(self) -> bool:
        """Whether anybody could come instead of whoever sits in."""
        return any(str(each.officer.pk) != self.initial["officer"] for each in self.free)

    def busy(self) -> list[dict[str, str]]:
        """Those who are not free, each with the meeting that is in the way, as label and value."""
        return [
            {"label": each.officer.name, "value": _elsewhere(each.clash)}
            for each in self.candidates.values()
            if each.clash is not None
        ]

    def clean_officer(self) -> User | None:
        chosen = self.candidates.get(self.cleaned_data["officer"])
        if chosen is None:
            return None
        if chosen.clash is not None:
            text = _("%(name)s is not free then: %(meeting)s. Choose somebody else.")
            raise forms.ValidationError(
                text % {"name": chosen.officer.name, "meeting": _elsewhere(chosen.clash)}
            )
        return chosen.officer


def _named(candidate: Candidate, meeting: Meeting) -> str:
    name = candidate.officer.name
    if candidate.officer.pk == meeting.officer_id:
        return _("%(name)s (sits in now)") % {"name": name}
    if not candidate.meetings:
        return _("%(name)s (no other meeting that day)") % {"name": name}
    words = ngettext(
        "%(name)s (%(count)s other meeting that day)",
        "%(name)s (%(count)s other meetings that day)",
        candidate.meetings,
    )
    return words % {"name": name, "count": candidate.meetings}


def _elsewhere(meeting: Meeting) -> str:
    return _("%(when)s: %(pair)s") % {
        "when": local_time.span(meeting.starts_at, meeting.ends_at, year=False),
        "pair": pair_name(meeting, get_language() or ""),
    }
