"""The sample's JSON profiles -> the plain data of the engine. Pure: no Django."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matchmaking.matches.engine.features import CompanySide, StartupSide

NEED = (
    "title",
    "text",
    "place",
    "amount",
    "solved_when",
)  # what was tried in vain would draw more of the same
TAGS = ("sub_fields", "modes", "languages", "fields")


def challenge_sides(company: Mapping[str, Any]) -> list[CompanySide]:
    """One side for each challenge; an empty list of capabilities means that nobody has confirmed any."""
    return [_challenge_side(company, challenge) for challenge in company.get("challenges", ())]


def _challenge_side(company: Mapping[str, Any], challenge: Mapping[str, Any]) -> CompanySide:
    return CompanySide(
        need_text=" ".join(filter(None, (challenge.get(name) for name in NEED))),
        business_text=company.get("business", ""),
        strengths=company.get("strengths", ""),
        fields=(challenge["field"],),
        sub_fields=tuple(challenge.get("sub_fields", ())),
        modes=tuple(challenge.get("modes") or company.get("modes", ())),
        budget=challenge.get("budget_band", ""),
        least_readiness=challenge.get("least_readiness"),
        languages=tuple(company.get("languages", ())),
        countries=tuple(company.get("preferred_countries", ())),
        capabilities=tuple(challenge.get("capabilities") or ()) or None,
    )


def startup_side(startup: Mapping[str, Any]) -> StartupSide:
    texts: dict[str, Any] = {
        name: startup.get(name, "") for name in ("one_liner", "problem", "solution", "customers", "edge")
    }
    tags: dict[str, Any] = {name: tuple(startup.get(name, ())) for name in TAGS}
    return StartupSide(
        **texts,
        **tags,
        amount=startup.get("funding_sought_usd"),
        readiness=startup.get("readiness_level"),
        stage=startup.get("stage") or "",
        country=startup.get("country") or "",
        partner_sought=startup.get("seeks_partner", ""),
        capabilities=tuple(startup.get("capabilities") or ()) or None,
    )
