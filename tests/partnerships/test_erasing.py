"""What becomes of partnerships when a side is erased: that and how far stays, what was written goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.actions.erasing import erase_organisation
from accounts.erasure.emptying import GONE
from accounts.models import Organisation
from partnerships import actions
from partnerships.enums import AmountKind, EndReason, GateStatus, PaperKind
from partnerships.holdings import PartnershipsHolder
from partnerships.models import FollowUp, FollowUpAnswer, FollowUpLink, Partnership
from tests.conftest import Cast
from tests.partnerships import stories

pytestmark = pytest.mark.django_db
HOLDER = PartnershipsHolder()


@pytest.mark.parametrize("side", ["company", "startup"])
@pytest.mark.parametrize(
    ("status", "more", "in_the_way"),
    [
        ("exploring", {}, True),
        ("negotiating", {}, True),
        ("signed", {"signed_at": stories.NOON}, False),
        ("ended", {"end_reason": "terms"}, False),
    ],
)
def test_a_partnership_that_goes_on_is_in_the_way(
    cast: Cast, side: str, status: str, more: dict[str, Any], in_the_way: bool
) -> None:
    begun = stories.begun(cast)
    Partnership.objects.filter(pk=begun.pk).update(status=status, **more)
    found = HOLDER.obstacles(getattr(cast, side).organisation)
    assert [each.url.endswith(f"/partnerships/{begun.pk}/") for each in found] == [True] * in_the_way


def test_another_s_partnership_is_in_nobody_s_way(cast: Cast) -> None:
    stories.begun(cast)
    assert not HOLDER.obstacles(cast.other_company.organisation)
    assert [loss.count for loss in HOLDER.losses(cast.other_company.organisation)] == [0]


def test_the_page_before_tells_how_many_have_texts(cast: Cast) -> None:
    stories.begun(cast)
    stories.begun(cast, mode="investment")
    assert [loss.count for loss in HOLDER.losses(cast.startup.organisation)] == [2]


@pytest.mark.parametrize("side", ["company", "startup"])
def test_words_go_and_figures_stay(cast: Cast, side: str) -> None:
    stories.only_rule()
    begun = stories.begun(cast)
    stories.a_step(begun, cast.officer, text="Call Mr Mori")
    actions.add_paper(begun, PaperKind.NDA, stories.TODAY, by=cast.officer, note="With Ms Kubo")
    actions.add_amount(begun, AmountKind.BUDGET, stories.Decimal(5), "USD", stories.TODAY, by=cast.officer)
    check = begun.checks.get()
    actions.decide(check, GateStatus.SETTLED, stories.TODAY, "Found by Mr Abe", by=cast.officer)
    actions.end(begun, EndReason.TERMS, by=cast.officer, text="Mr Abe left")
    organisation = getattr(cast, side).organisation
    Organisation.objects.filter(pk=organisation.pk).update(status="withdrawn")
    organisation.refresh_from_db()
    erase_organisation(organisation, by=cast.administrator, reason="By mail")
    begun.refresh_from_db()
    assert (begun.summary, begun.end_text) == (GONE, "")
    assert (begun.status, begun.end_reason, begun.mode) == ("ended", "terms", "joint_development")
    assert begun.steps.get().text == GONE
    assert begun.papers.get().note == ""
    assert begun.amounts.get().amount == 5


@pytest.mark.parametrize("side", ["company", "startup"])
def test_of_outcomes_the_figures_stay_and_words_and_links_go(cast: Cast, side: str) -> None:
    ended = stories.signed(cast)
    actions.ask_due(now=stories.NOON + timedelta(days=93))
    follow_up = FollowUp.objects.get()
    stories.answered(follow_up, cast.company_owner, words="Mr Mori was glad.")
    stories.answered(follow_up, cast.startup_owner, words="Ms Tal too.", jobs=9)
    follow_up.refresh_from_db()
    actions.decide_outcome(follow_up, "company", by=cast.officer, reason="Mr Mori showed the payroll.")
    open_one = stories.follow_up_of(ended, 24)
    actions.end(ended, EndReason.COMPLETED, by=cast.officer)
    organisation = getattr(cast, side).organisation
    Organisation.objects.filter(pk=organisation.pk).update(status="withdrawn")
    organisation.refresh_from_db()
    erase_organisation(organisation, by=cast.administrator, reason="By mail")
    for row in (follow_up, open_one):
        row.refresh_from_db()
    assert (follow_up.status, follow_up.decision, open_one.status) == ("decided", GONE, "lapsed")
    told = follow_up.answers.order_by("side").values_list("side", "jobs", "words")
    assert list(told) == [("company", 3, ""), ("startup", 9, "")]
    assert not FollowUpLink.objects.exists()
    history = FollowUpAnswer.pgh_event_model.objects.values_list("words", flat=True)
    assert set(history) == {""}
