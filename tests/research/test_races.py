"""Two at once over research, with real connections: one wins, the other is told, nothing is half done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from accounts.actions.members import end_staff_access
from accounts.models import User
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.models import ExpertAdvice, Match
from research import actions
from research.actions import AlreadyThere, NewerText, NotComplete, NotFitting
from research.models import (
    AdviceRequest,
    Candidate,
    Commission,
    Expert,
    Mark,
    MarketFigure,
    Refusal,
    ReportRemark,
    ReportSection,
    ReportVersion,
)
from tests import factories
from tests.accounts.racing import overtaken
from tests.conftest import Cast
from tests.meetings import stories
from tests.research import works

pytestmark = pytest.mark.django_db(transaction=True)
REFUSALS = (TransitionNotAllowed, NotFitting, NewerText, AlreadyThere, NotComplete)
RUNNERS = 4
FIGURE = {"label": "Tills", "year": 2025, "amount": "12.5", "currency": "USD", "source": "Retail Board 2025"}


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Each result, or the refusal that it met; anything else that is raised fails the test."""
    barrier = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        barrier.wait(30)
        try:
            with translation.override("en"):
                return deed()
        except REFUSALS as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def refusals(results: list[Any]) -> list[str]:
    return sorted(type(each).__name__ for each in results if isinstance(each, REFUSALS))


@pytest.fixture
def match(cast: Cast) -> Match:
    return stories.match_of(cast.company, cast.startup)


@pytest.fixture
def wish(match: Match, cast: Cast) -> Commission:
    return works.asked(match, cast.company_owner)


@pytest.fixture
def writing(wish: Commission, cast: Cast) -> Commission:
    return works.accepted(wish, cast.expert, cast.officer)


@pytest.fixture
def report(writing: Commission, cast: Cast) -> ReportVersion:
    return works.delivered(writing, cast.expert)


def page_of(made: Commission) -> Commission:
    """As somebody's own page has it."""
    return Commission.objects.get(pk=made.pk)


def deeds(made: Commission | AdviceRequest) -> Counter[str]:
    rows = AuditEvent.objects.filter(target_type=made._meta.label_lower, target_id=str(made.pk))
    return Counter(rows.values_list("action", flat=True))


def told(event: str) -> int:
    return Notice.objects.filter(event=event).count()


class TestChoosing:
    def test_of_officers_who_choose_different_experts_one_has_chosen(
        self, wish: Commission, cast: Cast
    ) -> None:
        experts = [factories.ExpertFactory().user for _each in range(RUNNERS)]
        pages = [page_of(wish) for _each in experts]
        results = at_once(
            *(
                lambda made=made, expert=expert: works.offered(made, expert, cast.officer)
                for made, expert in zip(pages, experts, strict=True)
            )
        )
        assert refusals(results) == ["TransitionNotAllowed"] * (RUNNERS - 1)
        [won] = [expert for expert, result in zip(experts, results, strict=True) if result in pages]
        assert works.states_of(wish) == ("assigned", won.pk)
        assert Notice.objects.get(event="research_offered").recipient == won
        assert (told("research_granted"), deeds(wish)["commission.assigned"]) == (2, 1)

    def test_the_same_expert_chosen_twice_is_asked_once(self, wish: Commission, cast: Cast) -> None:
        pages = [page_of(wish) for _each in range(RUNNERS)]
        results = at_once(
            *(lambda made=made: works.offered(made, cast.expert, cast.officer) for made in pages)
        )
        assert refusals(results) == ["TransitionNotAllowed"] * (RUNNERS - 1)
        assert (told("research_offered"), deeds(wish)["commission.assigned"]) == (1, 1)

    def test_choosing_and_declining_at_once_leave_one_of_the_two(self, wish: Commission, cast: Cast) -> None:
        chosen, declined = page_of(wish), page_of(wish)
        results = at_once(
            lambda: works.offered(chosen, cast.expert, cast.officer),
            lambda: actions.cancel(declined, reason="Not now", by=cast.administrator),
        )
        assert refusals(results) == ["TransitionNotAllowed"]
        state, expert = works.states_of(wish)
        was_chosen = state == "assigned"
        assert (state, expert) == (("assigned", cast.expert.pk) if was_chosen else ("cancelled", None))
        assert (told("research_granted"), told("research_declined")) == ((2, 0) if was_chosen else (0, 2))
        assert (told("research_offered"), told("research_cancelled")) == (int(was_chosen), 0)

    def test_a_conflict_declared_while_it_is_offered_is_one_row(self, cast: Cast) -> None:
        expert, organisation = Expert.objects.get(user=cast.expert), cast.startup.organisation
        at_once(
            *[lambda: actions.declare_conflict(expert, organisation, reason="Shares", by=cast.expert)]
            * RUNNERS
        )
        assert expert.conflicts.count() == 1
        assert AuditEvent.objects.filter(action="expert.conflict_declared").count() == 1


