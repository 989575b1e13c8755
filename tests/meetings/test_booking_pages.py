"""The pages on which a time outside rounds is chosen, checked, moved and cancelled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation, User
from meetings import actions
from meetings.busy import JAPAN_TIME
from meetings.enums import MeetingStatus, RequestStatus
from meetings.hours import local_date
from meetings.models import Closure, Meeting, MeetingRequest, Resource
from meetings.time_words import FARTHEST
from tests import factories
from tests.conftest import Cast
from tests.meetings import pages, stories

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
FROM = f"?from={stories.MONDAY:%Y-%m-%d}"
START = stories.at(4)  # 13:00 in Japan


def url(name: str, request: MeetingRequest, language: str = "en") -> str:
    return pages.path(name, language=language, pk=request.pk)


@pytest.fixture
def request_(cast: Cast) -> MeetingRequest:
    return stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)


@pytest.fixture
def meeting(cast: Cast, request_: MeetingRequest) -> Meeting:
    return actions.book_free_time(request_, START, by=cast.officer)


def chosen(moment: Any = START) -> dict[str, str]:
    return {"start": moment.isoformat()}


@pytest.mark.parametrize("person", ["company_owner", "startup_owner", "officer"])
def test_times_are_shown_on_both_clocks(
    cast: Cast, as_user: SignIn, request_: MeetingRequest, person: str
) -> None:
    words = pages.words(as_user(getattr(cast, person)).get(url("times", request_) + FROM))
    assert "Mon 2 June 2031" in words
    expected = "12:00–12:45 Tokyo 13:00" if person == "startup_owner" else "13:00–13:45 Singapore 12:00"
    assert expected in words


def test_two_weeks_are_shown_and_the_way_to_others(
    cast: Cast, as_user: SignIn, request_: MeetingRequest
) -> None:
    answer = as_user(cast.officer).get(url("times", request_) + FROM)
    assert {"?from=2031-05-19", "?from=2031-06-16"} <= pages.links(answer)
    assert "Mon 16 June 2031" not in pages.words(answer)
    today = as_user(cast.officer).get(url("times", request_) + "?from=nonsense")
    assert "Earlier times" not in pages.words(today)


def test_a_day_out_of_reach_shows_the_times_from_today_and_the_last_weeks_lead_no_further(
    cast: Cast, as_user: SignIn, request_: MeetingRequest
) -> None:
    client, today = as_user(cast.startup_owner), local_date(JAPAN_TIME, timezone.now())
    last = today + FARTHEST
    for day in ("9999-12-31", "0001-01-01", "2031-02-30", f"{last + timedelta(days=1)}"):
        answer = client.get(url("times", request_), {"from": day})
        assert (answer.status_code, answer.context["first"]) == (200, today)
    for day, leads_on in ((last - timedelta(days=14), True), (last, False)):
        answer = client.get(url("times", request_), {"from": f"{day}"})
        assert answer.context["first"] == day
        assert ("Later times" in pages.words(answer), "Earlier times" in pages.words(answer)) == (
            leads_on,
            True,
        )


def test_weeks_without_a_time_say_so(cast: Cast, as_user: SignIn) -> None:
    request = stories.agreed(
        stories.match_of(cast.company, cast.startup), cast.company_owner, interpreter_wanted=True
    )
    answer = as_user(cast.officer).get(url("times", request) + FROM)
    assert "No time suits both sides in these two weeks." in pages.words(answer)
    assert "?from=2031-06-16" in pages.links(answer)


@pytest.mark.parametrize("person", ["company_owner", "startup_owner", "officer"])
def test_either_side_books_after_a_check_page(
    cast: Cast, as_user: SignIn, request_: MeetingRequest, person: str
) -> None:
    client = as_user(getattr(cast, person))
    check = pages.words(client.get(url("book", request_), chosen()))
    assert "Nothing has been sent yet." in check
    assert "Mon 2 June 2031, 13:00–13:45 (Japan time)" in check
    assert "Mon 2 June 2031, 12:00–12:45 (Singapore time)" in check
    assert not Meeting.objects.exists()
    answer = client.post(url("book", request_), {**chosen(), "link": "https://video.example/42"}, follow=True)
    assert answer.redirect_chain[-1][0] == url("detail", request_)
    assert Meeting.objects.get().starts_at == START
    assert "https://video.example/42" in pages.links(answer)


def taken(cast: Cast, moment: Any = START) -> None:
    other = stories.agreed(stories.match_of(cast.company, factories.StartupFactory()), cast.company_owner)
    actions.book_free_time(other, moment, by=cast.officer)


def offered(answer: Any) -> list[Any]:
    """The times that the page offers, with the words of each; every one of them stands on it."""
    found = answer.context["form"].fields["start"].choices
    assert all(words in pages.words(answer) for _value, words in found)
    assert pages.source(answer).count('type="radio"') == len(found)
    return found


@pytest.mark.parametrize(
    ("language", "person", "told", "first"),
    [
        (
            "en", "startup_owner", "That time is no longer free, and nothing has been changed.",
            "Mon 2 June 2031, 13:00–13:45 (Singapore time) / Tokyo 14:00",
        ),
        (
            "ja", "officer", "その時間はほかの予定で埋まりました。変更は行っていません。",
            "2031年6月2日（月） 14:00〜14:45（日本時間） / シンガポール 13:00",
        ),
    ],
)  # fmt: skip
def test_who_comes_too_late_chooses_one_of_the_next_five_free_times(
    cast: Cast, as_user: SignIn, request_: MeetingRequest, language: str, person: str, told: str, first: str
) -> None:
    taken(cast)
    client, typed = as_user(getattr(cast, person)), {**chosen(), "link": "https://video.example/42"}
    answer = client.post(url("book", request_, language), typed)
    assert (answer.status_code, told in pages.words(answer)) == (409, True)
    times = offered(answer)
    later = [START + timedelta(minutes=each) for each in (60, 90, 120, 150, 180)]
    assert ([value for value, _words in times], times[0][1]) == ([each.isoformat() for each in later], first)
    assert answer.context["form"].chosen_start() == later[0]
    assert answer.context["form"]["link"].value() == typed["link"]
    request_.refresh_from_db()
    assert request_.status == RequestStatus.ACCEPTED
    client.post(url("book", request_, language), {**typed, "start": times[2][0]})
    assert (request_.meeting.starts_at, request_.meeting.link) == (later[2], typed["link"])


def test_the_times_that_are_offered_suit_the_interpreter_too_and_lie_in_months_with_room(
    cast: Cast, as_user: SignIn
) -> None:
    """To a member; staff may go beyond what a side takes on in a month, and read of it."""
    who, startup = stories.interpreter("en"), factories.StartupFactory()
    request = stories.agreed(
        stories.match_of(cast.company, startup), cast.officer, interpreter_wanted=True, consent="By phone"
    )
    [other] = stories.pairs(1, cast.officer, interpreter_wanted=True)
    actions.book_free_time(other, START + timedelta(hours=1), by=cast.officer)
    taken(cast)
    soon, july = START + timedelta(hours=2), stories.at(1, day=30) + timedelta(days=1)
    answer = as_user(cast.officer).post(url("book", request), chosen())
    assert (offered(answer)[0][0], who.meetings.count()) == (soon.isoformat(), 1)
    Organisation.objects.filter(pk=cast.company.pk).update(monthly_meeting_limit=1)
    answer = as_user(cast.company_owner).post(url("book", request), chosen())
    assert offered(answer)[0][0] == july.isoformat()
    answer = as_user(cast.officer).post(url("book", request), chosen())
    assert (offered(answer)[0][0], "June 2031: 1 of at most 1." in pages.words(answer)) == (
        soon.isoformat(),
        True,
    )


def test_who_is_refused_leaves_the_startup_its_number(cast: Cast, request_: MeetingRequest) -> None:
    """Else each of many refusals would make a row and take it back."""
    taken(cast)
    with pytest.raises(actions.DoubleBooking):
        actions.book_free_time(request_, START, by=cast.officer)
    assert Resource.objects.filter(organisation=request_.startup).exists()


def test_whoever_moves_a_meeting_too_late_keeps_the_reason(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    later = START + timedelta(hours=2)
    taken(cast, later)
    answer = as_user(cast.officer).post(url("book", meeting.request), {**chosen(later), "reason": "A fire"})
    assert (answer.status_code, answer.context["form"]["reason"].value()) == (409, "A fire")
    assert len(offered(answer)) == 5
    assert answer.context["form"].chosen_start() > later
    meeting.refresh_from_db()
    assert meeting.starts_at == START


def test_a_meeting_that_is_moved_is_not_offered_the_time_that_it_has(cast: Cast, meeting: Meeting) -> None:
    sooner = START - timedelta(hours=1)
    taken(cast, sooner)
    with pytest.raises(actions.DoubleBooking) as refused:
        actions.reschedule(meeting, sooner, reason="A fire", by=cast.officer)
    assert refused.value.offered[0].start == START + timedelta(minutes=30)


@pytest.mark.parametrize(("days", "is_offered"), [(20, True), (60, False)])
def test_without_a_free_time_in_eight_weeks_the_list_of_times_is_shown_and_what_to_do(
    cast: Cast, as_user: SignIn, request_: MeetingRequest, days: int, is_offered: bool
) -> None:
    taken(cast)
    Closure.objects.create(
        country="SG",
        first_day=stories.MONDAY,
        last_day=stories.MONDAY + timedelta(days=days),
        name_en="A",
        name_ja="A",
    )
    answer = as_user(cast.startup_owner).post(url("book", request_), chosen(), follow=True)
    if is_offered:
        assert len(offered(answer)) == 5
    else:
        assert answer.redirect_chain[-1][0] == url("times", request_) + FROM
        assert "look at later weeks, or ask the programme office" in pages.words(answer)


@pytest.mark.parametrize(
    "start",
    [
        "", "soon", "2031-06-02", "2031-06-02T04:00:00", "2031-13-45T99:00:00+00:00",
        "9999-12-31T23:59+00:00", "9999-12-31T23:59-14:00", "0001-01-01T00:00+14:00",
    ],
)  # fmt: skip
def test_what_is_no_moment_leads_back_to_the_times(
    cast: Cast, as_user: SignIn, request_: MeetingRequest, start: str
) -> None:
    client = as_user(cast.officer)
    for answer in (
        client.get(url("book", request_), {"start": start}, follow=True),
        client.post(url("book", request_), {"start": start}, follow=True),
    ):
        assert answer.redirect_chain[-1][0] == url("times", request_)
        assert "Choose one of the times." in pages.words(answer)


@pytest.mark.parametrize(
    "link", ["http://video.example", "javascript:alert(1)", "not an address", "ftp://x.example"]
)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_wrong_link_is_told_at_the_field_and_the_time_stays_chosen(
    cast: Cast, as_user: SignIn, request_: MeetingRequest, link: str, language: str
) -> None:
    answer = as_user(cast.officer).post(url("book", request_, language), {**chosen(), "link": link})
    assert answer.status_code == 200
    assert "link" in answer.context["form"].errors
    assert START.isoformat() in pages.source(answer).replace("&#x2B;", "+")
    assert not Meeting.objects.exists()


def test_staff_move_a_meeting_with_a_reason(cast: Cast, as_user: SignIn, meeting: Meeting) -> None:
    client = as_user(cast.officer)
    later = START + timedelta(hours=2)
    refused = client.post(url("book", meeting.request), chosen(later))
    assert "reason" in refused.context["form"].errors
    client.post(url("book", meeting.request), {**chosen(later), "reason": "The line stands still"})
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.sequence) == (later, 1)


def test_a_meeting_that_is_moved_keeps_its_link_until_somebody_empties_the_field(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    own, another = "https://video.example/42", "https://video.example/43"
    Meeting.objects.filter(pk=meeting.pk).update(link=own)
    client, address = as_user(cast.officer), url("book", meeting.request)
    shown = client.get(address, chosen(START + timedelta(hours=1)))
    assert (shown.context["form"]["link"].value(), own in pages.source(shown)) == (own, True)
    for hours, typed, kept in (
        (1, {"link": own}, own), (2, {}, own), (3, {"link": another}, another), (1, {"link": ""}, ""),
    ):  # fmt: skip
        moment = START + timedelta(hours=hours)
        client.post(address, {**chosen(moment), "reason": "A strike", **typed})
        meeting.refresh_from_db()
        assert (meeting.starts_at, meeting.link) == (moment, kept)
    client.post(address, {**chosen(moment), "reason": "The address is new", "link": own})
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.link, meeting.sequence) == (moment, own, 5)


def test_a_link_typed_for_a_time_that_is_gone_is_kept_for_the_next_one(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    later, typed = START + timedelta(hours=2), "https://video.example/43"
    Meeting.objects.filter(pk=meeting.pk).update(link="https://video.example/42")
    taken(cast, later)
    address = url("book", meeting.request)
    for link in (typed, ""):
        answer = as_user(cast.officer).post(address, {**chosen(later), "reason": "A strike", "link": link})
        assert (answer.status_code, answer.context["form"]["link"].value()) == (409, link)


def test_what_was_typed_where_no_later_time_was_left_is_there_with_the_earlier_one_until_it_is_booked(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    later, earlier = START + timedelta(hours=2), START - timedelta(days=3)
    taken(cast, later)
    Closure.objects.create(
        country="SG",
        first_day=later.date(),
        last_day=later.date() + timedelta(days=60),
        name_en="A",
        name_ja="A",
    )
    client, address = as_user(cast.officer), url("book", meeting.request)
    typed = {"reason": "A strike\nof pilots", "link": "https://video.example/43"}
    client.post(address, {**chosen(later), **typed})
    form = client.get(address, chosen(earlier)).context["form"]
    assert {name: form[name].value() for name in typed} == typed
    client.post(address, {**chosen(earlier), **typed})
    assert client.get(address, chosen(later)).context["form"]["reason"].value() is None


@pytest.mark.parametrize("person", ["company_owner", "startup_owner"])
def test_members_do_not_move_what_is_booked(
    cast: Cast, as_user: SignIn, meeting: Meeting, person: str
) -> None:
    client = as_user(getattr(cast, person))
    assert client.get(url("times", meeting.request)).status_code == 409
    assert client.post(url("book", meeting.request), chosen()).status_code == 409
    assert "Move the meeting" not in pages.words(client.get(url("detail", meeting.request)))


@pytest.mark.parametrize("person", ["company_owner", "startup_owner", "officer"])
def test_cancelling_asks_for_a_reason_that_both_sides_read(
    cast: Cast, as_user: SignIn, meeting: Meeting, person: str
) -> None:
    client = as_user(getattr(cast, person))
    assert "It cannot be taken back." in pages.words(client.get(url("cancel", meeting.request)))
    assert "reason" in client.post(url("cancel", meeting.request), {"reason": " "}).context["form"].errors
    client.post(url("cancel", meeting.request), {"reason": "Our line stands still"})
    meeting.refresh_from_db()
    assert meeting.status == MeetingStatus.CANCELLED
    for reader in (cast.company_owner, cast.startup_owner):
        assert "Our line stands still" in pages.words(as_user(reader).get(url("detail", meeting.request)))
    assert client.post(url("cancel", meeting.request), {"reason": "Again"}).status_code == 409


@pytest.mark.parametrize("page", ["times", "book", "cancel"])
def test_others_find_nothing_there(cast: Cast, as_user: SignIn, meeting: Meeting, page: str) -> None:
    for person in ("other_company_owner", "other_startup_owner", "expert", "newcomer"):
        assert as_user(getattr(cast, person)).get(url(page, meeting.request)).status_code == 404


def test_the_page_of_times_asks_the_same_however_many_there_are(
    cast: Cast, as_user: SignIn, request_: MeetingRequest
) -> None:
    client = as_user(cast.officer)
    before = pages.queries(client, url("times", request_) + FROM)
    for number in range(3):
        other = stories.agreed(stories.match_of(cast.company, factories.StartupFactory()), cast.company_owner)
        actions.book_free_time(other, START + timedelta(hours=number), by=cast.officer)
    assert pages.queries(client, url("times", request_) + FROM) == before


def test_the_sample_clock_is_before_the_times(request_: MeetingRequest) -> None:
    """The pages read the real clock: what these tests call future must be."""
    assert timezone.now() + timedelta(days=30) < START
