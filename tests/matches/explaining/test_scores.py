"""How a pair's score has come to what it is, as far as each reader could see it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from matchmaking.matches import actions
from matchmaking.matches.engine.policy import SLICES
from matchmaking.matches.enums import DecisionKind, DismissReason, MatchStatus, Side
from matchmaking.matches.explaining.scores import scores_of
from matchmaking.matches.explaining.story import story_of
from matchmaking.matches.models import Decision, Match, ScoringPolicy
from tests.conftest import Cast
from tests.matches import world
from tests.meetings import stories as meetings

pytestmark = pytest.mark.django_db
MONDAY = datetime(2031, 6, 2, 3, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def match(cast: Cast) -> Match:
    """Scored on Monday, 80.0."""
    made = world.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)
    return changed(made, computed_at=MONDAY)


@pytest.fixture
def newer(match: Match) -> ScoringPolicy:
    return ScoringPolicy.objects.create(
        version=match.policy.version + 1, parameters=match.policy.parameters, status="retired"
    )


def changed(match: Match, **values: Any) -> Match:
    Match.objects.filter(pk=match.pk).update(**values)
    return Match.objects.with_parties().get(pk=match.pk)


def rescored(match: Match, score: str, at: datetime, **values: Any) -> Match:
    """As a run writes it: what was first stays beside it."""
    first = {
        "first_score": match.first_score if match.first_score is not None else match.score,
        "first_policy_id": match.first_policy_id or match.policy_id,
        "first_at": match.first_at or match.computed_at,
    }
    return changed(match, **{**first, "score": Decimal(score), "computed_at": at, **values})


def decided(match: Match, kind: DecisionKind, score: str, at: datetime, **values: Any) -> None:
    """A decision of another day: the log takes its own time, so that it is given one here."""
    row = {
        "kind": kind,
        "side": Side.STAFF,
        "match_id": match.pk,
        "company_id": match.company_id,
        "startup_id": match.startup_id,
        "challenge_id": match.challenge_id,
        "policy_id": match.policy_id,
        "score": Decimal(score),
        "parts": dict.fromkeys(SLICES, 0),
        **values,
    }
    made = Decision(**row)
    field = Decision._meta.get_field("at")
    field.auto_now_add = False
    try:
        made.at = at
        made.save()
    finally:
        field.auto_now_add = True


def told(match: Match, reader: Side) -> list[tuple[datetime, str]]:
    return [(each.at, str(each.score)) for each in scores_of(match, reader)]


class TestStaff:
    def test_a_pair_that_was_scored_once_has_one_score(self, match: Match) -> None:
        assert told(match, Side.STAFF) == [(MONDAY, "80.0")]

    def test_the_first_and_the_latest_stand_with_their_days(self, match: Match) -> None:
        later = rescored(match, "88.5", MONDAY + 9 * DAY)
        assert told(later, Side.STAFF) == [(MONDAY, "80.0"), (MONDAY + 9 * DAY, "88.5")]

    def test_the_first_stays_the_first_however_often_it_is_worked_out(self, match: Match) -> None:
        for days, score in ((3, "70.0"), (6, "75.0"), (9, "71.5")):
            match = rescored(match, score, MONDAY + days * DAY)
        assert told(match, Side.STAFF) == [(MONDAY, "80.0"), (MONDAY + 9 * DAY, "71.5")]

    def test_the_same_score_worked_out_again_is_no_change(self, match: Match) -> None:
        again = rescored(match, "80.0", MONDAY + 9 * DAY)
        assert told(again, Side.STAFF) == [(MONDAY, "80.0")]

    def test_the_same_score_by_another_policy_is_one(self, match: Match, newer: ScoringPolicy) -> None:
        again = rescored(match, "80.0", MONDAY + 9 * DAY, policy_id=newer.pk)
        assert [each.policy for each in scores_of(again, Side.STAFF)] == [match.policy_id, newer.pk]

    def test_what_it_was_at_a_decision_stands_between(self, match: Match) -> None:
        decided(match, DecisionKind.DISCLOSED, "82.0", MONDAY + 2 * DAY)
        decided(match, DecisionKind.INTERESTED, "82.0", MONDAY + 3 * DAY)
        decided(match, DecisionKind.HELD, "84.0", MONDAY + 5 * DAY)
        later = rescored(match, "90.0", MONDAY + 9 * DAY)
        assert told(later, Side.STAFF) == [
            (MONDAY, "80.0"),
            (MONDAY + 2 * DAY, "82.0"),
            (MONDAY + 5 * DAY, "84.0"),
            (MONDAY + 9 * DAY, "90.0"),
        ]

    def test_of_a_pair_from_before_first_scores_were_kept_the_earliest_decision_tells(
        self, match: Match
    ) -> None:
        decided(match, DecisionKind.DISCLOSED, "61.0", MONDAY - 30 * DAY)
        assert told(match, Side.STAFF) == [(MONDAY - 30 * DAY, "61.0"), (MONDAY, "80.0")]

    def test_a_pair_that_fell_off_the_lists_and_came_back_keeps_what_was_decided(
        self, cast: Cast, match: Match
    ) -> None:
        decided(match, DecisionKind.DISMISSED, "61.0", MONDAY - 30 * DAY, reason=DismissReason.OTHER)
        match.delete()
        again = changed(world.match_of(cast.company, cast.startup, MatchStatus.PROPOSED), computed_at=MONDAY)
        assert told(again, Side.STAFF)[0] == (MONDAY - 30 * DAY, "61.0")

    def test_decisions_about_other_pairs_are_not_this_one_s(self, cast: Cast, match: Match) -> None:
        other = world.match_of(cast.company, cast.other_startup)
        decided(other, DecisionKind.DISCLOSED, "11.0", MONDAY + DAY)
        assert told(match, Side.STAFF) == [(MONDAY, "80.0")]


class TestMembers:
    @pytest.mark.parametrize("reader", [Side.COMPANY, Side.STARTUP])
    def test_of_what_was_not_shown_to_them_they_read_no_score(self, match: Match, reader: Side) -> None:
        assert told(match, reader) == []

    def test_a_firm_s_begin_with_what_was_recommended_to_it(self, match: Match) -> None:
        decided(match, DecisionKind.DISCLOSED, "82.0", MONDAY + 2 * DAY)
        shown = changed(match, status="disclosed", disclosed_at=MONDAY + 2 * DAY)
        shown = rescored(shown, "90.0", MONDAY + 9 * DAY)
        assert told(shown, Side.COMPANY) == [(MONDAY + 2 * DAY, "82.0"), (MONDAY + 9 * DAY, "90.0")]

    def test_a_startup_s_begin_with_the_firm_s_interest(self, match: Match) -> None:
        decided(match, DecisionKind.DISCLOSED, "82.0", MONDAY + 2 * DAY)
        shown = changed(match, status="disclosed", disclosed_at=MONDAY + 2 * DAY)
        assert told(shown, Side.STARTUP) == []
        decided(match, DecisionKind.INTERESTED, "84.0", MONDAY + 4 * DAY)
        wanted = changed(match, status="interested")
        assert told(wanted, Side.STARTUP) == [(MONDAY + 4 * DAY, "84.0")]

    def test_a_startup_reads_no_more_of_what_was_put_aside(self, match: Match) -> None:
        decided(match, DecisionKind.INTERESTED, "84.0", MONDAY + 4 * DAY)
        gone = changed(
            match,
            status="dismissed",
            disclosed_at=MONDAY,
            dismissed_at=MONDAY,
            dismissed_by="staff",
            dismiss_reason="left",
        )
        assert told(gone, Side.STARTUP) == []

    @pytest.mark.parametrize("reader", [Side.COMPANY, Side.STARTUP])
    def test_without_a_logged_decision_the_day_of_disclosure_counts(self, match: Match, reader: Side) -> None:
        shown = changed(match, status="interested", disclosed_at=MONDAY + DAY)
        assert told(shown, reader) == [(MONDAY + DAY, "80.0")]

    def test_a_first_score_of_before_is_not_told_to_them(self, match: Match) -> None:
        shown = rescored(match, "90.0", MONDAY + DAY)
        shown = changed(shown, status="interested", disclosed_at=MONDAY + 2 * DAY)
        for reader in (Side.COMPANY, Side.STARTUP):
            assert told(shown, reader) == [(MONDAY + 2 * DAY, "90.0")]


class TestInTheStory:
    @pytest.mark.parametrize(
        ("score", "words"),
        [
            ("88.5", "8.5 points more than at first"),
            ("71.5", "8.5 points fewer than at first"),
        ],
    )
    def test_staff_read_how_far_it_moved_and_by_which_policy(
        self, cast: Cast, match: Match, newer: ScoringPolicy, score: str, words: str
    ) -> None:
        later = rescored(match, score, MONDAY + 9 * DAY, policy_id=newer.pk)
        last, first = story_of(later, Side.STAFF, cast.officer)
        assert (first.text, first.note) == (
            "First score: 80.0",
            f"Scoring policy: version {match.policy.version}",
        )
        assert (last.text, last.note) == (
            f"Score changed: {score}",
            f"{words}\nScoring policy: version {newer.version}",
        )

    def test_as_many_points_by_another_policy_are_told_as_such(
        self, cast: Cast, match: Match, newer: ScoringPolicy
    ) -> None:
        later = rescored(match, "80.0", MONDAY + 9 * DAY, policy_id=newer.pk)
        assert story_of(later, Side.STAFF, cast.officer)[0].note.startswith("As many points as at first")

    def test_members_read_no_policy(self, cast: Cast, match: Match) -> None:
        actions.disclose(match, by=cast.officer)
        request = meetings.asked(changed(match), cast.company_owner)
        for reader, person in ((Side.COMPANY, cast.company_owner), (Side.STARTUP, cast.startup_owner)):
            found = story_of(request.match, reader, person)
            scores = [each for each in found if "core" in each.text]
            assert [(each.text, each.note, each.by) for each in scores] == [("First score: 80.0", "", "")]

    def test_it_stands_on_the_page_of_the_pair_in_japanese(
        self, cast: Cast, match: Match, client: Any
    ) -> None:
        client.force_login(cast.officer, backend="allauth.account.auth_backends.AuthenticationBackend")
        rescored(match, "88.5", MONDAY + 9 * DAY)
        text = client.get(f"/ja/matches/{match.pk}/").content.decode()
        assert "最初の適合度：80.0" in text
        assert "適合度の変化：88.5" in text
        assert "最初より8.5点高い" in text


@pytest.mark.parametrize(
    "values",
    [
        {"first_score": Decimal(5)},
        {"first_at": MONDAY},
        {"first_score": Decimal(5), "first_at": MONDAY},
        {"first_score": Decimal("100.1"), "first_at": MONDAY, "first_policy": True},
        {"first_at": MONDAY, "first_policy": True},
    ],
)
def test_a_first_score_is_kept_whole_or_not_at_all(match: Match, values: dict[str, Any]) -> None:
    if values.pop("first_policy", None):
        values["first_policy_id"] = match.policy_id
    with pytest.raises(IntegrityError, match="match_first_score_whole"), transaction.atomic():
        Match.objects.filter(pk=match.pk).update(**values)
