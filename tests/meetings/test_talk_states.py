"""Every deed of a talk in every state of its request: done whole for whoever may, refused without a trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import User
from matchmaking.core.models import Notice
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from meetings import actions, rules
from meetings.actions import Terms
from meetings.enums import RequestStatus
from meetings.models import Attendee, Confirmation, Meeting, MeetingRequest, Proposal, open_proposal
from tests.conftest import Cast, Keeping
from tests.meetings import stories
from tests.meetings.pages import SignIn, in_state, links, path, told
from tests.meetings.people import MORI, SATO, TAN, line
from tests.meetings.test_talk_fields import everything

pytestmark = pytest.mark.django_db
REQUESTED, ACCEPTED = RequestStatus.REQUESTED, RequestStatus.ACCEPTED
SCHEDULED, CONFIRMED = RequestStatus.SCHEDULED, RequestStatus.CONFIRMED
OVER = [each for each in RequestStatus if each not in (REQUESTED, ACCEPTED, SCHEDULED, CONFIRMED)]
COMPANY, STARTUP = Side.COMPANY, Side.STARTUP
BOTH = {COMPANY, STARTUP}
FIRM = ["company-member", "company-owner"]
STARTUPS = ["startup-member", "startup-owner"]
OFFICE = ["administrator", "officer"]
PEOPLE = {COMPANY: FIRM, STARTUP: STARTUPS}
EARLY = stories.at(0, day=1)
HOUR = Terms(60, "en", interpreter_wanted=False, remark="We need time for a demo.")
SHORT = Terms(30, "ja", interpreter_wanted=False)
Last = Side | None
LASTS: tuple[Last, ...] = (None, COMPANY, STARTUP)


@pytest.fixture(scope="module")
def kept_talk(kept_cast: Cast, keeping: Keeping) -> MeetingRequest:
    """Of the cast's pair, with a booked time, from which a test sets any state."""
    with keeping():
        match = stories.match_of(kept_cast.company, kept_cast.startup)
        request = stories.asked(match, kept_cast.company_owner, people=(SATO,))
        actions.accept(request, people=(TAN,), by=kept_cast.startup_owner)
        actions.book_free_time(request, stories.at(4), by=kept_cast.officer, now=EARLY)
    return request


@pytest.fixture
def made(kept_talk: MeetingRequest, cast: Cast) -> MeetingRequest:
    return MeetingRequest.objects.with_parties().get(pk=kept_talk.pk)


def member(cast: Cast, side: Side) -> User:
    return cast.company_member if side == COMPANY else cast.startup_member


def put(made: MeetingRequest, cast: Cast, status: str, last: Last) -> MeetingRequest:
    """The talk in that state, with an open proposal of that side, and nothing told yet."""
    if status == ACCEPTED:
        Confirmation.objects.all().delete()
    if last:
        Proposal.objects.create(
            request=made,
            side=last,
            by=member(cast, last),
            at=EARLY,
            minutes=60,
            language="en",
            interpreter_wanted=False,
            before={"minutes": 45, "language": "en", "interpreter_wanted": False},
            reply_by=stories.at(0, day=20),
        )
    turn = rules.other(last) if last else STARTUP
    found = in_state(made, status, turn=turn)
    Notice.objects.all().delete()
    return found


def talks(made: MeetingRequest, cast: Cast, status: str) -> Iterator[tuple[MeetingRequest, Last, Side]]:
    """Each standing of the talk in that state, and each side that may want to do something; one after the other."""
    for last in (None,) if status in OVER else LASTS:  # what ends a request ends its proposal
        for side in rules.SIDES:
            with transaction.atomic():
                yield put(made, cast, status, last), last, side
                transaction.set_rollback(True)


# What the rules say, written down a second time: who may, by state and whose proposal is open.
Sides = Callable[[Last], set[Side]]


def _nobody(_last: Last) -> set[Side]:
    return set()


def _everybody(_last: Last) -> set[Side]:
    return BOTH


def _firm(_last: Last) -> set[Side]:
    return {COMPANY}


def _whose_turn(last: Last) -> set[Side]:
    return {rules.other(last) if last else STARTUP}


def _not_who_proposed(last: Last) -> set[Side]:
    return BOTH - {last} if last else BOTH


def _who_was_asked(last: Last) -> set[Side]:
    return {rules.other(last)} if last else set()


def _who_proposed(last: Last) -> set[Side]:
    return {last} if last else set()


