"""Every field of every section that a firm's members edit, and of its challenges: bad input and good input."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from accounts.models import Membership, Organisation, User
from companies.models import Challenge, Company
from companies.questions import CHALLENGE_FIELDS, STEPS
from matchmaking.core.models import AuditEvent, Job, Notice
from tests import factories
from tests.field_messages import hidden, least, longer, most
from tests.imports import difference, row_counts
from tests.pages import errors_of, shown_values

pytestmark = pytest.mark.django_db
NUMBER = "5070001000715"
SECTIONS = [step.key for step in STEPS if step.asks]  # the agreement: test_registration
PHONE = (
    "Write a telephone number of 8 to 15 digits, such as 0258-12-3456 or +81 258 12 3456.",
    "電話番号は、0258-12-3456や+81 258 12 3456のように、8〜15桁で入力してください。",
)
THIRTEEN = (
    "A corporate number has 13 digits: 1 digit is missing.",
    "法人番号は13桁です。1桁足りません。",
)
DIGITS = (
    "A corporate number has digits only: “A” at place 13 is none.",
    "法人番号は数字だけで入力してください。13文字目の「A」は数字ではありません。",
)
SLIP = (
    "The first digit does not go with the other 12. Check these places first: digit 1, digit 5, digit 9.",
    "先頭の数字（検査用数字）がほかの12桁と合いません。まず、次の桁を確認してください：1桁目、5桁目、9桁目。",
)
TAKEN = (
    (
        "This firm is registered already. Check the number; if it is right, ask the colleague who registered it to "
        "let you in."
    ),
    "この企業は、すでに登録されています。番号を確認し、正しければ、登録した社内の方に参加を依頼してください。",
)
BOTH = (
    "A country cannot be both preferred and excluded.",
    "希望する国と除外する国に、同じ国は選択できません。",
)
STRAY = (
    "“Charging and batteries in use” belongs to none of the chosen fields.",
    "「充電・電池活用」は、選択した分野に属していません。",
)


SAME_TITLE = ("Another challenge of your firm has this title.", "同じ件名の課題が、すでにあります。")


# what a field says about an answer that is missing, is not read, or is not in the list
PROMPTS: dict[tuple[str, str], tuple[str, str]] = {
    ("company", "corporate_number"): (
        "Enter the 13 digits of the corporate number.",
        "法人番号は13桁の数字で入力してください。",
    ),
    ("company", "name"): (
        "Enter the name of the firm as it is registered, for example 北浜食品株式会社.",
        "登記上の会社名を入力してください（例：北浜食品株式会社）。",
    ),
    ("company", "name_kana"): (
        "Enter how the name is read, in katakana, for example キタハマショクヒン.",
        "会社名の読みをカタカナで入力してください（例：キタハマショクヒン）。",
    ),
    ("company", "name_en"): (
        "Enter the name in English, for example Kitahama Foods.",
        "英語の会社名を入力してください（例：Kitahama Foods）。",
    ),
    ("company", "prefecture"): (
        "Choose the prefecture of your head office.",
        "本社のある都道府県を選択してください。",
    ),
    ("company", "industry"): (
        "Choose the industry of your main business.",
        "主な事業の業種を選択してください。",
    ),
    ("company", "employees"): (
        "Enter the number of regular employees in digits, for example 420.",
        "常時使用する従業員の数を数字で入力してください（例：420）。",
    ),
    ("company", "capital_million_yen"): (
        "Enter the capital in millions of yen, in digits, for example 310.",
        "資本金を百万円単位の数字で入力してください（例：310）。",
    ),
    ("company", "revenue_band"): (
        "Choose your yearly sales from the list.",
        "年間売上高を一覧から選択してください。",
    ),
    ("company", "website"): (
        "Enter an address that begins with https://, for example https://www.example.com.",
        "https://で始まるアドレスを入力してください（例：https://www.example.com）。",
    ),
    ("company", "business"): (
        "Write what your firm makes or does, and for whom.",
        "誰に向けて何を製造、提供しているかを書いてください。",
    ),
    ("contact", "name"): ("Enter your name.", "お名前を入力してください。"),
    ("contact", "title"): (
        "Enter your position, for example Head of Planning.",
        "役職を入力してください（例：経営企画部長）。",
    ),
    ("contact", "phone"): (
        "Enter a telephone number, for example 0258-12-3456.",
        "電話番号を入力してください（例：0258-12-3456）。",
    ),
    ("challenge", "field"): ("Choose the field that fits best.", "最も近い分野を選択してください。"),
    ("challenge", "title"): (
        "Write the challenge in one line, for example “Shorten the evening queue at our tills”.",
        "課題を1行で書いてください（例：「夕方のレジ待ちを短くしたい」）。",
    ),
    ("challenge", "text"): (
        "Write what goes wrong today, or costs too much.",
        "今、何がうまくいかないか、何に費用がかかりすぎているかを書いてください。",
    ),
    ("challenge", "deadline"): (
        "Enter the day as year, month and day, for example 2027-03-31.",
        "年月日を入力してください（例：2027-03-31）。",
    ),
    ("challenge", "least_readiness"): (
        "Choose a level from 1 to 9 from the list.",
        "1から9の段階を一覧から選択してください。",
    ),
    ("challenge", "budget_band"): ("Choose a budget from the list.", "予算を一覧から選択してください。"),
    ("challenge", "sub_fields"): ("Choose sub-fields from the list.", "細分野を一覧から選択してください。"),
    ("challenge", "modes"): (
        "Choose kinds of cooperation from the list.",
        "協業の形を一覧から選択してください。",
    ),
    ("wishes", "modes"): ("Choose at least one kind of cooperation.", "協業の形を1つ以上選択してください。"),
    ("wishes", "fields"): ("Choose at least one field.", "分野を1つ以上選択してください。"),
    ("wishes", "sub_fields"): ("Choose sub-fields from the list.", "細分野を一覧から選択してください。"),
    ("wishes", "languages"): (
        "Choose at least one language in which you can hold a meeting.",
        "商談で使える言語を1つ以上選択してください。",
    ),
    ("wishes", "monthly_meeting_limit"): (
        "Enter how many meetings a month you can hold, from 1 to 40.",
        "1か月に応じられる商談の件数を、1から40の数で入力してください。",
    ),
    ("wishes", "preferred_countries"): ("Choose countries from the list.", "国を一覧から選択してください。"),
    ("wishes", "excluded_countries"): ("Choose countries from the list.", "国を一覧から選択してください。"),
}


# section, field, what is typed, the words in both languages
BAD: list[tuple[str, str, Any, tuple[str, str]]] = [
    ("company", "name", "", PROMPTS["company", "name"]),
    ("company", "name", "　", PROMPTS["company", "name"]),
    ("company", "name", "x" * 121, longer(120)),
    ("company", "name", "北浜\u202e", hidden("北浜")),
    ("company", "name_kana", "カ" * 121, longer(120)),
    ("company", "name_kana", "カ\u202e", hidden("カ")),
    ("company", "name_en", "K" * 121, longer(120)),
    ("company", "name_en", "K\u202e", hidden("K")),
    ("company", "city", "x" * 81, longer(80)),
    ("company", "city", "燕\u202e市", hidden("燕")),
    ("company", "website", "javascript:alert(1)", PROMPTS["company", "website"]),
    ("company", "website", "ftp://kitahama.example", PROMPTS["company", "website"]),
    ("company", "website", "https://kitahama.example/\u202e", hidden("a.example/")),
    ("company", "website", "https://kitahama.example/" + "a" * 176, longer(200)),
    ("company", "corporate_number", "", PROMPTS["company", "corporate_number"]),
    ("company", "corporate_number", "507000100071", THIRTEEN),
    ("company", "corporate_number", "507000100071A", DIGITS),
    ("company", "corporate_number", "6070001000715", SLIP),
    ("company", "corporate_number", "1010001185037", TAKEN),
    ("company", "prefecture", "", PROMPTS["company", "prefecture"]),
    ("company", "prefecture", "48", PROMPTS["company", "prefecture"]),
    ("company", "industry", "magic", PROMPTS["company", "industry"]),
    ("company", "employees", "0", least(1)),
    ("company", "employees", "many", PROMPTS["company", "employees"]),
    ("company", "employees", "2147483648", most(2147483647)),
    ("company", "capital_million_yen", "-1", least(0)),
    ("company", "capital_million_yen", "1.5", PROMPTS["company", "capital_million_yen"]),
    ("company", "revenue_band", "lots", PROMPTS["company", "revenue_band"]),
    ("wishes", "fields", [], PROMPTS["wishes", "fields"]),
    ("wishes", "fields", ["space"], PROMPTS["wishes", "fields"]),
    ("wishes", "sub_fields", ["charging"], STRAY),
    ("wishes", "sub_fields", ["magic"], PROMPTS["wishes", "sub_fields"]),
    ("company", "business", "あ" * 2001, longer(2000)),
    ("company", "business", "あ\u202e", hidden("あ")),
    ("company", "strengths", "あ" * 2001, longer(2000)),
    ("wishes", "modes", [], PROMPTS["wishes", "modes"]),
    ("wishes", "modes", ["merger"], PROMPTS["wishes", "modes"]),
    ("wishes", "languages", [], PROMPTS["wishes", "languages"]),
    ("wishes", "languages", ["xx"], PROMPTS["wishes", "languages"]),
    ("wishes", "monthly_meeting_limit", "", PROMPTS["wishes", "monthly_meeting_limit"]),
    ("wishes", "monthly_meeting_limit", "0", least(1)),
    ("wishes", "monthly_meeting_limit", "41", most(40)),
    ("wishes", "preferred_countries", ["XX"], PROMPTS["wishes", "preferred_countries"]),
    ("wishes", "excluded_countries", ["SG"], BOTH),
    ("challenge", "title", "", PROMPTS["challenge", "title"]),
    ("challenge", "title", "x" * 81, longer(80)),
    ("challenge", "title", "列\u202e", hidden("列")),
    ("challenge", "title", "二つ目", SAME_TITLE),
    ("challenge", "text", "", PROMPTS["challenge", "text"]),
    ("challenge", "text", "x" * 2001, longer(2000)),
    ("challenge", "place", "x" * 201, longer(200)),
    ("challenge", "amount", "x" * 201, longer(200)),
    ("challenge", "tried", "x" * 401, longer(400)),
    ("challenge", "solved_when", "2 %\u202e", hidden("2 %")),
    ("contact", "name", "", PROMPTS["contact", "name"]),
    ("contact", "name", "北浜\u202e", hidden("北浜")),
    ("contact", "title", "", PROMPTS["contact", "title"]),
    ("contact", "title", "x" * 81, longer(80)),
    ("contact", "phone", "", PROMPTS["contact", "phone"]),
    ("contact", "phone", "内線12", PHONE),
    ("contact", "phone", "1234567", PHONE),
    ("contact", "phone", "12345678+9", PHONE),
    ("contact", "phone", "0" * 16, PHONE),
    ("challenge", "field", "", PROMPTS["challenge", "field"]),
    ("challenge", "field", "space", PROMPTS["challenge", "field"]),
    ("challenge", "sub_fields", ["charging"], STRAY),
    ("challenge", "modes", ["merger"], PROMPTS["challenge", "modes"]),
    ("challenge", "budget_band", "lots", PROMPTS["challenge", "budget_band"]),
    ("challenge", "least_readiness", "0", PROMPTS["challenge", "least_readiness"]),
    ("challenge", "least_readiness", "10", PROMPTS["challenge", "least_readiness"]),
    ("challenge", "least_readiness", "ready", PROMPTS["challenge", "least_readiness"]),
    ("challenge", "deadline", "soon", PROMPTS["challenge", "deadline"]),
    ("challenge", "deadline", "2027-02-30", PROMPTS["challenge", "deadline"]),
]


@pytest.fixture
def firm(cast):
    """The cast's firm with a real number, countries, and a second challenge whose title is taken."""
    Company.objects.filter(pk=cast.company.pk).update(corporate_number=NUMBER, preferred_countries=["SG"])
    Company.objects.filter(pk=cast.other_company.pk).update(corporate_number="1010001185037")
    factories.ChallengeFactory(company=cast.company, title="二つ目")
    return Company.objects.get(pk=cast.company.pk)


