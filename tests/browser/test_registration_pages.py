"""Every page of both registrations as its people meet it: empty, wrong, with a reviewer's remarks, and while typing.

Each is looked at in both languages, by day on a desk and in the dark on a phone: no violation in axe, nothing in the
console, no sideways scroll, and after an error the focus on its summary.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.enums import ReviewStatus
from accounts.models import Organisation, User
from companies.questions import STEPS as FIRM_STEPS
from startups.questions import LISTS
from startups.questions import STEPS as STARTUP_STEPS
from startups.rules import DECK_SUBJECT
from tests import factories
from tests.browser.conftest import Visitor
from tests.browser.test_every_page import faults, faults_here
from tests.startups import decks

WAYS = [("ja", 1280, False), ("en", 390, True)]
PICTURES = os.environ.get("PICTURES")  # a folder for pictures of every page, for whoever looks them over
# Every text box gets a character that nobody can see, so that each has something to say.
SPOIL = """form => {
  for (const box of form.querySelectorAll("input[type=text], input[type=url], input[type=tel], textarea"))
    box.value = "a\\u202e";
  for (const box of form.querySelectorAll("input[type=number], input[type=date]")) box.value = "";
  for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = false;
  for (const list of form.querySelectorAll("select")) list.value = "";
}"""


class Look:
    """Goes from page to page, and collects what is wrong with them."""

    def __init__(self, visitor: Visitor, width: int) -> None:
        self.visitor, self.page, self.width = visitor, visitor.page, width
        self.found: list[str] = []

    def at(self, path: str) -> None:
        self.found += faults(self.visitor, path, self.width)
        self._picture(path)

    def here(self, name: str) -> None:
        self.found += faults_here(self.visitor, name, self.width)
        self._picture(name)

    def send(self) -> None:
        self.page.locator("main form .form-actions .btn-primary").first.click()

    def wrong(self, path: str) -> None:
        """The page as it comes back when nothing on it can be taken."""
        self.visitor.go(path)
        self.page.locator("main form:has(.form-actions)").evaluate(SPOIL)
        self.send()
        expect(self.page.locator(".error-summary")).to_be_focused()
        self.here(f"{path} wrong")

    def _picture(self, name: str) -> None:
        if PICTURES:
            kind = f"{self.visitor.language}-{self.width}"
            file = f"{PICTURES}/{kind}-{name.strip('/').replace('/', '-').replace(' ', '-')}.png"
            self.page.screenshot(path=file, full_page=True)


@pytest.fixture(params=WAYS, ids=["ja-1280-light", "en-390-dark"])
def look(request: Any, transactional_db: None, visit: Callable[..., Visitor]) -> Callable[[User], Look]:
    language, width, dark = request.param

    def begin(user: User) -> Look:
        return Look(visit(user, language=language, width=width, dark=dark), width)

    return begin


def is_clean(look: Look) -> None:
    assert (look.found, look.visitor.complaints) == ([], [])


def member_of(organisation: Organisation) -> User:
    return factories.MembershipFactory(organisation=organisation).user


def returned(organisation: Organisation, *subjects: str) -> User:
    """A member of an organisation whose reviewer has something to say of these subjects."""
    now = timezone.now()
    review = factories.ReviewFactory(
        organisation=organisation, status=ReviewStatus.RETURNED, decided_at=now, text="Two things are left."
    )
    for subject in subjects:
        factories.RemarkFactory(review=review, subject=subject, text="Say it in figures, with their date.")
    return member_of(organisation)


def test_a_firms_first_page_empty_wrong_and_taken_already(look: Callable[[User], Look]) -> None:
    known = factories.CompanyFactory(corporate_number="5070001000715")
    firm = look(factories.UserFactory())
    for path in ("/firm/setup/", "/firm/setup/company/"):
        firm.at(path)
    firm.wrong("/firm/setup/company/")
    firm.visitor.go("/firm/setup/company/")
    firm.page.locator("[name=corporate_number]").fill(known.corporate_number)
    firm.page.locator("[name=name]").fill("北浜食品株式会社")
    firm.send()
    expect(firm.page.locator(".error-summary")).to_be_focused()
    firm.here("/firm/setup/company/ taken")
    expect(firm.page.locator("main a[href*='/firm/join/']")).to_be_visible()
    firm.at(f"/firm/join/?number={known.corporate_number}")
    is_clean(firm)


def test_every_further_page_of_a_firm_empty_and_wrong(look: Callable[[User], Look]) -> None:
    company = factories.ChallengeFactory(company__organisation__status="draft").company
    firm = look(member_of(company.organisation))
    steps = [step.key for step in FIRM_STEPS if step.key != "challenge"]
    assert steps == ["company", "contact", "wishes", "agreement"]
    for key in steps:
        firm.at(f"/firm/setup/{key}/")
        firm.wrong(f"/firm/setup/{key}/")
    for path in ("challenges/", "setup/", "setup/check/"):
        firm.at(f"/firm/{path}")
    for path in ("new", company.challenges.get().pk):
        firm.at(f"/firm/challenges/{path}/")
        firm.wrong(f"/firm/challenges/{path}/")
    is_clean(firm)


def test_the_pages_of_a_firm_with_a_reviewers_remarks(look: Callable[[User], Look]) -> None:
    company = factories.ChallengeFactory(company__organisation__status="returned").company
    challenge = company.challenges.get()
    member = returned(company.organisation, "company.employees", f"challenge.{challenge.pk}.text")
    firm = look(member)
    for path in ("setup/", "setup/company/", "setup/check/", "challenges/"):
        firm.at(f"/firm/{path}")
    firm.page.locator(f"a[href$='/challenges/{challenge.pk}/#remark-text']").click()
    expect(firm.page.locator("#remark-text")).to_be_in_viewport()
    firm.here("/firm/challenges/1/ remark")
    is_clean(firm)


def test_every_page_of_a_startup_empty_and_wrong(look: Callable[[User], Look]) -> None:
    newcomer = look(factories.UserFactory())
    for path in ("/startup/setup/", "/startup/setup/startup/"):
        newcomer.at(path)
    newcomer.wrong("/startup/setup/startup/")
    is_clean(newcomer)
    startup = factories.StartupFactory(organisation__status="draft")
    own = look(member_of(startup.organisation))
    for key in [step.key for step in STARTUP_STEPS if step.asks] + ["agreement"]:
        own.at(f"/startup/setup/{key}/")
        own.wrong(f"/startup/setup/{key}/")
    for key in LISTS:
        own.at(f"/startup/lists/{key}/")
        own.wrong(f"/startup/lists/{key}/")
    for path in ("deck/", "setup/", "setup/check/"):
        own.at(f"/startup/{path}")
    is_clean(own)


def test_the_pages_of_a_startup_with_a_reviewers_remarks(look: Callable[[User], Look]) -> None:
    startup = factories.StartupFactory(organisation__status="returned")
    figure = factories.FigureFactory(startup=startup)
    subjects = (f"tractionfigure.{figure.pk}", "startup.one_liner", DECK_SUBJECT)
    member = returned(startup.organisation, *subjects)
    decks.in_use(startup, member)
    own = look(member)
    for path in ("setup/", "setup/pitch/", "lists/figures/", "deck/", "setup/check/"):
        own.at(f"/startup/{path}")
    is_clean(own)


@pytest.mark.parametrize(
    ("kind", "path", "field"),
    [
        ("company", "/firm/challenges/new/", "text"),
        ("startup", "/startup/setup/pitch/", "one_liner"),
        ("startup", "/startup/setup/cooperation/", "seeks_partner"),
    ],
)
def test_the_note_on_how_concrete_it_is_while_somebody_types(
    look: Callable[[User], Look], kind: str, path: str, field: str
) -> None:
    made = factories.CompanyFactory if kind == "company" else factories.StartupFactory
    own = look(member_of(made(organisation__status="draft").organisation))
    own.visitor.go(path)
    before = own.page.locator(".concrete").inner_text()
    words = "夕方のレジに1日40人が並び、平均9分待たせています。4分以内にしたいです。"
    own.page.locator(f"[name={field}]").fill("")
    own.page.locator(f"[name={field}]").press_sequentially(words)
    expect(own.page.locator(".concrete")).not_to_have_text(before)
    own.here(f"{path} typed")
    is_clean(own)
