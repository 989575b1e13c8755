"""The canary: a word in every column of text of an organisation, which nobody finds after it has been erased."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.erasure.emptying import rows_of
from accounts.models import Organisation, User
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.matches.models import Match
from meetings.models import MeetingRequest
from tests import factories
from tests.accounts.erasure import stories
from tests.accounts.erasure.canaries import (
    CANARY,
    found_in_files,
    found_in_tables,
    found_on_pages,
    reached_from,
    sing,
    snapshot,
)
from tests.conftest import Cast
from tests.wiring.test_access_matrix import ALLOWED, NAMES
from tests.world import World, build_world

pytestmark = pytest.mark.django_db
KINDS = ["company", "startup"]


@pytest.fixture
def world(cast: Cast, settings: Any, tmp_path: Path) -> World:
    """With files in a folder of its own: those of a test whose rows were rolled back would be found here."""
    settings.MEDIA_ROOT = settings.SENDFILE_ROOT = tmp_path
    return build_world(cast)


def erased(world: World, kind: str) -> Organisation:
    """The world's firm or startup, sung and erased, with the ledger's work done."""
    organisation, owner = stories.organisation_of(world, kind), getattr(world.cast, f"{kind}_owner")
    stories.sung(world, kind)
    assert len(found_in_tables()) > 40
    organisation.refresh_from_db()
    stories.carried_out(organisation, owner=owner, by=world.cast.administrator)
    stories.let_the_ledger_work()
    organisation.refresh_from_db()
    return organisation


@pytest.mark.parametrize("kind", KINDS)
def test_the_canary_is_in_no_table_and_no_file_after_the_erasure(kind: str, world: World) -> None:
    deck = stories.deck_with_canary(world) if kind == "startup" else None
    organisation = erased(world, kind)
    assert (organisation.status, organisation.name) == ("erased", "削除済み / Deleted")
    assert found_in_tables() == {}
    assert found_in_files(stories.media()) == []
    assert deck is None or not (stories.media() / "decks" / deck.key).exists()


@pytest.mark.parametrize("kind", KINDS)
def test_the_canary_sang_in_every_column_that_takes_words(kind: str, world: World) -> None:
    """Else the test before finds nothing because nothing was there. Vocabularies and what is made up take no words."""
    sung = stories.sung(world, kind)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name || '.' || column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND data_type IN ('text', 'jsonb')"
        )
        texts = {name for (name,) in cursor.fetchall()}
    own = {name for name in texts if name.split(".")[0] in {column.split(".")[0] for column in sung}}
    assert own - sung - {"accounts_consent.text", "accounts_organisation.search_key"} == set()
    assert len(sung) > 40


def addresses(person: str, world: World) -> list[str]:
    """Every page and file that this role may have, of the cast's own pair."""
    names = [name for name in sorted(NAMES) if person in ALLOWED.get(name, set())]
    return [reverse(name, kwargs={key: world.key(name, key) for key in NAMES[name]}) for name in names]


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_sees_the_canary_on_any_page_or_in_any_file(
    kind: str, world: World, as_user: Callable[[User], Client]
) -> None:
    """Staff, the other side of its matches and meetings, and outsiders of both kinds."""
    other = "startup" if kind == "company" else "company"
    people = ("administrator", "officer", f"{other}_owner", "other_company_owner", "other_startup_owner")
    paths = {person: addresses(person, world) for person in people}
    assert len(paths["administrator"]) > 60
    erased(world, kind)
    for person in people:
        assert found_on_pages(as_user(getattr(world.cast, person)), paths[person]) == [], person


@pytest.mark.parametrize("kind", KINDS)
def test_another_organisation_of_the_kind_stays_byte_by_byte(kind: str, world: World) -> None:
    other = getattr(world.cast, f"other_{kind}").organisation
    rows = [*reached_from(other), *stories.owned_by(getattr(world.cast, f"other_{kind}_owner"))]
    rows = [row for row in rows if not isinstance(row, Notice)]
    before = snapshot(rows)
    assert len(before) > 5
    erased(world, kind)
    assert snapshot(rows) == before


