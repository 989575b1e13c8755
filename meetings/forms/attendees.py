"""Who comes: some lines for people, on forms of their own or as part of another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import MailAddressField
from matchmaking.core.fields import LinesField, OneLineField
from meetings.actions.attendees import Person
from meetings.enums import DecisionLevel
from meetings.models import Attendee
from meetings.models.attendees import MOST_ATTENDEES, said

PARTS = ("name", "role", "decision", "email")
CONSENT = {
    "label": gettext_lazy("How did the organisation consent?"),
    "help_text": gettext_lazy(
        "Who agreed, when and how; for example: Mr Tanaka by telephone on 20 November."
    ),
    "max_length": 500,
    "widget": forms.Textarea(attrs={"rows": 3}),
}


class PeopleForm(forms.Form):
    """Adds lines for people to whatever else a form asks; a line is whole or empty."""

    first_is_required = True

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for number in range(1, MOST_ATTENDEES + 1):
            self._add_line(number, required=self.first_is_required and number == 1)

    def _add_line(self, number: int, *, required: bool) -> None:
        """The labels carry the number: they are read alone, in the list of what is to be corrected."""
        counted = {"number": number}
        fields: dict[str, forms.Field] = {
            "name": OneLineField(label=_("Person %(number)s: name") % counted, max_length=100),
            "role": OneLineField(
                label=_("Person %(number)s: role in the organisation") % counted, max_length=100
            ),
            "decision": forms.ChoiceField(
                label=_("Person %(number)s: part in the decision") % counted,
                choices=[("", _("Choose")), *DecisionLevel.choices],
            ),
            "email": MailAddressField(
                label=_("Person %(number)s: e-mail address") % counted,
                required=False,
                max_length=Attendee._meta.get_field("email").max_length,
            ),
        }
        for part, field in fields.items():
            field.required = required and part != "email"
            self.fields[f"person_{number}_{part}"] = field

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in range(1, MOST_ATTENDEES + 1):
            self._check_line(data, number)
        return data

    def _check_line(self, data: dict[str, Any], number: int) -> None:
        names = {part: f"person_{number}_{part}" for part in PARTS}
        if not any(data.get(name) or name in self.errors for name in names.values()):
            return
        for part in ("name", "role", "decision"):
            if not data.get(names[part]) and names[part] not in self.errors:
                self.add_error(names[part], _("Fill this in too, or leave the whole person empty."))

    def people(self) -> list[Person]:
        """Those who were filled in."""
        lines = (
            {part: self.cleaned_data[f"person_{number}_{part}"] for part in PARTS}
            for number in range(1, MOST_ATTENDEES + 1)
        )
        return [Person(**line) for line in lines if line["name"]]

    def people_rows(self) -> list[dict[str, Any]]:
        """They as words, for a check page."""
        return [{"label": _("Attendee"), "value": said(each)} for each in self.people()]

    @property
    def other_fields(self) -> list[BoundField]:
        return [field for field in self if not field.name.startswith("person_")]

    @property
    def first_person(self) -> list[BoundField]:
        return [self[f"person_1_{part}"] for part in PARTS]

    @property
    def further_people(self) -> list[list[BoundField]]:
        return [
            [self[f"person_{number}_{part}"] for part in PARTS] for number in range(2, MOST_ATTENDEES + 1)
        ]

    @property
    def has_further_people(self) -> bool:
        """Whether their lines must be seen: something is written there."""
        return any(field.value() for line in self.further_people for field in line)


class ConsentForm(forms.Form):
    """What staff write down beside whatever else they enter for a side."""

    consent = LinesField(**CONSENT)


class AttendeesForm(PeopleForm):
    """A side's people, at any time until the meeting; none at all is an answer too."""

    first_is_required = False


class StaffAttendeesForm(AttendeesForm):
    """The same by staff, with the consent of the side put on record."""

    consent = LinesField(**CONSENT)


def written(people: Iterable[Attendee]) -> dict[str, str]:
    """What the lines of a form hold for those who are named already."""
    return {
        f"person_{number}_{part}": getattr(each, part)
        for number, each in enumerate(people, 1)
        for part in PARTS
    }
