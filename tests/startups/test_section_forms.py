"""Every field of every section that a startup's members edit: bad input and good input."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape

from accounts.models import Organisation
from matchmaking.core.models import AuditEvent, Notice
from startups.models import Startup
from startups.questions import STEPS
from tests import factories
from tests.field_messages import hidden, least, longer, most, whole_digits
from tests.imports import difference, row_counts
from tests.pages import errors_of, shown_values

pytestmark = pytest.mark.django_db
SECTIONS = [step.key for step in STEPS if step.asks]
ELSEWHERE = (
    "This is no state or zone of the country above: choose one of its own, or leave it empty.",
    "選択した国の州・地域ではありません。その国の州・地域を選ぶか、空欄にしてください。",
)
ON_ONE_LINE = ("Write this on one line.", "改行を入れずに1行で入力してください。")
STRAY = (
    "“Charging and batteries in use” belongs to none of the chosen fields.",
    "「充電・電池活用」は、選択した分野に属していません。",
)


def up_to(year: int) -> tuple[str, str]:
    return f"Enter a year up to {year}.", f"{year}年までの年を入力してください。"


# what a field says about an answer that is missing, is not read, or is not in the list
PROMPTS: dict[tuple[str, str], tuple[str, str]] = {
    ("startup", "name"): ("Enter the name of the startup.", "スタートアップの名称を入力してください。"),
    ("startup", "country"): (
        "Choose the country where the startup is registered.",
        "登記している国を選択してください。",
    ),
    ("startup", "region"): (
        "Choose the state or zone from the list.",
        "州・地域を一覧から選択してください。",
    ),
    ("startup", "time_zone"): (
        "Choose the city whose time you keep.",
        "お使いの時刻の都市を選択してください。",
    ),
    ("startup", "website"): (
        "Enter an address that begins with https://, for example https://www.example.com.",
        "https://で始まるアドレスを入力してください（例：https://www.example.com）。",
    ),
    ("startup", "founded_year"): (
        "Enter the year in which the startup was founded, for example 2019.",
        "設立年を入力してください（例：2019）。",
    ),
    ("startup", "stage"): ("Choose how far the startup is.", "事業の段階を選択してください。"),
    ("startup", "readiness_level"): (
        "Choose a level from 1 to 9 from the list.",
        "1から9の段階を一覧から選択してください。",
    ),
    ("startup", "team_size"): (
        "Enter how many people work in the team, in digits, for example 12.",
        "チームの人数を数字で入力してください（例：12）。",
    ),
    ("startup", "video_url"): (
        "Enter an address that begins with https://, for example https://www.example.com.",
        "https://で始まるアドレスを入力してください（例：https://www.example.com）。",
    ),
    ("pitch", "one_liner"): (
        "Write in one line what you do, and for whom.",
        "誰のために何をするかを、1行で書いてください。",
    ),
    ("pitch", "solution"): (
        "Write what you have built, and how it is used.",
        "開発したものと、その使われ方を書いてください。",
    ),
    ("pitch", "fields"): ("Choose at least one field.", "分野を1つ以上選択してください。"),
    ("pitch", "sub_fields"): ("Choose sub-fields from the list.", "細分野を一覧から選択してください。"),
    ("cooperation", "modes"): (
        "Choose at least one kind of cooperation.",
        "協業の形を1つ以上選択してください。",
    ),
    ("cooperation", "seeks_partner"): (
        "Write which kind of Japanese firm you look for, and what for.",
        "どのような日本企業と、何をしたいかを書いてください。",
    ),
    ("cooperation", "speaks_japanese"): (
        "Choose from the list who speaks Japanese.",
        "日本語を話す人を一覧から選択してください。",
    ),
    ("cooperation", "languages"): (
        "Choose at least one language in which you can hold a meeting.",
        "商談で使える言語を1つ以上選択してください。",
    ),
    ("cooperation", "monthly_meeting_limit"): (
        "Enter how many meetings a month you can hold, from 1 to 40.",
        "1か月に応じられる商談の件数を、1から40の数で入力してください。",
    ),
    ("funding", "sought_amount"): (
        "Enter the amount in digits, for example 2,500,000.",
        "金額を数字で入力してください（例：2,500,000）。",
    ),
    ("funding", "sought_currency"): (
        "Choose the currency from the list.",
        "通貨を一覧から選択してください。",
    ),
    ("funding", "sought_on"): (
        "Enter the day as year, month and day, for example 2026-03-31.",
        "年月日を入力してください（例：2026-03-31）。",
    ),
}


# section, field, what is typed, the words in both languages
BAD: list[tuple[str, str, Any, tuple[str, str]]] = [
    ("startup", "name", "", PROMPTS["startup", "name"]),
    ("startup", "name", "x" * 121, longer(120)),
    ("startup", "name", "a\u202eb", hidden()),
    ("startup", "country", "", PROMPTS["startup", "country"]),
    ("startup", "country", "XX", PROMPTS["startup", "country"]),
    ("startup", "region", "XX", PROMPTS["startup", "region"]),
    ("startup", "region", "VIC", ELSEWHERE),  # of another country
    ("startup", "city", "x" * 81, longer(80)),
    ("startup", "time_zone", "", PROMPTS["startup", "time_zone"]),
    ("startup", "time_zone", "IST", PROMPTS["startup", "time_zone"]),
    ("startup", "website", "javascript:alert(1)", PROMPTS["startup", "website"]),
    ("startup", "video_url", "ftp://video.example", PROMPTS["startup", "video_url"]),
    (
        "startup",
        "video_url",
        "https://video.example/\u202e",
        tuple(word.replace("“a”", "“o.example/”").replace("「a」", "「o.example/」") for word in hidden()),
    ),
    ("startup", "founded_year", "1899", least(1900)),
    ("startup", "founded_year", "2101", up_to((timezone.now() + timedelta(hours=14)).year)),
    ("startup", "founded_year", "last year", PROMPTS["startup", "founded_year"]),
    ("startup", "stage", "unicorn", PROMPTS["startup", "stage"]),
    ("startup", "readiness_level", "10", PROMPTS["startup", "readiness_level"]),
    ("startup", "team_size", "0", least(1)),
    ("startup", "team_size", "2147483648", most(2147483647)),
    ("pitch", "fields", [], PROMPTS["pitch", "fields"]),
    ("pitch", "fields", ["space"], PROMPTS["pitch", "fields"]),
    ("pitch", "sub_fields", ["charging"], STRAY),
    ("pitch", "one_liner", "x" * 121, longer(120)),
    (
        "pitch",
        "one_liner",
        "Heat pumps\nfor plants",
        ("Write this on one line.", "改行を入れずに1行で入力してください。"),
    ),
    ("pitch", "problem", "x" * 2001, longer(2000)),
    ("pitch", "solution", "a\u202eb", hidden()),
    ("pitch", "customers", "x" * 2001, longer(2000)),
    ("pitch", "edge", "x" * 2001, longer(2000)),
    ("funding", "traction", "x" * 2001, longer(2000)),
    ("funding", "intellectual_property", "a\u202eb", hidden()),
    ("funding", "sought_amount", "5m", PROMPTS["funding", "sought_amount"]),
    ("funding", "sought_amount", "-1", least(0)),
    (
        "funding",
        "sought_amount",
        "1" * 17,
        whole_digits(16),
    ),
    ("funding", "sought_currency", "XXX", PROMPTS["funding", "sought_currency"]),
    (
        "funding",
        "sought_currency",
        "",
        ("Choose the currency of this amount.", "金額の通貨を選んでください。"),
    ),
    ("funding", "sought_on", "soon", PROMPTS["funding", "sought_on"]),
    (
        "funding",
        "sought_on",
        "2999-01-01",
        ("Enter a day up to today.", "今日までの日付を入力してください。"),
    ),
    ("funding", "sought_for", "x" * 501, longer(500)),
    ("cooperation", "modes", [], PROMPTS["cooperation", "modes"]),
    ("cooperation", "languages", ["xx"], PROMPTS["cooperation", "languages"]),
    ("cooperation", "monthly_meeting_limit", "41", most(40)),
    ("cooperation", "seeks_partner", "x" * 2001, longer(2000)),
    ("cooperation", "japan_readiness", "a\u202eb", hidden()),
    ("cooperation", "speaks_japanese", "fluently", PROMPTS["cooperation", "speaks_japanese"]),
    ("cooperation", "japan_visit", "x" * 121, longer(120)),
]
# section, field, what is typed, what is saved
GOOD: list[tuple[str, str, Any, Any]] = [
    ("startup", "region", "", ""),
    ("startup", "city", "Đà Nẵng", "Đà Nẵng"),
    ("startup", "time_zone", "Asia/Kolkata", "Asia/Kolkata"),
    ("startup", "website", "http://a.example", "http://a.example"),
    ("startup", "video_url", "video.example/1", "https://video.example/1"),
    ("startup", "founded_year", "1900", 1900),
    ("startup", "stage", "growth", "growth"),
    ("startup", "readiness_level", "9", 9),
    ("startup", "readiness_level", "", None),
    ("startup", "team_size", "1200", 1200),
    ("pitch", "fields", ["retail", "mobility"], ["retail", "mobility"]),
    ("pitch", "sub_fields", ["payments", "charging"], ["payments", "charging"]),
    ("pitch", "one_liner", "x" * 120, "x" * 120),
    ("pitch", "problem", "One.\r\n\r\nTwo.", "One.\n\nTwo."),
    ("pitch", "solution", "A <b>bold</b> one & more", "A <b>bold</b> one & more"),
    ("pitch", "customers", "x" * 2000, "x" * 2000),
    ("pitch", "edge", " spaces around ", "spaces around"),
    ("funding", "traction", "USD 3m", "USD 3m"),
    ("funding", "intellectual_property", "3 patents", "3 patents"),
    ("funding", "sought_amount", "7500000.5", Decimal("7500000.5")),
    ("funding", "sought_currency", "JPY", "JPY"),
    ("funding", "sought_on", "2026-06-30", date(2026, 6, 30)),
    ("funding", "sought_for", "A plant", "A plant"),
    ("cooperation", "modes", ["acquisition"], ["acquisition"]),
    ("cooperation", "languages", ["en", "he"], ["en", "he"]),
    ("cooperation", "monthly_meeting_limit", "1", 1),
    ("cooperation", "seeks_partner", "日本の商社", "日本の商社"),
    ("cooperation", "japan_readiness", "A trial", "A trial"),
    ("cooperation", "speaks_japanese", "business", "business"),
    ("cooperation", "japan_visit", "May 2027", "May 2027"),
]


@pytest.mark.parametrize("section", SECTIONS)
def test_bad_input_is_told_at_its_field_in_both_languages_and_nothing_is_saved(cast, as_user, section):
    Startup.objects.filter(pk=cast.startup.pk).update(
        sought_amount=5, sought_currency="USD", funding_sought_usd=5
    )
    client = as_user(cast.startup_member)
    shown = shown_values(client, reverse("startups:step", args=[section]))
    before = row_counts()
    for _section, name, typed, words in [case for case in BAD if case[0] == section]:
        for language, expected in zip(("en", "ja"), words, strict=True):
            with translation.override(language):
                page = client.post(reverse("startups:step", args=[section]), shown | {name: typed})
                assert (name, typed, page.status_code) == (name, typed, 200)
                assert errors_of(page) == {name: [expected]}
                assert page.content.decode().count(escape(expected)) >= 2  # in the summary, and at the field
    assert row_counts() == before


@pytest.mark.parametrize("section", SECTIONS)
def test_good_input_is_saved_with_one_audit_row_and_its_history(cast, as_user, section):
    Startup.objects.filter(pk=cast.startup.pk).update(
        sought_amount=5, sought_currency="USD", funding_sought_usd=5
    )
    Organisation.objects.filter(pk=cast.startup.pk).update(region="WIT", country="ID")
    client, url = as_user(cast.startup_owner), reverse("startups:step", args=[section])
    sent = shown_values(client, url)
    for _section, name, typed, saved in [case for case in GOOD if case[0] == section]:
        sent, before = sent | {name: typed}, row_counts()
        answer = client.post(url, sent)
        assert (name, answer.status_code) == (name, 302)
        asked = next(step for step in STEPS if step.key == section).asks
        model = Organisation if name in asked.get("organisation", ()) else Startup
        assert (name, getattr(model.objects.get(pk=cast.startup.pk), name)) == (name, saved)
        event = AuditEvent.objects.first()
        assert (event.actor_id, event.detail) == (cast.startup_owner.pk, {"fields": [name]})
        grown = difference(before, row_counts())
        assert (grown["core.AuditEvent"], grown["core.Job"]) == (1, 1)
        assert grown.get("startups.StartupEvent", 0) == int(model is Startup)
    assert Notice.objects.count() == 0


@pytest.mark.parametrize("section", SECTIONS)
def test_saving_what_the_page_shows_changes_nothing(cast, as_user, section):
    Startup.objects.filter(pk=cast.startup.pk).update(
        problem="One\nTwo", traction="a\n\nb", seeks_partner="c\nd", readiness_level=3, founded_year=2001
    )
    client, url = as_user(cast.startup_owner), reverse("startups:step", args=[section])
    sent, before = shown_values(client, url), row_counts()
    assert client.post(url, sent).status_code == 302
    grown = difference(before, row_counts())
    assert {name for name in grown if name.startswith(("core", "accounts", "startups"))} == set()


@pytest.mark.parametrize("zone", ["UTC", "US/Pacific", "Etc/GMT-8", "Singapore"])
def test_a_zone_that_an_import_brought_stays_chosen(as_user, zone):
    """It is in no list of cities; without it the browser would send the first city instead."""
    startup = factories.StartupFactory(organisation__time_zone=zone)
    client = as_user(factories.MembershipFactory(organisation=startup.organisation).user)
    url = reverse("startups:step", args=["startup"])
    assert f'<option value="{zone}" selected>' in client.get(url).content.decode()
    client.post(url, shown_values(client, url) | {"city": "Jurong"})
    startup.organisation.refresh_from_db()
    assert (startup.organisation.time_zone, startup.organisation.city) == (zone, "Jurong")


@pytest.mark.parametrize(("name", "value"), [("name", "Renamed"), ("country", "IN")])
def test_a_new_identity_waits_for_review_and_tells_the_programme_office(cast, as_user, name, value):
    client, url = as_user(cast.startup_owner), reverse("startups:step", args=["startup"])
    before = getattr(cast.startup.organisation, name)
    client.post(url, shown_values(client, url) | {name: value})
    cast.startup.organisation.refresh_from_db()
    organisation = cast.startup.organisation
    assert (organisation.status, getattr(organisation, name)) == ("published", before)
    assert organisation.reviews.get().identity == {"organisation": {name: value}}
    assert {notice.recipient for notice in Notice.objects.all()} == {cast.officer, cast.administrator}
    assert [event.action for event in AuditEvent.objects.all()] == ["organisation.identity_proposed"]


def test_every_field_of_every_section_has_a_bad_and_a_good_case():
    everything = {name for step in STEPS for name in step.names}
    assert {name for _section, name, *_rest in BAD} == everything
    assert {name for _section, name, *_rest in GOOD} == everything - {"name", "country"}  # the test above
