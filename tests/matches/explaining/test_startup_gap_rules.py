"""Why a startup has no match: each rule, in both languages, for staff and for the startup itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.enums import OrganisationStatus
from accounts.models import Organisation
from companies.models import Challenge, Company
from matchmaking.core.enums import Field
from matchmaking.matches.engine.scoring import RULES
from matchmaking.matches.enums import MatchStatus, RunStatus
from matchmaking.matches.explaining.startup_gaps import (
    FOR_STAFF,
    FOR_STARTUP,
    NOBODY_YET,
    UNPUBLISHED,
    startups_without_match,
    waiting_words,
    why_no_firm,
)
from matchmaking.matches.models import Run, ScoringPolicy
from matchmaking.matches.views import runs
from tests import factories
from tests.conftest import Cast
from tests.matches import world
from tests.matches.pages import columns, source, words

pytestmark = pytest.mark.django_db


def no_field(cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.startup.pk).update(fields=[])


def no_mode(cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.startup.pk).update(modes=[])


def no_shared_field(cast: Cast) -> None:
    Challenge.objects.update(field=Field.AGRITECH)


def no_shared_mode(cast: Cast) -> None:
    Challenge.objects.update(modes=["acquisition"])


def country_excluded(cast: Cast) -> None:
    Company.objects.update(excluded_countries=["SG"])


def dismissed(cast: Cast) -> None:
    for company in (cast.company, cast.other_company):
        world.match_of(company, cast.startup, MatchStatus.DISMISSED)


def nobody(cast: Cast) -> None:
    Challenge.objects.update(is_open=False)


CAUSES: dict[str, Callable[[Cast], None]] = {
    "no_field": no_field,
    "no_mode": no_mode,
    "no_shared_field": no_shared_field,
    "no_shared_mode": no_shared_mode,
    "country_excluded": country_excluded,
    "dismissed": dismissed,
    "nobody": nobody,
}


@pytest.fixture
def finished(policy: ScoringPolicy) -> Run:
    return Run.objects.create(policy=policy, status=RunStatus.DONE)


def test_there_is_a_cause_for_every_rule() -> None:
    assert set(CAUSES) == set(RULES) == set(FOR_STAFF) == set(FOR_STARTUP)


@pytest.mark.parametrize("rule", CAUSES)
def test_each_cause_is_named_to_staff_and_told_kindly_to_the_startup_in_both_languages(
    cast: Cast, as_user: Any, finished: Run, rule: str
) -> None:
    CAUSES[rule](cast)
    startup = type(cast.startup).objects.get(pk=cast.startup.pk)
    assert why_no_firm(startup) == rule
    officer, owner = as_user(cast.officer), as_user(cast.startup_owner)
    for language in ("en", "ja"):
        with translation.override(language):
            to_staff, to_startup = str(FOR_STAFF[rule]), str(FOR_STARTUP[rule])
        page = source(officer, "matches:run", language=language, pk=finished.pk)
        (row,) = [cells for cells in columns(page) if cells and cells[0] == startup.organisation.name]
        assert row[1:] == [to_staff, rule]
        page = words(source(owner, "matches:interest", language=language))
        assert (to_startup in page, to_startup.isascii()) == (True, language == "en")


def test_who_was_put_aside_hears_no_more_than_who_waits(cast: Cast, finished: Run) -> None:
    assert waiting_words(cast.startup) == NOBODY_YET
    dismissed(cast)
    assert waiting_words(cast.startup) == NOBODY_YET


def test_one_firm_that_would_do_is_enough(cast: Cast) -> None:
    world.match_of(cast.company, cast.startup, MatchStatus.DISMISSED)
    assert why_no_firm(cast.startup) is None
    Company.objects.filter(pk=cast.other_company.pk).update(excluded_countries=["SG"])
    assert why_no_firm(cast.startup) == "dismissed", "the furthest any firm came"


def test_one_not_yet_published_hears_when_matching_begins(finished: Run) -> None:
    startup = world.startup(0, organisation__status=OrganisationStatus.SUBMITTED)
    assert waiting_words(startup) == UNPUBLISHED


def test_they_are_listed_by_name_and_only_without_a_match(cast: Cast) -> None:
    no_shared_field(cast)
    both = sorted((cast.startup, cast.other_startup), key=lambda each: each.organisation.name.casefold())
    assert [gap.startup for gap in startups_without_match()] == both
    world.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)
    assert [gap.startup for gap in startups_without_match()] == [cast.other_startup]


def test_any_number_of_them_costs_the_same_queries(cast: Cast) -> None:
    no_shared_field(cast)
    counts = []
    for _more in range(2):
        with CaptureQueriesContext(connection) as queries:
            startups_without_match()
        counts.append(len(queries))
        factories.StartupFactory()
    assert counts[0] == counts[1]


def test_a_long_list_says_how_many_more_there_are(
    cast: Cast, as_user: Any, finished: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "MOST_GAPS", 1)
    no_shared_field(cast)
    page = words(source(as_user(cast.officer), "matches:run", pk=finished.pk))
    assert page.count("And 1 more.") == 2, "of firms and of startups"
