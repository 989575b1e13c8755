"""What a person confirms is what is sent; and one list with what could still be put on it, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone, translation

from accounts.models import Membership, User
from matchmaking.matches import actions
from matchmaking.matches.enums import DismissReason, MatchStatus, Side
from matchmaking.matches.models import Match, ShortlistDraft
from matchmaking.matches.shortlists import one_list
from matchmaking.matches.shortlists.checking import Fault, Finding
from matchmaking.matches.shortlists.sending import sending_of
from tests import factories
from tests.conftest import Cast
from tests.matches import lists_world, world
from tests.matches.lists_world import Lists

pytestmark = pytest.mark.django_db


@pytest.fixture
def lists(db: None) -> Lists:
    """Each firm takes two: the first the startups 0 and 1; of the others one has to take the last instead of 1."""
    made = lists_world.three_by_three(company_limit=2, startup_limit=3)
    for number in (0, 1):
        factories.MembershipFactory(
            organisation=made.companies[number].organisation, user__email=f"reader{number}@firm.example"
        )
    return made


@pytest.fixture
def draft(lists: Lists, cast: Cast) -> ShortlistDraft:
    return lists.draft(cast.officer)


def reader() -> User:
    return User.objects.get(email="reader0@firm.example")


def take_off(lists: Lists, draft: ShortlistDraft, cast: Cast, firm: int, startup: int = 1) -> None:
    keys = {"company": lists.companies[firm].pk, "startup": lists.startups[startup].pk}
    actions.take_off_list(draft, **keys, by=cast.officer)


# --- What is confirmed -------------------------------------------------------------------------------------------

Change = Callable[[Lists, ShortlistDraft, Cast], Any]
CHANGES: dict[str, tuple[Change, bool]] = {
    "nothing": (lambda lists, draft, cast: None, False),
    "a startup is taken off": (lambda lists, draft, cast: take_off(lists, draft, cast, 0), True),
    "a startup is taken off another list": (
        lambda lists, draft, cast: take_off(lists, draft, cast, 1, 0),
        False,
    ),
    "other points": (lambda lists, draft, cast: draft.pairs.update(score=Decimal("77.7")), True),
    "a colleague discloses one": (
        lambda lists, draft, cast: actions.disclose(lists.match(0, 1), by=cast.officer),
        True,
    ),
    "a colleague dismisses one": (
        lambda lists, draft, cast: actions.dismiss(
            lists.match(0, 0), side=Side.STAFF, reason=DismissReason.OTHER, by=cast.officer
        ),
        True,
    ),
    "a later run drops one": (lambda lists, draft, cast: lists.match(0, 1).delete(), True),
    "somebody joins the firm": (
        lambda lists, draft, cast: factories.MembershipFactory(organisation=lists.companies[0].organisation),
        True,
    ),
    "somebody joins another firm": (
        lambda lists, draft, cast: factories.MembershipFactory(organisation=lists.companies[1].organisation),
        False,
    ),
    "the reader leaves": (lambda lists, draft, cast: Membership.objects.filter(user=reader()).delete(), True),
    "the reader's account is closed": (
        lambda lists, draft, cast: User.objects.filter(pk=reader().pk).update(is_active=False),
        True,
    ),
    "the reader has another address": (
        lambda lists, draft, cast: User.objects.filter(pk=reader().pk).update(email="new@firm.example"),
        True,
    ),
    "the reader reads another language": (
        lambda lists, draft, cast: User.objects.filter(pk=reader().pk).update(language="ja"),
        False,
    ),
    "the match gets other points": (
        lambda lists, draft, cast: Match.objects.update(score=Decimal("50.0")),
        False,  # a draft keeps the points it was made with
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_confirmed_no_longer_counts_when_what_is_sent_has_changed(
    lists: Lists, draft: ShortlistDraft, cast: Cast, name: str
) -> None:
    change, differs = CHANGES[name]
    companies = [lists.companies[0].pk]
    seen = sending_of(draft, companies).fingerprint
    change(lists, draft, cast)
    assert (sending_of(draft, companies).fingerprint != seen) == differs
    confirm = {"companies": companies, "seen": seen, "by": cast.officer}
    if differs:
        with pytest.raises(actions.ListsChanged):
            actions.approve_lists(draft, **confirm)
    else:
        assert actions.approve_lists(draft, **confirm) == 1
    assert draft.pairs.filter(approved_at__isnull=False).exists() != differs


def test_a_check_tells_how_many_are_told_and_which_firms_have_nobody_who_reads(
    lists: Lists, draft: ShortlistDraft
) -> None:
    factories.MembershipFactory(organisation=lists.companies[0].organisation)
    sending = sending_of(draft)
    assert (len(sending.pairs), len(sending.by_firm)) == (6, 3)
    assert (sending.people, sending.firms_without_reader) == (3, 1)
    assert [[pair.score for pair in pairs] for pairs in sending.by_firm.values()] == [
        sorted((pair.score for pair in pairs), reverse=True) for pairs in sending.by_firm.values()
    ]


@pytest.mark.parametrize(("firms", "pairs"), [(None, 6), ([], 0), ([0], 2), ([0, 2], 4), ([-1], 0)])
def test_only_the_named_firms_are_sent_to_and_nobody_is_not_everybody(
    lists: Lists, draft: ShortlistDraft, firms: list[int] | None, pairs: int
) -> None:
    keys = None if firms is None else [lists.companies[n].pk if n >= 0 else 0 for n in firms]
    assert len(sending_of(draft, keys).pairs) == pairs


def test_what_was_approved_is_not_sent_again(lists: Lists, draft: ShortlistDraft, cast: Cast) -> None:
    draft.pairs.filter(company=lists.companies[1]).update(
        approved_at=timezone.now(), approved_by=cast.officer
    )
    assert set(sending_of(draft).by_firm) == {lists.companies[0].pk, lists.companies[2].pk}


# --- One firm's list ---------------------------------------------------------------------------------------------


def test_a_list_stands_best_first_with_what_is_out_of_the_ordinary(
    lists: Lists, draft: ShortlistDraft, cast: Cast
) -> None:
    actions.disclose(lists.match(0, 1), by=cast.officer)
    rows = one_list.entries(draft, lists.companies[0])
    names = [startup.organisation.name for startup in lists.startups[:2]]
    assert [row["name"] for row in rows] == names
    assert [row["score"] for row in rows] == [90, 80]
    assert [(row["state"], row["waits"]) for row in rows] == [("", True), ("Disclosed", False)]


@pytest.mark.parametrize(("language", "words"), [("en", "no longer proposed"), ("ja", "提案から外れました")])
def test_a_pair_whose_match_a_run_has_dropped_stays_in_sight(
    lists: Lists, draft: ShortlistDraft, language: str, words: str
) -> None:
    lists.match(0, 0).delete()
    with translation.override(language):
        row = one_list.entries(draft, lists.companies[0])[0]
    assert (row["match_url"], row["waits"]) == ("", False)
    assert row["state"] == words


def test_what_could_be_put_on_a_list_is_the_best_of_the_rest_with_the_room_that_is_left(
    lists: Lists, draft: ShortlistDraft, cast: Cast
) -> None:
    company = lists.companies[0]
    assert [row["match"] for row in one_list.offered(draft, company)] == [lists.match(0, 2).pk]
    take_off(lists, draft, cast, 0)
    rows = one_list.offered(draft, company)
    assert [row["match"] for row in rows] == [lists.match(0, 1).pk, lists.match(0, 2).pk]
    assert [(row["used"], row["most"], row["is_free"]) for row in rows] == [(1, 3, True), (1, 3, True)]


@pytest.mark.parametrize("status", [MatchStatus.DISCLOSED, MatchStatus.DISMISSED, MatchStatus.INTERESTED])
def test_what_is_not_proposed_is_not_offered(lists: Lists, draft: ShortlistDraft, status: str) -> None:
    Match.objects.filter(pk=lists.match(0, 2).pk).update(
        status=status,
        disclosed_at=timezone.now(),
        dismissed_at=timezone.now(),
        dismissed_by=Side.STAFF,
        dismiss_reason=DismissReason.OTHER,
    )
    assert one_list.offered(draft, lists.companies[0]) == []


def test_a_startup_that_came_after_the_draft_has_no_room_in_it(lists: Lists, draft: ShortlistDraft) -> None:
    late = world.match_of(lists.companies[0], factories.StartupFactory(), MatchStatus.PROPOSED, score=99)
    first = one_list.offered(draft, lists.companies[0])[0]
    assert (first["match"], first["used"], first["most"], first["is_free"]) == (late.pk, 0, 0, False)


def test_no_more_are_offered_than_can_be_looked_through(
    lists: Lists, draft: ShortlistDraft, django_assert_num_queries: Any
) -> None:
    for _number in range(one_list.OFFERED + 3):
        world.match_of(lists.companies[0], factories.StartupFactory(), MatchStatus.PROPOSED)
    with django_assert_num_queries(3):
        assert len(one_list.offered(draft, lists.companies[0])) == one_list.OFFERED


def test_every_refusal_is_told_in_both_languages_and_says_what_to_do() -> None:
    told: dict[str, list[str]] = {}
    for language in ("en", "ja"):
        with translation.override(language):
            told[language] = [one_list.refusal(Finding(fault, 1, 1)) for fault in Fault]
    assert len({*told["en"], *told["ja"]}) == 2 * len(Fault)
    assert all(text.endswith(".") for text in told["en"])
    assert all(text.endswith("。") for text in told["ja"])
