"""The people of an organisation: roles, removal and leaving count at the next request; somebody stays owner."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.enums import MemberRole
from accounts.models import Membership, User
from accounts.roles import Role, role_of
from matchmaking.core.models import AuditEvent, Notice
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def place(user: User) -> Membership:
    return Membership.objects.get(user=user)


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_a_removed_member_sees_nothing_at_the_next_request_and_is_told(cast: Cast, as_user: SignIn) -> None:
    member = as_user(cast.company_member)
    assert member.get(reverse("companies:own")).status_code == 200
    actions.remove_member(place(cast.company_member), by=cast.company_owner)
    assert member.get(reverse("companies:own")).status_code == 404
    assert member.get("/en/").templates[0].name == "home/newcomer.html"
    assert Notice.objects.get(recipient=cast.company_member).event == "member_removed"
    assert AuditEvent.objects.filter(action="member.removed", actor_id=cast.company_owner.pk).exists()


def test_a_new_role_counts_at_the_next_request(cast: Cast, as_user: SignIn) -> None:
    member = as_user(cast.company_member)
    assert member.get(reverse("accounts:invite")).status_code == 404
    actions.change_role(place(cast.company_member), role=MemberRole.OWNER, by=cast.company_owner)
    assert member.get(reverse("accounts:invite")).status_code == 200
    actions.change_role(place(cast.company_member), role=MemberRole.MEMBER, by=cast.company_owner)
    assert member.get(reverse("accounts:invite")).status_code == 404
    assert Notice.objects.filter(recipient=cast.company_member).count() == 2
    actions.change_role(place(cast.company_member), role=MemberRole.MEMBER, by=cast.company_owner)
    assert AuditEvent.objects.filter(action="member.role_changed").count() == 2


def test_whoever_leaves_becomes_a_newcomer_and_the_owner_is_told(cast: Cast) -> None:
    actions.leave(place(cast.startup_member), by=cast.startup_member)
    assert role_of(fresh(cast.startup_member)) == Role.NEWCOMER
    assert Notice.objects.get(recipient=cast.startup_owner).event == "member_left"


@pytest.mark.parametrize("deed", ["leave", "remove", "demote", "close"])
def test_the_last_owner_stays(deed: str, cast: Cast) -> None:
    mine, owner = place(cast.company_owner), cast.company_owner
    deeds: dict[str, Callable[[], object]] = {
        "leave": lambda: actions.leave(mine, by=owner),
        "remove": lambda: actions.remove_member(mine, by=owner),
        "demote": lambda: actions.change_role(mine, role=MemberRole.MEMBER, by=owner),
        "close": lambda: actions.close_account(by=owner),
    }
    with pytest.raises(ValidationError) as caught:
        deeds[deed]()
    assert caught.value.messages == ["Make somebody else an owner first: you are the only one."]
    assert place(owner).role == MemberRole.OWNER
    User.objects.filter(pk=cast.company_member.pk).update(is_active=False)
    Membership.objects.filter(user=cast.company_member).update(role=MemberRole.OWNER)
    with pytest.raises(ValidationError):
        deeds[deed]()  # somebody who may not sign in is no owner to rely on
    User.objects.filter(pk=cast.company_member.pk).update(is_active=True)
    deeds[deed]()


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_leave_at_once_do_not_both_get_out(cast: Cast) -> None:
    Membership.objects.filter(user=cast.company_member).update(role=MemberRole.OWNER)

    def leave(user: User) -> bool:
        try:
            actions.leave(place(user), by=user)
            return True
        except ValidationError:
            return False
        finally:
            connection.close()

    for _round in range(5):
        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(leave, [cast.company_owner, cast.company_member])) == [False, True]
        Membership.objects.filter(organisation=cast.company.organisation).delete()
        for user in (cast.company_owner, cast.company_member):
            factories.MembershipFactory(
                user=user, organisation=cast.company.organisation, role=MemberRole.OWNER
            )


def test_the_last_administrator_stays(cast: Cast) -> None:
    for deed in (
        lambda: actions.end_staff_access(cast.administrator, by=cast.administrator),
        lambda: actions.close_account(by=cast.administrator),
    ):
        with pytest.raises(ValidationError):
            deed()
    other = factories.AdministratorFactory()
    actions.end_staff_access(cast.administrator, by=other)
    assert role_of(fresh(cast.administrator)) == Role.NEWCOMER


def test_the_page_shows_what_each_may_do(cast: Cast, as_user: SignIn) -> None:
    factories.InvitationFactory(organisation=cast.company.organisation, email="friend@people.example")
    factories.JoinRequestFactory(organisation=cast.company.organisation, user__name="Ichiro Suzuki")
    owner = as_user(cast.company_owner).get(reverse("accounts:members")).content.decode()
    member = as_user(cast.company_member).get(reverse("accounts:members")).content.decode()
    for words in ("company-member@people.example", "friend@people.example", "Waiting for an answer"):
        assert words in owner
        assert words in member
    for words in ("Ichiro Suzuki", "Make an owner", "Send again", "Invite a colleague"):
        assert words in owner
        assert words not in member
    assert "Only owners invite" in member


def test_pages_ask_first_and_then_do(cast: Cast, as_user: SignIn) -> None:
    client, pk = as_user(cast.company_owner), place(cast.company_member).pk
    for name, deed in (("member_role", "member.role_changed"), ("member_remove", "member.removed")):
        url = reverse(f"accounts:{name}", args=[pk])
        assert client.get(url).status_code == 200
        assert not AuditEvent.objects.filter(action=deed).exists()
        assert client.post(url).url == reverse("accounts:members")
        assert AuditEvent.objects.filter(action=deed).exists()


def test_a_refusal_is_told_on_the_page(cast: Cast, as_user: SignIn) -> None:
    page = as_user(cast.company_owner).post(reverse("accounts:leave"))
    assert "Make somebody else an owner first" in page.content.decode()


def test_one_does_not_remove_oneself_by_the_pages_for_others(cast: Cast, as_user: SignIn) -> None:
    client, pk = as_user(cast.company_owner), place(cast.company_owner).pk
    for name in ("member_role", "member_remove"):
        assert client.post(reverse(f"accounts:{name}", args=[pk])).status_code == 404


@pytest.mark.parametrize("people", [1, 5])
def test_the_list_costs_the_same_for_few_and_many(
    people: int, cast: Cast, as_user: SignIn, django_assert_num_queries: Callable[..., object]
) -> None:
    for _number in range(people):
        factories.MembershipFactory(organisation=cast.company.organisation, role=MemberRole.MEMBER)
        factories.InvitationFactory(organisation=cast.company.organisation)
        factories.JoinRequestFactory(organisation=cast.company.organisation)
    client = as_user(cast.company_owner)
    with django_assert_num_queries(7):  # type: ignore[attr-defined]
        client.get(reverse("accounts:members"))
