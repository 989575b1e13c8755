"""Forms of the reader's own account."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any, ClassVar
from zoneinfo import available_timezones

from allauth.account.fields import PasswordField, SetPasswordField
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.enums import MemberRole
from accounts.field_words import say_what_to_do
from accounts.models import User
from matchmaking.core.fields import OneLineField
from matchmaking.core.local_time import CITIES, city_of
from matchmaking.core.texts import refuse_links

CONTINENTS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


@cache
def _zones() -> tuple[str, ...]:
    """Zones named after a place; looking them up reads hundreds of files."""
    return tuple(sorted(zone for zone in available_timezones() if zone.startswith(CONTINENTS)))


def zone_choices(current: str = "") -> list[tuple[str, str]]:
    """The cities we have a translation of, then every other zone that is named after a place.

    `current` stays to choose whatever its name is (UTC, US/Pacific): otherwise saving would silently change it.
    """
    known = sorted(((zone, city_of(zone)) for zone in CITIES), key=lambda choice: choice[1])
    others = [zone for zone in _zones() if zone not in CITIES]
    if current and current not in CITIES and current not in others:
        others.insert(0, current)
    return known + [(zone, city_of(zone)) for zone in others]


def name_field() -> OneLineField:
    """A person's name."""
    return OneLineField(
        label=_("Name"),
        max_length=120,
        validators=[refuse_links],
        help_text=_("As others in the programme see it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


def zone_field(language: str | None) -> forms.ChoiceField:
    """Where a new person works: Tokyo to begin with on Japanese pages, on others nothing is guessed without a word."""
    return forms.ChoiceField(
        label=_("Time zone"),
        choices=[("", _("Choose a city")), *zone_choices()],
        initial="Asia/Tokyo" if language == "ja" else "",
        help_text=_("Times on all pages are shown for this city."),
        widget=forms.Select(attrs={"data-propose-zone": "zone-proposed"}),
    )


class MailAddressField(forms.EmailField):
    """An address, also if it was typed with full-width letters."""

    def to_python(self, value: Any) -> str:
        return unicodedata.normalize("NFKC", super().to_python(value) or "").strip().lower()


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    name = name_field()
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zone_choices,
        help_text=_("Times on all pages are shown for this city."),
    )

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["name", "language", "time_zone", "theme", "notices_by_mail"]
        help_texts: ClassVar[dict[str, object]] = {
            "language": _("Pages and mail come in this language."),
            "notices_by_mail": _(
                "Otherwise you find them in the portal only. Mail about your account and your calendar always comes."
            ),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["time_zone"].choices = zone_choices(self.initial.get("time_zone", ""))  # type: ignore[attr-defined]
        say_what_to_do(self.fields)


class InviteForm(forms.Form):
    """A colleague, by e-mail."""

    email = MailAddressField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=MemberRole.choices,
        initial=MemberRole.MEMBER,
        widget=forms.RadioSelect,
        help_text=_(
            "Members work on the profile and on meetings. Owners also decide who belongs to the organisation."
        ),
    )
    language = forms.ChoiceField(
        label=_("Language of the mail"),
        choices=User._meta.get_field("language").choices,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        say_what_to_do(self.fields)


class StaffInviteForm(InviteForm):
    """Somebody for the programme; who may invite whom is told by the view."""

    def __init__(self, *args: Any, roles: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        role: Any = self.fields["role"]
        role.choices, role.initial, role.help_text = roles, roles[-1][0], ""


class JoinForm(forms.Form):
    """A new account for somebody who was invited: the address is known."""

    name = name_field()
    password1 = SetPasswordField(label=_("Password"))
    password2 = PasswordField(label=_("The same password again"), autocomplete="new-password")

    def __init__(self, *args: Any, email: str, **options: Any) -> None:
        super().__init__(*args, **options)
        password: Any = self.fields["password1"]
        password.user = User(email=email, name=self.data.get("name", ""))
        self.fields["time_zone"] = zone_field(get_language())
        for name in ("password1", "password2"):
            self.fields[name].widget.attrs.pop("placeholder", None)
        say_what_to_do(self.fields)

    def clean_password2(self) -> str:
        again: str = self.cleaned_data["password2"]
        if self.cleaned_data.get("password1") not in (None, again):
            raise forms.ValidationError(_("Enter the same password twice."))
        return again


class AuditFilterForm(forms.Form):
    """How the audit trail is narrowed down."""

    who = OneLineField(label=_("Who"), required=False)
    action = OneLineField(label=_("What"), required=False, help_text=_("A part of its name."))
    target = OneLineField(label=_("About"), required=False)
    since = forms.DateField(
        label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        say_what_to_do(self.fields)
