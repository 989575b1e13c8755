"""Commissions from the question to the expert's answer: who hears of what, who sees what, and what is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from accounts.models import User
from matchmaking.celery import app
from matchmaking.core.enums import Field
from matchmaking.core.models import AuditEvent, Job, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.models import Match
from research import actions, questions, tasks
from research.finding import fit_of, ranked
from research.models import Commission, Conflict, Expert, Refusal
from research.questions import language_of, usual_questions
from research.reading import closeness, read, read_question
from research.words import status_for_firm, status_of
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.research import works

pytestmark = pytest.mark.django_db


@pytest.fixture
def match(cast: Cast) -> Match:
    return stories.match_of(cast.company, cast.startup)


@pytest.fixture
def wish(match: Match, cast: Cast) -> Commission:
    """What the firm asked for."""
    return works.asked(match, cast.company_owner)


@pytest.fixture
def order(match: Match, cast: Cast) -> Commission:
    """What staff asked for."""
    return works.asked(match, cast.officer)


def told(event: str) -> set[str]:
    return set(Notice.objects.filter(event=event).values_list("recipient__name", flat=True))


def deeds(commission: Commission) -> list[str]:
    rows = AuditEvent.objects.filter(target_type="research.commission", target_id=str(commission.pk))
    return list(rows.order_by("id").values_list("action", flat=True))


OFFICE = {"officer", "administrator"}
FIRM = {"company-owner", "company-member"}


def test_a_firms_wish_is_told_to_the_office_and_an_order_of_the_office_to_nobody(
    match: Match, cast: Cast
) -> None:
    made = works.asked(match, cast.officer)
    assert (made.asked_side, told("research_asked")) == ("staff", set())
    made = works.asked(match, cast.company_member)
    assert (made.asked_side, made.asked_by, made.company) == ("company", cast.company_member, cast.company)
    assert told("research_asked") == OFFICE
    assert deeds(made) == ["commission.requested"]


def test_the_same_question_is_read_once(match: Match, cast: Cast) -> None:
    for _each in range(2):
        works.asked(match, cast.officer)
    assert Job.objects.filter(name="research.read_question").count() == 1


def test_a_question_that_waits_is_read_anew_once_when_the_words_of_a_template_change(
    match: Match, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By beat: whoever deploys new words need not think of it. What is in hand already is compared no more."""
    waiting = works.asked(match, cast.officer)
    works.offered(works.asked(match, cast.officer, question="And in Japan?"), cast.expert, cast.officer)
    Job.objects.all().delete()
    read_anew = settings.CELERY_BEAT_SCHEDULE["read-research-anew"]
    assert read_anew["task"] in app.tasks
    for words in ("", "", "Newer words for %(market)s", "Newer words for %(market)s", "Newest words"):
        if words:
            monkeypatch.setattr(questions, "TEMPLATES", {**questions.TEMPLATES, Field.RETAIL: words})
        assert tasks.read_anew() == 1
    jobs = Job.objects.filter(name="research.read_question")
    assert [each.payload for each in jobs] == [{"commission_id": waiting.pk}] * 3


def test_offered_accepted_and_what_each_side_hears(wish: Commission, cast: Cast) -> None:
    works.offered(wish, cast.expert, cast.officer)
    assert works.states_of(wish) == ("assigned", cast.expert.pk)
    assert (wish.due, wish.accepted_at, wish.is_in_writing) == (works.DUE, None, False)
    assert (told("research_offered"), told("research_granted")) == ({"expert"}, FIRM)
    assert (status_of(wish), status_for_firm(wish)) == ("Waits for the expert's answer", "Under way")
    actions.accept(wish, by=cast.expert)
    wish.refresh_from_db()
    assert (wish.is_in_writing, status_of(wish)) == (True, "With the expert")
    assert told("research_accepted") == OFFICE
    assert deeds(wish) == ["commission.requested", "commission.assigned", "commission.accepted"]


def test_what_the_office_asked_for_is_granted_to_nobody(order: Commission, cast: Cast) -> None:
    works.offered(order, cast.expert, cast.officer)
    assert told("research_granted") == set()


