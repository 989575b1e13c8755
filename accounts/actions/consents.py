"""Agreeing to a wording, and taking that back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.consents import Wording, lacking
from accounts.enums import ConsentSubject
from accounts.models import Consent, Organisation, User
from accounts.profiles.changes import hold
from matchmaking.core import audit


@transaction.atomic
def agree(organisation: Organisation, wordings: Iterable[Wording], *, by: User) -> list[Consent]:
    """Record, word by word, what the organisation agrees to. What it agreed to in the same version stays as it is;
    an earlier version of it ends."""
    hold(organisation)
    now = timezone.now()
    wanted = {(each.subject, each.country): each for each in wordings}
    made = lacking(wanted.values(), organisation.consents.in_force())
    return [_agree(organisation, wording, now, by=by) for wording in made]


def _agree(organisation: Organisation, wording: Wording, now: datetime, *, by: User) -> Consent:
    _end(organisation, wording.subject, wording.country, now, by=by)
    consent = Consent.objects.create(
        organisation=organisation,
        subject=wording.subject,
        country=wording.country,
        version=wording.version,
        language=wording.language,
        text=wording.text,
        agreed_by=by,
        agreed_at=now,
    )
    detail = {"country": wording.country} if wording.country else {}
    subject = wording.subject.value
    audit.record("consent.agreed", organisation, by=by, of=subject, version=wording.version, **detail)
    return consent


def _end(organisation: Organisation, subject: str, country: str, now: datetime, *, by: User) -> bool:
    found = organisation.consents.in_force().filter(subject=subject, country=country)
    return bool(found.update(ended_at=now, ended_by=by))


@transaction.atomic
def withdraw_consent(
    organisation: Organisation, subject: ConsentSubject, country: str = "", *, by: User
) -> bool:
    """It counts no more from now on. False if none was in force."""
    if not _end(organisation, subject, country, timezone.now(), by=by):
        return False
    detail = {"country": country} if country else {}
    audit.record("consent.withdrawn", organisation, by=by, of=subject.value, **detail)
    return True
