"""How many meetings a month a side takes on, as a round's timetable keeps to it, checks it, and tells of it."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from accounts.models import Organisation
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions, problem
from meetings.enums import UnplacedReason
from meetings.models import MeetingRequest, Placement, Round
from meetings.monthly import load_of, starts_by_organisation
from meetings.timetable_check import Fault
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, links, path, said, words
from tests.told import read

pytestmark = pytest.mark.django_db
EARLY = stories.at(0, day=1)


def limit(organisation: Organisation, number: int) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(monthly_meeting_limit=number)


@pytest.fixture
def two(cast: Cast) -> list[MeetingRequest]:
    """Two requests of the firm, the second with the weightier match."""
    return [
        stories.agreed(stories.match_of(cast.company, each, score=score), cast.company_owner)
        for each, score in ((cast.startup, 40), (cast.other_startup, 90))
    ]


def unplaced(round_: Round) -> Placement:
    return Placement.objects.unplaced().select_related("request__round").get(timetable__round=round_)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_weightier_meeting_gets_the_month_and_the_side_is_asked_for_one_more(
    cast: Cast, as_user: SignIn, two: list[MeetingRequest], language: str
) -> None:
    firm = cast.company.organisation
    limit(firm, 1)
    round_ = stories.a_round(cast.officer, two)
    stories.placed(round_, cast.officer)
    row = unplaced(round_)
    assert (row.request, row.reason) == (two[0], UnplacedReason.MONTHLY_LIMIT)
    assert (row.detail["parties"], row.detail["remedy"], row.detail["also"]) == (
        [firm.pk],
        "ask_for_more_a_month",
        [],
    )
    client = as_user(cast.officer)
    board = client.get(path("round", language=language, pk=round_.pk))
    ask = path("ask_times", language=language, pk=row.pk)
    assert (said("Ask to take on one more", language) in words(board), ask in links(board)) == (True, True)
    assert {"en": "as many meetings that month as it takes on", "ja": "このラウンド以外のものを含めて"}[
        language
    ] in words(board)

    Notice.objects.all().delete()
    client.post(ask)
    told = Notice.objects.filter(event=Event.MONTH_FULL_ASKED)
    assert sorted(each.recipient.name for each in told) == ["company-member", "company-owner"]
    assert Notice.objects.count() == 2
    letter = read(told.get(recipient=cast.company_owner))
    assert [part in letter for part in (round_.name, cast.startup.organisation.name, "more than 1")] == [
        True
    ] * 3
    assert AuditEvent.objects.filter(action="month.asked").count() == 1

    limit(firm, 2)
    stories.placed(round_, cast.officer)
    assert Placement.objects.filter(timetable=Round.objects.get(pk=round_.pk).draft).unplaced().count() == 0


def test_only_a_full_month_is_asked_about_and_only_until_publication(
    cast: Cast, two: list[MeetingRequest]
) -> None:
    limit(cast.startup.organisation, 1)
    outside = stories.agreed(stories.match_of(cast.other_company, cast.startup), cast.other_company_owner)
    actions.book_free_time(outside, stories.at(4, day=20), by=cast.officer, now=EARLY)
    round_ = stories.a_round(cast.officer, two)
    stories.placed(round_, cast.officer)
    row, placed = unplaced(round_), Placement.objects.placed().select_related("request__round").get()
    assert (row.request, row.detail["parties"]) == (two[0], [cast.startup.pk])
    with pytest.raises(TransitionNotAllowed):
        actions.ask_to_take_on_more(placed, by=cast.officer)
    assert actions.ask_to_take_on_more(row, by=cast.officer) == 4
    actions.publish(Round.objects.get(pk=round_.pk).draft, by=cast.officer)
    with pytest.raises(TransitionNotAllowed):
        actions.ask_to_take_on_more(unplaced(round_), by=cast.officer)


@pytest.mark.parametrize(
    ("booked", "cancelled", "placed"),
    [
        (stories.at(4, day=20), False, False),
        (stories.at(4, day=20), True, True),
        (datetime.fromisoformat("2031-06-30T08:00+00:00"), False, False),
        (datetime.fromisoformat("2031-07-01T04:00+00:00"), False, True),
    ],
)
def test_what_is_booked_outside_the_round_counts_in_its_month(
    cast: Cast, two: list[MeetingRequest], booked: datetime, cancelled: bool, placed: bool
) -> None:
    limit(cast.company.organisation, 1)
    meeting = actions.book_free_time(two[0], booked, by=cast.officer, now=EARLY)
    if cancelled:
        actions.cancel(meeting, reason="A strike", by=cast.officer)
    round_ = stories.a_round(cast.officer, two[1:])
    timetable = stories.placed(round_, cast.officer)
    assert timetable.placements.placed().exists() is placed
    assert timetable.placements.filter(reason=UnplacedReason.MONTHLY_LIMIT).exists() is not placed


def test_a_draft_that_outgrows_a_limit_is_told_and_published_only_if_staff_lock_it(
    cast: Cast, as_user: SignIn, two: list[MeetingRequest]
) -> None:
    """As with a booking outside rounds: staff may, with the side's consent."""
    round_ = stories.a_round(cast.officer, two)
    timetable = stories.placed(round_, cast.officer)
    limit(cast.company.organisation, 1)
    rows = list(timetable.placements.for_board())
    found = problem.faults(Round.objects.get(pk=round_.pk), rows, now=EARLY)
    ids = tuple(sorted(str(each.pk) for each in two))
    assert [(each.fault, each.requests, each.locked) for each in found] == [(Fault.MONTHLY_LIMIT, ids, False)]
    page = words(as_user(cast.officer).get(path("round", pk=round_.pk)))
    assert "has more meetings in this month than it takes on." in page
    with pytest.raises(actions.PublishingBlocked):
        actions.publish(timetable, by=cast.officer)
    for row in rows:
        actions.lock(row, by=cast.officer)
    assert len(actions.publish(timetable, by=cast.officer)) == 2
    assert load_of(cast.company.organisation, stories.at(4)).count == 2


