"""Forms with which somebody asks for an erasure, and with which an administrator carries one out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import MailAddressField, say_what_to_do
from accounts.models.deletion import REASON_LENGTH
from matchmaking.core.fields import LinesField


def _reason(*, required: bool, label: Any, help_text: Any) -> LinesField:
    return LinesField(
        label=label,
        required=required,
        max_length=REASON_LENGTH,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why: the reason stays in the audit trail.")},
    )


class AskForm(forms.Form):
    """An owner asks; nobody has to say why."""

    reason = _reason(
        required=False,
        label=_("Reason"),
        help_text=_("The programme office learns from it. It is deleted with the rest."),
    )


class CarryOutForm(forms.Form):
    """An administrator erases an organisation."""

    reason = _reason(
        required=True,
        label=_("Reason"),
        help_text=_("It stays in the audit trail: name neither people nor organisations."),
    )


class PersonForm(forms.Form):
    """An administrator names whom to erase; with a reason, to carry it out."""

    email = MailAddressField(label=_("E-mail address of the person"))
    reason = _reason(
        required=True,
        label=_("Reason"),
        help_text=_("It stays in the audit trail: name neither people nor organisations."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        say_what_to_do(self.fields)
