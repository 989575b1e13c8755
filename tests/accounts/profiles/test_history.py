"""The history of a profile as differences, and values in the reader's words."""

from __future__ import annotations

import pghistory
import pytest
from django.utils import translation

from accounts.profiles.history import Difference
from accounts.profiles.labels import facts, labels_of, value_label
from companies import actions as company_actions
from companies.models import Company
from startups import actions as startup_actions
from startups.models import Startup
from tests import factories
from tests.accounts.told import told

pytestmark = pytest.mark.django_db


def test_a_change_is_told_with_who_when_and_both_values():
    startup, member = factories.StartupFactory(), factories.UserFactory(name="Tal")
    with pghistory.context(user=member.pk):
        startup_actions.change_startup(
            startup,
            {"modes": ["investment", "acquisition"]},
            {"team_size": 1200, "stage": "growth"},
            by=member,
        )
    entries = [entry for entry in told(startup.organisation, startup) if not entry.is_new]
    assert [(entry.who, entry.subject) for entry in entries] == [("Tal", ""), ("Tal", "")]
    assert {difference for entry in entries for difference in entry.differences} == {
        Difference("Cooperation modes", "Joint development", "Investment, Acquisition"),
        Difference("Team size", "35", "1,200"),
        Difference("Stage", "Series A", "Growth (series D or later)"),
    }


def test_a_touch_without_a_change_is_not_told():
    company = factories.CompanyFactory()
    company.organisation.save(update_fields=["updated_at"])
    assert [entry.is_new for entry in told(company.organisation, company)] == [True, True]


def test_challenges_are_told_by_their_titles_and_imports_by_their_kind():
    with pghistory.context(source="import"):
        challenge = factories.ChallengeFactory(title="列をなくしたい")
        company_actions.change_challenge(challenge, {"deadline": None, "budget_band": "over_1b"}, by=None)
    entries = told(challenge)
    assert [(entry.who, entry.subject, entry.is_new) for entry in entries] == [
        ("Import", "列をなくしたい", False),
        ("Import", "列をなくしたい", True),
    ]
    assert entries[0].differences == (Difference("Budget", "", "Over 1 billion yen"),)


@pytest.mark.parametrize("changes", [1, 3])
def test_the_history_takes_the_same_number_of_queries_however_long(django_assert_num_queries, changes):
    challenge, members = factories.ChallengeFactory(), factories.UserFactory.create_batch(changes)
    for index, member in enumerate(members):
        with pghistory.context(user=member.pk):
            company_actions.change_challenge(challenge, {"text": f"text {index}"}, by=member)
    company = challenge.company
    with django_assert_num_queries(4):
        assert len(told(company.organisation, company, challenge)) == changes + 3


@pytest.mark.parametrize(
    ("model", "name", "value", "english", "japanese"),
    [
        (Startup, "stage", "series_a", "Series A", "シリーズA"),
        (Startup, "founded_year", 2019, "2019", "2019"),
        (Startup, "funding_raised_usd", 5_000_000, "5,000,000", "5,000,000"),
        (Startup, "stage", "", "", ""),
        (Company, "name_disclosed", False, "No", "いいえ"),
        (Company, "prefecture", "15", "Niigata", "新潟県"),
        (Company, "preferred_countries", ["SG", "VN"], "Singapore, Vietnam", "シンガポール、ベトナム"),
    ],
)
def test_values_are_told_in_the_readers_words(model, name, value, english, japanese):
    field = model._meta.get_field(name)
    assert value_label(field, value) == english
    with translation.override("ja"):
        assert value_label(field, value) == japanese


def test_facts_link_websites_and_show_a_dash_for_nothing():
    organisation = factories.StartupFactory(organisation__website="https://a.example").organisation
    assert facts(organisation, ["website", "region", "time_zone"]) == [
        {"label": "Website", "value": "https://a.example", "url": "https://a.example"},
        {"label": "State or zone", "value": "–"},
        {"label": "Time zone", "value": "Singapore"},
    ]
    assert facts(organisation, ["region"], keep_empty=False) == []
    assert labels_of(organisation, "fields") == ["Retail"]
