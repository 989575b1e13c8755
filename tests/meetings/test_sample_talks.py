"""The sample's talks: some of its meetings have people and confirmations, some of its requests another proposal."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from django.utils import timezone

from accounts.models import User
from meetings.enums import DecisionLevel, RequestStatus
from meetings.models import Attendee, Confirmation, MeetingRequest, Proposal
from meetings.sample import load_meetings
from meetings.sample_talks import PEOPLE, load_talks
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import SignIn, path, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast: Cast) -> None:
    """Twenty-four disclosed matches of three firms and eight startups; only the cast's have members."""
    firms = [cast.company, *(factories.ChallengeFactory().company for _each in range(2))]
    startups = [cast.startup, *(factories.StartupFactory() for _each in range(7))]
    for number, firm in enumerate(firms):
        for startup in startups:
            stories.match_of(firm, startup, score=90 - number)
    load_meetings(by=cast.officer, today=date(2031, 5, 12))
    load_talks(by=cast.officer, now=timezone.now())


def test_of_three_meetings_one_is_confirmed_one_by_the_firm_and_one_has_nobody(
    cast: Cast, as_user: SignIn, world: None
) -> None:
    booked = MeetingRequest.objects.booked().order_by("meeting__pk")
    number = booked.count()
    assert number >= 6
    found = [(each.status, each.attendees.count(), each.meeting.confirmations.count()) for each in booked]
    story = [("confirmed", 4, 2), ("scheduled", 2, 1), ("scheduled", 0, 0)]
    assert found == [story[each % 3] for each in range(number)]
    assert set(Attendee.objects.values_list("decision", flat=True)) == set(DecisionLevel.values)
    # where the sample has no member, staff did it, and it says so
    for each in Confirmation.objects.select_related("by"):
        assert bool(each.consent) is each.by.is_officer
    first = booked.filter(status=RequestStatus.CONFIRMED)[0]
    shown = words(as_user(cast.officer).get(path("brief", pk=first.pk)))
    assert any(person.name in shown for people in PEOPLE.values() for person in people)


def test_two_requests_and_an_agreement_wait_for_an_answer_to_another_proposal(world: None) -> None:
    open_ = Proposal.objects.open().select_related("request")
    found = Counter((each.side, each.request.status) for each in open_)
    assert found == {("startup", "requested"): 2, ("company", "accepted"): 1}
    for each in open_:
        turn = "startup" if each.side == "company" else "company"
        assert each.request.status == "accepted" or each.request.turn == turn
        assert each.reply_by > timezone.now()


def test_a_second_time_changes_nothing(cast: Cast, world: None) -> None:
    def rows() -> list[int]:
        return [model.objects.count() for model in (Attendee, Confirmation, Proposal, User)]

    before = rows()
    load_talks(by=cast.officer, now=timezone.now())
    assert rows() == before
