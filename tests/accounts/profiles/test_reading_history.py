"""The history read in each of its ways: pages of all of it, what changed since a version, and since a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pghistory
import pytest
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.profiles.history import (
    LONG,
    SHOWN,
    Difference,
    changes_of,
    changes_since,
    events_of,
    history_of,
    is_told,
)
from accounts.profiles.kinds import kind_of
from accounts.profiles.unseen import unseen_changes
from companies.actions import add_challenge, change_challenge, change_company
from companies.models import Challenge, Company
from startups.models import TractionFigure
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def tables(profile: Any) -> Any:
    return kind_of(profile.organisation).tables


def told(profile: Any, page: str | None = None) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Who, what it is about, and each difference; the first states left out."""
    entries = history_of(profile.organisation, tables(profile), page)
    return [
        (entry.who, entry.subject, [(d.label, d.old, d.new) for d in entry.differences])
        for entry in entries
        if not entry.is_new
    ]


def by(user: User) -> Any:
    return pghistory.context(user=user.pk)


def test_each_change_is_told_with_who_what_before_and_after(cast: Cast) -> None:
    with by(cast.company_owner):
        change_company(cast.company, {}, {"employees": 500}, by=cast.company_owner)
    assert told(cast.company) == [("company-owner", "", [("Employees", "420", "500")])]


@pytest.mark.parametrize(
    ("context", "who"),
    [({"source": "import"}, "Import"), ({"source": "sample"}, "The portal"), ({}, "The portal"),
     ({"user": 987_654_321}, "The portal")],
)  # fmt: skip
def test_what_nobody_did_by_hand_is_told_by_where_it_came_from(
    context: dict[str, Any], who: str, cast: Cast
) -> None:
    with pghistory.context(**context):
        change_company(cast.company, {}, {"employees": 500}, by=None)
    assert [entry[0] for entry in told(cast.company)] == [who]


def test_who_was_erased_is_told_as_a_former_user(cast: Cast) -> None:
    with by(cast.company_member):
        change_company(cast.company, {}, {"employees": 500}, by=cast.company_member)
    User.objects.filter(pk=cast.company_member.pk).update(name="", erased_at=timezone.now())
    assert [entry[0] for entry in told(cast.company)] == ["Former user"]


def test_a_row_that_is_gone_is_told_with_what_it_was_called() -> None:
    figure = factories.FigureFactory(what="revenue")
    startup = figure.startup
    figure.delete()
    [gone] = [entry for entry in history_of(startup.organisation, [TractionFigure], None) if entry.is_gone]
    assert (gone.subject, gone.differences) == ("Revenue of the year", ())
    [first] = [entry for entry in history_of(startup.organisation, [TractionFigure], None) if entry.is_new]
    assert first.subject == "Revenue of the year"


def test_the_history_of_one_firm_tells_nothing_of_another(cast: Cast) -> None:
    change_company(cast.other_company, {"city": "燕市"}, {"employees": 7}, by=None)
    add_challenge(cast.other_company, {"title": "他社", "text": "x", "field": "retail"}, by=None)
    assert told(cast.company) == []
    for model in tables(cast.company):
        events = events_of(model, cast.company.organisation)
        owners = {getattr(event, "company_id", event.pgh_obj_id) for event in events}
        assert owners == {cast.company.pk}


@pytest.mark.parametrize("count", [0, 1, SHOWN - 1, SHOWN, SHOWN + 1])
def test_pages_of_the_history_hold_all_changes_once(count: int, cast: Cast) -> None:
    for number in range(count):
        cast.company.employees = 1000 + number
        cast.company.save(update_fields=["employees"])
    first = history_of(cast.company.organisation, [Company], "1")
    total = count + 1  # with its first state
    assert first.paginator.count == total
    pages = [
        history_of(cast.company.organisation, [Company], str(number)) for number in first.paginator.page_range
    ]
    new = [d.new for page in pages for entry in page for d in entry.differences]
    assert new == [f"{1000 + number:,}" for number in reversed(range(count))]


