"""From a meeting that was held to a signed contract, clicked through by staff and both sides, of every kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from matchmaking.core.enums import CooperationMode
from partnerships.enums import Need, PartnershipStage
from partnerships.models import Partnership
from partnerships.rules import NEEDS
from tests.browser.conftest import Visitor
from tests.browser.test_main_job import Clicker
from tests.conftest import Cast
from tests.partnerships import stories

TODAY = timezone.localdate().isoformat()
SOON = (timezone.localdate() + timedelta(days=14)).isoformat()
SUMMARY = {"en": "Try the counter on two tills.", "ja": "二台のレジで試します。"}


@pytest.fixture
def ready(transactional_db: None, cast: Cast) -> Cast:
    """A meeting was held, a side sees more in it, and one legal check concerns whatever comes."""
    stories.only_rule(modes=CooperationMode.values, before=PartnershipStage.PROVING)
    stories.told_of(cast, "possible")
    return cast


@pytest.mark.parametrize(
    ("mode", "language", "width", "scripts"),
    [
        (CooperationMode.JOINT_DEVELOPMENT, "ja", 1280, True),
        (CooperationMode.INVESTMENT, "en", 390, True),
        (CooperationMode.ACQUISITION, "ja", 390, False),
    ],
)
def test_a_held_meeting_becomes_a_contract(
    mode: str, language: str, width: int, scripts: bool, ready: Cast, visit: Callable[..., Visitor]
) -> None:
    options = {"language": language, "width": width, "scripts": scripts}
    officer, firm, startup = (
        Clicker(visit(person, **options))
        for person in (ready.officer, ready.company_owner, ready.startup_owner)
    )
    _begins(officer, mode)
    _firm_gives_a_step(firm)
    for stage in list(PartnershipStage)[1:5]:
        for need in NEEDS[mode][stage]:
            _brought(officer, firm, startup, need, stage)
        _entered(officer, stage)
    _startup_has_done_its_step(startup)
    assert Partnership.objects.get().status == "signed"
    firm.visitor.go("/partnerships/")
    firm.sees(firm.words("Signed") if language == "en" else "契約締結")
    assert [each.visitor.complaints for each in (officer, firm, startup)] == [[], [], []]


def _page(clicker: Clicker, path: str = "") -> None:
    clicker.visitor.go(f"/partnerships/{Partnership.objects.get().pk}/{path}")


def _begins(officer: Clicker, mode: str) -> None:
    officer.visitor.go("/")
    officer.follow("Meetings from which a partnership could grow")
    officer.follow("Begin a partnership")
    officer.click("Begin")
    officer.sees(officer.words("Choose the kind of cooperation."))
    officer.page.locator(f"input[name=mode][value={mode}]").check()
    officer.page.locator("textarea[name=summary]").fill(SUMMARY[officer.visitor.language])
    officer.click("Begin")
    officer.sees(SUMMARY[officer.visitor.language])


def _firm_gives_a_step(firm: Clicker) -> None:
    firm.visitor.go("/partnerships/")
    firm.main().locator(".task-list a").first.click()
    firm.follow("Add a next step")
    firm.page.locator("[name=text]").fill("Send two counters")
    firm.page.locator("input[name=owner][value=startup]").check()
    firm.page.locator("[name=due_on]").fill(SOON)
    firm.click("Save")
    firm.sees("Send two counters")


def _startup_has_done_its_step(startup: Clicker) -> None:
    _page(startup)
    startup.follow("Say that it is done")
    startup.click("Yes, it is done")
    startup.sees(startup.words("Done"))


def _brought(officer: Clicker, firm: Clicker, startup: Clicker, need: Need, stage: str) -> None:
    if need == Need.NEXT_STEP:
        return  # the firm has given one
    if need == Need.GATES:
        _settled(officer, stage)
    elif need == Need.AMOUNT:
        _page(startup)
        startup.follow("Note an amount")
        startup.page.locator("input[name=kind][value=budget]").check()
        startup.page.locator("[name=amount]").fill("１２，０００，０００")
        startup.page.locator("[name=as_of]").fill(TODAY)
        startup.click("Save")
        startup.sees("JPY 12,000,000")
    else:
        _page(firm)
        firm.follow("Note a document")
        firm.page.locator(f"input[name=kind][value={need.value}]").check()
        firm.page.locator("[name=dated]").fill(TODAY)
        firm.click("Save")


def _settled(officer: Clicker, stage: str) -> None:
    if stage != PartnershipStage.PROVING:
        return
    _page(officer)
    rule = "Product liability" if officer.visitor.language == "en" else "製造物責任"
    officer.page.get_by_role("link", name=rule, exact=True).click()
    officer.page.locator("input[name=status][value=settled]").check()
    officer.page.locator("[name=decided_on]").fill(TODAY)
    officer.page.locator("textarea[name=note]").fill("Looked at by counsel")
    officer.click("Save")
    officer.sees("Looked at by counsel")


def _entered(officer: Clicker, stage: str) -> None:
    _page(officer)
    officer.follow("Enter this stage")
    officer.click("Enter this stage")
    _page(officer)
    assert Partnership.objects.get().status == stage
