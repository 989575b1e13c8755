"""The audit trail: complete, and closed to changes."""

from __future__ import annotations

import pytest
from django.db import InternalError, transaction

from matchmaking.core import audit
from matchmaking.core.models import AuditEvent
from tests.factories import CompanyFactory, OfficerFactory

pytestmark = pytest.mark.django_db


def test_a_row_says_who_did_what_to_whom() -> None:
    company, officer = CompanyFactory(), OfficerFactory(name="Ito")
    row = audit.record("company.exported", company, by=officer, rows=3)
    assert (row.actor_label, row.action, row.target_type) == ("Ito", "company.exported", "companies.company")
    assert (row.target_id, row.target_label, row.detail) == (str(company.pk), str(company), {"rows": 3})


def test_the_system_itself_has_no_name() -> None:
    row = audit.record("run.started", CompanyFactory(), by=None)
    assert (row.actor_id, row.actor_label) == (None, "")


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_rewrite_the_trail(change: str) -> None:
    audit.record("company.exported", CompanyFactory(), by=None)
    rows = AuditEvent.objects.all()
    with pytest.raises(InternalError), transaction.atomic():
        rows.update(action="nothing") if change == "update" else rows.delete()
    assert AuditEvent.objects.get().action == "company.exported"
