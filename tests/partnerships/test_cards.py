"""The rows that the pages about partnerships are made of: what stands where, for whom, on which day in Japan."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from matchmaking.core.enums import CooperationMode
from matchmaking.matches.enums import Side
from partnerships import cards
from partnerships.enums import OPEN_STAGES, STAGES, AmountKind, GateStatus, Need, PartnershipStage
from partnerships.models import Amount, GateCheck, GateRule, NextStep, Partnership, SupportMeasure
from partnerships.rules import NEEDS, Standing, missing
from tests.conftest import Cast
from tests.partnerships import stories

NOON = datetime(2031, 6, 2, 3, 0, tzinfo=UTC)  # in Japan
MIDNIGHT = datetime(2031, 6, 2, 15, 0, tzinfo=UTC)  # the 3rd begins there
OFFICER = User(staff_role="officer")


def states(stage: str) -> list[str]:
    return [row["state"] for row in cards.stage_steps(Partnership(status=stage))]


class TestTheWayToTheContract:
    @pytest.mark.parametrize("stage", STAGES)
    def test_what_lies_behind_is_done_and_what_lies_ahead_is_not(self, stage: PartnershipStage) -> None:
        place = STAGES.index(stage)
        here = "done" if stage == PartnershipStage.SIGNED else "current"
        assert states(stage) == ["done"] * place + [here] + ["todo"] * (len(STAGES) - place - 1)

    def test_one_that_has_ended_stands_nowhere(self) -> None:
        assert states(PartnershipStage.ENDED) == ["todo"] * len(STAGES)

    @pytest.mark.parametrize("language", ["en", "ja"])
    def test_the_stages_are_named_in_the_reader_s_language(self, language: str) -> None:
        with translation.override(language):
            names = [str(row["label"]) for row in cards.stage_steps(Partnership(status="agreed"))]
            assert names == [str(stage.label) for stage in STAGES]
        assert len(set(names)) == len(STAGES)


def step(days: int, owner: str = Side.STAFF, done: datetime | None = None) -> NextStep:
    found = NextStep(
        pk=7, text="Call", owner=owner, due_on=date(2031, 6, 2) + timedelta(days=days), done_at=done
    )
    found.written_for = None
    return found


class TestNextSteps:
    @pytest.mark.parametrize(
        ("days", "now", "overdue"),
        [
            (0, NOON, False),
            (0, MIDNIGHT - timedelta(seconds=1), False),
            (0, MIDNIGHT, True),
            (1, MIDNIGHT, False),
            (-1, NOON, True),
            (30, NOON, False),
        ],
    )
    def test_overdue_begins_when_the_day_is_over_in_japan(
        self, days: int, now: datetime, overdue: bool
    ) -> None:
        [row] = cards.step_rows([step(days)], OFFICER, now)
        assert row["overdue"] is overdue

    def test_what_is_done_is_never_overdue_and_is_not_done_again(self) -> None:
        [row] = cards.step_rows([step(-30, done=NOON)], OFFICER, NOON)
        assert (row["overdue"], row["finish_url"]) == (False, "")

    @pytest.mark.parametrize(
        ("language", "names"),
        [
            ("en", ["Programme office", "Midsize firm", "Startup"]),
            ("ja", ["事務局", "中堅企業", "スタートアップ"]),
        ],
    )
    def test_whoever_has_it_is_named(self, language: str, names: list[str]) -> None:
        with translation.override(language):
            rows = cards.step_rows([step(0, owner) for owner in Side], OFFICER, NOON)
            assert [row["owner"] for row in rows] == names

    @pytest.mark.django_db
    @pytest.mark.parametrize("owner", Side)
    @pytest.mark.parametrize("person", ["officer", "company_owner", "startup_member"])
    def test_who_may_say_that_it_is_done_finds_the_way(self, person: str, owner: Side, cast: Cast) -> None:
        [row] = cards.step_rows([step(0, owner)], getattr(cast, person), NOON)
        assert bool(row["finish_url"]) == (person == "officer" or person.startswith(f"{owner}_"))


class TestWhatAStageNeeds:
    @pytest.mark.parametrize("mode", CooperationMode)
    @pytest.mark.parametrize("to", STAGES[1:])
    def test_each_need_stands_there_once_and_what_lacks_is_told_apart(
        self, mode: CooperationMode, to: PartnershipStage
    ) -> None:
        stage = STAGES[STAGES.index(to) - 1]
        needs = NEEDS[mode][to]
        for has_step in (False, True):
            standing = Standing(mode, stage, has_step=has_step, has_amount=True, open_gates=[to])
            rows = cards.need_rows(standing, to)
            assert [row["label"] for row in rows] == [need.label for need in needs]
            lacking = [need.label for need in missing(standing, to)]
            assert [row["label"] for row in rows if row["status"] == "Missing"] == lacking
            assert {(row["status"], row["tone"]) for row in rows} <= {("Missing", "warn"), ("There", "ok")}
            assert (Need.NEXT_STEP.label in lacking) == (not has_step and Need.NEXT_STEP in needs)

    def test_a_step_back_needs_nothing_that_could_lack(self) -> None:
        standing = Standing(CooperationMode.INVESTMENT, PartnershipStage.NEGOTIATING)
        rows = cards.need_rows(standing, PartnershipStage.PROVING)
        assert {row["status"] for row in rows} == {"There"}


def check(before: str, key: int, status: str = GateStatus.OPEN) -> GateCheck:
    return GateCheck(rule=GateRule(pk=key, before=before, title_ja=str(key)), status=status)


class TestLegalChecks:
    def test_they_stand_in_the_order_of_the_stages_however_they_come(self) -> None:
        found = [check("signed", 1), check("agreed", 3), check("agreed", 2), check("proving", 4)]
        for order in permutations(found):
            assert [row["rule"].pk for row in cards.check_rows(order)] == [2, 3, 4, 1]

    @pytest.mark.parametrize(
        ("status", "tone"), [("open", "warn"), ("settled", "ok"), ("not_needed", "line")]
    )
    def test_each_state_has_its_look_and_the_stage_its_name(self, status: str, tone: str) -> None:
        [row] = cards.check_rows([check("negotiating", 1, status)])
        assert (row["tone"], row["before"]) == (tone, "Negotiating the contract")


class TestMoney:
    @pytest.mark.parametrize(
        ("amount", "currency", "start"),
        [("12000000", "JPY", "JPY 12,000,000"), ("2500.50", "SGD", "SGD 2,500.5")],
    )
    def test_amounts_are_written_with_their_currency(self, amount: str, currency: str, start: str) -> None:
        row = Amount(pk=7, kind=AmountKind.BUDGET, amount=Decimal(amount), currency=currency)
        [shown] = cards.amount_rows([row], OFFICER)
        assert shown["amount"].startswith(start)
        assert shown["what"] == AmountKind.BUDGET.label

    @pytest.mark.parametrize(("amount", "told"), [(None, False), (Decimal(5), True)])
    def test_a_measure_without_an_amount_names_none(self, amount: Decimal | None, told: bool) -> None:
        row = SupportMeasure(pk=7, name="Introduction", amount=amount, currency="JPY")
        [shown] = cards.measure_rows([row], OFFICER)
        assert bool(shown["amount"]) is told


@pytest.mark.django_db
class TestALineOfAList:
    def line(self, begun: Partnership, **changes: Any) -> dict[str, Any]:
        Partnership.objects.filter(pk=begun.pk).update(**changes)
        row = Partnership.objects.for_list().get(pk=begun.pk)
        return cards.line(row, "en", NOON)

    @pytest.mark.parametrize("stage", PartnershipStage)
    def test_only_what_goes_on_is_quiet_idle_or_waits(self, stage: PartnershipStage, cast: Cast) -> None:
        begun = stories.begun(cast, now=NOON)
        stories.a_step(begun, cast.officer, owner=Side.STARTUP)
        changes: dict[str, Any] = {
            "status": stage,
            "end_reason": "terms" if stage == PartnershipStage.ENDED else "",
            "signed_at": NOON if stage == PartnershipStage.SIGNED else None,
            "news_at": NOON - timedelta(days=61),
        }
        found = self.line(begun, **changes)
        is_open = stage in OPEN_STAGES
        assert (found["quiet"], found["waits_for"]) == (is_open, "Startup" if is_open else "")
        assert found["idle"] is False
        begun.steps.update(done_at=NOON, done_by=cast.officer)
        assert self.line(begun)["idle"] is is_open

    def test_it_waits_for_whoever_has_the_nearest_step(self, cast: Cast) -> None:
        begun = stories.begun(cast, now=NOON)
        for days, owner in ((9, Side.STARTUP), (2, Side.COMPANY), (5, Side.STAFF)):
            stories.a_step(begun, cast.officer, owner=owner, due_on=stories.TODAY + timedelta(days=days))
        found = self.line(begun)
        assert (found["waits_for"], found["step_due"]) == ("Midsize firm", stories.TODAY + timedelta(days=2))
