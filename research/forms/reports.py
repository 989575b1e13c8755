"""Writing a report, and remarks on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.forms.models import fields_for_model
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.profiles.forms import control
from accounts.profiles.messages import TellingForm, tell_limits
from accounts.registration.questions import Words
from accounts.rules import name_of
from matchmaking.core.fields import LinesField, OneLineField
from research.actions import Remark
from research.content import paragraphs
from research.enums import SectionKind
from research.models import MarketFigure
from startups.models import Startup

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


class SectionForm(forms.Form):
    """One section, and which version of it the writer saw."""

    text = LinesField(
        max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 8}), strip=False
    )
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, kind: SectionKind, initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id=f"{kind}-%s")
        self.kind = kind
        tell_limits(self)
        self.fields["text"].label = kind.label
        self.fields["text"].help_text = SECTION_HINTS[kind]


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


class StartupChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Startup) -> str:
        return f"{name_of(obj.organisation, get_language() or '')} ({obj.organisation.country.name})"


class CandidateForm(TellingForm):
    """A startup that takes part, by name."""

    prompts: ClassVar[Mapping[str, Words]] = {
        "startup": _("Choose a startup."),
        "reason": _("Say in a sentence or two why."),
    }
    startup = StartupChoice(Startup.objects.none(), label=_("Startup"))
    reason = LinesField(
        label=_("Why this startup"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="candidate-%s")
        published = Startup.objects.published().select_related("organisation")
        self.fields["startup"].queryset = published.order_by("organisation__sort_key")  # type: ignore[attr-defined]


class RemarksForm(forms.Form):
    """A field for each paragraph of each section; at least one is filled in."""

    def __init__(self, data: Any = None, *, content: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.places: dict[str, tuple[str, int]] = {}
        for kind in SectionKind:
            for number in range(1, max(1, len(paragraphs(content["sections"].get(kind, "")))) + 1):
                name = f"{kind}_{number}"
                self.places[name] = (kind.value, number)
                label = _("Remark on paragraph %(number)s of “%(section)s”") % {
                    "number": number,
                    "section": kind.label,
                }
                self.fields[name] = LinesField(
                    label=label, max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
                )
        tell_limits(self)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not any(data.values()):
            self.add_error(None, _("Write at least one remark: the expert must know what to change."))
        return data

    def remarks(self) -> list[Remark]:
        return [Remark(*self.places[name], text) for name, text in self.cleaned_data.items() if text]
