"""What numpy writes as binary COPY is what PostgreSQL reads, and the other way round."""

from __future__ import annotations

import io
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg2.extras import execute_values

from matchmaking.matches.engine import binary_copy
from matchmaking.matches.engine.binary_copy import Column

pytestmark = pytest.mark.django_db

INTS = [0, 1, -1, 2**15 - 1, -(2**15)]
LONG = [0, -1, 2**63 - 1, -(2**63), 7_301_221]
FLOATS = [0.0, -1.5, 1e-300, float("inf"), 0.123456]
MOMENTS = [
    datetime(2000, 1, 1, tzinfo=UTC),
    datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 11, 26, 16, 30, tzinfo=timezone(timedelta(hours=9))),
]
TEXTS = ["", "word", "日本語のことば", 'tab\tquote"backslash\\', "{braces,and commas}"]
UNIX = datetime(1970, 1, 1, tzinfo=UTC)
LISTS = [[], ["country"], ["国", "a b", "NULL", 'c"d']]


def kept(kind: str, columns: Sequence[Column]) -> list[Any]:
    """The first column after its way into a table of that type, in the order of the second."""
    with connection.cursor() as cursor:
        cursor.execute(f"create temp table kept (value {kind}, place int8)")
        for piece in binary_copy.written(columns):
            cursor.copy_expert("copy kept from stdin (format binary)", io.BytesIO(piece))
        cursor.execute("select value from kept order by place")
        found = [value for (value,) in cursor.fetchall()]
        cursor.execute("drop table kept")
    return found


def with_places(column: Column) -> list[Column]:
    return [column, binary_copy.numbers(np.arange(column.count), "i8")]


def each(values: Sequence[bytes | None]) -> Column:
    return binary_copy.chosen(np.arange(len(values)), values)


