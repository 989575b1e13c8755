"""Who is told by mail, with which files, and how long mail and its files are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from post_office.models import STATUS, Email
from post_office.models import Attachment as File

from accounts.models import User
from matchmaking.core import jobs, mailing
from matchmaking.core.mailing import LAST, MACHINE, PRIVATE, Attachment
from matchmaking.core.models import Job, Notice
from matchmaking.core.notices import Event, notify
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
CALENDAR = {"meeting.ics": Attachment(b"BEGIN:VCALENDAR", "text/calendar")}


def reader(**values: Any) -> User:
    return UserFactory(**values)


def told(*people: User, **options: Any) -> list[str]:
    notify(Event.PROFILE_PUBLISHED, people, organisation="Acme", **options)
    return [email.to[0] for email in Email.objects.order_by("pk")]


# --- Who is told -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wishes_mail", "is_active", "files", "mailed"),
    [
        (True, True, {}, True),
        (False, True, {}, False),
        (True, False, {}, False),
        (False, True, CALENDAR, True),  # a file to put into a calendar is no mere notice
        (False, False, CALENDAR, False),  # who may not sign in is written to in no case
    ],
)
def test_mail_goes_to_who_wants_it_and_files_to_whoever_is_concerned(
    wishes_mail: bool, is_active: bool, files: dict[str, Attachment], mailed: bool
) -> None:
    person = reader(notices_by_mail=wishes_mail, is_active=is_active)
    assert told(person, attachments=files) == ([person.email] if mailed else [])
    assert Notice.objects.get().recipient == person  # the portal shows it in every case


def test_everybody_is_told_once_in_the_order_given_whatever_the_others_wish() -> None:
    people = [
        reader(language=language, notices_by_mail=wish) for language in ("ja", "en") for wish in (True, False)
    ]
    assert told(*people, people[0], *people) == [people[0].email, people[2].email]
    assert [notice.recipient for notice in Notice.objects.order_by("pk")] == people
    english, japanese = (Email.objects.get(to=person.email) for person in (people[2], people[0]))
    assert (english.subject.isascii(), japanese.subject.isascii()) == (True, False)


def test_people_may_come_from_a_query_or_one_after_the_other() -> None:
    people = [reader(), reader()]
    notify(Event.PROFILE_PUBLISHED, User.objects.filter(pk=people[0].pk), organisation="Acme")
    notify(Event.PROFILE_PUBLISHED, (person for person in people), organisation="Acme")
    assert Notice.objects.count() == 3


def test_a_link_with_a_number_is_kept_with_it_and_mailed_in_the_readers_language() -> None:
    told(reader(language="ja"), link="startups:profile", link_kwargs={"pk": 7})
    assert Notice.objects.get().link_kwargs == {"pk": 7}
    assert "/ja/startups/7/profile/" in Email.objects.get().message


# --- How it is sent ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "headers"),
    [
        ({}, MACHINE),
        ({"private": True}, PRIVATE),
        ({"last": True}, LAST),
        ({"private": True, "last": True}, LAST),  # it is deleted whole, which forgets its secret too
    ],
)
def test_the_headers_say_how_long_a_mail_is_kept(options: dict[str, bool], headers: dict[str, str]) -> None:
    mailing.queue("a@people.example", "S", "T", **options)
    assert Email.objects.get().headers == headers


@pytest.mark.parametrize(
    ("text", "kept"),
    [("a", "a\n"), ("\n\na\n\n", "a\n"), ("a\n\nb", "a\n\nb\n"), ("　a　", "a\n"), ("", "\n")],
)
def test_a_text_ends_with_one_line_break(text: str, kept: str) -> None:
    mailing.queue("a@people.example", "S", text)
    assert Email.objects.get().message == kept


# --- How long it is kept -----------------------------------------------------------------------------------------


def queued(address: str = "a@people.example", **options: Any) -> Email:
    mailing.queue(address, "Your code", "1234-5678", **options)
    return Email.objects.latest("pk")


def aged(email: Email, status: int, days: float) -> Email:
    changed = timezone.now() - timedelta(days=days)
    Email.objects.filter(pk=email.pk).update(status=status, last_updated=changed)
    return email


@pytest.mark.parametrize("status", [STATUS.sent, STATUS.failed, STATUS.queued, STATUS.requeued])
@pytest.mark.parametrize(("late", "is_old"), [(-0.01, False), (0.01, True), (400, True)])
def test_what_is_over_is_deleted_when_its_time_has_come_and_what_waits_is_not(
    status: int, late: float, is_old: bool, settings: Any
) -> None:
    email = aged(queued(), status, settings.MAIL_DAYS + late)
    goes = is_old and status in (STATUS.sent, STATUS.failed)
    assert mailing.forget_old_mail(timezone.now()) == goes
    assert Email.objects.filter(pk=email.pk).exists() is not goes
    assert mailing.forget_old_mail(timezone.now()) == 0


@pytest.mark.parametrize(
    ("options", "status", "secret_goes", "mail_goes"),
    [
        ({}, STATUS.sent, False, False),
        ({"private": True}, STATUS.sent, True, False),
        ({"private": True}, STATUS.queued, False, False),
        ({"private": True}, STATUS.failed, False, False),  # nobody had it
        ({"last": True}, STATUS.sent, False, True),
        ({"last": True}, STATUS.failed, False, True),
        ({"last": True}, STATUS.requeued, False, False),
    ],
)
@pytest.mark.parametrize("debug", [True, False])
def test_what_is_emptied_and_what_is_deleted_once_it_has_gone(
    options: dict[str, bool], status: int, secret_goes: bool, mail_goes: bool, debug: bool, settings: Any
) -> None:
    """While debugging nothing goes: the queue is where mail is read."""
    settings.DEBUG = debug
    email = aged(queued(**options), status, 0)
    assert mailing.forget_secrets() == (secret_goes and not debug)
    assert mailing.forget_secrets() == 0  # what is empty is not emptied again
    assert mailing.forget_last_mail() == (mail_goes and not debug)
    left = Email.objects.filter(pk=email.pk).values_list("subject", "message").first()
    expected = ("", "") if secret_goes and not debug else ("Your code", "1234-5678\n")
    assert left == (None if mail_goes and not debug else expected)


def files() -> list[str]:
    return sorted(File.objects.values_list("name", flat=True))


def test_files_go_with_the_last_mail_that_has_them() -> None:
    shared = File.objects.create(name="shared.ics")
    shared.file.save("shared.ics", ContentFile(b"x"))
    own = {"own.ics": Attachment(b"y", "text/calendar")}
    first, second = queued(attachments=own), queued("b@people.example")
    first.attachments.add(shared)
    second.attachments.add(shared)
    assert mailing.forget(Email.objects.filter(pk=first.pk)) == 1
    assert files() == ["shared.ics"]
    assert mailing.forget(Email.objects.filter(pk=second.pk)) == 1
    assert (files(), Email.objects.count()) == ([], 0)


def test_files_leave_the_disk_by_a_job_that_may_run_twice() -> None:
    email = queued(attachments=CALENDAR)
    stored = email.attachments.get().file
    storage, name = stored.storage, stored.name
    mailing.forget(Email.objects.all())
    assert storage.exists(name), "not before the commit"
    job = Job.objects.get(name="core.delete_files")
    assert job.payload == {"names": [name]}
    assert jobs.run(job.pk)
    assert not storage.exists(name)
    mailing.delete_files([name, "never/was/there.ics"])


def test_mail_without_files_needs_no_job() -> None:
    queued()
    mailing.forget(Email.objects.all())
    assert not Job.objects.filter(name="core.delete_files").exists()
    assert mailing.forget(Email.objects.none()) == 0
