"""What a firm agrees to before personal data goes abroad (Act on the Protection of Personal Information, art. 28).

For each country: its law, and the measures of who receives the data. The texts have a version; what was agreed to is
kept with the consent, word by word.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django_countries import countries

TEXTS = Path(__file__).parent / "data" / "transfer_texts.json"


@cache
def _texts() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(TEXTS.read_text(encoding="utf-8"))
    return found


def version() -> str:
    """The version of the texts in force."""
    return str(_texts()["version"])


def transfer_text(country: str, language: str) -> str:
    """What is agreed to for a country (ISO 3166-1 alpha-2), in "ja" or "en": the law, then the measures."""
    known = _texts()["countries"]
    law = known.get(country, known["other"])["law"][language]
    return f"{law}\n\n{_texts()['measures'][language]}"


def country_name(country: str) -> str:
    """In the active language."""
    return str(countries.name(country))
