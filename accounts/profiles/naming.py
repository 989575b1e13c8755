"""Which organisation staff mean by what they type: among thousands it is named, not chosen from a list."""

from __future__ import annotations

import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation

SHOWN = 5  # names told when more than one is meant


def named(words: str, kind: OrganisationKind) -> Organisation:
    """The one published organisation of a kind that is meant: its whole name, or a part that only it has."""
    key = unicodedata.normalize("NFKC", words).strip().lower()
    found = list(
        Organisation.objects.published()
        .filter(kind=kind, search_key__contains=key)
        .order_by("pk")[: SHOWN + 1]
    )
    exact = [each for each in found if key in (each.name.lower(), each.name_en.lower())]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0]
    if not found:
        raise forms.ValidationError(
            _("Nobody of this name takes part in the programme. Look the name up in the list."), code="nobody"
        )
    names = " / ".join(each.name for each in found[:SHOWN])
    raise forms.ValidationError(
        _("More than one has this in its name: %(names)s. Write the whole name."),
        code="several",
        params={"names": names},
    )
