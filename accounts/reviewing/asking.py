"""What staff see of people who ask to join an organisation that nobody owns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.actions import REVIEW_PAGE
from accounts.enums import OrganisationKind
from accounts.models import JoinRequest, members_of
from accounts.reviewing.domains import VERDICT_TONES, DomainVerdict, verdict
from matchmaking.core.local_time import day
from matchmaking.core.working_days import OFFICE_ZONE, office_days_between

OFFICE = ZoneInfo(OFFICE_ZONE)


@dataclass(frozen=True)
class AskedRow:
    """One line of the list. `waiting` counts the office's working days."""

    asked: JoinRequest
    url: str
    domain: DomainVerdict
    waiting: int

    @property
    def tone(self) -> str:
        return VERDICT_TONES[self.domain]


def asked_rows(join_requests: Iterable[JoinRequest], today: date) -> list[AskedRow]:
    return [_row(asked, today) for asked in join_requests]


def _row(asked: JoinRequest, today: date) -> AskedRow:
    organisation = asked.organisation
    page = reverse(REVIEW_PAGE[OrganisationKind(organisation.kind)], args=[organisation.pk])
    domain = verdict(asked.user.email, organisation.website)
    asked_on = timezone.localdate(asked.asked_at, OFFICE)
    return AskedRow(asked, page, domain, office_days_between(asked_on, today))


def facts_of(asked: JoinRequest) -> list[dict[str, Any]]:
    """What an officer looks at before answering."""
    organisation, user = asked.organisation, asked.user
    members = pgettext("list separator", ", ").join(str(member) for member in members_of(organisation))
    return [
        {"label": _("Organisation"), "value": organisation.name},
        {"label": _("Kind"), "value": organisation.get_kind_display()},
        {"label": _("Status"), "value": organisation.get_status_display()},
        {"label": _("Web address"), "value": organisation.website or "–"},
        {"label": _("Who belongs to it now"), "value": members or _("Nobody")},
        {"label": _("Who asks"), "value": str(user)},
        {"label": _("E-mail address"), "value": user.email},
        {"label": _("Domain of the address"), "value": verdict(user.email, organisation.website).label},
        {"label": _("Asked on"), "value": day(timezone.localdate(asked.asked_at, OFFICE))},
    ]
