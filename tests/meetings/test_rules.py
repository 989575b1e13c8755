"""The rules of meetings on unsaved objects, and small things of the pages."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.enums import OrganisationKind, OrganisationStatus, StaffRole
from accounts.models import Membership, Organisation, User
from accounts.roles import Permission, can
from accounts.rules import name_of
from companies.models import Company
from matchmaking.matches.enums import MatchStatus, Side
from matchmaking.matches.models import Match
from meetings import rules
from meetings.cards import TONES
from meetings.enums import OPEN_REQUEST, RequestStatus, RoundStatus
from meetings.models import MeetingRequest, OrganisationHours, Round, Timetable
from meetings.timetable_check import Fault, Violation
from startups.models import Startup

PUBLISHED = OrganisationStatus.PUBLISHED


def a_match(
    status: str = MatchStatus.DISCLOSED,
    company: str = PUBLISHED,
    startup: str = PUBLISHED,
    *,
    named: bool = True,
) -> Match:
    sides = {
        "company": Company(
            organisation=Organisation(pk=1, kind="company", status=company, name="北浜", name_en="Kitahama"),
            name_disclosed=named,
            industry="foods",
            prefecture="15",
        ),
        "startup": Startup(organisation=Organisation(pk=2, kind="startup", status=startup, name="Negev")),
    }
    return Match(status=status, **sides)


def a_member(kind: str) -> User:
    user = User(name=kind)
    user.__dict__["membership"] = Membership(organisation=Organisation(pk=3, kind=kind), role="owner")
    return user


@pytest.mark.parametrize("status", MatchStatus.values)
def test_only_a_disclosed_match_is_asked_from(status: str) -> None:
    askable = {MatchStatus.DISCLOSED, MatchStatus.INTERESTED}
    assert rules.may_request(a_match(status), []) is (status in askable)


@pytest.mark.parametrize(("company", "startup"), list(product(OrganisationStatus.values, repeat=2)))
def test_both_sides_must_take_part(company: str, startup: str) -> None:
    allowed = rules.may_request(a_match(company=company, startup=startup), [])
    assert allowed is (company == startup == PUBLISHED)


@pytest.mark.parametrize(("first", "second"), list(product(RequestStatus.values, repeat=2)))
def test_one_answer_that_stands_is_enough_to_refuse(first: str, second: str) -> None:
    standing = {*OPEN_REQUEST, RequestStatus.DECLINED}
    allowed = rules.may_request(a_match(), [MeetingRequest(status=first), MeetingRequest(status=second)])
    assert allowed is not bool(standing & {first, second})


@pytest.mark.parametrize("status", RequestStatus.values)
def test_when_a_request_is_answered_and_taken_back(status: str) -> None:
    request = MeetingRequest(status=status)
    assert rules.may_answer(request) is (status == RequestStatus.REQUESTED)
    may = [side for side in Side if rules.may_withdraw(request, side)]
    expected = {RequestStatus.REQUESTED: [Side.COMPANY], RequestStatus.ACCEPTED: [Side.COMPANY, Side.STARTUP]}
    assert may == expected.get(RequestStatus(status), [])


@pytest.mark.parametrize("status", RoundStatus.values)
def test_when_a_round_is_placed_and_edited(status: str) -> None:
    expected = status in (RoundStatus.COLLECTING, RoundStatus.CHECKING)
    assert (rules.may_place(Round(status=status)), Round(status=status).is_editable) == (expected, expected)


@pytest.mark.parametrize(("fault", "locked"), list(product(Fault, [True, False])))
def test_what_blocks_publishing(fault: Fault, locked: bool) -> None:
    always = {
        Fault.CLASH,
        Fault.ROOM_CLASH,
        Fault.INTERPRETER_CLASH,
        Fault.OFFICER_CLASH,
        Fault.PLACED_TWICE,
        Fault.UNKNOWN_REQUEST,
    }
    blocks = rules.blocks_publishing(Violation(fault, ("1",), locked=locked))
    assert blocks is (fault in always or not locked)


@pytest.mark.parametrize(("named", "status"), list(product([True, False], RequestStatus.values)))
def test_who_knows_the_firms_name(named: bool, status: str) -> None:
    request = MeetingRequest(match=a_match(named=named), status=status)
    expert = User(staff_role=StaffRole.EXPERT)
    expert.__dict__["membership"] = None
    known = {
        "startup": rules.knows_company(a_member(OrganisationKind.STARTUP), request),
        "company": rules.knows_company(a_member(OrganisationKind.COMPANY), request),
        "staff": rules.knows_company(expert, request),
    }
    assert known == {"startup": named or request.is_agreed, "company": True, "staff": True}


@pytest.mark.parametrize(
    ("language", "name", "english", "expected"),
    [
        ("en", "北浜", "Kitahama", "Kitahama"),
        ("en", "北浜", "", "北浜"),
        ("ja", "北浜", "Kitahama", "北浜"),
        ("", "北浜", "Kitahama", "北浜"),
    ],
)
def test_the_name_for_a_reader(language: str, name: str, english: str, expected: str) -> None:
    assert name_of(Organisation(name=name, name_en=english), language) == expected


def test_every_state_of_a_request_has_a_look() -> None:
    assert set(TONES) == set(RequestStatus)


@pytest.mark.parametrize(
    ("objective", "bound", "gap"),
    [(10.0, 10.0, 0.0), (9.0, 10.0, 10.0), (None, 10.0, 100.0), (11.0, 10.0, 0.0), (1.0, None, 0.0)],
)
def test_the_gap_of_a_timetable_is_never_negative(
    objective: float | None, bound: float | None, gap: float
) -> None:
    assert Timetable(objective=objective, bound=bound).gap_percent == pytest.approx(gap)


def test_a_week_is_read_as_times_by_weekday() -> None:
    spans = OrganisationHours(week={"0": ["09:00", "17:30"], "6": ["10:00", "00:00"]}).spans()
    assert {day: tuple(each.strftime("%H:%M") for each in span) for day, span in spans.items()} == {
        0: ("09:00", "17:30"),
        6: ("10:00", "00:00"),
    }


def test_a_guest_may_do_nothing_with_meetings() -> None:
    permissions = (Permission.SEE_MEETING, Permission.MANAGE_ROUNDS, Permission.REQUEST_MEETINGS)
    assert [can(AnonymousUser(), each) for each in permissions] == [False] * 3


def test_a_pause_is_at_least_nothing_and_at_most_two_hours() -> None:
    field = Round._meta.get_field("buffer_minutes")
    limits = sorted(each.limit_value for each in field.validators if hasattr(each, "limit_value"))
    assert (limits[0], timedelta(minutes=120) in [timedelta(minutes=m) for m in limits]) == (0, True)
