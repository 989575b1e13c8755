"""Either side may still withdraw from what was accepted, with a reason, until a time is fixed."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from meetings import actions
from meetings.actions import Terms
from meetings.enums import ProposalStatus, RequestStatus
from meetings.models import MeetingRequest, Placement, Proposal, Round
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, answers, links, only, path, said, told, words
from tests.told import read

pytestmark = pytest.mark.django_db
WHY = "Our engineer is ill until spring."
FIRM, STARTUPS = ["company-member", "company-owner"], ["startup-member", "startup-owner"]
OFFICE = ["administrator", "officer"]
PEOPLE = {Side.COMPANY: FIRM, Side.STARTUP: STARTUPS}
OWNERS = {Side.COMPANY: "company_owner", Side.STARTUP: "startup_owner"}


@pytest.fixture
def accepted(cast: Cast) -> MeetingRequest:
    made = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    actions.accept(made, by=cast.startup_owner)
    Notice.objects.all().delete()
    return MeetingRequest.objects.with_parties().get()


@pytest.mark.parametrize("side", PEOPLE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_side_withdraws_on_a_page_that_asks_why(
    cast: Cast, as_user: SignIn, accepted: MeetingRequest, side: Side, language: str
) -> None:
    client = as_user(getattr(cast, OWNERS[side]))
    detail, page = (path(name, language=language, pk=accepted.pk) for name in ("detail", "withdraw"))
    shown = client.get(detail)
    assert page in links(shown)
    assert said("Withdraw from the meeting", language) in words(shown)
    assert said("Withdraw from the meeting?", language) in words(client.get(page))
    for typed, reason in (({}, ""), ({"reason": "  "}, "  "), ({"reason": "x" * 501}, "x" * 501)):
        refused = client.post(page, typed)
        assert list(refused.context["form"].errors) == ["reason"]
        assert (refused.context["form"]["reason"].value() or "") == reason
    assert MeetingRequest.objects.get().status == RequestStatus.ACCEPTED
    client.post(page, {"reason": WHY})
    found = MeetingRequest.objects.get()
    assert (found.status, found.withdrawn_side, found.withdraw_reason, found.withdraw_consent) == (
        RequestStatus.WITHDRAWN, side, WHY, "",
    )  # fmt: skip
    other = Side.STARTUP if side == Side.COMPANY else Side.COMPANY
    assert told(*Event) == {"meeting_given_up": sorted([*PEOPLE[other], *OFFICE])}
    assert all(WHY in read(each) for each in Notice.objects.select_related("recipient"))
    assert AuditEvent.objects.get(action="meetingrequest.withdrawn").detail["reason"] == WHY


@pytest.mark.parametrize("side", PEOPLE)
def test_both_sides_and_the_office_read_who_withdrew_and_why(
    cast: Cast, as_user: SignIn, accepted: MeetingRequest, side: Side
) -> None:
    actions.withdraw(accepted, side=side, reason=WHY, by=getattr(cast, OWNERS[side]))
    for reader in ("company_owner", "startup_owner", "officer"):
        shown = words(as_user(getattr(cast, reader)).get(path("detail", pk=accepted.pk)))
        assert f"Withdrawn by {side.label} Reason {WHY}" in shown, reader


def test_of_whoever_is_to_answer_there_is_no_such_page_and_no_such_deed(cast: Cast, as_user: SignIn) -> None:
    """Its way is to decline; the one who asked is told a reason then."""
    made = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    assert answers(cast, as_user, path("withdraw", pk=made.pk)) == only("company_owner", "company_member")
    with pytest.raises(TransitionNotAllowed):
        actions.withdraw(made, side=Side.STARTUP, reason=WHY, by=cast.startup_owner)
    actions.accept(made, by=cast.startup_owner)
    both = ("company_owner", "company_member", "startup_owner", "startup_member")
    assert answers(cast, as_user, path("withdraw", pk=made.pk)) == only(*both)


@pytest.mark.parametrize("status", set(RequestStatus) - {RequestStatus.REQUESTED, RequestStatus.ACCEPTED})
@pytest.mark.parametrize("side", PEOPLE)
def test_once_a_time_is_fixed_or_it_is_over_nobody_withdraws(
    cast: Cast, as_user: SignIn, accepted: MeetingRequest, status: str, side: Side
) -> None:
    MeetingRequest.objects.update(status=status, decline_reason="terms")
    client = as_user(getattr(cast, OWNERS[side]))
    assert client.post(path("withdraw", pk=accepted.pk), {"reason": WHY}).status_code == 409
    with pytest.raises(TransitionNotAllowed):
        actions.withdraw(accepted, side=side, reason=WHY, by=cast.officer)
    assert (MeetingRequest.objects.get().status, told(*Event)) == (status, {})


@pytest.mark.parametrize("side", PEOPLE)
def test_an_open_change_ends_with_it_and_the_firm_may_ask_again(
    cast: Cast, accepted: MeetingRequest, side: Side
) -> None:
    actions.propose(accepted, Side.STARTUP, Terms(60, "en", interpreter_wanted=False), by=cast.startup_owner)
    actions.withdraw(accepted, side=side, reason=WHY, by=getattr(cast, OWNERS[side]))
    assert Proposal.objects.get().status == ProposalStatus.ENDED
    match = accepted.match
    again = stories.asked(match, cast.company_owner)
    assert (again.status, match.requests.count()) == (RequestStatus.REQUESTED, 2)


@pytest.mark.parametrize("side", PEOPLE)
def test_it_leaves_the_round_and_every_board_that_is_not_published(
    cast: Cast, accepted: MeetingRequest, side: Side
) -> None:
    round_ = stories.a_round(cast.officer, [accepted])
    stories.placed(round_, cast.officer)
    assert Placement.objects.placed().count() == 1
    made = MeetingRequest.objects.with_parties().get()
    actions.withdraw(made, side=side, reason=WHY, by=getattr(cast, OWNERS[side]))
    found = MeetingRequest.objects.get()
    assert (found.status, found.round, Placement.objects.count()) == (RequestStatus.WITHDRAWN, None, 0)
    assert not Round.objects.get().requests.exists()


@pytest.mark.parametrize("side", PEOPLE)
def test_staff_withdraw_for_either_side_of_an_accepted_request_and_say_why_and_how_it_agreed(
    cast: Cast, as_user: SignIn, accepted: MeetingRequest, side: Side
) -> None:
    office = as_user(cast.officer)
    address = path("withdraw_for", pk=accepted.pk, side=side.value)
    assert address in links(office.get(path("detail", pk=accepted.pk)))
    refused = office.post(address, {})
    assert sorted(refused.context["form"].errors) == ["consent", "reason"]
    office.post(address, {"reason": WHY, "consent": "Ms Tan by telephone"})
    found = MeetingRequest.objects.get()
    assert (found.withdrawn_side, found.withdraw_reason, found.withdraw_consent) == (
        side, WHY, "Ms Tan by telephone",
    )  # fmt: skip
    other = Side.STARTUP if side == Side.COMPANY else Side.COMPANY
    assert told(*Event) == {
        "acted_for_you": PEOPLE[side],
        "meeting_given_up": sorted([*PEOPLE[other], *OFFICE]),
    }
    for reader in OWNERS.values():
        shown = words(as_user(getattr(cast, reader)).get(path("detail", pk=accepted.pk)))
        assert ("Ms Tan by telephone" in shown) is (reader == OWNERS[side]), reader
        assert WHY in shown


def test_the_portal_keeps_by_which_side_it_was_withdrawn(accepted: MeetingRequest) -> None:
    with pytest.raises(IntegrityError, match="request_withdrawn_by_a_side"), transaction.atomic():
        MeetingRequest.objects.update(withdrawn_side=Side.STAFF)


def test_a_page_of_before_the_answer_asks_for_the_reason_instead_of_withdrawing_without_one(
    cast: Cast, as_user: SignIn
) -> None:
    made = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    client = as_user(cast.company_owner)
    page = path("withdraw", pk=made.pk)
    assert "reason" not in client.get(page).context["form"].fields
    actions.accept(made, by=cast.startup_owner)
    assert list(client.post(page).context["form"].errors) == ["reason"]
    assert MeetingRequest.objects.get().status == RequestStatus.ACCEPTED


@pytest.mark.django_db(transaction=True)
def test_of_two_sides_that_withdraw_at_once_one_does_and_the_other_reads_that_it_is_over(cast: Cast) -> None:
    made = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    actions.accept(made, by=cast.startup_owner)
    barrier, ends = Barrier(2), []

    def end(side: Side) -> None:
        own = MeetingRequest.objects.with_parties().get(pk=made.pk)
        barrier.wait(timeout=20)
        try:
            actions.withdraw(own, side=side, reason=WHY, by=getattr(cast, OWNERS[side]))
            ends.append("done")
        except TransitionNotAllowed:
            ends.append("late")
        finally:
            connection.close()

    threads = [Thread(target=end, args=[side]) for side in PEOPLE]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=30)
    assert sorted(ends) == ["done", "late"]
    assert AuditEvent.objects.filter(action="meetingrequest.withdrawn").count() == 1


def test_the_page_of_a_foreign_request_does_not_exist(
    cast: Cast, as_user: SignIn, accepted: MeetingRequest
) -> None:
    with_reason = {"reason": WHY}
    for reader in ("other_company_owner", "other_startup_owner", "expert", "officer"):
        address = reverse("meetings:withdraw", kwargs={"pk": accepted.pk})
        assert as_user(getattr(cast, reader)).post(address, with_reason).status_code == 404, reader
    assert MeetingRequest.objects.get().status == RequestStatus.ACCEPTED
