"""Asking for research, choosing an expert, accepting and refusing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.profiles.messages import TellingForm
from accounts.registration.questions import Words
from accounts.rules import name_of
from companies.models import Challenge, Company
from companies.naming import NAME_OR_NUMBER, firm_named, told_apart
from matchmaking.core import local_time
from matchmaking.core.enums import Field
from matchmaking.core.fields import LinesField, OneLineField
from matchmaking.core.working_days import add_office_days
from matchmaking.matches.models import Match
from research.actions import Question
from research.enums import RefusalReason, ReportLanguage, Term
from research.finding import Ranked
from research.models import country_choices


class FirmForm(TellingForm):
    """For whom staff commission research, where they do not come from its page or a pair's."""

    firm = OneLineField(
        label=_("Firm"),
        help_text=NAME_OR_NUMBER,
        max_length=200,
        error_messages={"required": _("Name the firm.")},
    )

    def clean_firm(self) -> Company:
        return firm_named(self.cleaned_data["firm"])


class ChallengeChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Challenge) -> str:
        return obj.title


class MatchChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Match) -> str:
        startup = name_of(obj.startup.organisation, get_language() or "")
        return f"{startup}: {obj.challenge.title}"


class AskForm(TellingForm):
    """What a firm is to learn: about one of its challenges, a startup that was recommended to it, or in general."""

    prompts: ClassVar[Mapping[str, Words]] = {
        "challenge": _("Choose a challenge of the list, or none."),
        "match": _("Choose a startup of the list, or none."),
        "field": _("Choose a field."),
        "market": _("Choose a market."),
        "language": _("Choose the language of the report."),
        "question": _("Write at least one question."),
        "needed_on": _("Give a day, for example 2027-04-30."),
    }

    challenge = ChallengeChoice(
        Challenge.objects.none(),
        label=_("Challenge"),
        help_text=_("Leave it open if the question is about the firm’s business as a whole."),
        required=False,
        empty_label=_("No challenge in particular"),
    )
    match = MatchChoice(
        Match.objects.none(),
        label=_("About a startup"),
        help_text=_("Leave it open if the question is about a market as a whole."),
        required=False,
        empty_label=_("About no startup in particular"),
    )
    field = forms.ChoiceField(label=_("Field"), choices=Field)
    market = forms.ChoiceField(label=_("Market"), choices=country_choices, initial="SG")
    language = forms.ChoiceField(
        label=_("Language of the report"), choices=ReportLanguage, widget=forms.RadioSelect
    )
    question = LinesField(
        label=_("What do you want to know?"),
        help_text=_("Three or four questions that can be answered from sources and by asking people."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 9}),
    )
    needed_on = forms.DateField(
        label=_("Needed before"),
        help_text=_("The day of a meeting for which you need the report, if there is one."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self, *args: Any, user: User, company: Company, match: Match | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.company = company
        language = get_language() or ""
        self.firm = (
            told_apart(company, language) if user.is_officer else name_of(company.organisation, language)
        )
        self.fields["language"].initial = "en" if (get_language() or "").startswith("en") else "ja"
        challenges = Challenge.objects.filter(
            is_open=True, company=company.pk, company__organisation__status="published"
        )
        pairs = Match.objects.visible_to(user).recommended().with_parties()
        if user.is_officer:
            pairs = Match.objects.with_parties().filter(pk=match.pk if match else None)
        for name, rows in (("challenge", challenges), ("match", pairs)):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
            if not rows.exists():
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Whoever asks about a pair asks about the challenge that it answers."""
        data = super().clean() or {}
        if data.get("match") and not data.get("challenge") and "challenge" not in self.errors:
            data["challenge"] = data["match"].challenge
        return data

    def clean_needed_on(self) -> date | None:
        day: date | None = self.cleaned_data["needed_on"]
        if day is not None and day <= timezone.localdate():
            raise forms.ValidationError(_("This day has come already. Give a later one, or none."))
        return day

    def asked(self) -> Question:
        return Question(company=self.company, **self.cleaned_data)

    def rows(self) -> list[dict[str, Any]]:
        """The answers as words, for the check page."""
        data = self.cleaned_data
        match, challenge, needed = data.get("match"), data.get("challenge"), data["needed_on"]
        about = [{"label": _("About a startup"), "value": str(match.startup)}] if match else []
        need = [{"label": _("Challenge"), "value": challenge.title, "lang": "ja"}] if challenge else []
        return [
            {"label": _("Firm"), "value": self.firm},
            *need,
            *about,
            {"label": _("Field"), "value": Field(data["field"]).label},
            {"label": _("Market"), "value": dict(country_choices())[data["market"]]},
            {"label": _("Language of the report"), "value": ReportLanguage(data["language"]).label},
            {"label": _("Question"), "value": data["question"]},
            *([{"label": _("Needed before"), "value": local_time.day(needed, year=True)}] if needed else []),
        ]


class AssignForm(TellingForm):
    """Who does it, and until when. Only those who are not ruled out can be chosen."""

    prompts: ClassVar[Mapping[str, Words]] = {
        "expert": _("Choose an expert of the list."),
        "term": _("Choose in how many working days the report is due."),
    }
    expert = forms.ChoiceField(label=_("Expert"), widget=forms.RadioSelect)
    term = forms.ChoiceField(label=_("Report due in"), choices=Term, initial=Term.TEN)

    def __init__(
        self, data: Any = None, *, experts: Sequence[Ranked], today: date, needed_on: date | None = None
    ) -> None:
        """Each term with the day it ends on; where a meeting waits for the report, one that ends before it."""
        super().__init__(data)
        self.days = {term: add_office_days(today, int(term)) for term in Term.values}
        free = [each for each in experts if not each.fit.ruled_out]
        self.fields["expert"].choices = [(str(each.expert.pk), str(each.expert)) for each in free]  # type: ignore[attr-defined]
        self.fields["term"].choices = [(term.value, self._told(term)) for term in Term]  # type: ignore[attr-defined]
        if needed_on is not None:
            needed = local_time.day(needed_on, year=True)
            self.fields["term"].help_text = _("The report is needed before %(day)s.") % {"day": needed}
            in_time = [term for term in (Term.FIVE, Term.TEN) if self.days[term] < needed_on]
            self.initial["term"] = max(in_time, key=int, default=Term.FIVE)

    def _told(self, term: Term) -> str:
        day = local_time.day(self.days[term], year=True)
        return gettext("%(term)s (%(day)s)") % {"term": term.label, "day": day}

    def due(self) -> date:
        """The programme office's own working days are counted."""
        return self.days[self.cleaned_data["term"]]


def declaration(hint: Words, told: Words) -> forms.BooleanField:
    """The box in which an expert declares that no interest of theirs is in conflict."""
    return forms.BooleanField(
        label=_("I have no interest in the organisations named here: no shares, no contract, no family tie"),
        help_text=hint,
        error_messages={"required": told},
    )


class AcceptForm(forms.Form):
    declared = declaration(
        _("If you have one with any of them, refuse and say which."),
        _("Declare this, or refuse the research."),
    )


class RefuseForm(TellingForm):
    """The reason, and, where it is a conflict of interest, with whom."""

    prompts: ClassVar[Mapping[str, Words]] = {
        "reason": _("Choose why you refuse."),
        "conflicts": _("Choose among the organisations named here."),
    }

    reason = forms.ChoiceField(label=_("Why do you refuse?"), choices=RefusalReason, widget=forms.RadioSelect)
    conflicts = forms.MultipleChoiceField(
        label=_("A conflict of interest with"),
        help_text=_("You will not be asked about them again."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    text = LinesField(
        label=_("In your words"),
        help_text=_("Only the programme office reads it."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, parties: Sequence[Organisation]) -> None:
        super().__init__(data)
        self.parties = {str(each.pk): each for each in parties}
        choices = [(key, name_of(each, get_language() or "")) for key, each in self.parties.items()]
        self.fields["conflicts"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        reason, named = data.get("reason"), data.get("conflicts")
        if reason == RefusalReason.CONFLICT and not named and "conflicts" not in self.errors:
            self.add_error("conflicts", _("Choose with whom you have a conflict of interest."))
        if reason and reason != RefusalReason.CONFLICT and named:
            self.add_error("reason", _("Choose “A conflict of interest” if you have one."))
        if reason == RefusalReason.OTHER and not data.get("text"):
            self.add_error("text", _("Write the reason in a sentence."))
        return data

    def named(self) -> list[Organisation]:
        return [self.parties[key] for key in self.cleaned_data["conflicts"]]
