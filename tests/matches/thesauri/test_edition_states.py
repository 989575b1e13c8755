"""Editions and their capabilities: every state by every target, several editions on, and two people at once."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from matchmaking.core.transitions import TransitionNotAllowed, move
from matchmaking.matches import actions
from matchmaking.matches.engine.policy import Policy, load_policy
from matchmaking.matches.engine.thesaurus import ThesaurusError
from matchmaking.matches.enums import CapabilityStatus, PolicyStatus, ThesaurusStatus
from matchmaking.matches.models import CapabilityEntry, Run, ScoringPolicy, ThesaurusVersion
from matchmaking.matches.thesauri import editions
from tests import factories

pytestmark = pytest.mark.django_db
DRAFT, IN_FORCE, SUPERSEDED = ThesaurusStatus.DRAFT, ThesaurusStatus.IN_FORCE, ThesaurusStatus.SUPERSEDED
ACTIVE, MERGED, RETIRED = CapabilityStatus.ACTIVE, CapabilityStatus.MERGED, CapabilityStatus.RETIRED
NEW: dict[str, Any] = {
    "field": "agritech",
    "group": "aqua",
    "label_ja": "えびの陸上養殖",
    "label_en": "Land-based shrimp farming",
    "gloss_ja": "陸上の水槽でえびを育てる",
    "gloss_en": "Farms shrimp in tanks on land",
}


@pytest.fixture
def boss() -> User:
    return factories.AdministratorFactory()


@pytest.fixture
def draft(boss: User) -> ThesaurusVersion:
    return actions.open_draft(by=boss)


def entry(version: ThesaurusVersion, key: str = "solar_dev") -> CapabilityEntry:
    return version.entries.select_related("version").get(key=key)


def put(version: ThesaurusVersion, boss: User) -> Run:
    version.refresh_from_db()
    return actions.put_thesaurus_in_force(version, reason="r", seen=version.fingerprint, by=boss)


def merge(version: ThesaurusVersion, key: str, into: str, boss: User) -> None:
    actions.merge_capability(entry(version, key), into=entry(version, into), by=boss)


def positions(version: ThesaurusVersion) -> dict[str, int]:
    version.refresh_from_db()
    return editions.of_version(version).positions


# --- States ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ThesaurusStatus.values)
@pytest.mark.parametrize("state", ThesaurusStatus.values)
def test_an_edition_goes_from_draft_into_force_and_out_of_it_and_nowhere_else(
    boss: User, state: str, target: str
) -> None:
    ThesaurusVersion.objects.in_force().update(status=SUPERSEDED)  # so that each state is free
    row = ThesaurusVersion.objects.create(number=50, status=state, in_force_since=timezone.now())
    if (state, target) in {(DRAFT, IN_FORCE), (IN_FORCE, SUPERSEDED)}:
        move(row, target, by=boss)
    else:
        with pytest.raises(TransitionNotAllowed):
            move(row, target, by=boss)
        target = state
    row.refresh_from_db()
    assert row.status == target


@pytest.mark.parametrize("target", CapabilityStatus.values)
@pytest.mark.parametrize("state", CapabilityStatus.values)
def test_a_capability_is_ended_when_in_use_and_brought_back_when_ended(
    draft: ThesaurusVersion, boss: User, state: str, target: str
) -> None:
    draft.entries.filter(key="solar_dev").update(
        status=state, merged_into="solar_om" if state == MERGED else ""
    )
    row = entry(draft)
    deeds: dict[str, Callable[[], None]] = {
        ACTIVE: lambda: actions.bring_back(row, by=boss),
        MERGED: lambda: actions.merge_capability(row, into=entry(draft, "geothermal"), by=boss),
        RETIRED: lambda: actions.retire_capability(row, reason="r", by=boss),
    }
    if (state == ACTIVE) != (target == ACTIVE):
        deeds[target]()
    else:
        with pytest.raises(TransitionNotAllowed):
            deeds[target]()
        target = state
    fresh = entry(draft)
    assert (fresh.status, bool(fresh.merged_into)) == (target, target == MERGED)


@pytest.mark.parametrize(
    "deed", ["add", "change", "merge", "retire", "bring back", "discard", "put in force", "try"]
)
def test_nothing_is_done_to_an_edition_that_is_superseded(
    draft: ThesaurusVersion, boss: User, deed: str
) -> None:
    old = ThesaurusVersion.objects.in_force().get()
    actions.retire_capability(entry(draft, "geothermal"), reason="r", by=boss)
    put(draft, boss)
    old.refresh_from_db()
    row, before = entry(old), list(old.entries.order_by("pk").values())
    deeds: dict[str, Callable[[], Any]] = {
        "add": lambda: actions.add_capability(old, key="shrimp", content=NEW, by=boss),
        "change": lambda: actions.change_capability(row, content=NEW, seen=row.content(), by=boss),
        "merge": lambda: actions.merge_capability(row, into=entry(old, "solar_om"), by=boss),
        "retire": lambda: actions.retire_capability(row, reason="r", by=boss),
        "bring back": lambda: actions.bring_back(row, by=boss),
        "discard": lambda: actions.discard_thesaurus(old, by=boss),
        "put in force": lambda: put(old, boss),
        "try": lambda: actions.try_thesaurus(old, by=boss),
    }
    with pytest.raises(TransitionNotAllowed):
        deeds[deed]()
    old.refresh_from_db()
    assert (old.status, list(old.entries.order_by("pk").values())) == (SUPERSEDED, before)


def rows_in_the_table(version: ThesaurusVersion) -> tuple[Any, ...]:
    """A digest of what is stored of an edition, asked for in SQL: no cache and no model stands between."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), md5(string_agg(e::text, '|' ORDER BY e.id)), min(v.fingerprint)"
            " FROM matches_capabilityentry e JOIN matches_thesaurusversion v ON v.id = e.version_id"
            " WHERE v.id = %s",
            [version.pk],
        )
        return tuple(cursor.fetchone())


