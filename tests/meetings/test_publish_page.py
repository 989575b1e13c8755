"""The page before publishing lists each message exactly, and publishing sends exactly those."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone, translation
from post_office.models import Email

from accounts.models import User
from matchmaking.core.models import Notice
from matchmaking.core.notices import Event
from meetings import actions, rules
from meetings.enums import RequestStatus, RoundStatus
from meetings.models import BookingSeat, Meeting, MeetingRequest, Placement, Resource, Round, Timetable
from meetings.problem import moves
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, links, path, publish_after_a_look, said, table, words
from tests.told import fact, read


@pytest.fixture
def draft(cast: Cast) -> Timetable:
    """The cast's firm meets two startups, one of them in Tel Aviv; a third finds no interpreter."""
    israeli = factories.StartupFactory(
        organisation__country="IL", organisation__time_zone="Asia/Jerusalem", organisation__name="Negev"
    )
    requests = [
        stories.agreed(stories.match_of(cast.company, each), cast.company_owner)
        for each in (cast.startup, israeli)
    ]
    unplaced = stories.pairs(1, cast.officer, interpreter_wanted=True)
    made = stories.placed(stories.a_round(cast.officer, [*requests, *unplaced]), cast.officer)
    Notice.objects.all().delete()
    Email.objects.all().delete()
    return made


def listed(response) -> set[tuple[str, str]]:
    """Person and time, or with whom none was found, as the page lists them."""
    return {
        (person, other)
        for each in response.context["audience"]
        for person in each["people"]
        for other in each["waiting"]
    } | {
        (person, meeting["when"])
        for each in response.context["audience"]
        for person in each["people"]
        for meeting in each["meetings"]
    }


@pytest.mark.django_db
def test_exactly_what_is_listed_is_sent(cast: Cast, as_user: SignIn, draft: Timetable) -> None:
    client = as_user(cast.officer)
    promised = listed(client.get(path("publish", pk=draft.round_id)))
    assert (Notice.objects.count(), Email.objects.count()) == (0, 0)
    publish_after_a_look(client, draft.round_id)
    notices = Notice.objects.filter(event=Event.MEETING_SCHEDULED).select_related("recipient")
    sent = {(notice.recipient.name, fact(notice, "when")) for notice in notices}
    waiting = Notice.objects.filter(event=Event.REQUEST_UNPLACED).select_related("recipient")
    told = {(each.recipient.name, other_of(each)) for each in waiting}
    assert (sent | told, len(notices) + len(waiting)) == (promised, len(promised))
    # the firm's two people twice, three of one startup, one of the other; who accepted what found no place
    assert (len(sent), len(told)) == (2 * 2 + 3 + 1, 1)
    assert sorted(mail.to[0] for mail in Email.objects.all()) == sorted(
        notice.recipient.email for notice in (*notices, *waiting)
    )
    office = Notice.objects.exclude(pk__in=[each.pk for each in (*notices, *waiting)])
    assert sorted(office.values_list("event", "recipient__name")) == [
        (Event.ROUND_PUBLISHED, "administrator"),
        (Event.ROUND_PUBLISHED, "officer"),
    ]


def other_of(notice: Notice) -> str:
    """The counterpart of the notice's reader, who is of a startup here."""
    return fact(notice, "company")


@pytest.mark.django_db
def test_the_office_stands_among_those_who_are_told(cast: Cast, as_user: SignIn, draft: Timetable) -> None:
    row = draft.placements.placed().order_by("pk")[0]
    Placement.objects.filter(pk=row.pk).update(officer=cast.officer)
    answer = as_user(cast.officer).get(path("publish", pk=draft.round_id))
    rows = [each for each in table(answer) if each[0] == "Programme office"]
    assert [each[1] for each in rows] == ["administrator", "officer"]
    assert ["(Japan time)" in each[2] for each in rows] == [False, True]
    assert ["That the round is published (in the portal only)" in each[2] for each in rows] == [True, True]
    assert "No time yet; waits for another round" in words(answer)


