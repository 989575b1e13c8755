"""Decisions about profiles, settings, and the audit trail, as pages."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.enums import OrganisationStatus
from accounts.models import Organisation
from matchmaking.core.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db
DECISIONS = [
    ("publish_again", "suspended", "published", {}),
    ("suspend", "published", "suspended", {"reason": "No answer for months."}),
]


def organisation(status: str) -> Organisation:
    return factories.CompanyFactory(organisation__status=status).organisation


@pytest.mark.parametrize(("name", "before", "after", "data"), DECISIONS)
def test_a_decision_is_checked_first_and_carried_out_by_post(cast, as_user, name, before, after, data):
    target, client = organisation(before), as_user(cast.officer)
    url = reverse(f"accounts:{name}", args=[target.pk])
    page = client.get(url)
    target.refresh_from_db()
    assert (page.status_code, target.status) == (200, before)
    assert "Nothing has been sent yet." in page.content.decode()
    answer = client.post(url, data)
    target.refresh_from_db()
    assert (answer.url, target.status) == (reverse("companies:detail", args=[target.pk]), after)


def test_a_reason_is_needed_and_may_hold_nothing_hidden(cast, as_user):
    target = organisation("published")
    url = reverse("accounts:suspend", args=[target.pk])
    for reason, message in (("", "Write the reason."), ("a\u202eb", "cannot be seen (U+202E)")):
        page = as_user(cast.officer).post(url, {"reason": reason})
        assert (page.status_code, message in page.content.decode()) == (200, True)
    target.refresh_from_db()
    assert target.status == "published"


@pytest.mark.parametrize("name", ["publish_again", "suspend"])
def test_an_old_page_is_told_that_the_state_has_changed(cast, as_user, name):
    url = reverse(f"accounts:{name}", args=[organisation("draft").pk])
    assert as_user(cast.officer).get(url).status_code == 409
    assert as_user(cast.officer).post(url, {"reason": "x"}).status_code == 409


@pytest.mark.parametrize("name", ["publish_again", "suspend"])
@pytest.mark.parametrize("person", ["company_owner", "startup_owner", "expert"])
def test_nobody_else_decides(cast, as_user, name, person):
    target = organisation("submitted")
    answer = as_user(getattr(cast, person)).post(
        reverse(f"accounts:{name}", args=[target.pk]), {"reason": "x"}
    )
    target.refresh_from_db()
    assert (answer.status_code, target.status) == (404, OrganisationStatus.SUBMITTED)


def test_settings_change_the_language_of_the_next_page(cast, as_user):
    client = as_user(cast.company_member)
    data = {"name": "New name", "language": "ja", "time_zone": "Asia/Tokyo", "theme": "dark"}
    answer = client.post(reverse("accounts:settings"), data)
    cast.company_member.refresh_from_db()
    assert (answer.url, cast.company_member.name) == ("/ja/account/settings/", "New name")
    assert AuditEvent.objects.filter(action="user.settings_changed").count() == 1


def test_wrong_settings_keep_what_was_typed(cast, as_user):
    data = {"name": "x" * 121, "language": "ja", "time_zone": "IST", "theme": "system"}
    page = as_user(cast.officer).post(reverse("accounts:settings"), data)
    assert sorted(page.context["form"].errors) == ["name", "time_zone"]
    assert "x" * 121 in page.content.decode()


@pytest.mark.parametrize("entries", [1, 3])
def test_the_audit_trail_takes_the_same_number_of_queries(cast, as_user, django_assert_num_queries, entries):
    for _number in range(entries):
        AuditEvent.objects.create(action="user.added", target_type="t", target_id="1", target_label="x")
    client = as_user(cast.administrator)
    with django_assert_num_queries(5):
        page = client.get(reverse("accounts:audit"))
    assert len(page.context["deeds"]) == entries


def test_the_audit_trail_is_found_by_who_what_about_and_day(cast, as_user):
    for actor, action, label in (
        ("Mika", "user.added", "Tal"),
        ("Ken", "organisation.published", "Kitahama"),
    ):
        AuditEvent.objects.create(
            actor_label=actor, action=action, target_type="t", target_id="1", target_label=label
        )
    client = as_user(cast.administrator)
    for query, names in (
        ("", ["organisation.published", "user.added"]),
        ("?who=mika", ["user.added"]),
        ("?action=approved", ["organisation.published"]),
        ("?action=user.", ["user.added"]),
        ("?target=kita", ["organisation.published"]),
        ("?since=2099-01-01", []),
    ):
        page = client.get(reverse("accounts:audit") + query)
        assert [deed.event.action for deed in page.context["deeds"]] == names


def test_an_officer_does_not_see_the_audit_trail(cast, as_user):
    assert as_user(cast.officer).get(reverse("accounts:audit")).status_code == 404
