"""A repair that finds no time for a meeting gives its time up: the request is accepted again and finds another one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.models import User
from matchmaking.core import jobs
from matchmaking.core.facts import Words
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from matchmaking.matches.explaining.story import story_of
from meetings import actions
from meetings.actions import Terms
from meetings.enums import BOOKED_REQUEST, Lead, MeetingStatus, ProposalStatus, RequestStatus, RoundStatus
from meetings.feed import calendar_of
from meetings.models import Closure, ConfirmationTerm, Meeting, MeetingRequest, Placement, Round, Timetable
from meetings.repair import Kind, booked_in
from tests import factories
from tests.accounts.racing import at_once, overtaken, refused
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, in_state, links, path, said, source, told, words
from tests.meetings.stories import repaired
from tests.meetings.test_bookings import invitations
from tests.meetings.test_calendar_files import event_of
from tests.meetings.test_interpreter_mail import entries, mails, uid, with_address
from tests.meetings.test_repairs import closes, confirmed, plan
from tests.told import fact, read

pytestmark = pytest.mark.django_db
TITLE = "The time of this meeting was given up"
EARLY = stories.at(0, day=1) - timedelta(days=7)
CLOSED = Words("会場が使えません。", "The room is closed.")


def given(cast: Cast, number: int = 1, **more: Any) -> tuple[Round, Meeting]:
    """A published round with the cast's pair, and more; the meeting of the cast is confirmed by both sides."""
    fields = {key: more.pop(key) for key in ("interpreters", "officers", "officer_attends") if key in more}
    mine = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner, **more)
    round_ = stories.a_round(cast.officer, [mine, *stories.pairs(number, cast.officer)], **fields)
    stories.published(round_, cast.officer)
    meeting = Meeting.objects.select_related("request").get(request=mine)
    confirmed(meeting, cast.officer)
    return Round.objects.get(pk=round_.pk), meeting


def away(meeting: Meeting) -> None:
    """The startup is closed in the whole week of the round."""
    for day in range(2, 7):
        closes(meeting, date(2031, 6, day))


def back(meeting: Meeting) -> None:
    Closure.objects.filter(organisation=meeting.request.startup).delete()


def lost(cast: Cast, **more: Any) -> tuple[Round, Meeting]:
    """The time of the cast's meeting has been given up by a repair."""
    round_, meeting = given(cast, **more)
    away(meeting)
    repair = repaired(round_, cast.officer)
    assert plan(repair)[meeting.request_id] == Kind.LOST
    Notice.objects.all().delete()
    assert actions.apply_repair(repair, by=cast.officer).given_up == 1
    return round_, Meeting.objects.select_related("request").get(pk=meeting.pk)


def seats(meeting: Meeting) -> set[str]:
    return {str(each.resource) for each in meeting.seats.blocking().select_related("resource")}


def test_the_request_waits_for_another_time_and_nothing_of_the_old_one_is_held(cast: Cast) -> None:
    round_, meeting = lost(cast)
    request = meeting.request
    assert (request.status, request.round, meeting.status) == (
        RequestStatus.ACCEPTED,
        None,
        MeetingStatus.CANCELLED,
    )
    assert list(MeetingRequest.objects.awaiting_round()) == [request]
    assert (seats(meeting), meeting.confirmations.count(), meeting.terms.count()) == (set(), 0, 0)
    assert [each.request_id for each in booked_in(round_)] != [meeting.request_id]
    assert f"No other time was found in {round_.name} (No shared time)." in meeting.cancel_reason
    assert f"{round_.name}の中に、ほかの日時が見つかりませんでした" in meeting.cancel_reason
    event = AuditEvent.objects.filter(action="meetingrequest.accepted").latest("pk")
    assert (event.detail["before"], event.detail["reason"]) == (
        RequestStatus.CONFIRMED,
        meeting.cancel_reason,
    )
    assert event.actor_id == cast.officer.pk


