"""How often a person may do a thing: exact at the edge of the window, in one statement, and forgotten in time."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from matchmaking.core import rates
from matchmaking.core.models import RateUse
from matchmaking.core.tasks import forget_old_rates


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    settings.RATE_LIMITS = {"look": (3, 60), "write": (1, 60)}


def asked(times: int, person: int = 7, action: str = "look") -> list[bool]:
    return [rates.may(person, action) for _ in range(times)]


def earlier(seconds: float) -> None:
    """What was done so far was done that much earlier."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update core_rateuse set used_at = used_at - %(by)s,"
            " times = array(select at - %(by)s from unnest(times) as at)",
            {"by": timedelta(seconds=seconds)},
        )


@pytest.mark.django_db
def test_so_many_within_the_window_each_person_and_thing_for_itself() -> None:
    assert asked(5) == [True, True, True, False, False]
    assert (asked(1, person=8), asked(2, action="write")) == ([True], [True, False])


@pytest.mark.django_db
def test_the_window_slides_so_that_its_edge_gives_nobody_twice_the_amount() -> None:
    assert asked(2) == [True, True]
    earlier(50)
    assert asked(2) == [True, False]
    earlier(11)  # the first two are 61 seconds old, the third is 11
    assert asked(3) == [True, True, False]
    assert len(RateUse.objects.get().times) == 3


@pytest.mark.django_db
def test_what_was_refused_does_not_count_against_anybody() -> None:
    assert asked(9) == [True] * 3 + [False] * 6
    earlier(61)
    assert asked(3) == [True] * 3


@pytest.mark.django_db
def test_it_costs_one_query_the_first_time_and_every_other(django_assert_num_queries: Any) -> None:
    for expected in (True, True, True, False):
        with django_assert_num_queries(1):
            assert rates.may(7, "look") is expected


@pytest.mark.django_db
def test_rows_say_nothing_of_who_it_was_and_go_after_a_day() -> None:
    asked(1)
    row = RateUse.objects.get()
    assert (len(row.key), str(row) == row.key, row.key == "7") == (64, True, False)
    assert forget_old_rates() == 0
    RateUse.objects.update(used_at=timezone.now() - timedelta(hours=25))
    assert (forget_old_rates(), RateUse.objects.exists()) == (1, False)


@pytest.mark.django_db(transaction=True)
def test_of_ten_at_once_no_more_get_through_than_may() -> None:
    start, found = Barrier(10), list[bool]()

    def ask() -> None:
        try:
            start.wait(10)
            found.append(rates.may(7, "look"))
        finally:
            connection.close()

    threads = [Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [False] * 7 + [True] * 3
