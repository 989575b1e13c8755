"""What only grows may be emptied for an erasure that is written down, and can otherwise not be altered at all."""

from __future__ import annotations

from typing import Any

import pghistory.models
import pgtrigger
import pytest
from django.apps import apps
from django.db import InternalError, connection, transaction
from django.db.models import Model

from matchmaking.core import audit
from matchmaking.core.history import AUDIT_WORDS, ERASURES
from matchmaking.core.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db
HISTORIES = sorted(
    (model for model in apps.get_models() if issubclass(model, pghistory.models.Event)),
    key=lambda model: model._meta.label,
)


def a_row(**values: Any) -> AuditEvent:
    given = {
        "actor_id": 7,
        "actor_label": "Ito",
        "action": "member.left",
        "target_type": "accounts.membership",
        "target_id": "3",
        "target_label": "Ito (Kitahama)",
        "detail": {"before": "draft", "reason": "Ill"},
    }
    return AuditEvent.objects.create(**given | values)


def an_erasure(action: str = "user.erased") -> AuditEvent:
    return audit.record(action, factories.UserFactory(), by=None)


def refused(row: Model, **changes: Any) -> bool:
    """Whether the database refuses to change the row so; nothing of it stays."""
    try:
        with transaction.atomic():
            type(row)._default_manager.filter(pk=row.pk).update(**changes)
            transaction.set_rollback(True)
    except InternalError:
        return True
    return False


def test_every_history_may_be_emptied_and_nothing_else() -> None:
    assert HISTORIES
    for model in HISTORIES:
        [(_, trigger)] = pgtrigger.registered(f"{model._meta.label}:append_only")
        assert "core_only_empties" in trigger.func, model


@pytest.mark.parametrize("action", ERASURES)
def test_an_erasure_that_is_written_down_lets_names_and_details_go(action: str) -> None:
    row = a_row()
    erasure = an_erasure(action)
    AuditEvent.objects.filter(pk=row.pk).update(actor_label="", target_label="", detail={"before": "draft"})
    row.refresh_from_db()
    assert (row.actor_label, row.target_label, row.detail) == ("", "", {"before": "draft"})
    assert (row.actor_id, row.action, row.target_id) == (7, "member.left", "3")
    assert row.emptied_by == erasure.pk


@pytest.mark.parametrize("action", ["user.added", "organisation.withdrawn", "deletionrequest.carried_out"])
def test_no_other_deed_opens_the_trail(action: str) -> None:
    row = a_row()
    an_erasure(action)
    assert refused(row, actor_label="")


# what somebody who writes down an erasure may try besides: each would make the trail say something else
REWRITES: list[dict[str, Any]] = [
    {"actor_label": "Sato"}, {"target_label": "Ito"}, {"actor_id": None}, {"actor_id": 8}, {"action": ""},
    {"action": "member.removed"}, {"target_type": ""}, {"target_id": "4"}, {"target_id": ""},
    {"detail": {"before": "published", "reason": "Ill"}}, {"detail": {"before": "draft", "why": "Ill"}},
    {"detail": {"reason": "Ill", "more": 1}}, {"detail": ["draft"]}, {"emptied_by": 1, "actor_label": "Sato"},
    {"actor_label": "", "action": "user.added"},
]  # fmt: skip


@pytest.mark.parametrize("changes", REWRITES, ids=str)
def test_an_erasure_cannot_make_the_trail_say_something_else(changes: dict[str, Any]) -> None:
    row = a_row()
    an_erasure()
    assert refused(row, **changes)


def test_the_time_of_a_deed_stays(transactional_db: None) -> None:
    row = a_row()
    with transaction.atomic():
        erasure = an_erasure()
        assert refused(row, at=erasure.at)


def test_who_emptied_a_row_cannot_be_feigned() -> None:
    row = a_row()
    erasure = an_erasure()
    AuditEvent.objects.filter(pk=row.pk).update(actor_label="", emptied_by=1)
    assert AuditEvent.objects.get(pk=row.pk).emptied_by == erasure.pk