class TestAnswering:
    def test_it_is_accepted_once(self, wish: Commission, cast: Cast) -> None:
        works.offered(wish, cast.expert, cast.officer)
        pages = [page_of(wish) for _each in range(RUNNERS)]
        results = at_once(*(lambda made=made: actions.accept(made, by=cast.expert) for made in pages))
        assert refusals(results) == ["TransitionNotAllowed"] * (RUNNERS - 1)
        assert (told("research_accepted"), deeds(wish)["commission.accepted"]) == (2, 1)

    def test_it_is_refused_once(self, wish: Commission, cast: Cast) -> None:
        works.offered(wish, cast.expert, cast.officer)
        pages = [page_of(wish) for _each in range(RUNNERS)]
        results = at_once(
            *(lambda made=made: actions.refuse(made, reason="time", by=cast.expert) for made in pages)
        )
        assert refusals(results) == ["TransitionNotAllowed"] * (RUNNERS - 1)
        assert (Refusal.objects.count(), told("research_refused")) == (1, 2)

    def test_what_is_cancelled_meanwhile_is_not_accepted(self, wish: Commission, cast: Cast) -> None:
        works.offered(wish, cast.expert, cast.officer)
        late, early = page_of(wish), page_of(wish)
        result = overtaken(
            lambda: actions.accept(late, by=cast.expert),
            Commission.objects.filter(pk=wish.pk),
            lambda: actions.cancel(early, reason="No budget", by=cast.officer),
        )
        assert isinstance(result, TransitionNotAllowed)
        wish.refresh_from_db()
        assert (wish.status, wish.accepted_at, told("research_accepted")) == ("cancelled", None, 0)


