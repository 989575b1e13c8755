"""How django-allauth behaves here."""

from __future__ import annotations

import base64
import hashlib
import logging
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as allauth_context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from matchmaking.core import audit, mailing

logger = logging.getLogger(__name__)

# allauth tells by mail of whatever matters to the safety of an account: the template of the mail, and the deed.
SECURITY_DEEDS = {
    "account/email/email_changed": "user.email_changed",
    "account/email/email_confirm": "user.email_confirmed",
    "account/email/email_deleted": "user.email_deleted",
    "account/email/password_changed": "user.password_changed",
    "account/email/password_reset": "user.password_reset",
    "account/email/password_set": "user.password_set",
    "mfa/email/recovery_codes_generated": "user.recovery_codes_generated",
    "mfa/email/totp_activated": "user.totp_activated",
    "mfa/email/totp_deactivated": "user.totp_deactivated",
    "mfa/email/webauthn_added": "user.passkey_added",
    "mfa/email/webauthn_removed": "user.passkey_removed",
}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts: our words, mail in the recipient's language through the queue, every security change on record."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account has been closed."),
        "duplicate_email": _("This is your address already."),
        "email_password_mismatch": _("The e-mail address or the password is not right. Check both."),
        "email_taken": _("Enter another address: this one belongs to somebody else."),
        "enter_current_password": _("Enter your present password."),
        "incorrect_code": _("The code is not right. Enter the newest one."),
        "incorrect_password": _("The password is not right. Enter it again."),
        "invalid_login": _("Enter your e-mail address."),
        "rate_limited": _("Too many tries. Wait a few minutes, then try again."),
        "same_as_current": _("Enter an address that differs from the present one."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes, then try again."),
    }

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """The language of the page becomes the person's; name and time zone are what they chose."""
        user.name = form.cleaned_data["name"]
        user.time_zone = form.cleaned_data["time_zone"]
        user.language = get_language() or settings.LANGUAGE_CODE
        with transaction.atomic():
            saved: User = super().save_user(request, user, form, commit)
            audit.record("user.signed_up", saved, by=saved)
        return saved

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Plain text in the recipient's language; to somebody without an account, in that of the page."""
        found = User.objects.filter(
            email__iexact=email
        ).first()  # in any case, so that all takes the same time
        user = context.get("user") or found
        with translation.override(user.language if user else get_language()):
            words = {"request": allauth_context.request, "email": email, **context}
            subject = render_to_string(f"{template_prefix}_subject.txt", words)
            text = render_to_string(f"{template_prefix}_message.txt", words)
            mailing.queue(email, subject, text, private=True)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Whatever the person is warned of goes on record as well."""
        audit.record(SECURITY_DEEDS[template_prefix], user, by=user)
        super().send_notification_mail(template_prefix, user, {"user": user, **(context or {})}, email)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:settings")

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """Asked for when a new address is confirmed by somebody who is signed in."""
        return reverse("accounts:settings")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Before the password is looked at: limits by account and address (allauth's), then for everybody together."""
        super().pre_authenticate(request, **credentials)
        self._everybodys_usage = ratelimit.consume(
            request, app="allauth.account", action="login_failed_anywhere", key="everybody"
        )
        if not self._everybodys_usage:
            logger.error("So many sign-ins fail that passwords are refused for a while")
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        """A right password does not count."""
        super()._rollback_login_failed_rl_usage()
        self._everybodys_usage.rollback()

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """By the account alone: allauth adds the host of the request, which its sender may vary."""
        return str(credentials.get("email", "")).casefold()

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        logger.warning("A sign-in failed from %s", self.get_client_ip(request))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: our words, and secrets that a copy of the database does not give away."""

    error_messages: ClassVar[dict[str, Promise | str]] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_generate_recovery_codes": _("Set up an authenticator app or a passkey first."),
        "incorrect_code": _(
            "The code is not right. Enter the one the app shows now, or an unused recovery code."
        ),
        "unverified_email": _("Confirm your e-mail address first."),
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return gettext("Japan-Asia Startup Matching")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": self.get_totp_issuer()}

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002 - the library's name
        number = user.authenticator_set.filter(type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}


def _cipher() -> MultiFernet:
    """Keys follow from SECRET_KEY; what was written under a former one stays readable while it is a fallback."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"second factors:" + secret.encode()).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
