"""The fictional programme: `manage.py load_sample`."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.urls import reverse
from stdnum.jp import cn

from accounts.models import JoinRequest, Organisation, Remark, Review, User
from accounts.reviewing.asking import asked_rows
from accounts.reviewing.cases import office_today
from accounts.reviewing.domains import DomainVerdict
from accounts.reviewing.likenesses import likenesses
from accounts.roles import Role, role_of
from companies.models import Challenge, Company, CompanyEvent
from matchmaking import sample
from matchmaking.core.enums import Field
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event
from research.models import Expert
from startups.models import Startup, StartupEvent
from tests.conftest import Keeping

pytestmark = pytest.mark.django_db


def load(**options: object) -> str:
    out = io.StringIO()
    call_command("load_sample", stdout=out, skip_checks=True, **{"profiles_only": True, **options})
    return out.getvalue()


@pytest.fixture(scope="module")
def kept_sample(keeping: Keeping) -> str:
    """What was said of the sample when it was loaded."""
    with keeping():
        return load(force=True)


def written() -> list[int]:
    models = (Organisation, Company, Challenge, Startup, User, Expert, AuditEvent, CompanyEvent, StartupEvent)
    return [model.objects.count() for model in models]


def test_the_sample_is_refused_where_debug_is_off(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="use --force"):
        load()
    assert not User.objects.exists()


def test_the_numbers_of_the_samples_firms_are_right_and_nobodys():
    numbers = [sample.corporate_number(index) for index in range(200)]
    assert [cn.validate(number) for number in numbers] == numbers
    assert {number[1:7] for number in numbers} == {"999901"}


@pytest.mark.parametrize(
    ("debug", "loaded", "count"),
    [(True, True, len(sample.SAMPLE_PEOPLE)), (True, False, 0), (False, True, 0)],
)
def test_the_first_page_offers_the_people_only_to_developers(client, settings, debug, loaded, count):
    settings.DEBUG = settings.SHOW_SAMPLE_LOGINS = debug
    if loaded:
        User.objects.create_user(sample.SAMPLE_PEOPLE[0].email, name="x")
    assert len(client.get(reverse("home")).context["sample_logins"]) == count


def test_the_sample_brings_every_role_and_loading_twice_changes_nothing(kept_sample: str):
    assert "66 of 66 firms" in kept_sample
    assert "218 of 218 startups" in kept_sample
    before = written()
    assert before[:6] == [284, 66, 110, 218, 298, 6]
    told = {
        notice.event
        for notice in Notice.objects.select_related("recipient")
        if not notice.recipient.is_officer
    }
    assert told == {Event.DELETION_ASKED}  # colleagues of the one who asks
    assert {role_of(user) for user in User.objects.filter(is_active=True)} == set(Role)
    passwords = set(User.objects.filter(is_active=True).values_list("password", flat=True))
    assert [check_password(sample.SAMPLE_PASSWORD, encoded) for encoded in passwords] == [True]
    for person in sample.SAMPLE_PEOPLE:
        user = User.objects.get(email=person.email)
        assert (user.name, user.language, user.staff_role) == (
            person.name,
            person.language,
            person.staff_role,
        )
        assert user.emailaddress_set.get().verified
    assert check_password(sample.SAMPLE_PASSWORD, user.password)
    load(force=True)
    assert written() == before


def test_applications_of_the_sample_stand_at_every_point_of_their_review(kept_sample: str):
    reviews, today = Review.objects.open(), office_today()
    assert reviews.count() == 13
    assert reviews.overdue(today).count() >= 2
    assert reviews.exclude(assignee=None).count() == 3
    assert reviews.exclude(opened_by=None).count() == 2
    assert reviews.get(status="decline_proposed").text
    assert sum(bool(likenesses(review)) for review in reviews.with_people()) >= 1
    returned = Organisation.objects.get(reviews__remarks__subject="company.employees")
    assert Remark.objects.to_correct(returned).count() == 2


def test_two_people_ask_to_join_a_firm_whose_owner_has_gone(kept_sample: str):
    rows = asked_rows(JoinRequest.objects.without_owner(), office_today())
    assert [row.domain for row in rows] == [DomainVerdict.SAME, DomainVerdict.OTHER]
    assert rows[0].waiting > rows[1].waiting >= 0


def test_every_expert_has_said_what_they_know(kept_sample: str):
    experts = Expert.objects.active()
    assert [expert.is_described for expert in experts] == [True] * len(sample.SAMPLE_EXPERTS)
    assert {field for expert in experts for field in expert.fields} == set(Field)
    assert all(expert.countries for expert in experts)
