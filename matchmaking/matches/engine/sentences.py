"""Text -> sentences, in English and Japanese, each exactly as it stands in the text. Pure: no Django."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

SHORTEST = {"en": 12, "ja": 6}  # characters of a sentence that can be quoted: Japanese says more with fewer
LONGEST = 300

# A full stop ends a sentence only before a space and what may begin one; it never does in a number or address.
_END = re.compile(
    r"""(?<=[。！？])(?![」』）])  # Japanese marks end it at once, but not within brackets
      | (?<=[.!?])["'”’)]*(?=\s+["'“‘(]*[A-Z0-9])
      | \s*[\r\n]+\s*            # so does a new line
    """,
    re.VERBOSE,
)
_SHORT_FORM = re.compile(
    r"(?:\b(?:Inc|Ltd|Co|Corp|Pte|Pvt|No|Nos|Dr|Mr|Ms|Mrs|St|vs|approx|est|incl|excl|e\.g|i\.e|etc|Fig|U\.S|U\.K)|\b[A-Z])\.$"
)
_BULLET = re.compile(r"^[\s\-*•・–—]+")
_JAPANESE = re.compile(r"[぀-ヿ一-鿿]")


def sentences(text: str) -> list[str]:
    """The sentences of a text that can be quoted, in their order, each once."""
    found = (_BULLET.sub("", sentence).strip() for sentence in _cut(text))
    return list(dict.fromkeys(sentence for sentence in found if _is_quotable(sentence)))


def sentences_of(texts: Iterable[str]) -> list[str]:
    """Those of several texts, each once."""
    return list(dict.fromkeys(sentence for text in texts for sentence in sentences(text)))


def _cut(text: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(text):
        if not _SHORT_FORM.search(text[start : end.start()]) or "\n" in end.group():
            yield text[start : end.end()]
            start = end.end()
    yield text[start:]


def language_of(sentence: str) -> Literal["ja", "en"]:
    """The language a sentence is marked with where it is quoted."""
    return "ja" if _JAPANESE.search(sentence) else "en"


def _is_quotable(sentence: str) -> bool:
    return SHORTEST[language_of(sentence)] <= len(sentence) <= LONGEST
