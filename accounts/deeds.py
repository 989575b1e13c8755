"""The audit trail in words: what each recorded action is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from matchmaking.core.models import AuditEvent

WORDS: dict[str, Promise | str] = {
    "organisation.created": _("Profile created"),
    "organisation.changed": _("Profile changed"),
    "organisation.identity_proposed": _("New identity proposed"),
    "organisation.submitted": _("Sent in for review"),
    "organisation.published": _("Approved and published"),
    "organisation.returned": _("Changes asked for"),
    "organisation.suspended": _("Suspended"),
    "challenge.added": _("Challenge added"),
    "challenge.changed": _("Challenge changed"),
    "user.added": _("Person added"),
    "user.settings_changed": _("Settings changed"),
}


@dataclass(frozen=True)
class Deed:
    """One audit row as it is shown."""

    event: AuditEvent
    what: str
    note: str


def told(events: Iterable[AuditEvent]) -> list[Deed]:
    """Audit rows in words; an action without words shows its own name."""
    return [Deed(event, str(WORDS.get(event.action, event.action)), _note(event.detail)) for event in events]


def deeds_of(organisation: Organisation, limit: int = 20) -> list[Deed]:
    """The latest deeds that concern an organisation, newest first."""
    own = AuditEvent.objects.filter(target_type="accounts.organisation", target_id=str(organisation.pk))
    return told(own[:limit])


def found(wanted: Mapping[str, Any]) -> QuerySet[AuditEvent]:
    """The audit rows that a filled-in `AuditFilterForm` asks for."""
    columns = {"who": "actor_label__icontains", "target": "target_label__icontains", "since": "at__date__gte"}
    events = AuditEvent.objects.filter(
        **{columns[name]: wanted[name] for name in columns if wanted.get(name)}
    )
    if word := str(wanted.get("action") or "").casefold():
        named = [action for action, label in WORDS.items() if word in str(label).casefold()]
        events = events.filter(Q(action__icontains=word) | Q(action__in=named))
    return events


def _note(detail: dict[str, Any]) -> str:
    """What the deed's own words add: a reason given, or the title of a challenge."""
    return str(detail.get("reason") or detail.get("title") or "")
