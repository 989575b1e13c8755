"""Two people at once, with real connections: one wins, the other is told, nothing is half done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection

from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from partnerships import actions
from partnerships.actions import NeedsMissing
from partnerships.enums import EndReason, Need, PartnershipStage
from partnerships.models import FollowUp, GateCheck, NextStep, Partnership
from tests.accounts.racing import overtaken
from tests.conftest import Cast
from tests.partnerships import stories

pytestmark = pytest.mark.django_db(transaction=True)
REFUSALS = (TransitionNotAllowed, IntegrityError, NeedsMissing)
RUNNERS = 6


def at_once(deed: Callable[[], Any], runners: int = RUNNERS) -> list[Any]:
    """Each result, or the refusal that it met."""
    barrier = Barrier(runners)

    def run(_number: int) -> Any:
        barrier.wait(30)
        try:
            return deed()
        except REFUSALS as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(runners) as pool:
        return list(pool.map(run, range(runners)))


def refused(results: list[Any]) -> int:
    return sum(isinstance(each, REFUSALS) for each in results)


@pytest.fixture
def rule(cast: Cast) -> None:
    stories.only_rule(before="agreed")


@pytest.mark.usefixtures("rule")
class TestAtOnce:
    def test_one_partnership_begins(self, cast: Cast) -> None:
        results = at_once(lambda: stories.begun(cast))
        assert (Partnership.objects.count(), refused(results)) == (1, RUNNERS - 1)
        assert Notice.objects.filter(event="partnership_begun").count() == 4

    def test_one_stage_is_entered(self, cast: Cast) -> None:
        begun = stories.begun(cast)
        for need in (Need.NEXT_STEP, Need.NDA, Need.GATES):
            stories.meet(begun, need, cast.officer)

        def enter() -> None:
            actions.move_on(Partnership.objects.get(pk=begun.pk), PartnershipStage.AGREED, by=cast.officer)

        assert refused(at_once(enter)) == RUNNERS - 1
        assert AuditEvent.objects.filter(action="partnership.agreed").count() == 1

    def test_one_end(self, cast: Cast) -> None:
        begun = stories.begun(cast)

        def end() -> None:
            actions.end(Partnership.objects.get(pk=begun.pk), EndReason.TERMS, by=cast.officer)

        assert refused(at_once(end)) == RUNNERS - 1
        assert Notice.objects.filter(event="partnership_ended").count() == 4

    def test_a_step_is_done_once(self, cast: Cast) -> None:
        step = stories.a_step(stories.begun(cast), cast.officer)

        def finish() -> None:
            actions.finish_step(NextStep.objects.get(pk=step.pk), by=cast.officer)

        assert refused(at_once(finish)) == RUNNERS - 1
        assert AuditEvent.objects.filter(action="nextstep.done").count() == 1

    def test_beats_that_come_together_remind_once(self, cast: Cast) -> None:
        stories.a_step(stories.begun(cast), cast.officer, due_on=stories.TODAY)
        assert sum(at_once(lambda: actions.remind_of_steps(now=stories.NOON))) == 1
        assert Notice.objects.filter(event="step_due").count() == 2


@pytest.mark.usefixtures("rule")
class TestOvertaking:
    def test_a_check_that_is_opened_again_holds_up_the_stage_that_waited_for_it(self, cast: Cast) -> None:
        begun = stories.begun(cast)
        for need in (Need.NEXT_STEP, Need.NDA, Need.GATES):
            stories.meet(begun, need, cast.officer)
        check = GateCheck.objects.get()

        def late() -> Any:
            try:
                return actions.move_on(
                    Partnership.objects.get(pk=begun.pk), PartnershipStage.AGREED, by=cast.officer
                )
            except NeedsMissing as refusal:
                return refusal

        result = overtaken(
            late,
            Partnership.objects.filter(pk=begun.pk),
            lambda: actions.reopen_check(check, "The list has changed.", by=cast.officer),
        )
        assert isinstance(result, NeedsMissing)
        begun.refresh_from_db()
        assert begun.status == "exploring"

    def test_one_that_is_answered_in_the_last_moment_keeps_no_other_from_lapsing(self, cast: Cast) -> None:
        signed = stories.signed(cast)
        answered, silent = (stories.follow_up_of(signed, months, stories.NOON) for months in (3, 6))
        stories.answered(answered, cast.company_owner)
        result = overtaken(
            lambda: actions.lapse_unanswered(now=stories.NOON + timedelta(days=60)),
            FollowUp.objects.filter(pk=answered.pk),
            lambda: stories.answered(answered, cast.startup_owner),
        )
        found = dict(FollowUp.objects.values_list("pk", "status"))
        assert (result, found) == (1, {answered.pk: "confirmed", silent.pk: "lapsed"})

    def test_a_record_that_comes_after_the_end_is_refused(self, cast: Cast) -> None:
        begun = stories.begun(cast)
        result = overtaken(
            lambda: stories.a_step(Partnership.objects.get(pk=begun.pk), cast.startup_owner),
            Partnership.objects.filter(pk=begun.pk),
            lambda: actions.end(Partnership.objects.get(pk=begun.pk), EndReason.SILENCE, by=cast.officer),
        )
        assert isinstance(result, TransitionNotAllowed)
        assert not NextStep.objects.exists()