def test_both_sides_and_the_office_are_told_why_each_in_their_own_language(cast: Cast) -> None:
    User.objects.filter(pk=cast.company_owner.pk).update(language="ja")
    round_, _meeting = lost(cast)
    people = ("company-owner", "company-member", "startup-owner", "startup-member", "officer")
    names = sorted([*people, "administrator"])
    # Whoever closes the days for the startup is a member of it, too.
    found = set(told(Event.MEETING_TIME_LOST)[Event.MEETING_TIME_LOST])
    assert set(names) <= found
    assert told(Event.MEETING_CANCELLED, Event.MEETING_MOVED) == {}
    english = Notice.objects.get(event=Event.MEETING_TIME_LOST, recipient=cast.startup_owner)
    assert fact(english, "reason") == f"No other time was found in {round_.name} (No shared time)."
    assert "The request stays accepted: nobody needs to ask again." in read(english)
    japanese = Notice.objects.get(event=Event.MEETING_TIME_LOST, recipient=cast.company_owner)
    assert f"{round_.name}の中に、ほかの日時が見つかりませんでした（共通の空き時間がありません）。" in read(
        japanese
    )
    assert "申込みは承諾済みのまま" in read(japanese)


@pytest.mark.django_db(transaction=True)
def test_calendars_are_told_by_one_entry_that_goes_and_comes_back(cast: Cast) -> None:
    """CANCEL with a rising number for all who take part, then REQUEST of the same entry with a higher one."""
    colleague = factories.OfficerFactory(name="colleague", email="colleague@office.example")
    round_, meeting = given(cast, number=0, officer_attends=True, officers=[colleague])
    sequence = meeting.sequence
    away(meeting)
    repair = repaired(round_, cast.officer)
    invitations()
    actions.apply_repair(repair, by=cast.officer)
    gone = invitations()
    for reader in (cast.company_owner, cast.startup_owner, colleague):
        part, calendar = gone[reader.email]
        (event,) = calendar.walk("VEVENT")
        assert (part.get_param("method"), str(calendar["METHOD"])) == ("CANCEL", "CANCEL")
        assert (str(event["UID"]), event["SEQUENCE"], str(event["STATUS"])) == (
            uid(meeting),
            sequence + 1,
            "CANCELLED",
        )
    assert cast.officer.email not in gone
    back(meeting)
    actions.apply_repair(repaired(round_, cast.officer), by=cast.officer)
    again = invitations()
    for reader in (cast.company_owner, cast.startup_owner, colleague):
        part, calendar = again[reader.email]
        (event,) = calendar.walk("VEVENT")
        assert (part.get_param("method"), str(event["UID"])) == ("REQUEST", uid(meeting))
        assert (event["SEQUENCE"], str(event["STATUS"])) == (sequence + 2, "CONFIRMED")


def test_a_later_repair_places_it_again_and_both_sides_confirm_anew(cast: Cast) -> None:
    round_, meeting = lost(cast)
    back(meeting)
    Notice.objects.all().delete()
    repair = repaired(round_, cast.officer)
    assert plan(repair)[meeting.request_id] == Kind.COMES
    row = repair.placements.get(request=meeting.request)
    done = actions.apply_repair(repair, by=cast.officer)
    assert (done.moved, done.new, done.given_up) == (0, 1, 0)
    again = Meeting.objects.select_related("request").get(request=meeting.request)
    assert (again.pk, again.uid, again.sequence) == (meeting.pk, meeting.uid, meeting.sequence + 1)
    assert (again.status, again.cancel_reason, again.round) == (MeetingStatus.BOOKED, "", round_)
    assert (again.starts_at, again.ends_at, again.room_id) == (row.starts_at, row.ends_at, row.room_id)
    assert (again.request.status, again.request.round) == (RequestStatus.SCHEDULED, round_)
    assert seats(again) == {str(cast.company), str(cast.startup), str(again.room)}
    assert {each.period for each in again.seats.blocking()} == {again.period}
    assert ConfirmationTerm.objects.filter(meeting=again).count() == 2
    confirmed(again, cast.officer)
    assert MeetingRequest.objects.get(pk=again.request_id).status == RequestStatus.CONFIRMED
    assert cast.startup_owner.name in told(Event.MEETING_SCHEDULED)[Event.MEETING_SCHEDULED]


