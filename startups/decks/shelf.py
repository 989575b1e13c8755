"""Where decks lie: a folder for each, below one root, under a random name. Nothing here opens what a file holds.

incoming/KEY.part   while it is being received
KEY/original.pdf    as it was sent; goes when the check has ended
KEY/clean.pdf       what may be shown
KEY/first-page.png, KEY/page-N.png
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ORIGINAL, CLEAN, INCOMING = "original.pdf", "clean.pdf", "incoming"
FIRST_PAGE = "first-page.png"
KEY_BYTES = 16


def thumbnail_name(number: int) -> str:
    """The small picture of page `number`, counted from 1."""
    return f"page-{number}.png"


class Shelf:
    """The folder of all decks."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def new_key(self) -> str:
        return secrets.token_hex(KEY_BYTES)

    def path(self, key: str, name: str) -> Path:
        return self.root / key / name

    def part(self, key: str) -> Path:
        """Where a file is written while it is received."""
        return self.root / INCOMING / f"{key}.part"

    def begin(self, key: str) -> Path:
        """The same, ready to be written to."""
        (self.root / INCOMING).mkdir(parents=True, exist_ok=True)
        return self.part(key)

    def take_in(self, key: str) -> None:
        """What was received becomes the deck's original: whole, and on the disk, or not at all."""
        (self.root / key).mkdir()
        settle(self.part(key), self.path(key, ORIGINAL))

    @contextmanager
    def workplace(self, key: str) -> Iterator[Path]:
        """A folder beside the deck's files that is gone afterwards."""
        with TemporaryDirectory(dir=self.root / key, prefix="work-") as folder:
            yield Path(folder)

    def drop(self, key: str, *names: str) -> None:
        """Delete these files of a deck, or all of it. What is gone already is no mistake."""
        for name in names:
            self.path(key, name).unlink(missing_ok=True)
        if not names:
            shutil.rmtree(self.root / key, ignore_errors=True)
            self.part(key).unlink(missing_ok=True)

    def clear(self, wanted: Collection[str], *, older_than: float) -> list[str]:
        """Delete what belongs to none of the `wanted` keys and is at least `older_than` seconds old; returns keys."""
        cleared = []
        for path in [*self.root.glob("*"), *self.root.glob(f"{INCOMING}/*")]:
            key = path.name.removesuffix(".part")
            if path.name != INCOMING and key not in wanted and _age(path) >= older_than:
                self.drop(key)
                cleared.append(key)
        return cleared


def settle(source: Path, target: Path) -> None:
    """Move a finished file to its place so that after a power cut it is there whole, or not at all."""
    _sync(source)
    source.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