def address(firm: Company, section: str) -> str:
    if section == "challenge":
        return reverse("companies:challenge_edit", args=[firm.challenges.earliest("pk").pk])
    return reverse("companies:step", args=[section])


@pytest.mark.parametrize("section", SECTIONS)
def test_bad_input_is_told_at_its_field_in_both_languages_and_nothing_is_saved(cast, as_user, firm, section):
    client = as_user(cast.company_member)
    shown = shown_values(client, address(firm, section))
    before = row_counts()
    for place, name, typed, words in [case for case in BAD if case[0] == section]:
        for language, expected in zip(("en", "ja"), words, strict=True):
            with translation.override(language):
                page = client.post(address(firm, place), shown | {name: typed})
                assert (name, typed, page.status_code) == (name, typed, 200)
                assert errors_of(page) == {name: [expected]}
                text = page.content.decode()
                assert text.count(escape(expected)) >= 2  # in the summary, and at the field
                if (
                    isinstance(typed, str)
                    and typed.strip()
                    and not name.endswith(("field", "band", "readiness", "prefecture", "industry"))
                ):
                    assert escape(typed) in text  # nothing typed is lost
    assert row_counts() == before


# section, field, what is typed, what is saved
GOOD: list[tuple[str, str, Any, Any]] = [
    ("company", "name_kana", "ミナミ", "ミナミ"),
    ("company", "name_en", " Minami ", "Minami"),
    ("company", "city", "燕市", "燕市"),
    ("company", "website", "minami.example/a", "https://minami.example/a"),
    ("company", "prefecture", "01", "01"),
    ("company", "industry", "machinery", "machinery"),
    ("company", "employees", "４２１", 421),
    ("company", "capital_million_yen", "0", 0),
    ("company", "revenue_band", "over_100b", "over_100b"),
    ("wishes", "fields", ["retail", "mobility"], ["retail", "mobility"]),
    ("wishes", "sub_fields", ["payments"], ["payments"]),
    ("wishes", "sub_fields", [], []),
    ("company", "business", "一行目\r\n二行目", "一行目\n二行目"),
    ("company", "strengths", "", ""),
    ("wishes", "modes", ["investment", "acquisition"], ["investment", "acquisition"]),
    ("wishes", "languages", ["ja", "en"], ["ja", "en"]),
    ("wishes", "monthly_meeting_limit", "40", 40),
    ("wishes", "preferred_countries", [], []),
    ("wishes", "excluded_countries", ["SG", "IN"], ["SG", "IN"]),
    ("wishes", "name_disclosed", None, False),
    ("challenge", "title", "三つ目", "三つ目"),
    ("challenge", "text", "x" * 2000, "x" * 2000),
    ("challenge", "place", "第二工場の\r\n梱包", "第二工場の\n梱包"),
    ("challenge", "amount", "年4,200万円", "年4,200万円"),
    ("challenge", "tried", "見学した。", "見学した。"),
    ("challenge", "tried", "", ""),
    ("challenge", "solved_when", "半分", "半分"),
    ("contact", "name", "山田 花子", "山田 花子"),
    ("contact", "title", "部長", "部長"),
    ("contact", "phone", "＋８１（２５８）１２−３４５６", "＋８１（２５８）１２−３４５６"),
    ("contact", "phone", "090 1234 5678", "090 1234 5678"),
    ("challenge", "sub_fields", ["payments"], ["payments"]),
    ("challenge", "modes", ["investment"], ["investment"]),
    ("challenge", "budget_band", "over_1b", "over_1b"),
    ("challenge", "least_readiness", "1", 1),
    ("challenge", "least_readiness", "9", 9),
    ("challenge", "least_readiness", "", None),
    ("challenge", "deadline", "2027-03-31", date(2027, 3, 31)),
    ("challenge", "deadline", "", None),
    ("challenge", "is_open", None, False),
]


