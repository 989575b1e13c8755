"""A PDF byte by byte: what hostile files need and no library writes."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
TEXT = b"BT /F1 24 Tf 72 500 Td (A deck like any other) Tj ET"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def stream(data: bytes, keys: bytes = b"") -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (keys, len(data), data)


def flate(data: bytes, keys: bytes = b"") -> bytes:
    return stream(zlib.compress(data), b"/Filter /FlateDecode " + keys)


def pdf(objects: Mapping[int, bytes], *, trailer: bytes = b"", header: bytes = HEADER) -> bytes:
    """A file of these objects with a right cross-reference table; object 1 is the catalogue."""
    body, places = bytearray(header), {}
    for number, content in objects.items():
        places[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    return bytes(body) + table(places, len(body), trailer)


def table(places: Mapping[int, int], start: int, trailer: bytes = b"") -> bytes:
    lines = [b"xref\n0 1\n0000000000 65535 f \n"]
    lines += [b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in sorted(places.items())]
    end = b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
    return b"".join(lines) + end % (max(places) + 1, trailer, start)


def updated(base: bytes, objects: Mapping[int, bytes]) -> bytes:
    """`base` with an incremental update behind it that replaces or adds objects."""
    body, places = bytearray(base), {}
    for number, content in objects.items():
        places[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    previous = base.rsplit(b"startxref\n", 1)[1].split(b"\n")[0]
    return bytes(body) + table(places, len(body), b"/Prev " + previous)


def deck(
    *,
    catalogue: bytes = b"",
    page: bytes = b"",
    pages: bytes = b"",
    annotations: bytes = b"",
    contents: bytes = TEXT,
    resources: bytes = b"",
    box: bytes = b"[0 0 842 595]",
    more: Mapping[int, bytes] | None = None,
    trailer: bytes = b"",
    header: bytes = HEADER,
) -> bytes:
    """One page of text, with something in each place where something may stand. Own objects start at 10."""
    annots = b"/Annots [%s]" % annotations if annotations else b""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue,
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 %s >>" % pages,
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents 4 0 R %s %s" % (box, annots, page)
        + b"/Resources << /Font << /F1 5 0 R >> %s >> >>" % resources,
        4: stream(contents),
        5: FONT,
    }
    return pdf({**objects, **(more or {})}, trailer=trailer, header=header)


def link(action: bytes, keys: bytes = b"") -> bytes:
    return b"<< /Type /Annot /Subtype /Link /Rect [72 480 300 540] /A << %s >> %s >>" % (action, keys)


def annotation(subtype: bytes, keys: bytes = b"") -> bytes:
    return b"<< /Type /Annot /Subtype /%s /Rect [72 80 300 140] %s >>" % (subtype, keys)
