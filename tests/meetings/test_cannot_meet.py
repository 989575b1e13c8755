"""None of the times suits: other dates, a colleague, or no meeting; each does something, and the office is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions
from meetings.enums import AvailabilityKind, RequestStatus, RoundStatus
from meetings.models import Availability, MeetingRequest, Placement, Round
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, answers, links, only, path, said, told, words
from tests.told import read

pytestmark = pytest.mark.django_db
STAFF = ["administrator", "officer"]
WISH = "Any afternoon from 14 July"
REASON = "Our plans have changed."


@pytest.fixture
def offered(cast: Cast) -> Round:
    """The cast's firm and startup, and the firm with another startup."""
    requests = [
        stories.agreed(stories.match_of(cast.company, each), cast.company_owner)
        for each in (cast.startup, cast.other_startup)
    ]
    return stories.a_round(cast.officer, requests)


def send(as_user: SignIn, user: Any, round_: Round, language: str = "en", **values: Any) -> Any:
    return as_user(user).post(path("availability_none", language=language, pk=round_.pk), values, follow=True)


def test_both_sides_have_the_page_and_nobody_else(cast: Cast, as_user: SignIn, offered: Round) -> None:
    may = only("company_owner", "company_member", "startup_owner", "startup_member", "other_startup_owner")
    assert answers(cast, as_user, path("availability_none", pk=offered.pk)) == may


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_dates_close_the_round_for_one_side_and_the_office_reads_them(
    cast: Cast, as_user: SignIn, offered: Round, language: str
) -> None:
    actions.give_availability(offered, cast.startup.organisation, [], by=cast.startup_owner)
    page = send(as_user, cast.startup_owner, offered, language, way="dates", wish=WISH)
    noted = "Noted: no meeting will be placed for you in this round. The programme office has your dates."
    assert said(noted, language) in words(page)
    answer = Availability.objects.get()
    assert (answer.kind, answer.wish, answer.windows.count()) == (AvailabilityKind.NONE, WISH, 0)
    assert told(Event.ROUND_REFUSED) == {Event.ROUND_REFUSED: STAFF}
    notice = Notice.objects.filter(event=Event.ROUND_REFUSED).first()
    assert notice is not None
    assert (WISH in read(notice), notice.link_name) == (True, "meetings:round")
    for_staff = as_user(cast.officer).get(path("round", language=language, pk=offered.pk))
    assert [each["wish"] for each in for_staff.context["absent"]] == [WISH]
    assert (said("Cannot meet in this round", language) in words(for_staff), WISH in words(for_staff)) == (
        True,
        True,
    )
    again = as_user(cast.startup_owner).get(path("availability", language=language, pk=offered.pk))
    assert WISH in words(again)
    assert MeetingRequest.objects.placeable_in(offered).count() == 2  # they wait; staff decide where
    actions.reset_availability(offered, cast.startup.organisation, by=cast.startup_owner)
    assert Availability.objects.get().wish == ""


def test_a_colleague_is_asked_and_the_office_told(cast: Cast, as_user: SignIn, offered: Round) -> None:
    page = send(as_user, cast.company_owner, offered, way="colleague", colleague=cast.company_member.pk)
    assert f"{cast.company_member.name} has been asked to choose the times." in words(page)
    assert told(Event.TIMES_PASSED_ON) == {Event.TIMES_PASSED_ON: sorted([*STAFF, cast.company_member.name])}
    notices = Notice.objects.filter(event=Event.TIMES_PASSED_ON)
    links_ = {each.recipient.name: each.link_name for each in notices}
    assert links_ == {
        **dict.fromkeys(STAFF, "meetings:round"), cast.company_member.name: "meetings:availability",
    }  # fmt: skip
    assert all(cast.company_owner.name in read(each) and "26 May 2031" in read(each) for each in notices)
    assert AuditEvent.objects.filter(action="availability.passed_on").count() == 1
    assert Availability.objects.count() == 0  # nothing that was said is lost
    assert as_user(cast.company_member).get(path("availability", pk=offered.pk)).status_code == 200


