"""Who reads what of a talk: whom each side sends, what was proposed, who has confirmed; in every state."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from companies.actions import agree_to_transfer
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.matches.enums import Side
from meetings import actions
from meetings.actions import Person, Terms
from meetings.enums import RequestStatus
from meetings.feed import calendar_of
from meetings.invitations import invitation
from meetings.models import Attendee, Confirmation, Meeting, MeetingRequest, Proposal
from meetings.models.attendees import lines_for
from tests.conftest import Cast, Keeping
from tests.meetings import stories
from tests.meetings.pages import EVERYBODY, LANGUAGES, SignIn, in_state, path, words
from tests.told import read

pytestmark = pytest.mark.django_db
EARLY = stories.at(0, day=1)
OURS = Person("Sato Keiko", "Head of planning", "decides", "keiko.sato@firm-mail.example")
THEIRS = Person("Tan Wei", "Chief executive", "prepares", "wei.tan@startup-mail.example")
FIRM = ("company_owner", "company_member")
STARTUP = ("startup_owner", "startup_member")
STAFF = ("officer", "administrator")
PAIR = (*FIRM, *STARTUP, *STAFF)
OUTSIDERS = [name for name in EVERYBODY if name not in PAIR]
# The startup has said yes at some time: written down here a second time, on purpose.
KNOWN = ("accepted", "scheduled", "confirmed", "held", "no_show", "cancelled")
REMARK = "We would rather bring the prototype"
HOW = "Ms Sato by telephone, on her way home"


@pytest.fixture(scope="module")
def kept_talk(kept_cast: Cast, keeping: Keeping) -> MeetingRequest:
    """Booked, with people of both sides, a proposal by the office for the firm and one word that it comes."""
    with keeping():
        agree_to_transfer(kept_cast.company, ["SG"], language="en", by=kept_cast.company_owner)
        match = stories.match_of(kept_cast.company, kept_cast.startup)
        request = stories.asked(match, kept_cast.company_owner, people=(OURS,))
        actions.accept(request, people=(THEIRS,), by=kept_cast.startup_owner)
        meeting = actions.book_free_time(request, stories.at(4), by=kept_cast.officer, now=EARLY)
        actions.confirm(meeting, Side.COMPANY, sequence=0, by=kept_cast.officer, consent=HOW, now=EARLY)
        terms = Terms(60, "en", interpreter_wanted=False, weeks="Any week", remark=REMARK)
        actions.propose(request, Side.COMPANY, terms, by=kept_cast.officer, consent=HOW, now=EARLY)
    return request


@pytest.fixture
def made(kept_talk: MeetingRequest, cast: Cast) -> MeetingRequest:
    return MeetingRequest.objects.with_parties().get(pk=kept_talk.pk)


def set_up(made: MeetingRequest, cast: Cast, *, consents: bool, disclosed: bool) -> None:
    cast.company.name_disclosed = disclosed
    cast.company.save()
    if not consents:
        cast.company.transfer_consents.update(ended_at=timezone.now(), ended_by=cast.company_owner)


def seen(cast: Cast) -> dict[str, set[str]]:
    return {
        name: set(Attendee.objects.visible_to(getattr(cast, name)).values_list("email", flat=True))
        for name in EVERYBODY
    }


def expected(status: str, *, consents: bool, disclosed: bool) -> dict[str, set[str]]:
    """The addresses that each of the cast reads."""
    both = {OURS.email, THEIRS.email}
    startup = both if consents and (disclosed or status in KNOWN) else {THEIRS.email}
    return {
        **{name: set() for name in OUTSIDERS},
        **dict.fromkeys((*FIRM, *STAFF), both),
        **dict.fromkeys(STARTUP, startup),
    }


@pytest.mark.parametrize("disclosed", [False, True])
@pytest.mark.parametrize("consents", [False, True])
@pytest.mark.parametrize("status", RequestStatus.values)
def test_people_and_their_addresses_are_read_by_those_who_may_know_them(
    cast: Cast, made: MeetingRequest, status: str, consents: bool, disclosed: bool
) -> None:
    in_state(made, status)
    set_up(made, cast, consents=consents, disclosed=disclosed)
    wanted = expected(status, consents=consents, disclosed=disclosed)
    assert seen(cast) == wanted
    for name in EVERYBODY:
        lines = " ".join(lines_for(getattr(cast, name), [made.pk]).get(made.pk, []))
        assert {each.email for each in (OURS, THEIRS) if each.email in lines} == wanted[name]
        assert {each.email for each in (OURS, THEIRS) if each.name in lines} == wanted[name]


@pytest.mark.parametrize("consents", [False, True])
@pytest.mark.parametrize("status", RequestStatus.values)
def test_the_page_of_the_talk_shows_its_reader_no_more_people_than_that(
    cast: Cast, as_user: SignIn, made: MeetingRequest, status: str, consents: bool
) -> None:
    in_state(made, status)
    set_up(made, cast, consents=consents, disclosed=False)
    wanted = expected(status, consents=consents, disclosed=False)
    for name in ("company_member", "startup_member", "officer"):
        page = as_user(getattr(cast, name)).get(path("detail", pk=made.pk)).content.decode()
        for person in (OURS, THEIRS):
            shown = person.email in wanted[name]
            assert (name, person.name, person.email in page) == (name, person.name, shown)
            assert (name, person.email, person.name in page) == (name, person.email, shown)


@pytest.mark.parametrize("status", RequestStatus.values)
def test_nobody_else_finds_the_talk_or_what_belongs_to_it(
    cast: Cast, as_user: SignIn, made: MeetingRequest, status: str
) -> None:
    in_state(made, status)
    for name in OUTSIDERS:
        client = as_user(getattr(cast, name))
        for page in ("detail", "attendees", "propose", "agree", "refuse", "brief", "ics"):
            assert (name, page, client.get(path(page, pk=made.pk)).status_code) == (name, page, 404)
        assert client.post(path("confirm", pk=made.pk), {"sequence": "0"}).status_code == 404
    assert (Confirmation.objects.count(), Proposal.objects.count()) == (1, 1)


@pytest.mark.parametrize("page", ["attendees", "propose", "agree", "refuse", "confirm"])
def test_members_do_not_act_for_the_other_side_or_through_the_offices_pages(
    cast: Cast, as_user: SignIn, made: MeetingRequest, page: str
) -> None:
    for name in (*FIRM, *STARTUP, *OUTSIDERS):
        client = as_user(getattr(cast, name))
        for side in ("company", "startup"):
            address = path(f"{page}_for", pk=made.pk, side=side)
            assert (name, client.get(address).status_code) == (name, 404)
            assert (name, client.post(address, {"consent": HOW}).status_code) == (name, 404)
    assert AuditEvent.objects.filter(detail__reason=HOW).exclude(actor_id=cast.officer.pk).count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", RequestStatus.values)
def test_what_was_proposed_is_read_by_both_sides_and_the_office(
    cast: Cast, as_user: SignIn, made: MeetingRequest, status: str, language: str
) -> None:
    in_state(made, status)
    for name in PAIR:
        page = words(as_user(getattr(cast, name)).get(path("detail", language=language, pk=made.pk)))
        assert (name, REMARK in page, "Any week" in page) == (name, True, True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", RequestStatus.values)
def test_a_talk_names_a_firm_that_hides_its_name_once_the_startup_has_accepted(
    cast: Cast, as_user: SignIn, made: MeetingRequest, status: str, language: str
) -> None:
    in_state(made, status)
    set_up(made, cast, consents=True, disclosed=False)
    firm = cast.company.organisation
    client = as_user(cast.startup_owner)
    pages = [
        client.get(path("detail", language=language, pk=made.pk)),
        client.get(path("list", language=language)),
    ]
    for page in pages:
        text = page.content.decode()
        assert (firm.name in text or firm.name_en in text) is (status in KNOWN)


def test_how_a_side_consented_is_between_it_and_the_office(
    cast: Cast, as_user: SignIn, made: MeetingRequest
) -> None:
    """The sides read that the office entered it, not what was said on the telephone, nor by which officer."""
    for name in (*FIRM, *STARTUP):
        page = words(as_user(getattr(cast, name)).get(path("detail", pk=made.pk)))
        assert (name, HOW in page, "entered by the programme office" in page) == (name, False, True)
        assert cast.officer.name not in page
    told = Notice.objects.select_related("recipient")
    assert {each.event for each in told if HOW in read(each)} == {"acted_for_you"}  # to that side itself


@pytest.mark.parametrize("status", ["scheduled", "confirmed"])
def test_who_has_confirmed_is_read_by_both_sides_and_the_office_while_a_time_stands(
    cast: Cast, as_user: SignIn, made: MeetingRequest, status: str
) -> None:
    in_state(made, status)
    for name in PAIR:
        page = words(as_user(getattr(cast, name)).get(path("detail", pk=made.pk)))
        assert (name, "The firm confirmed on" in page) == (name, True)
        assert (name, "The startup has not confirmed yet." in page) == (name, True)


@pytest.mark.parametrize("status", [each for each in RequestStatus if each not in ("scheduled", "confirmed")])
def test_nobody_reads_of_confirmations_without_a_time_to_confirm(
    cast: Cast, as_user: SignIn, made: MeetingRequest, status: str
) -> None:
    in_state(made, status)
    for name in ("company_owner", "startup_owner", "officer"):
        page = words(as_user(getattr(cast, name)).get(path("detail", pk=made.pk)))
        assert (name, "The firm confirmed on" in page, "has not confirmed yet" in page) == (
            name,
            False,
            False,
        )


# Addresses of people who come


def everything_written() -> str:
    """All that was told, queued as mail or recorded."""
    mails = [each.subject + each.message + each.html_message for each in Email.objects.all()]
    notices = [read(each) + str(each.params) for each in Notice.objects.select_related("recipient")]
    events = [f"{each.action} {each.detail}" for each in AuditEvent.objects.all()]
    assert (len(mails) > 0, len(notices) > 0, len(events) > 0) == (True, True, True)
    return "\n".join([*mails, *notices, *events])


def test_no_notice_no_mail_and_no_record_of_a_deed_holds_a_name_or_an_address(
    cast: Cast, made: MeetingRequest
) -> None:
    others = [Person("Mori Ken", "Engineer", "informs", "ken.mori@firm-mail.example")]
    actions.name_attendees(made, Side.COMPANY, others, by=cast.officer, consent="By mail")
    actions.name_attendees(made, Side.STARTUP, [], by=cast.startup_owner)
    text = everything_written()
    for person in (OURS, THEIRS, *others):
        assert (person.name in text, person.email in text) == (False, False)


def test_nobody_is_written_to_at_the_address_of_an_attendee(cast: Cast, made: MeetingRequest) -> None:
    meeting = Meeting.objects.select_related("request").get()
    actions.cancel(meeting, reason="A strike", by=cast.company_owner)
    receivers = {address for sent in Email.objects.all() for address in (*sent.to, *sent.cc, *sent.bcc)}
    assert cast.startup_owner.email in receivers
    assert receivers.isdisjoint({OURS.email, THEIRS.email})


@pytest.mark.parametrize("reader", PAIR)
def test_no_list_shows_addresses(cast: Cast, as_user: SignIn, made: MeetingRequest, reader: str) -> None:
    client = as_user(getattr(cast, reader))
    office = reader in STAFF
    addresses = [path("requests"), path("misfits"), path("rounds")] if office else [path("list")]
    for address in ("/en/", *addresses):
        answer = client.get(address)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert (address, OURS.email in page, THEIRS.email in page) == (address, False, False)


@pytest.mark.parametrize("reader", ["company_owner", "startup_owner"])
def test_the_form_of_a_side_shows_only_its_own_people(
    cast: Cast, as_user: SignIn, made: MeetingRequest, reader: str
) -> None:
    own, other = (OURS, THEIRS) if reader == "company_owner" else (THEIRS, OURS)
    page = as_user(getattr(cast, reader)).get(path("attendees", pk=made.pk)).content.decode()
    assert (own.email in page, own.name in page) == (True, True)
    assert (other.email in page, other.name in page) == (False, False)


def files(user: User, language: str) -> dict[str, Any]:
    """What a reader takes away: the meeting's file and the feed, unfolded."""
    meeting = Meeting.objects.select_related("request").get()
    now = timezone.now()
    found = {
        "invitation": invitation(meeting, user, language=language, now=now),
        "feed": calendar_of(user, now=now),
    }
    return {name: text.replace(b"\r\n ", b"").decode() for name, text in found.items()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("consents", [False, True])
def test_calendar_files_hold_the_addresses_of_those_whom_the_reader_may_know(
    cast: Cast, made: MeetingRequest, consents: bool, language: str
) -> None:
    set_up(made, cast, consents=consents, disclosed=True)
    wanted = expected("scheduled", consents=consents, disclosed=True)
    for name in PAIR:
        for kind, text in files(getattr(cast, name), language).items():
            if name in STAFF and kind == "feed":
                continue  # the office's own feed is tried with the feeds
            for person in (OURS, THEIRS):
                shown = person.email in wanted[name]
                assert (name, kind, person.name, person.email in text) == (name, kind, person.name, shown)


@pytest.mark.parametrize("consents", [False, True])
def test_the_brief_holds_the_people_whom_the_reader_may_know(
    cast: Cast, as_user: SignIn, made: MeetingRequest, consents: bool
) -> None:
    set_up(made, cast, consents=consents, disclosed=True)
    wanted = expected("scheduled", consents=consents, disclosed=True)
    for name in PAIR:
        page = words(as_user(getattr(cast, name)).get(path("brief", pk=made.pk)))
        for person in (OURS, THEIRS):
            assert (name, person.name, person.name in page) == (
                name,
                person.name,
                person.email in wanted[name],
            )


def test_a_consent_that_is_taken_back_hides_the_people_from_the_next_reading_on(
    cast: Cast, as_user: SignIn, made: MeetingRequest
) -> None:
    client = as_user(cast.startup_owner)
    assert OURS.email in client.get(path("detail", pk=made.pk)).content.decode()
    set_up(made, cast, consents=False, disclosed=True)
    page = client.get(path("detail", pk=made.pk)).content.decode()
    assert (OURS.name in page, OURS.email in page, THEIRS.email in page) == (False, False, True)


def test_people_of_one_meeting_are_not_read_in_another_of_the_same_firm(
    cast: Cast, as_user: SignIn, made: MeetingRequest
) -> None:
    country = str(cast.other_startup.organisation.country.code)
    agree_to_transfer(cast.company, [country], language="en", by=cast.company_owner)
    match = stories.match_of(cast.company, cast.other_startup)
    somebody = Person("Abe Yui", "Counsel", "informs", "yui.abe@firm-mail.example")
    second = stories.agreed(match, cast.company_owner, people=(somebody,))
    assert seen(cast)["other_startup_owner"] == {somebody.email}
    assert seen(cast)["startup_owner"] == {OURS.email, THEIRS.email}
    page = words(as_user(cast.company_owner).get(path("detail", pk=second.pk)))
    assert (somebody.name in page, OURS.name in page) == (True, False)
