"""Capabilities suggested on the question pages while somebody writes, and saved with the page's form."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.enums import OrganisationStatus
from accounts.models import Organisation, User
from accounts.registration.choosing import Boxes, mark_of
from companies.models import Challenge
from matchmaking.core import jobs
from matchmaking.core.models import Job
from matchmaking.matches import actions
from matchmaking.matches.models import MeaningQuery
from startups.models import Startup
from tests.conftest import Cast
from tests.matches.pages import words
from tests.pages import carried_values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vectors")]
Sign = Callable[[User], Client]
NEED = {"title": "電気代を下げたい", "text": "屋根に太陽光を載せ、水上の太陽光と蓄電池も試したい。"}
PITCH = {
    "one_liner": "Floating solar for reservoirs",
    "solution": "Photovoltaic modules on water, with storage.",
}


@pytest.fixture
def member(cast: Cast, as_user: Sign) -> Client:
    actions.ensure_policy()
    return as_user(cast.company_member)


@pytest.fixture
def founder(cast: Cast, as_user: Sign) -> Client:
    actions.ensure_policy()
    return as_user(cast.startup_owner)


def ask(client: Client, what: str = "need", language: str = "ja", **typed: Any) -> str:
    with translation.override(language):
        response = client.post(reverse(f"matches:suggest_{what}"), typed)
    assert response.status_code == 200
    return response.content.decode()


def boxes(page: str) -> dict[str, bool]:
    """Each capability that the page offers, and whether it is ticked."""
    found = re.findall(r'<input type="checkbox"[^>]*name="capabilities"[^>]*>', page)
    return {re.search(r'value="([^"]*)"', each)[1]: "checked" in each for each in found}


def sent_on(page: str) -> dict[str, Any]:
    """What the part of the page sends with its form, but for the ticks."""
    shown = re.findall(r'name="capabilities_shown" value="([^"]*)"', page)
    before = re.search(r'name="capabilities_before" value="([^"]*)"', page)
    return {"capabilities_shown": shown, **({"capabilities_before": before[1]} if before else {})}


# --- What is suggested ------------------------------------------------------------------------------------------------


def test_wordings_are_suggested_at_once_and_what_a_worker_reads_beside_them(member: Client) -> None:
    page = ask(member, **NEED)
    first = boxes(page)
    assert (len(first), "solar_dev" in first, set(first.values())) == (3, True, {False})
    assert "太陽光発電の開発・設置" in words(page)
    assert 'hx-trigger="load delay:800ms"' in page
    jobs.run_due()
    more = ask(member, **NEED, **sent_on(page), capabilities_looks=1)
    second = boxes(more)
    assert (len(second), set(first) & set(second)) == (2, set())
    assert ("hx-trigger" in more, "<fieldset" in more) == (False, False)


def test_what_a_worker_has_read_before_is_suggested_at_once_in_either_language(
    member: Client, founder: Client
) -> None:
    ask(founder, "pitch", **PITCH)
    jobs.run_due()
    page = ask(founder, "pitch", "en", **PITCH)
    assert (len(boxes(page)), "hx-trigger" in page) == (5, False)
    assert "solar" in words(page).lower()
    assert not boxes(page).keys() - boxes(ask(founder, "pitch", "ja", **PITCH)).keys()


def test_what_is_ticked_stays_first_and_ticked_whatever_is_written_on(member: Client) -> None:
    page = ask(member, **NEED, capabilities=["geothermal", "no_such_thing"])
    assert next(iter(boxes(page).items())) == ("geothermal", True)
    assert ("no_such_thing" in page, sum(boxes(page).values())) == (False, 1)
    assert boxes(ask(member, title="", capabilities=["geothermal"])) == {"geothermal": True}


@pytest.mark.parametrize("typed", [{}, {"title": "短い"}, {"text": "  \n "}, {"business": NEED["text"]}])
def test_next_to_no_words_ask_nobody_and_the_page_says_what_will_appear(
    member: Client, typed: dict[str, str]
) -> None:
    page = ask(member, language="en", **typed)
    assert (boxes(page), Job.objects.filter(name="matches.answer_search").exists()) == ({}, False)
    assert "As soon as you have written a sentence" in words(page)


def test_the_page_stops_asking_when_no_worker_answers_and_the_words_alone_fill_the_list(
    member: Client,
) -> None:
    page = ask(member, **NEED)
    for look in range(1, 5):
        assert f'"capabilities_looks": {look + 1}' in ask(
            member, **NEED, **sent_on(page), capabilities_looks=look
        )
    last = ask(member, **NEED, **sent_on(page), capabilities_looks=5)
    assert ("hx-trigger" in last, len(boxes(last))) == (False, 2)


def test_who_writes_without_end_gets_wordings_only(member: Client, settings: Any) -> None:
    settings.RATE_LIMITS = {"suggest": (1, 60)}
    ask(member, **NEED)
    page = ask(member, title=NEED["title"], text=NEED["text"] + "さらに。")
    assert ("solar_dev" in boxes(page), "hx-trigger" in page) == (True, False)
    assert Job.objects.filter(name="matches.answer_search").count() == 1


def test_neither_the_ledger_nor_the_answers_keep_what_was_written(member: Client) -> None:
    ask(member, **NEED)
    jobs.run_due()
    job = Job.objects.get(name="matches.answer_search")
    assert (job.state, job.payload) == ("done", {"sought": "startups", "words": ""})
    assert NEED["title"] not in str(MeaningQuery.objects.values())


def test_nothing_is_saved_and_whose_page_it_is_not_finds_none(
    cast: Cast, member: Client, as_user: Sign
) -> None:
    before = list(Challenge.objects.values())
    ask(member, **NEED, capabilities=["solar_dev"], capabilities_before="-")
    assert list(Challenge.objects.values()) == before
    assert member.post(reverse("matches:suggest_pitch"), PITCH).status_code == 404
    assert as_user(cast.startup_owner).post(reverse("matches:suggest_need"), NEED).status_code == 404


@pytest.mark.parametrize(
    ("ticks", "fault"),
    [
        ({"capabilities": ["solar_dev", "geothermal", "biochar", "grain_storage"]}, "Tick at most three"),
        ({"capabilities": ["solar_dev"], "capabilities_none": "on"}, "not both"),
    ],
)
def test_too_many_ticks_are_told_while_writing_and_refused_when_saved(
    cast: Cast, member: Client, ticks: dict[str, Any], fault: str
) -> None:
    assert fault in words(ask(member, language="en", **NEED, **ticks))
    url = reverse("companies:challenge_edit", args=[cast.company.challenges.get().pk])
    page = member.post(url, {**carried_values(member, url), **NEED, **ticks, "capabilities_before": "-"})
    assert page.status_code == 200
    text = page.content.decode()
    assert f'<a href="#id_capabilities">Capabilities: {fault}' in text or fault in words(text)
    assert 'href="#id_capabilities"' in text
    carried = re.findall(r'<input type="hidden" name="capabilities" value="([^"]*)"', text)
    assert carried == ticks["capabilities"]
    assert cast.company.challenges.get().capabilities is None


# --- Saved with the form ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ticks", "stored"),
    [
        (
            {"capabilities": ["solar_dev", "geothermal"], "capabilities_before": "-"},
            ["solar_dev", "geothermal"],
        ),
        ({"capabilities_none": "on", "capabilities_before": "-"}, []),
        ({"capabilities_before": "-"}, None),
        ({"capabilities": ["solar_dev"]}, None),  # no boxes were drawn: the page has no say
        ({"capabilities": ["no_such_thing"], "capabilities_before": "-"}, None),
    ],
)
def test_what_is_ticked_is_saved_with_the_challenge(
    cast: Cast, member: Client, ticks: dict[str, Any], stored: list[str] | None
) -> None:
    challenge = cast.company.challenges.get()
    url = reverse("companies:challenge_edit", args=[challenge.pk])
    page = member.post(url, {**carried_values(member, url), "text": NEED["text"], **ticks})
    assert page.status_code == 302
    challenge.refresh_from_db()
    assert (challenge.text, challenge.capabilities) == (NEED["text"], stored)


def test_a_new_challenge_is_born_with_its_capabilities(cast: Cast, member: Client) -> None:
    url = reverse("companies:challenge_new")
    typed = {**carried_values(member, url), **NEED, "field": "decarbonization", "is_open": "on"}
    member.post(url, {**typed, "capabilities": ["solar_dev"], "capabilities_before": "-"})
    assert Challenge.objects.get(title=NEED["title"]).capabilities == ["solar_dev"]


def test_a_pitch_is_saved_with_what_it_offers(cast: Cast, founder: Client) -> None:
    Organisation.objects.filter(pk=cast.startup.pk).update(fields=["decarbonization"])
    url = reverse("startups:step", args=["pitch"])
    sent = carried_values(founder, url)
    assert (
        founder.post(url, {**sent, "capabilities_none": "on", "capabilities_before": "-"}).status_code == 302
    )
    assert Startup.objects.get(pk=cast.startup.pk).capabilities == []


def test_a_page_opened_before_a_colleague_chose_does_not_undo_the_choice(cast: Cast, member: Client) -> None:
    challenge = cast.company.challenges.get()
    url = reverse("companies:challenge_edit", args=[challenge.pk])
    sent = {**carried_values(member, url), "capabilities_before": mark_of(None)}
    Challenge.objects.filter(pk=challenge.pk).update(capabilities=["solar_dev"])
    member.post(url, {**sent, "text": NEED["text"]})
    challenge.refresh_from_db()
    assert (challenge.text, challenge.capabilities) == (NEED["text"], ["solar_dev"])
    opened = {**sent, "capabilities_before": mark_of(["solar_dev"])}
    member.post(url, {**opened, "capabilities": ["geothermal"]})
    challenge.refresh_from_db()
    assert challenge.capabilities == ["geothermal"]


def test_the_page_carries_the_choice_until_boxes_are_drawn_and_shows_nothing_without_scripts(
    cast: Cast, member: Client
) -> None:
    Challenge.objects.update(capabilities=["solar_dev"])
    url = reverse("companies:challenge_edit", args=[cast.company.challenges.get().pk])
    slot = (
        member.get(url)
        .content.decode()
        .partition('<div id="id_capabilities"')[2]
        .partition("form-actions")[0]
    )
    assert f'hx-post="{reverse("matches:suggest_need")}"' in slot
    assert re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)"', slot) == [
        ("capabilities", "solar_dev")
    ]
    assert words(slot.partition(">")[2].rpartition("</div>")[0].rpartition("<div")[0]) == ""
    drawn = ask(member, **NEED, capabilities=["solar_dev"])
    assert 'name="capabilities_before" value="solar_dev"' in drawn


def test_a_newcomer_without_a_registration_is_not_offered_what_they_could_not_ask_for(
    cast: Cast, as_user: Sign
) -> None:
    assert (
        "id_capabilities"
        not in as_user(cast.newcomer).get(reverse("startups:step", args=["pitch"])).content.decode()
    )


def test_in_preparation_a_wrong_field_does_not_lose_the_choice(cast: Cast, member: Client) -> None:
    Organisation.objects.filter(pk=cast.company.pk).update(status=OrganisationStatus.DRAFT, published_at=None)
    challenge = cast.company.challenges.get()
    url = reverse("companies:challenge_edit", args=[challenge.pk])
    sent = {**carried_values(member, url), "deadline": "never", "capabilities": ["solar_dev"]}
    page = member.post(url, {**sent, "capabilities_before": "-"})
    assert page.status_code == 200
    challenge.refresh_from_db()
    assert challenge.capabilities == ["solar_dev"]


def test_marks_tell_choices_apart_and_not_their_order() -> None:
    assert [mark_of(each) for each in (None, [], ["b", "a"], ["a", "b"])] == ["-", "", "a,b", "a,b"]
    assert [Boxes.of(each).choice for each in (None, [], ["a"])] == [None, [], ["a"]]