COUNTED: dict[Any, tuple[str, ...]] = {
    Organisation: ("pk", "kind", "country", "fields", "published_at"),
    Match: ("pk", "company", "startup", "score", "disclosed_at"),
    MeetingRequest: ("pk", "match", "asked_at", "minutes", "language"),
    AuditEvent: ("pk", "action", "at", "target_type", "target_id", "actor_id"),
}


def _figures() -> dict[str, list[Any]]:
    return {
        model.__name__: list(model.objects.order_by("pk").values_list(*columns))
        for model, columns in COUNTED.items()
    }


@pytest.mark.parametrize("kind", KINDS)
def test_the_figures_of_past_years_are_as_before(kind: str, world: World) -> None:
    """Dates in the history too: how many took part on a day is read from there."""
    organisation, owner = stories.organisation_of(world, kind), getattr(world.cast, f"{kind}_owner")
    request = stories.asked(organisation, owner)
    stories.clear_the_way(organisation, world.cast.administrator)
    before = _figures()
    states = _states(organisation)
    actions.carry_out_deletion(request, reason="Asked for", by=world.cast.administrator)
    after = _figures()
    assert after.pop("AuditEvent")[: len(before["AuditEvent"])] == before.pop("AuditEvent")
    assert after == before
    assert _states(organisation)[: len(states)] == states
    if kind == "company":
        assert organisation.company.prefecture
        fields = list(organisation.company.challenges.values_list("field", flat=True))
        assert fields
        assert all(fields)


def _states(organisation: Organisation) -> list[tuple[Any, ...]]:
    events = Organisation.pgh_event_model.objects.filter(pgh_obj=organisation)
    return list(
        events.order_by("pgh_id").values_list("pgh_created_at", "status", "kind", "country", "published_at")
    )


@pytest.mark.parametrize("person", ["expert", "officer", "newcomer", "company_member"])
def test_a_person_alone_is_found_nowhere_after_being_erased(person: str, world: World, cast: Cast) -> None:
    user: User = getattr(cast, person)
    rows = [user, *stories.owned_by(user)]
    sing(rows)
    user.refresh_from_db()
    stories.tell_others_of(world, user)
    assert len(found_in_tables()) > 5
    actions.erase_on_request(user.email, reason="Asked for", by=cast.administrator)
    stories.let_the_ledger_work()
    assert found_in_tables() == {}
    assert found_in_files(stories.media()) == []


def test_somebody_who_never_came_is_found_nowhere(world: World, cast: Cast) -> None:
    address = f"{CANARY}@people.example"
    first = factories.InvitationFactory(email=address, organisation=cast.company.organisation)
    factories.InvitationFactory(email=address.upper(), organisation=cast.startup.organisation)
    stories.deeds_about(first, by=cast.company_owner)
    assert found_in_tables()
    actions.erase_on_request(address, reason="Asked for", by=cast.administrator)
    stories.let_the_ledger_work()
    assert found_in_tables() == {}
    assert AuditEvent.objects.get(action="invitation.erased").detail == {"reason": "Asked for"}


def test_a_name_stays_where_it_is_part_of_another_word(world: World, cast: Cast) -> None:
    """The names of others, and their texts, are not searched for what looks alike."""
    cast.newcomer.name = "Ai"
    cast.newcomer.save()
    note = Notice.objects.create(
        recipient=cast.officer, event="partner_left", params={"organisation": "Aichi Rail"}
    )
    actions.erase_on_request(cast.newcomer.email, reason="Asked for", by=cast.administrator)
    note.refresh_from_db()
    assert note.params == {"organisation": "Aichi Rail"}
    assert rows_of(User, ("pk",), cast.newcomer.pk).get().name == ""
