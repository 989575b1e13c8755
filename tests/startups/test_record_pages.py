"""The pages of a startup's lists: every field's bad input, rows added, taken away and brought back, two savers."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from matchmaking.core.models import AuditEvent
from startups.models import RECORDS, TractionFigure
from startups.record_forms import FORMS, MOST
from tests import factories
from tests.field_messages import hidden, least, longer
from tests.imports import difference, row_counts

pytestmark = pytest.mark.django_db
FUTURE = ("Enter a day up to today.", "今日までの日付を入力してください。")
WHICH = ("Choose the currency of this amount.", "金額の通貨を選んでください。")
GOOD: dict[str, dict[str, str]] = {
    "figures": {"what": "revenue", "words": "", "value": "2,600,000.50", "currency": "SGD", "as_of": "2025-12-31",
                "note": ""},
    "rounds": {"kind": "seed", "amount": "１,３４０,０００", "currency": "SGD", "closed_on": "2024-05-01",
               "lead_investor": "Straits"},
    "patents": {"title": "Counting", "office": "JP", "number": "9900001", "status": "granted"},
    "certifications": {"name": "ISO 27001", "issuer": "Assurance", "number": "", "valid_until": ""},
    "references": {"name": "Mei", "organisation": "Harbour", "relation": "customer", "contact": "m@h.example"},
}  # fmt: skip


# what a field says about an answer that is missing, is not read, or is not in the list
PROMPTS: dict[tuple[str, str], tuple[str, str]] = {
    ("figures", "what"): ("Choose what is counted.", "何の数値かを選択してください。"),
    ("figures", "value"): (
        "Enter the figure in digits, for example 2,600,000.",
        "数値を数字で入力してください（例：2,600,000）。",
    ),
    ("figures", "currency"): ("Choose the currency from the list.", "通貨を一覧から選択してください。"),
    ("figures", "as_of"): (
        "Enter the day as year, month and day, for example 2026-03-31.",
        "年月日を入力してください（例：2026-03-31）。",
    ),
    ("rounds", "kind"): ("Choose the kind of round.", "資金調達の種類を選択してください。"),
    ("rounds", "amount"): (
        "Enter the amount in digits, for example 2,500,000.",
        "金額を数字で入力してください（例：2,500,000）。",
    ),
    ("rounds", "currency"): ("Choose the currency from the list.", "通貨を一覧から選択してください。"),
    ("rounds", "closed_on"): (
        "Enter the day as year, month and day, for example 2026-03-31.",
        "年月日を入力してください（例：2026-03-31）。",
    ),
    ("patents", "title"): ("Enter the title of the patent.", "特許の名称を入力してください。"),
    ("patents", "office"): ("Choose the office that grants it.", "特許庁を選択してください。"),
    ("patents", "number"): (
        "Enter the number of the patent or application, for example 10202512345X.",
        "特許番号または出願番号を入力してください（例：10202512345X）。",
    ),
    ("patents", "status"): ("Choose how far the patent is.", "特許の状況を選択してください。"),
    ("certifications", "name"): (
        "Enter the name of the certification, for example ISO 13485.",
        "認証の名称を入力してください（例：ISO 13485）。",
    ),
    ("certifications", "issuer"): (
        "Enter who issued it, for example TÜV SÜD.",
        "発行した機関を入力してください（例：TÜV SÜD）。",
    ),
    ("certifications", "valid_until"): (
        "Enter the day as year, month and day, for example 2026-03-31.",
        "年月日を入力してください（例：2026-03-31）。",
    ),
    ("references", "name"): ("Enter the name of the person.", "推薦者の氏名を入力してください。"),
    ("references", "organisation"): ("Enter where the person works.", "推薦者の所属先を入力してください。"),
    ("references", "relation"): (
        "Choose what the person is to you.",
        "推薦者と貴社の関係を選択してください。",
    ),
}


# list, what is typed instead, the field that is told, the words in both languages
BAD: list[tuple[str, dict[str, str], str, tuple[str, str]]] = [
    ("figures", {"what": ""}, "what", PROMPTS["figures", "what"]),
    ("figures", {"what": "luck"}, "what", PROMPTS["figures", "what"]),
    ("figures", {"what": "other", "words": ""}, "words",
     ("Say in your own words what is counted.", "何の数値かを入力してください。")),
    ("figures", {"words": "Sales"}, "words",
     ("Leave this empty, or choose “Other” above.", "空欄にするか、項目で「その他」を選んでください。")),
    ("figures", {"what": "other", "words": "x" * 81}, "words", longer(80)),
    ("figures", {"value": ""}, "value", PROMPTS["figures", "value"]),
    ("figures", {"value": "2.6m"}, "value", PROMPTS["figures", "value"]),
    ("figures", {"value": "-1"}, "value", least(0)),
    ("figures", {"currency": ""}, "currency", WHICH),
    ("figures", {"what": "customers"}, "currency",
     ("Leave this empty: only amounts of money have a currency.", "金額ではないため、通貨は選ばないでください。")),
    ("figures", {"currency": "XXX"}, "currency", PROMPTS["figures", "currency"]),
    ("figures", {"as_of": ""}, "as_of", PROMPTS["figures", "as_of"]),
    ("figures", {"as_of": "2025"}, "as_of", PROMPTS["figures", "as_of"]),
    ("figures", {"as_of": "2999-01-01"}, "as_of", FUTURE),
    ("figures", {"note": "a\u202eb"}, "note", hidden()),
    ("rounds", {"kind": "lottery"}, "kind", PROMPTS["rounds", "kind"]),
    ("rounds", {"amount": "-1"}, "amount", least(0)),
    ("rounds", {"amount": ""}, "amount",
     ("Enter the amount, or leave the currency empty.", "金額を入力するか、通貨を空欄に戻してください。")),
    ("rounds", {"currency": ""}, "currency", WHICH),
    ("rounds", {"closed_on": ""}, "closed_on", PROMPTS["rounds", "closed_on"]),
    ("rounds", {"closed_on": "2999-01-01"}, "closed_on", FUTURE),
    ("rounds", {"lead_investor": "x" * 121}, "lead_investor", longer(120)),
    ("patents", {"title": ""}, "title", PROMPTS["patents", "title"]),
    ("patents", {"office": "ZZ"}, "office", PROMPTS["patents", "office"]),
    ("patents", {"number": ""}, "number", PROMPTS["patents", "number"]),
    ("patents", {"status": ""}, "status", PROMPTS["patents", "status"]),
    ("certifications", {"name": ""}, "name", PROMPTS["certifications", "name"]),
    ("certifications", {"issuer": ""}, "issuer", PROMPTS["certifications", "issuer"]),
    ("certifications", {"number": "x" * 61}, "number", longer(60)),
    ("certifications", {"valid_until": "soon"}, "valid_until", PROMPTS["certifications", "valid_until"]),
    ("references", {"name": ""}, "name", PROMPTS["references", "name"]),
    ("references", {"organisation": ""}, "organisation", PROMPTS["references", "organisation"]),
    ("references", {"relation": "cousin"}, "relation", PROMPTS["references", "relation"]),
    ("references", {"contact": "x" * 121}, "contact", longer(120)),
]  # fmt: skip


def url(kind: str, page: str = "records", *number: int) -> str:
    return reverse(f"startups:{page}", args=[kind, *number])


def form(kind: str, *rows: dict[str, Any], shown: str = "") -> dict[str, Any]:
    sent: dict[str, Any] = {f"{kind}-TOTAL_FORMS": len(rows), f"{kind}-INITIAL_FORMS": 0, "shown": shown}
    for number, row in enumerate(rows):
        sent |= {f"{kind}-{number}-{name}": value for name, value in row.items()}
    return sent


def page_values(client: Client, kind: str) -> dict[str, Any]:
    """What the page would send if somebody pressed its button at once."""
    page = client.get(url(kind))
    formset = page.context["formset"]
    rows = [{name: row[name].value() or "" for name in row.fields} for row in formset.forms]
    return form(kind, *rows, shown=page.context["shown"])


def typed(page: Any) -> list[dict[str, Any]]:
    return [{name: row[name].value() for name in row.fields} for row in page.context["formset"].forms]


@pytest.fixture
def client(cast, as_user) -> Client:
    return as_user(cast.startup_owner)


@pytest.mark.parametrize("kind", RECORDS)
def test_a_list_is_shown_with_an_empty_row_and_saved_with_one_audit_row(cast, client, kind):
    assert len(client.get(url(kind)).context["formset"].forms) == 1
    before = row_counts()
    answer = client.post(url(kind), form(kind, GOOD[kind]))
    assert (answer.status_code, answer.url) == (302, reverse("startups:own"))
    row = getattr(cast.startup, kind).get()
    assert {name: getattr(row, name) for name in ("title",)}
    assert difference(before, row_counts())["core.AuditEvent"] == 1
    assert AuditEvent.objects.first().detail == {"list": kind, "added": 1, "changed": 0, "removed": 0}
    own = client.get(reverse("startups:own")).content.decode()
    assert escape(row.title) in own


@pytest.mark.parametrize(("kind", "change", "name", "words"), BAD)
def test_bad_input_is_told_at_its_field_in_both_languages_and_nothing_is_saved(
    client, kind, change, name, words
):
    before = row_counts()
    for language, expected in zip(("en", "ja"), words, strict=True):
        with translation.override(language):
            page = client.post(url(kind), form(kind, GOOD[kind] | change))
            errors = page.context["formset"].forms[0].errors
            assert (page.status_code, {key: list(told) for key, told in errors.items()}) == (
                200,
                {name: [expected]},
            )
            assert page.content.decode().count(escape(expected)) == 2  # in the summary, and at the field
            assert typed(page)[0] | change == typed(page)[0]  # nothing typed is lost
    assert row_counts() == before


def test_every_field_of_every_list_has_a_bad_case():
    told = {(kind, name) for kind, _change, name, _words in BAD}
    asked = {(kind, name) for kind, made in FORMS.items() for name in made.model.asked()}
    assert told == asked - {("references", "may_be_shown")}  # a box is ticked or not


@pytest.mark.parametrize("kind", RECORDS)
def test_saving_what_the_page_shows_changes_nothing(client, kind):
    client.post(url(kind), form(kind, GOOD[kind]))
    before = row_counts()
    assert client.post(url(kind), page_values(client, kind)).status_code == 302
    assert difference(before, row_counts()) == {}


def test_add_another_keeps_everything_typed_unchecked_and_saves_nothing(client):
    before = row_counts()
    half = {"what": "revenue", "value": "about 5m", "note": "typed by hand"}
    page = client.post(url("figures", "record_add"), form("figures", half, shown="{}"))
    rows = typed(page)
    assert (len(rows), rows[0]["value"], rows[0]["note"]) == (2, "about 5m", "typed by hand")
    assert (page.context["new"], "There is a problem" in page.content.decode()) == (2, False)
    assert 'id="row-2" tabindex="-1" autofocus' in page.content.decode()
    assert row_counts() == before


def test_a_removed_row_can_be_brought_back_and_is_gone_only_after_saving(cast, client):
    factories.FigureFactory(startup=cast.startup)
    sent = page_values(client, "figures")
    page = client.post(url("figures", "record_remove", 1), sent)
    assert (typed(page)[0]["DELETE"], cast.startup.figures.count()) == ("on", 1)
    marked = sent | {"figures-0-DELETE": "on"}
    back = client.post(url("figures", "record_restore", 1), marked)
    assert (typed(back)[0]["DELETE"], typed(back)[0]["value"]) == ("", "2,600,000")
    client.post(url("figures"), marked)
    assert cast.startup.figures.count() == 0


def test_a_row_that_is_to_go_is_not_checked(cast, client):
    factories.FigureFactory(startup=cast.startup)
    sent = page_values(client, "figures") | {"figures-0-value": "wrong", "figures-0-DELETE": "on"}
    assert client.post(url("figures"), sent).status_code == 302
    assert not cast.startup.figures.exists()


def test_empty_rows_are_no_rows(cast, client):
    empty = dict.fromkeys(GOOD["figures"], "")
    assert client.post(url("figures"), form("figures", empty, GOOD["figures"], empty)).status_code == 302
    assert cast.startup.figures.count() == 1


def test_two_rows_of_one_thing_are_told_at_the_second(client):
    page = client.post(url("figures"), form("figures", GOOD["figures"], GOOD["figures"] | {"value": "7"}))
    first, second = page.context["formset"].forms
    assert (first.errors, list(second.errors)) == ({}, ["what"])


@pytest.mark.parametrize("sent", [{}, {"figures-TOTAL_FORMS": "x"}, {"figures-TOTAL_FORMS": "99999"}])
def test_a_form_that_lost_its_number_of_rows_breaks_nothing(client, sent):
    for page in (url("figures"), url("figures", "record_add"), url("figures", "record_remove", 7)):
        assert client.post(page, sent).status_code == 200


def test_a_list_has_room_for_thirty_rows(cast, client):
    rows = [GOOD["figures"] | {"as_of": f"20{year:02d}-01-01"} for year in range(MOST)]
    many = [
        row if row["as_of"] < "2025" else row | {"as_of": f"19{90 + n % 10}-02-01"}
        for n, row in enumerate(rows)
    ]
    assert client.post(url("figures"), form("figures", *many)).status_code == 302
    assert cast.startup.figures.count() == MOST


def test_rows_of_others_are_neither_changed_nor_removed(cast, client):
    foreign = factories.FigureFactory(startup=cast.other_startup)
    client.post(url("figures"), form("figures", GOOD["figures"] | {"id": foreign.pk, "value": "1"}))
    client.post(url("figures"), form("figures", {"id": foreign.pk, "DELETE": "on"}))
    foreign.refresh_from_db()
    assert foreign.value == Decimal(2_600_000)


def test_two_people_who_change_different_fields_both_keep_their_words(cast, as_user):
    factories.FigureFactory(startup=cast.startup)
    owner, member = as_user(cast.startup_owner), as_user(cast.startup_member)
    first, second = page_values(owner, "figures"), page_values(member, "figures")
    assert owner.post(url("figures"), first | {"figures-0-value": "3,000,000"}).status_code == 302
    assert member.post(url("figures"), second | {"figures-0-note": "Audited"}).status_code == 302
    figure = cast.startup.figures.get()
    assert (figure.value, figure.note) == (Decimal(3_000_000), "Audited")


def test_two_people_who_change_one_field_are_shown_both_texts(cast, as_user):
    factories.FigureFactory(startup=cast.startup)
    owner, member = as_user(cast.startup_owner), as_user(cast.startup_member)
    first, second = page_values(owner, "figures"), page_values(member, "figures")
    owner.post(url("figures"), first | {"figures-0-note": "Audited"})
    page = member.post(url("figures"), second | {"figures-0-note": "Forecast excluded"})
    assert (page.status_code, typed(page)[0]["note"]) == (200, "Forecast excluded")
    [told] = page.context["formset"].forms[0].errors["note"]
    assert told == "Somebody else saved “Audited” here meanwhile. Save again to put yours in its place."
    assert cast.startup.figures.get().note == "Audited"
    again = second | {"figures-0-note": "Forecast excluded", "shown": page.context["shown"]}
    assert member.post(url("figures"), again).status_code == 302
    assert cast.startup.figures.get().note == "Forecast excluded"


def test_a_row_that_went_meanwhile_comes_back_only_if_it_was_written_to(cast, as_user):
    row = factories.FigureFactory(startup=cast.startup)
    client = as_user(cast.startup_owner)
    sent = page_values(client, "figures")
    TractionFigure.objects.filter(pk=row.pk).delete()
    client.post(url("figures"), sent)
    assert not cast.startup.figures.exists()
    client.post(url("figures"), sent | {"figures-0-value": "9"})
    assert cast.startup.figures.get().value == 9


def test_what_a_guest_sends_is_kept_until_they_sign_in(cast, client):
    sent = form("figures", GOOD["figures"]) | {"writer": client.get(url("figures")).context["writer"]}
    guest = Client()
    answer = guest.post(url("figures", "record_add"), sent)
    assert answer.status_code == 302
    assert "/account/login/" in answer["Location"]
    guest.force_login(cast.startup_owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = guest.session  # signing in by the page keeps the session's content
    assert session is not None


def test_fingerprints_are_carried_through_further_buttons(cast, client):
    factories.FigureFactory(startup=cast.startup)
    sent = page_values(client, "figures")
    page = client.post(url("figures", "record_add"), sent)
    assert json.loads(page.context["shown"]) == json.loads(sent["shown"])


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_takes_the_same_number_of_queries_however_many_rows_it_has(
    cast, client, django_assert_num_queries, count
):
    for number in range(count):
        factories.PatentFactory(startup=cast.startup, number=str(number))
    with django_assert_num_queries(13):
        client.get(url("patents"))


def test_who_has_not_begun_and_unknown_lists_find_nothing(cast, client, as_user):
    assert client.get(reverse("startups:records", args=["decks"])).status_code == 404
    assert as_user(cast.newcomer).get(url("figures")).status_code == 404
    assert as_user(cast.company_owner).get(url("figures")).status_code == 404
