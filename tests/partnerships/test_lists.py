"""The staff's lists: filters kept in the address, the board by stage, and meetings of which more could come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partnerships import actions
from partnerships.enums import EndReason
from partnerships.models import Partnership, could_grow
from partnerships.views.lists import A_COLUMN
from tests import factories
from tests.conftest import Cast
from tests.partnerships import stories
from tests.partnerships.pages import LANGUAGES, SignIn, links, path, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def four(cast: Cast) -> dict[str, Partnership]:
    """One that goes on, one that is quiet, one without a step, one that has ended."""
    made = {
        "lively": stories.begun(cast),
        "quiet": stories.begun(cast, mode="investment", startup=cast.other_startup),
        "idle": stories.begun(cast, company=cast.other_company, mode="acquisition"),
        "ended": stories.begun(cast, company=cast.other_company, startup=cast.other_startup),
    }
    for name in ("lively", "quiet"):
        stories.a_step(made[name], cast.officer)
    stories.brought_to(made["lively"], "agreed", cast.officer)
    actions.end(made["ended"], EndReason.TERMS, by=cast.officer)
    long_ago = timezone.now() - timedelta(days=70)
    Partnership.objects.filter(pk=made["quiet"].pk).update(news_at=long_ago, stage_since=long_ago)
    return made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["quiet", "lively", "idle", "ended"]),
        ("?mode=investment", ["quiet"]),
        ("?mode=investment&mode=acquisition", ["quiet", "idle"]),
        ("?stage=agreed", ["lively"]),
        ("?stage=ended", ["ended"]),
        ("?stage=exploring", ["quiet", "idle"]),
        ("?quiet=on", ["quiet"]),
        ("?idle=on", ["idle"]),
        ("?quiet=on&idle=on", []),
        ("?waits=startup", ["quiet", "lively"]),
        ("?waits=company", []),
        ("?stalled=on", ["quiet"]),
        ("?signed=on", []),
        ("?reason=terms", ["ended"]),
        ("?reason=other", []),
        ("?field=none&stage=exploring", ["quiet", "idle"]),
        ("?field=mobility", []),
        ("?year=2021", []),
        ("?stage=signed", []),
        ("?mode=licence", ["quiet", "lively", "idle", "ended"]),
    ],
)
def test_filters(
    cast: Cast, as_user: SignIn, four: dict[str, Partnership], query: str, found: list[str]
) -> None:
    answer = as_user(cast.officer).get(path("staff") + query)
    names = {partnership.pk: name for name, partnership in four.items()}
    assert {names[row["partnership"].pk] for row in answer.context["rows"]} == set(found)


@pytest.mark.parametrize("side", ["company", "startup"])
def test_a_name_finds_the_partnerships_of_its_bearer(
    cast: Cast, as_user: SignIn, four: dict[str, Partnership], side: str
) -> None:
    name = getattr(cast, side).organisation.name
    answer = as_user(cast.officer).get(path("staff"), {"q": name.upper()})
    found = {row["partnership"].pk for row in answer.context["rows"]}
    key = {"company": "company_id", "startup": "startup_id"}[side]
    assert found == {each.pk for each in four.values() if getattr(each, key) == getattr(cast, side).pk}


@pytest.mark.parametrize("language", LANGUAGES)
def test_filters_in_use_are_told_and_taken_off_by_a_link(
    cast: Cast, as_user: SignIn, four: dict[str, Partnership], language: str
) -> None:
    answer = as_user(cast.officer).get(path("staff", language=language), {"stage": "agreed", "quiet": "on"})
    labels = [str(chip["label"]) for chip in answer.context["chips"]]
    assert (
        labels
        == {
            "en": ["Agreed in principle", "No news for 60 days"],
            "ja": ["基本合意", "60日間動きなし"],
        }[language]
    )
    none = {"en": "No partnership matches these filters.", "ja": "条件に合う協業はありません。"}[language]
    assert none in words(answer)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_list_says_how_a_partnership_begins(cast: Cast, as_user: SignIn, language: str) -> None:
    answer = as_user(cast.officer).get(path("staff", language=language))
    text = {"en": "There is no partnership yet.", "ja": "協業はまだありません。"}[language]
    assert text in words(answer)
    assert path("begin", language=language) in links(answer)


def test_the_longest_without_news_come_first(
    cast: Cast, as_user: SignIn, four: dict[str, Partnership]
) -> None:
    answer = as_user(cast.officer).get(path("staff"))
    assert answer.context["rows"][0]["partnership"] == four["quiet"]
    assert [row["quiet"] for row in answer.context["rows"]] == [True, False, False, False]


class TestTheBoard:
    def test_each_open_stage_is_a_column(
        self, cast: Cast, as_user: SignIn, four: dict[str, Partnership]
    ) -> None:
        columns = as_user(cast.officer).get(path("board")).context["columns"]
        assert [(str(column["stage"]), column["count"]) for column in columns] == [
            ("exploring", 2),
            ("agreed", 1),
            ("proving", 0),
            ("negotiating", 0),
        ]

    @pytest.mark.parametrize(
        ("mode", "count"),
        [("joint_development", 1), ("investment", 1), ("acquisition", 1), ("", 3), ("licence", 3)],
    )
    def test_of_one_kind_or_of_all(
        self, cast: Cast, as_user: SignIn, four: dict[str, Partnership], mode: str, count: int
    ) -> None:
        answer = as_user(cast.officer).get(path("board"), {"mode": mode})
        assert sum(column["count"] for column in answer.context["columns"]) == count

    def test_it_is_narrowed_by_field_and_year_and_keeps_the_kind(self, cast: Cast, as_user: SignIn) -> None:
        stories.begun(cast)
        client = as_user(cast.officer)
        for query, count in (("?field=none", 1), ("?field=mobility", 0), ("?year=2021&mode=investment", 0)):
            answer = client.get(path("board") + query)
            assert answer.context["columns"][0]["count"] == count
            assert len(answer.context["chips"]) == 1
        assert 'name="mode" value="investment"' in answer.content.decode()

    def test_a_long_column_ends_with_a_link_to_the_list(self, cast: Cast, as_user: SignIn) -> None:
        for _each in range(A_COLUMN + 2):
            stories.begun(cast, startup=factories.StartupFactory())
        answer = as_user(cast.officer).get(path("board"), {"mode": "joint_development"})
        assert len(answer.context["columns"][0]["rows"]) == A_COLUMN
        assert "2 more in the list" in words(answer)
        assert f"{path('staff')}?mode=joint_development&amp;stage=exploring" in links(answer)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_an_empty_stage_says_so(self, cast: Cast, as_user: SignIn, language: str) -> None:
        text = {"en": "None in this stage.", "ja": "この段階の協業はありません。"}[language]
        assert words(as_user(cast.officer).get(path("board", language=language))).count(text) == 4


class TestMeetingsOfWhichMoreCouldCome:
    @pytest.mark.parametrize(
        ("outcome", "side", "status", "found"),
        [
            ("possible", "company", "held", True),
            ("possible", "startup", "held", True),
            ("possible", "staff", "held", True),
            ("informative", "company", "held", False),
            ("no_interest", "startup", "held", False),
            ("possible", "company", "scheduled", False),
        ],
    )
    def test_a_side_sees_cooperation_as_possible(
        self, cast: Cast, as_user: SignIn, outcome: str, side: str, status: str, found: bool
    ) -> None:
        meeting = stories.told_of(cast, outcome, side, status)
        answer = as_user(cast.officer).get(path("to_begin"))
        assert (path("begin_after", request_pk=meeting.request_id) in links(answer)) == found
        assert could_grow().exists() == found

    @pytest.mark.parametrize("mode", ["joint_development", "acquisition"])
    def test_not_once_the_two_have_a_partnership_of_any_kind(self, cast: Cast, mode: str) -> None:
        stories.told_of(cast, "possible")
        stories.begun(cast, mode=mode)
        assert not could_grow().exists()

    def test_one_with_somebody_else_changes_nothing(self, cast: Cast) -> None:
        stories.told_of(cast, "possible")
        stories.begun(cast, startup=cast.other_startup)
        assert could_grow().count() == 1

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_an_empty_list_says_so(self, cast: Cast, as_user: SignIn, language: str) -> None:
        text = {
            "en": "No held meeting waits for a partnership.",
            "ja": "協業を待つ商談はありません。",
        }[language]
        assert text in words(as_user(cast.officer).get(path("to_begin", language=language)))


def queries(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


class TestQueries:
    @pytest.mark.parametrize("page", ["staff", "board", "to_begin", "rules"])
    def test_the_office_s_lists_ask_the_same_for_one_and_for_many(
        self, cast: Cast, as_user: SignIn, page: str
    ) -> None:
        client, counts = as_user(cast.officer), []
        for _time in range(2):
            for _each in range(2):
                begun = stories.begun(cast, startup=factories.StartupFactory())
                stories.a_step(begun, cast.officer)
            counts.append(queries(client, path(page)))
        assert counts[0] == counts[1]

    @pytest.mark.parametrize("person", ["company_owner", "officer"])
    def test_the_page_asks_the_same_however_much_is_recorded(
        self, cast: Cast, as_user: SignIn, person: str
    ) -> None:
        begun, counts = stories.begun(cast), []
        client = as_user(getattr(cast, person))
        for _time in range(2):
            for _each in range(3):
                stories.a_step(begun, cast.officer)
                stories.meet(begun, stories.Need.NDA, cast.officer)
                stories.meet(begun, stories.Need.AMOUNT, cast.officer)
            counts.append(queries(client, path("detail", pk=begun.pk)))
        assert counts[0] == counts[1]

    def test_a_side_s_own_list_too(self, cast: Cast, as_user: SignIn) -> None:
        client, counts = as_user(cast.company_owner), []
        for _time in range(2):
            for _each in range(2):
                stories.begun(cast, startup=factories.StartupFactory())
            counts.append(queries(client, path("mine")))
        assert counts[0] == counts[1]
