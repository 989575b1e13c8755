"""Naming a startup: words to look for it by, then a choice among the few that were found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.profiles.messages import TellingForm
from accounts.registration.questions import Words
from accounts.rules import name_of
from matchmaking.core.fields import OneLineField
from research.candidates import Candidates
from startups.models import Startup


class SeekForm(TellingForm):
    """Words by which a startup is looked for."""

    q = OneLineField(
        label=_("Look for a startup"),
        help_text=_("Its name, or what it should offer, in Japanese or English."),
        max_length=200,
        required=False,
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="seek-%s")

    def words(self) -> str:
        """What was typed; nothing where it cannot be taken."""
        return str(self.cleaned_data["q"]).strip() if self.is_valid() else ""


class FoundForm(TellingForm):
    """One of the startups that were found."""

    prompts: ClassVar[Mapping[str, Words]] = {"startup": _("Look for a startup, then choose it.")}
    startup = forms.ModelChoiceField(
        Startup.objects.none(), label=_("Startup"), empty_label=None, widget=forms.RadioSelect
    )
    q = OneLineField(max_length=200, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, words: str = "", found: Candidates | None = None) -> None:
        super().__init__(data, auto_id="candidate-%s", initial={"q": words})
        self.fields["startup"].queryset = Startup.objects.published().select_related("organisation")  # type: ignore[attr-defined]
        self.offer(found)

    def offer(self, found: Candidates | None) -> None:
        """Show these, and the one that was chosen before, if it takes part."""
        known = {} if found is None else {each.pk: str(_called(each)) for each in found.named}
        near = _("%(startup)s: near in meaning")
        for each in found.near if found else ():
            known.setdefault(each.pk, str(near) % {"startup": _called(each)})
        chosen = str(self["startup"].value() or "")
        if chosen.isascii() and chosen.isdigit() and int(chosen[:9]) not in known:
            rows: Any = self.fields["startup"].queryset  # type: ignore[attr-defined]
            known |= {each.pk: str(_called(each)) for each in rows.filter(pk=int(chosen[:9]))}
        self.fields["startup"].choices = list(known.items())  # type: ignore[attr-defined]


def _called(startup: Startup) -> str:
    organisation = startup.organisation
    name = name_of(organisation, get_language() or "")
    return gettext("%(name)s (%(country)s)") % {"name": name, "country": organisation.country.name}
