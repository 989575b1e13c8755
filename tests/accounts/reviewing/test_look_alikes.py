"""Names that a reviewer should look at twice."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts import actions
from accounts.reviewing.look_alikes import NameWarning, name_warnings
from tests import factories

pytestmark = pytest.mark.django_db


def startup(name, **more):
    return factories.StartupFactory(organisation__name=name, **more).organisation


def test_an_ordinary_name_needs_no_second_look():
    startup("Nova")
    assert name_warnings(startup("Orchid")) == []


def test_a_name_with_letters_that_pass_for_latin_ones_is_flagged_with_its_scripts():
    assert name_warnings(startup("Orсhid")) == [NameWarning("Orсhid", ("Cyrillic", "Latin"), ())]


@pytest.mark.parametrize("name", ["Orchid Pte. Ltd.", "ORCHID", "0rchid", "Ｏｒｃｈｉｄ"])
def test_a_name_that_passes_for_anothers_is_flagged_with_the_other(name):
    known = startup("Orchid")
    assert name_warnings(startup(name)) == [NameWarning(name, (), (known,))]


def test_english_names_and_other_kinds_count_and_erased_ones_do_not():
    firm = factories.CompanyFactory(organisation__name="蘭", organisation__name_en="Orchid").organisation
    startup("Orchid", organisation__status="erased")
    assert name_warnings(startup("Orchid LLC")) == [NameWarning("Orchid LLC", (), (firm,))]


def test_a_name_that_waits_for_review_is_looked_at_too():
    known, own = startup("Orchid"), startup("Nova")
    actions.propose_identity(own, {"organisation": {"name": "Orchid Ltd"}}, by=None)
    assert name_warnings(own) == [NameWarning("Orchid Ltd", (), (known,))]


def test_staff_read_it_beside_the_decision_and_members_do_not(cast, as_user):
    twin = startup(cast.startup.organisation.name.upper())
    page = as_user(cast.officer).get(reverse("startups:detail", args=[cast.startup.pk])).content.decode()
    assert "Look at the name twice" in page
    assert reverse("startups:detail", args=[twin.pk]) in page
    assert (
        "Look at the name twice"
        not in as_user(cast.startup_owner).get(reverse("startups:own")).content.decode()
    )
