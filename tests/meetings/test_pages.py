"""What the pages say and do, for each side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from matchmaking.matches.enums import MatchStatus
from meetings import actions
from meetings.enums import AvailabilityKind, DeclineReason, RequestStatus, RoundStatus
from meetings.models import (
    Availability,
    Closure,
    Interpreter,
    MeetingRequest,
    OrganisationHours,
    Round,
    Timetable,
)
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.people import line

SignIn = Callable[[User], Client]
FORM = {
    **line(),
    "purpose": "See the camera at work",
    "minutes": "45",
    "language": "en",
    "interpreter_wanted": "on",
}


def url(name: str, **kwargs: Any) -> str:
    return reverse(f"meetings:{name}", kwargs=kwargs)


def text(response: Any) -> str:
    """The page's words without its markup's white space."""
    return " ".join(response.content.decode().split())


@pytest.fixture
def request_(cast: Cast) -> MeetingRequest:
    return stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)


@pytest.fixture
def draft(cast: Cast) -> Timetable:
    """A round of two meetings and one that found no place, looked over by staff."""
    requests = stories.pairs(2, cast.officer) + stories.pairs(1, cast.officer, interpreter_wanted=True)
    return stories.placed(stories.a_round(cast.officer, requests), cast.officer)


@pytest.mark.django_db
def test_a_firm_checks_before_anything_is_sent(cast: Cast, as_user: SignIn) -> None:
    match = stories.match_of(cast.company, cast.startup)
    client = as_user(cast.company_member)
    assert client.get(url("request", match_pk=match.pk)).status_code == 200
    checked = client.post(url("request_check", match_pk=match.pk), FORM)
    assert [
        part in text(checked)
        for part in ("Nothing has been sent yet", FORM["purpose"], cast.startup.organisation.name)
    ] == [True] * 3
    assert MeetingRequest.objects.count() == 0
    again = client.post(url("request", match_pk=match.pk), FORM)
    assert FORM["purpose"] in text(again)
    sent = client.post(url("request_send", match_pk=match.pk), FORM, follow=True)
    made = MeetingRequest.objects.get()
    assert (made.purpose, made.minutes, made.interpreter_wanted) == (FORM["purpose"], 45, True)
    assert "Your request has been sent" in text(sent)


@pytest.mark.django_db
def test_a_request_without_a_purpose_is_sent_back_with_the_error_at_the_field(
    cast: Cast, as_user: SignIn
) -> None:
    match = stories.match_of(cast.company, cast.startup)
    for step in ("request_check", "request_send"):
        response = as_user(cast.company_owner).post(url(step, match_pk=match.pk), {**FORM, "purpose": ""})
        assert 'href="#id_purpose"' in text(response)
    assert MeetingRequest.objects.count() == 0


@pytest.mark.django_db
def test_staff_ask_for_a_firm_only_with_its_consent(cast: Cast, as_user: SignIn) -> None:
    match = stories.match_of(cast.company, cast.startup)
    client = as_user(cast.officer)
    without = client.post(url("request_for_firm_send", match_pk=match.pk), FORM)
    assert ('href="#id_consent"' in text(without), MeetingRequest.objects.count()) == (True, 0)
    client.post(url("request_for_firm_send", match_pk=match.pk), {**FORM, "consent": "By telephone"})
    made = MeetingRequest.objects.get()
    page = text(client.get(url("detail", pk=made.pk)))
    assert (made.consent, "By telephone" in page) == ("By telephone", True)
    assert "By telephone" not in text(as_user(cast.startup_owner).get(url("detail", pk=made.pk)))


@pytest.mark.django_db
def test_an_old_page_cannot_ask_twice(cast: Cast, as_user: SignIn, request_: MeetingRequest) -> None:
    response = as_user(cast.company_owner).post(url("request_send", match_pk=request_.match_id), FORM)
    assert (response.status_code, MeetingRequest.objects.count()) == (409, 1)


@pytest.mark.django_db
def test_the_startup_sees_who_asks_until_when_and_accepts(
    cast: Cast, as_user: SignIn, request_: MeetingRequest
) -> None:
    client = as_user(cast.startup_member)
    page = text(client.get(url("answer", pk=request_.pk)))
    assert [cast.company.organisation.name_en in page, "Singapore time" in page] == [True, True]
    assert "Nothing has been sent yet" in text(client.get(url("accept", pk=request_.pk)))
    assert MeetingRequest.objects.get().status == RequestStatus.REQUESTED
    client.post(url("accept", pk=request_.pk))
    assert MeetingRequest.objects.get().status == RequestStatus.ACCEPTED
    assert client.post(url("accept", pk=request_.pk)).status_code == 409
    assert client.get(url("answer", pk=request_.pk)).url == url("detail", pk=request_.pk)


@pytest.mark.django_db
def test_a_hidden_name_stands_on_no_page_before_the_startup_accepts(
    cast: Cast, as_user: SignIn, request_: MeetingRequest
) -> None:
    cast.company.name_disclosed = False
    cast.company.business = "The secret business"
    cast.company.save()
    organisation = cast.company.organisation
    client = as_user(cast.startup_owner)
    for page in ("answer", "accept", "decline", "detail"):
        shown = text(client.get(url(page, pk=request_.pk)))
        leaks = [
            word for word in (organisation.name, organisation.name_en, "secret business") if word in shown
        ]
        assert (page, leaks) == (page, [])
    assert organisation.name_en not in text(client.get(url("list")))
    actions.accept(request_, by=cast.startup_owner)
    assert organisation.name_en in text(client.get(url("detail", pk=request_.pk)))


@pytest.mark.django_db
def test_declining_asks_for_a_reason(cast: Cast, as_user: SignIn, request_: MeetingRequest) -> None:
    client = as_user(cast.startup_owner)
    target = url("decline", pk=request_.pk)
    assert 'href="#id_reason_0"' in text(client.post(target, {}))
    assert 'href="#id_text"' in text(client.post(target, {"reason": DeclineReason.OTHER}))
    client.post(target, {"reason": DeclineReason.TERMS, "text": "Too small for us"})
    assert MeetingRequest.objects.get().status == RequestStatus.DECLINED
    assert "Too small for us" in text(as_user(cast.company_owner).get(url("detail", pk=request_.pk)))


@pytest.mark.django_db
def test_a_firm_withdraws_after_a_check(cast: Cast, as_user: SignIn, request_: MeetingRequest) -> None:
    client = as_user(cast.company_owner)
    assert "Withdraw the meeting request?" in text(client.get(url("withdraw", pk=request_.pk)))
    assert MeetingRequest.objects.get().status == RequestStatus.REQUESTED
    client.post(url("withdraw", pk=request_.pk))
    assert MeetingRequest.objects.get().status == RequestStatus.WITHDRAWN
    assert client.post(url("withdraw", pk=request_.pk)).status_code == 409


@pytest.mark.django_db
def test_meetings_stand_with_both_clocks(cast: Cast, as_user: SignIn) -> None:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    (meeting,) = stories.published(stories.a_round(cast.officer, [request]), cast.officer)
    japan, singapore = ((meeting.starts_at + timedelta(hours=hours)).strftime("%H:%M") for hours in (9, 8))
    clocks = {"startup-owner": (f"{singapore}–", f"Theirs: Tokyo {japan}")}
    clocks["company-owner"] = (f"{japan}–", f"Theirs: Singapore {singapore}")
    for reader in (cast.startup_owner, cast.company_owner):
        for page in (url("list"), url("detail", pk=request.pk)):
            shown = text(as_user(reader).get(page))
            assert (page, [clock in shown for clock in clocks[reader.name]]) == (page, [True, True])


@pytest.mark.django_db
def test_the_empty_list_says_what_to_do(cast: Cast, as_user: SignIn) -> None:
    assert "Choose a startup to meet" in text(as_user(cast.company_owner).get(url("list")))
    assert "We will mail you when a firm would like to meet." in text(
        as_user(cast.startup_owner).get(url("list"))
    )


PAGES_OF_A_REQUEST = ["detail", "request_sent", "withdraw", "answer", "accept", "decline"]


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES_OF_A_REQUEST)
def test_outsiders_and_the_wrong_side_find_no_such_page(
    cast: Cast, as_user: SignIn, request_: MeetingRequest, page: str
) -> None:
    outsiders = [cast.other_company_owner, cast.other_startup_owner, cast.expert]
    answers = {user.name: as_user(user).get(url(page, pk=request_.pk)).status_code for user in outsiders}
    assert answers == {user.name: 404 for user in outsiders}
    sides = {"company": cast.company_owner, "startup": cast.startup_owner}
    may = {side: as_user(user).get(url(page, pk=request_.pk)).status_code for side, user in sides.items()}
    own = {"detail": (200, 200), "request_sent": (200, 404), "withdraw": (200, 404)}.get(page, (404, 200))
    assert (may["company"], may["startup"]) == own


@pytest.mark.django_db
def test_matches_of_others_cannot_be_asked_from(cast: Cast, as_user: SignIn) -> None:
    match = stories.match_of(cast.company, cast.startup)
    hidden = stories.match_of(cast.company, cast.other_startup, MatchStatus.PROPOSED)
    for user, pk in (
        (cast.other_company_owner, match.pk),
        (cast.startup_owner, match.pk),
        (cast.company_owner, hidden.pk),
    ):
        assert as_user(user).post(url("request_send", match_pk=pk), FORM).status_code == 404
    assert MeetingRequest.objects.count() == 0


@pytest.fixture
def offered(cast: Cast) -> Round:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    return stories.a_round(cast.officer, [request])


@pytest.mark.django_db
def test_without_an_answer_the_usual_hours_are_ticked(cast: Cast, as_user: SignIn, offered: Round) -> None:
    OrganisationHours.objects.create(organisation=cast.startup.organisation, week={"0": ["09:00", "18:00"]})
    response = as_user(cast.startup_owner).get(url("availability", pk=offered.pk))
    ticked = {cell.slot.day for row in response.context["rows"] for cell in row.cells if cell.checked}
    assert ("your usual working hours count" in text(response), ticked) == (True, {stories.MONDAY})
    # 09:30 in Japan is 08:30 in Singapore
    first = response.context["rows"][0]
    assert (first.clock, first.theirs) == ("08:30", "Tokyo 09:30")


@pytest.mark.django_db
def test_chosen_times_are_saved_and_shown_again(cast: Cast, as_user: SignIn, offered: Round) -> None:
    client = as_user(cast.startup_owner)
    target = url("availability", pk=offered.pk)
    client.post(target, {"slot": ["20310602T0400", "20310602T0500", "20310604T0030", "nonsense"]})
    windows = [(w.starts_at, w.ends_at) for w in Availability.objects.get().windows.all()]
    assert windows == [(stories.at(4), stories.at(6)), (stories.at(0, 30, day=4), stories.at(1, 30, day=4))]
    again = client.get(target)
    ticked = [cell.slot.value for row in again.context["rows"] for cell in row.cells if cell.checked]
    assert sorted(ticked) == ["20310602T0400", "20310602T0500", "20310604T0030"]
    assert "Overlap with 1 of your 1 accepted firm" in text(again)


@pytest.mark.django_db
def test_a_day_tab_shows_that_day_and_saves_nothing_yet(cast: Cast, as_user: SignIn, offered: Round) -> None:
    target = url("availability", pk=offered.pk)
    values = {"slot": ["20310602T0400"], "do": "day:2031-06-04"}
    response = as_user(cast.startup_owner).post(target, values)
    assert (response.url, Availability.objects.count()) == (f"{target}?day=2031-06-04", 0)


@pytest.mark.django_db
def test_no_tick_saves_nothing_and_no_time_is_said_on_purpose(
    cast: Cast, as_user: SignIn, offered: Round
) -> None:
    client = as_user(cast.company_owner)
    assert "Choose at least one time" in text(
        client.post(url("availability", pk=offered.pk), {}, follow=True)
    )
    assert Availability.objects.count() == 0
    assert "None of these times suits you?" in text(client.get(url("availability_none", pk=offered.pk)))
    client.post(url("availability_none", pk=offered.pk), {"way": "dates", "wish": "In July"})
    assert Availability.objects.get().kind == AvailabilityKind.NONE
    client.post(url("availability_usual", pk=offered.pk))
    assert Availability.objects.get().kind == AvailabilityKind.USUAL


@pytest.mark.django_db
def test_only_participants_choose_times_and_only_before_publishing(
    cast: Cast, as_user: SignIn, offered: Round
) -> None:
    target = url("availability", pk=offered.pk)
    others = (cast.other_company_owner, cast.other_startup_owner, cast.officer, cast.expert)
    assert [as_user(user).get(target).status_code for user in others] == [404] * 4
    Round.objects.update(status=RoundStatus.PUBLISHED)
    assert as_user(cast.company_owner).get(target).status_code == 409


@pytest.mark.django_db
def test_interpreters_and_closing_days_are_entered(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.officer)
    client.post(
        url("interpreter_new"),
        {
            "name": "Ohno",
            "languages": ["en", "vi"],
            "daily_limit": 5,
            "mail_language": "ja",
            "is_active": "on",
        },
    )
    assert Interpreter.objects.get().languages == ["en", "vi"]
    assert "English / Vietnamese" in text(client.get(url("interpreters")))
    days = {"first_day": "2031-08-12", "last_day": "2031-08-16"}
    client.post(url("closure_new"), {"country": "JP", "name_ja": "お盆", "name_en": "Obon", **days})
    assert (Closure.objects.get().name_en, "Obon" in text(client.get(url("closures")))) == ("Obon", True)
    backwards = {**days, "last_day": "2031-08-01"}
    response = client.post(
        url("closure_new"), {"country": "JP", "name_ja": "お盆", "name_en": "Obon", **backwards}
    )
    assert 'href="#id_last_day"' in text(response)


@pytest.mark.django_db
def test_staff_narrow_the_requests_by_status_and_name(
    cast: Cast, as_user: SignIn, request_: MeetingRequest
) -> None:
    client = as_user(cast.officer)
    found = {
        query: len(client.get(url("requests") + query).context["rows"])
        for query in ("", "?status=requested", "?status=held", "?q=Checkoutless", "?q=nobody")
    }
    assert found == {"": 1, "?status=requested": 1, "?status=held": 0, "?q=Checkoutless": 1, "?q=nobody": 0}


STAFF_PAGES = [
    "rounds",
    "round_new",
    "interpreters",
    "interpreter_new",
    "closures",
    "closure_new",
    "requests",
]


@pytest.mark.django_db
@pytest.mark.parametrize("page", STAFF_PAGES)
def test_the_programme_offices_pages_are_its_own(cast: Cast, as_user: SignIn, page: str) -> None:
    answers = [
        as_user(user).get(url(page)).status_code
        for user in (cast.officer, cast.administrator, cast.company_owner, cast.startup_owner, cast.expert)
    ]
    assert answers == [200, 200, 404, 404, 404]


@pytest.mark.django_db
def test_members_cannot_touch_a_board(cast: Cast, as_user: SignIn, draft: Timetable) -> None:
    row = draft.placements.first()
    client = as_user(cast.company_owner)
    got = [
        client.get(url(page, pk=draft.round_id)).status_code
        for page in ("round", "round_edit", "progress", "publish")
    ]
    posted = [
        client.post(url(page, pk=draft.round_id)).status_code for page in ("collect", "place", "publish")
    ]
    moved = [
        client.post(url(page, pk=row.pk)).status_code for page in ("move", "lock", "unlock", "ask_times")
    ]
    assert (set(got), set(posted), set(moved)) == ({404}, {404}, {404})


@pytest.mark.django_db
def test_pages_speak_japanese(
    cast: Cast, as_user: SignIn, draft: Timetable, request_: MeetingRequest
) -> None:
    pages = {
        "/ja/meetings/": cast.company_owner,
        f"/ja/meetings/{request_.pk}/answer/": cast.startup_owner,
        f"/ja/staff/rounds/{draft.round_id}/": cast.officer,
    }
    shown = {page: as_user(user).get(page) for page, user in pages.items()}
    assert {page: response.status_code for page, response in shown.items()} == dict.fromkeys(pages, 200)
    assert cast.company.organisation.name in text(shown[f"/ja/meetings/{request_.pk}/answer/"])