def test_it_can_be_given_up_and_come_back_more_than_once(cast: Cast) -> None:
    round_, meeting = lost(cast)
    for number in (1, 2):
        back(meeting)
        actions.apply_repair(repaired(round_, cast.officer), by=cast.officer)
        away(meeting)
        actions.apply_repair(repaired(round_, cast.officer), by=cast.officer)
        found = Meeting.objects.get(pk=meeting.pk)
        assert (found.status, found.sequence) == (MeetingStatus.CANCELLED, meeting.sequence + 2 * number)
        assert seats(found) == set()


def test_the_two_book_a_time_themselves(cast: Cast) -> None:
    _round, meeting = lost(cast)
    start = stories.at(4, day=10)
    booked = actions.book_free_time(
        meeting.request, start, by=cast.company_owner, link="https://video.example/7", now=EARLY
    )
    found = Meeting.objects.select_related("request").get(request=meeting.request)
    assert (booked.pk, found.pk, found.sequence) == (meeting.pk, meeting.pk, meeting.sequence + 1)
    assert (found.starts_at, found.round, found.room, found.link) == (
        start,
        None,
        None,
        "https://video.example/7",
    )
    assert (found.published_at, found.status) == (EARLY, MeetingStatus.BOOKED)
    # The room of the round is not in it any more.
    assert seats(found) == {str(cast.company), str(cast.startup)}


def test_the_next_round_takes_it(cast: Cast) -> None:
    _round, meeting = lost(cast)
    later = stories.a_round(
        cast.officer, [meeting.request], first_day=date(2031, 6, 9), last_day=date(2031, 6, 13)
    )
    (again,) = stories.published(later, cast.officer)
    assert (again.pk, again.round, again.sequence) == (meeting.pk, later, meeting.sequence + 1)
    assert again.starts_at >= stories.at(0, day=9)
    assert MeetingRequest.objects.get(pk=meeting.request_id).status == RequestStatus.SCHEDULED


def test_one_that_comes_back_and_new_ones_are_booked_together(cast: Cast) -> None:
    """Each with the meeting of its own request, in whatever order."""
    round_, meeting = lost(cast)
    back(meeting)
    new = stories.pairs(2, cast.officer)
    actions.apply_repair(repaired(round_, cast.officer), by=cast.officer)
    for each in (meeting.request, *new):
        found = Meeting.objects.get(request=each)
        assert str(each.startup) in seats(found)
        assert {one.period for one in found.seats.blocking()} == {found.period}
    assert Meeting.objects.filter(status=MeetingStatus.BOOKED).count() == 4


def test_the_seats_of_the_old_time_are_free_for_others(cast: Cast) -> None:
    _round, meeting = lost(cast)
    match = stories.match_of(cast.company, factories.StartupFactory())
    other = stories.agreed(match, cast.company_owner)
    actions.book_free_time(other, meeting.starts_at, by=cast.company_owner, now=EARLY)
    assert str(cast.company) in seats(Meeting.objects.get(request=other))


def test_an_open_proposal_is_over_and_holds_no_later_repair_up(cast: Cast) -> None:
    round_, meeting = given(cast)
    terms = Terms(60, "en", interpreter_wanted=False)
    proposal = actions.propose(meeting.request, Side.STARTUP, terms, by=cast.startup_owner, now=EARLY)
    away(meeting)
    actions.apply_repair(repaired(round_, cast.officer), by=cast.officer)
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.REFUSED
    back(meeting)
    assert plan(repaired(round_, cast.officer))[meeting.request_id] == Kind.COMES


