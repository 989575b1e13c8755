"""An account is closed: what tells who somebody was is gone, what they did stays, and nobody gets in by it again."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from accounts import actions
from accounts.models import User
from accounts.roles import role_of
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event, notify
from tests import factories
from tests.accounts.signing import prove_again, set_up_app
from tests.conftest import Cast
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def test_what_is_personal_is_erased_and_the_rest_stays(cast: Cast) -> None:
    user, address = cast.company_member, cast.company_member.email
    set_up_app(user)
    notify(Event.PROFILE_PUBLISHED, [user], organisation="X")
    factories.InvitationFactory(email=address)
    invited = factories.InvitationFactory(invited_by=user)
    actions.erase_person(user, by=cast.officer)
    user = User.objects.get(pk=user.pk)
    assert (user.name, user.is_active, user.has_usable_password()) == ("", False, False)
    assert (str(user), user.email) == ("Former user", f"erased-{user.pk}@erased.invalid")
    assert role_of(user) is None
    for rows in (
        EmailAddress.objects.filter(user=user),
        Authenticator.objects.filter(user=user),
        Notice.objects.filter(recipient=user),
        Email.objects.filter(to=[address]),
        type(invited).objects.filter(email=address),
    ):
        assert not rows.exists()
    assert invited.invited_by_id == user.pk
    assert AuditEvent.objects.get(action="user.erased").actor_id == cast.officer.pk


def test_the_account_is_closed_after_the_password_is_given_again(cast: Cast) -> None:
    client, elsewhere = Client(), Client()
    for each in (client, elsewhere):
        each.post(reverse("account_login"), {"login": cast.company_member.email, "password": PASSWORD})
    assert "/reauthenticate/" in client.post(reverse("accounts:close")).url
    assert User.objects.get(pk=cast.company_member.pk).is_active
    prove_again(client, PASSWORD)
    assert client.post(reverse("accounts:close")).url == reverse("home")
    assert not User.objects.get(pk=cast.company_member.pk).is_active
    for each in (client, elsewhere):
        assert each.get("/en/").templates[0].name == "home/guest.html"
    again = Client().post(
        reverse("account_login"), {"login": cast.company_member.email, "password": PASSWORD}
    )
    assert again.status_code == 200


def test_the_address_is_free_for_a_new_account(cast: Cast) -> None:
    address = cast.newcomer.email
    actions.close_account(by=cast.newcomer)
    assert factories.UserFactory(email=address).email == address


def test_two_people_may_be_erased(cast: Cast) -> None:
    for user in (cast.newcomer, cast.company_member):
        actions.erase_person(user, by=None)
    assert User.objects.exclude(erased_at=None).count() == 2
