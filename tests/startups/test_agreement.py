"""A startup agrees before it is sent in: to what, in which words, when again, and what waits for it meanwhile."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.actions import agree
from accounts.consents import read_texts
from accounts.models import Consent
from matchmaking.core.enums import TARGET_COUNTRIES
from matchmaking.core.models import AuditEvent
from startups.agreement import TEXTS, agreement
from startups.registration import REGISTRATION
from tests import factories
from tests.imports import row_counts
from tests.pages import errors_of

pytestmark = pytest.mark.django_db
SUBJECTS = ["terms", "disclosure", "transfer"]
# a country, and the words by which its law is known in both languages
LAWS = [
    ("SG", "Personal Data Protection Act 2012", "個人情報保護法（Personal Data Protection Act 2012）"),
    ("IN", "Digital Personal Data Protection Act, 2023", "デジタル個人データ保護法"),
    ("ID", "Law No. 27 of 2022", "2022年法律第27号"),
    ("VN", "No. 91/2025/QH15", "2025年法律第91号"),
    ("AU", "Privacy Act 1988", "プライバシー原則8"),
    ("IL", "Protection of Privacy Law, 1981", "プライバシー保護法（1981年）"),
    ("FR", "article 49(1)(a)", "第49条1項(a)"),
    ("GB", "General Data Protection Regulation", "一般データ保護規則"),
    ("BR", "Your country may have a law of its own", "貴国には"),
]


def address(name: str = "agreement", language: str = "en") -> str:
    with translation.override(language):
        return reverse(f"startups:{name}")


def words(page: Any) -> str:
    return page.content.decode()


@pytest.fixture
def draft() -> Any:
    """A startup in preparation with everything but an agreement."""
    deck = factories.DeckFactory(
        startup__organisation__status="draft", status="ready", pages=1, image_width=1, image_height=1,
        ready_at="2026-11-01T00:00:00Z",
    )  # fmt: skip
    factories.FigureFactory(startup=deck.startup)
    return deck.startup


@pytest.fixture
def client_of(as_user: Any) -> Any:
    return lambda startup: as_user(factories.MembershipFactory(organisation=startup.organisation).user)


def renew_the_words(monkeypatch: Any, tmp_path: Any, version: str = "2027-04") -> None:
    texts = {**read_texts(TEXTS), "version": version}
    path = tmp_path / "texts.json"
    path.write_text(json.dumps(texts), encoding="utf-8")
    monkeypatch.setattr("startups.agreement.TEXTS", path)


# --- the words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("country", "english", "japanese"), LAWS)
def test_each_country_is_told_of_its_own_law_and_of_what_japan_does(country, english, japanese):
    for language, law, measures in (
        ("en", english, "Act on the Protection of Personal Information"),
        ("ja", japanese, "個人情報保護委員会の監督"),
    ):
        terms, disclosure, transfer = agreement(country, language)
        assert [str(each.subject) for each in (terms, disclosure, transfer)] == SUBJECTS
        assert (law in transfer.text, measures in transfer.text, transfer.country) == (True, True, country)
        assert {each.country for each in (terms, disclosure)} == {""}
        assert {each.version for each in (terms, disclosure, transfer)} == {read_texts(TEXTS)["version"]}


def test_the_file_knows_the_target_countries_and_has_every_text_in_both_languages():
    texts = read_texts(TEXTS)
    assert set(texts["transfer"]) == {*TARGET_COUNTRIES, "GDPR", "other"}
    told = [texts["terms"], texts["disclosure"], texts["measures"], *texts["transfer"].values()]
    for text in told:
        assert set(text) == {"en", "ja"}
        assert (text["en"].endswith("."), text["ja"].endswith("。")) == (True, True)


# --- before it is sent in ----------------------------------------------------------------------------------------


def test_a_startup_that_has_not_agreed_cannot_be_sent_in(draft, client_of):
    client = client_of(draft)
    page = client.post(address("check"))
    assert [str(title) for title in page.context["unfinished"]] == ["Terms and personal data"]
    draft.organisation.refresh_from_db()
    assert draft.organisation.status == "draft"
    client.post(address(), {"agreed": "on"})
    assert client.post(address("check")).status_code == 302
    draft.organisation.refresh_from_db()
    assert draft.organisation.status == "submitted"


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "Read the texts above and tick this box, if you agree to them."),
        ("ja", "上の文章を読み、同意する場合はチェックを入れてください。"),
    ],
)
def test_without_a_tick_nothing_is_agreed_and_the_page_says_what_to_do(draft, client_of, language, message):
    client, before = client_of(draft), row_counts()
    page = client.post(address(language=language), {})
    assert errors_of(page) == {"agreed": [message]}
    assert words(page).count(message) >= 2
    assert row_counts() == before


@pytest.mark.parametrize("language", ["en", "ja"])
def test_one_tick_keeps_all_three_texts_in_the_language_they_were_read_in(draft, client_of, language):
    client = client_of(draft)
    page = words(client.get(address(language=language)))
    shown = agreement("SG", language)
    assert all(each.text.split("\n\n")[0][:40] in page for each in shown)
    answer = client.post(address(language=language), {"agreed": "on"})
    assert answer.url == address("check", language)
    kept = {each.subject: (each.text, each.language) for each in draft.organisation.consents.in_force()}
    assert kept == {str(each.subject): (each.text, language) for each in shown}
    assert set(AuditEvent.objects.values_list("action", flat=True)) == {"consent.agreed"}


def test_what_was_agreed_to_is_shown_with_who_and_when_and_not_asked_again(draft, client_of):
    client = client_of(draft)
    client.post(address(), {"agreed": "on"})
    Consent.objects.filter(subject="terms").update(text="The words of that day.", version="2026-11")
    page = client.get(address())
    assert (page.context["is_agreed"], "<form method" in words(page).split("<main")[1]) == (True, False)
    assert "The words of that day." in words(page)
    client.post(address(), {"agreed": "on"})
    assert Consent.objects.count() == 3


def test_looking_at_the_check_page_shows_what_was_agreed(draft, client_of):
    client = client_of(draft)
    client.post(address(), {"agreed": "on"})
    section = next(
        each for each in client.get(address("check")).context["sections"] if each["key"] == "agreement"
    )
    assert [fact["label"] for fact in section["facts"]] == [
        "Terms of participation",
        "Who in Japan sees your profile",
        "Transfer of personal data abroad",
    ]


# --- asked again -------------------------------------------------------------------------------------------------


def test_newer_words_are_asked_for_again_and_block_no_reading(cast, as_user, monkeypatch, tmp_path):
    agree(cast.startup.organisation, agreement("SG", "en"), by=cast.startup_owner)
    client = as_user(cast.startup_member)
    assert client.get(address("own")).context["agreement_url"] == ""
    renew_the_words(monkeypatch, tmp_path)
    page = client.get(address("setup"), follow=True)
    assert (page.status_code, page.context["agreement_url"]) == (200, address())
    assert "There is an agreement to read" in words(page)
    assert client.get(reverse("startups:step", args=["pitch"])).status_code == 200
    assert "The words have changed since you agreed" in words(client.get(address()))
    assert client.post(address(), {"agreed": "on"}).url == address("own")
    assert client.get(address("own")).context["agreement_url"] == ""
    versions = cast.startup.organisation.consents.in_force().values_list("version", flat=True)
    assert set(versions) == {"2027-04"}
    assert cast.startup.organisation.consents.count() == 6


def test_newer_words_open_the_step_of_a_draft_again(draft, client_of, monkeypatch, tmp_path):
    client = client_of(draft)
    client.post(address(), {"agreed": "on"})
    renew_the_words(monkeypatch, tmp_path)
    groups = dict(client.get(address("setup")).context["groups"])
    assert [(str(task.label), str(task.status)) for task in groups["Agreement"]] == [
        ("Terms and personal data", "In progress")
    ]
    page = client.post(address("check"))
    assert [str(title) for title in page.context["unfinished"]] == ["Terms and personal data"]


def test_a_startup_that_moves_is_told_of_the_other_law(cast, as_user):
    agree(cast.startup.organisation, agreement("SG", "en"), by=cast.startup_owner)
    cast.startup.organisation.country = "IN"
    cast.startup.organisation.save()
    page = as_user(cast.startup_owner).get(address())
    assert (page.context["is_newer"], "Digital Personal Data Protection Act" in words(page)) == (True, True)
    as_user(cast.startup_owner).post(address(), {"agreed": "on"})
    transfers = cast.startup.organisation.consents.in_force().filter(subject="transfer")
    assert {str(each.country.code) for each in transfers} == {"SG", "IN"}


def test_an_agreement_is_no_gap_in_what_the_profile_says(cast):
    rows = {"organisation": cast.startup.organisation, "startup": cast.startup}
    assert "Terms and personal data" not in [str(label) for label in REGISTRATION.missing(rows)]


def test_reviewers_see_what_a_startup_agreed_to_and_that_it_has_not_yet(draft, as_user):
    draft.organisation.status = "submitted"
    draft.organisation.save()
    review = factories.ReviewFactory(organisation=draft.organisation)
    client, url = as_user(factories.OfficerFactory()), reverse("accounts:review", args=[review.pk])
    assert "The startup has not agreed to anything yet" in words(client.get(url))
    person = factories.MembershipFactory(organisation=draft.organisation, user__name="Callum Reid").user
    agree(draft.organisation, agreement("SG", "en"), by=person)
    page = words(client.get(url))
    assert ("The startup has not agreed" in page, page.count("Callum Reid, ")) == (False, 3)
    assert f"words of {read_texts(TEXTS)['version']}" in page


# --- who ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["company_owner", "officer", "administrator", "expert", "newcomer"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_the_startups_own_people_agree(cast, as_user, person, method):
    client = as_user(getattr(cast, person))
    assert getattr(client, method)(address(), {"agreed": "on"}).status_code == 404
    assert not Consent.objects.filter(subject="terms").exists()
