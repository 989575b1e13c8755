"""A portal that still has the list of capabilities it was first delivered with is offered the newer one as a draft."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from matchmaking.matches import actions
from matchmaking.matches.engine.thesaurus import load_thesaurus
from matchmaking.matches.enums import ThesaurusStatus
from matchmaking.matches.models import ThesaurusVersion
from matchmaking.matches.thesauri import editions
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
migration = import_module("matchmaking.matches.migrations.0017_newer_list_of_capabilities")


@pytest.fixture
def as_first_delivered(db: None) -> ThesaurusVersion:
    """The edition in force bears the first fingerprint and lacks what was added since."""
    version = actions.ensure_thesaurus()
    version.entries.filter(key="wind_parts").delete()
    version.entries.filter(key="solar_dev").update(aliases_ja=["太陽光"])
    ThesaurusVersion.objects.filter(pk=version.pk).update(fingerprint=migration.FIRST)
    return version


def offer() -> None:
    migration.offer(apps, None)


def test_the_newer_list_waits_as_a_draft_and_nothing_else_changes(
    as_first_delivered: ThesaurusVersion,
) -> None:
    offer()
    draft = ThesaurusVersion.objects.drafts().get()
    assert draft.fingerprint == load_thesaurus().version
    assert (draft.number, draft.made_by) == (as_first_delivered.number + 1, None)
    assert ThesaurusVersion.objects.in_force().get() == as_first_delivered


def test_the_draft_compiles_to_what_is_delivered(as_first_delivered: ThesaurusVersion) -> None:
    offer()
    draft = ThesaurusVersion.objects.drafts().get()
    assert editions.compiled(draft.entries.all()) == load_thesaurus()


def test_staff_see_what_it_would_change(
    as_first_delivered: ThesaurusVersion, cast: Cast, as_user: Any
) -> None:
    offer()
    client: Client = as_user(cast.administrator)
    page = client.get(reverse("matches:capability_draft"))
    listed = {change.entry.key for change in page.context["rows"]}
    assert listed == {"wind_parts", "solar_dev"}


def test_it_is_offered_once(as_first_delivered: ThesaurusVersion) -> None:
    offer()
    offer()
    assert ThesaurusVersion.objects.count() == 2


def test_a_draft_that_somebody_has_begun_is_left_alone(
    as_first_delivered: ThesaurusVersion, cast: Cast
) -> None:
    begun = ThesaurusVersion.objects.create(
        number=9, status=ThesaurusStatus.DRAFT, fingerprint="x", made_by=cast.administrator
    )
    offer()
    assert list(ThesaurusVersion.objects.drafts()) == [begun]
    assert begun.entries.count() == 0


def test_an_edition_of_the_offices_own_is_not_talked_over(db: None) -> None:
    version = actions.ensure_thesaurus()
    ThesaurusVersion.objects.filter(pk=version.pk).update(fingerprint="theirs")
    offer()
    assert not ThesaurusVersion.objects.drafts().exists()


def test_a_new_portal_has_the_newer_list_in_force_and_no_draft(db: None) -> None:
    actions.ensure_thesaurus()
    offer()
    assert ThesaurusVersion.objects.in_force().get().fingerprint == load_thesaurus().version
    assert not ThesaurusVersion.objects.drafts().exists()