MAY: dict[str, dict[str, Sides]] = {
    "propose": {
        REQUESTED: _whose_turn,
        ACCEPTED: _not_who_proposed,
        SCHEDULED: _not_who_proposed,
        CONFIRMED: _not_who_proposed,
    },
    "agree": {
        REQUESTED: _whose_turn,
        ACCEPTED: _who_was_asked,
        SCHEDULED: _who_was_asked,
        CONFIRMED: _who_was_asked,
    },
    "refuse": {ACCEPTED: _who_was_asked, SCHEDULED: _who_was_asked, CONFIRMED: _who_was_asked},
    "take_back": {ACCEPTED: _who_proposed, SCHEDULED: _who_proposed, CONFIRMED: _who_proposed},
    "confirm": {SCHEDULED: _everybody},
    "attendees": {REQUESTED: _firm, ACCEPTED: _everybody, SCHEDULED: _everybody, CONFIRMED: _everybody},
}


def may(deed: str, status: str, last: Last) -> set[Side]:
    return MAY[deed].get(status, _nobody)(last)


def do(deed: str, made: MeetingRequest, side: Side, by: User, now: Any = EARLY) -> None:
    """The deed as its page does it."""
    if deed == "propose":
        actions.propose(made, side, SHORT, by=by, now=now)
    elif deed == "agree" and made.status == REQUESTED:
        actions.accept(made, side=side, by=by, now=now)
    elif deed == "agree":
        actions.agree_to_change(made, side, by=by, now=now)
    elif deed == "refuse":
        actions.refuse_change(made, side, by=by, now=now)
    elif deed == "take_back":
        actions.take_back(made, side, by=by, now=now)
    elif deed == "confirm":
        meeting = Meeting.objects.get(request=made)
        actions.confirm(meeting, side, sequence=meeting.sequence, by=by, now=now)
    else:
        actions.name_attendees(made, side, [MORI], by=by)


def standing(made: MeetingRequest) -> dict[str, Any]:
    """What deeds change, in a word each."""
    found = MeetingRequest.objects.get(pk=made.pk)
    return {
        "status": found.status,
        "minutes": found.minutes,
        "turn": found.turn,
        "proposals": [(each.side, each.status) for each in Proposal.objects.all()],
        "attendees": [each.name for each in Attendee.objects.order_by("organisation__kind", "pk")],
        "confirmed": sorted(Confirmation.objects.values_list("organisation__kind", flat=True)),
        "ends": Meeting.objects.get().ends_at,
    }


def changed(deed: str, before: dict[str, Any], last: Last, side: Side) -> dict[str, Any]:
    """What the deed makes of it."""
    earlier: list[tuple[str, str]] = [(last, "open")] if last else []
    starts = stories.at(4)
    if deed == "propose":
        turn = rules.other(side) if before["status"] == REQUESTED else before["turn"]
        replaced = [(each, "replaced") for each, _open in earlier]
        return {**before, "proposals": [*replaced, (side, "open")], "turn": turn}
    if deed == "agree":
        minutes = 60 if last else 45
        is_booked = before["status"] in (SCHEDULED, CONFIRMED)
        return {
            **before,
            "status": SCHEDULED if is_booked else ACCEPTED,
            "minutes": minutes,
            "proposals": [(each, "agreed") for each, _open in earlier],
            "ends": starts + timedelta(minutes=minutes) if is_booked else before["ends"],
        }
    if deed in ("refuse", "take_back"):
        return {**before, "proposals": [(last, "refused" if deed == "refuse" else "taken_back")]}
    if deed == "confirm":
        return {**before, "confirmed": [side.value]}
    return {**before, "attendees": [MORI.name, TAN.name] if side == COMPANY else [SATO.name, MORI.name]}


def who_is_told(deed: str, status: str, last: Last, side: Side) -> dict[str, list[str]]:
    """Of a deed that was done."""
    other = PEOPLE[rules.other(side)]
    if deed == "propose":
        return {Event.PROPOSED_OTHERWISE: other}
    if deed == "agree":
        event = Event.PROPOSAL_AGREED if last else Event.REQUEST_ACCEPTED
        moved = {Event.MEETING_CHANGED: sorted(FIRM + STARTUPS)} if status in (SCHEDULED, CONFIRMED) else {}
        return {event: sorted(other + OFFICE), **moved}
    if deed == "refuse":
        return {Event.CHANGE_REFUSED: other}
    if deed == "take_back":
        return {Event.CHANGE_TAKEN_BACK: other}
    if deed == "attendees" and status != REQUESTED:
        return {Event.ATTENDEES_NAMED: other}
    return {}


