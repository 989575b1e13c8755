"""The page of the calendar feed, and what its address answers to whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from accounts import actions as people
from accounts.enums import OrganisationStatus
from accounts.models import Membership, Organisation, User
from meetings import actions
from meetings.models import CalendarFeed
from tests.conftest import Cast
from tests.meetings.pages import LANGUAGES, SignIn, answers, links, only, path, said, words
from tests.meetings.test_bookings import booked

READERS = ("company_owner", "company_member", "other_company_owner", "startup_owner", "startup_member",
           "other_startup_owner", "officer", "administrator")  # fmt: skip


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet() -> Iterator[None]:
    yield
    cache.clear()


def address(user: User, language: str = "en") -> str:
    return path("feed", language=language, token=actions.open_feed(by=user))


def fetch(where: str, **headers: str) -> Any:
    """As a calendar program does: without a session."""
    return Client().get(where, headers=headers)


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["calendar", "calendar_revoke"])
def test_firms_startups_and_the_office_have_the_page_and_nobody_else(
    cast: Cast, as_user: SignIn, page: str
) -> None:
    assert answers(cast, as_user, path(page)) == only(*READERS)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["company_owner", "startup_member", "officer"])
def test_the_address_is_shown_once_and_works_without_a_session(
    cast: Cast, as_user: SignIn, name: str
) -> None:
    meeting = booked(cast)
    client = as_user(getattr(cast, name))
    made = client.post(path("calendar"))
    shown = made.context["address"]
    assert (shown in made.content.decode(), made["Cache-Control"]) == (True, "no-store")
    assert made.context["webcal"] == shown.replace("http:", "webcal:", 1)
    assert shown not in client.get(path("calendar")).content.decode()
    answer = fetch(shown.removeprefix("http://localhost:8000"))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(event["UID"]) == f"{meeting.uid}@portal"


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_since_when_and_when_it_was_last_fetched(
    cast: Cast, as_user: SignIn, language: str
) -> None:
    client = as_user(cast.company_owner)
    page = path("calendar", language=language)
    assert said("Make the address", language) in words(client.get(page))
    where = address(cast.company_owner, language)
    before = client.get(page)
    assert said("Not yet", language) in words(before)
    assert before.context["feed"].user == cast.company_owner
    fetch(where)
    assert said("Not yet", language) not in words(client.get(page))
    feed = CalendarFeed.objects.get()
    assert feed.fetched_at is not None
    assert timezone.now() - feed.fetched_at < timedelta(minutes=1)


@pytest.mark.django_db
def test_looking_at_a_question_changes_nothing(cast: Cast, as_user: SignIn) -> None:
    client, where = as_user(cast.startup_owner), address(cast.startup_owner)
    for page in ("calendar", "calendar_renew", "calendar_revoke"):
        assert client.get(path(page)).status_code == 200
    assert fetch(where).status_code == 200


@pytest.mark.django_db
def test_a_new_address_stops_the_old_one(cast: Cast, as_user: SignIn) -> None:
    old = address(cast.startup_owner)
    client = as_user(cast.startup_owner)
    assert path("calendar") in links(client.get(path("calendar_renew")))
    new = client.post(path("calendar")).context["address"].removeprefix("http://localhost:8000")
    assert (fetch(old).status_code, fetch(new).status_code) == (404, 200)


@pytest.mark.django_db
def test_a_stopped_address_is_a_page_that_is_not_there(cast: Cast, as_user: SignIn) -> None:
    where = address(cast.startup_owner)
    answer = as_user(cast.startup_owner).post(path("calendar_revoke"), follow=True)
    assert said(
        "The feed is stopped. Remove the subscription from your calendar program, too.", "en"
    ) in words(answer)
    assert fetch(where).status_code == 404
    again = as_user(cast.startup_owner).get(path("calendar_renew"))
    assert (again.status_code, again["Location"]) == (302, path("calendar"))


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["x", "0" * 64, "a" * 43, "%E6%BC%A2", "..%2F..", "a" * 3000])
def test_a_wrong_secret_is_a_page_that_is_not_there(cast: Cast, token: str) -> None:
    booked(cast)
    address(cast.company_owner)
    assert fetch(f"/en/meetings/calendar/{token}.ics").status_code == 404


@pytest.mark.django_db
def test_the_hash_itself_opens_nothing(cast: Cast) -> None:
    address(cast.company_owner)
    kept = CalendarFeed.objects.get().token_hash
    assert fetch(path("feed", token=kept)).status_code == 404


@pytest.mark.django_db
def test_somebody_elses_session_does_not_change_whose_feed_it_is(cast: Cast, as_user: SignIn) -> None:
    booked(cast)
    where = address(cast.other_startup_owner)
    body = as_user(cast.company_owner).get(where).content
    assert Calendar.from_ical(body).walk("VEVENT") == []


def _leaves(cast: Cast) -> None:
    people.remove_member(cast.company_member.membership, by=cast.company_owner)


def _moves(cast: Cast) -> None:
    Membership.objects.filter(user=cast.company_member).update(organisation=cast.other_company.organisation)


def _is_locked_out(cast: Cast) -> None:
    User.objects.filter(pk=cast.company_member.pk).update(is_active=False)


def _organisation_is(status: str, cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.company.pk).update(status=status)


def _suspended(cast: Cast) -> None:
    _organisation_is(OrganisationStatus.SUSPENDED, cast)


def _lapsed(cast: Cast) -> None:
    _organisation_is(OrganisationStatus.LAPSED, cast)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("what", "status"),
    [(_leaves, 404), (_moves, 404), (_is_locked_out, 404), (_suspended, 404), (_lapsed, 200)],
)
def test_a_feed_stops_with_what_it_was_made_for(cast: Cast, what: Any, status: int) -> None:
    booked(cast)
    where = address(cast.company_member)
    assert fetch(where).status_code == 200
    what(cast)
    assert fetch(where).status_code == status


@pytest.mark.django_db
def test_a_suspension_that_ends_brings_the_feed_back(cast: Cast) -> None:
    where = address(cast.company_owner)
    _suspended(cast)
    assert fetch(where).status_code == 404
    _organisation_is(OrganisationStatus.PUBLISHED, cast)
    assert fetch(where).status_code == 200


@pytest.mark.django_db
def test_an_officer_who_is_none_any_more_reads_nothing(cast: Cast) -> None:
    where = address(cast.officer)
    User.objects.filter(pk=cast.officer.pk).update(staff_role="")
    assert fetch(where).status_code == 404


@pytest.mark.django_db
def test_whoever_changed_sides_is_offered_a_new_feed(cast: Cast, as_user: SignIn) -> None:
    address(cast.company_member)
    _moves(cast)
    client = as_user(User.objects.get(pk=cast.company_member.pk))
    assert client.get(path("calendar")).context["feed"] is None
    new = client.post(path("calendar")).context["address"].removeprefix("http://localhost:8000")
    assert fetch(new).status_code == 200


@pytest.mark.django_db
def test_an_unchanged_feed_is_not_sent_again(cast: Cast) -> None:
    meeting = booked(cast)
    where = address(cast.company_owner)
    first = fetch(where)
    again = fetch(where, if_none_match=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert fetch(where, if_none_match='"another"').status_code == 200
    actions.cancel(meeting, reason="Ill", by=cast.officer)
    assert fetch(where, if_none_match=first["ETag"]).status_code == 200


@pytest.mark.django_db
def test_the_answer_keeps_its_address_to_itself(cast: Cast) -> None:
    answer = fetch(address(cast.company_owner))
    assert (answer["Referrer-Policy"], answer["Cache-Control"], answer["X-Robots-Tag"]) == (
        "no-referrer",
        "private, no-cache",
        "noindex, nofollow",
    )
    assert "Set-Cookie" not in answer
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_address_is_only_read(cast: Cast, method: str) -> None:
    assert getattr(Client(), method)(address(cast.company_owner)).status_code == 405


@pytest.mark.django_db
def test_a_head_request_gets_the_headers_of_the_file(cast: Cast) -> None:
    where = address(cast.company_owner)
    head, whole = Client().head(where), fetch(where)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", whole["ETag"])


@pytest.mark.django_db
def test_a_program_that_asks_too_often_has_to_wait_and_others_need_not(cast: Cast) -> None:
    mine, theirs = address(cast.company_owner), address(cast.startup_owner)
    found = [fetch(mine).status_code for _each in range(31)]
    assert found == [200] * 30 + [429]
    assert fetch(mine)["Retry-After"] == "600"
    assert fetch(theirs).status_code == 200


@pytest.mark.django_db
def test_guessing_is_slowed_down_by_address_of_the_sender(cast: Cast) -> None:
    found = [fetch(path("feed", token=f"guess-{number}")).status_code for number in range(61)]
    assert found == [404] * 60 + [429]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["company_owner", "startup_owner", "officer"])
def test_settings_lead_to_the_feed_of_whoever_has_meetings(cast: Cast, as_user: SignIn, name: str) -> None:
    assert path("calendar") in links(as_user(getattr(cast, name)).get("/en/account/settings/"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["expert", "newcomer"])
def test_settings_do_not_lead_to_a_feed_of_nothing(cast: Cast, as_user: SignIn, name: str) -> None:
    assert path("calendar") not in links(as_user(getattr(cast, name)).get("/en/account/settings/"))


@pytest.mark.django_db
def test_closing_an_account_takes_its_feed_along(cast: Cast) -> None:
    where = address(cast.company_member)
    people.close_account(by=cast.company_member)
    assert (fetch(where).status_code, CalendarFeed.objects.count()) == (404, 0)
