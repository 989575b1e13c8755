"""What a side enters about itself never makes a page fail."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from meetings.forms.attendees import AttendeesForm
from meetings.models import Closure, DayHours, Round
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, path
from tests.meetings.stories import MONDAY


def person(email: str) -> dict[str, str]:
    return {
        "person_1_name": "Asha Rao",
        "person_1_role": "Chief engineer",
        "person_1_decision": "decides",
        "person_1_email": email,
    }


@pytest.mark.parametrize(("length", "is_taken"), [(254, True), (255, False), (320, False)])
def test_an_address_is_no_longer_than_what_is_kept_of_it(length: int, is_taken: bool) -> None:
    domain = ".".join(["b" * 60] * 3)
    local = "c" * max(1, length - len(domain) - len(".example") - 1)
    email = f"{local}@{domain}.example"
    form = AttendeesForm(person(email))
    form.is_valid()
    assert len(email) == length
    assert any("254" in str(told) for told in form.errors.get("person_1_email", [])) is not is_taken


DAYS_OUT_OF_REACH = ("0001-01-01", "1999-12-31", "2201-06-02", "9999-12-31")


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_closing_day_of_a_mistyped_year_is_said_at_its_field(
    cast: Cast, as_user: SignIn, language: str
) -> None:
    client, address = as_user(cast.officer), path("closure_new", language=language)
    good = {
        "country": "JP",
        "name_ja": "お盆",
        "name_en": "Obon",
        "first_day": "2031-08-12",
        "last_day": "2031-08-16",
    }
    said_ = {"en": "Give a day within the next 10 years.", "ja": "今後10年以内の日を入力してください。"}
    for name, days in (("first_day", DAYS_OUT_OF_REACH[:2]), ("last_day", DAYS_OUT_OF_REACH[2:])):
        for day in days:
            form = client.post(address, {**good, name: day}).context["form"]
            assert (day, dict(form.errors)) == (day, {name: [said_[language]]})
            assert form[name].value() == day
    assert not Closure.objects.exists()
    assert client.post(address, good).status_code == 302


@pytest.mark.django_db
def test_a_closing_day_of_last_year_may_still_be_written_down(cast: Cast, as_user: SignIn) -> None:
    last = timezone.localdate() - timedelta(days=365)
    typed = {"country": "JP", "name_ja": "お盆", "name_en": "Obon", "first_day": last, "last_day": last}
    assert as_user(cast.officer).post(path("closure_new"), typed).status_code == 302
    assert Closure.objects.get().last_day == last


@pytest.mark.django_db
@pytest.mark.parametrize("day", DAYS_OUT_OF_REACH)
def test_the_database_takes_no_day_of_a_mistyped_year(cast: Cast, day: str) -> None:
    """Whoever wrote it: clocks end in the year 9999, so that pages about it would fail."""
    if day == "1999-12-31":
        day = "2019-12-31"
    round_ = stories.a_round(cast.officer)
    days = {"first_day": day, "last_day": day}
    Closure.objects.create(country="JP", name_en="Obon", name_ja="お盆", first_day=MONDAY, last_day=MONDAY)
    DayHours.objects.create(
        organisation=cast.company.organisation, day=MONDAY, starts=time(9), ends=time(12), kind="off"
    )
    for rows, change, name in (
        (Round.objects.filter(pk=round_.pk), days, "round_in_reach"),
        (Round.objects.filter(pk=round_.pk), {"answer_by": day}, "round_in_reach"),
        (Closure.objects.all(), days, "closure_in_reach"),
        (DayHours.objects.all(), {"day": day}, "dayhours_in_reach"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**change)
