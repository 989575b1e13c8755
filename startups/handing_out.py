"""Giving a checked file to somebody who may see it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django_sendfile import sendfile

PREFETCH_HEADERS = ("Sec-Purpose", "Purpose", "X-Moz", "X-Purpose")
POLICY = "sandbox; default-src 'none'"


def hand_out(
    request: HttpRequest, path: Path, content_type: str, *, note: Callable[[], None]
) -> HttpResponse:
    """A file that no browser runs in the portal's name, and that no cache keeps. `note` writes down who is given it.

    What a browser fetches before anybody asks for it has no reader: it is not given.
    """
    if any("prefetch" in request.headers.get(header, "") for header in PREFETCH_HEADERS):
        return HttpResponse(status=503, headers={"Cache-Control": "no-store"})
    if request.method == "GET":
        note()
    response: HttpResponse = sendfile(request, str(path), attachment_filename=False, mimetype=content_type)
    response["Content-Security-Policy"] = POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
