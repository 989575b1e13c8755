"""The database's own word against double booking: every way two times can lie, every participant, every state."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from meetings import actions
from meetings.enums import BLOCKING_SEATS, SeatStatus
from meetings.models import BookingSeat, Meeting, Resource, Room
from tests import factories
from tests.conftest import Cast, Keeping
from tests.meetings import stories

pytestmark = pytest.mark.django_db
NOON = stories.at(3)
# Allen's thirteen relations of two stretches of time, as minutes of the second; the first is 0 to 60.
RELATIONS: dict[str, tuple[int, int, bool]] = {
    "before": (90, 120, False),
    "meets": (60, 90, False),
    "overlaps": (45, 105, True),
    "starts": (0, 90, True),
    "during": (-15, 75, True),
    "finishes": (-30, 60, True),
    "equals": (0, 60, True),
    "finished by": (30, 60, True),
    "contains": (15, 45, True),
    "started by": (0, 30, True),
    "overlapped by": (-30, 30, True),
    "met by": (-30, 0, False),
    "after": (-60, -30, False),
}


def stretch(first: int, last: int, start: datetime = NOON) -> DateTimeTZRange:
    return DateTimeTZRange(start + timedelta(minutes=first), start + timedelta(minutes=last))


@pytest.fixture(scope="module")
def kept_meetings(kept_cast: Cast, keeping: Keeping) -> list[Meeting]:
    """Two meetings of four organisations, at times of their own, without seats."""
    pairs = [
        (kept_cast.company, kept_cast.startup, kept_cast.company_owner),
        (kept_cast.other_company, kept_cast.other_startup, kept_cast.other_company_owner),
    ]
    with keeping():
        requests = [stories.agreed(stories.match_of(firm, startup), by) for firm, startup, by in pairs]
        made = [
            actions.book_free_time(each, stories.at(hour), by=kept_cast.officer)
            for each, hour in zip(requests, (2, 6), strict=True)
        ]
        BookingSeat.objects.all().delete()
    return made


@pytest.fixture
def meetings(kept_meetings: list[Meeting], cast: Cast) -> list[Meeting]:
    return deepcopy(kept_meetings)


def organisation(cast: Cast) -> Resource:
    return Resource.objects.get_or_create(organisation=cast.company.organisation)[0]


def interpreter(cast: Cast) -> Resource:
    return Resource.objects.create(interpreter=stories.interpreter("en"))


def room(cast: Cast) -> Resource:
    round_ = stories.a_round(cast.officer)
    return Resource.objects.create(room=Room.objects.filter(round=round_).first())


KINDS: list[Callable[[Cast], Resource]] = [organisation, interpreter, room]


def seat(meeting: Meeting, resource: Resource, period: DateTimeTZRange, status: str) -> BookingSeat:
    return BookingSeat.objects.create(meeting=meeting, resource=resource, period=period, status=status)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("relation", RELATIONS)
def test_nobody_and_nothing_is_in_two_meetings_at_once(
    cast: Cast, meetings: list[Meeting], kind: Callable[[Cast], Resource], relation: str
) -> None:
    first, last, clash = RELATIONS[relation]
    resource = kind(cast)
    seat(meetings[0], resource, stretch(0, 60), SeatStatus.CONFIRMED)
    if clash:
        with pytest.raises(IntegrityError, match=BookingSeat.NO_OVERLAP), transaction.atomic():
            seat(meetings[1], resource, stretch(first, last), SeatStatus.CONFIRMED)
    else:
        seat(meetings[1], resource, stretch(first, last), SeatStatus.CONFIRMED)
    assert BookingSeat.objects.count() == 2 - clash


@pytest.mark.parametrize(("one", "other"), list(product(SeatStatus, repeat=2)))
def test_only_seats_that_are_held_or_confirmed_stand_in_the_way(
    cast: Cast, meetings: list[Meeting], one: SeatStatus, other: SeatStatus
) -> None:
    resource = organisation(cast)
    seat(meetings[0], resource, stretch(0, 60), one)
    clash = {one, other} <= set(BLOCKING_SEATS)
    if clash:
        with pytest.raises(IntegrityError, match=BookingSeat.NO_OVERLAP), transaction.atomic():
            seat(meetings[1], resource, stretch(0, 60), other)
    else:
        seat(meetings[1], resource, stretch(0, 60), other)
    assert BookingSeat.objects.blocking().count() == sum(
        each in BLOCKING_SEATS for each in ([one] if clash else [one, other])
    )


def test_two_participants_may_be_in_two_meetings_at_the_same_time(
    cast: Cast, meetings: list[Meeting]
) -> None:
    """Numbers of firms, interpreters and rooms overlap; their seats do not."""
    for number, kind in enumerate(KINDS):
        seat(meetings[number % 2], kind(cast), stretch(0, 60), SeatStatus.CONFIRMED)
    assert BookingSeat.objects.blocking().count() == len(KINDS)


@pytest.mark.parametrize("status", [SeatStatus.HELD, SeatStatus.CONFIRMED])
def test_a_seat_that_was_let_go_does_not_come_back_over_another(
    cast: Cast, meetings: list[Meeting], status: SeatStatus
) -> None:
    resource = organisation(cast)
    old = seat(meetings[0], resource, stretch(0, 60), SeatStatus.RELEASED)
    seat(meetings[1], resource, stretch(30, 90), SeatStatus.CONFIRMED)
    with pytest.raises(IntegrityError, match=BookingSeat.NO_OVERLAP), transaction.atomic():
        BookingSeat.objects.filter(pk=old.pk).update(status=status)
    old.refresh_from_db()
    assert old.status == SeatStatus.RELEASED


@pytest.mark.parametrize(
    ("minutes", "fits"), [(9, False), (10, True), (240, True), (241, False), (-30, False)]
)
def test_a_seat_is_as_long_as_a_meeting_may_be(
    cast: Cast, meetings: list[Meeting], minutes: int, fits: bool
) -> None:
    def take() -> None:
        with transaction.atomic():
            seat(meetings[0], organisation(cast), stretch(0, minutes), SeatStatus.CONFIRMED)

    if fits:
        take()
    else:
        with pytest.raises(Exception, match=r"seat_length|lower bound"):
            take()
    assert BookingSeat.objects.count() == fits


@pytest.mark.parametrize(
    ("person", "sees"),
    [
        ("officer", 2),
        ("administrator", 2),
        ("company_owner", 1),
        ("company_member", 1),
        ("startup_owner", 0),
        ("other_company_owner", 0),
        ("expert", 0),
        ("newcomer", 0),
    ],
)
def test_members_see_when_their_own_organisation_is_taken(
    cast: Cast, meetings: list[Meeting], person: str, sees: int
) -> None:
    seat(meetings[0], organisation(cast), stretch(0, 60), SeatStatus.CONFIRMED)
    seat(meetings[0], interpreter(cast), stretch(0, 60), SeatStatus.CONFIRMED)
    assert BookingSeat.objects.visible_to(getattr(cast, person)).count() == sees


@pytest.mark.parametrize("wrong", ["nothing", "two"])
def test_a_resource_is_one_thing(cast: Cast, wrong: str) -> None:
    things = {
        "interpreter": stories.interpreter("en"),
        "organisation": factories.StartupFactory().organisation,
    }
    with pytest.raises(IntegrityError, match="resource_is_one_thing"), transaction.atomic():
        Resource.objects.create(**({} if wrong == "nothing" else things))
