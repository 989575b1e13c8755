"""What changed within a text, word by word; in Japanese and other scripts without blanks, letter by letter.

Pure: two texts in, pieces out. Joined, the kept and the removed pieces are the old text, the kept and the added ones
the new text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# A word of letters that are parted by blanks; any other single character, blanks and line ends among them.
_TOKENS = re.compile(r"[A-Za-z0-9À-ɏͰ-ӿ\u0590-\u0dff']+|[\s\S]")
MOST_TOKENS = 1_500  # of either text: beyond, the comparison would keep a reader waiting


class Change(StrEnum):
    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    change: Change
    text: str


def word_differences(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces in reading order; where something is replaced, what was removed stands before what was added."""
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    if max(len(before), len(after)) > MOST_TOKENS:
        return _pieces([(Change.REMOVED, old), (Change.ADDED, new)])
    found: list[tuple[Change, str]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append((Change.KEPT, "".join(before[i1:i2])))
        else:
            found += [(Change.REMOVED, "".join(before[i1:i2])), (Change.ADDED, "".join(after[j1:j2]))]
    return _pieces(found)


def _pieces(found: list[tuple[Change, str]]) -> tuple[Piece, ...]:
    return tuple(Piece(change, text) for change, text in found if text)