def test_whoever_interprets_is_freed_and_called_again(cast: Cast) -> None:
    who = with_address()
    round_, meeting = lost(cast, interpreters=[who], interpreter_wanted=True)
    assert entries(mails()[-1])[uid(meeting)] == ("CANCELLED", meeting.sequence)
    assert "These are yours no longer:" in mails()[-1].message
    count = len(mails())
    back(meeting)
    actions.apply_repair(repaired(round_, cast.officer), by=cast.officer)
    assert len(mails()) == count + 1
    assert entries(mails()[-1])[uid(meeting)] == ("CONFIRMED", meeting.sequence + 1)
    assert who.name in seats(Meeting.objects.get(pk=meeting.pk))


@pytest.mark.parametrize("reader", ["company_owner", "startup_owner", "officer"])
def test_a_subscribed_calendar_shows_the_one_entry_as_it_stands(cast: Cast, reader: str) -> None:
    round_, meeting = lost(cast, number=0)
    user = getattr(cast, reader)
    event = event_of(calendar_of(user, now=timezone.now()))
    assert (str(event["UID"]), str(event["STATUS"])) == (uid(meeting), "CANCELLED")
    back(meeting)
    actions.apply_repair(repaired(round_, cast.officer), by=cast.officer)
    event = event_of(calendar_of(user, now=timezone.now()))
    assert (str(event["UID"]), str(event["STATUS"])) == (uid(meeting), "CONFIRMED")
    assert event["SEQUENCE"] == meeting.sequence + 1


@pytest.mark.parametrize("status", set(RequestStatus) - set(BOOKED_REQUEST))
def test_only_a_booked_time_is_given_up(cast: Cast, status: str) -> None:
    _round, meeting = given(cast, number=0)
    in_state(meeting.request, status, round=None)
    with pytest.raises(TransitionNotAllowed):
        actions.give_up_time(meeting, reason=CLOSED, by=cast.officer)
    assert Meeting.objects.get(pk=meeting.pk).status == MeetingStatus.BOOKED
    assert seats(meeting) != set()


@pytest.mark.parametrize(("late", "allowed"), [(-1, True), (0, False), (1, False)])
def test_what_has_begun_is_told_by_who_came_not_given_up(cast: Cast, late: int, allowed: bool) -> None:
    _round, meeting = given(cast, number=0)
    now = meeting.starts_at + timedelta(seconds=late)
    if allowed:
        actions.give_up_time(meeting, reason=CLOSED, by=cast.officer, now=now)
    else:
        with pytest.raises(TransitionNotAllowed):
            actions.give_up_time(meeting, reason=CLOSED, by=cast.officer, now=now)
    assert (MeetingRequest.objects.get().status == RequestStatus.ACCEPTED) is allowed


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reader", ["company_owner", "startup_owner", "officer"])
def test_its_page_says_that_the_time_is_gone_and_why_and_how_to_get_another(
    reader: str, language: str, cast: Cast, as_user: SignIn
) -> None:
    _round, meeting = lost(cast)
    client = as_user(getattr(cast, reader))
    page = client.get(path("detail", language=language, pk=meeting.request_id))
    text = words(page)
    assert said(TITLE, language) in text
    for line in meeting.cancel_reason.splitlines():
        assert line in text
    assert path("times", language=language, pk=meeting.request_id) in links(page)
    for name in ("brief", "ics", "cancel"):
        assert path(name, language=language, pk=meeting.request_id) not in links(page)
    assert said("Time and place", language) not in text
    assert client.get(path("brief", pk=meeting.request_id)).status_code == 404


def test_the_notice_goes_once_there_is_another_time(cast: Cast, as_user: SignIn) -> None:
    round_, meeting = lost(cast)
    back(meeting)
    actions.apply_repair(repaired(round_, cast.officer), by=cast.officer)
    page = as_user(cast.company_owner).get(path("detail", pk=meeting.request_id))
    assert TITLE not in words(page)
    assert "Time and place" in words(page)


