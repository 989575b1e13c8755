"""Who sees which firms and startups, by their state; what the profile page shows to whom."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Organisation, User
from companies.models import Company
from startups.models import Startup
from tests import factories

pytestmark = pytest.mark.django_db
STATUSES = ["draft", "submitted", "returned", "published", "suspended"]
PEOPLE = ["administrator", "officer", "expert", "company_owner", "company_member", "other_company_owner",
          "startup_owner", "startup_member", "other_startup_owner"]  # fmt: skip


def fresh(user: User) -> User:
    """Without what the object remembers of its organisation."""
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("status", STATUSES)
def test_everybody_sees_their_rows_and_no_others(cast, status):
    """`status` is that of the cast's own firm and startup; a further one of each kind is published."""
    Organisation.objects.filter(pk__in=[cast.company.pk, cast.startup.pk]).update(
        status=status, return_reason="Why."
    )
    newcomer = factories.UserFactory()
    firms, startups = {cast.company.pk, cast.other_company.pk}, {cast.startup.pk, cast.other_startup.pk}
    published = {cast.other_startup.pk} | ({cast.startup.pk} if status == "published" else set())
    sees_startups = published if status == "published" else set()  # only a published firm looks around
    expected = {
        "administrator": (firms, startups),
        "officer": (firms, startups),
        "expert": (set(), set()),
        "company_owner": ({cast.company.pk}, sees_startups),
        "company_member": ({cast.company.pk}, sees_startups),
        "other_company_owner": ({cast.other_company.pk}, published),
        "startup_owner": (set(), {cast.startup.pk}),
        "startup_member": (set(), {cast.startup.pk}),
        "other_startup_owner": (set(), {cast.other_startup.pk}),
    }
    for name in PEOPLE:
        user = fresh(getattr(cast, name))
        seen = tuple(
            set(model.objects.visible_to(user).values_list("pk", flat=True)) for model in (Company, Startup)
        )
        assert (name, seen) == (name, expected[name])
    for model in (Company, Startup):
        assert not model.objects.visible_to(newcomer).exists()


@pytest.mark.parametrize("firm_status", STATUSES)
def test_the_profile_page_by_the_states_of_both_sides(cast, as_user, firm_status):
    Organisation.objects.filter(pk=cast.company.pk).update(status=firm_status, return_reason="Why.")
    for status in STATUSES:
        Organisation.objects.filter(pk=cast.startup.pk).update(status=status, return_reason="Why.")
        url = reverse("startups:profile", args=[cast.startup.pk])
        is_seen = firm_status == status == "published"
        codes = {name: as_user(fresh(getattr(cast, name))).get(url).status_code for name in PEOPLE}
        assert codes == {
            "administrator": 200,
            "officer": 200,
            "expert": 404,
            "company_owner": 200 if is_seen else 404,
            "company_member": 200 if is_seen else 404,
            "other_company_owner": 200 if status == "published" else 404,
            "startup_owner": 404,
            "startup_member": 404,
            "other_startup_owner": 404,
        }


def test_the_profile_page_shows_what_is_there_and_nothing_of_the_people(cast, as_user):
    startup = cast.startup
    startup.traction, startup.video_url = "USD 2m in 2025", "https://video.example/1"
    startup.external_id = "list-of-the-office-77"
    startup.save()
    text = as_user(cast.company_owner).get(reverse("startups:profile", args=[startup.pk])).content.decode()
    shown = [startup.organisation.name, startup.one_liner, startup.solution, startup.seeks_partner,
             startup.traction, startup.video_url, "Singapore", "Reviewed", "Self-reported"]  # fmt: skip
    assert [part for part in shown if part not in text] == []
    hidden = [
        cast.startup_owner.email,
        cast.startup_owner.name,
        "list-of-the-office-77",
        "Intellectual property",
    ]
    assert [part for part in hidden if part in text] == []


def test_a_published_profile_without_any_text_opens(cast, as_user):
    Startup.objects.filter(pk=cast.startup.pk).update(
        one_liner="", problem="", solution="", seeks_partner="", stage="", team_size=None, founded_year=None,
        readiness_level=None,
    )  # fmt: skip
    page = as_user(cast.company_owner).get(reverse("startups:profile", args=[cast.startup.pk]))
    assert page.status_code == 200
    assert "Nothing has been written here yet." in page.content.decode()
    assert {fact["value"] for fact in page.context["key_facts"]} == {"–", "English"}
