"""The reviewer at work in a browser: five clicks for the first application, three for each more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext
from playwright.sync_api import Page, expect

from accounts.models import Remark, Review, User
from tests import factories
from tests.accounts import review_stories as stories
from tests.browser.conftest import Visitor
from tests.browser.test_every_page import faults

WAYS = [("ja", 1280, True), ("en", 390, True), ("ja", 390, False), ("en", 1280, False)]


class Reviewer:
    """Clicks by the words on the screen, and counts: links, buttons and boxes; typing is free."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page, self.clicks = visitor, visitor.page, 0
        visitor.go("/")

    def words(self, msgid: str) -> str:
        with translation.override(self.visitor.language):
            return gettext(msgid)

    def click(self, role: str, msgid: str, *, translated: bool = True) -> None:
        name = self.words(msgid) if translated else msgid
        self.main().get_by_role(role, name=name, exact=translated).first.click()  # type: ignore[arg-type]
        self.clicks += 1

    def tick(self, msgid: str) -> None:
        self.main().get_by_label(self.words(msgid), exact=True).first.check()
        self.clicks += 1

    def sees(self, text: str) -> None:
        expect(self.main()).to_contain_text(text)

    def main(self) -> Page:
        return self.page.locator("main")  # type: ignore[return-value]


@pytest.fixture
def waiting(transactional_db: None) -> list[Review]:
    """Two firms and a startup, the oldest first."""
    reviews = [stories.applied(), stories.applied(), stories.applied("startup")]
    for number, review in enumerate(reviews):
        asked_at = timezone.now() - timedelta(days=9 - number)
        Review.objects.filter(pk=review.pk).update(asked_at=asked_at)
    return reviews


@pytest.fixture
def officer(waiting: list[Review]) -> User:
    return factories.OfficerFactory(name="Soma")


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_the_first_application_takes_five_clicks_and_each_more_three(
    language: str,
    width: int,
    scripts: bool,
    waiting: list[Review],
    officer: User,
    visit: Callable[..., Visitor],
) -> None:
    reviewer = Reviewer(visit(officer, language=language, width=width, scripts=scripts))
    reviewer.click("link", "Firms to review")
    reviewer.click("link", waiting[0].organisation.name, translated=False)
    for review, budget in zip(waiting, (5, 8, 11), strict=True):
        expect(reviewer.main().locator("h1")).to_have_text(review.organisation.name)
        reviewer.tick("All checks done")
        reviewer.click("button", "Approve and publish")
        reviewer.sees(reviewer.words("Nothing has been sent yet."))
        assert stories.fresh(review).status == "waiting"
        reviewer.click("button", "Approve and publish")
        reviewer.sees(reviewer.words("%(name)s: approved.") % {"name": review.organisation.name})
        assert (stories.fresh(review).status, reviewer.clicks) == ("approved", budget)
    reviewer.sees(reviewer.words("No applications are waiting."))
    assert reviewer.visitor.complaints == []


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_changes_are_asked_for_in_five_clicks(
    language: str,
    width: int,
    scripts: bool,
    waiting: list[Review],
    officer: User,
    visit: Callable[..., Visitor],
) -> None:
    reviewer = Reviewer(visit(officer, language=language, width=width, scripts=scripts))
    reviewer.click("link", "Firms to review")
    reviewer.click("link", waiting[0].organisation.name, translated=False)
    reviewer.click("link", "Ask for changes")
    text = reviewer.page.locator("[name='text-company.employees']")
    expect(text).to_be_hidden()
    reviewer.page.locator("[name='tick-company.employees']").check()
    reviewer.clicks += 1
    text.fill("Count the regular ones only.")
    reviewer.click("button", "Send to the members")
    expect(reviewer.main().locator("h1")).to_have_text(waiting[1].organisation.name)
    assert (stories.fresh(waiting[0]).status, reviewer.clicks) == ("returned", 5)
    assert Remark.objects.get().text == "Count the regular ones only."
    assert reviewer.visitor.width() <= width
    assert reviewer.visitor.complaints == []


def test_ticks_are_saved_as_they_are_made_and_the_others_see_who_looks(
    waiting: list[Review], officer: User, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(officer)
    visitor.go(f"/staff/review/{waiting[0].pk}/")
    expect(visitor.page.locator("#presence")).to_contain_text("You are reviewing this")
    visitor.page.get_by_label("The organisation exists").check()
    expect(visitor.page.locator("#check-boxes")).to_contain_text("Saved at")
    assert stories.fresh(waiting[0]).checks == ["existence"]
    visitor.page.get_by_label("All checks done").check()
    expect(visitor.page.get_by_label("The field fits what it does")).to_be_checked()
    expect(visitor.page.get_by_label("All checks done")).to_be_focused()
    other = visit(factories.OfficerFactory(name="Suzuki"), language="ja")
    other.go(f"/staff/review/{waiting[0].pk}/")
    expect(other.page.locator("#presence")).to_contain_text("Somaさんが確認中です")
    assert (visitor.complaints, other.complaints) == ([], [])


def test_the_whole_work_is_done_with_the_keyboard(
    waiting: list[Review], officer: User, visit: Callable[..., Visitor]
) -> None:
    """Each control is reached by Tab, in the order of the page, and works with Enter and the space bar."""
    visitor = visit(officer)
    visitor.go(f"/staff/review/{waiting[0].pk}/")
    press = visitor.page.keyboard.press

    def reach(selector: str) -> None:
        for _number in range(60):
            if visitor.page.locator(f"{selector}:focus").count():
                return
            press("Tab")
        raise AssertionError(selector)

    reach("#check-all")
    press("Space")
    expect(visitor.page.get_by_label("The field fits what it does")).to_be_checked()
    reach("button[formaction]")
    press("Enter")
    visitor.page.wait_for_url("**/approve/**")
    reach("main form button[type=submit]")
    press("Enter")
    expect(visitor.page.locator("main h1")).to_have_text(waiting[1].organisation.name)
    assert stories.fresh(waiting[0]).status == "approved"


@pytest.mark.parametrize(("language", "width", "dark"), [("ja", 1280, False), ("en", 390, True)])
def test_every_page_of_a_review_is_accessible_quiet_and_fits(
    language: str, width: int, dark: bool, waiting: list[Review], officer: User, visit: Callable[..., Visitor]
) -> None:
    second = factories.OfficerFactory()
    states = [stories.in_state(state, second, officer) for state in ("returned", "declined", "reversed")]
    proposed, identity = (
        stories.decline_proposed(stories.applied(), second),
        stories.identity_proposed(second),
    )
    again = stories.actions.submit(stories.fresh(states[0].organisation), by=states[0].asked_by)
    pages = [f"{review.pk}/" for review in (waiting[0], waiting[2], proposed, identity, again, *states)]
    pages += [f"{waiting[0].pk}/{page}/" for page in ("approve", "changes", "decline")]
    pages += [f"{proposed.pk}/decline/{page}/" for page in ("confirm", "refuse")]
    pages += [f"{states[1].pk}/reverse/", f"{identity.pk}/approve/", "", "?show=overdue", "?show=mine"]
    visitor = visit(officer, language=language, width=width, dark=dark)
    found = [fault for page in pages for fault in faults(visitor, f"/staff/review/{page}", width)]
    assert (found, visitor.complaints) == ([], [])
