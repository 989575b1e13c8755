"""When the database gives up waiting for others, people are told to try again; every other failure stays a failure."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from accounts.models import User
from matchmaking.core.middleware import ConflictMiddleware
from tests import factories

PATIENCE = 30


def answer_to(deed: Callable[[], object], user: User) -> HttpResponse | None:
    """What the middleware makes of the failure of a deed; it must fail."""
    request: HttpRequest = RequestFactory().post("/en/")
    request.user = user
    with pytest.raises(OperationalError) as failure, transaction.atomic():
        deed()
    middleware = ConflictMiddleware(lambda _request: HttpResponse())
    return middleware.process_exception(request, failure.value)


def wait_for(user: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
    User.objects.select_for_update().get(pk=user.pk)


def linger() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '50ms'")
        cursor.execute("SELECT pg_sleep(5)")


@pytest.fixture
def held(transactional_db: None) -> User:
    """Somebody whose row another connection holds until the test is over."""
    return factories.UserFactory()


def while_held(user: User, deed: Callable[[], HttpResponse | None]) -> HttpResponse | None:
    is_held, may_go = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user.pk)
            is_held.set()
            may_go.wait(PATIENCE)
        connection.close()

    holder = Thread(target=hold)
    holder.start()
    assert is_held.wait(PATIENCE)
    try:
        return deed()
    finally:
        may_go.set()
        holder.join(PATIENCE)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Nothing was saved. Wait a few seconds"), ("ja", "保存されていません")],
)
def test_a_row_that_others_hold_for_long_is_no_failure(held: User, language: str, words: str) -> None:
    with translation.override(language):
        answer = while_held(held, lambda: answer_to(lambda: wait_for(held), held))
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert words in answer.content.decode()


def test_nor_is_a_statement_that_was_stopped(held: User) -> None:
    answer = answer_to(linger, held)
    assert answer is not None
    assert answer.status_code == 503


def test_a_database_that_fails_otherwise_is_one(held: User) -> None:
    request = RequestFactory().post("/en/")
    middleware = ConflictMiddleware(lambda _request: HttpResponse())
    assert middleware.process_exception(request, OperationalError("server closed the connection")) is None


def test_the_row_is_free_again_afterwards(held: User) -> None:
    while_held(held, lambda: answer_to(lambda: wait_for(held), held))
    with transaction.atomic():
        wait_for(held)
    assert User.objects.get(pk=held.pk) == held
