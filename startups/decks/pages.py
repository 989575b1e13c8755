"""Pictures of a cleaned deck's pages. Runs in a confined process only."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from PIL import Image

from startups.decks.reasons import Reason, Refused
from startups.decks.shelf import FIRST_PAGE, thumbnail_name

LARGE, SMALL = 1600, 360  # pixels of the longer side


def draw(source: Path, folder: Path) -> tuple[int, int]:
    """Draw page 1 large and every page small into `folder`. Returns the large picture's width and height."""
    with pypdfium2.PdfDocument(source) as document:
        if len(document) == 0:
            raise Refused(Reason.DAMAGED, "no page to draw")
        first = _picture(document, 0, LARGE)
        first.save(folder / FIRST_PAGE, format="PNG")
        for index in range(len(document)):
            _picture(document, index, SMALL).save(folder / thumbnail_name(index + 1), format="PNG")
    return first.size


def _picture(document: pypdfium2.PdfDocument, index: int, longer_side: int) -> Image.Image:
    """Page content only: no form fields, no annotations."""
    page = document[index]
    scale = longer_side / max(page.get_size())
    picture: Image.Image = page.render(scale=scale, may_draw_forms=False, draw_annots=False).to_pil()
    page.close()
    return picture.convert("RGB")
