"""What happens to startups' profiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, Func, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from accounts.actions import (
    Contact,
    add_contact,
    change_organisation,
    create_organisation,
    live_and_held,
    propose_identity,
    register_organisation,
)
from accounts.enums import OrganisationKind, OrganisationStatus
from accounts.models import User
from accounts.profiles.changes import assign, hold
from matchmaking.core.currencies import in_dollars
from matchmaking.core.enums import Language
from matchmaking.core.importing.report import Outcome
from matchmaking.core.names import comparison_key, first_word
from matchmaking.core.zones import default_zone
from startups.actions.records import begin_records, replace_records
from startups.models import FundingRound, Startup
from startups.rules import check_amount

IMPORT_LOCK = 7_302  # one import of startups at a time: looking up and adding is one step


@dataclass(frozen=True)
class StartupRow:
    """What an imported row says of a startup; values that it leaves out stay as they are."""

    name: str
    country: str
    external_id: str
    organisation: Mapping[str, Any]
    startup: Mapping[str, Any]
    contact: Contact | None = None
    return_reason: str = ""
    records: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)  # list -> its rows


@transaction.atomic
def register_startup(
    organisation_values: Mapping[str, Any], startup_values: Mapping[str, Any], *, by: User
) -> Startup:
    """The first step of a registration is saved: a draft that `by` owns."""
    common = {"languages": [Language.ENGLISH], **organisation_values}
    organisation = register_organisation(OrganisationKind.STARTUP, common, by=by)
    return Startup.objects.create(organisation=organisation, **startup_values)


@transaction.atomic
def import_startup(
    row: StartupRow, *, status: str = OrganisationStatus.DRAFT, by: User | None = None
) -> Outcome:
    """Bring the startup in line with `row`; a new one starts in `status`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
    startup = _find(row)
    if is_new := startup is None:
        startup, changed = _create(row, status=status, by=by), True
    else:
        changed = _update(startup, row, by=by)
    if row.contact and add_contact(startup.organisation, row.contact, language="en", by=by):
        changed = True
    if is_new:
        return Outcome.CREATED
    return Outcome.UPDATED if changed else Outcome.UNCHANGED


def _update(startup: Startup, row: StartupRow, *, by: User | None) -> bool:
    changed = [bool(change_startup(startup, *_values(row, startup), by=by, review_identity=False))]
    changed += [replace_records(startup, kind, rows, by=by) for kind, rows in row.records.items()]
    return any(changed)


def _find(row: StartupRow) -> Startup | None:
    """By the identifier; without one, or before one was known, by name and country.

    Width and case of the name do not matter; if nobody has the name so, neither does its legal form.
    """
    if row.external_id:
        known = Startup.objects.select_related("organisation").filter(external_id=row.external_id).first()
        if known is not None:
            return known
    namesakes = _of_one_name(row) or _of_one_key(row)
    if row.external_id:
        namesakes = [startup for startup in namesakes if startup.external_id is None]
    if len(namesakes) > 1:
        message = _("Several startups in this country have this name: give the identifier.")
        raise ValidationError({"name": ValidationError(message, code="ambiguous")})
    return namesakes[0] if namesakes else None


def _of_one_name(row: StartupRow) -> list[Startup]:
    same = Func(Value(row.name), template="left(lower(normalize(%(expressions)s, NFKC)), 120)")
    return list(_in_country(row.country).annotate(wanted=same).filter(organisation__sort_key=F("wanted"))[:2])


def _of_one_key(row: StartupRow) -> list[Startup]:
    """The database finds those that share the first word; how names are compared is for the core to say."""
    word, key = first_word(row.name), comparison_key(row.name)
    sharing = _in_country(row.country).filter(organisation__search_key__contains=word) if word else []
    return [startup for startup in sharing if comparison_key(startup.organisation.name) == key]


def _in_country(country: str) -> QuerySet[Startup]:
    kind, statuses = OrganisationKind.STARTUP, OrganisationStatus.values
    startups = Startup.objects.select_related("organisation").filter(organisation__country=country)
    return startups.filter(organisation__kind=kind, organisation__status__in=statuses)


def _values(row: StartupRow, known: Startup) -> tuple[dict[str, Any], dict[str, Any]]:
    """The name found by is kept as it is: it differs at most in width and case."""
    startup = dict(row.startup)
    if row.external_id:
        startup["external_id"] = row.external_id
    if "funding_raised_usd" in startup and _names_amounts(row, known):
        del startup["funding_raised_usd"]
    return {
        **row.organisation,
        **({"name": row.name, "country": row.country} if row.external_id else {}),
    }, startup


def _names_amounts(row: StartupRow, known: Startup) -> bool:
    """The rounds say what was raised; a total beside them would contradict them for ever."""
    if "rounds" in row.records:
        return any(each.get("amount") is not None for each in row.records["rounds"])
    return FundingRound.objects.filter(startup=known, amount__isnull=False).exists()


def _create(row: StartupRow, *, status: str, by: User | None) -> Startup:
    zone = row.organisation.get("time_zone") or default_zone(row.country, row.organisation.get("region", ""))
    if zone is None:
        raise ValidationError({"time_zone": _("Give the time zone: this country's is not known here.")})
    common = {"languages": [Language.ENGLISH], **row.organisation, "name": row.name, "country": row.country}
    organisation = create_organisation(
        OrganisationKind.STARTUP,
        {**common, "time_zone": zone},
        status=status,
        by=by,
        reason=row.return_reason,
    )
    startup = Startup.objects.create(
        organisation=organisation,
        external_id=row.external_id or None,
        **row.startup,
        **_in_dollars(row.startup, Startup()),
    )
    begin_records(startup, row.records)
    return startup


@transaction.atomic
def change_startup(
    startup: Startup,
    organisation_values: Mapping[str, Any],
    startup_values: Mapping[str, Any],
    *,
    by: User | None,
    review_identity: bool = True,
) -> list[str]:
    """Set what differs and record it. Returns the names of the changed fields; without any, nothing is written.

    A new name or country of a startup that was reviewed waits for review, and is not among them. Staff who import
    a list know what they do: then `review_identity` is False.
    """
    hold(startup.organisation)
    held: dict[str, Any] = {}
    if review_identity:
        organisation_values, held = live_and_held(startup.organisation, organisation_values)
    changed = assign(startup, {**startup_values, **_in_dollars(startup_values, startup)})
    changed += assign(startup.organisation, organisation_values)
    if "funding_sought_usd" in changed:
        changed.remove("funding_sought_usd")  # it follows from the amount
    if changed:
        change_organisation(startup.organisation, changed, by=by)
    if held:
        propose_identity(startup.organisation, {"organisation": held}, by=by)
    return changed


def _in_dollars(values: Mapping[str, Any], startup: Startup) -> dict[str, int | None]:
    """The amount sought in dollars, if `values` say something new of it."""
    if not values.keys() & {"sought_amount", "sought_currency"}:
        return {}
    amount = values.get("sought_amount", startup.sought_amount)
    currency = values.get("sought_currency", startup.sought_currency)
    sought = {"sought_amount": amount, "sought_currency": currency}
    check_amount(sought, "sought_amount", "sought_currency")
    return {"funding_sought_usd": in_dollars(amount, currency)}
