"""Among which challenges somebody may search, and whose words they may read."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from accounts.models import User
from accounts.rules import name_of
from companies.models import Challenge
from matchmaking.matches.sides import open_challenges
from matchmaking.matches.thesauri import editions

OPENLY = Q(company__name_disclosed=True)  # whose name startups may read before anybody has met


def challenges_for(user: User) -> QuerySet[Challenge]:
    """All for staff; for a published startup the open ones of published firms that do not exclude its country."""
    rows = Challenge.objects.select_related("company__organisation", "reading")
    if user.is_officer:
        return rows
    organisation = user.organisation
    if organisation is None or not organisation.is_published:
        return rows.none()
    shut = Q(company__excluded_countries__contains=[str(organisation.country)])
    return rows.filter(pk__in=open_challenges().order_by().values("pk")).exclude(shut)


def worded(rows: Iterable[Challenge]) -> None:
    """Tell each row how its firm is called for startups, and what it asks for, in the reader's language."""
    language, thesaurus = get_language() or "en", editions.in_force()
    for row in rows:
        firm, reading = row.company, getattr(row, "reading", None)
        is_open = firm.name_disclosed
        row.firm_name = name_of(firm.organisation, language) if is_open else firm.summary_name()  # type: ignore[attr-defined]
        keys = reading.keys if reading else []
        row.asks = thesaurus.labels(keys, "ja" if language.startswith("ja") else "en")  # type: ignore[attr-defined]
