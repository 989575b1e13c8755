"""Asking for an assessment, and giving one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.profiles.messages import TellingForm, tell
from accounts.registration.questions import Words
from matchmaking.core.fields import LinesField
from matchmaking.core.working_days import add_office_days
from matchmaking.matches.enums import Criterion, Rating
from research.actions import Opinion
from research.enums import Term
from research.forms.commissions import declaration
from research.forms.finding import FoundForm
from research.models import Expert
from startups.models import Startup


class _Experts(forms.ModelChoiceField):
    def label_from_instance(self, obj: Expert) -> str:
        return f"{obj} ({obj.affiliation})" if obj.affiliation else str(obj)


class AboutForm(FoundForm):
    """Which startup is to be assessed, among those that were found."""

    prompts: ClassVar[Mapping[str, Words]] = {"startup": _("Choose a startup.")}


class AskAdviceForm(TellingForm):
    """Of whom, about which startup, until when. The startup comes from the step before, or with its pair."""

    prompts: ClassVar[Mapping[str, Words]] = {
        "startup": _("Choose a startup."),
        "expert": _("Choose an expert of the list."),
        "term": _("Choose in how many working days the assessment is due."),
    }
    startup = forms.ModelChoiceField(Startup.objects.none(), widget=forms.HiddenInput)
    expert = _Experts(Expert.objects.none(), label=_("Expert"))
    term = forms.ChoiceField(label=_("Assessment due in"), choices=Term, initial=Term.FIVE)

    def __init__(
        self, data: Any = None, *, startup: Startup, initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial={**(initial or {}), "startup": startup.pk})
        self.fields["startup"].queryset = Startup.objects.filter(pk=startup.pk)  # type: ignore[attr-defined]
        self.fields["expert"].queryset = Expert.objects.for_list()  # type: ignore[attr-defined]

    def due(self, today: date) -> date:
        return add_office_days(today, int(self.cleaned_data["term"]))


class AssessForm(forms.Form):
    """A mark and a reason for each criterion, and that no interest is in conflict."""

    def __init__(self, data: Any = None, *, criteria: Sequence[Criterion]) -> None:
        super().__init__(data)
        self.criteria = criteria
        for each in criteria:
            self.fields[f"{each}_rating"] = forms.TypedChoiceField(
                label=each.label,
                choices=[*reversed(Rating.choices)],
                coerce=int,
                widget=forms.RadioSelect,
            )
            self.fields[f"{each}_reason"] = LinesField(
                label=_("Reason: %(criterion)s") % {"criterion": each.label},
                max_length=600,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
            tell(self.fields[f"{each}_rating"], _("Choose a mark."))
            tell(self.fields[f"{each}_reason"], _("Say in a sentence or two why."))
        self.fields["declared"] = declaration(
            _("If you have one with any of them, give no assessment and say which."),
            _("Declare this, or give no assessment."),
        )

    def opinions(self) -> dict[str, Opinion]:
        data = self.cleaned_data
        return {each.value: Opinion(data[f"{each}_rating"], data[f"{each}_reason"]) for each in self.criteria}
