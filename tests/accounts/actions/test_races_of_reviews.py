"""Two people at once: one decision, whoever is faster; an edit comes before a decision or after it, never into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.models import Organisation, Review, User
from accounts.reviewing.versions import ProfileChanged
from companies.actions import add_challenge, change_company
from companies.models import Company
from matchmaking.core.models import AuditEvent, Notice
from tests import factories
from tests.accounts import review_stories as stories
from tests.accounts.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ALL = ["existence", "eligibility", "field", "personal_data"]


def own(review: Review) -> Review:
    """Each thread reads for itself."""
    return Review.objects.with_people().get(pk=review.pk)


def decide(name: str, review: Review, seen: dict[str, int], by: User) -> str:
    mine = own(review)
    deeds: dict[str, Callable[[], Any]] = {
        "approve": lambda: actions.approve(mine, seen=seen, by=by),
        "ask": lambda: actions.ask_for_changes(mine, remarks={}, text="x", told="x", seen=seen, by=by),
        "decline": lambda: actions.propose_decline(mine, reason="other", text="x", seen=seen, by=by),
        "take_back": lambda: actions.take_back(mine, by=by),
    }
    deeds[name]()
    return name


OUTCOME = {
    "approve": ("approved", "published"),
    "ask": ("returned", "returned"),
    "decline": ("decline_proposed", "submitted"),
    "take_back": ("taken_back", "draft"),
}


@pytest.mark.parametrize(
    "pair",
    [
        ("approve", "approve"),
        ("approve", "ask"),
        ("approve", "decline"),
        ("ask", "decline"),
        ("approve", "take_back"),
    ],
)
@pytest.mark.parametrize("attempt", range(3))
def test_of_two_decisions_exactly_one_happens(pair, attempt):
    officers = [factories.OfficerFactory() for _number in range(2)]
    review = stories.applied()
    actions.tick(review, ALL, by=officers[0])
    seen = stories.seen(review)
    results = at_once(
        *(
            lambda name=name, by=by: decide(name, review, seen, by)
            for name, by in zip(pair, officers, strict=True)
        )
    )
    [won] = [result for result in results if isinstance(result, str)]
    status, organisation = OUTCOME[won]
    review = own(review)
    assert (review.status, review.organisation.status) == (status, organisation)
    decisions = AuditEvent.objects.filter(action__startswith="review.", target_id=str(review.pk))
    assert [event.action for event in decisions] == [f"review.{status}"]
    members = Notice.objects.filter(recipient=review.asked_by).exclude(event="profile_submitted")
    assert members.count() == (won in ("approve", "ask"))


@pytest.mark.parametrize("attempt", range(3))
@pytest.mark.parametrize("edit", ["field", "challenge"])
def test_an_edit_comes_before_the_decision_or_after_it(edit, attempt):
    """Never in between: either the decision is refused, or the edit was made to a published profile."""
    officer, review = factories.OfficerFactory(), stories.applied()
    actions.tick(review, ALL, by=officer)
    seen, firm = stories.seen(review), review.organisation_id

    def change() -> str:
        company = Company.objects.select_related("organisation").get(pk=firm)
        if edit == "field":
            change_company(company, {"city": "燕市"}, {"employees": 999}, by=review.asked_by)
        else:
            add_challenge(company, {"title": "新", "text": "x", "field": "retail"}, by=review.asked_by)
        return "changed"

    decision, edited = at_once(lambda: decide("approve", review, seen, officer), change)
    assert edited == "changed"
    status = Organisation.objects.get(pk=firm).status
    assert status == ("published" if decision == "approve" else "submitted")
    if decision == "approve":
        assert own(review).version == seen
        assert stories.seen(own(review)) != seen
    else:
        assert isinstance(decision, ProfileChanged)


def test_of_two_officers_who_open_an_application_one_is_shown(as_user):
    officers = [factories.OfficerFactory() for _number in range(4)]
    review = stories.applied()
    results = at_once(*(lambda by=by: actions.open_for_review(own(review), by=by) for by in officers))
    assert results.count(True) == 1
    assert own(review).opened_by == officers[results.index(True)]


def test_of_two_browsers_the_second_reads_who_was_faster(as_user):
    officers = [factories.OfficerFactory(name=name) for name in ("Soma", "Suzuki")]
    review = stories.applied()
    actions.tick(review, ALL, by=officers[0])
    address = reverse("accounts:review_approve", args=[review.pk]) + stories.address_part(review)
    clients: list[Client] = [as_user(officer) for officer in officers]
    answers = at_once(*(lambda client=client: client.post(address) for client in clients))
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    late = next(answer for answer in answers if answer.status_code == 409)
    assert f"Already decided by {own(review).decided_by}" in late.content.decode()


def test_a_decision_is_reversed_once(as_user):
    officers = [factories.OfficerFactory() for _number in range(2)]
    review = stories.approved(stories.applied(), officers[0])
    results = at_once(*(lambda by=by: actions.reverse(own(review), reason="x", by=by) for by in officers))
    assert sum(isinstance(result, Review) for result in results) == 1
    assert Review.objects.open().count() == 1
