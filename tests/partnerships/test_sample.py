"""The partnerships of the fictional programme: every kind, several stages, whole by the rules that hold for all."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import User, members_of
from documents.models import Document, DocumentFile
from matchmaking.core.enums import CooperationMode
from matchmaking.core.models import AuditEvent
from matchmaking.matches.enums import MatchStatus
from matchmaking.matches.models import Match
from partnerships import rules
from partnerships.enums import STAGES, PaperKind
from partnerships.models import FollowUp, Partnership, not_asked
from partnerships.sample import FILES, TALES, load_partnerships
from partnerships.standing import standing_of
from partnerships.story import story_of
from startups.enums import DeckStatus
from tests import factories
from tests.conftest import Cast, Keeping
from tests.documents import documents
from tests.meetings import stories as meetings
from tests.partnerships import stories

pytestmark = pytest.mark.django_db


def interested(cast: Cast, number: int) -> None:
    """So many firms, each of which wants to meet two startups."""
    for _each in range(number):
        company = factories.ChallengeFactory().company
        for _other in range(2):
            startup = factories.StartupFactory()
            meetings.match_of(company, startup, MatchStatus.INTERESTED)


@pytest.fixture(scope="module")
def kept_sample(kept_cast: Cast, keeping: Keeping) -> None:
    with keeping():
        interested(kept_cast, len(TALES) + 1)
        for match in Match.objects.with_parties():
            for profile in (match.company, match.startup):
                factories.MembershipFactory(organisation=profile.organisation)
        load_partnerships(by=kept_cast.officer, now=timezone.now())


@pytest.fixture
def loaded(kept_sample: None, cast: Cast) -> list[Partnership]:
    return list(Partnership.objects.order_by("pk"))


def test_each_tale_is_told_of_another_firm(loaded: list[Partnership]) -> None:
    assert len(loaded) == len(TALES)
    assert len({partnership.company_id for partnership in loaded}) == len(TALES)


def test_every_kind_of_cooperation_is_there(loaded: list[Partnership]) -> None:
    assert {partnership.mode for partnership in loaded} == set(CooperationMode.values)


@pytest.mark.parametrize("number", range(len(TALES)))
def test_each_comes_as_far_as_its_tale(loaded: list[Partnership], number: int) -> None:
    tale, partnership = TALES[number], loaded[number]
    assert partnership.status == ("ended" if tale.ends else tale.until)
    assert partnership.summary == tale.summary
    assert partnership.end_reason == (tale.ends or "")


@pytest.mark.parametrize("number", range(len(TALES)))
def test_each_has_all_that_its_stages_needed(loaded: list[Partnership], number: int) -> None:
    tale, partnership = TALES[number], loaded[number]
    standing = standing_of(partnership)
    passed = [stage for stage in STAGES if not rules.is_forward(tale.until, stage)]
    for stage in passed[1:]:
        before = STAGES[STAGES.index(stage) - 1]
        at_hand = rules.Standing(
            tale.mode, before, standing.papers, has_step=True, has_amount=True, open_gates=standing.open_gates
        )
        assert rules.missing(at_hand, stage) == []


def test_one_has_an_amount_in_yen_and_one_in_dollars(loaded: list[Partnership]) -> None:
    found = {amount.currency for partnership in loaded for amount in partnership.amounts.all()}
    assert found == {"JPY", "USD"}


def test_one_is_supported_by_the_ministry(loaded: list[Partnership]) -> None:
    assert sum(partnership.measures.count() for partnership in loaded) == 1


def test_one_stands_still_and_is_found_by_the_office(loaded: list[Partnership]) -> None:
    assert [each.summary for each in Partnership.objects.without_step()] == [
        tale.summary for tale in TALES if not tale.step and not tale.ends
    ]


def test_next_steps_wait_for_each_of_the_three(loaded: list[Partnership]) -> None:
    owners = {step.owner for partnership in loaded for step in partnership.steps.filter(done_at=None)}
    assert owners == {"company", "startup", "staff"}


def test_loading_twice_changes_nothing(cast: Cast, loaded: list[Partnership]) -> None:
    before = AuditEvent.objects.count()
    load_partnerships(by=cast.officer, now=timezone.now())
    assert list(Partnership.objects.order_by("pk")) == loaded
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("pairs", [0, 1, 3])
def test_with_few_pairs_there_are_few_tales(cast: Cast, pairs: int) -> None:
    interested(cast, pairs)
    load_partnerships(by=cast.officer, now=timezone.now())
    assert Partnership.objects.count() == pairs


@pytest.mark.parametrize("status", [MatchStatus.PROPOSED, MatchStatus.DISCLOSED])
def test_only_pairs_that_want_to_meet_have_one(cast: Cast, status: str) -> None:
    meetings.match_of(cast.company, cast.startup, status)
    load_partnerships(by=cast.officer, now=timezone.now())
    assert not Partnership.objects.exists()


def test_of_the_contracts_some_outcomes_are_due_some_confirmed_and_one_is_in_dispute(
    loaded: list[Partnership],
) -> None:
    found = FollowUp.objects.order_by("partnership", "months").values_list(
        "partnership__mode", "months", "status"
    )
    assert set(found) == {
        ("investment", 3, "confirmed"),
        ("investment", 6, "asked"),
        ("joint_development", 3, "differs"),
        ("acquisition", 6, "confirmed"),
        ("acquisition", 12, "asked"),
    }
    assert not not_asked(timezone.now()).exists()
    assert [each.partnership.mode for each in FollowUp.objects.asked() if each.answers.exists()] == [
        "investment"
    ]


def test_their_stages_took_their_time_and_one_stands_still(loaded: list[Partnership]) -> None:
    now = timezone.now()
    for tale, partnership in zip(TALES, loaded, strict=True):
        assert (now - partnership.started_at).days == tale.since
    stuck = [each for each in Partnership.objects.open() if (now - each.stage_since).days > 60]
    assert {each.status for each in stuck} == {"exploring", "agreed"}


def test_their_stories_run_forward(cast: Cast, loaded: list[Partnership]) -> None:
    for partnership in loaded:
        moments = [entry.at for entry in story_of(partnership, cast.officer)]
        assert moments == sorted(moments, reverse=True)


def test_members_read_of_their_own_only(cast: Cast, loaded: list[Partnership]) -> None:
    first = loaded[0]
    member: User = factories.MembershipFactory(organisation=first.company.organisation).user
    assert list(Partnership.objects.visible_to(member)) == [first]


@pytest.mark.parametrize("kind", [PaperKind.NDA, PaperKind.CONTRACT, PaperKind.DUE_DILIGENCE])
def test_papers_of_the_way_are_noted(loaded: list[Partnership], kind: PaperKind) -> None:
    assert any(partnership.papers.filter(kind=kind).exists() for partnership in loaded)


def test_two_documents_have_a_file_that_waits_for_the_gate(loaded: list[Partnership]) -> None:
    files = DocumentFile.objects.select_related("document__paper").order_by("pk")
    assert [(file.document.paper.kind, file.status) for file in files] == [
        ("nda", DeckStatus.RECEIVED),
        ("test_plan", DeckStatus.RECEIVED),
    ]


def test_the_gate_lets_them_through_and_both_sides_read_them(loaded: list[Partnership]) -> None:
    for file in DocumentFile.objects.all():
        done = documents.walked(file)
        assert (done.status, done.pages) == (DeckStatus.READY, len(FILES[done.document.paper.kind]))
        partnership = done.document.paper.partnership
        for profile in (partnership.company, partnership.startup):
            member = members_of(profile.organisation)[0]
            assert Document.objects.visible_to(member).filter(pk=done.document_id).exists()


def test_no_file_says_anything_that_its_font_cannot_show() -> None:
    """Helvetica knows no Japanese: a letter that it lacks would stand there as a question mark."""
    for slides in FILES.values():
        for title, body in slides:
            assert f"{title}{body}".encode("cp1252").isascii()


def test_the_helper_of_other_tests_brings_a_partnership_there_too(cast: Cast) -> None:
    begun = stories.brought_to(stories.begun(cast), "negotiating", cast.officer)
    assert begun.status == "negotiating"
