"""A new name, number or country of a reviewed organisation waits for review; the earlier one stays in force."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts import actions
from accounts.enums import DeclineReason, OrganisationStatus, ReviewKind, ReviewStatus
from accounts.models import Review
from companies.actions import REGISTERED, change_company
from matchmaking.core.models import AuditEvent, Job, Notice
from matchmaking.core.transitions import TransitionNotAllowed, move
from startups.actions import change_startup
from tests import factories
from tests.accounts import review_stories

pytestmark = pytest.mark.django_db
NUMBER = "7000012050002"
REVIEWED = [OrganisationStatus.PUBLISHED, OrganisationStatus.LAPSED, OrganisationStatus.SUSPENDED]


def identity_of(profile):
    review = Review.objects.open().get(organisation=profile.organisation)
    return review.kind, review.identity


@pytest.mark.parametrize("status", REVIEWED)
def test_other_changes_are_live_and_the_identity_waits(cast, status):
    firm = factories.CompanyFactory(
        organisation__status=status, organisation__published_at="2026-09-01T00:00Z"
    )
    name, number = firm.organisation.name, firm.corporate_number
    values = (
        {"name": "新北浜食品株式会社", "city": "三条市"},
        {"corporate_number": NUMBER, "employees": 431},
    )
    assert change_company(firm, *values, by=cast.company_owner) == ["employees", "city"]
    firm.refresh_from_db()
    firm.organisation.refresh_from_db()
    assert (firm.organisation.name, firm.corporate_number, firm.organisation.status) == (name, number, status)
    assert (firm.organisation.city, firm.employees) == ("三条市", 431)
    proposed = {"organisation": {"name": "新北浜食品株式会社"}, "company": {"corporate_number": NUMBER}}
    assert identity_of(firm) == (ReviewKind.IDENTITY, proposed)


@pytest.mark.parametrize("status", sorted(set(OrganisationStatus) - set(REVIEWED) - {"erased"}))
def test_what_nobody_has_reviewed_yet_changes_at_once(cast, status):
    startup = factories.StartupFactory(organisation__status=status)
    assert change_startup(startup, {"name": "Renamed", "country": "AU"}, {}, by=cast.startup_owner) == [
        "name",
        "country",
    ]
    assert Review.objects.count() == 0


def test_staff_are_told_once_and_members_edits_are_recorded(cast):
    change_startup(cast.startup, {"name": "One"}, {}, by=cast.startup_owner)
    change_startup(cast.startup, {"name": "Two"}, {}, by=cast.startup_owner)
    told = Notice.objects.filter(event="identity_proposed").values_list("recipient_id", flat=True)
    assert sorted(told) == sorted([cast.officer.pk, cast.administrator.pk])
    deeds = AuditEvent.objects.filter(action="organisation.identity_proposed")
    assert [deed.detail for deed in deeds] == [{"fields": ["name"]}] * 2
    assert not Job.objects.filter(name="matches.rescore").exists()  # nothing in force has changed


def test_a_second_proposal_updates_the_open_one(cast):
    change_startup(cast.startup, {"name": "One"}, {}, by=cast.startup_owner)
    change_startup(cast.startup, {"country": "AU"}, {}, by=cast.startup_member)
    change_startup(cast.startup, {"name": "Two"}, {}, by=cast.startup_member)
    assert Review.objects.count() == 1
    assert identity_of(cast.startup)[1] == {"organisation": {"name": "Two", "country": "AU"}}


def test_the_value_in_force_takes_a_proposal_back(cast):
    name = cast.startup.organisation.name
    change_startup(cast.startup, {"name": "One"}, {}, by=cast.startup_owner)
    change_startup(cast.startup, {"name": name}, {}, by=cast.startup_owner)
    assert Review.objects.get().status == ReviewStatus.TAKEN_BACK


def test_what_is_in_force_already_waits_for_nothing(cast):
    change_startup(cast.startup, {"name": cast.startup.organisation.name}, {}, by=cast.startup_owner)
    assert Review.objects.count() == 0


def test_a_proposed_decline_is_off_when_the_proposal_changes(cast):
    change_startup(cast.startup, {"name": "One"}, {}, by=cast.startup_owner)
    review = Review.objects.get()
    reason = {"decline_reason": DeclineReason.OTHER, "decline_proposed_by": cast.officer}
    Review.objects.filter(pk=review.pk).update(status=ReviewStatus.DECLINE_PROPOSED, text="No.", **reason)
    change_startup(cast.startup, {"name": "Two"}, {}, by=cast.startup_owner)
    review.refresh_from_db()
    assert (review.status, review.identity) == (ReviewStatus.WAITING, {"organisation": {"name": "Two"}})


def test_while_an_application_waits_nothing_is_proposed_beside_it(cast):
    factories.ReviewFactory(organisation=cast.startup.organisation)
    with pytest.raises(TransitionNotAllowed):
        change_startup(cast.startup, {"name": "One"}, {}, by=cast.startup_owner)


def test_a_number_in_force_or_waiting_elsewhere_is_refused(cast):
    taken = {"corporate_number": cast.other_company.corporate_number}
    with pytest.raises(ValidationError) as caught:
        change_company(cast.company, {}, taken, by=cast.company_owner)
    assert list(caught.value.message_dict) == ["corporate_number"]
    change_company(cast.other_company, {}, {"corporate_number": NUMBER}, by=cast.other_company_owner)
    with pytest.raises(ValidationError):
        change_company(cast.company, {}, {"corporate_number": NUMBER}, by=cast.company_owner)
    assert Review.objects.count() == 1


def test_an_approved_identity_comes_into_force(cast):
    change_company(cast.company, {"name": "新社名"}, {"corporate_number": NUMBER}, by=cast.company_owner)
    review_stories.approved(Review.objects.get(), cast.officer)
    cast.company.refresh_from_db()
    cast.company.organisation.refresh_from_db()
    assert (cast.company.organisation.name, cast.company.corporate_number) == ("新社名", NUMBER)


def test_at_approval_a_number_that_was_taken_meanwhile_is_refused(cast):
    change_company(cast.company, {}, {"corporate_number": NUMBER}, by=cast.company_owner)
    factories.CompanyFactory(corporate_number=NUMBER)
    with pytest.raises(ValidationError):
        review_stories.approved(Review.objects.get(), cast.officer)


def test_members_see_what_waits_and_take_it_back(cast, as_user):
    change_company(cast.company, {"name": "新社名"}, {}, by=cast.company_owner)
    client = as_user(cast.company_member)
    page = client.get(reverse("companies:own")).content.decode()
    assert f"New: 新社名 (now: {cast.company.organisation.name})" in page
    answer = client.post(reverse("accounts:identity_take_back"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("companies:own"))
    review = Review.objects.get()
    assert (review.status, review.decided_by) == (ReviewStatus.TAKEN_BACK, cast.company_member)
    assert "New: " not in client.get(reverse("companies:own")).content.decode()
    assert client.post(reverse("accounts:identity_take_back")).status_code == 409


def test_the_form_says_at_the_field_that_a_number_is_taken(cast, as_user):
    change_company(cast.other_company, {}, {"corporate_number": NUMBER}, by=cast.other_company_owner)
    address = reverse("companies:step", args=["company"])
    answer = as_user(cast.company_owner).post(
        address, {"name": "x", "corporate_number": NUMBER, "prefecture": "15", "industry": "foods"}
    )
    assert answer.context["form"].errors["corporate_number"] == [str(REGISTERED)]


def test_a_decided_proposal_is_no_longer_open(cast):
    change_startup(cast.startup, {"name": "One"}, {}, by=cast.startup_owner)
    assert actions.open_identity(cast.startup.organisation) == Review.objects.get()
    move(Review.objects.get(), ReviewStatus.APPROVED, by=cast.officer, decided_at="2026-09-01T00:00Z")
    assert actions.open_identity(cast.startup.organisation) is None