@pytest.mark.parametrize("reader", ["company_owner", "startup_owner"])
def test_the_list_has_it_among_those_without_a_time(cast: Cast, as_user: SignIn, reader: str) -> None:
    _round, meeting = lost(cast, number=0)
    page = as_user(getattr(cast, reader)).get(path("list"))
    shown = {
        name: [each["request"].pk for each in page.context[name]]
        for name in ("upcoming", "waiting", "accepted", "closed")
    }
    assert shown == {"upcoming": [], "waiting": [], "accepted": [meeting.request_id], "closed": []}


@pytest.mark.parametrize(
    ("name", "data"),
    [("confirm", {"sequence": 1}), ("cancel", {"reason": "Ill"}), ("report", {"company_came": "yes"})],
)
def test_an_old_page_of_the_meeting_changes_nothing(
    name: str, data: dict[str, Any], cast: Cast, as_user: SignIn
) -> None:
    _round, meeting = lost(cast)
    before = Meeting.objects.filter(pk=meeting.pk).values().get()
    answer = as_user(cast.company_owner).post(path(name, pk=meeting.request_id), data)
    assert answer.status_code in (404, 409)
    assert Meeting.objects.filter(pk=meeting.pk).values().get() == before
    assert MeetingRequest.objects.get(pk=meeting.request_id).status == RequestStatus.ACCEPTED


def test_nobody_is_reminded_of_a_time_that_is_gone(cast: Cast) -> None:
    _round, meeting = lost(cast)
    Notice.objects.all().delete()
    for ahead in (timedelta(days=1), timedelta(hours=1), timedelta(0), -timedelta(hours=2)):
        now = meeting.starts_at - ahead
        actions.queue_reminders(now=now)
        actions.queue_confirm_reminders(now=now)
        actions.tell_unconfirmed(now=now)
        jobs.run_due()
    about = Notice.objects.filter(link_kwargs={"pk": meeting.request_id})
    assert not about.exists()


def test_both_sides_are_reminded_of_the_new_time(cast: Cast) -> None:
    """The reminders of the old one were in the ledger already, under the same meeting."""
    round_, meeting = given(cast)
    actions.queue_reminders(now=meeting.starts_at - timedelta(hours=1))
    away(meeting)
    actions.apply_repair(repaired(round_, cast.officer), by=cast.officer)
    back(meeting)
    actions.apply_repair(repaired(round_, cast.officer), by=cast.officer)
    again = Meeting.objects.get(pk=meeting.pk)
    Notice.objects.all().delete()
    job = {"sequence": again.sequence, "lead": Lead.HOUR, "now": again.starts_at - timedelta(minutes=30)}
    assert actions.remind(again.pk, **{**job, "sequence": meeting.sequence}) == 0
    assert actions.remind(again.pk, **job) >= 2
    assert {"company-owner", "startup-owner"} <= set(told(Event.MEETING_SOON)[Event.MEETING_SOON])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("side", "reader"),
    [(Side.STAFF, "officer"), (Side.COMPANY, "company_owner"), (Side.STARTUP, "startup_owner")],
)
def test_the_pairs_story_tells_it_apart_from_the_acceptance(
    side: Side, reader: str, language: str, cast: Cast
) -> None:
    _round, meeting = lost(cast)
    with translation.override(language):
        texts = [each.text for each in story_of(meeting.request.match, side, getattr(cast, reader))]
        text = "Time of a meeting given up, the request stays accepted"
        assert texts.count(said(text, language)) == 1
        assert texts.count(said("Meeting request accepted", language)) == 1


def test_whoever_would_rather_not_wait_withdraws_and_the_board_forgets_it(
    cast: Cast, as_user: SignIn
) -> None:
    round_, meeting = lost(cast)
    client = as_user(cast.officer)

    def without_place() -> list[int]:
        page = client.get(path("round", pk=round_.pk))
        on_board = [each.placement.request_id for each in page.context["unplaced"]]
        listed = client.get(path("unplaced", pk=round_.pk)).context["rows"]
        assert [each.placement.request_id for each in listed] == on_board
        return on_board

    assert without_place() == [meeting.request_id]
    assert "No shared time" in words(client.get(path("round", pk=round_.pk)))
    actions.withdraw(meeting.request, by=cast.company_owner, reason="Too late for us")
    assert without_place() == []
    assert MeetingRequest.objects.get(pk=meeting.request_id).status == RequestStatus.WITHDRAWN


