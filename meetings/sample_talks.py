"""The fictional programme's talks: who attends, what is confirmed and what is proposed otherwise.

Comes after `meetings.sample`, and does through the actions themselves what members, or staff for them, would do.
"""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from django.db import transaction

from accounts.models import User, members_of
from matchmaking.core.enums import Language
from matchmaking.matches.enums import Side
from meetings import actions, rules
from meetings.actions import Person, Terms
from meetings.enums import DecisionLevel, RequestStatus
from meetings.models import Attendee, Meeting, MeetingRequest
from meetings.models.requests import MeetingRequestQuerySet

BY_TELEPHONE = "電話で同意を得ました。"
PEOPLE = {
    Side.COMPANY: (
        Person("長谷部 悟", "経営企画部長", DecisionLevel.DECIDES),
        Person("三好 あかね", "生産技術課長", DecisionLevel.PREPARES),
        Person("若林 拓", "海外事業担当", DecisionLevel.INFORMS),
    ),
    Side.STARTUP: (
        Person("Lim Hui Shan", "Chief executive", DecisionLevel.DECIDES),
        Person("Arjun Nair", "Head of partnerships", DecisionLevel.PREPARES),
        Person("Dewi Lestari", "Solutions engineer", DecisionLevel.INFORMS),
    ),
}
LONGER = Terms(
    60, Language.ENGLISH, interpreter_wanted=True, weeks="", remark="We need time for a live demo."
)
WITHOUT = Terms(
    45,
    Language.ENGLISH,
    interpreter_wanted=False,
    weeks="12月中旬以降",
    remark="社内で英語の話せる者が同席します。",
)


@transaction.atomic
def load_talks(*, by: User, now: datetime) -> None:
    """Of three meetings one is confirmed by both sides, one by the firm, one by nobody.

    Loading twice changes nothing.
    """
    if Attendee.objects.filter(name=PEOPLE[Side.COMPANY][0].name).exists():
        return
    for number, meeting in enumerate(_meetings(now)):
        for side in rules.SIDES[: 2 - number % 3]:
            _name(meeting.request, side, number, by)
            _confirm(meeting, side, by)
    for made in islice(_in_state(RequestStatus.REQUESTED), 2):
        _propose(made, Side.STARTUP, LONGER, by)
    for made in islice(_in_state(RequestStatus.ACCEPTED), 1):
        _propose(made, Side.COMPANY, WITHOUT, by)


def _meetings(now: datetime) -> list[Meeting]:
    rows = Meeting.objects.to_come(now).select_related(
        "request__match__company__organisation", "request__match__startup__organisation"
    )
    untouched = rows.filter(request__status=RequestStatus.SCHEDULED, confirmations=None)
    return list(untouched.order_by("pk"))


def _in_state(status: RequestStatus) -> MeetingRequestQuerySet:
    return (
        MeetingRequest.objects.filter(status=status, round=None, proposals=None).with_parties().order_by("pk")
    )


def _acting(request: MeetingRequest, side: Side, by: User) -> tuple[User, str]:
    """A member of the side, or staff with its consent where the sample has nobody there."""
    member = members_of(rules.organisation_of(request, side)).first()
    return (member, "") if member else (by, BY_TELEPHONE)


def _name(request: MeetingRequest, side: Side, number: int, by: User) -> None:
    actor, consent = _acting(request, side, by)
    people = PEOPLE[side][number % 2 :][:2]
    actions.name_attendees(request, side, people, by=actor, consent=consent)


def _confirm(meeting: Meeting, side: Side, by: User) -> None:
    actor, consent = _acting(meeting.request, side, by)
    actions.confirm(meeting, side, sequence=meeting.sequence, by=actor, consent=consent)


def _propose(request: MeetingRequest, side: Side, terms: Terms, by: User) -> None:
    actor, consent = _acting(request, side, by)
    actions.propose(request, side, terms, by=actor, consent=consent)
