"""What happens to a pitch deck, from the upload to its end. Files are deleted after the commit, never before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.actions import resolve_remarks
from accounts.models import User
from matchmaking.core import audit, jobs
from matchmaking.core.notices import Event, notify
from matchmaking.core.transitions import move
from startups.decks import sandbox, scanner
from startups.decks.limits import MEBIBYTE, Limits
from startups.decks.shelf import CLEAN, ORIGINAL, Shelf, settle
from startups.enums import UNDER_WAY, DeckRefusal, DeckStatus
from startups.models import Deck, Startup
from startups.rules import DECK_SUBJECT

UPLOADS_AN_HOUR = 12
ORPHANS_AFTER = timedelta(hours=1)  # a file may be there before its row is, for as long as an upload takes


class TooManyUploads(Exception):
    """The startup has sent more decks in an hour than anybody needs."""


@dataclass(frozen=True)
class Upload:
    """A file that lies on the shelf as `key`.part; `name` is the sender's own."""

    key: str
    name: str
    size: int
    sha256: str


def shelf() -> Shelf:
    """Below MEDIA_ROOT, which tests may move."""
    return Shelf(settings.MEDIA_ROOT / "decks")


def limits() -> Limits:
    """What the ministry promises: pages and megabytes."""
    return Limits(pages=settings.DECK_PAGES, file_bytes=settings.DECK_MEGABYTES * MEBIBYTE)


@transaction.atomic
def receive_deck(startup: Startup, upload: Upload, *, language: str, by: User) -> Deck:
    """Take in what was uploaded and have it checked. One that is still under way gives way to it."""
    _lock(startup.pk)
    now = timezone.now()
    if startup.decks.filter(uploaded_at__gt=now - timedelta(hours=1)).count() >= UPLOADS_AN_HOUR:
        raise TooManyUploads
    _end(startup.decks.under_way(), DeckStatus.REPLACED, by=by)
    shelf().take_in(upload.key)
    deck = Deck.objects.create(
        startup=startup,
        key=upload.key,
        original_name=upload.name,
        language=language,
        size=upload.size,
        sha256=upload.sha256,
        uploaded_by=by,
        uploaded_at=now,
    )
    audit.record("deck.received", deck, by=by, size=deck.size, sha256=deck.sha256)
    _next_step("begin_deck", deck)
    return deck


def _lock(startup_id: int) -> None:
    """Decks of one startup change one after the other; always taken before a deck's own row."""
    Startup.objects.select_for_update(no_key=True).get(pk=startup_id)


def _next_step(name: str, deck: Deck) -> None:
    jobs.enqueue(f"startups.{name}", dedupe_key=f"{name}:{deck.pk}", deck_id=deck.pk)


def _end(decks: Iterable[Deck], to: DeckStatus, *, by: User | None) -> None:
    for deck in decks:
        move(deck, to, by=by)
        _forget(deck)


def _forget(deck: Deck, *names: str) -> None:
    """After the commit. If the process dies before it gets there, `clear_shelf` does it."""
    key = deck.key
    transaction.on_commit(lambda: shelf().drop(key, *names))


def _still(deck_id: int, status: DeckStatus) -> Deck | None:
    """The deck, its startup locked, if it waits for this step: it may be over by now, or the step done."""
    waiting = Deck.objects.select_related("startup__organisation", "uploaded_by").filter(pk=deck_id)
    if startup_id := waiting.filter(status=status).values_list("startup", flat=True).first():
        _lock(startup_id)
    return waiting.filter(status=status).first()


@transaction.atomic
def begin_check(deck_id: int) -> None:
    """A step of its own, so that whoever looks at the page sees that the check has begun."""
    if (deck := _still(deck_id, DeckStatus.RECEIVED)) is not None:
        move(deck, DeckStatus.CHECKING, by=None)
        _next_step("check_deck", deck)


@dataclass(frozen=True)
class _Verdict:
    """What scanner and gate say of a file; without a refusal the clean file lies in the workplace."""

    scanned_by: str
    refusal: DeckRefusal | None
    detail: str = ""
    pages: int = 0


@transaction.atomic
def check_deck(deck_id: int) -> None:
    """Virus scanner and gate. A scanner or machine that fails raises: the ledger tries again later.

    Nothing is locked meanwhile, so that the deck may be deleted or replaced.
    """
    deck = Deck.objects.filter(pk=deck_id, status=DeckStatus.CHECKING).first()
    if deck is None:
        return
    with shelf().workplace(deck.key) as folder:
        verdict = _verdict(deck, folder)
        if (deck := _still(deck_id, DeckStatus.CHECKING)) is None:
            return
        if verdict.refusal is not None:
            _refuse(deck, verdict.refusal, detail=verdict.detail, scanned_by=verdict.scanned_by)
            return
        settle(folder / CLEAN, shelf().path(deck.key, CLEAN))
    move(deck, DeckStatus.RENDERING, by=None, pages=verdict.pages, scanned_by=verdict.scanned_by)
    _forget(deck, ORIGINAL)
    _next_step("draw_deck", deck)


