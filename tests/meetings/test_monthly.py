"""How many meetings a month an organisation takes on: told before, refused to the sides, left to staff."""

from __future__ import annotations

from datetime import datetime

import pytest

from accounts.models import Organisation
from matchmaking.matches.models import Match
from meetings import actions
from meetings.models import Meeting, MeetingRequest
from meetings.monthly import full_sides, load_of
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, path, words

pytestmark = pytest.mark.django_db
EARLY = stories.at(0, day=1)


def limit(organisation: Organisation, number: int) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(monthly_meeting_limit=number)


@pytest.fixture
def other(cast: Cast) -> Meeting:
    """The firm's first meeting of June."""
    request = stories.agreed(stories.match_of(cast.company, cast.other_startup), cast.company_owner)
    return actions.book_free_time(request, stories.at(4), by=cast.officer, now=EARLY)


@pytest.fixture
def made(cast: Cast) -> MeetingRequest:
    return stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)


def fresh(made: MeetingRequest) -> MeetingRequest:
    return MeetingRequest.objects.with_parties().get(pk=made.pk)


@pytest.mark.parametrize(
    ("moment", "count"),
    [
        (stories.at(14, 59, day=30), 1),  # the last minute of June in Japan
        (stories.at(15, 0, day=30), 0),
        (datetime.fromisoformat("2031-05-31T15:00+00:00"), 1),
        (datetime.fromisoformat("2031-05-31T14:59+00:00"), 0),
        (datetime.fromisoformat("2031-12-31T10:00+00:00"), 0),
    ],
)
def test_months_are_those_of_the_organisations_own_clock(
    cast: Cast, other: Meeting, moment: datetime, count: int
) -> None:
    assert load_of(cast.company.organisation, moment).count == count


def test_cancelled_meetings_and_the_one_that_is_moved_do_not_count(cast: Cast, other: Meeting) -> None:
    assert load_of(cast.company.organisation, stories.at(4), but_for=other.request).count == 0
    actions.cancel(other, reason="A strike", by=cast.officer)
    assert load_of(cast.company.organisation, stories.at(4)).count == 0


@pytest.mark.parametrize("who", ["company_owner", "startup_owner"])
@pytest.mark.parametrize(("most", "full"), [(1, True), (2, False)])
def test_a_side_books_up_to_the_limit_of_either(
    cast: Cast, other: Meeting, made: MeetingRequest, who: str, most: int, full: bool
) -> None:
    limit(cast.company.organisation, most)
    by = getattr(cast, who)
    if full:
        with pytest.raises(actions.MonthFull) as refused:
            actions.book_free_time(fresh(made), stories.at(6), by=by, now=EARLY)
        assert [each.organisation for each in refused.value.loads] == [cast.company.organisation]
    else:
        actions.book_free_time(fresh(made), stories.at(6), by=by, now=EARLY)
    assert Meeting.objects.filter(request=made).exists() is not full


def test_another_month_is_free(cast: Cast, other: Meeting, made: MeetingRequest) -> None:
    limit(cast.company.organisation, 1)
    july = datetime.fromisoformat("2031-07-01T04:00+00:00")
    assert full_sides(fresh(made), july) == []
    actions.book_free_time(fresh(made), july, by=cast.company_owner, now=EARLY)


def test_staff_may_go_beyond_it_and_are_told(
    cast: Cast, as_user: SignIn, other: Meeting, made: MeetingRequest
) -> None:
    limit(cast.company.organisation, 1)
    start = stories.at(6)
    page = as_user(cast.officer).get(path("book", pk=made.pk), {"start": start.isoformat()})
    assert "in June 2031: 1 of at most 1. Book with its consent only." in words(page)
    actions.book_free_time(fresh(made), start, by=cast.officer, now=EARLY)
    assert Meeting.objects.count() == 2


@pytest.mark.parametrize(
    ("who", "language", "text"),
    [
        ("company_owner", "en", "Your meetings in June 2031: 1 of at most 1 a month."),
        ("company_owner", "ja", "貴組織の2031年6月の商談は1件で、月の上限は1件です。"),
        ("startup_owner", "en", "takes on no more meetings in June 2031. Choose a time in another month."),
        ("startup_owner", "ja", "別の月の日時を選んでください。"),
    ],
)
def test_a_side_reads_why_and_what_to_do_before_and_after_it_tried(
    cast: Cast, as_user: SignIn, other: Meeting, made: MeetingRequest, who: str, language: str, text: str
) -> None:
    limit(cast.company.organisation, 1)
    client, chosen = as_user(getattr(cast, who)), {"start": stories.at(6).isoformat(), "link": ""}
    address = path("book", language=language, pk=made.pk)
    assert text in words(client.get(address, chosen))
    tried = client.post(address, chosen, follow=True)
    assert text in tried.content.decode()
    assert Meeting.objects.count() == 1
    if who == "startup_owner":
        assert "1 of at most" not in tried.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("most", [4, 1])
def test_the_check_page_of_a_request_tells_the_numbers(
    cast: Cast, as_user: SignIn, language: str, most: int
) -> None:
    limit(cast.company.organisation, most)
    match: Match = stories.match_of(cast.company, factories.StartupFactory())
    typed = {"purpose": "To see it", "minutes": "45", "language": "en", "consent": "By telephone"}
    page = words(
        as_user(cast.officer).post(
            path("request_for_firm_check", language=language, match_pk=match.pk), typed
        )
    )
    assert (f"0 of at most {most}" if language == "en" else f"0件（上限{most}件）") in page
