"""A document to upload."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from startups.enums import DeckLanguage
from startups.forms import DeckForm


class FileForm(DeckForm):
    """What the file holds is looked at later, by a process of its own."""

    language = forms.ChoiceField(
        label=_("Language of the document"),
        choices=[("", _("No answer")), *DeckLanguage.choices],
        required=False,
        error_messages={"invalid_choice": _("Choose the language of the document from the list.")},
    )
