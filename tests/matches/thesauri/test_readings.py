"""Workers read what each profile asks for or offers, and keep it true."""

from __future__ import annotations

import numpy as np
import pytest

from companies.models import Challenge
from matchmaking.core import jobs
from matchmaking.core.models import Job
from matchmaking.matches import actions
from matchmaking.matches.models import CapabilityReading, ScoringPolicy
from matchmaking.matches.thesauri import editions, readings
from matchmaking.matches.thesauri.balance import balance, carriers
from matchmaking.matches.thesauri.readings import strongest
from tests.matches import world

pytestmark = pytest.mark.django_db


def read_everybody(occasion: str = "test") -> None:
    readings.call_for(occasion)
    jobs.run_due()


def of(row: object) -> CapabilityReading:
    return CapabilityReading.objects.get(**{type(row).__name__.lower(): row})


def challenge(number: int) -> Challenge:
    return world.firm(number).challenges.get()


@pytest.mark.parametrize(
    ("tags", "kept"),
    [
        ([0.0, 0.0], []),
        ([0.1, 1.0, 0.36], [1, 2]),  # a tenth is too little
        ([1.0, 1.0, 1.0, 1.0, 1.0, 1.0], [0, 1, 2, 3, 4]),  # five at most; of equals the first
        ([0.2], [0]),
    ],
)
def test_the_strongest_tags_are_kept(tags: list[float], kept: list[int]) -> None:
    assert strongest(np.array(tags)) == kept


def test_needs_and_pitches_are_guessed_from_their_words(vectors: None, policy: ScoringPolicy) -> None:
    till, startup = challenge(0), world.startup(4)
    read_everybody()
    assert "cashierless" in " ".join(of(till).keys) or of(till).keys
    assert (of(till).is_confirmed, of(startup).is_confirmed) == (False, False)
    assert of(till).edition == policy.parameters["thesaurus"]
    assert (of(till).nearest or 0) > 0
    assert set(of(startup).keys) <= set(editions.delivered().positions)


@pytest.mark.parametrize(
    ("confirmed", "kept"),
    [(["geothermal", "solar_dev"], ["geothermal", "solar_dev"]), ([], []), (["gone_long_ago"], [])],
)
def test_what_people_chose_stands_instead_of_the_guess(
    vectors: None, policy: ScoringPolicy, confirmed: list[str], kept: list[str]
) -> None:
    row = challenge(0)
    Challenge.objects.filter(pk=row.pk).update(capabilities=confirmed)
    read_everybody()
    assert (of(row).keys, of(row).is_confirmed) == (kept, True)


def test_reading_again_replaces_what_was_read(vectors: None, policy: ScoringPolicy) -> None:
    row = challenge(0)
    read_everybody()
    Challenge.objects.filter(pk=row.pk).update(capabilities=["geothermal"])
    read_everybody("again")
    assert of(row).keys == ["geothermal"]


def test_what_is_no_longer_matched_is_forgotten_by_the_next_full_reading(
    vectors: None, policy: ScoringPolicy
) -> None:
    row, other = challenge(0), challenge(1)
    read_everybody()
    Challenge.objects.filter(pk=row.pk).update(is_open=False)
    read_everybody("again")
    assert list(CapabilityReading.objects.needs().values_list("challenge_id", flat=True)) == [other.pk]


def test_one_organisation_is_read_by_itself(vectors: None, policy: ScoringPolicy) -> None:
    row, _other = challenge(0), challenge(1)
    startup = world.startup(4)
    readings.call_for("one", row.company.organisation)
    readings.call_for("two", startup.organisation)
    jobs.run_due()
    assert CapabilityReading.objects.count() == 2
    assert {of(row), of(startup)} == set(CapabilityReading.objects.all())


def test_asking_twice_for_the_same_occasion_is_asking_once(policy: ScoringPolicy) -> None:
    challenge(0)
    readings.call_for("same")
    readings.call_for("same")
    assert Job.objects.filter(name="matches.read_capabilities").count() == 1


def test_without_a_policy_nothing_is_read(vectors: None) -> None:
    row = challenge(0)
    ScoringPolicy.objects.all().delete()
    readings.read(readings.NEEDS, [row.pk])
    assert not CapabilityReading.objects.exists()


def test_a_run_ends_with_a_reading_of_everybody(vectors: None, policy: ScoringPolicy) -> None:
    row, startup = challenge(0), world.startup(0)
    actions.start_run(by=None)
    jobs.run_due()
    assert {of(row).pk, of(startup).pk} == set(CapabilityReading.objects.values_list("pk", flat=True))


def test_carriers_are_counted_by_who_chose_and_who_was_guessed(vectors: None, policy: ScoringPolicy) -> None:
    row, startup = challenge(0), world.startup(0)
    read_everybody()
    CapabilityReading.objects.filter(challenge=row).update(keys=["geothermal"], is_confirmed=True)
    CapabilityReading.objects.filter(startup=startup).update(keys=["geothermal"], is_confirmed=False)
    counts = carriers()
    assert (counts["geothermal"].needs_confirmed, counts["geothermal"].offers_guessed) == (1, 1)
    assert (counts["geothermal"].needs, counts["solar_dev"].needs) == (1, 0)
    [found] = [line for line in balance("en") if line.key == "geothermal"]
    assert (found.needs, found.offers, found.group) == (1, 1, "Renewable power")
