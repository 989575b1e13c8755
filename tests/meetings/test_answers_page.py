"""Who has said when it can meet in a round, as staff see it, and times that they enter for a side that told them."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from matchmaking.core import jobs
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event
from meetings import actions
from meetings.enums import AvailabilityKind
from meetings.intervals import Interval
from meetings.models import Availability, Meeting, Round
from meetings.tasks import queue_asks
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, links, path, queries, said, table, words
from tests.meetings.test_availability_asks import in_may

CONSENT = "Ms Sato by telephone on 20 May"
MORNING = "20310603T0030"  # half past nine in Japan


@pytest.fixture
def round_(cast: Cast) -> Round:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    return stories.a_round(cast.officer, [request])


def page_for(round_: Round, profile: Any, language: str = "en") -> str:
    return path("availability_for", language=language, pk=round_.pk, organisation_pk=profile.organisation.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_read_who_answered_what_and_who_is_silent_since_when(
    cast: Cast, as_user: SignIn, round_: Round, language: str
) -> None:
    with time_machine.travel(in_may(12), tick=False):
        queue_asks()
        jobs.run_due()
        hours = [Interval(stories.at(1, day=3), stories.at(4, day=3))]
        actions.give_availability(round_, cast.company.organisation, hours, by=cast.company_owner)
        client = as_user(cast.officer)
        page = client.get(path("answers", language=language, pk=round_.pk))
    startup, firm = table(page)[1:]  # who is silent comes first
    assert said("No answer yet", language) == startup[2]
    assert (startup[3], firm[1]) == ("–", "1")
    assert "–" not in (startup[4], firm[4])  # both were asked
    assert ("3" in firm[2], cast.company_owner.name in firm[3]) == (True, True)
    round_page = client.get(path("round", language=language, pk=round_.pk))
    assert path("answers", language=language, pk=round_.pk) in links(round_page)


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_enter_the_times_of_a_side_that_told_them(
    cast: Cast, as_user: SignIn, round_: Round, language: str
) -> None:
    client, page = as_user(cast.officer), page_for(round_, cast.company, language)
    assert page in links(client.get(path("answers", language=language, pk=round_.pk)))
    assert 'name="slot"' in client.get(page).content.decode()
    without = client.post(page, {"slot": [MORNING]})
    assert (list(without.context["form"].errors), Availability.objects.exists()) == (["consent"], False)
    saved = client.post(page, {"slot": [MORNING], "consent": CONSENT})
    assert saved.url == path("answers", language=language, pk=round_.pk)
    answer = Availability.objects.get(organisation=cast.company.organisation)
    assert (answer.kind, answer.consent, answer.given_by) == (AvailabilityKind.CHOSEN, CONSENT, cast.officer)
    assert [each.starts_at for each in answer.windows.all()] == [stories.at(0, 30, day=3)]
    assert AuditEvent.objects.get(action="availability.given").detail["reason"] == CONSENT
    told = Notice.objects.filter(event=Event.TIMES_GIVEN_FOR_YOU)
    assert {each.recipient for each in told} == {cast.company_owner, cast.company_member}
    own = as_user(cast.company_owner).get(path("availability", language=language, pk=round_.pk))
    assert CONSENT in words(own)


@pytest.mark.django_db
def test_what_the_side_says_itself_afterwards_counts(cast: Cast, as_user: SignIn, round_: Round) -> None:
    as_user(cast.officer).post(page_for(round_, cast.company), {"slot": [MORNING], "consent": CONSENT})
    own = as_user(cast.company_owner)
    own.post(path("availability", pk=round_.pk), {"slot": ["20310604T0030"]})
    answer = Availability.objects.get()
    assert (answer.consent, answer.given_by) == ("", cast.company_owner)
    assert CONSENT not in words(own.get(path("availability", pk=round_.pk)))


@pytest.mark.django_db
def test_what_is_ticked_for_one_side_is_kept_apart_from_the_other(
    cast: Cast, as_user: SignIn, round_: Round
) -> None:
    client = as_user(cast.officer)
    firm, startup = (page_for(round_, each) for each in (cast.company, cast.startup))
    counted = client.post(firm, {"slot": [MORNING], "do": "count"})
    assert "1 time chosen" in words(counted)
    assert client.get(firm).context["unsaved"]
    assert not client.get(startup).context["unsaved"]
    day = client.post(firm, {"do": "all:2031-06-04", "zone": "Asia/Kolkata"})
    assert day.url.startswith(f"{firm}?zone=Asia%2FKolkata")
    assert client.get(firm).context["chosen"]["count"] > 1
    nothing = client.post(firm, {"consent": CONSENT})
    assert (list(nothing.context["form"].errors), Availability.objects.exists()) == (["__all__"], False)


@pytest.mark.django_db
def test_nobody_else_and_nothing_published_is_entered(cast: Cast, as_user: SignIn, round_: Round) -> None:
    client, sent = as_user(cast.officer), {"slot": [MORNING], "consent": CONSENT}
    assert client.post(page_for(round_, cast.other_company), sent).status_code == 404
    page = page_for(round_, cast.company)
    for reader in (cast.company_owner, cast.expert):
        assert as_user(reader).post(page, sent).status_code == 404
    stories.published(round_, cast.officer)
    assert client.post(page, sent).status_code == 409
    assert Meeting.objects.filter(round=round_).exists()
    assert not Availability.objects.exists()
    assert page not in links(client.get(path("answers", pk=round_.pk)))


@pytest.mark.django_db
def test_the_page_takes_as_many_queries_for_more_sides(cast: Cast, as_user: SignIn, round_: Round) -> None:
    client, address = as_user(cast.officer), path("answers", pk=round_.pk)
    window = [Interval(stories.at(1, day=3), stories.at(2, day=3))]
    actions.give_availability(round_, cast.company.organisation, window, by=cast.company_owner)
    few = queries(client, address)
    more = stories.pairs(3, cast.officer)
    actions.collect(round_, more, by=cast.officer)
    for each in more:
        actions.give_availability(round_, each.company, window, by=cast.officer, consent=CONSENT)
    assert queries(client, address) == few
