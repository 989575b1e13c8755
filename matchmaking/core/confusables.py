"""Names that look like another name, or like nobody's: what a reviewer should look at twice.

Pure. The shapes come from Unicode's table of confusable characters (UTS 39) in the package `confusable-homoglyphs`.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

from matchmaking.core.names import comparison_key

# Scripts with letters that look like Latin ones. Japanese names mix Latin with kana and kanji as a matter of course.
_LIKE_LATIN = frozenset({"ARMENIAN", "CHEROKEE", "COPTIC", "CYRILLIC", "GREEK", "LISU"})


def mixed_scripts(text: str) -> tuple[str, ...]:
    """The scripts of a text that holds Latin letters and letters that look like them; nothing for other texts."""
    from confusable_homoglyphs.categories import unique_aliases  # noqa: PLC0415 - its tables are large, and seldom needed

    scripts = unique_aliases(unicodedata.normalize("NFKC", text)) if not text.isascii() else set()
    return (
        tuple(sorted(scripts & (_LIKE_LATIN | {"LATIN"})))
        if "LATIN" in scripts and scripts & _LIKE_LATIN
        else ()
    )


def skeleton(text: str) -> str:
    """The text with every character replaced by the one that stands for its shape: equal skeletons look alike."""
    decomposed = unicodedata.normalize("NFD", text)
    shapes = _shapes()
    return unicodedata.normalize("NFD", "".join(shapes.get(character, character) for character in decomposed))


@lru_cache(maxsize=50_000)
def skeletons(name: str) -> frozenset[str]:
    """What a name looks like, as it is written and in small letters; the legal form does not count."""
    written = unicodedata.normalize("NFKC", name)
    return frozenset({comparison_key(skeleton(written)), skeleton(comparison_key(written))})


def look_alike(one: str, other: str) -> bool:
    """Whether a reader may take one name for the other, or they are the same but for width, case and legal form."""
    return bool(skeletons(one) & skeletons(other))


@cache
def _shapes() -> dict[str, str]:
    """Character → the shape it is like. The table lists both directions: a shape has at least as many as its likes."""
    from confusable_homoglyphs.confusables import confusables_data  # noqa: PLC0415 - as above

    def weight(text: str) -> tuple[int, int, str]:
        return (len(confusables_data.get(text, ())), -len(text), text)

    found: dict[str, str] = {}
    for character, alike in confusables_data.items():
        best = max((each["c"] for each in alike), key=weight)
        if (
            len(character) == 1
            and weight(best)[0] >= len(alike)
            and (weight(best)[0] > len(alike) or best < character)
        ):
            found[character] = best
    return found
