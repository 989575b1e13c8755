"""Lists of partnerships page by page, filters beside each other, and the board: what is found, and in which order."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.utils import timezone

from partnerships.enums import EndReason, PartnershipStage
from partnerships.models import FollowUp, Partnership
from partnerships.views.lists import A_COLUMN, PAGE
from tests import factories
from tests.conftest import Cast
from tests.partnerships import stories
from tests.partnerships.pages import LANGUAGES, SignIn, links, path, words

pytestmark = pytest.mark.django_db
MODES = ["joint_development", "investment", "acquisition"]
STAGES = [str(stage) for stage in PartnershipStage]
NOW = timezone.now()


def rows_of(cast: Cast, number: int, **given: Any) -> list[Partnership]:
    """So many of the cast's firm, each with another startup, without what beginning one would do."""
    wanted = {
        "company": cast.company,
        "mode": "joint_development",
        "status": "exploring",
        "summary": "Try it.",
        "started_by": cast.officer,
        "started_at": NOW,
        "stage_since": NOW,
        "news_at": NOW,
        **given,
    }
    if wanted["status"] == "ended":
        wanted.setdefault("end_reason", "terms")
    if wanted["status"] == "signed":
        wanted.setdefault("signed_at", NOW)
    return Partnership.objects.bulk_create(
        [Partnership(startup=factories.StartupFactory(), **wanted) for _each in range(number)]
    )


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def found(cast: Cast, as_user: SignIn, query: str, name: str = "staff") -> list[Partnership]:
    answer = as_user(cast.officer).get(path(name) + query)
    return [row["partnership"] for row in answer.context["rows"]]


class TestPaging:
    @pytest.mark.parametrize(
        ("page", "count"),
        [("", PAGE), ("?page=1", PAGE), ("?page=2", 2), ("?page=99", 2), ("?page=x", PAGE), ("?page=0", 2)],
    )
    def test_each_page_holds_its_part(self, cast: Cast, as_user: SignIn, page: str, count: int) -> None:
        rows_of(cast, PAGE + 2)
        assert len(found(cast, as_user, page)) == count

    def test_no_row_is_lost_or_shown_twice(self, cast: Cast, as_user: SignIn) -> None:
        """All of them have the same last news: only the key puts them in order."""
        made = rows_of(cast, PAGE + 5)
        shown = [*found(cast, as_user, "?page=1"), *found(cast, as_user, "?page=2")]
        assert [row.pk for row in shown] == [row.pk for row in made]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_way_to_the_next_page_keeps_the_filters(
        self, cast: Cast, as_user: SignIn, language: str
    ) -> None:
        rows_of(cast, PAGE + 1, mode="investment")
        rows_of(cast, 1)
        url = path("staff", language=language) + "?mode=investment&idle=on"
        ways = [each for each in links(as_user(cast.officer).get(url)) if "page=2" in each]
        assert ways
        assert all("mode=investment" in way and "idle=on" in way for way in ways)

    def test_the_outcomes_have_pages_too(self, cast: Cast, as_user: SignIn) -> None:
        for partnership in rows_of(cast, 26, status="signed"):
            stories.follow_up_of(partnership)
        client = as_user(cast.officer)
        pages = [client.get(path("outcomes") + f"?page={number}").context["rows"] for number in (1, 2)]
        assert [len(rows) for rows in pages] == [25, 1]
        keys = {row["follow_up"].pk for rows in pages for row in rows}
        assert keys == set(FollowUp.objects.values_list("pk", flat=True))

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_how_many_there_are_is_told(self, cast: Cast, as_user: SignIn, language: str) -> None:
        rows_of(cast, PAGE + 2)
        text = words(as_user(cast.officer).get(path("staff", language=language)))
        assert {"en": "27 partnerships", "ja": "27件"}[language] in text


