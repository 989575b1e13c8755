"""The menu as a map: where each page lies, for whom, and that nobody is led astray."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from matchmaking.navigation import MENUS, Entry, navigation
from tests import factories
from tests.conftest import Cast
from tests.wiring.test_access_matrix import NAMES

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
ROLES = [role.value for role in Role]
NAMESPACES = {name.split(":")[0] for name in NAMES if ":" in name}


def entries() -> list[tuple[Role, Entry]]:
    return [(role, entry) for role, menu in MENUS.items() for entry in menu]


def test_every_entry_names_a_page_and_places_that_exist() -> None:
    for role, entry in entries():
        assert entry.url_name in NAMES, role
        assert not NAMES[entry.url_name], "a menu cannot know parameters"
        assert [place for place in entry.covers if place not in NAMESPACES | set(NAMES)] == []


def test_every_entry_covers_its_own_page() -> None:
    for role, entry in entries():
        namespace = entry.url_name.split(":")[0]
        assert {entry.url_name, namespace} & set(entry.covers), (role, entry.url_name)


@pytest.mark.parametrize("role", Role)
def test_no_place_is_covered_twice_in_a_menu(role: Role) -> None:
    covered = [place for entry in MENUS[role] for place in entry.covers]
    assert len(covered) == len(set(covered))


@pytest.mark.parametrize("role", Role)
def test_a_menu_has_no_word_and_no_page_twice(role: Role) -> None:
    for language in ("en", "ja"):
        with translation.override(language):
            labels = [str(entry.label) for entry in MENUS[role]]
        assert len(labels) == len(set(labels))
        assert all(len(label) <= 20 for label in labels)
    pages = [entry.url_name for entry in MENUS[role]]
    assert (len(pages), pages[0]) == (len(set(pages)), "home")


@pytest.mark.parametrize("name", ROLES)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_menu_opens_in_both_languages_with_one_entry_marked(
    name: str, language: str, cast: Cast, as_user: SignIn
) -> None:
    client = as_user(getattr(cast, name))
    for item in client.get(f"/{language}/").context["nav_items"]:
        assert item["url"].startswith(f"/{language}/")
        answer = client.get(item["url"])
        assert answer.status_code == 200
        assert answer.content.decode().count('aria-current="page"') >= 1


@pytest.mark.parametrize(
    ("person", "page", "current"),
    [
        ("officer", "companies:detail", "Participants"),
        ("officer", "startups:detail", "Participants"),
        ("officer", "matches:runs", "Matching"),
        ("officer", "meetings:interpreters", "Meeting rounds"),
        ("officer", "meetings:requests", "Meeting rounds"),
        ("company_owner", "startups:profile", "Recommended"),
        ("company_owner", "companies:challenge_new", "Your profile"),
        ("company_owner", "matches:confirm_challenge", "Your profile"),
        ("company_owner", "accounts:delete", "Your profile"),
        ("company_owner", "accounts:close", None),
        ("startup_owner", "startups:own", "Profile"),
        ("startup_owner", "matches:confirm_pitch", "Profile"),
        ("startup_owner", "accounts:withdraw", "Profile"),
        ("startup_owner", "accounts:leave", "People"),
        ("administrator", "accounts:audit", "People"),
        ("officer", "research:commissions", "Market research"),
        ("officer", "research:experts", "People"),
        ("company_owner", "research:ask", "Market research"),
        ("expert", "research:own", "Your expertise"),
        ("officer", "accounts:settings", None),
        ("company_owner", "core:notices", None),
    ],
)
def test_deeper_pages_light_the_entry_they_lie_under(
    person: str, page: str, current: str | None, cast: Cast, as_user: SignIn
) -> None:
    keys = {
        "companies:detail": cast.company.pk,
        "startups:detail": cast.startup.pk,
        "startups:profile": cast.startup.pk,
        "matches:confirm_challenge": cast.company.challenges.first().pk,
    }
    address = reverse(page, args=[keys[page]] if page in keys else [])
    answer = as_user(getattr(cast, person)).get(address)
    if answer.status_code == 404:  # a startup that was not recommended is no page for a firm
        pytest.skip("the page needs a match")
    marked = [str(item["label"]) for item in answer.context["nav_items"] if item["current"]]
    assert (answer.status_code, marked) == (200, [current] if current else [])


def links(html: str) -> set[str]:
    """Addresses of the portal that a page leads to."""
    found = {unescape(address) for address in re.findall(r'<a\b[^>]*\bhref="([^"#]+)', html)}
    return {address for address in found if address.startswith("/") and not address.startswith("/static/")}


@pytest.mark.parametrize("name", ROLES)
def test_no_link_of_the_first_two_steps_is_dead(name: str, cast: Cast, as_user: SignIn) -> None:
    """From home and every page of the menu: what is offered to a role opens for it."""
    client = as_user(getattr(cast, name))
    home = client.get("/en/")
    reached: set[str] = set()
    for item in home.context["nav_items"]:
        reached |= links(client.get(item["url"]).content.decode())
    dead = {
        address: status
        for address in sorted(reached)[:60]
        if (status := client.get(address).status_code) >= 400
    }
    assert dead == {}


def test_what_guests_are_led_to_opens_or_asks_to_sign_in(client: Client) -> None:
    pages = ("", "help/", "privacy/", "accessibility/", "account/login/")
    reached = {address for page in pages for address in links(client.get(f"/en/{page}").content.decode())}
    answers = {address: client.get(address) for address in sorted(reached)}
    wrong = {
        address: answer.status_code
        for address, answer in answers.items()
        if answer.status_code != 200 and "/account/login/?next=" not in answer.headers.get("Location", "")
    }
    assert (len(answers) >= 5, wrong) == (True, {})


def test_a_request_that_has_not_met_the_session_has_no_menu() -> None:
    """A failure before the middleware has run still renders a page."""
    assert navigation(RequestFactory().get("/en/")) == {"nav_items": []}


def test_a_page_that_no_address_matched_marks_nothing(cast: Cast) -> None:
    request = RequestFactory().get("/en/no-such-page/")
    request.user, request.resolver_match = cast.officer, None
    assert {item["current"] for item in navigation(request)["nav_items"]} == {False}


def test_somebody_who_may_no_longer_sign_in_has_no_menu() -> None:
    request = RequestFactory().get("/en/")
    request.user = factories.UserFactory(is_active=False)
    assert navigation(request) == {"nav_items": []}


def test_every_address_carries_the_language() -> None:
    """So that a link that is sent to somebody shows what the sender saw."""
    prefixes = {type(pattern.pattern).__name__ for pattern in get_resolver().url_patterns}
    assert prefixes == {"LocalePrefixPattern"}
