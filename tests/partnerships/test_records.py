"""What is recorded about a partnership: by whom, what it tells, and what it asks of whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from matchmaking.core import notices
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from partnerships import actions
from partnerships.actions import NotTheirs
from partnerships.enums import AmountKind, PaperKind
from partnerships.models import NextStep, Partnership
from tests import factories
from tests.conftest import Cast
from tests.partnerships import stories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SIDES = {"company": Side.COMPANY, "startup": Side.STARTUP, "staff": Side.STAFF}


def told(event: Event) -> set[User]:
    return {notice.recipient for notice in Notice.objects.filter(event=event)}


def people_of(cast: Cast, side: str) -> set[User]:
    return {
        "company": {cast.company_owner, cast.company_member},
        "startup": {cast.startup_owner, cast.startup_member},
        "staff": {cast.officer, cast.administrator},
    }[side]


def speaker_of(cast: Cast, side: str) -> User:
    return {"company": cast.company_owner, "startup": cast.startup_owner, "staff": cast.officer}[side]


@pytest.mark.parametrize("owner", list(SIDES))
@pytest.mark.parametrize("speaker", list(SIDES))
def test_the_side_that_has_to_take_a_step_is_told_unless_it_says_so_itself(
    cast: Cast, owner: str, speaker: str
) -> None:
    stories.a_step(stories.begun(cast), speaker_of(cast, speaker), owner=SIDES[owner])
    assert told(Event.STEP_GIVEN) == (set() if owner == speaker else people_of(cast, owner))


@pytest.mark.parametrize("owner", list(SIDES))
@pytest.mark.parametrize("speaker", list(SIDES))
def test_a_step_is_finished_by_its_side_or_by_staff(cast: Cast, owner: str, speaker: str) -> None:
    step = stories.a_step(stories.begun(cast), cast.officer, owner=SIDES[owner])
    by = speaker_of(cast, speaker)
    if speaker in (owner, "staff"):
        actions.finish_step(step, by=by, now=stories.NOON)
        step.refresh_from_db()
        assert (step.done_at, step.done_by) == (stories.NOON, by)
    else:
        with pytest.raises(NotTheirs):
            actions.finish_step(step, by=by)
        step.refresh_from_db()
        assert (step.done_at, step.done_by) == (None, None)


def test_a_step_is_done_once(cast: Cast) -> None:
    step = stories.a_step(stories.begun(cast), cast.officer)
    actions.finish_step(step, by=cast.officer, now=stories.NOON)
    with pytest.raises(TransitionNotAllowed):
        actions.finish_step(step, by=cast.startup_owner, now=stories.NOON + DAY)
    step.refresh_from_db()
    assert (step.done_at, step.done_by) == (stories.NOON, cast.officer)


def _step(partnership: Partnership, by: User) -> None:
    actions.add_step(partnership, "Visit", Side.STARTUP, stories.TODAY, by=by, now=stories.NOON)


def _paper(partnership: Partnership, by: User) -> None:
    actions.add_paper(partnership, PaperKind.NDA, stories.TODAY, by=by, now=stories.NOON)


def _amount(partnership: Partnership, by: User) -> None:
    actions.add_amount(
        partnership, AmountKind.PRICE, Decimal(5), "USD", stories.TODAY, by=by, now=stories.NOON
    )


def _measure(partnership: Partnership, by: User) -> None:
    actions.add_measure(partnership, "Subsidy", stories.TODAY, by=by, now=stories.NOON)


def _done(partnership: Partnership, by: User) -> None:
    step = NextStep.objects.create(
        partnership=partnership,
        text="Visit",
        owner="staff",
        due_on=stories.TODAY,
        by=by,
        at=stories.NOON,
    )
    actions.finish_step(step, by=by, now=stories.NOON)


@pytest.mark.parametrize(
    ("record", "action"),
    [
        (_step, "nextstep.added"),
        (_paper, "paper.added"),
        (_amount, "amount.added"),
        (_measure, "supportmeasure.added"),
        (_done, "nextstep.done"),
    ],
)
def test_each_record_is_news_and_stands_in_the_audit_trail(
    cast: Cast, record: Callable[[Partnership, User], None], action: str
) -> None:
    begun = stories.begun(cast, now=stories.NOON - 90 * DAY)
    assert list(Partnership.objects.quiet(stories.NOON)) == [begun]
    record(begun, cast.officer)
    begun.refresh_from_db()
    assert begun.news_at == stories.NOON
    assert not Partnership.objects.quiet(stories.NOON).exists()
    assert AuditEvent.objects.get(action=action).actor_id == cast.officer.pk


def test_an_amount_keeps_currency_and_day(cast: Cast) -> None:
    row = actions.add_amount(
        stories.begun(cast),
        AmountKind.INVESTMENT,
        Decimal("1500000.50"),
        "SGD",
        date(2031, 5, 1),
        by=cast.startup_owner,
    )
    row.refresh_from_db()
    assert (row.amount, row.currency, row.as_of) == (Decimal("1500000.50"), "SGD", date(2031, 5, 1))


class TestReminders:
    @pytest.mark.parametrize(
        ("due_in", "reminded"),
        [(2, False), (1, True), (0, True), (-3, True)],
        ids=["in two days", "tomorrow", "today", "overdue"],
    )
    def test_a_step_is_reminded_of_from_the_day_before_on(
        self, cast: Cast, due_in: int, reminded: bool
    ) -> None:
        stories.a_step(stories.begun(cast), cast.startup_owner, due_on=stories.TODAY + due_in * DAY)
        assert actions.remind_of_steps(now=stories.NOON) == int(reminded)
        assert told(Event.STEP_DUE) == (people_of(cast, "startup") if reminded else set())

    @pytest.mark.parametrize(
        ("hour", "reminded"),
        [(14, False), (15, True)],
        ids=["still the second in Japan", "the third has begun in Japan"],
    )
    def test_days_begin_and_end_in_japan(self, cast: Cast, hour: int, reminded: bool) -> None:
        stories.a_step(stories.begun(cast), cast.officer, due_on=stories.TODAY + 2 * DAY)
        now = stories.NOON.replace(hour=hour, minute=0)
        assert actions.remind_of_steps(now=now) == int(reminded)

    @pytest.mark.parametrize("owner", list(SIDES))
    def test_whoever_has_to_take_it_is_reminded(self, cast: Cast, owner: str) -> None:
        stories.a_step(stories.begun(cast), cast.officer, owner=SIDES[owner], due_on=stories.TODAY)
        actions.remind_of_steps(now=stories.NOON)
        assert told(Event.STEP_DUE) == people_of(cast, owner)

    def test_once_however_often_the_clock_strikes(self, cast: Cast) -> None:
        stories.a_step(stories.begun(cast), cast.officer, due_on=stories.TODAY)
        assert [actions.remind_of_steps(now=stories.NOON + n * DAY) for n in range(3)] == [1, 0, 0]
        assert Notice.objects.filter(event=Event.STEP_DUE).count() == 2

    def test_what_is_done_is_not_reminded_of(self, cast: Cast) -> None:
        step = stories.a_step(stories.begun(cast), cast.officer, due_on=stories.TODAY)
        actions.finish_step(step, by=cast.officer)
        assert actions.remind_of_steps(now=stories.NOON) == 0

    def test_nor_a_step_of_what_has_ended(self, cast: Cast) -> None:
        begun = stories.begun(cast)
        stories.a_step(begun, cast.officer, due_on=stories.TODAY)
        Partnership.objects.filter(pk=begun.pk).update(status="ended", end_reason="terms")
        assert actions.remind_of_steps(now=stories.NOON) == 0

    def test_steps_of_several_are_counted(self, cast: Cast) -> None:
        for mode in ("joint_development", "investment", "acquisition"):
            stories.a_step(stories.begun(cast, mode=mode), cast.officer, due_on=stories.TODAY)
        assert actions.remind_of_steps(now=stories.NOON) == 3

    @pytest.mark.parametrize(
        ("language", "words"),
        [("ja", "期限が近づいています"), ("en", "a step of yours is due on")],
    )
    def test_in_the_reader_s_language(self, cast: Cast, language: str, words: str) -> None:
        cast.startup_owner.language = language
        cast.startup_owner.save()
        stories.a_step(stories.begun(cast), cast.officer, due_on=stories.TODAY)
        actions.remind_of_steps(now=stories.NOON)

        notice = Notice.objects.get(event=Event.STEP_DUE, recipient=cast.startup_owner)
        with translation.override(language):
            assert words in notices.subject(notice)
            assert "Send a sample" in notices.body(notice)


class TestWhoSeesWhat:
    @pytest.mark.parametrize(
        ("person", "sees"),
        [
            ("officer", True),
            ("administrator", True),
            ("company_owner", True),
            ("company_member", True),
            ("startup_owner", True),
            ("startup_member", True),
            ("other_company_owner", False),
            ("other_startup_owner", False),
            ("expert", False),
            ("newcomer", False),
        ],
    )
    def test_a_partnership_and_its_records(self, cast: Cast, person: str, sees: bool) -> None:
        begun = stories.begun(cast)
        step = stories.a_step(begun, cast.officer)
        user: User = getattr(cast, person)
        assert (begun in Partnership.objects.visible_to(user)) == sees
        assert (step in NextStep.objects.visible_to(user)) == sees

    def test_somebody_who_has_left_sees_nothing_more(self, cast: Cast) -> None:
        begun = stories.begun(cast)
        cast.company_member.membership.delete()
        user = User.objects.get(pk=cast.company_member.pk)
        assert begun not in Partnership.objects.visible_to(user)


class TestStandingStill:
    def test_open_ones_without_an_open_step_are_found(self, cast: Cast) -> None:
        idle = stories.begun(cast)
        busy = stories.begun(cast, mode="investment")
        stories.a_step(busy, cast.officer)
        assert list(Partnership.objects.without_step()) == [idle]

    def test_a_done_step_does_not_keep_one_going(self, cast: Cast) -> None:
        begun = stories.begun(cast)
        actions.finish_step(stories.a_step(begun, cast.officer), by=cast.officer)
        assert list(Partnership.objects.without_step()) == [begun]

    @pytest.mark.parametrize("status", ["signed", "ended"])
    def test_what_is_signed_or_ended_stands_still_rightly(self, cast: Cast, status: str) -> None:
        begun = stories.begun(cast, now=stories.NOON - 400 * DAY)
        more: dict[str, Any] = (
            {"end_reason": "completed"} if status == "ended" else {"signed_at": stories.NOON}
        )
        Partnership.objects.filter(pk=begun.pk).update(status=status, **more)
        assert not Partnership.objects.without_step().exists()
        assert not Partnership.objects.quiet(stories.NOON).exists()

    def test_the_list_tells_the_day_of_the_nearest_open_step(self, cast: Cast) -> None:
        begun = stories.begun(cast)
        for days in (9, 3, 6):
            stories.a_step(begun, cast.officer, due_on=stories.TODAY + days * DAY)
        first = begun.steps.earliest("due_on")
        assert Partnership.objects.for_list().get().step_due == stories.TODAY + 3 * DAY
        actions.finish_step(first, by=cast.officer)
        assert Partnership.objects.for_list().get().step_due == stories.TODAY + 6 * DAY

    def test_the_longest_without_news_come_first(self, cast: Cast) -> None:
        made = [
            stories.begun(cast, startup=factories.StartupFactory(), now=stories.NOON - days * DAY)
            for days in (5, 80, 30)
        ]
        assert list(Partnership.objects.for_list()) == [made[1], made[2], made[0]]
