"""Experts are reminded two working days before what they owe is due and the day after, when the office hears of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db.models import Q
from django.test import Client
from post_office.models import Email

from accounts.models import User
from matchmaking.celery import app
from matchmaking.core import jobs
from matchmaking.core.models import Job, Notice
from matchmaking.matches.models import Match
from research import actions, tasks
from research.actions.reminders import lead_of
from research.models import AdviceRequest, Commission, Expert
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.research import works
from tests.told import read

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
EXPERT, OFFICE = ["expert"], ["administrator", "officer"]
BEFORE, AFTER = ("research_due", "advice_due"), ("research_late", "advice_late")
DUE = works.DUE  # a Friday


@pytest.fixture
def pair(cast: Cast) -> Match:
    return stories.match_of(cast.company, cast.startup)


@pytest.fixture
def writing(pair: Match, cast: Cast) -> Commission:
    return works.accepted(works.asked(pair, cast.officer), cast.expert, cast.officer)


@pytest.fixture
def asked(cast: Cast) -> AdviceRequest:
    return works.advice_asked(cast.startup, cast.expert, cast.officer)


def beat(day: int, hour: int = 3) -> dict[str, list[str]]:
    """What beat starts on that day of June 2031 (UTC), the worker that does it, and who has been reminded so far."""
    with time_machine.travel(datetime(2031, 6, day, hour, tzinfo=UTC), tick=False):
        tasks.queue_reminders()
        work()
    return reminded()


def work() -> None:
    """What the worker does of it; to read questions takes it an encoder, which is nobody's concern here."""
    for pk in Job.objects.filter(name="research.remind", state="ready").values_list("pk", flat=True):
        jobs.run(pk)


def reminded() -> dict[str, list[str]]:
    events = (*BEFORE, *AFTER, "research_overdue", "advice_overdue")
    rows = Notice.objects.filter(event__in=events).values_list("event", "recipient__name")
    found: dict[str, list[str]] = {}
    for event, name in rows.order_by("event", "recipient__name"):
        found.setdefault(event, []).append(name)
    return found


@pytest.mark.parametrize("what", ["research", "advice"])
def test_once_before_once_after_and_the_office_when_it_is_overdue(
    what: str, request: Any, cast: Cast
) -> None:
    request.getfixturevalue({"research": "writing", "advice": "asked"}[what])
    assert beat(10) == {}, "Tuesday: three working days are left"
    for day in (11, 12, 13):
        assert beat(day) == {f"{what}_due": EXPERT}
    late = {f"{what}_due": EXPERT, f"{what}_late": EXPERT, f"{what}_overdue": OFFICE}
    for day in (14, 15, 30):
        assert beat(day) == late


@pytest.mark.parametrize(
    ("due", "today", "lead"),
    [
        (date(2031, 6, 13), date(2031, 6, 10), None),
        (date(2031, 6, 13), date(2031, 6, 11), "before"),
        (date(2031, 6, 13), date(2031, 6, 13), "before"),
        (date(2031, 6, 13), date(2031, 6, 14), "after"),
        (date(2031, 6, 16), date(2031, 6, 11), None),  # a Monday: the weekend does not count
        (date(2031, 6, 16), date(2031, 6, 12), "before"),
        (date(2031, 5, 7), date(2031, 4, 30), None),  # after the holidays of May
        (date(2031, 5, 7), date(2031, 5, 1), "before"),
        (date(2031, 1, 6), date(2030, 12, 25), None),  # after the turn of the year
        (date(2031, 1, 6), date(2030, 12, 26), "before"),
    ],
)
def test_the_offices_working_days_are_counted(due: date, today: date, lead: str | None) -> None:
    assert lead_of(due, today) == lead


def test_the_day_is_that_of_the_office_not_of_the_server(writing: Commission) -> None:
    """In Tokyo the 11th begins at 15:00 UTC of the 10th, and the 14th at 15:00 of the 13th."""
    assert beat(10, hour=14) == {}
    assert beat(10, hour=15) == {"research_due": EXPERT}
    assert set(beat(13, hour=14)) == {"research_due"}
    assert set(beat(13, hour=15)) == {"research_due", "research_late", "research_overdue"}


