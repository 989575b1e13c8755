"""The first page of guests: what the programme is; on a developer's machine also whom to try it as."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts.models import User
from accounts.roles import Role, role_of
from matchmaking import sample
from matchmaking.core.enums import Field
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded() -> None:
    """The people of the sample, without its firms and startups, which take seconds."""
    for person in sample.SAMPLE_PEOPLE:
        factories.UserFactory(
            email=person.email,
            name=person.name,
            staff_role=person.staff_role,
            language=person.language,
            password=sample.SAMPLE_PASSWORD,
        )


@pytest.fixture
def trial(settings: Settings) -> None:
    settings.DEBUG = settings.SHOW_SAMPLE_LOGINS = True


def logins(client: Client) -> list[dict[str, Any]]:
    return client.get("/en/").context["sample_logins"]


def test_guests_read_what_it_is_and_how_to_sign_in(client: Client) -> None:
    html = client.get("/en/").content.decode()
    assert 'href="/en/account/login/"' in html
    assert [str(label) for label in Field.labels if f">{label}<" not in html] == []
    assert html.count("<h1") == 1


def test_in_real_use_no_sample_login_is_shown_even_if_the_sample_is_there(
    loaded: None, client: Client
) -> None:
    assert logins(client) == []
    html = client.get("/en/").content.decode()
    assert (sample.SAMPLE_PASSWORD in html, "Sample accounts" in html) == (False, False)


@pytest.mark.parametrize(("debug", "show"), [(True, False), (False, True)])
def test_both_switches_must_be_on(
    debug: bool, show: bool, loaded: None, client: Client, settings: Settings
) -> None:
    settings.DEBUG, settings.SHOW_SAMPLE_LOGINS = debug, show
    assert logins(client) == []


def test_without_the_sample_there_is_nobody_to_offer(trial: None, client: Client) -> None:
    assert logins(client) == []
    assert "Sample accounts" not in client.get("/en/").content.decode()


def test_a_trial_offers_everybody_once_and_the_password_works(
    trial: None, loaded: None, client: Client
) -> None:
    offered = logins(client)
    assert [login["email"] for login in offered] == [person.email for person in sample.SAMPLE_PEOPLE]
    request = RequestFactory().post("/en/account/login/")
    for login in offered:
        signed_in = authenticate(request, email=login["email"], password=login["password"])
        assert signed_in == User.objects.get(email=login["email"])


def test_the_offer_is_a_table_that_says_who_is_who_in_both_languages(
    trial: None, loaded: None, client: Client
) -> None:
    english, japanese = (client.get(f"/{language}/").content.decode() for language in ("en", "ja"))
    for person in sample.SAMPLE_PEOPLE:
        assert (person.email in english, person.name in english, person.email in japanese) == (
            True,
            True,
            True,
        )
    assert ("Midsize firm" in english, "Midsize firm" in japanese) == (True, False)


def test_signed_in_people_see_no_offer(
    trial: None, loaded: None, cast: Cast, as_user: Callable[[User], Client]
) -> None:
    assert sample.SAMPLE_PASSWORD not in as_user(cast.officer).get("/en/").content.decode()


def test_the_page_of_guests_asks_the_database_for_nothing(
    client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        assert client.get("/en/").status_code == 200


def test_one_of_every_staff_role_and_of_each_side_is_offered(loaded: None) -> None:
    people = [User.objects.get(email=person.email) for person in sample.SAMPLE_PEOPLE]
    assert {role_of(user) for user in people} >= {Role.ADMINISTRATOR, Role.OFFICER, Role.EXPERT}
    sides = {str(person.role) for person in sample.SAMPLE_PEOPLE if not person.staff_role}
    assert sides >= {"Midsize firm", "Startup"}