@pytest.mark.parametrize("status", RequestStatus.values)
@pytest.mark.parametrize("deed", MAY)
def test_a_deed_is_done_whole_by_whoever_may_and_otherwise_leaves_no_trace(
    cast: Cast, made: MeetingRequest, deed: str, status: str
) -> None:
    done = []
    for talk, last, side in talks(made, cast, status):
        where, before, all_before = (deed, status, last, side), standing(talk), everything()
        if side in may(deed, status, last):
            do(deed, talk, side, member(cast, side))
            assert (where, standing(talk)) == (where, changed(deed, before, last, side))
            assert (where, told(*Event)) == (where, who_is_told(deed, status, last, side))
            done.append((last, side))
        else:
            with pytest.raises(TransitionNotAllowed):
                do(deed, talk, side, member(cast, side))
            assert (where, everything() == all_before) == (where, True)
    assert bool(done) is (status in MAY[deed])


@pytest.mark.parametrize("status", [SCHEDULED, CONFIRMED])
@pytest.mark.parametrize("deed", ["propose", "agree", "refuse", "confirm"])
@pytest.mark.parametrize("late", [timedelta(), timedelta(minutes=20), timedelta(days=1)])
def test_from_the_minute_it_begins_a_meeting_is_neither_changed_nor_confirmed(
    cast: Cast, made: MeetingRequest, deed: str, status: str, late: timedelta
) -> None:
    for talk, _last, side in talks(made, cast, status):
        before = everything()
        with pytest.raises(TransitionNotAllowed):
            do(deed, talk, side, member(cast, side), now=stories.at(4) + late)
        assert everything() == before


@pytest.mark.parametrize("deed", ["refuse", "confirm", "attendees"])
def test_a_minute_before_it_begins_there_is_still_time_for(
    cast: Cast, made: MeetingRequest, deed: str
) -> None:
    last_minute = stories.at(4) - timedelta(minutes=1)
    for talk, last, side in talks(made, cast, SCHEDULED):
        if side in may(deed, SCHEDULED, last):
            before = standing(talk)
            do(deed, talk, side, member(cast, side), now=last_minute)
            assert standing(talk) == changed(deed, before, last, side)


@pytest.mark.parametrize("status", [REQUESTED, ACCEPTED, SCHEDULED])
@pytest.mark.parametrize("deed", ["propose", "agree", "refuse"])
def test_a_deed_done_twice_is_refused_the_second_time(
    cast: Cast, made: MeetingRequest, deed: str, status: str
) -> None:
    for talk, last, side in talks(made, cast, status):
        if side not in may(deed, status, last):
            continue
        do(deed, talk, side, member(cast, side))
        once, now = everything(), MeetingRequest.objects.with_parties().get(pk=talk.pk)
        with pytest.raises(TransitionNotAllowed):
            do(deed, now, side, member(cast, side))
        assert everything() == once


@pytest.mark.parametrize("status", [REQUESTED, ACCEPTED, SCHEDULED, CONFIRMED])
@pytest.mark.parametrize("deed", ["propose", "agree", "refuse"])
def test_whoever_saw_another_standing_of_the_talk_does_nothing(
    cast: Cast, made: MeetingRequest, deed: str, status: str
) -> None:
    for talk, last, side in talks(made, cast, status):
        if side not in may(deed, status, last):
            continue
        before = everything()
        stale = {"seen": f"{status}-{0 if last else 7}", "by": member(cast, side), "now": EARLY}
        with pytest.raises(actions.AnsweredMeanwhile):
            if deed == "propose":
                actions.propose(talk, side, SHORT, **stale)
            elif deed == "refuse":
                actions.refuse_change(talk, side, **stale)
            elif status == REQUESTED:
                actions.accept(talk, side=side, people=[MORI], **stale)
            else:
                actions.agree_to_change(talk, side, **stale)
        assert everything() == before


def test_a_round_that_looks_for_a_time_leaves_only_the_people_open(cast: Cast, made: MeetingRequest) -> None:
    """What was agreed is what the timetable is made from."""
    round_ = stories.a_round(cast.officer)
    for last in LASTS:
        for deed in MAY:
            for side in rules.SIDES:
                with transaction.atomic():
                    talk = put(made, cast, ACCEPTED, last)
                    MeetingRequest.objects.update(round=round_)
                    before = everything()
                    if deed == "attendees":
                        do(deed, talk, side, member(cast, side))
                        assert MORI.name in standing(talk)["attendees"]
                    else:
                        with pytest.raises(TransitionNotAllowed):
                            do(deed, talk, side, member(cast, side))
                        assert everything() == before
                    transaction.set_rollback(True)


