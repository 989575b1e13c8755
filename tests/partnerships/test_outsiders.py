"""Whoever is not of the pair finds nothing, by any address and by any means; and what becomes of those who leave."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Organisation, User
from documents.models import Document
from matchmaking.core.models import AuditEvent
from partnerships import actions
from partnerships.enums import PaperKind
from partnerships.models import (
    Amount,
    FollowUp,
    FollowUpAnswer,
    GateCheck,
    NextStep,
    Paper,
    Partnership,
    SupportMeasure,
)
from tests.conftest import Cast, Keeping
from tests.documents import documents
from tests.partnerships import stories
from tests.partnerships.pages import LANGUAGES, SignIn, path
from tests.partnerships.test_outcome_links import ANSWER
from tests.partnerships.test_pages import AMOUNT, MEASURE, PAPER, STEP

pytestmark = pytest.mark.django_db
OUTSIDERS = ["other_company_owner", "other_startup_owner", "expert", "newcomer"]
MEMBERS = ["company_owner", "company_member", "startup_owner", "startup_member"]
KEPT = (Partnership, NextStep, Paper, Amount, SupportMeasure, GateCheck, FollowUp, FollowUpAnswer)


@pytest.fixture(scope="module")
def kept_partnership(kept_cast: Cast, keeping: Keeping) -> Partnership:
    """With one of everything, noted by the cast's firm."""
    owner = kept_cast.company_owner
    with keeping():
        stories.only_rule()
        begun = stories.begun(kept_cast)
        stories.a_step(begun, owner)
        paper = actions.add_paper(begun, PaperKind.NDA, stories.TODAY, by=owner)
        documents.shelved(actions.open_file(paper, by=owner), owner)
        stories.meet(begun, stories.Need.AMOUNT, owner)
        actions.add_measure(begun, "Subsidy", stories.TODAY, by=kept_cast.officer)
        stories.answered(stories.follow_up_of(begun), owner)
    return begun


@pytest.fixture
def rich(kept_partnership: Partnership, cast: Cast) -> Partnership:
    return deepcopy(kept_partnership)


def addresses(rich: Partnership) -> dict[str, tuple[str, dict[str, Any]]]:
    """Every address of the partnership, with what a good answer to it would be."""
    return {
        "detail": (path("detail", pk=rich.pk), {}),
        "step_new": (path("step_new", pk=rich.pk), STEP),
        "paper_new": (path("paper_new", pk=rich.pk), PAPER),
        "amount_new": (path("amount_new", pk=rich.pk), AMOUNT),
        "measure_new": (path("measure_new", pk=rich.pk), MEASURE),
        "step_done": (path("step_done", pk=rich.steps.get().pk), {}),
        "take_out": (path("take_out", entry="document", pk=rich.papers.get().pk), {"reason": "Wrong."}),
        "paper_file": (path("paper_file", pk=rich.papers.get().pk), {}),
        "outcome": (path("outcome", pk=rich.follow_ups.get().pk), ANSWER),
        "outcome_staff": (path("outcome_staff", pk=rich.follow_ups.get().pk), {}),
        "check": (
            path("check", pk=rich.checks.get().pk),
            {"status": "settled", "decided_on": "2026-01-05", "note": "Not listed."},
        ),
        "move": (path("move", pk=rich.pk, to="agreed"), {}),
        "end": (path("end", pk=rich.pk), {"end_reason": "terms"}),
    }


NAMES = [
    "detail",
    "step_new",
    "paper_new",
    "amount_new",
    "measure_new",
    "step_done",
    "take_out",
    "paper_file",
    "outcome",
    "outcome_staff",
    "check",
    "move",
    "end",
]


def rows() -> list[Any]:
    return [list(model._default_manager.order_by("pk").values()) for model in KEPT]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("person", OUTSIDERS)
def test_to_outsiders_no_address_exists_and_nothing_changes(
    cast: Cast, as_user: SignIn, rich: Partnership, person: str, name: str
) -> None:
    url, sent = addresses(rich)[name]
    client, before, trail = as_user(getattr(cast, person)), rows(), AuditEvent.objects.count()
    assert client.get(url).status_code in (404, 405)
    assert client.post(url, sent).status_code in (404, 405)
    assert (rows(), AuditEvent.objects.count()) == (before, trail)


@pytest.mark.parametrize("name", NAMES)
def test_guests_are_led_to_the_door_or_find_nothing(cast: Cast, rich: Partnership, name: str) -> None:
    url, sent = addresses(rich)[name]
    before = rows()
    for answer in (Client().get(url), Client().post(url, sent)):
        assert answer.status_code in (302, 404, 405)
        if answer.status_code == 302:
            assert "/account/login/" in answer["Location"]
    assert rows() == before