class TestFilters:
    @pytest.mark.parametrize(("mode", "stage"), list(product(MODES, STAGES)))
    def test_kind_and_stage_narrow_together(self, cast: Cast, as_user: SignIn, mode: str, stage: str) -> None:
        for each in MODES:
            for at in STAGES:
                rows_of(cast, 1, mode=each, status=at)
        shown = found(cast, as_user, f"?mode={mode}&stage={stage}")
        assert [(row.mode, row.status) for row in shown] == [(mode, stage)]

    @pytest.mark.parametrize("reason", list(EndReason))
    def test_each_reason_finds_its_own(self, cast: Cast, as_user: SignIn, reason: str) -> None:
        for each in EndReason:
            rows_of(cast, 1, status="ended", end_reason=each)
        shown = found(cast, as_user, f"?reason={reason}")
        assert [row.end_reason for row in shown] == [reason]

    @pytest.mark.parametrize(
        ("days", "quiet", "stalled"),
        [(0, 0, 0), (59.9, 0, 0), (60.1, 1, 0), (60.9, 1, 0), (61.1, 1, 1), (400, 1, 1)],
    )
    def test_quiet_and_stalled_begin_after_sixty_days(
        self, cast: Cast, as_user: SignIn, days: float, quiet: int, stalled: int
    ) -> None:
        rows_of(cast, 1, news_at=ago(days), stage_since=ago(days))
        assert len(found(cast, as_user, "?quiet=on")) == quiet
        assert len(found(cast, as_user, "?stalled=on")) == stalled

    @pytest.mark.parametrize("stage", STAGES)
    def test_only_what_goes_on_is_quiet_stalled_or_idle(
        self, cast: Cast, as_user: SignIn, stage: str
    ) -> None:
        rows_of(cast, 1, status=stage, news_at=ago(90), stage_since=ago(90))
        goes_on = stage not in ("signed", "ended")
        for flag in ("quiet", "stalled", "idle"):
            assert len(found(cast, as_user, f"?{flag}=on")) == int(goes_on), flag

    @pytest.mark.parametrize("owner", ["staff", "company", "startup"])
    def test_it_waits_for_whom_an_open_step_names(self, cast: Cast, as_user: SignIn, owner: str) -> None:
        [busy, done] = rows_of(cast, 2)
        stories.a_step(busy, cast.officer, owner=owner)
        step = stories.a_step(done, cast.officer, owner=owner)
        stories.actions.finish_step(step, by=cast.officer)
        for each in ("staff", "company", "startup"):
            assert found(cast, as_user, f"?waits={each}") == ([busy] if each == owner else [])

    @pytest.mark.parametrize("query", ["?waits=staff&waits=company", "?waits=company"])
    def test_any_of_the_ticked_is_enough_and_no_row_comes_twice(
        self, cast: Cast, as_user: SignIn, query: str
    ) -> None:
        [row] = rows_of(cast, 1)
        for owner in ("staff", "company", "company"):
            stories.a_step(row, cast.officer, owner=owner)
        assert found(cast, as_user, query) == [row]

    @pytest.mark.parametrize(
        ("typed", "hit"),
        [
            ("whole", True),
            ("part", True),
            ("upper", True),
            ("wide", True),
            ("  spaces  ", True),
            ("nobody", False),
            ("%", False),
            ("_", False),
        ],
    )
    def test_names_are_found_as_people_type_them(
        self, cast: Cast, as_user: SignIn, typed: str, hit: bool
    ) -> None:
        startup = factories.StartupFactory(organisation__name="Zebra Robotics")
        rows_of(cast, 1)
        mine = stories.begun(cast, startup=startup)
        written = {
            "whole": "Zebra Robotics",
            "part": "bra Rob",
            "upper": "ZEBRA",
            "wide": "Ｚｅｂｒａ",
            "  spaces  ": "  Zebra  ",
        }.get(typed, typed)
        answer = as_user(cast.officer).get(path("staff"), {"q": written})
        shown = [row["partnership"] for row in answer.context["rows"]]
        assert shown == ([mine] if hit else [])

    @pytest.mark.parametrize(
        ("started", "year", "hit"),
        [
            ("2022-03-31T14:59:59+00:00", 2021, True),
            ("2022-03-31T15:00:00+00:00", 2021, False),
            ("2025-03-31T15:00:00+00:00", 2025, True),
            ("2026-03-31T14:59:59+00:00", 2025, True),
            ("2026-03-31T15:00:00+00:00", 2025, False),
        ],
    )
    def test_years_begin_in_april_on_the_clock_of_japan(
        self, cast: Cast, as_user: SignIn, started: str, year: int, hit: bool
    ) -> None:
        rows_of(cast, 1, started_at=datetime.fromisoformat(started))
        assert len(found(cast, as_user, f"?year={year}")) == int(hit)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_each_filter_in_use_is_taken_off_alone(self, cast: Cast, as_user: SignIn, language: str) -> None:
        rows_of(cast, 1, mode="investment")
        url = path("staff", language=language) + "?mode=investment&stage=exploring&idle=on&q=a"
        answer = as_user(cast.officer).get(url)
        names = [chip["name"] for chip in answer.context["chips"]]
        assert sorted(names) == ["idle", "mode", "q", "stage"]
        assert all(str(chip["label"]) for chip in answer.context["chips"])