@pytest.mark.parametrize("first", rules.SIDES)
def test_the_second_word_confirms_and_tells_all_four_and_a_third_tells_nobody(
    cast: Cast, made: MeetingRequest, first: Side
) -> None:
    do("confirm", made, first, member(cast, first))
    assert told(*Event).get(Event.MEETING_CONFIRMED) is None
    Notice.objects.all().delete()
    do("confirm", made, rules.other(first), member(cast, rules.other(first)))
    assert told(*Event) == {Event.MEETING_CONFIRMED: sorted(FIRM + STARTUPS)}
    before = everything()
    with pytest.raises(TransitionNotAllowed):
        do("confirm", made, first, member(cast, first))
    assert everything() == before


def test_what_was_kept_as_agreed_may_be_proposed_again_and_agreed(cast: Cast, made: MeetingRequest) -> None:
    do("propose", made, COMPANY, cast.company_member)
    do("refuse", made, STARTUP, cast.startup_member)
    actions.propose(made, STARTUP, HOUR, by=cast.startup_owner, now=EARLY)
    do("agree", made, COMPANY, cast.company_owner)
    found = standing(made)
    assert (found["minutes"], found["proposals"]) == (60, [("company", "refused"), ("startup", "agreed")])
    assert open_proposal(made) is None


# Pages

PAGES = ("propose", "agree", "refuse", "take_back", "confirm", "attendees")
TYPED = {"minutes": "30", "language": "ja", "weeks": "", "remark": "Rather short", "send": "1"}


def sent(page: str, made: MeetingRequest) -> dict[str, str]:
    if page == "attendees":
        return line(1, MORI)
    if page == "confirm":
        return {"sequence": str(Meeting.objects.get(request=made).sequence)}
    seen = {"seen": rules.standing(made, open_proposal(made))}
    return {**TYPED, **seen} if page == "propose" else seen


@pytest.mark.parametrize("status", RequestStatus.values)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_takes_what_the_rules_allow_its_reader_and_says_when_it_has_grown_old(
    cast: Cast, as_user: SignIn, made: MeetingRequest, page: str, status: str
) -> None:
    clients = {side: as_user(member(cast, side)) for side in rules.SIDES}
    for talk, last, side in talks(made, cast, status):
        before = everything()
        answer = clients[side].post(path(page, pk=talk.pk), sent(page, talk))
        allowed = side in may(page, status, last)
        assert (last, side, answer.status_code) == (last, side, 302 if allowed else 409)
        assert (everything() == before) is not allowed


@pytest.mark.parametrize("status", RequestStatus.values)
@pytest.mark.parametrize("page", PAGES)
def test_staff_do_for_a_side_what_the_side_may_do_and_no_more(
    cast: Cast, as_user: SignIn, made: MeetingRequest, page: str, status: str
) -> None:
    client = as_user(cast.officer)
    for talk, last, side in talks(made, cast, status):
        before = everything()
        address = path(f"{page}_for", pk=talk.pk, side=side.value)
        answer = client.post(address, {**sent(page, talk), "consent": "By telephone"})
        allowed = side in may(page, status, last)
        assert (last, side, answer.status_code) == (last, side, 302 if allowed else 409)
        assert (everything() == before) is not allowed


def deeds_offered(client: Client, made: MeetingRequest, name: Callable[[str], str]) -> set[str]:
    found = links(client.get(path("detail", pk=made.pk)))
    return {page for page in PAGES if name(page) in found}


@pytest.mark.parametrize("status", RequestStatus.values)
def test_the_page_of_a_talk_offers_each_side_exactly_what_it_may_do(
    cast: Cast, as_user: SignIn, made: MeetingRequest, status: str
) -> None:
    clients = {side: as_user(member(cast, side)) for side in rules.SIDES}
    for talk, last, side in talks(made, cast, status):
        accepts = side == STARTUP and status == REQUESTED  # on a page that asks who comes, too

        def name(page: str, pk: int = talk.pk, accepts: bool = accepts) -> str:
            return path("accept" if page == "agree" and accepts else page, pk=pk)

        expected = {page for page in PAGES if side in may(page, status, last)}
        if accepts and last is None:
            expected.discard("agree")  # reached from the page on which the startup answers
        assert (last, side, deeds_offered(clients[side], talk, name)) == (last, side, expected)


@pytest.mark.parametrize("status", RequestStatus.values)
def test_the_page_of_a_talk_offers_staff_what_either_side_may_do(
    cast: Cast, as_user: SignIn, made: MeetingRequest, status: str
) -> None:
    client = as_user(cast.officer)
    for talk, last, side in talks(made, cast, status):

        def name(page: str, pk: int = talk.pk, side: Side = side) -> str:
            return path(f"{page}_for", pk=pk, side=side.value)

        expected = {page for page in PAGES if side in may(page, status, last)}
        assert (last, side, deeds_offered(client, talk, name)) == (last, side, expected)
