"""A round of the sample, from its opening to what came of its meetings: staff and both sides at their own browsers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone, translation
from playwright.sync_api import Locator, expect

from accounts.rules import name_of
from matchmaking.core import jobs, local_time
from matchmaking.core.models import Notice
from matchmaking.core.notices import Event
from matchmaking.matches.actions import disclose, ensure_policy
from matchmaking.matches.enums import MatchStatus
from meetings.enums import Outcome, RequestStatus, RoundStatus, StepStatus
from meetings.models import BoardStep, BookingSeat, Meeting, MeetingRequest, Round
from meetings.sample import load_meetings
from tests import factories
from tests.browser.conftest import Visitor
from tests.browser.test_main_job import Clicker
from tests.conftest import Cast
from tests.meetings import stories

NAME = {"en": "Meeting round 5", "ja": "第5回商談ラウンド"}
COMMENT = {"en": "They brought a sample.", "ja": "試作品を見せていただきました。"}


@pytest.fixture
def sample(transactional_db: None, cast: Cast) -> Cast:
    """The sample's meetings among thirty pairs: some of them are agreed and wait for a round."""
    ensure_policy()
    startups = [cast.startup, *(factories.StartupFactory() for _each in range(9))]
    firms = [cast.company, *(factories.ChallengeFactory().company for _each in range(2))]
    for number, firm in enumerate(firms):
        for startup in startups:
            disclose(stories.match_of(firm, startup, MatchStatus.PROPOSED, 90 - number), by=cast.officer)
    load_meetings(by=cast.officer, today=timezone.localdate(timezone=ZoneInfo("Asia/Tokyo")))
    return cast


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_round_of_the_sample_from_its_opening_to_what_came_of_it(
    language: str, sample: Cast, visit: Callable[..., Visitor]
) -> None:
    officer = Clicker(visit(sample.officer, language=language))
    waiting = set(MeetingRequest.objects.awaiting_round())
    round_ = _opens(officer)
    _collects_and_places(officer, round_, len(waiting))
    choosing = Clicker(
        visit(stories.member_of(min(waiting, key=lambda each: each.pk).match.company), language=language)
    )
    _chooses_times(choosing, round_)
    _locks_undoes_and_does_it_again(officer, round_)
    meetings = _publishes(officer, round_)
    assert {each.request for each in meetings} == waiting
    meeting = meetings[0]
    firm = Clicker(visit(stories.member_of(meeting.request.match.company), language="ja"))
    startup = Clicker(visit(stories.member_of(meeting.request.match.startup), language="en"))
    for side, other, zone in (
        (firm, meeting.request.startup, "Asia/Tokyo"),
        (startup, meeting.request.company, meeting.request.startup.time_zone),
    ):
        side.visitor.go(f"/meetings/{meeting.request_id}/")
        side.sees(name_of(other, side.visitor.language))
        side.sees(local_time.clock(meeting.starts_at, zone))
    _time_passes(meeting)
    _reports(firm, meeting, Outcome.POSSIBLE)
    assert MeetingRequest.objects.get(pk=meeting.request_id).status != RequestStatus.HELD
    _reports(startup, meeting, Outcome.INFORMATIVE)
    assert MeetingRequest.objects.get(pk=meeting.request_id).status == RequestStatus.HELD
    _reads_what_came_of_it(officer, firm, startup, meeting)
    assert [each.visitor.complaints for each in (officer, firm, startup)] == [[], [], []]


def field(clicker: Clicker, name: str) -> Locator:
    return clicker.page.locator(f"main [name={name}]")


def _opens(officer: Clicker) -> Round:
    officer.visitor.go("/staff/rounds/")
    officer.follow("New round")
    days = {"first_day": "2031-06-02", "last_day": "2031-06-06", "answer_by": "2031-05-26"}
    for name, value in {**days, "name": NAME[officer.visitor.language]}.items():
        field(officer, name).fill(value)
    for box in field(officer, "interpreters").all():
        box.check()
    officer.click("Open the round")
    expect(officer.page.locator("h1")).to_have_text(NAME[officer.visitor.language])
    round_ = Round.objects.get(name=NAME[officer.visitor.language])
    assert (round_.status, round_.interpreters.count() > 0) == (RoundStatus.COLLECTING, True)
    return round_


