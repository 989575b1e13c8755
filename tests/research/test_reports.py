"""Reports: nothing written is lost, what is delivered stays as it was, and who may do what when."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections

from matchmaking.core.models import Notice
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.actions import give_advice
from matchmaking.matches.enums import Rating
from matchmaking.matches.explaining.findings import findings_on
from matchmaking.matches.models import Match
from research import actions, content
from research.enums import NEEDED_SECTIONS, SectionKind
from research.models import Candidate, Commission, MarketFigure, ReportRemark, ReportSection
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.research import works

pytestmark = pytest.mark.django_db
FIGURE = {
    "label": "Tills",
    "year": 2025,
    "amount": Decimal("12.5"),
    "currency": "USD",
    "source": "Retail Board 2025",
}


@pytest.fixture
def match(cast: Cast) -> Match:
    return stories.match_of(cast.company, cast.startup)


@pytest.fixture
def writing(match: Match, cast: Cast) -> Commission:
    return works.accepted(works.asked(match, cast.company_owner), cast.expert, cast.officer)


def text_of(commission: Commission, kind: str = "summary") -> tuple[str, int]:
    section = ReportSection.objects.get(commission=commission, kind=kind)
    return section.text, section.version


def told(event: str) -> set[str]:
    return set(Notice.objects.filter(event=event).values_list("recipient__name", flat=True))


def test_a_section_is_kept_and_each_saving_raises_its_version(writing: Commission, cast: Cast) -> None:
    for seen, text in enumerate(("First", "First and more", "")):
        actions.save_section(writing, "summary", text, seen=seen, by=cast.expert)
        assert text_of(writing) == (text, seen + 1)
    assert ReportSection.objects.count() == 1


@pytest.mark.parametrize("seen", [0, 1])
def test_an_older_window_overwrites_nothing_and_is_told_of_the_newer_text(
    seen: int, writing: Commission, cast: Cast
) -> None:
    actions.save_section(writing, "summary", "First", seen=0, by=cast.expert)
    actions.save_section(writing, "summary", "Newer", seen=1, by=cast.expert)
    with pytest.raises(actions.NewerText) as other:
        actions.save_section(writing, "summary", "From the older window", seen=seen, by=cast.expert)
    assert (other.value.section.text, other.value.section.version) == ("Newer", 2)
    assert text_of(writing) == ("Newer", 2)
    actions.save_section(writing, "summary", "Both together", seen=2, by=cast.expert)
    assert text_of(writing) == ("Both together", 3)


@pytest.mark.parametrize("seen", [0, 1])
def test_what_is_sent_twice_is_no_conflict(seen: int, writing: Commission, cast: Cast) -> None:
    """A browser that heard no answer sends the same again."""
    actions.save_section(writing, "summary", "First", seen=0, by=cast.expert)
    for _each in range(2):
        saved = actions.save_section(
            writing, "summary", "First" if seen == 0 else "Second", seen=seen, by=cast.expert
        )
    assert saved.version == seen + 1


@pytest.mark.django_db(transaction=True)
def test_of_two_windows_that_save_at_once_one_is_told(writing: Commission, cast: Cast) -> None:
    actions.save_section(writing, "summary", "First", seen=0, by=cast.expert)
    start, refused = threading.Barrier(2), []

    def save(text: str) -> None:
        start.wait()
        try:
            actions.save_section(writing, "summary", text, seen=1, by=cast.expert)
        except actions.NewerText:
            refused.append(text)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=save, args=[text]) for text in ("Left", "Right")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [lost] = refused
    assert text_of(writing) == ({"Left": "Right", "Right": "Left"}[lost], 2)


DEEDS: list[Callable[[Commission, Any], object]] = [
    lambda made, by: actions.save_section(made, "summary", "Text", seen=0, by=by),
    lambda made, by: actions.add_figure(made, FIGURE, by=by),
    lambda made, by: actions.add_candidate(made, factories.StartupFactory(), reason="Fits", by=by),
    lambda made, by: actions.deliver(made, by=by),
]


@pytest.mark.parametrize("deed", DEEDS, ids=["section", "figure", "candidate", "deliver"])
@pytest.mark.parametrize("when", ["not accepted", "delivered", "published", "cancelled", "another expert"])
def test_a_report_is_written_only_by_its_expert_and_only_while_in_writing(
    when: str, deed: Callable[[Commission, Any], object], match: Match, cast: Cast
) -> None:
    made, by = works.offered(works.asked(match, cast.officer), cast.expert, cast.officer), cast.expert
    if when != "not accepted":
        actions.accept(made, by=cast.expert)
    if when in ("delivered", "published"):
        works.delivered(made, cast.expert)
    if when == "published":
        actions.publish_report(made, by=cast.officer)
    if when == "cancelled":
        actions.cancel(made, reason="No budget", by=cast.officer)
    if when == "another expert":
        by = factories.ExpertFactory().user
    before = content.content_of(made)
    with pytest.raises(TransitionNotAllowed):
        deed(made, by)
    assert content.content_of(made) == before


def test_a_market_has_one_figure_a_year_in_a_currency(writing: Commission, cast: Cast) -> None:
    actions.add_figure(writing, FIGURE, by=cast.expert)
    with pytest.raises(actions.AlreadyThere):
        actions.add_figure(writing, {**FIGURE, "amount": Decimal(99)}, by=cast.expert)
    for other in ({"year": 2026}, {"currency": "JPY"}, {"label": "Shelves"}):
        actions.add_figure(writing, {**FIGURE, **other}, by=cast.expert)
    assert MarketFigure.objects.count() == 4
    actions.remove(MarketFigure.objects.get(year=2026), by=cast.expert)
    assert MarketFigure.objects.count() == 3


def test_a_startup_is_named_once_and_none_with_which_there_is_a_conflict(
    writing: Commission, cast: Cast
) -> None:
    own, other = cast.other_startup, factories.StartupFactory()
    actions.declare_conflict(cast.expert.expert, own.organisation, reason="", by=cast.expert)
    with pytest.raises(actions.InConflict):
        actions.add_candidate(writing, own, reason="Good", by=cast.expert)
    actions.add_candidate(writing, other, reason="Good", by=cast.expert)
    with pytest.raises(actions.AlreadyThere):
        actions.add_candidate(writing, other, reason="Better", by=cast.expert)
    assert [(each.startup, each.reason) for each in Candidate.objects.all()] == [(other, "Good")]


@pytest.mark.parametrize("left_out", [*NEEDED_SECTIONS, "figures"])
def test_an_incomplete_report_is_not_delivered_and_says_what_it_lacks(
    left_out: str, writing: Commission, cast: Cast
) -> None:
    works.written(writing, cast.expert, without=left_out)
    with pytest.raises(actions.NotComplete) as told_what:
        actions.deliver(writing, by=cast.expert)
    words = "Market figures with year and source" if left_out == "figures" else SectionKind(left_out).label
    assert told_what.value.missing == [words]
    assert (works.states_of(writing)[0], writing.versions.count(), told("research_delivered")) == (
        "assigned",
        0,
        set(),
    )


def test_delivered_returned_delivered_again_and_published(writing: Commission, cast: Cast) -> None:
    first = works.delivered(writing, cast.expert)
    assert (works.states_of(writing)[0], told("research_delivered")) == (
        "delivered",
        {"officer", "administrator"},
    )
    actions.return_report(writing, [actions.Remark("summary", 1, "Say by when")], by=cast.officer)
    assert (works.states_of(writing)[0], told("research_returned")) == ("returned", {"expert"})
    [remark] = ReportRemark.objects.all()
    assert (remark.version, remark.kind, remark.paragraph, remark.text) == (
        first,
        "summary",
        1,
        "Say by when",
    )
    actions.save_section(writing, "summary", "By 2027.", seen=1, by=cast.expert)
    second = actions.deliver(writing, by=cast.expert)
    assert (first.number, second.number) == (1, 2)
    first.refresh_from_db()
    assert first.content["sections"]["summary"] != second.content["sections"]["summary"] == "By 2027."
    actions.publish_report(writing, by=cast.officer)
    assert works.states_of(writing)[0] == "published"
    assert told("research_published") == {"company-owner", "company-member"}


def test_a_report_is_not_returned_without_a_remark(writing: Commission, cast: Cast) -> None:
    works.delivered(writing, cast.expert)
    with pytest.raises(ValueError, match="remarks"):
        actions.return_report(writing, [], by=cast.officer)
    assert works.states_of(writing)[0] == "delivered"


@pytest.mark.parametrize("deed", ["return", "publish"])
def test_of_two_officers_who_decide_one_is_told_that_it_is_decided(
    deed: str, writing: Commission, cast: Cast
) -> None:
    works.delivered(writing, cast.expert)
    stale = Commission.objects.get(pk=writing.pk)
    actions.publish_report(writing, by=cast.officer)
    with pytest.raises(TransitionNotAllowed):
        if deed == "publish":
            actions.publish_report(stale, by=cast.administrator)
        else:
            actions.return_report(stale, [actions.Remark("summary", 1, "Why?")], by=cast.administrator)
    assert ReportRemark.objects.count() == 0


def test_what_was_delivered_stays_as_it_was(writing: Commission, cast: Cast) -> None:
    startup = factories.StartupFactory(organisation__name="Before")
    actions.add_candidate(writing, startup, reason="Fits", by=cast.expert)
    version = works.delivered(writing, cast.expert)
    startup.organisation.name, startup.organisation.status = "After", "suspended"
    startup.organisation.save()
    [shown] = content.shown(version.content, "en", with_links=True)["candidates"]
    assert shown == {"name": "Before", "reason": "Fits", "key": None}


@pytest.mark.parametrize(("with_links", "linked"), [(True, True), (False, False)])
def test_startups_are_linked_for_those_who_may_look_at_them(
    with_links: bool, linked: bool, writing: Commission, cast: Cast
) -> None:
    actions.add_candidate(writing, cast.other_startup, reason="Fits", by=cast.expert)
    [shown] = content.shown(content.content_of(writing), "en", with_links=with_links)["candidates"]
    assert shown["key"] == (cast.other_startup.pk if linked else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  \n\n ", []),
        ("One", ["One"]),
        ("One\nstill one\n\nTwo", ["One\nstill one", "Two"]),
        ("\n\n\nOne\n\n\n\nTwo\n\n", ["One", "Two"]),
    ],
)
def test_paragraphs_are_divided_by_empty_lines(text: str, expected: list[str]) -> None:
    assert content.paragraphs(text) == expected


@pytest.mark.parametrize("state", ["delivered", "published"])
def test_the_pairs_findings_hold_what_is_published_and_only_for_who_may_read_it(
    state: str, writing: Commission, match: Match, cast: Cast
) -> None:
    """What is printed in the brief before a meeting."""
    works.delivered(writing, cast.expert)
    if state == "published":
        actions.publish_report(writing, by=cast.officer)
    people = (cast.officer, cast.company_owner, cast.startup_owner, cast.other_company_owner)
    found = [[each.text for each in findings_on(match, person)] for person in people]
    text = ["Buy one and try it for a season."] if state == "published" else []
    assert found == [text, text, [], []]


ABOUT = {
    "the pair": {},
    "the challenge": {"match": None},
    "the firm": {"match": None, "challenge": None},
}


@pytest.mark.parametrize("about", ABOUT)
def test_a_report_about_the_challenge_or_the_firm_reaches_the_briefs_of_what_it_is_about(
    about: str, match: Match, cast: Cast
) -> None:
    """Of the pair its recommendation, else the summary; other challenges and other firms hear nothing of it."""
    made = works.accepted(works.asked(match, cast.officer, **ABOUT[about]), cast.expert, cast.officer)
    works.published(made, cast.expert, cast.officer)
    elsewhere = factories.ChallengeFactory(company=cast.company)
    pairs = {
        "the pair": match,
        "another startup": stories.match_of(cast.company, cast.other_startup),
        "another challenge": stories.match_of(cast.company, factories.StartupFactory()),
        "another firm": stories.match_of(cast.other_company, cast.startup),
    }
    pairs["another challenge"].challenge = elsewhere
    pairs["another challenge"].save()
    reached = {
        "the pair": ["the pair"],
        "the challenge": ["the pair", "another startup"],
        "the firm": ["the pair", "another startup", "another challenge"],
    }[about]
    text = works.TEXTS["recommendation" if about == "the pair" else "summary"]
    for reader in (cast.officer, cast.company_member):
        found = {name: [each.text for each in findings_on(pair, reader)] for name, pair in pairs.items()}
        assert found == {name: [text] if name in reached else [] for name in pairs}, reader
    for reader in (cast.startup_owner, cast.other_startup_owner, cast.other_company_owner, cast.expert):
        assert [each for pair in pairs.values() for each in findings_on(pair, reader)] == [], reader


def test_what_is_nearest_to_the_pair_comes_first_and_advice_last(match: Match, cast: Cast) -> None:
    for about in reversed(ABOUT.values()):
        made = works.accepted(works.asked(match, cast.officer, **about), cast.expert, cast.officer)
        works.published(made, cast.expert, cast.officer)
    give_advice(cast.startup, rating=Rating.GOOD, reasons="Sound", by=cast.expert)
    found = findings_on(match, cast.officer)
    kinds = [Commission.objects.get(pk=each.url.split("/")[-2]) for each in found if each.url]
    assert [(each.match, each.challenge) for each in kinds] == [
        (match, match.challenge),
        (None, match.challenge),
        (None, None),
    ]
    assert [each.text for each in found][3:] == ["Sound"]


def test_a_version_that_never_was_is_kept_as_the_first(cast: Cast) -> None:
    match = stories.match_of(cast.company, cast.startup)
    made = works.accepted(works.asked(match, cast.company_owner), cast.expert, cast.officer)
    section = actions.save_section(made, "summary", "The market grows.", seen=7, by=cast.expert)
    assert (section.text, made.sections.count()) == ("The market grows.", 1)
