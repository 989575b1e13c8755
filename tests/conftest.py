"""What every test may ask for: the cast of people, and clients signed in as each of them."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import hypothesis
import pytest
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


def pytest_collection_finish() -> None:
    """What was imported stays to the end: looking through it again and again would cost an eighth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


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


@pytest.fixture
def cast(db: None) -> Cast:
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


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """A client signed in as the given person."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
