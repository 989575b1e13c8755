"""Who hears of what: those whose affair it is now, and nobody who has left meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from post_office.models import Email

from accounts import actions
from accounts.enums import MemberRole, StaffRole
from accounts.models import Invitation, Membership, Review, User
from matchmaking.core.models import Notice
from tests import factories
from tests.accounts import review_stories as stories
from tests.conftest import Cast
from tests.told import read

pytestmark = pytest.mark.django_db
EMAIL = "friend@people.example"


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def place(user: User) -> Membership:
    return Membership.objects.select_related("organisation", "user").get(user=user)


def told(event: str) -> set[User]:
    """Everybody who has a notice of that sort; each of them once."""
    readers = [notice.recipient for notice in Notice.objects.filter(event=event)]
    assert len(readers) == len(set(readers))
    return set(readers)


# --- an invitation is accepted --------------------------------------------------------------------------------------


def invited(cast: Cast, by: User) -> Invitation:
    return actions.invite(
        email=EMAIL, language="en", organisation=cast.company.organisation,
        member_role=MemberRole.MEMBER, by=by,
    )  # fmt: skip


def test_the_inviter_and_the_owners_hear_of_it_once_each(cast: Cast) -> None:
    second = factories.MembershipFactory(organisation=cast.company.organisation).user
    actions.accept_invitation(invited(cast, cast.company_owner), by=factories.UserFactory(email=EMAIL))
    assert told("invitation_accepted") == {cast.company_owner, second}


LEAVING: dict[str, Callable[[User, Cast], object]] = {
    "removed": lambda user, cast: actions.remove_member(place(user), by=cast.company_owner),
    "left": lambda user, cast: actions.leave(place(user), by=user),
    "closed": lambda user, cast: actions.close_account(by=fresh(user)),
    "erased": lambda user, cast: actions.erase_person(user, by=cast.administrator),
}


@pytest.mark.parametrize("way", LEAVING)
def test_an_inviter_who_has_left_the_organisation_is_told_nothing_of_it(way: str, cast: Cast) -> None:
    """Who comes to a firm is no affair of a former member, who may work for a competitor by now."""
    inviter = factories.MembershipFactory(organisation=cast.company.organisation).user
    invitation = invited(cast, inviter)
    LEAVING[way](inviter, cast)
    Email.objects.all().delete()
    actions.accept_invitation(Invitation.objects.get(pk=invitation.pk), by=factories.UserFactory(email=EMAIL))
    assert told("invitation_accepted") == {cast.company_owner}
    assert {address for mail in Email.objects.all() for address in mail.to} <= {cast.company_owner.email}


def test_an_inviter_who_is_a_member_only_by_now_still_hears_of_it(cast: Cast) -> None:
    inviter = factories.MembershipFactory(organisation=cast.company.organisation).user
    invitation = invited(cast, inviter)
    actions.change_role(place(inviter), role=MemberRole.MEMBER, by=cast.company_owner)
    actions.accept_invitation(invitation, by=factories.UserFactory(email=EMAIL))
    assert told("invitation_accepted") == {cast.company_owner, inviter}


@pytest.mark.parametrize("has_left", [False, True])
def test_an_officer_hears_of_the_expert_they_invited_while_they_are_in_the_office(
    has_left: bool, cast: Cast
) -> None:
    invitation = actions.invite(email=EMAIL, language="ja", staff_role=StaffRole.EXPERT, by=cast.officer)
    if has_left:
        actions.end_staff_access(cast.officer, by=cast.administrator)
    actions.accept_invitation(Invitation.objects.get(pk=invitation.pk), by=factories.UserFactory(email=EMAIL))
    assert told("invitation_accepted") == (set() if has_left else {cast.officer})


# --- applications ---------------------------------------------------------------------------------------------------


def looked_at(cast: Cast) -> Review:
    """An application that three officers had in hand: one is assigned, one has it open, one would decline it."""
    opener, proposer = factories.OfficerFactory(), factories.OfficerFactory()
    review = stories.applied()
    actions.assign(review, to=cast.officer, by=cast.administrator)
    actions.open_for_review(review, by=opener)
    stories.decline_proposed(review, proposer)
    Notice.objects.all().delete()
    return Review.objects.with_people().get(pk=review.pk)


def test_everybody_who_had_it_in_hand_hears_that_it_is_taken_back(cast: Cast) -> None:
    review = looked_at(cast)
    actions.take_back(review, by=review.asked_by)
    assert told("review_taken_back") == {cast.officer, review.opened_by, review.decline_proposed_by}


@pytest.mark.parametrize("role", ["opened_by", "decline_proposed_by", "assignee"])
@pytest.mark.parametrize("way", ["access ended", "erased"])
def test_who_has_left_the_office_hears_of_no_application(role: str, way: str, cast: Cast) -> None:
    review = looked_at(cast)
    gone: User = getattr(review, role)
    if way == "erased":
        actions.erase_person(gone, by=cast.administrator)
    else:
        actions.end_staff_access(fresh(gone), by=cast.administrator)
    Notice.objects.all().delete()
    review = Review.objects.with_people().get(pk=review.pk)
    actions.take_back(review, by=review.asked_by)
    left = {cast.officer, review.opened_by, review.decline_proposed_by}
    assert told("review_taken_back") == {person for person in left if person and person.pk != gone.pk}


@pytest.mark.parametrize("has_left", [False, True])
def test_who_proposed_a_decline_hears_that_it_was_refused_while_in_the_office(
    has_left: bool, cast: Cast
) -> None:
    review = stories.decline_proposed(stories.applied(), cast.officer)
    if has_left:
        actions.end_staff_access(cast.officer, by=cast.administrator)
        review = Review.objects.with_people().get(pk=review.pk)
    actions.refuse_decline(review, reason="They are large enough.", by=cast.administrator)
    assert told("decline_refused") == (set() if has_left else {cast.officer})
    assert stories.fresh(review).status == "waiting"


@pytest.mark.parametrize("has_left", [False, True])
def test_who_decided_hears_of_a_reversal_while_in_the_office(has_left: bool, cast: Cast) -> None:
    second = factories.OfficerFactory()
    review = stories.declined(stories.applied(), cast.officer, second)
    if has_left:
        actions.end_staff_access(cast.officer, by=cast.administrator)
    review = Review.objects.with_people().get(pk=review.pk)
    actions.reverse(review, reason="They have merged.", by=cast.administrator)
    assert told("review_reopened") == ({second} if has_left else {cast.officer, second})


def test_who_takes_their_own_proposal_back_is_not_told(cast: Cast) -> None:
    review = stories.decline_proposed(stories.applied(), cast.officer)
    actions.refuse_decline(review, reason="I was wrong.", by=cast.officer)
    assert told("decline_refused") == set()


def test_a_review_that_goes_back_to_nobody_is_told_to_nobody(cast: Cast) -> None:
    review = stories.applied()
    actions.assign(review, to=cast.officer, by=cast.officer)
    actions.assign(review, to=None, by=cast.administrator)
    assert told("review_assigned") == set()
    actions.assign(review, to=cast.officer, by=cast.administrator)
    assert told("review_assigned") == {cast.officer}


# --- members --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("Ngô Thị Hằng", "Kitahama")), ("ja", ("Ngô Thị Hằng様", "北浜食品"))],
)
def test_an_owner_reads_in_their_language_who_has_left(
    language: str, words: tuple[str, str], cast: Cast
) -> None:
    User.objects.filter(pk=cast.company_owner.pk).update(language=language)
    cast.company_member.name = "Ngô Thị Hằng"
    cast.company_member.save()
    actions.leave(place(cast.company_member), by=cast.company_member)
    notice = Notice.objects.select_related("recipient").get(recipient=cast.company_owner)
    for each in words:
        assert each in read(notice)


def test_whoever_changes_or_removes_is_named_without_a_link(cast: Cast) -> None:
    cast.company_owner.name = "Win.example"
    cast.company_owner.save()
    actions.change_role(place(cast.company_member), role=MemberRole.OWNER, by=cast.company_owner)
    actions.remove_member(place(cast.company_member), by=cast.company_owner)
    mails = Email.objects.filter(to=[cast.company_member.email])
    assert mails.count() == 2
    for mail in mails:
        assert "Win. example" in mail.message
        assert "Win.example" not in mail.subject + mail.message


def test_who_turned_mail_off_still_finds_it_in_the_portal(cast: Cast) -> None:
    User.objects.filter(pk=cast.company_member.pk).update(notices_by_mail=False)
    actions.remove_member(place(cast.company_member), by=cast.company_owner)
    assert told("member_removed") == {cast.company_member}
    assert not Email.objects.filter(to=[cast.company_member.email]).exists()


def test_an_owner_who_may_not_sign_in_is_not_told_that_somebody_left(cast: Cast) -> None:
    locked_out = factories.MembershipFactory(
        organisation=cast.company.organisation, user__is_active=False
    ).user
    actions.leave(place(cast.company_member), by=cast.company_member)
    assert told("member_left") == {cast.company_owner}
    assert not Notice.objects.filter(recipient=locked_out).exists()
