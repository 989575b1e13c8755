"""The question pages of a firm: what they check beyond what the fields say of themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.actions import is_taken
from accounts.consents import country_name
from accounts.profiles.forms import SectionForm
from companies.actions import REGISTERED
from companies.corporate_numbers import compact
from companies.eligibility import Answer, Criterion
from companies.models import Challenge
from companies.rules import check_countries, corporate_number
from companies.words import ANSWERS, CRITERIA
from matchmaking.core.enums import TARGET_COUNTRIES
from matchmaking.core.fields import LinesField, OneLineField

NUMBER_AS_TYPED = 40  # characters of a corporate number with whatever stands between its digits


def countries_to_choose() -> list[tuple[str, str]]:
    """The target countries of the programme first, then all others, named in the reader's language."""
    first = [(code, country_name(code)) for code in TARGET_COUNTRIES]
    return [*first, *(each for each in countries if each[0] not in TARGET_COUNTRIES)]


class CompanyForm(SectionForm):
    """A step of the registration that asks of the firm."""

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        for name in ("preferred_countries", "excluded_countries"):
            if name in self.fields:
                self.fields[name].choices = countries_to_choose()  # type: ignore[attr-defined]
        if number := self.fields.get("corporate_number"):
            self.fields["corporate_number"] = OneLineField(
                label=number.label,
                help_text=number.help_text,
                max_length=NUMBER_AS_TYPED,
                required=number.required,
                error_messages=number.error_messages,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )

    def clean_corporate_number(self) -> str | None:
        """Read in any width, with or without hyphens; checked for slips; not the number of another firm here."""
        if not (typed := self.cleaned_data["corporate_number"]):
            return None
        number = corporate_number(typed)
        if is_taken(self.rows["company"], "company", "corporate_number", number):
            raise ValidationError(REGISTERED, code="registered")
        return number

    @property
    def registered_number(self) -> str:
        """The number that was typed, if it is another registration's."""
        if self.has_error("corporate_number", code="registered"):
            return compact(self.data["corporate_number"])
        return ""

    def full_clean(self) -> None:
        """Whoever is to join a registration need not fill in the rest of it: nothing else is told."""
        super().full_clean()
        if self.registered_number and self.rows["company"].pk is None:
            for name in [name for name in self.errors if name != "corporate_number"]:
                del self.errors[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "preferred_countries" in cleaned and "excluded_countries" in cleaned:
            check_countries(cleaned["preferred_countries"], cleaned["excluded_countries"])
        return cleaned


class ChallengeForm(SectionForm):
    """A challenge, new or known, of the firm it belongs to."""

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        challenge: Any = self.rows["challenge"]
        others = Challenge.objects.filter(company=challenge.company, title=title).exclude(pk=challenge.pk)
        if others.exists():
            raise ValidationError(_("Another challenge of your firm has this title."))
        return title


class ConsentForm(forms.Form):
    """The countries to which the firm agrees; those it agreed to in the words now in force are not asked again."""

    countries = forms.MultipleChoiceField(
        label=_("We agree to the transfer to startups in"),
        help_text=_("Read the law and the measures of each country above."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one country.")},
    )

    def __init__(self, data: Any = None, *, left: list[str]) -> None:
        super().__init__(data, initial={"countries": left})
        self.has_choices = bool(left)
        self.fields["countries"].choices = [(code, country_name(code)) for code in left]  # type: ignore[attr-defined]


class AgreementForm(forms.Form):
    """The consent of a firm that registers: one tick for all target countries, or for some of them only."""

    everywhere = forms.BooleanField(label=_("We agree for all countries listed above"), required=False)
    countries = forms.MultipleChoiceField(
        label=_("Or only for these countries"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, agreed: Iterable[str]) -> None:
        known = set(agreed)
        super().__init__(data, initial={"everywhere": known >= set(TARGET_COUNTRIES), "countries": known})
        names = [(code, country_name(code)) for code in TARGET_COUNTRIES]
        self.fields["countries"].choices = names  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("everywhere") and not cleaned.get("countries"):
            raise ValidationError({"everywhere": _("Tick this box, or choose at least one country below.")})
        return cleaned

    def chosen(self) -> set[str]:
        """The countries agreed to."""
        everywhere = self.cleaned_data["everywhere"]
        return set(TARGET_COUNTRIES if everywhere else self.cleaned_data["countries"])


class EligibilityForm(forms.Form):
    """Staff decide on one criterion, with a reason."""

    criterion = forms.ChoiceField(
        label=_("Criterion"), choices=[(each.value, CRITERIA[each]) for each in Criterion]
    )
    decided = forms.ChoiceField(
        label=_("Decision"),
        choices=[(each.value, ANSWERS[each]) for each in (Answer.YES, Answer.NO)],
        widget=forms.RadioSelect,
    )
    reason = LinesField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
