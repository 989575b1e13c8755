"""The pair's page tells its story: everything to staff, to each side its own part, nothing to outsiders."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matchmaking.core.models import AuditEvent
from matchmaking.matches import actions
from matchmaking.matches.enums import DismissReason, MatchStatus, Rating, Side
from matchmaking.matches.explaining import story
from matchmaking.matches.explaining.story import Happening, story_of
from matchmaking.matches.models import Match, PairNote
from meetings import actions as meeting_actions
from meetings.enums import DeclineReason
from tests import factories
from tests.conftest import Cast
from tests.matches import world
from tests.matches.pages import main, source, words
from tests.meetings import stories
from tests.pages import errors_of

pytestmark = pytest.mark.django_db

SECRET = "The board has doubts about their bank"


@pytest.fixture
def match(cast: Cast) -> Match:
    return world.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)


def told(match: Match, cast: Cast, side: Side) -> list[tuple[str, str, str]]:
    """Oldest first: what, by whom, with which words."""
    reader = {Side.STAFF: cast.officer, Side.COMPANY: cast.company_owner, Side.STARTUP: cast.startup_owner}[
        side
    ]
    fresh = Match.objects.with_parties().get(pk=match.pk)
    return [(each.text, each.by, each.note) for each in reversed(story_of(fresh, side, reader))]


def texts(match: Match, cast: Cast, side: Side) -> list[str]:
    return [text for text, _by, _note in told(match, cast, side)]


# --- What each reader is told ------------------------------------------------------------------------------------


def test_staff_read_every_change_with_its_reason_and_who_made_it(cast: Cast, match: Match) -> None:
    actions.dismiss(match, side=Side.STAFF, reason=DismissReason.TERMS, note=SECRET, by=cast.administrator)
    actions.restore(match, by=cast.officer)
    actions.disclose(match, by=cast.officer)
    assert told(match, cast, Side.STAFF)[1:] == [
        ("Dismissed", "administrator", f"Budget or kind of cooperation does not fit\n{SECRET}"),
        ("The dismissal was undone", "officer", ""),
        ("Disclosed to the firm", "officer", ""),
    ]


def test_the_first_thing_staff_read_is_the_first_score_and_its_policy(cast: Cast, match: Match) -> None:
    Match.objects.filter(pk=match.pk).update(computed_at=timezone.now() - timedelta(days=1))
    version = match.policy.version
    assert told(match, cast, Side.STAFF)[0] == ("First score: 80.0", "", f"Scoring policy: version {version}")


def test_a_pair_that_came_back_by_an_edit_is_no_undoing(cast: Cast, match: Match) -> None:
    actions.dismiss(match, side=Side.STAFF, reason=DismissReason.OTHER, by=cast.officer)
    actions.return_changed([match])
    assert told(match, cast, Side.STAFF)[-1] == (
        "Proposed again",
        "The portal",
        "One of the two profiles has changed",
    )


def test_a_firm_reads_from_when_it_was_recommended_and_what_its_own_people_did(
    cast: Cast, match: Match
) -> None:
    actions.dismiss(match, side=Side.STAFF, reason=DismissReason.OTHER, note=SECRET, by=cast.administrator)
    actions.restore(match, by=cast.officer)
    actions.disclose(match, by=cast.officer)
    actions.dismiss(match, side=Side.COMPANY, reason=DismissReason.KNOWN, by=cast.company_member)
    actions.restore(match, by=cast.company_owner)
    assert told(match, cast, Side.COMPANY) == [
        ("Recommended to you", "Programme office", ""),
        ("First score: 80.0", "", ""),
        ("Put aside", "company-member", "Already in contact"),
        ("Taken back", "company-owner", ""),
    ]


def test_what_staff_decide_after_disclosing_is_not_told_to_the_firm(cast: Cast, match: Match) -> None:
    actions.disclose(match, by=cast.officer)
    actions.dismiss(match, side=Side.STAFF, reason=DismissReason.CONFLICT, note=SECRET, by=cast.officer)
    actions.restore(match, by=cast.officer)
    assert texts(match, cast, Side.COMPANY) == ["Recommended to you", "First score: 80.0"]


@pytest.mark.parametrize("named", [True, False])
def test_a_startup_hears_nothing_of_what_was_before_the_request(
    cast: Cast, match: Match, named: bool
) -> None:
    type(cast.company).objects.filter(pk=cast.company.pk).update(name_disclosed=named)
    match = Match.objects.with_parties().get(pk=match.pk)
    actions.disclose(match, by=cast.officer)
    assert texts(match, cast, Side.STARTUP) == []
    stories.asked(match, cast.company_owner, purpose="A first talk")
    [(text, by, note)] = [each for each in told(match, cast, Side.STARTUP) if "score" not in each[0]]
    assert (text, note) == ("Request for a meeting sent", "A first talk")
    assert (by == cast.company.summary_name()) is not named


def test_each_side_reads_of_the_answer(cast: Cast, match: Match) -> None:
    actions.disclose(match, by=cast.officer)
    request = stories.asked(match, cast.company_owner)
    reason = DeclineReason.values[0]
    meeting_actions.decline(request, reason=reason, text="Not this year", by=cast.startup_owner)
    for side in (Side.COMPANY, Side.STARTUP):
        text, by, note = told(match, cast, side)[-1]
        assert (text, by) == ("Meeting request declined", str(cast.startup))
        assert note.endswith("Not this year")


def test_staff_read_of_requests_and_meetings_with_links_to_them(cast: Cast, match: Match) -> None:
    actions.disclose(match, by=cast.officer)
    request = stories.agreed(match, cast.company_owner)
    stories.published(stories.a_round(cast.officer, [request]), cast.officer)
    found = texts(match, cast, Side.STAFF)
    wanted = ["Request for a meeting sent", "Meeting request accepted", "Meeting scheduled"]
    assert [words_ for words_ in wanted if words_ not in found] == []
    assert any(text.startswith("Meeting fixed: ") for text in found)
    urls = {each.url for each in story_of(match, Side.STAFF, cast.officer) if each.url}
    assert urls == {reverse("meetings:detail", kwargs={"pk": request.pk})}


def test_both_sides_read_when_they_meet(cast: Cast, match: Match) -> None:
    actions.disclose(match, by=cast.officer)
    request = stories.agreed(match, cast.company_owner)
    stories.published(stories.a_round(cast.officer, [request]), cast.officer)
    for side in (Side.COMPANY, Side.STARTUP):
        assert any(text.startswith("Meeting fixed: ") for text in texts(match, cast, side))


def test_both_sides_read_that_a_meeting_was_cancelled_after_it_was_fixed(cast: Cast, match: Match) -> None:
    actions.disclose(match, by=cast.officer)
    request = stories.agreed(match, cast.company_owner)
    [meeting] = stories.published(stories.a_round(cast.officer, [request]), cast.officer)
    meeting_actions.cancel(meeting, reason="A typhoon", by=cast.officer)
    for side in (Side.COMPANY, Side.STARTUP):
        found = told(match, cast, side)
        assert found[-1] == ("Meeting cancelled", "", "")
        assert found[-2][0].startswith("Meeting fixed: ")


def test_a_side_reads_that_a_request_was_withdrawn(cast: Cast, match: Match) -> None:
    actions.disclose(match, by=cast.officer)
    request = stories.asked(match, cast.company_owner)
    meeting_actions.withdraw(request, by=cast.company_owner)
    found = [text for text in texts(match, cast, Side.STARTUP) if "score" not in text]
    assert found == ["Request for a meeting sent", "Meeting request withdrawn"]


@pytest.mark.parametrize(
    ("of_pair", "words_shown"),
    [(True, "Expert's advice on the pair: "), (False, "Expert's advice on the startup: ")],
)
def test_advice_is_told_to_staff_alone(cast: Cast, match: Match, of_pair: bool, words_shown: str) -> None:
    actions.disclose(match, by=cast.officer)
    company = cast.company if of_pair else None
    advice = actions.give_advice(
        cast.startup, rating=Rating.values[-1], reasons=SECRET, by=cast.expert, company=company
    )
    [(text, by, note)] = [each for each in told(match, cast, Side.STAFF) if each[0].startswith("Expert's")]
    assert (text.startswith(words_shown), by, note) == (True, "expert", SECRET)
    actions.retire_advice(advice, by=cast.expert)
    [(_text, _by, note)] = [each for each in told(match, cast, Side.STAFF) if each[0].startswith("Expert's")]
    assert note.endswith("This advice no longer counts.")
    for side in (Side.COMPANY, Side.STARTUP):
        assert SECRET not in str(told(match, cast, side))


def test_advice_on_another_pair_is_not_part_of_this_story(cast: Cast, match: Match) -> None:
    actions.give_advice(
        cast.startup, rating=Rating.values[0], reasons=SECRET, by=cast.expert, company=cast.other_company
    )
    assert SECRET not in str(told(match, cast, Side.STAFF))


def test_another_app_may_tell_its_part_in_the_order_of_time(
    cast: Cast, match: Match, monkeypatch: pytest.MonkeyPatch
) -> None:
    early = Happening(match.computed_at - timedelta(days=9), "Once upon a time")
    monkeypatch.setattr(story, "_tellers", [lambda _match, _user: [early]])
    assert texts(match, cast, Side.STAFF)[0] == "Once upon a time"


# --- Notes -------------------------------------------------------------------------------------------------------


def note(client: Client, match: Match, text: str) -> Any:
    return client.post(reverse("matches:note", kwargs={"pk": match.pk}), {"text": text})


def test_a_note_is_kept_and_read_by_colleagues_only(cast: Cast, match: Match, as_user: Any) -> None:
    actions.disclose(match, by=cast.officer)
    assert note(as_user(cast.officer), match, SECRET).status_code == 302
    assert ("Note", "officer", SECRET) in told(match, cast, Side.STAFF)
    assert SECRET in source(as_user(cast.administrator), "matches:detail", pk=match.pk)
    page = source(as_user(cast.company_owner), "matches:detail", pk=match.pk)
    assert (SECRET in page, "Write a note" in page) == (False, False)
    assert AuditEvent.objects.get(action="pairnote.written").actor_label == "officer"


def test_a_note_outlives_the_match(cast: Cast, match: Match) -> None:
    actions.write_note(match, text=SECRET, by=cast.officer)
    match.delete()
    again = world.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)
    assert ("Note", "officer", SECRET) in told(again, cast, Side.STAFF)


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001], ids=["empty", "spaces", "too long"])
def test_a_note_that_cannot_be_kept_stands_in_the_form_again(
    cast: Cast, match: Match, as_user: Any, text: str
) -> None:
    answered = note(as_user(cast.officer), match, text)
    assert (answered.status_code, list(errors_of(answered))) == (200, ["text"])
    assert text.strip() in answered.content.decode()
    assert not PairNote.objects.exists()


def test_notes_are_for_staff_to_write(cast: Cast, match: Match, as_user: Any) -> None:
    actions.disclose(match, by=cast.officer)
    for person in (cast.company_owner, cast.startup_owner, cast.expert):
        assert note(as_user(person), match, "hello").status_code == 404
    assert not PairNote.objects.exists()


def test_the_database_keeps_no_empty_note(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PairNote.objects.create(company=cast.company, startup=cast.startup, text="", by=cast.officer)


# --- The page ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "heading"), [("en", "What has happened so far"), ("ja", "これまでの経緯")]
)
def test_the_page_shows_the_story_in_the_readers_language(
    cast: Cast, match: Match, as_user: Any, language: str, heading: str
) -> None:
    actions.disclose(match, by=cast.officer)
    page = main(source(as_user(cast.company_owner), "matches:detail", language=language, pk=match.pk))
    assert heading in words(page)
    assert len(re.findall(r'<ol class="timeline">.*?</ol>', page, re.DOTALL)) == 1


def test_the_page_costs_the_same_however_long_the_story_is(cast: Cast, match: Match, as_user: Any) -> None:
    client = as_user(cast.officer)
    counts = []
    source(client, "matches:detail", pk=match.pk)
    for _times in range(2):
        actions.write_note(match, text="A note", by=cast.officer)
        actions.give_advice(
            cast.startup, rating=3, reasons="So so", by=factories.ExpertFactory().user, company=cast.company
        )
        with CaptureQueriesContext(connection) as queries:
            source(client, "matches:detail", pk=match.pk)
        counts.append(len(queries))
    assert counts[0] == counts[1]