class TestWriting:
    @pytest.mark.parametrize("seen", [0, 1])
    def test_of_windows_that_save_one_section_one_is_kept_whole(
        self, seen: int, writing: Commission, cast: Cast
    ) -> None:
        if seen:
            actions.save_section(writing, "market", "First", seen=0, by=cast.expert)
        texts = [f"From window {number}" for number in range(RUNNERS)]
        results = at_once(
            *(
                lambda text=text: actions.save_section(writing, "market", text, seen=seen, by=cast.expert)
                for text in texts
            )
        )
        assert refusals(results) == ["NewerText"] * (RUNNERS - 1)
        [won] = [each for each in results if isinstance(each, ReportSection)]
        section = ReportSection.objects.get(kind="market")
        assert (section.text, section.version) == (won.text, seen + 1)
        shown = {each.section.text for each in results if isinstance(each, NewerText)}
        assert shown == {won.text}, "the others are shown what won"

    def test_different_sections_do_not_stand_in_each_other_s_way(
        self, writing: Commission, cast: Cast
    ) -> None:
        kinds = ("summary", "market", "risks", "sources")
        results = at_once(
            *(
                lambda kind=kind: actions.save_section(writing, kind, f"On {kind}", seen=0, by=cast.expert)
                for kind in kinds
            )
        )
        assert refusals(results) == []
        assert dict(ReportSection.objects.values_list("kind", "text")) == {
            kind: f"On {kind}" for kind in kinds
        }

    def test_a_figure_is_added_once(self, writing: Commission, cast: Cast) -> None:
        results = at_once(*[lambda: actions.add_figure(writing, FIGURE, by=cast.expert)] * RUNNERS)
        assert refusals(results) == ["AlreadyThere"] * (RUNNERS - 1)
        assert MarketFigure.objects.count() == 1

    def test_a_startup_is_named_once(self, writing: Commission, cast: Cast) -> None:
        startup = cast.other_startup
        results = at_once(
            *(
                lambda reason=reason: actions.add_candidate(writing, startup, reason=reason, by=cast.expert)
                for reason in ("Fits", "Fits well")
            )
        )
        assert refusals(results) == ["AlreadyThere"]
        [won] = [each for each in results if isinstance(each, Candidate)]
        assert Candidate.objects.get().reason == won.reason

    def test_it_is_delivered_once(self, writing: Commission, cast: Cast) -> None:
        works.written(writing, cast.expert)
        pages = [page_of(writing) for _each in range(RUNNERS)]
        results = at_once(*(lambda made=made: actions.deliver(made, by=cast.expert) for made in pages))
        assert refusals(results) == ["TransitionNotAllowed"] * (RUNNERS - 1)
        assert list(ReportVersion.objects.values_list("number", flat=True)) == [1]
        assert (told("research_delivered"), deeds(writing)["commission.delivered"]) == (2, 1)

    @pytest.mark.parametrize("late", ["section", "figure", "candidate", "removal"])
    def test_what_comes_while_it_is_delivered_is_refused_and_the_report_is_what_was_delivered(
        self, late: str, writing: Commission, cast: Cast
    ) -> None:
        works.written(writing, cast.expert)
        row = MarketFigure.objects.earliest("pk")
        deed: Callable[[], Any] = {
            "section": lambda: actions.save_section(writing, "risks", "Late", seen=1, by=cast.expert),
            "figure": lambda: actions.add_figure(writing, {**FIGURE, "year": 2040}, by=cast.expert),
            "candidate": lambda: actions.add_candidate(
                writing, cast.other_startup, reason="Late", by=cast.expert
            ),
            "removal": lambda: actions.remove(row, by=cast.expert),
        }[late]
        early = page_of(writing)
        result = overtaken(
            deed,
            Commission.objects.filter(pk=writing.pk),
            lambda: actions.deliver(early, by=cast.expert),
        )
        assert isinstance(result, TransitionNotAllowed)
        content = ReportVersion.objects.get().content
        assert ReportSection.objects.get(kind="risks").text == content["sections"]["risks"] == "The currency."
        assert (MarketFigure.objects.count(), len(content["figures"]), content["candidates"]) == (2, 2, [])
        assert not Candidate.objects.exists()

    def test_what_is_cancelled_meanwhile_is_not_delivered(self, writing: Commission, cast: Cast) -> None:
        works.written(writing, cast.expert)
        late, early = page_of(writing), page_of(writing)
        result = overtaken(
            lambda: actions.deliver(late, by=cast.expert),
            Commission.objects.filter(pk=writing.pk),
            lambda: actions.cancel(early, reason="No budget", by=cast.officer),
        )
        assert isinstance(result, TransitionNotAllowed)
        assert (works.states_of(writing)[0], ReportVersion.objects.count()) == ("cancelled", 0)
        assert told("research_delivered") == 0


