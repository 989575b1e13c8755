"""Reads profiles by the edition in force: which capabilities each asks for or offers. Runs in workers, which embed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from numpy.typing import NDArray

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from companies.models import Challenge
from matchmaking.core import jobs
from matchmaking.matches.engine.features import Featurizer, company_jobs, startup_jobs
from matchmaking.matches.engine.policy import Policy
from matchmaking.matches.engine.thesaurus import LanguageCode, Thesaurus
from matchmaking.matches.models import CapabilityReading, ScoringPolicy
from matchmaking.matches.models.readings import STRONGEST
from matchmaking.matches.runs.candidates import gloss_vectors
from matchmaking.matches.runs.vectors import embed
from matchmaking.matches.sides import company_side, open_challenges, open_startups, startup_side
from matchmaking.matches.thesauri import editions
from startups.models import Startup

SHARE = 0.35  # of the strongest, which a capability must reach to be kept
PROFILES_AT_ONCE = 200
WRITTEN = ["edition", "keys", "by_wording", "nearest", "is_confirmed", "read_at"]
NEEDS, OFFERS = "needs", "offers"


@transaction.atomic
def call_for(occasion: str, organisation: Organisation | None = None) -> None:
    """Have everybody read, or one organisation, some profiles a job; `occasion` keeps it from being asked twice."""
    for what, rows in _wanted(organisation).items():
        keys = list(rows.values_list("pk", flat=True))
        if organisation is None:
            _of(what).exclude(**{f"{_name(what)}__in": keys}).delete()  # no longer matched
        for start in range(0, len(keys), PROFILES_AT_ONCE):
            block = keys[start : start + PROFILES_AT_ONCE]
            key = f"read:{occasion}:{what}:{start}"
            jobs.enqueue("matches.read_capabilities", dedupe_key=key, what=what, which=block)


def _wanted(organisation: Organisation | None) -> dict[str, QuerySet[Any]]:
    if organisation is None:
        return {NEEDS: open_challenges(), OFFERS: open_startups()}
    if organisation.kind == OrganisationKind.COMPANY:
        return {NEEDS: open_challenges().filter(company_id=organisation.pk)}
    return {OFFERS: open_startups().filter(pk=organisation.pk)}


def _name(what: str) -> str:
    return "challenge" if what == NEEDS else "startup"


def _of(what: str) -> Any:
    return CapabilityReading.objects.needs() if what == NEEDS else CapabilityReading.objects.offers()


def read(what: str, which: Iterable[int]) -> None:
    """Read these challenges or startups, and write down what was found."""
    policy = ScoringPolicy.objects.in_force().first()
    if policy is None:
        return
    reader = _Reader(Policy.from_dict(policy.parameters))
    rows = list((open_challenges() if what == NEEDS else open_startups()).filter(pk__in=list(which)))
    found = reader.needs(rows) if what == NEEDS else reader.offers(rows)
    CapabilityReading.objects.bulk_create(
        found, update_conflicts=True, unique_fields=[_name(what)], update_fields=WRITTEN
    )


class _Reader:
    """Reads profiles under one policy, with the edition it was made for."""

    def __init__(self, policy: Policy) -> None:
        self._policy, self._thesaurus = policy, editions.named(policy.thesaurus)

    def needs(self, challenges: Sequence[Challenge]) -> list[CapabilityReading]:
        sides = [replace(company_side(each), capabilities=None) for each in challenges]
        featurizer = self._featurizer(company_jobs(sides))
        texts = [side.need_text for side in sides]
        near = featurizer.need_nearness(texts)
        return self._readings("challenge", challenges, texts, "ja", featurizer.need_tags(sides), near)

    def offers(self, startups: Sequence[Startup]) -> list[CapabilityReading]:
        sides = [replace(startup_side(each), capabilities=None) for each in startups]
        featurizer = self._featurizer(startup_jobs(sides))
        texts = [side.offer for side in sides]
        near = featurizer.gloss_nearness(texts)
        return self._readings("startup", startups, texts, "en", featurizer.offer_tags(sides), near)

    def _featurizer(self, texts: Any) -> Featurizer:
        glosses = gloss_vectors(self._policy.thesaurus)
        return Featurizer(self._policy, self._thesaurus, embed(texts), glosses=glosses)

    def _readings(
        self,
        name: str,
        rows: Sequence[Challenge | Startup],
        texts: Sequence[str],
        language: LanguageCode,
        tags: NDArray[Any],
        near: NDArray[Any],
    ) -> list[CapabilityReading]:
        hits, now = self._thesaurus.alias_hits(texts, language) > 0, timezone.now()
        return [
            CapabilityReading(
                **{f"{name}_id": row.pk},
                edition=self._policy.thesaurus,
                keys=_chosen(row, self._thesaurus, tags[place]),
                by_wording=_keys(self._thesaurus, np.flatnonzero(hits[place]).tolist()),
                nearest=round(float(near[place].max()), 4) if texts[place].strip() else None,
                is_confirmed=row.capabilities is not None,
                read_at=now,
            )
            for place, row in enumerate(rows)
        ]


def _chosen(row: Challenge | Startup, thesaurus: Thesaurus, tags: NDArray[Any]) -> list[str]:
    """What people confirmed, as the edition calls it, or the strongest guesses."""
    if row.capabilities is not None:
        known = (thesaurus.positions[key] for key in row.capabilities if key in thesaurus.positions)
        return _keys(thesaurus, dict.fromkeys(known))
    return _keys(thesaurus, strongest(tags))


def strongest(tags: NDArray[Any]) -> list[int]:
    """Places of the strongest tags of a profile, those that come near to the strongest of all."""
    order = np.argsort(-tags, kind="stable")[:STRONGEST].tolist()
    return [place for place in order if tags[place] > 0 and tags[place] >= SHARE * tags[order[0]]]


def _keys(thesaurus: Thesaurus, found: Iterable[int]) -> list[str]:
    return [thesaurus.capabilities[place].id for place in found]
