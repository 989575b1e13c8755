"""Consent before data goes abroad: by country, word by word, withdrawn at any time, asked for where it is due."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts import consents as words
from accounts.models import Consent, User
from companies import actions, consents
from matchmaking.core.enums import TARGET_COUNTRIES
from matchmaking.core.models import AuditEvent
from meetings.models import MeetingRequest
from tests import factories
from tests.conftest import Cast
from tests.meetings import pages, stories
from tests.meetings.people import line

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
FORM = {**line(), "purpose": "A first talk", "minutes": "45", "language": "en"}


def url(name: str, language: str = "en", **kwargs: Any) -> str:
    with translation.override(language):
        return reverse(name, kwargs=kwargs)


def in_force(cast: Cast) -> set[str]:
    return {str(each.country.code) for each in cast.company.transfer_consents.in_force()}


@pytest.mark.parametrize("country", [*TARGET_COUNTRIES, "FR"])
def test_every_country_has_its_law_and_the_measures_in_both_languages(country: str) -> None:
    japanese, english = (consents.transfer_text(country, language) for language in ("ja", "en"))
    assert "同意はいつでも撤回できます" in japanese
    assert "You may withdraw your consent at any time" in english
    assert japanese.isascii() is False
    assert len(japanese.split("\n\n")) == len(english.split("\n\n")) == 2


def test_the_file_knows_the_target_countries_and_says_where_its_words_come_from() -> None:
    found = json.loads(consents.TEXTS.read_text(encoding="utf-8"))
    assert set(found["countries"]) == {*TARGET_COUNTRIES, "other"}
    assert found["version"] == consents.version()
    assert found["source"]


def test_what_was_agreed_to_is_kept_word_by_word(cast: Cast) -> None:
    [consent] = actions.agree_to_transfer(cast.company, ["IN"], language="ja", by=cast.company_owner)
    assert (consent.text, consent.version, consent.language) == (
        consents.transfer_text("IN", "ja"),
        consents.version(),
        "ja",
    )
    event = AuditEvent.objects.get(action="consent.agreed")
    assert (event.actor_label, event.detail) == (
        "company-owner",
        {"of": "transfer", "country": "IN", "version": consents.version()},
    )


def test_agreeing_twice_changes_nothing(cast: Cast) -> None:
    before = Consent.objects.get(organisation=cast.company.pk)
    assert actions.agree_to_transfer(cast.company, ["SG", "SG"], language="en", by=cast.company_member) == []
    assert Consent.objects.get(organisation=cast.company.pk) == before
    assert not AuditEvent.objects.filter(action="consent.agreed").exists()


def test_a_withdrawn_consent_stays_on_record_and_may_be_given_again(cast: Cast) -> None:
    assert actions.withdraw_transfer(cast.company, "SG", by=cast.company_owner)
    assert not actions.withdraw_transfer(cast.company, "SG", by=cast.company_owner)
    assert in_force(cast) == set()
    actions.agree_to_transfer(cast.company, ["SG"], language="en", by=cast.company_owner)
    assert in_force(cast) == {"SG"}
    assert cast.company.transfer_consents.count() == 2


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_shows_all_target_countries_and_takes_the_rest_at_once(
    cast: Cast, as_user: SignIn, language: str
) -> None:
    client = as_user(cast.company_owner)
    page = client.get(url("companies:consents", language))
    with translation.override(language):
        assert {words.country_name(code) for code in TARGET_COUNTRIES} <= {
            row["name"] for row in page.context["rows"]
        }
    rest = [code for code in TARGET_COUNTRIES if code != "SG"]
    assert page.context["form"].initial["countries"] == rest
    client.post(url("companies:consents", language), {"countries": rest})
    assert in_force(cast) == set(TARGET_COUNTRIES)
    assert {each.language for each in cast.company.transfer_consents.exclude(country="SG")} == {language}
    assert "<form" not in pages.source(client.get(url("companies:consents", language)))


@pytest.mark.parametrize(
    ("language", "message"), [("en", "Choose at least one country."), ("ja", "国を1つ以上選択してください。")]
)
def test_agreeing_to_nothing_is_told_at_the_field(
    cast: Cast, as_user: SignIn, language: str, message: str
) -> None:
    page = as_user(cast.company_owner).post(url("companies:consents", language), {})
    assert page.context["form"].errors["countries"] == [message]


def test_withdrawing_asks_first(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.company_member)
    address = url("companies:consent_withdraw", country="SG")
    assert "You cannot request meetings with startups there" in pages.words(client.get(address))
    assert in_force(cast) == {"SG"}
    assert client.post(address).status_code == 302
    assert in_force(cast) == set()
    assert client.get(address).status_code == 404


def test_a_firm_without_consent_is_asked_when_it_requests_a_meeting(cast: Cast, as_user: SignIn) -> None:
    startup = factories.StartupFactory(organisation__country="VN", organisation__time_zone="Asia/Ho_Chi_Minh")
    match = stories.match_of(cast.company, startup)
    client = as_user(cast.company_owner)
    page = client.get(url("meetings:request", match_pk=match.pk))
    assert "Law on Personal Data Protection" in pages.words(page)
    refused = client.post(url("meetings:request_check", match_pk=match.pk), FORM)
    assert refused.context["form"].errors["transfer"] == [
        "Without your consent the meeting cannot be requested."
    ]
    assert "A first talk" in pages.source(refused)
    check = client.post(url("meetings:request_check", match_pk=match.pk), {**FORM, "transfer": "on"})
    assert "Transfer abroad Agreed" in pages.words(check)
    assert in_force(cast) == {"SG"}
    client.post(url("meetings:request_send", match_pk=match.pk), {**FORM, "transfer": "on"})
    assert in_force(cast) == {"SG", "VN"}
    assert MeetingRequest.objects.get().match == match


def test_a_firm_that_has_agreed_and_staff_who_record_its_consent_are_not_asked(
    cast: Cast, as_user: SignIn
) -> None:
    match = stories.match_of(cast.company, cast.startup)
    page = as_user(cast.company_owner).get(url("meetings:request", match_pk=match.pk))
    assert "transfer" not in page.context["form"].fields
    actions.withdraw_transfer(cast.company, "SG", by=cast.company_owner)
    asked = as_user(cast.company_owner).get(url("meetings:request", match_pk=match.pk))
    assert "transfer" in asked.context["form"].fields
    office = as_user(cast.officer).get(url("meetings:request_for_firm", match_pk=match.pk))
    assert "transfer" not in office.context["form"].fields


def test_nobody_sees_or_withdraws_the_consents_of_others(cast: Cast, as_user: SignIn) -> None:
    for person in ("startup_owner", "expert", "newcomer", "officer"):
        assert as_user(getattr(cast, person)).get(url("companies:consents")).status_code == 404
    as_user(cast.other_company_owner).post(url("companies:consent_withdraw", country="SG"))
    assert in_force(cast) == {"SG"}


# --- newer words -------------------------------------------------------------------------------------------------


@pytest.fixture
def earlier_words(cast: Cast, as_user: SignIn) -> Client:
    """The firm agreed to Singapore in words that have been replaced since; its owner is at the browser."""
    cast.company.transfer_consents.update(version="2026-01", text="Earlier words")
    return as_user(cast.company_owner)


def test_newer_words_are_asked_for_on_the_profile_and_stop_nothing(cast: Cast, earlier_words: Client) -> None:
    page = earlier_words.get(url("companies:own"))
    assert page.context["agreement_url"] == url("companies:consents")
    assert "There is an agreement to read" in pages.words(page)
    match = stories.match_of(cast.company, cast.startup)
    form = earlier_words.get(url("meetings:request", match_pk=match.pk)).context["form"]
    assert "transfer" not in form.fields  # the earlier consent holds until the firm has read the newer words


def test_the_newer_words_are_shown_and_take_the_place_of_the_earlier(
    cast: Cast, earlier_words: Client
) -> None:
    page = earlier_words.get(url("companies:consents"))
    singapore = next(row for row in page.context["rows"] if row["country"] == "SG")
    assert (singapore["is_current"], singapore["text"]) == (False, consents.transfer_text("SG", "en"))
    assert "Agreed to earlier words" in pages.words(page)
    earlier_words.post(url("companies:consents"), {"countries": ["SG"]})
    kept = cast.company.transfer_consents.in_force().get()
    assert (kept.version, kept.text) == (consents.version(), consents.transfer_text("SG", "en"))
    assert earlier_words.get(url("companies:own")).context["agreement_url"] == ""


def test_a_country_that_is_no_target_is_asked_for_again_too(cast: Cast, earlier_words: Client) -> None:
    factories.TransferConsentFactory(company=cast.company, country="FR", version="2026-01")
    form = earlier_words.get(url("companies:consents")).context["form"]
    assert [code for code, _name in form.fields["countries"].choices] == [*TARGET_COUNTRIES, "FR"]


@pytest.mark.parametrize(
    ("sent", "left"),
    [
        ({"everywhere": "on"}, set(TARGET_COUNTRIES)),
        ({"countries": ["IN"]}, {"IN"}),
        ({"countries": ["SG", "IN"]}, {"SG", "IN"}),
    ],
)
def test_a_firm_in_preparation_agrees_again_before_it_is_sent_in(
    cast: Cast, earlier_words: Client, sent: dict[str, Any], left: set[str]
) -> None:
    organisation = cast.company.organisation
    organisation.status = "draft"
    organisation.save()
    groups = dict(earlier_words.get(url("companies:setup")).context["groups"])
    assert [str(task.status) for task in groups["Agreement"]] == ["In progress"]
    page = earlier_words.get(url("companies:agreement"))
    assert (page.context["is_newer"], page.context["form"].initial["countries"]) == (True, set())
    earlier_words.post(url("companies:agreement"), sent)
    assert in_force(cast) == left
    assert {each.version for each in cast.company.transfer_consents.in_force()} == {consents.version()}
    groups = dict(earlier_words.get(url("companies:setup")).context["groups"])
    assert [str(task.status) for task in groups["Agreement"]] == ["Completed"]
