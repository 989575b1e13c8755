"""The way of a file from the upload to its end, the same whatever it belongs to: a startup, a report, a partnership.

Files are deleted after the commit, never before. Each step is a job of the ledger and may come twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from matchmaking.core import jobs
from matchmaking.core.transitions import move
from startups.decks import sandbox, scanner
from startups.decks.limits import MEBIBYTE, Limits
from startups.decks.shelf import CLEAN, ORIGINAL, Shelf, settle
from startups.enums import UNDER_WAY, WITH_FILES, DeckRefusal, DeckStatus
from startups.models.checked import CheckedFile

UPLOADS_AN_HOUR = 12
ORPHANS_AFTER = timedelta(hours=1)  # a file may be there before its row is, for as long as an upload takes
F = TypeVar("F", bound=CheckedFile)


class TooManyUploads(Exception):
    """More files have been sent to one place in an hour than anybody needs."""


@dataclass(frozen=True)
class Upload:
    """A file that lies on the shelf as `key`.part; `name` is the sender's own."""

    key: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class _Verdict:
    """What scanner and gate say of a file; without a refusal the clean file lies in the workplace."""

    scanned_by: str
    refusal: DeckRefusal | None
    detail: str = ""
    pages: int = 0


def limits() -> Limits:
    """What the ministry promises: pages and megabytes."""
    return Limits(pages=settings.DECK_PAGES, file_bytes=settings.DECK_MEGABYTES * MEBIBYTE)


