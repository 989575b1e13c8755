"""A firm asks, the startup would rather have it otherwise, they agree, book, confirm and meet, or do not: clicked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pypdfium2 as pdfium
import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from matchmaking.matches.actions import ensure_policy
from meetings.enums import RequestStatus
from meetings.models import Attendee, BookingSeat, Meeting, MeetingRequest
from tests import factories
from tests.browser.clicker import Clicker
from tests.browser.conftest import Visitor
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.people import SATO, TAN, line

LABELS_JA = {"meetings.MeetingRequest", "companies.Challenge", "companies.Company"}


@pytest.fixture
def pair(transactional_db: None, cast: Cast) -> Cast:
    """A disclosed match, and nothing else."""
    ensure_policy()
    stories.match_of(cast.company, cast.startup)
    return cast


@pytest.mark.parametrize(("firm_width", "startup_width", "scripts"), [(1280, 390, True), (390, 1280, False)])
def test_a_pair_talks_until_it_meets(
    firm_width: int, startup_width: int, scripts: bool, pair: Cast, visit: Callable[..., Visitor]
) -> None:
    firm = Clicker(visit(pair.company_owner, language="ja", width=firm_width, scripts=scripts))
    startup = Clicker(visit(pair.startup_owner, language="en", width=startup_width, scripts=scripts))
    _asks(firm)
    made = MeetingRequest.objects.get()
    _proposes_otherwise(startup, made)
    _agrees(firm, made)
    _names_its_people(startup, made)
    _books(firm, made)
    for clicker in (firm, startup):
        _confirms(clicker, made)
        _prints_its_brief_on_one_page(clicker, made)
    assert MeetingRequest.objects.get().status == RequestStatus.CONFIRMED
    _time_passes()
    for clicker in (firm, startup):
        _tells_how_it_went(clicker, made)
    assert MeetingRequest.objects.get().status == RequestStatus.HELD
    assert [clicker.visitor.complaints for clicker in (firm, startup)] == [[], []]


@pytest.mark.parametrize(("firm_width", "startup_width"), [(390, 1280), (1280, 390)])
def test_a_pair_declines_withdraws_moves_its_meeting_and_cancels_it(
    firm_width: int, startup_width: int, pair: Cast, visit: Callable[..., Visitor]
) -> None:
    """Each reads in its own language what the other did, and why."""
    firm = Clicker(visit(pair.company_owner, language="ja", width=firm_width))
    startup = Clicker(visit(pair.startup_owner, language="en", width=startup_width))
    office = Clicker(visit(pair.officer, language="ja"))
    _asks(firm)
    _declines(startup, firm, MeetingRequest.objects.get())
    match = MeetingRequest.objects.get().match
    withdrawn = stories.agreed(stories.match_of(pair.company, factories.StartupFactory()), pair.company_owner)
    _withdraws(firm, withdrawn)
    MeetingRequest.objects.filter(match=match).update(
        status=RequestStatus.LAPSED
    )  # a lapsed one may be asked anew
    made = stories.agreed(match, pair.company_owner)
    _books(firm, made)
    _proposes_another_time(startup, made)
    _takes_the_other_time(firm, made)
    _moves_it(office, made)
    _cancels(firm, startup, made)
    assert [each.visitor.complaints for each in (firm, startup, office)] == [[], [], []]


def _declines(startup: Clicker, firm: Clicker, made: MeetingRequest) -> None:
    startup.visitor.go(f"/meetings/{made.pk}/answer/")
    startup.follow("Decline")
    startup.page.locator("[name=reason][value=other]").check()
    startup.click("Decline the meeting")
    startup.sees("Write the reason in a sentence.")
    startup.page.locator("[name=text]").fill("Our pilots run until autumn.")
    startup.click("Decline the meeting")
    firm.visitor.go(f"/meetings/{made.pk}/")
    firm.sees("Our pilots run until autumn.")


def _withdraws(firm: Clicker, made: MeetingRequest) -> None:
    firm.visitor.go(f"/meetings/{made.pk}/")
    firm.follow("Withdraw from the meeting")
    firm.page.locator("[name=reason]").fill("担当者が異動しました。")
    firm.click("Withdraw the request")
    firm.visitor.go(f"/meetings/{made.pk}/")
    firm.sees("担当者が異動しました。")
    firm.sees(firm.words("Withdrawn by"))


def _proposes_another_time(startup: Clicker, made: MeetingRequest) -> None:
    startup.visitor.go(f"/meetings/{made.pk}/")
    startup.sees("To be confirmed by")
    startup.follow("Propose a change")
    startup.page.locator("[name=start]:not([value=''])").first.check()
    startup.page.locator("[name=remark]").fill("We fly home that day.")
    startup.click("Check before sending")
    startup.sees("We fly home that day.")
    startup.click("Send the proposal")
    startup.sees("We fly home that day.")


def _takes_the_other_time(firm: Clicker, made: MeetingRequest) -> None:
    before = Meeting.objects.get(request=made)
    firm.visitor.go(f"/meetings/{made.pk}/")
    firm.follow("Accept the proposal")
    firm.click("Accept the proposal")
    firm.sees(firm.words("Confirmation"))
    after = Meeting.objects.get(request=made)
    assert (after.starts_at != before.starts_at, after.sequence > before.sequence) == (True, True)


def _moves_it(office: Clicker, made: MeetingRequest) -> None:
    before = Meeting.objects.get(request=made).starts_at
    office.visitor.go(f"/meetings/{made.pk}/")
    office.follow("Move the meeting")
    office.page.locator("[name=start]").last.check()
    office.click("Continue")
    office.click("Move the meeting")
    office.page.locator("[name=reason]").fill("会場の都合です。")
    office.click("Move the meeting")
    office.sees(office.words("Confirmation"))
    assert Meeting.objects.get(request=made).starts_at != before


def _cancels(firm: Clicker, startup: Clicker, made: MeetingRequest) -> None:
    firm.visitor.go(f"/meetings/{made.pk}/")
    firm.follow("Cancel the meeting")
    firm.page.locator("[name=reason]").fill("展示会と重なりました。")
    firm.click("Cancel the meeting")
    startup.visitor.go(f"/meetings/{made.pk}/")
    startup.sees("展示会と重なりました。")
    assert not BookingSeat.objects.blocking().exists()


def _fill(clicker: Clicker, values: dict[str, str]) -> None:
    for name, value in values.items():
        field = clicker.page.locator(f"[name={name}]")
        if name.endswith("_decision"):
            field.select_option(value)
        else:
            field.fill(value)


def _asks(firm: Clicker) -> None:
    firm.visitor.go("/firm/matches/")
    firm.follow("Request a meeting")
    firm.page.locator("textarea[name=purpose]").fill("実際に動くところを拝見したいです。")
    _fill(firm, line(1, SATO))
    firm.page.locator("[name=interpreter_wanted]").uncheck()
    firm.click("Check before sending")
    firm.sees(SATO.name)
    firm.click("Send the request")
    firm.sees(firm.words("What happens next"))


def _proposes_otherwise(startup: Clicker, made: MeetingRequest) -> None:
    startup.visitor.go(f"/meetings/{made.pk}/answer/")
    startup.follow("Propose otherwise")
    startup.page.locator("[name=minutes][value='60']").check()
    startup.page.locator("[name=remark]").fill("We need time for a demo.")
    startup.click("Send the proposal")
    startup.sees("45 minutes → 60 minutes")


def _agrees(firm: Clicker, made: MeetingRequest) -> None:
    firm.visitor.go(f"/meetings/{made.pk}/")
    firm.sees("We need time for a demo.")
    firm.follow("Accept the proposal")
    firm.click("Accept the proposal")
    firm.sees("60分")
    made.refresh_from_db()
    assert (made.status, made.minutes) == (RequestStatus.ACCEPTED, 60)


def _names_its_people(startup: Clicker, made: MeetingRequest) -> None:
    startup.visitor.go(f"/meetings/{made.pk}/attendees/")
    _fill(startup, line(1, TAN))
    startup.click("Save the attendees")
    startup.sees(TAN.name)
    assert Attendee.objects.count() == 2


def _books(firm: Clicker, made: MeetingRequest) -> None:
    firm.visitor.go(f"/meetings/{made.pk}/times/")
    firm.page.locator("[name=start]").last.check()
    firm.click("Continue")
    firm.click("Book the meeting")
    firm.sees(firm.words("The startup has not confirmed yet."))


def _confirms(clicker: Clicker, made: MeetingRequest) -> None:
    clicker.visitor.go(f"/meetings/{made.pk}/")
    clicker.click("Confirm that you will come")
    clicker.sees(clicker.words("Confirmation"))


def _prints_its_brief_on_one_page(clicker: Clicker, made: MeetingRequest) -> None:
    """Also when everybody has written as much as there is room for, and both sides send five people."""
    clicker.visitor.go(f"/meetings/{made.pk}/brief/")
    clicker.sees("商談")
    clicker.sees("Open questions")
    assert _pages(clicker) == 1
    with _everything_long(made):
        clicker.page.reload()
        assert _pages(clicker) == 1


def _pages(clicker: Clicker) -> int:
    document = pdfium.PdfDocument(clicker.page.pdf(prefer_css_page_size=True, print_background=True))
    width, height = document[0].get_size()
    assert (round(width), round(height)) == (595, 842)  # A4
    return len(document)


@contextmanager
def _everything_long(made: MeetingRequest) -> Iterator[None]:
    """For one look, and then as it was."""
    match = made.match
    rows = [(made, "purpose"), (match.challenge, "title"), (match.challenge, "text"), (match.company, "strengths"),
            (match.startup, "one_liner"), (match.startup, "solution"), (match.startup, "seeks_partner")]  # fmt: skip
    before = [(type(row).objects.filter(pk=row.pk), name, getattr(row, name)) for row, name in rows]
    for found, name, _text in before:
        most = found.model._meta.get_field(name).max_length or 2000
        text = "待ち時間を短くしたい。" if found.model._meta.label in LABELS_JA else "We shorten the queues. "
        found.update(**{name: (text * 200)[:most]})
    people = [
        Attendee(request=made, organisation=side, name="Wolfeschlegelsteinhausen " * 3, role="経営企画部 部長代理 " * 4,
                 decision="prepares")
        for side in (made.company, made.startup)
        for _each in range(4)
    ]  # fmt: skip
    added = Attendee.objects.bulk_create(people)
    try:
        yield
    finally:
        Attendee.objects.filter(pk__in=[each.pk for each in added]).delete()
        for found, name, text in before:
            found.update(**{name: text})


def _time_passes() -> None:
    """The meeting ended an hour ago."""
    end = timezone.now() - timedelta(hours=1)
    past = DateTimeTZRange(end - timedelta(hours=1), end)
    for model in (Meeting, BookingSeat):
        model.objects.update(period=past)


def _tells_how_it_went(clicker: Clicker, made: MeetingRequest) -> None:
    clicker.visitor.go(f"/meetings/{made.pk}/")
    clicker.follow("Say how the meeting went")
    for name, value in (("company_came", "yes"), ("startup_came", "yes"), ("outcome", "possible")):
        clicker.page.locator(f"[name={name}][value={value}]").check()
    clicker.click("Save")
    clicker.sees(clicker.words("Cooperation possible"))
