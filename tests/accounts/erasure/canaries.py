"""A word in every column of text that is somebody's, and the search for it everywhere. Nothing here reads the register.

Columns are found by introspection of the models and of the database, so that a new one is covered by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pghistory.models
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.models import Session
from django.db import DataError, IntegrityError, InternalError, connection, models, transaction
from django.db.models import Model
from django.test import Client
from psycopg2 import sql

CANARY = "kanariya"
# Columns that the portal itself makes up: random names, hashes, links between a browser and its session.
MADE_UP = {"key", "token_hash", "session_key", "quote_key", "password"}
# A text of the ministry's own that is kept as proof of a consent, whatever the firm.
PROOF = {"accounts_consent.text", "accounts_consent.version"}
# Codes of the program's own that no constraint holds to their vocabulary.
CODES = {"accounts_organisation.time_zone", "accounts_user.time_zone", "companies_eligibilitydecision.rule",
         "core_notice.event", "core_notice.link_name"}  # fmt: skip
TEXTS = ["text", "character varying", "jsonb", "json", "ARRAY", "USER-DEFINED", "inet", "uuid", "bytea"]


def columns() -> list[tuple[str, str]]:
    """Every column of every table that can hold a word, as the database itself knows them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t"
            " USING (table_schema, table_name) WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'"
            " AND c.data_type = ANY (%s) ORDER BY 1, 2",
            [TEXTS],
        )
        return cursor.fetchall()


def found_in_tables(word: str = CANARY) -> dict[str, int]:
    """Each "table.column" that has the word, whatever its case, and in how many rows."""
    found = {}
    for table, column in columns():
        rows = sql.SQL("SELECT count(*) FROM {} WHERE {}::text ILIKE %s").format(
            sql.Identifier(table), sql.Identifier(column)
        )
        with connection.cursor() as cursor:
            cursor.execute(rows, [f"%{word}%"])
            if count := cursor.fetchone()[0]:
                found[f"{table}.{column}"] = count
    if any(word in json.dumps(each.get_decoded(), default=str).lower() for each in Session.objects.all()):
        found["django_session, decoded"] = 1
    return found


def found_in_files(*roots: Path, word: str = CANARY) -> list[str]:
    """Files below the folders whose name or content has the word."""
    return [
        str(path)
        for root in roots or (Path(settings.MEDIA_ROOT),)
        for path in root.rglob("*")
        if word in path.name.lower() or (path.is_file() and word.encode() in path.read_bytes().lower())
    ]


def found_on_pages(client: Client, paths: Iterable[str], word: str = CANARY) -> list[str]:
    found = []
    for path in paths:
        answer = client.get(path)
        assert answer.status_code in (200, 204, 286, 302, 404, 405, 409), (path, answer.status_code)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if word.encode() in body.lower():
            found.append(path)
    return found


def _is_past(relation: Any) -> bool:
    """Whether it leads to earlier states, which nobody can write to: they follow from what is written to the rows."""
    model = relation.related_model
    return issubclass(model, pghistory.models.Event) or model._meta.app_label == "pghistory"


def reached_from(row: Model) -> list[Model]:
    """The row, and every row that points at it, directly or through others."""
    found, waiting = {}, [row]
    while waiting:
        current = waiting.pop()
        key = (current._meta.label, current.pk)
        if key in found:
            continue
        found[key] = current
        for relation in current._meta.get_fields(include_hidden=True):
            if (
                (relation.one_to_many or relation.one_to_one)
                and relation.auto_created
                and not _is_past(relation)
            ):
                waiting += list(relation.related_model._base_manager.filter(**{relation.field.name: current}))
    return list(found.values())


def sing(rows: Iterable[Model], word: str = CANARY) -> set[str]:
    """Write the word into every column of text of these rows that takes it; returns "table.column" of those."""
    sung = set()
    for row in rows:
        for field in row._meta.concrete_fields:
            name = f"{row._meta.db_table}.{field.column}"
            is_free = not field.is_relation and not field.primary_key and field.name not in MADE_UP
            if is_free and name not in PROOF | CODES and _write(row, field, word):
                sung.add(name)
    return sung


def _write(row: Model, field: Any, word: str) -> bool:
    """True if the column took the word; vocabularies with a constraint do not."""
    for value in _values(row, field, word):
        try:
            with transaction.atomic():
                type(row)._base_manager.filter(pk=row.pk).update(**{field.name: value})
        except (IntegrityError, DataError, InternalError, ValueError):
            continue
        setattr(row, field.name, value)
        return True
    return False


def _values(row: Model, field: Any, word: str) -> list[Any]:
    """What to try: the word with what is there, or alone, or unlike any other."""
    now = getattr(row, field.name)
    if isinstance(field, models.GeneratedField) or field.choices or field.name == "corporate_number":
        return []
    if isinstance(field, models.JSONField):
        return [{**now, word: word}] if isinstance(now, dict) else []
    if isinstance(field, ArrayField):
        return [] if field.base_field.choices else [[*(now or []), word]]
    texts = [f"{now or ''} {word}".strip(), f"{word} {row.pk}", word]
    if isinstance(field, models.EmailField):
        texts = [f"{word}{row.pk}@people.example"]
    if not isinstance(field, models.CharField | models.TextField):
        return []
    return [text for text in texts if field.max_length is None or len(text) <= field.max_length]


def snapshot(rows: Iterable[Model]) -> dict[tuple[str, Any], str]:
    """Each row as the database holds it, byte by byte."""
    found = {}
    for row in rows:
        one = sql.SQL("SELECT to_jsonb(t)::text FROM {} t WHERE {} = %s").format(
            sql.Identifier(row._meta.db_table), sql.Identifier(row._meta.pk.column)
        )
        with connection.cursor() as cursor:
            cursor.execute(one, [row.pk])
            found[row._meta.label, row.pk] = (cursor.fetchone() or ("gone",))[0]
    return found
