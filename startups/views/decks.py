"""The members' page of their pitch deck, and the deck's files for whoever may see them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import reswap, retarget

from accounts.actions import resolve_remarks
from accounts.registration.registrations import IN_PREPARATION, Progress
from accounts.roles import Permission, requires
from startups import actions
from startups.actions.decks import shelf
from startups.deck_cards import deck_state
from startups.deck_readings import readings_for_startup
from startups.decks.limits import MEBIBYTE
from startups.forms import DeckForm
from startups.handing_out import Desk
from startups.models import Deck, Startup
from startups.questions import DECK
from startups.registration import REGISTRATION
from startups.rules import DECK_SUBJECT
from startups.uploads import GateUploadHandler, ReceivedFile

STOP_POLLING = 286  # htmx asks no more after this status
DESK = Desk(shelf, lambda file, form, reader: actions.note_reading(file, form, by=reader))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_DECK)
@csrf_exempt  # only until the handler is set: _own checks the token
def own(request: HttpRequest) -> HttpResponse:
    """The pitch deck of the reader's startup: what is in use, what is under way, and the way to upload one."""
    handler = GateUploadHandler(request, shelf())
    request.upload_handlers = [handler]
    try:
        return _own(request)
    finally:
        handler.upload_interrupted()


@csrf_protect
def _own(request: HttpRequest) -> HttpResponse:
    startup = _startup(request)
    form = DeckForm(request.POST, request.FILES) if request.method == "POST" else DeckForm()
    if request.method == "POST" and _received(request, startup, form):
        return redirect("startups:deck")
    context = {
        "form": form,
        "state": deck_state(startup, timezone.now()),
        "pages": settings.DECK_PAGES,
        "megabytes": settings.DECK_MEGABYTES,
        "most_bytes": settings.DECK_MEGABYTES * MEBIBYTE,
        **_registration(request, startup),
        "readings": readings_for_startup(startup, request.user),
    }
    return render(request, "startups/deck.html", context)


def _registration(request: HttpRequest, startup: Startup) -> dict[str, Any]:
    """What reviewers said of the deck, and where the registration goes on; once it has been sent in, neither."""
    if startup.organisation.status not in IN_PREPARATION:
        return {}
    progress = Progress(REGISTRATION, REGISTRATION.rows(request.user))
    return {"remarks": progress.remarks_on(DECK), "next_url": progress.next_address(DECK.key)}


def _received(request: HttpRequest, startup: Startup, form: DeckForm) -> bool:
    """Whether a good file was taken in; of any other nothing stays."""
    kept = False
    try:
        if form.is_valid():
            upload = form.cleaned_data["file"].upload()
            actions.receive_deck(startup, upload, language=form.cleaned_data["language"], by=request.user)
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


@require_safe
@requires(Permission.MANAGE_DECK)
def state(request: HttpRequest) -> HttpResponse:
    """The steps, asked for again and again while a deck is under way; at the end, what takes their place."""
    shown = deck_state(_startup(request), timezone.now())
    if shown.steps:
        return render(request, "startups/includes/deck_steps.html", {"state": shown})
    whole = render(request, "startups/includes/deck_state.html", {"state": shown}, status=STOP_POLLING)
    return reswap(retarget(whole, "#deck-state"), "innerHTML")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_DECK)
def delete(request: HttpRequest) -> HttpResponse:
    """Delete the deck that is under way, or else the one in use, after a question."""
    startup = _startup(request)
    deck = startup.decks.under_way().first() or startup.decks.current().first()
    if deck is None:
        return redirect("startups:deck")
    if request.method == "POST":
        actions.delete_deck(deck, by=request.user)
        messages.success(request, _("The pitch deck has been deleted."))
        return redirect("startups:deck")
    context = {
        "title": _("Stop the check") if deck.is_under_way else _("Delete the pitch deck"),
        "lead": _("“%(file)s” is deleted for good. Nobody can read it any more.") % {"file": deck},
        "confirm_label": _("Delete"),
        "danger": True,
        "back_url": reverse("startups:deck"),
    }
    return render(request, "components/confirm_page.html", context)


@require_POST
@requires(Permission.MANAGE_DECK)
def keep(request: HttpRequest) -> HttpResponse:
    """What a reviewer asked for has been seen to without another deck: the one in use stays."""
    startup = _startup(request)
    if startup.organisation.status in IN_PREPARATION and startup.decks.current().exists():
        resolve_remarks(startup.organisation, [DECK_SUBJECT], by=request.user)
        return redirect(_registration(request, startup)["next_url"])
    return redirect("startups:deck")


@require_safe
@requires(Permission.SEE_DECKS)
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The cleaned file, as a download."""
    return DESK.whole(request, _visible(request, pk))


@require_safe
@requires(Permission.SEE_DECKS)
def first_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A large picture of the first page."""
    return DESK.first_page(request, _visible(request, pk))


@require_safe
@requires(Permission.SEE_DECKS)
def thumbnail(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A small picture of page `number`, counted from 1."""
    return DESK.thumbnail(request, _visible(request, pk), number)


def _startup(request: HttpRequest) -> Startup:
    return get_object_or_404(Startup.objects.select_related("organisation"), pk=request.user.organisation.pk)


def _visible(request: HttpRequest, pk: int) -> Deck:
    return get_object_or_404(Deck.objects.visible_to(request.user).current(), startup=pk)
