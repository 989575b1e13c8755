"""Published profiles -> the plain data of the engine, and when a profile last changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet

from accounts.enums import OrganisationStatus
from accounts.models import Organisation
from companies.models import Challenge, CompanyEvent  # type: ignore[attr-defined]  # pghistory makes it
from matchmaking.matches.engine.features import CompanySide, StartupSide
from matchmaking.matches.engine.policy import Vocabulary
from matchmaking.matches.engine.scoring import Terms, bitset
from matchmaking.matches.models import ExpertAdvice
from startups.models import Startup, StartupEvent  # type: ignore[attr-defined]  # pghistory makes it


def open_challenges() -> QuerySet[Challenge]:
    """What is matched on the firms' side, in the order that decides between equal scores."""
    published = Challenge.objects.filter(
        is_open=True, company__organisation__status=OrganisationStatus.PUBLISHED
    )
    return published.select_related("company__organisation").order_by("company_id", "pk")


def open_startups() -> QuerySet[Startup]:
    """What is matched on the startups' side, in the order that decides between equal scores."""
    return Startup.objects.published().select_related("organisation").order_by("pk")


def company_side(challenge: Challenge) -> CompanySide:
    """A challenge with what the engine must know of its firm; the challenge's own field and modes count."""
    firm, organisation = challenge.company, challenge.company.organisation
    return CompanySide(
        need_text=challenge.need(),
        business_text=firm.business,
        strengths=firm.strengths,
        fields=(challenge.field,),
        sub_fields=tuple(challenge.sub_fields),
        modes=modes_of(challenge),
        budget=challenge.budget_band,
        least_readiness=challenge.least_readiness,
        languages=tuple(organisation.languages),
        countries=tuple(firm.preferred_countries),
        capabilities=None if challenge.capabilities is None else tuple(challenge.capabilities),
    )


def modes_of(challenge: Challenge) -> tuple[str, ...]:
    """What the firm wants for this challenge; where it does not say, what it wants in general."""
    return tuple(challenge.modes or challenge.company.organisation.modes)


def startup_side(startup: Startup, ratings: tuple[int, ...] = ()) -> StartupSide:
    organisation = startup.organisation
    return StartupSide(
        one_liner=startup.one_liner,
        problem=startup.problem,
        solution=startup.solution,
        customers=startup.customers,
        edge=startup.edge,
        partner_sought=startup.seeks_partner,
        fields=tuple(organisation.fields),
        sub_fields=tuple(organisation.sub_fields),
        modes=tuple(organisation.modes),
        amount=startup.funding_sought_usd,
        readiness=startup.readiness_level,
        stage=startup.stage,
        languages=tuple(organisation.languages),
        country=str(organisation.country),
        capabilities=None if startup.capabilities is None else tuple(startup.capabilities),
        ratings=ratings,
    )


def quotable_texts(startup: Startup) -> tuple[str, ...]:
    """Where a startup says what it offers. Not the problem: that states a need, as the firm does."""
    return startup.one_liner, startup.solution, startup.customers, startup.edge


def startup_ratings(**narrowed: Any) -> dict[int, tuple[int, ...]]:
    """The standing ratings of each startup that has some."""
    return _gathered(ExpertAdvice.objects.standing().filter(company=None, **narrowed), "startup_id")


def pair_ratings(**narrowed: Any) -> dict[tuple[int, int], tuple[int, ...]]:
    """The standing ratings of each pair of a firm and a startup that has some."""
    rows = ExpertAdvice.objects.standing().exclude(company=None).filter(**narrowed)
    return _gathered(rows, "company_id", "startup_id")


def _gathered(rows: QuerySet[ExpertAdvice], *names: str) -> dict[Any, tuple[int, ...]]:
    found: dict[Any, tuple[int, ...]] = {}
    for *key, rating in rows.order_by("pk").values_list(*names, "rating"):
        place = key[0] if len(key) == 1 else tuple(key)
        found[place] = (*found.get(place, ()), rating)
    return found


def challenge_terms(challenge: Challenge, words: Vocabulary) -> Terms:
    return Terms(
        fields=bitset([challenge.field], words.fields),
        modes=bitset(modes_of(challenge), words.modes),
        excluded=frozenset(challenge.company.excluded_countries),
    )


def startup_terms(startup: Startup, words: Vocabulary) -> Terms:
    organisation = startup.organisation
    return Terms(
        fields=bitset(organisation.fields, words.fields),
        modes=bitset(organisation.modes, words.modes),
        country=str(organisation.country),
    )


def changed_at(organisations: Iterable[int]) -> dict[int, datetime]:
    """When each organisation's profile last changed: its common part, its own part or a challenge."""
    wanted = list(set(organisations))
    latest: dict[int, datetime] = {}
    for rows in (
        Organisation.objects.filter(pk__in=wanted).values_list("pk", "updated_at"),
        _last(CompanyEvent.objects.filter(pgh_obj_id__in=wanted), "pgh_obj_id", "pgh_created_at"),
        _last(StartupEvent.objects.filter(pgh_obj_id__in=wanted), "pgh_obj_id", "pgh_created_at"),
        _last(Challenge.objects.filter(company_id__in=wanted), "company_id", "updated_at"),
    ):
        for pk, at in rows:
            latest[pk] = max(at, latest.get(pk, at))
    return latest


def _last(rows: QuerySet[Any], group: str, moment: str) -> Iterable[tuple[int, datetime]]:
    latest = rows.order_by().values(group).annotate(last=Max(moment))
    return list(latest.values_list(group, "last"))
