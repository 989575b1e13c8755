"""Three examples of a challenge for each field, in both languages: how others have put it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from matchmaking.core.enums import Field

_FILE = Path(__file__).parent / "data" / "challenge_examples.json"


@cache
def _all() -> dict[str, list[dict[str, dict[str, str]]]]:
    found: dict[str, list[dict[str, dict[str, str]]]] = json.loads(_FILE.read_text("utf-8"))
    return found


def examples() -> list[dict[str, Any]]:
    """By field, in the reader's language."""
    language = "ja" if (get_language() or "ja").startswith("ja") else "en"
    return [
        {"field": field.value, "label": field.label, "examples": [each[language] for each in _all()[field]]}
        for field in Field
    ]
