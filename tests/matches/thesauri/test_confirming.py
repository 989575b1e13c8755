"""Members confirm what their challenge asks for or their pitch offers; what they said replaces the guess."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from companies.models import Challenge
from matchmaking.matches import actions
from matchmaking.matches.engine.features import CompanySide
from matchmaking.matches.models import CapabilityReading
from matchmaking.matches.sides import company_side
from matchmaking.matches.thesauri.suggestions import suggested, text_of
from tests.conftest import Cast
from tests.matches.pages import answer, main, source, words

pytestmark = pytest.mark.django_db
Sign = Callable[[User], Client]
NEED = "屋根に太陽光を載せ、水上の太陽光と蓄電池も試したい。"


@pytest.fixture
def challenge(cast: Cast) -> Challenge:
    actions.ensure_thesaurus()
    row = cast.company.challenges.get()
    Challenge.objects.filter(pk=row.pk).update(text=NEED)
    row.refresh_from_db()
    return row


@pytest.fixture
def member(cast: Cast, as_user: Sign) -> Client:
    return as_user(cast.company_member)


def send(client: Client, challenge: Challenge, **data: Any) -> Any:
    return client.post(reverse("matches:confirm_challenge", args=[challenge.pk]), data)


def test_a_few_capabilities_are_suggested_from_the_words_as_they_are(challenge: Challenge) -> None:
    keys = [item.id for item in suggested(challenge)]
    assert ("solar_dev" in keys, 3 <= len(keys) <= 5, len(set(keys)) == len(keys)) == (True, True, True)


def test_what_was_chosen_and_what_a_worker_read_stand_first(challenge: Challenge) -> None:
    challenge.capabilities = ["geothermal"]
    CapabilityReading.objects.create(
        challenge=challenge, keys=["biochar", "gone_long_ago"], edition="x", read_at=timezone.now()
    )
    assert [item.id for item in suggested(challenge)][:2] == ["geothermal", "biochar"]


@pytest.mark.parametrize(
    ("data", "stored"),
    [
        ({"chosen_keys": ["solar_dev"]}, ["solar_dev"]),
        ({"none_fits": "on"}, []),
    ],
)
def test_the_choice_is_stored_and_reaches_the_engine(
    challenge: Challenge, member: Client, data: dict[str, Any], stored: list[str]
) -> None:
    assert company_side(challenge).capabilities is None
    assert send(member, challenge, **data)["Location"] == reverse("companies:challenges")
    challenge.refresh_from_db()
    side: CompanySide = company_side(challenge)
    assert (challenge.capabilities, side.capabilities) == (stored, tuple(stored))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "Tick one to three, or that none fits."),
        (
            {"chosen_keys": ["solar_dev"], "none_fits": "on"},
            "Tick capabilities, or that none fits, not both.",
        ),
        ({"chosen_keys": ["four"]}, "Tick at most three"),
    ],
)
def test_what_says_nothing_or_too_much_is_refused(
    challenge: Challenge, member: Client, data: dict[str, Any], message: str
) -> None:
    if data.get("chosen_keys") == ["four"]:
        data = {"chosen_keys": [item.id for item in suggested(challenge)][:4]}
    assert message in words(main(send(member, challenge, **data).content.decode()))
    challenge.refresh_from_db()
    assert challenge.capabilities is None


def test_what_was_not_suggested_cannot_be_chosen(challenge: Challenge, member: Client) -> None:
    assert send(member, challenge, chosen_keys=["no_such_thing"]).status_code == 200
    challenge.refresh_from_db()
    assert challenge.capabilities is None


@pytest.mark.parametrize(
    ("language", "label"), [("ja", "太陽光発電の開発・設置"), ("en", "Solar development and installation")]
)
def test_suggestions_are_in_the_readers_language(
    challenge: Challenge, member: Client, language: str, label: str
) -> None:
    page = source(member, "matches:confirm_challenge", language=language, pk=challenge.pk)
    assert label in words(main(page))


def test_the_choice_is_ticked_when_the_page_is_opened_again(challenge: Challenge, member: Client) -> None:
    send(member, challenge, chosen_keys=["solar_dev"])
    page = source(member, "matches:confirm_challenge", pk=challenge.pk)
    box = next(part for part in page.split("<input") if 'value="solar_dev"' in part)
    assert "checked" in box.split(">")[0]


def test_a_challenge_of_another_firm_is_not_there(cast: Cast, challenge: Challenge, as_user: Sign) -> None:
    for user in (cast.other_company_owner, cast.startup_owner):
        assert answer(as_user(user), "matches:confirm_challenge", pk=challenge.pk).status_code == 404


def test_a_startup_confirms_what_it_offers(cast: Cast, as_user: Sign) -> None:
    client = as_user(cast.startup_member)
    cast.startup.solution = "Robots for solar panel cleaning"
    cast.startup.save()
    assert "solar panel cleaning" in text_of(cast.startup)
    assert "Solar operation, inspection and cleaning" in words(main(source(client, "matches:confirm_pitch")))
    client.post(reverse("matches:confirm_pitch"), {"chosen_keys": ["solar_om"]})
    cast.startup.refresh_from_db()
    assert cast.startup.capabilities == ["solar_om"]


def test_people_of_a_firm_have_no_pitch(cast: Cast, as_user: Sign) -> None:
    assert answer(as_user(cast.company_owner), "matches:confirm_pitch").status_code == 404


def test_both_profiles_lead_to_their_page(
    cast: Cast, challenge: Challenge, member: Client, as_user: Sign
) -> None:
    assert reverse("matches:confirm_challenge", args=[challenge.pk]) in source(member, "companies:challenges")
    assert reverse("matches:confirm_pitch") in source(as_user(cast.startup_owner), "startups:own")
