"""The queue of mail against a mail server that is away: tried again later, given up at last, never sent twice."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from post_office.connections import connections
from post_office.models import STATUS, Email, Log

from matchmaking.core import mailing, tasks
from matchmaking.core.notices import Event, notify
from matchmaking.settings import base
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def closed_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def queue(settings: Any, tmp_path: Path) -> Iterator[Any]:
    """The worker's own folder, and connections that are not remembered from an earlier test."""
    settings.DATA_DIR = tmp_path
    settings.POST_OFFICE = {
        **base.POST_OFFICE,
        **settings.POST_OFFICE,
    }  # with the number of tries of production
    connections.close()
    yield settings
    connections.close()


def server_is_away(settings: Any, port: int) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 2
    settings.POST_OFFICE = {**settings.POST_OFFICE, "BACKENDS": {"default": SMTP}}
    connections.close()


def server_is_back(settings: Any) -> None:
    locmem = "django.core.mail.backends.locmem.EmailBackend"
    settings.POST_OFFICE = {**settings.POST_OFFICE, "BACKENDS": {"default": locmem}}
    connections.close()


def told() -> Email:
    notify(
        Event.PROFILE_PUBLISHED, [factories.UserFactory(email="reader@people.example")], organisation="Acme"
    )
    return Email.objects.get()


def an_hour_later() -> None:
    """The time of the next try has come."""
    Email.objects.filter(status=STATUS.requeued).update(scheduled_time=timezone.now() - timedelta(minutes=1))


def test_what_could_not_be_sent_waits_and_is_sent_once_when_the_server_is_back(
    queue: Any, closed_port: int
) -> None:
    email = told()
    server_is_away(queue, closed_port)
    tasks.send_queued_mail()
    email.refresh_from_db()
    assert (email.status, email.number_of_retries) == (STATUS.requeued, 1)
    assert email.scheduled_time > timezone.now()
    server_is_back(queue)
    tasks.send_queued_mail()
    assert mail.outbox == [], "its time has not come"
    an_hour_later()
    for _again in range(2):
        tasks.send_queued_mail()
    email.refresh_from_db()
    assert (email.status, [message.to for message in mail.outbox]) == (
        STATUS.sent,
        [["reader@people.example"]],
    )


def test_after_the_last_try_it_is_given_up_and_kept_with_its_reason(queue: Any, closed_port: int) -> None:
    email = told()
    server_is_away(queue, closed_port)
    tries = queue.POST_OFFICE["MAX_RETRIES"] + 1
    for _try in range(tries):
        tasks.send_queued_mail()
        an_hour_later()
    email.refresh_from_db()
    assert (email.status, email.number_of_retries) == (STATUS.failed, tries - 1)
    assert "refused" in Log.objects.filter(email=email).latest("pk").message.lower()
    server_is_back(queue)
    tasks.send_queued_mail()
    assert mail.outbox == []


def test_mail_that_is_queued_meanwhile_is_sent_while_another_waits_for_its_next_try(
    queue: Any, closed_port: int
) -> None:
    told()
    server_is_away(queue, closed_port)
    tasks.send_queued_mail()
    server_is_back(queue)
    mailing.queue("later@people.example", "A later one", "Text")
    tasks.send_queued_mail()
    assert [message.to for message in mail.outbox] == [["later@people.example"]]
    assert sorted(Email.objects.values_list("status", flat=True)) == sorted([STATUS.requeued, STATUS.sent])


def test_a_secret_is_kept_until_it_has_been_sent(queue: Any, closed_port: int) -> None:
    queue.DEBUG = False
    mailing.queue("reader@people.example", "Your code", "1234-5678", private=True)
    server_is_away(queue, closed_port)
    tasks.send_queued_mail()
    assert "1234-5678" in Email.objects.get().message
    server_is_back(queue)
    an_hour_later()
    tasks.send_queued_mail()
    assert "1234-5678" in mail.outbox[0].body
    email = Email.objects.get()
    assert (email.status, email.subject, email.message) == (STATUS.sent, "", "")


@pytest.mark.parametrize(
    ("subject", "kept"),
    [
        ("One line", "One line"),
        ("Two\nlines", "Two lines"),
        ("  blanks \t and\r\nmore ", "blanks and more"),
        ("題名\u3000全角", "題名 全角"),
        ("", ""),
    ],
)
@pytest.mark.parametrize("private", [True, False])
def test_a_subject_is_one_line_and_the_mail_says_what_it_is(subject: str, kept: str, private: bool) -> None:
    mailing.queue("reader@people.example", subject, "\n\nText with blanks  \n\n", private=private)
    email = Email.objects.get()
    assert (email.subject, email.message, email.html_message) == (kept, "Text with blanks\n", "")
    assert email.headers == {"Auto-Submitted": "auto-generated"} | (
        {"Sensitivity": "Private"} if private else {}
    )


def test_files_go_with_the_mail_under_their_names_and_kinds(queue: Any) -> None:
    files = {
        "meeting.ics": mailing.Attachment(b"BEGIN:VCALENDAR", "text/calendar; method=REQUEST"),
        "商談.txt": mailing.Attachment("12月3日".encode(), "text/plain"),
    }
    mailing.queue("reader@people.example", "A meeting", "See the file.", files)
    server_is_back(queue)
    tasks.send_queued_mail()
    [message] = mail.outbox
    sent = {attachment[0]: attachment[1] for attachment in message.attachments}
    assert set(sent) == set(files)
    assert b"BEGIN:VCALENDAR" in (
        sent["meeting.ics"] if isinstance(sent["meeting.ics"], bytes) else sent["meeting.ics"].encode()
    )


def test_nothing_in_the_queue_is_nothing_to_do(queue: Any) -> None:
    tasks.send_queued_mail()
    assert (mail.outbox, Email.objects.count()) == ([], 0)
