"""Beginning a partnership, its stages, its end."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.profiles.messages import TellingForm
from accounts.profiles.naming import named
from companies.models import Company
from companies.naming import NAME_OR_NUMBER, firm_named
from matchmaking.core.enums import CooperationMode
from matchmaking.core.fields import LinesField, OneLineField
from matchmaking.matches.enums import Side
from meetings.forms.reports import tell_gaps
from partnerships.actions import FirstStep, Plan
from partnerships.enums import EndReason
from partnerships.forms.records import coming_day, day_field
from partnerships.models import Partnership
from startups.models import Startup


class SummaryForm(TellingForm):
    """What a pair that has met means to do together."""

    mode = forms.ChoiceField(
        label=_("Kind of cooperation"),
        choices=CooperationMode,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the kind of cooperation.")},
    )
    summary = LinesField(
        label=_("What the two sides mean to do"),
        help_text=_(
            "Both sides read this. For example: try the sensor on two lines of the plant for three months."
        ),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write in a sentence or two what the two sides mean to do.")},
    )

    step = OneLineField(
        label=_("First next step"),
        help_text=_(
            "Both sides read this, and who does it is reminded. For example: send a sample, visit the plant."
        ),
        max_length=300,
        required=False,
    )
    step_owner = forms.ChoiceField(
        label=_("Who does it?"),
        choices=[("", "---------"), *Side.choices],
        required=False,
        error_messages={"invalid_choice": _("Choose who does the next step.")},
    )
    step_on = day_field(_("By when?"), "")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["step_on"].required = False

    def clean_step_on(self) -> date | None:
        day: date | None = self.cleaned_data["step_on"]
        return coming_day(day) if day else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        tell_gaps(self, data, "step", "step_owner", "step_on")
        return data

    def first_step(self) -> FirstStep | None:
        """What a valid form says is done first, if anything."""
        data = self.cleaned_data
        if not data["step"]:
            return None
        return FirstStep(data["step"], Side(data["step_owner"]), data["step_on"])

    def clean_mode(self) -> str:
        mode: str = self.cleaned_data["mode"]
        pair = self.pair()
        if pair and _exists(*pair, mode):
            raise forms.ValidationError(
                _("The two already have a partnership of this kind. Open it in the list instead.")
            )
        return mode

    def pair(self) -> tuple[Company, Startup] | None:
        """The two sides, as far as they are chosen."""
        raise NotImplementedError


class AfterMeetingForm(SummaryForm):
    """For the pair of a meeting that was held."""

    def __init__(self, *args: Any, pair: tuple[Company, Startup], **kwargs: Any) -> None:
        self._pair = pair
        super().__init__(*args, **kwargs)

    def pair(self) -> tuple[Company, Startup]:
        return self._pair


class BeginForm(SummaryForm):
    """For any two that take part, when staff enter a partnership: they are named, not chosen from thousands."""

    field_order = ("company", "startup", "mode", "summary", "step", "step_owner", "step_on")
    company = OneLineField(
        label=_("Firm"),
        help_text=NAME_OR_NUMBER,
        max_length=200,
        error_messages={"required": _("Name the firm.")},
    )
    startup = OneLineField(
        label=_("Startup"),
        help_text=_("The startup’s name, or a part of it that no other startup has."),
        max_length=200,
        error_messages={"required": _("Name the startup.")},
    )

    def clean_company(self) -> Company:
        return firm_named(self.cleaned_data["company"])

    def clean_startup(self) -> Startup:
        return Startup.objects.get(pk=named(self.cleaned_data["startup"], OrganisationKind.STARTUP).pk)

    def pair(self) -> tuple[Company, Startup] | None:
        company, startup = (self.cleaned_data.get(name) for name in ("company", "startup"))
        return (company, startup) if company and startup else None


def _exists(company: Company, startup: Startup, mode: str) -> bool:
    same = Partnership.objects.filter(company=company, startup=startup, mode=mode)
    return same.filter(end_reason="").exists()


def plan_of(form: SummaryForm, request: Any = None) -> Plan:
    """What a valid form says."""
    pair = form.pair()
    if pair is None:
        raise ValueError("the form is not valid")
    data = form.cleaned_data
    return Plan(*pair, data["mode"], data["summary"], request, form.first_step())


class ReasonForm(TellingForm):
    """Why a partnership goes a stage back, is taken up again, or a check is opened again."""

    reason = LinesField(
        label=_("Reason"),
        help_text=_("Both sides read this."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why; it stays in the history.")},
    )


class EndForm(TellingForm):
    """Why a partnership has come to an end."""

    end_reason = forms.ChoiceField(
        label=_("Why does it end?"),
        choices=EndReason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the reason.")},
    )
    end_text = LinesField(
        label=_("In your words"),
        help_text=_("Both sides read this."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("end_reason") == EndReason.OTHER and not data.get("end_text"):
            self.add_error("end_text", _("Say in a sentence what the reason was."))
        return data
