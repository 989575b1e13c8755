"""The one door: states change by table, once, and leave a trace."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from accounts.enums import ORGANISATION_TRANSITIONS, OrganisationStatus
from accounts.models import Organisation
from matchmaking.core.models import AuditEvent
from matchmaking.core.transitions import TransitionNotAllowed, allowed, move
from tests.factories import OfficerFactory, StartupFactory


def organisation(status: OrganisationStatus) -> Organisation:
    return StartupFactory(organisation__status=status).organisation


@pytest.mark.django_db
@pytest.mark.parametrize("before", OrganisationStatus)
@pytest.mark.parametrize("to", OrganisationStatus)
def test_an_organisation_moves_only_as_its_table_says(
    before: OrganisationStatus, to: OrganisationStatus
) -> None:
    target = organisation(before)
    changes = (
        {"return_reason": "x"} if to == OrganisationStatus.RETURNED else {"published_at": "2026-09-01T00:00Z"}
    )
    if to in ORGANISATION_TRANSITIONS[before]:
        move(target, to, by=None, **changes)
    else:
        with pytest.raises(TransitionNotAllowed):
            move(target, to, by=None, **changes)
    target.refresh_from_db()
    assert target.status == (to if to in ORGANISATION_TRANSITIONS[before] else before)


@pytest.mark.django_db
def test_a_move_leaves_one_audit_row_with_what_was_before() -> None:
    target, officer = organisation(OrganisationStatus.SUBMITTED), OfficerFactory()
    move(target, OrganisationStatus.RETURNED, by=officer, reason="No number", return_reason="No number")
    row = AuditEvent.objects.get()
    assert (row.action, row.actor_id, row.target_id) == ("organisation.returned", officer.pk, str(target.pk))
    assert row.detail == {"before": "submitted", "reason": "No number"}


@pytest.mark.django_db
def test_a_stale_caller_is_refused_and_changes_nothing() -> None:
    target = organisation(OrganisationStatus.SUBMITTED)
    stale = Organisation.objects.get(pk=target.pk)
    move(target, OrganisationStatus.PUBLISHED, by=None, published_at="2026-09-01T00:00Z")
    assert allowed(stale, OrganisationStatus.RETURNED)
    with pytest.raises(TransitionNotAllowed):
        move(stale, OrganisationStatus.RETURNED, by=None, return_reason="late")
    target.refresh_from_db()
    assert (target.status, AuditEvent.objects.count()) == (OrganisationStatus.PUBLISHED, 1)


@pytest.mark.django_db(transaction=True)
def test_of_twenty_racing_officers_exactly_one_decides() -> None:
    target = organisation(OrganisationStatus.SUBMITTED)
    start, outcomes = threading.Barrier(20), []

    def decide() -> None:
        mine = Organisation.objects.get(pk=target.pk)
        start.wait()
        try:
            move(mine, OrganisationStatus.PUBLISHED, by=None, published_at="2026-09-01T00:00Z")
            outcomes.append("won")
        except TransitionNotAllowed:
            outcomes.append("lost")
        finally:
            connection.close()

    threads = [threading.Thread(target=decide) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["lost"] * 19 + ["won"]
    assert AuditEvent.objects.count() == 1
