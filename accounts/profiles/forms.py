"""Forms over an organisation together with its company or startup: a section of the profile at a time.

The model fields are the single source of labels, lengths and choices; what a form adds is the way to choose and
the help.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.forms.models import fields_for_model, model_to_dict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.forms import zone_choices
from accounts.lists import SUB_FIELD_CHOICES
from accounts.profiles.labels import COUNTRY_LISTS
from accounts.profiles.messages import tell
from accounts.registration.choosing import BEFORE, CHOSEN, Boxes, BoxesField
from accounts.registration.questions import Step, Words
from accounts.rules import IDENTITY, REVIEWED, check_sub_fields
from matchmaking.core.currencies import number
from matchmaking.core.fields import TEXT_ROWS, LinesField, OneLineField, ReadingField, WebAddressField
from matchmaking.core.importing.columns import AmountColumn


class AmountField(AmountColumn):
    """A number as people write it: full-width digits and separators of thousands are read, and shown again."""

    def prepare_value(self, value: Any) -> Any:
        return number(value) if isinstance(value, Decimal) else value


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
    if isinstance(field, models.DecimalField):
        options |= {"form_class": AmountField, "widget": forms.TextInput(attrs={"inputmode": "decimal"})}
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
    """Some fields of several rows: `asks` names the rows, and the fields of each, in the order of the page.

    What is `needed` must be filled in. Whoever saves for later (`later`) may leave out all but the `core`.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        rows: Mapping[str, models.Model],
        step: Step,
        later: bool = False,
    ) -> None:
        self.rows, self.step = rows, step
        initial: dict[str, Any] = {}
        made: dict[str, forms.Field] = {}
        for part, names in step.asks.items():
            initial |= model_to_dict(rows[part], fields=names)
            made |= fields_for_model(type(rows[part]), fields=names, formfield_callback=control)
        super().__init__(data, initial=initial)
        self.fields.update(made)
        for name, field in made.items():
            field.required = name in (step.core if later else step.needed)
            field.help_text = self._hint(name)
            field.label = step.labels.get(name, field.label)
            tell(field, step.prompts.get(name, ""))
        if "time_zone" in made:
            self.fields["time_zone"].choices = zone_choices(initial["time_zone"])  # type: ignore[attr-defined]
        self.order_fields(list(step.names))
        if step.chooses and BEFORE in self.data:
            self.fields[CHOSEN] = BoxesField()

    def _hint(self, name: str) -> Words:
        organisation = self.rows.get("organisation")
        if name in IDENTITY and getattr(organisation, "status", "") in REVIEWED:
            return _("A change of this waits for review; until then the earlier one counts.")
        return self.step.hints.get(name, "")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "sub_fields" in cleaned and self.chosen_fields(cleaned):
            check_sub_fields(self.chosen_fields(cleaned), cleaned["sub_fields"])
        return cleaned

    def chosen_fields(self, cleaned: Mapping[str, Any]) -> list[str]:
        """The fields that sub-fields must belong to; a challenge has one."""
        return cleaned.get("fields") or [value for value in [cleaned.get("field")] if value]

    def answers(self) -> dict[str, Any]:
        """What may be saved: fields without an error; nothing where the row cannot do without something."""
        given = {name: self.cleaned_data[name] for name in self.step.names if name in self.cleaned_data}
        return {name: value for name, value in given.items() if not self._stays(name, value)}

    def beside(self) -> dict[str, dict[str, Any]]:
        """The capabilities that the person chose, by row, if they chose others than they found."""
        boxes = self.cleaned_data.get(CHOSEN)
        return {self.step.chooses: {CHOSEN: boxes.choice}} if boxes and boxes.is_changed else {}

    def boxes(self) -> Boxes:
        """As the page shows them: what was ticked, or what is chosen."""
        if CHOSEN in self.fields:
            return Boxes.sent(self.data)
        return Boxes.of(getattr(self.rows[self.step.chooses], CHOSEN))

    def _stays(self, name: str, value: Any) -> bool:
        part = next(part for part, names in self.step.asks.items() if name in names)
        column: Any = self.rows[part]._meta.get_field(name)
        return value is None and not column.null


class ReasonForm(forms.Form):
    """Words that the other side will read."""

    reason = LinesField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": TEXT_ROWS}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        tell(self.fields["reason"], _("Write the reason."))
