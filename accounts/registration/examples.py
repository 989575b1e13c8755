"""Three examples for each field, in both languages: how others have put it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from matchmaking.core.enums import Field


@cache
def _all(path: Path) -> dict[str, list[dict[str, dict[str, str]]]]:
    found: dict[str, list[dict[str, dict[str, str]]]] = json.loads(path.read_text("utf-8"))
    return found


def examples(path: Path) -> list[dict[str, Any]]:
    """By field, in the reader's language."""
    language = "ja" if (get_language() or "ja").startswith("ja") else "en"
    return [
        {
            "field": field.value,
            "label": field.label,
            "examples": [each[language] for each in _all(path)[field]],
        }
        for field in Field
    ]
