"""What readers see adds up: bars to the whole score, parts to the exact one, on every page that shows them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaking.core.enums import CooperationMode, Field, Language, SubField
from matchmaking.matches import actions
from matchmaking.matches.engine.policy import GROUPS, SLICES, load_policy
from matchmaking.matches.engine.scoring import gaps
from matchmaking.matches.enums import MatchStatus, Side
from matchmaking.matches.explaining.explanation import (
    ADVICE,
    BLENDED,
    BLENDED_GROUP,
    BLENDED_PART_LABEL,
    BLENDED_PARTS,
    GROUP_LABELS,
    PART_LABELS,
    bars,
    parts,
)
from matchmaking.matches.explaining.reasons import CLOSE, SUITED, WEAK, reasons
from matchmaking.matches.models import Match
from matchmaking.matches.thesauri.editions import delivered as thesaurus
from tests.conftest import Cast
from tests.matches import world
from tests.matches.pages import bar_points, columns, numbers, scores, source
from tests.matches.pages import reasons as reasons_on

CAPS = load_policy().scale.caps


@pytest.fixture
def policy_row(db: None) -> int:
    return actions.ensure_policy().pk


def unsaved(cast: Cast, **changes: Any) -> Match:
    return world.match_of(cast.company, cast.startup, MatchStatus.INTERESTED, **changes)


def with_parts(match: Match, tenths: dict[str, int], missing: list[str] | None = None) -> Match:
    match.parts, match.missing = tenths, missing or []
    match.score = Decimal(sum(tenths.values())) / 10
    match.save()
    return match


EVEN = {name: CAPS[name] // 2 for name in SLICES}
ODD = {name: (CAPS[name] * 7 // 10) | 1 for name in SLICES}
CASES: dict[str, tuple[dict[str, int], list[str]]] = {
    "nothing": (dict.fromkeys(SLICES, 0), []),
    "everything": (dict(CAPS), []),
    "halves": (EVEN, []),
    "odd tenths": (ODD, []),
    "five tenths in each": ({name: min(5, CAPS[name]) for name in SLICES}, []),
    "partner missing": (EVEN, ["partner_e5", "partner_use"]),
    "one of a group missing": (ODD, ["capability"]),
    "everything missing": (EVEN, list(SLICES)),
    "tags missing": (ODD, ["field", "cooperation", "language"]),
}


@pytest.mark.django_db
def test_every_page_of_every_reader_adds_up(cast: Cast, as_user: Any) -> None:
    """For each case: the firm's list, the startup's list, and the pair's page as each of the three reads it."""
    match = unsaved(cast)
    firm, startup, officer = (
        as_user(user) for user in (cast.company_owner, cast.startup_owner, cast.officer)
    )
    for tenths, missing in CASES.values():
        with_parts(match, tenths, missing)
        pages = [source(firm, "matches:list"), source(startup, "matches:interest")]
        pages += [source(reader, "matches:detail", pk=match.pk) for reader in (firm, startup, officer)]
        for page in pages:
            assert_bars_add_up(page, match)
        for page, reader in zip(pages[2:], (Side.COMPANY, Side.STARTUP, Side.STAFF), strict=True):
            assert_table_adds_up(page, match, reader)


def assert_bars_add_up(page: str, match: Match) -> None:
    (shown,), (total,) = bar_points(page), scores(page)
    assert sum(points for points, _ in shown) == total
    assert total == match.score.quantize(Decimal(1), ROUND_HALF_UP)
    assert all(points <= most for points, most in shown if most is not None)
    assert ("Provisional" in page) == bool(match.missing)


def assert_table_adds_up(page: str, match: Match, reader: Side) -> None:
    """A startup reads three of the parts as one."""
    labels = [str(PART_LABELS[name]) for name in SLICES]
    marked = [str(PART_LABELS[name]) for name in SLICES if name in match.missing]
    if reader == Side.STARTUP:
        blended = {str(PART_LABELS[name]) for name in (*BLENDED_PARTS, ADVICE)}
        both = [str(BLENDED_PART_LABEL)] if set(BLENDED_PARTS) <= set(match.missing) else []
        labels = [str(BLENDED_PART_LABEL), *(each for each in labels if each not in blended)]
        marked = [*both, *(each for each in marked if each not in blended)]
    rows = [row for row in columns(page) if len(row) == 4 and row[0] not in ("Part", "Together")]
    (foot,) = [row for row in columns(page) if row and row[0] == "Together"]
    assert [row[0] for row in rows] == labels
    assert sum(numbers(row[2])[0] for row in rows) == Decimal(foot[2]) == match.score
    assert sum(Decimal(row[3]) for row in rows) == Decimal(foot[3]) == 100
    assert [row[0] for row in rows if "no data" in row[2]] == marked


