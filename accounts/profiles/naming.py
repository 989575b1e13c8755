"""Which organisation staff mean by what they type: among thousands it is named, not chosen from a list."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from django import forms
from django.db.models import CharField, F, Func, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation

SHOWN = 5  # names told when more than one is meant


class Several(forms.ValidationError):
    """More than one is meant; `found` are some of them, those of exactly this name if there are such."""

    def __init__(self, found: Sequence[Organisation]) -> None:
        self.found = found
        super().__init__(
            _("More than one has this in its name: %(names)s. Write the whole name."),
            code="several",
            params={"names": " / ".join(each.name for each in found)},
        )


def _as_typed(column: str) -> Lower:
    """A name of a row in the form to which typed words are brought: whatever its width and case."""
    return Lower(
        Func(F(column), template="normalize(%(expressions)s, NFKC)", output_field=CharField(max_length=120))
    )


def named(words: str, kind: OrganisationKind) -> Organisation:
    """The one published organisation of a kind that is meant: its whole name, or a part that only it has.

    Raises ValidationError; Several where more than one is meant.
    """
    key = unicodedata.normalize("NFKC", words).strip().lower()
    rows = Organisation.objects.published().filter(kind=kind, search_key__contains=key).order_by("pk")
    by_name = rows.alias(whole=_as_typed("name"), whole_en=_as_typed("name_en"))
    exact = list(by_name.filter(Q(whole=key) | Q(whole_en=key))[:SHOWN]) if key else []
    found = list(rows[:SHOWN])
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0]
    if not found:
        raise forms.ValidationError(
            _("Nobody of this name takes part in the programme. Look the name up in the list."), code="nobody"
        )
    raise Several(exact or found)
