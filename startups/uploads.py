"""Receiving a file for the gate: straight to its shelf, counted and hashed on the way, never more than allowed.

Django's own handlers would first fill the machine's temporary folder, with however much somebody sends.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from startups.actions.passage import Upload
from startups.decks.limits import MEBIBYTE
from startups.decks.shelf import Shelf
from startups.rules import shown_name

HEAD = 8  # bytes that tell a PDF


class ReceivedFile(UploadedFile):
    """What came in. `problem` is empty for a whole file that lies on the shelf as `key`.part."""

    def __init__(
        self, shelf: Shelf, key: str, name: str, size: int, sha256: str, head: bytes, problem: str
    ) -> None:
        super().__init__(None, name, "application/pdf", size)
        self.shelf = shelf
        self.key, self.sha256, self.head, self.problem = key, sha256, head, problem
        self.sent_name = name

    def upload(self) -> Upload:
        return Upload(self.key, shown_name(self.sent_name), self.size or 0, self.sha256)

    def discard(self) -> None:
        """Leave nothing of it, wherever it lies by now."""
        with suppress(OSError):
            self.shelf.drop(self.key)


class GateUploadHandler(FileUploadHandler):
    """Writes the file named `file` to a shelf; any other is passed over."""

    chunk_size = 256 * 1024

    def __init__(self, request: HttpRequest, shelf: Shelf) -> None:
        super().__init__(request)
        self.shelf = shelf
        self.key, self.size, self.problem, self.head = "", 0, "", b""
        self.digest = hashlib.sha256()
        self.target: BinaryIO | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.field_name != "file" or self.key:
            raise SkipFile
        self.key = self.shelf.new_key()
        try:
            self.target = self.shelf.begin(self.key).open("wb", buffering=0)
        except OSError:
            self._stop("storage")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.size += len(raw_data)
        if self.target is None:
            return
        if self.size > settings.DECK_MEGABYTES * MEBIBYTE:
            self._stop("too_large")
            return
        self.head = self.head or raw_data[:HEAD]
        self.digest.update(raw_data)
        try:
            self._write(raw_data)
        except OSError:
            self._stop("storage")

    def _write(self, data: bytes) -> None:
        """An unbuffered file may take a part; a full disk takes none and says so."""
        view = memoryview(data)
        while view and self.target is not None:
            view = view[self.target.write(view) :]

    def _stop(self, problem: str) -> None:
        """Keep nothing of the file; the rest of it is still read, so that the answer can be."""
        self.problem = problem
        self.upload_interrupted()

    def file_complete(self, file_size: int) -> ReceivedFile:
        self._close()
        return ReceivedFile(
            self.shelf,
            self.key,
            self.file_name or "",
            self.size,
            self.digest.hexdigest(),
            self.head,
            self.problem,
        )

    def upload_interrupted(self) -> None:
        """What has come in so far is deleted; what was taken in lies elsewhere by now, and stays."""
        self._close()
        if self.key:
            with suppress(OSError):
                self.shelf.part(self.key).unlink(missing_ok=True)

    def _close(self) -> None:
        if self.target is not None:
            with suppress(OSError):
                self.target.close()
            self.target = None
