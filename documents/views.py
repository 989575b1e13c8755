"""The page of a document, for whoever reads it and whoever may change it; and its files."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import reswap, retarget

from accounts.roles import Permission, requires
from documents import actions, cards, keeping
from documents.forms import FileForm
from documents.models import Document, DocumentFile
from startups.decks.limits import MEBIBYTE
from startups.handing_out import Desk
from startups.uploads import GateUploadHandler, ReceivedFile

STOP_POLLING = 286  # htmx asks no more after this status
DESK = Desk(actions.DOCUMENTS.shelf, lambda file, form, reader: actions.note_reading(file, form, by=reader))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_DOCUMENTS)
@csrf_exempt  # only until the handler is set: _page checks the token
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The document's pages and file, and for whoever may change it the way to upload one; others send nothing."""
    found = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    if request.method == "POST" and not _may_change(request, pk):
        raise PermissionDenied
    handler = GateUploadHandler(request, actions.DOCUMENTS.shelf())
    request.upload_handlers = [handler]
    try:
        return _page(request, found)
    finally:
        handler.upload_interrupted()


def _may_change(request: HttpRequest, pk: int) -> bool:
    return Document.objects.changeable_by(request.user).filter(pk=pk).exists()


@csrf_protect
def _page(request: HttpRequest, found: Document) -> HttpResponse:
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and _received(request, found, form):
        return redirect("documents:document", pk=found.pk)
    may_change = _may_change(request, found.pk)
    context = {
        **_known(request, found),
        "form": form,
        "may_change": may_change,
        "pages": settings.DECK_PAGES,
        "megabytes": settings.DECK_MEGABYTES,
        "most_bytes": settings.DECK_MEGABYTES * MEBIBYTE,
        "shows_readings": may_change or request.user.is_officer,
    }
    if context["shows_readings"]:
        context["readings"] = cards.readings(found, request.user)
    return render(request, "documents/document.html", context)


def _known(request: HttpRequest, found: Document) -> dict[str, Any]:
    """Its pages are shown when asked for: a look at them is written down."""
    return {
        "document": found,
        "place": keeping.place_of(found, request.user),
        "state": cards.document_state(found, timezone.now()),
        "open": "pages" in request.GET,
    }


def _received(request: HttpRequest, found: Document, form: FileForm) -> bool:
    """Whether a good file was taken in; of any other nothing stays."""
    kept = False
    try:
        if form.is_valid():
            upload = form.cleaned_data["file"].upload()
            actions.receive(found, upload, language=form.cleaned_data["language"], by=request.user)
            kept = True
    except actions.TooManyUploads:
        form.add_error("file", _("Many files have been uploaded in the last hour. Try again in an hour."))
    except OSError:
        form.add_error("file", _("The file could not be uploaded. Try again."))
    finally:
        file = request.FILES.get("file")
        if isinstance(file, ReceivedFile) and not kept:
            file.discard()
    return kept


def _changeable(request: HttpRequest, pk: int) -> Document:
    return get_object_or_404(Document.objects.changeable_by(request.user), pk=pk)


@require_safe
@requires(Permission.SEE_DOCUMENTS)
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """The steps, asked for again and again while a file is under way; at the end, what takes their place."""
    context = _known(request, _changeable(request, pk)) | {"may_change": True}
    if context["state"].steps:
        return render(request, "documents/_steps.html", context)
    whole = render(request, "documents/_state.html", context, status=STOP_POLLING)
    return reswap(retarget(whole, "#document-state"), "innerHTML")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_DOCUMENTS)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete the file that is under way, or else the one in use, after a question."""
    found = _changeable(request, pk)
    file = found.files.under_way().first() or found.files.current().first()
    if file is None:
        return redirect("documents:document", pk=pk)
    if request.method == "POST":
        actions.delete_file(file, by=request.user)
        messages.success(request, _("The file has been deleted."))
        return redirect("documents:document", pk=pk)
    context = {
        "title": _("Stop the check") if file.is_under_way else _("Delete the file"),
        "lead": _lost(file),
        "confirm_label": _("Delete"),
        "danger": True,
        "back_url": reverse("documents:document", kwargs={"pk": pk}),
    }
    return render(request, "components/confirm_page.html", context)


def _lost(file: DocumentFile) -> str:
    """What deleting it means."""
    about = {"file": file}
    if actions.is_kept(file):
        return (
            _("“%(file)s” is taken out. The programme office keeps what you have delivered with it.") % about
        )
    return _("“%(file)s” is deleted for good. Nobody can read it any more.") % about


@require_safe
@requires(Permission.SEE_DOCUMENTS)
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The cleaned file, as a download."""
    return DESK.whole(request, _visible(request, pk))


@require_safe
@requires(Permission.SEE_DOCUMENTS)
def first_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A large picture of the first page."""
    return DESK.first_page(request, _visible(request, pk))


@require_safe
@requires(Permission.SEE_DOCUMENTS)
def thumbnail(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A small picture of page `number`, counted from 1."""
    return DESK.thumbnail(request, _visible(request, pk), number)


def _visible(request: HttpRequest, pk: int) -> DocumentFile:
    seen = Document.objects.visible_to(request.user).filter(pk=pk)
    rows = DocumentFile.objects.current().select_related("uploaded_by__membership_row__organisation")
    return get_object_or_404(rows, document__in=seen)
