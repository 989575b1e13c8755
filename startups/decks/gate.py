"""The gate: a stranger's PDF goes in, a clean one comes out, or a reason why not. Runs in a confined process only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Object, Pdf, Stream

from startups.decks import allowed
from startups.decks.cleaning import clean
from startups.decks.limits import Limits
from startups.decks.reasons import Reason, Refused
from startups.decks.streams import StreamGuard

BOXES = {"/MediaBox", "/CropBox"}
HEADER = re.compile(rb"%PDF-[12]\.\d")


@dataclass(frozen=True)
class Passed:
    """What the gate found out about a file that passed."""

    pages: int


def check(source: Path, target: Path, limits: Limits) -> Passed:
    """Write a clean version of `source` to `target`. Raises Refused."""
    _check_outside(source, limits)
    _set_parser_limits(limits)
    with _opened(source) as pdf:
        if pdf.is_encrypted:
            raise Refused(Reason.ENCRYPTED)
        if len(pdf.objects) > limits.objects:
            raise Refused(Reason.TOO_MANY_OBJECTS, str(len(pdf.objects)))
        pages = _check_pages(pdf, limits)
        _check_streams(pdf, limits)
        clean(pdf)
        pdf.save(
            target,
            deterministic_id=True,
            fix_metadata_version=False,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
    _check_result(target, pages)
    return Passed(pages)


def _check_outside(source: Path, limits: Limits) -> None:
    if source.stat().st_size > limits.file_bytes:
        raise Refused(Reason.TOO_LARGE)
    with source.open("rb") as file:
        if not HEADER.match(file.read(8)):
            raise Refused(Reason.NOT_PDF)


def _set_parser_limits(limits: Limits) -> None:
    """qpdf inflates object streams by itself, before anybody can look at them."""
    pikepdf.settings.set_qpdf_limits(
        parser_max_nesting=limits.nesting,
        parser_max_container_size=limits.container_items,
        max_stream_filters=2,
        flate_max_memory=limits.stream_bytes,
        run_length_max_memory=limits.stream_bytes,
        png_max_memory=limits.stream_bytes,
        tiff_max_memory=limits.stream_bytes,
    )


def _opened(source: Path) -> Pdf:
    """Damaged files are not mended: readers would mend them differently, and see different things."""
    try:
        return Pdf.open(source, attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise Refused(Reason.ENCRYPTED) from error


def _check_pages(pdf: Pdf, limits: Limits) -> int:
    claimed = pdf.Root.Pages.get(Name.Count, 0)
    if isinstance(claimed, int) and claimed > limits.pages:
        raise Refused(Reason.TOO_MANY_PAGES, str(claimed))
    count = len(pdf.pages)
    if count > limits.pages:
        raise Refused(Reason.TOO_MANY_PAGES, str(count))
    if count == 0:
        raise Refused(Reason.DAMAGED, "no page")
    for page in pdf.pages:
        for name in BOXES & set(page.obj.keys()):
            _check_box(page.obj[name], limits)
    return count


def _check_box(box: Any, limits: Limits) -> None:
    left, bottom, right, top = (float(side) for side in box)
    sides = (abs(right - left), abs(top - bottom))
    if not all(limits.shortest_side <= side <= limits.longest_side for side in sides):
        raise Refused(Reason.PAGE_SIZE, str(sides))


def _check_streams(pdf: Pdf, limits: Limits) -> None:
    guard = StreamGuard(limits)
    for item in pdf.objects:
        if isinstance(item, Stream):
            guard.check(item)


def _check_result(target: Path, pages: int) -> None:
    """Read again what was written: nothing that acts is left, and all pages are there."""
    with Pdf.open(target, attempt_recovery=False, suppress_warnings=True) as pdf:
        if len(pdf.pages) != pages:
            raise Refused(Reason.DAMAGED, "pages got lost")
        if set(pdf.Root.keys()) - allowed.CATALOGUE or Name.Info in pdf.trailer:
            raise Refused(Reason.ACTIVE_CONTENT, "catalogue")
        for item in pdf.objects:
            _check_inert(item)


def _check_inert(item: Any, *, own_names: bool = False) -> None:
    if isinstance(item, Dictionary | Stream):
        if not own_names and (found := set(item.keys()) & allowed.NOWHERE):
            raise Refused(Reason.ACTIVE_CONTENT, " ".join(found))
        for key in item.keys():  # noqa: SIM118 - not a Python dictionary
            _check_inner(item[key], own_names=key in allowed.RESOURCES)
    elif isinstance(item, pikepdf.Array):
        for inner in item:
            _check_inner(inner, own_names=False)


def _check_inner(inner: Any, *, own_names: bool) -> None:
    if isinstance(inner, Object) and not inner.is_indirect:
        _check_inert(inner, own_names=own_names)
