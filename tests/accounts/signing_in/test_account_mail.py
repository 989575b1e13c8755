"""Mail about accounts: queued, in the recipient's language, in our words, with nothing of the library's."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import allauth
import pytest
from allauth.core import context
from django.conf import settings
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse
from post_office.models import STATUS, Email

from accounts.adapter import SECURITY_DEEDS, AccountAdapter
from matchmaking.core import mailing
from matchmaking.core.models import AuditEvent
from matchmaking.core.notices import Event, notify
from tests.accounts.signing import NEW_PASSWORD, code_for, last_mail, link_for, prove_again
from tests.conftest import Cast
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LIBRARY = Path(allauth.__file__).parent / "templates"
# What belongs to ways of signing in that are not offered here.
NOT_OFFERED = re.compile(
    r"phone|login_code|password_reset_code|confirm_login|confirm_password_reset|trust|sms"
)
STOCK = ("Hello from", "Thank you for using", "example.com", "からです", "をご利用いただき")


def test_every_page_mail_and_message_of_the_library_has_one_of_ours() -> None:
    """What would be shown comes from our own folder; layouts and leftovers of links in mail are named here."""
    unused = {
        "account/email.html", "account/email_confirm.html", "account/signup_closed.html",
        "account/request_login_code.html", "account/verification_sent.html",
        "account/verified_email_required.html", "account/base_confirm_code.html",
        "account/snippets/already_logged_in.html", "account/snippets/warn_no_email.html",
        "mfa/recovery_codes/base.html", "mfa/totp/base.html", "mfa/webauthn/base.html",
    }  # fmt: skip
    layouts = re.compile(r"base_(entrance|manage\w*)\.html$")
    theirs = []
    for folder in ("account", "mfa", "usersessions"):
        for path in sorted((LIBRARY / folder).rglob("*.*")):
            name = str(path.relative_to(LIBRARY))
            if name in unused or NOT_OFFERED.search(name) or layouts.search(name):
                continue
            if not Path(get_template(name).origin.name).is_relative_to(settings.BASE_DIR / "templates"):
                theirs.append(name)
    assert theirs == []


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("template", sorted(SECURITY_DEEDS))
def test_every_warning_is_in_the_persons_language_and_goes_on_record(
    template: str, language: str, rf: Any
) -> None:
    user = UserFactory(email="tal@people.example", language=language, time_zone="Asia/Singapore")
    request = rf.get("/en/", REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT="Firefox Windows")
    request.user = user
    with context.request_context(request):  # which the middleware would set
        AccountAdapter().send_notification_mail(
            template, user, {"from_email": "old@people.example", "to_email": "tal@people.example"}
        )
    mail = last_mail("tal@people.example")
    japanese = re.search(r"[ぁ-ん]", mail.subject + mail.message)
    assert bool(japanese) is (language == "ja")
    for words in ("203.0.113.9", "Asia/Singapore", "Firefox, Windows"):
        assert words in mail.message
    assert not any(words in mail.message for words in STOCK)
    assert AuditEvent.objects.get(actor_id=user.pk).action == SECURITY_DEEDS[template]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_mail_waits_in_the_queue_and_says_that_a_machine_sent_it(language: str, client: Client) -> None:
    client.post(f"/{language}/account/password/reset/", {"email": "nobody@people.example"})
    mail = Email.objects.get()
    assert mail.status in (None, STATUS.queued)
    assert mail.headers == {"Auto-Submitted": "auto-generated", "Sensitivity": "Private"}
    assert mail.html_message == ""
    assert link_for("nobody@people.example") == f"/{language}/account/signup/"
    assert not any(words in mail.message for words in STOCK)


def test_a_known_person_gets_their_own_language_whatever_the_page(client: Client) -> None:
    UserFactory(email="mika@people.example", language="ja")
    client.post("/en/account/password/reset/", {"email": "mika@people.example"})
    assert "パスワード" in last_mail("mika@people.example").subject
    words = {
        "name": "M", "email": "mika@people.example", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD,
        "time_zone": "Asia/Tokyo",
    }  # fmt: skip
    client.post("/en/account/signup/", words)
    assert "すでに登録" in last_mail("mika@people.example").subject


def test_a_new_address_is_confirmed_by_a_code_and_the_old_one_is_told(client: Client, cast: Cast) -> None:
    user, new = cast.company_member, "moved@people.example"
    old = user.email
    client.post(reverse("account_login"), {"login": old, "password": PASSWORD})
    prove_again(client, PASSWORD)
    assert client.post(reverse("account_email"), {"email": new, "action_add": ""}).status_code == 302
    user.refresh_from_db()
    assert user.email == old, "until the code is entered nothing changes"
    client.post(reverse("account_email_verification_sent"), {"code": code_for(new)})
    user.refresh_from_db()
    assert user.email == new
    assert [address.email for address in user.emailaddress_set.all()] == [new]
    told = last_mail(old)
    assert told.subject == "Your e-mail address was changed"
    assert new in told.message
    assert client.get(reverse("accounts:settings")).status_code == 200


def test_whoever_turned_notices_off_gets_only_what_concerns_the_account(
    cast: Cast, as_user: Callable[..., Client]
) -> None:
    data = {"name": "N", "language": "en", "time_zone": "Asia/Tokyo", "theme": "light"}
    as_user(cast.company_member).post(reverse("accounts:settings"), data)
    cast.company_member.refresh_from_db()
    assert (cast.company_member.notices_by_mail, cast.company_member.theme) == (False, "light")

    notify(Event.PROFILE_PUBLISHED, [cast.company_owner, cast.company_member], organisation="X")
    assert [mail.to for mail in Email.objects.all()] == [[cast.company_owner.email]]
    html = as_user(cast.company_member).get("/en/").content.decode()
    assert 'data-theme="light"' in html


def test_what_lets_its_reader_in_is_forgotten_once_it_is_sent(cast: Cast, settings: Any) -> None:
    mailing.queue("a@people.example", "1234-5678 is your code", "1234-5678", private=True)
    mailing.queue("b@people.example", "A notice", "Nothing secret")
    assert mailing.forget_secrets() == 0, "what waits is still needed"
    Email.objects.update(status=STATUS.sent)
    settings.DEBUG = True
    assert mailing.forget_secrets() == 0, "in a trial the queue is where mail is read"
    settings.DEBUG = False
    assert mailing.forget_secrets() == 1
    assert last_mail("a@people.example").subject + last_mail("a@people.example").message == ""
    assert last_mail("b@people.example").message == "Nothing secret\n"
