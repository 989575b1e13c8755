"""Two people, or a person and a worker, act on the same thing at once: one of them is told, nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from matchmaking.core import jobs
from matchmaking.core.models import AuditEvent, Job, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches import actions
from matchmaking.matches.engine.policy import load_policy
from matchmaking.matches.enums import DismissReason, MatchStatus, Rating, RunStatus, ShortlistStatus, Side
from matchmaking.matches.explaining import quotes
from matchmaking.matches.models import (
    Decision,
    ExpertAdvice,
    Match,
    PairNote,
    Run,
    ScoringPolicy,
    ShortlistDraft,
    ShortlistPair,
    ShortlistRule,
    ThesaurusVersion,
    Trial,
)
from matchmaking.matches.runs.lists import lock_lists
from matchmaking.matches.shortlists.sending import sending_of
from tests import factories
from tests.accounts.racing import at_once
from tests.conftest import Cast
from tests.matches import lists_world, world
from tests.matches.lists_world import Lists

pytestmark = pytest.mark.django_db(transaction=True)

DONE, REFUSED = "done", "refused"
REFUSALS = (
    TransitionNotAllowed,
    actions.RunUnderWay,
    actions.TrialUnderWay,
    actions.ShortlistsUnderWay,
    actions.ListsRefused,
    actions.ListsChanged,
)


def ends(*deeds: Callable[[], Any]) -> list[str]:
    """How each deed ended. Anything but a refusal that the pages know how to tell fails the test."""

    def told(deed: Callable[[], Any]) -> str:
        try:
            deed()
        except REFUSALS:
            return REFUSED
        return DONE

    return at_once(*[lambda deed=deed: told(deed) for deed in deeds])


# --- Lists and quotes --------------------------------------------------------------------------------------------


def test_a_quote_waits_for_whoever_writes_lists_however_long_that_takes(
    vectors: None, engine_vectors: dict[str, Any]
) -> None:
    """It used to run into the limit for rows, which is short: a rescoring holds its pairs until it is done."""
    world.populate()
    world.run_now()
    match = Match.objects.exclude(quote="").order_by("pk")[0]
    Match.objects.filter(pk=match.pk).update(quote_key="", quote="")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock_lists()
            Match.objects.filter(pk=match.pk).update(rank_for_company=7)
            waiting = pool.submit(quoted_impatiently, match.startup_id)
            until_it_waits(waiting)
        assert waiting.result(30) == match.quote
    assert Match.objects.get(pk=match.pk).rank_for_company == 7


def test_a_quote_does_not_wait_for_a_pair_that_somebody_holds_and_is_chosen_later(
    vectors: None, engine_vectors: dict[str, Any]
) -> None:
    """It used to wait, and whoever held the pair and then wanted another one of them met a deadlock."""
    world.populate()
    world.run_now()
    held, other = Match.objects.exclude(quote="").order_by("startup_id", "pk").distinct("startup_id")[:2]
    Match.objects.update(quote_key="", quote="")
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Match.objects.filter(pk=held.pk).update(rank_for_company=7)
        startups = [held.startup_id, other.startup_id]
        assert pool.submit(quoted_impatiently, *startups).result(30)
    assert Match.objects.get(pk=other.pk).quote == other.quote
    assert Match.objects.get(pk=held.pk).quote == ""
    left = Job.objects.get(dedupe_key__startswith="quote:held:")
    assert (left.name, left.payload) == ("matches.quote", {"startups": [held.startup_id]})
    jobs.HANDLERS[left.name](**left.payload)
    assert Match.objects.get(pk=held.pk).quote == held.quote


def quoted_impatiently(*startups: int) -> str:
    """Choose quotes on a connection that waits for a row for the twentieth part of a second at most."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("set lock_timeout = 50")
            quotes.choose(startups)
        return Match.objects.filter(startup_id__in=startups).exclude(quote="").order_by("pk")[0].quote
    finally:
        connection.close()


def until_it_waits(waiting: Future[str]) -> None:
    """For the lists, and for a while longer than it would wait for a row."""
    with connection.cursor() as cursor:
        for _try in range(1_500):
            cursor.execute("select pg_sleep(0.02), (select count(*) from pg_locks where not granted)")
            if cursor.fetchone()[1]:
                cursor.execute("select pg_sleep(0.2)")
                return
            assert not waiting.done(), waiting.result()
    raise AssertionError("it never came to the lists")


# --- Pairs -------------------------------------------------------------------------------------------------------