@pytest.mark.parametrize("number", [None, "", "abc", "-1", "99999"])
def test_a_page_that_is_none_shows_one_there_is(number: str | None, cast: Cast) -> None:
    assert len(history_of(cast.company.organisation, [Company], number)) == 1


# --- since a version, and since a moment ------------------------------------------------------------------------


def test_after_a_version_only_what_members_write_counts(cast: Cast) -> None:
    organisation = cast.company.organisation
    version = {
        str(model._meta.model_name): events_of(model, organisation).latest("pgh_id").pgh_id
        for model in tables(cast.company)
    }
    assert changes_since(organisation, tables(cast.company), version) == []
    Organisation.objects.filter(pk=organisation.pk).update(status="suspended", confirmed_at=timezone.now())
    assert changes_since(organisation, tables(cast.company), version) == [], (
        "states and stamps come with deeds"
    )
    organisation.refresh_from_db()
    change_company(cast.company, {}, {"employees": 7}, by=None)
    [entry] = changes_since(organisation, tables(cast.company), version)
    assert [(d.label, d.new) for d in entry.differences] == [("Employees", "7")]


def test_of_a_table_that_a_version_does_not_name_everything_is_new(cast: Cast) -> None:
    entries = changes_since(cast.company.organisation, [Challenge], {"company": 10**9})
    assert [entry.is_new for entry in entries] == [True]


def test_what_was_written_after_each_organisations_own_moment_is_found_for_all_at_once(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    for firm in (cast.company, cast.other_company):
        change_company(firm, {}, {"employees": 7}, by=None)
    now = timezone.now()
    since = {cast.company.pk: now - timedelta(days=1), cast.other_company.pk: now + timedelta(days=1)}
    with django_assert_num_queries(len(tables(cast.company))):
        found = changes_of(tables(cast.company), since)
    assert set(found) == {cast.company.pk}
    assert any(d.label == "Employees" for entry in found[cast.company.pk] for d in entry.differences)


def test_organisations_of_both_kinds_keep_their_order_and_those_without_changes_stay_in(cast: Cast) -> None:
    late = datetime(2099, 1, 1, tzinfo=UTC)
    rows = [cast.startup.organisation, cast.company.organisation, cast.other_startup.organisation]
    for row in rows:
        row.seen_until = late  # type: ignore[attr-defined]
    found = unseen_changes(rows)
    assert [each.organisation for each in found] == rows
    assert [each.entries for each in found] == [(), (), ()]
    assert unseen_changes([]) == []


def test_a_challenge_that_is_renamed_is_told_by_its_new_name(cast: Cast) -> None:
    challenge = cast.company.challenges.get()
    old = challenge.title
    change_challenge(challenge, {"title": "新しい件名"}, by=None)
    [(_who, subject, differences)] = [entry for entry in told(cast.company) if entry[1]]
    assert (subject, differences) == ("新しい件名", [("Title", old, "新しい件名")])


# --- differences ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("a" * LONG, "a" * LONG + "b", True),
        ("a" * (LONG - 1), "a" * 500, False),  # one of them is read at a glance
        ("", "a" * 500, False),
        ("short", "shorter", False),
    ],
)
def test_only_of_two_long_texts_the_words_that_differ_are_marked(old: str, new: str, marked: bool) -> None:
    pieces = Difference("Business", old, new).pieces
    assert bool(pieces) is marked


def test_the_pieces_make_up_both_texts() -> None:
    old = "We build tills that count what is taken from a shelf, in three shops of our own."
    new = "We build cameras that count what is taken from a shelf, in thirty shops of others."
    pieces = Difference("Solution", old, new).pieces
    kinds = {piece.change for piece in pieces}
    assert kinds == {"kept", "removed", "added"}
    assert "".join(piece.text for piece in pieces if piece.change != "added") == old
    assert "".join(piece.text for piece in pieces if piece.change != "removed") == new


@pytest.mark.parametrize("model", [Organisation, Company, Challenge])
def test_keys_stamps_and_what_the_database_works_out_are_never_told(model: Any) -> None:
    names = {field.name for field in model._meta.concrete_fields if is_told(field)}
    assert not names & {"id", "created_at", "updated_at", "sort_key", "search_key", "organisation", "company"}
    assert names