def test_it_is_accepted_once_and_only_by_whom_it_was_offered_to(wish: Commission, cast: Cast) -> None:
    works.offered(wish, cast.expert, cast.officer)
    with pytest.raises(TransitionNotAllowed):
        actions.accept(wish, by=factories.ExpertFactory().user)
    actions.accept(wish, by=cast.expert)
    first = Commission.objects.get(pk=wish.pk).accepted_at
    with pytest.raises(TransitionNotAllowed):
        actions.accept(wish, by=cast.expert)
    assert Commission.objects.get(pk=wish.pk).accepted_at == first
    assert deeds(wish).count("commission.accepted") == 1


def test_refused_it_waits_again_and_is_not_offered_to_the_same_expert(wish: Commission, cast: Cast) -> None:
    works.offered(wish, cast.expert, cast.officer)
    actions.refuse(wish, reason="time", text="In the field until July", by=cast.expert)
    assert works.states_of(wish) == ("requested", None)
    assert (wish.due, wish.assigned_at) == (None, None)
    assert told("research_refused") == OFFICE
    [refusal] = Refusal.objects.all()
    assert (refusal.expert_id, refusal.reason, refusal.text) == (
        cast.expert.pk,
        "time",
        "In the field until July",
    )
    with pytest.raises(actions.NotFitting) as told_why:
        works.offered(wish, cast.expert, cast.officer)
    assert told_why.value.reason == "refused"
    assert works.states_of(wish) == ("requested", None)
    assert not Conflict.objects.exists()


def test_a_conflict_of_interest_is_kept_for_this_and_every_later_commission(
    wish: Commission, cast: Cast, match: Match
) -> None:
    works.offered(wish, cast.expert, cast.officer)
    startup = cast.startup.organisation
    actions.refuse(wish, reason="conflict", text="I hold shares", conflicts=[startup], by=cast.expert)
    [conflict] = Conflict.objects.all()
    assert (conflict.expert_id, conflict.organisation, conflict.reason) == (
        cast.expert.pk,
        startup,
        "I hold shares",
    )
    assert (
        AuditEvent.objects.filter(action="expert.conflict_declared", target_label=str(startup)).count() == 1
    )
    expert = Expert.objects.get(user=cast.expert)
    later = works.asked(match, cast.officer)
    assert fit_of(later, expert).ruled_out == "conflict"
    elsewhere = works.asked(match, cast.officer, match=None)
    assert fit_of(elsewhere, expert).ruled_out == "", "the firm is not what the conflict is with"


def test_a_conflict_declared_twice_keeps_the_first_words(cast: Cast) -> None:
    expert = Expert.objects.get(user=cast.expert)
    for words in ("A cousin works there", "Nothing"):
        actions.declare_conflict(expert, cast.startup.organisation, reason=words, by=cast.expert)
    assert [each.reason for each in Conflict.objects.all()] == ["A cousin works there"]
    assert AuditEvent.objects.filter(action="expert.conflict_declared").count() == 1


@pytest.mark.parametrize("who", ["another", "accepted"])
def test_only_the_expert_it_is_offered_to_refuses_and_not_after_accepting(
    who: str, wish: Commission, cast: Cast
) -> None:
    works.offered(wish, cast.expert, cast.officer)
    by = factories.ExpertFactory().user if who == "another" else cast.expert
    if who == "accepted":
        actions.accept(wish, by=cast.expert)
    with pytest.raises(TransitionNotAllowed):
        actions.refuse(wish, reason="time", by=by)
    assert (works.states_of(wish), Refusal.objects.count()) == (("assigned", cast.expert.pk), 0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"capacity": 0}, "full"), ({"affiliation": ""}, "unknown"), ({"fields": []}, "unknown")],
)
def test_whoever_is_ruled_out_is_not_given_it(
    change: dict[str, object], reason: str, wish: Commission, cast: Cast
) -> None:
    Expert.objects.filter(user=cast.expert).update(**change)
    with pytest.raises(actions.NotFitting) as told_why:
        works.offered(wish, cast.expert, cast.officer)
    assert (told_why.value.reason, works.states_of(wish)) == (reason, ("requested", None))
    assert told("research_offered") == set()