def test_the_board_forgets_it_when_it_is_booked_alone(cast: Cast, as_user: SignIn) -> None:
    round_, meeting = lost(cast)
    actions.book_free_time(meeting.request, stories.at(4, day=10), by=cast.officer, now=EARLY)
    page = as_user(cast.officer).get(path("round", pk=round_.pk))
    assert (page.context["unplaced"], page.context["total"]) == ([], 1)


def test_staff_read_what_becomes_of_it_before_they_apply(cast: Cast, as_user: SignIn) -> None:
    """Each message that the page promises is sent, and no other."""
    round_, meeting = given(cast)
    away(meeting)
    repaired(round_, cast.officer)
    client = as_user(cast.officer)
    page = words(client.get(path("repair", pk=round_.pk)))
    assert "Applying the repair gives the time up and tells both sides why" in page
    check = client.get(path("repair_check", pk=round_.pk))
    promised = {
        name
        for each in check.context["audience"]
        for name in each["people"]
        if any(line["kind"] == "lost" for line in each["lines"])
    }
    assert "Given up, the request stays accepted: " in words(check)
    Notice.objects.all().delete()
    done = client.post(
        path("repair_check", pk=round_.pk), {"checked": check.context["fingerprint"]}, follow=True
    )
    assert "Times given up: 1." in words(done)
    assert set(told(Event.MEETING_TIME_LOST)[Event.MEETING_TIME_LOST]) == promised
    assert {"company-owner", "startup-owner", "officer", "administrator"} <= promised


def test_what_was_given_up_may_be_placed_by_a_repair_without_anything_else_to_mend(
    cast: Cast, as_user: SignIn
) -> None:
    round_, meeting = lost(cast)
    back(meeting)
    client = as_user(cast.officer)
    assert "1 accepted request without a round could still find a place." in words(
        client.get(path("round", pk=round_.pk))
    )
    client.post(path("repair_start", pk=round_.pk))
    jobs.run_due()
    page = client.get(path("repair", pk=round_.pk))
    assert [each.pk for each in page.context["comes"]] == [meeting.request_id]
    assert "New meetings" in source(page)


def test_it_outlives_its_round(cast: Cast) -> None:
    round_, meeting = lost(cast)
    actions.finish_rounds(now=stories.at(0, day=8))
    assert Round.objects.get(pk=round_.pk).status == RoundStatus.HELD
    request = MeetingRequest.objects.get(pk=meeting.request_id)
    assert (request.status, list(MeetingRequest.objects.awaiting_round())) == (
        RequestStatus.ACCEPTED,
        [request],
    )


def test_a_side_that_leaves_ends_the_request_and_the_given_up_time_is_not_cancelled_anew(
    cast: Cast,
) -> None:
    _round, meeting = lost(cast)
    actions.end_request(meeting.request, by=cast.startup_owner)
    found = Meeting.objects.select_related("request").get(pk=meeting.pk)
    assert (found.request.status, found.sequence) == (RequestStatus.WITHDRAWN, meeting.sequence)


def worked_out(cast: Cast) -> tuple[Timetable, Meeting]:
    round_, meeting = given(cast)
    away(meeting)
    return repaired(round_, cast.officer), meeting


