"""What a firm's profile must fulfil."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength
from stdnum.exceptions import ValidationError as NotANumber
from stdnum.jp import cn

_MISTAKES = {
    InvalidLength: _("A corporate number has 13 digits."),
    InvalidFormat: _("A corporate number has digits only."),
    InvalidChecksum: _(
        "The first digit does not go with the other 12: check the corporate number for a slip."
    ),
}


def corporate_number(text: str) -> str:
    """The 13 digits of a corporate number (法人番号), written in any width, with or without hyphens.

    Source of the check digit: the National Tax Agency's rule, as python-stdnum implements it.
    """
    compact = cn.compact(unicodedata.normalize("NFKC", text))
    try:
        if not compact.isdigit():
            raise InvalidFormat
        return str(cn.validate(compact))
    except NotANumber as error:
        raise ValidationError(_MISTAKES[type(error)], code=type(error).__name__) from error


def check_countries(preferred: list[str], excluded: list[str]) -> None:
    """No country is both preferred and excluded."""
    if set(preferred) & set(excluded):
        message = _("A country cannot be both preferred and excluded.")
        raise ValidationError({"excluded_countries": ValidationError(message, code="both")})