def test_as_many_as_an_expert_takes_and_no_more_until_one_has_ended(match: Match, cast: Cast) -> None:
    first, second, third = (works.asked(match, cast.officer) for _each in range(3))
    works.offered(first, cast.expert, cast.officer)
    works.offered(second, cast.expert, cast.officer)
    with pytest.raises(actions.NotFitting):
        works.offered(third, cast.expert, cast.officer)
    actions.cancel(first, reason="No longer wanted", by=cast.officer)
    works.offered(third, cast.expert, cast.officer)
    assert works.states_of(third) == ("assigned", cast.expert.pk)


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_do_not_overfill_an_expert(match: Match, cast: Cast) -> None:
    Expert.objects.filter(user=cast.expert).update(capacity=1)
    pair, refused = [works.asked(match, cast.officer) for _each in range(2)], []
    start = threading.Barrier(2)

    def give(commission: Commission) -> None:
        start.wait()
        try:
            works.offered(commission, cast.expert, cast.officer)
        except actions.NotFitting as refusal:
            refused.append(refusal.reason)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=give, args=[commission]) for commission in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["full"]
    assert sorted(works.states_of(each)[0] for each in pair) == ["assigned", "requested"]


def test_a_wish_is_declined_with_a_reason_that_the_firm_reads(wish: Commission, cast: Cast) -> None:
    actions.cancel(wish, reason="A report on this is there already", by=cast.officer)
    assert (works.states_of(wish)[0], wish.end_reason) == ("cancelled", "A report on this is there already")
    assert (told("research_declined"), told("research_cancelled")) == (FIRM, set())
    assert status_for_firm(wish) == "Not done"


def test_what_is_cancelled_under_way_is_told_to_the_expert_who_sees_it_no_more(
    order: Commission, cast: Cast
) -> None:
    works.accepted(order, cast.expert, cast.officer)
    assert list(Commission.objects.visible_to(cast.expert)) == [order]
    actions.cancel(order, reason="The firm has left", by=cast.officer)
    assert (told("research_cancelled"), told("research_declined")) == ({"expert"}, set())
    assert list(Commission.objects.visible_to(cast.expert)) == []
    with pytest.raises(TransitionNotAllowed):
        actions.accept(order, by=cast.expert)


def test_who_sees_a_wish_and_who_an_order(wish: Commission, order: Commission, cast: Cast) -> None:
    works.offered(order, cast.expert, cast.officer)
    seen = {
        name: set(Commission.objects.visible_to(getattr(cast, name)).values_list("pk", flat=True))
        for name in ("officer", "administrator", "company_owner", "company_member", "other_company_owner",
                     "startup_owner", "expert", "newcomer")
    }  # fmt: skip
    both = {wish.pk, order.pk}
    assert seen == {
        "officer": both,
        "administrator": both,
        "company_owner": {wish.pk},
        "company_member": {wish.pk},
        "other_company_owner": set(),
        "startup_owner": set(),
        "expert": {order.pk},
        "newcomer": set(),
    }


def test_overdue_is_what_an_expert_still_writes_after_its_day(match: Match, cast: Cast) -> None:
    today = timezone.localdate()
    late = works.asked(match, cast.officer)
    works.accepted(late, cast.expert, cast.officer, due=today - timedelta(days=1))
    in_time = works.asked(match, cast.officer)
    works.accepted(in_time, cast.expert, cast.officer, due=today)
    assert list(Commission.objects.overdue(today)) == [late]
    actions.cancel(late, reason="Too late", by=cast.officer)
    assert list(Commission.objects.overdue(today)) == []


