"""The address by which a meeting is joined on line: from the round's form to everybody's calendar, changed later."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions
from meetings.enums import Lack, RequestStatus
from meetings.models import Meeting, Round
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import (
    LANGUAGES,
    SignIn,
    answers,
    links,
    only,
    path,
    queries,
    said,
    source,
    told,
    words,
)
from tests.meetings.test_bookings import booked, invitations
from tests.meetings.test_round_fields import ROUND
from tests.told import read

pytestmark = pytest.mark.django_db
ONE, TWO = "https://video.example/1", "https://video.example/2"
LONG = "https://teams.example/l/meetup-join/" + "a" * 400
BEFORE = stories.at(0, day=1)
PAIR = ["company-member", "company-owner", "startup-member", "startup-owner"]


def invited(file: bytes) -> str:
    return file.decode().replace("\r\n ", "")


def test_the_address_of_a_room_reaches_page_calendar_and_brief(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.officer)
    client.post(path("round_new"), {**ROUND, "room_names": f"Online 1 {ONE}"})
    round_ = Round.objects.get()
    assert [(room.name, room.link) for room in round_.rooms.all()] == [("Online 1", ONE)]
    edit = path("round_edit", pk=round_.pk)
    assert client.get(edit).context["form"]["room_names"].value() == f"Online 1 {ONE}"
    typed = f"Online 1 {TWO}\nHall\nOnline 2 http://video.example/3"
    refused = client.post(edit, {**ROUND, "room_names": typed})
    assert refused.context["form"].errors["room_names"] == [
        "Line 3: Enter an address that begins with https://."
    ]
    assert refused.context["form"]["room_names"].value() == typed
    client.post(edit, {**ROUND, "room_names": f"Online 1 {LONG}"})
    assert round_.rooms.get().link == LONG

    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    actions.collect(round_, [request], by=cast.officer)
    [meeting] = stories.published(round_, cast.officer)
    assert meeting.video_link == LONG
    reader = as_user(cast.startup_owner)
    assert LONG in links(reader.get(path("detail", pk=request.pk)))
    assert LONG in invited(reader.get(path("ics", pk=request.pk)).content)
    brief = reader.get(path("brief", pk=request.pk))
    assert (LONG in words(brief), LONG in links(brief)) == (True, True)
    assert "Meetings without an address" not in words(client.get(path("round", pk=round_.pk)))


def test_without_rooms_everybody_meets_by_addresses_of_their_own(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.officer)
    client.post(path("round_new"), {**ROUND, "room_names": ""})
    round_ = Round.objects.get()
    actions.collect(round_, stories.pairs(2, cast.officer), by=cast.officer)
    meetings = stories.published(round_, cast.officer)
    assert {each.room for each in meetings} == {None}
    page = client.get(path("round", pk=round_.pk))
    wanted = {path("link", pk=each.request_id) + "?from=round" for each in meetings}
    assert wanted <= links(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_add_the_addresses_of_a_published_round_one_after_the_other(
    cast: Cast, as_user: SignIn, language: str
) -> None:
    [first, second] = stories.published(
        stories.a_round(cast.officer, stories.pairs(2, cast.officer)), cast.officer
    )
    client, page = as_user(cast.officer), path("round", language=language, pk=first.round_id)
    before = client.get(page)
    assert said("Meetings without an address", language) in words(before)
    address = path("link", language=language, pk=first.request_id) + "?from=round"
    assert address in links(before)
    form = client.get(address)
    assert said("Save and tell both sides", language) in words(form)
    assert page in links(form)
    for bad in ("", "http://video.example/1", "video", "https://video.example/" + "a" * 1000):
        answer = client.post(address, {"link": bad})
        assert (bad, list(answer.context["form"].errors), answer.context["form"]["link"].value()) == (
            bad, ["link"], bad,
        )  # fmt: skip
        assert 'href="#id_link' in source(answer)
    answer = client.post(address, {"link": ONE}, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert said("The address is saved, and everybody who takes part has been told.", language) in words(
        answer
    )
    rest = {path("link", language=language, pk=each.request_id) + "?from=round" for each in (first, second)}
    assert links(answer) & rest == {path("link", language=language, pk=second.request_id) + "?from=round"}
    again = client.post(address, {"link": ONE}, follow=True)
    assert said("That is the address it has already. Nothing has been changed.", language) in words(again)
    assert (
        Notice.objects.filter(event=Event.MEETING_LINKED).count() == 1
    )  # the startup has one member, the firm none


def test_the_pages_ask_the_same_however_many_lack_an_address(cast: Cast, as_user: SignIn) -> None:
    round_ = stories.a_round(cast.officer, stories.pairs(3, cast.officer))
    meetings = stories.published(round_, cast.officer)
    client, page = as_user(cast.officer), path("round", pk=round_.pk)
    three = queries(client, page)
    Meeting.objects.filter(pk__in=[each.pk for each in meetings[1:]]).update(link=ONE)
    assert queries(client, page) == three
    Meeting.objects.update(link=ONE)
    assert "Meetings without an address" not in words(client.get(page))


@pytest.mark.django_db(transaction=True)
def test_a_changed_address_changes_the_entry_of_all_and_nobody_confirms_again(cast: Cast) -> None:
    meeting = booked(cast)
    for side, by in (("company", cast.company_owner), ("startup", cast.startup_owner)):
        actions.confirm(meeting, side, sequence=0, by=by, now=BEFORE)
    first = invitations()
    Notice.objects.all().delete()
    assert actions.set_link(meeting, TWO, by=cast.officer, now=BEFORE)
    second = invitations()
    assert (set(second) == set(first), len(second)) == (True, len(first))
    for address, (part, calendar) in second.items():
        (event,), (before,) = calendar.walk("VEVENT"), first[address][1].walk("VEVENT")
        assert (part.get_param("method"), event["UID"]) == ("REQUEST", before["UID"])
        assert (before["SEQUENCE"], event["SEQUENCE"], str(event["LOCATION"])) == (0, 1, TWO)
        assert event["DTSTART"] == before["DTSTART"]
    meeting = Meeting.objects.select_related("request").get()
    assert (meeting.request.status, meeting.confirmations.count()) == (RequestStatus.CONFIRMED, 2)
    assert set(told(*Event)) == {Event.MEETING_LINKED}
    assert set(told(*Event)[Event.MEETING_LINKED]) >= set(PAIR)
    for notice in Notice.objects.filter(recipient__in=[cast.company_owner, cast.startup_owner]):
        assert "Address of the video meeting of " in read(notice)
    deed = AuditEvent.objects.get(action="meeting.linked")
    assert (deed.actor_label, TWO in f"{deed.detail}") == ("officer", False)
    assert not actions.set_link(meeting, TWO, by=cast.officer, now=BEFORE)
    assert (Meeting.objects.get().sequence, AuditEvent.objects.filter(action="meeting.linked").count()) == (
        1,
        1,
    )


def test_an_address_is_added_until_the_meeting_is_over_and_never_to_a_cancelled_one(cast: Cast) -> None:
    meeting = booked(cast)
    assert actions.set_link(meeting, ONE, by=cast.officer, now=meeting.ends_at - timedelta(seconds=1))
    with pytest.raises(TransitionNotAllowed):
        actions.set_link(meeting, TWO, by=cast.officer, now=meeting.ends_at)
    actions.cancel(meeting, reason="Ill", by=cast.officer)
    with pytest.raises(TransitionNotAllowed):
        actions.set_link(meeting, TWO, by=cast.officer, now=BEFORE)
    assert Meeting.objects.get().link == ONE


def test_only_staff_have_the_page_and_its_link(cast: Cast, as_user: SignIn) -> None:
    meeting = booked(cast)
    address = path("link", pk=meeting.request_id)
    assert answers(cast, as_user, address) == only("officer", "administrator")
    detail = path("detail", pk=meeting.request_id)
    people: list[User] = [cast.officer, cast.company_owner, cast.startup_owner]
    assert [address in links(as_user(each).get(detail)) for each in people] == [True, False, False]
    assert "Add the address of the video meeting" in words(as_user(cast.officer).get(detail))
    answer = as_user(cast.officer).post(address, {"link": ONE}, follow=True)
    assert answer.redirect_chain == [(detail, 302)]
    assert "Change the address of the video meeting" in words(answer)
    assert ONE in links(answer)
    actions.cancel(meeting, reason="Ill", by=cast.officer)
    assert as_user(cast.officer).get(address).status_code == 409
    assert address not in links(as_user(cast.officer).get(detail))
    waiting = stories.agreed(stories.match_of(cast.company, factories.StartupFactory()), cast.company_owner)
    assert as_user(cast.officer).get(path("link", pk=waiting.pk)).status_code == 409


def test_a_move_keeps_the_meetings_own_address_and_leaves_that_of_the_room(
    cast: Cast, as_user: SignIn
) -> None:
    meeting = booked(cast)
    client, start = as_user(cast.officer), {"start": stories.at(6).isoformat()}
    actions.set_link(meeting, ONE, by=cast.officer, now=BEFORE)
    assert client.get(path("book", pk=meeting.request_id), start).context["form"]["link"].value() == ONE
    room = stories.a_round(cast.officer, room_links={"Online 1": TWO}).rooms.get(name="Online 1")
    Meeting.objects.update(room=room, link="")
    assert Meeting.objects.get().video_link == TWO
    page = client.get(path("book", pk=meeting.request_id), start)
    assert not page.context["form"]["link"].value()
    assert "The meeting leaves its room, and with it the address of the room." in words(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_nobody_could_join_waits_for_the_office_on_its_first_page(
    cast: Cast, as_user: SignIn, language: str
) -> None:
    meeting = booked(cast)
    address = path("requests", language=language) + f"?lacks={Lack.ADDRESS}"
    client = as_user(cast.officer)

    def waiting() -> tuple[int, list[int]]:
        rows = {row.url: row.count for row in client.get(f"/{language}/").context["office_rows"]}
        found = [each["request"].pk for each in client.get(address).context["rows"]]
        return rows[address], found

    assert waiting() == (1, [meeting.request_id])
    room = stories.a_round(cast.officer, room_links={"Online 1": TWO}).rooms.get(name="Online 1")
    Meeting.objects.update(room=room)
    assert waiting() == (0, [])
    Meeting.objects.update(room=None)
    assert waiting() == (1, [meeting.request_id])
    actions.set_link(meeting, ONE, by=cast.officer, now=BEFORE)
    assert waiting() == (0, [])


def test_past_and_cancelled_meetings_lack_nothing(cast: Cast) -> None:
    meeting = booked(cast)
    assert list(Meeting.objects.without_address(BEFORE)) == [meeting]
    assert not Meeting.objects.without_address(meeting.starts_at)
    actions.cancel(meeting, reason="Ill", by=cast.officer)
    assert not Meeting.objects.without_address(timezone.now())


def test_another_address_at_the_same_time_leaves_room_and_confirmations(cast: Cast) -> None:
    meeting = booked(cast)
    room = stories.a_round(cast.officer).rooms.first()
    Meeting.objects.update(room=room, link=ONE)
    actions.confirm(meeting, "company", sequence=0, by=cast.company_owner, now=BEFORE)
    Notice.objects.all().delete()
    actions.reschedule(meeting, meeting.starts_at, reason="", by=cast.officer, link=TWO, now=BEFORE)
    after = Meeting.objects.get()
    assert (after.link, after.room, after.sequence, after.confirmations.count()) == (TWO, room, 1, 1)
    assert list(told(Event.MEETING_LINKED, Event.MEETING_CHANGED, Event.MEETING_MOVED)) == ["meeting_linked"]
    actions.reschedule(after, after.starts_at, reason="", by=cast.officer, now=BEFORE)
    assert Meeting.objects.get().sequence == 1


def test_an_edit_that_says_nothing_of_addresses_leaves_them(cast: Cast) -> None:
    round_ = stories.a_round(cast.officer, room_links={"Online 1": ONE})
    names = [room.name for room in round_.rooms.all()]
    for links_, kept in ((None, ONE), ({"Online 1": TWO}, TWO), ({}, "")):
        actions.edit_round(round_, by=cast.officer, rooms=names, interpreters=[], room_links=links_)
        assert round_.rooms.get(name="Online 1").link == kept
