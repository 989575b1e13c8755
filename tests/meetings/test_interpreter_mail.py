"""Interpreters have no account: who has given an address gets one mail with all their meetings and a file."""

from __future__ import annotations

from datetime import timedelta

import pytest
from icalendar import Calendar
from post_office.models import Email

from matchmaking.core.models import AuditEvent
from matchmaking.matches.enums import Side
from meetings import actions
from meetings.actions import Terms
from meetings.interpreter_mail import mail_interpreters
from meetings.models import Interpreter, Meeting, Round
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, path, said, table, words
from tests.meetings.stories import repaired
from tests.meetings.test_repairs import closes, published

pytestmark = pytest.mark.django_db


def with_address(language: str = "en", **more: object) -> Interpreter:
    return stories.interpreter("en", email="yumi@interpreters.example", mail_language=language, **more)


def mails(to: str = "yumi@interpreters.example") -> list[Email]:
    return list(Email.objects.filter(to=[to]).order_by("pk"))


def entries(mail: Email) -> dict[str, tuple[str, int]]:
    """Status and number of each entry in the file, by identity."""
    (file,) = mail.attachments.all()
    with file.file.open() as content:
        calendar = Calendar.from_ical(content.read())
    assert (file.name, str(calendar["method"])) == ("meetings.ics", "PUBLISH")
    return {
        str(each["uid"]): (str(each["status"]), int(each["sequence"])) for each in calendar.walk("VEVENT")
    }


def uid(meeting: Meeting) -> str:
    return f"{meeting.uid}@portal"


@pytest.mark.parametrize("language", LANGUAGES)
def test_publishing_sends_one_mail_with_every_meeting_in_their_language(language: str, cast: Cast) -> None:
    who = with_address(language)
    round_ = stories.a_round(
        cast.officer, stories.pairs(3, cast.officer, interpreter_wanted=True), interpreters=[who]
    )
    meetings = stories.published(round_, cast.officer)
    (mail,) = mails()
    assert entries(mail) == {uid(each): ("CONFIRMED", 0) for each in meetings}
    assert said("Your meetings as an interpreter: %(count)s", language) % {"count": 3} == mail.subject
    for each in meetings:
        name = each.request.startup.name_en if language == "en" else str(each.request.startup)
        assert name in mail.message
    assert "Mon 2 June 2031, 10:00–10:45 (Japan time)" in mail.message or language == "ja"


def test_without_an_address_there_is_no_mail_and_staff_read_so_before(cast: Cast, as_user: SignIn) -> None:
    who = stories.interpreter("en")
    round_ = stories.a_round(
        cast.officer, stories.pairs(1, cast.officer, interpreter_wanted=True), interpreters=[who]
    )
    timetable = stories.placed(round_, cast.officer)
    page = as_user(cast.officer).get(path("publish", pk=round_.pk))
    (row,) = [each for each in table(page) if each[0] == "Interpreter"]
    assert (who.name in row[1], "No address, so no mail" in row[1]) == (True, True)
    before = Email.objects.count()
    actions.publish(timetable, by=cast.officer)
    assert {each.to[0] for each in Email.objects.all()[before:]} & {"", who.name} == set()


def test_a_meeting_that_moves_or_is_cancelled_changes_their_calendar(cast: Cast) -> None:
    who = with_address()
    _round, (first, second) = published(cast, 2, interpreter_wanted=True, interpreters=[who])
    actions.reschedule(first, first.starts_at + timedelta(days=1), reason="Asked for it", by=cast.officer)
    assert entries(mails()[-1]) == {uid(first): ("CONFIRMED", 1), uid(second): ("CONFIRMED", 0)}
    actions.cancel(second, reason="Ill", by=cast.officer)
    assert entries(mails()[-1]) == {uid(first): ("CONFIRMED", 1), uid(second): ("CANCELLED", 1)}
    assert "These are yours no longer:" in mails()[-1].message
    assert len(mails()) == 3


