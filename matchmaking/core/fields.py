"""Form fields for what people write: every text field of every form is one of these (a test holds it)."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from matchmaking.core.names import is_reading, katakana
from matchmaking.core.texts import refuse_hidden_characters, refuse_line_breaks
from matchmaking.core.web_addresses import check_web_address

TEXT_ROWS = 6


class _Words(forms.CharField):
    """Text without what cannot be seen, NUL among it, which needs no second message from Django."""

    default_validators: ClassVar[list[Any]] = [refuse_hidden_characters]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.validators = [
            each for each in self.validators if not isinstance(each, ProhibitNullCharactersValidator)
        ]


class OneLineField(_Words):
    """Words on one line: they may become the subject of a mail or a heading."""

    default_validators: ClassVar[list[Any]] = [refuse_hidden_characters, refuse_line_breaks]


class LinesField(_Words):
    """Several lines. Browsers send the ends of lines as two characters: those are no change of the text.

    A browser is not told the limit: it would cut what is pasted without a word. The page counts, and the server says
    how many characters are too many.
    """

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class ReadingField(OneLineField):
    """How a name is read: katakana; hiragana and half-width letters are taken as such and converted."""

    def to_python(self, value: Any) -> str:
        return katakana(str(super().to_python(value)))

    def validate(self, value: Any) -> None:
        super().validate(value)
        refuse_hidden_characters(value)  # before the word about katakana
        if not is_reading(value):
            raise ValidationError(
                _("Write how the name is read, in katakana: for example キタハマ."), code="reading"
            )


class WebAddressField(forms.URLField):
    """http or https, nothing else, to a host that everybody can reach."""

    default_validators: ClassVar[list[Any]] = [check_web_address]

    def __init__(self, **options: Any) -> None:
        super().__init__(assume_scheme="https", **options)


class WordsFilter(django_filters.CharFilter):  # type: ignore[misc]
    """Words that a list is narrowed down by."""

    field_class = OneLineField


class AnyOfFilter(django_filters.MultipleChoiceFilter):  # type: ignore[misc]
    """One or more choices for a column of the list itself: no row comes twice, nor need the database look for that.

    The field is Django's own, which puts its choices in order once: no choice here stands for "unknown".
    """

    field_class = forms.MultipleChoiceField

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, distinct=False, **options)

    @property
    def field(self) -> Any:
        """Choices that are worked out are asked for once in a list, not for each value that is checked against them."""
        choices = self.extra.get("choices")
        if hasattr(self, "parent") and callable(choices) and not isinstance(choices, type):
            self.extra["choices"] = choices()
        return super().field