def delivered(cast: Cast, made: Commission) -> None:
    works.delivered(made, cast.expert)


def refused(cast: Cast, made: Commission) -> None:
    expert = Expert.objects.get(pk=cast.expert.pk)
    actions.declare_conflict(expert, cast.startup.organisation, reason="", by=cast.expert)


def cancelled(cast: Cast, made: Commission) -> None:
    actions.cancel(made, reason="No budget", by=cast.officer)


def put_off(cast: Cast, made: Commission) -> None:
    """Returned with another day."""
    works.delivered(made, cast.expert)
    remark = actions.Remark("summary", 1, "More.")
    actions.return_report(made, [remark], by=cast.officer, due=date(2031, 6, 30))


@pytest.mark.parametrize("end", [delivered, refused, cancelled, put_off])
@pytest.mark.parametrize("day", [11, 14])
def test_whoever_owes_nothing_any_more_is_left_alone_also_when_it_was_queued_before(
    day: int, end: Callable[[Cast, Commission], None], writing: Commission, cast: Cast
) -> None:
    with time_machine.travel(datetime(2031, 6, day, 3, tzinfo=UTC), tick=False):
        assert tasks.queue_reminders() == 1
        end(cast, writing)
        work()
        assert (reminded(), tasks.queue_reminders()) == ({}, 0)


def test_a_reminder_that_comes_too_late_says_no_more_that_it_is_due(writing: Commission) -> None:
    """The worker was away for days: only that it is late is told."""
    with time_machine.travel(datetime(2031, 6, 12, 3, tzinfo=UTC), tick=False):
        tasks.queue_reminders()
    assert set(beat(20)) == {"research_late", "research_overdue"}
    assert Job.objects.filter(name="research.remind").count() == 2


def test_the_next_expert_and_the_next_day_have_reminders_of_their_own(
    writing: Commission, cast: Cast, pair: Match
) -> None:
    beat(14)
    refused(cast, writing)
    writing.refresh_from_db()
    other = factories.ExpertFactory(user__name="second").user
    works.accepted(writing, other, cast.officer)
    Notice.objects.all().delete()
    assert beat(14, hour=5) == {"research_late": ["second"], "research_overdue": OFFICE}
    works.delivered(writing, other)
    remark = actions.Remark("summary", 1, "More.")
    actions.return_report(writing, [remark], by=cast.officer, due=date(2031, 6, 20))
    Notice.objects.all().delete()
    assert beat(17) == {}
    assert beat(18) == {"research_due": ["second"]}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ["is due on Fri 13 June", "was due on Fri 13 June", "expert was to deliver it by Fri 13 June"],
        ),
        (
            "ja",
            [
                "6月13日（金）が期限です",
                "6月13日（金））を過ぎています",
                "6月13日（金）でした",
            ],
        ),
    ],
)
def test_it_is_told_in_the_portal_and_by_mail_in_the_readers_language(
    language: str, words: list[str], writing: Commission, cast: Cast, as_user: SignIn
) -> None:
    User.objects.update(language=language)
    beat(11)
    beat(14)
    events = ("research_due", "research_late", "research_overdue")
    for event, text in zip(events, words, strict=True):
        notice = Notice.objects.filter(event=event).select_related("recipient").earliest("pk")
        assert text in read(notice), event
        client = as_user(notice.recipient)
        opened = client.get(f"/{language}/notices/{notice.pk}/open/", follow=True)
        assert opened.status_code != 500
        said = Q(subject__contains=text) | Q(message__contains=text)
        assert Email.objects.filter(said, to=notice.recipient.email).count() == 1


def test_beat_looks_every_hour_and_with_the_same_queries_however_many_are_not_due(
    pair: Match, cast: Cast, django_assert_num_queries: Any
) -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["remind-of-research"]
    assert (entry["task"] in app.tasks, entry["schedule"]) == (True, 3600.0)
    for _each in range(2):
        works.offered(works.asked(pair, cast.officer), cast.expert, cast.officer)
        Expert.objects.update(capacity=9)
    with django_assert_num_queries(2):
        assert actions.queue_reminders(today=date(2031, 6, 10)) == 0
