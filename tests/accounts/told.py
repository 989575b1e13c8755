"""The history of some rows of one profile, as its page tells it."""

from __future__ import annotations

from typing import Any

from accounts.models import Organisation
from accounts.profiles.history import Entry, history_of


def told(*rows: Any) -> list[Entry]:
    first = rows[0]
    owner = first if isinstance(first, Organisation) else getattr(first, "company", first).organisation
    return list(history_of(owner, [type(row) for row in rows], None))
