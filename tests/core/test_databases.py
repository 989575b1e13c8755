"""The tests' own database: emptied wholly though only full tables are touched, and copied only while it is the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from accounts.models import Membership, Organisation, User
from matchmaking.core.models import AuditEvent
from tests import databases, factories


def flush() -> None:
    call_command("flush", interactive=False, verbosity=0, reset_sequences=False, inhibit_post_migrate=True)


def tables_with_rows() -> list[str]:
    return databases.full_tables(connection.introspection.table_names())


@pytest.mark.django_db(transaction=True)
def test_emptying_leaves_no_row_even_where_rows_may_not_be_deleted() -> None:
    challenge = factories.ChallengeFactory()
    user = factories.OfficerFactory()
    AuditEvent.objects.create(action="a", target_type="test", target_id="1", target_label="")
    with pytest.raises(Exception, match="append"), transaction.atomic():
        AuditEvent.objects.all().delete()
    flush()
    assert tables_with_rows() == ["django_migrations"]
    flush()  # nothing is full
    assert not User.objects.filter(pk=user.pk).exists()
    assert not Organisation.objects.filter(pk=challenge.company.organisation_id).exists()


@pytest.mark.django_db(transaction=True)
def test_keys_and_triggers_work_again_after_emptying() -> None:
    gone = factories.CompanyFactory().organisation_id
    flush()
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(organisation_id=gone, user=factories.OfficerFactory())


def test_the_name_of_a_kept_database_follows_what_it_was_made_from(tmp_path: Path) -> None:
    migrations = tmp_path / "accounts" / "migrations"
    migrations.mkdir(parents=True)
    (tmp_path / "requirements.txt").write_text("django")
    names = [databases.template_name(tmp_path)]
    for path, text in (
        (migrations / "0001_initial.py", "a"),
        (migrations / "0001_initial.py", "b"),
        (migrations / "0002_more.py", "b"),
        (tmp_path / "accounts" / "rules.json", "{}"),
        (tmp_path / "requirements.txt", "django 5"),
    ):
        path.write_text(text)
        names.append(databases.template_name(tmp_path))
    assert len(set(names)) == len(names)
    (tmp_path / "accounts" / "views.py").write_text("no matter")
    assert databases.template_name(tmp_path) == names[-1]
