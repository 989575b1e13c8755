"""What the database itself refuses about experts and research, each by its name."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from research import actions
from research.models import (
    AdviceRequest,
    Candidate,
    Commission,
    Conflict,
    Expert,
    Mark,
    MarketFigure,
    Refusal,
    ReportRemark,
    ReportSection,
)
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.test_constraints import copy, refusal
from tests.research import works

pytestmark = pytest.mark.django_db
TESTED = {
    "expert_tags_known",
    "expert_capacity_in_range",
    "conflict_once_for_each_organisation",
    "refusal_once",
    "refusal_reason_known",
    "commission_status_known",
    "commission_field_known",
    "commission_language_known",
    "commission_has_question",
    "commission_in_hand_has_expert",
    "commission_published_has_time",
    "commission_cancelled_has_reason",
    "section_once_in_report",
    "section_kind_known",
    "market_figure_once_a_year",
    "market_figure_not_negative",
    "market_figure_has_source",
    "market_figure_currency_known",
    "candidate_once_in_report",
    "candidate_has_text",
    "version_once_in_report",
    "remark_kind_known_in_report",
    "reportremark_has_text",
    "advicerequest_status_known",
    "advicerequest_one_open",
    "advicerequest_given_has_advice",
    "advicerequest_declined_has_reason",
    "mark_once_a_criterion",
    "mark_criterion_known",
    "mark_rating_in_range",
    "mark_has_reason",
}


def test_every_constraint_of_the_app_has_a_test() -> None:
    named = {
        each.name
        for model in apps.get_app_config("research").get_models()
        for each in model._meta.constraints
    }
    assert named == TESTED


@pytest.fixture
def commission(cast: Cast) -> Commission:
    return works.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"capacity": 11}, "expert_capacity_in_range"),
        ({"fields": ["space"]}, "expert_tags_known"),
        ({"languages": ["xx"]}, "expert_tags_known"),
    ],
)
def test_experts(change: dict[str, Any], name: str, cast: Cast) -> None:
    rows = Expert.objects.filter(user=cast.expert)
    assert refusal(lambda: rows.update(**change)) == name
    rows.update(capacity=10)
    rows.update(capacity=0)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"status": "lost"}, "commission_status_known"),
        ({"field": "space"}, "commission_field_known"),
        ({"language": "fr"}, "commission_language_known"),
        ({"question": ""}, "commission_has_question"),
        ({"status": "assigned"}, "commission_in_hand_has_expert"),
        ({"status": "delivered"}, "commission_in_hand_has_expert"),
        ({"status": "returned"}, "commission_in_hand_has_expert"),
        ({"status": "cancelled"}, "commission_cancelled_has_reason"),
        (
            {"status": "published", "expert": True, "due": works.DUE, "assigned_at": timezone.now},
            "commission_published_has_time",
        ),
        (
            {"status": "published", "published_at": timezone.now, "delivered_at": timezone.now},
            "commission_in_hand_has_expert",
        ),
    ],
)
def test_commissions(change: dict[str, Any], name: str, commission: Commission, cast: Cast) -> None:
    values = {key: value() if callable(value) else value for key, value in change.items()}
    if "expert" in values:
        values["expert"] = cast.expert.pk
    assert refusal(lambda: Commission.objects.filter(pk=commission.pk).update(**values)) == name


def test_refusals_and_conflicts_are_there_once(commission: Commission, cast: Cast) -> None:
    expert = Expert.objects.get(user=cast.expert)
    given = Refusal.objects.create(commission=commission, expert=expert, reason="time")
    assert refusal(lambda: Refusal.objects.update(reason="moods")) == "refusal_reason_known"
    assert refusal(lambda: copy(given)) == "refusal_once"
    copy(Refusal.objects.get(), expert=factories.ExpertFactory())
    declared = Conflict.objects.create(expert=expert, organisation=cast.startup.organisation)
    assert refusal(lambda: copy(declared)) == "conflict_once_for_each_organisation"
    copy(Conflict.objects.get(), organisation=cast.company.organisation)
    assert str(Conflict.objects.latest("pk")) == f"{expert} / {cast.company}"


def test_reports(cast: Cast, commission: Commission) -> None:
    works.accepted(commission, cast.expert, cast.officer)
    actions.add_candidate(commission, cast.other_startup, reason="Fits", by=cast.expert)
    works.delivered(commission, cast.expert)
    actions.return_report(commission, [actions.Remark("summary", 1, "Why?")], by=cast.officer)
    sections, figures = ReportSection.objects.filter(kind="summary"), MarketFigure.objects.filter(year=2025)
    deeds: list[tuple[Any, str]] = [
        (lambda: sections.update(kind="gossip"), "section_kind_known"),
        (lambda: copy(sections.get()), "section_once_in_report"),
        (lambda: copy(figures.get()), "market_figure_once_a_year"),
        (lambda: figures.update(amount=-1), "market_figure_not_negative"),
        (lambda: figures.update(source=""), "market_figure_has_source"),
        (lambda: figures.update(currency="XXX"), "market_figure_currency_known"),
        (lambda: copy(Candidate.objects.get()), "candidate_once_in_report"),
        (lambda: Candidate.objects.update(reason=""), "candidate_has_text"),
        (lambda: copy(commission.versions.get()), "version_once_in_report"),
        (lambda: ReportRemark.objects.update(kind="gossip"), "remark_kind_known_in_report"),
        (lambda: ReportRemark.objects.update(text=""), "reportremark_has_text"),
    ]
    assert [refusal(deed) for deed, _name in deeds] == [name for _deed, name in deeds]


def test_advice(cast: Cast) -> None:
    asked = works.advice_asked(cast.startup, cast.expert, cast.officer)
    rows = AdviceRequest.objects.filter(pk=asked.pk)
    for change, name in (
        ({"status": "lost"}, "advicerequest_status_known"),
        ({"status": "given"}, "advicerequest_given_has_advice"),
        ({"status": "declined"}, "advicerequest_declined_has_reason"),
    ):
        assert refusal(lambda change=change: rows.update(**change)) == name
    assert refusal(lambda: copy(rows.get())) == "advicerequest_one_open"
    opinions = {name: actions.Opinion(3, "Seen") for name in asked.criteria()}
    actions.give_assessment(asked, opinions, by=cast.expert)
    marks = Mark.objects.filter(criterion="team")
    for change, name in (
        ({"criterion": "luck"}, "mark_criterion_known"),
        ({"criterion": "market"}, "mark_once_a_criterion"),
        ({"rating": 0}, "mark_rating_in_range"),
        ({"rating": 6}, "mark_rating_in_range"),
        ({"reason": ""}, "mark_has_reason"),
    ):
        assert refusal(lambda change=change: marks.update(**change)) == name
