"""What a firm's profile must fulfil."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext

from companies.corporate_numbers import Finding, Slip, compact, find_slip

_TOO_SHORT = ngettext_lazy(
    "A corporate number has 13 digits: %(count)d digit is missing.",
    "A corporate number has 13 digits: %(count)d digits are missing.",
    "count",
)
_TOO_LONG = ngettext_lazy(
    "A corporate number has 13 digits: this has %(count)d digit too many.",
    "A corporate number has 13 digits: this has %(count)d digits too many.",
    "count",
)
_NO_DIGIT = _("A corporate number has digits only: “%(character)s” at place %(place)d is none.")
_CHECK_DIGIT = _("The first digit does not go with the other 12: check the corporate number for a slip.")
_CHECK_PLACES = _("The first digit does not go with the other 12. Check these places first: %(places)s.")


def corporate_number(text: str) -> str:
    """The 13 digits of a corporate number, written in any width; a slip is told by what it is and where to look."""
    number = compact(text)
    if (found := find_slip(number)) is not None:
        raise ValidationError(_words(found), code=found.slip, params=_params(found))
    return number


def _words(found: Finding) -> Any:
    if found.slip == Slip.CHECK_DIGIT:
        return _CHECK_PLACES if found.places else _CHECK_DIGIT
    return {Slip.TOO_SHORT: _TOO_SHORT, Slip.TOO_LONG: _TOO_LONG, Slip.NO_DIGIT: _NO_DIGIT}[found.slip]


def _params(found: Finding) -> dict[str, object]:
    places = [_place(each) for each in found.places]
    return {
        "count": found.count,
        "place": found.place,
        "character": found.character,
        "places": pgettext("list separator", ", ").join(places),
    }


def _place(places: tuple[int, ...]) -> str:
    """One digit, or two neighbours that may be swapped."""
    if len(places) == 1:
        return pgettext("place in a number", "digit %(place)d") % {"place": places[0]}
    words = pgettext("place in a number", "digits %(one)d and %(other)d (swapped?)")
    return words % {"one": places[0], "other": places[1]}


def check_countries(preferred: list[str], excluded: list[str]) -> None:
    """No country is both preferred and excluded."""
    if set(preferred) & set(excluded):
        message = _("A country cannot be both preferred and excluded.")
        raise ValidationError({"excluded_countries": ValidationError(message, code="both")})
