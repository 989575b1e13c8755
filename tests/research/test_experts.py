"""Experts: who they are, how their row begins, and that the account outlives no expert."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from accounts import actions as accounts
from accounts.enums import MemberRole, StaffRole
from accounts.models import User
from accounts.profiles import arrivals
from accounts.roles import Role, role_of
from matchmaking.core.models import AuditEvent
from research import actions
from research.models import Expert
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
EMAIL = "noa@experts.example"
VALUES: dict[str, Any] = {
    "affiliation": "Carmel Technology Review",
    "fields": ["agritech"],
    "countries": ["IL", "IN"],
    "languages": ["en", "he"],
    "biography": "Reads patents.",
}


def test_an_expert_is_called_by_name_and_listed_by_it() -> None:
    for name in ("Noa", "Daniel", "Priya"):
        factories.ExpertFactory(user__name=name)
    assert [str(expert) for expert in Expert.objects.all()] == ["Daniel", "Noa", "Priya"]
    assert {role_of(expert.user) for expert in Expert.objects.all()} == {Role.EXPERT}


def test_a_person_is_one_expert_and_cannot_be_deleted_under_it() -> None:
    expert = factories.ExpertFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Expert(user=expert.user, affiliation="again").save(force_insert=True)
    with pytest.raises(ProtectedError), transaction.atomic():
        expert.user.delete()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fields", ["space"]),
        ("languages", ["xx"]),
        ("countries", ["XX"]),
        ("affiliation", "x" * 161),
        ("affiliation", ""),
    ],
)
def test_values_of_no_vocabulary_are_told_at_their_field(name: str, value: Any) -> None:
    expert = factories.ExpertFactory()
    setattr(expert, name, value)
    with pytest.raises(ValidationError) as caught:
        expert.full_clean()
    assert list(caught.value.message_dict) == [name]


@pytest.mark.parametrize("values", [{"fields": ["space"]}, {"languages": ["en", "xx"]}])
def test_the_database_takes_no_word_of_no_vocabulary(values: dict[str, list[str]]) -> None:
    expert = factories.ExpertFactory()
    with pytest.raises(IntegrityError, match="expert_tags_known"), transaction.atomic():
        Expert.objects.filter(pk=expert.pk).update(**values)


def _by_invitation(role: str, by: User) -> User:
    invitation = accounts.invite(email=EMAIL, language="en", staff_role=role, by=by)
    user = factories.UserFactory(email=EMAIL)
    accounts.accept_invitation(invitation, by=user)
    return User.objects.get(pk=user.pk)


def _by_invitation_to_somebody_new(role: str, by: User) -> User:
    invitation = accounts.invite(email=EMAIL, language="en", staff_role=role, by=by)
    return accounts.join_by_invitation(
        invitation, name="Noa", language="en", time_zone="Asia/Tokyo", password=factories.PASSWORD
    )


def _added(role: str, by: User) -> User:
    return accounts.add_person(email=EMAIL, name="Noa", staff_role=role, by=by)


@pytest.mark.parametrize("arrive", [_by_invitation, _by_invitation_to_somebody_new, _added])
@pytest.mark.parametrize("role", StaffRole)
def test_whoever_arrives_as_an_expert_gets_a_row_and_nobody_else_does(
    arrive: Callable[[str, User], User], role: str, cast: Cast
) -> None:
    user = arrive(role, cast.administrator)
    rows = Expert.objects.filter(user=user)
    assert rows.count() == (role == StaffRole.EXPERT)
    assert [row.is_described for row in rows] == [False] * rows.count()


def test_a_member_of_a_firm_is_no_expert(cast: Cast) -> None:
    invitation = accounts.invite(
        email=EMAIL,
        language="en",
        organisation=cast.company.organisation,
        member_role=MemberRole.MEMBER,
        by=cast.company_owner,
    )
    accounts.accept_invitation(invitation, by=factories.UserFactory(email=EMAIL))
    assert [expert.user for expert in Expert.objects.all()] == [cast.expert]


def test_an_invitation_that_is_refused_leaves_no_row(cast: Cast) -> None:
    invitation = accounts.invite(email=EMAIL, language="en", staff_role=StaffRole.EXPERT, by=cast.officer)
    user = factories.UserFactory(email=EMAIL)
    factories.MembershipFactory(user=user, organisation=cast.startup.organisation)
    with pytest.raises(ValidationError):
        accounts.accept_invitation(invitation, by=user)
    assert not Expert.objects.filter(user=user).exists()


def test_whoever_comes_back_finds_what_they_had_said(cast: Cast) -> None:
    user = _by_invitation(StaffRole.EXPERT, cast.officer)
    actions.describe(user, VALUES, by=user)
    accounts.end_staff_access(user, by=cast.administrator)
    assert user not in [expert.user for expert in Expert.objects.active()]
    again = accounts.invite(email=EMAIL, language="en", staff_role=StaffRole.EXPERT, by=cast.officer)
    accounts.accept_invitation(again, by=User.objects.get(pk=user.pk))
    expert = Expert.objects.active().get(user=user)
    assert {name: getattr(expert, name) for name in VALUES} == VALUES


def test_registering_a_welcome_twice_is_registering_it_once() -> None:
    met: list[User] = []
    before = {role: list(known) for role, known in arrivals._welcomes.items()}
    try:
        arrivals.register(StaffRole.OFFICER, met.append)
        known = arrivals._welcomes[StaffRole.OFFICER]
        arrivals.register(StaffRole.OFFICER, known[-1])
        officer = factories.OfficerFactory()
        for person in (officer, factories.UserFactory(), factories.AdministratorFactory()):
            arrivals.welcome(person)
        assert met == [officer]
    finally:
        arrivals._welcomes.clear()
        arrivals._welcomes.update(before)


def test_describing_writes_what_changed_and_nothing_twice(cast: Cast) -> None:
    assert sorted(actions.describe(cast.expert, VALUES, by=cast.expert)) == sorted(VALUES)
    assert actions.describe(cast.expert, VALUES, by=cast.expert) == []
    assert actions.describe(cast.expert, {**VALUES, "countries": []}, by=cast.expert) == ["countries"]
    trail = AuditEvent.objects.filter(action="expert.described").order_by("pk")
    assert [event.detail["fields"] for event in trail] == [sorted(VALUES), ["countries"]]
    assert {event.target_id for event in trail} == {str(cast.expert.pk)}


@pytest.mark.parametrize("missing", ["affiliation", "fields", "languages"])
def test_what_staff_must_know_makes_a_description(missing: str) -> None:
    expert = factories.ExpertFactory()
    assert expert.is_described
    setattr(expert, missing, "" if missing == "affiliation" else [])
    assert not expert.is_described


@pytest.mark.parametrize(
    ("change", "listed"),
    [
        ({}, True),
        ({"is_active": False}, False),
        ({"staff_role": ""}, False),
        ({"staff_role": "officer"}, False),
    ],
)
def test_the_list_holds_whoever_works_as_an_expert_now(change: dict[str, Any], listed: bool) -> None:
    expert = factories.ExpertFactory()
    User.objects.filter(pk=expert.user_id).update(**change)
    assert list(Expert.objects.for_list()) == ([expert] if listed else [])
