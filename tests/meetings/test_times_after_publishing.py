"""Times changed after a round was published: meetings stay, what no longer fits is shown first and told to staff."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from matchmaking.core import jobs
from matchmaking.core.models import AuditEvent, Job, Notice
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions
from meetings.actions.rechecks import RECHECK
from meetings.enums import AvailabilityKind, Fixed, MeetingStatus, MisfitReason, RequestStatus, RoundStatus
from meetings.intervals import Interval
from meetings.models import Availability, Meeting, Misfit, Round
from meetings.repair import repair_problem
from meetings.tasks import recheck_all
from meetings.views.availability import WHY_UNFIT
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, links, path, said, source, table, told, words
from tests.meetings.test_availability_page import cells

pytestmark = pytest.mark.django_db
BEFORE = stories.at(0, day=1)


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    """The cast's pair in a published round; nobody has ticked anything yet."""
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    [found] = stories.published(stories.a_round(cast.officer, [request]), cast.officer)
    Notice.objects.all().delete()
    return Meeting.objects.select_related("round").get(pk=found.pk)


def page_of(meeting: Meeting, language: str = "en") -> str:
    return path("availability", language=language, pk=meeting.round_id)


def ticks(client: Client, meeting: Meeting, *, without: bool = True) -> list[str]:
    """What is ticked on the page, without the times of the meeting if so wished."""
    found = cells(client.get(page_of(meeting)))
    return [cell.slot.value for cell in found if cell.checked and cell.slot and not (without and cell.held)]


def save(client: Client, meeting: Meeting, slots: list[str], **more: str) -> Any:
    return client.post(page_of(meeting), {"do": "save", "slot": slots, **more})


def changed(cast: Cast, as_user: SignIn, meeting: Meeting) -> Any:
    """The startup takes out the time of its meeting, looks at what that means, and saves it."""
    client = as_user(cast.startup_owner)
    slots = ticks(client, meeting)
    seen = save(client, meeting, slots).context["seen"]
    return save(client, meeting, slots, seen=seen)


def unsettled() -> list[tuple[str, str]]:
    return [(str(each.organisation), each.reason) for each in Misfit.objects.to_settle(BEFORE)]


def offer(meeting: Meeting, cast: Cast, *hours: Interval) -> Availability:
    return actions.give_availability(meeting.round, cast.startup.organisation, hours, by=cast.startup_owner)


# --- What the side sees and does ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_times_of_a_meeting_are_ticked_and_can_be_taken_out(
    cast: Cast, as_user: SignIn, meeting: Meeting, language: str
) -> None:
    client = as_user(cast.startup_owner)
    page = client.get(page_of(meeting, language))
    held = [cell for cell in cells(page) if cell.held]
    assert [cell.checked for cell in held] == [True] * len(held) != []
    assert all(cell.slot and cell.slot.interval.meets(_time(meeting)) for cell in held)
    company = cast.company.organisation
    name = company.name if language == "ja" else company.name_en
    assert said("Meeting: %(name)s", language) % {"name": name} in words(page)
    assert said("None free", language) not in words(page)
    assert path("availability_none", language=language, pk=meeting.round_id) not in links(page)
    assert page.context["unsaved"] is False
    for way in (path("detail", language=language, pk=meeting.request_id), path("list", language=language)):
        assert page_of(meeting, language) in links(client.get(way))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_no_longer_fits_is_shown_before_anything_is_saved(
    cast: Cast, as_user: SignIn, meeting: Meeting, language: str
) -> None:
    client = as_user(cast.startup_owner)
    slots = ticks(client, meeting)
    check = client.post(page_of(meeting, language), {"do": "save", "slot": slots, "zone": "Asia/Tokyo"})
    assert said("Save these times?", language) in words(check)
    assert said("Not among the times you chose", language) in words(check)
    assert {
        path(name, language=language, pk=meeting.request_id) for name in ("detail", "propose", "cancel")
    } <= links(check)
    assert all(f'name="slot" value="{each}"' in source(check) for each in slots)
    assert not Availability.objects.exists()
    # Back on the page what was ticked is there still.
    back = client.get(check.context["back_url"])
    assert (back.context["unsaved"], back.context["zone"]) == (True, "Asia/Tokyo")
    assert sorted(cell.slot.value for cell in cells(back) if cell.checked and cell.slot) == sorted(slots)


