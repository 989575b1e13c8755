"""JPEG files without what does not belong to the picture: places, names and cameras, and whatever hangs behind it."""

from __future__ import annotations

from startups.decks.reasons import Reason, Refused

START, END, SCAN = 0xD8, 0xD9, 0xDA
STANDALONE = {0x01, *range(0xD0, 0xD8)}
COLOUR_PROFILE, ADOBE, JFIF = 0xE2, 0xEE, 0xE0
METADATA = {*range(0xE0, 0xF0), 0xFE} - {JFIF, ADOBE}  # application segments and comments


def without_metadata(data: bytes) -> bytes:
    """The same picture, byte for byte, without metadata segments and without anything after its end."""
    if data[:2] != b"\xff\xd8":
        raise Refused(Reason.DAMAGED, "JPEG does not begin")
    kept, place = [data[:2]], 2
    while place < len(data):
        marker, begin = _marker(data, place)
        if marker == END:
            kept.append(b"\xff\xd9")
            break
        place = begin if marker in STANDALONE else begin + _length(data, begin)
        if marker == SCAN:
            place = _end_of_scan(data, place)
        if not _is_metadata(marker, data[begin + 2 : begin + 14]):
            kept.append(data[begin - 2 : place])
    return b"".join(kept)


def _marker(data: bytes, place: int) -> tuple[int, int]:
    """The marker at `place` and where what follows it begins; fill bytes are passed over."""
    if data[place] != 0xFF:
        raise Refused(Reason.DAMAGED, "JPEG without a marker")
    while place < len(data) and data[place] == 0xFF:
        place += 1
    return (data[place], place + 1) if place < len(data) else (END, place)


def _length(data: bytes, begin: int) -> int:
    length = int.from_bytes(data[begin : begin + 2], "big")
    if length < 2:
        raise Refused(Reason.DAMAGED, "JPEG segment without length")
    return length


def _end_of_scan(data: bytes, place: int) -> int:
    """Where the next marker that does not belong to the picture's data stands; the file's end if there is none."""
    while (place := data.find(b"\xff", place)) >= 0 and place + 1 < len(data):
        if data[place + 1] not in STANDALONE | {0x00, 0xFF}:
            return place
        place += 1 if data[place + 1] == 0xFF else 2
    return len(data)


def _is_metadata(marker: int, head: bytes) -> bool:
    return marker in METADATA and not (marker == COLOUR_PROFILE and head == b"ICC_PROFILE\0")
