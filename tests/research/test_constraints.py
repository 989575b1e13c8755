"""What the database itself refuses about experts, research and advice, each by its name."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from research import actions
from research.models import (
    Candidate,
    Commission,
    Conflict,
    Expert,
    Mark,
    Refusal,
    ReportRemark,
    ReportVersion,
)
from tests.conftest import Cast
from tests.documents import documents
from tests.meetings.stories import match_of
from tests.research import works

pytestmark = pytest.mark.django_db
# Of each table: the row's own values, and the constraint that says no.
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("Expert", {"fields": ["space"]}, "expert_tags_known"),
    ("Expert", {"languages": ["xx"]}, "expert_tags_known"),
    ("Expert", {"capacity": 9_999}, "expert_capacity_in_range"),
    ("Commission", {"status": "lost"}, "commission_status_known"),
    ("Commission", {"field": "space"}, "commission_field_known"),
    ("Commission", {"language": "fr"}, "commission_language_known"),
    ("Commission", {"question": ""}, "commission_has_question"),
    ("Commission", {"status": "assigned"}, "commission_in_hand_has_expert"),
    ("Commission", {"status": "cancelled"}, "commission_cancelled_has_reason"),
    ("AdviceRequest", {"status": "lost"}, "advicerequest_status_known"),
    ("AdviceRequest", {"status": "given"}, "advicerequest_given_has_advice"),
    ("AdviceRequest", {"status": "declined"}, "advicerequest_declined_has_reason"),
    ("AdviceRequest", {"decline_reason": "bored"}, "advicerequest_decline_reason_known"),
    ("Refusal", {"reason": "bored"}, "refusal_reason_known"),
    ("ReportSection", {"kind": "poem"}, "section_kind_known"),
    ("MarketFigure", {"amount": -1}, "market_figure_not_negative"),
    ("MarketFigure", {"source": ""}, "market_figure_has_source"),
    ("MarketFigure", {"currency": "XXX"}, "market_figure_currency_known"),
    ("Candidate", {"reason": ""}, "candidate_has_text"),
    ("ReportRemark", {"kind": "poem"}, "remark_kind_known_in_report"),
    ("ReportRemark", {"text": ""}, "reportremark_has_text"),
    ("Mark", {"criterion": "charm"}, "mark_criterion_known"),
    ("Mark", {"rating": 0}, "mark_rating_in_range"),
    ("Mark", {"rating": 6}, "mark_rating_in_range"),
]
# What may stand in a table once only: written a second time, it is refused.
ONCE: list[tuple[str, str]] = [
    ("Conflict", "conflict_once_for_each_organisation"),
    ("Refusal", "refusal_once"),
    ("AdviceRequest", "advicerequest_one_open"),
    ("ReportSection", "section_once_in_report"),
    ("MarketFigure", "market_figure_once_a_year"),
    ("Candidate", "candidate_once_in_report"),
    ("ReportVersion", "version_once_in_report"),
    ("VersionFile", "versionfile_once_in_version"),
    ("Mark", "mark_once_a_criterion"),
]


@pytest.fixture
def rows(cast: Cast) -> dict[str, models.Model]:
    """One row of each table."""
    match = match_of(cast.company, cast.startup)
    expert = Expert.objects.get(user=cast.expert)
    writing = works.accepted(works.asked(match, cast.company_owner), cast.expert, cast.officer)
    documents.shelved(actions.add_document(writing, "Notes", by=cast.expert).document, cast.expert)
    version = works.delivered(writing, cast.expert)
    waiting = works.asked(match_of(cast.other_company, cast.startup), cast.other_company_owner)
    asked = works.advice_asked(cast.startup, cast.expert, cast.officer)
    opinions = {name: actions.Opinion(4, "Sound") for name in asked.criteria()}
    advice = actions.give_assessment(asked, opinions, by=cast.expert)
    actions.declare_conflict(expert, cast.other_startup.organisation, reason="Shares", by=cast.expert)
    report = version.commission
    return {
        "Expert": expert,
        "Commission": waiting,
        "AdviceRequest": works.advice_asked(cast.startup, cast.expert, cast.officer, cast.company),
        "Refusal": Refusal.objects.create(commission=waiting, expert=expert, reason="time"),
        "Conflict": Conflict.objects.get(),
        "ReportSection": report.sections.earliest("pk"),
        "MarketFigure": report.figures.earliest("pk"),
        "Candidate": Candidate.objects.create(commission=report, startup=cast.startup, reason="Fits"),
        "ReportVersion": version,
        "VersionFile": version.files.get(),
        "ReportRemark": ReportRemark.objects.create(
            version=version, kind=report.sections.earliest("pk").kind, text="Say more", by=cast.officer
        ),
        "Mark": Mark.objects.filter(advice=advice).earliest("pk"),
    }


@pytest.mark.parametrize(("table", "values", "name"), REFUSED)
def test_the_database_refuses(
    rows: dict[str, models.Model], table: str, values: dict[str, Any], name: str
) -> None:
    row = rows[table]
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk).update(**values)


@pytest.mark.parametrize(("table", "name"), ONCE)
def test_once_only(rows: dict[str, models.Model], table: str, name: str) -> None:
    row = rows[table]
    again = type(row)._default_manager.get(pk=row.pk)
    again.pk = None
    again._state.adding = True
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        again.save(force_insert=True)


def test_what_is_published_has_its_times(rows: dict[str, models.Model]) -> None:
    version = rows["ReportVersion"]
    assert isinstance(version, ReportVersion)
    published = Commission.objects.filter(pk=version.commission_id)
    with pytest.raises(IntegrityError, match="commission_published_has_time"), transaction.atomic():
        published.update(status="published")
    published.update(status="published", published_at=timezone.now())
    assert published.get().status == "published"


def test_every_constraint_of_the_app_is_tried() -> None:
    own = {
        constraint.name
        for model in apps.get_app_config("research").get_models()
        for constraint in model._meta.constraints
    }
    tried = {name for _table, _values, name in REFUSED} | {name for _table, name in ONCE}
    assert own == tried | {"commission_published_has_time"}
