"""Both sides say that they will come, each for itself and for the time it saw."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from meetings import actions
from meetings.enums import RequestStatus
from meetings.models import Confirmation, Meeting, MeetingRequest, unconfirmed
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, answers, links, only, path, said, source, told, words

pytestmark = pytest.mark.django_db
EARLY = stories.at(0, day=1)


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    """Of the cast's pair, on the first day of the round at one in Japan."""
    request = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    actions.accept(request, by=cast.startup_owner)
    return actions.book_free_time(request, stories.at(4), by=cast.officer, now=EARLY)


def confirm(meeting: Meeting, side: Side, by: User, **more: object) -> None:
    options = {"sequence": meeting.sequence, "now": EARLY, **more}
    actions.confirm(meeting, side, by=by, **options)  # type: ignore[arg-type]


def both(meeting: Meeting, cast: Cast) -> None:
    confirm(meeting, Side.COMPANY, cast.company_member)
    confirm(meeting, Side.STARTUP, cast.startup_member)


def status() -> str:
    return MeetingRequest.objects.get().status


def moved(meeting: Meeting, cast: Cast) -> Meeting:
    actions.reschedule(
        Meeting.objects.get(pk=meeting.pk), stories.at(5), reason="A train", by=cast.officer, now=EARLY
    )
    return Meeting.objects.get(pk=meeting.pk)


@pytest.mark.parametrize("order", [(Side.COMPANY, Side.STARTUP), (Side.STARTUP, Side.COMPANY)])
def test_it_is_confirmed_when_both_sides_have_said_so_and_they_are_told(
    cast: Cast, meeting: Meeting, order: tuple[Side, Side]
) -> None:
    people = {Side.COMPANY: cast.company_owner, Side.STARTUP: cast.startup_owner}
    confirm(meeting, order[0], people[order[0]])
    assert (status(), told("meeting_confirmed")) == (RequestStatus.SCHEDULED, {})
    confirm(meeting, order[1], people[order[1]])
    everybody = (cast.company_owner, cast.company_member, cast.startup_owner, cast.startup_member)
    assert status() == RequestStatus.CONFIRMED
    assert told("meeting_confirmed") == {"meeting_confirmed": sorted(each.name for each in everybody)}


def test_the_same_side_twice_counts_once(cast: Cast, meeting: Meeting) -> None:
    for member in (cast.company_owner, cast.company_member):
        confirm(meeting, Side.COMPANY, member)
    assert (status(), Confirmation.objects.count()) == (RequestStatus.SCHEDULED, 1)
    assert Confirmation.objects.get().by == cast.company_owner
    assert AuditEvent.objects.filter(action="meetingrequest.side_confirmed").count() == 1


@pytest.mark.parametrize("sides", [(), (Side.COMPANY,), (Side.COMPANY, Side.STARTUP)])
def test_a_moved_meeting_is_confirmed_anew_by_both(
    cast: Cast, meeting: Meeting, sides: tuple[Side, ...]
) -> None:
    for side in sides:
        confirm(meeting, side, cast.officer, consent="By telephone")
    meeting = moved(meeting, cast)
    assert (status(), Confirmation.objects.count()) == (RequestStatus.SCHEDULED, 0)
    both(meeting, cast)
    assert status() == RequestStatus.CONFIRMED


def test_a_time_that_was_not_seen_is_not_confirmed(cast: Cast, meeting: Meeting) -> None:
    moved(meeting, cast)
    with pytest.raises(actions.MovedMeanwhile):
        confirm(meeting, Side.COMPANY, cast.company_owner)
    assert Confirmation.objects.count() == 0


@pytest.mark.parametrize("found", RequestStatus.values)
def test_only_a_time_that_stands_can_be_confirmed(cast: Cast, meeting: Meeting, found: str) -> None:
    MeetingRequest.objects.update(status=found, decline_reason="terms")
    if found == RequestStatus.SCHEDULED:
        confirm(meeting, Side.COMPANY, cast.company_owner)
    else:
        with pytest.raises(TransitionNotAllowed):
            confirm(meeting, Side.COMPANY, cast.company_owner)
    assert Confirmation.objects.exists() is (found == RequestStatus.SCHEDULED)


def test_once_it_has_begun_it_is_too_late(cast: Cast, meeting: Meeting) -> None:
    with pytest.raises(TransitionNotAllowed):
        confirm(meeting, Side.COMPANY, cast.company_owner, now=meeting.starts_at)


def test_cancelling_a_confirmed_meeting_works_as_before(cast: Cast, meeting: Meeting) -> None:
    both(meeting, cast)
    actions.cancel(Meeting.objects.select_related("request").get(), reason="A strike", by=cast.company_owner)
    assert status() == RequestStatus.CANCELLED