@pytest.mark.parametrize("person", [*OUTSIDERS, *MEMBERS])
def test_the_office_s_lists_are_the_office_s(
    cast: Cast, as_user: SignIn, rich: Partnership, person: str
) -> None:
    client = as_user(getattr(cast, person))
    names = ("staff", "board", "to_begin", "rules", "rule_new", "stalls", "stalls_csv", "report")
    for name in (*names, "report_csv", "outcomes", "not_asked", "begin"):
        assert client.get(path(name)).status_code == 404, name


@pytest.mark.parametrize("model", KEPT)
@pytest.mark.parametrize("person", [*OUTSIDERS, *MEMBERS, "officer", "administrator"])
def test_rows_are_seen_by_the_pair_and_the_office(
    cast: Cast, rich: Partnership, person: str, model: Any
) -> None:
    """Of answers each side sees its own only: here the firm's."""
    user: User = getattr(cast, person)
    sees = person not in OUTSIDERS
    if model is FollowUpAnswer and person.startswith("startup"):
        sees = False
    assert model.objects.visible_to(user).exists() == sees


@pytest.mark.parametrize("person", [*OUTSIDERS, *MEMBERS, "officer"])
def test_the_file_is_read_by_the_pair_and_the_office(
    cast: Cast, as_user: SignIn, rich: Partnership, person: str
) -> None:
    document = Document.objects.get()
    url = reverse("documents:document", kwargs={"pk": document.pk})
    expected = 404 if person in OUTSIDERS else 200
    assert as_user(getattr(cast, person)).get(url).status_code == expected


@pytest.mark.parametrize(
    ("person", "may"),
    [
        ("company_owner", True),
        ("company_member", True),
        ("officer", True),
        ("startup_owner", False),
        ("startup_member", False),
    ],
)
def test_a_file_is_sent_by_the_side_that_noted_the_document(
    cast: Cast, as_user: SignIn, rich: Partnership, person: str, may: bool
) -> None:
    paper = actions.add_paper(rich, PaperKind.CONTRACT, stories.TODAY, by=cast.company_owner)
    answer = as_user(getattr(cast, person)).post(path("paper_file", pk=paper.pk))
    paper.refresh_from_db()
    assert answer.status_code == (302 if may else 403)
    assert (paper.document is not None) == may


# --- Those who leave -----------------------------------------------------------------------------------------------


def leaves(cast: Cast) -> None:
    Membership.objects.filter(user=cast.company_member).delete()


def is_switched_off(cast: Cast) -> None:
    User.objects.filter(pk=cast.company_member.pk).update(is_active=False)


def goes_to_another_firm(cast: Cast) -> None:
    Membership.objects.filter(user=cast.company_member).update(organisation=cast.other_company.organisation)


@pytest.mark.parametrize("goes", [leaves, is_switched_off, goes_to_another_firm])
@pytest.mark.parametrize("name", ["detail", "step_new", "outcome"])
def test_whoever_has_left_finds_nothing_more(
    cast: Cast, as_user: SignIn, rich: Partnership, goes: Callable[[Cast], None], name: str
) -> None:
    url, sent = addresses(rich)[name]
    client = as_user(cast.company_member)
    assert client.get(url).status_code == 200
    goes(cast)
    before = rows()
    for answer in (client.get(url), client.post(url, sent)):
        assert answer.status_code in (302, 404, 405)
    assert rows() == before


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", ["suspended", "lapsed", "withdrawn"])
def test_a_firm_that_no_longer_takes_part_still_reads_what_it_agreed_to(
    cast: Cast, as_user: SignIn, rich: Partnership, status: str, language: str
) -> None:
    """A contract does not end with a registration: both sides keep their page, and are asked what came of it."""
    Organisation.objects.filter(pk=cast.company.pk).update(status=status)
    for person in (cast.company_owner, cast.startup_owner, cast.officer):
        answer = as_user(person).get(path("detail", language=language, pk=rich.pk))
        assert answer.status_code == 200


def test_the_trail_tells_who_wrote_what_down(cast: Cast, rich: Partnership) -> None:
    kinds = {"partnership", "nextstep", "paper", "amount", "supportmeasure", "followup"}
    trail = {
        row.action: row.actor_id
        for row in AuditEvent.objects.filter(target_type__in=[f"partnerships.{each}" for each in kinds])
    }
    assert trail == {
        "partnership.begun": cast.officer.pk,
        "nextstep.added": cast.company_owner.pk,
        "paper.added": cast.company_owner.pk,
        "amount.added": cast.company_owner.pk,
        "supportmeasure.added": cast.officer.pk,
        "followup.answered": cast.company_owner.pk,
    }
