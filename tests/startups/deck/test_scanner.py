"""The virus scanner, played by a small server that speaks clamd's words over a real socket."""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from startups import actions
from startups.decks import scanner
from startups.models import Deck
from tests.conftest import Cast
from tests.startups import decks

VIRUS = b"X5O!P%@AP canary of a virus"


class Clamd(socketserver.BaseRequestHandler):
    """INSTREAM and VERSION; what it received is kept by its server."""

    def handle(self) -> None:
        command = self._until_nul()
        if command == b"zVERSION":
            self.request.sendall(b"ClamAV 1.4.6/27800\0")
        elif command == b"zINSTREAM":
            received = b"".join(self._chunks())
            self.server.received.append(received)  # type: ignore[attr-defined]
            self.request.sendall(self.server.answer(received))  # type: ignore[attr-defined]

    def _until_nul(self) -> bytes:
        read = b""
        while not read.endswith(b"\0"):
            read += self.request.recv(1)
        return read[:-1]

    def _chunks(self) -> Iterator[bytes]:
        while size := struct.unpack("!L", self._exactly(4))[0]:
            yield self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        read = b""
        while len(read) < size:
            read += self.request.recv(size - len(read))
        return read


def honest(received: bytes) -> bytes:
    return b"stream: Canary-Test FOUND\0" if VIRUS in received else b"stream: OK\0"


@pytest.fixture
def clamd() -> Iterator[Callable[..., Any]]:
    servers: list[Any] = []

    def start(answer: Callable[[bytes], bytes] = honest, path: Path | None = None) -> Any:
        kind = socketserver.ThreadingUnixStreamServer if path else socketserver.ThreadingTCPServer
        server: Any = kind(str(path) if path else ("127.0.0.1", 0), Clamd)
        server.answer, server.received = answer, []
        server.url = str(path) if path else f"tcp://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def nobody() -> str:
    """An address where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{free.getsockname()[1]}"


def test_the_scanner_gets_every_byte_and_its_answer_counts(clamd: Callable[..., Any], tmp_path: Path) -> None:
    server, path = clamd(), tmp_path / "deck.pdf"
    for content, found in ((bytes(1_000_000) + b"end", ""), (VIRUS, "Canary-Test"), (b"", "")):
        path.write_bytes(content)
        assert scanner.scan(server.url, path) == found
        assert server.received[-1] == content
    assert scanner.version(server.url) == "ClamAV 1.4.6/27800"


@pytest.mark.parametrize("prefix", ["", "unix://"])
def test_a_unix_socket_will_do(prefix: str, clamd: Callable[..., Any], tmp_path: Path) -> None:
    server, path = clamd(path=tmp_path / "clamd.sock"), tmp_path / "deck.pdf"
    path.write_bytes(VIRUS)
    assert scanner.scan(prefix + server.url, path) == "Canary-Test"


@pytest.mark.parametrize(
    "answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: FOUND?\0", b"\xff" * 9000]
)
def test_an_answer_that_says_nothing_is_no_answer(
    answer: bytes, clamd: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "deck.pdf"
    path.write_bytes(b"%PDF-1.7")
    with pytest.raises(scanner.ScannerAway):
        scanner.scan(clamd(lambda _received: answer).url, path)


def test_a_scanner_that_is_away_is_told_apart(nobody: str, tmp_path: Path) -> None:
    path = tmp_path / "deck.pdf"
    path.write_bytes(b"%PDF-1.7")
    for url in (nobody, str(tmp_path / "none.sock"), "tcp://:0"):
        with pytest.raises(scanner.ScannerAway):
            scanner.scan(url, path)
        with pytest.raises(scanner.ScannerAway):
            scanner.version(url)


@pytest.fixture
def deck(cast: Cast) -> Deck:
    sent = decks.sent(cast.startup, cast.startup_owner)
    actions.begin_check(sent.pk)
    return sent


@pytest.mark.django_db
def test_a_scanned_deck_says_by_what(deck: Deck, clamd: Callable[..., Any], settings: Any) -> None:
    settings.CLAMD_URL = clamd().url
    actions.check_deck(deck.pk)
    deck.refresh_from_db()
    assert (deck.status, deck.scanned_by) == ("rendering", "ClamAV 1.4.6/27800")


@pytest.mark.django_db
def test_a_virus_is_refused_before_anything_opens_the_file(
    cast: Cast, clamd: Callable[..., Any], settings: Any
) -> None:
    settings.CLAMD_URL = clamd().url
    sent = decks.walked(decks.sent(cast.startup, cast.startup_owner, b"%PDF-1.7" + VIRUS))
    assert (sent.status, sent.refusal, sent.scanned_by) == ("refused", "virus", "ClamAV 1.4.6/27800")


@pytest.mark.django_db
def test_while_the_scanner_is_away_nothing_passes_and_later_it_does(
    deck: Deck, nobody: str, clamd: Callable[..., Any], settings: Any
) -> None:
    settings.CLAMD_URL = nobody
    for _attempt in range(2):
        with pytest.raises(scanner.ScannerAway), transaction.atomic():
            actions.check_deck(deck.pk)
        deck.refresh_from_db()
        assert deck.status == "checking"
    settings.CLAMD_URL = clamd().url
    actions.check_deck(deck.pk)
    deck.refresh_from_db()
    assert deck.status == "rendering"
