"""How the library of sign-ins behaves here: its mail, its words, its limits, and secrets that a copy cannot open."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation
from post_office.models import Email

from accounts.adapter import SECURITY_DEEDS, AccountAdapter, SecondFactorAdapter
from accounts.deeds import WORDS
from accounts.models import User
from accounts.sign_in_forms import SignUpForm
from matchmaking.core.models import AuditEvent
from tests import factories
from tests.accounts.signing import last_mail
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def test_every_warning_of_the_library_is_a_deed_with_words_in_both_languages() -> None:
    for deed in SECURITY_DEEDS.values():
        with translation.override("ja"):
            japanese = str(WORDS[deed])
        assert (japanese.isascii(), str(WORDS[deed]) == japanese) == (False, False)
    assert len(set(SECURITY_DEEDS.values())) == len(SECURITY_DEEDS)


@pytest.mark.parametrize(
    ("adapter", "library"),
    [(AccountAdapter, DefaultAccountAdapter), (SecondFactorAdapter, DefaultMFAAdapter)],
)
def test_messages_of_ours_say_what_to_do_in_both_languages(adapter: Any, library: Any) -> None:
    changed = {
        code for code, words in adapter.error_messages.items() if words != library.error_messages.get(code)
    }
    assert len(changed) >= 3
    for code in changed:
        with translation.override("ja"):
            japanese = str(adapter.error_messages[code])
        english = str(adapter.error_messages[code])
        assert (english[-1], japanese[-1], japanese.isascii()) == (".", "。", False), code


def mailed(email: str, language: str, **context: Any) -> Email:
    with translation.override(language):
        AccountAdapter().send_mail(
            "account/email/unknown_account", email, {"signup_url": "https://x", **context}
        )
    return last_mail(email)


@pytest.mark.parametrize("page", ["en", "ja"])
@pytest.mark.parametrize("person", ["en", "ja", None])
def test_mail_is_in_the_recipients_language_or_in_that_of_the_page(person: str | None, page: str) -> None:
    address = "aya@people.example"
    if person:
        factories.UserFactory(email=address, language=person)
    mail = mailed(address, page)
    assert mail.subject.isascii() is ((person or page) == "en")
    assert "\n" not in mail.subject
    assert translation.get_language() == "en", "the next text is in the language of before"


def test_the_person_named_by_the_library_counts_more_than_the_address() -> None:
    """An address that is still to be confirmed belongs to nobody yet."""
    user = factories.UserFactory(language="ja")
    assert not mailed("new@people.example", "en", user=user).subject.isascii()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_who_signs_up_has_the_language_of_the_page_and_is_on_record(language: str) -> None:
    data = {"name": "Aya", "email": "Aya@People.example", "time_zone": "Asia/Kolkata",
            "password1": factories.PASSWORD, "password2": factories.PASSWORD}  # fmt: skip
    with translation.override(language):
        form = SignUpForm(data)
        assert form.is_valid(), form.errors
        user = AccountAdapter().save_user(RequestFactory().get("/"), User(), form)
    stored = User.objects.get(pk=user.pk)
    assert (stored.name, stored.language, stored.time_zone) == ("Aya", language, "Asia/Kolkata")
    assert stored.check_password(factories.PASSWORD)
    trail = AuditEvent.objects.get(action="user.signed_up")
    assert (trail.actor_id, trail.target_id) == (user.pk, str(user.pk))


def test_after_a_change_the_reader_is_back_at_their_settings(cast: Cast) -> None:
    request, adapter = RequestFactory().get("/"), AccountAdapter()
    address = EmailAddress.objects.get(user=cast.officer)
    assert adapter.get_password_change_redirect_url(request) == reverse("accounts:settings")
    assert adapter.get_email_verification_redirect_url(address) == reverse("accounts:settings")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"email": "a@x.example"}, {"email": "A@X.example"}, True),
        ({"email": "a@x.example"}, {"email": "b@x.example"}, False),
        ({"email": "STRASSE@x.example"}, {"email": "straße@x.example"}, True),
        ({}, {"email": ""}, True),
    ],
)
def test_tries_are_counted_by_the_account_in_whatever_case_and_under_whatever_host(
    one: dict[str, str], other: dict[str, str], same: bool
) -> None:
    adapter = AccountAdapter()
    keys = [
        adapter._get_login_attempts_cache_key(RequestFactory(HTTP_HOST=host).get("/"), **credentials)
        for host, credentials in (("a.example", one), ("b.example", other))
    ]
    assert (keys[0] == keys[1]) is same


def test_a_warning_goes_on_record_and_by_mail_in_the_persons_language(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    User.objects.filter(pk=cast.officer.pk).update(language="ja")
    officer = User.objects.get(pk=cast.officer.pk)
    with django_capture_on_commit_callbacks(execute=True), request_context(RequestFactory().get("/")):
        AccountAdapter().send_notification_mail("account/email/password_changed", officer)
    assert not last_mail(officer.email).subject.isascii()
    assert AuditEvent.objects.get(action="user.password_changed").actor_id == officer.pk


# --- second factors ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "issuer"), [("en", "Japan-Asia Startup Matching"), ("ja", None)])
def test_an_authenticator_app_shows_the_portals_name(language: str, issuer: str | None) -> None:
    adapter = SecondFactorAdapter()
    with translation.override(language):
        shown = adapter.get_totp_issuer()
    assert (shown == issuer) if issuer else not shown.isascii()
    assert ":" not in shown, "apps part the name from the address there"


def test_passkeys_are_numbered_by_person_in_their_language(cast: Cast) -> None:
    adapter = SecondFactorAdapter()
    assert adapter.generate_authenticator_name(cast.officer, "webauthn") == "Passkey 1"
    cast.officer.authenticator_set.create(type="webauthn", data={"name": "Passkey 1"})
    assert adapter.generate_authenticator_name(cast.officer, "webauthn") == "Passkey 2"
    assert adapter.generate_authenticator_name(cast.administrator, "webauthn") == "Passkey 1"
    with translation.override("ja"):
        assert adapter.generate_authenticator_name(cast.officer, "webauthn") == "パスキー2"


@pytest.mark.parametrize("text", ["", "JBSWY3DPEHPK3PXP", "秘密", "x" * 5000])
def test_what_is_sealed_opens_again_and_never_looks_the_same_twice(text: str) -> None:
    adapter = SecondFactorAdapter()
    sealed = [adapter.encrypt(text) for _number in range(2)]
    assert [adapter.decrypt(each) for each in sealed] == [text, text]
    assert sealed[0] != sealed[1]
    assert not text or text not in sealed[0]
