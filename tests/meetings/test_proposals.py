"""A pair talks about how it meets: proposals in turn, each with its own clock, and changes of what was agreed."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from meetings import actions, rules
from meetings.actions import Terms
from meetings.calendars import answer_deadline
from meetings.enums import OPEN_REQUEST, ProposalStatus, RequestStatus
from meetings.models import BookingSeat, Meeting, MeetingRequest, Proposal, open_proposal
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import (
    LANGUAGES,
    SignIn,
    answers,
    in_state,
    links,
    only,
    path,
    said,
    source,
    told,
    words,
)

pytestmark = pytest.mark.django_db
EARLY = stories.at(0, day=1)
HOUR = Terms(60, "en", interpreter_wanted=False, weeks="7 to 18 December", remark="We need time for a demo.")
SHORT = Terms(30, "en", interpreter_wanted=False)


@pytest.fixture
def made(cast: Cast) -> MeetingRequest:
    return stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)


def person(cast: Cast, side: Side) -> User:
    return cast.company_owner if side == Side.COMPANY else cast.startup_owner


def propose(made: MeetingRequest, cast: Cast, side: Side, terms: Terms = HOUR, **more: Any) -> Proposal:
    return actions.propose(made, side, terms, by=person(cast, side), **more)


def now_() -> MeetingRequest:
    return MeetingRequest.objects.with_parties().get()


def agreed(made: MeetingRequest, cast: Cast) -> MeetingRequest:
    actions.accept(made, by=cast.startup_owner)
    return now_()


def booked(made: MeetingRequest, cast: Cast) -> Meeting:
    return actions.book_free_time(agreed(made, cast), stories.at(4), by=cast.officer, now=EARLY)


def test_a_proposal_hands_turn_and_clock_to_the_other_side(cast: Cast, made: MeetingRequest) -> None:
    at = stories.at(3, day=3)
    propose(made, cast, Side.STARTUP, now=at)
    found = now_()
    firm = cast.company.organisation
    assert (found.pk, found.status, found.turn) == (made.pk, RequestStatus.REQUESTED, Side.COMPANY)
    assert found.reply_by == answer_deadline(firm, at) == Proposal.objects.get().reply_by
    assert found.answering == firm
    assert (found.minutes, Proposal.objects.get().before["minutes"]) == (45, 45)


def test_they_talk_in_turn_until_one_accepts_what_the_other_said_last(
    cast: Cast, made: MeetingRequest
) -> None:
    propose(made, cast, Side.STARTUP)
    propose(made, cast, Side.COMPANY, SHORT)
    last = propose(made, cast, Side.STARTUP, Terms(60, "ja", interpreter_wanted=True))
    actions.accept(made, side=Side.COMPANY, by=cast.company_owner)
    found = now_()
    assert (found.status, found.minutes, found.language, found.interpreter_wanted) == (
        RequestStatus.ACCEPTED, 60, "ja", True,
    )  # fmt: skip
    kinds = list(Proposal.objects.values_list("status", flat=True))
    assert kinds == ["replaced", "replaced", "agreed"]
    assert last.before == {"minutes": 30, "language": "en", "interpreter_wanted": False}


def test_each_turn_tells_the_other_side_and_an_agreement_the_office_too(
    cast: Cast, made: MeetingRequest
) -> None:
    firm = sorted(each.name for each in (cast.company_owner, cast.company_member))
    startup = [cast.startup_owner.name, cast.startup_member.name]
    propose(made, cast, Side.STARTUP)
    assert told("proposed_otherwise") == {"proposed_otherwise": firm}
    Notice.objects.all().delete()
    actions.accept(made, side=Side.COMPANY, by=cast.company_owner)
    office = [cast.officer.name, cast.administrator.name]
    assert told("proposal_agreed", "request_accepted") == {"proposal_agreed": sorted([*startup, *office])}


@pytest.mark.parametrize("status", RequestStatus.values)
@pytest.mark.parametrize("side", [Side.COMPANY, Side.STARTUP])
def test_who_may_propose_when(cast: Cast, made: MeetingRequest, status: str, side: Side) -> None:
    """Before an answer whoever must answer; what is agreed and to come, either; afterwards nobody."""
    booked(made, cast)
    MeetingRequest.objects.update(status=status, decline_reason="terms")
    may = status in OPEN_REQUEST and (status != RequestStatus.REQUESTED or side == Side.STARTUP)
    if may:
        propose(made, cast, side, now=EARLY)
    else:
        with pytest.raises(TransitionNotAllowed):
            propose(made, cast, side, now=EARLY)
    assert Proposal.objects.exists() is may


def test_nobody_proposes_against_an_own_open_proposal(cast: Cast, made: MeetingRequest) -> None:
    propose(made, cast, Side.STARTUP)
    with pytest.raises(TransitionNotAllowed):
        propose(made, cast, Side.STARTUP, SHORT)
    with pytest.raises(TransitionNotAllowed):
        actions.accept(made, side=Side.STARTUP, by=cast.startup_owner)


def test_while_a_round_looks_for_a_time_what_was_agreed_stays(cast: Cast, made: MeetingRequest) -> None:
    stories.a_round(cast.officer, [agreed(made, cast)])
    for side in rules.SIDES:
        with pytest.raises(TransitionNotAllowed):
            propose(made, cast, side)


def test_once_the_meeting_has_begun_it_is_not_changed(cast: Cast, made: MeetingRequest) -> None:
    meeting = booked(made, cast)
    with pytest.raises(TransitionNotAllowed):
        propose(made, cast, Side.COMPANY, now=meeting.starts_at)


@pytest.mark.parametrize(
    ("deed", "ends"),
    [
        (lambda made, cast: actions.withdraw(made, by=cast.company_owner), "ended"),
        (lambda made, cast: actions.decline(made, reason="terms", by=cast.startup_owner), "refused"),
        (lambda made, cast: actions.end_request(made, by=cast.officer), "ended"),
        (lambda made, _cast: actions.lapse_overdue(now=made.reply_by + timedelta(days=30)), "lapsed"),
    ],
)
def test_what_ends_the_request_ends_its_proposal(
    cast: Cast, made: MeetingRequest, deed: Any, ends: str
) -> None:
    propose(made, cast, Side.STARTUP)
    deed(now_(), cast)
    assert Proposal.objects.get().status == ends
    assert open_proposal(made) is None


def test_cancelling_ends_an_open_change(cast: Cast, made: MeetingRequest) -> None:
    meeting = booked(made, cast)
    propose(made, cast, Side.COMPANY, now=EARLY)
    actions.cancel(meeting, reason="A strike", by=cast.company_owner)
    assert Proposal.objects.get().status == ProposalStatus.ENDED


def test_the_request_lapses_on_the_clock_of_whoever_must_answer(cast: Cast, made: MeetingRequest) -> None:
    first = made.reply_by
    propose(made, cast, Side.STARTUP, now=first - timedelta(minutes=1))
    assert actions.lapse_overdue(now=first + timedelta(minutes=1)) == 0
    later = now_().reply_by
    assert actions.lapse_overdue(now=later) == 0
    assert actions.lapse_overdue(now=later + timedelta(seconds=1)) == 1
    assert now_().status == RequestStatus.LAPSED


# Changes of what was agreed


@pytest.mark.parametrize("status", [RequestStatus.ACCEPTED, RequestStatus.SCHEDULED])
def test_a_change_without_an_answer_lapses_and_nothing_is_lost(
    cast: Cast, made: MeetingRequest, status: str
) -> None:
    agreed(made, cast) if status == RequestStatus.ACCEPTED else booked(made, cast)
    made = now_()
    change = propose(made, cast, Side.COMPANY, now=EARLY)
    assert actions.lapse_changes(now=change.reply_by) == 0
    assert actions.lapse_changes(now=change.reply_by + timedelta(seconds=1)) == 1
    assert actions.lapse_changes(now=change.reply_by + timedelta(days=9)) == 0
    found = now_()
    assert (found.status, found.minutes, Proposal.objects.get().status) == (status, 45, "lapsed")
    assert len(told("change_lapsed")["change_lapsed"]) == 4


def test_a_booked_meeting_keeps_its_time_until_the_change_is_agreed(cast: Cast, made: MeetingRequest) -> None:
    meeting = booked(made, cast)
    propose(made, cast, Side.STARTUP, now=EARLY)
    before = Meeting.objects.get()
    assert (before.period, before.sequence) == (meeting.period, meeting.sequence)
    actions.agree_to_change(made, Side.COMPANY, by=cast.company_owner, now=EARLY)
    after = Meeting.objects.get()
    assert after.starts_at == meeting.starts_at
    assert after.ends_at == meeting.starts_at + timedelta(minutes=60)
    assert (after.uid, after.sequence) == (meeting.uid, meeting.sequence + 1)
    assert {seat.period.upper for seat in BookingSeat.objects.all()} == {after.ends_at}
    assert now_().minutes == 60
    assert len(told("meeting_changed")["meeting_changed"]) == 4


def test_a_confirmed_meeting_that_changes_is_confirmed_anew(cast: Cast, made: MeetingRequest) -> None:
    meeting = booked(made, cast)
    for side in rules.SIDES:
        actions.confirm(meeting, side, sequence=meeting.sequence, by=person(cast, side), now=EARLY)
    propose(made, cast, Side.STARTUP, now=EARLY)
    assert now_().status == RequestStatus.CONFIRMED
    actions.agree_to_change(made, Side.COMPANY, by=cast.company_owner, now=EARLY)
    assert now_().status == RequestStatus.SCHEDULED


def test_a_change_that_does_not_fit_at_its_time_changes_nothing(cast: Cast, made: MeetingRequest) -> None:
    meeting = booked(made, cast)
    other = stories.agreed(stories.match_of(cast.company, cast.other_startup), cast.company_owner)
    actions.book_free_time(other, meeting.ends_at + timedelta(minutes=15), by=cast.officer, now=EARLY)
    actions.propose(made, Side.STARTUP, HOUR, by=cast.startup_owner, now=EARLY)
    with pytest.raises(actions.DoubleBooking):
        actions.agree_to_change(made, Side.COMPANY, by=cast.company_owner, now=EARLY)
    found = MeetingRequest.objects.get(pk=made.pk)
    assert (found.minutes, Meeting.objects.get(request=made).period) == (45, meeting.period)
    assert Proposal.objects.get().status == ProposalStatus.OPEN


def test_an_interpreter_that_is_agreed_on_is_found_or_the_change_waits(
    cast: Cast, made: MeetingRequest
) -> None:
    booked(made, cast)
    propose(made, cast, Side.STARTUP, Terms(45, "en", interpreter_wanted=True), now=EARLY)
    with pytest.raises(actions.DoubleBooking):
        actions.agree_to_change(made, Side.COMPANY, by=cast.company_owner, now=EARLY)
    interpreter = stories.interpreter("en")
    actions.agree_to_change(made, Side.COMPANY, by=cast.company_owner, now=EARLY)
    assert Meeting.objects.get().interpreter == interpreter


def test_what_is_kept_as_agreed_is_told_to_whoever_proposed(cast: Cast, made: MeetingRequest) -> None:
    made = agreed(made, cast)
    propose(made, cast, Side.COMPANY)
    with pytest.raises(TransitionNotAllowed):
        actions.refuse_change(made, Side.COMPANY, by=cast.company_owner)
    actions.refuse_change(made, Side.STARTUP, by=cast.startup_owner)
    assert (now_().minutes, Proposal.objects.get().status) == (45, ProposalStatus.REFUSED)
    assert len(told("change_refused")["change_refused"]) == 2


# Races


def test_who_answers_what_has_been_answered_is_told_and_nothing_happens(
    cast: Cast, made: MeetingRequest
) -> None:
    seen = rules.standing(made, None)
    propose(made, cast, Side.STARTUP, seen=seen)
    for deed in (
        lambda: actions.accept(made, seen=seen, by=cast.startup_member),
        lambda: propose(made, cast, Side.STARTUP, SHORT, seen=seen),
        lambda: actions.agree_to_change(made, Side.COMPANY, seen=seen, by=cast.company_owner),
    ):
        with pytest.raises(actions.AnsweredMeanwhile):
            deed()
    assert (now_().status, Proposal.objects.count()) == (RequestStatus.REQUESTED, 1)


@pytest.mark.django_db(transaction=True)
def test_of_accepting_and_proposing_at_the_same_moment_one_wins(cast: Cast, made: MeetingRequest) -> None:
    seen, start = rules.standing(made, None), Barrier(2)
    lost: list[type[Exception]] = []

    def press(deed: Any) -> None:
        try:
            start.wait()
            deed()
        except Exception as error:
            lost.append(type(error))
        finally:
            connection.close()

    deeds = (
        lambda: actions.accept(made, seen=seen, by=cast.startup_owner),
        lambda: actions.propose(made, Side.STARTUP, HOUR, seen=seen, by=cast.startup_member),
    )
    threads = [Thread(target=press, args=(deed,)) for deed in deeds]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert lost == [actions.AnsweredMeanwhile]
    proposed = Proposal.objects.filter(status="open").exists()
    assert (now_().status == RequestStatus.ACCEPTED) is not proposed


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"side": "staff"}, "proposal_of_a_side"),
        ({"minutes": 50}, "proposal_length_known"),
        ({"status": "lost"}, "proposal_status_known"),
    ],
)
def test_the_database_refuses_an_odd_proposal(
    cast: Cast, made: MeetingRequest, change: Any, name: str
) -> None:
    propose(made, cast, Side.STARTUP)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Proposal.objects.update(**change)


def test_the_database_keeps_one_open_proposal_and_the_turn_of_a_side(
    cast: Cast, made: MeetingRequest
) -> None:
    propose(made, cast, Side.STARTUP)
    second = Proposal.objects.get()
    second.pk = None
    with pytest.raises(IntegrityError, match="proposal_one_open_per_request"), transaction.atomic():
        second.save()
    with pytest.raises(IntegrityError, match="request_turn_of_a_side"), transaction.atomic():
        MeetingRequest.objects.update(turn="staff")


# Pages

TYPED = {"minutes": "60", "language": "en", "weeks": "January", "remark": ""}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_startup_proposes_from_the_request_and_both_read_what_it_changes(
    cast: Cast, as_user: SignIn, made: MeetingRequest, language: str
) -> None:
    client = as_user(cast.startup_owner)
    address = path("propose", language=language, pk=made.pk)
    assert address in links(client.get(path("answer", language=language, pk=made.pk)))
    seen = client.get(address).context["form"]["seen"].value()
    client.post(address, {**TYPED, "seen": seen})
    for reader in ("company_owner", "startup_owner", "officer"):
        page = words(as_user(getattr(cast, reader)).get(path("detail", language=language, pk=made.pk)))
        assert f"{said('45 minutes', language)} → {said('60 minutes', language)}" in page
        assert "January" in page


def test_the_firm_finds_its_turn_in_its_list_and_on_the_page(
    cast: Cast, as_user: SignIn, made: MeetingRequest
) -> None:
    propose(made, cast, Side.STARTUP)
    client = as_user(cast.company_owner)
    assert client.get(path("list")).context["waiting"][0]["answerable"] is True
    offered = links(client.get(path("detail", pk=made.pk)))
    assert {path("agree", pk=made.pk), path("propose", pk=made.pk), path("withdraw", pk=made.pk)} <= offered
    assert path("propose", pk=made.pk) not in links(
        as_user(cast.startup_owner).get(path("detail", pk=made.pk))
    )


def test_the_firm_checks_and_agrees(cast: Cast, as_user: SignIn, made: MeetingRequest) -> None:
    propose(made, cast, Side.STARTUP)
    client = as_user(cast.company_owner)
    address = path("agree", pk=made.pk)
    page = client.get(address)
    assert "We need time for a demo." in words(page)
    client.post(address, {"seen": page.context["form"]["seen"].value()})
    assert (now_().status, now_().minutes) == (RequestStatus.ACCEPTED, 60)
    assert [client.get(path(name, pk=made.pk)).status_code for name in ("agree", "refuse", "propose")] == [
        409, 409, 200,
    ]  # fmt: skip


@pytest.mark.parametrize("page", ["propose", "agree", "accept"])
def test_an_old_page_sends_nothing_and_says_why(
    cast: Cast, as_user: SignIn, made: MeetingRequest, page: str
) -> None:
    propose(made, cast, Side.STARTUP)
    propose(made, cast, Side.COMPANY, SHORT)
    reader = cast.startup_owner
    typed = {**TYPED, "seen": "requested-0"}
    response = as_user(reader).post(path(page, pk=made.pk), typed, follow=True)
    assert "has answered meanwhile" in response.content.decode()
    assert (now_().status, Proposal.objects.count()) == (RequestStatus.REQUESTED, 2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_proposal_that_changes_nothing_is_not_sent_and_a_bad_one_keeps_what_was_typed(
    cast: Cast, as_user: SignIn, made: MeetingRequest, language: str
) -> None:
    client = as_user(cast.startup_owner)
    address = path("propose", language=language, pk=made.pk)
    same = client.post(address, {"minutes": "45", "language": "en", "seen": "requested-0"})
    assert said("Nothing differs from what stands now. Change something, or write why.", language) in words(
        same
    )
    long = client.post(address, {**TYPED, "remark": "x" * 601, "seen": "requested-0"})
    assert (list(long.context["form"].errors), 'value="January"' in source(long)) == (["remark"], True)
    assert Proposal.objects.count() == 0


def test_staff_propose_and_answer_for_either_side_with_its_consent(
    cast: Cast, as_user: SignIn, made: MeetingRequest
) -> None:
    client = as_user(cast.officer)
    for name, side, typed in (("propose", "startup", TYPED), ("agree", "company", {})):
        address = path(f"{name}_for", pk=made.pk, side=side)
        assert address in links(client.get(path("detail", pk=made.pk)))
        seen = client.get(address).context["form"]["seen"].value()
        refused = client.post(address, {**typed, "seen": seen})
        assert list(refused.context["form"].errors) == ["consent"]
        client.post(address, {**typed, "seen": seen, "consent": f"Mail of {side}"})
    assert now_().status == RequestStatus.ACCEPTED
    actions_ = ("meetingrequest.proposed", "meetingrequest.accepted")
    reasons = [AuditEvent.objects.get(action=each).detail["reason"] for each in actions_]
    assert reasons == ["Mail of startup", "Mail of company"]
    assert client.get(path("agree_for", pk=made.pk, side="staff")).status_code == 404


def test_staff_accept_for_a_startup_that_told_them(cast: Cast, as_user: SignIn, made: MeetingRequest) -> None:
    client = as_user(cast.officer)
    client.post(path("agree_for", pk=made.pk, side="startup"), {"seen": "requested-0", "consent": "By mail"})
    assert (now_().status, now_().answered_by) == (RequestStatus.ACCEPTED, cast.officer)


def test_a_change_that_does_not_fit_is_explained(cast: Cast, as_user: SignIn, made: MeetingRequest) -> None:
    booked(made, cast)
    propose(made, cast, Side.STARTUP, Terms(45, "en", interpreter_wanted=True), now=EARLY)
    client = as_user(cast.company_owner)
    seen = client.get(path("agree", pk=made.pk)).context["form"]["seen"].value()
    response = client.post(path("agree", pk=made.pk), {"seen": seen}, follow=True)
    assert "does not fit at its time" in response.content.decode()
    client.post(path("refuse", pk=made.pk), {"seen": seen})
    assert Proposal.objects.get().status == ProposalStatus.REFUSED


def test_the_pages_are_for_their_side(cast: Cast, as_user: SignIn, made: MeetingRequest) -> None:
    propose(made, cast, Side.STARTUP)
    firm = ("company_owner", "company_member")
    for page in ("agree", "propose"):
        found = answers(cast, as_user, path(page, pk=made.pk))
        startup = {"startup_owner": 409, "startup_member": 409}
        assert found == {**only(*firm), **startup}
        staff = answers(cast, as_user, path(f"{page}_for", pk=made.pk, side="company"))
        assert staff == only("officer", "administrator")


def test_a_firm_that_hides_its_name_stays_hidden_in_the_talk(
    cast: Cast, as_user: SignIn, made: MeetingRequest
) -> None:
    cast.company.name_disclosed = False
    cast.company.save()
    propose(made, cast, Side.STARTUP)
    propose(made, cast, Side.COMPANY, SHORT)
    page = words(as_user(cast.startup_owner).get(path("detail", pk=made.pk)))
    for name in (cast.company.organisation.name, cast.company.organisation.name_en):
        assert name not in page


def test_the_deadline_stands_on_both_clocks(cast: Cast, as_user: SignIn, made: MeetingRequest) -> None:
    page = words(as_user(cast.company_owner).get(path("detail", pk=made.pk)))
    assert "Japan time" in page
    assert "Singapore time" in page
    in_state(made, RequestStatus.LAPSED)
    assert "Singapore time" not in words(as_user(cast.company_owner).get(path("list")))