class TestDeciding:
    def test_of_publishing_and_returning_one_happens_and_only_that_is_told(
        self, report: ReportVersion, writing: Commission, cast: Cast
    ) -> None:
        published, returned = page_of(writing), page_of(writing)
        remarks = [actions.Remark("summary", 1, "By when?"), actions.Remark("risks", 1, "Which?")]
        results = at_once(
            lambda: actions.publish_report(published, by=cast.officer),
            lambda: actions.return_report(returned, remarks, by=cast.administrator),
        )
        assert refusals(results) == ["TransitionNotAllowed"]
        is_published = works.states_of(writing)[0] == "published"
        found = (told("research_published"), told("research_returned"), ReportRemark.objects.count())
        assert found == ((2, 0, 0) if is_published else (0, 1, 2))
        assert deeds(writing)["commission.published" if is_published else "commission.returned"] == 1
        assert AuditEvent.objects.filter(action="reportversion.remarked").count() == int(not is_published)

    def test_it_is_published_once(self, report: ReportVersion, writing: Commission, cast: Cast) -> None:
        pages = [page_of(writing) for _each in range(RUNNERS)]
        results = at_once(
            *(lambda made=made: actions.publish_report(made, by=cast.officer) for made in pages)
        )
        assert refusals(results) == ["TransitionNotAllowed"] * (RUNNERS - 1)
        assert (told("research_published"), deeds(writing)["commission.published"]) == (2, 1)

    def test_it_is_returned_once_with_the_remarks_of_one(
        self, report: ReportVersion, writing: Commission, cast: Cast
    ) -> None:
        pages = [(page_of(writing), by) for by in (cast.officer, cast.administrator)]
        results = at_once(
            *(
                lambda made=made, by=by: actions.return_report(
                    made, [actions.Remark("summary", 1, by.name)], by=by
                )
                for made, by in pages
            )
        )
        assert refusals(results) == ["TransitionNotAllowed"]
        remark = ReportRemark.objects.get()
        assert (remark.text, told("research_returned")) == (remark.by.name, 1)
        assert AuditEvent.objects.get(action="commission.returned").actor_id == remark.by_id

    def test_what_is_cancelled_meanwhile_is_never_shown_to_the_firm(
        self, report: ReportVersion, writing: Commission, cast: Cast
    ) -> None:
        late, early = page_of(writing), page_of(writing)
        result = overtaken(
            lambda: actions.publish_report(late, by=cast.officer),
            Commission.objects.filter(pk=writing.pk),
            lambda: actions.cancel(early, reason="The firm has left", by=cast.administrator),
        )
        assert isinstance(result, TransitionNotAllowed)
        writing.refresh_from_db()
        assert (writing.status, writing.published_at, told("research_published")) == ("cancelled", None, 0)


class TestAdvice:
    @pytest.fixture
    def asked(self, cast: Cast) -> AdviceRequest:
        return works.advice_asked(cast.startup, cast.expert, cast.officer)

    def opinions(self, rating: int, asked: AdviceRequest) -> dict[str, actions.Opinion]:
        return {name: actions.Opinion(rating, "Seen") for name in asked.criteria()}

    def page_of(self, asked: AdviceRequest) -> AdviceRequest:
        return AdviceRequest.objects.select_related("startup__organisation").get(pk=asked.pk)

    @pytest.mark.parametrize("with_firm", [False, True])
    def test_the_same_is_asked_once(self, with_firm: bool, cast: Cast) -> None:
        company = cast.company if with_firm else None
        results = at_once(
            *[lambda: works.advice_asked(cast.startup, cast.expert, cast.officer, company)] * RUNNERS
        )
        assert refusals(results) == ["AlreadyThere"] * (RUNNERS - 1)
        assert (AdviceRequest.objects.count(), told("advice_asked")) == (1, 1)

    def test_of_giving_and_taking_back_one_happens(self, asked: AdviceRequest, cast: Cast) -> None:
        given, taken = self.page_of(asked), self.page_of(asked)
        results = at_once(
            lambda: actions.give_assessment(given, self.opinions(5, given), by=cast.expert),
            lambda: actions.take_back_advice_request(taken, by=cast.officer),
        )
        assert refusals(results) == ["TransitionNotAllowed"]
        asked.refresh_from_db()
        is_given = asked.status == "given"
        found = (ExpertAdvice.objects.count(), Mark.objects.count(), told("advice_given"))
        assert found == ((1, 4, 2) if is_given else (0, 0, 0))
        assert deeds(asked)["advicerequest.given" if is_given else "advicerequest.taken_back"] == 1

    def test_it_is_given_once_and_only_that_counts(self, asked: AdviceRequest, cast: Cast) -> None:
        pages = [(self.page_of(asked), rating) for rating in (1, 2, 4, 5)]
        results = at_once(
            *(
                lambda page=page, rating=rating: actions.give_assessment(
                    page, self.opinions(rating, page), by=cast.expert
                )
                for page, rating in pages
            )
        )
        assert refusals(results) == ["TransitionNotAllowed"] * (RUNNERS - 1)
        advice = ExpertAdvice.objects.get()
        asked.refresh_from_db()
        assert (asked.advice, advice.retired_at) == (advice, None)
        assert set(Mark.objects.values_list("rating", flat=True)) == {advice.rating}
        assert (Mark.objects.count(), told("advice_given")) == (4, 2)

    def test_of_giving_and_declining_one_happens(self, asked: AdviceRequest, cast: Cast) -> None:
        given, declined = self.page_of(asked), self.page_of(asked)
        results = at_once(
            lambda: actions.give_assessment(given, self.opinions(3, given), by=cast.expert),
            lambda: actions.decline_assessment(declined, reason="time", by=cast.expert),
        )
        assert refusals(results) == ["TransitionNotAllowed"]
        asked.refresh_from_db()
        is_given = asked.status == "given"
        assert (asked.decline_reason, ExpertAdvice.objects.count()) == (("", 1) if is_given else ("time", 0))
        assert (told("advice_given"), told("advice_declined")) == ((2, 0) if is_given else (0, 2))


