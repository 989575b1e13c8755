"""Staff put another officer into a booked meeting: who is free, who is told, what stays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from accounts import actions as people
from accounts.models import User
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions
from meetings.actions.bookings import book
from meetings.actions.seats import Slot
from meetings.enums import Lack, SeatStatus
from meetings.models import BookingSeat, Meeting, Round
from meetings.officers import candidates
from tests import factories
from tests.accounts.racing import overtaken
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import (
    LANGUAGES,
    SignIn,
    answers,
    links,
    only,
    path,
    plain,
    queries,
    said,
    told,
    words,
)
from tests.meetings.test_bookings import _race, booked, invitations
from tests.meetings.test_officers_are_told import EARLY, events_of, file_for, sat_in
from tests.told import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(db: None) -> User:
    return factories.OfficerFactory(name="colleague", email="colleague@office.example")


@pytest.fixture
def third(db: None) -> User:
    return factories.OfficerFactory(name="third", email="third@office.example")


@pytest.fixture
def meeting(cast: Cast, colleague: User) -> Meeting:
    """Of a round, with the colleague; whatever was told of it is gone."""
    made = sat_in(cast, colleague)
    Notice.objects.all().delete()
    return made


def taken(officer: User, start: datetime, minutes: int = 30) -> Meeting:
    """Another meeting in which the officer sits."""
    [request] = stories.pairs(1, officer, minutes=minutes)
    slot = Slot(request, start, start + timedelta(minutes=minutes), officer_id=officer.pk)
    [made] = book([slot], now=EARLY, by=officer)
    Meeting.objects.filter(pk=made.pk).update(officer=officer)
    return made


def seat_of(meeting: Meeting, officer: User) -> str:
    return BookingSeat.objects.get(meeting=meeting, resource__officer=officer).status


def again(meeting: Meeting) -> Meeting:
    return Meeting.objects.get(pk=meeting.pk)


@pytest.mark.django_db(transaction=True)
def test_who_comes_and_who_goes_are_told_with_a_file_and_nothing_else_changes(
    cast: Cast, meeting: Meeting, colleague: User, third: User
) -> None:
    invitations()
    actions.confirm(meeting, "company", sequence=0, by=cast.company_owner, now=EARLY)
    before = again(meeting)
    assert actions.seat_officer(meeting, third, by=cast.officer, now=EARLY) is True
    after = again(meeting)
    assert (after.officer, after.sequence) == (third, 1)
    stays = ("period", "room_id", "interpreter_id", "link", "timed_at", "round_id", "status")
    assert [getattr(after, each) for each in stays] == [getattr(before, each) for each in stays]
    assert after.confirmations.count() == 1
    assert (seat_of(meeting, colleague), seat_of(meeting, third)) == (
        SeatStatus.RELEASED,
        SeatStatus.CONFIRMED,
    )
    deed = AuditEvent.objects.get(action="meeting.officer_changed")
    assert (deed.actor_id, deed.detail["before"], deed.detail["after"]) == (
        cast.officer.pk,
        colleague.pk,
        third.pk,
    )
    files = invitations()
    assert set(files) == {colleague.email, third.email}
    assert file_for(files, colleague) == ("CANCEL", 1, "CANCELLED")
    assert file_for(files, third) == ("REQUEST", 1, "CONFIRMED")
    assert told(*Event) == {
        Event.MEETING_NOT_SAT_IN: ["colleague"],
        Event.MEETING_SAT_IN: ["third"],
    }
    assert "It takes place without you: " in read(Notice.objects.get(recipient=colleague))
    # A calendar takes an entry up again only with a higher number than that of its end.
    actions.seat_officer(meeting, colleague, by=cast.officer, now=EARLY)
    assert file_for(invitations(), colleague) == ("REQUEST", 2, "CONFIRMED")
    assert seat_of(meeting, colleague) == SeatStatus.CONFIRMED


def test_nobody_may_sit_in_and_the_list_of_what_lacks_shows_it(
    cast: Cast, as_user: SignIn, meeting: Meeting, colleague: User
) -> None:
    assert actions.seat_officer(meeting, None, by=cast.officer, now=EARLY) is True
    assert (again(meeting).officer, seat_of(meeting, colleague)) == (None, SeatStatus.RELEASED)
    assert events_of(colleague) == [Event.MEETING_NOT_SAT_IN]
    client = as_user(cast.officer)
    rows = client.get(path("requests") + f"?lacks={Lack.OFFICER}").context["rows"]
    assert [each["request"].pk for each in rows] == [meeting.request_id]


def test_nothing_is_written_where_nothing_changes(cast: Cast, meeting: Meeting, colleague: User) -> None:
    count = AuditEvent.objects.count()
    assert actions.seat_officer(meeting, colleague, by=cast.officer, now=EARLY) is False
    actions.seat_officer(meeting, None, by=cast.officer, now=EARLY)
    assert actions.seat_officer(meeting, None, by=cast.officer, now=EARLY) is False
    assert (again(meeting).sequence, AuditEvent.objects.count()) == (1, count + 1)
    assert not Notice.objects.filter(event=Event.MEETING_SAT_IN).exists()


@pytest.mark.parametrize(
    ("minutes", "free"), [(-30, False), (-46, True), (-44, False), (60, True), (59, False), (10, False)]
)
def test_whoever_sits_elsewhere_then_or_without_a_pause_is_refused(
    cast: Cast, meeting: Meeting, colleague: User, third: User, minutes: int, free: bool
) -> None:
    """The meeting lasts 45 minutes, the other one 30, with a quarter of an hour between them."""
    taken(third, meeting.starts_at + timedelta(minutes=minutes))
    Notice.objects.all().delete()
    [found] = [each for each in candidates(meeting) if each.officer == third]
    assert (found.clash is None, found.meetings) == (free, 1)
    if free:
        assert actions.seat_officer(meeting, third, by=cast.officer, now=EARLY) is True
        return
    with pytest.raises(actions.DoubleBooking):
        actions.seat_officer(meeting, third, by=cast.officer, now=EARLY)
    after = again(meeting)
    assert (after.officer, after.sequence, Notice.objects.count()) == (colleague, 0, 0)
    assert seat_of(meeting, colleague) == SeatStatus.CONFIRMED


@pytest.mark.django_db(transaction=True)
def test_of_two_meetings_at_one_time_that_want_the_same_officer_one_gets_them(
    cast: Cast, third: User
) -> None:
    both = [
        actions.book_free_time(each, stories.at(4), by=cast.officer, now=EARLY)
        for each in stories.pairs(2, cast.officer)
    ]
    outcome = _race(
        [lambda each=each: actions.seat_officer(each, third, by=cast.officer, now=EARLY) for each in both]
    )
    assert outcome == ["DoubleBooking", "done"]
    assert Meeting.objects.filter(officer=third).count() == 1
    assert BookingSeat.objects.blocking().filter(resource__officer=third).count() == 1


@pytest.mark.django_db(transaction=True)
def test_whoever_leaves_the_office_meanwhile_does_not_sit_in(
    cast: Cast, meeting: Meeting, colleague: User, third: User
) -> None:
    with pytest.raises(actions.NoOfficer):
        overtaken(
            lambda: actions.seat_officer(meeting, third, by=cast.officer, now=EARLY),
            User.objects.filter(pk=third.pk),
            lambda: people.end_staff_access(third, by=cast.administrator),
        )
    assert again(meeting).officer == colleague


@pytest.mark.parametrize("who", ["expert", "company_owner"])
def test_only_officers_sit_in(cast: Cast, meeting: Meeting, who: str) -> None:
    with pytest.raises(actions.NoOfficer):
        actions.seat_officer(meeting, getattr(cast, who), by=cast.officer, now=EARLY)


@pytest.mark.parametrize("why", ["over", "cancelled", "none attends"])
def test_it_is_refused_where_nobody_could_sit_in(
    cast: Cast, as_user: SignIn, meeting: Meeting, third: User, why: str
) -> None:
    now = meeting.ends_at if why == "over" else EARLY
    if why == "cancelled":
        actions.cancel(meeting, reason="Ill", by=cast.officer, now=EARLY)
    if why == "none attends":
        Round.objects.update(officer_attends=False)
        meeting.round.refresh_from_db()
    with pytest.raises(TransitionNotAllowed):
        actions.seat_officer(meeting, third, by=cast.officer, now=now)
    address = path("officer", pk=meeting.request_id)
    with time_machine.travel(now, tick=False):
        client = as_user(cast.officer)
        assert client.get(address).status_code == 409
        assert address not in links(client.get(path("detail", pk=meeting.request_id)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_choose_among_those_who_are_free_check_and_save(
    cast: Cast, as_user: SignIn, meeting: Meeting, third: User, language: str
) -> None:
    other = taken(cast.administrator, meeting.starts_at)
    client, pk = as_user(cast.officer), meeting.request_id
    address, check = (path(name, language=language, pk=pk) for name in ("officer", "officer_check"))
    assert address in links(client.get(path("detail", language=language, pk=pk)))
    page = client.get(address)
    shown = words(page)
    assert said("%(name)s (sits in now)", language) % {"name": "colleague"} in shown
    assert said("%(name)s (no other meeting that day)", language) % {"name": "third"} in shown
    offered = dict(page.context["form"].fields["officer"].widget.choices)
    assert list(offered) == [str(meeting.officer_id), str(cast.officer.pk), str(third.pk), "nobody"]
    [busy] = page.context["busy"]
    assert busy["label"] == "administrator"
    assert str(other.request.startup.name) in busy["value"]
    checked = client.get(check, {"officer": third.pk})
    assert said("Nothing has been sent yet.", language) in words(checked)
    assert said("Joins the officers of the round", language) in words(checked)
    assert again(meeting).sequence == 0
    saved = client.post(check, {"officer": third.pk}, follow=True)
    assert saved.redirect_chain == [(path("detail", language=language, pk=pk), 302)]
    assert again(meeting).officer == third
    label = said("From the programme office", language)
    side = words(as_user(cast.company_owner).get(path("detail", language=language, pk=pk)))
    assert (f"{label} third" in side, "colleague" in side) == (True, False)
    for method in (client.get, client.post):
        same = method(check, {"officer": third.pk}, follow=True)
        assert said("That is who sits in already. Nothing has been changed.", language) in words(same)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_was_booked_meanwhile_is_refused_with_where_they_are(
    cast: Cast, as_user: SignIn, meeting: Meeting, third: User, language: str
) -> None:
    other = taken(third, meeting.starts_at)
    client = as_user(cast.officer)
    check = path("officer_check", language=language, pk=meeting.request_id)
    for method, code in ((client.get, 200), (client.post, 409)):
        answer = method(check, {"officer": third.pk})
        [error] = answer.context["form"].errors["officer"]
        assert (answer.status_code, "third" in error) == (code, True)
        assert str(other.request.startup.name) in error
        assert plain(error) in words(answer)
    for wrong in ("", "0", str(cast.expert.pk)):
        assert list(client.get(check, {"officer": wrong}).context["form"].errors) == ["officer"]
    assert again(meeting).sequence == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nobody_is_free_the_page_says_so_and_leads_to_another_time(
    cast: Cast, as_user: SignIn, meeting: Meeting, colleague: User, language: str
) -> None:
    actions.seat_officer(meeting, None, by=cast.officer, now=EARLY)
    for each in (cast.officer, cast.administrator, colleague):
        taken(each, meeting.starts_at)
    page = as_user(cast.officer).get(path("officer", language=language, pk=meeting.request_id))
    assert said("Nobody else of the programme office is free at this time.", language) in words(page)
    found = links(page)
    assert path("times", language=language, pk=meeting.request_id) in found
    assert path("officer_check", language=language, pk=meeting.request_id) not in found


def test_only_staff_have_the_pages(cast: Cast, as_user: SignIn, meeting: Meeting) -> None:
    for name in ("officer", "officer_check"):
        address = path(name, pk=meeting.request_id)
        assert answers(cast, as_user, address) == only("officer", "administrator")
        assert address not in links(as_user(cast.company_owner).get(path("detail", pk=meeting.request_id)))


def test_the_page_needs_as_many_queries_for_three_as_for_one(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    found = []
    for number in (1, 3):
        for _each in range(number):
            factories.OfficerFactory()
            taken(factories.OfficerFactory(), meeting.starts_at)
        found.append(queries(as_user(cast.officer), path("officer", pk=meeting.request_id)))
    assert found == [8, 8]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_of_an_officer_who_left_leads_to_what_lacks_one_now(
    cast: Cast, as_user: SignIn, meeting: Meeting, colleague: User, language: str
) -> None:
    User.objects.update(language=language)
    people.end_staff_access(colleague, by=cast.administrator)
    notice = Notice.objects.get(event=Event.OFFICER_GONE, recipient=cast.officer)
    client = as_user(cast.officer)
    with translation.override(language):
        led = client.post(reverse("core:notice_open", args=[notice.pk]))
    assert led["Location"] == path("requests", language=language) + "?lacks=officer"
    rows = client.get(led["Location"]).context["rows"]
    assert [each["request"].pk for each in rows] == [meeting.request_id]
    detail = path("detail", language=language, pk=meeting.request_id)
    lacking = said("The round lets an officer attend each meeting, and nobody sits in at this one.", language)
    pages = [words(as_user(each).get(detail)) for each in (cast.officer, cast.company_owner)]
    assert [lacking in each for each in pages] == [True, False]


def test_a_repair_keeps_whoever_came_from_outside_and_an_older_one_is_outdated(
    cast: Cast, meeting: Meeting, third: User
) -> None:
    older = stories.repaired(meeting.round, cast.officer)
    actions.seat_officer(meeting, third, by=cast.officer, now=EARLY)
    with pytest.raises(actions.RepairOutdated):
        actions.apply_repair(older, by=cast.officer, now=EARLY)
    assert stories.repaired(meeting.round, cast.officer).placements.get().officer == third


def test_outside_a_round_whoever_cannot_come_at_the_new_time_is_told(cast: Cast, third: User) -> None:
    meeting = booked(cast)
    actions.seat_officer(meeting, third, by=cast.officer, now=EARLY)
    actions.reschedule(meeting, stories.at(5, day=3), reason="A visit", by=cast.officer, now=EARLY)
    assert again(meeting).officer == third
    taken(third, stories.at(7, day=3))
    Notice.objects.all().delete()
    actions.reschedule(meeting, stories.at(7, day=3), reason="A visit", by=cast.officer, now=EARLY)
    assert (again(meeting).officer, events_of(third)) == (None, [Event.MEETING_NOT_SAT_IN])
