"""What holds for every page of a signed-in person: times on their clock, and for staff a second factor first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver, resolve, reverse
from django.utils import timezone

from accounts.enums import Theme
from accounts.middleware import ReaderTimeZoneMiddleware, SecondFactorMiddleware
from accounts.models import User
from tests.accounts.signing import set_up_app
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def zone_seen_by(user: Any, *, failing: bool = False) -> str:
    seen = []

    def page(request: object) -> HttpResponse:
        seen.append(timezone.get_current_timezone_name())
        if failing:
            raise RuntimeError
        return HttpResponse()

    request = RequestFactory().get("/")
    request.user = user
    before = timezone.get_current_timezone_name()
    if failing:
        with pytest.raises(RuntimeError):
            ReaderTimeZoneMiddleware(page)(request)
    else:
        ReaderTimeZoneMiddleware(page)(request)
    assert timezone.get_current_timezone_name() == before, "the next reader's clock is their own"
    return seen[0]


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Asia/Kolkata", "Australia/Lord_Howe", "UTC", "US/Pacific"])
@pytest.mark.parametrize("failing", [False, True])
def test_times_are_on_the_readers_clock_for_one_page(zone: str, failing: bool) -> None:
    assert zone_seen_by(User(time_zone=zone), failing=failing) == zone


def test_a_guest_reads_the_portals_time() -> None:
    assert zone_seen_by(AnonymousUser()) == "Asia/Tokyo"


def redirected(user: Any, path: str) -> bool:
    request = RequestFactory().get(path)
    request.user = user
    request.resolver_match = resolve(path)
    return SecondFactorMiddleware(lambda request: HttpResponse()).process_view(request) is not None


OPEN = ("account_logout", "account_reauthenticate", "account_set_password", "account_email")


def names_without_arguments() -> list[str]:
    """Every address that needs nothing more than its name, of the whole portal."""
    names = [name for name in get_resolver().reverse_dict if isinstance(name, str)]
    spaces = get_resolver().namespace_dict
    names += [f"{space}:{name}" for space, (_prefix, inner) in spaces.items()
              for name in inner.reverse_dict if isinstance(name, str)]  # fmt: skip
    found = []
    for name in names:
        try:
            reverse(name)
        except Exception:  # noqa: S112 - it needs more than its name
            continue
        found.append(name)
    return sorted(found)


@pytest.mark.parametrize("required", [True, False])
def test_before_the_second_factor_only_the_pages_about_it_open(
    required: bool, cast: Cast, settings: Any
) -> None:
    settings.REQUIRE_SECOND_FACTOR = required
    names = names_without_arguments()
    assert len(names) > 40
    opened = {name for name in names if not redirected(cast.officer, reverse(name))}
    if required:
        expected = {name for name in names if name in OPEN or name.startswith("mfa_")}
        assert opened == expected
    else:
        assert opened == set(names)


@pytest.mark.parametrize("person", ["administrator", "officer", "expert"])
def test_the_way_is_open_as_long_as_there_is_a_second_factor(person: str, cast: Cast, settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    user, home = getattr(cast, person), reverse("home")
    assert redirected(user, home)
    set_up_app(user)
    assert not redirected(user, home)
    user.authenticator_set.all().delete()
    assert redirected(user, home)


@pytest.mark.parametrize("person", ["company_owner", "company_member", "startup_owner", "newcomer"])
def test_who_is_no_staff_is_never_held_up(person: str, cast: Cast, settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    assert not any(redirected(getattr(cast, person), reverse(name)) for name in ("home", "accounts:settings"))


def test_somebody_who_becomes_staff_is_held_up_from_the_next_page_on(
    cast: Cast, settings: Any, as_user: SignIn
) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    client = as_user(cast.newcomer)
    assert client.get(reverse("home")).status_code == 200
    User.objects.filter(pk=cast.newcomer.pk).update(staff_role="expert")
    assert client.get(reverse("home")).url == reverse("mfa_index")


@pytest.mark.parametrize("theme", Theme)
def test_the_page_wears_the_theme_its_reader_chose(theme: str, cast: Cast, as_user: SignIn) -> None:
    User.objects.filter(pk=cast.startup_owner.pk).update(theme=theme)
    client = as_user(cast.startup_owner)
    assert client.get(reverse("accounts:settings")).context["theme"] == str(theme)
    assert Client().get(reverse("account_login")).context["theme"] == "system"
