"""Organisations that have agreed to the words in force, as their members do before they send a profile in."""

from __future__ import annotations

from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.models import Consent, Organisation, User
from companies.consents import transfers
from startups.agreement import agreement


def agreed_to_all(organisation: Organisation, by: User) -> Organisation:
    """Without a trail: it was long ago. A firm agrees to Singapore, a startup to all that its country asks for."""
    is_firm = organisation.kind == OrganisationKind.COMPANY
    country = str(organisation.country.code or "")
    Consent.objects.bulk_create(
        Consent(
            organisation=organisation,
            subject=each.subject,
            country=each.country,
            version=each.version,
            language=each.language,
            text=each.text,
            agreed_by=by,
            agreed_at=timezone.now(),
        )
        for each in (transfers(["SG"], "ja") if is_firm else agreement(country, "en"))
    )
    return organisation