class Passage(Generic[F]):
    """One kind of file: its model, the place it belongs to (`holder`), its shelf, and what it means that one passed.

    Files of one place change one after the other: the place is locked before a file's own row.
    """

    model: type[F]
    app: str
    noun: str
    holder: str
    folder: str

    def passed(self, file: F, width: int, height: int) -> None:
        raise NotImplementedError

    def was_refused(self, file: F) -> None:
        raise NotImplementedError

    @property
    def rows(self) -> models.QuerySet[F]:
        rows: models.QuerySet[F] = self.model._default_manager.select_related("uploaded_by", self.holder)
        return rows

    def shelf(self) -> Shelf:
        """Below MEDIA_ROOT, which tests may move."""
        return Shelf(settings.MEDIA_ROOT / self.folder)

    def lock(self, holder_id: int) -> None:
        place: Any = self.model._meta.get_field(self.holder).related_model
        place._default_manager.select_for_update(no_key=True).get(pk=holder_id)

    def receive(self, holder: models.Model, upload: Upload, *, language: str, by: User) -> F:
        """Take in what was uploaded and have it checked; who calls writes it down. One under way gives way to it."""
        self.lock(holder.pk)
        now = timezone.now()
        own = self.rows.filter(**{self.holder: holder.pk})
        if own.filter(uploaded_at__gt=now - timedelta(hours=1)).count() >= UPLOADS_AN_HOUR:
            raise TooManyUploads
        self.end(own.filter(status__in=UNDER_WAY), DeckStatus.REPLACED, by=by)
        self.shelf().take_in(upload.key)
        file = self.model._default_manager.create(
            **{self.holder: holder},
            key=upload.key,
            original_name=upload.name,
            language=language,
            size=upload.size,
            sha256=upload.sha256,
            uploaded_by=by,
            uploaded_at=now,
        )
        self.go_on("begin", file)
        return file

    def go_on(self, step: str, file: F) -> None:
        name = f"{step}_{self.noun}"
        key = {f"{self.noun}_id": file.pk}
        jobs.enqueue(f"{self.app}.{name}", dedupe_key=f"{name}:{file.pk}", **key)

    def end(self, files: Iterable[F], to: DeckStatus, *, by: User | None) -> None:
        for file in files:
            move(file, to, by=by)
            self.forget(file)

    def forget(self, file: F, *names: str) -> None:
        """After the commit. If the process dies before it gets there, `clear` does it."""
        key = file.key
        transaction.on_commit(lambda: self.shelf().drop(key, *names))

    def _still(self, file_id: int, status: DeckStatus) -> F | None:
        """The file, its place locked, if it waits for this step: it may be over by now, or the step done."""
        waiting = self.rows.filter(pk=file_id)
        if holder_id := waiting.filter(status=status).values_list(self.holder, flat=True).first():
            self.lock(holder_id)
        return waiting.filter(status=status).first()

    @transaction.atomic
    def begin(self, file_id: int) -> None:
        """A step of its own, so that whoever looks at the page sees that the check has begun."""
        if (file := self._still(file_id, DeckStatus.RECEIVED)) is not None:
            move(file, DeckStatus.CHECKING, by=None)
            self.go_on("check", file)

    @transaction.atomic
    def check(self, file_id: int) -> None:
        """Virus scanner and gate. A scanner or machine that fails raises: the ledger tries again later.

        Nothing is locked meanwhile, so that the file may be deleted or replaced.
        """
        file = self.rows.filter(pk=file_id, status=DeckStatus.CHECKING).first()
        if file is None:
            return
        with self.shelf().workplace(file.key) as folder:
            verdict = _verdict(self.shelf().path(file.key, ORIGINAL), folder)
            if (file := self._still(file_id, DeckStatus.CHECKING)) is None:
                return
            if verdict.refusal is not None:
                self.refuse(file, verdict.refusal, detail=verdict.detail, scanned_by=verdict.scanned_by)
                return
            settle(folder / CLEAN, self.shelf().path(file.key, CLEAN))
        move(file, DeckStatus.RENDERING, by=None, pages=verdict.pages, scanned_by=verdict.scanned_by)
        self.forget(file, ORIGINAL)
        self.go_on("draw", file)

    @transaction.atomic
    def draw(self, file_id: int) -> None:
        """Pictures of the pages; then the file is in use instead of the one before."""
        file = self.rows.filter(pk=file_id, status=DeckStatus.RENDERING).first()
        if file is None:
            return
        with self.shelf().workplace(file.key) as folder:
            report = sandbox.run("draw", self.shelf().path(file.key, CLEAN), folder)
            if (file := self._still(file_id, DeckStatus.RENDERING)) is None:
                return
            if report.refused is not None:
                self.refuse(file, DeckRefusal(report.refused), detail=report.detail)
                return
            for picture in folder.glob("*.png"):
                settle(picture, self.shelf().path(file.key, picture.name))
        self.passed(file, report.width, report.height)

    def put_in_use(self, file: F, width: int, height: int) -> F | None:
        """Instead of the one before, which is returned."""
        place = {self.holder: getattr(file, f"{self.holder}_id"), "status": DeckStatus.READY}
        earlier = self.rows.filter(**place).first()
        if earlier is not None:
            self.end([earlier], DeckStatus.REPLACED, by=file.uploaded_by)
        now = timezone.now()
        move(file, DeckStatus.READY, by=None, ready_at=now, image_width=width, image_height=height)
        return earlier

    def refuse(self, file: F, refusal: DeckRefusal, *, detail: str = "", **changes: str) -> None:
        """`detail` is for the trail; the sender reads the refusal's own words."""
        reason = f"{refusal.value}: {detail}" if detail else refusal.value
        move(file, DeckStatus.REFUSED, by=None, reason=reason, refusal=refusal, **changes)
        self.was_refused(file)
        self.forget(file)

    @transaction.atomic
    def give_up(self, file_id: int) -> None:
        """The check could not be done: say so, unless the file has ended otherwise."""
        file = self.rows.filter(pk=file_id, status__in=UNDER_WAY).first()
        if file is not None:
            self.refuse(file, DeckRefusal.NOT_CHECKED)

    @transaction.atomic
    def drop_all(self, holder_id: int, *, by: User | None, spared: Collection[int] = ()) -> None:
        """All files of a place: those in use or under way end, and every file there may be goes, but the `spared` ones.

        By the ledger: whatever happens to this process, the files go once the erasure is committed, and not otherwise.
        """
        self.lock(holder_id)
        for file in self.rows.filter(**{self.holder: holder_id}):
            if file.status in (DeckStatus.READY, *UNDER_WAY):
                move(file, DeckStatus.DELETED, by=by)
            if file.pk not in spared:
                jobs.enqueue(f"{self.app}.drop_files", dedupe_key=f"drop_{self.noun}:{file.pk}", key=file.key)

    def clear(self) -> list[str]:
        """Delete files that no row needs any more: what a crash left between a commit and its clean-up."""
        keys = self.rows.filter(self.wanted()).values_list("key", flat=True)
        return self.shelf().clear(set(keys), older_than=ORPHANS_AFTER.total_seconds())

    def wanted(self) -> Q:
        """The rows whose files must stay."""
        return Q(status__in=WITH_FILES)


def _verdict(original: Path, folder: Path) -> _Verdict:
    scanned_by = ""
    if url := settings.CLAMD_URL:
        found = scanner.scan(url, original)
        scanned_by = scanner.version(url)[:120]
        if found:
            return _Verdict(scanned_by, DeckRefusal.VIRUS, found)
    report = sandbox.run("check", original, folder, limits=limits())
    refusal = None if report.refused is None else DeckRefusal(report.refused)
    return _Verdict(scanned_by, refusal, report.detail, report.pages)