def test_the_database_takes_one_word_a_side(cast: Cast, meeting: Meeting) -> None:
    confirm(meeting, Side.COMPANY, cast.company_owner)
    found = Confirmation.objects.get()
    found.pk = None
    with pytest.raises(IntegrityError, match="confirmation_once_a_side"), transaction.atomic():
        found.save()


@pytest.mark.django_db(transaction=True)
def test_both_sides_at_the_same_moment_make_it_confirmed_once(cast: Cast, meeting: Meeting) -> None:
    start = Barrier(2)
    errors: list[Exception] = []

    def press(side: Side, by: User) -> None:
        try:
            start.wait()
            confirm(meeting, side, by)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    people = ((Side.COMPANY, cast.company_owner), (Side.STARTUP, cast.startup_owner))
    threads = [Thread(target=press, args=each) for each in people]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (errors, status()) == ([], RequestStatus.CONFIRMED)
    assert AuditEvent.objects.filter(action="meetingrequest.confirmed").count() == 1
    assert Notice.objects.filter(event="meeting_confirmed").count() == 4


# Pages


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reader", ["company_owner", "startup_owner"])
def test_each_side_has_its_button_until_it_has_pressed_it(
    cast: Cast, as_user: SignIn, meeting: Meeting, reader: str, language: str
) -> None:
    client = as_user(getattr(cast, reader))
    page, button = (path(name, language=language, pk=meeting.request_id) for name in ("detail", "confirm"))
    assert button in links(client.get(page))
    client.post(button, {"sequence": meeting.sequence})
    after = client.get(page)
    other = "startup" if reader == "company_owner" else "firm"
    assert said(f"The {other} has not confirmed yet.", language) in words(after)
    assert button not in links(after)


def test_an_old_page_is_told_what_has_changed(cast: Cast, as_user: SignIn, meeting: Meeting) -> None:
    moved(meeting, cast)
    client = as_user(cast.company_owner)
    button = path("confirm", pk=meeting.request_id)
    for typed in ({"sequence": "0"}, {"sequence": "x"}, {}):
        response = client.post(button, typed, follow=True)
        assert "The meeting has been changed meanwhile." in response.content.decode()
    assert Confirmation.objects.count() == 0
    MeetingRequest.objects.update(status=RequestStatus.CANCELLED)
    assert client.post(button, {"sequence": "1"}).status_code == 409


def test_staff_confirm_for_a_side_that_told_them_and_say_how(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    client = as_user(cast.officer)
    for side in Side.COMPANY, Side.STARTUP:
        address = path("confirm_for", pk=meeting.request_id, side=side.value)
        assert address in links(client.get(path("detail", pk=meeting.request_id)))
        refused = client.post(address, {"sequence": meeting.sequence})
        assert list(refused.context["form"].errors) == ["consent"]
        client.post(address, {"sequence": meeting.sequence, "consent": f"Mail of {side.value}"})
    events = AuditEvent.objects.filter(action="meetingrequest.side_confirmed").order_by("pk")
    assert [(each.detail["reason"], each.actor_id) for each in events] == [
        ("Mail of company", cast.officer.pk),
        ("Mail of startup", cast.officer.pk),
    ]
    assert status() == RequestStatus.CONFIRMED
    assert client.get(path("confirm_for", pk=meeting.request_id, side="staff")).status_code == 404


def test_the_pages_are_for_whom_they_are_for(cast: Cast, as_user: SignIn, meeting: Meeting) -> None:
    staff = path("confirm_for", pk=meeting.request_id, side="company")
    assert answers(cast, as_user, staff) == only("officer", "administrator")
    ours = ("company_owner", "company_member", "startup_owner", "startup_member")
    assert answers(cast, as_user, path("confirm", pk=meeting.request_id), post=True) == only(*ours, code=302)


def test_staff_see_who_has_not_confirmed(cast: Cast, as_user: SignIn, meeting: Meeting) -> None:
    client = as_user(cast.officer)
    rows = {row.url: row.count for row in client.get("/en/").context["other_rows"]}
    address = path("requests") + "?lacks=confirmation"
    assert rows[address] == 1
    confirm(meeting, Side.COMPANY, cast.company_owner)
    assert client.get(address).context["rows"][0]["lacks"] == ["The startup has not confirmed yet."]
    confirm(meeting, Side.STARTUP, cast.startup_owner)
    assert client.get(address).context["rows"] == []


def test_what_is_over_is_not_waited_for(cast: Cast, meeting: Meeting) -> None:
    assert unconfirmed(EARLY).count() == 1
    assert unconfirmed(meeting.starts_at).count() == 0


def test_the_button_sends_the_time_that_stands_on_the_page(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    meeting = moved(meeting, cast)
    page = source(as_user(cast.company_owner).get(path("detail", pk=meeting.request_id)))
    assert f'name="sequence" value="{meeting.sequence}"' in page
