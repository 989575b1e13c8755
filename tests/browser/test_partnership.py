"""From a meeting to an outcome that both sides confirm, clicked through, of every kind and in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from post_office.models import Email

from accounts.models import User
from matchmaking.core import jobs
from matchmaking.core.enums import CooperationMode
from meetings.models import Meeting
from partnerships import actions
from partnerships.enums import Need, PartnershipStage
from partnerships.links import kept_hash
from partnerships.models import FollowUp, FollowUpLink, Partnership
from partnerships.rules import NEEDS
from tests.browser.conftest import Visitor
from tests.browser.test_main_job import Clicker
from tests.conftest import Cast
from tests.meetings import stories as meetings
from tests.meetings.test_report_pages import over
from tests.partnerships import stories
from tests.startups.decks import pdf

TODAY = timezone.localdate().isoformat()
SOON = (timezone.localdate() + timedelta(days=14)).isoformat()
SUMMARY = {"en": "Try the counter on two tills.", "ja": "二台のレジで試します。"}


WANTED = {
    CooperationMode.JOINT_DEVELOPMENT: {
        "en": "Joint development of a counter",
        "ja": "計数器の共同開発を相談",
    },
    CooperationMode.INVESTMENT: {"en": "Talk about an investment", "ja": "出資の条件を相談"},
    CooperationMode.ACQUISITION: {"en": "Talk about an acquisition", "ja": "買収の進め方を相談"},
}


@pytest.fixture
def met(transactional_db: None, cast: Cast) -> Meeting:
    """A meeting that is just over: nobody has told yet how it went. One legal check concerns whatever comes of it."""
    stories.only_rule(modes=CooperationMode.values, before=PartnershipStage.PROVING)
    request = meetings.agreed(meetings.match_of(cast.company, cast.startup, "interested"), cast.company_owner)
    return over(meetings.actions.book_free_time(request, meetings.at(4), by=cast.officer))


@pytest.mark.parametrize(
    ("mode", "language", "width", "scripts"),
    [
        (CooperationMode.JOINT_DEVELOPMENT, "ja", 1280, True),
        (CooperationMode.INVESTMENT, "en", 390, True),
        (CooperationMode.ACQUISITION, "ja", 390, False),
    ],
)
def test_a_meeting_becomes_a_contract_whose_outcome_both_sides_confirm(
    mode: CooperationMode,
    language: str,
    width: int,
    scripts: bool,
    met: Meeting,
    cast: Cast,
    visit: Callable[..., Visitor],
    tmp_path: Path,
) -> None:
    options = {"language": language, "width": width, "scripts": scripts}
    officer, firm, startup = (
        Clicker(visit(person, **options)) for person in (cast.officer, cast.company_owner, cast.startup_owner)
    )
    for side in (firm, startup):
        _tells_how_it_went(side, met, WANTED[mode][language])
    _begins(officer, mode)
    _firm_gives_a_step(firm)
    for stage in list(PartnershipStage)[1:5]:
        for need in NEEDS[mode][stage]:
            _brought(officer, firm, startup, need, stage)
        if stage == PartnershipStage.AGREED:
            _file_is_sent(firm, startup, tmp_path)
        _entered(officer, stage)
    _startup_has_done_its_step(startup)
    assert Partnership.objects.get().status == "signed"
    _story_begins_with_the_score(firm, officer)
    guest = Clicker(visit(**options))
    _three_months_later()
    for person in (cast.company_owner, cast.startup_owner):
        _answers_by_link(guest, _link_of(person))
    assert FollowUp.objects.get().status == "confirmed"
    _is_counted(officer, 1)
    assert [each.visitor.complaints for each in (officer, firm, startup, guest)] == [[], [], [], []]


def test_what_the_two_sides_say_differently_is_settled_by_staff(
    transactional_db: None, cast: Cast, visit: Callable[..., Visitor]
) -> None:
    stories.signed(cast)
    _three_months_later()
    stories.settled(FollowUp.objects.get(), cast, jobs=9)
    officer = Clicker(visit(cast.officer, language="ja"))
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


def _link_of(user: User) -> str:
    """The address in the mail to somebody, without its language."""
    link = FollowUpLink.objects.filter(user=user).latest("pk")
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


def _tells_how_it_went(side: Clicker, meeting: Meeting, wanted: str) -> None:
    """Both came, cooperation is possible, and what is wanted next."""
    side.visitor.go(f"/meetings/{meeting.request_id}/")
    side.follow("Say how the meeting went")
    for name, value in (("company_came", "yes"), ("startup_came", "yes"), ("outcome", "possible")):
        side.page.locator(f"input[name={name}][value={value}]").check()
    side.page.locator("[name=next_step]").fill(wanted)
    side.page.locator("[name=next_owner]").select_option("company")
    side.page.locator("[name=next_on]").fill(SOON)
    side.click("Save")
    side.sees(wanted)


def _file_is_sent(firm: Clicker, startup: Clicker, folder: Path) -> None:
    """The agreement's file goes through the gate; both sides then find it."""
    path = folder / "agreement.pdf"
    path.write_bytes(pdf())
    _page(firm)
    firm.click("Add its file")
    firm.page.locator("input[type=file]").set_input_files(path)
    firm.page.get_by_role("button", name=firm.words("Upload"), exact=True).click()
    firm.sees("agreement.pdf")
    jobs.run_due()
    for side in (firm, startup):
        _page(side)
        side.sees("agreement.pdf")
    startup.main().locator("#documents .task-note a").first.click()
    startup.follow("Look at the pages")
    expect(startup.page.locator("img.deck-first")).to_be_visible()


def _story_begins_with_the_score(firm: Clicker, officer: Clicker) -> None:
    """To the firm from when it was shown to it, to staff with the policy."""
    for side in (firm, officer):
        _page(side)
        side.sees(side.words("First score: %(score)s") % {"score": "70.0"})


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