class TestTheBoard:
    @pytest.mark.parametrize(("mode", "stage"), list(product(MODES, STAGES)))
    def test_a_card_stands_in_its_column_or_nowhere(
        self, cast: Cast, as_user: SignIn, mode: str, stage: str
    ) -> None:
        [row] = rows_of(cast, 1, mode=mode, status=stage)
        columns = as_user(cast.officer).get(path("board") + f"?mode={mode}").context["columns"]
        shown = {str(column["stage"]): [card["partnership"] for card in column["rows"]] for column in columns}
        assert shown == {
            each: [row] if each == stage else [] for each in ("exploring", "agreed", "proving", "negotiating")
        }

    @pytest.mark.parametrize(("count", "more"), [(A_COLUMN, 0), (A_COLUMN + 1, 1), (A_COLUMN + 9, 9)])
    def test_a_column_counts_all_and_shows_the_longest_without_news(
        self, cast: Cast, as_user: SignIn, count: int, more: int
    ) -> None:
        rows_of(cast, count - 1)
        [oldest] = rows_of(cast, 1, news_at=ago(30))
        column = as_user(cast.officer).get(path("board")).context["columns"][0]
        assert (column["count"], column["more"], len(column["rows"])) == (count, more, A_COLUMN)
        assert column["rows"][0]["partnership"] == oldest

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize(
        ("news", "step", "labels"),
        [
            (0, True, {"en": [], "ja": []}),
            (61, True, {"en": ["No news for 60 days"], "ja": ["60日間動きなし"]}),
            (0, False, {"en": ["Without a next step"], "ja": ["次の予定なし"]}),
            (
                61,
                False,
                {
                    "en": ["No news for 60 days", "Without a next step"],
                    "ja": ["60日間動きなし", "次の予定なし"],
                },
            ),
        ],
    )
    def test_flags_are_words_on_the_card(
        self,
        cast: Cast,
        as_user: SignIn,
        news: int,
        step: bool,
        labels: dict[str, list[str]],
        language: str,
    ) -> None:
        [row] = rows_of(cast, 1)
        if step:
            stories.a_step(row, cast.officer)
        Partnership.objects.filter(pk=row.pk).update(news_at=ago(news))
        text = words(as_user(cast.officer).get(path("board", language=language)))
        for label in {
            "en": ["No news for 60 days", "Without a next step"],
            "ja": ["60日間動きなし", "次の予定なし"],
        }[language]:
            assert (label in text) == (label in labels[language])

    def test_a_card_tells_the_nearest_step_and_for_whom_it_waits(self, cast: Cast, as_user: SignIn) -> None:
        [row] = rows_of(cast, 1)
        stories.a_step(row, cast.officer, owner="company", due_on=stories.TODAY + timedelta(days=9))
        stories.a_step(row, cast.officer, owner="startup", due_on=stories.TODAY + timedelta(days=2))
        [card] = as_user(cast.officer).get(path("board")).context["columns"][0]["rows"]
        assert (card["step_due"], card["waits_for"]) == (stories.TODAY + timedelta(days=2), "Startup")
