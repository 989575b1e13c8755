"""Who is asked for free times in a round: when, how often, in whose working days, and when it stops."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.utils import translation

from accounts.models import User
from matchmaking.core import jobs, notices
from matchmaking.core.models import Job, Notice
from matchmaking.core.notices import Event
from meetings import actions, rules
from meetings.enums import Ask, RoundStatus
from meetings.hours import Closure as PlainClosure
from meetings.hours import calendar_for
from meetings.models import Closure, Round
from meetings.tasks import queue_asks
from tests.conftest import Cast
from tests.meetings import pages, stories

ANSWER_BY = date(2031, 5, 26)  # a Monday
KINDS = (Event.AVAILABILITY_ASKED, Event.AVAILABILITY_REMINDED)


def in_may(day: int, hour: int = 3, minute: int = 0) -> datetime:
    """UTC; three o'clock is noon in Japan and eleven in Singapore."""
    return stories.at(hour, minute, day=1) - timedelta(days=32 - day)


@pytest.mark.parametrize(
    ("country", "moment", "due"),
    [
        ("JP", in_may(7), Ask.FIRST),
        ("JP", in_may(20), Ask.FIRST),  # four working days are left
        ("JP", in_may(21), Ask.SOON),  # three: Thursday, Friday, Monday
        ("JP", in_may(22), Ask.SOON),
        ("JP", in_may(23), Ask.LAST),  # a Friday: only Monday is left
        ("JP", in_may(24), None),
        ("JP", in_may(25), None),
        ("JP", in_may(26), Ask.LAST),
        ("JP", in_may(27), None),  # too late to answer
        ("JP", in_may(20, 23), None),  # eight in the morning of the 21st
        ("JP", in_may(21, 12), None),  # nine in the evening
        # in Israel the week ends on Thursday and begins on Sunday
        ("IL", in_may(22, 8), Ask.SOON),
        ("IL", in_may(23, 8), None),
        ("IL", in_may(24, 8), None),
        ("IL", in_may(25, 8), Ask.LAST),
    ],
)
def test_what_is_due_by_working_days(country: str, moment: datetime, due: Ask | None) -> None:
    assert rules.ask_due(calendar_for(country), ANSWER_BY, moment) == due


def test_days_off_are_not_counted_nor_used() -> None:
    closed = PlainClosure(date(2031, 5, 22), date(2031, 5, 23), "Moving", "移転", "JP")
    calendar = calendar_for("JP", closures=[closed])
    assert rules.ask_due(calendar, ANSWER_BY, in_may(19)) == Ask.SOON
    assert rules.ask_due(calendar, ANSWER_BY, in_may(21)) == Ask.LAST
    assert rules.ask_due(calendar, ANSWER_BY, in_may(22)) is None


@pytest.fixture
def round_(cast: Cast) -> Round:
    """The cast's pair wants to meet in it, and is to answer by 26 May 2031."""
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    return stories.a_round(cast.officer, [request])


def beat(moment: datetime) -> None:
    """What beat starts then, and the worker that does what is due."""
    with time_machine.travel(moment, tick=False):
        queue_asks()
        jobs.run_due()


def asked(user: User) -> list[str]:
    return list(
        Notice.objects.filter(recipient=user, event__in=KINDS).order_by("pk").values_list("event", flat=True)
    )


@pytest.mark.django_db
def test_both_sides_are_asked_once_and_reminded_twice(cast: Cast, round_: Round) -> None:
    for day in range(12, 31):
        for hour in (0, 3, 6):
            beat(in_may(day, hour))
    expected = [Event.AVAILABILITY_ASKED, Event.AVAILABILITY_REMINDED, Event.AVAILABILITY_REMINDED]
    for user in (cast.company_owner, cast.company_member, cast.startup_owner, cast.startup_member):
        assert asked(user) == expected
    for user in (cast.other_company_owner, cast.other_startup_owner, cast.officer):
        assert asked(user) == []