def test_a_repair_sends_one_mail_to_whoever_it_concerns(cast: Cast) -> None:
    """One leaves the programme, another takes over; both read it once, whatever moves."""
    leaving, staying = with_address(), stories.interpreter("en", email="ken@interpreters.example")
    round_, meetings = published(
        cast, 3, interpreter_wanted=True, interpreters=[leaving, staying], rooms=["Online 1"]
    )
    theirs = [each for each in meetings if each.interpreter_id == leaving.pk]
    closes(meetings[0])
    actions.change_interpreter(leaving, by=cast.officer, is_active=False)
    repair = repaired(round_, cast.officer)
    before = len(mails()), len(mails(staying.email))
    actions.apply_repair(repair, by=cast.officer)
    assert (len(mails()) - before[0], len(mails(staying.email)) - before[1]) == (bool(theirs), 1)
    statuses = {status for status, _number in entries(mails()[-1]).values()}
    assert statuses == {"CANCELLED"}
    assert {uid(each) for each in meetings} >= set(entries(mails(staying.email)[-1]))


def test_an_address_is_no_reason_to_place_anew(cast: Cast) -> None:
    who = stories.interpreter("en")
    round_ = stories.a_round(cast.officer, interpreters=[who])
    actions.change_interpreter(who, by=cast.officer, email="yumi@interpreters.example", mail_language="ja")
    assert Round.objects.get(pk=round_.pk).changed_at is None
    assert AuditEvent.objects.get(action="interpreter.changed").detail["fields"] == ["email"]


def test_the_list_shows_whose_meetings_no_longer_fit_and_the_office_is_told_on_its_first_page(
    cast: Cast, as_user: SignIn
) -> None:
    who, other = with_address(), stories.interpreter("vi")
    round_, _meetings = published(cast, 2, interpreter_wanted=True, interpreters=[who])
    client = as_user(cast.officer)
    assert "no longer fits" not in words(client.get(path("interpreters")))
    Interpreter.objects.filter(pk=who.pk).update(languages=["vi"])
    page = client.get(path("interpreters"))
    assert "2 booked meetings no longer fit their interpreters." in words(page)
    assert dict(page.context["rows"]) == {who: 2, other: 0}
    assert dict(client.get(path("interpreters") + "?unfit=on").context["rows"]) == {who: 2}
    board = words(client.get(path("round", pk=round_.pk)))
    assert "2 meetings have an interpreter who no longer fits." in board
    assert "Meetings whose interpreter no longer fits" in client.get("/en/", follow=True).content.decode()


EARLY = stories.at(0, day=1)


def test_of_two_who_change_places_each_reads_what_is_theirs_now(cast: Cast) -> None:
    """One entry a meeting: cancelled in the file of the one, confirmed in that of the other, with the same number."""
    leaving = with_address()
    round_, (meeting,) = published(cast, 1, interpreter_wanted=True, interpreters=[leaving])
    coming = stories.interpreter("en", email="ken@interpreters.example")
    rooms = [room.name for room in round_.rooms.all()]
    actions.edit_round(round_, by=cast.officer, rooms=rooms, interpreters=[leaving, coming])
    actions.change_interpreter(leaving, by=cast.officer, is_active=False)
    actions.apply_repair(repaired(round_, cast.officer), by=cast.officer)
    meeting.refresh_from_db()
    assert meeting.interpreter == coming
    assert entries(mails()[-1]) == {uid(meeting): ("CANCELLED", meeting.sequence)}
    assert entries(mails(coming.email)[-1]) == {uid(meeting): ("CONFIRMED", meeting.sequence)}
    assert "You interpret at no meeting at present." in mails()[-1].message
    assert "These are yours no longer:" not in mails(coming.email)[-1].message


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_change_of_room_or_link_is_in_the_next_file_and_says_where(language: str, cast: Cast) -> None:
    who = with_address(language)
    round_, (meeting,) = published(cast, 1, interpreter_wanted=True, interpreters=[who])
    actions.set_link(meeting, "https://video.example/meet", by=cast.officer, now=EARLY)
    mail_interpreters([Meeting.objects.get(pk=meeting.pk)], now=EARLY)
    assert "https://video.example/meet" in mails()[-1].message
    (file,) = mails()[-1].attachments.all()
    with file.file.open() as content:
        (event,) = Calendar.from_ical(content.read()).walk("VEVENT")
    assert (str(event["LOCATION"]), event["SEQUENCE"]) == ("https://video.example/meet", 1)
    assert round_.name not in str(event["SUMMARY"])


