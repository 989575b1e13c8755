"""Files as they were delivered with a version of a report, for the office, who read every version."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.roles import Permission, requires
from documents.views import DESK
from research import words
from research.models import VersionFile
from startups.deck_cards import shown_file


@require_safe
@requires(Permission.MANAGE_RESEARCH)
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known of the file; its pages when they are asked for, because a look at them is written down."""
    row = _row(pk)
    made, version, file = row.version.commission, row.version, row.file
    here = reverse("research:delivered_document", kwargs={"pk": pk})
    back = {"pk": made.pk, "number": version.number}
    context = {
        "title": file.document.title,
        "lead": _("%(research)s, version %(number)s")
        % {"research": words.title_of(made), "number": version.number},
        "file": shown_file(file, "research:delivered_{}", pk),
        "is_current": file.status == "ready",
        "open": "pages" in request.GET,
        "pages_url": f"{here}?pages=1#pages",
        "back_url": reverse("research:version", kwargs=back),
    }
    return render(request, "research/delivered_document.html", context)


@require_safe
@requires(Permission.MANAGE_RESEARCH)
def whole(request: HttpRequest, pk: int) -> HttpResponse:
    """The cleaned file, as a download."""
    return DESK.whole(request, _row(pk).file)


@require_safe
@requires(Permission.MANAGE_RESEARCH)
def first_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A large picture of the first page."""
    return DESK.first_page(request, _row(pk).file)


@require_safe
@requires(Permission.MANAGE_RESEARCH)
def thumbnail(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A small picture of page `number`, counted from 1."""
    return DESK.thumbnail(request, _row(pk).file, number)


def _row(pk: int) -> VersionFile:
    rows = VersionFile.objects.select_related(
        "version__commission", "file__document", "file__uploaded_by__membership_row__organisation"
    )
    return get_object_or_404(rows, pk=pk)
