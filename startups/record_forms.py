"""A list of evidence as a form: one set of fields a row, rows to add and to take away.

It works without scripts: “add another” and “remove” send the whole form to addresses of their own, which show it
again with a row more or less (`startups/views/records.py`). Nothing is checked and nothing saved until “Save”.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import fields_for_model, model_to_dict
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Remark
from accounts.profiles.forms import control
from accounts.profiles.labels import value_label
from accounts.profiles.messages import tell
from startups.actions import KINDS, TypedList
from startups.models import Record
from startups.rules import check_amount, check_figure

MOST = 30  # rows of a list
Words = Promise | str
_DAY = _("Enter the day as year, month and day, for example 2026-03-31.")
_CURRENCY = _("Choose the currency from the list.")


class RecordForm(forms.Form):
    """One row; `id` names the one in the database, empty for a new one."""

    model: ClassVar[type[Record]]
    hints: ClassVar[Mapping[str, Words]] = {}
    prompts: ClassVar[Mapping[str, Words]] = {}  # what to do about an answer that cannot be taken

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)

    remark: Remark | None = None  # what a reviewer said of the row

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        made = fields_for_model(self.model, exclude=["startup"], formfield_callback=control)
        self.fields.update({name: field for name, field in made.items() if field})
        for name in self.model.asked():
            self.fields[name].help_text = self.hints.get(name, "")
            tell(self.fields[name], self.prompts.get(name, ""))

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields that a person fills in."""
        return [field for field in self if not field.is_hidden]

    @property
    def is_gone(self) -> bool:
        return bool(self[DELETION_FIELD_NAME].value())

    @property
    def title(self) -> str:
        """What the row tells of, in its own words: the name of a row that is to be removed."""
        return str(self[self.model.KEY[0]].value() or "")

    def values(self) -> dict[str, Any]:
        hidden = ("id", DELETION_FIELD_NAME)
        return {name: value for name, value in self.cleaned_data.items() if name not in hidden}


class FigureForm(RecordForm):
    model = KINDS["figures"]
    hints = {
        "words": _("Only where you chose “Other”: for example “Fuel saved (%)”."),
        "value": _("A number, without currency or unit."),
        "currency": _("Only for amounts of money."),
        "as_of": _("The day on which the figure was true, such as the end of the year it is of."),
        "note": _("For example: audited, forecast excluded, Japan only."),
    }
    prompts = {
        "what": _("Choose what is counted."),
        "value": _("Enter the figure in digits, for example 2,600,000."),
        "currency": _CURRENCY,
        "as_of": _DAY,
    }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        check_figure(cleaned)
        return cleaned


class RoundForm(RecordForm):
    model = KINDS["rounds"]
    hints = {
        "amount": _("Leave this empty if it is not public."),
        "closed_on": _("If you know only the month, choose its first day."),
    }
    prompts = {
        "kind": _("Choose the kind of round."),
        "amount": _("Enter the amount in digits, for example 2,500,000."),
        "currency": _CURRENCY,
        "closed_on": _DAY,
    }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if {"amount", "currency"} <= cleaned.keys():
            check_amount(cleaned, "amount", "currency")
        return cleaned


class PatentForm(RecordForm):
    model = KINDS["patents"]
    hints = {"number": _("The number of the patent or, before that, of the application.")}
    prompts = {
        "title": _("Enter the title of the patent."),
        "office": _("Choose the office that grants it."),
        "number": _("Enter the number of the patent or application, for example 10202512345X."),
        "status": _("Choose how far the patent is."),
    }


class CertificationForm(RecordForm):
    model = KINDS["certifications"]
    hints = {
        "name": _("For example ISO 13485, CE mark, PSE."),
        "valid_until": _("Leave this empty if it does not run out."),
    }
    prompts = {
        "name": _("Enter the name of the certification, for example ISO 13485."),
        "issuer": _("Enter who issued it, for example TÜV SÜD."),
        "valid_until": _DAY,
    }


