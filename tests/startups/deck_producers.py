"""Decks as honest people make them, with the programs they use: each with the words that must still be there."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import fpdf
import pikepdf
import pypdfium2
from PIL import Image, ImageDraw, features
from reportlab import rl_config
from reportlab.graphics import renderPDF
from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from tests.startups.deck_writer import deck, stream, updated

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SLIDE = landscape(A4)
PITCH = "Cameras that let shoppers leave without queueing"
JAPANESE = "お客様がレジに並ばずに買い物を終えられます"
Producer = Callable[[], bytes]


def photo(width: int = 1600, height: int = 900) -> Image.Image:
    """Something like a photograph: it does not compress to nothing."""
    noise = Image.effect_noise((width // 8, height // 8), 60).resize((width, height))
    return Image.merge("RGB", (noise, noise.transpose(Image.Transpose.FLIP_LEFT_RIGHT), noise))


def _canvas(draw: Callable[[Canvas, int], None], pages: int = 10, **options: object) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=SLIDE, **options)
    canvas.setTitle("Pitch")
    for number in range(1, pages + 1):
        draw(canvas, number)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _words(canvas: Canvas, number: int) -> None:
    canvas.setFont("Helvetica-Bold", 28)
    canvas.drawString(72, 480, f"{number}. {PITCH}")
    canvas.setFont("Times-Roman", 16)
    for line in range(12):
        canvas.drawString(
            72, 430 - 26 * line, f"Evidence {line}: 40 % shorter queues in {number + line} shops."
        )


def reportlab_text() -> bytes:
    return _canvas(_words)


def reportlab_thirty_pages() -> bytes:
    return _canvas(_words, pages=30, pageCompression=1)


def reportlab_japanese() -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiKakuGo-W5"))

    def draw(canvas: Canvas, number: int) -> None:
        canvas.setFont("HeiseiKakuGo-W5", 24)
        canvas.drawString(72, 480, f"{number} {JAPANESE}")

    return _canvas(draw, pages=5)


def reportlab_links_and_outline() -> bytes:
    def draw(canvas: Canvas, number: int) -> None:
        _words(canvas, number)
        canvas.bookmarkPage(f"p{number}")
        canvas.addOutlineEntry(f"Part {number}", f"p{number}", level=(number - 1) % 2)
        canvas.linkURL("https://www.example.com/deck?page=1", (72, 60, 300, 90))
        canvas.linkURL("mailto:founder@startup.example", (320, 60, 500, 90))
        canvas.linkRect("", f"p{max(1, number - 1)}", (520, 60, 700, 90))

    return _canvas(draw, pages=6)


def reportlab_chart() -> bytes:
    def draw(canvas: Canvas, number: int) -> None:
        chart = VerticalBarChart()
        chart.data = [[number * value for value in (3, 5, 8, 13)]]
        drawing = Drawing(400, 200)
        drawing.add(chart)
        renderPDF.draw(drawing, canvas, 100, 120)
        canvas.drawString(72, 480, f"Growth {number}")

    return _canvas(draw, pages=4)


def reportlab_photographs() -> bytes:
    def draw(canvas: Canvas, number: int) -> None:
        canvas.drawImage(ImageReader(photo()), 0, 0, *SLIDE)
        canvas.drawString(72, 480, f"Site {number}")

    return _canvas(draw, pages=4)


def reportlab_see_through() -> bytes:
    def draw(canvas: Canvas, number: int) -> None:
        canvas.setFillAlpha(0.4)
        canvas.circle(300, 300, 120, fill=1)
        canvas.linearGradient(0, 0, 842, 595, ("red", "blue"))
        _words(canvas, number)

    return _canvas(draw, pages=2)


def reportlab_flowing_text() -> bytes:
    out, styles = io.BytesIO(), getSampleStyleSheet()
    body = [Paragraph(f"<b>{PITCH}</b>. " + "Our cameras see what is taken. " * 40, styles["BodyText"])] * 6
    SimpleDocTemplate(out, pagesize=A4).build(
        [*body, Spacer(1, 20), Table([["2024", "2025"], ["1 M", "3 M"]])]
    )
    return out.getvalue()


def reportlab_old_coding() -> bytes:
    """Streams as ASCII85 over Flate, as reportlab wrote them for years."""
    before, rl_config.useA85 = rl_config.useA85, 1
    try:
        return _canvas(_words, pages=3, pageCompression=1)
    finally:
        rl_config.useA85 = before


def _fpdf(pages: int = 5) -> fpdf.FPDF:
    file = fpdf.FPDF("landscape", format="A4")
    for number in range(1, pages + 1):
        file.add_page()
        file.set_font("helvetica", size=24)
        file.start_section(f"Section {number}")
        file.cell(text=f"{number}. {PITCH}", link="https://www.example.com/")
    return file


def fpdf_text() -> bytes:
    return bytes(_fpdf().output())


def fpdf_picture_with_transparency() -> bytes:
    file = _fpdf(2)
    picture = photo(800, 450).convert("RGBA")
    picture.putalpha(128)
    file.image(picture, 20, 60, 120)
    return bytes(file.output())


def fpdf_table() -> bytes:
    file = _fpdf(1)
    file.set_font("helvetica", size=12)
    with file.table() as table:
        for row in [["Year", "Revenue (USD)"], ["2024", "1,200,000"], ["2025", "3,400,000"]]:
            table.row(row)
    return bytes(file.output())


def pillow_slides() -> bytes:
    """Slides exported as pictures: a JPEG a page."""
    slides = []
    for number in range(1, 7):
        slide = photo()
        ImageDraw.Draw(slide).text((100, 100), f"{number} {PITCH}", fill="white")
        slides.append(slide)
    out = io.BytesIO()
    slides[0].save(out, "PDF", save_all=True, append_images=slides[1:], resolution=150)
    return out.getvalue()


def pillow_scan() -> bytes:
    """A scanned page in black and white, as a fax coding where Pillow has it."""
    out = io.BytesIO()
    photo().convert("1").save(out, "PDF")
    return out.getvalue()


def _with_picture(data: bytes, coding: pikepdf.Name, size: tuple[int, int]) -> bytes:
    file = pikepdf.new()
    page = file.add_blank_page(page_size=(842, 595))
    image = file.make_stream(data)
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    image.Width, image.Height = size
    image.ColorSpace, image.BitsPerComponent = pikepdf.Name.DeviceRGB, 8
    image.Filter = coding
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im1=image))
    page.obj.Contents = file.make_stream(b"q 842 0 0 595 0 0 cm /Im1 Do Q")
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def jpeg_with_place_and_camera() -> bytes:
    picture, out = photo(), io.BytesIO()
    exif = picture.getexif()
    exif[0x010F], exif[0x8825] = "canary of a camera", {1: "N", 2: (35.0, 41.0, 0.0)}
    picture.save(out, "JPEG", exif=exif, comment=b"canary of a comment", quality=85)
    return _with_picture(out.getvalue() + b"canary behind the picture", pikepdf.Name.DCTDecode, picture.size)


def progressive_jpeg() -> bytes:
    picture, out = photo(), io.BytesIO()
    picture.save(out, "JPEG", progressive=True, quality=85)
    return _with_picture(out.getvalue(), pikepdf.Name.DCTDecode, picture.size)


def jpeg_2000() -> bytes:
    picture, out = photo(800, 450), io.BytesIO()
    picture.save(out, "JPEG2000", quality_mode="rates", quality_layers=[20])
    return _with_picture(out.getvalue(), pikepdf.Name.JPXDecode, picture.size)


def _rewritten(**options: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(reportlab_links_and_outline())) as file:
        file.save(out, **options)
    return out.getvalue()


def qpdf_for_the_web() -> bytes:
    return _rewritten(linearize=True)


def qpdf_with_object_streams() -> bytes:
    return _rewritten(object_stream_mode=pikepdf.ObjectStreamMode.generate, recompress_flate=True)


def qpdf_plain() -> bytes:
    return _rewritten(
        compress_streams=False,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        stream_decode_level=pikepdf.StreamDecodeLevel.all,
    )


def pdfium_put_together() -> bytes:
    """Pages of two decks in a new one, as tools for putting decks together do."""
    target, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    for source in (reportlab_text(), fpdf_text()):
        target.import_pages(pypdfium2.PdfDocument(source))
    target.save(out)
    return out.getvalue()


def updated_twice() -> bytes:
    """An honest file with incremental updates behind it, as editors and signing tools append them."""
    once = updated(deck(), {4: stream(b"BT /F1 24 Tf 72 500 Td (A better deck) Tj ET")})
    return updated(once, {4: stream(b"BT /F1 24 Tf 72 500 Td (The best deck) Tj ET")})


SLIDES = """<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>Pitch</title>
<style>@page {{ size: 338mm 190mm; margin: 0 }} section {{ break-after: page; padding: 20mm; height: 150mm;
  background: linear-gradient(#fff, #cde); font-family: "Noto Sans CJK JP", sans-serif }}
  .card {{ box-shadow: 0 4px 20px #0004; border-radius: 12px; opacity: .9 }}</style>
{slides}</html>"""
SLIDE_HTML = """<section><h1>{n}. {words}</h1><div class="card"><p>{words}</p>
<svg width="300" height="120"><rect width="{n}0" height="60" fill="#264af4"/><circle cx="200" cy="60" r="50"/></svg>
<a href="https://www.example.com/{n}">www.example.com</a></div></section>"""


@cache
def _printed(language: str, words: str, pages: int) -> bytes:
    """What "print to PDF" gives: Skia's files, with embedded fonts, tags and an outline."""
    html = SLIDES.format(
        lang=language, slides="".join(SLIDE_HTML.format(n=n, words=words) for n in range(1, pages + 1))
    )
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "deck.html"
        page.write_text(html, "utf-8")
        subprocess.run(
            [
                str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--generate-pdf-document-outline", "--no-pdf-header-footer", f"--user-data-dir={folder}/profile",
                f"--print-to-pdf={folder}/deck.pdf", page.as_uri(),
            ],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        return (Path(folder) / "deck.pdf").read_bytes()


def chromium_english() -> bytes:
    return _printed("en", PITCH, 8)


def chromium_japanese() -> bytes:
    return _printed("ja", JAPANESE, 8)


WITHOUT_BROWSER: dict[str, Producer] = {
    producer.__name__: producer
    for producer in (
        reportlab_text, reportlab_thirty_pages, reportlab_japanese, reportlab_links_and_outline, reportlab_chart,
        reportlab_photographs, reportlab_see_through, reportlab_flowing_text, reportlab_old_coding, fpdf_text,
        fpdf_picture_with_transparency, fpdf_table, pillow_slides, pillow_scan, jpeg_with_place_and_camera,
        progressive_jpeg, qpdf_for_the_web, qpdf_with_object_streams, qpdf_plain, pdfium_put_together, updated_twice,
    )
}  # fmt: skip
if features.check("jpg_2000"):
    WITHOUT_BROWSER["jpeg_2000"] = jpeg_2000
WITH_BROWSER: dict[str, Producer] = {
    "chromium_english": chromium_english,
    "chromium_japanese": chromium_japanese,
}
__all__ = ["CHROMIUM", "JAPANESE", "PITCH", "WITHOUT_BROWSER", "WITH_BROWSER"]
