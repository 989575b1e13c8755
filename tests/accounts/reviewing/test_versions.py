"""Which version of a profile somebody saw: carried by a page, compared before a decision, told in its differences."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import actions
from accounts.models import Organisation
from accounts.reviewing.versions import (
    ProfileChanged,
    check_seen,
    earlier_values,
    read,
    rows_of,
    version_of,
    written,
)
from companies.actions import add_challenge, change_challenge, change_company
from tests import factories
from tests.accounts import review_stories as stories

names = st.from_regex(r"[a-z]{1,12}", fullmatch=True)


@given(st.dictionaries(names, st.integers(min_value=0, max_value=2**63 - 1), max_size=6))
def test_a_version_comes_back_from_the_page_as_it_went_out(version: dict[str, int]) -> None:
    assert read(written(version)) == version


@pytest.mark.parametrize(
    "text",
    ["", ",", ":", "organisation", "organisation:", "organisation:x", "organisation:-1", "organisation:1.5",
     "organisation:" + "9" * 20, "organisation:" + "9" * 5000, "organisation:²", ":;<script>"],
)  # fmt: skip
def test_a_page_that_carries_nonsense_has_seen_nothing(text: str) -> None:
    assert read(text) == {}


@given(st.text(max_size=100))
def test_whatever_stands_in_the_address_is_read_or_left_out(text: str) -> None:
    assert all(number >= 0 for number in read(text).values())


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["company", "startup"])
def test_what_was_seen_just_now_may_be_decided_about(kind: str) -> None:
    review = stories.applied(kind)
    check_seen(review, version_of(review))
    check_seen(review, read(written(version_of(review))))


@pytest.mark.django_db
@pytest.mark.parametrize("seen", ["nothing", "another table", "no proposal"])
def test_a_page_that_lost_its_version_decides_nothing(seen: str) -> None:
    review = stories.applied()
    whole = version_of(review)
    carried = {
        "nothing": {},
        "another table": {"startup": 10**9, "proposal": whole["proposal"]},
        "no proposal": {name: number for name, number in whole.items() if name != "proposal"},
    }
    with pytest.raises(ProfileChanged):
        check_seen(review, carried[seen])


@pytest.mark.django_db
def test_every_edit_makes_another_version_and_states_make_none() -> None:
    review = stories.applied()
    officer, firm = factories.OfficerFactory(), review.organisation.company
    versions = [version_of(review)]
    for edit in (
        lambda: change_company(firm, {"city": "燕市"}, {}, by=review.asked_by),
        lambda: change_company(firm, {}, {"employees": 500}, by=review.asked_by),
        lambda: change_challenge(firm.challenges.get(), {"text": "別の課題"}, by=review.asked_by),
        lambda: add_challenge(firm, {"title": "新", "text": "x", "field": "retail"}, by=review.asked_by),
    ):
        edit()
        versions.append(version_of(review))
    assert all(one != other for one, other in pairwise(versions))
    actions.assign(review, to=officer, by=officer)
    actions.tick(review, ["existence"], by=officer)
    assert version_of(review) == versions[-1]


@pytest.mark.django_db
def test_the_refusal_tells_what_was_changed_newest_first() -> None:
    review = stories.applied()
    seen, firm = version_of(review), review.organisation.company
    change_company(firm, {}, {"capital_million_yen": 320}, by=review.asked_by)
    change_company(firm, {}, {"employees": 500}, by=review.asked_by)
    with pytest.raises(ProfileChanged) as refusal:
        check_seen(review, seen)
    told = [(d.label, d.old, d.new) for entry in refusal.value.changes for d in entry.differences]
    assert told == [("Employees", "420", "500"), ("Capital (million yen)", "310", "320")]
    assert str(refusal.value) == "2 changes since"


@pytest.mark.django_db
def test_a_version_of_another_proposal_is_another_version() -> None:
    review = stories.identity_proposed(factories.OfficerFactory())
    seen = version_of(review)
    review.identity = {"organisation": {"name": "また別の名前"}}
    with pytest.raises(ProfileChanged):
        check_seen(review, seen)
    assert version_of(review)["proposal"] != seen["proposal"]


@pytest.mark.django_db
def test_earlier_answers_are_told_where_they_were_different_and_a_dash_where_there_was_none() -> None:
    review = stories.applied()
    firm, before = review.organisation.company, version_of(review)
    change_company(firm, {"city": "燕市"}, {"employees": None}, by=review.asked_by)
    late = add_challenge(firm, {"title": "新", "text": "x", "field": "retail"}, by=review.asked_by)
    organisation = Organisation.objects.get(pk=review.organisation_id)
    earlier = earlier_values(rows_of(organisation), before)
    assert earlier["organisation.city"] == "長岡市"
    assert earlier["company.employees"] == "420"
    assert earlier[f"challenge.{late.pk}.title"] == "–", "it was not there"
    assert "company.business" not in earlier
    assert earlier_values(rows_of(organisation), version_of(review)) == {}


@pytest.mark.django_db
def test_an_edit_that_was_undone_is_no_difference_from_the_version_before_it() -> None:
    review = stories.applied()
    firm, before = review.organisation.company, version_of(review)
    for number in (500, 420):
        change_company(firm, {}, {"employees": number}, by=review.asked_by)
    assert earlier_values(rows_of(Organisation.objects.get(pk=firm.pk)), before) == {}
