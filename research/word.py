"""A report as a Word document: what the page shows, in the report's own language, to be passed on and printed."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _
from docx import Document
from docx.document import Document as Paper
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from research import content, words
from research.models import Commission, ReportVersion
from research.picture import picture_of

LATIN, JAPANESE = "Calibri", "Yu Gothic"  # Word has both; other programs put their own in their place
LANGUAGES: Final = {"ja": "ja-JP", "en": "en-GB"}
STYLES = ("Normal", "Title", "Subtitle", "Heading 1", "Caption", "List Bullet", "Header", "Footer")
CHART_WIDTH = Cm(14)


def word_of(commission: Commission, version: ReportVersion) -> bytes:
    """The version as it was delivered; headings are in the language of the report, whoever asks for it."""
    with translation.override(commission.language):
        shown = content.shown(version.content, commission.language, with_links=False)
        paper = _begun(commission, version)
        for section in shown["before"]:
            _section(paper, section)
        if shown["figures"]:
            _figures(paper, shown)
        for section in shown["after"]:
            if section["kind"] == "risks" and shown["candidates"]:
                _candidates(paper, shown["candidates"])
            _section(paper, section)
        if shown["documents"]:
            paper.add_heading(_("Documents"), level=1)
        for each in shown["documents"]:
            paper.add_paragraph(f"{each['title']} ({each['file']})", style="List Bullet")
        out = io.BytesIO()
        paper.save(out)
    return out.getvalue()


def name_of_file(commission: Commission, version: ReportVersion) -> str:
    return f"research-{commission.pk}-v{version.number}.docx"


def _begun(commission: Commission, version: ReportVersion) -> Paper:
    """Fonts and language of every style, the title, and a header that says whose report it is and which version."""
    paper = Document()
    for name in STYLES:
        _write_in(paper.styles[name], commission.language)
    title, firm = words.title_of(commission), words.firm_of(commission)
    imprint = words.imprint_of(commission, version)
    paper.core_properties.title, paper.core_properties.subject = title, firm
    paper.core_properties.author, paper.core_properties.comments = _("Programme office"), ""
    paper.core_properties.language = LANGUAGES[commission.language]
    paper.core_properties.created = paper.core_properties.modified = version.at.replace(tzinfo=None)
    paper.add_heading(title, level=0)
    paper.add_paragraph(imprint, style="Subtitle")
    paper.sections[0].header.paragraphs[0].text = f"{title} · {imprint}"
    _page_number(paper.sections[0].footer.paragraphs[0])
    if commission.question:
        paper.add_heading(_("Question"), level=1)
        _lines(paper, commission.question.split("\n"))
    return paper


def _write_in(style: Any, language: str) -> None:
    """Word chooses a font by script: one for Latin letters, one for Japanese."""
    style.font.name = LATIN
    style.font.color.rgb = RGBColor(0x1A, 0x1A, 0x1A)
    if style.name == "Normal":
        style.font.size = Pt(10.5)
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:ascii"), LATIN)
    fonts.set(qn("w:hAnsi"), LATIN)
    fonts.set(qn("w:eastAsia"), JAPANESE)
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    lang = OxmlElement("w:lang")
    lang.set(qn("w:val"), LANGUAGES[language])
    lang.set(qn("w:eastAsia"), LANGUAGES["ja"])
    properties.append(lang)


def _page_number(paragraph: Paragraph) -> None:
    """A field that Word fills in on each page."""
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _section(paper: Paper, section: dict[str, Any]) -> None:
    if section["paragraphs"]:
        paper.add_heading(str(section["title"]), level=1)
        for text in section["paragraphs"]:
            _lines(paper, [text])


def _lines(paper: Paper, texts: Iterable[str]) -> None:
    """Line breaks within a paragraph stay line breaks."""
    for text in texts:
        if text.strip():
            paper.add_paragraph(text.strip())


def _figures(paper: Paper, shown: dict[str, Any]) -> None:
    paper.add_heading(_("Market size"), level=1)
    for each in shown["charts"]:
        image = picture_of(each["chart"], [item["shown"] for item in each["columns"]])
        picture = paper.add_picture(io.BytesIO(image), width=CHART_WIDTH)
        picture._inline.docPr.set("descr", each["finding"])
        paper.add_paragraph(each["finding"], style="Caption")
    headings = (_("Market"), _("Year"), _("Amount in millions"), _("Source"))
    rows = [
        (row["label"], str(row["year"]), f"{row['currency']} {row['shown']}", row["source"])
        for row in shown["figures"]
    ]
    _table(paper, headings, rows)


def _table(paper: Paper, headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    table: Table = paper.add_table(rows=1, cols=len(headings), style="Table Grid")
    for cell, heading in zip(table.rows[0].cells, headings, strict=True):
        cell.paragraphs[0].add_run(heading).bold = True
    repeated = OxmlElement("w:tblHeader")  # on each page that the table goes on to
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def _candidates(paper: Paper, candidates: list[dict[str, Any]]) -> None:
    paper.add_heading(_("Startups to consider"), level=1)
    for each in candidates:
        paragraph = paper.add_paragraph(style="List Bullet")
        paragraph.add_run(each["name"]).bold = True
        paragraph.add_run(f"\n{each['reason']}")
