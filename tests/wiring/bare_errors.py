"""The portal's addresses with bare pages of errors, for tests that ask whether somebody is let in: most are not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from matchmaking.urls import urlpatterns

__all__ = ["handler403", "handler404", "urlpatterns"]


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(status=403)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(status=404)
