"""What a worker keeps of both sides is what it would read anew, after every edit, and reads only what has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from accounts.enums import OrganisationStatus
from accounts.models import Organisation
from companies.models import Challenge, Company
from matchmaking.core import jobs
from matchmaking.matches.actions import give_advice
from matchmaking.matches.enums import Rating
from matchmaking.matches.models import ScoringPolicy
from matchmaking.matches.runs import rescoring, warm
from matchmaking.matches.runs.candidates import Matcher, Party
from matchmaking.matches.sides import open_challenges, open_startups
from startups.models import Startup
from tests import factories
from tests.matches import world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vectors")]
Edit = Callable[[list[Company], list[Startup]], Any]


@pytest.fixture
def programme() -> tuple[ScoringPolicy, list[Company], list[Startup]]:
    firms, startups = world.populate()
    policy = world.run_now().policy
    warm.all_startups(policy)
    warm.all_firms(policy)
    return policy, firms, startups


def published(organisation: Organisation, status: OrganisationStatus) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(status=status)


def advise(startup: Startup) -> None:
    give_advice(
        startup, company=None, rating=Rating.values[-1], reasons="Sound.", by=factories.ExpertFactory().user
    )


EDITS: dict[str, Edit] = {
    "nothing": lambda firms, startups: None,
    "a startup's words": lambda firms, startups: Startup.objects.filter(pk=startups[2].pk).update(one_liner="Pianos"),
    "a startup's fields": lambda firms, startups: Organisation.objects.filter(pk=startups[5].pk).update(
        fields=["retail"], modes=["investment"]
    ),
    "a startup suspended": lambda firms, startups: published(startups[0].organisation, OrganisationStatus.SUSPENDED),
    "a startup comes": lambda firms, startups: world.startup(3, organisation__name="Newcomer"),
    "advice": lambda firms, startups: advise(startups[1]),
    "a need": lambda firms, startups: Challenge.objects.filter(company=firms[1]).update(least_readiness=7),
    "one more need": lambda firms, startups: factories.ChallengeFactory(company=firms[0], field="agritech"),
    "a need closed": lambda firms, startups: Challenge.objects.filter(company=firms[2]).update(is_open=False),
    "a firm's wishes": lambda firms, startups: Company.objects.filter(pk=firms[3].pk).update(
        preferred_countries=["VN"], excluded_countries=["SG"]
    ),
    "a firm suspended": lambda firms, startups: published(firms[4].organisation, OrganisationStatus.SUSPENDED),
}  # fmt: skip


def same(kept: Party, anew: Party) -> bool:
    return (
        kept.keys.tolist() == anew.keys.tolist()
        and kept.owners.tolist() == anew.owners.tolist()
        and kept.terms == anew.terms
        and bool((kept.features.known == anew.features.known).all())
        and np.allclose(kept.features.matrix, anew.features.matrix, atol=1e-6)
    )


@pytest.mark.parametrize("edit", EDITS)
def test_after_an_edit_what_is_kept_is_what_would_be_read(
    edit: str, programme: tuple[ScoringPolicy, list[Company], list[Startup]]
) -> None:
    policy, *sides = programme
    EDITS[edit](*sides)
    matcher = Matcher(policy)
    assert same(warm.all_startups(policy), matcher.startups(list(open_startups())))
    assert same(warm.all_firms(policy), matcher.firms(list(open_challenges())))


def test_only_who_has_changed_is_read_again(
    programme: tuple[ScoringPolicy, list[Company], list[Startup]], monkeypatch: pytest.MonkeyPatch
) -> None:
    policy, _firms, startups = programme
    read: list[list[int]] = []
    whole = Matcher.startups
    monkeypatch.setattr(
        Matcher, "startups", lambda self, rows: (read.append([row.pk for row in rows]), whole(self, rows))[1]
    )
    warm.all_startups(policy)
    Startup.objects.filter(pk=startups[2].pk).update(one_liner="Pianos")
    warm.all_startups(policy)
    warm.all_startups(policy)
    assert read == [[startups[2].pk]]


def test_a_change_that_shows_after_a_later_one_is_read_too(
    programme: tuple[ScoringPolicy, list[Company], list[Startup]],
) -> None:
    """Of two edits at once the one with the smaller number may be committed last."""
    policy, _firms, startups = programme
    kept = warm._kept[warm.STARTUPS]
    Startup.objects.filter(pk=startups[2].pk).update(one_liner="Pianos")
    late = warm._seen(warm.STARTUPS)
    Startup.objects.filter(pk=startups[3].pk).update(one_liner="Violins")
    early = [now - before for now, before in zip(warm._seen(warm.STARTUPS), late, strict=True)]
    seen = tuple(old | new for old, new in zip(kept.seen, early, strict=True))
    warm._kept[warm.STARTUPS] = replace(kept, seen=seen)  # as a worker that saw the second alone
    anew = Matcher(policy).startups(list(open_startups().filter(pk=startups[2].pk)))
    found = warm.all_startups(policy)
    assert np.allclose(found.features.matrix[2], anew.features.matrix[0], atol=1e-6)


def test_where_history_has_been_taken_out_everybody_is_read_again(
    programme: tuple[ScoringPolicy, list[Company], list[Startup]],
) -> None:
    """An erasure empties the history; what a worker has seen of it is no mark any longer."""
    policy, *_ = programme
    kept = warm._kept[warm.STARTUPS]
    gone = tuple(numbers | {max(numbers) + 1_000} for numbers in kept.seen)
    warm._kept[warm.STARTUPS] = replace(kept, seen=gone)
    assert warm.all_startups(policy) is not kept.party
    assert same(warm.all_startups(policy), Matcher(policy).startups(list(open_startups())))


def test_what_is_worked_out_of_vectors_is_worked_out_anew_after_an_edit(
    programme: tuple[ScoringPolicy, list[Company], list[Startup]],
) -> None:
    policy, _firms, startups = programme
    before = warm.all_startups(policy)
    assert (before.longest, len(before.packed)) == (pytest.approx(before.longest), len(startups))
    before.features.matrix[0] *= 9
    Organisation.objects.filter(pk=startups[0].pk).update(fields=["retail"], modes=["acquisition"])
    after = warm.all_startups(policy)
    fresh = Matcher(policy).startups(list(open_startups()))
    assert (after.longest, after.packed.modes.tolist()) == (
        pytest.approx(fresh.longest, rel=1e-6),
        fresh.packed.modes.tolist(),
    )


def test_another_policy_is_another_set_of_vectors(
    programme: tuple[ScoringPolicy, list[Company], list[Startup]], django_assert_max_num_queries: Any
) -> None:
    policy, *_ = programme
    with django_assert_max_num_queries(4):
        kept = warm.all_startups(policy)
    other = ScoringPolicy.objects.get(pk=policy.pk)
    other.pk = policy.pk + 1
    assert warm.all_startups(other) is not kept


@pytest.mark.parametrize("edit", sorted(EDITS.keys() - {"nothing"}))
def test_the_moment_is_another_after_every_edit(
    edit: str, programme: tuple[ScoringPolicy, list[Company], list[Startup]]
) -> None:
    """So that a job which waited while others wrote sees that it must look again."""
    _policy, *sides = programme
    before = rescoring._moment()
    assert rescoring._moment() == before
    EDITS[edit](*sides)
    assert rescoring._moment() != before


def test_who_was_edited_while_lists_were_waited_for_is_scored_as_it_is_now(
    programme: tuple[ScoringPolicy, list[Company], list[Startup]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job has read the old profile; the new one was listed meanwhile and must not be undone."""
    _policy, _firms, startups = programme
    wait = rescoring.lists.lock_lists

    def edit_meanwhile() -> None:
        Organisation.objects.filter(pk=startups[5].pk).update(fields=["retail"], updated_at=timezone.now())
        wait()

    monkeypatch.setattr(rescoring.lists, "lock_lists", edit_meanwhile)
    rescoring.rescore(startups[5].pk)
    assert any(startups[5].pk in pair for pair in world.pairs())
    monkeypatch.undo()
    jobs.run_due()
    at_once = world.pairs()
    world.run_now()
    assert world.pairs() == at_once
