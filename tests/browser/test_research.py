"""Research from the question to the report in the firm's hands and in the meeting's brief, at a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from accounts.models import User
from research.models import Commission, ReportSection
from tests.browser.conftest import Visitor
from tests.conftest import Cast
from tests.meetings import stories
from tests.research import works

Visit = Callable[..., Visitor]
SAVED = {"en": "Saved at", "ja": "保存しました"}
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
    press(expert, "a[href$='/report/deliver/']")
    press(expert, "main form button[type=submit]")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_question_becomes_a_report_in_the_firms_hands_and_in_the_brief(
    language: str, visit: Visit, cast: Cast, transactional_db: None
) -> None:
    match = stories.match_of(cast.company, cast.startup)
    firm, office, expert = (
        visit(person, language=language) for person in (cast.company_owner, cast.officer, cast.expert)
    )
    made = ask(firm, match.pk)
    give_to(office, made, cast.expert)
    accept(expert, made)
    write(expert, made)
    office.go(f"/staff/research/{made.pk}/publish/")
    press(office, "main form button[type=submit]")
    firm.go("/research/")
    press(firm, f"a[href$='/research/{made.pk}/']")
    report = firm.page.locator("article.report")
    expect(report).to_contain_text(RECOMMENDATION[language])
    expect(report.locator("svg[role=img] rect")).to_have_count(2)
    assert report.get_attribute("lang") == language
    request = stories.agreed(match, cast.company_owner)
    stories.published(stories.a_round(cast.officer, [request]), cast.officer)
    firm.go(f"/meetings/{request.pk}/brief/")
    expect(firm.page.locator("main")).to_contain_text(RECOMMENDATION[language])
    for path in ("", "report/", "report/deliver/"):
        assert expert.go(f"/expert/{made.pk}/{path}") == 404, path
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
