"""Asking for a meeting, answering, taking back: rules, races and who is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from accounts.enums import OrganisationStatus
from accounts.models import Organisation
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event, subject
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import MatchStatus, Side
from meetings import actions, rules
from meetings.enums import OPEN_REQUEST, DeclineReason, RequestStatus
from meetings.models import Closure, MeetingRequest, OrganisationHours, Placement
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.told import fact

THURSDAY = datetime(2026, 11, 19, 3, tzinfo=UTC)


def told(event: Event) -> dict[str, str]:
    """Who got a notice of the event, and its headline."""
    return {each.recipient.email: subject(each) for each in Notice.objects.filter(event=event).order_by("pk")}


@pytest.mark.django_db
def test_a_firm_asks_and_the_startup_is_told_until_when_to_answer(cast: Cast) -> None:
    match = stories.match_of(cast.company, cast.startup)
    request = stories.asked(match, cast.company_owner, now=THURSDAY)
    match.refresh_from_db()
    assert (match.status, request.status, request.asked_side) == (
        MatchStatus.INTERESTED,
        RequestStatus.REQUESTED,
        Side.COMPANY,
    )
    # Five working days after Thursday 19 November is Thursday the 26th, 18:00 in Singapore.
    assert request.reply_by == datetime(2026, 11, 26, 10, tzinfo=UTC)
    assert set(told(Event.MEETING_REQUESTED)) == {cast.startup_owner.email, cast.startup_member.email}
    notice = Notice.objects.filter(event=Event.MEETING_REQUESTED).first()
    assert fact(notice, "reply_by") == "Thu 26 November 2026, 18:00 (Singapore time)"


@pytest.mark.django_db
def test_the_deadline_knows_the_startups_own_week_and_closures(cast: Cast) -> None:
    organisation = cast.startup.organisation
    OrganisationHours.objects.create(
        organisation=organisation, week={"0": ["09:00", "12:00"], "1": ["09:00", "12:00"]}
    )
    Closure.objects.create(
        country="SG", first_day="2026-11-23", last_day="2026-11-23", name_en="Moving", name_ja="移転"
    )
    request = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner, now=THURSDAY)
    # Tue 24, Mon 30, Tue 1, Mon 7, Tue 8 December; noon in Singapore.
    assert request.reply_by == datetime(2026, 12, 8, 4, tzinfo=UTC)


@pytest.mark.django_db
def test_staff_ask_on_behalf_of_a_firm_with_its_consent_on_record(cast: Cast) -> None:
    match = stories.match_of(cast.company, cast.startup)
    request = stories.asked(match, cast.officer, consent="Mr Tanaka, by telephone")
    row = AuditEvent.objects.get(action="meetingrequest.requested")
    assert (request.asked_side, row.actor_label, row.detail["consent"]) == (
        Side.STAFF,
        "officer",
        "Mr Tanaka, by telephone",
    )


@pytest.mark.django_db
@pytest.mark.parametrize("status", [MatchStatus.PROPOSED])
def test_nobody_asks_from_a_match_that_is_not_disclosed(cast: Cast, status: str) -> None:
    with pytest.raises(TransitionNotAllowed):
        stories.asked(stories.match_of(cast.company, cast.startup, status), cast.company_owner)
    assert (MeetingRequest.objects.count(), Notice.objects.count()) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("side", ["company", "startup"])
def test_nobody_asks_while_a_side_is_suspended(cast: Cast, side: str) -> None:
    match = stories.match_of(cast.company, cast.startup)
    organisation: Organisation = getattr(cast, side).organisation
    organisation.status = OrganisationStatus.SUSPENDED
    organisation.save()
    with pytest.raises(TransitionNotAllowed):
        stories.asked(match, cast.company_owner)


@pytest.mark.django_db
@pytest.mark.parametrize("status", RequestStatus.values)
def test_a_firm_asks_again_unless_a_request_is_open_or_was_declined(cast: Cast, status: str) -> None:
    match = stories.match_of(cast.company, cast.startup)
    request = stories.asked(match, cast.company_owner)
    MeetingRequest.objects.filter(pk=request.pk).update(status=status, decline_reason=DeclineReason.OTHER)
    assert rules.may_request(match, match.requests.all()) is (
        status not in (*OPEN_REQUEST, RequestStatus.DECLINED)
    )


@pytest.mark.django_db
def test_a_hidden_name_stays_hidden_until_the_startup_accepts(cast: Cast) -> None:
    cast.company.name_disclosed = False
    cast.company.save()
    request = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    assert (
        told(Event.MEETING_REQUESTED)[cast.startup_owner.email]
        == "Foods firm in Niigata would like to meet you"
    )
    assert rules.company_name(cast.startup_owner, request, "en") == "Foods firm in Niigata"
    assert rules.company_name(cast.officer, request, "en") == cast.company.organisation.name_en
    actions.accept(request, by=cast.startup_owner)
    assert rules.company_name(cast.startup_owner, request, "en") == cast.company.organisation.name_en


@pytest.mark.django_db
@pytest.mark.parametrize("status", RequestStatus.values)
def test_a_refused_or_lapsed_request_does_not_give_the_name_away(cast: Cast, status: str) -> None:
    cast.company.name_disclosed = False
    request = MeetingRequest(match=stories.match_of(cast.company, cast.startup), status=status)
    assert rules.knows_company(cast.startup_owner, request) is request.is_agreed
    assert rules.knows_company(cast.company_owner, request) is True


@pytest.mark.django_db
def test_each_reader_is_told_in_their_own_language(cast: Cast) -> None:
    reader = stories.member_of(cast.company, language="ja", email="ja@people.example")
    request = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    actions.accept(request, by=cast.startup_owner)
    notices = {each.recipient: each for each in Notice.objects.filter(event=Event.REQUEST_ACCEPTED)}
    assert fact(notices[reader], "company") == cast.company.organisation.name
    assert fact(notices[cast.officer], "company") == cast.company.organisation.name_en


@pytest.mark.django_db
def test_accepting_tells_the_firm_and_the_office(cast: Cast) -> None:
    request = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    actions.accept(request, by=cast.startup_member, now=THURSDAY)
    assert (request.status, request.answered_by, request.answered_at) == (
        RequestStatus.ACCEPTED,
        cast.startup_member,
        THURSDAY,
    )
    office = {cast.officer.email, cast.administrator.email}
    assert set(told(Event.REQUEST_ACCEPTED)) == {cast.company_owner.email, cast.company_member.email} | office


@pytest.mark.django_db
def test_declining_gives_the_reason_to_the_firm(cast: Cast) -> None:
    request = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    actions.decline(
        request, reason=DeclineReason.TERMS, text="We sell, we do not license.", by=cast.startup_owner
    )
    notice = Notice.objects.get(event=Event.REQUEST_DECLINED, recipient=cast.company_owner)
    assert (request.status, request.decline_reason, fact(notice, "reason")) == (
        RequestStatus.DECLINED,
        DeclineReason.TERMS,
        "We sell, we do not license.",
    )


@pytest.mark.django_db
def test_a_decline_without_words_is_told_by_its_reason(cast: Cast) -> None:
    request = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    actions.decline(request, reason=DeclineReason.NO_CAPACITY, by=cast.startup_owner)
    notice = Notice.objects.get(event=Event.REQUEST_DECLINED, recipient=cast.company_owner)
    assert fact(notice, "reason") == "No time in the coming months"


@pytest.mark.django_db
@pytest.mark.parametrize("status", [each for each in RequestStatus.values if each != RequestStatus.REQUESTED])
def test_only_a_waiting_request_is_answered(cast: Cast, status: str) -> None:
    request = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    MeetingRequest.objects.filter(pk=request.pk).update(status=status, decline_reason=DeclineReason.OTHER)
    request.refresh_from_db()
    for answer in (
        lambda: actions.accept(request, by=cast.startup_owner),
        lambda: actions.decline(request, reason=DeclineReason.TERMS, by=cast.startup_owner),
    ):
        with pytest.raises(TransitionNotAllowed):
            answer()
    assert (MeetingRequest.objects.get().status, rules.may_answer(request)) == (status, False)


@pytest.mark.django_db
def test_withdrawing_takes_the_request_out_of_its_round_and_draft(cast: Cast) -> None:
    requests = stories.pairs(2, cast.officer)
    round_ = stories.a_round(cast.officer, requests)
    stories.placed(round_, cast.officer)
    leaving = MeetingRequest.objects.get(pk=requests[0].pk)
    actions.withdraw(leaving, by=cast.officer)
    leaving.refresh_from_db()
    assert (leaving.status, leaving.round) == (RequestStatus.WITHDRAWN, None)
    assert [each.request_id for each in Placement.objects.all()] == [requests[1].pk]


@pytest.mark.django_db
def test_overdue_requests_lapse_and_both_sides_and_the_office_hear_of_it(cast: Cast) -> None:
    request = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner, now=THURSDAY)
    other = stories.asked(
        stories.match_of(cast.other_company, cast.other_startup),
        cast.other_company_owner,
        now=THURSDAY + timedelta(days=4),
    )
    before, after = request.reply_by, request.reply_by + timedelta(minutes=1)
    assert (actions.lapse_overdue(now=before), actions.lapse_overdue(now=after)) == (0, 1)
    assert actions.lapse_overdue(now=after) == 0
    request.refresh_from_db()
    other.refresh_from_db()
    assert (request.status, other.status) == (RequestStatus.LAPSED, RequestStatus.REQUESTED)
    assert set(told(Event.REQUEST_LAPSED)) == {
        cast.company_owner.email,
        cast.company_member.email,
        cast.startup_owner.email,
        cast.startup_member.email,
        cast.officer.email,
        cast.administrator.email,
    }


def race(*deeds: Callable[[], None]) -> list[str]:
    """Do them at the same moment, each on a connection of its own; who was refused, in order."""
    barrier, outcome = Barrier(len(deeds)), ["done"] * len(deeds)

    def run(number: int, deed: Callable[[], None]) -> None:
        try:
            barrier.wait(5)
            deed()
        except Exception as error:
            outcome[number] = type(error).__name__
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number, deed)) for number, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return outcome


@pytest.mark.django_db(transaction=True)
def test_of_accepting_and_declining_at_once_one_wins(cast: Cast) -> None:
    request = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    mine, theirs = (MeetingRequest.objects.with_parties().get(pk=request.pk) for _ in range(2))
    outcome = race(
        lambda: actions.accept(mine, by=cast.startup_owner),
        lambda: actions.decline(theirs, reason=DeclineReason.OTHER, text="No", by=cast.startup_member),
    )
    assert sorted(outcome) == ["TransitionNotAllowed", "done"]
    request.refresh_from_db()
    accepted = outcome[0] == "done"
    assert request.status == (RequestStatus.ACCEPTED if accepted else RequestStatus.DECLINED)
    events = set(Notice.objects.exclude(event=Event.MEETING_REQUESTED).values_list("event", flat=True))
    assert events == {Event.REQUEST_ACCEPTED if accepted else Event.REQUEST_DECLINED}


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_for_one_match_at_once_one_is_made(cast: Cast) -> None:
    match = stories.match_of(cast.company, cast.startup)
    copies = [type(match).objects.with_parties().get(pk=match.pk) for _ in range(2)]
    users = [cast.company_owner, cast.company_member]
    outcome = race(
        *(lambda m=m, by=by: stories.asked(m, by) for m, by in zip(copies, users, strict=True))  # type: ignore[misc]
    )
    assert (sorted(outcome), MeetingRequest.objects.count()) == (["TransitionNotAllowed", "done"], 1)


@pytest.mark.django_db
def test_what_each_person_sees(cast: Cast) -> None:
    request = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    stranger = factories.UserFactory()
    visible = {
        user.name: list(MeetingRequest.objects.visible_to(user))
        for user in [
            cast.company_owner,
            cast.company_member,
            cast.startup_owner,
            cast.officer,
            cast.administrator,
            cast.other_company_owner,
            cast.other_startup_owner,
            cast.expert,
            stranger,
        ]
    }
    sees = {name for name, rows in visible.items() if rows == [request]}
    assert sees == {"company-owner", "company-member", "startup-owner", "officer", "administrator"}
    assert all(rows == [] for name, rows in visible.items() if name not in sees)


@pytest.mark.django_db
def test_history_keeps_what_a_request_was(cast: Cast) -> None:
    request = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    actions.accept(request, by=cast.startup_owner, now=timezone.now())
    assert list(request.events.order_by("pgh_id").values_list("status", flat=True)) == [
        "requested",
        "accepted",
    ]