def holder(cast: Any, firm: Company, section: str, name: str) -> Any:
    if section == "challenge":
        return firm.challenges.earliest("pk")
    step = next(step for step in STEPS if step.key == section)
    rows = {
        "organisation": lambda: Organisation.objects.get(pk=firm.pk),
        "company": lambda: Company.objects.get(pk=firm.pk),
        "user": lambda: User.objects.get(pk=cast.company_member.pk),
        "membership": lambda: Membership.objects.get(user=cast.company_member),
    }
    return next(rows[part]() for part, names in step.asks.items() if name in names)


@pytest.mark.parametrize("section", SECTIONS)
def test_good_input_is_saved_with_one_audit_row_and_its_history(cast, as_user, firm, section):
    client = as_user(cast.company_member)
    for place, name, typed, saved in [case for case in GOOD if case[0] == section]:
        url = address(firm, place)
        sent = shown_values(client, url) | {name: typed}
        before = row_counts()
        answer = client.post(url, {key: value for key, value in sent.items() if value is not None})
        assert (name, answer.status_code, getattr(answer, "url", "")) == (name, 302, reverse("companies:own"))
        row = holder(cast, firm, place, name)
        assert (name, getattr(row, name)) == (name, saved)
        event = AuditEvent.objects.first()
        assert (event.actor_id, event.detail["fields"]) == (cast.company_member.pk, [name])
        grown = difference(before, row_counts())
        if section == "contact":  # people are no part of the profile that is matched and kept in the history
            assert (name, grown["core.AuditEvent"], grown.get("core.Job")) == (name, 1, None)
            continue
        history = f"{type(row).pgh_event_model._meta.label}"
        assert (name, grown["core.AuditEvent"], grown["core.Job"], grown[history] >= 1) == (name, 1, 1, True)
        assert type(row).pgh_event_model.objects.latest("pgh_id").pgh_context.metadata["user"] == (
            cast.company_member.pk
        )
    assert Notice.objects.count() == 0


