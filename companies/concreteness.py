"""How concrete the description of a challenge is: what a startup needs to know, and what is still missing. Pure.

It looks for enough words, figures with a unit, a place or a step of the work, and the result that is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from matchmaking.core.concreteness import (
    FIGURE,
    Look,
    in_one_sentence,
    is_enough,
    judged,
    nothing_yet,
    plain,
)

LOOKED_AT = ("title", "text", "place", "amount", "solved_when")


class Sign(StrEnum):
    """In the order in which they are asked for."""

    ENOUGH_SAID = "enough_said"
    PLACE = "place"
    FIGURE = "figure"
    RESULT = "result"
    RESULT_WITH_FIGURE = "result_with_figure"


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
    """`answers` by the names of LOOKED_AT; missing ones count as empty."""
    said = plain(answers)
    whole = " ".join(filter(None, said.values()))
    if not whole:
        return nothing_yet(Sign)
    solved, text = said.get("solved_when", ""), said.get("text", "")
    signs = {
        Sign.ENOUGH_SAID: is_enough(text),
        Sign.PLACE: bool(said.get("place") or _PLACE.search(whole)),
        Sign.FIGURE: bool(FIGURE.search(whole)),
        Sign.RESULT: bool(solved or _RESULT.search(whole)),
        Sign.RESULT_WITH_FIGURE: bool(FIGURE.search(solved) or in_one_sentence(text, FIGURE, _RESULT)),
    }
    return judged(signs, at_least=Sign.ENOUGH_SAID)
