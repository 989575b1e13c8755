"""Sessions: in the database, seen and ended by their owner, ended by a new password, renewed at sign-in."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.templatetags.devices import device
from tests.accounts.signing import NEW_PASSWORD
from tests.conftest import Cast
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"


def signed_in(user: User, **extra: str) -> Client:
    client = Client(**extra)
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert reads(client)
    return client


def reads(client: Client) -> bool:
    """Whether this browser still gets at what is the person's own."""
    return client.get(reverse("accounts:settings")).status_code == 200


def test_the_key_of_a_session_changes_at_sign_in(cast: Cast) -> None:
    client = Client()
    client.get(reverse("accounts:invitation", args=["any"]))  # so that there is a session to fix
    before = client.session.session_key
    client.post(reverse("account_login"), {"login": cast.newcomer.email, "password": PASSWORD})
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_a_new_password_ends_all_other_sessions(cast: Cast) -> None:
    here, elsewhere = signed_in(cast.company_owner), signed_in(cast.company_owner)
    words = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert here.post(reverse("account_change_password"), words).url == reverse("accounts:settings")
    assert (reads(here), reads(elsewhere)) == (True, False)


def test_one_device_is_signed_out_by_its_owner(cast: Cast) -> None:
    here = signed_in(cast.company_owner)
    elsewhere = signed_in(cast.company_owner, headers={"user-agent": EDGE})
    page = here.get(reverse("usersessions_list"))
    assert "Edge, Windows" in page.content.decode()
    other = UserSession.objects.get(session_key=elsewhere.session.session_key)
    assert here.post(reverse("accounts:session_end", args=[other.pk])).url == reverse("usersessions_list")
    assert (reads(here), reads(elsewhere)) == (True, False)


def test_all_other_devices_are_signed_out(cast: Cast) -> None:
    here, *others = (signed_in(cast.company_owner) for _number in range(3))
    here.post(reverse("usersessions_list"))
    assert [reads(client) for client in (here, *others)] == [True, False, False]


def test_nobody_sees_or_ends_the_sessions_of_others(cast: Cast) -> None:
    mine, theirs = signed_in(cast.company_owner), signed_in(cast.company_member)
    their_session = UserSession.objects.get(user=cast.company_member)
    listed = mine.get(reverse("usersessions_list")).context["sessions"]
    assert {session.user for session in listed} == {cast.company_owner}
    assert mine.post(reverse("accounts:session_end", args=[their_session.pk])).status_code == 404
    mine.post(reverse("usersessions_list"))
    assert reads(theirs)


def test_a_session_that_was_removed_by_the_operator_is_over(cast: Cast) -> None:
    client = signed_in(cast.company_owner)
    User.objects.filter(pk=cast.company_owner.pk).update(is_active=False)
    assert not reads(client)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (EDGE, "Edge, Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) Version/18.0 Safari/605.1", "Safari, Mac"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/140 Safari/604.1", "Chrome, iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8.5", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_devices_are_told_in_words(user_agent: str, words: str) -> None:
    assert device(user_agent) == words
