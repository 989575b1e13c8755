"""The report: only what both sides confirm, each currency by itself, and the same in the file as on the page."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.core.currencies import Currency
from matchmaking.core.sheets import plain
from partnerships import actions, results
from partnerships.enums import OutcomeStatus, Result, Without
from partnerships.models import FollowUp, Partnership
from partnerships.outcomes import PERIODS
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories as meetings
from tests.partnerships import stories
from tests.partnerships.pages import LANGUAGES, SignIn, links, path, words
from tests.partnerships.test_lists import queries

STATES = [str(state) for state in OutcomeStatus]


def in_state(cast: Cast, state: str, partnership: Partnership, months: int = 3, **both: Any) -> FollowUp:
    """A period of the partnership that has come to this state; both sides say `both`."""
    follow_up = stories.follow_up_of(partnership, months)
    if state == "asked":
        return stories.answered(follow_up, cast.company_owner, **both)
    if state == "lapsed":
        stories.answered(follow_up, cast.company_owner, **both)
        actions.lapse_unanswered(now=follow_up.asked_at + timedelta(days=60))
        return FollowUp.objects.get(pk=follow_up.pk)
    stories.answered(follow_up, cast.company_owner, **both)
    unlike = {"products": 99} if state in ("differs", "decided") else {}
    found = stories.answered(follow_up, cast.startup_owner, **{**both, **unlike})
    if state == "decided":
        actions.decide_outcome(found, "company", by=cast.officer, reason="So it is.")
    return found


def figures(found: results.Results) -> dict[str, str]:
    return {str(row["label"]): row["value"] for row in found.sums}


def report(cast: Cast, as_user: SignIn, query: str = "", language: str = "en") -> Any:
    return as_user(cast.officer).get(path("report", language=language) + query)


def sheet(cast: Cast, as_user: SignIn, query: str = "", language: str = "en") -> list[list[str]]:
    answer = as_user(cast.officer).get(path("report_csv", language=language) + query)
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.django_db
class TestWhatCounts:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("state", STATES)
    def test_a_figure_counts_once_both_have_confirmed_it_and_never_before(
        self, cast: Cast, as_user: SignIn, state: str, language: str
    ) -> None:
        in_state(cast, state, stories.signed(cast), jobs=41, sales=Decimal(7_654_321))
        answer = report(cast, as_user, language=language)
        found, text = answer.context["found"], words(answer)
        counts = state == "confirmed"
        assert found.counted == int(counts)
        assert ("7,654,321" in text) == counts
        assert [row["value"] == "41" for row in found.sums].count(True) == int(counts)
        assert found.totals == {each: int(each == state) for each in STATES}
        told = {"en": "Confirmed by both sides: %d of 1 periods.", "ja": "双方が確認済み：1件中%d件。"}
        assert told[language] % counts in text

    @pytest.mark.parametrize("state", STATES)
    def test_nor_does_the_file_tell_it(self, cast: Cast, as_user: SignIn, state: str) -> None:
        in_state(cast, state, stories.signed(cast), jobs=41, sales=Decimal(7_654_321))
        text = str(sheet(cast, as_user))
        assert ("7,654,321" in text) == (state == "confirmed")
        assert ("'41'" in text) == (state == "confirmed")

    @pytest.mark.parametrize("later", STATES)
    def test_the_latest_confirmed_stands_whatever_became_of_later_periods(
        self, cast: Cast, later: str
    ) -> None:
        signed = stories.signed(cast)
        in_state(cast, "confirmed", signed, 3, jobs=2)
        in_state(cast, later, signed, 6, jobs=5)
        found = results.results(Partnership.objects.all(), meetings_held(), FollowUp.objects.all(), {})
        assert figures(found)["New jobs"] == ("5" if later == "confirmed" else "2")
        assert found.counted == 1, "none is added twice"

    def test_asked_again_it_no_longer_counts_until_both_have_said_it_again(self, cast: Cast) -> None:
        signed = stories.signed(cast)
        follow_up = in_state(cast, "confirmed", signed, jobs=8)
        actions.ask_outcome_again(follow_up, by=cast.officer, reason="A mistake.")

        def jobs() -> str:
            rows = Partnership.objects.all()
            return figures(results.results(rows, meetings_held(), FollowUp.objects.all(), {}))["New jobs"]

        assert jobs() == "0"
        follow_up = FollowUp.objects.with_parties().get()
        stories.answered(follow_up, cast.company_owner, jobs=6)
        assert jobs() == "0"
        stories.answered(follow_up, cast.startup_owner, jobs=6)
        assert jobs() == "6"

    @pytest.mark.parametrize(
        ("firm", "startup", "counted"),
        [
            ({"sales": Decimal(100)}, {"sales": Decimal(96)}, "JPY 96"),
            ({"sales": Decimal(96)}, {"sales": Decimal(100)}, "JPY 96"),
            ({"sales": Decimal(0)}, {"sales": Decimal(0)}, "0"),
            (
                {"sales": Decimal(12_000_000)},
                {"sales": Decimal(80_000), "sales_currency": "USD"},
                "JPY 12,000,000",
            ),
        ],
    )
    def test_of_two_that_agree_the_smaller_counts(
        self, cast: Cast, firm: dict[str, Any], startup: dict[str, Any], counted: str
    ) -> None:
        follow_up = stories.follow_up_of(stories.signed(cast))
        stories.answered(follow_up, cast.company_owner, **firm)
        assert stories.answered(follow_up, cast.startup_owner, **startup).status == "confirmed"
        found = results.results(Partnership.objects.all(), meetings_held(), FollowUp.objects.all(), {})
        assert figures(found)["Sales that came of it"].split(" (")[0] == counted

    @pytest.mark.parametrize("result", list(Result))
    def test_a_result_counts_where_both_name_it(self, cast: Cast, result: Result) -> None:
        in_state(cast, "confirmed", stories.signed(cast), results=[result])
        found = results.results(Partnership.objects.all(), meetings_held(), FollowUp.objects.all(), {})
        assert {row["label"]: row["count"] for row in found.named if row["count"]} == {result.label: 1}

    @pytest.mark.parametrize("firm", list(Without))
    @pytest.mark.parametrize("startup", [Without.NO, Without.UNKNOWN])
    def test_each_side_s_view_of_what_would_have_been_stands_in_its_column(
        self, cast: Cast, firm: Without, startup: Without
    ) -> None:
        follow_up = stories.follow_up_of(stories.signed(cast))
        stories.answered(follow_up, cast.company_owner, without=firm)
        stories.answered(follow_up, cast.startup_owner, without=startup)
        found = results.results(Partnership.objects.all(), meetings_held(), FollowUp.objects.all(), {})
        table = {row["label"]: (row["company"], row["startup"]) for row in found.without}
        for each in Without:
            assert table[each.label] == (int(each == firm), int(each == startup))


def meetings_held() -> Any:
    from meetings.models import MeetingRequest

    return MeetingRequest.objects.none()


@pytest.mark.django_db
class TestCurrencies:
    def test_they_are_never_added_to_each_other(self, cast: Cast, as_user: SignIn) -> None:
        for currency, amount in (("JPY", 100), ("USD", 200), ("SGD", 300), ("JPY", 50)):
            pair = stories.signed(cast, startup=factories.StartupFactory())
            follow_up = stories.follow_up_of(pair)
            member = factories.MembershipFactory(organisation=pair.startup.organisation).user
            said = {"invested": Decimal(amount), "invested_currency": currency, "sales": Decimal(0)}
            stories.answered(follow_up, cast.company_owner, **said)
            assert stories.answered(follow_up, member, **said).status == "confirmed"
        found = report(cast, as_user).context["found"]
        shown = figures(found)["Money invested or paid"]
        assert shown.startswith("JPY 150 + SGD 300 + USD 200 (about USD ")
        assert found.counted == 4
        row = next(row for row in sheet(cast, as_user) if row[:1] == ["Money invested or paid"])
        assert row[1] == shown

    def test_dollars_alone_are_not_repeated(self, cast: Cast) -> None:
        said = {"invested": Decimal(200), "invested_currency": "USD", "sales": Decimal(0)}
        follow_up = stories.follow_up_of(stories.signed(cast))
        for person in (cast.company_owner, cast.startup_owner):
            stories.answered(follow_up, person, **said)
        found = results.results(Partnership.objects.all(), meetings_held(), FollowUp.objects.all(), {})
        assert figures(found)["Money invested or paid"] == "USD 200"


amounts = st.lists(
    st.tuples(st.integers(0, 10**9).map(Decimal), st.sampled_from(Currency.values)), max_size=8
)


@given(paid=amounts)
def test_each_currency_is_summed_by_itself(paid: list[tuple[Decimal, str]]) -> None:
    sums: Counter[str] = Counter()
    for amount, currency in paid:
        sums[currency] += int(amount)
    with translation.override("en"):
        shown = results._money(paid)
    named = [] if shown == "0" else shown.split(" (")[0].split(" + ")
    assert named == [f"{currency} {total:,}" for currency, total in sorted(sums.items()) if total]


@given(part=st.integers(0, 10_000), of=st.one_of(st.none(), st.integers(0, 10_000)))
def test_a_share_is_told_of_five_or_more(part: int, of: int | None) -> None:
    told = results.share(part, of)
    assert (told is None) == (of is None or of < 5)
    if told is not None and of and part <= of:
        assert 0 <= told <= 100


@given(text=st.text(max_size=30))
def test_no_cell_begins_as_a_formula_does(text: str) -> None:
    cell = str(plain(text))
    assert cell in (text, f"'{text}")
    assert not cell.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n"))


@pytest.mark.django_db
class TestNarrowing:
    @pytest.fixture
    def two(self, cast: Cast) -> dict[str, Partnership]:
        """One of a scored pair of this year, one without a challenge that began in 2031."""
        match = meetings.match_of(cast.company, cast.startup, "interested")
        made = {
            "scored": stories.signed(cast),
            "entered": stories.signed(cast, company=cast.other_company, startup=cast.other_startup),
        }
        assert made["scored"].match == match
        Partnership.objects.filter(pk=made["entered"].pk).update(started_at=stories.NOON.replace(year=2024))
        for name, people in (
            ("scored", (cast.company_owner, cast.startup_owner)),
            ("entered", (cast.other_company_owner, cast.other_startup_owner)),
        ):
            follow_up = stories.follow_up_of(made[name])
            for person in people:
                stories.answered(follow_up, person, jobs=1 if name == "scored" else 20)
        return made

    def field(self, two: dict[str, Partnership]) -> str:
        match = two["scored"].match
        assert match is not None
        return match.challenge.field

    @pytest.mark.parametrize(
        ("query", "jobs"),
        [
            ("", "21"),
            ("?field=none", "20"),
            ("?field=OWN", "1"),
            ("?field=OWN&field=none", "21"),
            ("?year=2024", "20"),
            ("?year=2023", "0"),
            ("?field=OWN&year=2024", "0"),
            ("?field=nonsense", "21"),
            ("?year=soon", "21"),
        ],
    )
    def test_page_and_file_are_narrowed_alike(
        self, cast: Cast, as_user: SignIn, two: dict[str, Partnership], query: str, jobs: str
    ) -> None:
        query = query.replace("OWN", self.field(two))
        answer = report(cast, as_user, query)
        assert figures(answer.context["found"])["New jobs"] == jobs
        rows = {row[0]: row[1] for row in sheet(cast, as_user, query) if len(row) == 2}
        assert rows["New jobs"] == jobs

    def test_figures_lead_to_lists_narrowed_alike(
        self, cast: Cast, as_user: SignIn, two: dict[str, Partnership]
    ) -> None:
        client = as_user(cast.officer)
        for query in ("?field=none", f"?field={self.field(two)}", "?year=2024"):
            found = report(cast, as_user, query).context["found"]
            for row in found.funnel[1:]:
                assert row["count"] == 1
                assert client.get(row["url"]).context["page"].paginator.count == 1

    def test_the_file_s_address_keeps_the_filters(
        self, cast: Cast, as_user: SignIn, two: dict[str, Partnership]
    ) -> None:
        found = links(report(cast, as_user, "?year=2024"))
        assert f"{path('report_csv')}?year=2024" in found


@pytest.mark.django_db
class TestTheFile:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_says_in_words_what_is_counted_and_what_is_not(
        self, cast: Cast, as_user: SignIn, language: str
    ) -> None:
        signed = stories.signed(cast)
        for months, state in zip(PERIODS, ("confirmed", "differs", "decided", "asked"), strict=True):
            in_state(cast, state, signed, months)
        rows = sheet(cast, as_user, language=language)
        counted = {
            "en": "Confirmed by both sides, counted once for each partnership",
            "ja": "双方が確認済み（協業ごとに1回だけ計上）",
        }[language]
        assert any(row and row[0] == counted and row[1] == "1" for row in rows)
        periods = next(number for number, row in enumerate(rows) if len(row) == len(OutcomeStatus) + 2)
        table = rows[periods + 1 : periods + 5]
        assert [[int(cell) for cell in row[1:-1]] for row in table] == [
            [0, 1, 0, 0, 0],
            [0, 0, 1, 0, 0],
            [0, 0, 0, 1, 0],
            [1, 0, 0, 0, 0],
        ]

    def test_it_asks_the_same_for_few_and_for_many(self, cast: Cast, as_user: SignIn) -> None:
        client, counts = as_user(cast.officer), []
        for _time in range(2):
            pair = stories.signed(cast, startup=factories.StartupFactory())
            member = factories.MembershipFactory(organisation=pair.startup.organisation).user
            follow_up = stories.follow_up_of(pair)
            for person in (cast.company_owner, member):
                stories.answered(follow_up, person)
            counts.append(queries(client, path("report")))
        assert counts[0] == counts[1]
