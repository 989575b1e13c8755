"""What each side answers: every field badly filled in, by every way in, in both languages; and what the two come to."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from post_office.models import Email

from matchmaking.core.currencies import Currency, in_dollars
from partnerships import actions
from partnerships.enums import Figure, Result, Without
from partnerships.models import FollowUp, FollowUpAnswer
from partnerships.outcomes import Told, counting, differing, same_amount
from tests.conftest import Cast
from tests.field_messages import hidden, longer
from tests.partnerships import stories
from tests.partnerships.pages import LANGUAGES, SignIn, errors, path, words
from tests.partnerships.test_outcome_links import ANSWER

MONEY = (
    "Give the amount in figures, for example 12,000,000. Write 0 if there is none.",
    "金額を数字で入力してください（例：12,000,000）。ない場合は0と入力してください。",
)
COUNT = (
    "Give a whole number. Write 0 if there are none.",
    "整数で入力してください。ない場合は0と入力してください。",
)
AT_LEAST_ONE = (
    "Choose at least one. “Nothing yet” is an answer too.",
    "1つ以上選択してください。「まだ何もない」も選べます。",
)
ALONE = (
    "Choose “Nothing yet” alone, or what has come of it.",
    "「まだ何もない」だけを選ぶか、得られた成果を選択してください。",
)
OPINION = (
    "Choose what you think. “We cannot say” is an answer too.",
    "お考えに近いものを選択してください。「分からない」も選べます。",
)
Case = tuple[str, Any, tuple[str, str]]
BAD: list[Case] = [
    ("results", [], AT_LEAST_ONE),
    ("results", ["nothing", "sales"], ALONE),
    ("sales", "", MONEY),
    ("sales", "much", MONEY),
    ("sales", "-1", MONEY),
    ("sales", "１２円", MONEY),
    ("invested", "", MONEY),
    ("invested", "n/a", MONEY),
    ("invested", "-0.01", MONEY),
    ("jobs", "", COUNT),
    ("jobs", "two", COUNT),
    ("jobs", "1.5", COUNT),
    ("jobs", "-2", COUNT),
    ("products", "", COUNT),
    ("products", "many", COUNT),
    ("products", "-1", COUNT),
    ("without", "", OPINION),
    ("words", "x" * 1001, longer(1000)),
    ("words", "a\u202eb", hidden()),
]
UNKNOWN: list[tuple[str, Any]] = [
    ("results", ["married"]),
    ("sales_currency", "XXX"),
    ("invested_currency", ""),
    ("without", "perhaps"),
    ("jobs", "100001"),
    ("products", "999999999999"),
    ("sales", "1" * 17),
    ("invested", "0.001"),
]


@pytest.fixture
def asked(cast: Cast) -> FollowUp:
    now = timezone.now()
    stories.signed(cast, now - timedelta(days=93))
    actions.ask_due(now=now)
    return FollowUp.objects.with_parties().get()


def link_of(cast: Cast, person: str, language: str) -> str:
    mail = Email.objects.get(to=getattr(cast, person).email, message__contains="/outcomes/")
    [token] = stories.tokens([mail])
    return path("outcome_link", language=language, token=token)


@pytest.mark.django_db
class TestFields:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize(("field", "value", "told"), BAD)
    def test_by_the_link_each_is_told_at_its_field_and_nothing_typed_is_lost(
        self, cast: Cast, asked: FollowUp, field: str, value: Any, told: tuple[str, str], language: str
    ) -> None:
        answer = Client().post(link_of(cast, "startup_owner", language), {**ANSWER, field: value})
        assert errors(answer) == {field: [told[LANGUAGES.index(language)]]}
        assert not FollowUpAnswer.objects.exists()
        for name, typed in ANSWER.items():
            if name != field:
                assert answer.context["form"][name].value() == typed

    @pytest.mark.parametrize("person", ["company_member", "startup_owner"])
    @pytest.mark.parametrize(("field", "value"), [*[case[:2] for case in BAD], *UNKNOWN])
    def test_signed_in_the_same_is_refused(
        self, cast: Cast, as_user: SignIn, asked: FollowUp, field: str, value: Any, person: str
    ) -> None:
        url = path("outcome", pk=asked.pk)
        answer = as_user(getattr(cast, person)).post(url, {**ANSWER, field: value})
        assert set(errors(answer)) == {field}
        assert not FollowUpAnswer.objects.exists()

    @pytest.mark.parametrize("field", ["results", "sales", "invested", "jobs", "products", "without"])
    def test_an_empty_form_names_all_that_lacks(self, cast: Cast, asked: FollowUp, field: str) -> None:
        answer = Client().post(link_of(cast, "company_owner", "en"), {})
        assert field in errors(answer)
        assert f'href="#id_{field}' in answer.content.decode(), "the summary leads to the field"

    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("0", 0),
            ("12,000", 12_000),
            ("１２，０００", 12_000),
            ("1 500 000", 1_500_000),
            ("0.5", Decimal("0.5")),
        ],
    )
    def test_money_is_read_as_people_write_it(
        self, cast: Cast, asked: FollowUp, written: str, kept: Any
    ) -> None:
        Client().post(link_of(cast, "company_owner", "ja"), {**ANSWER, "sales": written})
        assert FollowUpAnswer.objects.get().sales == kept

    @pytest.mark.parametrize("result", list(Result))
    @pytest.mark.parametrize("person", ["company_owner", "startup_owner"])
    def test_each_result_is_kept_alone(self, cast: Cast, asked: FollowUp, result: str, person: str) -> None:
        Client().post(link_of(cast, person, "en"), {**ANSWER, "results": [result]})
        assert FollowUpAnswer.objects.get().results == [result]

    @pytest.mark.parametrize("without", list(Without))
    def test_each_opinion_is_kept_and_shown_to_its_own_side(
        self, cast: Cast, as_user: SignIn, asked: FollowUp, without: Without
    ) -> None:
        answered = stories.settled(asked, cast, without=without, words="We would have come anyway.")
        url = path("outcome", pk=answered.pk)
        assert str(without.label) in words(as_user(cast.startup_owner).get(url))
        ours = words(as_user(cast.company_owner).get(url))
        assert "We would have come anyway." not in ours
        assert answered.status == "confirmed", "a side's opinion is never compared"


# --- What the two come to ----------------------------------------------------------------------------------------

money = st.decimals(0, 10**12, places=2, allow_nan=False, allow_infinity=False)
currencies = st.sampled_from(Currency.values)
results = st.one_of(
    st.just([Result.NOTHING.value]),
    st.sets(st.sampled_from([each.value for each in Result if each != Result.NOTHING]), min_size=1).map(
        sorted
    ),
)
answers = st.builds(
    Told,
    results=results,
    sales=money,
    sales_currency=currencies,
    invested=money,
    invested_currency=currencies,
    jobs=st.integers(0, 100_000),
    products=st.integers(0, 100_000),
    without=st.sampled_from(Without.values),
    words=st.text(max_size=20),
)


@given(one=answers, other=answers)
def test_it_does_not_matter_who_is_asked_first(one: Told, other: Told) -> None:
    assert differing(one, other) == differing(other, one)


@given(one=answers)
def test_nobody_differs_from_themselves(one: Told) -> None:
    assert differing(one, one) == []


@given(one=answers, other=answers)
def test_what_counts_is_never_more_than_either_says(one: Told, other: Told) -> None:
    counted = counting(one, other)
    for told in (one, other):
        assert set(counted.results) <= set(told.results)
        assert counted.jobs <= told.jobs
        assert counted.products <= told.products
        for name in ("sales", "invested"):
            ours = in_dollars(getattr(counted, name), getattr(counted, f"{name}_currency")) or 0
            theirs = in_dollars(getattr(told, name), getattr(told, f"{name}_currency")) or 0
            assert ours <= theirs


@given(one=answers, other=answers)
def test_what_counts_is_what_one_of_them_said(one: Told, other: Told) -> None:
    counted = counting(one, other)
    said = {(told.sales, told.sales_currency) for told in (one, other)}
    assert (counted.sales, counted.sales_currency) in said


@given(one=answers, other=answers)
def test_confirmed_means_at_least_one_result_counts(one: Told, other: Told) -> None:
    if Figure.RESULTS not in differing(one, other):
        assert counting(one, other).results


@given(amount=money, currency=currencies, percent=st.integers(0, 100))
def test_in_one_currency_a_twentieth_is_the_same(amount: Decimal, currency: str, percent: int) -> None:
    lower = amount * (100 - percent) / 100
    assert same_amount(amount, currency, lower, currency) == (percent <= 5 or amount == 0)


@given(amount=money, currency=currencies, other=currencies)
def test_nought_is_the_same_as_nought_only(amount: Decimal, currency: str, other: str) -> None:
    same = same_amount(amount, currency, Decimal(0), other)
    if currency == other or in_dollars(amount, currency):
        assert same == (amount == 0)


@given(
    one=answers,
    figure=st.sampled_from(["jobs", "products"]),
    by=st.integers(1, 50),
)
def test_a_head_more_is_a_difference_of_just_that(one: Told, figure: str, by: int) -> None:
    values = {name: getattr(one, name) for name in Told.__slots__}
    other = Told(**{**values, figure: values[figure] + by})
    assert differing(one, other) == [Figure(figure)]
