"""Every field of every form of research, badly filled in: told at the field, nothing done, nothing typed lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.test import Client

from accounts.models import User
from research import actions
from research.enums import RefusalReason
from research.models import Conflict, MarketFigure
from tests.conftest import Cast
from tests.field_messages import Told, decimals, hidden, least, longer, most, whole_digits
from tests.research.sheets import MARKS, SHEETS, Sheet, everything, figure, still_there, writing_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
LANGUAGES = ("en", "ja")
UNSEEN = "a\u202eb"

WHERE: Told = (
    "Write where you work, or “Independent”.",
    "勤務先を記入してください。所属がない場合は「個人」と記入してください。",
)
AT_LEAST_ONE: Told = ("Choose at least one.", "1つ以上選択してください。")
TO_TEN: Told = ("Write a number from 0 to 10.", "0から10までの数字を記入してください。")
A_QUESTION: Told = ("Write at least one question.", "質問を1つ以上書いてください。")
OF_THE_LIST: Told = ("Choose an expert of the list.", "一覧の中から専門家を選んでください。")
A_STARTUP: Told = ("Choose a startup.", "スタートアップを選んでください。")
A_FOUND_ONE: Told = (
    "Look for a startup, then choose it.",
    "スタートアップを検索してから選択してください。",
)
WHY: Told = ("Say in a sentence or two why.", "理由を1〜2文で書いてください。")
A_MARK: Told = ("Choose a mark.", "評価を選んでください。")
A_REASON: Told = ("Write the reason.", "理由を入力してください。")
WITH_WHOM: Told = (
    "Choose with whom you have a conflict of interest.",
    "利益相反のある相手を選んでください。",
)
IF_YOU_HAVE: Told = (
    "Choose “A conflict of interest” if you have one.",
    "利益相反がある場合は、「利益相反がある」を選んでください。",
)
DECLARE: Told = (
    "Declare this, or refuse the research.",
    "申告にチェックを入れるか、調査を辞退してください。",
)
SHORTEN_REASON: Told = (
    "Shorten this to 2000 characters: it has 2001 now.",
    "2000文字以内にしてください（今は2001文字です）。",
)
NAMED_ALREADY: Told = ("This startup is named already.", "このスタートアップはすでに挙げられています。")

COUNTRIES: Told = ("Choose countries of the list.", "一覧の中から国を選択してください。")
A_CHALLENGE: Told = (
    "Choose a challenge of the list, or none.",
    "一覧の中から課題を選ぶか、空欄にしてください。",
)
A_FIELD: Told = ("Choose a field.", "分野を選択してください。")
A_MARKET: Told = ("Choose a market.", "市場を選択してください。")
A_LANGUAGE: Told = ("Choose the language of the report.", "報告書の言語を選択してください。")
A_DAY: Told = ("Give a day, for example 2027-04-30.", "日付を入力してください（例：2027-04-30）。")
A_LATER_DAY: Told = (
    "This day has come already. Give a later one, or none.",
    "この日はすでに過ぎています。これからの日付を入力するか、空欄にしてください。",
)
A_TERM: Told = (
    "Choose in how many working days the report is due.",
    "報告書の期限を何営業日後にするか選択してください。",
)
A_TERM_OF_ADVICE: Told = (
    "Choose in how many working days the assessment is due.",
    "評価の期限を何営業日後にするか選択してください。",
)
DECLARE_OR_NOT: Told = ("Declare this, or give no assessment.", "申告するか、評価を辞退してください。")
WHY_REFUSED: Told = ("Choose why you refuse.", "辞退の理由を選択してください。")
NAMED_HERE: Told = (
    "Choose among the organisations named here.",
    "ここに挙げた組織から選んでください。",
)
A_LABEL: Told = ("Name the market.", "市場の名前を入力してください。")
A_YEAR: Told = ("Give a year from 1990 to 2060.", "1990から2060までの年を入力してください。")
AN_AMOUNT: Told = (
    "Give the amount in millions, in figures: for example 12.5.",
    "金額を百万単位の数字で入力してください（例：12.5）。",
)
A_CURRENCY: Told = ("Choose a currency.", "通貨を選択してください。")
A_SOURCE: Told = ("Say who published it, and when.", "公表した機関と時期を入力してください。")

BAD: list[tuple[str, str, Any, Told]] = [
    ("own", "affiliation", "", WHERE),
    ("own", "affiliation", "   ", WHERE),
    ("own", "affiliation", UNSEEN, hidden()),
    ("own", "fields", [], AT_LEAST_ONE),
    ("own", "languages", [], AT_LEAST_ONE),
    ("own", "capacity", "", TO_TEN),
    ("own", "biography", UNSEEN, hidden()),
    ("ask", "question", "", A_QUESTION),
    ("ask", "question", " \n ", A_QUESTION),
    ("ask", "question", UNSEEN, hidden()),
    ("ask", "question", "One.\nTwo\u200b.", hidden("One. Two", "U+200B")),
    ("assign", "expert", "", OF_THE_LIST),
    ("assign", "expert", "x", OF_THE_LIST),
    ("assign", "expert", "99999", OF_THE_LIST),
    ("accept", "declared", "", DECLARE),
    ("refuse", "conflicts", [], WITH_WHOM),
    ("refuse", "reason", "time", IF_YOU_HAVE),
    ("refuse", "reason", "field", IF_YOU_HAVE),
    ("refuse", "reason", "other", IF_YOU_HAVE),
    ("refuse", "text", UNSEEN, hidden()),
    ("section", "text", UNSEEN, hidden()),
    ("figure", "label", UNSEEN, hidden()),
    ("figure", "source", UNSEEN, hidden()),
    ("candidate", "startup", "", A_FOUND_ONE),
    ("candidate", "reason", "", WHY),
    ("candidate", "reason", " \n ", WHY),
    ("candidate", "reason", UNSEEN, hidden()),
    ("remarks", "summary_1", UNSEEN, hidden()),
    ("remarks", "risks_1", UNSEEN, hidden()),
    ("remarks", "figures_1", UNSEEN, hidden()),
    ("cancel", "reason", "", A_REASON),
    ("cancel", "reason", "   ", A_REASON),
    ("cancel", "reason", "x" * 2001, SHORTEN_REASON),
    ("cancel", "reason", UNSEEN, hidden()),
    ("ask_advice", "startup", "", A_STARTUP),
    ("ask_advice", "expert", "", OF_THE_LIST),
    *[("assess", f"{each}_rating", "", A_MARK) for each in MARKS],
    *[("assess", f"{each}_reason", "  ", WHY) for each in MARKS],
    *[("assess", f"{each}_reason", UNSEEN, hidden()) for each in MARKS],
    ("assess", "declared", "", DECLARE_OR_NOT),
    ("decline", "conflicts", [], WITH_WHOM),
    ("decline", "reason", "time", IF_YOU_HAVE),
    ("decline", "text", UNSEEN, hidden()),
]
# What no list offers, and what is beyond a limit.
BEYOND: list[tuple[str, str, Any, Told]] = [
    ("own", "affiliation", "x" * 161, longer(160)),
    ("own", "fields", ["space"], AT_LEAST_ONE),
    ("own", "countries", ["XX"], COUNTRIES),
    ("own", "languages", ["xx"], AT_LEAST_ONE),
    ("own", "capacity", "some", TO_TEN),
    ("own", "capacity", "2.5", TO_TEN),
    ("own", "capacity", "-1", least(0)),
    ("own", "capacity", "11", most(10)),
    ("own", "biography", "x" * 2001, longer(2000)),
    ("ask", "challenge", "x", A_CHALLENGE),
    ("ask", "challenge", "99999", A_CHALLENGE),
    ("ask", "field", "", A_FIELD),
    ("ask", "field", "space", A_FIELD),
    ("ask", "market", "", A_MARKET),
    ("ask", "market", "XX", A_MARKET),
    ("ask", "language", "", A_LANGUAGE),
    ("ask", "language", "fr", A_LANGUAGE),
    ("ask", "question", "x" * 3001, longer(3000)),
    ("ask", "needed_on", "soon", A_DAY),
    ("ask", "needed_on", "2026-02-30", A_DAY),
    ("ask", "needed_on", "2021-04-01", A_LATER_DAY),
    ("assign", "term", "", A_TERM),
    ("assign", "term", "11", A_TERM),
    ("refuse", "reason", "", WHY_REFUSED),
    ("refuse", "reason", "tired", WHY_REFUSED),
    ("refuse", "conflicts", ["99999"], NAMED_HERE),
    ("refuse", "text", "x" * 501, longer(500)),
    ("section", "text", "x" * 20_001, longer(20_000)),
    ("figure", "label", "", A_LABEL),
    ("figure", "label", "x" * 81, longer(80)),
    ("figure", "year", "", A_YEAR),
    ("figure", "year", "next", A_YEAR),
    ("figure", "year", "1989", least(1990)),
    ("figure", "year", "2061", most(2060)),
    ("figure", "amount", "", AN_AMOUNT),
    ("figure", "amount", "much", AN_AMOUNT),
    ("figure", "amount", "-5", least(0)),
    ("figure", "amount", "1.234", decimals(2)),
    ("figure", "amount", "1234567890123", whole_digits(12)),
    ("figure", "currency", "", A_CURRENCY),
    ("figure", "currency", "XXX", A_CURRENCY),
    ("figure", "source", "", A_SOURCE),
    ("figure", "source", "x" * 201, longer(200)),
    ("candidate", "startup", "x", A_FOUND_ONE),
    ("candidate", "startup", "99999", A_FOUND_ONE),
    ("candidate", "reason", "x" * 1001, longer(1000)),
    ("remarks", "summary_2", "x" * 1001, longer(1000)),
    ("remarks", "sources_1", "x" * 1001, longer(1000)),
    ("remarks", "figures_2", "x" * 1001, longer(1000)),
    ("remarks", "term", "11", A_TERM),
    ("ask_advice", "startup", "99999", A_STARTUP),
    ("ask_advice", "expert", "99999", OF_THE_LIST),
    ("ask_advice", "term", "", A_TERM_OF_ADVICE),
    ("ask_advice", "term", "11", A_TERM_OF_ADVICE),
    *[("assess", f"{each}_rating", "6", A_MARK) for each in MARKS],
    ("assess", "team_rating", "good", A_MARK),
    *[("assess", f"{each}_reason", "x" * 601, longer(600)) for each in MARKS],
    ("decline", "reason", "", WHY_REFUSED),
    ("decline", "conflicts", ["99999"], NAMED_HERE),
    ("decline", "text", "x" * 501, longer(500)),
]


def as_list(value: Any) -> list[str]:
    return sorted(value) if isinstance(value, list) else [value]


def lost(sheet: Sheet, sent: dict[str, Any], answer: Any, language: str, field: str) -> list[str]:
    """Which fields no longer hold on the page what was typed. A choice that no list offers cannot be held."""
    kept = still_there(answer.content.decode(), sheet.address(language))
    asked = answer.context[sheet.held_as].fields[field]
    unheld = {field} if isinstance(asked, forms.ChoiceField | forms.BooleanField) else set()
    names = sent.keys() - unheld
    return [name for name in names if sorted(kept.get(name, [])) != as_list(sent[name])]


def refused(as_user: SignIn, sheet: Sheet, field: str, value: Any, language: str) -> list[str]:
    """Send a bad answer, see that it is told at its field alone and that nothing is done or lost; what was told."""
    before, sent = everything(), {**sheet.good, field: value}
    answer = as_user(sheet.by).post(sheet.address(language), sent)
    assert answer.status_code == 200
    found = {name: list(told) for name, told in answer.context[sheet.held_as].errors.items()}
    assert list(found) == [field]
    assert everything() == before
    assert lost(sheet, sent, answer, language, field) == []
    return found[field]


@pytest.mark.parametrize(("page", "field", "value", "told"), [*BAD, *BEYOND])
def test_a_bad_answer_is_told_at_its_field_and_nothing_is_done_or_lost(
    page: str, field: str, value: Any, told: Told, cast: Cast, as_user: SignIn
) -> None:
    sheet = SHEETS[page](cast)
    found = [refused(as_user, sheet, field, value, language) for language in LANGUAGES]
    assert found == [[words] for words in told]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", SHEETS)
def test_the_same_form_well_filled_in_is_taken(page: str, language: str, cast: Cast, as_user: SignIn) -> None:
    sheet = SHEETS[page](cast)
    before = everything()
    answer = as_user(sheet.by).post(sheet.address(language), sheet.good)
    if page == "ask":
        assert (answer.status_code, everything() == before) == (200, True), "sent from the next page only"
        assert answer.context["hidden"] == sheet.good
    else:
        assert (answer.status_code, everything() == before) == (302, False)


@pytest.mark.parametrize("page", SHEETS)
def test_an_empty_form_is_no_mishap_and_each_of_its_fields_is_tried_here(
    page: str, cast: Cast, as_user: SignIn
) -> None:
    """But for what may be left open, and what only a made-up page sends otherwise."""
    sheet = SHEETS[page](cast)
    before = everything()
    form = as_user(sheet.by).post(sheet.address(), {}).context[sheet.held_as]
    assert (bool(form.errors), everything() == before) == (True, True)
    tried = {field for name, field, *_more in (*BAD, *BEYOND) if name == page} | {"match", "seen", "q"}
    assert page == "remarks" or form.fields.keys() - tried == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_is_not_returned_without_a_single_remark(language: str, cast: Cast, as_user: SignIn) -> None:
    sheet = SHEETS["remarks"](cast)
    before = everything()
    answer = as_user(sheet.by).post(sheet.address(language), {"summary_1": "  ", "risks_1": ""})
    told = {
        "en": "Write at least one remark: the expert must know what to change.",
        "ja": "コメントを1つ以上書いてください。何を直せばよいかが専門家に伝わる必要があります。",
    }
    assert answer.context["form"].errors == {"__all__": [told[language]]}
    assert everything() == before


@pytest.mark.parametrize(("language", "told"), [("en", 0), ("ja", 1)])
def test_a_refusal_for_another_reason_needs_words(
    language: str, told: int, cast: Cast, as_user: SignIn
) -> None:
    sheet = SHEETS["refuse"](cast)
    before = everything()
    answer = as_user(sheet.by).post(sheet.address(language), {"reason": RefusalReason.OTHER, "text": " "})
    words = ("Write the reason in a sentence.", "理由を1文で書いてください。")
    assert answer.context["refuse_form"].errors == {"text": [words[told]]}
    assert everything() == before
    assert still_there(answer.content.decode(), sheet.address(language))["reason"] == ["other"]


@pytest.mark.parametrize(("language", "told"), [("en", 0), ("ja", 1)])
def test_a_market_has_one_figure_of_a_year_and_the_second_stays_typed(
    language: str, told: int, cast: Cast, as_user: SignIn
) -> None:
    sheet = figure(cast)
    as_user(sheet.by).post(sheet.address(), sheet.good)
    words = (
        "This market has a figure of that year. Remove it first, or name another market.",
        "この市場のその年の数値はすでにあります。先に削除するか、別の市場名にしてください。",
    )
    other = {**sheet.good, "amount": "99", "source": "Another board"}
    before = everything()
    answer = as_user(sheet.by).post(sheet.address(language), other)
    assert answer.context["figure_form"].errors == {"year": [words[told]]}
    assert everything() == before
    assert lost(sheet, other, answer, language, "year") == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("why", ["named already", "conflict"])
def test_a_startup_that_cannot_be_named_is_told_and_the_reason_stays(
    why: str, language: str, cast: Cast, as_user: SignIn
) -> None:
    sheet = SHEETS["candidate"](cast)
    if why == "conflict":
        organisation = cast.other_startup.organisation
        actions.declare_conflict(cast.expert.expert, organisation, reason="", by=cast.expert)
    else:
        as_user(sheet.by).post(sheet.address(), sheet.good)
    words = {
        "conflict": (
            "You have declared a conflict of interest with this startup. Choose another.",
            "このスタートアップとの利益相反を申告されています。別のスタートアップを選んでください。",
        ),
        "named already": NAMED_ALREADY,
    }[why][LANGUAGES.index(language)]
    before = everything()
    answer = as_user(sheet.by).post(sheet.address(language), sheet.good)
    assert answer.context["candidate_form"].errors == {"startup": [words]}
    assert everything() == before
    kept = still_there(answer.content.decode(), sheet.address(language))
    assert (kept["startup"], kept["reason"]) == ([sheet.good["startup"]], [sheet.good["reason"]])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("why", ["asked already", "conflict"])
def test_an_expert_who_cannot_be_asked_is_told_and_the_choices_stay(
    why: str, language: str, cast: Cast, as_user: SignIn
) -> None:
    sheet = SHEETS["ask_advice"](cast)
    if why == "conflict":
        Conflict.objects.create(expert=cast.expert.expert, organisation=cast.startup.organisation)
    else:
        as_user(sheet.by).post(sheet.address(), sheet.good)
    words = {
        "conflict": (
            "Conflict of interest declared. Choose another.",
            "利益相反の申告あり。別の専門家を選んでください。",
        ),
        "asked already": ("This expert has been asked already.", "この専門家にはすでに依頼しています。"),
    }[why][LANGUAGES.index(language)]
    before = everything()
    answer = as_user(sheet.by).post(sheet.address(language), sheet.good)
    assert answer.context["form"].errors == {"expert": [words]}
    assert everything() == before
    kept = still_there(answer.content.decode(), sheet.address(language))
    assert {name: kept[name] for name in sheet.good} == {name: [value] for name, value in sheet.good.items()}


@pytest.mark.parametrize(
    ("typed", "kept"), [("1,250.5", "1250.50"), ("１２５０", "1250.00"), ("0", "0.00"), ("12", "12.00")]
)
def test_amounts_are_read_as_people_write_them(typed: str, kept: str, cast: Cast, as_user: SignIn) -> None:
    sheet = figure(cast)
    assert as_user(sheet.by).post(sheet.address(), {**sheet.good, "amount": typed}).status_code == 302
    assert str(MarketFigure.objects.get().amount) == kept


@pytest.mark.parametrize(
    ("year", "taken"), [("1989", False), ("1990", True), ("2060", True), ("2061", False)]
)
def test_years_have_their_first_and_their_last(year: str, taken: bool, cast: Cast, as_user: SignIn) -> None:
    sheet = figure(cast)
    as_user(sheet.by).post(sheet.address(), {**sheet.good, "year": year})
    assert MarketFigure.objects.exists() is taken


@pytest.mark.parametrize("seen", ["x", "-1", ""])
def test_a_section_of_a_page_that_somebody_made_up_is_not_kept_and_its_text_stays(
    seen: str, cast: Cast, as_user: SignIn
) -> None:
    address = f"/en/expert/{writing_of(cast).pk}/report/risks/"
    before = everything()
    answer = as_user(cast.expert).post(address, {"text": "Long words", "seen": seen})
    assert (answer.status_code, everything() == before) == (200, True)
    assert still_there(answer.content.decode(), address)["text"] == ["Long words"]
