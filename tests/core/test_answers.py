"""What holds for every answer: headers, caches, clocks and the pages of refusal, whatever the status."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path, reverse
from django.utils import timezone, translation

from accounts.middleware import ReaderTimeZoneMiddleware
from accounts.models import Organisation, User
from accounts.roles import public
from matchmaking import urls
from matchmaking.core.middleware import ConflictMiddleware, PrivatePagesMiddleware
from matchmaking.core.transitions import TransitionNotAllowed
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@public
def failing(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a mistake of ours")


@public
def clock(request: HttpRequest) -> HttpResponse:
    winter, summer = datetime(2026, 12, 3, 1, 0, tzinfo=UTC), datetime(2026, 7, 3, 1, 0, tzinfo=UTC)
    return HttpResponse(" ".join(timezone.localtime(each).strftime("%H:%M") for each in (winter, summer)))


@public
def late(request: HttpRequest) -> HttpResponse:
    raise TransitionNotAllowed(Organisation(pk=1, name="北浜食品"), "published")


@public
def kept(request: HttpRequest) -> HttpResponse:
    return HttpResponse("x", headers={"Cache-Control": "private, max-age=60"})


urlpatterns = [
    path("failing/", failing),
    path("clock/", clock),
    path("late/", late),
    path("kept/", kept),
    *urls.urlpatterns,
]
with_more_pages = override_settings(ROOT_URLCONF=__name__)
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def answers(client: Client) -> dict[int, HttpResponse]:
    """One answer of every status that the portal gives."""
    client.raise_request_exception = False
    with with_more_pages:
        found = [
            client.get("/en/help/"),
            client.get("/en/account/logout/"),
            client.get("/en/no-such-page/"),
            client.get("/en/notices/read/"),
            client.get("/late/"),
            client.get("/failing/"),
        ]
        guest = Client(enforce_csrf_checks=True).post("/en/account/login/", {"login": "x"})
        moved = Client().get("/en/notices/")
    return {answer.status_code: answer for answer in [*found, guest, moved]}


def test_the_headers_are_there_whatever_the_status(cast: Cast, as_user: SignIn) -> None:
    found = answers(as_user(cast.company_owner))
    assert set(found) == {200, 302, 403, 404, 405, 409, 500}
    for status, answer in found.items():
        headers = {name: answer.headers.get(name) for name in EVERYWHERE}
        assert headers == EVERYWHERE, status
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], status


def test_nothing_that_a_signed_in_person_sees_is_kept_whatever_the_status(
    cast: Cast, as_user: SignIn
) -> None:
    found = answers(as_user(cast.company_owner))
    assert {
        status for status in (200, 404, 405, 409, 500) if found[status]["Cache-Control"] != "no-store"
    } in (
        set(),
        {200},
    )
    for status in (200, 404, 409, 500):
        assert "no-store" in found[status].headers["Cache-Control"]


def test_a_page_that_has_its_own_rule_keeps_it(cast: Cast, as_user: SignIn) -> None:
    with with_more_pages:
        answer = as_user(cast.company_owner).get("/kept/")
    assert answer.headers["Cache-Control"] == "private, max-age=60"


def test_pages_for_everybody_may_be_kept_by_whom_they_were_sent_to(client: Client) -> None:
    for address in ("/en/help/", "/en/", "/en/privacy/"):
        assert "no-store" not in client.get(address).headers.get("Cache-Control", "")


def test_the_policy_allows_scripts_by_a_new_nonce_each_time(client: Client) -> None:
    policies = [client.get("/en/help/").headers["Content-Security-Policy"] for _number in range(2)]
    assert policies[0] != policies[1]
    for policy in policies:
        assert "script-src 'self' 'nonce-" in policy
        assert "unsafe-inline" not in policy
        assert "unsafe-eval" not in policy
    page = client.get("/en/help/")
    nonce = page.headers["Content-Security-Policy"].split("'nonce-")[1].split("'")[0]
    assert f'nonce="{nonce}"' in page.content.decode()


@pytest.mark.parametrize(("language", "title"), [("en", "Somebody was faster"), ("ja", "")])
def test_who_was_too_late_reads_so_and_may_go_back(
    language: str, title: str, cast: Cast, as_user: SignIn
) -> None:
    back = f"http://testserver/{language}/firms/{cast.company.pk}/"
    address = reverse("accounts:publish_again", args=[cast.company.pk]).replace("/en/", f"/{language}/")
    answer = as_user(cast.officer).post(address, headers={"referer": back})
    html = answer.content.decode()
    with translation.override(language):
        expected = translation.gettext("Somebody was faster")
    assert answer.status_code == 409
    assert (expected in html, f'href="{back}"' in html, f'<html lang="{language}"' in html) == (
        True,
        True,
        True,
    )
    assert not title or title == expected


def test_without_a_page_to_go_back_to_the_way_home_is_left(cast: Cast, as_user: SignIn) -> None:
    answer = as_user(cast.officer).post(reverse("accounts:publish_again", args=[cast.company.pk]))
    html = answer.content.decode()
    assert ("Open the page again</a>" in html, 'href="/en/"' in html) == (False, True)


def test_only_conflicts_are_turned_into_words() -> None:
    middleware = ConflictMiddleware(lambda request: HttpResponse("x"))
    request = RequestFactory().get("/")
    assert middleware.process_exception(request, ValueError("x")) is None
    assert middleware(request).content == b"x"


def test_a_failure_of_ours_is_told_in_both_languages_without_details(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.officer)
    client.raise_request_exception = False
    with with_more_pages:
        answer = client.get("/failing/")
    html = answer.content.decode()
    assert answer.status_code == 500
    assert ("エラーが発生しました" in html, "Something went wrong" in html) == (True, True)
    assert ("RuntimeError" in html, "a mistake of ours" in html) == (False, False)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_form_whose_token_is_old_is_explained(language: str, cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post(f"/{language}/notices/read/")
    html = answer.content.decode()
    with translation.override(language):
        expected = translation.gettext("Send the form again")
    assert (answer.status_code, expected in html, f'<html lang="{language}"' in html) == (403, True, True)
    assert "CSRF" not in html


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_page_that_is_not_there_is_explained(language: str, client: Client) -> None:
    html = client.get(f"/{language}/no-such-page/").content.decode()
    with translation.override(language):
        assert translation.gettext("Page not found") in html
    assert f'<html lang="{language}"' in html


@pytest.mark.parametrize(
    ("zone", "clocks"),
    [
        ("Asia/Jerusalem", "03:00 04:00"),  # two hours ahead in winter, three in summer
        ("Asia/Tokyo", "10:00 10:00"),
        ("Asia/Kolkata", "06:30 06:30"),
        ("Australia/Sydney", "12:00 11:00"),  # their summer is the other half of the year
        ("Australia/Adelaide", "11:30 10:30"),
    ],
)
def test_times_are_read_from_the_readers_clock_in_summer_and_winter(
    zone: str, clocks: str, as_user: SignIn
) -> None:
    reader = factories.UserFactory(time_zone=zone)
    with with_more_pages:
        assert as_user(reader).get("/clock/").content.decode() == clocks
        assert Client().get("/clock/").content.decode() == "10:00 10:00"


def test_one_readers_clock_is_not_left_for_the_next() -> None:
    seen = []

    def look(request: HttpRequest) -> HttpResponse:
        seen.append(timezone.get_current_timezone_name())
        if len(seen) == 1:
            raise RuntimeError
        return HttpResponse()

    middleware = ReaderTimeZoneMiddleware(look)
    request = RequestFactory().get("/")
    request.user = factories.UserFactory(time_zone="Asia/Jerusalem")
    with pytest.raises(RuntimeError):
        middleware(request)
    request.user = factories.UserFactory(time_zone="Asia/Tokyo")
    middleware(request)
    assert seen == ["Asia/Jerusalem", "Asia/Tokyo"]
    assert timezone.get_current_timezone_name() == "Asia/Tokyo"


def test_whoever_signs_out_leaves_nothing_in_the_cache(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.officer)
    answer = client.post("/en/account/logout/")
    assert answer.status_code == 302
    assert client.get("/en/notices/").status_code == 302


def test_private_pages_do_not_need_anybody_to_be_signed_in(client: Client) -> None:
    middleware = PrivatePagesMiddleware(lambda request: HttpResponse("x"))
    request = RequestFactory().get("/")
    request.user = factories.UserFactory.build()
    assert middleware(request).headers["Cache-Control"] == "no-store"
