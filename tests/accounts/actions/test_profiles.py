"""What happens to organisations and people."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from accounts import actions
from accounts.actions import Contact
from accounts.enums import OrganisationKind, OrganisationStatus
from accounts.models import Organisation, User
from accounts.profiles.changes import assign
from companies import actions as company_actions
from companies.models import Challenge
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from startups import actions as startup_actions
from tests import factories

pytestmark = pytest.mark.django_db
S = OrganisationStatus
MOVES = {
    S.SUBMITTED: lambda organisation, by: actions.submit(organisation, by=by),
    S.PUBLISHED: lambda organisation, by: actions.publish_again(organisation, by=by),
    S.SUSPENDED: lambda organisation, by: actions.suspend(organisation, reason="Why.", by=by),
}
ALLOWED = {
    (S.DRAFT, S.SUBMITTED),
    (S.RETURNED, S.SUBMITTED),
    (S.PUBLISHED, S.SUSPENDED),
    (S.PUBLISHED, S.SUBMITTED),  # only when a decision is reversed; the page does not offer it
    (S.SUSPENDED, S.PUBLISHED),
    (S.DECLINED, S.SUBMITTED),
    (S.WITHDRAWN, S.SUBMITTED),
    (S.LAPSED, S.SUBMITTED),
}


@pytest.mark.parametrize("before", list(S))
@pytest.mark.parametrize("to", list(MOVES))
def test_every_state_by_every_target(before, to):
    officer = factories.OfficerFactory()
    company = factories.CompanyFactory(organisation__status=before)
    if (before, to) in ALLOWED:
        MOVES[to](company.organisation, officer)
        expected, deeds = to, [f"organisation.{to}"]
    else:
        with pytest.raises(TransitionNotAllowed):
            MOVES[to](company.organisation, officer)
        expected, deeds = before, []
    company.organisation.refresh_from_db()
    assert company.organisation.status == expected
    assert list(AuditEvent.objects.values_list("action", flat=True)) == deeds


VALUES = {
    "name": "Alpha",
    "country": "SG",
    "fields": ["retail"],
    "modes": ["investment"],
    "languages": ["en"],
}


@pytest.mark.parametrize("status", list(S))
def test_an_organisation_may_start_in_every_state_and_tells_nobody(status):
    factories.OfficerFactory()
    made = actions.create_organisation(
        OrganisationKind.STARTUP, VALUES, status=status, by=None, reason="Why."
    )
    made.refresh_from_db()
    assert (made.status, Notice.objects.count()) == (status, 0)
    assert (made.submitted_at is None, made.published_at is None) == (
        status == S.DRAFT,
        status not in (S.PUBLISHED, S.SUSPENDED),
    )
    assert AuditEvent.objects.get().detail == {"status": status}


def test_a_profile_that_starts_published_must_be_complete():
    with pytest.raises(ValidationError) as caught:
        actions.create_organisation(
            OrganisationKind.STARTUP, {**VALUES, "modes": [], "languages": []}, status=S.PUBLISHED, by=None
        )
    assert sorted(caught.value.message_dict) == ["languages", "modes"]
    assert Organisation.objects.count() == 0


def test_assigning_writes_only_what_differs(django_assert_num_queries):
    startup = factories.StartupFactory()
    with django_assert_num_queries(0):
        assert assign(startup, {"team_size": startup.team_size, "stage": startup.stage}) == []
    with django_assert_num_queries(1):
        assert assign(startup, {"team_size": 99, "stage": startup.stage}) == ["team_size"]


def test_the_first_person_of_an_organisation_owns_it():
    organisation = factories.StartupFactory().organisation
    people = [
        actions.add_person(email=f"{name}@a.example", name=name, by=None, organisation=organisation)
        for name in ("first", "second")
    ]
    assert [person.membership.role for person in people] == ["owner", "member"]
    assert [person.has_usable_password() for person in people] == [False, False]
    assert [person.emailaddress_set.get().verified for person in people] == [True, True]


def test_a_contact_who_may_sign_in_already_is_left_alone():
    organisation = factories.StartupFactory().organisation
    contact = Contact(email="tal@a.example", name="Tal")
    assert actions.add_contact(organisation, contact, language="en", by=None)
    assert not actions.add_contact(organisation, contact, language="en", by=None)
    with pytest.raises(ValidationError):
        actions.add_contact(factories.StartupFactory().organisation, contact, language="en", by=None)
    assert User.objects.count() == 1


def test_staff_who_import_a_new_name_need_no_review():
    startup = factories.StartupFactory()
    startup_actions.change_startup(startup, {"name": "Renamed"}, {}, by=None, review_identity=False)
    assert startup.organisation.status == S.PUBLISHED


def test_a_change_that_breaks_a_rule_leaves_nothing_behind():
    company = factories.CompanyFactory()
    with pytest.raises(ValidationError):
        company_actions.change_company(
            company,
            {"city": "燕市", "sub_fields": ["charging"]},
            {"employees": 1},
            by=None,
        )
    company.refresh_from_db()
    company.organisation.refresh_from_db()
    assert (company.employees, company.organisation.city, AuditEvent.objects.count()) == (420, "長岡市", 0)


def test_challenges_are_added_changed_and_closed_with_an_audit_row():
    company = factories.CompanyFactory()
    values = {"title": "新しい課題", "text": "x", "field": "retail"}
    challenge = company_actions.add_challenge(company, values, by=None)
    assert challenge.modes == company.organisation.modes
    assert company_actions.change_challenge(challenge, {"is_open": False}, by=None) == ["is_open"]
    assert company_actions.change_challenge(challenge, {"is_open": False}, by=None) == []
    assert [(event.action, event.detail) for event in AuditEvent.objects.order_by("pk")] == [
        ("challenge.added", {"title": "新しい課題"}),
        ("challenge.changed", {"title": "新しい課題", "fields": ["is_open"]}),
    ]
    with pytest.raises(ValidationError):
        company_actions.add_challenge(company, {**values, "title": "b", "sub_fields": ["charging"]}, by=None)
    assert Challenge.objects.count() == 1


def test_settings_are_recorded_only_when_they_change():
    user = factories.UserFactory()
    assert actions.change_settings(user, {"name": user.name, "language": "en"}, by=user) == []
    assert actions.change_settings(user, {"name": "New", "language": "ja"}, by=user) == ["name", "language"]
    assert AuditEvent.objects.get().detail == {"fields": ["language", "name"]}
