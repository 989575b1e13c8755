"""Which edition of the capability thesaurus texts are read by."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from matchmaking.core import audit
from matchmaking.matches.engine.thesaurus import Thesaurus
from matchmaking.matches.enums import ThesaurusStatus
from matchmaking.matches.models import CapabilityEntry, ThesaurusVersion
from matchmaking.matches.models.thesauri import TEXTS
from matchmaking.matches.thesauri import editions


@transaction.atomic
def ensure_thesaurus(*, by: User | None = None) -> ThesaurusVersion:
    """The edition in force; where there is none yet, the delivered one comes into force."""
    current = ThesaurusVersion.objects.in_force().first()
    if current is not None:
        return current
    delivered = editions.delivered()
    version, created = ThesaurusVersion.objects.get_or_create(
        status=ThesaurusStatus.IN_FORCE,
        defaults={
            "number": next_number(),
            "fingerprint": delivered.version,
            "in_force_since": timezone.now(),
            "made_by": by,
        },
    )
    if created:
        CapabilityEntry.objects.bulk_create(entries_of(delivered, version))
        audit.record("thesaurusversion.in_force", version, by=by)
    return version


def entries_of(thesaurus: Thesaurus, version: ThesaurusVersion) -> list[CapabilityEntry]:
    """The rows that say what a compiled edition says."""
    return [
        CapabilityEntry(
            version=version,
            key=item.id,
            place=place,
            **{
                name: list(value) if isinstance(value := getattr(item, name), tuple) else value
                for name in TEXTS
            },
        )
        for place, item in enumerate(thesaurus.capabilities)
    ]


def next_number() -> int:
    latest: int | None = ThesaurusVersion.objects.aggregate(latest=Max("number"))["latest"]
    return (latest or 0) + 1