def deed(name: str, match: Match, cast: Cast) -> Callable[[], None]:
    """What somebody does who has read the match for themselves before the other did anything."""
    mine = Match.objects.with_parties().get(pk=match.pk)
    other, known = DismissReason.OTHER, DismissReason.KNOWN
    deeds: dict[str, Callable[[], None]] = {
        "disclose": lambda: actions.disclose(mine, by=cast.officer),
        "staff dismiss": lambda: actions.dismiss(mine, side=Side.STAFF, reason=other, by=cast.administrator),
        "firm dismisses": lambda: actions.dismiss(
            mine, side=Side.COMPANY, reason=known, by=cast.company_owner
        ),
        "restore": lambda: actions.restore(mine, by=cast.officer),
        "profile changes": lambda: actions.return_changed([mine]),
        "party leaves": lambda: actions.end_match(mine, side=Side.STARTUP, by=None),
    }
    return deeds[name]


LEADS_TO = {
    "disclose": MatchStatus.DISCLOSED,
    "staff dismiss": MatchStatus.DISMISSED,
    "firm dismisses": MatchStatus.DISMISSED,
    "restore": MatchStatus.DISCLOSED,
    "profile changes": MatchStatus.PROPOSED,
    "party leaves": MatchStatus.DISMISSED,
}


@pytest.mark.parametrize(
    ("before", "one", "other"),
    [
        (MatchStatus.PROPOSED, "disclose", "disclose"),
        (MatchStatus.PROPOSED, "disclose", "staff dismiss"),
        (MatchStatus.DISCLOSED, "firm dismisses", "firm dismisses"),
        (MatchStatus.DISCLOSED, "firm dismisses", "staff dismiss"),
        (MatchStatus.DISCLOSED, "firm dismisses", "party leaves"),
        (MatchStatus.DISMISSED, "restore", "restore"),
        (MatchStatus.DISMISSED, "restore", "profile changes"),
    ],
)
def test_of_two_who_decide_about_a_pair_one_is_told_and_one_decision_stands(
    cast: Cast, before: str, one: str, other: str
) -> None:
    match = world.match_of(cast.company, cast.startup, before)
    results = ends(deed(one, match, cast), deed(other, match, cast))
    assert sorted(results) == [DONE, REFUSED]
    winner = one if results[0] == DONE else other
    assert Match.objects.get().status == LEADS_TO[winner]
    assert AuditEvent.objects.filter(action=f"match.{LEADS_TO[winner]}").count() == 1
    logged = 0 if winner in ("profile changes", "party leaves") else 1
    assert Decision.objects.count() == logged


def test_two_officers_who_tick_overlapping_pairs_disclose_each_once(cast: Cast) -> None:
    matches = [
        world.match_of(cast.company, world.startup(number), MatchStatus.PROPOSED) for number in range(6)
    ]
    assert ends(
        lambda: actions.disclose_several(matches[:4], by=cast.officer),
        lambda: actions.disclose_several(matches[2:][::-1], by=cast.administrator),
    ) == [DONE, DONE]
    assert set(Match.objects.values_list("status", flat=True)) == {MatchStatus.DISCLOSED}
    told = Counter(Notice.objects.values_list("recipient_id", flat=True))
    assert told == {cast.company_owner.pk: 6, cast.company_member.pk: 6}
    assert Decision.objects.count() == AuditEvent.objects.filter(action="match.disclosed").count() == 6


def test_two_officers_who_tick_the_same_pairs_tell_the_firm_once(cast: Cast) -> None:
    matches = [
        world.match_of(cast.company, world.startup(number), MatchStatus.PROPOSED) for number in range(3)
    ]
    results = ends(*[lambda: actions.disclose_several(matches, by=cast.officer)] * 2)
    assert sorted(results) == [DONE, REFUSED]
    assert Notice.objects.filter(recipient=cast.company_owner).count() == 3


def test_what_two_colleagues_note_about_a_pair_is_both_kept(cast: Cast) -> None:
    match = world.match_of(cast.company, cast.startup)
    writers = (cast.officer, cast.administrator)
    assert ends(
        *[lambda by=by: actions.write_note(match, text=f"From {by.name}.", by=by) for by in writers]
    ) == [DONE, DONE]
    texts = set(PairNote.objects.of(match).values_list("text", flat=True))
    assert texts == {"From officer.", "From administrator."}


# --- Advice ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rated_before", [False, True])
@pytest.mark.parametrize("of_a_pair", [False, True])
def test_an_expert_who_sends_twice_has_one_advice_that_counts(
    cast: Cast, rated_before: bool, of_a_pair: bool
) -> None:
    company = cast.company if of_a_pair else None

    def give(rating: Rating) -> None:
        actions.give_advice(cast.startup, rating=rating, reasons="Seen.", by=cast.expert, company=company)

    if rated_before:
        give(Rating.FAIR)
    assert ends(lambda: give(Rating.GOOD), lambda: give(Rating.POOR)) == [DONE, DONE]
    assert ExpertAdvice.objects.standing().count() == 1
    assert ExpertAdvice.objects.count() == 2 + rated_before
    assert AuditEvent.objects.filter(action="expertadvice.given").count() == 2 + rated_before


