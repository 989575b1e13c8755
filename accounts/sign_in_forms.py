"""The library's forms around signing in, in our words."""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.app_settings import TOTP_PERIOD, TOTP_TOLERANCE
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.field_words import FILL_IN, say_what_to_do
from accounts.forms import name_field, zone_field
from matchmaking.core.fields import OneLineField

EMAIL, PASSWORD, NEW = _("E-mail address"), _("Password"), _("New password")
AGAIN = _("The same password again")
PASSKEY_NAME = 100  # characters
# What reading a text that no device wrote ends with.
UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)
Words = Mapping[str, Promise | str]


class Worded:
    """Labels of ours, and no placeholders: they vanish when one begins to type."""

    words: ClassVar[Words] = {}
    hints: ClassVar[Words] = {}
    empty: ClassVar[
        Words
    ] = {}  # what to do about a field that was left empty, where its name alone says too little
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.words.get(name, field.label)
            field.help_text = self.hints.get(name, field.help_text)
        say_what_to_do(self.fields, {**FILL_IN, **self.empty})


class Coded(Worded):
    """Asks for a code of digits, which may also be full-width ones."""

    cleaned_data: dict[str, Any]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"

    def clean_code(self) -> str:
        self.cleaned_data["code"] = unicodedata.normalize("NFKC", self.cleaned_data["code"])
        code: str = super().clean_code()  # type: ignore[misc]
        return code


class UsedOnce(Coded):
    """A code of the app lets in once: the library takes it for longer than it remembers that it was used."""

    user: Any

    def clean_code(self) -> str:
        code = super().clean_code()
        plain = "".join(filter(str.isalnum, code)).casefold()
        taken_for = TOTP_PERIOD * (2 * TOTP_TOLERANCE + 1)
        if not cache.add(f"second-step:{self.user.pk}:{plain}", "used", timeout=taken_for):
            raise get_adapter().validation_error("incorrect_code")
        return code


class LogInForm(Worded, account.LoginForm):
    words: ClassVar[Words] = {"login": EMAIL, "password": PASSWORD}
    hints: ClassVar[Words] = {"password": ""}


class SignUpForm(Worded, account.SignupForm):
    """Name and time zone besides what the library asks."""

    words: ClassVar[Words] = {"email": EMAIL, "password1": PASSWORD, "password2": AGAIN}
    hints: ClassVar[Words] = {"email": _("We send a code to it. Use the address of your organisation.")}
    field_order: ClassVar[list[str]] = ["name", "email", "password1", "password2", "time_zone"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"] = name_field()
        self.fields["time_zone"] = zone_field(get_language())
        self.order_fields(self.field_order)
        say_what_to_do(self.fields)

    def try_save(self, request: HttpRequest) -> Any:
        """An address that is known already costs the same time as a new one: hashing is what takes it."""
        if self.account_already_exists:
            make_password(self.cleaned_data.get("password1"))
        return super().try_save(request)


class ChangeEmailForm(Worded, account.AddEmailForm):
    words: ClassVar[Words] = {"email": _("New e-mail address")}
    hints: ClassVar[Words] = {
        "email": _("We send a code to it. Until you enter the code, the present one stays.")
    }


class ChangePasswordForm(Worded, account.ChangePasswordForm):
    words: ClassVar[Words] = {"oldpassword": _("Present password"), "password1": NEW, "password2": AGAIN}


class SetPasswordForm(Worded, account.SetPasswordForm):
    words: ClassVar[Words] = {"password1": NEW, "password2": AGAIN}


class ResetPasswordForm(Worded, account.ResetPasswordForm):
    words: ClassVar[Words] = {"email": EMAIL}

    def save(self, request: HttpRequest, **options: Any) -> str:
        """As slow as signing in, for every address: beside a hash, what differs cannot be measured."""
        make_password(self.cleaned_data["email"])
        address: str = super().save(request, **options)
        return address


class ResetPasswordKeyForm(Worded, account.ResetPasswordKeyForm):
    words: ClassVar[Words] = {"password1": NEW, "password2": AGAIN}


class ReauthenticateForm(Worded, account.ReauthenticateForm):
    words: ClassVar[Words] = {"password": PASSWORD}


class EmailCodeForm(Coded, account.ConfirmEmailVerificationCodeForm):
    words: ClassVar[Words] = {"code": _("Code from the mail")}


class SecondStepForm(UsedOnce, second_step.AuthenticateForm):
    words: ClassVar[Words] = {"code": _("Code of the app, or a recovery code")}


class SecondStepAgainForm(UsedOnce, second_step.ReauthenticateForm):
    words: ClassVar[Words] = {"code": _("Code of the app, or a recovery code")}


class ActivateAppForm(Coded, totp.ActivateTOTPForm):
    words: ClassVar[Words] = {"code": _("Code that the app shows")}


class FromDevice(Worded):
    """What a device answers is taken apart by the library, which trusts that a browser has put it together."""

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()  # type: ignore[misc]
        except UNREADABLE as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return cleaned


class AddPasskeyForm(FromDevice, webauthn.AddWebAuthnForm):
    words: ClassVar[Words] = {
        "name": _("Name of the passkey"),
        "passwordless": _("Sign in with it alone, without a password"),
    }
    hints: ClassVar[Words] = {
        "name": _("So that you know it again, such as “office computer”."),
        "passwordless": _("The device then asks for your fingerprint, face or PIN."),
    }
    name = OneLineField(max_length=PASSKEY_NAME, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        options["initial"] = {"passwordless": True, **options.get("initial", {})}
        super().__init__(*args, **options)


class EditPasskeyForm(Worded, webauthn.EditWebAuthnForm):
    words: ClassVar[Words] = {"name": _("Name of the passkey")}
    empty: ClassVar[Words] = {"name": _("Give the passkey a name.")}
    name = OneLineField(max_length=PASSKEY_NAME)


class SignUpPasskeyForm(FromDevice, webauthn.SignupWebAuthnForm):
    words: ClassVar[Words] = {"name": _("Name of the passkey")}
    hints: ClassVar[Words] = {"name": _("So that you know it again, such as “office computer”.")}
    name = OneLineField(max_length=PASSKEY_NAME, required=False)