@pytest.mark.parametrize("section", SECTIONS)
def test_saving_what_the_page_shows_changes_nothing(cast, as_user, firm, section):
    """Texts of several lines come back with other ends of lines: that is no change."""
    Company.objects.filter(pk=firm.pk).update(business="一\n二", strengths="三\n\n四")
    Challenge.objects.update(text="五\n六")
    client, url = as_user(cast.company_owner), address(firm, section)
    sent, before = shown_values(client, url), row_counts()
    assert client.post(url, sent).status_code == 302
    grown = difference(before, row_counts())
    assert {name for name in grown if name.startswith(("core", "accounts", "matches"))} == set()


@pytest.mark.parametrize("typed", ["５０７０００１０００７１５", "5-0700-0100-0715", " 5070001000715 "])
def test_a_corporate_number_may_be_typed_in_any_width(cast, as_user, firm, typed):
    client, url = as_user(cast.company_owner), address(firm, "company")
    assert client.post(url, shown_values(client, url) | {"corporate_number": typed}).status_code == 302
    firm.refresh_from_db()
    assert (firm.corporate_number, firm.organisation.status, AuditEvent.objects.count()) == (
        NUMBER,
        "published",
        0,
    )


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["Singapore", "India", "Indonesia", "Vietnam", "Australia", "Israel", "Afghanistan"]),
        (
            "ja",
            [
                "シンガポール",
                "インド",
                "インドネシア",
                "ベトナム",
                "オーストラリア",
                "イスラエル",
                "アフガニスタン",
            ],
        ),
    ],
)
@pytest.mark.parametrize("name", ["preferred_countries", "excluded_countries"])
def test_the_countries_of_the_programme_are_offered_first_and_none_twice(
    cast, as_user, firm, name, language, names
):
    with translation.override(language):
        page = as_user(cast.company_owner).get(address(firm, "wishes"))
    offered = page.context["form"].fields[name].choices
    assert [str(label) for _code, label in offered[:7]] == names
    assert len({code for code, _label in offered}) == len(offered) > 200


def test_every_field_of_every_section_has_a_bad_and_a_good_case():
    everything = {name for step in STEPS for name in step.names}
    assert set(CHALLENGE_FIELDS) < everything
    assert {name for _section, name, *_rest in BAD} == everything - {"is_open", "name_disclosed"}
    good = {name for _section, name, *_rest in GOOD}
    assert good == everything - {"corporate_number", "field"}  # test_edits_by_status, and above


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_challenge_of_another_firm_does_not_exist(cast, as_user, method):
    url = reverse("companies:challenge_edit", args=[cast.other_company.challenges.get().pk])
    before = row_counts()
    for person in ("company_owner", "startup_owner", "officer", "administrator", "expert"):
        client = as_user(getattr(cast, person))
        counts = row_counts()
        assert (person, getattr(client, method)(url, {"title": "x"}).status_code) == (person, 404)
        assert row_counts() == counts
    assert Job.objects.count() == before["core.Job"]