def test_the_ranking_knows_load_past_work_and_what_rules_out(
    wish: Commission, cast: Cast, match: Match, django_assert_num_queries: Callable[..., object]
) -> None:
    specialist = factories.ExpertFactory(user__name="Specialist", countries=["SG"])
    factories.ExpertFactory(user__name="Gone", user__is_active=False, countries=["SG"])
    works.offered(works.asked(match, cast.officer), cast.expert, cast.officer)
    with django_assert_num_queries(5):
        found = ranked(wish)
    assert [(each.expert.user.name, each.expert.load, each.fit.ruled_out) for each in found] == [
        ("Specialist", 0, ""),
        ("expert", 1, ""),
    ]
    actions.declare_conflict(specialist, cast.company.organisation, reason="", by=specialist.user)
    assert [each.fit.ruled_out for each in ranked(wish)] == ["", "conflict"]


def test_what_the_worker_has_read_counts_in_the_ranking(wish: Commission, cast: Cast) -> None:
    """The real encoder: somebody who wrote of tills comes nearer than somebody who wrote of tractors."""
    from research.tasks import read_expert
    from research.tasks import read_question as read_wish

    tills = factories.ExpertFactory(biography="Checkouts, tills and payments of store chains in Singapore.")
    farms = factories.ExpertFactory(biography="Tractors and irrigation on rice farms in the north.")

    def meaning() -> dict[int, int | None]:
        return {each.expert.pk: each.fit.parts[2].points for each in ranked(wish)}

    assert set(meaning().values()) == {None}
    read_wish(commission_id=wish.pk)
    for expert in (tills, farms):
        read_expert(expert_id=expert.pk)
    found = meaning()
    assert found[cast.expert.pk] is None, "who wrote nothing is not judged by it"
    assert (found[tills.pk] or 0) > (found[farms.pk] or 0)
    assert {points % 5 for points in found.values() if points is not None} == {0}, (
        "five usual questions, 25 points"
    )


@pytest.mark.parametrize(("language", "market"), [("en", "Singapore"), ("ja", "シンガポール")])
def test_a_question_is_compared_with_the_usual_ones_in_its_own_language(language: str, market: str) -> None:
    questions = usual_questions("SG", language)
    assert len(questions) == len(Field)
    assert all(market in each for each in questions)
    assert {language_of(each) for each in questions} == {language}


def test_a_usual_question_itself_is_as_near_as_itself_and_counts_half(cast: Cast) -> None:
    [own, *_others] = usual_questions("SG", "en")
    words = {1: "Wind farms and factory heat.", 2: ""}
    assert closeness(own, "SG", words) == {}, "nobody has read anything yet"
    read_question(own, "SG")
    assert closeness(own, "SG", words) == {}
    read("passage", words[1])
    found = closeness(own, "SG", words)
    assert list(found) == [1]
    assert (found[1] * 10) % 2 == 1, "fifths, and half a fifth for the question itself"
    assert closeness(own, "VN", words) == {}, "the usual questions of another market are not read yet"


def test_new_words_of_an_expert_are_read_and_the_same_words_are_not_read_again(cast: Cast) -> None:
    for biography in ("Store chains.", "Store chains.", "Store chains and payments."):
        actions.describe(cast.expert, {"biography": biography}, by=cast.expert)
    assert Job.objects.filter(name="research.read_expert").count() == 2


def test_members_of_another_organisation_hear_nothing(wish: Commission, cast: Cast) -> None:
    works.accepted(wish, cast.expert, cast.officer)
    strangers: list[User] = [cast.other_company_owner, cast.startup_owner, cast.newcomer]
    assert not Notice.objects.filter(recipient__in=strangers, event__startswith="research").exists()


def test_an_old_page_does_not_refuse_what_was_accepted_meanwhile(cast: Cast) -> None:
    match = stories.match_of(cast.company, cast.startup)
    made = works.offered(works.asked(match, cast.company_owner), cast.expert, cast.officer)
    old = Commission.objects.get(pk=made.pk)
    actions.accept(made, by=cast.expert)
    with pytest.raises(TransitionNotAllowed):
        actions.refuse(old, reason="time", by=cast.expert)
    assert works.states_of(made) == ("assigned", cast.expert.pk)
