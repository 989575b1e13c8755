"""The story of a partnership and of its pair: each reader finds their own part, newest first."""

from __future__ import annotations

import pytest

from matchmaking.matches.enums import Side
from matchmaking.matches.explaining.story import story_of as story_of_pair
from partnerships import actions
from partnerships.enums import EndReason, GateStatus, PaperKind
from partnerships.models import Partnership
from partnerships.story import story_of
from tests.conftest import Cast
from tests.meetings import stories as meetings
from tests.partnerships import stories
from tests.partnerships.pages import SignIn, path, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def rich(cast: Cast) -> Partnership:
    """With one of everything that is written down."""
    stories.only_rule()
    meetings.match_of(cast.company, cast.startup, status="interested")
    begun = stories.begun(cast)
    step = stories.a_step(begun, cast.startup_owner)
    actions.finish_step(step, by=cast.startup_owner)
    actions.add_paper(begun, PaperKind.NDA, stories.TODAY, by=cast.company_owner)
    stories.meet(begun, stories.Need.AMOUNT, cast.officer)
    actions.add_measure(begun, "Subsidy", stories.TODAY, by=cast.officer)
    check = begun.checks.get()
    actions.decide(check, GateStatus.SETTLED, stories.TODAY, "Not listed.", by=cast.officer)
    actions.end(begun, EndReason.PRIORITIES, by=cast.officer, text="A new plant comes first.")
    return begun


TOLD = [
    "Partnership ended: Joint development",
    "Legal check settled: Product liability",
    "Support measure noted: Subsidy",
    "Amount noted: Budget of the joint development, JPY 12,000,000",
    "Document noted: Non-disclosure agreement",
    "Next step done: Send a sample",
    "Next step agreed: Send a sample",
    "Partnership begun: Joint development",
]


def texts(partnership: Partnership, user: object) -> list[str]:
    return [entry.text for entry in story_of(partnership, user)]  # type: ignore[arg-type]


@pytest.mark.parametrize("person", ["officer", "company_owner", "startup_member"])
def test_all_that_was_recorded_is_told_newest_first(cast: Cast, rich: Partnership, person: str) -> None:
    told = texts(rich, getattr(cast, person))
    assert [text for text in told if text in TOLD] == TOLD


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("Partnership ended", "A new plant comes first."),
        ("Legal check settled", "Not listed."),
    ],
)
def test_reasons_are_told_in_words(cast: Cast, rich: Partnership, text: str, note: str) -> None:
    entry = next(each for each in story_of(rich, cast.company_owner) if each.text.startswith(text))
    assert note in entry.note
    assert "priorities:" not in entry.note


def test_who_did_it_is_named(cast: Cast, rich: Partnership) -> None:
    by = {entry.text.split(":")[0]: entry.by for entry in story_of(rich, cast.officer)}
    assert by["Document noted"] == "company-owner"
    assert by["Next step done"] == "startup-owner"


@pytest.mark.parametrize(
    ("person", "side"),
    [("officer", Side.STAFF), ("company_owner", Side.COMPANY), ("startup_owner", Side.STARTUP)],
)
def test_the_pair_s_page_tells_it_too(cast: Cast, rich: Partnership, person: str, side: Side) -> None:
    assert rich.match is not None
    told = [entry.text for entry in story_of_pair(rich.match, side, getattr(cast, person))]
    assert "Partnership begun: Joint development" in told


@pytest.mark.parametrize("scored", [True, False])
def test_why_staff_ask_again_is_for_staff_alone(cast: Cast, scored: bool) -> None:
    """It may say what the other side has answered; other reasons are for both sides, and the forms say so."""
    if scored:
        meetings.match_of(cast.company, cast.startup, status="interested")
    signed = stories.signed(cast)
    follow_up = stories.settled(stories.follow_up_of(signed), cast, jobs=9)
    actions.ask_outcome_again(follow_up, by=cast.officer, reason="The firm says 3 jobs, you 9.")
    actions.decide_outcome(
        stories.settled(follow_up, cast, jobs=9), "company", by=cast.officer, reason="The payroll says so."
    )
    people = ("officer", "company_owner", "company_member", "startup_owner", "startup_member")
    for name in people:
        told = {entry.text.split(":")[0]: entry.note for entry in story_of(signed, getattr(cast, name))}
        asked = "The firm says 3 jobs, you 9." if name == "officer" else ""
        assert told["Both sides asked again what came of it"] == asked
        assert told["Outcome decided by the programme office"] == "The payroll says so."


def test_nothing_of_another_pair_is_told(cast: Cast, rich: Partnership) -> None:
    other = meetings.match_of(cast.company, cast.other_startup)
    told = [entry.text for entry in story_of_pair(other, Side.COMPANY, cast.company_owner)]
    assert not [text for text in told if "Joint development" in text]


def test_two_partnerships_of_a_pair_are_told_apart(cast: Cast, rich: Partnership) -> None:
    stories.begun(cast, mode="investment")
    told = texts(rich, cast.company_owner)
    assert "Partnership begun: Investment" in told
    assert "Partnership begun: Joint development" in told


def test_a_pair_without_a_score_has_a_story_too(cast: Cast) -> None:
    begun = stories.begun(cast, startup=cast.other_startup)
    stories.a_step(begun, cast.officer)
    assert texts(begun, cast.company_owner) == [
        "Next step agreed: Send a sample",
        "Partnership begun: Joint development",
    ]


def test_in_the_reader_s_language(cast: Cast, as_user: SignIn, rich: Partnership) -> None:
    text = words(as_user(cast.company_owner).get(path("detail", language="ja", pk=rich.pk)))
    assert "協業を開始（共同開発）" in text
    assert "一方の方針が変わった" in text
    assert "金額を登録（共同開発の予算、JPY 12,000,000）" in text
    assert "文書を登録（秘密保持契約）" in text