def test_a_meeting_that_is_over_is_in_no_later_mail(cast: Cast) -> None:
    who = with_address()
    _round, (first, second) = published(cast, 2, interpreter_wanted=True, interpreters=[who])
    later = max(first, second, key=lambda each: each.starts_at)
    earlier = first if later is second else second
    mail_interpreters([later], now=earlier.starts_at + timedelta(minutes=1))
    assert set(entries(mails()[-1])) == {uid(later)}


def test_when_the_two_agree_to_do_without_the_meeting_leaves_the_calendar(cast: Cast) -> None:
    who = with_address()
    match = stories.match_of(cast.company, cast.startup)
    made = stories.agreed(match, cast.company_owner, interpreter_wanted=True)
    meeting = actions.book_free_time(made, stories.at(4, day=5), by=cast.company_owner, now=EARLY)
    assert meeting.interpreter == who
    assert entries(mails()[-1]) == {uid(meeting): ("CONFIRMED", 0)}
    alone = Terms(45, "en", interpreter_wanted=False)
    actions.propose(made, Side.STARTUP, alone, by=cast.startup_owner, now=EARLY)
    actions.agree_to_change(made, Side.COMPANY, by=cast.company_owner, now=EARLY)
    assert {status for status, _number in entries(mails()[-1]).values()} == {"CANCELLED"}
    assert Meeting.objects.get(pk=meeting.pk).interpreter is None


def test_nobodys_address_and_no_attendee_stands_in_the_file(cast: Cast) -> None:
    who = with_address()
    made = stories.agreed(
        stories.match_of(cast.company, cast.startup), cast.company_owner, interpreter_wanted=True
    )
    stories.published(stories.a_round(cast.officer, [made], interpreters=[who]), cast.officer)
    (file,) = mails()[-1].attachments.all()
    with file.file.open() as content:
        body = content.read().decode().replace("\r\n ", "")
    people = (cast.company_owner, cast.startup_owner, cast.officer)
    assert [each.email for each in people if each.email in body or each.email in mails()[-1].message] == []
    assert "ATTENDEE" not in body


def test_names_that_try_to_break_out_stay_one_line(cast: Cast) -> None:
    who = with_address()
    startup = cast.startup.organisation
    type(startup).objects.filter(pk=startup.pk).update(name="Evil\r\nBcc: a@b.example", name_en="")
    made = stories.agreed(
        stories.match_of(cast.company, cast.startup), cast.company_owner, interpreter_wanted=True
    )
    stories.published(stories.a_round(cast.officer, [made], interpreters=[who]), cast.officer)
    assert "\n" not in mails()[-1].subject
    (file,) = mails()[-1].attachments.all()
    with file.file.open() as content:
        (event,) = Calendar.from_ical(content.read()).walk("VEVENT")
    assert "\n" not in str(event["SUMMARY"])


def test_a_move_that_keeps_them_is_one_mail(cast: Cast) -> None:
    who, other = with_address(), stories.interpreter("en", email="ken@interpreters.example")
    _round, (meeting, _second) = published(cast, 2, interpreter_wanted=True, interpreters=[who, other])
    theirs = who if meeting.interpreter == who else other
    rest = other if theirs == who else who
    before = len(mails(theirs.email)), len(mails(rest.email))
    actions.reschedule(meeting, meeting.starts_at + timedelta(days=1), reason="Asked for it", by=cast.officer)
    meeting.refresh_from_db()
    after = len(mails(theirs.email)), len(mails(rest.email))
    # One each if somebody else comes now, else one for whoever comes still.
    assert after == (before[0] + 1, before[1] + (meeting.interpreter_id != theirs.pk))
