"""Answers that hold for every page."""

from __future__ import annotations

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from psycopg2.errorcodes import DEADLOCK_DETECTED, LOCK_NOT_AVAILABLE, QUERY_CANCELED

from matchmaking.core.transitions import TransitionNotAllowed

CROWDED = {LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED, QUERY_CANCELED}
GetResponse = Callable[[HttpRequest], HttpResponse]


class ConflictMiddleware:
    """Somebody was faster, or the page was old: say so (409) instead of failing. Too many at once: say so too (503)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, TransitionNotAllowed):
            return render(request, "409.html", {"target": exception.target}, status=409)
        if isinstance(exception, OperationalError) and _is_crowded(exception):
            answer = render(request, "503.html", status=503)
            answer["Retry-After"] = "5"  # seconds
            return answer
        return None


def _is_crowded(error: OperationalError) -> bool:
    """Whether the database gave up waiting for others; nothing was written, and the same may work in a moment."""
    return getattr(error.__cause__, "pgcode", "") in CROWDED


class PrivatePagesMiddleware:
    """What a signed-in person sees is kept by no cache, and no browser feature is handed out."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
