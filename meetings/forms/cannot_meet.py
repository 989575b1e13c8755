"""Three ways out for whoever can meet at none of a round's times."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from matchmaking.core.fields import LinesField
from meetings.models import Availability


class OtherDatesForm(forms.Form):
    """No time in this round, and when instead."""

    wish = LinesField(
        label=_("When could you meet instead?"),
        help_text=_("For example: any afternoon from 14 December. The programme office reads it."),
        max_length=Availability._meta.get_field("wish").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ColleagueForm(forms.Form):
    """Somebody else of the organisation chooses the times."""

    colleague = forms.ModelChoiceField(
        User.objects.none(), label=_("Colleague"), empty_label=_("Choose"), widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["colleague"]
        field.queryset = colleagues  # type: ignore[attr-defined]
        field.empty_label = None  # type: ignore[attr-defined]
        field.label_from_instance = lambda user: user.name  # type: ignore[attr-defined]


class NoMeetingForm(forms.Form):
    """Not to meet at all: which counterparts, and why."""

    requests = forms.TypedMultipleChoiceField(
        label=_("Whom will you not meet?"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one.")},
    )
    reason = LinesField(
        label=_("Reason"),
        help_text=_("The other side and the programme office read it."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, others: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requests"].choices = list(others)  # type: ignore[attr-defined]