@pytest.mark.django_db
def test_what_joins_the_round_after_the_look_is_shown_before_it_is_told(
    cast: Cast, as_user: SignIn, draft: Timetable
) -> None:
    client, address = as_user(cast.officer), path("publish", pk=draft.round_id)
    seen = client.get(address).context["fingerprint"]
    [late] = stories.pairs(1, cast.officer)
    actions.collect(draft.round, [late], by=cast.officer)
    again = client.post(address, {"checked": seen})
    assert (again.status_code, again.context["unplaced"], Meeting.objects.count()) == (409, 2, 0)
    client.post(address, {"checked": again.context["fingerprint"]})
    assert Notice.objects.filter(event=Event.REQUEST_UNPLACED).count() == 2
    assert set(MeetingRequest.objects.awaiting_round()) >= {late}


@pytest.mark.django_db
def test_a_changed_address_of_a_room_is_another_board(cast: Cast, as_user: SignIn, draft: Timetable) -> None:
    client, address = as_user(cast.officer), path("publish", pk=draft.round_id)
    before = client.get(address)
    assert (before.context["unlinked"], path("round_edit", pk=draft.round_id) + "#id_room_names" in links(before)) == (
        2, True,
    )  # fmt: skip
    draft.round.rooms.update(link="https://video.example/1")
    again = client.post(address, {"checked": before.context["fingerprint"]})
    assert (again.status_code, again.context["unlinked"], Meeting.objects.count()) == (409, 0, 0)


@pytest.mark.django_db
def test_each_organisation_is_told_on_its_own_clock(cast: Cast, as_user: SignIn, draft: Timetable) -> None:
    audience = as_user(cast.officer).get(path("publish", pk=draft.round_id)).context["audience"]
    clocks = {
        each["name"]: {m["when"].split("(")[1] for m in each["meetings"]}
        for each in audience
        if each["meetings"]
    }
    assert clocks == {
        cast.company.organisation.name_en: {"Japan time)"},
        cast.startup.organisation.name: {"Singapore time)"},
        "Negev": {"Tel Aviv time)"},
    }


@pytest.mark.django_db
def test_the_table_names_people_times_and_counterparts(cast: Cast, as_user: SignIn, draft: Timetable) -> None:
    rows = {
        row[0]: row[1:] for row in table(as_user(cast.officer).get(path("publish", pk=draft.round_id)))[1:]
    }
    people, meetings = rows[cast.company.organisation.name_en]
    assert people == "company-member, company-owner"
    assert [name in meetings for name in ("Negev", cast.startup.organisation.name)] == [True, True]


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_organisation_without_people_is_seen(
    cast: Cast, as_user: SignIn, draft: Timetable, language: str
) -> None:
    people = User.objects.filter(membership_row__organisation=cast.startup.organisation)
    people.update(is_active=False)
    response = as_user(cast.officer).get(path("publish", language=language, pk=draft.round_id))
    rows = {row[0]: row[1] for row in table(response)[1:]}
    assert said("No one", language) in rows[cast.startup.organisation.name]


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_that_nothing_has_been_sent_and_what_stays_behind(
    cast: Cast, as_user: SignIn, draft: Timetable, language: str
) -> None:
    response = as_user(cast.officer).get(path("publish", language=language, pk=draft.round_id))
    page = words(response)
    assert [
        said(text, language) in page for text in ("Nothing has been sent yet.", "Publish and tell everybody")
    ] == [
        True,
        True,
    ]
    assert response.context["unplaced"] == 1
    if language == "en":
        assert "1 request has no place. Both sides read that it waits for another round" in page


@pytest.mark.django_db
def test_the_unplaced_hear_that_they_wait(cast: Cast, as_user: SignIn, draft: Timetable) -> None:
    waiting = draft.placements.unplaced().get().request
    publish_after_a_look(as_user(cast.officer), draft.round_id)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.round) == (RequestStatus.ACCEPTED, None)
    people = User.objects.filter(membership_row__organisation__in=[waiting.company, waiting.startup])
    notices = Notice.objects.filter(recipient__in=people)
    assert [each.event for each in notices] == [Event.REQUEST_UNPLACED]
    assert read(notices[0]).startswith(f"{draft.round.name}: no time yet for the meeting of ")
    reader = as_user(notices[0].recipient)
    assert path("times", pk=waiting.pk) in links(reader.get(path("detail", pk=waiting.pk)))


