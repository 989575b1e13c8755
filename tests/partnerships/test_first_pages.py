"""What the office's first page says of partnerships, and where the menus lead."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from partnerships import actions
from partnerships.enums import EndReason
from partnerships.models import Partnership
from tests.conftest import Cast
from tests.partnerships import stories
from tests.partnerships.pages import LANGUAGES, SignIn, path

pytestmark = pytest.mark.django_db
IDLE, QUIET = "Partnerships without a next step", "Partnerships without news for 60 days"
GROWING = "Meetings from which a partnership could grow"


def rows(cast: Cast, as_user: SignIn) -> dict[str, tuple[int, str]]:
    shown = as_user(cast.officer).get("/en/").context["office_rows"]
    return {str(row.what): (row.count, row.url) for row in shown}


def test_nothing_waits_at_first(cast: Cast, as_user: SignIn) -> None:
    assert [rows(cast, as_user)[what][0] for what in (IDLE, QUIET, GROWING)] == [0, 0, 0]


def test_what_stands_still_is_counted_and_leads_to_just_these(cast: Cast, as_user: SignIn) -> None:
    idle = stories.begun(cast)
    quiet = stories.begun(cast, mode="investment")
    stories.a_step(quiet, cast.officer)
    Partnership.objects.filter(pk=quiet.pk).update(news_at=timezone.now() - timedelta(days=61))
    found = rows(cast, as_user)
    assert (found[IDLE][0], found[QUIET][0]) == (1, 1)
    client = as_user(cast.officer)
    for what, partnership in ((IDLE, idle), (QUIET, quiet)):
        listed = client.get(found[what][1]).context["rows"]
        assert [row["partnership"] for row in listed] == [partnership]


def test_what_has_ended_waits_for_nobody(cast: Cast, as_user: SignIn) -> None:
    begun = stories.begun(cast)
    actions.end(begun, EndReason.COMPLETED, by=cast.officer)
    Partnership.objects.update(news_at=timezone.now() - timedelta(days=90))
    assert [rows(cast, as_user)[what][0] for what in (IDLE, QUIET)] == [0, 0]


def test_a_meeting_that_could_lead_on_is_counted_until_it_has(cast: Cast, as_user: SignIn) -> None:
    meeting = stories.told_of(cast, "possible")
    assert rows(cast, as_user)[GROWING] == (1, path("to_begin"))
    stories.begun(cast, request=meeting.request)
    assert rows(cast, as_user)[GROWING][0] == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("person", "page"),
    [
        ("company_owner", "mine"),
        ("company_member", "mine"),
        ("startup_owner", "mine"),
        ("officer", "staff"),
        ("administrator", "staff"),
        ("expert", ""),
        ("newcomer", ""),
    ],
)
def test_the_menu_leads_there_and_marks_where_one_is(
    cast: Cast, as_user: SignIn, person: str, page: str, language: str
) -> None:
    client = as_user(getattr(cast, person))
    menu = {entry["url"]: entry for entry in client.get(f"/{language}/").context["nav_items"]}
    partnerships = {url for url in menu if "partnerships" in url}
    assert partnerships == ({path(page, language=language)} if page else set())
    if page:
        here = client.get(path(page, language=language)).context["nav_items"]
        assert [entry["url"] for entry in here if entry["current"]] == [path(page, language=language)]
