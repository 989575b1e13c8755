"""What streams hold: inflated step by step, images by their real size, nothing coded in ways decks are not."""

from __future__ import annotations

import io
import zlib
from decimal import Decimal
from typing import Any

from pikepdf import Array, Name
from PIL import Image

from startups.decks.limits import MEBIBYTE, Limits
from startups.decks.reasons import Reason, Refused

Image.MAX_IMAGE_PIXELS = None  # the limit is ours, and tells how large the picture is
NUMBER = (int, Decimal)
STEP = MEBIBYTE
ARMOUR = {"/ASCIIHexDecode", "/ASCII85Decode", "/AHx", "/A85"}
FLATE = {"/FlateDecode", "/Fl"}
PLAIN = {"/LZWDecode", "/RunLengthDecode", "/LZW", "/RL"}
PICTURES = {"/DCTDecode", "/DCT", "/JPXDecode"}
FAX = {"/CCITTFaxDecode", "/CCF"}  # JBIG2 is left out: old scanners write it, and attackers of its decoders


class StreamGuard:
    """Looks at one stream after the other, and keeps count of what they hold together."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.total = limits, 0

    def check(self, stream: Any) -> None:
        """Raise Refused if the stream is coded oddly, or holds too much. What hangs behind packed data is cut off."""
        filters = _filters(stream)
        if filters and filters[0] in ARMOUR:
            filters = _take_armour_off(stream, filters)
        if len(filters) > 1 or (filters and filters[0] not in FLATE | PLAIN | PICTURES | FAX):
            raise Refused(Reason.UNUSUAL_CODING, " ".join(filters))
        data = stream.read_raw_bytes()
        coding = filters[0] if filters else ""
        self._check_picture(stream, data, coding)
        if coding in FLATE:
            size, behind = _inflated(data, self.limits.stream_bytes)
            self._count(size)
            if behind:
                kept = data[: len(data) - behind]
                stream.write(kept, filter=Name.FlateDecode, decode_parms=stream.get(Name.DecodeParms))
        elif coding in PLAIN:
            self._count(len(stream.read_bytes()))

    def _count(self, size: int) -> None:
        self.total += size
        if size > self.limits.stream_bytes or self.total > self.limits.all_streams_bytes:
            raise Refused(Reason.STREAM_TOO_LARGE, f"{size} of {self.total}")

    def _check_picture(self, stream: Any, data: bytes, coding: str) -> None:
        parameters = stream.get(Name.DecodeParms)
        first = parameters[0] if isinstance(parameters, Array) and len(parameters) else parameters
        claims: list[tuple[Any, Any]] = [(stream.get(Name.Width), stream.get(Name.Height))]
        if coding in FAX and first is not None and hasattr(first, "get"):
            claims.append((first.get(Name.Columns, 1728), first.get(Name.Rows) or stream.get(Name.Height)))
        if coding in PICTURES:
            claims.append(_real_size(data))
        for width, height in claims:
            if isinstance(width, NUMBER) and isinstance(height, NUMBER):
                self._check_pixels(width, height)

    def _check_pixels(self, width: Decimal | int, height: Decimal | int) -> None:
        if width < 0 or height < 0 or width * height > self.limits.image_pixels:
            raise Refused(Reason.IMAGE_TOO_LARGE, f"{width} x {height}")


def _filters(stream: Any) -> list[str]:
    found = stream.get(Name.Filter)
    if found is None:
        return []
    return [str(item) for item in found] if isinstance(found, Array) else [str(found)]


def _take_armour_off(stream: Any, filters: list[str]) -> list[str]:
    """Store the stream without its text coding; returns the codings that are left."""
    parameters = stream.get(Name.DecodeParms)
    left = list(parameters)[1:] if isinstance(parameters, Array) else []
    stream.write(stream.read_raw_bytes(), filter=Name(filters[0]))
    data = stream.read_bytes()
    codings = Array([Name(name) for name in filters[1:]])
    stream.write(
        data, filter=codings if filters[1:] else None, decode_parms=Array(left) if any(left) else None
    )
    return filters[1:]


def _inflated(data: bytes, most: int) -> tuple[int, int]:
    """The size of what `data` inflates to, or the first size above `most`, and how many bytes were not needed.

    Never more than a step is in memory.
    """
    inflater, size = zlib.decompressobj(), 0
    try:
        while data and not inflater.eof and size <= most:
            size += len(inflater.decompress(data, STEP))
            data = inflater.unconsumed_tail
    except zlib.error as error:
        raise Refused(Reason.DAMAGED, str(error)) from error
    return size, len(inflater.unused_data)


def _real_size(data: bytes) -> tuple[int, int]:
    """Width and height as the picture itself says; its pixels are not decoded."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "JPEG2000")) as picture:
            return picture.size
    except (OSError, SyntaxError, ValueError) as error:
        raise Refused(Reason.DAMAGED, f"picture: {error}") from error
