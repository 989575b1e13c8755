"""The engine's own vectors, computed once on a machine and put into every test database of this folder; who looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import User
from matchmaking.matches import actions
from matchmaking.matches.engine.embedding import VectorFile
from matchmaking.matches.engine.evaluation import data_folder
from matchmaking.matches.engine.features import company_jobs, embed_all, startup_jobs, thesaurus_jobs
from matchmaking.matches.models import ScoringPolicy, TextVector
from matchmaking.matches.runs.vectors import keys_of
from matchmaking.matches.thesauri.editions import delivered as thesaurus
from tests.conftest import Cast
from tests.matches import world


@pytest.fixture(scope="session")
def engine_vectors() -> dict[str, Any]:
    """Real vectors of the thesaurus and of the little world's texts."""
    cache = VectorFile(data_folder(settings.BASE_DIR) / "vectors.sqlite3")
    texts = [*thesaurus_jobs(thesaurus()), *company_jobs(world.needs()), *startup_jobs(world.offers())]
    texts += world.quotable()
    embed_all(texts, cache)
    found = {key: cache[key] for key in keys_of(texts)}
    cache.close()
    return found


def store(vectors: dict[str, Any]) -> None:
    rows = [TextVector(key=key, encoder="test", vector=vector) for key, vector in vectors.items()]
    TextVector.objects.bulk_create(rows, ignore_conflicts=True)


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, engine_vectors: dict[str, Any]
) -> None:
    """Stored once for all tests: writing a thousand vectors takes a second."""
    with django_db_blocker.unblock():
        store(engine_vectors)


@pytest.fixture
def vectors(db: None, engine_vectors: dict[str, Any]) -> None:
    """Those vectors are in the database, even if a test that commits has emptied it."""
    if not TextVector.objects.exists():
        store(engine_vectors)


@pytest.fixture
def officer(cast: Cast, as_user: Callable[[User], Client]) -> Client:
    return as_user(cast.officer)


@pytest.fixture
def firm(cast: Cast, as_user: Callable[[User], Client]) -> Client:
    return as_user(cast.company_owner)


@pytest.fixture
def policy(db: None) -> ScoringPolicy:
    return actions.ensure_policy()