class ReferenceForm(RecordForm):
    model = KINDS["references"]
    hints = {"contact": _("The programme office may ask this person about you.")}
    prompts = {
        "name": _("Enter the name of the person."),
        "organisation": _("Enter where the person works."),
        "relation": _("Choose what the person is to you."),
    }


class RecordFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """The rows of one list. An empty new row is no row; one that is to go is not checked."""

    deletion_widget = forms.HiddenInput

    def _construct_form(self, i: int, **options: Any) -> Any:
        form = super()._construct_form(i, **options)
        form.empty_permitted = not form["id"].value()
        return form

    def clean(self) -> None:
        """Two rows that tell of the same thing: the second is told."""
        seen: set[tuple[Any, ...]] = set()
        for form in self._to_keep():
            names = form.model.KEY
            if not all(name in form.cleaned_data for name in names):
                continue
            key = tuple(form.cleaned_data[name] for name in names)
            if key in seen:
                told = _("Another row tells of the same thing: change one of them, or remove it.")
                form.add_error(names[0], ValidationError(told, code="double"))
            seen.add(key)

    def _to_keep(self) -> list[Any]:
        return [form for form in self.forms if not form.is_gone and form.has_changed() and form.is_valid()]

    def typed(self, shown: Mapping[str, str]) -> TypedList:
        """What somebody wrote; `shown` are the fingerprints that the page carried."""
        gone = [form["id"].value() for form in self.forms if form.is_gone]
        return TypedList(
            rows=[(form.cleaned_data["id"], form.values()) for form in self._to_keep()],
            removed=[int(pk) for pk in gone if str(pk).isdigit()],
            shown=shown,
        )

    def add_clashes(self, clashes: Mapping[str, Any]) -> None:
        """Say at each field what somebody else wrote there meanwhile."""
        for form in self._to_keep():
            for name in form.model.asked():
                if (key := f"{form.cleaned_data['id']}.{name}") in clashes:
                    field: Any = form.model._meta.get_field(name)
                    theirs = value_label(field, clashes[key]) or "–"
                    told = _(
                        "Somebody else saved “%(theirs)s” here meanwhile. Save again to put yours in its place."
                    )
                    form.add_error(name, ValidationError(told, code="clash", params={"theirs": theirs}))

    @property
    def faulty(self) -> list[RecordForm]:
        return [form for form in self.forms if form.errors]


FORMS: Mapping[str, type[RecordForm]] = {
    "figures": FigureForm,
    "rounds": RoundForm,
    "patents": PatentForm,
    "certifications": CertificationForm,
    "references": ReferenceForm,
}


def formset_class(kind: str, blank: int) -> type[RecordFormSet]:
    made: Any = forms.formset_factory(
        FORMS[kind],
        formset=RecordFormSet,
        extra=blank,
        can_delete=True,
        max_num=MOST,
        absolute_max=MOST,
        validate_max=True,
    )
    return made  # type: ignore[no-any-return]


def stored(rows: Sequence[Record], kind: str) -> RecordFormSet:
    """The list as it stands, with an empty row where there is none yet."""
    initial = [model_to_dict(row) for row in rows]
    return formset_class(kind, blank=0 if rows else 1)(initial=initial, prefix=kind)


def sent(data: QueryDict, kind: str) -> RecordFormSet:
    """The list as somebody sent it, to be checked."""
    return formset_class(kind, blank=0)(data, prefix=kind)


def typed(
    data: QueryDict, kind: str, *, blank: int = 0, gone: Mapping[int, bool] | None = None
) -> RecordFormSet:
    """The list as somebody typed it so far, not checked: with `blank` more rows, and rows to go or to come back."""
    rows = [_raw(form) for form in sent(data, kind).forms]
    for number, is_gone in (gone or {}).items():
        if 0 <= number < len(rows):
            rows[number][DELETION_FIELD_NAME] = "on" if is_gone else ""
    return formset_class(kind, blank=blank)(initial=rows, prefix=kind)


def _raw(form: RecordForm) -> dict[str, Any]:
    return {name: form[name].data for name in form.fields}
