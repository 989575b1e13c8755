"""Every address by every role by every method, with an outsider of the same kind in each.

The table says who may open what when the object is the cast's own (the pair of `company` and `startup`). Everybody
else must get the answer of a page that does not exist; guests are asked to sign in; nobody ever gets a failure or a
word of what is not theirs. A new address fails here until somebody has decided who may have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from tests.conftest import Cast
from tests.factories import UserFactory
from tests.world import COMPANY_CANARY, OTHER_CANARY, World, build_world

STAFF = {"officer", "administrator"}
COMPANY = {"company_owner", "company_member"}
OTHER_COMPANY = {"other_company_owner"}
STARTUP = {"startup_owner", "startup_member"}
OTHER_STARTUP = {"other_startup_owner"}
FIRMS, STARTUPS = COMPANY | OTHER_COMPANY, STARTUP | OTHER_STARTUP
EVERYBODY = STAFF | FIRMS | STARTUPS | {"expert", "drifter"}
PEOPLE = sorted(EVERYBODY)
PUBLIC = {
    "home", "core:help", "core:privacy", "core:accessibility", "core:mail_list", "core:mail_detail",
    "matches:score_help",
}  # fmt: skip

ALLOWED: dict[str, set[str]] = {
    "core:notices": EVERYBODY,
    "core:notices_read": EVERYBODY,
    "core:notice_open": {"company_owner"},
    "accounts:settings": EVERYBODY,
    "accounts:audit": {"administrator"},
}
# Sign-in pages are the library's own; they are public or the reader's own by nature.
LIBRARY = "account_"
METHODS = ("get", "head", "options", "post", "put", "patch", "delete")


def routes(patterns: Any = None, namespace: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and parameters' names of every address."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{namespace}{pattern.name}", dict.fromkeys(pattern.pattern.regex.groupindex)


NAMES = {name: parameters for name, parameters in routes() if not name.startswith(LIBRARY)}
PRIVATE = sorted(set(NAMES) - PUBLIC)


@pytest.fixture
def world(cast: Cast) -> World:
    return build_world(cast)


def test_somebody_has_decided_about_every_address() -> None:
    assert set(NAMES) == set(ALLOWED) | PUBLIC


def address(name: str, world: World) -> str:
    return reverse(name, kwargs={key: world.key(name, key) for key in NAMES[name]})


@pytest.mark.django_db
def test_guests_are_asked_to_sign_in_everywhere(world: World, client: Client) -> None:
    findings = []
    for name in PRIVATE:
        for method in METHODS:
            answer = getattr(client, method)(address(name, world))
            to_login = answer.status_code == 302 and "/account/login/" in answer["Location"]
            if not to_login:
                findings.append((name, method, answer.status_code))
    assert findings == []


@pytest.mark.django_db
@pytest.mark.parametrize("person", PEOPLE)
def test_everybody_gets_what_is_theirs_and_nothing_else(
    person: str, world: World, cast: Cast, as_user: Callable[[User], Client]
) -> None:
    user = UserFactory() if person == "drifter" else getattr(cast, person)
    client = as_user(user)
    client.raise_request_exception = False
    findings = []
    for name in PRIVATE:
        for method in METHODS:
            with transaction.atomic():
                answer = getattr(client, method)(address(name, world))
                transaction.set_rollback(True)
            if fault := _fault(answer, allowed=person in ALLOWED[name], method=method):
                findings.append((name, method, fault))
            findings += [(name, method, word) for word in _leaks(answer, person)]
    assert findings == []


def _fault(answer: Any, *, allowed: bool, method: str) -> str:
    """What is wrong with an answer, or nothing."""
    status = answer.status_code
    if status >= 500:
        return f"failed with {status}"
    if allowed and method == "get" and status in (403, 404):
        return f"{status} for somebody who may"
    if not allowed and status not in (404, 405):
        return f"{status} for somebody who may not"
    return ""


def _leaks(answer: Any, person: str) -> list[str]:
    """Canaries of an organisation in an answer to somebody of another."""
    body = b"" if answer.streaming else answer.content
    words = []
    if person in OTHER_COMPANY | OTHER_STARTUP | {"expert", "drifter"} and COMPANY_CANARY.encode() in body:
        words.append(COMPANY_CANARY)
    if person in COMPANY | STARTUP | {"expert", "drifter"} and OTHER_CANARY.encode() in body:
        words.append(OTHER_CANARY)
    return words


@pytest.mark.django_db
def test_looking_changes_nothing(world: World, cast: Cast, as_user: Callable[[User], Client]) -> None:
    """No GET writes, except what marks a session."""
    client = as_user(cast.officer)
    before = world.row_counts()
    for name in PRIVATE:
        client.get(address(name, world))
    assert world.row_counts() == before
