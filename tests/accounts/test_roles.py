"""Who may do what."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from accounts.roles import PERMISSIONS, Permission, Role, can, requires, role_of
from tests.conftest import Cast
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_everybody_of_the_cast_has_the_role_of_their_name(cast: Cast) -> None:
    roles = {
        name: role_of(getattr(cast, name)) for name in ("administrator", "officer", "expert", "newcomer")
    }
    roles |= {
        name: role_of(getattr(cast, name))
        for name in ("company_owner", "company_member", "startup_owner", "startup_member")
    }
    assert roles == {role.value: role for role in Role}


def test_whoever_is_in_no_organisation_may_only_register() -> None:
    newcomer = UserFactory()
    assert role_of(newcomer) == Role.NEWCOMER
    assert [permission for permission in Permission if can(newcomer, permission)] == [Permission.REGISTER]


def test_a_guest_may_nothing() -> None:
    assert [permission for permission in Permission if can(AnonymousUser(), permission)] == []


def test_somebody_who_was_locked_out_may_nothing(cast: Cast) -> None:
    cast.administrator.is_active = False
    assert [permission for permission in Permission if can(cast.administrator, permission)] == []


def test_every_permission_is_somebodys_and_no_member_has_a_staff_permission() -> None:
    assert set().union(*PERMISSIONS.values()) == set(Permission)
    members = set().union(*(PERMISSIONS[role] for role in Role if role.startswith(("company", "startup"))))
    shared = {  # each sees its own rows
        Permission.SEE_STARTUPS,
        Permission.SEE_DECKS,
        Permission.SEE_MATCH,
        Permission.SEE_MEETING,
        Permission.BOOK_MEETINGS,
        Permission.INVITE,
    }
    assert members & PERMISSIONS[Role.OFFICER] == shared


def test_a_view_answers_as_if_it_were_not_there(cast: Cast) -> None:
    @requires(Permission.MANAGE_ROUNDS)
    def view(request: object) -> HttpResponse:
        return HttpResponse("the board")

    request = RequestFactory().get("/")
    request.user = cast.officer
    assert view(request).content == b"the board"
    request.user = cast.company_owner
    with pytest.raises(Http404):
        view(request)