def test_advice_is_retired_once_by_two(cast: Cast) -> None:
    advice = actions.give_advice(cast.startup, rating=Rating.GOOD, reasons="Seen.", by=cast.expert)
    assert ends(*[lambda: actions.retire_advice(advice, by=cast.expert)] * 2) == [DONE, DONE]
    assert AuditEvent.objects.filter(action="expertadvice.retired").count() == 1
    assert not ExpertAdvice.objects.standing().exists()


# --- Runs, trials, policies ----------------------------------------------------------------------------------------


def test_of_two_who_start_a_run_one_is_told_that_there_is_one(cast: Cast) -> None:
    actions.ensure_policy()
    results = ends(*[lambda: actions.start_run(by=cast.officer)] * 3)
    assert Counter(results) == {DONE: 1, REFUSED: 2}
    assert Job.objects.filter(name="matches.plan_run").count() == 1
    assert AuditEvent.objects.filter(action="run.started").count() == 1


@pytest.mark.parametrize("other", ["cancel", "finish", "fail"])
def test_a_run_that_is_cancelled_as_it_ends_has_one_end(cast: Cast, other: str) -> None:
    run = Run.objects.create(policy=actions.ensure_policy(), status=RunStatus.SCORING)
    mine, its = Run.objects.get(pk=run.pk), Run.objects.get(pk=run.pk)
    deeds: dict[str, Callable[[], None]] = {
        "cancel": lambda: actions.cancel_run(its, by=cast.administrator),
        "finish": lambda: actions.finish_run(its, match_count=7),
        "fail": lambda: actions.fail_run(its),
    }
    results = ends(lambda: actions.cancel_run(mine, by=cast.officer), deeds[other])
    assert sorted(results) == [DONE, REFUSED]
    led = {"cancel": RunStatus.CANCELLED, "finish": RunStatus.DONE, "fail": RunStatus.FAILED}[other]
    run.refresh_from_db()
    assert run.status == (RunStatus.CANCELLED if results[0] == DONE else led)
    assert (run.match_count == 7) == (run.status == RunStatus.DONE)
    assert AuditEvent.objects.filter(target_type="matches.run").count() == 1


def test_of_two_who_try_drafts_one_is_told_that_there_is_a_trial(cast: Cast) -> None:
    drafts = [
        actions.draft_policy(weights={**load_policy().weights, "field": weight}, by=cast.administrator)
        for weight in (1.5, 2.0)
    ]
    results = ends(*[lambda each=each: actions.start_trial(each, by=cast.administrator) for each in drafts])
    assert sorted(results) == [DONE, REFUSED]
    assert (Trial.objects.count(), Job.objects.filter(name="matches.plan_trial").count()) == (1, 1)


def test_a_portal_that_starts_in_several_processes_gets_one_policy_and_one_thesaurus(db: None) -> None:
    assert ends(*[actions.ensure_policy] * 4) == [DONE] * 4
    assert ScoringPolicy.objects.in_force().count() == ScoringPolicy.objects.count() == 1
    assert ThesaurusVersion.objects.in_force().count() == ThesaurusVersion.objects.count() == 1
    assert AuditEvent.objects.filter(action="scoringpolicy.in_force").count() == 1


# --- Lists for everybody -------------------------------------------------------------------------------------------


@pytest.fixture
def lists(cast: Cast) -> Lists:
    """The parties of the cast take no room: they have no match."""
    return lists_world.three_by_three(company_limit=2, startup_limit=2)


def an_empty_draft(lists: Lists, cast: Cast) -> ShortlistDraft:
    draft = lists.draft(cast.officer)
    for pair in draft.pairs.all():
        actions.take_off_list(draft, company=pair.company_id, startup=pair.startup_id, by=cast.officer)
    return draft


@pytest.mark.parametrize("ready_before", [False, True])
def test_of_two_who_have_lists_worked_out_one_is_told_to_wait(
    lists: Lists, cast: Cast, ready_before: bool
) -> None:
    before = lists.draft(cast.officer) if ready_before else None
    actions.ensure_shortlist_rule()
    results = ends(*[lambda: actions.start_shortlists(by=cast.administrator)] * 2)
    assert sorted(results) == [DONE, REFUSED]
    assert ShortlistDraft.objects.open().count() == 1
    if before:
        before.refresh_from_db()
        assert before.status == ShortlistStatus.DISCARDED


