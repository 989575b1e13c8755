"""Every page in a real browser: no accessibility violation, no complaint in the console, no sideways scroll."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse

from accounts.models import User
from matchmaking.core import jobs
from meetings import actions
from meetings.models import Meeting, Round
from meetings.repair import Kind
from tests.browser.conftest import Visitor
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.test_repairs import closes, confirmed, plan, published
from tests.wiring.test_access_matrix import ALLOWED, NAMES, PUBLIC
from tests.world import World, build_world

# Only violations are put into words, and files that no rule here looks into are not loaded: either takes its time.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    "preload": False,
}
# Pages are looked at by the first of these who may have them, so that each page is opened once.
LOOKERS = ("administrator", "company_owner", "startup_owner", "expert")
# Parts of pages, asked for by pages themselves, and what is read in development only. Files are told by their type.
NO_PAGE = {
    "companies:concreteness",
    "core:mail_detail",
    "core:mail_list",
    "matches:run_progress",
    "matches:shortlist_progress",
    "matches:trial_progress",
    "meetings:progress",
    "startups:concreteness",
    "startups:deck_state",
}


@pytest.fixture
def world(transactional_db: None, cast: Cast) -> World:
    return build_world(cast)


def pages_of(person: str, world: World, client: Client) -> list[str]:
    """Paths without the language, of the pages this person looks at; buttons (405) and finished steps have none."""
    found = []
    for name in sorted(NAMES):
        people = set(LOOKERS) if name in PUBLIC else ALLOWED.get(name, set())
        if name not in NO_PAGE and next((each for each in LOOKERS if each in people), None) == person:
            path = reverse(name, kwargs={key: world.key(name, key) for key in NAMES[name]})
            answer = client.get(path)
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):  # no file
                found.append(path.removeprefix("/en"))
    return found


def faults(visitor: Visitor, path: str, width: int) -> list[str]:
    status = visitor.go(path)
    found = [f"{path}: status {status}"] if status >= 400 else []
    return found + faults_here(visitor, path, width)


def faults_here(visitor: Visitor, name: str, width: int) -> list[str]:
    """Of the page as it stands in the window, called `name`."""
    results = Axe().run(visitor.page, options=RULES).response
    found = [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in results["violations"]]
    if (wants := visitor.width()) > width:
        found.append(f"{wants} pixels wide")
    return [f"{name}: {fault}" for fault in found]


def test_every_page_is_accessible_quiet_and_fits(
    world: World, cast: Cast, visit: Callable[..., Visitor], as_user: Callable[[User], Client]
) -> None:
    """In a wide window by day in Japanese, and in a narrow one by night in English."""
    found: list[str] = []
    for person in LOOKERS:
        user: User = getattr(cast, person)
        pages = pages_of(person, world, as_user(user))
        for language, width, dark in (("ja", 1280, False), ("en", 390, True)):
            visitor = visit(user, language=language, width=width, dark=dark)
            found += [fault for path in pages for fault in faults(visitor, path, width)]
            found += visitor.complaints
    assert found == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_guests_pages_are_accessible(language: str, visit: Callable[..., Visitor], db: Any) -> None:
    visitor = visit(language=language, width=390)
    found = [
        fault
        for path in (
            "/",
            "/account/login/",
            "/account/signup/",
            "/account/signup/passkey/",
            "/account/password/reset/",
            "/account/password/reset/done/",
            "/help/",
            "/privacy/",
            "/accessibility/",
        )
        for fault in faults(visitor, path, 390)
    ]
    assert (found, visitor.complaints) == ([], [])


@pytest.mark.parametrize(("language", "width"), [("ja", 390), ("en", 1280)])
def test_the_pages_of_ones_account_are_accessible(
    language: str, width: int, visit: Callable[..., Visitor], cast: Cast, transactional_db: None
) -> None:
    visitor = visit(cast.newcomer, language=language, width=width)
    pages = ("email/", "password/change/", "second-factor/", "second-factor/webauthn/", "sessions/", "logout/",
             "reauthenticate/", "close/", "settings/")  # fmt: skip
    found = [fault for page in pages for fault in faults(visitor, f"/account/{page}", width)]
    assert (found, visitor.complaints) == ([], [])


def a_full_repair(cast: Cast) -> tuple[Round, Meeting]:
    """Ready, with everything that its pages tell of; the time of the meeting would be given up."""
    leaving = stories.interpreter("en", email="yumi@interpreters.example", mail_language="ja")
    others = [stories.interpreter("en") for _each in range(2)]
    round_, meetings = published(cast, 4, interpreter_wanted=True, interpreters=[leaving, *others])
    confirmed(meetings[3], cast.officer)
    theirs = [each for each in meetings if each.interpreter_id == leaving.pk]
    stays, moves = theirs[0], next(each for each in meetings if each != theirs[0])
    lost = next(each for each in meetings if each not in (stays, moves))
    closes(moves)
    for day in range(2, 7):
        closes(lost, date(2031, 6, day))
    actions.change_interpreter(leaving, by=cast.officer, is_active=False)
    stories.pairs(1, cast.officer)
    closed = stories.pairs(1, cast.officer)[0]
    actions.add_days_off(
        closed.startup,
        first_day=date(2031, 6, 2),
        last_day=date(2031, 6, 6),
        name="",
        by=stories.member_of(closed.match.startup),
    )
    jobs.run_due()
    repair = stories.repaired(round_, cast.officer)
    assert set(plan(repair).values()) >= {Kind.MOVES, Kind.MEANS, Kind.COMES, Kind.LOST, Kind.WAITS}
    return round_, lost


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_pages_of_a_repair_are_accessible_and_fit(
    language: str, visit: Callable[..., Visitor], cast: Cast, transactional_db: None
) -> None:
    """With every table that they can have, wide and narrow; and those of what it tells and gives up."""
    round_, lost = a_full_repair(cast)
    leaving = round_.interpreters.exclude(email="").get()
    visitor = visit(cast.officer, language=language)
    pages = [f"/staff/rounds/{round_.pk}/{page}" for page in ("", "repair/", "repair/check/")]
    pages += ["/staff/rounds/interpreters/", f"/staff/rounds/interpreters/{leaving.pk}/"]
    found = at_both_widths(visitor, pages)
    actions.apply_repair(round_.repair, by=cast.officer)
    found += at_both_widths(visitor, [f"/meetings/{lost.request_id}/", f"/staff/rounds/{round_.pk}/"])
    assert (found, visitor.complaints) == ([], [])


def at_both_widths(visitor: Visitor, pages: list[str]) -> list[str]:
    found = []
    for width in (1280, 390):
        visitor.page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width}: {fault}" for page in pages for fault in faults(visitor, page, width)]
    return found
