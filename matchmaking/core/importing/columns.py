"""Form fields that read cells as people and programs write them.

They are Django form fields, so that a row is judged by an ordinary form, whose messages are translated.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Choices
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from matchmaking.core.names import is_reading, katakana
from matchmaking.core.texts import folded, refuse_hidden_characters
from matchmaking.core.web_addresses import check_web_address

SEPARATORS = re.compile(r"[;；、,，\n|]")
_CERTAIN_SEPARATORS, _COMMAS = re.compile(r"[;；、\n|]"), re.compile(r"[,，]")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[, ]\d{3})+(?:\.00?)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?")
ONE_LINE = 200  # characters: names, titles, places
EXCEL_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
# What copying from web pages and files leaves behind: zero-width space, word joiner, byte-order mark, soft hyphen. They
# say nothing and turn nothing round, and whoever keeps a list of hundreds cannot see, so cannot delete, them.
_REMAINS = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))
YES = frozenset({"true", "yes", "y", "1", "はい", "可", "○", "〇", "◯", "有"})
NO = frozenset({"false", "no", "n", "0", "いいえ", "不可", "×", "✕", "無"})
MORE_COUNTRY_NAMES = {
    "uk": "GB", "英国": "GB", "usa": "US", "米国": "US", "アメリカ": "US", "korea": "KR", "taiwan": "TW", "台湾": "TW",
    "vietnam": "VN", "viet nam": "VN",
}  # fmt: skip


def text_of(value: Any) -> str:
    """A cell as text; nothing becomes the empty text. Lists and objects have no place in a single cell."""
    if isinstance(value, list | dict):
        raise ValidationError(_("Enter a single value."), code="not_single")
    text = "" if value is None else str(value).translate(_REMAINS).strip()
    if text in EXCEL_ERRORS:
        raise ValidationError(_("Excel shows an error in this cell."), code="excel_error")
    refuse_hidden_characters(text)
    return text


class TextColumn(forms.CharField):
    """Words as somebody wrote them; what must be short stands on one line, however the cell was broken."""

    def to_python(self, value: Any) -> str:
        text = text_of(value)
        return " ".join(text.splitlines()) if self.max_length and self.max_length <= ONE_LINE else text


class UrlColumn(TextColumn):
    """An address of the web: http or https, nothing else, to a host that everybody can reach."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=200, validators=[check_web_address], **options)


class ReadingColumn(TextColumn):
    """A reading in kana, in any of its writings."""

    def to_python(self, value: Any) -> str:
        reading = katakana(super().to_python(value))
        if not is_reading(reading):
            raise ValidationError(
                _("Write how the name is read, in katakana: for example キタハマ."), code="reading"
            )
        return reading


class EmailColumn(TextColumn):
    default_validators = forms.EmailField.default_validators


class NumberColumn(forms.IntegerField):
    """A whole number; full-width digits and separators of thousands are read.

    What may mean two things is refused: 2,5 is not 25, and 1.000 is not 1.
    """

    re_decimal = re.compile(r"\.00?$")

    def to_python(self, value: Any) -> int | None:
        text = unicodedata.normalize("NFKC", text_of(value))
        return super().to_python(re.sub(r"[, ]", "", text) if _THOUSANDS.fullmatch(text) else text)


class AmountColumn(forms.DecimalField):
    """A figure that may have decimals; full-width digits and separators of thousands are read."""

    def to_python(self, value: Any) -> Decimal | None:
        text = unicodedata.normalize("NFKC", text_of(value))
        return super().to_python(re.sub(r"[, ]", "", text) if _GROUPED.fullmatch(text) else text)


class DateColumn(forms.DateField):
    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"], **options)

    def to_python(self, value: Any) -> Any:
        return super().to_python(unicodedata.normalize("NFKC", text_of(value)))


class YesNoColumn(forms.Field):
    def to_python(self, value: Any) -> bool | None:
        word = folded(text_of(value))
        if word in YES or word in NO:
            return word in YES
        if word:
            raise ValidationError(_("Enter yes or no."), code="not_yes_or_no")
        return None


@cache
def spellings(vocabulary: type[Choices]) -> Mapping[str, Any]:
    """Every way to write a value of `vocabulary`: the value, its name in the code, both languages' labels."""
    found: dict[str, Any] = {}
    for member in vocabulary:
        for word in (str(member.value), member.name.replace("_", " "), *_labels(member)):
            found.setdefault(folded(word), member.value)
    return found


def _labels(member: Any) -> Iterable[str]:
    for language in ("en", "ja"):
        with translation.override(language):
            yield str(member.label)


class VocabularyColumn(forms.Field):
    """One value of a vocabulary, in any of its spellings; `more` adds spellings of one kind of file."""

    def __init__(
        self, vocabulary: type[Choices], *, more: Mapping[str, Any] | None = None, **options: Any
    ) -> None:
        self.vocabulary, self.more = vocabulary, more or {}
        super().__init__(**options)

    def read(self, word: str) -> Any:
        known = spellings(self.vocabulary)
        key = folded(word)
        found = known.get(key, self.more.get(key))
        if found is None:
            raise ValidationError(
                _("“%(word)s” is not a known value."), code="unknown", params={"word": word}
            )
        return found

    def to_python(self, value: Any) -> Any:
        word = text_of(value)
        return self.read(word) if word else ""


class ListColumn(forms.Field):
    """Several values: a JSON list, or one cell with “;”, “、” or “,” between them. `one` reads a single value."""

    def __init__(self, one: Any, **options: Any) -> None:
        self.one = one
        super().__init__(**options)

    def to_python(self, value: Any) -> list[Any]:
        words = value if isinstance(value, list) else _CERTAIN_SEPARATORS.split(text_of(value))
        cleaned = [item for word in words for item in self._read(word)]
        return list(dict.fromkeys(item for item in cleaned if item))

    def _read(self, word: Any) -> list[Any]:
        """One value, or several with commas between them: some labels hold a comma themselves."""
        try:
            return [self.one.to_python(word)]
        except ValidationError:
            if not isinstance(word, str) or not _COMMAS.search(word):
                raise
            return [self.one.to_python(part) for part in _COMMAS.split(word)]


@cache
def country_spellings() -> Mapping[str, str]:
    """Codes of two and three letters, and names in both languages, to the code of two letters."""
    found = dict(MORE_COUNTRY_NAMES)
    for language in ("en", "ja"):
        with translation.override(language):
            for code, name in countries:
                found |= {folded(code): code, folded(countries.alpha3(code)): code, folded(str(name)): code}
    return found


class CountryColumn(forms.Field):
    def to_python(self, value: Any) -> str:
        word = text_of(value)
        code = country_spellings().get(folded(word), "")
        if word and not code:
            raise ValidationError(
                _("“%(word)s” is not a known country."), code="unknown", params={"word": word}
            )
        return code
