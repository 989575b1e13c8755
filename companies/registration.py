"""The registration of a firm: its rows, who writes them, and its challenges, which are rows of their own."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from accounts.actions import Changes, Rows, change_contact
from accounts.consents import country_name
from accounts.enums import OrganisationKind
from accounts.models import Consent, Membership, Organisation, Remark, User
from accounts.profiles.labels import facts
from accounts.registration.questions import Step, Words, is_complete
from accounts.registration.registrations import Question, Registration, values_of
from companies import actions, consents
from companies.forms import ChallengeForm, CompanyForm
from companies.models import Challenge, Company
from companies.questions import AGREEMENT, CHALLENGE, CHALLENGE_FIELDS, CONTACT, STEPS
from companies.remarks import answers_by_subject


class CompanyRegistration(Registration):
    kind = OrganisationKind.COMPANY
    namespace = "companies"
    language = "ja"
    steps = STEPS
    form = CompanyForm
    elsewhere = (CHALLENGE.key, AGREEMENT.key)
    templates = {"company": "companies/company_step.html"}

    def rows_of(self, organisation: Organisation, user: User) -> Rows:
        membership = Membership.objects.select_related("user").get(user=user)
        company = profile_of(organisation)
        return {
            "organisation": company.organisation,
            "company": company,
            "user": membership.user,
            "membership": membership,
        }

    def new_rows(self, user: User) -> Rows:
        organisation = Organisation(kind=self.kind, country="JP")
        newcomer = User.objects.get(pk=user.pk)
        return {
            "organisation": organisation,
            "company": Company(organisation=organisation),
            "user": newcomer,
            "membership": Membership(user=newcomer),
        }

    def write(self, rows: Rows, changes: Changes, by: User) -> None:
        organisation_values, company_values = changes.get("organisation", {}), changes.get("company", {})
        if rows["organisation"].pk is None:
            actions.register_company(organisation_values, company_values, by=by)
            return
        company: Any = rows["company"]
        membership: Any = rows["membership"]
        actions.change_company(company, organisation_values, company_values, by=by)
        change_contact(membership, changes.get("user", {}), changes.get("membership", {}), by=by)

    def is_complete(self, step: Step, rows: Rows) -> bool:
        if step is CHALLENGE:
            written = challenges_of(rows)
            return bool(written) and all(challenge.is_described() for challenge in written)
        if step is AGREEMENT:
            return bool(agreed_countries(rows)) and not self.asks_to_agree(rows)
        if step is CONTACT:
            return any(super(CompanyRegistration, self).is_complete(step, each) for each in _people(rows))
        return super().is_complete(step, rows)

    def is_begun(self, step: Step, rows: Rows) -> bool:
        if step is AGREEMENT:
            return bool(_consents(rows))
        return super().is_begun(step, rows) if step is not CHALLENGE else bool(challenges_of(rows))

    def missing_of(self, step: Step, rows: Rows) -> list[Words]:
        if step is CHALLENGE:
            return [] if self.is_complete(step, rows) else [_("a challenge")]
        if step is CONTACT and ("membership" not in rows or self.is_complete(step, rows)):
            return []
        return super().missing_of(step, rows)

    def asks_to_agree(self, rows: Rows) -> str:
        """Countries that are asked about when they are needed are no reason to ask now: only newer words are."""
        outdated = any(each.version != consents.version() for each in _consents(rows))
        return reverse("companies:consents") if outdated else ""

    def owns(self, step: Step, subject: str) -> bool:
        return super().owns(step, subject) if step is not CHALLENGE else subject.startswith("challenge.")

    def says(self, step: Step, remark: Remark, rows: Rows) -> str:
        """Of challenges: of which one, and of which of its fields."""
        known = answers_by_subject(challenges_of(rows)) if step is CHALLENGE else {}
        if remark.subject not in known:
            return super().says(step, remark, rows)
        label = known[remark.subject][1].full_label
        return gettext("%(subject)s: %(text)s") % {"subject": label, "text": remark.text}

    def address(self, step: Step, rows: Rows) -> str:
        if step is AGREEMENT:
            return reverse("companies:agreement")
        if step is not CHALLENGE:
            return super().address(step, rows)
        return reverse("companies:challenges" if challenges_of(rows) else "companies:challenge_new")

    def facts(self, step: Step, rows: Rows) -> list[dict[str, str]]:
        if step is CONTACT:
            return super().facts(step, _contact(rows))
        if step is AGREEMENT:
            names = pgettext("list separator", ", ").join(map(country_name, agreed_countries(rows)))
            return [{"label": gettext("Transfer of personal data abroad"), "value": names or "–"}]
        if step is not CHALLENGE:
            return super().facts(step, rows)
        shown = [name for name in CHALLENGE_FIELDS if name != "is_open"]
        return [
            fact for challenge in challenges_of(rows) for fact in facts(challenge, shown, keep_empty=False)
        ]


def profile_of(organisation: Organisation) -> Company:
    """The firm with its challenges and the same `organisation` object."""
    challenges = Prefetch("challenges", Challenge.objects.order_by("pk"))
    return Company.objects.select_related("organisation").prefetch_related(challenges).get(pk=organisation.pk)


def challenges_of(rows: Rows) -> list[Challenge]:
    company: Any = rows["company"]
    return list(company.challenges.all()) if company.pk else []


def _people(rows: Rows) -> list[Rows]:
    """Every member as the contact step asks of them: the firm needs one whom others can turn to."""
    members = Membership.objects.filter(organisation_id=rows["organisation"].pk).select_related("user")
    return [{"user": member.user, "membership": member} for member in members.order_by("pk")]


def _contact(rows: Rows) -> Rows:
    """The first member whose contact details are complete, else the reader."""
    return next((each for each in _people(rows) if is_complete(CONTACT, values_of(CONTACT, each))), rows)


def _consents(rows: Rows) -> list[Consent]:
    company: Any = rows["company"]
    return list(company.transfer_consents.in_force()) if company.pk else []


def agreed_countries(rows: Rows) -> list[str]:
    """Where the firm has agreed, in the words now in force, that its people's data may go."""
    return [str(each.country.code) for each in _consents(rows) if each.version == consents.version()]


REGISTRATION = CompanyRegistration()


def challenge_question(pk: int | None) -> Question:
    """The question page of one challenge of the reader's own firm; without a key, of a new one."""

    def find(user: User) -> Rows:
        rows = REGISTRATION.rows(user)
        company: Any = rows["company"]
        if pk is None:
            challenge = Challenge(company=company)
        else:
            challenge = get_object_or_404(Challenge.objects.filter(company_id=company.pk), pk=pk)
            challenge.company = company
        return {"organisation": rows["organisation"], "challenge": challenge}

    def write(rows: Rows, changes: Changes, by: User) -> None:
        challenge: Any = rows["challenge"]
        if pk is None:
            challenge = actions.add_challenge(challenge.company, changes["challenge"], by=by)
        else:
            actions.change_challenge(challenge, changes["challenge"], by=by)
        actions.take_field_over(challenge, by=by)

    return Question(CHALLENGE, find, write, ChallengeForm, subjects={"challenge": f"challenge.{pk}"})
