"""Organisations that may be registered already, beside an application."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts import actions
from accounts.reviewing.likenesses import likenesses, similarity
from tests import factories
from tests.accounts import review_stories as stories

pytestmark = pytest.mark.django_db


def startup(name, **more):
    more = {f"organisation__{field}": value for field, value in more.items()}
    return factories.StartupFactory(organisation__name=name, **more).organisation


def application(name, **more):
    more = {f"organisation__{field}": value for field, value in more.items()}
    return stories.applied("startup", organisation__name=name, **more)


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("㈱北浜", "北浜 株式会社", 1),
        ("北浜食品株式会社", "北浜食品工業株式会社", 0.5),
        ("Alpha Robotics Pte. Ltd.", "ALPHA ROBOTICS", 1),
        ("Alpha Robotics", "Alpha Robotic", 0.8),
        ("ｷﾀﾊﾏ", "キタハマ", 1),
    ],
)
def test_names_are_near_whatever_their_writing(one, other, near):
    assert near <= similarity(one, other) <= 1


@pytest.mark.parametrize(
    ("one", "other"), [("北浜食品", "南浜水産"), ("Alpha", "Omega"), ("北浜食品", "北浜水産"), ("", "Alpha")]
)
def test_other_names_are_not(one, other):
    assert similarity(one, other) < 0.5


@given(one=st.text(max_size=30), other=st.text(max_size=30))
def test_nearness_is_the_same_both_ways_and_lies_between_nothing_and_all(one, other):
    assert similarity(one, other) == similarity(other, one)
    assert 0 <= similarity(one, other) <= 1
    if one.strip():
        assert similarity(one, one) == 1


REASONS = [
    ({"name": "Orchid Pte. Ltd."}, ["Same name in the same country"]),
    ({"name": "ORCHID", "country": "IN"}, ["Same name but for its writing"]),
    ({"name": "Orchids"}, ["Similar name"]),
    ({"name": "Other", "website": "https://www.orchid.example/en/"}, ["Same internet domain: orchid.example"]),
    ({"name": "Orchid", "website": "http://orchid.example"},
     ["Same name in the same country", "Same internet domain: orchid.example"]),
    ({"name": "Orсhid", "country": "IN"}, ["Looks the same, in other letters"]),  # a Cyrillic letter
    ({"name": "0rchid"}, ["Looks the same, in other letters"]),  # a nought
    ({"name": "Orсhid", "website": "https://orchid.example"},
     ["Looks the same, in other letters", "Same internet domain: orchid.example"]),
    ({"name": "Orсhid", "status": "erased"}, None),
    ({"name": "Orchid", "status": "erased"}, None),
    ({"name": "Quite different"}, None),
]  # fmt: skip


@pytest.mark.parametrize(("values", "reasons"), REASONS)
def test_each_likeness_says_why(values, reasons):
    other = startup(**values)
    found = likenesses(application("Orchid", website="https://orchid.example"))
    assert [(each.organisation, list(each.reasons)) for each in found] == (
        [(other, reasons)] if reasons else []
    )


def test_addresses_of_members_count_and_those_of_everybody_do_not():
    colleague, stranger = startup("Other"), startup("Stranger")
    factories.MembershipFactory(organisation=colleague, user__email="a@Orchid.example")
    factories.MembershipFactory(organisation=stranger, user__email="b@gmail.com")
    review = application("Orchid", website="https://gmail.com")
    review.asked_by.email = "c@orchid.example"
    review.asked_by.save()
    assert [each.organisation for each in likenesses(review)] == [colleague]


def test_a_proposed_name_is_compared_too_and_the_likeliest_comes_first():
    far, near = startup("Orchids"), startup("Orchid Inc.")
    own = startup("Nova")
    review = actions.propose_identity(own, {"organisation": {"name": "Orchid"}}, by=None)
    assert [each.organisation for each in likenesses(review)] == [near, far]


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_two_queries(count, django_assert_num_queries):
    for _number in range(count):
        startup("Orchid")
    review = stories.fresh(application("Orchid"))
    assert review.organisation.name == "Orchid"
    with django_assert_num_queries(2):
        assert len(likenesses(review)) == count


def test_the_reviewer_sees_them_beside_the_application(as_user):
    other = startup("Orchid Ltd")
    client = as_user(factories.OfficerFactory())
    html = client.get(reverse("accounts:review", args=[application("Orchid").pk])).content.decode()
    assert "Same name in the same country" in html
    assert reverse("startups:detail", args=[other.pk]) in html


def test_what_passes_for_the_name_comes_before_what_is_only_near_and_stands_once_on_the_page(as_user):
    near, passing = startup("Orchids", country="IN"), startup("Orсhid", country="IN")
    review = application("Orchid")
    assert [each.organisation for each in likenesses(review)] == [passing, near]
    html = (
        as_user(factories.OfficerFactory()).get(reverse("accounts:review", args=[review.pk])).content.decode()
    )
    assert html.count(reverse("startups:detail", args=[passing.pk]) + '"') == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "“Orсhid” mixes letters that look alike (Cyrillic, Latin)."),
        ("ja", "「Orсhid」には、見た目の似た別の種類の文字が混ざっています（Cyrillic, Latin）。"),
    ],
)
def test_letters_mixed_in_its_own_name_are_told_while_it_waits_and_afterwards(as_user, language, words):
    review = application("Orсhid")
    officer = factories.OfficerFactory()
    client = as_user(officer)
    with translation.override(language):
        address = reverse("accounts:review", args=[review.pk])
    assert words in client.get(address).content.decode()
    stories.approved(review, officer)
    assert words in client.get(address).content.decode()


def test_once_decided_the_names_that_pass_for_it_are_told_in_the_warning(as_user):
    """The list of likenesses goes with the decision; whom it may be taken for stays of interest."""
    passing, review, officer = startup("Orсhid"), application("Orchid"), factories.OfficerFactory()
    stories.approved(review, officer)
    html = as_user(officer).get(reverse("accounts:review", args=[review.pk])).content.decode()
    assert ("Perhaps registered already" in html, "looks like:" in html) == (False, True)
    assert reverse("startups:detail", args=[passing.pk]) in html