@pytest.mark.django_db
def test_the_help_page_shares_out_a_hundred_points(cast: Cast, as_user: Any, policy_row: int) -> None:
    rows = columns(source(as_user(cast.company_owner), "matches:score_help"))
    points = {row[0]: Decimal(row[2]) for row in rows if row[0] in {*map(str, PART_LABELS.values())}}
    (total,) = [Decimal(row[2]) for row in rows if row[0] == "Together"]
    assert points == {str(PART_LABELS[name]): Decimal(CAPS[name]) / 10 for name in SLICES}
    assert sum(points.values()) == total == 100


tenths_of = st.fixed_dictionaries({name: st.integers(0, CAPS[name]) for name in SLICES})
missing_of = st.lists(st.sampled_from(SLICES), unique=True)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tenths=tenths_of, missing=missing_of)
def test_bars_and_parts_add_up_for_any_parts_and_any_gap(
    policy_row: int, tenths: dict[str, int], missing: list[str]
) -> None:
    score = Decimal(sum(tenths.values())) / 10
    match = Match(policy_id=policy_row, parts=tenths, missing=missing, score=score)
    assert sum(bar.counted for bar in bars(match)) == score.quantize(Decimal(1), ROUND_HALF_UP)
    assert sum(part.counted for part in parts(match)) == score
    assert all(0 <= bar.counted <= bar.max for bar in bars(match))
    assert all(0 <= part.counted <= part.max for part in parts(match))
    assert {part.key for part in parts(match) if part.points is None} == set(missing)
    wholly = {key for key, names in GROUPS.items() if set(names) <= set(missing)}
    assert {bar.key for bar in bars(match) if bar.points is None} == wholly


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tenths=tenths_of, missing=missing_of, other=st.integers(0, CAPS[ADVICE]), is_rated=st.booleans())
def test_what_a_startup_reads_adds_up_and_only_one_bar_and_one_part_move_with_the_experts_rating(
    policy_row: int, tenths: dict[str, int], missing: list[str], other: int, is_rated: bool
) -> None:
    """Whether they are rated at all does not show either."""
    shown = []
    for parts_, lacking in (
        (tenths, missing),
        ({**tenths, ADVICE: other}, [name for name in missing if name != ADVICE or not is_rated]),
    ):
        score = Decimal(sum(parts_.values())) / 10
        match = Match(policy_id=policy_row, parts=parts_, missing=lacking, score=score)
        bars_, all_parts = bars(match, Side.STARTUP), parts(match, Side.STARTUP)
        assert sum(bar.counted for bar in bars_) == score.quantize(Decimal(1), ROUND_HALF_UP)
        assert sum(part.counted for part in all_parts) == score
        assert sum(bar.max for bar in bars_) == sum(part.max for part in all_parts) == 100
        assert all(0 <= each.counted <= each.max for each in (*bars_, *all_parts))
        assert [bar.key for bar in bars_] == [
            BLENDED,
            *(key for key in GROUPS if key not in (BLENDED_GROUP, ADVICE)),
        ]
        shown.append((bars_[1:], all_parts[1:], bars_[0].points is None, all_parts[0].points is None))
    assert shown[0] == shown[1]


# --- Words -------------------------------------------------------------------------------------------------------


def said(
    match: Match, reader: Side = Side.STAFF, language: str = "en", **options: int
) -> list[tuple[str, str]]:
    with translation.override(language):
        found = reasons(match, reader, **options)
    return [(each.kind, each.text_ja if language == "ja" else each.text_en) for each in found]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("group", [key for key, names in GROUPS.items() if gaps(names)])
def test_a_group_without_information_is_the_caution_and_is_named(
    cast: Cast, group: str, language: str
) -> None:
    match = with_parts(unsaved(cast), EVEN, list(GROUPS[group]))
    kind, text = said(match, language=language)[-1]
    with translation.override(language):
        assert (kind, str(GROUP_LABELS[group]) in text) == ("caution", True)
    assert ("No information yet" in text) == (language == "en")


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(
    "name", [name for names in GROUPS.values() if len(gaps(names)) > 1 for name in names]
)
def test_a_single_part_without_information_is_named_by_itself(cast: Cast, name: str, language: str) -> None:
    match = with_parts(unsaved(cast), EVEN, [name])
    kind, text = said(match, language=language)[-1]
    with translation.override(language):
        assert (kind, str(PART_LABELS[name]) in text) == ("caution", True)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("weak", list(GROUPS))
