"""Each deed in each state, by each kind of person: done and in the trail, or refused and nothing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.test import Client

from accounts.models import User
from matchmaking.core.models import AuditEvent, Job, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.models import ExpertAdvice, Match
from research import actions
from research.models import AdviceRequest, Commission, MarketFigure
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.research import works

pytestmark = pytest.mark.django_db
FIGURE = {"label": "Shelves", "year": 2026, "amount": 3, "currency": "JPY", "source": "Retail Board"}
REMARKS = [actions.Remark("summary", 1, "Say by when")]
STATES = ("requested", "offered", "accepted", "delivered", "returned", "published", "cancelled")
WRITTEN = {"accepted", "returned"}
PEOPLE = ("officer", "administrator", "company_owner", "company_member", "startup_owner", "newcomer")

Deed = Callable[[Commission, User], Any]
DEEDS: dict[str, Deed] = {
    "assign": lambda made, by: works.offered(made, User.objects.get(name="expert"), by),
    "accept": lambda made, by: actions.accept(made, by=by),
    "refuse": lambda made, by: actions.refuse(made, reason="time", by=by),
    "cancel": lambda made, by: actions.cancel(made, reason="No budget", by=by),
    "save_section": lambda made, by: actions.save_section(made, "summary", "", seen=1, by=by),
    "add_figure": lambda made, by: actions.add_figure(made, FIGURE, by=by),
    "add_candidate": lambda made, by: actions.add_candidate(
        made,
        made.match.startup,
        reason="Fits",
        by=by,
    ),
    "remove": lambda made, by: actions.remove(made.figures.earliest("pk"), by=by),
    "deliver": lambda made, by: actions.deliver(made, by=by),
    "return_report": lambda made, by: actions.return_report(made, REMARKS, by=by),
    "publish_report": lambda made, by: actions.publish_report(made, by=by),
}
# The deed, who does it, the states in which it is allowed, the state that follows ("" the same), what the trail says.
ALLOWED: dict[str, tuple[str, set[str], str, list[str]]] = {
    "assign": ("officer", {"requested"}, "assigned", ["commission.assigned"]),
    "accept": ("expert", {"offered"}, "", ["commission.accepted"]),
    "refuse": ("expert", {"offered"}, "requested", ["commission.requested"]),
    "cancel": ("officer", set(STATES) - {"published", "cancelled"}, "cancelled", ["commission.cancelled"]),
    "save_section": ("expert", WRITTEN, "", []),
    "add_figure": ("expert", WRITTEN, "", []),
    "add_candidate": ("expert", WRITTEN, "", []),
    "remove": ("expert", WRITTEN, "", []),
    "deliver": ("expert", WRITTEN, "delivered", ["commission.delivered"]),
    "return_report": (
        "officer",
        {"delivered"},
        "returned",
        ["commission.returned", "reportversion.remarked"],
    ),
    "publish_report": ("administrator", {"delivered"}, "published", ["commission.published"]),
}
CASES = [(deed, state) for deed in DEEDS for state in STATES]
OF_EXPERTS = [deed for deed, (by, *_rest) in ALLOWED.items() if by == "expert"]


@pytest.fixture
def match(cast: Cast) -> Match:
    return stories.match_of(cast.company, cast.startup)


def made_until(state: str, match: Match, cast: Cast) -> Commission:
    """With a figure in it from the beginning, so that there is something to remove; read anew, as by a page."""
    made = works.asked(match, cast.company_owner)
    MarketFigure.objects.create(commission=made, **{**FIGURE, "label": "First"})
    if state != "requested":
        works.offered(made, cast.expert, cast.officer)
    if state not in ("requested", "offered"):
        actions.accept(made, by=cast.expert)
        works.written(made, cast.expert)
    if state in ("delivered", "returned", "published"):
        actions.deliver(made, by=cast.expert)
    if state == "returned":
        actions.return_report(made, REMARKS, by=cast.officer)
    if state == "published":
        actions.publish_report(made, by=cast.officer)
    if state == "cancelled":
        actions.cancel(made, reason="No budget", by=cast.officer)
    return Commission.objects.get(pk=made.pk)


def everything() -> dict[str, list[dict[str, Any]]]:
    """All that a deed of research may write, row by row."""
    models = [*apps.get_app_config("research").get_models(), AuditEvent, ExpertAdvice, Job, Notice]
    return {each.__name__: list(each._default_manager.order_by("pk").values()) for each in models}


def trail_since(last: int) -> list[tuple[str, int | None]]:
    rows = AuditEvent.objects.filter(pk__gt=last).order_by("action")
    return list(rows.values_list("action", "actor_id"))


def last_in_trail() -> int:
    return AuditEvent.objects.aggregate(last=Max("pk"))["last"] or 0


@pytest.mark.parametrize(("deed", "state"), [(d, s) for d, s in CASES if s in ALLOWED[d][1]])
def test_a_deed_in_its_own_state_happens_and_stands_in_the_trail(
    deed: str, state: str, match: Match, cast: Cast
) -> None:
    by, _states, after, recorded = ALLOWED[deed]
    made, doer = made_until(state, match, cast), getattr(cast, by)
    before, last = made.status, last_in_trail()
    DEEDS[deed](made, doer)
    assert Commission.objects.get(pk=made.pk).status == made.status == (after or before)
    assert trail_since(last) == [(action, doer.pk) for action in recorded]


@pytest.mark.parametrize(("deed", "state"), [(d, s) for d, s in CASES if s not in ALLOWED[d][1]])
def test_a_deed_in_any_other_state_is_refused_and_changes_nothing(
    deed: str, state: str, match: Match, cast: Cast
) -> None:
    made, before = made_until(state, match, cast), everything()
    is_nothing_delivered = deed == "return_report" and not made.versions.exists()
    with pytest.raises(ValueError if is_nothing_delivered else TransitionNotAllowed):
        DEEDS[deed](made, getattr(cast, ALLOWED[deed][0]))
    assert everything() == before


@pytest.mark.parametrize("deed", OF_EXPERTS)
def test_what_is_the_expert_s_is_done_by_nobody_else(deed: str, match: Match, cast: Cast) -> None:
    state = "offered" if "offered" in ALLOWED[deed][1] else "accepted"
    made = made_until(state, match, cast)
    others = [getattr(cast, name) for name in PEOPLE] + [factories.ExpertFactory().user]
    before = everything()
    for person in others:
        with pytest.raises(TransitionNotAllowed):
            DEEDS[deed](Commission.objects.get(pk=made.pk), person)
    assert everything() == before


@pytest.mark.parametrize("deed", ["save_section", "add_figure", "add_candidate", "remove", "deliver"])
def test_whoever_has_refused_it_writes_nothing_in_it_while_another_does(
    deed: str, match: Match, cast: Cast
) -> None:
    made = made_until("offered", match, cast)
    actions.refuse(made, reason="time", by=cast.expert)
    works.written(works.accepted(made, factories.ExpertFactory().user, cast.officer), made.expert.user)
    before = everything()
    with pytest.raises(TransitionNotAllowed):
        DEEDS[deed](made, cast.expert)
    assert everything() == before


@pytest.mark.parametrize(
    ("person", "side"),
    [
        ("company_owner", "company"),
        ("company_member", "company"),
        ("officer", "staff"),
        ("administrator", "staff"),
    ],
)
def test_asking_stands_in_the_trail_with_the_side_that_asked(
    person: str, side: str, match: Match, cast: Cast
) -> None:
    doer, last = getattr(cast, person), last_in_trail()
    made = works.asked(match, doer)
    row = AuditEvent.objects.get(pk__gt=last, target_type="research.commission")
    assert (row.action, row.actor_id, row.target_id) == ("commission.requested", doer.pk, str(made.pk))
    assert (row.detail, made.asked_by, made.status) == ({"side": side}, doer, "requested")


@pytest.mark.parametrize(
    ("deed", "state", "action", "reason"),
    [
        ("cancel", "delivered", "commission.cancelled", "No budget"),
        ("refuse", "offered", "commission.requested", "time"),
    ],
)
def test_why_it_ended_stands_in_the_trail(
    deed: str, state: str, action: str, reason: str, match: Match, cast: Cast
) -> None:
    made = made_until(state, match, cast)
    before = made.status
    DEEDS[deed](made, getattr(cast, ALLOWED[deed][0]))
    row = AuditEvent.objects.filter(action=action).latest("pk")
    assert row.detail == {"before": before, "reason": reason}


# Pages of the office, with what is sent to them; the number of a commission, a report or a request comes in between.
OFFICE_PAGES: list[tuple[str, str, dict[str, str]]] = [
    ("requested", "assign/", {"term": "5"}),
    ("requested", "cancel/", {"reason": "No budget"}),
    ("accepted", "cancel/", {"reason": "No budget"}),
    ("delivered", "return/", {"summary_1": "Say by when", "version": "1"}),
    ("delivered", "publish/", {"version": "1"}),
]


@pytest.mark.parametrize(("state", "page", "sent"), OFFICE_PAGES)
def test_nobody_but_the_office_does_what_is_the_office_s(
    state: str, page: str, sent: dict[str, str], match: Match, cast: Cast, as_user: Callable[[User], Client]
) -> None:
    made = made_until(state, match, cast)
    address, values = f"/en/staff/research/{made.pk}/{page}", sent | {"expert": str(cast.expert.pk)}
    people = [getattr(cast, name) for name in (*PEOPLE[2:], "other_company_owner", "expert")]
    before = everything()
    assert [as_user(each).post(address, values).status_code for each in people] == [404] * len(people)
    assert everything() == before
    assert as_user(cast.officer).post(address, values).status_code == 302
    assert everything() != before


class TestAdvice:
    GIVEN: dict[str, Callable[[AdviceRequest, User], Any]] = {
        "give": lambda asked, by: actions.give_assessment(asked, _opinions(asked), by=by),
        "decline": lambda asked, by: actions.decline_assessment(asked, reason="time", by=by),
        "take_back": lambda asked, by: actions.take_back_advice_request(asked, by=by),
    }
    ENDS = ("give", "decline", "take_back")

    def asked(self, cast: Cast, *, ended: str = "") -> AdviceRequest:
        asked = works.advice_asked(cast.startup, cast.expert, cast.officer)
        if ended:
            self.GIVEN[ended](asked, self.doer(ended, cast))
        return AdviceRequest.objects.select_related("startup__organisation").get(pk=asked.pk)

    def doer(self, deed: str, cast: Cast) -> User:
        return cast.administrator if deed == "take_back" else cast.expert

    @pytest.mark.parametrize(
        ("deed", "after", "recorded"),
        [
            ("give", "given", ["advicerequest.given", "expertadvice.given"]),
            ("decline", "declined", ["advicerequest.declined"]),
            ("take_back", "taken_back", ["advicerequest.taken_back"]),
        ],
    )
    def test_what_is_asked_ends_in_one_of_three_ways(
        self, deed: str, after: str, recorded: list[str], cast: Cast
    ) -> None:
        asked, doer = self.asked(cast), self.doer(deed, cast)
        last = last_in_trail()
        self.GIVEN[deed](asked, doer)
        assert AdviceRequest.objects.get().status == asked.status == after
        assert trail_since(last) == [(action, doer.pk) for action in recorded]

    @pytest.mark.parametrize("deed", ENDS)
    @pytest.mark.parametrize("ended", ENDS)
    def test_what_has_ended_ends_no_second_time(self, ended: str, deed: str, cast: Cast) -> None:
        asked = self.asked(cast, ended=ended)
        before = everything()
        with pytest.raises(TransitionNotAllowed):
            self.GIVEN[deed](asked, self.doer(deed, cast))
        assert everything() == before

    @pytest.mark.parametrize("deed", ["give", "decline"])
    def test_nobody_answers_for_the_expert(self, deed: str, cast: Cast) -> None:
        asked = self.asked(cast)
        others = [getattr(cast, name) for name in PEOPLE] + [factories.ExpertFactory().user]
        before = everything()
        for person in others:
            with pytest.raises(TransitionNotAllowed):
                self.GIVEN[deed](asked, person)
        assert everything() == before

    @pytest.mark.parametrize("ended", ENDS)
    def test_the_same_is_asked_again_once_it_has_ended(self, ended: str, cast: Cast) -> None:
        self.asked(cast, ended=ended)
        last = last_in_trail()
        again = works.advice_asked(cast.startup, cast.expert, cast.administrator)
        assert (again.status, AdviceRequest.objects.count()) == ("asked", 2)
        assert trail_since(last) == [("advicerequest.asked", cast.administrator.pk)]

    def test_a_new_opinion_retires_the_expert_s_own_earlier_one(self, cast: Cast) -> None:
        first = self.asked(cast, ended="give").advice
        again = self.asked(cast)
        second = actions.give_assessment(again, _opinions(again), by=cast.expert)
        assert list(ExpertAdvice.objects.standing()) == [second]
        assert first is not None
        assert first.marks.count() == 4, "what was said stays on record"


def _opinions(asked: AdviceRequest, **faulty: actions.Opinion) -> dict[str, actions.Opinion]:
    return {str(name): actions.Opinion(4, "Sound") for name in asked.criteria()} | faulty


# What only the database refuses, at the last of several writes; the state before, the deed, and what refuses it.
HALFWAY: list[tuple[str, Deed, str]] = [
    ("requested", lambda made, c: actions.ask(works.question(made.match, question=""), by=c), "has_question"),
    (
        "requested",
        lambda made, c: works.offered(made, User.objects.get(name="expert"), c, due=None),
        "in_hand_has_expert",
    ),
    ("accepted", lambda made, c: actions.cancel(made, reason="", by=c), "cancelled_has_reason"),
    (
        "offered",
        lambda made, _c: actions.refuse(made, reason="bored", text="So", by=made.expert.user),
        "refusal_reason_known",
    ),
    (
        "delivered",
        lambda made, c: actions.return_report(made, [*REMARKS, actions.Remark("risks", 1, "")], by=c),
        "reportremark_has_text",
    ),
]


@pytest.mark.parametrize(("state", "deed", "refused_by"), HALFWAY)
def test_what_fails_at_its_last_step_has_done_none_of_the_others(
    state: str, deed: Deed, refused_by: str, match: Match, cast: Cast
) -> None:
    made, before = made_until(state, match, cast), everything()
    with pytest.raises(IntegrityError, match=refused_by), transaction.atomic():
        deed(made, cast.officer)
    assert everything() == before


def test_an_assessment_with_one_reason_missing_leaves_no_advice_and_no_mark(cast: Cast) -> None:
    asked = works.advice_asked(cast.startup, cast.expert, cast.officer)
    before = everything()
    faulty = _opinions(asked, japan=actions.Opinion(4, ""))
    with pytest.raises(ValueError, match="a reason for each mark"):
        actions.give_assessment(AdviceRequest.objects.get(), faulty, by=cast.expert)
    assert everything() == before


def test_conflicts_that_come_with_a_refusal_are_kept_with_it_or_not_at_all(match: Match, cast: Cast) -> None:
    """The second organisation is none: then the first has no conflict either, and it is still offered."""
    made, before = made_until("offered", match, cast), everything()
    named: Iterable[Any] = [cast.startup.organisation, None]
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.refuse(made, reason="conflict", text="Shares", conflicts=named, by=cast.expert)
    assert everything() == before
