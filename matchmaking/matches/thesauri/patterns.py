"""The language that aliases are written in: a part of regular expressions in which nothing can run away.

Letters stand for themselves; `.`, `[abc]`, `\\d`, `\\w`, `\\s` for one character; `\\b` for the edge of a word;
`(a|b)` for a choice; `?`, `{n}` and `{m,n}` repeat what stands before. Without `*` and `+`, and with no repetition
inside another, the number of ways to match at one place is known in advance: it is counted here and limited. Pure: no
Django.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

LONGEST = 100  # characters of one alias
WIDEST = 60  # the most that one repetition may repeat
MOST_WAYS = (
    10_000  # ways to match at one place: 2,000 characters then take some tens of milliseconds at worst
)
DEEPEST = 5  # groups within groups
_REPEAT = re.compile(r"\{(\d{1,3})(?:,(\d{1,3}))?\}")
_CLASS = re.compile(r"\[\^?(?:[^\[\]\\]|\\[\w\-\]\[\\^])+\]")
_ANY = ("", "a")  # a wording that matches nothing in one of these matches in every text
_LETTERS = "bdws"  # escapes that have a meaning of their own
_SPECIAL = r"*+^$)]}{"


class Fault(StrEnum):
    EMPTY = "empty"
    LONG = "long"
    UNKNOWN = "unknown"
    OPEN = "open"
    UNBOUNDED = "unbounded"
    NESTED = "nested"
    WIDE = "wide"
    SLOW = "slow"
    MATCHES_NOTHING = "matches_nothing"


class PatternError(ValueError):
    """An alias is outside the language; `at` is the place, counted from 1, of the character that is."""

    def __init__(self, fault: Fault, at: int = 1, found: str = "") -> None:
        self.fault, self.at, self.found = fault, at, found
        super().__init__(f"{fault} at {at}: {found}")


@dataclass(frozen=True)
class _Piece:
    """Part of an alias: how many ways it can match, and whether it repeats anything already."""

    ways: int = 1
    repeats: bool = False


class _Reader:
    """Reads an alias from left to right."""

    def __init__(self, alias: str) -> None:
        self._alias, self._at = alias, 0

    def read(self) -> _Piece:
        piece = self._choice(0)
        if self._at < len(self._alias):
            raise self._error(Fault.UNKNOWN)
        return piece

    def _choice(self, depth: int) -> _Piece:
        pieces = [self._sequence(depth)]
        while self._next("|"):
            pieces.append(self._sequence(depth))
        return _Piece(sum(piece.ways for piece in pieces), any(piece.repeats for piece in pieces))

    def _sequence(self, depth: int) -> _Piece:
        """Pieces after one another: each way of the first goes with each way of the rest."""
        ways, repeats, start = 1, False, self._at
        while self._at < len(self._alias) and self._alias[self._at] not in "|)":
            piece = self._repeated(self._one(depth))
            ways, repeats = ways * piece.ways, repeats or piece.repeats
        if self._at == start:
            raise self._error(Fault.MATCHES_NOTHING)
        return _Piece(ways, repeats)

    def _one(self, depth: int) -> _Piece:
        char = self._alias[self._at]
        if char == "(":
            return self._group(depth)
        if char == "[":
            return self._skipped(_CLASS)
        if char == "\\":
            return self._escape()
        if char in "?{*+":
            raise self._error(Fault.UNBOUNDED if char in "*+" else Fault.UNKNOWN)
        if char in _SPECIAL:
            raise self._error(Fault.UNKNOWN)
        self._at += 1
        return _Piece()

    def _group(self, depth: int) -> _Piece:
        opened = self._at
        if depth == DEEPEST:
            raise self._error(Fault.NESTED)
        self._at += 1
        if self._alias.startswith(("?:", "?!"), self._at):
            self._at += 2
        elif self._alias.startswith("?", self._at):
            raise self._error(Fault.UNKNOWN)
        piece = self._choice(depth + 1)
        if not self._next(")"):
            raise PatternError(Fault.OPEN, opened + 1, "(")
        return piece

    def _escape(self) -> _Piece:
        following = self._alias[self._at + 1 : self._at + 2]
        if not following or (following.isalnum() and following not in _LETTERS):
            raise self._error(Fault.UNKNOWN)
        self._at += 2
        return _Piece()

    def _skipped(self, form: re.Pattern[str]) -> _Piece:
        found = form.match(self._alias, self._at)
        if found is None:
            raise self._error(Fault.OPEN)
        self._at = found.end()
        return _Piece()

    def _repeated(self, piece: _Piece) -> _Piece:
        """A piece with what stands behind it: nothing, `?`, or how often."""
        if self._next("?"):
            once = _Piece(piece.ways + 1, piece.repeats)
            return self._single(once)
        found = _REPEAT.match(self._alias, self._at)
        if found is None:
            if self._alias[self._at : self._at + 1] in ("*", "+"):
                raise self._error(Fault.UNBOUNDED)
            return piece
        return self._counted(piece, int(found[1]), int(found[2] or found[1]), found.end())

    def _counted(self, piece: _Piece, least: int, most: int, end: int) -> _Piece:
        if piece.repeats:
            raise self._error(Fault.NESTED)
        if least > most or not 0 < most <= WIDEST:
            raise self._error(Fault.WIDE)
        self._at = end
        ways = sum(min(piece.ways**count, MOST_WAYS + 1) for count in range(least, most + 1))
        return self._single(_Piece(ways, repeats=True))

    def _single(self, piece: _Piece) -> _Piece:
        """Nothing that repeats stands behind a repetition: `a{2}{3}` would multiply, `a??` means something else."""
        if self._alias[self._at : self._at + 1] in ("?", "{", "*", "+"):
            raise self._error(Fault.NESTED)
        return piece

    def _next(self, char: str) -> bool:
        found = self._alias.startswith(char, self._at)
        self._at += found
        return found

    def _error(self, fault: Fault) -> PatternError:
        return PatternError(fault, self._at + 1, self._alias[self._at : self._at + 1])


def ways(alias: str) -> int:
    """In how many ways the alias can match at one place; raises PatternError outside the language."""
    return _Reader(alias).read().ways


def check(alias: str) -> None:
    """Raise PatternError unless the alias is in the language, cannot run away and does not match everywhere."""
    if not alias.strip():
        raise PatternError(Fault.EMPTY)
    if len(alias) > LONGEST:
        raise PatternError(Fault.LONG, LONGEST + 1)
    if ways(alias) > MOST_WAYS:
        raise PatternError(Fault.SLOW)
    try:
        found = [match.group() for text in _ANY for match in re.finditer(alias, text)]
    except re.error as error:
        raise PatternError(Fault.UNKNOWN, (error.pos or 0) + 1) from error
    if "" in found:
        raise PatternError(Fault.MATCHES_NOTHING)
