"""Somebody works for the programme no longer, or closes their account: nothing waits for them any more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.enums import InvitationStatus, JoinStatus, MemberRole, StaffRole
from accounts.models import Invitation, JoinRequest, Membership, Review, User
from accounts.reviewing.cases import next_review
from matchmaking.core.models import AuditEvent, Notice
from tests import factories
from tests.accounts import review_stories as stories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]

WAYS: dict[str, Callable[[User, Cast], object]] = {
    "access ended": lambda user, cast: actions.end_staff_access(user, by=cast.administrator),
    "erased": lambda user, cast: actions.erase_person(user, by=cast.administrator),
    "closed by themselves": lambda user, cast: actions.close_account(by=user),
}


@pytest.mark.parametrize("way", WAYS)
def test_applications_that_were_somebodys_wait_for_anybody(way: str, cast: Cast) -> None:
    """Otherwise the oldest of them would open by itself for nobody, ever."""
    gone, colleague = cast.officer, factories.OfficerFactory()
    waiting, declining = stories.applied(), stories.decline_proposed(stories.applied(), colleague)
    decided = stories.approved(stories.applied(), colleague)
    for review in (waiting, declining):
        actions.assign(review, to=gone, by=colleague)
    Review.objects.filter(pk=decided.pk).update(assignee=gone)
    assert next_review(colleague) is None
    WAYS[way](gone, cast)
    assert next_review(colleague) == waiting
    assert [stories.fresh(review).assignee for review in (waiting, declining)] == [None, None]
    assert stories.fresh(decided).assignee == gone, "who had a decided one stays on record"
    trail = AuditEvent.objects.filter(action="review.assigned", detail__reason="")
    assert {event.target_id for event in trail} == {str(waiting.pk), str(declining.pk)}


@pytest.mark.parametrize("role", [StaffRole.OFFICER, StaffRole.EXPERT])
def test_access_that_has_ended_does_not_end_again(role: StaffRole, cast: Cast) -> None:
    person = cast.officer if role == StaffRole.OFFICER else cast.expert
    actions.end_staff_access(User.objects.get(pk=person.pk), by=cast.administrator)
    with pytest.raises(ValidationError) as refusal:
        actions.end_staff_access(person, by=cast.administrator)
    assert refusal.value.messages == ["Their access has ended already."]
    trail = AuditEvent.objects.get(action="user.staff_access_ended")
    assert (trail.detail["staff_role"], trail.actor_id) == (role, cast.administrator.pk)


def test_an_officer_may_be_invited_again_after_their_access_has_ended(cast: Cast) -> None:
    actions.end_staff_access(cast.officer, by=cast.administrator)
    invitation = actions.invite(
        email=cast.officer.email, language="ja", staff_role=StaffRole.EXPERT, by=cast.administrator
    )
    actions.accept_invitation(invitation, by=User.objects.get(pk=cast.officer.pk))
    assert User.objects.get(pk=cast.officer.pk).staff_role == StaffRole.EXPERT


def test_whoever_is_erased_asks_to_join_no_longer(cast: Cast, as_user: SignIn) -> None:
    """Otherwise an owner could admit a former user, who would then count among the members."""
    answered = actions.ask_to_join(cast.other_company.organisation, by=cast.newcomer)
    actions.answer_join_request(answered, admit=False, by=cast.other_company_owner)
    asked = actions.ask_to_join(cast.company.organisation, by=cast.newcomer)
    other = actions.ask_to_join(cast.company.organisation, by=factories.UserFactory(name="Ichiro Suzuki"))
    actions.close_account(by=cast.newcomer)
    assert set(JoinRequest.objects.all()) == {answered, other}
    page = as_user(cast.company_owner).get(reverse("accounts:members"))
    assert [row.user.name for row in page.context["join_requests"]] == ["Ichiro Suzuki"]
    admitting = reverse("accounts:join_admit", args=[asked.pk])
    assert as_user(cast.company_owner).post(admitting).status_code == 404
    answered.refresh_from_db()
    assert answered.status == JoinStatus.REFUSED, "what was decided stays decided"


def test_invitations_to_somebody_who_is_erased_are_taken_back(cast: Cast, as_user: SignIn) -> None:
    """Nobody is offered to send mail to an address that nobody has."""
    address, organisation = cast.newcomer.email, cast.company.organisation
    kept = actions.invite(
        email="other@people.example", language="en", organisation=organisation, member_role=MemberRole.MEMBER,
        by=cast.company_owner,
    )  # fmt: skip
    gone = actions.invite(
        email=address, language="en", organisation=organisation, member_role=MemberRole.MEMBER,
        by=cast.company_owner,
    )  # fmt: skip
    actions.close_account(by=cast.newcomer)
    gone.refresh_from_db()
    assert (gone.status, gone.email) == (
        InvitationStatus.REVOKED,
        f"erased-{cast.newcomer.pk}@erased.invalid",
    )
    page = as_user(cast.company_owner).get(reverse("accounts:members"))
    assert list(page.context["invitations"]) == [kept]
    revoked = AuditEvent.objects.get(action="invitation.revoked")
    assert address not in revoked.target_label, "the trail is not told the address once more"
    assert Invitation.objects.get(pk=kept.pk).status == InvitationStatus.OPEN


def test_an_erased_person_keeps_no_place_no_role_and_no_notice(cast: Cast) -> None:
    for user in (cast.company_member, cast.officer, cast.expert):
        actions.erase_person(user, by=cast.administrator)
        row = User.objects.get(pk=user.pk)
        assert (row.staff_role, row.is_active, row.membership) == ("", False, None)
        assert row.erased_at is not None
        assert not Notice.objects.filter(recipient=user).exists()
    assert Membership.objects.filter(organisation=cast.company.organisation).count() == 1


@pytest.mark.parametrize(("language", "words"), [("en", "Former user"), ("ja", "退会した利用者")])
def test_what_an_erased_person_did_is_told_as_a_former_users(
    language: str, words: str, cast: Cast, as_user: SignIn
) -> None:
    review = stories.decline_proposed(stories.applied(), cast.officer)
    actions.erase_person(cast.officer, by=cast.administrator)
    reader = cast.administrator
    reader.language = language
    reader.save()
    page = as_user(reader).get(f"/{language}/staff/review/{review.pk}/decline/confirm/")
    values = {row["label"]: str(row["value"]) for row in page.context["rows"]}
    assert words in values.values()
