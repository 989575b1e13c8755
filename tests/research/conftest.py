"""A pair, and those who take part in its research, signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from matchmaking.matches.models import Match
from tests.conftest import Cast
from tests.meetings import stories

SignIn = Callable[[User], Client]


@pytest.fixture
def match(cast: Cast) -> Match:
    return stories.match_of(cast.company, cast.startup)


@pytest.fixture
def firm(cast: Cast, as_user: SignIn) -> Client:
    return as_user(cast.company_owner)


@pytest.fixture
def office(cast: Cast, as_user: SignIn) -> Client:
    return as_user(cast.officer)


@pytest.fixture
def expert(cast: Cast, as_user: SignIn) -> Client:
    return as_user(cast.expert)
