"""A round in which nothing could be placed still has a board that says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from matchmaking.matches.actions import ensure_policy
from tests.conftest import Cast
from tests.meetings import stories


@pytest.mark.django_db
def test_a_board_without_any_placed_meeting_tells_why(cast: Cast, as_user: Callable[[User], Client]) -> None:
    ensure_policy()
    request = stories.asked(
        stories.match_of(cast.company, cast.startup), cast.company_owner, interpreter_wanted=True
    )
    stories.actions.accept(request, by=cast.startup_owner)
    round_ = stories.a_round(cast.officer, [request])
    stories.placed(round_, cast.officer)
    answer = as_user(cast.officer).get(f"/en/staff/rounds/{round_.pk}/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "No meeting is placed" in page
    assert "No interpreter free" in page