def booked_behind_the_back(placement: Placement, other: MeetingRequest) -> None:
    """An interpreter-less seat of the startup at that very time, in a meeting of another round."""
    period = DateTimeTZRange(placement.starts_at, placement.ends_at)
    meeting = Meeting.objects.create(request=other, period=period, published_at=stories.at(0))
    resource = Resource.objects.create(organisation=placement.request.startup)
    BookingSeat.objects.create(meeting=meeting, resource=resource, period=period)


@pytest.mark.django_db
@pytest.mark.parametrize("locked", [True, False])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_double_booking_publishes_nothing_and_says_what_to_do(
    cast: Cast, as_user: SignIn, draft: Timetable, locked: bool, language: str
) -> None:
    """A locked meeting passes the board's check, as staff chose it; then the database refuses it."""
    row = draft.placements.for_board().filter(starts_at__isnull=False).first()
    Placement.objects.filter(pk=row.pk).update(locked=locked)
    other = stories.agreed(stories.match_of(cast.other_company, cast.other_startup), cast.other_company_owner)
    booked_behind_the_back(row, other)
    Notice.objects.all().delete()
    client = as_user(cast.officer)
    response = publish_after_a_look(client, draft.round_id, language)
    text = (
        "Somebody in this timetable has just been booked elsewhere at the same time. Nothing has been published or"
        " sent. Start the auto-placement again."
        if locked
        else "Clashes must be solved before publishing. Nothing has been sent."
    )
    assert said(text, language) in " ".join(response.content.decode().split())
    assert (Meeting.objects.count(), Notice.objects.count()) == (1, 0)
    assert Round.objects.get(pk=draft.round_id).status == RoundStatus.CHECKING
    assert Timetable.objects.get(pk=draft.pk).status == "draft"
    target = "round" if locked else "publish"
    assert response.redirect_chain == [(path(target, language=language, pk=draft.round_id), 302)]


@pytest.mark.django_db
def test_after_a_double_booking_a_new_placement_can_be_published(
    cast: Cast, as_user: SignIn, draft: Timetable
) -> None:
    row = draft.placements.for_board().filter(starts_at__isnull=False).first()
    other = stories.agreed(stories.match_of(cast.other_company, cast.other_startup), cast.other_company_owner)
    booked_behind_the_back(row, other)
    stories.placed(draft.round, cast.officer)
    response = publish_after_a_look(as_user(cast.officer), draft.round_id)
    assert "2 meetings are published." in response.content.decode()
    assert Meeting.objects.count() == 3


@pytest.mark.django_db
def test_clashes_are_named_and_the_button_is_off(cast: Cast, as_user: SignIn, draft: Timetable) -> None:
    first, second = draft.placements.placed()
    Placement.objects.filter(pk=second.pk).update(
        starts_at=first.starts_at, ends_at=first.ends_at, room=first.room
    )
    response = as_user(cast.officer).get(path("publish", pk=draft.round_id))
    page = response.content.decode()
    assert ("disabled" in page.split("Publish and tell everybody")[0].rsplit("<button", 1)[1]) is True
    assert {path("placement", pk=first.pk), path("placement", pk=second.pk)} <= links(response)


@pytest.mark.django_db
def test_publishing_twice_sends_once(cast: Cast, as_user: SignIn, draft: Timetable) -> None:
    client = as_user(cast.officer)
    seen = {"checked": client.get(path("publish", pk=draft.round_id)).context["fingerprint"]}
    got = [client.post(path("publish", pk=draft.round_id), seen).status_code for _twice in range(2)]
    count = Notice.objects.filter(event=Event.MEETING_SCHEDULED).count()
    assert (got, Meeting.objects.count(), count) == ([302, 409], 2, 8)


