"""Every field of the forms about partnerships, badly filled in: the message at the field, in both languages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.utils import timezone

from partnerships.models import Amount, GateCheck, GateRule, NextStep, Paper, Partnership, SupportMeasure
from tests.conftest import Cast
from tests.field_messages import hidden, longer
from tests.partnerships import stories
from tests.partnerships.pages import LANGUAGES, SignIn, errors, path
from tests.partnerships.test_pages import AMOUNT, IN_A_WEEK, MEASURE, PAPER, RULE, STEP, YESTERDAY

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
TOMORROW = (TODAY + timedelta(days=1)).isoformat()
FOUR_YEARS_ON = (TODAY + timedelta(days=4 * 366)).isoformat()
UNSEEN = "a\u202eb"
Told = tuple[str, str]

NO_DAY: Told = ("Give a day, for example 2027-04-30.", "日付を入力してください（例：2027-04-30）。")
TO_COME: Told = (
    "This day is still to come. Give the day on which it was.",
    "未来の日付です。実際の日付を入力してください。",
)
TOO_EARLY: Told = (
    "The programme began in 2021. Give a later day.",
    "プログラムは2021年に始まりました。それ以降の日付を入力してください。",
)
FIGURES: Told = (
    "Give the amount in figures, for example 12,000,000.",
    "金額を数字で入力してください（例：12,000,000）。",
)
AT_LEAST_1: Told = ("Give an amount of 1 or more.", "1以上の金額を入力してください。")
Case = tuple[str, dict[str, Any], str, Told]

BAD: list[Case] = [
    ("step_new", {"text": ""}, "text", ("Say what is to be done.", "何をするかを書いてください。")),
    ("step_new", {"text": "   "}, "text", ("Say what is to be done.", "何をするかを書いてください。")),
    ("step_new", {"text": "x" * 301}, "text", longer(300)),
    ("step_new", {"text": UNSEEN}, "text", hidden()),
    ("step_new", {"owner": ""}, "owner", ("Choose who does it.", "担当を選んでください。")),
    ("step_new", {"due_on": ""}, "due_on", ("Give the day by which it is done.", "期限を入力してください。")),
    ("step_new", {"due_on": "soon"}, "due_on", NO_DAY),
    ("step_new", {"due_on": "2031-02-30"}, "due_on", NO_DAY),
    (
        "step_new",
        {"due_on": YESTERDAY},
        "due_on",
        ("This day is over. Give a day to come.", "過ぎた日付です。今日以降の日付を入力してください。"),
    ),
    (
        "step_new",
        {"due_on": FOUR_YEARS_ON},
        "due_on",
        ("Give a day within the next three years.", "3年以内の日付を入力してください。"),
    ),
    ("paper_new", {"kind": ""}, "kind", ("Choose the document.", "文書の種類を選んでください。")),
    (
        "paper_new",
        {"dated": ""},
        "dated",
        ("Give the date of the document.", "文書の日付を入力してください。"),
    ),
    ("paper_new", {"dated": "last May"}, "dated", NO_DAY),
    ("paper_new", {"dated": TOMORROW}, "dated", TO_COME),
    ("paper_new", {"dated": "2020-12-31"}, "dated", TOO_EARLY),
    ("paper_new", {"note": "x" * 201}, "note", longer(200)),
    ("paper_new", {"note": UNSEEN}, "note", hidden()),
    ("amount_new", {"kind": ""}, "kind", ("Choose what the amount is for.", "使途を選んでください。")),
    ("amount_new", {"amount": ""}, "amount", FIGURES),
    ("amount_new", {"amount": "much"}, "amount", FIGURES),
    ("amount_new", {"amount": "0"}, "amount", AT_LEAST_1),
    ("amount_new", {"amount": "-3"}, "amount", AT_LEAST_1),
    (
        "amount_new",
        {"as_of": ""},
        "as_of",
        ("Give the day on which the amount was so.", "その金額の時点を入力してください。"),
    ),
    ("amount_new", {"as_of": "now"}, "as_of", NO_DAY),
    ("amount_new", {"as_of": TOMORROW}, "as_of", TO_COME),
    ("amount_new", {"as_of": "1999-01-01"}, "as_of", TOO_EARLY),
    ("measure_new", {"name": ""}, "name", ("Name the measure.", "支援策の名称を入力してください。")),
    ("measure_new", {"name": "x" * 161}, "name", longer(160)),
    ("measure_new", {"name": UNSEEN}, "name", hidden()),
    ("measure_new", {"amount": "some"}, "amount", FIGURES),
    ("measure_new", {"amount": "0"}, "amount", AT_LEAST_1),
    (
        "measure_new",
        {"decided_on": ""},
        "decided_on",
        ("Give the day of the decision.", "決定した日を入力してください。"),
    ),
    ("measure_new", {"decided_on": TOMORROW}, "decided_on", TO_COME),
    ("end", {"end_reason": ""}, "end_reason", ("Choose the reason.", "理由を選んでください。")),
    (
        "end",
        {"end_reason": "other", "end_text": ""},
        "end_text",
        ("Say in a sentence what the reason was.", "理由を1文で書いてください。"),
    ),
    ("end", {"end_text": "x" * 501}, "end_text", longer(500)),
    ("end", {"end_text": UNSEEN}, "end_text", hidden()),
    (
        "check",
        {"status": ""},
        "status",
        ("Choose what was found.", "確認の結果を選んでください。"),
    ),
    (
        "check",
        {"decided_on": ""},
        "decided_on",
        ("Give the day of the decision.", "決定した日を入力してください。"),
    ),
    ("check", {"decided_on": TOMORROW}, "decided_on", TO_COME),
    (
        "check",
        {"note": ""},
        "note",
        ("Say what was found, and who found it.", "確認した内容と、だれが確認したかを書いてください。"),
    ),
    ("check", {"note": "x" * 501}, "note", longer(500)),
    (
        "rule_new",
        {"modes": []},
        "modes",
        ("Choose at least one kind of cooperation.", "協業の形を1つ以上選択してください。"),
    ),
    ("rule_new", {"checked_on": TOMORROW}, "checked_on", TO_COME),
    ("rule_new", {"title_en": UNSEEN}, "title_en", hidden()),
    ("rule_new", {"text_ja": UNSEEN}, "text_ja", hidden()),
    ("rule_new", {"text_en": "x" * 601}, "text_en", longer(600)),
    ("begin", {"company": ""}, "company", ("Name the firm.", "企業名を入力してください。")),
    ("begin", {"startup": ""}, "startup", ("Name the startup.", "スタートアップ名を入力してください。")),
    (
        "begin",
        {"startup": "Nobody & Co"},
        "startup",
        (
            "Nobody of this name takes part in the programme. Look the name up in the list.",
            "この名前の参加者はいません。一覧で名前を確認してください。",
        ),
    ),
    (
        "begin",
        {"mode": ""},
        "mode",
        ("Choose the kind of cooperation.", "協業の形を選んでください。"),
    ),
    (
        "begin",
        {"summary": ""},
        "summary",
        (
            "Write in a sentence or two what the two sides mean to do.",
            "双方が取り組むことを、1〜2文で書いてください。",
        ),
    ),
    ("begin", {"summary": "x" * 1001}, "summary", longer(1000)),
]
GOOD: dict[str, dict[str, Any]] = {
    "step_new": STEP,
    "paper_new": PAPER,
    "amount_new": AMOUNT,
    "measure_new": MEASURE,
    "end": {"end_reason": "terms", "end_text": ""},
    "check": {"status": "settled", "decided_on": YESTERDAY, "note": "By counsel"},
    "rule_new": RULE,
}
KEPT: list[type[Model]] = [NextStep, Paper, Amount, SupportMeasure]


def address(page: str, begun: Partnership, language: str) -> str:
    if page in ("begin", "rule_new"):
        return path(page, language=language)
    return path(page, language=language, pk=begun.checks.get().pk if page == "check" else begun.pk)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("page", "bad", "field", "told"), BAD)
def test_a_bad_answer_is_told_at_its_field_and_nothing_else_happens(
    cast: Cast, as_user: SignIn, page: str, bad: dict[str, Any], field: str, told: Told, language: str
) -> None:
    stories.only_rule()
    begun = stories.begun(cast)
    good = GOOD.get(page) or {
        "company": cast.company.organisation.name,
        "startup": cast.other_startup.organisation.name,
        "mode": "investment",
        "summary": "Take a share.",
    }
    before = [model._default_manager.count() for model in (*KEPT, Partnership, GateRule)]
    answer = as_user(cast.officer).post(address(page, begun, language), {**good, **bad})
    assert answer.status_code == 200
    assert errors(answer) == {field: [told[LANGUAGES.index(language)]]}
    assert [model._default_manager.count() for model in (*KEPT, Partnership, GateRule)] == before
    assert Partnership.objects.filter(status="ended").count() == 0
    assert GateCheck.objects.open().count() == 1
    for name, value in {**good, **bad}.items():
        if name != field and isinstance(value, str):
            assert answer.context["form"][name].value() == value


@pytest.mark.parametrize(
    ("written", "kept"),
    [("12,000,000", 12_000_000), ("１２００００００", 12_000_000), ("1 500 000", 1_500_000), ("5", 5)],
)
def test_amounts_are_read_as_people_write_them(cast: Cast, as_user: SignIn, written: str, kept: int) -> None:
    begun = stories.begun(cast)
    as_user(cast.company_owner).post(path("amount_new", pk=begun.pk), {**AMOUNT, "amount": written})
    assert Amount.objects.get().amount == kept


@pytest.mark.parametrize("day", [TODAY.isoformat(), IN_A_WEEK])
def test_a_step_may_be_due_today_or_later(cast: Cast, as_user: SignIn, day: str) -> None:
    begun = stories.begun(cast)
    as_user(cast.company_owner).post(path("step_new", pk=begun.pk), {**STEP, "due_on": day})
    assert NextStep.objects.get().due_on.isoformat() == day
