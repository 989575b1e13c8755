"""How a meeting ended, as one side or the programme office tells it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaking.core.enums import CooperationMode
from matchmaking.core.fields import LinesField
from matchmaking.matches.enums import Side
from meetings.actions import Telling
from meetings.enums import Outcome

RATINGS = [(5, _("5: very good")), (4, "4"), (3, _("3: fair")), (2, "2"), (1, _("1: poor"))]
NEXT_STEP = ("next_step", "next_owner", "next_on")


def tell_gaps(form: forms.BaseForm, data: dict[str, Any], step: str, owner: str, day: str) -> None:
    """A next step has its text, who does it and by when, or nothing of the three: what lacks is told at its field."""
    words = {
        step: _("Say what the next step is, or leave who and when empty."),
        owner: _("Choose who does the next step."),
        day: _("Give the day by which the next step is done."),
    }
    if any(data.get(name) for name in words):
        for name, told in words.items():
            if not data.get(name) and name not in form.errors:
                form.add_error(name, told)


def _yes_or_no(label: Any, missing: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": missing},
    )


class ReportForm(forms.Form):
    """Who came, what came of it and what is wished, a rating, words for staff, a next step with its owner and date."""

    company_came = _yes_or_no(_("Did the firm come?"), _("Say whether the firm came."))
    startup_came = _yes_or_no(_("Did the startup come?"), _("Say whether the startup came."))
    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        choices=Outcome,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what came of the meeting.")},
    )
    wished_mode = forms.ChoiceField(
        label=_("If cooperation is possible: which kind would you like?"),
        help_text=_(
            "The programme office begins the partnership with it, unless the two sides wish otherwise."
        ),
        choices=[("", _("Not decided yet")), *CooperationMode.choices],
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose a kind of cooperation, or “Not decided yet”.")},
    )
    rating = forms.TypedChoiceField(
        label=_("How useful was the meeting?"),
        choices=RATINGS,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    comment = LinesField(
        label=_("Comment"),
        help_text=_("Only the programme office reads this."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    next_step = LinesField(
        label=_("Next step"),
        help_text=_(
            "For example: send a sample, visit the plant, sign a non-disclosure agreement. If a partnership begins, the"
            " programme office puts this into it, where both sides read it."
        ),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    next_owner = forms.ChoiceField(
        label=_("Who does it?"), choices=[("", "---------"), *Side.choices], required=False
    )
    next_on = forms.DateField(
        label=_("By when?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Give a day, for example 2027-04-30.")},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._clean_outcome(data)
        self._clean_wish(data)
        self._clean_next_step(data)
        return data

    def _clean_outcome(self, data: dict[str, Any]) -> None:
        if {"company_came", "startup_came", "outcome"} & self.errors.keys():
            return
        both, held = data["company_came"] and data["startup_came"], data["outcome"] != Outcome.NOT_HELD
        if both and not held:
            self.add_error("outcome", _("You say that both came. Choose what came of the meeting."))
        elif held and not both:
            self.add_error(
                "outcome",
                _("You say that one side did not come. Choose “Did not take place”, or correct who came."),
            )

    def _clean_wish(self, data: dict[str, Any]) -> None:
        if data.get("wished_mode") and data.get("outcome", Outcome.POSSIBLE) != Outcome.POSSIBLE:
            told = _("Choose “Not decided yet”, or say above that cooperation is possible.")
            self.add_error("wished_mode", told)

    def _clean_next_step(self, data: dict[str, Any]) -> None:
        tell_gaps(self, data, *NEXT_STEP)
        if (day := data.get("next_on")) and day < timezone.localdate():
            self.add_error("next_on", _("The day of the next step must be today or later."))

    def telling(self) -> Telling:
        return Telling(**self.cleaned_data)


class StaffReportForm(ReportForm):
    """What staff record holds, whatever the sides say: they give a reason that both read."""

    reason = LinesField(
        label=_("Why is it recorded so?"),
        help_text=_(
            "Both sides read this; for example: the firm waited in the meeting, as its host confirms."
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write why, in a sentence that both sides may read.")},
    )


def initial_of(report: Any) -> dict[str, Any]:
    """A report as the form shows it."""
    names = [*NEXT_STEP, "outcome", "wished_mode", "rating", "comment"]
    came = {name: "yes" if getattr(report, name) else "no" for name in ("company_came", "startup_came")}
    why = {"reason": report.reason} if report.reason else {}
    return {**came, **why, **{name: getattr(report, name) for name in names}}