def test_no_move_is_offered_into_a_full_month(cast: Cast, two: list[MeetingRequest]) -> None:
    """The round runs from June into July; in June the firm has its one meeting, in July none."""
    limit(cast.company.organisation, 1)
    days = {"first_day": date(2031, 6, 30), "last_day": date(2031, 7, 2)}
    round_ = stories.a_round(cast.officer, two, **days)
    timetable = stories.placed(round_, cast.officer)
    assert timetable.placements.unplaced().count() == 0
    rows = sorted(timetable.placements.all(), key=lambda row: row.start)
    assert [row.start.month for row in rows] == [6, 7]
    round_ = Round.objects.get(pk=round_.pk)
    found = [problem.moves(round_, rows, row.request_id, now=EARLY) for row in rows]
    assert [{spot.start.month for spot in spots} for spots in found] == [{6}, {7}]


def test_starts_are_those_of_the_months_that_a_round_touches(cast: Cast, two: list[MeetingRequest]) -> None:
    """Both ends with a day to spare, as the months of other clocks begin earlier or later."""
    firm = cast.company.organisation
    limit(firm, 9)
    moments = [
        datetime.fromisoformat(f"2031-{day}T05:00+00:00") for day in ("05-30", "06-02", "06-30", "07-31")
    ]
    requests = [
        stories.agreed(stories.match_of(cast.company, factories.StartupFactory()), cast.company_owner)
        for _each in moments
    ]
    for request, moment in zip(requests, moments, strict=True):
        actions.book_free_time(
            request, moment, by=cast.officer, now=datetime.fromisoformat("2031-05-01T00:00+00:00")
        )
    june, july = date(2031, 6, 4), date(2031, 7, 3)
    assert starts_by_organisation([firm], june, june)[firm.pk] == moments[1:3]
    assert starts_by_organisation([firm], june, july)[firm.pk] == moments[1:]
    assert starts_by_organisation([cast.startup.organisation], june, july) == {}
    assert len(starts_by_organisation([firm], june, june)[firm.pk]) == load_of(firm, stories.at(4)).count
