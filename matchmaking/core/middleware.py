"""Answers that hold for every page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from matchmaking.core.transitions import TransitionNotAllowed

GetResponse = Callable[[HttpRequest], HttpResponse]


class ConflictMiddleware:
    """Somebody was faster, or the page was old: say so (409) instead of failing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, TransitionNotAllowed):
            return render(request, "409.html", {"target": exception.target}, status=409)
        return None


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
