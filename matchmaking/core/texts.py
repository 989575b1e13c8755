"""What people may write: no characters that cannot be seen and that deceive the reader or the machine."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_ALLOWED_CONTROLS = "\n\r\t"
# Cc, Cf, Cs: controls, marks of format and direction, halves of surrogate pairs; Zl, Zp: ends of lines that mail and
# scripts read as such. The others look like nothing at all, though Unicode counts them among letters and signs.
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")
_JOINER, _NON_JOINER = "\u200d", "\u200c"
_PICTURE_SELECTOR = "\ufe0f"
_VIRAMA = 9  # the combining class of marks that take a letter's vowel away
SHOWN_BEFORE = 10  # characters of the text that say where the fault is


class _Fault(Enum):
    INVISIBLE = "invisible"
    PRIVATE = "private"
    UNKNOWN = "unknown"


_MESSAGES: dict[_Fault, Any] = {
    _Fault.INVISIBLE: _("This contains a character that cannot be seen (%(code)s). Delete it. %(place)s"),
    _Fault.PRIVATE: _(
        "This contains a character that only your own computer can show (%(code)s). Write it otherwise. %(place)s"
    ),
    _Fault.UNKNOWN: _(
        "This contains a character that nobody knows (%(code)s). Write it otherwise. %(place)s"
    ),
}
_FIRST = _("It is the first character.")


def refuse_hidden_characters(value: str) -> None:
    """Validator: what cannot be seen, or is not seen alike by everybody, is refused by name and place.

    Joiners stay where a script or a picture needs them: between letters of Hindi, Persian and their like, and
    within emoji. Elsewhere they make two texts differ that look the same.
    """
    for place, character in enumerate(value):
        if (fault := _fault(value, place, character)) is not None:
            before = " ".join(value[max(0, place - SHOWN_BEFORE) : place].split())
            raise ValidationError(
                _MESSAGES[fault],
                code="hidden_character",
                params={"code": f"U+{ord(character):04X}", "place": _Place(before) if before else _FIRST},
            )


def refuse_line_breaks(value: str) -> None:
    """Validator for what stands on one line, as the subject of a mail does."""
    if len(value.splitlines()) > 1 or value != value.rstrip("\r\n"):
        raise ValidationError(_("Write this on one line."), code="line_break")


class _Place:
    """Where the fault is, in the language of whoever reads the message."""

    def __init__(self, before: str) -> None:
        self.before = before

    def __str__(self) -> str:
        return str(_("It stands after “%(before)s”.")) % {"before": self.before}


def _fault(text: str, place: int, character: str) -> _Fault | None:
    if character.isascii():  # the quick way for most texts
        is_control = not character.isprintable() and character not in _ALLOWED_CONTROLS
        return _Fault.INVISIBLE if is_control else None
    category = unicodedata.category(character)
    if category in _INVISIBLE_CATEGORIES or character in _BLANK_LETTERS:
        return None if _joins(text, place, character) else _Fault.INVISIBLE
    if category == "Co":
        return _Fault.PRIVATE
    if category == "Cn" and not _may_be_newer(ord(character)):
        return _Fault.UNKNOWN
    return None


def _may_be_newer(code: int) -> bool:
    """Whether a code that this Python does not know is kept for ideographs (of names!) or for pictures."""
    is_kept = 0x20000 <= code <= 0x3FFFD or 0x1F000 <= code <= 0x1FAFF
    return is_kept and code & 0xFFFE != 0xFFFE


def _joins(text: str, place: int, character: str) -> bool:
    """Whether a joiner stands where it changes how the text looks (after RFC 5892, appendix A, and UTS 51)."""
    if character not in (_JOINER, _NON_JOINER) or not 0 < place < len(text) - 1:
        return False
    before, after = text[place - 1], text[place + 1]
    if _VIRAMA in (unicodedata.combining(before), unicodedata.combining(after)):
        return True
    if character == _NON_JOINER:
        return {_direction(before), _direction(after)} == {"AL"}
    return _is_picture(before) and _is_picture(after)


def _direction(character: str) -> str:
    """AL: a letter that joins its neighbours, as in Arabic and Persian."""
    return unicodedata.bidirectional(character)


def _is_picture(character: str) -> bool:
    """A picture, a colour of skin, or the mark that makes a sign a picture."""
    is_newer = unicodedata.category(character) == "Cn" and _may_be_newer(ord(character))
    return unicodedata.category(character) in ("So", "Sk") or character == _PICTURE_SELECTOR or is_newer


def folded(text: str) -> str:
    """Text as it is compared: width, ligatures and case do not matter (NFKC, case-folded)."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


_SCHEME = re.compile(r"\b[a-z][a-z0-9+.-]*://|\bwww\.", re.IGNORECASE)
_DOT_INSIDE = re.compile(r"(?<=\w)\.(?=\w)")


def refuse_links(value: str) -> None:
    """Validator of names: they appear in mail from the ministry, where a web address would look like ours."""
    if _SCHEME.search(value):
        raise ValidationError(_("Enter a name without a web address."), code="link")


def unlinked(text: str) -> str:
    """Text that somebody else wrote, as it may stand in our mail: no mail program makes a link of it."""
    return _DOT_INSIDE.sub(". ", _SCHEME.sub("", text))
