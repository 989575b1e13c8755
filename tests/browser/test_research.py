"""Research from the question to the report in the firm's hands and in the meeting's brief, at a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from accounts.models import User
from documents.models import DocumentFile
from matchmaking.core import jobs
from research.models import Commission, ReportSection
from tests.browser.conftest import Visitor
from tests.conftest import Cast
from tests.meetings import stories
from tests.research import works
from tests.startups.deck_producers import pillow_slides

Visit = Callable[..., Visitor]
SAVED = {"en": "Saved at", "ja": "保存しました"}
REMARKS = {
    "en": ("Say for how long.", "Who published this?"),
    "ja": ("期間を書いてください。", "公表元はどこですか。"),
}
RECOMMENDATION = {"en": "Ask who pays for the trial.", "ja": "実証の費用を誰が負担するか尋ねてください。"}


def press(visitor: Visitor, selector: str) -> None:
    visitor.page.locator(selector).first.click()
    visitor.page.wait_for_load_state()


def ask(firm: Visitor, match_key: int) -> Commission:
    """From the pair's page, with the template's questions."""
    firm.go(f"/matches/{match_key}/")
    press(firm, f"a[href$='/research/ask/?match={match_key}']")
    assert len(firm.page.locator("textarea[name=question]").input_value().splitlines()) == 4
    firm.page.locator(f"input[name=language][value={firm.language}]").check()
    press(firm, "form[action$='/check/'] button[type=submit]")
    press(firm, "form[action$='/send/'] button[type=submit]")
    return Commission.objects.get()


def give_to(office: Visitor, made: Commission, expert: User) -> None:
    office.go("/staff/research/")
    press(office, f"a[href$='/staff/research/{made.pk}/']")
    office.page.locator(f"input[name=expert][value='{expert.pk}']").check()
    press(office, "form[action$='/assign/'] button[type=submit]")


def accept(expert: Visitor, made: Commission) -> None:
    expert.go("/")
    press(expert, f"a[href$='/expert/{made.pk}/']")
    expert.page.locator("input[name=declared]").check()
    press(expert, "form[action$='/accept/'] button[type=submit]")
    press(expert, f"a[href$='/expert/{made.pk}/report/']")


def write(expert: Visitor, made: Commission) -> None:
    """Sections are kept by themselves; a figure and a startup are added one by one."""
    for kind, text in {**works.TEXTS, "recommendation": RECOMMENDATION[expert.language]}.items():
        expert.page.locator(f"#{kind} textarea").fill(text)
        expect(expert.page.locator(f"#saved-{kind}")).to_contain_text(SAVED[expert.language])
    assert ReportSection.objects.filter(commission=made).count() == len(works.TEXTS)
    for year, amount in (("2025", "12.5"), ("2028", "20")):
        form = expert.page.locator("form[action$='/figures/add/']")
        for name, value in {
            "label": "Tills",
            "year": year,
            "amount": amount,
            "source": "Retail Board",
        }.items():
            form.locator(f"[name={name}]").fill(value)
        press(expert, "form[action$='/figures/add/'] button[type=submit]")


def name_startup(expert: Visitor, words: str) -> None:
    """Looked for within the page; what was written meanwhile stays as it is."""
    page = expert.page
    page.locator("input[name=q]:visible").fill(words)
    page.locator("#candidate-search form[role=search] button").click()
    page.locator("input[name=startup]").first.check()
    page.locator("#candidate-search textarea").fill(RECOMMENDATION[expert.language])
    press(expert, "form[action$='/candidates/add/'] button[type=submit]")
    expect(page.locator("#candidates")).to_contain_text(RECOMMENDATION[expert.language])


def upload(expert: Visitor, made: Commission, path: Path) -> DocumentFile:
    """From the report to the document's page and back, once its file has passed the gate."""
    expert.go(f"/expert/{made.pk}/report/")
    if not made.documents.exists():
        expert.page.locator("form[action$='/documents/add/'] [name=title]").fill("Interview notes")
        press(expert, "form[action$='/documents/add/'] button[type=submit]")
    expert.go(f"/documents/{made.documents.get().document_id}/")
    expert.page.locator("input[type=file]").set_input_files(path)
    expert.page.locator("#document-form button[type=submit]").click()
    expect(expert.page.locator(".steps li[aria-current=step]")).to_be_visible()
    for step in ("begin", "check", "draw"):
        jobs.run(jobs.Job.objects.get(name=f"documents.{step}_file", state="ready").pk)
    expect(expert.page.locator("#document-title")).to_be_visible(timeout=15_000)
    expect(expert.page.locator("#document-state")).to_contain_text(path.name)
    return DocumentFile.objects.current().get()


def deliver(expert: Visitor, made: Commission) -> None:
    expert.go(f"/expert/{made.pk}/report/")
    press(expert, "a[href$='/report/deliver/']")
    press(expert, "main form button[type=submit]")


def give_back(office: Visitor, made: Commission) -> None:
    """With a remark at a paragraph and one at a figure."""
    office.go(f"/staff/research/{made.pk}/return/")
    for name, text in zip(("summary_2", "figures_1"), REMARKS[office.language], strict=True):
        box = office.page.locator(f"textarea[name={name}]")
        box.locator("xpath=ancestor::details/summary").click()
        box.fill(text)
    press(office, "main form button[type=submit]")


