"""The steps from a disclosed match to a meeting in both sides' calendars."""

from __future__ import annotations

from datetime import timedelta

import icalendar
from django.utils import timezone

from matchmaking.core.enums import Language
from matchmaking.matches.enums import MatchStatus
from meetings.enums import RequestStatus, RoundStatus
from meetings.models import Interpreter, Meeting, MeetingRequest, Round, Timetable
from meetings.models.requests import MeetingRequestQuerySet
from tests.smoke.browser import Browser, Page
from tests.smoke.office import Office, Pair, path, require

ATTENDEE = {
    "person_1_name": "佐藤 恵子",
    "person_1_role": "経営企画部長",
    "person_1_decision": "decides",
}
PURPOSE = "We would like to see a demonstration and talk about a first trial at our site."
PLACE_SECONDS = 120
NAME = "Smoke round"
DAYS_UNTIL, DAYS = 14, 11  # two weeks from now, for two weeks


def request(office: Office) -> str:
    """Each firm asks for a meeting: the form, the check page, then it is sent."""
    for pair in office.pairs:
        form = pair.firm.get(path("meetings:request", match_pk=pair.match.pk))
        check_page = pair.firm.post(form, "/check/", purpose=PURPOSE, transfer="on", **ATTENDEE)
        require(not requests_of(pair), "the check page has sent the request")
        pair.firm.post(check_page, "/send/")
        pair.request = requests_of(pair).get()
        pair.match.refresh_from_db()
        require(pair.match.status == MatchStatus.INTERESTED, f"match {pair.match.pk} is {pair.match.status}")
    return f"{len(office.pairs)} requests sent"


def requests_of(pair: Pair) -> MeetingRequestQuerySet:
    return MeetingRequest.objects.filter(match=pair.match)


def accept(office: Office) -> str:
    """Each startup reads the request, checks what accepting means, and accepts."""
    for pair in office.pairs:
        page = pair.startup.get(path("meetings:answer", pk=pair.request.pk))
        require(PURPOSE in page.text, f"{page.url} does not show the purpose")
        pair.startup.post(pair.startup.get(path("meetings:accept", pk=pair.request.pk)))
        pair.request.refresh_from_db()
        require(pair.request.status == RequestStatus.ACCEPTED, f"the request is {pair.request.status}")
    return f"{len(office.pairs)} requests accepted"


def open_round(office: Office) -> str:
    """Staff add an interpreter and open a round of two weeks."""
    staff, today = office.staff, timezone.localdate()
    form = staff.get(path("meetings:interpreter_new"))
    staff.post(form, name="Interpreter", languages=[code for code in Language.values if code != "ja"])
    first = today + timedelta(days=DAYS_UNTIL)
    staff.post(
        staff.get(path("meetings:round_new")),
        name=NAME,
        first_day=first,
        last_day=first + timedelta(days=DAYS),
        answer_by=first - timedelta(days=7),
        interpreters=[each.pk for each in Interpreter.objects.all()],
    )
    require(Round.objects.filter(name=NAME).count() == 1, "the round was not opened")
    office.round = Round.objects.get(name=NAME)
    return f"{office.round.first_day} to {office.round.last_day}, {office.round.rooms.count()} rooms"


def collect(office: Office) -> str:
    """Staff take all accepted requests into the round; a firm gives its times."""
    office.staff.post(office.staff.get(path("meetings:collect", pk=office.round.pk)), "/collect/")
    count = MeetingRequest.objects.placeable_in(office.round).count()
    require(count >= len(office.pairs), f"{count} of {len(office.pairs)} requests joined the round")
    firm = office.pairs[0].firm
    times = firm.get(path("meetings:availability", pk=office.round.pk))
    firm.post(times, f"/availability/{office.round.pk}/")
    return f"{count} requests in the round, one firm has given its times"


def round_page(office: Office) -> Page:
    return office.staff.get(path("meetings:round", pk=office.round.pk))


def timetable(office: Office) -> Timetable:
    """The one last worked out."""
    return Timetable.objects.filter(round=office.round).order_by("-version")[0]


def place(office: Office) -> str:
    """Staff start the placement; the worker finds the timetable."""
    office.staff.post(round_page(office), "/place/")
    round_ = office.round

    def placed() -> Round | None:
        round_.refresh_from_db()
        require(round_.status != RoundStatus.COLLECTING, "the placement failed")
        return round_ if round_.status == RoundStatus.CHECKING else None

    office.wait(placed, seconds=PLACE_SECONDS, told=lambda: f"the round is {round_.status}")
    rows = timetable(office).placements.all()
    unplaced = [f"{row.request}: {row.reason}" for row in rows if row.starts_at is None]
    require(len(unplaced) < len(rows), f"nothing was placed: {unplaced}")
    return f"{len(rows) - len(unplaced)} of {len(rows)} placed {'; '.join(unplaced)}"


def check(office: Office) -> str:
    """The board, and the page that says who will be told what: no faults, nothing sent."""
    round_page(office)
    page = office.staff.get(path("meetings:publish", pk=office.round.pk))
    told = [row for row in page.parsed.rows if len(row) == 3 and row[0] != "Programme office"]
    placed = timetable(office).placements.placed()
    interpreters = placed.exclude(interpreter=None).order_by().values("interpreter").distinct().count()
    require(
        len(told) - 1 == 2 * len(placed) + interpreters,
        f"{page.url} tells {len(told) - 1} sides and interpreters of {len(placed)} meetings",
    )
    require(not Meeting.objects.exists(), "the check page has booked meetings")
    return f"{len(told) - 1} sides and interpreters will be told"


def publish(office: Office) -> str:
    """Staff publish; every placed request is a meeting, both sides see it."""
    office.staff.post(office.staff.get(path("meetings:publish", pk=office.round.pk)))
    meetings = Meeting.objects.filter(round=office.round)
    placed = timetable(office).placements.placed().count()
    require(meetings.count() == placed, f"{meetings.count()} meetings for {placed} placements")
    for pair in booked(office):
        for browser in (pair.firm, pair.startup):
            page = browser.get(path("meetings:detail", pk=pair.request.pk))
            require(
                f"/meetings/{pair.request.pk}/invitation.ics" in page.text,
                f"{page.url} offers no calendar entry",
            )
    return f"{placed} meetings booked"


def booked(office: Office) -> list[Pair]:
    return [pair for pair in office.pairs if Meeting.objects.filter(request=pair.request).exists()]


def invitations(office: Office) -> str:
    """Both sides fetch the calendar entry: one event with one UID, at the time that was booked."""
    for pair in booked(office):
        meeting = Meeting.objects.get(request=pair.request)
        events = [invitation(browser, meeting) for browser in (pair.firm, pair.startup)]
        require(events[0]["UID"] == events[1]["UID"], "the sides' entries have different UIDs")
        require(
            all(event.start == meeting.period.lower for event in events),
            "an entry has another time than the meeting",
        )
    return f"{2 * len(booked(office))} calendar entries fetched"


def invitation(browser: Browser, meeting: Meeting) -> icalendar.Event:
    page = browser.get(path("meetings:ics", pk=meeting.request_id))
    require("text/calendar" in page.kind, f"{page.url} is {page.kind}")
    (event,) = icalendar.Calendar.from_ical(page.body).events
    return event