def test_the_weakest_group_is_the_caution_when_all_is_known(cast: Cast, weak: str, language: str) -> None:
    tenths = {name: 0 if name in GROUPS[weak] else CAPS[name] for name in SLICES}
    match = with_parts(unsaved(cast), tenths)
    match.company.organisation.languages = match.startup.organisation.languages = ["en"]
    kind, text = said(match, language=language)[-1]
    with translation.override(language):
        words = [str(GROUP_LABELS[weak]), *(str(WEAK[name]) for name in GROUPS[weak] if name in WEAK)]
        assert (kind, [each in text for each in words].count(True)) == ("caution", 1)


@pytest.mark.django_db
def test_where_all_is_strong_there_is_nothing_to_check(cast: Cast) -> None:
    match = with_parts(unsaved(cast), dict(CAPS))
    match.company.organisation.languages = match.startup.organisation.languages = ["en"]
    assert {kind for kind, _ in said(match)} == {"yes"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("missing", "lost"),
    [
        (["capability"], "capability"),
        (["need_e5", "need_use"], "need"),
        (["need_use"], "need"),
        (["partner_e5", "partner_use"], "partner"),
        (["partner_e5"], "partner"),
    ],
)
def test_what_nobody_said_is_no_reason_however_many_points_it_has(
    cast: Cast, missing: list[str], lost: str
) -> None:
    """Without information a part counts as an average pair's would: that says nothing about this pair."""
    match = with_parts(unsaved(cast, shared_capabilities=["solar_dev"]), dict(CAPS))
    assert lost in {reason.source for reason in reasons(match, Side.COMPANY) if reason.kind == "yes"}
    match.missing = missing
    assert lost not in {reason.source for reason in reasons(match, Side.COMPANY) if reason.kind == "yes"}


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_reason_is_given_in_the_readers_language_and_only_there(cast: Cast, language: str) -> None:
    match = with_parts(unsaved(cast, shared_capabilities=["solar_dev"]), dict(CAPS))
    match.challenge.sub_fields = match.startup.organisation.sub_fields = [SubField.PAYMENTS]
    match.company.organisation.languages = match.startup.organisation.languages = ["en", "ja"]
    with translation.override(language):
        found = reasons(match, Side.COMPANY)
        wanted = [
            thesaurus().labels(["solar_dev"], language)[0],  # type: ignore[arg-type]
            str(CLOSE[Side.COMPANY]),
            gettext("Experts think well of it"),
            str(CooperationMode.JOINT_DEVELOPMENT.label),
            str(SubField.PAYMENTS.label),
            str(SUITED[Side.COMPANY]),
            str(Language.JAPANESE.label),
        ]
        assert str(Field.RETAIL.label) in (found[4].text_ja or found[4].text_en)
    texts = [reason.text_ja if language == "ja" else reason.text_en for reason in found]
    others = [reason.text_en if language == "ja" else reason.text_ja for reason in found]
    assert [words in text for words, text in zip(wanted, texts, strict=True)] == [True] * 7
    assert others == [""] * 7


@pytest.mark.django_db
@pytest.mark.parametrize("most", [0, 1, 3, 20])
def test_the_number_of_reasons_is_limited_and_the_caution_is_not(cast: Cast, most: int) -> None:
    match = with_parts(unsaved(cast), EVEN, ["language"])
    every, some = said(match), said(match, most=most)
    assert some == [*[each for each in every if each[0] == "yes"][:most], every[-1]]


@pytest.mark.django_db
def test_unknown_words_of_an_old_vocabulary_are_left_out(cast: Cast) -> None:
    match = with_parts(unsaved(cast), dict(CAPS))
    match.challenge.sub_fields = match.startup.organisation.sub_fields = ["steam_engines"]
    assert [text for _, text in said(match) if text.startswith("Same field")] == ["Same field: Retail"]


@pytest.mark.django_db
def test_the_page_says_before_each_reason_what_kind_it_is(cast: Cast, as_user: Any) -> None:
    match = with_parts(unsaved(cast), EVEN, ["language"])
    shown = reasons_on(source(as_user(cast.officer), "matches:detail", pk=match.pk))
    prefixes = ["To check:" if kind == "caution" else "Fits:" for kind, _ in said(match)]
    assert [line.split(":")[0] + ":" for line in shown] == prefixes
