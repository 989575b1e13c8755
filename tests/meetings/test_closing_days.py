"""Closing days of a country after they were entered: other dates are announced, or they were typed wrongly."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from matchmaking.core import jobs
from matchmaking.core.models import AuditEvent
from meetings import actions
from meetings.models import Closure, Misfit
from tests import factories
from tests.conftest import Cast
from tests.meetings.pages import LANGUAGES, SignIn, links, path, said, words
from tests.meetings.test_bookings import booked
from tests.meetings.test_rechecks import DAY

WEEK = timedelta(days=7)


def closed(cast: Cast, first: date = DAY, country: str = "SG") -> Closure:
    return actions.add_closure(
        by=cast.officer, country=country, first_day=first, last_day=first, name_en="Leave", name_ja="休業"
    )


def typed(closure: Closure, **changes: str) -> dict[str, str]:
    days = {"first_day": str(closure.first_day), "last_day": str(closure.last_day)}
    return {"country": str(closure.country), "name_en": "Leave", "name_ja": "休業", **days, **changes}


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_put_right_what_was_entered_wrongly(cast: Cast, as_user: SignIn, language: str) -> None:
    closure, client = closed(cast), as_user(cast.officer)
    page = path("closure_edit", language=language, pk=closure.pk)
    assert page in links(client.get(path("closures", language=language)))
    backwards = client.post(page, typed(closure, last_day=str(DAY - WEEK)))
    assert list(backwards.context["form"].errors) == ["last_day"]
    assert Closure.objects.get().last_day == DAY
    sent = client.post(page, typed(closure, last_day=str(DAY + WEEK), name_en="Long leave"))
    assert sent.url == path("closures", language=language)
    closure = Closure.objects.get()
    assert (closure.first_day, closure.last_day, closure.name_en) == (DAY, DAY + WEEK, "Long leave")
    assert AuditEvent.objects.get(action="closure.changed").detail["fields"] == ["last_day", "name_en"]
    client.post(page, typed(closure, name_en="Long leave"))
    assert AuditEvent.objects.filter(action="closure.changed").count() == 1  # nothing was changed


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_they_are_removed_after_a_question(cast: Cast, as_user: SignIn, language: str) -> None:
    closure, client = closed(cast), as_user(cast.officer)
    page = path("closure_remove", language=language, pk=closure.pk)
    assert page in links(client.get(path("closure_edit", language=language, pk=closure.pk)))
    assert said("Remove these closing days?", language) in words(client.get(page))
    assert Closure.objects.exists()
    assert client.post(page).url == path("closures", language=language)
    assert not Closure.objects.exists()


@pytest.mark.django_db
def test_meetings_are_looked_at_again_on_both_sides_of_a_change(cast: Cast) -> None:
    """Whoever the days concerned until now, and whoever they concern from now on."""
    meeting = booked(cast)
    closure = closed(cast)
    elsewhere = {"country": "JP"}
    later = {"first_day": DAY + WEEK, "last_day": DAY + WEEK}
    changes: list[tuple[dict[str, Any], list[Any]]] = [
        ({}, [cast.startup]),
        (elsewhere, [cast.company]),
        (later, []),
    ]
    for fields, sides in changes:
        actions.change_closure(closure, by=cast.officer, **fields)
        jobs.run_due()
        found = [(each.meeting, each.organisation) for each in Misfit.objects.all()]
        assert found == [(meeting, side.organisation) for side in sides]


@pytest.mark.django_db
def test_a_meeting_on_removed_closing_days_suits_again(cast: Cast) -> None:
    booked(cast)
    closure = closed(cast)
    jobs.run_due()
    assert Misfit.objects.exists()
    actions.remove_closure(closure, by=cast.officer)
    jobs.run_due()
    assert not Misfit.objects.exists()


@pytest.mark.django_db
def test_days_off_of_an_organisation_are_its_own_affair(cast: Cast, as_user: SignIn) -> None:
    own = factories.ClosureFactory(organisation=cast.company.organisation)
    client = as_user(cast.officer)
    assert path("closure_edit", pk=own.pk) not in links(client.get(path("closures")))
    for page in ("closure_edit", "closure_remove"):
        assert client.post(path(page, pk=own.pk), typed(own)).status_code == 404
    assert Closure.objects.filter(pk=own.pk).exists()
