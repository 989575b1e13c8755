"""What the groups of capabilities are called, in both languages. Pure: no Django."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from matchmaking.matches.engine.thesaurus import LanguageCode

PATH = Path(__file__).parent.parent / "data" / "capability_groups.json"


@cache
def group_names() -> dict[str, dict[str, str]]:
    names: dict[str, dict[str, str]] = json.loads(PATH.read_text(encoding="utf-8"))
    return names


def group_name(group: str, language: LanguageCode) -> str:
    """The name of a group; of one that nobody has named yet its key."""
    return group_names().get(group, {}).get(language, group)