def _collects_and_places(officer: Clicker, round_: Round, waiting: int) -> None:
    officer.page.locator("form[action$='/collect/'] button").click()
    expect(officer.page.locator("form[action$='/collect/']")).to_have_count(0)
    assert round_.requests.count() == waiting > 0
    officer.click("Start auto-placement")
    expect(officer.page.locator("#placement-progress")).to_be_visible()
    jobs.run_due()
    officer.visitor.go(f"/staff/rounds/{round_.pk}/")
    expect(officer.page.locator(".grid-day")).to_be_visible()
    officer.sees(officer.words("Every request has a place."))
    officer.sees(officer.words("No better timetable exists: the solver has proved it."))


def _chooses_times(firm: Clicker, round_: Round) -> None:
    """Counted while ticking, a whole day with one button, and kept until it is saved."""
    firm.visitor.go(f"/meetings/availability/{round_.pk}/")
    count = firm.page.locator("#chosen b")
    words = count.inner_text()
    firm.page.locator("input[name=slot]:checked").first.uncheck()
    expect(count).not_to_have_text(words)
    firm.click("Clear this day")
    firm.sees(firm.words("Your latest choice is not saved yet. Press “Save these times” when it is right."))
    firm.click("Choose the whole day")
    expect(count).to_have_text(words)
    firm.page.locator("select[name=zone]").select_option("Asia/Kolkata")
    firm.click("Show")
    expect(firm.page.locator(".pick tbody th").first).to_contain_text("06:00")
    assert "zone=Asia%2FKolkata" in firm.page.url
    firm.click("Save these times")
    firm.sees(firm.words("Your times have been saved."))
    assert firm.visitor.complaints == []


def _locks_undoes_and_does_it_again(officer: Clicker, round_: Round) -> None:
    locked = officer.page.locator(".meet-lock")
    officer.page.locator(".grid-day a.meet").first.click()
    officer.click("Lock here")
    expect(locked).to_have_count(1)
    officer.click("Undo")
    expect(officer.page.locator(".grid-day")).to_be_visible()
    expect(locked).to_have_count(0)
    officer.click("Redo")
    expect(locked).to_have_count(1)
    officer.follow("Change history")
    expect(officer.page.locator("tbody tr")).to_have_count(2)
    assert set(BoardStep.objects.filter(round=round_).values_list("status", flat=True)) == {StepStatus.DONE}


def _publishes(officer: Clicker, round_: Round) -> list[Meeting]:
    officer.visitor.go(f"/staff/rounds/{round_.pk}/")
    officer.follow("Check before publishing")
    officer.sees(officer.words("Nothing has been sent yet."))
    for request in round_.requests.all():
        officer.sees(name_of(request.company, officer.visitor.language))
        officer.sees(name_of(request.startup, officer.visitor.language))
    assert not Meeting.objects.filter(round=round_).exists()
    officer.click("Publish and tell everybody")
    expect(officer.page.locator(".grid-day")).to_be_visible()
    assert Notice.objects.filter(event=Event.ROUND_PUBLISHED, params__round=round_.name).exists()
    meetings: list[Meeting] = list(Meeting.objects.filter(round=round_).order_by("period"))
    return meetings


def _time_passes(meeting: Meeting) -> None:
    """The meeting took place an hour ago."""
    end = timezone.now() - timedelta(hours=1)
    period = DateTimeTZRange(end - (meeting.ends_at - meeting.starts_at), end)
    BookingSeat.objects.filter(meeting=meeting).update(period=period)
    Meeting.objects.filter(pk=meeting.pk).update(period=period)


def _reports(side: Clicker, meeting: Meeting, outcome: Outcome) -> None:
    side.visitor.go(f"/meetings/{meeting.request_id}/report/")
    answers: dict[str, Any] = {"company_came": "yes", "startup_came": "yes", "outcome": outcome, "rating": 5}
    for name, value in answers.items():
        side.page.locator(f"main [name={name}][value='{value}']").check()
    field(side, "comment").fill(COMMENT[side.visitor.language])
    side.click("Save")
    expect(field(side, "comment")).to_have_count(0)


def _reads_what_came_of_it(officer: Clicker, firm: Clicker, startup: Clicker, meeting: Meeting) -> None:
    """Staff read both reports in their own language; neither side reads the other's."""
    officer.visitor.go(f"/meetings/{meeting.request_id}/report/")
    with translation.override(officer.visitor.language):
        words = [str(Outcome.POSSIBLE.label), str(Outcome.INFORMATIVE.label)]
    for text in (*words, *COMMENT.values()):
        officer.sees(text)
    for side, others in ((firm, COMMENT["en"]), (startup, COMMENT["ja"])):
        side.visitor.go(f"/meetings/{meeting.request_id}/")
        expect(side.page.locator("main")).not_to_contain_text(others)
