"""Booked meetings looked at again: what a change of hours or days off makes of them, and what staff do about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Organisation, User
from matchmaking.core import jobs
from matchmaking.core.models import AuditEvent, Job, Notice
from matchmaking.core.notices import Event
from meetings import actions
from meetings.actions.rechecks import RECHECK
from meetings.enums import MisfitReason
from meetings.intervals import Interval
from meetings.models import Meeting, Misfit, OrganisationHours
from meetings.tasks import recheck_all
from tests import factories
from tests.conftest import Cast
from tests.meetings import pages, stories
from tests.meetings.test_bookings import booked
from tests.told import fact

NOW = stories.at(0, day=1)
DAY = date(2031, 6, 2)  # a Monday, on which the cast meets at 13:00 in Tokyo, noon in Singapore
MORNINGS = dict.fromkeys(range(5), (time(9), time(11)))


def unsettled() -> list[tuple[str, str]]:
    return [(str(each.organisation), each.reason) for each in Misfit.objects.to_settle(NOW).order_by("pk")]


def told(event: Event = Event.MEETINGS_UNFIT) -> list[str]:
    return pages.told(event).get(event, [])


# --- What calls for it -------------------------------------------------------------------------------------------


def _shorter_week(cast: Cast) -> None:
    actions.set_week(cast.startup.organisation, MORNINGS, by=cast.startup_owner)


def _days_off(cast: Cast, first_day: date = DAY, last_day: date = DAY) -> None:
    actions.add_days_off(
        cast.startup.organisation,
        first_day=first_day,
        last_day=last_day,
        name="Stocktaking",
        by=cast.startup_owner,
    )


def _closed_country(cast: Cast) -> None:
    actions.add_closure(
        country="SG", first_day=DAY, last_day=DAY, name_en="Long leave", name_ja="長期休業", by=cast.officer
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_shorter_week, MisfitReason.OUTSIDE),
        (_days_off, MisfitReason.CLOSURE),
        (_closed_country, MisfitReason.CLOSURE),
    ],
)
def test_a_change_after_booking_is_noted_and_the_office_told(
    cast: Cast, change: Callable[[Cast], None], reason: str
) -> None:
    booked(cast)
    change(cast)
    assert unsettled() == []  # a worker looks
    jobs.run_due()
    assert unsettled() == [(str(cast.startup.organisation), reason)]
    assert told() == ["administrator", "officer"]


@pytest.mark.django_db
def test_what_nobody_announces_is_found_by_the_daily_look(cast: Cast) -> None:
    booked(cast, hour=7)
    Organisation.objects.filter(pk=cast.startup.pk).update(time_zone="Pacific/Auckland")
    assert recheck_all() == 1
    assert unsettled() == [(str(cast.startup.organisation), MisfitReason.OUTSIDE)]


@pytest.mark.django_db
def test_a_change_that_leaves_the_meeting_within_the_hours_is_no_matter(cast: Cast) -> None:
    booked(cast)
    actions.set_week(cast.startup.organisation, {0: (time(12), time(13))}, by=cast.startup_owner)
    actions.add_days_off(
        cast.startup.organisation,
        first_day=date(2031, 6, 3),
        last_day=date(2031, 6, 9),
        name="Leave",
        by=cast.startup_owner,
    )
    actions.add_closure(
        country="VN", first_day=DAY, last_day=DAY, name_en="Tet", name_ja="テト", by=cast.officer
    )
    jobs.run_due()
    assert (unsettled(), told()) == ([], [])


@pytest.mark.django_db
def test_a_change_of_one_side_says_nothing_of_the_other(cast: Cast) -> None:
    """The firm's holiday was there before; only who changed something is looked at."""
    booked(cast)
    OrganisationHours.objects.create(organisation=cast.company.organisation, week={"1": ["09:00", "11:00"]})
    _shorter_week(cast)
    jobs.run_due()
    assert [who for who, _why in unsettled()] == [str(cast.startup.organisation)]


