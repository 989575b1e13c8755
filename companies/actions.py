"""What happens to firms and their challenges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import (
    COMPLETE,
    Contact,
    add_contact,
    agree,
    ask_for_rescore,
    change_organisation,
    create_organisation,
    is_taken,
    live_and_held,
    propose_identity,
    register_organisation,
    withdraw_consent,
)
from accounts.enums import ConsentSubject, OrganisationKind, OrganisationStatus
from accounts.models import Consent, User
from accounts.profiles.changes import assign, hold, stamp
from accounts.rules import check_sub_fields
from companies.consents import transfers
from companies.eligibility import Answer, Criterion, judge
from companies.models import Challenge, Company, EligibilityDecision
from companies.rules import check_countries
from companies.standing import firm_of
from matchmaking.core import audit
from matchmaking.core.enums import Language
from matchmaking.core.importing.report import Outcome

TOKYO = ZoneInfo("Asia/Tokyo")  # the rules are Japanese law: its days begin there
IMPORT_LOCK = 7_301  # one new firm at a time: looking a number up and adding it is one step
_NEEDED_ONCE_SENT_IN = _("Fill this in: a profile that is sent in needs it.")
REGISTERED = _(
    "This firm is registered already. Check the number; if it is right, ask the colleague who registered it to let"
    " you in."
)
_COMMON: Mapping[str, Any] = {
    "languages": [Language.JAPANESE],
    "country": "JP",
    "time_zone": "Asia/Tokyo",
}
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
def register_company(
    organisation_values: Mapping[str, Any], company_values: Mapping[str, Any], *, by: User
) -> Company:
    """The first step of a registration is saved: a draft that `by` owns. One firm, one registration."""
    _lock_numbers()
    number = company_values["corporate_number"]
    if is_taken(Company(), "company", "corporate_number", number):
        raise ValidationError({"corporate_number": ValidationError(REGISTERED, code="registered")})
    common = {**_COMMON, **organisation_values}
    organisation = register_organisation(OrganisationKind.COMPANY, common, by=by)
    return Company.objects.create(organisation=organisation, **company_values)


def _lock_numbers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])


@transaction.atomic
def import_company(
    row: CompanyRow, *, status: str = OrganisationStatus.DRAFT, by: User | None = None
) -> Outcome:
    """Bring the firm with this corporate number in line with `row`; a new one starts in `status`."""
    _lock_numbers()
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
    organisation = create_organisation(
        OrganisationKind.COMPANY,
        {**_COMMON, **row.organisation},
        status=status,
        by=by,
        reason=row.return_reason,
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
    hold(company.organisation)
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
    hold(company.organisation)
    challenge = Challenge(company=company, **values)
    if not challenge.modes:
        challenge.modes = list(company.organisation.modes)
    _check_challenge(challenge)
    challenge.save()
    stamp(company.organisation)
    _ask_for_rescore(company)
    audit.record("challenge.added", company.organisation, by=by, title=challenge.title)
    return challenge


@transaction.atomic
def change_challenge(challenge: Challenge, values: Mapping[str, Any], *, by: User | None) -> list[str]:
    """Set what differs and record it; also how a challenge is closed and opened again (`is_open`)."""
    organisation = challenge.company.organisation
    hold(organisation)
    changed = assign(challenge, values)
    if changed:
        _check_challenge(challenge)
        stamp(organisation)
        _ask_for_rescore(challenge.company)
        audit.record("challenge.changed", organisation, by=by, title=challenge.title, fields=sorted(changed))
    return changed


def _ask_for_rescore(company: Company) -> None:
    if company.organisation.is_published:
        ask_for_rescore(company.organisation)


def _check_challenge(challenge: Challenge) -> None:
    """Before a profile is sent in, a challenge may be half written."""
    if challenge.field:
        check_sub_fields([challenge.field], challenge.sub_fields)
    if challenge.company.organisation.status in COMPLETE and not challenge.is_described():
        told = {name: _NEEDED_ONCE_SENT_IN for name in ("text", "field") if not getattr(challenge, name)}
        raise ValidationError(told)


@transaction.atomic
def take_field_over(challenge: Challenge, *, by: User) -> None:
    """A firm is active in the fields of its challenges: nobody is asked the same thing twice."""
    organisation = challenge.company.organisation
    if challenge.field and challenge.field not in organisation.fields:
        wider = {"fields": [*organisation.fields, challenge.field]}
        change_company(challenge.company, wider, {}, by=by)


@transaction.atomic
def agree_to_transfer(
    company: Company, country_codes: Iterable[str], *, language: str, by: User
) -> list[Consent]:
    """The firm agrees to the transfer to each country, in the words of `language`."""
    return agree(company.organisation, transfers(country_codes, language), by=by)


@transaction.atomic
def withdraw_transfer(company: Company, country: str, *, by: User) -> bool:
    """From now on nothing more goes to startups of that country. False if no consent was in force."""
    return withdraw_consent(company.organisation, ConsentSubject.TRANSFER, country, by=by)


@transaction.atomic
def decide_eligibility(
    company: Company, criterion: Criterion, *, decided: Answer, reason: str, by: User
) -> EligibilityDecision:
    """Staff say whether the firm meets a criterion, whatever its rule says, and why. The figures are kept with it."""
    now = timezone.now()
    verdict = judge(criterion, firm_of(company), timezone.localdate(now, TOKYO))
    decision = EligibilityDecision.objects.create(
        company=company,
        criterion=criterion.value,
        rule=verdict.rule.key,
        computed=verdict.answer.value,
        decided=decided.value,
        inputs=dict(verdict.inputs),
        reason=reason,
        by=by,
        at=now,
    )
    audit.record(
        "company.eligibility_decided",
        company.organisation,
        by=by,
        criterion=criterion.value,
        computed=verdict.answer.value,
        decided=decided.value,
        reason=reason,
    )
    return decision
