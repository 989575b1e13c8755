"""Asking for an assessment, and giving one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.profiles.messages import TellingForm, tell
from accounts.registration.questions import Words
from accounts.rules import name_of
from matchmaking.core.fields import LinesField
from matchmaking.core.working_days import add_office_days
from matchmaking.matches.enums import Rating
from research.actions import Opinion
from research.enums import Criterion, Term
from research.forms.commissions import declaration
from research.models import Expert
from startups.models import Startup


class _Startups(forms.ModelChoiceField):
    def label_from_instance(self, obj: Startup) -> str:
        return name_of(obj.organisation, get_language() or "")


class _Experts(forms.ModelChoiceField):
    def label_from_instance(self, obj: Expert) -> str:
        return f"{obj} ({obj.affiliation})" if obj.affiliation else str(obj)


class AskAdviceForm(TellingForm):
    """Of whom, about whom, until when. A pair is given by the page one comes from, a startup by the step before."""

    prompts: ClassVar[Mapping[str, Words]] = {
        "startup": _("Choose a startup."),
        "expert": _("Choose an expert of the list."),
        "term": _("Choose in how many working days the assessment is due."),
    }
    startup = _Startups(Startup.objects.none(), label=_("Startup"))
    expert = _Experts(Expert.objects.none(), label=_("Expert"))
    term = forms.ChoiceField(label=_("Assessment due in"), choices=Term, initial=Term.FIVE)

    def __init__(self, *args: Any, startup: Startup | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        startups = Startup.objects.published().select_related("organisation")
        if startup is not None:
            startups = startups.filter(pk=startup.pk)
            self.fields["startup"].empty_label = None  # type: ignore[attr-defined]
        self.fields["startup"].queryset = startups.order_by("organisation__sort_key")  # type: ignore[attr-defined]
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
