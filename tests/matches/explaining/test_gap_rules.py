"""Why a firm has no match: each rule, in both languages, for staff and for the firm itself."""

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
from matchmaking.matches.engine.scoring import NO_FIELD, RULES
from matchmaking.matches.enums import MatchStatus, RunStatus
from matchmaking.matches.explaining.gaps import (
    FOR_FIRM,
    FOR_STAFF,
    NO_CHALLENGE,
    PREPARING,
    UNPUBLISHED,
    firms_without_match,
    waiting_words,
    why_none,
)
from matchmaking.matches.models import Match, Run, ScoringPolicy
from tests import factories
from tests.conftest import Cast
from tests.matches import world
from tests.matches.pages import columns, source, words

pytestmark = pytest.mark.django_db


def no_challenge(cast: Cast) -> None:
    Challenge.objects.filter(company=cast.company).update(is_open=False)


def no_field(cast: Cast) -> None:
    Challenge.objects.filter(company=cast.company).update(field="")


def no_mode(cast: Cast) -> None:
    Challenge.objects.filter(company=cast.company).update(modes=[])
    Organisation.objects.filter(pk=cast.company.pk).update(modes=[])


def no_shared_field(cast: Cast) -> None:
    Challenge.objects.filter(company=cast.company).update(field=Field.AGRITECH)


def no_shared_mode(cast: Cast) -> None:
    Challenge.objects.filter(company=cast.company).update(modes=["acquisition"])


def country_excluded(cast: Cast) -> None:
    cast.company.excluded_countries = ["SG"]
    cast.company.save()


def dismissed(cast: Cast) -> None:
    for startup in (cast.startup, cast.other_startup):
        world.match_of(cast.company, startup, MatchStatus.DISMISSED)


def nobody(cast: Cast) -> None:
    Organisation.objects.filter(kind="startup").update(status=OrganisationStatus.SUSPENDED)


CAUSES: dict[str, Callable[[Cast], None]] = {
    "no_challenge": no_challenge,
    NO_FIELD: no_field,
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
    assert set(CAUSES) == {*RULES, NO_CHALLENGE} == set(FOR_STAFF) == set(FOR_FIRM)


@pytest.mark.parametrize("rule", CAUSES)
def test_each_cause_is_named_to_staff_and_told_kindly_to_the_firm_in_both_languages(
    cast: Cast, as_user: Any, finished: Run, rule: str
) -> None:
    CAUSES[rule](cast)
    cast.company.refresh_from_db()
    assert why_none(cast.company) == rule
    officer, firm = as_user(cast.officer), as_user(cast.company_owner)
    for language in ("en", "ja"):
        with translation.override(language):
            to_staff, to_firm = str(FOR_STAFF[rule]), str(FOR_FIRM[rule])
        row = gap_row(source(officer, "matches:run", language=language, pk=finished.pk), cast)
        assert row[1:] == [to_staff, rule]
        page = words(source(firm, "matches:list", language=language))
        assert (to_firm in page, rule in page.split(), to_firm.isascii()) == (True, False, language == "en")


def gap_row(page: str, cast: Cast) -> list[str]:
    organisation = cast.company.organisation
    called = (organisation.name, organisation.name_en)
    (row,) = [cells for cells in columns(page) if cells and cells[0] in called]
    return row


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("country_excluded", "no_shared_field", "no_shared_field"),
        ("country_excluded", "no_shared_mode", "no_shared_mode"),
        ("no_shared_mode", "no_shared_field", "no_shared_field"),
        ("no_shared_field", "no_mode", "no_mode"),
        ("dismissed", "country_excluded", "country_excluded"),
        ("dismissed", "no_challenge", "no_challenge"),
    ],
)
def test_of_two_causes_the_one_that_comes_first_is_told(
    cast: Cast, first: str, second: str, told: str
) -> None:
    CAUSES[first](cast)
    CAUSES[second](cast)
    cast.company.refresh_from_db()
    assert why_none(cast.company) == told


def test_one_challenge_that_would_do_is_enough(cast: Cast) -> None:
    no_shared_field(cast)
    factories.ChallengeFactory(company=cast.company)
    assert why_none(cast.company) is None


def test_of_several_challenges_the_one_that_came_furthest_is_told(cast: Cast) -> None:
    no_shared_field(cast)
    factories.ChallengeFactory(company=cast.company, modes=["acquisition"])
    assert why_none(cast.company) == "no_shared_mode"


def test_firms_are_listed_once_and_only_without_a_match(cast: Cast, finished: Run) -> None:
    no_shared_field(cast)
    assert [gap.company for gap in firms_without_match()] == [cast.company]
    match = world.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)
    assert firms_without_match() == []
    Match.objects.filter(pk=match.pk).delete()
    Organisation.objects.filter(pk=cast.company.pk).update(status=OrganisationStatus.SUSPENDED)
    assert firms_without_match() == []


def test_no_startup_is_read_where_every_firm_has_a_match(cast: Cast) -> None:
    for company in Company.objects.published():
        world.match_of(company, cast.startup, MatchStatus.PROPOSED)
    with CaptureQueriesContext(connection) as queries:
        assert firms_without_match() == []
    assert [query["sql"] for query in queries if 'FROM "startups_startup"' in query["sql"]] == []


def test_before_the_first_run_a_firm_hears_that_its_list_is_being_prepared(cast: Cast) -> None:
    no_shared_field(cast)
    assert waiting_words(cast.company) == PREPARING


def test_a_firm_not_yet_published_hears_when_recommendations_begin(finished: Run) -> None:
    for status in set(OrganisationStatus) - {OrganisationStatus.PUBLISHED}:
        company = world.firm(0, organisation__status=status)
        assert waiting_words(company) == UNPUBLISHED


def test_a_firm_with_possible_startups_hears_that_its_list_is_being_prepared(
    cast: Cast, finished: Run
) -> None:
    assert waiting_words(cast.company) == PREPARING


def test_only_the_newest_finished_run_lists_the_gaps(cast: Cast, as_user: Any, finished: Run) -> None:
    newer = Run.objects.create(policy=finished.policy, status=RunStatus.DONE)
    officer = as_user(cast.officer)
    shown = [
        "Firms without a match" in source(officer, "matches:run", pk=run.pk) for run in (finished, newer)
    ]
    assert shown == [False, True]
