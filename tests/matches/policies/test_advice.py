"""Experts' advice: on record for ever, counted while it stands, and felt only by those it is about."""

from __future__ import annotations

import pgtrigger
import pytest
from django.db import IntegrityError

from companies.models import Company
from matchmaking.core import jobs
from matchmaking.core.models import AuditEvent
from matchmaking.matches import actions
from matchmaking.matches.enums import PolicyStatus, Rating, RunStatus
from matchmaking.matches.models import ExpertAdvice, Match, ScoringPolicy
from startups.models import Startup
from tests import factories
from tests.matches import world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vectors")]


@pytest.fixture
def parties() -> tuple[list[Company], list[Startup]]:
    parties = world.populate()
    world.run_now()
    return parties


def points(**of: object) -> dict[tuple[int, int], int]:
    rows = Match.objects.filter(**of).values_list("company_id", "startup_id", "parts")
    return {(company, startup): parts["advice"] for company, startup, parts in rows}


def advise(
    startup: Startup, rating: Rating = Rating.EXCELLENT, company: Company | None = None
) -> ExpertAdvice:
    expert = factories.UserFactory()
    advice = actions.give_advice(startup, rating=rating, reasons="Seen at work.", by=expert, company=company)
    jobs.run_due()
    return advice


def test_a_rating_moves_the_startups_score_everywhere_and_nobody_elses(
    parties: tuple[list[Company], list[Startup]],
) -> None:
    _firms, startups = parties
    before = points()
    advise(startups[0])
    after = points()
    moved = {pair for pair in before if after[pair] != before[pair]}
    assert moved == {pair for pair in before if pair[1] == startups[0].pk}
    assert all(after[pair] > before[pair] for pair in moved)
    assert all(sum(match.parts.values()) == match.score * 10 for match in Match.objects.all())


def test_a_rating_of_a_pair_moves_that_pair_only(parties: tuple[list[Company], list[Startup]]) -> None:
    firms, startups = parties
    before = points()
    advise(startups[0], Rating.POOR, firms[1])
    after = points()
    assert {pair for pair in before if after[pair] != before[pair]} == {(firms[1].pk, startups[0].pk)}
    at_once = world.pairs()
    world.run_now()
    assert world.pairs() == at_once


def test_advice_is_known_where_it_was_given_and_its_lack_is_no_gap(
    parties: tuple[list[Company], list[Startup]],
) -> None:
    firms, startups = parties
    advise(startups[0], Rating.GOOD, firms[1])
    given, other = (Match.objects.get(company=firms[1], startup=startups[place]) for place in (0, 1))
    assert ("advice" in given.missing, "advice" in other.missing) == (False, True)
    Match.objects.filter(pk=other.pk).update(missing=["advice", "country"])
    other.refresh_from_db()
    assert other.provisional is False


def test_an_expert_who_thinks_again_has_one_voice_and_the_old_advice_stays_on_record() -> None:
    startup, expert = world.startup(0), factories.UserFactory()
    for rating in (Rating.POOR, Rating.GOOD):
        actions.give_advice(startup, rating=rating, reasons="Seen.", by=expert)
    assert list(ExpertAdvice.objects.standing().values_list("rating", flat=True)) == [Rating.GOOD]
    assert ExpertAdvice.objects.count() == 2
    with pytest.raises(IntegrityError):
        ExpertAdvice.objects.create(startup=startup, rating=3, reasons={"": "Twice."}, by=expert)


def test_retired_advice_counts_no_longer_and_is_retired_once(
    parties: tuple[list[Company], list[Startup]],
) -> None:
    _firms, startups = parties
    before = points()
    advice = advise(startups[0])
    for _time in range(2):
        actions.retire_advice(advice, by=factories.OfficerFactory())
    jobs.run_due()
    assert points() == before
    assert AuditEvent.objects.filter(action="expertadvice.retired").count() == 1


@pytest.mark.parametrize(
    ("rating", "reasons"), [(0, {"": "Why"}), (6, {"": "Why"}), (3, {}), (3, ""), (3, "Why"), (3, ["Why"])]
)
def test_the_database_takes_no_advice_without_a_rating_and_reasons(rating: int, reasons: object) -> None:
    with pytest.raises(IntegrityError):
        ExpertAdvice.objects.create(
            startup=world.startup(0), rating=rating, reasons=reasons, by=factories.UserFactory()
        )


# --- A policy of former days -------------------------------------------------------------------------------------


def _forget_advice(row: ScoringPolicy) -> None:
    """As if the score had got that part after the policy was made; the database would refuse it to anybody else."""
    row.parameters["weights"].pop("advice")
    with pgtrigger.ignore("matches.ScoringPolicy:parameters_fixed"):
        row.save()


@pytest.fixture
def old_policy() -> ScoringPolicy:
    """One that does not weigh advice yet, in force."""
    row = actions.ensure_policy()
    _forget_advice(row)
    return row


def test_a_policy_without_todays_parts_gives_way_to_the_delivered_one(old_policy: ScoringPolicy) -> None:
    row = actions.ensure_policy()
    old_policy.refresh_from_db()
    assert (old_policy.status, row.status) == (PolicyStatus.RETIRED, PolicyStatus.IN_FORCE)
    assert (row.version, row.fits_engine) == (old_policy.version + 1, True)
    assert row.parameters["version"] == row.version


def test_until_the_next_full_pass_an_edit_changes_no_list_made_by_such_a_policy(
    parties: tuple[list[Company], list[Startup]],
) -> None:
    _firms, startups = parties
    _forget_advice(ScoringPolicy.objects.get())
    before = world.pairs()
    advise(startups[0])
    assert world.pairs() == before
    assert world.run_now().status == RunStatus.DONE
    assert world.pairs() != before
