"""One menu per role; the current page is marked; nobody is led to a closed door."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role, role_of
from matchmaking.navigation import MENUS
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
NAMES = [role.value for role in Role]


def test_every_role_has_a_menu_of_at_most_eight_entries() -> None:
    assert set(MENUS) == set(Role)
    assert max(len(entries) for entries in MENUS.values()) <= 8


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_opens_and_is_marked_as_current(
    name: str, cast: Cast, as_user: Callable[[User], Client]
) -> None:
    user = getattr(cast, name)
    client = as_user(user)
    for item in client.get("/en/").context["nav_items"]:
        page = client.get(item["url"])
        current = [entry["url"] for entry in page.context["nav_items"] if entry["current"]]
        assert (page.status_code, current) == (200, [item["url"]])


def test_the_menu_of_the_page_is_that_of_the_role(cast: Cast, as_user: Callable[[User], Client]) -> None:
    for name in NAMES:
        user = getattr(cast, name)
        labels = [str(item["label"]) for item in as_user(user).get("/en/").context["nav_items"]]
        role = role_of(user)
        assert role is not None
        assert labels == [str(entry.label) for entry in MENUS[role]]


def test_a_guest_has_no_menu(client: Client) -> None:
    assert client.get("/en/").context["nav_items"] == []
