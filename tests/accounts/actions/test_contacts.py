"""People as others add them, and how they can be reached: who gets which place, and what is written down."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts import actions
from accounts.actions import Contact
from accounts.enums import MemberRole, StaffRole
from accounts.models import Membership, User
from accounts.roles import Role, role_of
from matchmaking.core.models import AuditEvent, Notice
from research.models import Expert
from tests import factories
from tests.conftest import Cast
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
TAKEN = (
    "This e-mail address belongs to somebody else.",
    "このメールアドレスは別の方が使用しています。",
)


def trail(action: str) -> AuditEvent:
    return AuditEvent.objects.get(action=action)


# --- added ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "is_expert"), [(StaffRole.EXPERT, True), (StaffRole.OFFICER, False), ("", False)]
)
def test_an_expert_gets_a_row_to_say_what_they_know_and_others_do_not(
    role: str, is_expert: bool, cast: Cast
) -> None:
    user = actions.add_person(email="new@people.example", name="New", by=cast.officer, staff_role=role)
    assert Expert.objects.filter(user=user).exists() is is_expert
    assert trail("user.added").detail == {"staff_role": role, "organisation": ""}
    assert trail("user.added").actor_id == cast.officer.pk


def test_without_a_password_nobody_gets_in_before_they_set_one() -> None:
    user = actions.add_person(email="new@people.example", name="New", by=None)
    for guess in ("", PASSWORD, user.password):
        assert not Client().login(email=user.email, password=guess)
    assert EmailAddress.objects.get(user=user).verified, "so that a new password can come by mail"


def test_an_address_that_somebody_has_in_another_case_adds_nobody(cast: Cast) -> None:
    before = User.objects.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.add_person(email=cast.newcomer.email.upper(), name="Other", by=None)
    assert User.objects.count() == before
    assert not AuditEvent.objects.filter(action="user.added").exists()


def test_the_next_person_is_an_owner_only_where_there_is_none() -> None:
    """A member alone is no owner; an organisation that lost its owner gets one."""
    organisation = factories.CompanyFactory().organisation
    factories.MembershipFactory(organisation=organisation, role=MemberRole.MEMBER)
    people = [
        actions.add_person(email=f"{name}@a.example", name=name, by=None, organisation=organisation)
        for name in ("first", "second")
    ]
    assert [role_of(person) for person in people] == [Role.COMPANY_OWNER, Role.COMPANY_MEMBER]


# --- contacts of an import ------------------------------------------------------------------------------------------


def test_a_contact_keeps_the_clock_of_the_place_and_the_language_of_the_list() -> None:
    organisation = factories.StartupFactory(organisation__time_zone="Asia/Kolkata").organisation
    contact = Contact(email="asha@a.example", name="Asha Rao", title="CTO", phone="+91 22 1234 5678")
    assert actions.add_contact(organisation, contact, language="en", by=None)
    user = User.objects.get(email="asha@a.example")
    assert (user.time_zone, user.language, user.name) == ("Asia/Kolkata", "en", "Asha Rao")
    place = Membership.objects.get(user=user)
    assert (place.title, place.phone, place.role) == ("CTO", "+91 22 1234 5678", MemberRole.OWNER)


def test_what_a_contact_has_changed_since_is_not_taken_back_by_a_later_import() -> None:
    organisation = factories.StartupFactory().organisation
    contact = Contact(email="asha@a.example", name="Asha Rao", title="CTO")
    actions.add_contact(organisation, contact, language="en", by=None)
    User.objects.filter(email=contact.email).update(name="Asha Rao-Iyer")
    again = Contact(email="ASHA@a.example", name="Asha Rao", title="Founder")
    assert not actions.add_contact(organisation, again, language="ja", by=None)
    user = User.objects.get(email=contact.email)
    assert (user.name, user.language, user.membership and user.membership.title) == (
        "Asha Rao-Iyer",
        "en",
        "CTO",
    )


@pytest.mark.parametrize("person", ["newcomer", "officer", "expert", "other_company_owner"])
def test_an_address_of_somebody_elsewhere_is_refused_at_its_field_in_both_languages(
    person: str, cast: Cast
) -> None:
    known = getattr(cast, person)
    contact = Contact(email=known.email.title(), name="X")
    for language, words in zip(("en", "ja"), TAKEN, strict=True):
        with translation.override(language), pytest.raises(ValidationError) as caught:
            actions.add_contact(cast.company.organisation, contact, language="ja", by=cast.officer)
        with translation.override(language):
            assert caught.value.message_dict == {"contact_email": [words]}
    assert role_of(User.objects.get(pk=known.pk)) == role_of(known)


# --- how a member can be reached ------------------------------------------------------------------------------------


def change(cast: Cast, user: dict[str, str], membership: dict[str, str]) -> list[str]:
    place = Membership.objects.select_related("user").get(user=cast.company_member)
    return actions.change_contact(place, user, membership, by=cast.company_owner)


@pytest.mark.parametrize(
    ("user", "membership", "changed"),
    [
        ({"name": "山田 花子"}, {}, ["name"]),
        ({}, {"title": "部長"}, ["title"]),
        ({"name": "山田 花子"}, {"title": "部長", "phone": "0258-12-0000"}, ["name", "title", "phone"]),
        ({"name": "company-member"}, {"title": "部長"}, ["title"]),  # only what differs
        ({"name": "company-member"}, {"title": "Manager"}, []),
        ({}, {}, []),
    ],
)
def test_only_what_differs_is_written_and_recorded_without_its_words(
    user: dict[str, str], membership: dict[str, str], changed: list[str], cast: Cast
) -> None:
    assert change(cast, user, membership) == changed
    rows = AuditEvent.objects.filter(action="user.contact_changed")
    assert [row.detail for row in rows] == ([{"fields": sorted(changed)}] if changed else [])
    assert [row.actor_id for row in rows] == ([cast.company_owner.pk] if changed else [])
    stored = Membership.objects.select_related("user").get(user=cast.company_member)
    expected = {"name": "company-member", "title": "Manager"} | user | membership
    assert (stored.user.name, stored.title) == (expected["name"], expected["title"])


def test_a_contact_that_cannot_be_written_leaves_the_other_half_as_it_was(cast: Cast) -> None:
    with pytest.raises(Exception, match="too long"), transaction.atomic():
        change(cast, {"name": "New name"}, {"title": "x" * 81})
    assert User.objects.get(pk=cast.company_member.pk).name == "company-member"
    assert not AuditEvent.objects.filter(action="user.contact_changed").exists()


# --- settings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"name": "Ngô Thị Hằng"},
        {"name": "O'Neill 田中"},
        {"name": "𠮷田 太郎"},  # beyond the basic plane
        {"name": "x" * 120},
        {"time_zone": "Australia/Lord_Howe"},
        {"notices_by_mail": False},
        {"language": "ja", "theme": "dark"},
    ],
)
def test_settings_come_back_as_they_were_chosen(values: dict[str, Any], cast: Cast) -> None:
    user = cast.startup_member
    assert sorted(actions.change_settings(user, values, by=user)) == sorted(values)
    stored = User.objects.get(pk=user.pk)
    assert {name: getattr(stored, name) for name in values} == values
    assert trail("user.settings_changed").detail == {"fields": sorted(values)}
    assert actions.change_settings(stored, values, by=stored) == []


# --- sessions -------------------------------------------------------------------------------------------------------


def test_somebody_is_signed_out_everywhere_and_nobody_else_is(cast: Cast) -> None:
    def signed_in(user: User) -> Client:
        client = Client()
        client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        return client

    mine = [signed_in(cast.company_owner) for _number in range(2)]
    other = signed_in(cast.company_member)
    actions.end_all_sessions(cast.company_owner)
    status = [client.get(reverse("accounts:settings")).status_code for client in (*mine, other)]
    assert status == [302, 302, 200]
    assert not UserSession.objects.filter(user=cast.company_owner).exists()
    actions.end_all_sessions(cast.company_owner)  # where there is none, nothing happens
    assert Notice.objects.filter(recipient=cast.company_owner).count() == 0
