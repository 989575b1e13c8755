"""A round of the sample, from its opening to what came of its meetings: staff and both sides at their own browsers."""

from __future__ import annotations

from collections import Counter
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
from meetings.hours import local_date
from meetings.models import BoardStep, BookingSeat, Meeting, MeetingRequest, Placement, Round
from meetings.sample import load_meetings
from tests import factories
from tests.browser.conftest import Visitor
from tests.browser.test_main_job import Clicker
from tests.conftest import Cast
from tests.meetings import stories

NAME = {"en": "Meeting round 5", "ja": "第5回商談ラウンド"}
COMMENT = {"en": "They brought a sample.", "ja": "試作品を見せていただきました。"}
WISH = "Any afternoon from 14 July."
WHY = "The firm waited in the meeting, as its host confirms."


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
    busy, absent = _with_one_request(round_)
    closing = Clicker(visit(stories.member_of(busy.request.match.startup), language=language))
    _clash_is_mended(officer, closing, busy)
    refusing = Clicker(visit(stories.member_of(absent.request.match.startup), language=language))
    _one_finds_no_place(officer, refusing, absent, round_)
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
    missed = meetings[1]
    waiting_firm = Clicker(visit(stories.member_of(missed.request.match.company), language="ja"))
    waited_for = Clicker(visit(stories.member_of(missed.request.match.startup), language="en"))
    _startup_did_not_come(officer, waiting_firm, waited_for, missed)
    everybody = (officer, firm, startup, closing, refusing, waiting_firm, waited_for)
    assert [each.visitor.complaints for each in everybody] == [[]] * len(everybody)


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
    officer.page.locator("a[href$='/collect/']").click()
    officer.sees(officer.words("Nothing has been sent yet."))
    officer.click("Add them and ask for their times")
    expect(officer.page.locator("a[href$='/collect/']")).to_have_count(0)
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


def _with_one_request(round_: Round) -> list[Placement]:
    """Two meetings, not locked, whose startups have no other one in the round."""
    rows = list(Placement.objects.for_board().filter(timetable=round_.latest))
    counts = Counter(each.request.startup.pk for each in rows)
    return [each for each in rows if counts[each.request.startup.pk] == 1 and not each.locked][:2]


def _clash_is_mended(officer: Clicker, startup: Clicker, row: Placement) -> None:
    """The startup enters a day off where its meeting stands: the board tells, and one of the ready moves solves it."""
    organisation, language = row.request.startup, officer.visitor.language
    day = local_date(organisation.time_zone, row.start)
    startup.visitor.go("/meetings/hours/")
    field(startup, "first_day").fill(day.isoformat())
    field(startup, "name").fill("Moving house")
    startup.click("Save the days off")
    startup.sees(startup.words("Your days off have been saved."))
    officer.visitor.go(f"/staff/rounds/{row.timetable.round_id}/")
    clash = officer.page.locator("#clashes .notice")
    expect(clash).to_have_count(1)
    who = name_of(organisation, language)
    expect(clash).to_contain_text(officer.words("%(who)s does not work on this day.") % {"who": who})
    clash.locator(".moves button").first.click()
    expect(officer.page.locator("#clashes")).to_have_count(0)
    row.refresh_from_db()
    assert local_date(organisation.time_zone, row.start) != day
    assert row.locked


def _one_finds_no_place(officer: Clicker, startup: Clicker, row: Placement, round_: Round) -> None:
    """A startup has no time: its request is left with the true reason and the one thing to do, until it has."""
    page = f"/meetings/availability/{round_.pk}/"
    startup.visitor.go(page)
    startup.follow("We cannot meet at any of these times")
    field(startup, "wish").fill(WISH)
    startup.click("Propose other dates")
    startup.sees(
        startup.words(
            "Noted: no meeting will be placed for you in this round. The programme office has your dates."
        )
    )
    _places_again(officer, round_)
    left = officer.page.locator("ul.unplaced > li")
    expect(left).to_have_count(1)
    who = name_of(row.request.startup, officer.visitor.language)
    expect(left).to_contain_text(officer.words("No shared time"))
    expect(left).to_contain_text(
        officer.words("%(who)s has no time within the hours of the round.") % {"who": who}
    )
    expect(left.get_by_role("button")).to_have_count(1)
    officer.click("Ask for more times")
    assert Notice.objects.filter(event=Event.TIMES_ASKED, params__round=round_.name).exists()
    startup.visitor.go(page)
    startup.sees(WISH)
    startup.click("Reset to our usual working hours")
    startup.sees(startup.words("Your usual working hours count for this round."))
    _places_again(officer, round_)
    officer.sees(officer.words("Every request has a place."))


def _places_again(officer: Clicker, round_: Round) -> None:
    officer.visitor.go(f"/staff/rounds/{round_.pk}/")
    officer.click("Place again")
    expect(officer.page.locator("#placement-progress")).to_be_visible()
    jobs.run_due()
    officer.visitor.go(f"/staff/rounds/{round_.pk}/")
    expect(officer.page.locator(".grid-day")).to_be_visible()


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


def _time_passes(meeting: Meeting, hours: int = 1) -> None:
    """The meeting was over so many hours ago."""
    end = timezone.now() - timedelta(hours=hours)
    period = DateTimeTZRange(end - (meeting.ends_at - meeting.starts_at), end)
    BookingSeat.objects.filter(meeting=meeting).update(period=period)
    Meeting.objects.filter(pk=meeting.pk).update(period=period)


def _reports(side: Clicker, meeting: Meeting, outcome: Outcome, **more: Any) -> None:
    side.visitor.go(f"/meetings/{meeting.request_id}/report/")
    came = {"company_came": "yes", "startup_came": "yes"}
    answers: dict[str, Any] = {**came, "outcome": outcome, "rating": 5, **more}
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


def _startup_did_not_come(officer: Clicker, firm: Clicker, startup: Clicker, meeting: Meeting) -> None:
    """Each side says that the other one did not come; staff record who did, and both sides read it with the reason."""
    _time_passes(meeting, hours=3)
    _reports(firm, meeting, Outcome.NOT_HELD, startup_came="no")
    _reports(startup, meeting, Outcome.NOT_HELD, company_came="no")
    request = MeetingRequest.objects.get(pk=meeting.request_id)
    assert request.is_booked
    officer.visitor.go("/staff/meetings/ended/")
    officer.page.locator(f"main a[href$='/meetings/{request.pk}/report/']").click()
    officer.sees(
        officer.words(
            "The two sides differ about who came. Ask both, then record here how it was: what you record counts."
        )
    )
    field(officer, "reason").fill(WHY)
    answers = {"company_came": "yes", "startup_came": "no", "outcome": Outcome.NOT_HELD}
    for name, value in answers.items():
        officer.page.locator(f"main [name={name}][value='{value}']").check()
    officer.click("Save")
    expect(field(officer, "reason")).to_have_count(0)
    request.refresh_from_db()
    assert request.status == RequestStatus.NO_SHOW
    for side in (firm, startup, officer):
        side.visitor.go(f"/meetings/{request.pk}/")
        side.sees(WHY)
    for side in (firm, startup):
        side.sees(side.words("The firm came, the startup did not"))
