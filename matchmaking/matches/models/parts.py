"""The parts of a score in the database: an array of numbers, because half a million rows name the same parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models

from matchmaking.matches.engine.policy import STORED_PARTS


class PartsField(models.Field):  # type: ignore[type-arg]  # cannot be subscripted
    """Tenths of a point by the part's name; stored at the part's place in STORED_PARTS, NULL where there is none.

    The database adds numbers up without names; as objects they were three fifths of a match's row, and reading their
    names was two thirds of the time of writing it.
    """

    description = "tenths of a point of each part of a score"

    def db_type(self, connection: Any) -> str:
        return "smallint[]"

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        return "%s::smallint[]"

    def from_db_value(
        self, value: Sequence[int | None] | None, expression: Any, connection: Any
    ) -> dict[str, int] | None:
        if value is None:
            return None
        named = zip(STORED_PARTS, value, strict=False)  # a part that came later has no place in older rows
        return {name: tenths for name, tenths in named if tenths is not None}

    def get_prep_value(self, value: Mapping[str, int] | None) -> list[int | None] | None:
        """Raises ValueError for a part that has no place."""
        if value is None or not isinstance(value, Mapping):
            return value
        if unknown := value.keys() - set(STORED_PARTS):
            raise ValueError(f"no place for {sorted(unknown)}: add them to the end of STORED_PARTS")
        return [value.get(name) for name in STORED_PARTS]
