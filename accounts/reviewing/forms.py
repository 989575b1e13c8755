"""Forms with which staff review an application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.enums import DeclineReason
from accounts.field_words import say_what_to_do
from accounts.models import Review, User
from accounts.profiles.forms import LinesField
from accounts.profiles.kinds import Answer, Section
from accounts.reviewing.cases import show_labels, shows
from accounts.reviewing.sentences import choices, sentence
from accounts.rules import checks_of

MOST_LETTERS = 2000
ALL = "all"
# What the queue may be sorted by; the first is its order.
ORDERINGS = {
    "received": ("asked_at",),
    "applicant": ("organisation__sort_key",),
    "due": ("due_on", "asked_at"),
    "assigned": ("assignee__name", "asked_at"),
}


def _text(label: Any, *, required: bool = True, rows: int = 6, **options: Any) -> LinesField:
    return LinesField(
        label=label,
        required=required,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": rows}),
        **options,
    )


class QueueFilterSet(django_filters.FilterSet):  # type: ignore[misc]
    """Which reviews the queue shows; its filters are links, so there is no panel to fill in."""

    show = django_filters.ChoiceFilter(choices=lambda: list(show_labels().items()), method="shown")

    def shown(self, reviews: QuerySet[Review], name: str, value: str) -> QuerySet[Review]:
        return reviews.filter(shows(self.request.user)[value]) if value else reviews


@dataclass(frozen=True)
class CheckBox:
    value: str
    label: str
    is_ticked: bool
    is_for_all: bool


class ChecksForm(forms.Form):
    """What has been checked; one more box stands for all of them.

    Whether that box was ticked or cleared is judged by what the page showed (`was_complete`), not by what is saved: two
    clicks may be under way at once.
    """

    checks = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    was_complete = forms.BooleanField(required=False, widget=forms.HiddenInput)
    field_order = ("was_complete", "checks")

    def __init__(self, data: Any = None, *, review: Review) -> None:
        self.needed = [str(check) for check in checks_of(review)]
        self.is_complete = set(self.needed) <= set(review.checks)
        super().__init__(data, initial={"checks": review.checks})
        labels = [(check.value, check.label) for check in checks_of(review)]
        self.fields["checks"].choices = [(ALL, _("All checks done")), *labels]  # type: ignore[attr-defined]

    def boxes(self) -> list[CheckBox]:
        """The boxes as they are saved, that for all first."""
        choices = self.fields["checks"].choices  # type: ignore[attr-defined]
        saved = {*self.initial["checks"], *([ALL] if self.is_complete else [])}
        return [CheckBox(value, str(label), value in saved, value == ALL) for value, label in choices]

    def clean_checks(self) -> list[str]:
        """The box for all ticks, or clears, the others when it is the one that was changed."""
        ticked = [check for check in self.cleaned_data["checks"] if check != ALL]
        for_all, was_complete = ALL in self.cleaned_data["checks"], self.cleaned_data["was_complete"]
        if for_all and not was_complete:
            return self.needed
        if was_complete and not for_all and len(ticked) == len(self.needed):
            return []
        return ticked


class AssignForm(forms.Form):
    assignee = forms.ModelChoiceField(
        label=gettext_lazy("Assigned to"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody"),
    )

    def __init__(self, data: Any = None, *, review: Review) -> None:
        super().__init__(data, initial={"assignee": review.assignee_id})
        self.fields["assignee"].queryset = User.objects.officers().order_by("name", "pk")  # type: ignore[attr-defined]


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=[("", gettext_lazy("Choose a reason")), *DeclineReason.choices],
    )
    text = _text(
        gettext_lazy("What the applicant is told"),
        help_text=gettext_lazy("Sent only once a second person has confirmed."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        words = {
            "reason": gettext_lazy("Choose a reason."),
            "text": gettext_lazy("Write what the applicant is told."),
        }
        say_what_to_do(self.fields, words)


@dataclass(frozen=True)
class RemarkFields:
    """The three controls of one field of the profile."""

    answer: Answer
    tick: forms.BoundField
    ready: forms.BoundField
    text: forms.BoundField


class ChangesForm(forms.Form):
    """What to correct: fields of the profile with a remark each, and words about all of it."""

    def __init__(self, data: Any = None, *, sections: Sequence[Section], language: str) -> None:
        super().__init__(data)
        self.sections, self.language = sections, language
        for answer in (answer for section in sections for answer in section.answers):
            self._add(answer)
        self.fields["text"] = _text(
            gettext_lazy("About the application as a whole"),
            required=False,
            help_text=gettext_lazy("The members read it first. It may be left out if you tick a field."),
        )
        say_what_to_do(self.fields)

    def _add(self, answer: Answer) -> None:
        """Named by what they are about, so that the words of an error say which field is meant."""
        named = {"field": answer.full_label}
        self.fields[f"tick-{answer.subject}"] = forms.BooleanField(label=answer.full_label, required=False)
        self.fields[f"ready-{answer.subject}"] = forms.ChoiceField(
            label=_("Ready sentence: %(field)s") % named, choices=choices(self.language), required=False
        )
        self.fields[f"text-{answer.subject}"] = _text(
            _("What to correct: %(field)s") % named, required=False, rows=3
        )

    def groups(self) -> list[tuple[str, list[RemarkFields]]]:
        """The controls by section, as the page shows them."""
        return [
            (
                section.title,
                [
                    RemarkFields(
                        answer, *(self[f"{part}-{answer.subject}"] for part in ("tick", "ready", "text"))
                    )
                    for answer in section.answers
                ],
            )
            for section in self.sections
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.remarks: dict[str, str] = {}
        for section in self.sections:
            for answer in section.answers:
                if cleaned.get(f"tick-{answer.subject}"):
                    self._take(answer.subject, cleaned)
        if not self.remarks and not cleaned.get("text") and not self.errors:
            raise ValidationError(_("Tick a field and say what to correct, or write about the application."))
        return cleaned

    def _take(self, subject: str, cleaned: Mapping[str, Any]) -> None:
        ready, text = cleaned.get(f"ready-{subject}"), cleaned.get(f"text-{subject}", "")
        parts = [sentence(ready, self.language)] if ready else []
        words = "\n".join([*parts, text] if text else parts)
        if len(words) > MOST_LETTERS:
            self.add_error(f"text-{subject}", _("Shorten this: with the ready sentence it is too long."))
        elif words:
            self.remarks[subject] = words
        elif f"text-{subject}" not in self.errors:
            self.add_error(f"text-{subject}", _("Say what to correct, or choose a ready sentence."))

    def told(self, labels: Mapping[str, str]) -> str:
        """All of it as one text in the applicant's language; `labels` names the fields in it."""
        with override(self.language):
            lines = [
                _("%(label)s: %(text)s") % {"label": labels[subject], "text": text}
                for subject, text in self.remarks.items()
            ]
        return "\n".join([*filter(None, [self.cleaned_data["text"]]), *lines])
