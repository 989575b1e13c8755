"""What every test may ask for: the cast of people, and clients signed in as each of them."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from itertools import groupby

import hypothesis
import pytest
from django.db import transaction
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client, override_settings
from django.utils import translation
from pytest_django import DjangoDbBlocker

from accounts.enums import MemberRole
from accounts.models import User
from companies.models import Company
from startups.models import Startup
from tests import databases, factories

# A build server tries the same examples each time; on a developer's machine every run looks for new ones.
# Neither is timed: on a busy machine an example may take long without being wrong.
hypothesis.settings.register_profile("build", derandomize=True, deadline=None)
hypothesis.settings.register_profile("desk", deadline=None)
hypothesis.settings.load_profile("desk")
if os.environ.get("CI"):
    hypothesis.settings.load_profile("build")

Keeping = Callable[[], AbstractContextManager[None]]
KEPT_CAST = "kept_cast"
KEPT = ExitStack()  # what ends with the module whose tests run


def pytest_collection_finish() -> None:
    """What was imported stays to the end: looking through it again and again would cost an eighth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests of a module share one cast. Who looks at less of what it keeps comes first, and finds no more."""
    for item in filter(shares_cast, items):
        names: list[str] = item.fixturenames  # type: ignore[attr-defined]  # one list for all examples of a test
        if KEPT_CAST not in names:
            names.insert(0, KEPT_CAST)
    groups = groupby(items, key=lambda item: item.path)
    items[:] = [item for _path, group in groups for item in sorted(group, key=place)]


def commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asked_for = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(asked_for or (marker and marker.kwargs.get("transaction")))


def shares_cast(item: pytest.Item) -> bool:
    return "cast" in getattr(item, "fixturenames", ()) and not commits(item)


def place(item: pytest.Item) -> tuple[bool, int]:
    """In its module: by the number of fixtures it asks for whose rows stay for later tests; who commits comes last."""
    kept = sum(name.startswith("kept_") for name in getattr(item, "fixturenames", ()))
    return commits(item), kept


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if commits(item):
        KEPT.close()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        databases.use_template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        databases.keep_template()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", databases.flush_what_is_full)
        yield


@pytest.fixture(scope="session", autouse=True)
def _own_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Uploads of tests lie in a folder of their own."""
    folder = tmp_path_factory.mktemp("media")
    with override_settings(MEDIA_ROOT=folder, SENDFILE_ROOT=folder):
        yield


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Tests read English unless they say otherwise, whatever the test before them did."""
    with translation.override("en"):
        yield


@dataclass(frozen=True)
class Cast:
    """One of each: two firms and two startups, so that there is always an outsider of the same kind."""

    company: Company
    company_owner: User
    company_member: User
    other_company: Company
    other_company_owner: User
    startup: Startup
    startup_owner: User
    startup_member: User
    other_startup: Startup
    other_startup_owner: User
    expert: User
    officer: User
    administrator: User
    newcomer: User


def _member(profile: Company | Startup, role: MemberRole, name: str) -> User:
    return factories.MembershipFactory(
        organisation=profile.organisation, role=role, user__name=name, user__email=f"{name}@people.example"
    ).user


def a_cast() -> Cast:
    company, other_company = factories.ChallengeFactory().company, factories.ChallengeFactory().company
    startup, other_startup = factories.StartupFactory(), factories.StartupFactory()
    for firm in (company, other_company):
        factories.TransferConsentFactory(company=firm)
    return Cast(
        company=company,
        company_owner=_member(company, MemberRole.OWNER, "company-owner"),
        company_member=_member(company, MemberRole.MEMBER, "company-member"),
        other_company=other_company,
        other_company_owner=_member(other_company, MemberRole.OWNER, "other-company-owner"),
        startup=startup,
        startup_owner=_member(startup, MemberRole.OWNER, "startup-owner"),
        startup_member=_member(startup, MemberRole.MEMBER, "startup-member"),
        other_startup=other_startup,
        other_startup_owner=_member(other_startup, MemberRole.OWNER, "other-startup-owner"),
        expert=factories.ExpertFactory(user__name="expert").user,
        officer=factories.OfficerFactory(name="officer"),
        administrator=factories.AdministratorFactory(name="administrator"),
        newcomer=factories.UserFactory(name="newcomer"),
    )


@pytest.fixture(scope="module")
def keeping(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Keeping]:
    """`with keeping():` around what is written for all tests of a module, in a transaction around theirs."""

    @contextmanager
    def outside_of_tests() -> Iterator[None]:
        with django_db_blocker.unblock(), translation.override("en"):
            yield

    # Undone in the order from last to first, by the module's end or by the first of its tests that commits.
    KEPT.callback(django_db_blocker.restore)
    with outside_of_tests():
        KEPT.enter_context(transaction.atomic())
    KEPT.callback(transaction.set_rollback, rollback=True)
    KEPT.callback(django_db_blocker.unblock)
    yield outside_of_tests
    KEPT.close()


@pytest.fixture(scope="module")
def kept_cast(keeping: Keeping) -> Cast:
    """Of a module: each of its tests undoes what it changed itself."""
    with keeping():
        return a_cast()


@pytest.fixture
def cast(request: pytest.FixtureRequest, db: None) -> Cast:
    """The module's; or one of its own, for a test whose rows are really written."""
    if KEPT_CAST in request.fixturenames:
        return deepcopy(request.getfixturevalue(KEPT_CAST))
    return a_cast()


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """A client signed in as the given person."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