def test_whatever_is_done_in_a_draft_leaves_the_rows_in_force_as_they_are(
    draft: ThesaurusVersion, boss: User
) -> None:
    current = ThesaurusVersion.objects.in_force().get()
    before = rows_in_the_table(current)
    row = entry(draft, "biochar")
    actions.add_capability(draft, key="shrimp", content=NEW, by=boss)
    actions.change_capability(row, content={**row.content(), "label_en": "Char"}, seen=row.content(), by=boss)
    merge(draft, "solar_om", "solar_dev", boss)
    actions.retire_capability(entry(draft), reason="r", by=boss)
    actions.bring_back(entry(draft, "solar_om"), by=boss)
    assert rows_in_the_table(current) == before
    put(draft, boss)
    assert rows_in_the_table(current) == before
    actions.discard_thesaurus(actions.open_draft(by=boss), by=boss)
    assert rows_in_the_table(current) == before


def test_rows_that_somebody_changed_under_their_fingerprint_are_not_used(boss: User) -> None:
    """Not even by whoever has the database itself: the engine reads an edition only if it says what it is named."""
    current = actions.ensure_thesaurus(by=boss)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE matches_capabilityentry SET gloss_en = 'tampered' WHERE version_id = %s AND place = 0",
            [current.pk],
        )
    editions.named.cache_clear()
    with pytest.raises(ThesaurusError, match=current.fingerprint):
        editions.in_force()


# --- Merged and retired, edition after edition -------------------------------------------------------------------


def test_a_key_merged_two_editions_ago_is_answered_for_by_the_last_of_its_successors(
    draft: ThesaurusVersion, boss: User
) -> None:
    merge(draft, "solar_om", "solar_dev", boss)
    put(draft, boss)
    later = actions.open_draft(by=boss)
    merge(later, "solar_dev", "floating_solar", boss)
    put(later, boss)
    places = positions(later)
    assert places["solar_om"] == places["solar_dev"] == places["floating_solar"]
    assert {entry(later, key).merged_into for key in ("solar_om", "solar_dev")} == {"floating_solar"}


