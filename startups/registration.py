"""The registration of a startup: its rows, and who writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext, pgettext

from accounts.actions import Changes, Rows
from accounts.consents import lacking
from accounts.enums import OrganisationKind
from accounts.models import Consent, Organisation, Remark, User
from accounts.profiles.forms import SectionForm
from accounts.registration.examples import examples
from accounts.registration.questions import Step, Words
from accounts.registration.registrations import Registration
from matchmaking.core.enums import Language
from matchmaking.core.local_time import day
from startups import actions
from startups.actions import KINDS
from startups.agreement import agreement
from startups.enums import WITH_FILES, DeckStatus
from startups.forms import StartupForm
from startups.models import Deck, Record, Startup
from startups.notes import EXAMPLES, NOTED, note_on
from startups.questions import AGREEMENT, DECK, LISTS, STEPS
from startups.rules import DECK_SUBJECT


class StartupRegistration(Registration):
    kind = OrganisationKind.STARTUP
    namespace = "startups"
    language = "en"
    steps = STEPS
    form = StartupForm
    templates = dict.fromkeys(NOTED, "startups/noted_step.html")
    elsewhere = (DECK.key, *LISTS, AGREEMENT.key)

    def rows_of(self, organisation: Organisation, user: User) -> Rows:
        startup = Startup.objects.for_registration().get(pk=organisation.pk)
        return {"organisation": startup.organisation, "startup": startup}

    def new_rows(self, user: User) -> Rows:
        organisation = Organisation(
            kind=self.kind, languages=[Language.ENGLISH], time_zone=user.time_zone, country=""
        )
        return {"organisation": organisation, "startup": Startup(organisation=organisation)}

    def write(self, rows: Rows, changes: Changes, by: User) -> None:
        startup: Any = rows["startup"]
        organisation: Any = rows["organisation"]
        if organisation.pk is None:
            common = {"time_zone": organisation.time_zone, **changes["organisation"]}
            actions.register_startup(common, changes["startup"], by=by)
        else:
            actions.change_startup(
                startup, changes.get("organisation", {}), changes.get("startup", {}), by=by
            )

    def beside(self, key: str, form: SectionForm) -> Mapping[str, Any]:
        if key not in NOTED:
            return {}
        said = {name: form[name].value() for name in NOTED[key].looked_at}
        return {"examples": examples(EXAMPLES), "example_key": NOTED[key].example, **note_on(key, said)}

    def is_complete(self, step: Step, rows: Rows) -> bool:
        startup: Any = rows["startup"]
        if step is DECK:
            return any(deck.status == DeckStatus.READY for deck in _decks(startup))
        if step is AGREEMENT:
            return not self.asks_to_agree(rows)
        if step.key in LISTS:
            return step.is_optional or self.is_begun(step, rows)
        return super().is_complete(step, rows)

    def is_begun(self, step: Step, rows: Rows) -> bool:
        startup: Any = rows["startup"]
        if step is DECK:
            return any(deck.status in WITH_FILES for deck in _decks(startup))
        if step is AGREEMENT:
            return bool(consents_of(rows))
        return bool(records_of(step, rows)) if step.key in LISTS else super().is_begun(step, rows)

    def missing_of(self, step: Step, rows: Rows) -> list[Words]:
        if step is AGREEMENT:
            return []  # no gap in what the profile says: the members are asked on their own pages
        if step.key in self.elsewhere:
            return [] if self.is_complete(step, rows) else [step.title]
        return super().missing_of(step, rows)

    def asks_to_agree(self, rows: Rows) -> str:
        asked = agreement(_country(rows), self.language)
        return reverse("startups:agreement") if lacking(asked, consents_of(rows)) else ""

    def owns(self, step: Step, subject: str) -> bool:
        if step is DECK:
            return subject == DECK_SUBJECT
        if step.key in LISTS:
            return subject.startswith(row_subject(step.key, ""))
        return super().owns(step, subject)

    def says(self, step: Step, remark: Remark, rows: Rows) -> str:
        """Of a list: which of its rows."""
        titles = {row_subject(step.key, row.pk): row.title for row in records_of(step, rows)}
        if remark.subject not in titles:
            return super().says(step, remark, rows)
        return gettext("%(subject)s: %(text)s") % {"subject": titles[remark.subject], "text": remark.text}

    def address(self, step: Step, rows: Rows) -> str:
        if step is DECK:
            return reverse("startups:deck")
        if step is AGREEMENT:
            return reverse("startups:agreement")
        if step.key in LISTS:
            return reverse("startups:records", args=[step.key])
        return super().address(step, rows)

    def facts(self, step: Step, rows: Rows) -> list[dict[str, str]]:
        """A row of a list is one fact."""
        if step.key not in self.elsewhere:
            return super().facts(step, rows)
        if step is AGREEMENT:
            return [
                {"label": str(each.get_subject_display()), "value": day(localdate(each.agreed_at))}
                for each in consents_of(rows)
            ]
        between = pgettext("list separator", ", ")
        found = [
            {"label": record.title, "value": between.join(record.details)}
            for record in records_of(step, rows)
        ]
        if step is DECK:
            startup: Any = rows["startup"]
            found = [
                {"label": str(step.title), "value": deck.get_status_display()} for deck in _decks(startup)[:1]
            ]
        return found or [{"label": str(step.title), "value": "–"}]


def _decks(startup: Startup) -> list[Deck]:
    return list(startup.decks.all()) if startup.pk else []


def row_subject(kind: str, pk: object) -> str:
    """How reviewers call a row of a list."""
    return f"{KINDS[kind]._meta.model_name}.{pk}"


def _country(rows: Rows) -> str:
    organisation: Any = rows["organisation"]
    return str(organisation.country.code or "")


def consents_of(rows: Rows) -> list[Consent]:
    """What the startup has agreed to and not taken back."""
    organisation: Any = rows["organisation"]
    return list(organisation.consents.in_force().order_by("pk")) if organisation.pk else []


def records_of(step: Step, rows: Rows) -> list[Record]:
    startup: Any = rows["startup"]
    return list(getattr(startup, step.key).all()) if step.key in LISTS and startup.pk else []


REGISTRATION = StartupRegistration()
