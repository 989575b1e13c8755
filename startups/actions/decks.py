"""What happens to a pitch deck, from the upload to its end: the way of every checked file, and what it means here."""

from __future__ import annotations

from django.db import transaction

from accounts.actions import resolve_remarks
from accounts.models import User
from matchmaking.core import audit
from matchmaking.core.notices import Event, notify
from matchmaking.core.transitions import move
from startups.actions.passage import Passage, TooManyUploads, Upload, limits
from startups.decks.shelf import Shelf
from startups.enums import DeckStatus
from startups.models import Deck, Startup
from startups.rules import DECK_SUBJECT

__all__ = ["TooManyUploads", "Upload", "limits", "shelf"]


class Decks(Passage[Deck]):
    model, app, noun, holder, folder = Deck, "startups", "deck", "startup", "decks"

    def passed(self, file: Deck, width: int, height: int) -> None:
        """Reviewers' remarks are seen to by it; of published profiles the office reads that it changed."""
        startup = Startup.objects.select_related("organisation").get(pk=file.startup_id)
        earlier = self.put_in_use(file, width, height)
        _record_change(startup, earlier, file, by=file.uploaded_by)
        resolve_remarks(startup.organisation, [DECK_SUBJECT], by=file.uploaded_by)
        notify(Event.DECK_READY, [file.uploaded_by], link="startups:deck", file=file.original_name)

    def was_refused(self, file: Deck) -> None:
        notify(Event.DECK_REFUSED, [file.uploaded_by], link="startups:deck", file=file.original_name)


DECKS = Decks()


def shelf() -> Shelf:
    return DECKS.shelf()


@transaction.atomic
def receive_deck(startup: Startup, upload: Upload, *, language: str, by: User) -> Deck:
    """Take in what was uploaded and have it checked. Raises TooManyUploads."""
    deck = DECKS.receive(startup, upload, language=language, by=by)
    audit.record("deck.received", deck, by=by, size=deck.size, sha256=deck.sha256)
    return deck


def begin_check(deck_id: int) -> None:
    DECKS.begin(deck_id)


def check_deck(deck_id: int) -> None:
    DECKS.check(deck_id)


def draw_deck(deck_id: int) -> None:
    DECKS.draw(deck_id)


def give_up_deck(deck_id: int) -> None:
    DECKS.give_up(deck_id)


def _record_change(startup: Startup, old: Deck | None, new: Deck | None, *, by: User) -> None:
    """Staff look at changes of published profiles. The files of an earlier deck are gone: its name and length stay."""
    if startup.organisation.is_published:
        decks = {"old": old, "new": new}
        detail = {
            key: {"file": deck.original_name, "pages": deck.pages} for key, deck in decks.items() if deck
        }
        audit.record("startup.deck_changed", startup.organisation, by=by, **detail)


@transaction.atomic
def delete_deck(deck: Deck, *, by: User) -> None:
    """Delete the deck in use, or stop one that is under way. Its files go after the commit."""
    if deck.status == DeckStatus.READY:
        _record_change(deck.startup, deck, None, by=by)
    move(deck, DeckStatus.DELETED, by=by)
    DECKS.forget(deck)


@transaction.atomic
def drop_decks(startup_id: int, *, by: User | None) -> None:
    """All decks of a startup that is erased."""
    DECKS.drop_all(startup_id, by=by)


def drop_files(key: str) -> None:
    shelf().drop(key)


def clear_shelf() -> list[str]:
    return DECKS.clear()
