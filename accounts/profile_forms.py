"""Forms over an organisation together with its company or startup: a section of the profile at a time.

The model fields are the single source of labels, lengths and choices; what a form adds is the way to choose and
the help. Values that did not change are not saved, so that two members who edit at once do not undo each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.forms.models import fields_for_model, model_to_dict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.forms import zone_choices
from accounts.labels import COUNTRY_LISTS
from accounts.lists import SUB_FIELD_CHOICES
from accounts.rules import check_sub_fields
from matchmaking.core.fields import TEXT_ROWS, LinesField, OneLineField, ReadingField, WebAddressField


def control(field: models.Field[Any, Any], **options: Any) -> forms.Field | None:
    """The form field for a model field: checkboxes for lists, a choice of cities for time zones."""
    if isinstance(field, ArrayField):
        return _checkboxes(field)
    if field.name == "time_zone":
        return forms.ChoiceField(label=capfirst(field.verbose_name), choices=zone_choices)
    if isinstance(field, models.URLField):
        label = capfirst(field.verbose_name)
        return WebAddressField(label=label, required=False, max_length=200)
    if isinstance(field, models.TextField):
        options |= {"form_class": LinesField, "widget": forms.Textarea(attrs={"rows": TEXT_ROWS})}
    elif isinstance(field, models.CharField) and not field.flatchoices:
        options["form_class"] = ReadingField if field.name == "name_kana" else OneLineField
    if isinstance(field, models.DateField):
        options["widget"] = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    made = field.formfield(**options)
    if made is not None and not isinstance(made, forms.ChoiceField):
        # Limits of the model and of its column hold here too, not only in a ModelForm; choices are a limit themselves.
        further = [validator for validator in field.validators if validator not in made.validators]
        made.validators = [*made.validators, *further]
    return made


def _checkboxes(field: ArrayField[Any, Any]) -> forms.Field:
    if field.name in COUNTRY_LISTS:
        return forms.MultipleChoiceField(
            label=capfirst(field.verbose_name),
            required=False,
            choices=lambda: list(countries),  # the model's own choices keep the language of the start
            widget=forms.SelectMultiple(attrs={"size": 8}),
        )
    choices = SUB_FIELD_CHOICES if field.name == "sub_fields" else field.base_field.choices
    return forms.MultipleChoiceField(
        label=capfirst(field.verbose_name),
        required=not field.blank,
        choices=choices,
        widget=forms.CheckboxSelectMultiple,
    )


class SectionForm(forms.Form):
    """Some fields of several rows. `parts`: each row with the names of its fields, in the order of the page."""

    def __init__(
        self,
        data: Any = None,
        *,
        parts: Sequence[tuple[models.Model, Sequence[str]]],
        order: Sequence[str] = (),
        help_texts: Mapping[str, Any] | None = None,
    ) -> None:
        self.parts = parts
        initial: dict[str, Any] = {}
        made: dict[str, forms.Field] = {}
        for row, names in parts:
            initial |= model_to_dict(row, fields=names)
            made |= fields_for_model(type(row), fields=names, formfield_callback=control)
        super().__init__(data, initial=initial)
        self.fields.update(made)
        if "time_zone" in made:
            self.fields["time_zone"].choices = zone_choices(initial["time_zone"])  # type: ignore[attr-defined]
        self.order_fields(list(order))
        for name, text in (help_texts or {}).items():
            if name in self.fields:
                self.fields[name].help_text = text

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "sub_fields" in cleaned and self.chosen_fields(cleaned):
            check_sub_fields(self.chosen_fields(cleaned), cleaned["sub_fields"])
        return cleaned

    def chosen_fields(self, cleaned: Mapping[str, Any]) -> list[str]:
        """The fields that sub-fields must belong to; a challenge has one."""
        return cleaned.get("fields") or [value for value in [cleaned.get("field")] if value]

    def changed_values(self, part: int) -> dict[str, Any]:
        """What the reader changed of the row number `part`."""
        names = self.parts[part][1]
        return {name: self.cleaned_data[name] for name in names if name in self.changed_data}


class ReasonForm(forms.Form):
    """Words that the other side will read."""

    reason = LinesField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": TEXT_ROWS}),
    )
