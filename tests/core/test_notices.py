"""Notices: one table of words, in the reader's language, by mail where the table says so."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation
from post_office.mail import send_queued_mail_until_done
from post_office.models import Email

from accounts.models import User
from matchmaking.core import notices
from matchmaking.core.models import Notice
from matchmaking.core.notices import WORDINGS, Event, notify
from tests.conftest import Cast
from tests.factories import UserFactory


def test_every_event_has_words() -> None:
    assert set(WORDINGS) == set(Event)


@pytest.mark.parametrize("event", Event)
def test_both_languages_name_the_same_things(event: Event) -> None:
    def placeholders(text: object) -> list[str]:
        return sorted(re.findall(r"%\((\w+)\)s", str(text)))

    wording = WORDINGS[event]
    with translation.override("en"):
        english = [placeholders(wording.subject), placeholders(wording.body)]
    with translation.override("ja"):
        assert [placeholders(wording.subject), placeholders(wording.body)] == english
        assert str(wording.subject) != wording.subject._args[0]  # type: ignore[union-attr]


@pytest.mark.django_db
def test_each_reader_is_told_in_their_own_language() -> None:
    english, japanese = UserFactory(language="en"), UserFactory(language="ja")
    notify(Event.PROFILE_PUBLISHED, [english, japanese], link="core:notices", organisation="Acme")
    subjects = {email.to[0]: email.subject for email in Email.objects.all()}
    assert subjects == {
        english.email: "Your profile has been approved",
        japanese.email: "プロフィールが承認されました",
    }
    links = {email.to[0]: re.findall(r"http\S+", email.message) for email in Email.objects.all()}
    assert links == {
        english.email: ["http://localhost:8000/en/notices/"],
        japanese.email: ["http://localhost:8000/ja/notices/"],
    }


@pytest.mark.django_db
def test_an_event_that_is_not_mailed_stays_in_the_portal() -> None:
    notify(Event.PROFILE_SUBMITTED, [UserFactory()], organisation="Acme")
    assert (Notice.objects.count(), Email.objects.count()) == (1, 0)


@pytest.mark.django_db
def test_nobody_who_may_not_sign_in_gets_mail() -> None:
    notify(Event.PROFILE_PUBLISHED, [UserFactory(is_active=False)], organisation="Acme")
    assert Email.objects.count() == 0


@pytest.mark.django_db
def test_a_newline_in_a_name_cannot_become_a_mail_header() -> None:
    notify(Event.MATCH_DISCLOSED, [UserFactory()], startup="Evil\nBcc: all@people.example")
    assert Email.objects.get().subject == "A startup that may suit you: Evil Bcc: all@people.example"


@pytest.mark.django_db(transaction=True)
def test_queued_mail_is_sent_by_the_queue() -> None:
    notify(Event.PROFILE_PUBLISHED, [UserFactory(email="reader@people.example")], organisation="Acme")
    assert mail.outbox == []
    send_queued_mail_until_done(processes=1)
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["reader@people.example"], "Your profile has been approved")
    ]


@pytest.fixture
def reader(cast: Cast, as_user: Callable[[User], Client]) -> tuple[User, Client]:
    notify(Event.PROFILE_PUBLISHED, [cast.company_owner], link="core:help", organisation="Acme")
    notify(Event.PROFILE_PUBLISHED, [cast.other_company_owner], organisation="Other")
    return cast.company_owner, as_user(cast.company_owner)


@pytest.mark.django_db
def test_the_list_shows_only_the_readers_own(reader: tuple[User, Client]) -> None:
    page = reader[1].get("/en/notices/").content.decode()
    assert ("Acme now takes part" in page, "Other now takes part" in page) == (True, False)


@pytest.mark.django_db
def test_opening_a_notice_marks_it_read_and_leads_on(reader: tuple[User, Client]) -> None:
    notice = Notice.objects.get(recipient=reader[0])
    answer = reader[1].post(reverse("core:notice_open", args=[notice.pk]))
    notice.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, "/en/help/")
    assert notice.read_at is not None


@pytest.mark.django_db
def test_somebody_elses_notice_does_not_exist(reader: tuple[User, Client]) -> None:
    other = Notice.objects.exclude(recipient=reader[0]).get()
    assert reader[1].post(reverse("core:notice_open", args=[other.pk])).status_code == 404
    other.refresh_from_db()
    assert other.read_at is None


@pytest.mark.django_db
def test_marking_all_as_read_leaves_other_readers_alone(reader: tuple[User, Client]) -> None:
    reader[1].post(reverse("core:notices_read"))
    unread = Notice.objects.unread().values_list("recipient__name", flat=True)
    assert list(unread) == ["other-company-owner"]


@pytest.mark.django_db
def test_a_notice_without_a_link_leads_back_to_the_list() -> None:
    notify(Event.PROFILE_SUBMITTED, [UserFactory()], organisation="Acme")
    notice = Notice.objects.get()
    assert (notices.path(notice), notices.subject(notice)) == ("", "Acme has applied")