def test_an_expert_at_their_limit_is_given_no_more_than_it_by_many_officers(match: Match, cast: Cast) -> None:
    Expert.objects.filter(user=cast.expert).update(capacity=2)
    pages = [works.asked(match, cast.officer) for _each in range(RUNNERS)]
    officers: list[User] = [cast.officer, cast.administrator, cast.officer, cast.administrator]
    results = at_once(
        *(
            lambda made=made, by=by: works.offered(made, cast.expert, by)
            for made, by in zip(pages, officers, strict=True)
        )
    )
    assert refusals(results) == ["NotFitting"] * (RUNNERS - 2)
    assert {each.reason for each in results if isinstance(each, NotFitting)} == {"full"}
    assert Commission.objects.in_hand_of(cast.expert.pk).count() == 2 == told("research_offered")


@pytest.mark.parametrize("deed", ["research", "advice"])
def test_whoever_leaves_while_they_are_chosen_is_not_asked(deed: str, wish: Commission, cast: Cast) -> None:
    """The officer's page still has the expert; the access ends while the officer's request waits."""
    chosen = {
        "research": lambda: works.offered(page_of(wish), cast.expert, cast.officer),
        "advice": lambda: works.advice_asked(cast.startup, cast.expert, cast.officer),
    }[deed]

    def tried() -> Any:
        try:
            return chosen()
        except NotFitting as refusal:
            return refusal.reason

    result = overtaken(
        tried,
        User.objects.filter(pk=cast.expert.pk),
        lambda: end_staff_access(cast.expert, by=cast.administrator),
    )
    assert result == "left"
    assert works.states_of(wish) == ("requested", None)
    assert (AdviceRequest.objects.count(), told("research_offered"), told("advice_asked")) == (0, 0, 0)


def test_an_assessment_and_a_conflict_declared_at_once_leave_one_of_the_two(cast: Cast) -> None:
    asked = works.advice_asked(cast.startup, cast.expert, cast.officer)
    names = ("technology", "market", "team", "japan")
    marks = {name: actions.Opinion(4, "Seen") for name in names}
    result = overtaken(
        lambda: at_once(lambda: actions.give_assessment(asked, marks, by=cast.expert)),
        User.objects.filter(pk=cast.expert.pk),
        lambda: actions.declare_conflict(
            cast.expert.expert, cast.startup.organisation, reason="", by=cast.expert
        ),
    )
    assert refusals(result) == ["NotFitting"]
    assert (ExpertAdvice.objects.count(), Mark.objects.count()) == (0, 0)
    assert AdviceRequest.objects.get().status == "declined"
