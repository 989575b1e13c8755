"""Staff see that a published startup has put another deck in use, or taken it away, until they have looked."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pghistory
import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape

from accounts.actions import mark_changes_seen
from accounts.models import Organisation
from accounts.profiles.unseen import unseen_changes
from matchmaking.core.models import AuditEvent
from startups.actions import change_startup, delete_deck
from startups.deck_changes import deck_changes
from startups.enums import ReadingForm
from startups.models import DeckReading
from tests import factories
from tests.startups import decks

pytestmark = pytest.mark.django_db
CHANGED = "startup.deck_changed"


def waiting() -> list[Organisation]:
    return list(Organisation.objects.with_unseen_changes())


def told(startup: Any) -> list[tuple[str, str, str]]:
    [row] = [each for each in unseen_changes(waiting()) if each.organisation == startup.organisation]
    return [(each.label, each.old, each.new) for entry in row.entries for each in entry.differences]


@pytest.fixture
def seen(cast: Any) -> Any:
    """A published startup with a deck that staff have looked at."""
    decks.in_use(cast.startup, cast.startup_owner, name="Pitch 2025.pdf")
    mark_changes_seen(cast.startup.organisation, until=timezone.now(), by=cast.officer)
    return cast.startup


def test_the_first_deck_of_a_published_startup_is_a_change(cast):
    decks.in_use(cast.startup, cast.startup_member, name="Pitch 2026.pdf")
    assert waiting() == [cast.startup.organisation]
    assert told(cast.startup) == [("Pitch deck", "", "Pitch 2026.pdf (1 page)")]


def test_another_deck_is_told_with_both_names_and_a_link_to_the_one_in_use(cast, seen, as_user):
    assert waiting() == []
    decks.in_use(seen, cast.startup_member, name="Pitch 2026.pdf")
    assert told(seen) == [("Pitch deck", "Pitch 2025.pdf (1 page)", "Pitch 2026.pdf (1 page)")]
    page = as_user(cast.officer).get(reverse("accounts:changes")).content.decode()
    assert reverse("startups:deck_pages", args=[seen.pk]) in page
    assert f'href="{reverse("startups:deck_file", args=[seen.pk])}"' not in page
    assert str(cast.startup_member) in page


def test_it_is_told_in_japanese_too(cast, seen, as_user):
    decks.in_use(seen, cast.startup_member, name="Pitch 2026.pdf")
    with translation.override("ja"):
        page = as_user(cast.officer).get(reverse("accounts:changes")).content.decode()
        assert told(seen) == [("ピッチ資料", "Pitch 2025.pdf（1ページ）", "Pitch 2026.pdf（1ページ）")]
    assert "Pitch 2026.pdf（1ページ）" in page


def test_a_deck_that_is_deleted_is_a_change_without_a_link(cast, seen, as_user):
    delete_deck(seen.decks.current().get(), by=cast.startup_owner)
    assert told(seen) == [("Pitch deck", "Pitch 2025.pdf (1 page)", "")]
    page = as_user(cast.officer).get(reverse("accounts:changes")).content.decode()
    assert reverse("startups:deck_pages", args=[seen.pk]) not in page
    assert as_user(cast.officer).get(reverse("startups:deck_pages", args=[seen.pk])).status_code == 404


PICTURES = re.compile(r'<img[^>]*?src="([^"]+)"', re.DOTALL)


def readings(startup: Any) -> list[tuple[str, str]]:
    return [(str(each.reader), each.form) for each in DeckReading.objects.of_startup(startup)]


@pytest.mark.parametrize("within", [True, False])
@pytest.mark.parametrize(
    ("language", "logged"),
    [
        ("en", "That you looked at the pages is in the log of who has read the deck."),
        ("ja", "ページを閲覧したことは、資料の閲覧記録に残ります。"),
    ],
)
def test_its_pages_are_shown_on_request_and_that_is_logged_as_pages_once(
    cast, seen, as_user, language, logged, within
):
    """Neither the list of changes nor the frame of the pictures is a reading: the pictures are."""
    client = as_user(cast.officer)
    with translation.override(language):
        client.get(reverse("accounts:changes"))
        headers = {"HX-Request": "true"} if within else {}
        answer = client.get(reverse("startups:deck_pages", args=[seen.pk]), headers=headers)
    page = answer.content.decode()
    assert (logged in page, "<html" in page, "<h1" in page) == (True, not within, not within)
    assert readings(seen) == []
    addresses = PICTURES.findall(page)
    assert addresses[0].endswith("/deck/first-page.png")
    for address in addresses * 2:
        assert client.get(address)["Content-Type"] == "image/png"
    assert readings(seen) == [(str(cast.officer), ReadingForm.PAGES)]
    client.get(reverse("startups:deck_file", args=[seen.pk]))
    assert {form for _who, form in readings(seen)} == {ReadingForm.PAGES, ReadingForm.FILE}


@pytest.mark.parametrize("person", ["company_owner", "startup_owner", "newcomer", "expert"])
def test_the_page_of_pictures_is_for_staff(cast, seen, as_user, person):
    client = as_user(getattr(cast, person))
    assert client.get(reverse("startups:deck_pages", args=[seen.pk])).status_code == 404


def test_a_deck_that_has_not_passed_has_no_pages_to_show(cast, as_user):
    decks.sent(cast.startup, cast.startup_owner)
    answer = as_user(cast.officer).get(reverse("startups:deck_pages", args=[cast.startup.pk]))
    assert answer.status_code == 404


@pytest.mark.parametrize(("language", "name"), [("en", "See it"), ("ja", "内容を見る")])
def test_the_links_of_two_startups_are_told_apart_by_their_names(cast, seen, as_user, language, name):
    for startup, owner in (
        (cast.startup, cast.startup_owner),
        (cast.other_startup, cast.other_startup_owner),
    ):
        decks.in_use(startup, owner, name="New.pdf")
    with translation.override(language):
        page = as_user(cast.officer).get(reverse("accounts:changes")).content.decode()
    hidden = re.findall(rf'{name}<span class="vh">[:：] ?(.*?)</span>', page)
    names = {cast.startup.organisation.name, cast.other_startup.organisation.name}
    assert {escape(each) for each in names} == set(hidden)


def test_only_the_deck_in_use_has_a_link(cast, seen):
    for name in ("Second.pdf", "Third.pdf"):
        decks.in_use(seen, cast.startup_owner, name=name)
    [entries] = deck_changes({seen.pk: timezone.now() - timedelta(days=1)}).values()
    assert [entry.differences[0].new for entry in entries] == [
        "Third.pdf (1 page)",
        "Second.pdf (1 page)",
        "Pitch 2025.pdf (1 page)",
    ]
    assert [bool(entry.url) for entry in entries] == [True, False, False]


@pytest.mark.parametrize("data", [b"%PDF-1.7 broken", None])
def test_what_never_came_into_use_is_no_change(cast, seen, data):
    deck = decks.sent(seen, cast.startup_owner, data=data, name="Refused.pdf")
    if data is None:
        delete_deck(deck, by=cast.startup_owner)  # stopped on the way
    else:
        decks.walked(deck)
    assert waiting() == []


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "suspended", "lapsed"])
def test_of_a_startup_that_is_not_published_nothing_is_told(status):
    startup = factories.StartupFactory(organisation__status=status)
    member = factories.MembershipFactory(organisation=startup.organisation).user
    decks.in_use(startup, member)
    delete_deck(startup.decks.current().get(), by=member)
    assert not AuditEvent.objects.filter(action=CHANGED).exists()
    assert waiting() == []


def test_marked_as_seen_it_is_gone_and_a_further_deck_brings_it_back(cast, seen, as_user):
    decks.in_use(seen, cast.startup_owner, name="Second.pdf")
    client = as_user(cast.officer)
    until = client.get(reverse("accounts:changes")).context["rows"][0].organisation.last_change
    client.post(reverse("accounts:changes_seen", args=[seen.pk]), {"until": until.isoformat()})
    assert waiting() == []
    decks.in_use(seen, cast.startup_owner, name="Third.pdf")
    assert told(seen) == [("Pitch deck", "Second.pdf (1 page)", "Third.pdf (1 page)")]


def test_it_stands_among_other_changes_in_the_order_of_time(cast):
    """The history is written at the beginning of a test's one transaction, so what it tells is older."""
    decks.in_use(cast.startup, cast.startup_owner, name="Second.pdf")
    with pghistory.context(user=cast.startup_owner.pk):
        change_startup(cast.startup, {}, {"team_size": 36}, by=cast.startup_owner)
    [row] = unseen_changes(waiting())
    assert [entry.at for entry in row.entries] == sorted((entry.at for entry in row.entries), reverse=True)
    assert [label for label, _old, _new in told(cast.startup)] == ["Pitch deck", "Team size"]


def test_decks_of_others_stay_theirs(cast, seen):
    decks.in_use(cast.other_startup, cast.other_startup_owner, name="Other.pdf")
    decks.in_use(seen, cast.startup_owner, name="Second.pdf")
    assert told(cast.other_startup) == [("Pitch deck", "", "Other.pdf (1 page)")]
    assert [new for _label, _old, new in told(seen)] == ["Second.pdf (1 page)"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_number_of_queries_for_many_decks(
    cast, as_user, django_assert_num_queries, count
):
    for _each in range(count):
        startup = factories.StartupFactory()
        decks.in_use(startup, factories.MembershipFactory(organisation=startup.organisation).user)
    client = as_user(cast.officer)
    client.get(reverse("accounts:changes"))
    with django_assert_num_queries(14):
        client.get(reverse("accounts:changes"))
