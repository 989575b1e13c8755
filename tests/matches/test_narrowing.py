"""The methods that narrow matches, lists, runs and advice: what each leaves, counted against a little world by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone, translation

from accounts.enums import OrganisationStatus
from accounts.models import Organisation, User
from companies.models import Company
from matchmaking.matches import actions
from matchmaking.matches.enums import (
    MatchStatus,
    PolicyStatus,
    Rating,
    RunStatus,
    ShortlistStatus,
    TrialStatus,
)
from matchmaking.matches.models import (
    CapabilityReading,
    ExpertAdvice,
    Match,
    PairNote,
    Run,
    ScoringPolicy,
    ShortlistDraft,
    ShortlistPair,
    ShortlistParty,
    Trial,
    firms_shown_to,
    startups_disclosed_to,
)
from matchmaking.matches.models.readings import LOW
from matchmaking.matches.shortlists.gathering import candidates
from tests import factories
from tests.conftest import Cast
from tests.matches import world

pytestmark = pytest.mark.django_db

PROPOSED, DISCLOSED = MatchStatus.PROPOSED, MatchStatus.DISCLOSED
INTERESTED, DISMISSED = MatchStatus.INTERESTED, MatchStatus.DISMISSED
STATES = set(MatchStatus.values)


# --- Matches -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("narrow", "left"),
    [
        ("touched", {DISCLOSED, INTERESTED, DISMISSED}),
        ("recommended", {DISCLOSED, INTERESTED}),
        ("between_published", STATES),
        ("on_a_list", STATES),
        ("to_quote", STATES),
    ],
)
def test_what_a_narrowing_leaves_of_every_state(cast: Cast, narrow: str, left: set[str]) -> None:
    for number, status in enumerate(MatchStatus.values):
        world.match_of(cast.company, world.startup(number), status)
    found = getattr(Match.objects.all(), narrow)().values_list("status", flat=True)
    assert set(found) == left


@pytest.mark.parametrize(
    ("company_rank", "startup_rank", "listed"),
    [(1, 1, True), (40, None, True), (None, 40, True), (None, None, False)],
)
def test_a_pair_on_either_list_is_on_a_list(
    cast: Cast, company_rank: int | None, startup_rank: int | None, listed: bool
) -> None:
    world.match_of(
        cast.company,
        cast.startup,
        PROPOSED,
        rank_for_company=company_rank,
        rank_for_startup=startup_rank,
    )
    assert Match.objects.all().on_a_list().exists() == listed
    assert candidates().exists() == listed


@pytest.mark.parametrize(
    ("status", "rank", "quoted"),
    [
        (PROPOSED, 1, True),
        (PROPOSED, 10, True),
        (PROPOSED, 11, False),
        (PROPOSED, None, False),
        (DISCLOSED, 11, True),
        (DISMISSED, None, True),
    ],
)
def test_what_somebody_is_likely_to_look_at_is_quoted(
    cast: Cast, status: str, rank: int | None, quoted: bool
) -> None:
    world.match_of(cast.company, cast.startup, status, rank_for_company=rank)
    assert Match.objects.all().to_quote().exists() == quoted


@pytest.mark.parametrize("status", OrganisationStatus.values)
@pytest.mark.parametrize("side", ["company", "startup"])
def test_only_parties_that_take_part_are_put_on_lists(cast: Cast, side: str, status: str) -> None:
    world.match_of(cast.company, cast.startup, PROPOSED)
    party = getattr(cast, side)
    Organisation.objects.filter(pk=party.pk).update(
        status=status, published_at=timezone.now(), return_reason="x", submitted_at=timezone.now()
    )
    published = status == OrganisationStatus.PUBLISHED
    assert Match.objects.all().between_published().exists() == published
    assert candidates().exists() == published


@pytest.mark.parametrize("status", sorted(STATES))
def test_lists_are_made_of_proposed_pairs_only(cast: Cast, status: str) -> None:
    world.match_of(cast.company, cast.startup, status)
    assert candidates().exists() == (status == PROPOSED)


def test_parties_come_with_their_match_in_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    for number in range(3):
        world.match_of(cast.company, world.startup(number))
    with django_assert_num_queries(1):
        for match in Match.objects.with_parties():
            assert match.company.organisation.name
            assert match.startup.organisation.name
            assert match.challenge.title


@pytest.mark.parametrize(
    ("missing", "provisional"),
    [
        ([], False),
        (["advice"], False),
        (["advice", "country"], False),
        (["stage"], True),
        (["capability"], True),
    ],
)
def test_a_score_is_provisional_when_something_asked_for_is_missing(
    cast: Cast, missing: list[str], provisional: bool
) -> None:
    assert world.match_of(cast.company, cast.startup, missing=missing).provisional == provisional


# --- What other apps ask ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", ["officer", "administrator", "expert", "newcomer", "company_owner"])
def test_only_startups_are_told_how_to_call_firms(cast: Cast, reader: str) -> None:
    world.match_of(cast.company, cast.startup, INTERESTED)
    assert firms_shown_to(getattr(cast, reader)) == {}


@pytest.mark.parametrize(
    ("language", "named", "called"),
    [
        ("en", True, "Kitahama Foods"),
        ("ja", True, "北浜食品株式会社"),
        ("en", False, "Foods firm in Niigata"),
        ("ja", False, "新潟県の企業（食料品）"),
    ],
)
@pytest.mark.parametrize("reader", ["startup_owner", "startup_member"])
def test_a_startup_calls_a_firm_as_the_firm_agrees(
    cast: Cast, language: str, named: bool, called: str, reader: str
) -> None:
    organisation = cast.company.organisation
    organisation.name, organisation.name_en = "北浜食品株式会社", "Kitahama Foods"
    organisation.save()
    Company.objects.filter(pk=cast.company.pk).update(name_disclosed=named)
    world.match_of(cast.company, cast.startup, INTERESTED)
    with translation.override(language):
        assert firms_shown_to(getattr(cast, reader)) == {cast.company.pk: called}


@pytest.mark.parametrize("status", sorted(STATES - {INTERESTED}))
def test_a_startup_knows_no_firm_that_has_not_asked_for_it(cast: Cast, status: str) -> None:
    world.match_of(cast.company, cast.startup, status)
    world.match_of(cast.other_company, cast.other_startup, INTERESTED)
    assert firms_shown_to(cast.startup_owner) == {}


@pytest.mark.parametrize(
    ("status", "open_"),
    [(PROPOSED, False), (DISCLOSED, True), (INTERESTED, True), (DISMISSED, False)],
)
@pytest.mark.parametrize("reader", ["company_owner", "company_member"])
def test_a_firm_reads_decks_of_what_was_disclosed_to_it(
    cast: Cast, status: str, open_: bool, reader: str
) -> None:
    world.match_of(cast.company, cast.startup, status)
    world.match_of(cast.other_company, cast.other_startup, DISCLOSED)
    found = list(startups_disclosed_to(getattr(cast, reader)))
    assert found == ([cast.startup] if open_ else [])


@pytest.mark.parametrize("reader", ["officer", "administrator", "expert", "newcomer", "startup_owner"])
def test_nobody_but_firms_reads_decks_by_recommendation(cast: Cast, reader: str) -> None:
    world.match_of(cast.company, cast.startup, INTERESTED)
    assert not startups_disclosed_to(getattr(cast, reader)).exists()


@pytest.mark.parametrize("side", ["company", "startup"])
def test_decks_are_closed_while_either_side_pauses(cast: Cast, side: str) -> None:
    world.match_of(cast.company, cast.startup, DISCLOSED)
    Organisation.objects.filter(pk=getattr(cast, side).pk).update(status=OrganisationStatus.SUSPENDED)
    assert not startups_disclosed_to(User.objects.get(pk=cast.company_owner.pk)).exists()


# --- Lists for everybody -------------------------------------------------------------------------------------------


@pytest.fixture
def draft(cast: Cast) -> ShortlistDraft:
    return ShortlistDraft.objects.create(
        rule=actions.ensure_shortlist_rule(), started_by=cast.officer, status=ShortlistStatus.READY
    )


def pair(
    draft: ShortlistDraft, company: Company, startup: Any, score: int = 80, **more: Any
) -> ShortlistPair:
    return ShortlistPair.objects.create(
        draft=draft, company=company, startup=startup, score=Decimal(score), **more
    )


@pytest.mark.parametrize("approved", [False, True])
@pytest.mark.parametrize("status", [*sorted(STATES), None])
def test_what_of_a_list_the_firm_has_still_to_be_told(
    cast: Cast, draft: ShortlistDraft, status: str | None, approved: bool
) -> None:
    """None stands for a match that a later run has dropped."""
    by = {"approved_by": cast.officer, "approved_at": timezone.now()} if approved else {}
    made = pair(draft, cast.company, cast.startup, **by)
    match = world.match_of(cast.company, cast.startup, status) if status else None
    proposed = status == PROPOSED
    assert draft.pairs.still_to_disclose().exists() == proposed
    assert draft.pairs.waiting().exists() == (proposed and not approved)
    found = draft.pairs.with_match().get(pk=made.pk)
    assert (found.match_id, found.match_status) == (match.pk if match else None, status)


def test_a_list_is_told_from_the_same_firms_other_pairs(cast: Cast, draft: ShortlistDraft) -> None:
    pair(draft, cast.company, cast.startup)
    world.match_of(cast.company, cast.other_startup, PROPOSED)
    world.match_of(cast.other_company, cast.startup, PROPOSED)
    assert not draft.pairs.still_to_disclose().exists()


def test_totals_and_counts_of_lists(cast: Cast, draft: ShortlistDraft) -> None:
    nothing = {"points": 0, "pairs": 0, "companies": 0, "startups": 0}
    assert (draft.pairs.totals(), draft.pairs.counts("company")) == (nothing, {})
    for company, startup, score in (
        (cast.company, cast.startup, 80),
        (cast.company, cast.other_startup, 70),
        (cast.other_company, cast.startup, 61),
    ):
        pair(draft, company, startup, score)
    assert draft.pairs.totals() == {"points": Decimal(211), "pairs": 3, "companies": 2, "startups": 2}
    assert draft.pairs.counts("company") == {cast.company.pk: 2, cast.other_company.pk: 1}
    assert draft.pairs.counts("startup") == {cast.startup.pk: 2, cast.other_startup.pk: 1}
    assert [str(each.score) for each in draft.pairs.all()] == ["80.0", "70.0", "61.0"]


def test_what_parties_can_take_on_is_told_for_each_kind(cast: Cast, draft: ShortlistDraft) -> None:
    for party, most in ((cast.company, 3), (cast.other_company, 0), (cast.startup, 5)):
        ShortlistParty.objects.create(draft=draft, organisation=party.organisation, most=most)
    assert draft.parties.most("company") == {cast.company.pk: 3, cast.other_company.pk: 0}
    assert draft.parties.most("startup") == {cast.startup.pk: 5}


@pytest.mark.parametrize(
    ("value", "bound", "gap"),
    [(0, 0, 0), (100, 100, 0), (90, 100, 0.1), (101, 100, 0), (-90, -100, 0), (-110, -100, 0.1)],
)
def test_the_gap_of_a_draft_is_what_may_still_be_missing(value: float, bound: float, gap: float) -> None:
    assert ShortlistDraft(value=value, bound=bound).gap == pytest.approx(gap)


@pytest.mark.parametrize("status", ShortlistStatus.values)
def test_a_draft_is_open_until_it_has_ended(cast: Cast, draft: ShortlistDraft, status: str) -> None:
    ShortlistDraft.objects.update(status=status)
    draft.refresh_from_db()
    is_open = status in (ShortlistStatus.COMPUTING, ShortlistStatus.READY)
    assert ShortlistDraft.objects.open().exists() == is_open == (draft.is_computing or draft.is_ready)


# --- Runs, trials, policies, advice, notes, readings ---------------------------------------------------------------


@pytest.mark.parametrize("status", RunStatus.values)
def test_a_run_is_under_way_finished_or_neither(status: str) -> None:
    run = Run.objects.create(policy=actions.ensure_policy(), status=status)
    under_way = status in (RunStatus.QUEUED, RunStatus.EMBEDDING, RunStatus.SCORING)
    assert run.is_under_way == Run.objects.under_way().exists() == under_way
    assert Run.objects.finished().exists() == (status == RunStatus.DONE)


@pytest.mark.parametrize("status", TrialStatus.values)
def test_a_trial_is_under_way_until_it_has_ended(cast: Cast, status: str) -> None:
    policy = actions.ensure_policy()
    trial = Trial.objects.create(
        policy=policy, against=policy, weights={}, status=status, started_by=cast.administrator, outcome={}
    )
    under_way = status in (TrialStatus.QUEUED, TrialStatus.SCORING)
    assert trial.is_under_way == Trial.objects.under_way().exists() == under_way


@pytest.mark.parametrize("status", PolicyStatus.values)
def test_a_policy_is_found_by_its_state_and_listed_without_its_parameters(
    status: str, django_assert_num_queries: Any
) -> None:
    row = ScoringPolicy.objects.create(version=50, status=status, parameters={"weights": {}})
    assert ScoringPolicy.objects.in_force().exists() == (status == PolicyStatus.IN_FORCE)
    assert ScoringPolicy.objects.drafts().exists() == (status == PolicyStatus.DRAFT)
    with django_assert_num_queries(1):
        (listed,) = ScoringPolicy.objects.all().for_list()
        assert (listed.pk, listed.drafted_by, listed.put_in_force_by) == (row.pk, None, None)
    assert listed.get_deferred_fields() == {"parameters"}


def test_advice_stands_until_it_is_retired_each_expert_and_pair_by_itself(cast: Cast) -> None:
    other = factories.ExpertFactory().user
    for by, company in ((cast.expert, None), (cast.expert, cast.company), (other, None)):
        actions.give_advice(cast.startup, rating=Rating.GOOD, reasons="Seen.", by=by, company=company)
    newer = actions.give_advice(cast.startup, rating=Rating.POOR, reasons="Seen again.", by=cast.expert)
    standing = ExpertAdvice.objects.standing()
    assert (standing.count(), ExpertAdvice.objects.count()) == (3, 4)
    assert standing.get(by=cast.expert, company=None) == newer
    assert ExpertAdvice.objects.first() == newer  # the newest stands first


def test_notes_are_those_of_the_pair_and_outlive_the_match(cast: Cast) -> None:
    match = world.match_of(cast.company, cast.startup)
    others = [
        world.match_of(cast.company, cast.other_startup),
        world.match_of(cast.other_company, cast.startup),
    ]
    for each in (match, *others):
        actions.write_note(each, text=str(each.pk), by=cast.officer)
    assert [note.text for note in PairNote.objects.of(match)] == [str(match.pk)]
    text = str(match.pk)
    match.delete()
    again = world.match_of(cast.company, cast.startup)
    assert [note.text for note in PairNote.objects.of(again)] == [text]


@pytest.mark.parametrize(
    ("confirmed", "keys", "by_wording", "nearest", "badly"),
    [
        (True, [], [], 0.9, True),  # the firm chose "none fits"
        (True, ["a"], [], 0.1, False),  # people have chosen: no machine doubts them
        (False, ["a"], ["a"], 0.1, False),  # a wording occurs
        (False, ["a"], [], LOW - 0.01, True),
        (False, ["a"], [], LOW, False),
        (False, [], [], None, True),
    ],
)
def test_needs_that_the_capabilities_answer_badly(
    cast: Cast, confirmed: bool, keys: list[str], by_wording: list[str], nearest: float | None, badly: bool
) -> None:
    common: dict[str, Any] = {"edition": "e", "keys": keys, "by_wording": by_wording, "nearest": nearest}
    common |= {"is_confirmed": confirmed, "read_at": timezone.now()}
    need = CapabilityReading.objects.create(challenge=cast.company.challenges.get(), **common)
    offer = CapabilityReading.objects.create(startup=cast.startup, **common)
    assert list(CapabilityReading.objects.all().answered_badly()) == ([need] if badly else [])
    assert list(CapabilityReading.objects.all().offers()) == [offer]
