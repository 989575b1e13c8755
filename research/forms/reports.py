"""Writing a report, and remarks on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.forms.models import fields_for_model
from django.utils.translation import gettext_lazy as _

from accounts.profiles.forms import control
from accounts.profiles.messages import TellingForm, tell_limits
from accounts.registration.questions import Words
from matchmaking.core.fields import LinesField, OneLineField
from matchmaking.core.working_days import add_office_days
from research.actions import Remark
from research.content import paragraphs
from research.enums import NEEDED_SECTIONS, RowKind, SectionKind, Term
from research.forms.finding import FoundForm
from research.models import MarketFigure
from research.remarks import name_of_row

SECTION_HINTS = {
    SectionKind.SUMMARY: _("Five or six sentences: somebody who reads only this knows what to do."),
    SectionKind.MARKET: _("What the figures mean, and how sure they are."),
    SectionKind.REGULATION: _("Approvals, standards, rules on data and imports, with their dates."),
    SectionKind.COMPETITORS: _("Who sells something like it, at what price, and how it differs."),
    SectionKind.RISKS: _("What could go wrong, and how one would notice early."),
    SectionKind.RECOMMENDATION: _("What the firm should do next, and what it should ask in a meeting."),
    SectionKind.SOURCES: _("Documents with date and address, and whom you spoke to."),
}


FIGURE_PROMPTS: Mapping[str, Words] = {
    "label": _("Name the market."),
    "year": _("Give a year from 1990 to 2060."),
    "amount": _("Give the amount in millions, in figures: for example 12.5."),
    "currency": _("Choose a currency."),
    "source": _("Say who published it, and when."),
}


class SectionText(LinesField):
    """Marked as required where no report is delivered without it; while it is written it may be empty all the same."""

    def validate(self, value: str) -> None:
        """Nothing: a field of text would tell here that it is empty."""


class SectionForm(forms.Form):
    """One section, and which version of it the writer saw."""

    text = SectionText(max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}), strip=False)
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, kind: SectionKind, initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id=f"{kind}-%s")
        self.kind = kind
        tell_limits(self)
        self.fields["text"].label = kind.label
        self.fields["text"].help_text = SECTION_HINTS[kind]
        self.fields["text"].required = kind in NEEDED_SECTIONS


class FigureForm(forms.Form):
    """The model's fields are the source of labels and limits."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="figure-%s")
        self.fields.update(
            fields_for_model(
                MarketFigure,
                fields=("label", "year", "amount", "currency", "source"),
                formfield_callback=control,
            )
        )
        self.fields["source"].help_text = _("Who published it, and when.")
        tell_limits(self, FIGURE_PROMPTS)


class DocumentForm(TellingForm):
    """What the document is; its file is uploaded on its own page."""

    prompts: ClassVar[Mapping[str, Words]] = {"title": _("Say in a few words what the document is.")}
    title = OneLineField(
        label=_("What the document is"),
        help_text=_("For example: interview notes, an answer of the authority, a price list."),
        max_length=120,
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="document-%s")


class CandidateForm(FoundForm):
    """One of the startups that were found, and why."""

    prompts: ClassVar[Mapping[str, Words]] = {
        **FoundForm.prompts,
        "reason": _("Say in a sentence or two why."),
    }
    reason = LinesField(
        label=_("Why this startup"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RemarksForm(TellingForm):
    """A field for each paragraph of each section and each row of each list, of which at least one is filled in."""

    prompts: ClassVar[Mapping[str, Words]] = {
        "term": _("Choose in how many working days the report is due."),
    }
    term = forms.ChoiceField(
        label=_("Report due again in"),
        choices=[*Term.choices, ("", _("The day stays as it is"))],
        initial=Term.FIVE,
        required=False,
    )

    def __init__(self, data: Any = None, *, content: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.places: dict[str, tuple[str, int]] = {}
        self._ask_sections(content)
        self._ask_rows(content)
        tell_limits(self)

    def _ask_sections(self, content: Mapping[str, Any]) -> None:
        for kind in SectionKind:
            for number in range(1, max(1, len(paragraphs(content["sections"].get(kind, "")))) + 1):
                about = {"number": number, "section": kind.label}
                self._ask(kind, number, _("Remark on paragraph %(number)s of “%(section)s”") % about)

    def _ask_rows(self, content: Mapping[str, Any]) -> None:
        for kind in RowKind:
            for number, row in enumerate(content[kind], start=1):
                self._ask(kind, number, _("Remark on “%(row)s”") % {"row": name_of_row(kind, row)})

    def _ask(self, kind: SectionKind | RowKind, number: int, label: str) -> None:
        name = f"{kind}_{number}"
        self.places[name] = (kind.value, number)
        box = forms.Textarea(attrs={"rows": 2})
        self.fields[name] = LinesField(label=label, max_length=1000, required=False, widget=box)

    def due(self, today: date) -> date | None:
        """None where the day stays."""
        term = self.cleaned_data["term"]
        return add_office_days(today, int(term)) if term else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not any(data[name] for name in self.places):
            self.add_error(None, _("Write at least one remark: the expert must know what to change."))
        return data

    def remarks(self) -> list[Remark]:
        return [
            Remark(*place, text) for name, place in self.places.items() if (text := self.cleaned_data[name])
        ]
