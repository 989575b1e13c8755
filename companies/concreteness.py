"""How concrete the description of a challenge is: what a startup needs to know, and what is still missing. Pure.

It looks for signs, in Japanese and English: enough words, figures with a unit, a place or a step of the work, and the
result that is wanted. It judges nobody: it names the next thing that would help.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Sign(StrEnum):
    """In the order in which they are asked for."""

    ENOUGH_SAID = "enough_said"
    PLACE = "place"
    FIGURE = "figure"
    RESULT = "result"
    RESULT_WITH_FIGURE = "result_with_figure"


class Level(StrEnum):
    EMPTY = "empty"
    BEGUN = "begun"
    CLEAR = "clear"
    CONCRETE = "concrete"


@dataclass(frozen=True)
class Look:
    """What was found, and what would help, the most helpful first."""

    level: Level
    found: tuple[Sign, ...]
    missing: tuple[Sign, ...]


ENOUGH_JAPANESE, ENOUGH_LATIN = 40, 100  # characters: about one sentence with a reason in it
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_NUMBER = r"\d[\d,.]*(?:万|億|千|百|兆)?"
_UNITS = (
    r"%|‰|割|円|ドル|人|名|社|件|個|本|台|枚|箱|袋|棟|店|房|頭|羽|便|回|品|点|床|基|ライン|kg|g|mg|t|トン|キロ|l|kl|ml|リットル|"
    r"kwh|mwh|kw|mw|℃|°c|度|mm|cm|m|km|μm|ha|a|平方|時間|分|秒|日|週|か月|ヶ月|カ月|年|倍"
)
_WORDS = r"(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|hundred|half|a third|a quarter)"
_FIGURE = re.compile(
    rf"{_NUMBER}\s*(?:{_UNITS})|半分|半減|[一二三四五六七八九]割"
    rf"|\b(?:\d[\d,.]*|{_WORDS})[ -](?:(?:an?|of|as|the) )*[a-z]{{3,}}",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"工場|ライン|工程|店舗|売場|売り場|倉庫|現場|病棟|病院|施設|ハウス|圃場|畑|牧場|養殖|炉|設備|窓口|路線|事業所|厨房|港|"
    r"選果場|センター|検査場|梱包|配送|受付|"
    r"\b(?:plant|factory|line|shop|store|warehouse|site|ward|hospital|home|greenhouse|field|farm|furnace|machine|route|"
    r"depot|port|kitchen|step|process|counter|centre|center|fleet|mill)s?\b",
    re.IGNORECASE,
)
_RESULT = re.compile(
    r"たい|ほしい|欲しい|求め|減ら|なくす|なくし|半減|半分|以下|以上|未満|以内|削減|短縮|自動|できるよう|防ぐ|下げ|上げ|高め|"
    r"\b(?:want|need|reduce|cut|halve|half|less|fewer|more than|below|under|at least|at most|within|without|avoid|"
    r"prevent|instead|so that|automat\w*|shorten|lower|raise|double)\b",
    re.IGNORECASE,
)


def look_at(answers: Mapping[str, str]) -> Look:
    """`answers` by their names: text, place, amount, solved_when; title counts too. Missing ones count as empty."""
    said = {name: unicodedata.normalize("NFKC", value or "").strip() for name, value in answers.items()}
    whole = " ".join(filter(None, said.values()))
    if not whole:
        return Look(Level.EMPTY, (), tuple(Sign))
    solved = said.get("solved_when", "")
    signs = {
        Sign.ENOUGH_SAID: _is_enough(said.get("text", "")),
        Sign.PLACE: bool(said.get("place") or _PLACE.search(whole)),
        Sign.FIGURE: bool(_FIGURE.search(whole)),
        Sign.RESULT: bool(solved or _RESULT.search(whole)),
        Sign.RESULT_WITH_FIGURE: bool(_FIGURE.search(solved) or _result_in(said.get("text", ""))),
    }
    found = tuple(sign for sign, there in signs.items() if there)
    missing = tuple(sign for sign, there in signs.items() if not there)
    return Look(_level(found), found, missing)


def _is_enough(text: str) -> bool:
    return len(text) >= (ENOUGH_JAPANESE if _CJK.search(text) else ENOUGH_LATIN)


def _result_in(text: str) -> bool:
    """A sentence that holds both a wish and a figure."""
    sentences = re.split(r"[。.!?！？\n]", text)
    return any(_FIGURE.search(sentence) and _RESULT.search(sentence) for sentence in sentences)


def _level(found: tuple[Sign, ...]) -> Level:
    if len(found) == len(Sign):
        return Level.CONCRETE
    return Level.CLEAR if len(found) >= 3 and Sign.ENOUGH_SAID in found else Level.BEGUN
