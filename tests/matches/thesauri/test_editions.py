"""Editions in the database are what the engine reads: the delivered one first, each by its fingerprint."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from matchmaking.core.models import AuditEvent
from matchmaking.matches import actions
from matchmaking.matches.engine.policy import load_policy
from matchmaking.matches.engine.thesaurus import ThesaurusError
from matchmaking.matches.enums import CapabilityStatus, PolicyStatus, ThesaurusStatus
from matchmaking.matches.models import CapabilityEntry, ScoringPolicy, ThesaurusVersion
from matchmaking.matches.runs.candidates import Matcher
from matchmaking.matches.thesauri import editions
from tests import factories

pytestmark = pytest.mark.django_db


def emptied() -> None:
    ThesaurusVersion.objects.all().delete()


def set_up() -> None:
    """What `migrate` does on a new portal."""
    import_module("matchmaking.matches.migrations.0010_delivered_thesaurus").deliver(apps, None)


def test_setting_up_puts_the_delivered_edition_in_force() -> None:
    emptied()
    set_up()
    version = ThesaurusVersion.objects.get()
    assert (version.number, version.status, version.fingerprint) == (
        1,
        ThesaurusStatus.IN_FORCE,
        editions.delivered().version,
    )
    assert editions.compiled(version.entries.all()) == editions.delivered()


def test_setting_up_again_leaves_what_is_there() -> None:
    emptied()
    set_up()
    ThesaurusVersion.objects.update(reason="ours")
    set_up()
    assert [version.reason for version in ThesaurusVersion.objects.all()] == ["ours"]


def test_an_emptied_portal_gets_its_edition_with_its_policy_and_only_once() -> None:
    emptied()
    first, second = actions.ensure_thesaurus(), actions.ensure_thesaurus()
    assert (first, first.entries.count()) == (second, len(editions.delivered()))
    assert AuditEvent.objects.filter(action="thesaurusversion.in_force").count() == 1
    assert actions.ensure_policy().parameters == load_policy().to_dict()


def test_reading_without_any_edition_falls_back_on_the_delivered_one_and_writes_nothing() -> None:
    emptied()
    assert editions.in_force() is editions.delivered()
    assert editions.named(editions.delivered().version) == editions.delivered()
    assert not ThesaurusVersion.objects.exists()


def test_an_edition_nobody_has_is_named_in_the_refusal() -> None:
    assert not editions.is_known("0123456789ab")
    with pytest.raises(ThesaurusError, match="0123456789ab"):
        editions.named("0123456789ab")


def test_a_policy_made_for_an_edition_that_is_gone_is_replaced_by_the_default() -> None:
    lost = {**load_policy().to_dict(), "thesaurus": "0123456789ab"}
    old = ScoringPolicy.objects.create(version=7, status=PolicyStatus.IN_FORCE, parameters=lost)
    current = actions.ensure_policy()
    old.refresh_from_db()
    assert (old.status, current.version) == (PolicyStatus.RETIRED, 8)
    assert Matcher(current).thesaurus == editions.delivered()


def test_the_default_policy_is_made_for_whatever_edition_is_in_force() -> None:
    draft = actions.open_draft(by=factories.AdministratorFactory())
    actions.retire_capability(draft.entries.first(), reason="x", by=factories.AdministratorFactory())
    ThesaurusVersion.objects.in_force().update(status=ThesaurusStatus.SUPERSEDED)
    ThesaurusVersion.objects.drafts().update(status=ThesaurusStatus.IN_FORCE, in_force_since=timezone.now())
    policy = actions.ensure_policy()
    assert policy.parameters["thesaurus"] == draft.fingerprint
    assert len(Matcher(policy).thesaurus) == len(editions.delivered()) - 1


def test_reading_an_edition_twice_asks_the_database_once(django_assert_num_queries: object) -> None:
    fingerprint = actions.ensure_thesaurus().fingerprint
    editions.named.cache_clear()
    editions.named(fingerprint)
    with django_assert_num_queries(0):  # type: ignore[operator]
        editions.named(fingerprint)


def test_policies_in_use_name_their_edition_without_being_read_whole(
    django_assert_num_queries: object,
) -> None:
    policy = actions.ensure_policy()
    editions.named(policy.parameters["thesaurus"])
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert editions.of_policy(policy.pk) == editions.of_policy(policy.pk)


# --- What the database refuses -----------------------------------------------------------------------------------


def entry(**changes: object) -> CapabilityEntry:
    values = {
        "key": "new_one",
        "place": 900,
        "field": "retail",
        "group": "store",
        "label_ja": "新",
        "label_en": "New",
    }
    values |= {"gloss_ja": "新しい", "gloss_en": "Is new", "version": actions.ensure_thesaurus()}
    return CapabilityEntry(**values | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "solar_dev"},
        {"place": 0},
        {"key": "Has Space"},
        {"key": ""},
        {"field": "mining"},
        {"status": "gone"},
        {"label_ja": ""},
        {"gloss_en": ""},
        {"group": ""},
        {"status": CapabilityStatus.MERGED},
        {"status": CapabilityStatus.MERGED, "merged_into": "new_one"},
    ],
    ids=lambda changes: ", ".join(f"{name}={value}" for name, value in changes.items()),
)
def test_the_database_refuses_an_entry_that_makes_no_sense(changes: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        entry(**changes).save()
    entry().save()


@pytest.mark.parametrize("status", [ThesaurusStatus.IN_FORCE, ThesaurusStatus.DRAFT])
def test_there_is_one_edition_in_force_and_one_draft(status: ThesaurusStatus) -> None:
    actions.ensure_thesaurus()
    actions.open_draft(by=factories.AdministratorFactory())
    with pytest.raises(IntegrityError), transaction.atomic():
        ThesaurusVersion.objects.create(number=99, status=status, in_force_since=timezone.now())


def test_what_came_into_force_says_when() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ThesaurusVersion.objects.create(number=99, status=ThesaurusStatus.SUPERSEDED)


@pytest.mark.parametrize(("language", "label"), [("ja", "新"), ("en", "New")])
def test_an_entry_is_called_by_its_name_in_the_readers_language(language: str, label: str) -> None:
    with translation.override(language):
        assert (str(entry()), entry().label) == (label, label)


def test_entries_come_by_field_as_the_programme_orders_them_then_by_group() -> None:
    rows = [(row.field, row.group) for row in actions.ensure_thesaurus().entries.by_field()]
    fields = list(dict.fromkeys(field for field, _group in rows))
    assert fields == ["decarbonization", "healthcare", "mobility", "retail", "agritech", "cross"]
    assert [group for field, group in rows if field == "retail"] == sorted(
        group for field, group in rows if field == "retail"
    )
