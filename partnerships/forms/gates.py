"""The list of legal checks, and a decision about one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from accounts.profiles.messages import TellingForm, tell_limits
from matchmaking.core.enums import TARGET_COUNTRIES, CooperationMode
from matchmaking.core.fields import LinesField, OneLineField, WebAddressField
from partnerships.actions import GateText
from partnerships.enums import GateStatus
from partnerships.forms.records import day_field, past_day
from partnerships.models import GateRule

OTHER = "other"  # a box of the form, never kept: every country that has no box of its own


def _with_boxes(rule: GateRule) -> list[str]:
    """The target countries, those of startups in the portal, and those that the rule names already."""
    startups = Organisation.objects.filter(kind=OrganisationKind.STARTUP).exclude(country="")
    known = {*startups.order_by().values_list("country", flat=True), *rule.countries, *rule.except_countries}
    return [*TARGET_COUNTRIES, *sorted(known - set(TARGET_COUNTRIES))]


class GateRuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A rule for every country, for some, or for some and every other one: kept as what it is for, or as exceptions."""

    field_order = (
        *("title_ja", "title_en", "text_ja", "text_en", "modes", "countries", "before"),
        "source",
    )
    countries = forms.MultipleChoiceField(
        label=_("Countries of the startup"),
        help_text=_(
            "Leave all empty for a rule that holds for every country. “Every other country” is all that are not"
            " listed here: with it, leave out those of which another rule says more."
        ),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose countries of the list.")},
    )
    modes = forms.MultipleChoiceField(
        label=_("Kinds of cooperation"),
        choices=CooperationMode,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one kind of cooperation.")},
    )

    class Meta:
        model = GateRule
        fields = (
            "title_ja",
            "title_en",
            "text_ja",
            "text_en",
            "modes",
            "countries",
            "before",
            "source",
            "source_url",
            "checked_on",
        )
        field_classes = {
            "title_ja": OneLineField,
            "title_en": OneLineField,
            "text_ja": LinesField,
            "text_en": LinesField,
            "source": OneLineField,
            "source_url": WebAddressField,
        }
        widgets = {
            "text_ja": forms.Textarea(attrs={"rows": 4}),
            "text_en": forms.Textarea(attrs={"rows": 4}),
            "checked_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "source": _("The law and its article, or the authority’s page, by its name."),
            "checked_on": _("The day on which you compared this text with its source."),
        }

    def __init__(self, data: Any = None, *, instance: GateRule | None = None) -> None:
        rule = instance or GateRule()
        self._boxes = _with_boxes(rule)
        excepted = set(rule.except_countries)
        ticked = (
            [*(each for each in self._boxes if each not in excepted), OTHER] if excepted else rule.countries
        )
        super().__init__(data, instance=instance, initial={"countries": ticked})
        names = dict(countries)
        self.fields["countries"].choices = [  # type: ignore[attr-defined]
            *((code, names[code]) for code in self._boxes),
            (OTHER, _("Every other country")),
        ]
        tell_limits(self)

    def clean_countries(self) -> list[str]:
        """The countries that it is for; none where it holds for every other country too, then there are exceptions."""
        chosen = set(self.cleaned_data["countries"])
        self.instance.except_countries = []
        if OTHER not in chosen:
            return [each for each in self._boxes if each in chosen]
        self.instance.except_countries = [each for each in self._boxes if each not in chosen]
        return []

    def clean_checked_on(self) -> date:
        return past_day(self.cleaned_data["checked_on"])

    def text(self) -> GateText:
        given = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return GateText(**given, except_countries=self.instance.except_countries)


class CompareForm(TellingForm):
    """When the text of a rule was last compared with its source."""

    checked_on = day_field(
        _("Compared with the source on"), _("Give the day on which you compared the text with its source.")
    )

    def __init__(self, *args: Any, since: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._since = since

    def clean_checked_on(self) -> date:
        day = past_day(self.cleaned_data["checked_on"])
        if self._since is not None and day < self._since:
            raise forms.ValidationError(_("It has been compared later than on this day already."))
        return day


class DecisionForm(TellingForm):
    status = forms.ChoiceField(
        label=_("What was found?"),
        choices=[(each.value, each.label) for each in GateStatus if each != GateStatus.OPEN],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what was found.")},
    )
    decided_on = day_field(_("Decided on"), _("Give the day of the decision."))
    note = LinesField(
        label=_("What was found, and by whom"),
        help_text=_("Both sides read this. For example: classified by the firm’s export office, not listed."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what was found, and who found it.")},
    )

    def clean_decided_on(self) -> date:
        return past_day(self.cleaned_data["decided_on"])
