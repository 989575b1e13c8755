"""What is wrong with a corporate number (法人番号) as somebody typed it, and where to look. Pure.

Thirteen digits; the first is a check digit (the National Tax Agency's rule, as python-stdnum implements it). It tells
that something is wrong, not what: any one digit could be changed so that it fits. So the places named are those of
the slips people make: two neighbours swapped, or digits that look alike.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from stdnum.jp import cn

LENGTH = 13
MOST_PLACES = 3
_BETWEEN = re.compile(r"[\s\-‐‑‒–—―−ー_.]")
_ALIKE = ("06", "08", "17", "38", "56", "68", "49")


class Slip(StrEnum):
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NO_DIGIT = "no_digit"
    CHECK_DIGIT = "check_digit"


@dataclass(frozen=True)
class Finding:
    """`count` digits are missing or too many; or the `place` (from 1) holds `character`, which is no digit.

    Or the check digit does not fit: `places` says where to look first, (3, 4) for two neighbours, (5,) for one digit.
    """

    slip: Slip
    count: int = 0
    place: int = 0
    character: str = ""
    places: tuple[tuple[int, ...], ...] = ()


def compact(text: str) -> str:
    """Without width, and without what people write between the digits."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text))


def find_slip(number: str) -> Finding | None:
    """What is wrong with a compact number; None if it may be right (0 and 9 swapped cannot be seen)."""
    for place, character in enumerate(number, 1):
        if not ("0" <= character <= "9"):
            return Finding(Slip.NO_DIGIT, place=place, character=character)
    if len(number) < LENGTH:
        return Finding(Slip.TOO_SHORT, count=LENGTH - len(number))
    if len(number) > LENGTH:
        return Finding(Slip.TOO_LONG, count=len(number) - LENGTH)
    if _fits(number):
        return None
    return Finding(Slip.CHECK_DIGIT, places=tuple([*_swapped(number), *_mistaken(number)][:MOST_PLACES]))


def _fits(number: str) -> bool:
    return bool(cn.calc_check_digit(number[1:]) == number[0])


def _swapped(number: str) -> list[tuple[int, int]]:
    """Neighbours that fit once they are swapped."""
    return [
        (place, place + 1)
        for place in range(1, LENGTH)
        if number[place - 1] != number[place]
        and _fits(number[: place - 1] + number[place] + number[place - 1] + number[place + 1 :])
    ]


def _mistaken(number: str) -> list[tuple[int]]:
    """Digits that fit once they are taken for one that looks alike."""
    return [
        (place,)
        for place in range(1, LENGTH + 1)
        if any(
            _fits(number[: place - 1] + pair.replace(number[place - 1], "") + number[place:])
            for pair in _ALIKE
            if number[place - 1] in pair
        )
    ]
