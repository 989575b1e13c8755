"""Notices as mail: plain text, in the reader's language, with links that work outside the portal."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest
from django.core import mail
from django.db import transaction
from django.utils import translation
from post_office.models import STATUS, Email
from pytest_django import Settings

from matchmaking.core import tasks
from matchmaking.core.models import Notice
from matchmaking.core.notices import Event, notify
from tests import factories

pytestmark = pytest.mark.django_db


def mailed(
    event: Event = Event.PROFILE_PUBLISHED, *, language: str = "en", link: str = "", **params: object
) -> Email:
    notify(
        event, [factories.UserFactory(language=language)], link=link, **(params or {"organisation": "Acme"})
    )
    return Email.objects.get()


def as_sent(email: Email) -> EmailMessage:
    return email.prepare_email_message().message()


def test_the_english_mail_to_the_letter() -> None:
    email = mailed(link="core:notices")
    assert email.subject == "Your profile has been approved"
    assert email.message.rstrip() == (
        "Acme now takes part in the matching. You will hear from us when there is a match to look at.\n"
        "\n"
        "Open in the portal: http://localhost:8000/en/notices/\n"
        "\n"
        "--\n"
        "Japan-Asia Startup Matching Programme\n"
        "This mail was sent by the portal. Replies to it are not read."
    )


def test_the_japanese_mail_holds_no_english_sentence() -> None:
    email = mailed(language="ja", link="core:notices")
    words = re.sub(r"http\S+|Acme", "", email.subject + email.message)
    assert re.findall(r"[A-Za-z]{3,}", words) == []
    assert "http://localhost:8000/ja/notices/" in email.message


def test_a_mail_without_a_link_has_no_empty_invitation_to_open_it() -> None:
    email = mailed()
    assert ("Open in the portal" in email.message, "http" in email.message) == (False, False)


def test_it_is_plain_text_in_utf8_from_the_portal_and_marked_as_automatic() -> None:
    message = as_sent(mailed(language="ja"))
    assert (message.get_content_type(), message.get_content_charset()) == ("text/plain", "utf-8")
    assert not message.is_multipart()
    assert message["From"] == "portal@programme.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "Bcc" not in message


def test_one_mail_goes_to_one_person() -> None:
    """Nobody learns who else is told."""
    readers = factories.UserFactory.create_batch(3)
    notify(Event.PROFILE_PUBLISHED, readers, organisation="Acme")
    found = [(email.to, email.cc, email.bcc) for email in Email.objects.order_by("pk")]
    assert found == [([reader.email], [], []) for reader in readers]


def test_what_people_wrote_is_not_escaped_in_plain_text() -> None:
    email = mailed(Event.PROFILE_RETURNED, organisation="A&B", reason='Write <b>"more"</b> & soon')
    assert 'The reviewer wrote: “Write <b>"more"</b> & soon”' in email.message


@pytest.mark.parametrize("name", ["Evil\r\nBcc: all@people.example", "Two\n\nlines", "Tab\tand\x0bmore"])
def test_no_name_breaks_out_of_the_subject(name: str) -> None:
    email = mailed(Event.MATCH_DISCLOSED, startup=name)
    assert re.search(r"[\r\n\t\x0b]", email.subject) is None
    message = as_sent(email)
    assert message["Subject"].replace("\n", "").startswith("A startup that may suit you: ")
    assert message["Bcc"] is None


def test_the_address_in_the_link_is_a_setting(settings: Settings) -> None:
    settings.SITE_URL = "https://matching.example.go.jp"
    assert "https://matching.example.go.jp/en/help/" in mailed(link="core:help").message


def test_the_language_of_who_acts_is_not_that_of_the_mail() -> None:
    with translation.override("ja"):
        email = mailed(language="en", link="core:notices")
        assert translation.get_language() == "ja"
    assert (email.subject, "/en/notices/" in email.message) == ("Your profile has been approved", True)


def test_whoever_may_not_sign_in_has_the_notice_but_no_mail() -> None:
    active, gone = factories.UserFactory(), factories.UserFactory(is_active=False)
    notify(Event.PROFILE_PUBLISHED, [active, gone], organisation="Acme")
    assert (Notice.objects.count(), [email.to for email in Email.objects.all()]) == (2, [[active.email]])


def test_a_mail_falls_with_the_deed_it_tells_of() -> None:
    def deed() -> None:
        with transaction.atomic():
            mailed()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        deed()
    assert (Notice.objects.count(), Email.objects.count()) == (0, 0)


def test_a_long_subject_is_queued_whole() -> None:
    email = mailed(Event.MATCH_DISCLOSED, startup="S" * 300)
    assert email.subject == f"A startup that may suit you: {'S' * 300}"


@pytest.mark.django_db(transaction=True)
def test_the_clock_sends_what_waits_and_sends_it_once(settings: Settings, tmp_path: object) -> None:
    settings.DATA_DIR = tmp_path / "made on demand"  # type: ignore[operator]
    email = mailed(language="ja")
    assert email.status == STATUS.queued
    tasks.send_queued_mail()
    tasks.send_queued_mail()
    email.refresh_from_db()
    assert (email.status, len(mail.outbox)) == (STATUS.sent, 1)
    assert mail.outbox[0].subject == "プロフィールが承認されました"
