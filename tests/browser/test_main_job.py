"""From a recommendation to a meeting in everybody's calendar, clicked through by each role in both languages."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from playwright.sync_api import expect

from matchmaking.core import jobs
from matchmaking.matches.actions import ensure_policy
from meetings.models import Meeting, MeetingRequest, Round
from tests.browser.clicker import Clicker
from tests.browser.conftest import Visitor
from tests.conftest import Cast
from tests.meetings import stories

PURPOSE = {"en": "We would like to see it at work.", "ja": "実際に動くところを拝見したいです。"}


@pytest.fixture
def ready(transactional_db: None, cast: Cast) -> Cast:
    """A disclosed match and an open round."""
    ensure_policy()
    stories.match_of(cast.company, cast.startup)
    stories.a_round(cast.officer, interpreters=[stories.interpreter("en")])
    return cast


@pytest.mark.parametrize(
    ("language", "width", "scripts"), [("en", 1280, True), ("ja", 390, True), ("ja", 1280, False)]
)
def test_a_match_becomes_a_meeting(
    language: str, width: int, scripts: bool, ready: Cast, visit: Callable[..., Visitor]
) -> None:
    options = {"language": language, "width": width, "scripts": scripts}
    firm = Clicker(visit(ready.company_owner, **options))
    startup = Clicker(visit(ready.startup_owner, **options))
    officer = Clicker(visit(ready.officer, **options))
    _firm_asks(firm)
    _startup_accepts(startup)
    _officer_publishes(officer)
    _both_see_their_own_time(firm, startup)
    assert [clicker.visitor.complaints for clicker in (firm, startup, officer)] == [[], [], []]


def _firm_asks(firm: Clicker) -> None:
    firm.visitor.go("/firm/matches/")
    firm.follow("Request a meeting")
    firm.page.locator("textarea[name=purpose]").fill(PURPOSE[firm.visitor.language])
    firm.page.locator("[name=person_1_name]").fill("佐藤 恵子")
    firm.page.locator("[name=person_1_role]").fill("経営企画部長")
    firm.page.locator("[name=person_1_decision]").select_option("decides")
    firm.click("Check before sending")
    firm.sees(firm.words("Nothing has been sent yet."))
    assert MeetingRequest.objects.count() == 0
    firm.click("Send the request")
    firm.sees(firm.words("What happens next"))


def _startup_accepts(startup: Clicker) -> None:
    request = MeetingRequest.objects.get()
    startup.visitor.go(f"/meetings/{request.pk}/answer/")
    startup.sees(PURPOSE[startup.visitor.language])
    startup.follow("Accept")
    startup.page.locator("main form button[type=submit]").first.click()
    expect(startup.main()).to_contain_text(startup.words("Purpose"))
    request.refresh_from_db()
    assert request.status == "accepted"


def _officer_publishes(officer: Clicker) -> None:
    round_ = Round.objects.get()
    officer.visitor.go(f"/staff/rounds/{round_.pk}/")
    officer.page.locator("a[href$='/collect/']").click()
    officer.sees(officer.words("Nothing has been sent yet."))
    officer.click("Add them and ask for their times")
    officer.click("Start auto-placement")
    expect(officer.main()).to_contain_text(officer.words("Auto-placement"))
    jobs.run_due()
    officer.visitor.go(f"/staff/rounds/{round_.pk}/")
    officer.follow("Check before publishing")
    officer.sees(officer.words("Nothing has been sent yet."))
    assert Meeting.objects.count() == 0
    officer.click("Publish and tell everybody")
    expect(officer.page).to_have_url(
        f"{officer.visitor.base}/{officer.visitor.language}/staff/rounds/{round_.pk}/"
    )


def _both_see_their_own_time(firm: Clicker, startup: Clicker) -> None:
    meeting = Meeting.objects.get()
    japan = meeting.starts_at.astimezone(ZoneInfo("Asia/Tokyo"))
    singapore = meeting.starts_at.astimezone(ZoneInfo("Asia/Singapore"))
    for clicker in (firm, startup):
        clicker.visitor.go(f"/meetings/{meeting.request_id}/")
        clicker.sees(f"{japan:%H:%M}")
        clicker.sees(f"{singapore:%H:%M}")
        clicker.sees(clicker.words("Tokyo" if clicker is startup else "Singapore"))
        with clicker.page.expect_download() as download:
            clicker.follow("Add to your calendar (.ics)")
        invitation = Calendar.from_ical(download.value.path().read_bytes())
        [event] = invitation.walk("VEVENT")
        assert (event.start, event.end) == (meeting.starts_at, meeting.ends_at)
