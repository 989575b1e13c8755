"""Asks a ClamAV daemon about a file: the INSTREAM command, over TCP or a Unix socket.

The `clamd` package is not used: it connects without a time limit, may send only a part of what it was given, and knows
no IPv6.
"""

from __future__ import annotations

import re
import socket
import struct
from pathlib import Path
from urllib.parse import urlsplit

CHUNK = 256 * 1024
SECONDS = 30.0  # for each step of the conversation
_ANSWER = re.compile(r"stream: (?:(?P<found>.+) FOUND|(?P<clean>OK))")


class ScannerAway(Exception):
    """The scanner cannot be reached, or gives no usable answer: nothing is known about the file."""


def scan(url: str, path: Path) -> str:
    """The name of what the scanner found in the file, or the empty text. Raises ScannerAway."""
    with _connected(url) as connection, path.open("rb") as file:
        try:
            connection.sendall(b"zINSTREAM\0")
            while chunk := file.read(CHUNK):
                connection.sendall(struct.pack("!L", len(chunk)) + chunk)
            connection.sendall(struct.pack("!L", 0))
        except OSError as error:
            raise ScannerAway(f"{url}: {error}") from error
        answer = _answer(url, connection)
    if (match := _ANSWER.fullmatch(answer)) is None:
        raise ScannerAway(f"{url} answered {answer[:200]!r}")
    return match["found"] or ""


def version(url: str) -> str:
    """Which scanner it is, with the state of its signatures. Raises ScannerAway."""
    with _connected(url) as connection:
        try:
            connection.sendall(b"zVERSION\0")
        except OSError as error:
            raise ScannerAway(f"{url}: {error}") from error
        return _answer(url, connection)


def _connected(url: str) -> socket.socket:
    """`tcp://host:port`, or the path of a Unix socket, with or without `unix://`. Closed by whoever asked for it."""
    parts = urlsplit(url)
    try:
        if parts.scheme == "tcp":
            return socket.create_connection((parts.hostname or "", parts.port or 3310), SECONDS)
        return _unix(parts.path)
    except (OSError, ValueError) as error:
        raise ScannerAway(f"{url}: {error}") from error


def _unix(path: str) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(SECONDS)
    try:
        connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection


def _answer(url: str, connection: socket.socket) -> str:
    received = b""
    try:
        while not received.endswith(b"\0") and len(received) < 4096:
            part = connection.recv(4096)
            if not part:
                break
            received += part
    except OSError as error:
        raise ScannerAway(f"{url}: {error}") from error
    return received.rstrip(b"\0\n").decode("utf-8", "replace")
