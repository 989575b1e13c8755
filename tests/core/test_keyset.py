"""Pages by place: walked forwards and backwards every row comes once, in order, whatever is equal or unknown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from companies.models import Company
from matchmaking.core import keyset
from matchmaking.core.keyset import Keyset, Page, count_of
from startups.models import Startup
from tests import factories

pytestmark = pytest.mark.django_db
SIZE = 3
TEAMS = (7, None, 3, 3, 3, 3, None, 40, None, 7, None)
SORTINGS = [
    ("team_size",),  # may be unknown
    ("organisation__sort_key",),
    ("organisation__country", "organisation__sort_key"),  # of another table than the key
    ("organisation__updated_at",),
    ("organisation__monthly_meeting_limit",),  # all equal
]


@pytest.fixture
def startups(db: None) -> list[Startup]:
    """Eleven, with ties in every column."""
    made = [
        factories.StartupFactory(
            team_size=team,
            organisation__name=f"Name {number % 4}",
            organisation__name_kana="",
            organisation__country="SG" if number % 3 else "VN",
        )
        for number, team in enumerate(TEAMS)
    ]
    moment = datetime(2026, 11, 1, 3, 4, 5, 678901, tzinfo=UTC)
    for number, each in enumerate(made):  # microseconds apart, which an address must not lose
        Organisation.objects.filter(pk=each.pk).update(
            updated_at=moment + timedelta(microseconds=number // 2)
        )
    return made


def rows() -> Any:
    return Startup.objects.select_related("organisation")


def value(row: Startup, path: str) -> Any:
    held: Any = row
    for name in path.split("__"):
        held = getattr(held, name)
    return str(held) if path.endswith("country") else held


def in_order(columns: tuple[str, ...], *, down: bool) -> list[int]:
    """What Python makes of it: known ones in order with their key, unknown ones last."""
    found = list(rows())
    known = [row for row in found if value(row, columns[0]) is not None]
    unknown = [row for row in found if value(row, columns[0]) is None]

    def by(row: Startup) -> tuple[Any, ...]:
        return (*(value(row, path) for path in columns), row.pk)

    known.sort(key=by, reverse=down)
    unknown.sort(key=lambda row: row.pk, reverse=down)
    return [row.pk for row in [*known, *unknown]]


def walk(list_: Keyset, page: Page, step: Callable[[Page], dict[str, str]]) -> list[Page]:
    pages = [page]
    while (query := step(pages[-1])) and all(query.values()):
        pages.append(list_.page(query, SIZE))
    return pages


def keys(pages: list[Page]) -> list[int]:
    return [row.pk for page in pages for row in page]


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("columns", SORTINGS, ids=str)
def test_a_walk_meets_every_row_once_in_order_there_and_back(
    columns: tuple[str, ...], down: bool, startups: list[Startup]
) -> None:
    list_ = Keyset(rows(), columns, down=down)
    there = walk(list_, list_.page({}, SIZE), lambda page: {"after": page.after})
    assert keys(there) == in_order(columns, down=down)
    assert [len(page) for page in there] == [3, 3, 3, 2]
    assert [bool(page.before) for page in there] == [False, True, True, True]
    back = walk(list_, there[-1], lambda page: {"before": page.before})
    assert [[row.pk for row in page] for page in back] == [
        [row.pk for row in page] for page in reversed(there)
    ]
    assert [bool(page.after) for page in back] == [False, True, True, True]


@pytest.mark.parametrize("columns", SORTINGS, ids=str)
def test_any_row_is_a_place_and_its_page_holds_what_follows(
    columns: tuple[str, ...], startups: list[Startup]
) -> None:
    list_, whole = Keyset(rows(), columns), in_order(columns, down=False)
    of = {row.pk: row for row in rows()}
    for number, key in enumerate(whole[:-1], start=1):
        page = list_.page({"after": list_.place_of(of[key])}, SIZE)
        assert keys([page]) == whole[number : number + SIZE]


def test_a_page_costs_one_query_and_two_where_the_unknown_begin(startups: list[Startup]) -> None:
    def queries(list_: Keyset, page: Page) -> list[int]:
        with CaptureQueriesContext(connection) as captured:
            walked = walk(list_, page, lambda page: {"after": page.after})
        return [len(captured), len(walked) - 1]

    by_name, by_team = Keyset(rows(), ("organisation__sort_key",)), Keyset(rows(), ("team_size",))
    assert queries(by_name, by_name.page({}, SIZE)) == [3, 3]
    assert queries(by_team, by_team.page({}, SIZE)) == [4, 3]


def test_a_place_outlives_its_row_and_what_comes_in_between(startups: list[Startup]) -> None:
    list_ = Keyset(Company.objects.select_related("organisation"), ("organisation__sort_key",))
    for name in "abcdef":
        factories.CompanyFactory(organisation__name=name, organisation__name_kana=name)
    first = list_.page({}, SIZE)
    Organisation.objects.filter(name="c").update(name="z", name_kana="z")
    factories.CompanyFactory(organisation__name="a2", organisation__name_kana="a2")
    second = list_.page({"after": first.after}, SIZE)
    assert [[row.organisation.name for row in page] for page in (first, second)] == [list("abc"), list("def")]
    again = list_.page({"before": second.before}, SIZE)
    assert [row.organisation.name for row in again] == ["a", "a2", "b"]


def test_before_the_second_row_stands_a_whole_first_page(startups: list[Startup]) -> None:
    """Who goes back past the beginning finds the first page, not a remainder."""
    list_ = Keyset(rows(), ("organisation__sort_key",))
    first = list_.page({}, SIZE)
    back = list_.page({"before": list_.place_of(first.rows[1])}, SIZE)
    assert (keys([back]), back.before, back.after) == (keys([first]), "", first.after)


@pytest.mark.parametrize(
    "make",
    [
        lambda list_, row: "nonsense",
        lambda list_, row: "\0",
        lambda list_, row: list_.place_of(row)[:-1],
        lambda list_, row: signing.dumps(["a", 1]),
        lambda list_, row: Keyset(rows(), ("team_size",)).place_of(row),
        lambda list_, row: Keyset(rows(), ("organisation__sort_key",), down=True).place_of(row),
        lambda list_, row: Keyset(Organisation.objects.all(), ("sort_key",)).place_of(row.organisation),
    ],
    ids=["words", "nul", "cut", "signed elsewhere", "other column", "other direction", "other list"],
)
def test_a_place_of_no_or_another_list_is_the_first_page(make: Any, startups: list[Startup]) -> None:
    list_ = Keyset(rows(), ("organisation__sort_key",))
    for name in ("after", "before"):
        assert (
            keys([list_.page({name: make(list_, startups[4])}, SIZE)])
            == in_order(("organisation__sort_key",), down=False)[:SIZE]
        )


def test_a_place_behind_the_last_row_is_the_first_page(startups: list[Startup]) -> None:
    list_ = Keyset(rows(), ("team_size",))
    last = in_order(("team_size",), down=False)[-1]
    place = list_.place_of(rows().get(pk=last))
    assert keys([list_.page({"after": place}, SIZE)]) == in_order(("team_size",), down=False)[:SIZE]
    assert len(Keyset(Startup.objects.none(), ("team_size",)).page({"after": place}, SIZE)) == 0


def test_rows_are_counted_as_far_as_one_needs(startups: list[Startup], monkeypatch: Any) -> None:
    whole, part = (Keyset(rows(), ("team_size",)).page({}, size) for size in (11, SIZE))
    with CaptureQueriesContext(connection) as captured:
        assert count_of(rows(), whole) == keyset.Count(11)
    assert len(captured) == 0, "a list on one page needs no counting"
    assert count_of(rows(), part) == keyset.Count(11)
    for counted, expected in ((11, keyset.Count(11)), (10, keyset.Count(10, more=True))):
        monkeypatch.setattr(keyset, "COUNTED", counted)
        assert count_of(rows(), part) == expected


@pytest.mark.parametrize("path", ["password", "organisation__members__user", "organisation__nothing"])
def test_what_is_no_column_sorts_nothing(path: str) -> None:
    with pytest.raises(FieldDoesNotExist):
        Keyset(rows(), (path,))


@pytest.mark.parametrize(
    ("sort", "index"),
    [
        (("organisation__sort_key",), "kind, sort_key, id"),
        (("organisation__country", "organisation__sort_key"), "kind, country, sort_key, id"),
        (("organisation__updated_at",), "kind, updated_at, id"),
        (("team_size",), "team_size, organisation_id"),
    ],
)
@pytest.mark.parametrize("down", [False, True])
def test_a_deep_page_is_looked_up_in_an_index(
    sort: tuple[str, ...], index: str, down: bool, startups: list[Startup]
) -> None:
    """The database is kept from sorting, so that a sorting without its index would show."""
    ways = ("seqscan", "sort", "incremental_sort", "bitmapscan", "hashjoin", "mergejoin")
    list_, row = Keyset(Startup.objects.for_list(), sort, down=down), rows().get(pk=startups[3].pk)
    with connection.cursor() as cursor:
        cursor.execute("; ".join(f"set local enable_{way} = off" for way in ways))
    with CaptureQueriesContext(connection) as captured:
        list_.page({"after": list_.place_of(row)}, SIZE)
    with connection.cursor() as cursor:
        cursor.execute(f"explain {captured[0]['sql']}")
        plan = " ".join(line for (line,) in cursor.fetchall())
        names = [word for word in plan.split() if word.endswith("_idx")]
        cursor.execute("select indexdef from pg_indexes where indexname = any(%s)", [names])
        assert index in [definition.rpartition("(")[2].rstrip(")") for (definition,) in cursor.fetchall()]
    assert "Sort" not in plan


def test_every_organisation_has_a_name_to_be_sorted_by() -> None:
    organisation = factories.CompanyFactory().organisation
    with pytest.raises(IntegrityError, match="organisation_has_name"), transaction.atomic():
        Organisation.objects.filter(pk=organisation.pk).update(name="")


def test_pages_follow_each_other_without_gap(startups: list[Startup]) -> None:
    """The place before a page is the place of its first row, the place after it that of its last."""
    list_ = Keyset(rows(), ("organisation__sort_key",))
    pages = walk(list_, list_.page({}, SIZE), lambda page: {"after": page.after})
    for one, other in pairwise(pages):
        assert (one.after, other.before) == (list_.place_of(one.rows[-1]), list_.place_of(other.rows[0]))