@pytest.mark.django_db
def test_both_sides_may_be_closed_at_once(cast: Cast) -> None:
    booked(cast)
    _shorter_week(cast)
    actions.set_week(cast.company.organisation, {4: (time(9), time(11))}, by=cast.company_owner)
    jobs.run_due()
    assert sorted(unsettled()) == sorted(
        [
            (str(cast.startup.organisation), MisfitReason.OUTSIDE),
            (str(cast.company.organisation), MisfitReason.WEEKEND),
        ]
    )


@pytest.mark.django_db
def test_what_a_side_ticked_for_the_round_itself_suits_it(cast: Cast) -> None:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    round_ = stories.a_round(cast.officer, [request])
    only = Interval(stories.at(5, day=4), stories.at(6, day=4))
    actions.give_availability(round_, cast.startup.organisation, [only], by=cast.startup_owner)
    assert stories.published(round_, cast.officer)
    _shorter_week(cast)
    jobs.run_due()
    assert unsettled() == []
    actions.add_days_off(
        cast.startup.organisation,
        first_day=date(2031, 6, 4),
        last_day=date(2031, 6, 4),
        name="Leave",
        by=cast.startup_owner,
    )
    jobs.run_due()
    assert unsettled() == [(str(cast.startup.organisation), MisfitReason.CLOSURE)]


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["past", "cancelled"])
def test_what_is_over_or_cancelled_is_not_looked_at(cast: Cast, state: str) -> None:
    meeting = booked(cast)
    if state == "cancelled":
        actions.cancel(meeting, reason="Ill", by=cast.officer)
    _shorter_week(cast)
    assert actions.recheck(now=meeting.starts_at if state == "past" else NOW) == 0
    assert not Misfit.objects.exists()


# --- How often it is told ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_is_known_is_not_told_again(cast: Cast) -> None:
    booked(cast)
    _shorter_week(cast)
    for _each in range(3):
        jobs.run_due()
        recheck_all()
    assert (len(unsettled()), told()) == (1, ["administrator", "officer"])


@pytest.mark.django_db
def test_each_change_is_looked_at_once(cast: Cast) -> None:
    booked(cast)
    _shorter_week(cast)
    _days_off(cast)
    assert Job.objects.filter(name=RECHECK).count() == 2
    jobs.run_due()
    assert unsettled() == [(str(cast.startup.organisation), MisfitReason.CLOSURE)]


@pytest.mark.django_db
def test_a_closing_day_of_a_country_without_organisations_calls_for_nothing(cast: Cast) -> None:
    actions.add_closure(
        country="VN", first_day=DAY, last_day=DAY, name_en="Tet", name_ja="テト", by=cast.officer
    )
    assert not Job.objects.filter(name=RECHECK).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "undo",
    [
        lambda cast: actions.reset_week(cast.startup.organisation, by=cast.startup_owner),
        lambda cast: actions.set_week(
            cast.startup.organisation, {0: (time(9), time(18))}, by=cast.startup_owner
        ),
        lambda cast: actions.reschedule(
            Meeting.objects.get(), stories.at(1, 30), reason="Their hours", by=cast.officer, now=NOW
        ),
        lambda cast: actions.cancel(Meeting.objects.get(), reason="Their hours", by=cast.officer),
    ],
    ids=["usual week again", "longer week", "moved", "cancelled"],
)
def test_what_suits_again_or_is_settled_leaves_the_list(cast: Cast, undo: Callable[[Cast], Any]) -> None:
    booked(cast)
    _shorter_week(cast)
    jobs.run_due()
    assert len(unsettled()) == 1
    undo(cast)
    jobs.run_due()
    assert unsettled() == []


