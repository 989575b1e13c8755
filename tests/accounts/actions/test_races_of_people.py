"""Two people decide at once about who belongs where: one deed, one row in the trail, one mail, no broken page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import combinations_with_replacement
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from accounts import actions
from accounts.enums import JoinStatus, MemberRole, StaffRole
from accounts.models import Invitation, JoinRequest, Membership, User
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from tests import factories
from tests.accounts.racing import at_once, overtaken, refused
from tests.accounts.signing import NEW_PASSWORD, link_for
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)
EMAIL = "friend@people.example"
ANSWER = {"name": "Friend", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "time_zone": "Asia/Tokyo"}


def place(user: User) -> Membership:
    return Membership.objects.get(user=user)


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def deeds(*actions_recorded: str) -> list[str]:
    return list(AuditEvent.objects.filter(action__in=actions_recorded).values_list("action", flat=True))


# What an owner may do that leaves one owner fewer: about their own place, or about the other's.
WAYS_OUT: dict[str, Callable[[Membership, Membership], object]] = {
    "leave": lambda mine, other: actions.leave(mine, by=mine.user),
    "close": lambda mine, other: actions.close_account(by=mine.user),
    "demote the other": lambda mine, other: actions.change_role(other, role=MemberRole.MEMBER, by=mine.user),
    "remove the other": lambda mine, other: actions.remove_member(other, by=mine.user),
}


@pytest.mark.parametrize("pair", list(combinations_with_replacement(WAYS_OUT, 2)), ids=" and ".join)
def test_whatever_two_owners_do_at_once_one_owner_stays(pair: tuple[str, str], cast: Cast) -> None:
    Membership.objects.filter(user=cast.company_member).update(role=MemberRole.OWNER)
    pages = [(place(cast.company_owner), place(cast.company_member)) for _number in range(2)]
    first, second = (WAYS_OUT[name] for name in pair)
    at_once(lambda: first(*pages[0]), lambda: second(*reversed(pages[1])))
    owners = Membership.objects.filter(
        organisation=cast.company.organisation, role=MemberRole.OWNER, user__is_active=True
    )
    assert owners.count() == 1


def test_two_owners_who_remove_the_same_member_do_it_once(cast: Cast) -> None:
    second = factories.MembershipFactory(organisation=cast.company.organisation).user
    pages = [(place(cast.company_member), by) for by in (cast.company_owner, second)]
    results = at_once(*(lambda row=row, by=by: actions.remove_member(row, by=by) for row, by in pages))
    [late] = refused(results)
    assert late.messages == ["This person no longer belongs to the organisation."]
    assert deeds("member.removed") == ["member.removed"]
    assert Notice.objects.filter(recipient=cast.company_member, event="member_removed").count() == 1


@pytest.mark.parametrize("late", ["promote", "leave"])
def test_a_place_that_is_taken_away_meanwhile_is_told_and_not_written(late: str, cast: Cast) -> None:
    member, owner = cast.company_member, cast.company_owner
    ways = {
        "promote": lambda: actions.change_role(place(member), role=MemberRole.OWNER, by=owner),
        "leave": lambda: actions.leave(place(member), by=member),
    }
    held = Membership.objects.filter(organisation=cast.company.organisation)
    refusal = overtaken(ways[late], held, lambda: Membership.objects.filter(user=member).delete())
    assert isinstance(refusal, ValidationError)
    assert refusal.messages == ["This person no longer belongs to the organisation."]
    assert deeds("member.role_changed", "member.left") == []
    assert not Membership.objects.filter(user=member).exists()


def test_two_owners_who_both_make_a_member_an_owner_get_what_they_want(cast: Cast, as_user: Any) -> None:
    """The second click on the same question does not turn the role round again."""
    second = factories.MembershipFactory(organisation=cast.company.organisation).user
    clients = [as_user(person) for person in (cast.company_owner, second)]
    address = reverse("accounts:member_role", args=[place(cast.company_member).pk]) + "?to=owner"
    answers = at_once(*(lambda client=client: client.post(address) for client in clients))
    assert [answer.status_code for answer in answers] == [302, 302]
    assert place(cast.company_member).role == MemberRole.OWNER
    assert deeds("member.role_changed") == ["member.role_changed"]


def test_two_administrators_who_end_each_others_access_leave_one(cast: Cast) -> None:
    one, other = cast.administrator, factories.AdministratorFactory()
    at_once(
        lambda: actions.end_staff_access(fresh(other), by=one),
        lambda: actions.end_staff_access(fresh(one), by=other),
        lambda: actions.close_account(by=fresh(one)),
    )
    assert User.objects.filter(staff_role=StaffRole.ADMINISTRATOR, is_active=True).count() == 1


def test_access_ends_once(cast: Cast) -> None:
    results = at_once(
        *[lambda: actions.end_staff_access(User.objects.get(pk=cast.officer.pk), by=cast.administrator)] * 3
    )
    assert [refusal.messages for refusal in refused(results)] == [["Their access has ended already."]] * 2
    assert deeds("user.staff_access_ended") == ["user.staff_access_ended"]
    assert fresh(cast.officer).staff_role == ""


# --- invitations ------------------------------------------------------------------------------------------------


def invited(by: User, **place_of: Any) -> Invitation:
    return actions.invite(email=EMAIL, language="en", by=by, **place_of)


@pytest.mark.parametrize("where", ["organisation", "programme"])
def test_an_address_that_two_invite_at_once_gets_one_mail(where: str, cast: Cast) -> None:
    if where == "organisation":
        people = [
            cast.company_owner,
            factories.MembershipFactory(organisation=cast.company.organisation).user,
        ]
        options: dict[str, Any] = {
            "organisation": cast.company.organisation,
            "member_role": MemberRole.MEMBER,
        }
    else:
        people = [cast.administrator, factories.AdministratorFactory()]
        options = {"staff_role": StaffRole.EXPERT}
    for _attempt in range(3):
        Invitation.objects.all().delete()
        Email.objects.all().delete()
        results = at_once(*(lambda by=by: invited(by, **options) for by in people))
        [refusal] = refused(results)
        assert list(refusal.message_dict) == ["email"]
        assert "has been invited already" in refusal.messages[0]
        assert (Invitation.objects.count(), Email.objects.filter(to=[EMAIL]).count()) == (1, 1)


def test_an_invitation_that_is_sent_again_twice_at_once_goes_out_once(cast: Cast) -> None:
    invitation = invited(
        cast.company_owner, organisation=cast.company.organisation, member_role=MemberRole.MEMBER
    )
    Invitation.objects.update(invited_at=timezone.now() - timedelta(hours=1))
    Email.objects.all().delete()
    again = [
        lambda: actions.renew_invitation(Invitation.objects.get(pk=invitation.pk), by=cast.company_owner)
    ] * 3
    results = at_once(*again)
    assert {refusal.code for refusal in refused(results)} == {"too_soon"}
    assert (len(refused(results)), Email.objects.filter(to=[EMAIL]).count()) == (2, 1)
    link = link_for(EMAIL).rstrip("/").rpartition("/")[2]
    assert Invitation.objects.with_token(link).get() == invitation, "the one mail has the link that works"


@pytest.mark.parametrize("attempt", range(3))
def test_an_invitation_is_taken_back_or_accepted(attempt: int, cast: Cast) -> None:
    invitation = invited(
        cast.company_owner, organisation=cast.company.organisation, member_role=MemberRole.MEMBER
    )
    friend = factories.UserFactory(email=EMAIL)
    results = at_once(
        lambda: actions.accept_invitation(Invitation.objects.get(pk=invitation.pk), by=fresh(friend)),
        lambda: actions.revoke_invitation(Invitation.objects.get(pk=invitation.pk), by=cast.company_owner),
    )
    assert [type(refusal) for refusal in refused(results)] == [TransitionNotAllowed]
    invitation.refresh_from_db()
    assert Membership.objects.filter(user=friend).exists() is (invitation.status == "accepted")
    assert len(deeds("invitation.accepted", "invitation.revoked")) == 1


def guest_with_link() -> Client:
    client = Client()
    client.get(link_for(EMAIL))
    return client


def test_windows_with_one_link_make_one_account_and_all_are_led_on(cast: Cast) -> None:
    """Whether it is late by much or by little: each window ends where it is told what became of the invitation."""
    invited(cast.company_owner, organisation=cast.company.organisation, member_role=MemberRole.MEMBER)
    windows = [guest_with_link() for _number in range(3)]
    page = reverse("accounts:invitation_answer")
    answers = at_once(*(lambda window=window: window.post(page, ANSWER, follow=True) for window in windows))
    assert sorted(answer.status_code for answer in answers) == [200, 410, 410]
    assert User.objects.filter(email=EMAIL).count() == 1


def test_a_window_whose_link_is_used_at_this_very_moment_is_led_on(cast: Cast) -> None:
    invited(cast.company_owner, organisation=cast.company.organisation, member_role=MemberRole.MEMBER)
    early, late = guest_with_link(), guest_with_link()
    page = reverse("accounts:invitation_answer")
    answer = overtaken(
        lambda: late.post(page, ANSWER), Invitation.objects.all(), lambda: early.post(page, ANSWER)
    )
    assert (answer.status_code, answer.url) == (302, page)
    assert late.get(page).status_code == 410
    assert User.objects.filter(email=EMAIL).count() == 1


def test_who_signs_up_in_another_window_meanwhile_is_led_to_sign_in(cast: Cast) -> None:
    """The address is taken while the form of the invitation is on its way: no broken page, and nothing half made."""
    invited(cast.company_owner, organisation=cast.company.organisation, member_role=MemberRole.MEMBER)
    client, page = guest_with_link(), reverse("accounts:invitation_answer")
    answer = overtaken(
        lambda: client.post(page, ANSWER),
        Invitation.objects.all(),
        lambda: factories.UserFactory(email=EMAIL.title()),
    )
    assert (answer.status_code, answer.url) == (302, page)
    assert "Sign in to accept" in client.get(page).content.decode()
    assert Invitation.objects.get().status == "open"
    assert User.objects.filter(email__iexact=EMAIL).count() == 1


def test_somebody_who_got_a_place_at_this_very_moment_is_told_so(cast: Cast, as_user: Any) -> None:
    """Two invitations, two windows: the page that comes second says that one belongs somewhere already."""
    invited(cast.company_owner, organisation=cast.company.organisation, member_role=MemberRole.MEMBER)
    friend = factories.UserFactory(email=EMAIL)
    client, page = as_user(friend), reverse("accounts:invitation_answer")
    client.get(link_for(EMAIL))
    answer = overtaken(
        lambda: client.post(page),
        User.objects.filter(pk=friend.pk),
        lambda: factories.MembershipFactory(user=friend, organisation=cast.startup.organisation),
    )
    assert (answer.status_code, answer.url) == (302, page)
    assert "You belong to an organisation already" in client.get(page).content.decode()
    assert place(friend).organisation == cast.startup.organisation
    assert Invitation.objects.get().status == "open", (
        "the place is still theirs when they have left the other"
    )


# --- requests to join -------------------------------------------------------------------------------------------


def test_asking_twice_at_once_asks_once(cast: Cast) -> None:
    at_once(*[lambda: actions.ask_to_join(cast.company.organisation, by=fresh(cast.newcomer))] * 4)
    assert JoinRequest.objects.filter(user=cast.newcomer).count() == 1
    assert deeds("joinrequest.asked") == ["joinrequest.asked"]
    assert Notice.objects.filter(recipient=cast.company_owner, event="join_asked").count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_two_owners_who_answer_differently_give_one_answer(attempt: int, cast: Cast) -> None:
    second = factories.MembershipFactory(organisation=cast.company.organisation).user
    asked = actions.ask_to_join(cast.company.organisation, by=cast.newcomer)
    pages = [(JoinRequest.objects.get(pk=asked.pk), by) for by in (cast.company_owner, second)]
    results = at_once(
        *(
            lambda row=row, by=by: actions.answer_join_request(row, admit=by == second, by=by)
            for row, by in pages
        )
    )
    assert [type(refusal) for refusal in refused(results)] == [TransitionNotAllowed]
    asked.refresh_from_db()
    admitted = asked.status == JoinStatus.ADMITTED
    assert Membership.objects.filter(user=cast.newcomer).exists() is admitted
    events = list(Notice.objects.filter(recipient=cast.newcomer).values_list("event", flat=True))
    assert events == ["join_admitted" if admitted else "join_refused"]


def test_two_organisations_that_admit_one_person_at_once_leave_them_one_place(cast: Cast) -> None:
    asked = [
        actions.ask_to_join(profile.organisation, by=cast.newcomer)
        for profile in (cast.company, cast.other_company)
    ]
    owners = [cast.company_owner, cast.other_company_owner]
    results = at_once(
        *(
            lambda row=row, by=by: actions.answer_join_request(row, admit=True, by=by)
            for row, by in zip(asked, owners, strict=True)
        )
    )
    assert [refusal.code for refusal in refused(results)] == ["belongs"]
    assert Membership.objects.filter(user=cast.newcomer).count() == 1
    assert sorted(JoinRequest.objects.values_list("status", flat=True)) == ["admitted", "asked"]
