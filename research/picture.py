"""A chart of market sizes as a picture, for documents that take no SVG. The same columns as on the page.

Pure: a chart in, PNG out. Only figures and years stand in it, so that the font needs no more than digits.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from research.charts import FOOT, HEIGHT, WIDTH, Chart

FINE = 3  # dots of the picture for a unit of the drawing
BAR, TEXT, AXIS = "#264af4", "#1a1a1a", "#666666"
FONT = 14


def picture_of(chart: Chart, amounts: Sequence[str]) -> bytes:
    """`amounts` are the columns' figures as they are written above them."""
    image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), "white")
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(FONT * FINE)
    floor = (HEIGHT - FOOT) * FINE
    for column, amount in zip(chart.columns, amounts, strict=True):
        left, top, middle = column.x * FINE, column.y * FINE, column.middle * FINE
        if column.height:
            pen.rectangle((left, top, left + column.width * FINE - 1, floor - 1), fill=BAR)
        pen.text((middle, top - 4 * FINE), amount, fill=TEXT, font=font, anchor="ms")
        pen.text((middle, (HEIGHT - 8) * FINE), str(column.year), fill=TEXT, font=font, anchor="ms")
    pen.line((0, floor, WIDTH * FINE, floor), fill=AXIS, width=FINE)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