@pytest.mark.parametrize(
    ("one", "other", "results"),
    [
        ((0, 0), (0, 0), [DONE, REFUSED]),  # the same startup on the same list
        ((0, 0), (0, 1), [DONE, DONE]),  # a list with room for both
        ((0, 0), (1, 0), [DONE, DONE]),  # a startup that has room for both
        ((0, 0), (2, 2), [DONE, DONE]),  # lists that have nothing to do with each other
    ],
)
def test_two_who_fill_lists_by_hand_stay_within_what_is_possible(
    lists: Lists, cast: Cast, one: tuple[int, int], other: tuple[int, int], results: list[str]
) -> None:
    draft = an_empty_draft(lists, cast)
    deeds = [
        lambda place=place: actions.add_to_list(draft, lists.match(*place), by=cast.officer)
        for place in (one, other)
    ]
    assert sorted(ends(*deeds)) == results
    assert lists.shown(draft) == sorted({one, other})


@pytest.mark.parametrize(
    ("full", "places"),
    [("firm", ((0, 1), (0, 2))), ("startup", ((1, 0), (2, 0)))],
)
def test_the_last_room_is_given_once(
    lists: Lists, cast: Cast, full: str, places: tuple[tuple[int, int], ...]
) -> None:
    draft = an_empty_draft(lists, cast)
    actions.add_to_list(draft, lists.match(0, 0), by=cast.officer)  # one of two is left on either side
    deeds = [
        lambda place=place: actions.add_to_list(draft, lists.match(*place), by=cast.officer)
        for place in places
    ]
    assert sorted(ends(*deeds)) == [DONE, REFUSED]
    assert len(lists.shown(draft)) == 2


def test_a_startup_is_taken_off_once_by_two(lists: Lists, cast: Cast) -> None:
    draft = lists.draft(cast.officer)
    pair = draft.pairs.first()
    take = {"company": pair.company_id, "startup": pair.startup_id, "by": cast.officer}
    assert sorted(ends(*[lambda: actions.take_off_list(draft, **take)] * 2)) == [DONE, REFUSED]
    assert AuditEvent.objects.filter(action="shortlistdraft.taken_off").count() == 1


def test_lists_that_two_confirm_are_sent_once(lists: Lists, cast: Cast) -> None:
    draft = lists.draft(cast.officer)
    seen = sending_of(draft).fingerprint
    approvers = (cast.officer, cast.administrator)
    results = ends(
        *[lambda by=by: actions.approve_lists(draft, companies=None, seen=seen, by=by) for by in approvers]
    )
    assert sorted(results) == [DONE, REFUSED]
    approved_by = set(ShortlistPair.objects.values_list("approved_by", flat=True))
    assert approved_by == {approvers[results.index(DONE)].pk}
    assert Job.objects.filter(name="matches.disclose_list").count() == 3


def test_what_is_taken_off_as_it_is_confirmed_is_sent_or_gone_never_both(lists: Lists, cast: Cast) -> None:
    draft = lists.draft(cast.officer)
    pair, seen = draft.pairs.first(), sending_of(draft).fingerprint
    take = {"company": pair.company_id, "startup": pair.startup_id, "by": cast.administrator}
    results = ends(
        lambda: actions.approve_lists(draft, companies=None, seen=seen, by=cast.officer),
        lambda: actions.take_off_list(draft, **take),
    )
    assert sorted(results) == [DONE, REFUSED]
    still = draft.pairs.filter(pk=pair.pk, approved_at__isnull=False).exists()
    assert still == (results[0] == DONE)


def test_a_job_that_two_workers_take_tells_a_firm_once(lists: Lists, cast: Cast) -> None:
    draft = lists.draft(cast.officer)
    company = lists.companies[0]
    reader = factories.MembershipFactory(organisation=company.organisation).user
    actions.approve_lists(draft, companies=None, seen=sending_of(draft).fingerprint, by=cast.officer)
    assert ends(*[lambda: actions.disclose_list(draft, company, by=cast.officer)] * 2) == [DONE, DONE]
    assert Notice.objects.filter(recipient=reader).count() == 1
    sent = draft.pairs.filter(company=company).count()
    assert Match.objects.filter(company=company, status=MatchStatus.DISCLOSED).count() == sent
    assert Decision.objects.filter(company_id=company.pk).count() == sent
    assert AuditEvent.objects.filter(action="match.disclosed").count() == sent


def test_rules_that_two_set_at_once_are_both_on_record_and_one_is_in_force(cast: Cast) -> None:
    assert ends(
        lambda: actions.set_shortlist_rule(by=cast.officer, company_most=3, reason="Fewer."),
        lambda: actions.set_shortlist_rule(by=cast.administrator, company_most=9, reason="More."),
    ) == [DONE, DONE]
    assert set(ShortlistRule.objects.values_list("company_most", flat=True)) == {3, 9}
    assert ShortlistRule.objects.in_force() == ShortlistRule.objects.latest("pk")