def test_no_row_of_the_trail_is_deleted_not_even_by_an_erasure() -> None:
    row = a_row()
    an_erasure()
    with pytest.raises(InternalError), transaction.atomic():
        AuditEvent.objects.filter(pk=row.pk).delete()


def test_an_erasure_does_not_empty_itself_nor_what_comes_after_it() -> None:
    erasure = an_erasure()
    later = a_row()
    assert refused(erasure, target_label="")
    assert refused(later, actor_label="")


def test_a_row_may_be_emptied_again_for_a_later_erasure() -> None:
    row = a_row()
    first = an_erasure()
    AuditEvent.objects.filter(pk=row.pk).update(actor_label="")
    second = an_erasure("organisation.erased")
    AuditEvent.objects.filter(pk=row.pk).update(target_label="", detail={})
    row.refresh_from_db()
    assert (row.actor_label, row.target_label, row.detail) == ("", "", {})
    assert row.emptied_by == second.pk > first.pk


def test_the_way_is_shut_when_the_transaction_ends(transactional_db: None) -> None:
    row = a_row()
    with transaction.atomic():
        an_erasure()
    assert refused(row, actor_label="")


def test_the_way_is_shut_when_the_erasure_is_undone() -> None:
    row = a_row()
    with transaction.atomic():
        an_erasure()
        transaction.set_rollback(True)
    assert refused(row, actor_label="")


def test_a_setting_without_an_erasure_opens_nothing() -> None:
    row = a_row()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('portal.erasure', %s, true)", [str(row.pk)])
    assert refused(a_row(), actor_label="")
    assert refused(row, actor_label="")


def a_state(**values: Any) -> Model:
    """The first state that the history keeps of a firm."""
    organisation = factories.CompanyFactory(organisation__website="https://kitahama.example").organisation
    history = apps.get_model("accounts", "OrganisationEvent")
    return history.objects.get(pgh_obj_id=organisation.pk)


EMPTIED: list[dict[str, Any]] = [
    {"name": ""}, {"name": "", "name_kana": "", "website": ""}, {"fields": []}, {"city": ""},
    {"monthly_meeting_limit": 0}, {"country": ""},
]  # fmt: skip


@pytest.mark.parametrize("changes", EMPTIED, ids=str)
def test_a_state_in_the_history_may_be_emptied_for_an_erasure_only(changes: dict[str, Any]) -> None:
    state = a_state()
    assert refused(state, **changes)
    an_erasure("organisation.erased")
    assert not refused(state, **changes)


REWRITTEN: list[dict[str, Any]] = [
    {"name": "Kitahama Holdings"}, {"status": ""}, {"status": "erased"}, {"kind": ""}, {"published_at": None},
    {"pgh_label": ""}, {"pgh_created_at": "2026-01-01T00:00Z"}, {"fields": ["healthcare"]}, {"pgh_obj_id": 0},
    {"monthly_meeting_limit": 1}, {"website": "https://other.example"}, {"id": 99},
]  # fmt: skip


@pytest.mark.parametrize("changes", REWRITTEN, ids=str)
def test_an_erasure_cannot_rewrite_the_history(changes: dict[str, Any]) -> None:
    state = a_state()
    an_erasure("organisation.erased")
    assert refused(state, **changes)


def test_no_state_is_deleted_from_the_history() -> None:
    state = a_state()
    an_erasure("organisation.erased")
    with pytest.raises(InternalError), transaction.atomic():
        type(state)._default_manager.filter(pk=state.pk).delete()


def test_keys_of_other_rows_stay_and_a_key_given_by_others_goes() -> None:
    """`external_id` ends like a key, but it is what somebody else's list calls the startup."""
    factories.StartupFactory(external_id="list-7")
    history = apps.get_model("startups", "StartupEvent")
    state = history.objects.get(external_id="list-7")
    an_erasure("organisation.erased")
    assert refused(state, organisation_id=0)
    assert not refused(state, external_id=None)


def test_the_words_of_the_trail_are_all_that_may_go() -> None:
    words = {field.name for field in AuditEvent._meta.concrete_fields} - set(AUDIT_WORDS)
    assert words == {"id", "at", "actor_id", "action", "target_type", "target_id", "emptied_by"}