@pytest.mark.parametrize(
    "chain",
    [["solar_om", "solar_dev"], ["solar_om", "solar_dev", "floating_solar", "geothermal", "biochar"]],
)
def test_a_chain_of_merges_ends_at_one_that_is_in_use(
    draft: ThesaurusVersion, boss: User, chain: list[str]
) -> None:
    for key, into in itertools.pairwise(chain):
        merge(draft, key, into, boss)
    places = positions(draft)
    assert {places[key] for key in chain} == {places[chain[-1]]}
    assert set(draft.entries.filter(status=MERGED).values_list("merged_into", flat=True)) == {chain[-1]}
    assert editions.of_version(draft).multi_hot(chain).sum() == 1


@pytest.mark.parametrize(
    "circle",
    [
        ["solar_dev", "solar_dev"],
        ["solar_dev", "solar_om", "solar_dev"],
        ["solar_dev", "solar_om", "geothermal", "solar_dev"],
    ],
)
def test_a_circle_of_merges_does_not_close(draft: ThesaurusVersion, boss: User, circle: list[str]) -> None:
    *steps, (last, into) = itertools.pairwise(circle)
    for key, target in steps:
        merge(draft, key, target, boss)
    before = positions(draft)
    with pytest.raises(TransitionNotAllowed), transaction.atomic():
        merge(draft, last, into, boss)
    assert positions(draft) == before
    assert entry(draft, last).is_active


def test_one_that_is_brought_back_stands_for_itself_again_and_the_others_stay(
    draft: ThesaurusVersion, boss: User
) -> None:
    merge(draft, "solar_om", "solar_dev", boss)
    merge(draft, "solar_dev", "geothermal", boss)
    actions.bring_back(entry(draft), by=boss)
    places = positions(draft)
    assert places["solar_dev"] != places["geothermal"] == places["solar_om"]


def test_a_retired_key_is_known_to_no_later_edition_until_it_is_brought_back(
    draft: ThesaurusVersion, boss: User
) -> None:
    merge(draft, "solar_om", "solar_dev", boss)
    put(draft, boss)
    later = actions.open_draft(by=boss)
    actions.retire_capability(entry(later), reason="r", by=boss)
    put(later, boss)
    edition = editions.of_version(later)
    assert not {"solar_om", "solar_dev"} & set(edition.positions)
    assert (edition.labels(["solar_om"], "ja"), edition.multi_hot(["solar_dev"]).sum()) == ([], 0)
    assert "solar_om" in positions(draft)  # the superseded edition still answers
    last = actions.open_draft(by=boss)
    actions.bring_back(entry(last), by=boss)
    assert ("solar_dev" in positions(last), "solar_om" in positions(last)) == (True, False)


def test_a_draft_of_a_policy_keeps_its_weights_and_is_measured_by_name(
    draft: ThesaurusVersion, boss: User
) -> None:
    actions.ensure_policy()
    parameters = load_policy().to_dict()
    ids = [item.id for item in editions.delivered().capabilities]
    rare = [float(place + 1) for place in range(len(ids))]
    calibration = {**parameters["calibration"], "idf": rare}
    mine = ScoringPolicy.objects.create(
        version=40, parameters={**parameters, "version": 40, "calibration": calibration}, drafted_by=boss
    )
    actions.retire_capability(entry(draft, ids[0]), reason="r", by=boss)
    merge(draft, ids[5], ids[7], boss)
    actions.add_capability(draft, key="shrimp", content=NEW, by=boss)
    put(draft, boss)
    mine.refresh_from_db()
    found = Policy.from_dict(mine.parameters)
    edition = editions.named(found.thesaurus)
    expected = {key: rare[place] for place, key in enumerate(ids) if place not in {0, 5}} | {"shrimp": 1.0}
    assert {
        item.id: value for item, value in zip(edition.capabilities, found.calibration.idf, strict=True)
    } == (expected)
    assert (mine.status, mine.parameters["weights"]) == (PolicyStatus.DRAFT, parameters["weights"])


# --- Two administrators at once ----------------------------------------------------------------------------------


