"""A firm registers by itself, from the mail to the publication: within 24 clicks, without scripts too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from accounts.models import Organisation
from tests import factories
from tests.accounts.signing import NEW_PASSWORD, code_for
from tests.browser.conftest import Visitor
from tests.browser.test_every_page import faults_here
from tests.browser.test_reviewing import Reviewer

WAYS = [("ja", 1280, True), ("en", 390, True), ("ja", 390, False), ("en", 1280, False)]
BUDGET = 24
EMAIL = "hanako@kitahama.example"


class Applicant(Reviewer):
    """Choosing from a list counts as a click too."""

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self.field(name).fill(value)

    def choose(self, **values: str) -> None:
        for name, value in values.items():
            self.field(name).select_option(value)
            self.clicks += 1

    def box(self, name: str, value: str) -> None:
        self.main().locator(f"input[name={name}][value={value}]").check()
        self.clicks += 1

    def field(self, name: str) -> Locator:
        return self.main().locator(f"[name={name}]").first

    def signs_up(self) -> None:
        self.click("link", "Create an account")
        self.fill(name="山田 花子", email=EMAIL, password1=NEW_PASSWORD)
        if self.main().locator("[name=password2]").count():
            self.fill(password2=NEW_PASSWORD)
        self.choose(time_zone="Asia/Tokyo")
        self.click("button", "Continue")
        expect(self.field("code")).to_be_visible()
        self.fill(code=code_for(EMAIL))
        self.click("button", "Continue")
        self.click("link", "Register your firm")

    def describes_the_firm(self) -> None:
        self.click("link", "Company")
        self.fill(
            corporate_number="５０７０－００１０－００７１５", name="北浜食品株式会社", name_kana="キタハマ"
        )
        self.fill(name_en="Kitahama Foods", employees="420", capital_million_yen="310")
        self.fill(business="米菓を製造する。")
        self.choose(prefecture="15", industry="foods")
        self.click("button", "Continue")
        self.fill(title="部長", phone="0258-12-3456")
        self.click("button", "Continue")

    def says_what_it_looks_for(self) -> None:
        self.choose(field="retail")
        self.fill(
            title="列をなくしたい",
            text="夕方のレジに列ができ、平均9分待たせています。",
            solved_when="4分以内",
        )
        self.click("button", "Continue")
        self.box("modes", "joint_development")
        self.click("button", "Continue")
        self.field("everywhere").check()
        self.clicks += 1
        self.click("button", "Agree and continue")


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_a_firm_registers_from_the_mail_to_the_application_within_its_clicks(
    language: str, width: int, scripts: bool, transactional_db: None, visit: Callable[..., Visitor]
) -> None:
    officer = factories.OfficerFactory(name="Soma")
    applicant = Applicant(visit(language=language, width=width, scripts=scripts))
    applicant.signs_up()
    applicant.describes_the_firm()
    applicant.says_what_it_looks_for()
    applicant.sees("Kitahama Foods")
    applicant.sees(applicant.words("Nothing has been sent yet."))
    applicant.click("button", "Send in for review")
    applicant.sees("5")
    organisation = Organisation.objects.get(memberships__user__email=EMAIL)
    assert (organisation.status, organisation.fields) == ("submitted", ["retail"])
    assert organisation.company.transfer_consents.in_force().count() == 6
    assert applicant.clicks <= BUDGET, applicant.clicks
    assert applicant.visitor.complaints == []
    if scripts:
        return
    reviewer = Reviewer(visit(officer, language=language, width=width, scripts=False))
    reviewer.click("link", "Firms to review")
    reviewer.click("link", organisation.name, translated=False)
    reviewer.tick("All checks done")
    reviewer.click("button", "Approve and publish")
    reviewer.click("button", "Approve and publish")
    organisation.refresh_from_db()
    assert organisation.status == "published"


def test_the_note_on_a_challenge_follows_the_typing(
    transactional_db: None, visit: Callable[..., Visitor]
) -> None:
    company = factories.ChallengeFactory(company__organisation__status="draft").company
    user = factories.MembershipFactory(organisation=company.organisation).user
    visitor = visit(user)
    visitor.go("/firm/challenges/new/")
    note = visitor.page.locator(".concrete")
    expect(note).to_contain_text("A few sentences are enough to begin with.")
    visitor.page.locator("[name=text]").press_sequentially("人手不足です。")
    expect(note).to_contain_text("A good beginning.")
    counter = visitor.page.locator("[data-count-for=id_place]")
    visitor.page.locator("[name=place]").fill("あ" * 203)
    expect(counter).to_have_text("Characters too many: 3")
    visitor.page.locator("[name=place]").fill("")
    # Capabilities are suggested beside it: drawn at once, read from the words after a pause, saved with the page.
    slot = visitor.page.locator("#id_capabilities")
    expect(slot).to_contain_text("As soon as you have written a sentence")
    visitor.page.locator("[name=title]").fill("電気代を下げたい")
    visitor.page.locator("[name=text]").fill("屋根に太陽光を載せ、水上の太陽光と蓄電池も試したい。")
    solar = slot.get_by_label("Solar development and installation", exact=True)
    expect(solar).to_be_visible()
    solar.check()
    visitor.page.locator("[name=amount]").press_sequentially("年に三百万円")
    expect(slot).to_contain_text("None of these fits")
    expect(solar).to_be_checked()
    assert faults_here(visitor, "a challenge with suggestions", 1280) == []
    visitor.page.get_by_role("button", name="Save and return later").click()
    expect(visitor.page.locator("main")).to_contain_text("Saved at")
    assert company.challenges.get(title="電気代を下げたい").capabilities == ["solar_dev"]
    assert visitor.complaints == []
