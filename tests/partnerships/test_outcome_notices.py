"""What is told of the asking and its end: to whom, in whose language, by which way, and leading where."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from matchmaking.core.models import Notice
from matchmaking.core.notices import Event
from partnerships import actions
from partnerships.models import FollowUp
from tests.conftest import Cast
from tests.partnerships import stories
from tests.partnerships.pages import LANGUAGES, SignIn, path
from tests.told import read

pytestmark = pytest.mark.django_db
Deed = Callable[[Cast, FollowUp], object]
PAIR = ["company_owner", "company_member", "startup_owner", "startup_member"]
OFFICE = ["officer", "administrator"]
EVERYBODY = [*PAIR, *OFFICE, "other_company_owner", "other_startup_owner", "expert", "newcomer"]


def only_asked(cast: Cast, follow_up: FollowUp) -> None:
    """Nothing more has happened."""


def confirmed(cast: Cast, follow_up: FollowUp) -> None:
    stories.settled(follow_up, cast)


def differs(cast: Cast, follow_up: FollowUp) -> None:
    stories.settled(follow_up, cast, jobs=9)


def decided(cast: Cast, follow_up: FollowUp) -> None:
    found = stories.settled(follow_up, cast, jobs=9)
    actions.decide_outcome(found, "startup", by=cast.officer, reason="給与台帳で確認しました。")


def asked_again(cast: Cast, follow_up: FollowUp) -> None:
    found = stories.settled(follow_up, cast, jobs=9)
    Notice.objects.filter(event=Event.OUTCOME_ASKED).delete()
    actions.ask_outcome_again(found, by=cast.officer, reason="One of you counts twice.")


TOLD: list[tuple[Event, Deed, list[str], dict[str, list[str]], str]] = [
    (
        Event.OUTCOME_ASKED,
        only_asked,
        PAIR,
        {"en": ["what has come of your partnership?", "signed 3 months ago"], "ja": ["協業の成果", "3か月"]},
        "partnerships:outcome",
    ),
    (
        Event.OUTCOME_CONFIRMED,
        confirmed,
        PAIR,
        {"en": ["the outcome is confirmed", "first 3 months"], "ja": ["成果", "3か月"]},
        "partnerships:outcome",
    ),
    (
        Event.OUTCOME_DIFFERS,
        differs,
        OFFICE,
        {"en": ["differ about what came of their partnership"], "ja": ["成果", "3か月"]},
        "partnerships:outcome_staff",
    ),
    (
        Event.OUTCOME_DECIDED,
        decided,
        PAIR,
        {
            "en": ["has decided about the outcome", "stand: Startup", "給与台帳で確認しました。"],
            "ja": ["スタートアップ", "給与台帳で確認しました。"],
        },
        "partnerships:outcome",
    ),
    (
        Event.OUTCOME_ASKED,
        asked_again,
        PAIR,
        {"en": ["what has come of your partnership?"], "ja": ["協業の成果"]},
        "partnerships:outcome",
    ),
]
NAMES = ["asked", "confirmed", "differs", "decided", "asked again"]


@pytest.fixture
def asked(cast: Cast) -> FollowUp:
    now = timezone.now()
    stories.signed(cast, now - timedelta(days=93))
    actions.ask_due(now=now)
    return FollowUp.objects.with_parties().get()


@pytest.mark.parametrize(("event", "deed", "readers", "words", "link"), TOLD, ids=NAMES)
class TestEach:
    def test_just_those_are_told_whom_it_concerns_once_each(
        self,
        cast: Cast,
        asked: FollowUp,
        event: Event,
        deed: Deed,
        readers: list[str],
        words: dict[str, list[str]],
        link: str,
    ) -> None:
        deed(cast, asked)
        told = sorted(Notice.objects.filter(event=event).values_list("recipient_id", flat=True))
        assert told == sorted(getattr(cast, name).pk for name in readers)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_in_their_language_with_both_names(
        self,
        cast: Cast,
        asked: FollowUp,
        event: Event,
        deed: Deed,
        readers: list[str],
        words: dict[str, list[str]],
        link: str,
        language: str,
    ) -> None:
        reader: User = getattr(cast, readers[0])
        User.objects.filter(pk=reader.pk).update(language=language)
        deed(cast, asked)
        notice = Notice.objects.select_related("recipient").filter(event=event, recipient=reader).latest("pk")
        text = read(notice)
        for said in words[language]:
            assert said in text
        firm = cast.company.organisation
        assert (firm.name_en if language == "en" else firm.name) in text
        assert cast.startup.organisation.name in text
        assert "%(" not in text

    def test_it_leads_its_reader_to_a_page_that_opens(
        self,
        cast: Cast,
        as_user: SignIn,
        asked: FollowUp,
        event: Event,
        deed: Deed,
        readers: list[str],
        words: dict[str, list[str]],
        link: str,
    ) -> None:
        deed(cast, asked)
        for name in readers:
            notice = Notice.objects.filter(event=event, recipient=getattr(cast, name)).latest("pk")
            assert (notice.link_name, notice.link_kwargs) == (link, {"pk": asked.pk})
            url = path(link.split(":")[1], pk=asked.pk)
            assert as_user(getattr(cast, name)).get(url).status_code == 200

    def test_no_figure_of_the_other_side_is_told(
        self,
        cast: Cast,
        asked: FollowUp,
        event: Event,
        deed: Deed,
        readers: list[str],
        words: dict[str, list[str]],
        link: str,
    ) -> None:
        deed(cast, asked)
        for notice in Notice.objects.select_related("recipient").filter(event=event):
            text = read(notice)
            assert "12,000,000" not in text
            assert "counts twice" not in text


class TestMails:
    def test_each_link_s_mail_names_what_is_asked_and_until_when(self, cast: Cast, asked: FollowUp) -> None:
        link = asked.links.get(user=cast.startup_owner)
        mail = Email.objects.get(to=cast.startup_owner.email, message__contains="/outcomes/")
        day = timezone.localtime(link.expires_at, stories.JAPAN)
        assert f"{day.day} {day:%B %Y}" in mail.message
        assert "3 months after signing" in mail.message
        assert "without a password" in mail.message

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_reminder_says_that_it_is_one(self, cast: Cast, asked: FollowUp, language: str) -> None:
        User.objects.filter(pk=cast.startup_owner.pk).update(language=language)
        Email.objects.all().delete()
        actions.remind_silent(now=timezone.now() + timedelta(days=14))
        mail = Email.objects.get(to=cast.startup_owner.email)
        assert mail.subject.startswith({"en": "Reminder: ", "ja": "【再度のお願い】"}[language])
        assert f"/{language}/outcomes/" in mail.message

    def test_no_mail_of_a_link_goes_to_anybody_else(self, cast: Cast, asked: FollowUp) -> None:
        actions.remind_silent(now=timezone.now() + timedelta(days=14))
        mails = Email.objects.filter(message__contains="/outcomes/")
        assert {mail.to[0] for mail in mails} == {getattr(cast, name).email for name in PAIR}
        assert not [mail for mail in mails if len(mail.to) > 1 or mail.cc or mail.bcc]

    def test_no_two_mails_hold_the_same_link(self, cast: Cast, asked: FollowUp) -> None:
        actions.remind_silent(now=timezone.now() + timedelta(days=14))
        found = stories.tokens(Email.objects.filter(message__contains="/outcomes/"))
        assert len(found) == len(set(found)) == 8
