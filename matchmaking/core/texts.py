"""What people may write: no characters that cannot be seen and that deceive the reader or the machine."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_ALLOWED_CONTROLS = "\n\r\t"
# Marks that turn the direction of text: an address or a name may read otherwise than it is.
_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def refuse_hidden_characters(value: str) -> None:
    """Validator: control characters, lone halves of surrogate pairs and marks of direction are refused by name."""
    for character in value:
        if character in _ALLOWED_CONTROLS:
            continue
        if character in _DIRECTION_MARKS or unicodedata.category(character) in ("Cc", "Cs"):
            raise ValidationError(
                _("This contains a character that cannot be seen (%(code)s). Delete it."),
                code="hidden_character",
                params={"code": f"U+{ord(character):04X}"},
            )


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
