"""Bars that add up as shown, and reasons that rest on parts and profiles."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.matches.engine.policy import GROUPS, SLICES
from matchmaking.matches.enums import Side
from matchmaking.matches.explaining.explanation import bars, parts, scale_of, whole, whole_score
from matchmaking.matches.explaining.reasons import reasons
from matchmaking.matches.models import Match
from matchmaking.matches.thesauri.editions import delivered as thesaurus
from tests.conftest import Cast
from tests.matches import world

capped = st.lists(st.integers(0, 400), min_size=1, max_size=6).flatmap(
    lambda caps: st.tuples(st.just(caps), st.tuples(*(st.integers(0, cap) for cap in caps)))
)


@given(capped)
def test_whole_points_add_up_to_the_rounded_total_and_none_exceeds_its_top(
    drawn: tuple[list[int], tuple[int, ...]],
) -> None:
    caps, tenths = drawn
    tops = whole(caps, -(-sum(caps) // 10))
    total = (sum(tenths) + 5) // 10
    shown = whole(tenths, total, tops)
    assert sum(shown) == total
    assert all(point <= top for point, top in zip(shown, tops, strict=True))
    assert all(point >= value // 10 for point, value in zip(shown, tenths, strict=True))


def test_whole_points_go_to_the_largest_remainders_first() -> None:
    assert whole([14, 19, 17], 5) == [1, 2, 2]


@pytest.fixture
def match(cast: Cast) -> Match:
    return world.match_of(cast.company, cast.startup, shared_capabilities=[])


def sources(match: Match, reader: Side = Side.COMPANY, **options: int) -> list[tuple[str, str]]:
    return [(reason.kind, reason.source) for reason in reasons(match, reader, **options)]


@pytest.mark.django_db
@pytest.mark.parametrize("last", range(10))
def test_bars_and_parts_add_up_to_the_score_as_shown(match: Match, last: int) -> None:
    match.parts = {**match.parts, "language": last}
    match.score = Decimal(sum(match.parts.values())) / 10
    assert sum(bar.counted for bar in bars(match)) == whole_score(match)
    assert sum(part.counted for part in parts(match)) == match.score
    assert sum(bar.max for bar in bars(match)) == sum(part.max for part in parts(match)) == 100
    assert len(bars(match)) == len(GROUPS) <= 6


@pytest.mark.django_db
def test_a_part_without_information_is_shown_as_missing_and_still_adds_up(match: Match) -> None:
    match.missing = ["partner_e5", "partner_use"]
    partner = next(bar for bar in bars(match) if bar.key == "partner")
    assert (partner.points, partner.assumed) == (None, 8)
    assert sum(bar.counted for bar in bars(match)) == whole_score(match)
    assert [part.key for part in parts(match) if part.points is None] == ["partner_e5", "partner_use"]
    assert sources(match)[-1] == ("caution", "missing")


@pytest.mark.django_db
def test_a_group_of_which_half_is_known_is_no_empty_bar(match: Match) -> None:
    match.missing = ["capability", "country", "advice"]
    assert [bar.points is None for bar in bars(match)] == [False, False, False, False, False, True]


@pytest.mark.django_db
def test_the_scale_of_a_policy_is_read_once(match: Match, django_assert_num_queries: object) -> None:
    scale = scale_of(match.policy_id)
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert scale_of(match.policy_id) is scale
    assert set(scale.caps) == set(SLICES)


@pytest.mark.django_db
def test_reasons_name_what_both_sides_declared(match: Match) -> None:
    assert [reason.text_en for reason in reasons(match, Side.COMPANY)] == [
        "The pitch is close in content to your challenge",
        "Wanted by both: Joint development",
        "Same field: Retail",
        "The startup looks for a partner like you",
        "No shared working language: an interpreter is needed",
    ]


@pytest.mark.django_db
def test_a_shared_capability_is_named_in_the_readers_language(match: Match) -> None:
    capability = thesaurus().capabilities[0]
    match.shared_capabilities = [capability.id, "dropped_long_ago"]
    assert reasons(match, Side.STAFF)[0].text_en == f"Both: {capability.label_en}"
    with translation.override("ja"):
        found = reasons(match, Side.STAFF)[0]
    assert (capability.label_ja in found.text_ja, found.text_en) == (True, "")


@pytest.mark.django_db
def test_each_side_is_addressed_as_itself(match: Match) -> None:
    match.shared_capabilities = []
    firsts = {side: reasons(match, side)[0].text_en for side in Side}
    assert len(set(firsts.values())) == 3


@pytest.mark.django_db
def test_cards_show_few_reasons_and_always_the_caution(match: Match) -> None:
    assert [kind for kind, _ in sources(match, most=2)] == ["yes", "yes", "caution"]


@pytest.mark.django_db
def test_a_weak_capability_part_is_no_reason(match: Match) -> None:
    match.parts = {**match.parts, "capability": 10}
    match.shared_capabilities = [thesaurus().capabilities[0].id]
    assert ("yes", "capability") not in sources(match)


@pytest.mark.django_db
def test_a_shared_language_is_a_reason_and_then_the_weakest_part_is_the_caution(match: Match) -> None:
    match.startup.organisation.languages = ["en", "ja"]
    found = sources(match)
    assert ("yes", "language") in found
    assert found[-1] == ("caution", "language")
    assert reasons(match, Side.STAFF)[-1].text_en == "Least agreement: Language and country (2 of 7)"
