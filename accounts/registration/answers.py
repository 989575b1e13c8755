"""Two people answer the same page: whose words are saved, and where somebody has to choose.

A page carries a fingerprint of every value it was shown with. When it comes back, each field has three values: the one
that was shown, the one that was typed, and the one that stands there now.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

FINGERPRINT_LENGTH = 16


def fingerprint(value: Any) -> str:
    """Equal for values that a form would not tell apart: nothing and the empty text, a list in any order."""
    if value in (None, "", [], ()):
        plain: Any = ""
    elif isinstance(value, list | tuple | set | frozenset):
        plain = sorted(map(str, value))
    else:
        plain = str(value)
    return sha256(json.dumps(plain).encode()).hexdigest()[:FINGERPRINT_LENGTH]


def marks_of(values: Mapping[str, Any]) -> dict[str, str]:
    """The fingerprint of each value."""
    return {name: fingerprint(value) for name, value in values.items()}


def carried(marks: Mapping[str, str]) -> str:
    """Fingerprints as a page carries them."""
    return json.dumps(marks, separators=(",", ":"))


def read_marks(text: str) -> dict[str, str]:
    """What came back; a page that lost them counts as fresh."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):  # the second: brackets within brackets that no page of ours has
        return {}
    return {str(name): str(mark) for name, mark in found.items()} if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Merged:
    """`take` is to be saved; in `clashes` stands what somebody else wrote meanwhile where the writer wrote too."""

    take: dict[str, Any]
    clashes: dict[str, Any]


def merge(
    typed: Mapping[str, Any],
    current: Mapping[str, Any],
    shown: Mapping[str, str],
    theirs: Collection[str] = (),
) -> Merged:
    """Decide for every typed field; those named in `theirs` keep what stands there now."""
    take: dict[str, Any] = {}
    clashes: dict[str, Any] = {}
    for name, value in typed.items():
        mine, now = fingerprint(value), fingerprint(current[name])
        before = shown.get(name, now)
        if name in theirs or mine in (now, before):
            continue
        if now == before:
            take[name] = value
        else:
            clashes[name] = current[name]
    return Merged(take, clashes)
