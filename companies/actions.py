"""What happens to firms and their challenges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions import (
    COMPLETE,
    Contact,
    add_contact,
    ask_for_rescore,
    change_organisation,
    create_organisation,
    live_and_held,
    propose_identity,
)
from accounts.changes import assign, stamp
from accounts.enums import OrganisationKind, OrganisationStatus
from accounts.models import User
from accounts.rules import check_sub_fields
from companies.models import Challenge, Company
from companies.rules import check_countries
from matchmaking.core import audit
from matchmaking.core.enums import Language
from matchmaking.core.importing.report import Outcome

IMPORT_LOCK = 7_301  # one import of firms at a time: looking up and adding is one step
NEEDED = {"organisation": ("name",), "company": ("prefecture", "industry")}


@dataclass(frozen=True)
class CompanyRow:
    """What an imported row says of a firm; values that it leaves out stay as they are."""

    corporate_number: str
    organisation: Mapping[str, Any]
    company: Mapping[str, Any]
    challenges: tuple[Mapping[str, Any], ...] = ()
    contact: Contact | None = None
    return_reason: str = field(default="")


@transaction.atomic
def import_company(
    row: CompanyRow, *, status: str = OrganisationStatus.DRAFT, by: User | None = None
) -> Outcome:
    """Bring the firm with this corporate number in line with `row`; a new one starts in `status`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
    company = (
        Company.objects.select_related("organisation").filter(corporate_number=row.corporate_number).first()
    )
    if company is None:
        company, created = _create(row, status=status, by=by), True
    else:
        created = False
    changed = [] if created else _change(company, row, by=by)
    changed += _import_challenges(company, row, created=created, by=by)
    if row.contact and add_contact(company.organisation, row.contact, language="ja", by=by):
        changed.append("contact")
    if created:
        return Outcome.CREATED
    return Outcome.UPDATED if changed else Outcome.UNCHANGED


def _create(row: CompanyRow, *, status: str, by: User | None) -> Company:
    absent = [name for name in NEEDED["organisation"] if name not in row.organisation]
    absent += [name for name in NEEDED["company"] if name not in row.company]
    if absent:
        raise ValidationError({name: _("A new firm needs this.") for name in absent})
    check_countries(row.company.get("preferred_countries", []), row.company.get("excluded_countries", []))
    common = {
        "languages": [Language.JAPANESE],
        **row.organisation,
        "country": "JP",
        "time_zone": "Asia/Tokyo",
    }
    organisation = create_organisation(
        OrganisationKind.COMPANY, common, status=status, by=by, reason=row.return_reason
    )
    return Company.objects.create(
        organisation=organisation, corporate_number=row.corporate_number, **row.company
    )


def _change(company: Company, row: CompanyRow, *, by: User | None) -> list[str]:
    return change_company(company, row.organisation, row.company, by=by, review_identity=False)


@transaction.atomic
def change_company(
    company: Company,
    organisation_values: Mapping[str, Any],
    company_values: Mapping[str, Any],
    *,
    by: User | None,
    review_identity: bool = True,
) -> list[str]:
    """Set what differs and record it. Returns the names of the changed fields; without any, nothing is written.

    A new name, number or country of a firm that was reviewed waits for review, and is not among them. Staff who
    import a list know what they do: then `review_identity` is False.
    """
    held: dict[str, dict[str, Any]] = {}
    if review_identity:
        organisation_values, held["organisation"] = live_and_held(company.organisation, organisation_values)
        company_values, held["company"] = live_and_held(company.organisation, company_values)
    changed = assign(company, company_values)
    check_countries(company.preferred_countries, company.excluded_countries)
    changed += assign(company.organisation, organisation_values)
    if changed:
        change_organisation(company.organisation, changed, by=by)
    if any(held.values()):
        propose_identity(company.organisation, held, by=by)
    return changed


def _import_challenges(company: Company, row: CompanyRow, *, created: bool, by: User | None) -> list[str]:
    """Challenges are known by their titles within a firm."""
    if not row.challenges:
        return []
    known = {} if created else {challenge.title: challenge for challenge in company.challenges.all()}
    changed: list[str] = []
    for values in row.challenges:
        if (challenge := known.get(values["title"])) is not None:
            changed += change_challenge(challenge, values, by=by)
        else:
            add_challenge(company, values, by=by)
            changed.append("challenge")
    return changed


@transaction.atomic
def add_challenge(company: Company, values: Mapping[str, Any], *, by: User | None) -> Challenge:
    """A further challenge; it is matched from the next run on, if the firm is published."""
    challenge = Challenge(company=company, **values)
    if not challenge.modes:
        challenge.modes = list(company.organisation.modes)
    _check_challenge(challenge, complete=company.organisation.status in COMPLETE)
    challenge.save()
    stamp(company.organisation)
    _ask_for_rescore(company)
    audit.record("challenge.added", company.organisation, by=by, title=challenge.title)
    return challenge


@transaction.atomic
def change_challenge(challenge: Challenge, values: Mapping[str, Any], *, by: User | None) -> list[str]:
    """Set what differs and record it; also how a challenge is closed and opened again (`is_open`)."""
    changed = assign(challenge, values)
    if changed:
        organisation = challenge.company.organisation
        _check_challenge(challenge, complete=organisation.status in COMPLETE)
        stamp(organisation)
        _ask_for_rescore(challenge.company)
        audit.record("challenge.changed", organisation, by=by, title=challenge.title, fields=sorted(changed))
    return changed


def _ask_for_rescore(company: Company) -> None:
    if company.organisation.is_published:
        ask_for_rescore(company.organisation)


def _check_challenge(challenge: Challenge, *, complete: bool) -> None:
    check_sub_fields([challenge.field], challenge.sub_fields)
    if complete and not challenge.modes:
        raise ValidationError({"modes": _("Choose at least one: a profile that is sent in needs it.")})
