"""From a held meeting to an outcome that both sides confirm, clicked through, of every kind and in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from matchmaking.core.enums import CooperationMode
from meetings.models import MeetingRequest
from partnerships import actions
from partnerships.enums import Need, PartnershipStage
from partnerships.links import kept_hash
from partnerships.models import FollowUp, FollowUpLink, Partnership
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
def test_a_held_meeting_becomes_a_contract_whose_outcome_both_sides_confirm(
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
    guest = Clicker(visit(**options))
    _three_months_later()
    _answers_by_link(guest, _link_of(ready.company_owner))
    _answers_signed_in(startup, Partnership.objects.get())
    _is_counted(officer, 1)
    assert [each.visitor.complaints for each in (officer, firm, startup, guest)] == [[], [], [], []]


def test_the_further_kinds_come_to_a_confirmed_outcome_in_the_other_language(
    ready: Cast, visit: Callable[..., Visitor]
) -> None:
    """From the same meeting; the way to the contract is gone by the actions, as the journeys above click it."""
    kinds = {
        "ja": [CooperationMode.INVESTMENT],
        "en": [CooperationMode.JOINT_DEVELOPMENT, CooperationMode.ACQUISITION],
    }
    meeting = MeetingRequest.objects.get()
    for mode in CooperationMode:
        begun = stories.begun(ready, mode=mode, request=meeting)
        stories.brought_to(begun, PartnershipStage.SIGNED, ready.officer)
    _three_months_later()
    for count, language in enumerate(kinds, start=1):
        guest, startup, officer = (
            Clicker(visit(person, language=language, width=390))
            for person in (None, ready.startup_owner, ready.officer)
        )
        for partnership in Partnership.objects.filter(mode__in=kinds[language]):
            _answers_by_link(guest, _link_of(ready.company_owner, partnership))
            _answers_signed_in(startup, partnership)
        _is_counted(officer, 1 if count == 1 else 3)
        assert [each.visitor.complaints for each in (guest, startup, officer)] == [[], [], []]
    assert set(FollowUp.objects.values_list("status", flat=True)) == {"confirmed"}


def test_what_the_two_sides_say_differently_is_settled_by_staff(
    ready: Cast, visit: Callable[..., Visitor]
) -> None:
    stories.signed(ready)
    _three_months_later()
    stories.settled(FollowUp.objects.get(), ready, jobs=9)
    officer = Clicker(visit(ready.officer, language="ja"))
    officer.visitor.go("/")
    officer.follow("Outcomes on which two sides differ")
    officer.main().locator("table a").first.click()
    officer.sees(officer.words("Differs"))
    officer.follow("Decide about the outcome")
    officer.click("Decide about the outcome")
    officer.sees(officer.words("Choose whose figures stand."))
    officer.page.locator("input[name=side][value=company]").check()
    officer.page.locator("textarea[name=reason]").fill("給与台帳で確認しました。")
    officer.click("Decide about the outcome")
    officer.sees("給与台帳で確認しました。")
    assert FollowUp.objects.get().status == "decided"
    assert officer.visitor.complaints == []


def _three_months_later() -> None:
    """The contracts were signed so long ago that both sides are asked now."""
    Partnership.objects.update(signed_at=timezone.now() - timedelta(days=93))
    actions.ask_due(now=timezone.now())


def _link_of(user: User, partnership: Partnership | None = None) -> str:
    """The address in the mail to somebody, without its language."""
    months = FollowUp.objects.filter(partnership=partnership or Partnership.objects.get())
    link = FollowUpLink.objects.filter(user=user, follow_up__in=months).latest("pk")
    mails = Email.objects.filter(to=user.email, message__contains="/outcomes/")
    token = next(each for each in stories.tokens(mails) if kept_hash(each) == link.token_hash)
    return f"/outcomes/{token}/"


def _answers_by_link(guest: Clicker, address: str) -> None:
    """Without a password: an empty form says what lacks, a whole one is taken once."""
    assert guest.visitor.go(address) == 200
    guest.click("Send the answer")
    guest.sees(guest.words("Choose at least one. “Nothing yet” is an answer too."))
    _filled_in(guest)
    guest.sees(guest.words("Your answer has arrived"))
    assert guest.visitor.go(address) == 200
    assert guest.page.locator("textarea").count() == 0


def _answers_signed_in(startup: Clicker, partnership: Partnership) -> None:
    startup.visitor.go(f"/partnerships/{partnership.pk}/")
    startup.sees(startup.words("Your answer is awaited."))
    startup.main().locator("#outcomes a").first.click()
    _filled_in(startup)
    startup.sees(startup.words("Thank you. Your answer has been saved."))


def _filled_in(clicker: Clicker) -> None:
    for name, value in (("results", "in_use"), ("without", "later")):
        clicker.page.locator(f"input[name={name}][value={value}]").check()
    for name, value in (("sales", "５００，０００"), ("invested", "0"), ("jobs", "2"), ("products", "1")):
        clicker.page.locator(f"input[name={name}]").fill(value)
    clicker.click("Send the answer")


def _is_counted(officer: Clicker, count: int) -> None:
    officer.visitor.go("/staff/partnerships/")
    officer.follow("Confirmed outcomes")
    officer.sees(
        officer.words("Confirmed by both sides: %(confirmed)s of %(asked)s periods.")
        % {"confirmed": count, "asked": FollowUp.objects.count()}
    )


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