def _verdict(deck: Deck, folder: Path) -> _Verdict:
    original, scanned_by = shelf().path(deck.key, ORIGINAL), ""
    if url := settings.CLAMD_URL:
        found = scanner.scan(url, original)
        scanned_by = scanner.version(url)[:120]
        if found:
            return _Verdict(scanned_by, DeckRefusal.VIRUS, found)
    report = sandbox.run("check", original, folder, limits=limits())
    refusal = None if report.refused is None else DeckRefusal(report.refused)
    return _Verdict(scanned_by, refusal, report.detail, report.pages)


@transaction.atomic
def draw_deck(deck_id: int) -> None:
    """Pictures of the pages; then the deck is in use instead of the one before."""
    deck = Deck.objects.filter(pk=deck_id, status=DeckStatus.RENDERING).first()
    if deck is None:
        return
    with shelf().workplace(deck.key) as folder:
        report = sandbox.run("draw", shelf().path(deck.key, CLEAN), folder)
        if (deck := _still(deck_id, DeckStatus.RENDERING)) is None:
            return
        if report.refused is not None:
            _refuse(deck, DeckRefusal(report.refused), detail=report.detail)
            return
        for picture in folder.glob("*.png"):
            settle(picture, shelf().path(deck.key, picture.name))
    _put_in_use(deck, report.width, report.height)


def _put_in_use(deck: Deck, width: int, height: int) -> None:
    earlier = list(Deck.objects.current().filter(startup=deck.startup_id))
    _end(earlier, DeckStatus.REPLACED, by=deck.uploaded_by)
    _record_change(deck.startup, next(iter(earlier), None), deck, by=deck.uploaded_by)
    now = timezone.now()
    move(deck, DeckStatus.READY, by=None, ready_at=now, image_width=width, image_height=height)
    resolve_remarks(deck.startup.organisation, [DECK_SUBJECT], by=deck.uploaded_by)
    notify(Event.DECK_READY, [deck.uploaded_by], link="startups:deck", file=deck.original_name)


def _record_change(startup: Startup, old: Deck | None, new: Deck | None, *, by: User) -> None:
    """Staff look at changes of published profiles. The files of an earlier deck are gone: its name and length stay."""
    if startup.organisation.is_published:
        decks = {"old": old, "new": new}
        detail = {
            key: {"file": deck.original_name, "pages": deck.pages} for key, deck in decks.items() if deck
        }
        audit.record("startup.deck_changed", startup.organisation, by=by, **detail)


def _refuse(deck: Deck, refusal: DeckRefusal, *, detail: str = "", **changes: str) -> None:
    """`detail` is for the trail; the sender reads the refusal's own words."""
    reason = f"{refusal.value}: {detail}" if detail else refusal.value
    move(deck, DeckStatus.REFUSED, by=None, reason=reason, refusal=refusal, **changes)
    notify(Event.DECK_REFUSED, [deck.uploaded_by], link="startups:deck", file=deck.original_name)
    _forget(deck)


@transaction.atomic
def give_up_deck(deck_id: int) -> None:
    """The check could not be done: say so, unless the deck has ended otherwise."""
    deck = Deck.objects.under_way().select_related("uploaded_by").filter(pk=deck_id).first()
    if deck is not None:
        _refuse(deck, DeckRefusal.NOT_CHECKED)


@transaction.atomic
def delete_deck(deck: Deck, *, by: User) -> None:
    """Delete the deck in use, or stop one that is under way. Its files go after the commit."""
    if deck.status == DeckStatus.READY:
        _record_change(deck.startup, deck, None, by=by)
    move(deck, DeckStatus.DELETED, by=by)
    _forget(deck)


@transaction.atomic
def drop_decks(startup_id: int, *, by: User | None) -> None:
    """All decks of a startup that is erased: those in use or under way end, and every file there may be goes.

    By the ledger: whatever happens to this process, the files go once the erasure is committed, and not otherwise.
    """
    _lock(startup_id)
    for deck in Deck.objects.filter(startup=startup_id):
        if deck.status in (DeckStatus.READY, *UNDER_WAY):
            move(deck, DeckStatus.DELETED, by=by)
        jobs.enqueue("startups.drop_files", dedupe_key=f"drop_files:{deck.pk}", key=deck.key)


def drop_files(key: str) -> None:
    shelf().drop(key)


def clear_shelf() -> list[str]:
    """Delete files that no deck needs any more: what a crash left between a commit and its clean-up."""
    wanted = set(Deck.objects.with_files().values_list("key", flat=True))
    return shelf().clear(wanted, older_than=ORPHANS_AFTER.total_seconds())
