"""Compile the message catalogues, which are not kept in the repository; needs no GNU gettext, no Django.

`python -m matchmaking.core.catalogues`
"""

from __future__ import annotations

import os
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent.parent / "locale"


def compile_catalogues(locale: Path = LOCALE) -> list[Path]:
    """Write each .mo that is missing or older than its .po; return those written."""
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            whole = target.with_suffix(f".{os.getpid()}")  # nobody reads half a file
            polib.pofile(str(source)).save_as_mofile(str(whole))
            whole.replace(target)
            written.append(target)
    return written


if __name__ == "__main__":
    for path in compile_catalogues():
        print(f"Compiled {path.relative_to(LOCALE.parent)}")