def test_saved_all_the_same_the_meeting_stays_and_staff_are_told(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    answer = changed(cast, as_user, meeting)
    assert answer.url == page_of(meeting)
    assert Availability.objects.get().kind == AvailabilityKind.CHOSEN
    assert AuditEvent.objects.filter(action="availability.given", actor_id=cast.startup_owner.pk).exists()
    jobs.run_due()
    assert unsettled() == [(str(cast.startup.organisation), MisfitReason.NOT_CHOSEN)]
    assert told(*Event) == {Event.MEETINGS_UNFIT: ["administrator", "officer"]}
    after = Meeting.objects.select_related("request").get()
    assert (after.period, after.sequence, after.status) == (meeting.period, 0, MeetingStatus.BOOKED)
    assert after.request.status == RequestStatus.SCHEDULED
    page = as_user(cast.startup_owner).get(page_of(meeting))
    assert "1 of your meetings no longer fits your times" in words(page)
    assert path("propose", pk=meeting.request_id) in links(page)
    assert [cell for cell in cells(page) if cell.held and cell.checked] == []
    # The other side sees nothing of it.
    assert "no longer fits" not in words(as_user(cast.company_owner).get(page_of(meeting)))


def test_a_time_without_a_meeting_goes_without_a_question_and_ticked_again_all_is_well(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    client = as_user(cast.startup_owner)
    slots = ticks(client, meeting, without=False)
    free = [each for each in slots if each in ticks(client, meeting)]
    assert save(client, meeting, [each for each in slots if each != free[0]]).url == path("list")
    changed(cast, as_user, meeting)
    jobs.run_due()
    assert len(unsettled()) == 1
    assert save(client, meeting, slots).url == path("list")
    jobs.run_due()
    assert unsettled() == []


def test_a_whole_day_is_taken_out_and_nothing_at_all_is_no_time_in_the_round(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    client = as_user(cast.startup_owner)
    day = (meeting.starts_at + timedelta(hours=8)).date().isoformat()
    every = ticks(client, meeting, without=False)
    client.post(page_of(meeting), {"do": f"none:{day}", "slot": every})
    left = ticks(client, meeting, without=False)
    assert left
    assert not [each for each in left if each.startswith(day.replace("-", ""))]
    counted = words(client.post(page_of(meeting), {"do": "count", "slot": left}))
    assert "0 of your 1 meeting in this round lies in them" in counted
    save(client, meeting, [], seen=save(client, meeting, []).context["seen"])
    assert Availability.objects.get().kind == AvailabilityKind.NONE
    jobs.run_due()
    assert len(unsettled()) == 1
    page = words(as_user(cast.officer).get(path("round", pk=meeting.round_id)))
    assert "1 meeting no longer suits a side." in page


def test_the_usual_hours_are_looked_at_in_the_same_way(cast: Cast, as_user: SignIn) -> None:
    """Half past eight in Singapore, which it had ticked, lies before its usual hours."""
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    round_ = stories.a_round(cast.officer, [request])
    early = Interval(stories.at(0, 30), stories.at(1, 30))
    actions.give_availability(round_, cast.startup.organisation, [early], by=cast.startup_owner)
    assert stories.published(round_, cast.officer)
    client, address = as_user(cast.startup_owner), path("availability_usual", pk=round_.pk)
    check = client.post(address)
    assert "1 meeting no longer fits the times you chose" in words(check)
    assert Availability.objects.get().kind == AvailabilityKind.CHOSEN
    assert client.post(address, {"seen": check.context["seen"]}).status_code == 302
    jobs.run_due()
    assert unsettled() == [(str(cast.startup.organisation), MisfitReason.OUTSIDE)]


def test_who_was_shown_other_meetings_is_asked_again(cast: Cast, as_user: SignIn, meeting: Meeting) -> None:
    client = as_user(cast.startup_owner)
    slots = ticks(client, meeting)
    for seen in ("", "0", f"{meeting.pk} 0"):
        assert save(client, meeting, slots, seen=seen).context["seen"] == str(meeting.pk)
    assert not Availability.objects.exists()


CLOSED = {
    RoundStatus.PLACING: "The meetings of this round are being placed at this moment. Try again in a few minutes.",
    RoundStatus.HELD: "This round is over. Its times can no longer be changed.",
    RoundStatus.PUBLISHED: "This round is published. The times you can meet can be changed only while one of your"
    " meetings in it is still to come; a meeting is moved or cancelled on its own page.",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", CLOSED)
def test_a_closed_page_says_why(
    cast: Cast, as_user: SignIn, meeting: Meeting, status: str, language: str
) -> None:
    Round.objects.update(status=status)
    moment = meeting.starts_at if status == RoundStatus.PUBLISHED else BEFORE
    with time_machine.travel(moment, tick=False):
        answer = as_user(cast.startup_owner).get(page_of(meeting, language))
        assert (answer.status_code, said(CLOSED[status], language) in words(answer)) == (409, True)
        assert page_of(meeting, language) not in links(as_user(cast.startup_owner).get(path("list")))


def test_other_dates_and_colleagues_are_no_more_asked_for(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    answer = as_user(cast.startup_owner).get(path("availability_none", pk=meeting.round_id))
    assert (answer.status_code, "on its own page" in words(answer)) == (409, True)


# --- What is looked at again -------------------------------------------------------------------------------------


def test_every_reason_has_words_for_the_side_itself() -> None:
    assert set(WHY_UNFIT) == set(MisfitReason)


def _time(meeting: Meeting) -> Interval:
    return Interval(meeting.starts_at, meeting.ends_at)


def test_before_it_is_published_nothing_is_looked_at(cast: Cast) -> None:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    round_ = stories.a_round(cast.officer, [request])
    actions.reset_availability(round_, request.startup, by=cast.startup_owner)
    assert not Job.objects.filter(name=RECHECK).exists()


def test_a_time_agreed_on_after_the_ticks_suits_until_they_are_changed(cast: Cast, meeting: Meeting) -> None:
    ticked = [_time(meeting), Interval(stories.at(1, day=5), stories.at(3, day=5))]
    offer(meeting, cast, *ticked)
    actions.reschedule(meeting, stories.at(5, day=3), reason="A visit", by=cast.officer, now=BEFORE)
    jobs.run_due()
    assert unsettled() == []
    offer(meeting, cast, *ticked)
    jobs.run_due()
    assert unsettled() == [(str(cast.startup.organisation), MisfitReason.NOT_CHOSEN)]


def test_the_page_keeps_a_time_that_it_does_not_ask_for(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    """Moved by agreement to the week after: whoever changes the times of the round says nothing of it."""
    actions.reschedule(meeting, stories.at(5, day=11), reason="A visit", by=cast.officer, now=BEFORE)
    client = as_user(cast.startup_owner)
    assert save(client, meeting, ticks(client, meeting)[:2]).url == path("list")
    recheck_all()
    assert unsettled() == []


def test_a_day_off_counts_also_where_it_was_ticked_afterwards(cast: Cast, meeting: Meeting) -> None:
    offer(meeting, cast, _time(meeting))
    day = (meeting.starts_at + timedelta(hours=8)).date()
    actions.add_days_off(
        cast.startup.organisation, first_day=day, last_day=day, name="Leave", by=cast.startup_owner
    )
    jobs.run_due()
    assert unsettled() == [(str(cast.startup.organisation), MisfitReason.CLOSURE)]


def test_what_changes_nothing_of_the_time_leaves_it_on_the_list(cast: Cast, meeting: Meeting) -> None:
    offer(meeting, cast)
    jobs.run_due()
    actions.keep_time(Misfit.objects.get(), by=cast.officer)
    actions.set_link(meeting, "https://video.example/1", by=cast.officer, now=BEFORE)
    recheck_all()
    kept = Misfit.objects.get()
    assert (kept.sequence, kept.kept_at is not None) == (1, True)
    assert told(Event.MEETINGS_UNFIT) == {Event.MEETINGS_UNFIT: ["administrator", "officer"]}


# --- What staff see, and what a repair makes of it ----------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_board_shows_it_at_the_meeting_and_the_list_says_why(
    cast: Cast, as_user: SignIn, meeting: Meeting, language: str
) -> None:
    offer(meeting, cast)
    jobs.run_due()
    client = as_user(cast.officer)
    board = client.get(path("round", language=language, pk=meeting.round_id))
    assert any(
        said("No longer in the startup’s times", language) in cell for row in table(board) for cell in row
    )
    listed = client.get(path("misfits", language=language))
    assert said("Not among the times they chose for the round", language) in words(listed)


def test_a_repair_moves_it_into_the_new_times(cast: Cast, meeting: Meeting) -> None:
    only = Interval(stories.at(1, day=5), stories.at(3, day=5))
    offer(meeting, cast, only)
    repair = stories.repaired(meeting.round, cast.officer)
    row = repair.placements.get()
    assert row.starts_at
    assert row.ends_at
    assert only.holds(Interval(row.starts_at, row.ends_at))
    assert row.detail["why"] == [["outside_hours", f"o{cast.startup.pk}"]]
    actions.apply_repair(repair, by=cast.officer)
    jobs.run_due()
    assert unsettled() == []


def test_a_repair_leaves_what_was_agreed_on_outside_the_ticks(cast: Cast, meeting: Meeting) -> None:
    offer(meeting, cast, _time(meeting))
    actions.reschedule(meeting, stories.at(5, day=3), reason="A visit", by=cast.officer, now=BEFORE)
    built = repair_problem(meeting.round, now=BEFORE)
    assert built.notes[str(meeting.request_id)]["fixed"] == Fixed.BY_HAND
    assert built.problem.requests[0].lock is not None


def test_a_repair_worked_out_before_is_not_applied_and_its_page_says_so(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    repair = stories.repaired(meeting.round, cast.officer)
    client, page = as_user(cast.officer), path("repair", pk=meeting.round_id)
    assert "since this repair was begun" not in words(client.get(page))
    offer(meeting, cast)
    jobs.run_due()
    assert "1 meeting no longer suits a side since this repair was begun." in words(client.get(page))
    with pytest.raises(actions.RepairOutdated):
        actions.apply_repair(repair, by=cast.officer)
    assert Meeting.objects.get().period == meeting.period


def test_who_has_no_meeting_there_has_no_say(cast: Cast, meeting: Meeting) -> None:
    stranger = factories.StartupFactory()
    with pytest.raises(TransitionNotAllowed):
        actions.give_availability(meeting.round, stranger.organisation, [], by=stories.member_of(stranger))
