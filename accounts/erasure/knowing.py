"""What the pages about an erasure must know: what goes, what stays, how long somebody has waited."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.erasure.holdings import Loss, holders
from accounts.models import DeletionRequest, Invitation, Organisation, User
from matchmaking.core.working_days import OFFICE_ZONE, office_days_between


def losses_of(organisation: Organisation) -> list[Loss]:
    """In the order of the apps, the lowest first: people before matches and meetings."""
    return [loss for holder in reversed(holders()) for loss in holder.losses(organisation) if loss.count]


def kept_of_organisation() -> list[Promise | str]:
    """What figures of past years are made of, and what must be proved."""
    return [
        _("Whether it was a firm or a startup, its fields, its prefecture or country"),
        _("When it came, was reviewed, took part and left"),
        _("How many matches, requests and meetings it had, and what became of them"),
        _("Which countries data was sent to with consent, and when"),
        _("Who in the programme office did what, and when, without the names of those concerned"),
    ]


def waiting_days(request: DeletionRequest, now: datetime) -> dict[str, Any]:
    """Counted in working days of the office, as for reviews; the term itself is in days of the calendar."""
    today = now.astimezone(ZoneInfo(OFFICE_ZONE)).date()
    asked_on = request.asked_at.astimezone(ZoneInfo(OFFICE_ZONE)).date()
    return {"waiting": office_days_between(asked_on, today), "is_overdue": request.due_on < today}


@dataclass(frozen=True)
class Known:
    """Whom an address leads to."""

    user: User | None
    invitations: int


def person_with(address: str) -> Known | None:
    """Nobody, if neither an account nor an invitation has the address."""
    address = unicodedata.normalize("NFKC", address).strip()
    if not address or "\0" in address:  # which no database takes, and an address line may hold
        return None
    user = User.objects.filter(email__iexact=address, erased_at=None).first()
    invitations = Invitation.objects.filter(email__iexact=address).count()
    return Known(user, invitations) if user or invitations else None