ANSWERS: dict[str, Callable[[Round, Cast], object]] = {
    "chosen": lambda made, cast: actions.give_availability(
        made, cast.startup.organisation, [], by=cast.startup_owner
    ),
    "usual": lambda made, cast: actions.reset_availability(
        made, cast.startup.organisation, by=cast.startup_owner
    ),
    "none": lambda made, cast: actions.refuse_round(
        made, cast.startup.organisation, wish="In July", by=cast.startup_owner
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("answer", ANSWERS)
def test_whoever_has_answered_is_not_asked_again(cast: Cast, round_: Round, answer: str) -> None:
    beat(in_may(12))
    ANSWERS[answer](round_, cast)
    beat(in_may(21))
    assert asked(cast.startup_owner) == [Event.AVAILABILITY_ASKED]
    assert asked(cast.company_owner) == list(KINDS)


@pytest.mark.django_db
def test_an_answer_given_while_the_asking_waits_stops_it(cast: Cast, round_: Round) -> None:
    with time_machine.travel(in_may(12), tick=False):
        assert queue_asks() == 2
        actions.refuse_round(round_, cast.startup.organisation, wish="In July", by=cast.startup_owner)
        jobs.run_due()
    assert (asked(cast.startup_owner), asked(cast.company_owner)) == ([], [Event.AVAILABILITY_ASKED])


@pytest.mark.django_db
@pytest.mark.parametrize("status", [RoundStatus.PLACING, RoundStatus.PUBLISHED, RoundStatus.HELD])
def test_a_round_that_takes_no_answers_asks_for_none(cast: Cast, round_: Round, status: str) -> None:
    with time_machine.travel(in_may(12), tick=False):
        queue_asks()
        Round.objects.update(status=status)
        assert queue_asks() == 0
        jobs.run_due()
    assert asked(cast.company_owner) == []


@pytest.mark.django_db
def test_whoever_left_the_round_is_left_alone(cast: Cast, round_: Round) -> None:
    actions.set_aside(round_.requests.get(), by=cast.officer)
    beat(in_may(12))
    assert asked(cast.company_owner) == []


@pytest.mark.django_db
def test_late_comers_are_told_at_once_how_little_time_there_is(cast: Cast, round_: Round) -> None:
    beat(in_may(23))
    assert asked(cast.company_owner) == [Event.AVAILABILITY_REMINDED]


@pytest.mark.django_db
def test_a_later_day_to_answer_asks_anew(cast: Cast, round_: Round) -> None:
    beat(in_may(12))
    Round.objects.update(answer_by=ANSWER_BY + timedelta(days=2))
    beat(in_may(13))
    beat(in_may(14))
    assert asked(cast.company_owner) == [Event.AVAILABILITY_ASKED] * 2
    assert Job.objects.filter(dedupe_key__startswith=f"availability:{round_.pk}:").count() == 4


@pytest.mark.django_db
def test_each_side_is_asked_on_its_own_working_days(cast: Cast, round_: Round) -> None:
    Closure.objects.create(
        organisation=cast.startup.organisation, first_day=date(2031, 5, 12), last_day=date(2031, 5, 13),
        name_en="Moving", name_ja="移転",
    )  # fmt: skip
    beat(in_may(12))
    assert (asked(cast.company_owner), asked(cast.startup_owner)) == ([Event.AVAILABILITY_ASKED], [])
    beat(in_may(14))
    assert asked(cast.startup_owner) == [Event.AVAILABILITY_ASKED]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "say by Mon 26 May 2031 when you can meet"),
        ("ja", "2031年5月26日（月）までに商談できる時間をお知らせください"),
    ],
)
def test_each_reads_it_in_their_language(cast: Cast, round_: Round, language: str, words: str) -> None:
    User.objects.filter(pk=cast.company_owner.pk).update(language=language)
    beat(in_may(12))
    notice = Notice.objects.get(recipient=cast.company_owner, event=Event.AVAILABILITY_ASKED)
    with translation.override(language):
        assert words in notices.subject(notice)
        assert notices.path(notice) == pages.path("availability", language=language, pk=round_.pk)