def test_who_presses_the_button_again_and_again_is_heard_of_once_a_day(
    cast: Cast, as_user: SignIn, offered: Round
) -> None:
    """The office reads the latest wish on the round's page; its mailbox is not for whoever likes to click."""
    monday = stories.at(3, day=1)
    third = stories.member_of(cast.company, name="company-third")
    heard: list[list[int]] = []
    for hours in (0, 1, 23, 24.5):
        with time_machine.travel(monday + timedelta(hours=hours), tick=False):
            for wish in (WISH, f"{WISH} or 21 July"):
                send(as_user, cast.startup_owner, offered, way="dates", wish=wish)
            for _twice in range(2):
                send(as_user, cast.company_owner, offered, way="colleague", colleague=cast.company_member.pk)
        heard.append([Notice.objects.filter(event=each).count()
                      for each in (Event.ROUND_REFUSED, Event.TIMES_PASSED_ON)])  # fmt: skip
    assert heard == [[2, 3], [2, 3], [2, 3], [4, 6]]
    assert Availability.objects.get().wish == f"{WISH} or 21 July"
    assert AuditEvent.objects.filter(action="availability.passed_on").count() == 8
    with time_machine.travel(monday + timedelta(hours=25), tick=False):
        send(as_user, cast.company_owner, offered, way="colleague", colleague=third.pk)
        send(as_user, cast.company_owner, offered, way="dates", wish=WISH)
    assert told(Event.TIMES_PASSED_ON)[Event.TIMES_PASSED_ON].count("company-third") == 1
    assert [Notice.objects.filter(event=each).count()
            for each in (Event.ROUND_REFUSED, Event.TIMES_PASSED_ON)] == [6, 7]  # fmt: skip


def test_of_another_round_it_is_told_as_well(cast: Cast, offered: Round) -> None:
    other = stories.a_round(cast.officer)
    for round_ in (offered, other, offered):
        actions.refuse_round(round_, cast.startup.organisation, wish=WISH, by=cast.startup_owner)
    assert Notice.objects.filter(event=Event.ROUND_REFUSED).count() == 4


def test_only_somebody_of_the_same_organisation_can_be_asked(
    cast: Cast, as_user: SignIn, offered: Round
) -> None:
    former = stories.member_of(cast.company, is_active=False)
    for stranger in (cast.startup_owner.pk, cast.officer.pk, cast.company_owner.pk, former.pk, ""):
        page = send(as_user, cast.company_owner, offered, way="colleague", colleague=stranger)
        assert list(page.context["colleague"].errors) == ["colleague"], stranger
    assert not Notice.objects.filter(event=Event.TIMES_PASSED_ON).exists()


def test_whoever_is_alone_is_led_to_inviting_somebody(cast: Cast, as_user: SignIn, offered: Round) -> None:
    alone = cast.other_startup_owner
    for each in alone.organisation.memberships.exclude(user=alone):
        each.user.is_active = False
        each.user.save()
    page = as_user(alone).get(path("availability_none", pk=offered.pk))
    assert "Nobody else of your organisation has an account." in words(page)
    assert "/en/account/people/" in links(page)


