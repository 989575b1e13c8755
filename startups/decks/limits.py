"""How much a deck may be, and how much the process that reads it may use."""

from __future__ import annotations

import ctypes
import resource
from dataclasses import dataclass

MEBIBYTE = 1024 * 1024
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_NO_NEW_PRIVS = 38


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, page sides in points, images in pixels, nesting in levels."""

    file_bytes: int = 20 * MEBIBYTE
    pages: int = 30
    objects: int = 50_000
    stream_bytes: int = 64 * MEBIBYTE
    all_streams_bytes: int = 600 * MEBIBYTE
    image_pixels: int = 60_000_000
    shortest_side: float = 36.0
    longest_side: float = 14_400.0
    nesting: int = 100
    container_items: int = 200_000


@dataclass(frozen=True)
class Means:
    """What the child process may use: bytes of address space and of any one file, seconds, open files."""

    memory: int = 512 * MEBIBYTE
    cpu_seconds: int = 20
    written_bytes: int = 64 * MEBIBYTE
    open_files: int = 32


def confine(means: Means) -> None:
    """Give up, for good, whatever this process does not need to read a file. Call before anything is read."""
    pairs = {
        resource.RLIMIT_AS: means.memory,
        resource.RLIMIT_CPU: means.cpu_seconds,
        resource.RLIMIT_FSIZE: means.written_bytes,
        resource.RLIMIT_NOFILE: means.open_files,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
    }
    for what, most in pairs.items():
        hard = resource.getrlimit(what)[1]
        grace = 1 if what == resource.RLIMIT_CPU else 0  # at the soft limit comes SIGXCPU, which says why
        if hard == resource.RLIM_INFINITY or hard >= most + grace:
            resource.setrlimit(what, (most, most + grace))
        else:
            resource.setrlimit(what, (min(most, hard), hard))
    _cut_off()


def _cut_off() -> None:
    """No way to gain rights, and no network, where the kernel lets us ask for that; the limits above always hold."""
    system = ctypes.CDLL(None, use_errno=True)
    system.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    system.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
