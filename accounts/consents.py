"""Words that an organisation is asked to agree to: in files, under one version each, in both languages.

Firms and startups have files of their own; what was agreed to is kept as it was shown (models/consents.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django_countries import countries

from accounts.enums import ConsentSubject

if TYPE_CHECKING:
    from accounts.models import Consent


@dataclass(frozen=True)
class Wording:
    """One thing to agree to, as its reader is shown it."""

    subject: ConsentSubject
    version: str
    language: str
    text: str
    country: str = ""  # whose law it tells of


@cache
def read_texts(path: Path) -> dict[str, Any]:
    """A file of wordings; every one has a "version"."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def lacking(asked: Iterable[Wording], given: Iterable[Consent]) -> list[Wording]:
    """What is still to be agreed to: an earlier version does not stand for the one in force now."""
    have = {(each.subject, str(each.country.code or ""), each.version) for each in given if not each.ended_at}
    return [each for each in asked if (each.subject, each.country, each.version) not in have]


def country_name(country: str) -> str:
    """In the active language."""
    return str(countries.name(country))