@pytest.mark.parametrize(
    ("kind", "column", "values"),
    [
        ("int2", binary_copy.numbers(np.array(INTS), "i2"), INTS),
        ("int4", binary_copy.numbers(np.array(INTS), "i4"), INTS),
        ("int8", binary_copy.numbers(np.array(LONG), "i8"), LONG),
        ("float8", binary_copy.numbers(np.array(FLOATS), "f8"), FLOATS),
        ("float4", binary_copy.numbers(np.array([0.5, -0.25]), "f4"), [0.5, -0.25]),
        ("timestamptz", each([binary_copy.moment(at) for at in MOMENTS]), MOMENTS),
        ("text", each([text.encode() for text in TEXTS]), TEXTS),
        ("varchar(60)", each([text.encode() for text in TEXTS]), TEXTS),
        ("varchar(30)[]", each([binary_copy.words(texts) for texts in LISTS]), LISTS),
        (
            "uuid",
            each([uuid.UUID(int=number).bytes for number in (0, 2**127)]),
            [uuid.UUID(int=0), uuid.UUID(int=2**127)],
        ),
        ("text", each([None, b"", None]), [None, "", None]),
        ("text", binary_copy.constant(b"same", 3), ["same"] * 3),
        ("timestamptz", binary_copy.constant(None, 2), [None, None]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_values_of_every_type_arrive_as_they_were(kind: str, column: Column, values: list[Any]) -> None:
    found = kept(kind, with_places(column))
    assert [
        uuid.UUID(value) if kind == "uuid" and isinstance(value, str) else value for value in found
    ] == values


def test_numbers_may_be_missing_and_rows_of_other_lengths_stand_in_groups_of_their_own() -> None:
    null = np.array([False, True, False, True])
    assert kept("int4", with_places(binary_copy.numbers(np.arange(4), "i4", null=null))) == [0, None, 2, None]


@given(st.lists(st.integers(0, 99_999), min_size=1, max_size=30))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_tenths_are_numbers_with_one_decimal(values: list[int]) -> None:
    found = kept("numeric(5,1)", with_places(binary_copy.tenths(np.array(values))))
    assert [str(value) for value in found] == [str(Decimal(value) / 10 + Decimal("0.0")) for value in values]


@given(st.lists(st.tuples(*[st.integers(-(2**15), 2**15 - 1)] * 3), min_size=1, max_size=20))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_parts_are_arrays_in_which_a_place_without_a_part_is_null(rows: list[tuple[int, int, int]]) -> None:
    first, second, third = np.array(rows).T
    column = binary_copy.small_arrays([first, None, second, third], len(rows))
    assert kept("smallint[]", with_places(column)) == [[one, None, two, three] for one, two, three in rows]


def test_arrays_without_a_gap_are_compared_as_equal_to_those_that_sql_makes() -> None:
    column = binary_copy.small_arrays([np.array([1, 4]), np.array([2, 5])], 2)
    with connection.cursor() as cursor:
        cursor.execute("create temp table kept (value smallint[], place int8)")
        for piece in binary_copy.written(with_places(column)):
            cursor.copy_expert("copy kept from stdin (format binary)", io.BytesIO(piece))
        cursor.execute("select place from kept where value = array[1, 2]::smallint[]")
        assert cursor.fetchall() == [(0,)]


WORDS = ["a", "b b", "語", 'c"d', "NULL", ""]


@given(st.lists(st.lists(st.integers(0, len(WORDS) - 1), max_size=3), min_size=1, max_size=20))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lists_of_words_have_each_row_s_own_words_in_their_order(rows: list[list[int]]) -> None:
    codes = np.array([(row + [-1] * 3)[:3] for row in rows])
    found = kept("varchar(60)[]", with_places(binary_copy.word_lists(codes, WORDS)))
    assert found == [[WORDS[code] for code in row] for row in rows]


def test_rows_of_different_lengths_keep_their_order_across_several_columns() -> None:
    texts = [b"", b"longer than the others", None, b"x"]
    columns = [each(texts), binary_copy.word_lists(np.array([[-1], [0], [0], [-1]]), ["one"])]
    piece = b"".join(binary_copy.written(columns))
    places = [piece.index(word) for word in (b"longer", b"one", b"x")]
    assert places == sorted(places)


def test_no_rows_write_nothing() -> None:
    column = binary_copy.numbers(np.empty(0), "i8")
    assert list(binary_copy.written([column, binary_copy.chosen(np.empty(0, dtype=int), [])])) == []


def test_many_rows_come_in_pieces_that_each_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binary_copy, "ROWS_AT_ONCE", 7)
    columns = with_places(binary_copy.numbers(np.arange(20), "i8"))
    pieces = list(binary_copy.written(columns))
    assert [len(binary_copy.read(piece, [("value", "i8"), ("place", "i8")])) for piece in pieces] == [7, 7, 6]
    assert kept("int8", columns) == list(range(20))


def test_what_the_server_writes_is_read_as_arrays() -> None:
    out = io.BytesIO()
    with connection.cursor() as cursor:
        query = "select n::int8, (n * 2)::int2, n / 4.0::float8 from generate_series(-3, 3) n"
        cursor.copy_expert(f"copy ({query}) to stdout (format binary)", out)
    found = binary_copy.read(out.getvalue(), [("n", "i8"), ("twice", "i2"), ("quarter", "f8")])
    assert found["n"].tolist() == list(range(-3, 4))
    assert (found["twice"].tolist(), found["quarter"].tolist()) == (
        [2 * n for n in range(-3, 4)],
        [n / 4 for n in range(-3, 4)],
    )


@pytest.mark.parametrize(
    "query",
    [
        "select 1::int4",  # narrower than said
        "select null::int8",
        "select 1::int8, 2::int8",  # one more
        "select n::int8 from generate_series(1, 3) n union all select null",
    ],
)
def test_rows_with_other_fields_than_expected_are_refused(query: str) -> None:
    out = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"copy ({query}) to stdout (format binary)", out)
    with pytest.raises(ValueError, match="not"):
        binary_copy.read(out.getvalue(), [("n", "i8")])


def test_what_is_no_copy_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="not rows"):
        binary_copy.read(b"something else entirely", [("n", "i8")])