@pytest.mark.django_db(transaction=True)
def test_of_two_who_apply_at_once_one_does_and_everybody_is_told_once(cast: Cast) -> None:
    repair, meeting = worked_out(cast)
    Notice.objects.all().delete()
    results = at_once(
        *(
            lambda by=by: actions.apply_repair(Timetable.objects.get(pk=repair.pk), by=by)
            for by in (cast.officer, cast.administrator)
        )
    )
    assert len(refused(results)) == 1
    assert Meeting.objects.get(pk=meeting.pk).sequence == meeting.sequence + 1
    names = told(Event.MEETING_TIME_LOST)[Event.MEETING_TIME_LOST]
    assert len(names) == len(set(names))
    assert Timetable.objects.filter(status="published").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_applying_and_discarding_at_once_one_happens_as_a_whole(cast: Cast) -> None:
    repair, meeting = worked_out(cast)
    results = at_once(
        lambda: actions.apply_repair(Timetable.objects.get(pk=repair.pk), by=cast.officer),
        lambda: actions.discard_repair(Timetable.objects.get(pk=repair.pk), by=cast.administrator),
    )
    assert len(refused(results)) == 1
    state = Timetable.objects.get(pk=repair.pk).status
    found = Meeting.objects.select_related("request").get(pk=meeting.pk)
    applied = (found.request.status, found.sequence - meeting.sequence, seats(found) == set())
    assert (state, applied) in [
        ("published", (RequestStatus.ACCEPTED, 1, True)),
        ("discarded", (RequestStatus.CONFIRMED, 0, False)),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_side_that_cancels_just_before_wins_and_the_repair_changes_nothing(cast: Cast) -> None:
    """Applying waits for the request that the side holds, and then finds the meeting gone."""
    repair, meeting = worked_out(cast)

    def late() -> Any:
        try:
            return actions.apply_repair(Timetable.objects.get(pk=repair.pk), by=cast.officer)
        except actions.RepairOutdated as error:
            return error

    def early() -> None:
        actions.cancel(
            Meeting.objects.select_related("request").get(pk=meeting.pk),
            reason="Ill",
            by=cast.startup_owner,
            now=EARLY,
        )

    held = MeetingRequest.objects.filter(pk=meeting.request_id)
    assert isinstance(overtaken(late, held, early), actions.RepairOutdated)
    found = Meeting.objects.select_related("request").get(pk=meeting.pk)
    assert (found.request.status, found.cancel_reason) == (RequestStatus.CANCELLED, "Ill")
    assert Timetable.objects.get(pk=repair.pk).status == "draft"


@pytest.mark.django_db(transaction=True)
def test_two_who_book_what_was_given_up_at_once_make_one_meeting(cast: Cast) -> None:
    """There is one row for it: the one who comes second must neither take it over nor fail."""
    _round, meeting = lost(cast, number=0)

    def book(hour: int) -> Any:
        request = MeetingRequest.objects.with_parties().get(pk=meeting.request_id)
        start = stories.at(hour, day=10)
        return actions.book_free_time(request, start, by=cast.company_owner, now=EARLY)

    results = at_once(lambda: book(4), lambda: book(6))
    assert len(refused(results)) == 1
    (won,) = [each for each in results if isinstance(each, Meeting)]
    found = Meeting.objects.get(pk=meeting.pk)
    assert (found.period, found.sequence) == (won.period, meeting.sequence + 1)
    assert {each.period for each in found.seats.blocking()} == {found.period}


def test_a_reader_of_another_organisation_learns_nothing(cast: Cast, as_user: SignIn) -> None:
    _round, meeting = lost(cast)
    for name in ("other_company_owner", "other_startup_owner", "expert"):
        client: Client = as_user(getattr(cast, name))
        assert client.get(path("detail", pk=meeting.request_id)).status_code == 404
        assert client.get(path("ics", pk=meeting.request_id)).status_code == 404
        assert not Notice.objects.filter(
            recipient=getattr(cast, name), event=Event.MEETING_TIME_LOST
        ).exists()


def test_the_row_of_the_repair_stays_in_the_timetable_with_its_reason(cast: Cast) -> None:
    round_, meeting = lost(cast)
    row = Placement.objects.get(
        timetable__round=round_, timetable__status="published", request=meeting.request
    )
    assert (row.starts_at, row.detail["parties"]) == (None, [cast.startup.pk])
