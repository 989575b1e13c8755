"""A report as a Word document, opened again: words, order, fonts, chart, header; and who is given it."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from docx import Document
from docx.oxml.ns import qn
from PIL import Image

from accounts.models import User
from matchmaking.matches.models import Match
from research import actions
from research.charts import Figure, charts_of
from research.models import Commission
from research.picture import BAR, FINE, picture_of
from research.views.firm import WORD
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.research import works

SignIn = Callable[[User], Client]


def opened(client: Client, address: str) -> Any:
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, WORD)
    return Document(io.BytesIO(answer.content))


@pytest.fixture
def pair(cast: Cast) -> Match:
    return stories.match_of(cast.company, cast.startup)


def published(pair: Match, cast: Cast, language: str) -> Commission:
    made = works.asked(pair, cast.company_owner, language=language, question="How large is it?\nWho sells?")
    works.accepted(made, cast.expert, cast.officer)
    works.written(made, cast.expert)
    other = {
        "label": "Shelves",
        "year": 2024,
        "amount": Decimal("1250.5"),
        "currency": "JPY",
        "source": "Board",
    }
    actions.add_figure(made, other, by=cast.expert)
    actions.add_candidate(made, factories.StartupFactory(), reason="It sells there.", by=cast.expert)
    actions.deliver(made, by=cast.expert)
    actions.publish_report(made, by=cast.officer)
    return made


HEADINGS = {
    "en": ["Question", "Summary", "The market", "Market size", "Regulation", "Competitors", "Startups to consider",
           "Risks", "Recommendation", "Sources"],
    "ja": ["調査の質問", "要旨", "市場の概況", "市場規模", "規制", "競合", "検討に値するスタートアップ", "リスク",
           "提言", "出典"],
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_document_holds_the_whole_report_in_its_own_language_whoever_asks(
    language: str, pair: Match, cast: Cast, as_user: SignIn
) -> None:
    made = published(pair, cast, language)
    reader = "ja" if language == "en" else "en"
    paper = opened(as_user(cast.company_owner), f"/{reader}/research/{made.pk}/report.docx")
    texts = {style: [each.text for each in paper.paragraphs if each.style.name == style] for style in
             ("Title", "Subtitle", "Heading 1", "Caption", "List Bullet", "Normal")}  # fmt: skip
    assert texts["Heading 1"] == HEADINGS[language]
    body = [text for text in texts["Normal"] if text]
    written = [part for text in works.TEXTS.values() for part in text.split("\n\n")]
    assert body == ["How large is it?", "Who sells?", *written]
    [candidate] = texts["List Bullet"]
    assert candidate.endswith("\nIt sells there.")
    assert len(texts["Caption"]) == 1, "one market has two years"

    [table] = paper.tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[1:] == [
        ["Shelves", "2024", "JPY 1,250.5", "Board"],
        ["Tills", "2025", "USD 12.5", "Retail Board 2025"],
        ["Tills", "2028", "USD 20", "Retail Board 2025"],
    ]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None

    [shape] = paper.inline_shapes
    assert shape._inline.docPr.get("descr") == texts["Caption"][0]
    header = paper.sections[0].header.paragraphs[0].text
    assert header == f"{paper.core_properties.title} · {texts['Subtitle'][0]}"
    assert texts["Subtitle"][0].split(" · ")[0] == paper.core_properties.subject
    assert header.endswith({"en": "Version 1", "ja": "第1版"}[language])
    assert texts["Title"] == [paper.core_properties.title]
    assert "PAGE" in paper.sections[0].footer._element.xml
    for name in ("Normal", "Heading 1", "Title", "Header"):
        fonts = paper.styles[name].element.rPr.rFonts
        assert (fonts.get(qn("w:ascii")), fonts.get(qn("w:eastAsia"))) == ("Calibri", "Yu Gothic"), name
        assert fonts.get(qn("w:eastAsiaTheme")) is None, "a theme would win over the font"
    lang = paper.styles["Normal"].element.rPr.find(qn("w:lang"))
    assert lang.get(qn("w:val")) == {"en": "en-GB", "ja": "ja-JP"}[language]


@pytest.mark.django_db
def test_who_is_given_which_version(pair: Match, cast: Cast, as_user: SignIn) -> None:
    made = works.accepted(works.asked(pair, cast.company_owner), cast.expert, cast.officer)
    works.delivered(made, cast.expert)
    own, first, second = (
        f"/en/research/{made.pk}/report.docx",
        f"/en/staff/research/{made.pk}/1/report.docx",
        f"/en/staff/research/{made.pk}/2/report.docx",
    )
    office, firm = as_user(cast.officer), as_user(cast.company_owner)
    assert (firm.get(own).status_code, office.get(second).status_code) == (404, 404)
    actions.return_report(made, [actions.Remark("summary", 1, "More.")], by=cast.officer)
    actions.save_section(made, "summary", "More of it.", seen=1, by=cast.expert)
    actions.deliver(made, by=cast.expert)
    actions.publish_report(made, by=cast.officer)
    summaries = [
        ("Worth a trial." in words, "More of it." in words)
        for words in (
            [each.text for each in opened(office, address).paragraphs] for address in (first, second)
        )
    ]
    assert summaries == [(True, False), (False, True)]
    assert "More of it." in [each.text for each in opened(firm, own).paragraphs]
    answer = firm.get(own)
    assert answer["Content-Disposition"] == f'attachment; filename="research-{made.pk}-v2.docx"'
    assert answer["Cache-Control"] == "private, no-store"
    assert own in firm.get(f"/en/research/{made.pk}/").content.decode()
    assert first in office.get(f"/en/staff/research/{made.pk}/1/").content.decode()
    for person in (cast.expert, cast.startup_owner, cast.other_company_owner, cast.newcomer):
        assert {as_user(person).get(address).status_code for address in (own, first, second)} == {404}


def test_the_picture_has_a_column_of_its_height_for_each_year() -> None:
    figures = [
        Figure("Tills", year, Decimal(amount), "USD") for year, amount in ((2025, 5), (2026, 0), (2028, 10))
    ]
    [chart] = charts_of(figures)
    image = Image.open(io.BytesIO(picture_of(chart, ["5", "0", "10"]))).convert("RGB")
    blue = tuple(int(BAR[place : place + 2], 16) for place in (1, 3, 5))
    heights = [
        sum(image.getpixel((each.middle * FINE, y)) == blue for y in range(image.height))
        for each in chart.columns
    ]
    assert [round(each / FINE) for each in heights] == [each.height for each in chart.columns], (
        "but for the axis"
    )
    assert heights[1] == 0
    assert image.size == (480 * FINE, 220 * FINE)
