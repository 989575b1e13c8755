"""From published profiles to the engine: what is read of each, in which order, and when it last changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import OrganisationStatus
from accounts.models import Organisation
from companies.models import Challenge
from matchmaking.core.enums import CooperationMode, Field
from matchmaking.matches.engine.policy import DEFAULT_VOCABULARY
from matchmaking.matches.engine.tags import company_blocks, startup_blocks
from matchmaking.matches.sides import (
    challenge_terms,
    changed_at,
    company_side,
    modes_of,
    open_challenges,
    open_startups,
    startup_side,
    startup_terms,
)
from tests import factories
from tests.conftest import Cast
from tests.matches import world

pytestmark = pytest.mark.django_db
UNPUBLISHED = sorted(set(OrganisationStatus) - {OrganisationStatus.PUBLISHED})


def test_only_what_is_published_and_open_is_matched() -> None:
    for status in UNPUBLISHED:
        world.firm(0, organisation__status=status)
        world.startup(0, organisation__status=status)
    firm, startup = world.firm(1), world.startup(1)
    factories.ChallengeFactory(company=firm, is_open=False)
    assert [each.company for each in open_challenges()] == [firm]
    assert list(open_startups()) == [startup]


def test_the_order_is_that_of_the_keys_whatever_was_saved_last() -> None:
    firms, startups = world.populate()
    firms[0].organisation.save()
    startups[0].organisation.save()
    keys = [(each.company_id, each.pk) for each in open_challenges()]
    assert (keys, len(keys)) == (sorted(keys), 7)
    assert [each.pk for each in open_startups()] == sorted(each.pk for each in startups)


def test_a_challenge_goes_with_its_firms_words_and_its_own_field() -> None:
    firm = world.firm(0, organisation__languages=["ja", "en"])
    challenge = firm.challenges.get()
    side = company_side(challenge)
    assert side.need_text == f"{challenge.title} {challenge.text}"
    assert (side.business_text, side.strengths) == (firm.business, firm.strengths)
    assert (side.fields, side.languages) == ((challenge.field,), ("ja", "en"))


@pytest.mark.parametrize("stored", [None, [], ["solar_dev"]])
def test_not_asked_none_fits_and_confirmed_are_three_things(stored: list[str] | None) -> None:
    challenge = factories.ChallengeFactory(capabilities=stored)
    startup = factories.StartupFactory(capabilities=stored)
    wanted = None if stored is None else tuple(stored)
    assert (company_side(challenge).capabilities, startup_side(startup).capabilities) == (wanted, wanted)


@pytest.mark.parametrize(
    ("least", "modes", "worth"),
    [
        (None, ["joint_development"], 1.0),  # which needs level 4: the startup has 6
        (None, ["acquisition"], 0.5),  # which needs level 7
        (6, ["acquisition"], 1.0),  # what the firm says itself comes before
        (7, ["joint_development"], 0.5),
        (9, ["joint_development"], 0.125),
        (1, [], 1.0),
    ],
)
def test_a_startup_below_the_readiness_that_is_asked_for_counts_less(
    least: int | None, modes: list[str], worth: float
) -> None:
    company = factories.CompanyFactory(organisation__modes=[])
    challenge = factories.ChallengeFactory(company=company, modes=modes, least_readiness=least)
    startup = factories.StartupFactory(readiness_level=6)
    asked, has = (
        blocks([side], DEFAULT_VOCABULARY)["stage"][0]
        for blocks, side in (
            (company_blocks, company_side(challenge)),
            (startup_blocks, startup_side(startup)),
        )
    )
    assert float((asked @ has.T)[0, 0]) == worth


@pytest.mark.parametrize(
    ("own", "general", "wanted"),
    [
        (["investment"], ["acquisition"], ("investment",)),
        ([], ["acquisition"], ("acquisition",)),
        ([], [], ()),
    ],
)
def test_a_challenges_own_kinds_of_cooperation_come_before_the_firms(
    own: list[str], general: list[str], wanted: tuple[str, ...]
) -> None:
    company = factories.CompanyFactory(organisation__modes=general)
    challenge = factories.ChallengeFactory(company=company, modes=own)
    assert modes_of(challenge) == company_side(challenge).modes == wanted


def test_terms_hold_what_decides_who_may_meet(cast: Cast) -> None:
    words = DEFAULT_VOCABULARY
    cast.company.excluded_countries = ["IL", "SG"]
    challenge = cast.company.challenges.get()
    challenge.company = cast.company
    ours, theirs = challenge_terms(challenge, words), startup_terms(cast.startup, words)
    bit = 1 << words.fields.index(Field.RETAIL)
    mode = 1 << words.modes.index(CooperationMode.JOINT_DEVELOPMENT)
    assert (ours.fields, ours.modes, ours.excluded) == (bit, mode, frozenset({"IL", "SG"}))
    assert (theirs.fields, theirs.modes, theirs.country) == (bit, mode, "SG")


# --- When a profile last changed ---------------------------------------------------------------------------------


def test_any_part_of_a_profile_counts_as_a_change(cast: Cast) -> None:
    key = cast.company.pk
    seen = [changed_at([key])[key]]
    for save in (cast.company.organisation.save, cast.company.challenges.get().save):
        save()
        seen.append(changed_at([key])[key])
    cast.company.strengths = "別の強み。"
    cast.company.save()
    seen.append(changed_at([key])[key])
    assert seen == sorted(seen)
    assert seen[0] < seen[1] < seen[2]


def test_the_latest_of_all_parts_is_told_and_nobody_elses(cast: Cast) -> None:
    later = timezone.now() + timedelta(hours=1)
    Challenge.objects.filter(company=cast.company).update(updated_at=later)
    found = changed_at([cast.company.pk, cast.startup.pk])
    assert (found[cast.company.pk], found[cast.startup.pk] < later) == (later, True)
    assert set(found) == {cast.company.pk, cast.startup.pk}
    Organisation.objects.filter(pk=cast.startup.pk).update(updated_at=later)
    assert changed_at([cast.startup.pk]) == {cast.startup.pk: later}


def test_nobody_has_not_changed() -> None:
    assert changed_at([]) == {}
    assert changed_at([10**6]) == {}
