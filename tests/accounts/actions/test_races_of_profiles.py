"""A profile is changed, confirmed, suspended or left by two people at once: one of them is told, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.models import ChangesSeen, Organisation, Review, User
from companies.models import Company
from matchmaking.core.models import AuditEvent, Job, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from tests.accounts import review_stories as stories
from tests.accounts.racing import at_once, refused
from tests.conftest import Cast
from tests.pages import carried_values

pytestmark = pytest.mark.django_db(transaction=True)


def fresh(row: Organisation) -> Organisation:
    return Organisation.objects.get(pk=row.pk)


def trail(row: Organisation) -> list[str]:
    events = AuditEvent.objects.filter(target_type="accounts.organisation", target_id=str(row.pk))
    return list(events.order_by("id").values_list("action", flat=True))


def test_a_profile_that_two_members_send_in_at_once_is_reviewed_once(cast: Cast) -> None:
    row = cast.company.organisation
    Organisation.objects.filter(pk=row.pk).update(status="draft")
    pages = [(fresh(row), by) for by in (cast.company_owner, cast.company_member)]
    results = at_once(*(lambda page=page, by=by: actions.submit(page, by=by) for page, by in pages))
    assert [type(refusal) for refusal in refused(results)] == [TransitionNotAllowed]
    assert Review.objects.filter(organisation=row).count() == 1
    assert Notice.objects.filter(recipient=cast.officer, event="profile_submitted").count() == 1


# Two deeds about a published profile; the state in which each of them leaves it.
PAIRS: dict[str, tuple[str, str]] = {
    "two officers suspend": ("suspend", "suspend"),
    "suspended while its owner leaves": ("suspend", "leave"),
    "two owners leave": ("leave", "leave"),
    "confirmed while it lapses": ("confirm", "lapse"),
    "confirmed while it is suspended": ("confirm", "suspend"),
    "left while it lapses": ("leave", "lapse"),
}
AFTER = {"suspend": "suspended", "leave": "withdrawn", "confirm": "published", "lapse": "lapsed"}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize("attempt", range(2))
def test_two_deeds_at_once_happen_one_after_the_other_or_not_at_all(
    attempt: int, pair: tuple[str, str], cast: Cast
) -> None:
    row = fresh(cast.company.organisation)
    since = (row.confirmed_at or row.published_at).isoformat()
    deeds: dict[str, Callable[[Organisation], object]] = {
        "suspend": lambda page: actions.suspend(page, reason="Closed.", by=cast.officer),
        "leave": lambda page: actions.withdraw(page, by=cast.company_owner),
        "confirm": lambda page: actions.confirm(page, by=cast.company_owner),
        "lapse": lambda page: actions.lapse(page.pk, term=since),
    }
    pages = [fresh(row), fresh(row)]
    results = at_once(
        *(lambda name=name, page=page: deeds[name](page) for name, page in zip(pair, pages, strict=True))
    )
    assert all(isinstance(refusal, TransitionNotAllowed) for refusal in refused(results))
    assert len(refused(results)) <= 1
    happened = trail(row)
    assert len(happened) == len(set(happened)), "nothing happened twice"
    assert fresh(row).status in {AFTER[name] for name in pair}
    if pair[0] == pair[1]:
        assert len(refused(results)) == 1


def test_a_new_identity_that_two_propose_at_once_is_one_review(cast: Cast) -> None:
    row = cast.company.organisation
    names = ["北浜フーズ株式会社", "きたはま食品株式会社"]
    people = [cast.company_owner, cast.company_member]
    results = at_once(
        *(
            lambda name=name, by=by: actions.propose_identity(
                fresh(row), {"organisation": {"name": name}}, by=by
            )
            for name, by in zip(names, people, strict=True)
        )
    )
    assert refused(results) == []
    review = Review.objects.get(organisation=row)
    assert review.identity["organisation"]["name"] in names
    assert trail(row).count("organisation.identity_proposed") == 2
    assert Notice.objects.filter(recipient=cast.officer, event="identity_proposed").count() == 1


def test_a_corporate_number_that_two_firms_propose_at_once_is_given_to_one(cast: Cast) -> None:
    """At the worst both wait, unseen by each other: then neither is approved before the other is out of the way."""
    firms = [cast.company.organisation, cast.other_company.organisation]
    number = {"company": {"corporate_number": "5070001000715"}}
    results = at_once(
        *(lambda firm=firm: actions.propose_identity(fresh(firm), number, by=None) for firm in firms)
    )
    waiting = list(Review.objects.with_people())
    assert len(waiting) == 2 - len(refused(results)) >= 1
    for review in waiting:
        actions.tick(review, ["existence", "eligibility"], by=cast.officer)
    for review in waiting if len(waiting) == 2 else []:
        with pytest.raises(ValidationError) as refusal:
            actions.approve(review, seen=stories.seen(review), by=cast.officer)
        assert list(refusal.value.message_dict) == ["corporate_number"]
    for review in waiting[1:]:
        actions.take_back(review, by=None)
    actions.approve(waiting[0], seen=stories.seen(waiting[0]), by=cast.officer)
    assert Company.objects.get(corporate_number="5070001000715").organisation == waiting[0].organisation


def test_of_two_officers_the_older_page_does_not_take_back_what_the_newer_has_seen(cast: Cast) -> None:
    row, now = cast.company.organisation, timezone.now()
    moments = [now - timedelta(minutes=minutes) for minutes in (30, 20, 10, 0)]
    for _attempt in range(3):
        ChangesSeen.objects.all().delete()
        at_once(
            *(
                lambda until=until: actions.mark_changes_seen(fresh(row), until=until, by=cast.officer)
                for until in moments
            )
        )
        assert ChangesSeen.objects.get(organisation=row).seen_at == now


def test_two_beats_write_every_reminder_down_once(cast: Cast, settings: Any) -> None:
    settings.RENEWAL_MONTHS = 12
    Organisation.objects.update(confirmed_at=timezone.now() - timedelta(days=370))
    now = timezone.now()
    at_once(*[lambda: actions.look_after_terms(now=now)] * 3)
    keys = list(Job.objects.filter(name="accounts.remind").values_list("dedupe_key", flat=True))
    assert len(keys) == len(set(keys)) == 4, "two firms and two startups"


# --- two people answer one page ---------------------------------------------------------------------------------


@pytest.fixture
def pages(cast: Cast, as_user: Callable[[User], Any]) -> list[Any]:
    """A draft, and the same page of it open before its owner and before a member."""
    Organisation.objects.filter(pk=cast.company.pk).update(status="draft")
    Company.objects.filter(pk=cast.company.pk).update(corporate_number="5070001000715")
    return [as_user(person) for person in (cast.company_owner, cast.company_member)]


def step() -> str:
    return reverse("companies:step", args=["company"])


@pytest.mark.parametrize("attempt", range(3))
def test_two_who_answer_different_questions_at_once_are_both_saved(
    attempt: int, pages: list[Any], cast: Cast
) -> None:
    typed = [{"business": "新潟で米菓を作る。"}, {"city": "燕市"}]
    sent = [{**carried_values(client, step()), **words} for client, words in zip(pages, typed, strict=True)]
    at_once(*(lambda c=client, d=data: c.post(step(), d) for client, data in zip(pages, sent, strict=True)))
    company = Company.objects.select_related("organisation").get(pk=cast.company.pk)
    assert (company.business, company.organisation.city) == ("新潟で米菓を作る。", "燕市")


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_who_answer_one_question_at_once_the_second_sees_both_texts(
    attempt: int, pages: list[Any], cast: Cast
) -> None:
    typed = ["新潟で米菓を作る。", "長岡で煎餅を焼く。"]
    sent = [
        {**carried_values(client, step()), "business": words}
        for client, words in zip(pages, typed, strict=True)
    ]
    answers = at_once(
        *(lambda c=client, d=data: c.post(step(), d) for client, data in zip(pages, sent, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    late = next(answer for answer in answers if answer.status_code == 200)
    html = late.content.decode()
    assert all(words in html for words in typed), "neither text is lost"
    assert Company.objects.get(pk=cast.company.pk).business in typed
