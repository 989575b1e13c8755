"""What the pages of reviews know of a firm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.enums import ConsentSubject
from accounts.models import Organisation, User
from accounts.profiles.kinds import ProfileKind, Rows, Section, answers
from accounts.registration.registrations import told
from accounts.reviewing.cases import office_today
from companies import consents
from companies.models import Challenge, Company
from companies.questions import CHALLENGE_FIELDS
from companies.registration import REGISTRATION
from companies.standing import standings_of


class FirmKind(ProfileKind):
    language = "ja"
    models = (Company, Challenge)
    review_parts = ("companies/includes/eligibility.html", "companies/includes/review_consents.html")

    def profiles(self, pks: Iterable[int]) -> dict[int, Company]:
        firms = (
            Company.objects.filter(pk__in=pks).select_related("organisation").prefetch_related("challenges")
        )
        return {firm.pk: firm for firm in firms}

    def rows(self, profile: Company) -> Rows:
        return {Company: [profile], Challenge: list(profile.challenges.all())}

    def sections(self, profile: Company) -> list[Section]:
        challenges = [_challenge(challenge) for challenge in profile.challenges.all()]
        return told(REGISTRATION, _parts(profile)) + challenges

    def missing(self, profile: Company) -> Sequence[Promise | str]:
        return REGISTRATION.missing(_parts(profile))

    def place(self, profile: Company) -> str:
        return profile.get_prefecture_display()

    def has_agreed(self, organisation: Organisation) -> bool:
        """To one country at least, and to nothing in earlier words."""
        given = organisation.consents.in_force().filter(subject=ConsentSubject.TRANSFER)
        return set(given.values_list("version", flat=True)) == {consents.version()}

    def more(self, profile: Company, reader: User) -> dict[str, Any]:
        return {
            "company": profile,
            "standings": standings_of(profile, office_today()),
            "consents": profile.transfer_consents.in_force().select_related("agreed_by"),
        }


def _challenge(challenge: Challenge) -> Section:
    title = _("Challenge: %(title)s") % {"title": challenge.title}
    return Section(title, tuple(answers(challenge, CHALLENGE_FIELDS, of=challenge.title)))


def _parts(company: Company) -> dict[str, Model]:
    return {"organisation": company.organisation, "company": company}
