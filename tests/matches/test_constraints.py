"""What the database itself refuses, whatever program writes: one broken row for each of its rules, by name."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from matchmaking.matches import actions
from matchmaking.matches.enums import MatchStatus, RunStatus, ShortlistStatus, TrialStatus
from matchmaking.matches.models import (
    CapabilityReading,
    Decision,
    ExpertAdvice,
    Match,
    PairNote,
    Run,
    ScoringPolicy,
    ShortlistDraft,
    ShortlistPair,
    ShortlistParty,
    ShortlistRule,
    Trial,
    TrialList,
)
from tests import factories
from tests.conftest import Cast
from tests.matches import world

pytestmark = pytest.mark.django_db
UPDATE = "update {} set {} where id = %s"


@pytest.fixture
def rows(cast: Cast) -> dict[type[models.Model], models.Model]:
    """One sound row of each kind."""
    now, policy = timezone.now(), actions.ensure_policy()
    rule = ShortlistRule.objects.create()
    draft = ShortlistDraft.objects.create(rule=rule, started_by=cast.officer)
    trial = Trial.objects.create(policy=policy, against=policy, weights={}, started_by=cast.administrator)
    match = world.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)
    pair: dict[str, Any] = {"company": cast.company, "startup": cast.startup}
    made = (
        rule,
        draft,
        trial,
        match,
        policy,
        ShortlistParty.objects.create(draft=draft, organisation=cast.company.organisation, most=1),
        ShortlistPair.objects.create(draft=draft, score=80, **pair),
        TrialList.objects.create(trial=trial, company=cast.company, before=[], after=[]),
        Run.objects.create(policy=policy),
        ExpertAdvice.objects.create(rating=3, reasons={"": "Seen."}, by=cast.expert, **pair),
        PairNote.objects.create(text="Noted.", by=cast.officer, **pair),
        CapabilityReading.objects.create(startup=cast.startup, edition="e", read_at=now),
        actions.log_decision(match, "disclosed", side="staff"),
    )
    return {type(each): each for each in made}


@pytest.mark.parametrize(
    ("model", "change", "constraint"),
    [
        (Match, "score = -0.1", "match_score_in_range"),
        (Match, "score = 100.1", "match_score_in_range"),
        (Match, "status = 'unheard'", "match_status_known"),
        (Match, "status = 'disclosed'", "match_disclosed_has_time"),
        (Match, "status = 'interested'", "match_disclosed_has_time"),
        (Match, "status = 'dismissed'", "match_dismissed_has_reason"),
        (
            Match,
            "status = 'dismissed', dismissed_by = 'staff', dismiss_reason = 'other'",
            "match_dismissed_has_reason",
        ),
        (
            Match,
            "status = 'dismissed', dismissed_at = now(), dismiss_reason = 'other'",
            "match_dismissed_has_reason",
        ),
        (
            Match,
            "status = 'dismissed', dismissed_at = now(), dismissed_by = 'staff'",
            "match_dismissed_has_reason",
        ),
        (Run, "status = 'paused'", "run_status_known"),
        (ScoringPolicy, "status = 'lapsed'", "policy_status_known"),
        (Trial, "status = 'paused'", "trial_status_known"),
        (Trial, "status = 'done'", "trial_done_has_outcome"),
        (
            Trial,
            "overtaken_by_id = (select min(id) from matches_thesaurusversion)",
            "trial_overtaken_is_cancelled",
        ),
        (ShortlistDraft, "status = 'paused'", "shortlist_status_known"),
        (ShortlistRule, "company_most = 0", "shortlist_rule_most_in_range"),
        (ShortlistRule, "company_most = 41", "shortlist_rule_most_in_range"),
        (ShortlistRule, "startup_most = 0", "shortlist_rule_most_in_range"),
        (ShortlistRule, "startup_most = 41", "shortlist_rule_most_in_range"),
        (ShortlistRule, "least = 6", "shortlist_rule_least_in_range"),
        (ShortlistRule, "least = -1", "matches_shortlistrule_least_check"),
        (ShortlistParty, "reason = 'unlucky'", "shortlist_reason_known"),
        (ShortlistPair, "approved_at = now()", "shortlist_approved_by_somebody"),
        (ShortlistPair, "approved_by_id = (select min(id) from accounts_user)", "shortlist_approved"),
        (ExpertAdvice, "rating = 0", "advice_rating_in_range"),
        (ExpertAdvice, "rating = 6", "advice_rating_in_range"),
        (ExpertAdvice, "reasons = '{}'", "advice_has_reasons"),
        (PairNote, "text = ''", "pair_note_says_something"),
        (CapabilityReading, "startup_id = null", "reading_of_one_profile"),
        (
            CapabilityReading,
            "challenge_id = (select min(id) from companies_challenge)",
            "reading_of_one_profile",
        ),
    ],
)
def test_a_row_that_would_make_no_sense_is_refused(
    rows: dict[Any, Any], model: type[models.Model], change: str, constraint: str
) -> None:
    statement = UPDATE.format(model._meta.db_table, change)
    refused = pytest.raises(IntegrityError, match=constraint)
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [rows[model].pk])


@pytest.mark.parametrize(
    ("model", "changes", "constraint"),
    [
        (Match, {}, "match_pair_unique"),
        (Run, {}, "run_one_at_a_time"),
        (Run, {"status": RunStatus.EMBEDDING}, "run_one_at_a_time"),
        (Run, {"status": RunStatus.SCORING}, "run_one_at_a_time"),
        (Trial, {}, "trial_one_at_a_time"),
        (Trial, {"status": TrialStatus.SCORING}, "trial_one_at_a_time"),
        (ShortlistDraft, {}, "shortlist_one_open"),
        (ShortlistDraft, {"status": ShortlistStatus.READY}, "shortlist_one_open"),
        (ShortlistParty, {}, "shortlist_party_once"),
        (ShortlistPair, {"score": 10}, "shortlist_pair_once"),
        (TrialList, {}, "trial_one_list_a_firm"),
        (ExpertAdvice, {"rating": 5}, "advice_one_of_each_expert"),
        (ScoringPolicy, {"version": 900}, "policy_one_in_force"),
        (ScoringPolicy, {"status": "draft"}, "matches_scoringpolicy_version"),
        (CapabilityReading, {}, "matches_capabilityreading_startup"),
    ],
)
def test_a_second_one_is_refused(
    rows: dict[Any, Any], model: type[models.Model], changes: dict[str, Any], constraint: str
) -> None:
    again = rows[model]
    again.pk, again._state.adding = None, True
    for name, value in changes.items():
        setattr(again, name, value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        again.save(force_insert=True)


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (Run, {"status": RunStatus.DONE}),
        (Run, {"status": RunStatus.FAILED}),
        (Trial, {"status": TrialStatus.CANCELLED}),
        (Trial, {"status": TrialStatus.DONE, "outcome": {}}),
        (ShortlistDraft, {"status": ShortlistStatus.DISCLOSED}),
        (ExpertAdvice, {"company": None}),  # what is said of the startup is not what is said of the pair
        (ExpertAdvice, {"retired_at": timezone.now()}),
        (ScoringPolicy, {"version": 900, "status": "retired"}),
        (PairNote, {}),
        (Decision, {}),
    ],
)
def test_what_may_stand_beside_it_is_taken(
    rows: dict[Any, Any], model: type[models.Model], changes: dict[str, Any]
) -> None:
    again = rows[model]
    again.pk, again._state.adding = None, True
    for name, value in changes.items():
        setattr(again, name, value)
    again.save(force_insert=True)
    assert model._default_manager.count() == 2


@pytest.mark.parametrize("of_a_pair", [False, True])
def test_two_experts_may_think_of_the_same_and_one_only_once(cast: Cast, of_a_pair: bool) -> None:
    about = {"startup": cast.startup, "company": cast.company if of_a_pair else None}
    for by in (cast.expert, factories.ExpertFactory().user):
        ExpertAdvice.objects.create(rating=3, reasons={"": "Seen."}, by=by, **about)
    with pytest.raises(IntegrityError, match="advice_one_of_each_expert"), transaction.atomic():
        ExpertAdvice.objects.create(rating=3, reasons={"": "Seen."}, by=cast.expert, **about)


@pytest.mark.parametrize("kept", ["company", "startup", "challenge"])
def test_what_a_match_names_is_not_deleted_behind_it(cast: Cast, kept: str) -> None:
    """Erasing empties profiles; it never takes a row away from under what names it."""
    target = getattr(world.match_of(cast.company, cast.startup), kept)
    rows = type(target)._default_manager.filter(pk=target.pk)
    with pytest.raises(IntegrityError, match="foreign key"), transaction.atomic():
        rows._raw_delete("default")
        connection.check_constraints()
    assert rows.exists()
