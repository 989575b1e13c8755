"""Confirming at its edges: keys that are gone, nothing to suggest, two at once, and what reaches the engine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from companies.models import Challenge
from matchmaking.core.models import AuditEvent
from matchmaking.matches import actions
from matchmaking.matches.engine.features import Featurizer
from matchmaking.matches.engine.policy import Policy
from matchmaking.matches.models import ScoringPolicy
from matchmaking.matches.sides import company_side, startup_side
from matchmaking.matches.thesauri import editions
from matchmaking.matches.thesauri.suggestions import suggested
from startups.models import Startup
from tests import factories
from tests.conftest import Cast
from tests.matches import world
from tests.matches.pages import answer, main, source, words

pytestmark = pytest.mark.django_db
Sign = Callable[[User], Client]
NEED = "屋根に太陽光を載せ、水上の太陽光と蓄電池も試したい。"


@pytest.fixture
def challenge(cast: Cast) -> Challenge:
    actions.ensure_policy()
    row = cast.company.challenges.get()
    Challenge.objects.filter(pk=row.pk).update(text=NEED)
    row.refresh_from_db()
    return row


@pytest.fixture
def member(cast: Cast, as_user: Sign) -> Client:
    return as_user(cast.company_member)


def send(client: Client, challenge: Challenge, **data: Any) -> str:
    """The page that comes back; empty where the choice was taken."""
    response = client.post(reverse("matches:confirm_challenge", args=[challenge.pk]), data)
    return "" if response.status_code == 302 else response.content.decode()


def stored(row: Challenge | Startup) -> list[str] | None:
    row.refresh_from_db()
    return row.capabilities


def ticked(page: str) -> set[str]:
    boxes = [
        part.split(">")[0] for part in page.split("<input") if 'name="chosen_keys"' in part.split(">")[0]
    ]
    return {box.split('value="')[1].split('"')[0] for box in boxes if "checked" in box}


def changed_in_force(by: User, change: Callable[[Any], None]) -> None:
    """Put an edition in force that is changed so."""
    draft = actions.open_draft(by=by)
    change(draft)
    draft.refresh_from_db()
    actions.put_thesaurus_in_force(draft, reason="r", seen=draft.fingerprint, by=by)


def entry(draft: Any, key: str) -> Any:
    return draft.entries.select_related("version").get(key=key)


# --- How many ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("many", [1, 2, 3])
def test_one_to_three_are_taken_in_the_order_of_the_page(
    challenge: Challenge, member: Client, many: int
) -> None:
    keys = [item.id for item in suggested(challenge)][:many]
    assert send(member, challenge, chosen_keys=keys) == ""
    assert stored(challenge) == keys
    assert ticked(source(member, "matches:confirm_challenge", pk=challenge.pk)) == set(keys)


@pytest.mark.parametrize("many", [4, 5])
@pytest.mark.parametrize("none_fits", [{}, {"none_fits": "on"}], ids=["alone", "with none fits"])
def test_more_than_three_are_refused_and_stay_ticked(
    challenge: Challenge, member: Client, many: int, none_fits: dict[str, str]
) -> None:
    keys = [item.id for item in suggested(challenge)][:many]
    page = send(member, challenge, chosen_keys=keys, **none_fits)
    assert "Tick at most three: the ones that fit best." in words(main(page))
    assert (ticked(page), stored(challenge)) == (set(keys), None)


def test_a_mind_can_be_changed_from_some_to_none_and_back(challenge: Challenge, member: Client) -> None:
    found = []
    for data in ({"chosen_keys": ["solar_dev"]}, {"none_fits": "on"}, {"chosen_keys": ["floating_solar"]}):
        assert send(member, challenge, **data) == ""
        found.append(stored(challenge))
    assert found == [["solar_dev"], [], ["floating_solar"]]


def test_what_is_saved_again_unchanged_is_recorded_once(challenge: Challenge, member: Client) -> None:
    for _ in range(2):
        assert send(member, challenge, chosen_keys=["solar_dev"]) == ""
    recorded = AuditEvent.objects.filter(action="challenge.changed")
    assert [event.detail["fields"] for event in recorded] == [["capabilities"]]


# --- Keys that are not there -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "keys",
    [
        ["no_such_thing"],
        ["solar_dev", "no_such_thing"],
        ["geothermal"],  # there is such a capability, but nobody suggested it
        ["<script>alert(1)</script>"],
        [""],
        ["SOLAR_DEV"],
        ["solar_dev,floating_solar"],
    ],
)
def test_only_what_is_suggested_can_be_chosen(challenge: Challenge, member: Client, keys: list[str]) -> None:
    page = send(member, challenge, chosen_keys=keys)
    assert ("error-summary" in page, stored(challenge)) == (True, None)
    assert "<script>alert" not in page


def test_what_is_retired_is_neither_suggested_nor_taken_nor_kept_ticked(
    cast: Cast, challenge: Challenge, member: Client
) -> None:
    assert send(member, challenge, chosen_keys=["solar_dev"]) == ""
    changed_in_force(
        cast.administrator,
        lambda draft: actions.retire_capability(entry(draft, "solar_dev"), reason="r", by=cast.administrator),
    )
    challenge.refresh_from_db()
    assert "solar_dev" not in {item.id for item in suggested(challenge)}
    assert ticked(source(member, "matches:confirm_challenge", pk=challenge.pk)) == set()
    assert "error-summary" in send(member, challenge, chosen_keys=["solar_dev"])


def test_what_is_merged_is_answered_for_by_its_successor(
    cast: Cast, challenge: Challenge, member: Client
) -> None:
    assert send(member, challenge, chosen_keys=["solar_dev"]) == ""
    changed_in_force(
        cast.administrator,
        lambda draft: actions.merge_capability(
            entry(draft, "solar_dev"), into=entry(draft, "geothermal"), by=cast.administrator
        ),
    )
    challenge.refresh_from_db()
    assert suggested(challenge)[0].id == "geothermal"
    assert "error-summary" in send(member, challenge, chosen_keys=["solar_dev"])  # not by its former name
    assert send(member, challenge, chosen_keys=["geothermal"]) == ""


# --- Nothing to suggest ------------------------------------------------------------------------------------------


@pytest.fixture
def wordless(challenge: Challenge) -> Challenge:
    Challenge.objects.filter(pk=challenge.pk).update(title="12345", text="？！")
    challenge.refresh_from_db()
    assert suggested(challenge) == []
    return challenge


@pytest.mark.parametrize("language", ["en", "ja"])
def test_without_suggestions_no_heading_stands_over_nothing(
    wordless: Challenge, member: Client, language: str
) -> None:
    page = main(source(member, "matches:confirm_challenge", language=language, pk=wordless.pk))
    assert ("chosen_keys" in page, "<fieldset" in page, 'name="none_fits"' in page) == (False, False, True)
    assert ("<legend" in page, "(optional)" in words(page), "（任意）" in words(page)) == (
        False,
        False,
        False,
    )


def test_without_suggestions_what_is_missing_is_told_where_something_can_be_ticked(
    wordless: Challenge, member: Client
) -> None:
    page = send(member, wordless)
    assert ('href="#id_none_fits"' in page, 'id="id_none_fits"' in page) == (True, True)
    assert (send(member, wordless, none_fits="on"), stored(wordless)) == ("", [])


def test_without_suggestions_a_key_from_an_older_page_is_refused_in_words(
    wordless: Challenge, member: Client
) -> None:
    page = send(member, wordless, chosen_keys=["solar_dev"])
    assert ("error-summary" in page, stored(wordless)) == (True, None)


# --- Who, and two at once ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("company_owner", 200),
        ("company_member", 200),
        ("other_company_owner", 404),
        ("startup_owner", 404),
        ("expert", 404),
        ("officer", 404),
        ("administrator", 404),
    ],
)
def test_the_firms_own_people_confirm_and_nobody_else(
    cast: Cast, challenge: Challenge, as_user: Sign, role: str, status: int
) -> None:
    client = as_user(getattr(cast, role))
    assert answer(client, "matches:confirm_challenge", pk=challenge.pk).status_code == status
    sent = client.post(
        reverse("matches:confirm_challenge", args=[challenge.pk]), {"chosen_keys": ["solar_dev"]}
    )
    assert (sent.status_code, stored(challenge)) == ((302, ["solar_dev"]) if status == 200 else (404, None))


@pytest.mark.django_db(transaction=True)
def test_of_two_members_at_once_the_choice_of_one_stands_whole(
    cast: Cast, challenge: Challenge, as_user: Sign
) -> None:
    keys = [item.id for item in suggested(challenge)]
    choices = [keys[:2], keys[2:3]]
    clients = [as_user(cast.company_owner), as_user(cast.company_member)]
    barrier, answers = threading.Barrier(2), [""] * 2

    def confirm(place: int) -> None:
        barrier.wait()
        try:
            answers[place] = send(clients[place], challenge, chosen_keys=choices[place]) or "saved"
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm, args=[place]) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (answers, stored(challenge) in choices) == (["saved", "saved"], True)
    assert AuditEvent.objects.filter(action="challenge.changed").count() == 2


# --- The vector --------------------------------------------------------------------------------------------------


@pytest.fixture
def featurizer(policy: ScoringPolicy, engine_vectors: dict[str, Any]) -> Featurizer:
    return Featurizer(Policy.from_dict(policy.parameters), editions.delivered(), engine_vectors)


def carried(tags: Any) -> set[str]:
    """The capabilities that a row of tags holds."""
    return {editions.delivered().capabilities[place].id for place in np.flatnonzero(tags[0])}


@pytest.mark.parametrize("none_fits", [False, True])
def test_a_firms_choice_reaches_its_vector_and_the_guess_leaves_it(
    featurizer: Featurizer, as_user: Sign, none_fits: bool
) -> None:
    firm = world.firm(0)
    row, client = (
        firm.challenges.get(),
        as_user(factories.MembershipFactory(organisation=firm.organisation).user),
    )
    before = company_side(row)
    guessed = carried(featurizer.need_tags([before]))
    kept = suggested(row)[-1].id
    assert guessed - {kept}
    assert send(client, row, **({"none_fits": "on"} if none_fits else {"chosen_keys": [kept]})) == ""
    row.refresh_from_db()
    after = company_side(row)
    assert carried(featurizer.need_tags([after])) == (set() if none_fits else {kept})
    vectors = featurizer.companies([before, after]).matrix
    assert not np.allclose(vectors[0], vectors[1])


def test_a_startups_choice_reaches_its_vector_and_the_guess_leaves_it(
    featurizer: Featurizer, as_user: Sign
) -> None:
    row = world.startup(4)
    client = as_user(factories.MembershipFactory(organisation=row.organisation).user)
    before = startup_side(row)
    guessed, kept = carried(featurizer.offer_tags([before])), suggested(row)[0].id
    assert guessed - {kept}
    assert client.post(reverse("matches:confirm_pitch"), {"chosen_keys": [kept]}).status_code == 302
    row.refresh_from_db()
    after = startup_side(row)
    assert carried(featurizer.offer_tags([after])) == {kept}
    vectors = featurizer.startups([before, after]).matrix
    assert not np.allclose(vectors[0], vectors[1])


def test_a_choice_of_which_nothing_is_left_lets_the_engine_guess_again(featurizer: Featurizer) -> None:
    row = world.firm(0).challenges.get()
    guessed = carried(featurizer.need_tags([company_side(row)]))
    row.capabilities = ["gone_long_ago"]
    assert carried(featurizer.need_tags([company_side(row)])) == guessed != set()
