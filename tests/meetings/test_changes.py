"""A change of what was agreed: until when it may be asked for, what a round has to do with it, and where it fits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from meetings import actions, rules
from meetings.actions import Terms
from meetings.calendars import answer_deadline
from meetings.enums import ProposalStatus, RequestStatus
from meetings.models import BookingSeat, Meeting, MeetingRequest, Proposal
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, links, path, said, words

pytestmark = pytest.mark.django_db
EARLY = stories.at(0, day=1)
HOUR = Terms(60, "en", interpreter_wanted=False)
IN_A_ROUND = (
    "The programme office is arranging the times of the round. Once they are published you can propose"
    " a change; if it cannot wait, tell the programme office."
)
TOO_LATE = "how you meet can no longer be changed here."


@pytest.fixture
def made(cast: Cast) -> MeetingRequest:
    return stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)


def propose(made: MeetingRequest, cast: Cast, terms: Terms = HOUR, now: Any = EARLY) -> Proposal:
    return actions.propose(made, Side.STARTUP, terms, by=cast.startup_owner, now=now)


def agree(made: MeetingRequest, cast: Cast, now: Any = EARLY) -> None:
    actions.agree_to_change(made, Side.COMPANY, by=cast.company_owner, now=now)


def detail(reader: Any, as_user: SignIn, made: MeetingRequest, language: str = "en") -> Any:
    return as_user(reader).get(path("detail", language=language, pk=made.pk))


# Until when


def test_a_booked_meeting_is_changed_until_a_day_before_and_kept_until_it_begins(
    cast: Cast, made: MeetingRequest
) -> None:
    meeting = actions.book_free_time(made, stories.at(4, day=3), by=cast.officer, now=EARLY)
    made = MeetingRequest.objects.with_parties().get()
    last, start = meeting.starts_at - timedelta(hours=24), meeting.starts_at
    second = timedelta(seconds=1)
    may = {
        moment: (rules.may_change(made, moment), rules.may_keep(made, moment))
        for moment in (last, last + second, start - second, start)
    }
    assert list(may.values()) == [(True, True), (False, True), (False, True), (False, False)]
    proposal = propose(made, cast)
    assert proposal.reply_by == min(last, answer_deadline(cast.company.organisation, EARLY)) == last
    for late in (last + second, start - second):
        with pytest.raises(TransitionNotAllowed):
            agree(made, cast, late)
    actions.refuse_change(made, Side.COMPANY, by=cast.company_owner, now=start - second)
    assert (made.minutes, Proposal.objects.get().status) == (45, ProposalStatus.REFUSED)


def test_once_the_meeting_has_begun_nothing_is_kept_either(cast: Cast, made: MeetingRequest) -> None:
    meeting = actions.book_free_time(made, stories.at(4), by=cast.officer, now=EARLY)
    propose(made, cast)
    with pytest.raises(TransitionNotAllowed):
        actions.refuse_change(made, Side.COMPANY, by=cast.company_owner, now=meeting.starts_at)
    assert Proposal.objects.get().status == ProposalStatus.OPEN


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_offers_what_may_still_be_done_and_says_why_no_more(
    cast: Cast, as_user: SignIn, made: MeetingRequest, language: str, settings: Any
) -> None:
    """The real clock stands in 2026: a lead of five years brings the meeting near."""
    actions.book_free_time(made, stories.at(4), by=cast.officer, now=EARLY)
    propose(made, cast)
    pages = {name: path(name, language=language, pk=made.pk) for name in ("agree", "refuse", "propose")}
    client = as_user(cast.company_owner)
    assert set(pages.values()) <= links(detail(cast.company_owner, as_user, made, language))
    settings.BOOKING_LEAD_HOURS = 5 * 366 * 24
    shown = detail(cast.company_owner, as_user, made, language)
    assert {name for name, url in pages.items() if url in links(shown)} == {"refuse"}
    if language == "en":
        assert TOO_LATE in words(shown)
    answers = {name: client.get(url).status_code for name, url in pages.items()}
    assert answers == {"agree": 409, "refuse": 200, "propose": 409}
    Meeting.objects.update(
        period=(stories.at(4) - timedelta(days=3650), stories.at(5) - timedelta(days=3650))
    )
    over = detail(cast.company_owner, as_user, made, language)
    assert not set(pages.values()) & links(over)
    assert TOO_LATE not in words(over)
    assert client.get(pages["refuse"]).status_code == 409


# Rounds


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_an_unpublished_round_nothing_is_proposed_and_the_page_says_so_without_a_time(
    cast: Cast, as_user: SignIn, made: MeetingRequest, language: str
) -> None:
    """The same words before and after the placement: nobody can read from them whether a time was found."""
    round_ = stories.a_round(cast.officer, [made])
    before = words(detail(cast.startup_owner, as_user, made, language))
    draft = stories.placed(round_, cast.officer)
    (placement,) = draft.placements.all()
    assert placement.starts_at is not None
    for reader in (cast.company_owner, cast.startup_owner):
        shown = detail(reader, as_user, made, language)
        assert said(IN_A_ROUND, language) in words(shown)
        assert path("propose", language=language, pk=made.pk) not in links(shown)
        assert shown.context["card"]["meeting"] is None
        assert "2031" not in words(shown)
    assert words(detail(cast.startup_owner, as_user, made, language)) == before
    office = words(detail(cast.officer, as_user, made, language))
    assert said("Take the request out of its round first; then a change can be proposed.", language) in office


def test_a_meeting_of_a_published_round_is_changed_like_any_other(
    cast: Cast, as_user: SignIn, made: MeetingRequest
) -> None:
    (meeting,) = stories.published(stories.a_round(cast.officer, [made]), cast.officer)
    made = MeetingRequest.objects.with_parties().get()
    for name, reader in (("company", cast.company_owner), ("startup", cast.startup_owner)):
        assert path("propose", pk=made.pk) in links(detail(reader, as_user, made)), name
    propose(made, cast, Terms(30, "en", interpreter_wanted=False))
    agree(made, cast)
    after = Meeting.objects.get()
    assert (after.starts_at, after.room, after.round) == (meeting.starts_at, meeting.room, meeting.round)
    assert after.ends_at == meeting.starts_at + timedelta(minutes=30)
    assert {seat.period.upper for seat in BookingSeat.objects.blocking()} == {after.ends_at}


def test_what_needs_nobody_for_longer_fits_also_outside_the_usual_hours(
    cast: Cast, made: MeetingRequest
) -> None:
    """Placed by a round at an hour that a side offered for it; another interpreter is looked for all the same."""
    chosen = stories.interpreter("en", "id")
    meeting = actions.book_free_time(made, stories.at(4), by=cast.officer, now=EARLY)
    night = (stories.at(14), stories.at(14, 45))
    for model in (Meeting, BookingSeat):
        model.objects.update(period=night)
    for terms, fits in (
        (Terms(30, "en", interpreter_wanted=False), True),
        (Terms(30, "ja", interpreter_wanted=False), True),
        (Terms(60, "ja", interpreter_wanted=False), False),
        (Terms(30, "en", interpreter_wanted=True), False),
    ):
        propose(made, cast, terms)
        if fits:
            agree(made, cast)
            continue
        with pytest.raises(actions.DoubleBooking):
            agree(made, cast)
        actions.refuse_change(made, Side.COMPANY, by=cast.company_owner, now=EARLY)
    Meeting.objects.update(interpreter=chosen)
    for language, fits in (("id", True), ("vi", False)):
        propose(made, cast, Terms(30, language, interpreter_wanted=True))
        if fits:
            agree(made, cast)
            assert Meeting.objects.get(pk=meeting.pk).interpreter == chosen
            continue
        with pytest.raises(actions.DoubleBooking):
            agree(made, cast)


def test_what_is_still_talked_about_joins_no_round_until_it_is_answered(
    cast: Cast, as_user: SignIn, made: MeetingRequest
) -> None:
    round_ = stories.a_round(cast.officer)
    propose(made, cast)
    assert list(MeetingRequest.objects.awaiting_round()) == []
    assert actions.collect(round_, [made], by=cast.officer) == 0
    as_user(cast.officer).post(path("collect", pk=round_.pk), {"requests": [made.pk]})
    assert MeetingRequest.objects.get().round is None
    agree(made, cast)
    assert list(MeetingRequest.objects.awaiting_round()) == [made]
    assert actions.collect(round_, [made], by=cast.officer) == 1
    found = MeetingRequest.objects.get()
    assert (found.round, found.minutes, found.status) == (round_, 60, RequestStatus.ACCEPTED)


# The address of the video meeting


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("http://video.example/1", "Enter an address that begins with https://."),
        ("not an address", "Enter an address that begins with https://."),
        ("ftp://video.example/1", "Enter an address that begins with https://."),
        ("https://", "Enter an address that begins with https://."),
    ],
)
def test_a_fault_in_the_address_is_told_once_and_says_what_to_write(
    cast: Cast, as_user: SignIn, made: MeetingRequest, typed: str, told: str
) -> None:
    for language in LANGUAGES:
        answer = as_user(cast.officer).post(
            path("book", language=language, pk=made.pk), {"start": stories.at(4).isoformat(), "link": typed}
        )
        assert answer.context["form"].errors["link"] == [said(told, language)]
    assert Meeting.objects.count() == 0
