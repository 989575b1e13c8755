"""Text vectors in the database, as the engine's cache: read in advance, written at the end.

Only workers embed: whoever calls `embed` loads the encoders into its own process.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence

from django.db import connection

from matchmaking.matches.engine import binary_copy
from matchmaking.matches.engine.embedding import ENCODERS, Encoder, Job, Vector, embed_missing, text_key
from matchmaking.matches.models import TextVector

KEYS_AT_ONCE = 5_000
_FETCH = "copy (select key, vector from matches_textvector where key = any(%s)) to stdout (format binary)"
_CLAIM = (
    "select key from unnest(%s::text[]) key where pg_try_advisory_xact_lock(hashtextextended(key, 7301222))"
)


class StoredVectors(MutableMapping[str, Vector]):
    """Vectors by key. `fetch` reads those that are stored; `save` stores those that were added."""

    def __init__(self) -> None:
        self._held: dict[str, Vector] = {}
        self._added: dict[str, Vector] = {}

    def fetch(self, keys: Iterable[str]) -> None:
        wanted = sorted(set(keys) - self._held.keys())
        for start in range(0, len(wanted), KEYS_AT_ONCE):
            found = io.BytesIO()  # as bytes: a vector spelled out takes ten times as long to read
            with connection.cursor() as cursor:
                asked = cursor.mogrify(_FETCH, [wanted[start : start + KEYS_AT_ONCE]]).decode()
                cursor.copy_expert(asked, found)
            self._held.update(binary_copy.read_vectors(found.getvalue()))

    def save(self, encoder: Encoder) -> None:
        """Store what was added since the last call; what another worker stored, or is storing, is the same."""
        if not self._added:
            return
        name = f"{encoder.name} {encoder.version}"
        rows = [TextVector(key=key, encoder=name, vector=self._added[key]) for key in claimed(self._added)]
        TextVector.objects.bulk_create(rows, ignore_conflicts=True)
        self._added.clear()

    def __getitem__(self, key: str) -> Vector:
        return self._held[key]

    def __setitem__(self, key: str, value: Vector) -> None:
        self._held[key] = self._added[key] = value

    def __delitem__(self, key: str) -> None:
        del self._held[key]
        self._added.pop(key, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


def claimed(keys: Iterable[str]) -> list[str]:
    """Those of the keys that nobody else stores in a transaction of the same moment: an insert would wait for its end.

    If that transaction fails, the vector is missing and is made again by whoever needs it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [sorted(keys)])
        return [key for (key,) in cursor.fetchall()]


def keys_of(texts: Iterable[Job], encoders: Mapping[str, Encoder] = ENCODERS) -> set[str]:
    """The keys under which every encoder's vector of each (role, text) is stored."""
    return {text_key(encoder, role, text) for role, text in texts for encoder in encoders.values()}


def stored(keys: Iterable[str]) -> set[str]:
    """Which of the keys have a vector already."""
    wanted, found = sorted(set(keys)), set[str]()
    for start in range(0, len(wanted), KEYS_AT_ONCE):
        rows = TextVector.objects.filter(key__in=wanted[start : start + KEYS_AT_ONCE])
        found |= set(rows.values_list("key", flat=True))
    return found


def embed(texts: Sequence[Job], encoders: Mapping[str, Encoder] = ENCODERS) -> StoredVectors:
    """The vectors of all texts; what is not stored yet is computed and stored."""
    cache = StoredVectors()
    cache.fetch(keys_of(texts, encoders))
    for encoder in encoders.values():
        embed_missing(encoder, texts, cache)
        cache.save(encoder)
    return cache