def see_to_remarks(expert: Visitor, made: Commission) -> None:
    """Each stands beside what it is about."""
    expert.go(f"/expert/{made.pk}/report/")
    paragraph, figure = REMARKS[expert.language]
    expect(expert.page.locator("#summary")).to_contain_text(paragraph)
    expect(expert.page.locator("#figures tbody tr").first).to_contain_text(figure)
    # What was saved before says so already: wait for the answer to this one.
    with expert.page.expect_response(lambda answer: answer.request.method == "POST"):
        expert.page.locator("#summary textarea").fill(paragraph)
    expect(expert.page.locator("#saved-summary")).to_contain_text(SAVED[expert.language])


def files_of_versions(office: Visitor, made: Commission) -> list[str]:
    """The name of the file that each version leads to, its first page drawn."""
    found = []
    for number in (1, 2):
        office.go(f"/staff/research/{made.pk}/{number}/")
        press(office, "a[href*='/staff/research/files/']")
        press(office, "a[href$='?pages=1#pages']")
        picture = office.page.locator("img.deck-first")
        expect(picture).to_be_visible()
        assert picture.evaluate("image => image.complete && image.naturalWidth") > 0
        found.append(office.page.locator(".facts dd").first.inner_text())
    return found


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_question_becomes_a_report_in_the_firms_hands_and_in_the_brief(
    language: str, visit: Visit, cast: Cast, transactional_db: None, tmp_path: Path
) -> None:
    match = stories.match_of(cast.company, cast.startup)
    firm, office, expert = (
        visit(person, language=language) for person in (cast.company_owner, cast.officer, cast.expert)
    )
    made = ask(firm, match.pk)
    give_to(office, made, cast.expert)
    accept(expert, made)
    write(expert, made)
    name_startup(expert, cast.other_startup.organisation.name)
    first, second = (tmp_path / name for name in ("First.pdf", "Second.pdf"))
    for path in (first, second):
        path.write_bytes(pillow_slides())
    upload(expert, made, first)
    deliver(expert, made)
    give_back(office, made)
    see_to_remarks(expert, made)
    upload(expert, made, second)
    deliver(expert, made)
    assert files_of_versions(office, made) == ["First.pdf", "Second.pdf"]
    office.go(f"/staff/research/{made.pk}/publish/")
    press(office, "main form button[type=submit]")
    firm.go("/research/")
    press(firm, f"a[href$='/research/{made.pk}/']")
    report = firm.page.locator("article.report")
    expect(report).to_contain_text(RECOMMENDATION[language])
    expect(report).to_contain_text(REMARKS[language][0])
    expect(report).to_contain_text("Second.pdf")
    expect(report.locator("svg[role=img] rect")).to_have_count(2)
    assert report.locator("p.user-text").first.get_attribute("lang") == language
    request = stories.agreed(match, cast.company_owner)
    stories.published(stories.a_round(cast.officer, [request]), cast.officer)
    firm.go(f"/meetings/{request.pk}/brief/")
    expect(firm.page.locator("main")).to_contain_text(RECOMMENDATION[language])
    document = made.documents.get().document_id
    gone = [f"/expert/{made.pk}/{path}" for path in ("", "report/", "report/deliver/")]
    for path in (*gone, f"/documents/{document}/", f"/documents/{document}/file/"):
        assert expert.go(path) == 404, path
    assert firm.complaints == office.complaints == []


def test_two_windows_of_one_section_lose_nothing(visit: Visit, cast: Cast, transactional_db: None) -> None:
    match = stories.match_of(cast.company, cast.startup)
    made = works.accepted(works.asked(match, cast.officer), cast.expert, cast.officer)
    newer, older = visit(cast.expert), visit(cast.expert)
    for window in (newer, older):
        window.go(f"/expert/{made.pk}/report/")
    newer.page.locator("#summary textarea").fill("From the newer window")
    expect(newer.page.locator("#saved-summary")).to_contain_text("Saved at")
    older.page.locator("#summary textarea").fill("From the older window")
    expect(older.page.locator("#saved-summary")).to_contain_text("A newer text was saved meanwhile")
    expect(older.page.locator("#saved-summary")).to_contain_text("From the newer window")
    assert older.page.locator("#summary textarea").input_value() == "From the older window"
    assert ReportSection.objects.get().text == "From the newer window"
    older.page.locator("#summary textarea").fill("Both together")
    expect(older.page.locator("#saved-summary")).to_contain_text("Saved at")
    assert ReportSection.objects.get().text == "Both together"
    assert newer.complaints == older.complaints == []


def test_a_report_can_be_written_with_scripts_off(visit: Visit, cast: Cast, transactional_db: None) -> None:
    match = stories.match_of(cast.company, cast.startup)
    made = works.accepted(works.asked(match, cast.officer), cast.expert, cast.officer)
    expert = visit(cast.expert, scripts=False)
    expert.go(f"/expert/{made.pk}/report/")
    expert.page.locator("#summary textarea").fill("Without scripts")
    press(expert, "#summary button[type=submit]")
    expect(expert.page.locator("#saved-summary")).to_contain_text("Saved at")
    assert ReportSection.objects.get().text == "Without scripts"
