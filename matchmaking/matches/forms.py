"""What staff and firms fill in about a match."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from matchmaking.core.fields import LinesField, OneLineField
from matchmaking.matches.engine.evaluation import EvaluationError, read_pool, read_rows
from matchmaking.matches.engine.policy import SLICES
from matchmaking.matches.enums import CHOSEN_REASONS
from matchmaking.matches.explaining.explanation import PART_LABELS, PART_MEANINGS

MOST_WEIGHT = 5
MOST_BYTES = 5_000_000
MOST_ROWS = 5_000


class DismissForm(forms.Form):
    """Why a pair is put aside."""

    reason = forms.ChoiceField(label=_("Reason"), choices=CHOSEN_REASONS, widget=forms.RadioSelect)
    note = LinesField(
        label=_("Note"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the programme office sees this."),
    )


class NoteForm(forms.Form):
    """What staff write down about a pair."""

    text = LinesField(
        label=_("Note"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the programme office sees this. It cannot be changed later."),
    )


class PassForm(forms.Form):
    """Why a startup is not for the firm: one reason, no more."""

    reason = forms.ChoiceField(label=_("Reason"), choices=CHOSEN_REASONS, widget=forms.RadioSelect)


class WeightsForm(forms.Form):
    """A weight for each part of the score. What the weights make of the scale is worked out, not asked."""

    seen = OneLineField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, fingerprint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._fingerprint = fingerprint
        self.fields["seen"].initial = fingerprint
        for name in SLICES:
            self.fields[name] = _weight_field(name)

    def clean(self) -> dict[str, Any]:
        """Somebody must weigh something, and nobody's change of the draft is overwritten unseen."""
        data = super().clean() or {}
        if not self.errors and not any(data[name] for name in SLICES):
            raise ValidationError(_("Give at least one part a weight above 0."), code="nothing")
        if self._fingerprint and data.get("seen") != self._fingerprint:
            self.data = {**self.data.dict(), "seen": self._fingerprint}
            raise ValidationError(
                _(
                    "Somebody else changed this draft meanwhile. Save again to replace their weights with yours."
                ),
                code="meanwhile",
            )
        return data

    def weights(self) -> dict[str, float]:
        return {name: float(self.cleaned_data[name]) for name in SLICES}


def _weight_field(name: str) -> forms.DecimalField:
    bounds = _("Enter a number from 0 to %(most)s.") % {"most": MOST_WEIGHT}
    places = _("Enter at most three digits after the point.")
    wrong = dict.fromkeys(
        ("required", "invalid", "min_value", "max_value", "max_digits", "max_whole_digits"), bounds
    )
    return forms.DecimalField(
        label=PART_LABELS[name],
        help_text=PART_MEANINGS[name],
        min_value=0,
        max_value=MOST_WEIGHT,
        decimal_places=3,
        widget=forms.NumberInput(attrs={"step": "0.001", "inputmode": "decimal"}),
        error_messages={**wrong, "max_decimal_places": places},
    )


class ReasonForm(forms.Form):
    """Why a policy comes into force; `seen` says what the person has looked at."""

    seen = OneLineField(widget=forms.HiddenInput)
    reason = LinesField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody who reads the policies sees it, for as long as the portal exists."),
        error_messages={"required": _("Write why the policy comes into force.")},
    )


class TrialForm(forms.Form):
    """Files to measure a draft on, or none: needs of which the partner is known, needs with grades, and startups."""

    pairs = forms.FileField(
        label=_("Needs"),
        required=False,
        help_text=_("JSON: a list of needs, each with pair_id, need_ja, and startup_id or grades."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )
    graded = forms.FileField(
        label=_("Further needs, with grades"),
        required=False,
        help_text=_(
            "JSON of the same form, where needs with a known partner and needs with graded startups lie in two files."
        ),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )
    pool = forms.FileField(
        label=_("Startups"),
        required=False,
        help_text=_("JSON: a list of startups, each with id and text."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )

    def clean_pairs(self) -> Any:
        return self._records("pairs", read_rows)

    def clean_graded(self) -> Any:
        return self._records("graded", read_rows)

    def clean_pool(self) -> Any:
        return self._records("pool", read_pool)

    def _records(self, name: str, read: Callable[[Any], object]) -> Any:
        """The file's records as they are, once the engine has read them."""
        if (upload := self.cleaned_data[name]) is None:
            return None
        if upload.size > MOST_BYTES:
            raise ValidationError(_("Choose a file of at most 5 MB."), code="large")
        try:
            records = json.loads(upload.read().decode("utf-8-sig"))
            read(records)
        except (ValueError, RecursionError, EvaluationError) as error:
            wrong = _(
                "This file cannot be read. Choose a JSON list as described above, each row with its own key."
            )
            raise ValidationError(wrong, code="unreadable") from error
        if not 0 < len(records) <= MOST_ROWS:
            raise ValidationError(_("Choose a file with 1 to 5,000 rows."), code="rows")
        return records

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, other in (("pairs", "pool"), ("pool", "pairs"), ("pairs", "graded")):
            if data.get(other) and not data.get(name) and name not in self.errors:
                self.add_error(name, _("Choose this file too, or neither."))
        if data.get("pairs") and data.get("graded"):
            try:
                read_rows([*data["pairs"], *data["graded"]])
            except EvaluationError:
                self.add_error("graded", _("Give each need a pair_id that the other file does not use."))
        return data

    def files_given(self) -> dict[str, Any] | None:
        """The fields of an evaluation, or None."""
        if not self.cleaned_data["pairs"]:
            return None
        names = {f"{name}_name": self.files[name].name[:100] for name in ("pairs", "pool")}
        pairs = self.cleaned_data["pairs"]
        if graded := self.cleaned_data["graded"]:
            pairs = [*pairs, *graded]
            names["pairs_name"] = f"{self.files['pairs'].name}, {self.files['graded'].name}"[:100]
        return {"pairs": pairs, "pool": self.cleaned_data["pool"]} | names
