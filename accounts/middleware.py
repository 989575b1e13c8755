"""What holds for every page of a signed-in person: their own time zone, and staff's second factor."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone


class ReaderTimeZoneMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            with timezone.override(ZoneInfo(request.user.time_zone)):
                return self.get_response(request)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Administrators, officers and experts set up a second factor first: until then every page leads to doing so."""

    OPEN_NAMES = ("account_logout", "account_reauthenticate", "account_set_password", "account_email")
    OPEN_PREFIX = "mfa_"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponseBase | None:
        if not settings.REQUIRE_SECOND_FACTOR or not request.user.is_authenticated:
            return None
        name = (request.resolver_match and request.resolver_match.view_name) or ""
        if not request.user.staff_role or name.startswith(self.OPEN_PREFIX) or name in self.OPEN_NAMES:
            return None
        if is_mfa_enabled(request.user):
            return None
        return redirect("mfa_index")