@pytest.mark.django_db
def test_days_off_that_are_removed_suit_again(cast: Cast) -> None:
    booked(cast)
    _days_off(cast)
    jobs.run_due()
    actions.remove_days_off(cast.startup.organisation.closures.get(), by=cast.startup_owner)
    jobs.run_due()
    assert not Misfit.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_note_and_tell_once(cast: Cast) -> None:
    booked(cast)
    _shorter_week(cast)
    gate = Barrier(4)

    def work() -> None:
        gate.wait()
        try:
            actions.recheck(now=NOW)
        finally:
            connection.close()

    threads = [Thread(target=work) for _each in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (Misfit.objects.count(), told()) == (1, ["administrator", "officer"])


# --- What staff do -----------------------------------------------------------------------------------------------


@pytest.fixture
def misfit(cast: Cast) -> Misfit:
    booked(cast)
    _days_off(cast)
    jobs.run_due()
    return Misfit.objects.get()


@pytest.mark.django_db
def test_a_time_that_is_kept_stays_kept_until_something_else_changes(cast: Cast, misfit: Misfit) -> None:
    actions.keep_time(misfit, by=cast.officer)
    actions.keep_time(misfit, by=cast.officer)
    recheck_all()
    assert unsettled() == []
    assert AuditEvent.objects.filter(action="misfit.kept").count() == 1
    actions.add_days_off(
        cast.company.organisation, first_day=DAY, last_day=DAY, name="Leave", by=cast.company_owner
    )
    jobs.run_due()
    assert unsettled() == [(str(cast.company.organisation), MisfitReason.CLOSURE)]


@pytest.mark.django_db
def test_a_kept_time_that_then_lies_wrong_for_another_reason_comes_back(cast: Cast, misfit: Misfit) -> None:
    actions.keep_time(misfit, by=cast.officer)
    _shorter_week(cast)
    actions.remove_days_off(cast.startup.organisation.closures.get(), by=cast.startup_owner)
    jobs.run_due()
    assert unsettled() == [(str(cast.startup.organisation), MisfitReason.OUTSIDE)]


@pytest.mark.django_db
def test_asking_asks_the_people_of_that_side_once_and_stays_on_the_list(cast: Cast, misfit: Misfit) -> None:
    asked = actions.ask_to_move(misfit, by=cast.officer)
    people = {
        each.name for each in User.objects.filter(membership_row__organisation=cast.startup.organisation)
    }
    assert (asked, set(told(Event.MEETING_UNFIT_ASKED))) == (len(people), people)
    misfit.refresh_from_db()
    assert actions.ask_to_move(misfit, by=cast.officer) == 0
    assert len(told(Event.MEETING_UNFIT_ASKED)) == len(people)
    assert len(unsettled()) == 1
    notice = Notice.objects.filter(event=Event.MEETING_UNFIT_ASKED, recipient=cast.startup_owner).get()
    assert "12:00–12:45 (Singapore time)" in fact(notice, "when")


@pytest.mark.django_db
def test_only_the_office_sees_what_does_not_suit(cast: Cast, misfit: Misfit) -> None:
    seen = {
        name: Misfit.objects.visible_to(getattr(cast, name)).count()
        for name in ("officer", "administrator", "startup_owner", "company_owner", "expert")
    }
    assert seen == {"officer": 1, "administrator": 1, "startup_owner": 0, "company_owner": 0, "expert": 0}
    assert str(cast.startup.organisation) in str(misfit)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("constraint", "change"), [("misfit_once_a_side", {}), ("misfit_reason_known", {"reason": "whim"})]
)
def test_the_database_keeps_one_known_reason_a_side(
    cast: Cast, misfit: Misfit, constraint: str, change: dict[str, str]
) -> None:
    side = cast.company.organisation if change else misfit.organisation
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        factories.MisfitFactory(meeting=misfit.meeting, organisation=side, **change)


@pytest.mark.django_db
def test_many_meetings_are_looked_at_in_a_few_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for hour in (1, 2, 4):
        match = stories.match_of(factories.ChallengeFactory().company, factories.StartupFactory())
        request = stories.agreed(match, cast.officer, consent="By telephone")
        actions.book_free_time(request, stories.at(hour), by=cast.officer, now=NOW - timedelta(hours=1))
    _closed_country(cast)
    with django_assert_max_num_queries(12):
        assert actions.recheck(now=NOW) == 3
