"""Who comes to a meeting: named by each side, seen as far as the two may know each other, missed where nobody is."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from companies.actions import agree_to_transfer
from matchmaking.core.models import AuditEvent
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from meetings import actions
from meetings.enums import AGREED_REQUEST, BOOKED_REQUEST, OPEN_REQUEST, RequestStatus
from meetings.feed import calendar_of
from meetings.invitations import invitation
from meetings.models import Attendee, Meeting, MeetingRequest, attendees_of, uncovered
from meetings.people import attendance
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import (
    EVERYBODY,
    LANGUAGES,
    SignIn,
    in_state,
    links,
    path,
    said,
    source,
    told,
    words,
)
from tests.meetings.people import MORI, SATO, TAN, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(cast: Cast) -> MeetingRequest:
    """Asked for by a firm that agreed to names going to Singapore, with one person named."""
    agree_to_transfer(cast.company, ["SG"], language="en", by=cast.company_owner)
    match = stories.match_of(cast.company, cast.startup)
    return stories.asked(match, cast.company_owner, people=(SATO,))


def accepted(made: MeetingRequest, cast: Cast, *people: Any) -> MeetingRequest:
    actions.accept(made, people=people, by=cast.startup_owner)
    return MeetingRequest.objects.with_parties().get(pk=made.pk)


def booked(made: MeetingRequest, cast: Cast, *people: Any) -> Meeting:
    [meeting] = stories.published(
        stories.a_round(cast.officer, [accepted(made, cast, *people)]), cast.officer
    )
    return meeting


def names(reader: User) -> list[str]:
    return [each.name for each in Attendee.objects.visible_to(reader)]


def seen_by(cast: Cast) -> dict[str, list[str]]:
    return {name: names(getattr(cast, name)) for name in EVERYBODY}


BOTH = [SATO.name, TAN.name]
STAFF = {"officer": BOTH, "administrator": BOTH}
FIRM = {"company_owner": BOTH, "company_member": BOTH}
NOBODY = {key: [] for key in EVERYBODY}


def test_after_the_answer_each_side_knows_whom_it_meets_and_nobody_else_does(
    cast: Cast, made: MeetingRequest
) -> None:
    accepted(made, cast, TAN)
    startup = {"startup_owner": BOTH, "startup_member": BOTH}
    assert seen_by(cast) == {**NOBODY, **STAFF, **FIRM, **startup}


@pytest.mark.parametrize(
    ("disclosed", "consents", "agreed", "sees"),
    [
        (False, True, False, False),  # the startup does not know the firm yet
        (True, True, False, True),
        (False, True, True, True),
        (True, False, True, False),  # names of people may not go to that country
        (False, False, True, False),
    ],
)
def test_a_startup_reads_the_firms_people_once_it_knows_the_firm_and_their_names_may_go_abroad(
    cast: Cast, made: MeetingRequest, disclosed: bool, consents: bool, agreed: bool, sees: bool
) -> None:
    cast.company.name_disclosed = disclosed
    cast.company.save()
    if not consents:
        cast.company.transfer_consents.update(ended_at=timezone.now(), ended_by=cast.company_owner)
    if agreed:
        in_state(made, RequestStatus.ACCEPTED)
    assert (SATO.name in names(cast.startup_owner)) is sees


def test_consent_for_another_country_shows_nothing(cast: Cast) -> None:
    cast.company.transfer_consents.update(ended_at=timezone.now(), ended_by=cast.company_owner)
    agree_to_transfer(cast.company, ["VN"], language="en", by=cast.company_owner)
    match = stories.match_of(cast.company, cast.startup)
    accepted(stories.asked(match, cast.company_owner, people=(SATO,)), cast, TAN)
    assert names(cast.startup_owner) == [TAN.name]


def test_naming_others_replaces_those_named_before_and_is_written_down(
    cast: Cast, made: MeetingRequest
) -> None:
    actions.name_attendees(made, Side.COMPANY, [MORI, SATO], by=cast.company_member)
    assert names(cast.officer) == [MORI.name, SATO.name]
    event = AuditEvent.objects.filter(action="meetingrequest.attendees").latest("pk")
    assert (event.actor_id, event.detail["side"], event.detail["number"]) == (
        cast.company_member.pk,
        "company",
        2,
    )
    assert SATO.name not in str(event.detail)


def test_the_same_people_again_are_no_change(cast: Cast, made: MeetingRequest) -> None:
    before = list(Attendee.objects.values_list("pk", flat=True))
    actions.name_attendees(made, Side.COMPANY, [SATO], by=cast.company_member)
    assert list(Attendee.objects.values_list("pk", flat=True)) == before
    assert AuditEvent.objects.filter(action="meetingrequest.attendees").count() == 1


def test_the_other_side_is_told_of_other_names_once_both_have_agreed(
    cast: Cast, made: MeetingRequest
) -> None:
    actions.name_attendees(made, Side.COMPANY, [MORI], by=cast.company_owner)
    assert told("attendees_named") == {}
    made = accepted(made, cast, TAN)
    assert told("attendees_named") == {}
    actions.name_attendees(made, Side.STARTUP, [MORI], by=cast.startup_owner)
    firm = sorted(user.name for user in (cast.company_owner, cast.company_member))
    assert told("attendees_named") == {"attendees_named": firm}


@pytest.mark.parametrize("status", RequestStatus.values)
@pytest.mark.parametrize("side", [Side.COMPANY, Side.STARTUP])
def test_people_are_named_from_the_own_yes_until_the_meeting_is_over(
    cast: Cast, made: MeetingRequest, status: str, side: Side
) -> None:
    made = in_state(made, status)
    may = status in OPEN_REQUEST and (side == Side.COMPANY or status != RequestStatus.REQUESTED)
    if may:
        actions.name_attendees(made, side, [MORI], by=cast.officer, consent="By telephone")
    else:
        with pytest.raises(TransitionNotAllowed):
            actions.name_attendees(made, side, [MORI], by=cast.officer, consent="By telephone")
    assert (MORI.name in names(cast.officer)) is may


@pytest.mark.parametrize(
    ("firm", "startup", "wanted", "found", "lacks"),
    [
        ((SATO,), (TAN,), False, False, False),
        ((SATO,), (TAN,), True, True, False),
        ((SATO,), (TAN,), True, False, True),
        ((SATO,), (), False, False, True),
        ((), (TAN,), False, False, True),
        ((), (), False, True, True),
    ],
)
def test_a_meeting_is_covered_by_a_person_on_each_side_and_the_interpreter_it_wants(
    cast: Cast, made: MeetingRequest, firm: Any, startup: Any, wanted: bool, found: bool, lacks: bool
) -> None:
    meeting = booked(made, cast, *startup)
    actions.name_attendees(made, Side.COMPANY, firm, by=cast.company_owner)
    MeetingRequest.objects.update(interpreter_wanted=wanted)
    Meeting.objects.update(interpreter=stories.interpreter() if found else None)
    assert uncovered(stories.at(0, day=1)).exists() is lacks
    assert not uncovered(meeting.ends_at).exists()
    assert {each.name for each in attendees_of(meeting)} == {each.name for each in (*firm, *startup)}


@pytest.mark.parametrize("status", AGREED_REQUEST)
def test_only_booked_meetings_can_be_uncovered(cast: Cast, made: MeetingRequest, status: str) -> None:
    booked(made, cast)
    MeetingRequest.objects.update(status=status)
    assert uncovered(stories.at(0, day=1)).exists() is (status in BOOKED_REQUEST)


def test_staff_find_uncovered_meetings_from_their_first_page(
    cast: Cast, as_user: SignIn, made: MeetingRequest
) -> None:
    booked(made, cast)
    client = as_user(cast.officer)
    rows = {row.url: row.count for row in client.get("/en/").context["office_rows"]}
    address = path("requests") + "?lacks=people"
    assert rows[address] == 1
    found = client.get(address).context
    assert (len(found["rows"]), [chip["name"] for chip in found["chips"]]) == (1, ["lacks"])
    actions.name_attendees(made, Side.STARTUP, [TAN], by=cast.startup_owner)
    assert client.get(address).context["rows"] == []


# Pages


def test_the_request_form_asks_for_one_person_and_keeps_what_was_typed(
    cast: Cast, as_user: SignIn, made: MeetingRequest
) -> None:
    client = as_user(cast.other_company_owner)
    match = stories.match_of(cast.other_company, cast.other_startup)
    agree_to_transfer(
        cast.other_company,
        [str(cast.other_startup.organisation.country.code)],
        language="en",
        by=cast.other_company_owner,
    )
    typed = {"purpose": "To see it", "minutes": "60", "language": "en", "person_2_name": "Mori"}
    response = client.post(path("request_check", match_pk=match.pk), typed)
    form = response.context["form"]
    assert list(form.errors) == [
        "person_1_name", "person_1_role", "person_1_decision", "person_2_role", "person_2_decision",
    ]  # fmt: skip
    page = source(response)
    assert ('value="Mori"' in page, "<details open>" in page, 'href="#id_person_2_role"' in page) == (
        True,
        True,
        True,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_check_page_shows_everybody_and_leads_back_with_everything(
    cast: Cast, as_user: SignIn, language: str
) -> None:
    client = as_user(cast.company_owner)
    agree_to_transfer(cast.company, ["SG"], language="en", by=cast.company_owner)
    match = stories.match_of(cast.company, cast.startup)
    typed = {"purpose": "To see it", "minutes": "60", "language": "en", **line(1, SATO), **line(3, MORI)}
    page = words(client.post(path("request_check", language=language, match_pk=match.pk), typed))
    assert SATO.name in page
    assert MORI.name in page
    assert said("Can decide", language) in page
    back = client.post(path("request", language=language, match_pk=match.pk), typed).context["form"]
    assert {name: back[name].value() for name in typed if typed[name]} == {
        name: value if name != "minutes" else "60" for name, value in typed.items() if value
    }
    client.post(path("request_send", match_pk=match.pk), typed)
    assert names(cast.company_owner) == [SATO.name, MORI.name]


def test_accepting_may_name_people_and_says_what_is_missing_of_one(
    cast: Cast, as_user: SignIn, made: MeetingRequest
) -> None:
    client = as_user(cast.startup_owner)
    half = client.post(path("accept", pk=made.pk), {"person_1_name": "Tan Wei"})
    assert list(half.context["form"].errors) == ["person_1_role", "person_1_decision"]
    assert MeetingRequest.objects.get().status == RequestStatus.REQUESTED
    client.post(path("accept", pk=made.pk), line(1, TAN))
    assert (MeetingRequest.objects.get().status, names(cast.officer)) == (RequestStatus.ACCEPTED, BOTH)


@pytest.mark.parametrize("reader", ["company_owner", "startup_owner"])
def test_each_side_names_its_own_people_on_the_page(
    cast: Cast, as_user: SignIn, made: MeetingRequest, reader: str
) -> None:
    accepted(made, cast)
    client = as_user(getattr(cast, reader))
    address = path("attendees", pk=made.pk)
    assert address in links(client.get(path("detail", pk=made.pk)))
    client.post(address, line(1, MORI))
    side = "company" if reader == "company_owner" else "startup"
    own = Attendee.objects.of(getattr(cast, side).organisation)
    assert [each.name for each in own] == [MORI.name]
    assert 'value="Mori Ken"' in source(client.get(address))
    client.post(address, {})
    assert not own.all().exists()


def test_staff_name_people_of_either_side_with_its_consent_which_the_history_tells(
    cast: Cast, as_user: SignIn, made: MeetingRequest
) -> None:
    accepted(made, cast)
    client = as_user(cast.officer)
    for side in ("company", "startup"):
        address = path("attendees_for", pk=made.pk, side=side)
        assert address in links(client.get(path("detail", pk=made.pk)))
        refused = client.post(address, line(1, MORI))
        assert list(refused.context["form"].errors) == ["consent"]
        client.post(address, {**line(1, MORI), "consent": f"By telephone: {side}"})
    assert names(cast.officer) == [MORI.name, MORI.name]
    events = AuditEvent.objects.filter(action="meetingrequest.attendees", actor_id=cast.officer.pk)
    assert {event.detail["reason"] for event in events} == {"By telephone: company", "By telephone: startup"}
    assert client.get(path("attendees_for", pk=made.pk, side="staff")).status_code == 404


def test_a_page_that_has_grown_old_is_told_so(cast: Cast, as_user: SignIn, made: MeetingRequest) -> None:
    in_state(made, RequestStatus.HELD)
    for reader in ("company_owner", "startup_owner"):
        client = as_user(getattr(cast, reader))
        assert client.post(path("attendees", pk=made.pk), line()).status_code == 409
        assert path("attendees", pk=made.pk) not in links(client.get(path("detail", pk=made.pk)))


def test_the_page_says_nobody_or_not_yet_in_the_same_words_to_a_startup_that_may_not_know(
    cast: Cast, as_user: SignIn, made: MeetingRequest
) -> None:
    cast.company.name_disclosed = False
    cast.company.save()
    made = MeetingRequest.objects.with_parties().get()
    hidden = attendance(made, cast.startup_owner)[0]
    actions.name_attendees(made, Side.COMPANY, [], by=cast.company_owner)
    assert attendance(made, cast.startup_owner)[0] == hidden
    assert SATO.name not in words(as_user(cast.startup_owner).get(path("detail", pk=made.pk)))


@pytest.mark.parametrize("reader", ["company_owner", "startup_owner", "officer"])
def test_brief_file_and_feed_name_those_whom_the_reader_may_know(
    cast: Cast, as_user: SignIn, made: MeetingRequest, reader: str
) -> None:
    meeting = booked(made, cast, TAN)
    user = getattr(cast, reader)
    page = words(as_user(user).get(path("brief", pk=made.pk)))
    files = [
        invitation(meeting, user, language="en", now=timezone.now()),
        calendar_of(user, now=timezone.now()),
    ]
    unfolded = [each.replace(b"\r\n ", b"").decode() for each in files]
    for text in (page, *unfolded):
        assert SATO.name in text
        assert TAN.name in text


def test_a_name_cannot_add_lines_to_a_calendar_file(cast: Cast, made: MeetingRequest) -> None:
    meeting = booked(made, cast)
    Attendee.objects.update(name="Eve\r\nATTENDEE:mailto:x@evil.example")
    text = invitation(meeting, cast.officer, language="en", now=timezone.now()).decode()
    assert "\nATTENDEE:mailto:x@evil" not in text
    assert text.count("ATTENDEE") == 2


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"name": ""}, "attendee_has_name_and_role"),
        ({"role": ""}, "attendee_has_name_and_role"),
        ({"decision": "boss"}, "attendee_decision_known"),
    ],
)
def test_the_database_refuses_half_a_person(made: MeetingRequest, change: dict[str, str], name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Attendee.objects.update(**change)
