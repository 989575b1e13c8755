"""Every state by every target, and what each deed writes and tells."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.transitions import TransitionNotAllowed, move
from matchmaking.matches import actions
from matchmaking.matches.engine.policy import Policy, load_policy
from matchmaking.matches.enums import (
    MATCH_TRANSITIONS,
    RUN_TRANSITIONS,
    DismissReason,
    MatchStatus,
    PolicyStatus,
    RunStatus,
    Side,
)
from matchmaking.matches.models import Match, Run, ScoringPolicy
from tests import factories
from tests.conftest import Cast
from tests.matches import world
from tests.told import fact

pytestmark = pytest.mark.django_db

NEEDED = {
    MatchStatus.DISMISSED: {
        "dismissed_at": "2026-11-01T00:00Z",
        "dismissed_by": Side.STAFF,
        "dismiss_reason": DismissReason.OTHER,
    },
    MatchStatus.DISCLOSED: {"disclosed_at": "2026-11-01T00:00Z"},
}


@pytest.mark.parametrize("before", MatchStatus.values)
def test_a_match_moves_only_as_its_table_says(before: str) -> None:
    company, startup = world.firm(0), world.startup(0)
    for after in MatchStatus.values:
        Match.objects.all().delete()
        match = world.match_of(company, startup, before)
        if after in MATCH_TRANSITIONS[before]:
            move(match, after, by=None, **NEEDED.get(MatchStatus(after), {}))
            assert Match.objects.get().status == after
        else:
            with pytest.raises(TransitionNotAllowed):
                move(match, after, by=None)
            assert Match.objects.get().status == before


@pytest.mark.parametrize("before", RunStatus.values)
def test_a_run_moves_only_as_its_table_says(before: str) -> None:
    policy = actions.ensure_policy()
    for after in RunStatus.values:
        Run.objects.all().delete()
        run = Run.objects.create(policy=policy, status=before)
        if after in RUN_TRANSITIONS[before]:
            move(run, after, by=None)
            assert Run.objects.get().status == after
        else:
            with pytest.raises(TransitionNotAllowed):
                move(run, after, by=None)
            assert Run.objects.get().status == before


def test_the_default_policy_comes_into_force_once() -> None:
    first, second = actions.ensure_policy(), actions.ensure_policy()
    assert (first.pk, first.version, first.status) == (
        second.pk,
        load_policy().version,
        PolicyStatus.IN_FORCE,
    )
    assert Policy.from_dict(ScoringPolicy.objects.get().parameters) == load_policy()
    deeds = AuditEvent.objects.filter(action__startswith="scoringpolicy").values_list("action", flat=True)
    assert list(deeds) == ["scoringpolicy.in_force"]


def test_a_policy_in_force_is_not_replaced_by_the_default() -> None:
    own = ScoringPolicy.objects.create(
        version=7, status=PolicyStatus.IN_FORCE, parameters=load_policy().to_dict()
    )
    assert (actions.ensure_policy(), ScoringPolicy.objects.count()) == (own, 1)


def test_disclosing_tells_the_members_of_the_firm_and_nobody_else(cast: Cast) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)
    actions.disclose(match, by=cast.officer)
    match.refresh_from_db()
    assert (match.status, match.disclosed_at is not None) == (MatchStatus.DISCLOSED, True)
    told = [
        (notice.recipient_id, notice.event, fact(notice, "startup"))
        for notice in Notice.objects.select_related("recipient").order_by("recipient_id")
    ]
    wanted = [
        (user.pk, "match_disclosed", str(cast.startup)) for user in (cast.company_owner, cast.company_member)
    ]
    assert told == wanted
    event = AuditEvent.objects.get(action="match.disclosed")
    assert (event.actor_id, event.target_id) == (cast.officer.pk, str(match.pk))


def test_of_two_officers_who_disclose_at_once_one_is_refused(cast: Cast) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)
    same = Match.objects.get(pk=match.pk)
    actions.disclose(match, by=cast.officer)
    with pytest.raises(TransitionNotAllowed):
        actions.disclose(same, by=cast.administrator)
    assert Notice.objects.count() == 2


def test_disclosing_several_leaves_what_somebody_else_decided_meanwhile(cast: Cast) -> None:
    proposed = world.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)
    seen = world.match_of(cast.other_company, cast.startup, MatchStatus.PROPOSED)
    stale = [Match.objects.get(pk=proposed.pk), Match.objects.get(pk=seen.pk)]
    actions.dismiss(seen, side=Side.STAFF, reason=DismissReason.OTHER, by=cast.officer)
    assert actions.disclose_several(stale, by=cast.officer) == [proposed]
    assert set(Match.objects.values_list("status", flat=True)) == {
        MatchStatus.DISCLOSED,
        MatchStatus.DISMISSED,
    }


@pytest.mark.parametrize("before", [MatchStatus.PROPOSED, MatchStatus.DISCLOSED, MatchStatus.INTERESTED])
def test_a_dismissal_keeps_who_and_why_and_can_be_undone(cast: Cast, before: MatchStatus) -> None:
    match = world.match_of(cast.company, cast.startup, before)
    actions.dismiss(match, side=Side.STAFF, reason=DismissReason.TERMS, note="too dear", by=cast.officer)
    match.refresh_from_db()
    assert (match.dismissed_by, match.dismiss_reason, match.dismiss_note) == ("staff", "terms", "too dear")
    assert AuditEvent.objects.latest("id").detail == {"before": before, "reason": "terms: too dear"}
    actions.restore(match, by=cast.officer)
    match.refresh_from_db()
    back = MatchStatus.PROPOSED if before == MatchStatus.PROPOSED else MatchStatus.DISCLOSED
    assert (match.status, match.dismissed_at, match.dismiss_reason, match.dismiss_note) == (
        back,
        None,
        "",
        "",
    )


def test_the_database_refuses_a_dismissal_without_a_reason_and_a_disclosure_without_a_time(
    cast: Cast,
) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)
    for status in (MatchStatus.DISMISSED, MatchStatus.DISCLOSED, "unheard-of"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Match.objects.filter(pk=match.pk).update(status=status)


def test_the_database_keeps_one_match_a_pair_and_one_run_at_a_time(cast: Cast) -> None:
    world.match_of(cast.company, cast.startup)
    with pytest.raises(IntegrityError), transaction.atomic():
        world.match_of(cast.company, cast.startup)
    policy = actions.ensure_policy()
    Run.objects.create(policy=policy)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.create(policy=policy, status=RunStatus.SCORING)


def test_who_sees_which_match(cast: Cast) -> None:
    """Every state for every reader: staff all, the firm what was disclosed to it, the startup where it is wanted."""
    seen: dict[str, set[str]] = {}
    readers = {
        "officer": cast.officer,
        "firm": cast.company_member,
        "other firm": cast.other_company_owner,
        "startup": cast.startup_member,
        "other startup": cast.other_startup_owner,
        "expert": cast.expert,
        "nobody": factories.UserFactory(),
    }
    for status in MatchStatus.values:
        Match.objects.all().delete()
        world.match_of(cast.company, cast.startup, status)
        seen[status] = {name for name, user in readers.items() if Match.objects.visible_to(user).exists()}
    assert seen == {
        "proposed": {"officer"},
        "disclosed": {"officer", "firm"},
        "interested": {"officer", "firm", "startup"},
        "dismissed": {"officer", "firm"},
    }


def test_a_firm_never_sees_what_was_dismissed_before_it_was_disclosed(cast: Cast) -> None:
    world.match_of(cast.company, cast.startup, MatchStatus.DISMISSED, disclosed_at=None)
    assert not Match.objects.visible_to(cast.company_owner).exists()