@pytest.mark.parametrize("name", ["company_owner", "startup_owner"])
def test_a_meeting_is_given_up_with_a_reason_that_the_other_side_and_the_office_read(
    cast: Cast, as_user: SignIn, offered: Round, name: str
) -> None:
    request = MeetingRequest.objects.get(match__startup=cast.startup)
    other = MeetingRequest.objects.get(match__startup=cast.other_startup)
    stories.placed(offered, cast.officer)
    page = send(as_user, getattr(cast, name), offered, way="decline", requests=[request.pk], reason=REASON)
    assert "1 meeting will not take place." in words(page)
    request.refresh_from_db()
    other.refresh_from_db()
    assert (request.status, request.round, other.status) == (
        RequestStatus.WITHDRAWN, None, RequestStatus.ACCEPTED,
    )  # fmt: skip
    assert not Placement.objects.filter(request=request).exists()
    side = cast.startup if name == "company_owner" else cast.company
    found = Notice.objects.filter(event=Event.MEETING_GIVEN_UP).select_related("recipient")
    sides = {each.recipient.organisation for each in found}
    assert sides == {side.organisation, None}
    assert all(REASON in read(each) for each in found)
    assert sorted(each.recipient.name for each in found if each.recipient.organisation is None) == STAFF


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(
    cast: Cast, as_user: SignIn, offered: Round, language: str
) -> None:
    foreign = stories.agreed(stories.match_of(cast.other_company, cast.startup), cast.other_company_owner)
    own = MeetingRequest.objects.get(match__startup=cast.startup, round=offered)
    for values, form, fields in (
        ({"way": "dates", "wish": ""}, "dates", ["wish"]),
        ({"way": "dates", "wish": "x" * 301}, "dates", ["wish"]),
        ({"way": "decline", "reason": REASON}, "decline", ["requests"]),
        ({"way": "decline", "requests": [own.pk], "reason": " "}, "decline", ["reason"]),
        ({"way": "decline", "requests": [own.pk], "reason": "x" * 301}, "decline", ["reason"]),
        ({"way": "decline", "requests": [foreign.pk], "reason": REASON}, "decline", ["requests"]),
        ({"way": "decline", "requests": ["x"], "reason": REASON}, "decline", ["requests"]),
    ):
        page = send(as_user, cast.company_owner, offered, language, **values)
        assert list(page.context[form].errors) == fields, values
        typed = {name: page.context[form][name].value() for name in values if name != "way"}
        assert typed == {name: [str(one) for one in value] if isinstance(value, list) else value
                         for name, value in values.items() if name != "way"}  # fmt: skip
        assert sum(bool(page.context[name].errors) for name in ("dates", "colleague", "decline")) == 1
    for values in ({}, {"way": "up"}):
        assert send(as_user, cast.company_owner, offered, language, **values).status_code == 200
    assert Availability.objects.count() == 0
    assert set(MeetingRequest.objects.values_list("status", flat=True)) == {RequestStatus.ACCEPTED}


def test_once_a_round_is_placed_or_published_there_is_no_way_out_of_it_here(
    cast: Cast, as_user: SignIn, offered: Round
) -> None:
    request = MeetingRequest.objects.get(match__startup=cast.startup)
    Round.objects.update(status=RoundStatus.PUBLISHED)
    for values in ({"way": "dates", "wish": WISH}, {"way": "colleague", "colleague": cast.company_member.pk},
                   {"way": "decline", "requests": [request.pk], "reason": REASON}):  # fmt: skip
        assert send(as_user, cast.company_owner, offered, **values).status_code == 409
    for deed in (
        lambda: actions.refuse_round(offered, cast.startup.organisation, wish=WISH, by=cast.startup_owner),
        lambda: actions.pass_on(
            offered, cast.company.organisation, to=cast.company_member, by=cast.company_owner
        ),
    ):
        with pytest.raises(TransitionNotAllowed):
            deed()
    MeetingRequest.objects.filter(pk=request.pk).update(status=RequestStatus.SCHEDULED)
    request.refresh_from_db()
    with pytest.raises(TransitionNotAllowed):
        actions.give_up([request], reason=REASON, by=cast.startup_owner)
    assert not Notice.objects.filter(
        event__in=[Event.ROUND_REFUSED, Event.TIMES_PASSED_ON, Event.MEETING_GIVEN_UP]
    ).exists()


def test_only_who_has_no_time_names_other_dates(cast: Cast, offered: Round) -> None:
    answer = actions.reset_availability(offered, cast.startup.organisation, by=cast.startup_owner)
    with pytest.raises(IntegrityError, match="availability_wish_without_times"), transaction.atomic():
        Availability.objects.filter(pk=answer.pk).update(wish=WISH)
