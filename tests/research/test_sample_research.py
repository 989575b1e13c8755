"""The sample's research: every state there is, in both languages, by the actions that people use."""

from __future__ import annotations

from collections import Counter

import pytest
from django.utils import timezone

from accounts.models import User
from matchmaking.matches.models import ExpertAdvice
from research.disputes import disputes
from research.enums import AdviceStatus, CommissionStatus, SectionKind
from research.models import AdviceRequest, Commission, Expert
from research.sample import COURSES, TEXTS_EN, TEXTS_JA, load_research
from tests import factories
from tests.meetings import stories

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return factories.OfficerFactory()


def pairs(number: int) -> None:
    for _each in range(number):
        match = stories.match_of(factories.ChallengeFactory().company, factories.StartupFactory())
        stories.member_of(match.company)


def experts(number: int) -> None:
    for _each in range(number):
        factories.ExpertFactory(biography="Ten years in stores.")


def test_every_state_is_there_and_one_is_late(officer: User) -> None:
    pairs(len(COURSES) + 2)
    experts(6)
    today = timezone.localdate()
    assert load_research(by=officer, today=today) == len(COURSES)
    assert Counter(Commission.objects.values_list("status", flat=True)) == {
        CommissionStatus.REQUESTED: 2,
        CommissionStatus.ASSIGNED: 3,
        CommissionStatus.DELIVERED: 1,
        CommissionStatus.RETURNED: 1,
        CommissionStatus.PUBLISHED: 2,
        CommissionStatus.CANCELLED: 1,
    }
    assert Commission.objects.overdue(today).count() == 1
    assert Commission.objects.filter(status=CommissionStatus.ASSIGNED, accepted_at=None).count() == 1
    assert set(Commission.objects.published().values_list("language", flat=True)) == {"ja", "en"}
    assert Commission.objects.get(status=CommissionStatus.RETURNED).versions.get().remarks.count() == 2


def test_two_experts_differ_about_one_startup_and_others_are_still_asked(officer: User) -> None:
    pairs(4)
    experts(4)
    load_research(by=officer, today=timezone.localdate())
    assert disputes(), "experts are of different minds"
    assert Counter(AdviceRequest.objects.values_list("status", flat=True)) == {
        AdviceStatus.GIVEN: 2,
        AdviceStatus.ASKED: 2,
    }


def test_loaded_again_it_changes_nothing(officer: User) -> None:
    pairs(3)
    experts(3)
    today = timezone.localdate()
    counts = []
    for _twice in range(2):
        load_research(by=officer, today=today)
        counts.append(
            (Commission.objects.count(), AdviceRequest.objects.count(), ExpertAdvice.objects.count())
        )
    assert counts[0] == counts[1] == (3, 4, 2)


@pytest.mark.parametrize(("firms", "people"), [(0, 3), (3, 0), (0, 0)])
def test_without_pairs_or_experts_there_is_none(firms: int, people: int, officer: User) -> None:
    pairs(firms)
    experts(people)
    assert load_research(by=officer, today=timezone.localdate()) == 0
    assert (Commission.objects.count(), AdviceRequest.objects.count()) == (0, 0)


def test_where_nobody_has_time_it_waits(officer: User) -> None:
    pairs(4)
    experts(3)
    Expert.objects.update(capacity=0)
    load_research(by=officer, today=timezone.localdate())
    assert set(Commission.objects.values_list("status", flat=True)) == {CommissionStatus.REQUESTED}


@pytest.mark.parametrize("texts", [TEXTS_JA, TEXTS_EN], ids=["ja", "en"])
def test_the_texts_fill_every_section(texts: dict[str, str]) -> None:
    assert set(texts) == set(SectionKind)
    assert all(len(text) > 40 for text in texts.values())
    assert {"%", "TODO"} & set("".join(texts.values())) == set()
