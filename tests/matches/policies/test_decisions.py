"""Decisions are logged by the deeds themselves, with the score and what was shown; and what staff read of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError
from django.test import Client
from django.urls import reverse

from matchmaking.core import jobs
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches import actions
from matchmaking.matches.engine.policy import SLICES
from matchmaking.matches.enums import DecisionKind, DismissReason, MatchStatus, Side
from matchmaking.matches.models import Decision, Match, Run, ScoringPolicy
from matchmaking.matches.policies.lessons import answers_of, choices_of, lessons
from matchmaking.matches.shortlists.sending import sending_of
from meetings import actions as meetings
from meetings.enums import DeclineReason
from tests import factories
from tests.conftest import Cast
from tests.matches import lists_world, world
from tests.matches.pages import columns, main, source, words
from tests.meetings import stories

pytestmark = pytest.mark.django_db


def logged() -> list[tuple[str, str, str]]:
    return list(Decision.objects.values_list("kind", "side", "reason"))


def test_disclosing_is_logged_with_the_score_of_that_time_and_what_the_firm_then_sees(cast: Cast) -> None:
    seen = world.match_of(cast.company, factories.StartupFactory())
    world.match_of(cast.other_company, cast.other_startup)  # another firm's list
    match = world.match_of(cast.company, cast.startup, MatchStatus.PROPOSED, rank_for_company=4)
    actions.disclose(match, by=cast.officer)
    row = Decision.objects.get()
    assert (row.kind, row.side, row.reason) == (DecisionKind.DISCLOSED, Side.STAFF, "")
    assert (row.match_id, row.company_id, row.startup_id) == (match.pk, cast.company.pk, cast.startup.pk)
    assert (row.parts, row.missing, row.score) == (match.parts, match.missing, Decimal(80))
    assert (row.policy_id, row.rank_for_company, row.challenge_id) == (match.policy_id, 4, match.challenge_id)
    assert row.shown == sorted([seen.startup_id, cast.startup.pk])


def test_a_whole_list_is_logged_pair_by_pair_with_all_of_it_before_the_firm(cast: Cast) -> None:
    lists = lists_world.three_by_three(company_limit=2, startup_limit=3)
    draft, firm = lists.draft(cast.officer), lists.companies[0]
    seen = sending_of(draft, [firm.pk]).fingerprint
    actions.approve_lists(draft, companies=[firm.pk], seen=seen, by=cast.officer)
    assert logged() == []  # approved is not yet disclosed
    jobs.run_due()
    startups = sorted(draft.pairs.filter(company=firm).values_list("startup_id", flat=True))
    rows = list(Decision.objects.filter(company_id=firm.pk))
    assert (len(startups), sorted(row.startup_id for row in rows)) == (2, startups)
    assert logged() == [("disclosed", "staff", "")] * 2
    assert [row.shown for row in rows] == [startups] * 2


def test_what_was_never_disclosed_was_not_shown(cast: Cast) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)
    actions.dismiss(match, side=Side.STAFF, reason=DismissReason.TOO_EARLY, by=cast.officer)
    row = Decision.objects.get()
    assert (row.kind, row.side, row.reason, row.shown) == ("dismissed", "staff", "too_early", [])


def test_what_a_firm_puts_aside_was_before_it_when_it_did(cast: Cast) -> None:
    other = world.match_of(cast.company, factories.StartupFactory())
    match = world.match_of(cast.company, cast.startup)
    actions.dismiss(match, side=Side.COMPANY, reason=DismissReason.OFF_TARGET, by=cast.company_owner)
    assert Decision.objects.get().shown == sorted([other.startup_id, cast.startup.pk])
    actions.restore(Match.objects.get(pk=match.pk), by=cast.company_owner)
    assert logged() == [("dismissed", "company", "off_target"), ("restored", "company", "")]


def test_leaving_is_no_decision_about_a_pair(cast: Cast) -> None:
    actions.end_match(world.match_of(cast.company, cast.startup), side=Side.STARTUP, by=None)
    assert logged() == []


def test_requests_and_answers_are_logged_by_the_deeds_of_meetings(cast: Cast) -> None:
    request = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    meetings.accept(request, by=cast.startup_owner)
    other = stories.asked(
        stories.match_of(cast.other_company, cast.startup), cast.officer, consent="By telephone"
    )
    meetings.decline(other, reason=DeclineReason.NO_CAPACITY, by=cast.startup_owner)
    assert logged() == [
        ("interested", "company", ""),
        ("accepted", "startup", ""),
        ("interested", "staff", ""),
        ("declined", "startup", ""),
    ]
    assert [row.shown for row in Decision.objects.all()] == [[cast.startup.pk]] * 4


def test_asking_a_second_time_is_logged_again_but_a_refused_deed_is_not(cast: Cast) -> None:
    match = world.match_of(cast.company, cast.startup)
    same = Match.objects.get(pk=match.pk)
    actions.dismiss(match, side=Side.STAFF, reason=DismissReason.OTHER, by=cast.officer)
    with pytest.raises(TransitionNotAllowed):
        actions.dismiss(same, side=Side.STAFF, reason=DismissReason.OTHER, by=cast.administrator)
    assert len(logged()) == 1


def test_a_deed_that_is_rolled_back_leaves_no_decision(cast: Cast) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.disclose(match, by=cast.officer)
        raise RuntimeError
    assert logged() == []


@pytest.mark.parametrize(
    "statement",
    [
        "update matches_decision set kind = 'dismissed'",
        "update matches_decision set shown = '{}'",
        "delete from matches_decision",
    ],
)
def test_the_log_is_append_only_for_every_statement(cast: Cast, statement: str) -> None:
    actions.disclose(world.match_of(cast.company, cast.startup, MatchStatus.PROPOSED), by=cast.officer)
    with pytest.raises(InternalError, match="Cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert logged() == [("disclosed", "staff", "")]


@pytest.mark.parametrize(("kind", "reason"), [("dismissed", ""), ("disclosed", "other"), ("unheard-of", "")])
def test_the_database_takes_a_reason_with_dismissals_and_with_nothing_else(
    cast: Cast, kind: str, reason: str
) -> None:
    match = world.match_of(cast.company, cast.startup)
    with pytest.raises(IntegrityError), transaction.atomic():
        row(match, kind, reason=reason)


def test_the_log_keeps_numbers_and_codes_only() -> None:
    """So nothing of it has to go when a person or a profile is erased."""
    kinds = {field.get_internal_type() for field in Decision._meta.get_fields()}
    assert not kinds & {"TextField", "ForeignKey", "OneToOneField", "EmailField"}


# --- From the log to choices -------------------------------------------------------------------------------------


def row(match: Match, kind: str, *, side: str = Side.COMPANY, reason: str = "", **changes: Any) -> Decision:
    copied = {
        name: getattr(match, name)
        for name in ("company_id", "startup_id", "challenge_id", "policy_id", "score")
    }
    made = {"match_id": match.pk, "parts": match.parts, "missing": match.missing, "shown": [match.startup_id]}
    return Decision.objects.create(kind=kind, side=side, reason=reason, **{**copied, **made, **changes})


STORIES = {
    "asked": (["interested"], True),
    "asked, then declined": (["interested", "declined"], True),
    "asked, then dismissed": (["interested", "dismissed:off_target"], True),
    "dismissed for want of fit": (["disclosed", "dismissed:off_target"], False),
    "dismissed, then asked": (["dismissed:terms", "restored", "interested"], True),
    "taken back": (["dismissed:too_early", "restored"], None),
    "dismissed again": (["dismissed:too_early", "restored", "dismissed:other"], False),
    "known already": (["dismissed:known"], None),
    "first unfit, then a competitor": (["dismissed:terms", "dismissed:conflict"], None),
    "disclosed only": (["disclosed"], None),
    "accepted without a request": (["accepted"], None),
}


@pytest.mark.parametrize(("story", "taken"), STORIES.values(), ids=STORIES)
def test_what_a_pairs_story_says(cast: Cast, story: list[str], taken: bool | None) -> None:
    match = world.match_of(cast.company, cast.startup)
    for each in story:
        kind, _colon, reason = each.partition(":")
        row(match, kind, reason=reason)
    found = [choice.taken for choice in choices_of(list(Decision.objects.all()))]
    assert found == ([] if taken is None else [taken])


def test_what_a_startup_declines_says_nothing_of_what_the_firm_wants(cast: Cast) -> None:
    row(world.match_of(cast.company, cast.startup), "dismissed", side=Side.STARTUP, reason="terms")
    assert choices_of(list(Decision.objects.all())) == []


def test_parts_are_read_through_the_scale_of_the_policy_that_made_them(cast: Cast) -> None:
    """The same pair has the same parts at weight 1 whatever it weighed then."""
    match = world.match_of(cast.company, cast.startup)
    light = ScoringPolicy.objects.in_force().get()
    heavy = actions.draft_policy(weights={**light.parameters["weights"], "size": 0.3}, by=cast.administrator)
    parts = []
    for policy in (light, heavy):
        scale, weight = policy.parameters["scale"], policy.parameters["weights"]["size"]
        tenths = round(scale["shifts"]["size"] + scale["per_unit"] * weight * 0.9)
        made = row(match, "interested", policy_id=policy.pk, parts={**match.parts, "size": tenths})
        (choice,) = choices_of([made])
        parts.append(choice.parts[SLICES.index("size")])
    assert parts == pytest.approx([0.9, 0.9], abs=0.06)


def test_a_part_without_a_weight_says_nothing_and_an_unknown_policy_is_left_out(cast: Cast) -> None:
    match = world.match_of(cast.company, cast.startup)
    none = actions.draft_policy(
        weights={**match.policy.parameters["weights"], "size": 0.0}, by=cast.administrator
    )
    (choice,) = choices_of([row(match, "interested", policy_id=none.pk)])
    assert choice.parts[SLICES.index("size")] == 0.0
    assert choices_of([row(match, "interested", policy_id=10**9)]) == []


# --- The page ----------------------------------------------------------------------------------------------------


@pytest.fixture
def many(cast: Cast) -> None:
    """Six firms took 24 pairs with a strong need and dismissed 24 with a weak one; the size said nothing."""
    match = world.match_of(cast.company, cast.startup)
    for number in range(48):
        taken = number % 2 == 0
        firm, startup = 10_000 + number // 2 % 6, 20_000 + number
        parts = {**match.parts, "need_e5": 170 if taken else 60 + number % 9, "size": 10 + number % 3}
        shown = [20_000 + other for other in range(48) if other // 2 % 6 == number // 2 % 6]
        made = {"company_id": firm, "startup_id": startup, "parts": parts, "shown": shown}
        row(match, "interested" if taken else "dismissed", reason="" if taken else "off_target", **made)


def test_with_too_few_decisions_the_page_says_what_is_needed_and_shows_no_comparison(
    cast: Cast, officer: Client
) -> None:
    actions.ensure_policy()
    row(world.match_of(cast.company, cast.startup), "interested")
    page = words(main(source(officer, "matches:learning")))
    assert "Taken up so far: 1. Dismissed for want of fit: 0. Firms: 1." in page
    assert "At least 20 of each kind, from at least 5 firms, are needed" in page
    assert "Suggested weight" not in page
    assert "20件以上" in source(officer, "matches:learning", language="ja")


def test_the_page_opens_before_there_is_a_policy_or_a_decision(officer: Client) -> None:
    assert "No pair has been dismissed yet." in source(officer, "matches:learning")


@pytest.mark.usefixtures("many")
def test_the_page_tells_parts_that_decide_from_those_that_do_not(officer: Client) -> None:
    page = source(officer, "matches:learning")
    rows = {cells[0]: cells for cells in columns(page) if len(cells) == 6}
    need = rows["Challenge and pitch, first language model"]
    size = rows["Budget and amount sought"]
    low, high = (float(part) for part in need[4].split(" to "))
    assert 0 < low <= float(need[3]) <= high
    low, high = (float(part) for part in size[4].split(" to "))
    assert low <= 0 <= high
    assert (page.count('class="b1"'), page.count("<svg")) >= (1, len(SLICES))
    assert (rows.keys() >= {need[0], size[0]}, len([row for row in rows if row != "Part"])) == (True, 12)


@pytest.mark.usefixtures("many")
def test_the_suggestion_leans_to_the_part_that_decided(cast: Cast) -> None:
    policy = ScoringPolicy.objects.in_force().get()
    found = lessons(policy)
    assert found.amount.enough
    assert found.suggestion["need_e5"] > policy.parameters["weights"]["need_e5"]
    assert found.suggestion["size"] <= policy.parameters["weights"]["size"]
    assert lessons(policy) == found


@pytest.mark.usefixtures("many")
def test_an_administrator_makes_a_draft_of_it_and_nothing_comes_into_force(
    cast: Cast, officer: Client, as_user: Any
) -> None:
    current = ScoringPolicy.objects.in_force().get()
    address = reverse("matches:learning_draft")
    assert address not in source(officer, "matches:learning")
    client = as_user(cast.administrator)
    assert address in source(client, "matches:learning")
    response = client.post(address)
    made = ScoringPolicy.objects.drafts().get()
    assert response["Location"] == reverse("matches:policy", kwargs={"pk": made.pk})
    assert made.parameters["weights"] == lessons(current).suggestion
    assert (ScoringPolicy.objects.in_force().get(), Run.objects.count()) == (current, 0)


def test_no_draft_is_made_of_too_few_decisions(cast: Cast, as_user: Any) -> None:
    actions.ensure_policy()
    answered = as_user(cast.administrator).post(reverse("matches:learning_draft"), follow=True)
    assert "There are too few decisions to suggest weights." in answered.content.decode()
    assert not ScoringPolicy.objects.drafts().exists()


def test_reasons_are_counted_by_who_gave_them(cast: Cast, officer: Client) -> None:
    match = world.match_of(cast.company, cast.startup)
    for side, reason in (("company", "terms"), ("company", "terms"), ("staff", "known")):
        row(match, "dismissed", side=side, reason=reason)
    rows = [cells for cells in columns(source(officer, "matches:learning")) if len(cells) == 4][1:]
    assert [(cells[0], cells[1], cells[3]) for cells in rows] == [
        ("Budget or kind of cooperation does not fit", "Midsize firm", "2"),
        ("Already in contact", "Programme office", "1"),
    ]


# --- What startups answered --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("story", "taken"),
    [
        (["interested", "accepted"], True),
        (["interested", "declined"], False),
        (["interested", "accepted", "interested", "declined"], False),
        (["interested"], None),
    ],
)
def test_the_last_answer_of_a_startup_counts(cast: Cast, story: list[str], taken: bool | None) -> None:
    match = world.match_of(cast.company, cast.startup)
    for kind in story:
        row(match, kind, side=Side.COMPANY if kind == "interested" else Side.STARTUP)
    found = [
        (choice.firm, choice.startup, choice.taken) for choice in answers_of(list(Decision.objects.all()))
    ]
    assert found == ([] if taken is None else [(cast.startup.pk, cast.company.pk, taken)])


def test_what_a_firm_answers_to_a_startup_is_no_startups_answer(cast: Cast) -> None:
    row(world.match_of(cast.company, cast.startup), "accepted", side=Side.COMPANY)
    assert answers_of(list(Decision.objects.all())) == []


def test_answers_are_compared_once_there_are_enough_and_never_weigh(cast: Cast, officer: Client) -> None:
    match = world.match_of(cast.company, cast.startup)
    row(match, "accepted", side=Side.STARTUP)
    page = words(main(source(officer, "matches:learning")))
    assert "Too few answers to compare: 1 accepted, 0 declined, 1 startups." in page
    for number in range(48):
        taken = number % 2 == 0
        parts = {**match.parts, "partner_e5": 40 if taken else 10 + number % 5}
        made = {"company_id": 10_000 + number, "startup_id": 20_000 + number // 2 % 6, "parts": parts}
        row(match, "accepted" if taken else "declined", side=Side.STARTUP, **made)
    page = source(officer, "matches:learning")
    rows = {cells[0]: cells for cells in columns(page) if len(cells) == 6}
    low = rows["Firm and partner looked for, first language model"][4].split(" to ")[0]
    assert float(low) > 0
    assert "Suggested weight" not in page


def test_where_decisions_say_nothing_a_weight_gives_little_for_those_that_gain(many: None) -> None:
    """How strictly firms follow the score is no reason for the other parts to lose."""
    policy = ScoringPolicy.objects.in_force().get()
    before, after = policy.parameters["weights"], lessons(policy).suggestion
    assert after["advice"] > 0.8 * before["advice"]
