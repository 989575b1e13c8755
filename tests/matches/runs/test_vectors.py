"""Vectors in the database: read in advance, stored once, and the same for everybody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from django.db import connection, transaction

from matchmaking.matches.engine.embedding import ENCODERS, Vector, text_key
from matchmaking.matches.engine.features import startup_jobs
from matchmaking.matches.models import TextVector
from matchmaking.matches.runs.vectors import StoredVectors, claimed, embed, keys_of, stored
from tests.matches import world
from tests.matches.engine_factories import LetterEncoder

pytestmark = pytest.mark.django_db
ENCODER = LetterEncoder("letters", 3)


def vector(*values: float) -> Vector:
    return np.array(values, dtype=np.float32)


def test_what_was_added_is_stored_under_its_encoder_and_comes_back_to_the_last_bit() -> None:
    cache = StoredVectors()
    cache["a"] = vector(0.1, -2.5, 3e-7)
    cache.save(ENCODER)
    assert TextVector.objects.get(key="a").encoder == "letters 1"
    again = StoredVectors()
    again.fetch(["a", "unknown"])
    assert (list(again), again["a"].tolist()) == (["a"], vector(0.1, -2.5, 3e-7).tolist())
    with pytest.raises(KeyError):
        again["unknown"]


def test_nothing_is_written_twice(django_assert_num_queries: Any) -> None:
    cache = StoredVectors()
    cache["a"] = vector(1, 2, 3)
    cache.save(ENCODER)
    cache["b"] = vector(4, 5, 6)
    cache.save(ENCODER)
    assert set(TextVector.objects.filter(encoder="letters 1").values_list("key", flat=True)) == {"a", "b"}
    with django_assert_num_queries(0):
        cache.fetch(["a", "b"])


def test_what_another_worker_stored_first_stays() -> None:
    TextVector.objects.create(key="a", encoder="other", vector=[9, 9, 9])
    cache = StoredVectors()
    cache["a"] = vector(1, 2, 3)
    cache.save(ENCODER)
    row = TextVector.objects.get(key="a")
    assert (row.encoder, list(row.vector)) == ("other", [9, 9, 9])


def test_it_is_a_mapping_like_any_other() -> None:
    cache = StoredVectors()
    cache.update({"a": vector(1), "b": vector(2)})
    del cache["a"]
    assert (list(cache), len(cache), "a" in cache, "b" in cache) == (["b"], 1, False, True)
    cache.save(ENCODER)
    assert not TextVector.objects.filter(key="a").exists()


def test_keys_stand_for_every_encoder_and_cleaned_text() -> None:
    keys = keys_of([("query", "one"), ("query", " one "), ("passage", "one")])
    wanted = {
        text_key(encoder, role, "one") for encoder in ENCODERS.values() for role in ("query", "passage")
    }
    assert keys == wanted
    assert len(keys) == 2 * len(ENCODERS)


def test_which_keys_are_stored_is_asked_in_one_go(django_assert_num_queries: Any) -> None:
    TextVector.objects.create(key="a", encoder="x", vector=[1])
    with django_assert_num_queries(1):
        assert stored(["a", "b", "a"]) == {"a"}
    with django_assert_num_queries(0):
        assert stored([]) == set()


@pytest.mark.usefixtures("vectors")
def test_texts_that_are_stored_cost_one_query_no_model_and_no_writing(
    engine_vectors: dict[str, Any], django_assert_num_queries: Any
) -> None:
    texts = startup_jobs(world.offers())
    before = TextVector.objects.count()
    with django_assert_num_queries(1):
        found = embed(texts)
    assert set(found) == keys_of(texts)
    assert all(np.array_equal(found[key], engine_vectors[key]) for key in found)
    assert TextVector.objects.count() == before


def test_no_texts_need_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert len(embed([])) == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_store_the_same_vector_do_not_wait_for_each_other() -> None:
    """Else the second would stand until the first one's whole job is done, or be cancelled for it."""

    def store(*keys: str) -> set[str]:
        cache = StoredVectors()
        cache.update({key: vector(1, 2, 3) for key in keys})
        cache.save(ENCODER)
        return set(TextVector.objects.filter(key__in=keys).values_list("key", flat=True))

    def in_another_session() -> set[str]:
        try:
            return store("a", "b", "c")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        assert store("a", "b") == {"a", "b"}
        assert pool.submit(in_another_session).result(2) == {"c"}, "it takes what nobody else is storing"
    assert stored(["a", "b", "c"]) == {"a", "b", "c"}


@pytest.mark.django_db(transaction=True)
def test_what_was_claimed_and_not_stored_is_stored_by_the_next() -> None:
    cache = StoredVectors()
    cache["a"] = vector(1, 2, 3)
    with transaction.atomic():
        assert claimed(["b", "a"]) == ["a", "b"]
        transaction.set_rollback(True)
    cache.save(ENCODER)
    assert TextVector.objects.filter(key="a").exists()
