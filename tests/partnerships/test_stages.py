"""From beginning to end: who is told, what is refused, and what stays in the history."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from matchmaking.core.enums import CooperationMode
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from partnerships import actions
from partnerships.actions import NeedsMissing
from partnerships.enums import EndReason, Need, PaperKind, PartnershipStage
from partnerships.models import Partnership
from tests.conftest import Cast
from tests.meetings import stories as meetings
from tests.partnerships import stories

pytestmark = pytest.mark.django_db


def told(event: Event) -> set[User]:
    return {notice.recipient for notice in Notice.objects.filter(event=event)}


def everybody_of(cast: Cast) -> set[User]:
    return {cast.company_owner, cast.company_member, cast.startup_owner, cast.startup_member}


def deeds(partnership: Partnership) -> list[str]:
    rows = AuditEvent.objects.filter(
        target_type="partnerships.partnership", target_id=str(partnership.pk)
    ).order_by("pk")
    return [row.action for row in rows]


def test_a_partnership_begins_with_exploring_and_both_sides_are_told(cast: Cast) -> None:
    begun = stories.begun(cast, now=stories.NOON)
    assert (begun.status, begun.started_by, begun.started_at) == ("exploring", cast.officer, stories.NOON)
    assert (begun.news_at, begun.stage_since) == (stories.NOON, stories.NOON)
    assert told(Event.PARTNERSHIP_BEGUN) == everybody_of(cast)
    assert deeds(begun) == ["partnership.begun"]


def test_it_knows_the_score_of_the_pair_and_the_meeting_it_grew_out_of(cast: Cast) -> None:
    met = stories.held(cast)
    begun = stories.begun(cast, request=met)
    assert (begun.match, begun.request) == (met.match, met)


def test_a_pair_without_a_score_may_have_one_too(cast: Cast) -> None:
    assert stories.begun(cast, startup=cast.other_startup).match is None


def test_the_score_of_another_pair_is_not_taken_for_its_own(cast: Cast) -> None:
    meetings.match_of(cast.other_company, cast.startup)
    meetings.match_of(cast.company, cast.other_startup)
    assert stories.begun(cast).match is None


def test_a_second_one_of_the_same_kind_is_refused(cast: Cast) -> None:
    stories.begun(cast)
    with pytest.raises(IntegrityError, match="partnership_one_of_a_mode"), transaction.atomic():
        stories.begun(cast)
    assert Partnership.objects.count() == 1


@pytest.mark.parametrize("mode", [CooperationMode.INVESTMENT, CooperationMode.ACQUISITION])
def test_one_of_another_kind_may_go_beside_it(cast: Cast, mode: str) -> None:
    stories.begun(cast)
    assert stories.begun(cast, mode=mode).mode == mode


def test_after_the_end_the_two_may_begin_anew(cast: Cast) -> None:
    first = stories.begun(cast)
    actions.end(first, EndReason.TERMS, by=cast.officer)
    assert stories.begun(cast).pk != first.pk


@pytest.mark.parametrize("mode", list(CooperationMode))
def test_with_what_each_stage_needs_the_way_leads_to_the_contract(cast: Cast, mode: str) -> None:
    partnership = stories.brought_to(stories.begun(cast, mode=mode), "signed", cast.officer)
    partnership.refresh_from_db()
    assert partnership.status == "signed"
    assert deeds(partnership) == [
        "partnership.begun",
        "partnership.agreed",
        "partnership.proving",
        "partnership.negotiating",
        "partnership.signed",
    ]


def test_a_stage_is_refused_while_something_lacks_and_says_what(cast: Cast) -> None:
    begun = stories.begun(cast, now=stories.NOON)
    stories.a_step(begun, cast.officer)
    with pytest.raises(NeedsMissing) as refusal:
        actions.move_on(begun, PartnershipStage.AGREED, by=cast.officer)
    assert refusal.value.needs == [Need.NDA]
    begun.refresh_from_db()
    assert (begun.status, told(Event.PARTNERSHIP_MOVED)) == ("exploring", set())


def test_a_step_that_is_done_is_no_next_step(cast: Cast) -> None:
    begun = stories.begun(cast)
    stories.meet(begun, Need.NDA, cast.officer)
    step = stories.a_step(begun, cast.officer)
    actions.finish_step(step, by=cast.officer)
    with pytest.raises(NeedsMissing) as refusal:
        actions.move_on(begun, PartnershipStage.AGREED, by=cast.officer)
    assert refusal.value.needs == [Need.NEXT_STEP]


def test_papers_of_another_partnership_do_not_count(cast: Cast) -> None:
    other = stories.begun(cast, startup=cast.other_startup)
    stories.meet(other, Need.NDA, cast.officer)
    begun = stories.begun(cast)
    stories.a_step(begun, cast.officer)
    with pytest.raises(NeedsMissing):
        actions.move_on(begun, PartnershipStage.AGREED, by=cast.officer)


def test_no_stage_is_skipped(cast: Cast) -> None:
    begun = stories.begun(cast)
    for need in Need:
        stories.meet(begun, need, cast.officer)
    for to in ("proving", "negotiating", "signed"):
        with pytest.raises(TransitionNotAllowed):
            actions.move_on(begun, to, by=cast.officer)


def test_a_stage_is_told_to_both_sides_and_is_news(cast: Cast) -> None:
    begun = stories.begun(cast, now=stories.NOON)
    for need in (Need.NEXT_STEP, Need.NDA):
        stories.meet(begun, need, cast.officer)
    later = stories.NOON + timedelta(days=9)
    actions.move_on(begun, PartnershipStage.AGREED, by=cast.officer, now=later)
    begun.refresh_from_db()
    assert (begun.status, begun.stage_since, begun.news_at) == ("agreed", later, later)
    assert told(Event.PARTNERSHIP_MOVED) == everybody_of(cast)


def test_a_step_back_needs_no_papers_and_keeps_its_reason(cast: Cast) -> None:
    begun = stories.brought_to(stories.begun(cast), "proving", cast.officer)
    actions.move_on(
        begun, PartnershipStage.AGREED, by=cast.officer, reason="The plan has to be written anew."
    )
    row = AuditEvent.objects.filter(action="partnership.agreed").latest("pk")
    assert row.detail == {"before": "proving", "reason": "The plan has to be written anew."}


@pytest.mark.parametrize("stage", ["exploring", "agreed", "proving", "negotiating", "signed"])
@pytest.mark.parametrize("reason", [EndReason.TERMS, EndReason.OTHER])
def test_it_may_end_at_every_stage_with_a_reason(cast: Cast, stage: str, reason: EndReason) -> None:
    begun = stories.brought_to(stories.begun(cast), stage, cast.officer)
    actions.end(begun, reason, by=cast.officer, text="Next year, perhaps.")
    begun.refresh_from_db()
    assert (begun.status, begun.end_reason, begun.end_text) == ("ended", reason, "Next year, perhaps.")
    assert told(Event.PARTNERSHIP_ENDED) == everybody_of(cast)


def test_what_has_ended_does_not_end_twice(cast: Cast) -> None:
    begun = stories.begun(cast)
    actions.end(begun, EndReason.SILENCE, by=cast.officer)
    with pytest.raises(TransitionNotAllowed):
        actions.end(begun, EndReason.TERMS, by=cast.officer)
    begun.refresh_from_db()
    assert begun.end_reason == "silence"


def test_what_has_ended_may_be_taken_up_again_and_begins_with_exploring(cast: Cast) -> None:
    begun = stories.brought_to(stories.begun(cast), "negotiating", cast.officer)
    actions.end(begun, EndReason.RESOURCES, by=cast.officer, text="No budget this year")
    actions.take_up_again(begun, by=cast.officer, reason="The budget is there.")
    begun.refresh_from_db()
    assert (begun.status, begun.end_reason, begun.end_text) == ("exploring", "", "")
    ended = AuditEvent.objects.get(action="partnership.ended")
    assert ended.detail["reason"] == "resources: No budget this year"


def test_taking_up_again_is_refused_when_the_two_have_begun_anew(cast: Cast) -> None:
    first = stories.begun(cast)
    actions.end(first, EndReason.TERMS, by=cast.officer)
    stories.begun(cast)
    with pytest.raises(IntegrityError, match="partnership_one_of_a_mode"), transaction.atomic():
        actions.take_up_again(first, by=cast.officer, reason="They changed their minds.")
    first.refresh_from_db()
    assert first.status == "ended"


def test_what_is_open_is_not_taken_up_again(cast: Cast) -> None:
    with pytest.raises(TransitionNotAllowed):
        actions.take_up_again(stories.begun(cast), by=cast.officer, reason="By mistake")


@pytest.mark.parametrize("record", ["step", "paper", "amount", "measure", "done"])
def test_after_the_end_nothing_more_is_recorded(cast: Cast, record: str) -> None:
    begun = stories.begun(cast)
    step = stories.a_step(begun, cast.officer)
    actions.end(begun, EndReason.TERMS, by=cast.officer)
    deed = {
        "step": lambda: stories.a_step(begun, cast.officer),
        "paper": lambda: actions.add_paper(begun, PaperKind.NDA, stories.TODAY, by=cast.officer),
        "amount": lambda: stories.meet(begun, Need.AMOUNT, cast.officer),
        "measure": lambda: actions.add_measure(begun, "Subsidy", stories.TODAY, by=cast.officer),
        "done": lambda: actions.finish_step(step, by=cast.officer),
    }[record]
    with pytest.raises(TransitionNotAllowed):
        deed()
    assert begun.steps.filter(done_at=None).count() == 1
    assert not begun.papers.exists()
    assert not begun.amounts.exists()


def test_whoever_does_something_is_not_told_of_it(cast: Cast) -> None:
    begun = stories.begun(cast)
    stories.a_step(begun, cast.startup_owner, owner=Side.COMPANY)
    assert told(Event.STEP_GIVEN) == {cast.company_owner, cast.company_member}