def moved(draft: Timetable, officer: User) -> None:
    row = draft.placements.for_board().filter(starts_at__isnull=False).first()
    spot = moves(draft.round, draft.placements.all(), row.request_id, now=timezone.now())[-1]
    actions.move_placement(row, starts_at=spot.start, by=officer)


CHANGES: dict[str, Callable[[Timetable, User], object]] = {
    "moved": moved,
    "withdrawn": lambda draft, _by: actions.withdraw(
        draft.placements.placed().first().request, by=factories.OfficerFactory()
    ),
    "placed anew": lambda draft, by: moved(stories.placed(draft.round, by), by),
}


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("change", CHANGES)
def test_a_board_that_a_colleague_changed_is_shown_again_instead_of_published_unseen(
    cast: Cast, as_user: SignIn, draft: Timetable, change: str, language: str
) -> None:
    client, address = as_user(cast.officer), path("publish", language=language, pk=draft.round_id)
    seen = {"checked": client.get(address).context["fingerprint"]}
    CHANGES[change](draft, factories.OfficerFactory())
    Notice.objects.all().delete()
    answer = client.post(address, seen)
    assert (answer.status_code, Meeting.objects.count(), Notice.objects.count()) == (409, 0, 0)
    assert said("Below you see it as it stands now. Check it again, then publish it.", language) in words(
        answer
    )
    assert listed(answer) == listed(client.get(address)) != set()
    again = client.post(address, {"checked": answer.context["fingerprint"]}, follow=True)
    assert (again.status_code, Round.objects.get(pk=draft.round_id).status) == (200, RoundStatus.PUBLISHED)


@pytest.mark.django_db
@pytest.mark.parametrize("sent", [{}, {"checked": ""}, {"checked": "x" * 64}])
def test_a_button_that_carries_no_board_publishes_nothing(
    cast: Cast, as_user: SignIn, draft: Timetable, sent: dict[str, str]
) -> None:
    assert as_user(cast.officer).post(path("publish", pk=draft.round_id), sent).status_code == 409
    assert Meeting.objects.count() == 0


@pytest.mark.django_db
def test_a_lock_or_another_order_is_the_same_board(cast: Cast, draft: Timetable) -> None:
    """What nobody is told of need not be checked again."""
    rows = list(draft.placements.for_board())
    before = rules.fingerprint(rows)
    actions.lock(next(each for each in rows if each.starts_at), by=cast.officer)
    assert rules.fingerprint(reversed(draft.placements.for_board())) == before


@pytest.mark.django_db
def test_a_round_without_a_timetable_has_nothing_to_publish(cast: Cast, as_user: SignIn) -> None:
    round_ = stories.a_round(cast.officer, stories.pairs(1, cast.officer))
    client = as_user(cast.officer)
    assert [
        client.get(path("publish", pk=round_.pk)).status_code,
        client.post(path("publish", pk=round_.pk)).status_code,
    ] == [409, 409]


@pytest.mark.django_db
def test_a_hidden_firms_name_is_told_once_the_startup_has_accepted(
    cast: Cast, as_user: SignIn, draft: Timetable
) -> None:
    type(cast.company).objects.filter(pk=cast.company.pk).update(name_disclosed=False)
    publish_after_a_look(as_user(cast.officer), draft.round_id)
    notice = Notice.objects.get(event=Event.MEETING_SCHEDULED, recipient=cast.startup_owner)
    assert fact(notice, "company") == cast.company.organisation.name_en


@pytest.mark.django_db
def test_japanese_readers_are_told_in_japanese_with_their_clock(
    cast: Cast, as_user: SignIn, draft: Timetable
) -> None:
    User.objects.filter(pk=cast.company_owner.pk).update(language="ja")
    publish_after_a_look(as_user(cast.officer), draft.round_id)
    notices = Notice.objects.filter(event=Event.MEETING_SCHEDULED, recipient=cast.company_owner)
    with translation.override("ja"):
        assert [("日本時間" in fact(each, "when"), "年" in fact(each, "when")) for each in notices] == [
            (True, True)
        ] * 2
