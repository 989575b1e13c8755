"""Pages about startups: the staff's list and detail, what firms see, and the members' own profile."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.actions import agree
from accounts.models import User
from matchmaking.core.models import AuditEvent
from startups.agreement import agreement
from startups.models import Startup
from tests import factories
from tests.startups import decks

pytestmark = pytest.mark.django_db
LIST = "startups:list"
PITCH = {
    "fields": ["retail"],
    "sub_fields": ["payments"],
    "one_liner": "Tills that think",
    "problem": "",
    "solution": "Cameras.",
    "customers": "",
    "edge": "",
}


@pytest.fixture
def staff(as_user):
    return as_user(factories.OfficerFactory())


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_number_of_queries(staff, django_assert_num_queries, count):
    factories.StartupFactory.create_batch(count)
    staff.get(reverse(LIST))  # a process reads the list of capabilities once
    with django_assert_num_queries(5):
        page = staff.get(reverse(LIST))
    assert page.context["listing"].count == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_detail_takes_the_same_number_of_queries(staff, django_assert_num_queries, count):
    startup = factories.StartupFactory()
    factories.MembershipFactory.create_batch(count, organisation=startup.organisation)
    with django_assert_num_queries(25):
        staff.get(reverse("startups:detail", args=[startup.pk]))


def test_the_list_is_narrowed_down_and_sorted(staff):
    factories.StartupFactory(organisation__name="Alpha", team_size=5)
    factories.StartupFactory(
        organisation__name="Beta",
        organisation__country="IN",
        organisation__status="submitted",
        organisation__fields=["mobility"],
        organisation__sub_fields=["charging"],
        stage="seed",
        team_size=90,
    )
    for query, expected in (
        ("", ["Alpha", "Beta"]),
        ("?q=ALPH", ["Alpha"]),
        ("?country=IN&country=VN", ["Beta"]),
        ("?stage=seed", ["Beta"]),
        ("?status=submitted", ["Beta"]),
        ("?field=mobility", ["Beta"]),
        ("?sub_field=charging", ["Beta"]),
        ("?sort=country", ["Beta", "Alpha"]),
        ("?sort=-team", ["Beta", "Alpha"]),
        ("?sort=-name", ["Beta", "Alpha"]),
        ("?country=VN", []),
    ):
        page = staff.get(reverse(LIST) + query)
        assert (query, [s.organisation.name for s in page.context["listing"].page]) == (query, expected)


def test_visible_to_each_kind_of_reader(cast):
    draft = factories.StartupFactory(organisation__status="draft")
    everything = {cast.startup, cast.other_startup, draft}
    assert set(Startup.objects.visible_to(cast.officer)) == everything
    assert set(Startup.objects.visible_to(cast.company_owner)) == everything - {draft}
    assert set(Startup.objects.visible_to(cast.startup_member)) == {cast.startup}
    assert set(Startup.objects.visible_to(cast.expert)) == set()
    cast.company.organisation.status = "suspended"
    cast.company.organisation.save()
    assert set(Startup.objects.visible_to(User.objects.get(pk=cast.company_owner.pk))) == set()


@pytest.mark.parametrize(
    ("person", "status", "code"),
    [
        ("company_owner", "published", 200),
        ("company_member", "published", 200),
        ("company_owner", "draft", 404),
        ("company_owner", "suspended", 404),
        ("officer", "draft", 200),
        ("startup_owner", "published", 404),
        ("expert", "published", 404),
    ],
)
def test_the_profile_is_seen_by_those_who_may(cast, as_user, person, status, code):
    startup = factories.StartupFactory(organisation__status=status)
    url = reverse("startups:profile", args=[startup.pk])
    assert as_user(getattr(cast, person)).get(url).status_code == code


def test_the_profile_shows_the_pitch_and_its_key_facts(cast, as_user):
    page = as_user(cast.company_owner).get(reverse("startups:profile", args=[cast.startup.pk]))
    assert [(fact["label"], fact["value"]) for fact in page.context["key_facts"]] == [
        ("Founded", "2019"),
        ("Stage", "Series A"),
        ("Team size", "35"),
        ("Working languages", "English"),
    ]
    assert cast.startup.seeks_partner in page.content.decode()


def test_a_section_is_saved_with_audit(cast, as_user):
    answer = as_user(cast.startup_member).post(reverse("startups:step", args=["pitch"]), PITCH)
    assert answer.url == reverse("startups:own")
    cast.startup.refresh_from_db()
    assert (cast.startup.one_liner, cast.startup.solution) == ("Tills that think", "Cameras.")
    event = AuditEvent.objects.get()
    assert (event.action, event.detail) == (
        "organisation.changed",
        {"fields": ["one_liner", "solution", "sub_fields"]},
    )


def test_saving_without_a_change_records_nothing(cast, as_user):
    url = reverse("startups:step", args=["pitch"])
    client = as_user(cast.startup_owner)
    client.post(url, PITCH)
    client.post(url, PITCH)
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"one_liner": "x" * 121}, "one_liner"),
        ({"sub_fields": ["charging"]}, "sub_fields"),
        ({"fields": []}, "fields"),
        ({"solution": "a\u0007"}, "solution"),
    ],
)
def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(cast, as_user, change, error):
    data = {**PITCH, "edge": "typed by hand", **change}
    page = as_user(cast.startup_owner).post(reverse("startups:step", args=["pitch"]), data)
    assert [(name, len(told)) for name, told in page.context["form"].errors.items()] == [(error, 1)]
    assert "typed by hand" in page.content.decode()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("section", ["startup", "pitch", "funding", "cooperation"])
def test_every_section_opens(cast, as_user, section):
    assert as_user(cast.startup_owner).get(reverse("startups:step", args=[section])).status_code == 200


def test_people_of_a_firm_have_no_startup_of_their_own(cast, as_user):
    client = as_user(cast.company_owner)
    for url in (
        reverse("startups:own"),
        reverse("startups:step", args=["pitch"]),
        reverse("startups:check"),
    ):
        assert client.get(url).status_code == 404


def test_a_returned_profile_shows_the_reason_and_is_sent_in_again(as_user):
    startup = factories.StartupFactory(organisation__status="returned")
    member = factories.MembershipFactory(organisation=startup.organisation).user
    factories.FigureFactory(startup=startup)
    decks.in_use(startup, member)
    agree(startup.organisation, agreement("SG", "en"), by=member)
    client = as_user(member)
    page = client.get(reverse("startups:own"), follow=True)
    assert (
        page.context["progress"].may_be_sent,
        startup.organisation.return_reason in page.content.decode(),
    ) == (
        True,
        True,
    )
    client.post(reverse("startups:check"))
    startup.organisation.refresh_from_db()
    assert (startup.organisation.status, startup.organisation.return_reason) == ("submitted", "")


def test_a_published_profile_cannot_be_sent_in(cast, as_user):
    assert as_user(cast.startup_owner).get(reverse("startups:check")).status_code == 409
