"""How concrete a text is, told by signs that are there or not yet. Pure; Japanese and English.

What signs matter depends on what is described: firms' challenges and startups' pitches have criteria of their own,
made of the pieces here. A look judges nobody: it names the next thing that would help.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

TIPS_AT_ONCE = 2


class Level(StrEnum):
    EMPTY = "empty"
    BEGUN = "begun"
    CLEAR = "clear"
    CONCRETE = "concrete"


@dataclass(frozen=True)
class Look:
    """What was found, and what would help, the most helpful first."""

    level: Level
    found: tuple[StrEnum, ...]
    missing: tuple[StrEnum, ...]


ENOUGH_JAPANESE, ENOUGH_LATIN = 40, 100  # characters: about one sentence with a reason in it
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_NUMBER = r"\d[\d,.]*(?:万|億|千|百|兆)?"
_UNITS = (
    r"%|‰|割|円|ドル|人|名|社|件|個|本|台|枚|箱|袋|棟|店|房|頭|羽|便|回|品|点|床|基|株|か所|項目|通貨|ライン|kg|g|mg|t|トン|キロ|l|kl|"
    r"ml|リットル|kwh|mwh|kw|mw|℃|°c|度|mm|cm|m|km|μm|ha|a|平方|時間|分|秒|日|週|か月|ヶ月|カ月|年|倍"
)
_WORDS = r"(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|hundred|half|a third|a quarter)"
FIGURE = re.compile(
    rf"{_NUMBER}\s*(?:{_UNITS})|半分|半減|[一二三四五六七八九]割"
    rf"|\b(?:\d[\d,.]*|{_WORDS})[ -](?:(?:an?|of|as|the) )*[a-z]{{3,}}",
    re.IGNORECASE,
)


def plain(answers: Mapping[str, str]) -> dict[str, str]:
    """The answers in one width, without space around them."""
    return {name: unicodedata.normalize("NFKC", value or "").strip() for name, value in answers.items()}


def is_enough(text: str) -> bool:
    return len(text) >= (ENOUGH_JAPANESE if _CJK.search(text) else ENOUGH_LATIN)


def in_one_sentence(text: str, *signs: re.Pattern[str]) -> bool:
    """Whether some sentence holds all of them."""
    sentences = re.split(r"[。.!?！？\n]", text)
    return any(all(sign.search(sentence) for sign in signs) for sentence in sentences)


def judged(signs: Mapping[Any, bool], *, at_least: StrEnum) -> Look:
    """The look at a text that says something: concrete with every sign, clear with most of them and `at_least`."""
    found = tuple(sign for sign, there in signs.items() if there)
    missing = tuple(sign for sign, there in signs.items() if not there)
    is_clear = len(missing) * 2 < len(signs) and at_least in found
    level = Level.CLEAR if is_clear else Level.BEGUN
    return Look(level if missing else Level.CONCRETE, found, missing)


def nothing_yet(signs: type[StrEnum]) -> Look:
    return Look(Level.EMPTY, (), tuple(signs))


def in_words(look: Look, levels: Mapping[Level, Any], tips: Mapping[Any, Any]) -> dict[str, Any]:
    """A look for the note on a page: how far the text is, and the one or two things that would help most."""
    return {
        "look": look,
        "look_words": levels[look.level],
        "tips": [tips[sign] for sign in look.missing][:TIPS_AT_ONCE],
    }
