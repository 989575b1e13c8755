"""Giving a checked file to somebody who may see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django_sendfile import sendfile

from accounts.models import User
from startups.decks.shelf import CLEAN, FIRST_PAGE, Shelf, thumbnail_name
from startups.enums import ReadingForm

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


class CheckedFile(Protocol):
    """A deck or a document that has passed the gate."""

    key: str
    original_name: str
    pages: int | None


@dataclass(frozen=True)
class Desk:
    """Where the parts of checked files are handed out; `note` writes down which part somebody was given."""

    shelf: Callable[[], Shelf]
    note: Callable[[CheckedFile, ReadingForm, User], None]

    def whole(self, request: HttpRequest, file: CheckedFile) -> HttpResponse:
        """The cleaned file, as a download."""
        response = self._part(request, file, CLEAN, "application/pdf", ReadingForm.FILE)
        response["Content-Disposition"] = content_disposition_header(
            as_attachment=True, filename=file.original_name
        )
        return response

    def first_page(self, request: HttpRequest, file: CheckedFile) -> HttpResponse:
        """A large picture."""
        return self._part(request, file, FIRST_PAGE, "image/png", ReadingForm.PAGES)

    def thumbnail(self, request: HttpRequest, file: CheckedFile, number: int) -> HttpResponse:
        """A small picture of page `number`, counted from 1; Http404 if there is none."""
        if not 1 <= number <= (file.pages or 0):
            raise Http404
        return self._part(request, file, thumbnail_name(number), "image/png", ReadingForm.PAGES)

    def _part(
        self, request: HttpRequest, file: CheckedFile, name: str, content_type: str, form: ReadingForm
    ) -> HttpResponse:
        path = self.shelf().path(file.key, name)
        return hand_out(request, path, content_type, note=lambda: self.note(file, form, request.user))