def at_once(*deeds: Callable[[], Any]) -> list[str]:
    """What came of deeds that begin together, each in a connection of its own."""
    barrier, ends = threading.Barrier(len(deeds)), [""] * len(deeds)

    def run(place: int) -> None:
        barrier.wait()
        try:
            deeds[place]()
            ends[place] = "done"
        except TransitionNotAllowed:
            ends[place] = "refused"
        except Exception as error:
            ends[place] = repr(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def agrees(draft: ThesaurusVersion) -> bool:
    """Whether the fingerprint is that of what the draft holds."""
    draft.refresh_from_db()
    return editions.compiled(draft.entries.all()).version == draft.fingerprint


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_a_draft_have_the_same_one(boss: User) -> None:
    actions.ensure_thesaurus()
    other = factories.AdministratorFactory()
    assert at_once(*(lambda by=by: actions.open_draft(by=by) for by in (boss, other))) == ["done", "done"]
    draft = ThesaurusVersion.objects.drafts().get()
    assert draft.entries.count() == len(editions.delivered())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_write_about_the_same_capability_one_is_told(boss: User) -> None:
    draft = actions.open_draft(by=boss)
    rows = [entry(draft), entry(draft)]
    ends = at_once(
        *(
            lambda row=row, name=name: actions.change_capability(
                row, content={**row.content(), "label_en": name}, seen=row.content(), by=boss
            )
            for row, name in zip(rows, ["First", "Second"], strict=True)
        )
    )
    assert sorted(ends) == ["done", "refused"]
    assert entry(draft).label_en == ["First", "Second"][ends.index("done")]
    assert agrees(draft)


@pytest.mark.django_db(transaction=True)
def test_two_who_add_get_places_of_their_own(boss: User) -> None:
    draft = actions.open_draft(by=boss)
    versions = [ThesaurusVersion.objects.get(pk=draft.pk) for _ in range(2)]
    contents = [{**NEW, "label_en": f"Shrimp {number}", "label_ja": f"えび{number}"} for number in range(2)]
    ends = at_once(
        *(
            lambda number=number: actions.add_capability(
                versions[number], key=f"shrimp_{number}", content=contents[number], by=boss
            )
            for number in range(2)
        )
    )
    places = set(draft.entries.filter(key__startswith="shrimp_").values_list("place", flat=True))
    last = len(editions.delivered())
    assert (ends, places, agrees(draft)) == (["done", "done"], {last, last + 1}, True)


@pytest.mark.django_db(transaction=True)
def test_of_merging_and_retiring_the_same_one_happens(boss: User) -> None:
    draft = actions.open_draft(by=boss)
    rows, target = [entry(draft), entry(draft)], entry(draft, "geothermal")
    ends = at_once(
        lambda: actions.merge_capability(rows[0], into=target, by=boss),
        lambda: actions.retire_capability(rows[1], reason="r", by=boss),
    )
    assert sorted(ends) == ["done", "refused"]
    assert entry(draft).status == [MERGED, RETIRED][ends.index("done")]
    assert agrees(draft)


@pytest.mark.django_db(transaction=True)
def test_two_merged_into_each_other_at_once_leave_one_that_answers(boss: User) -> None:
    draft = actions.open_draft(by=boss)
    one, other = entry(draft), entry(draft, "solar_om")
    ends = at_once(
        lambda: actions.merge_capability(one, into=other, by=boss),
        lambda: actions.merge_capability(other, into=one, by=boss),
    )
    places = positions(draft)
    assert sorted(ends) == ["done", "refused"]
    assert places["solar_dev"] == places["solar_om"]


@pytest.mark.django_db(transaction=True)
def test_what_is_put_in_force_is_what_was_seen_though_somebody_else_writes(boss: User) -> None:
    draft = actions.open_draft(by=boss)
    actions.retire_capability(entry(draft, "geothermal"), reason="r", by=boss)
    draft.refresh_from_db()
    seen, row = draft.fingerprint, entry(draft)
    content = {**row.content(), "label_en": "Late"}
    putting, writing = at_once(
        lambda: actions.put_thesaurus_in_force(
            ThesaurusVersion.objects.get(pk=draft.pk), reason="r", seen=seen, by=boss
        ),
        lambda: actions.change_capability(row, content=content, seen=row.content(), by=boss),
    )
    assert sorted([putting, writing]) == ["done", "refused"]
    in_force = ThesaurusVersion.objects.in_force().get()
    assert ((in_force.pk, in_force.fingerprint) == (draft.pk, seen)) is (putting == "done")
    assert agrees(draft)