ROW = st.tuples(
    st.one_of(st.none(), st.integers(-(2**31), 2**31 - 1)),
    st.floats(allow_nan=False),
    st.one_of(
        st.none(), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
    ),
    st.lists(st.sampled_from(["a", "b b", "語", 'c"']), max_size=3),
    st.one_of(
        st.none(), st.integers(-(10**17), 10**17).map(lambda n: UNIX + timedelta(microseconds=n // 10**3))
    ),
)


@example([(None, -0.0, None, [], None)])
@given(st.lists(ROW, min_size=1, max_size=25))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_binary_copy_leaves_the_same_table_as_execute_values(rows: list[tuple[Any, ...]]) -> None:
    numbers, floats, texts, lists, moments = zip(*rows, strict=True)
    null = np.array([number is None for number in numbers])
    columns = [
        binary_copy.numbers(np.arange(len(rows)), "i4"),
        binary_copy.numbers(np.array([number or 0 for number in numbers]), "i8", null=null),
        binary_copy.numbers(np.array(floats), "f8"),
        each([None if text is None else text.encode() for text in texts]),
        each([binary_copy.words(words) for words in lists]),
        each([at and binary_copy.moment(at) for at in moments]),
    ]
    shape = "(place int4, number int8, real float8, said text, words varchar[], at timestamptz)"
    with (
        transaction.atomic(),
        connection.cursor() as cursor,
    ):  # an example that fails leaves the next one alone
        cursor.execute(f"create temp table copied {shape}; create temp table inserted {shape}")
        for piece in binary_copy.written(columns):
            cursor.copy_expert("copy copied from stdin (format binary)", io.BytesIO(piece))
        numbered = [(place, *row) for place, row in enumerate(rows)]
        execute_values(
            cursor.cursor,
            "insert into inserted values %s",
            numbered,
            template="(%s,%s,%s::float8,%s,%s::varchar[],%s)",  # a bare -0.0 is a decimal, which has no such sign
        )
        tables = []
        for name in ("copied", "inserted"):
            cursor.execute(f"select *, md5({name}::text) from {name} order by place")  # noqa: S608
            tables.append(cursor.fetchall())
        cursor.execute("drop table copied; drop table inserted")
    assert tables[0] == tables[1]


# --- Vectors ------------------------------------------------------------------------------------------------------


def vectors_as_copied(rows: Sequence[tuple[str, Sequence[float]]]) -> bytes:
    """What the server writes of words and vectors."""
    found = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.execute("create temp table words_and_vectors (place serial, word text, numbers vector)")
        for word, numbers in rows:
            cursor.execute(
                "insert into words_and_vectors (word, numbers) values (%s, %s)", [word, str(list(numbers))]
            )
        cursor.copy_expert(
            "copy (select word, numbers from words_and_vectors order by place) to stdout (format binary)",
            found,
        )
        cursor.execute("drop table words_and_vectors")
    return found.getvalue()


@pytest.mark.django_db
def test_words_and_vectors_of_any_length_are_read_as_they_were_written() -> None:
    rows = [("a", [0.5, -2.25, 3e-7]), ("検品", [1.0]), ("", [float(number) for number in range(600)])]
    found = list(binary_copy.read_vectors(vectors_as_copied(rows)))
    assert [word for word, _ in found] == ["a", "検品", ""]
    for (_, vector), (_, numbers) in zip(found, rows, strict=True):
        assert vector.dtype == np.float32
        assert vector.tolist() == np.array(numbers, dtype=np.float32).tolist()


@pytest.mark.django_db
def test_no_vectors_are_none() -> None:
    assert list(binary_copy.read_vectors(vectors_as_copied([]))) == []


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["select 'a', 1::int8", "select 'a'", "select 'a', '[1,2]'::vector, 3"])
def test_what_is_no_word_and_vector_is_refused(query: str) -> None:
    found = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"copy ({query}) to stdout (format binary)", found)
    with pytest.raises(ValueError, match="not"):
        list(binary_copy.read_vectors(found.getvalue()))
