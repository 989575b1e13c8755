"""What each QuerySet finds, and what it leaves out: rows of others, of other states, and those just beyond the edge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from accounts.enums import InvitationStatus, JoinStatus, MemberRole, ReviewStatus, StaffRole
from accounts.models import (
    CacheEntry,
    ChangesSeen,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    Remark,
    Review,
    User,
    hash_of,
    members_of,
    owners_of,
)
from tests import factories
from tests.accounts import review_stories as stories
from tests.accounts.signing import set_up_app
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 3, 5, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

# --- people -----------------------------------------------------------------------------------------------------


def test_staff_are_listed_by_role_and_name_with_whether_they_have_a_second_factor(cast: Cast) -> None:
    first, gone = factories.OfficerFactory(name="Abe"), factories.OfficerFactory(is_active=False)
    set_up_app(cast.officer)
    set_up_app(gone)
    listed = [(person.name, person.has_second_factor) for person in User.objects.staff()]
    assert listed == [("administrator", False), ("expert", False), (first.name, False), ("officer", True)]
    assert Authenticator.objects.filter(user=cast.officer).count() == 2, "an app and codes count once"


def test_the_office_is_officers_and_administrators_who_are_there(cast: Cast) -> None:
    factories.OfficerFactory(is_active=False)
    assert set(User.objects.officers()) == {cast.officer, cast.administrator}


def test_people_of_an_organisation_are_those_who_are_there_and_owners_those_who_decide(cast: Cast) -> None:
    organisation = cast.company.organisation
    gone = factories.MembershipFactory(organisation=organisation, user__is_active=False).user
    assert list(members_of(organisation)) == [cast.company_owner, cast.company_member]
    assert list(owners_of(organisation)) == [cast.company_owner]
    assert gone not in members_of(organisation)
    assert list(members_of(factories.CompanyFactory().organisation)) == []


def test_a_list_of_members_has_owners_first_and_then_who_came_first(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    organisation = cast.company.organisation
    late = factories.MembershipFactory(
        organisation=organisation, role=MemberRole.OWNER, user__name="late owner"
    )
    with django_assert_num_queries(1):
        names = [str(row.user) for row in Membership.objects.filter(organisation=organisation).with_people()]
    assert names == ["company-owner", "late owner", "company-member"]
    assert str(late) == f"late owner ({organisation})"


def test_somebody_is_found_by_their_address_in_any_case(cast: Cast) -> None:
    for written in ("officer@people.example", cast.officer.email, cast.officer.email.upper()):
        if written.lower() == cast.officer.email:
            assert User.objects.get_by_natural_key(written) == cast.officer
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key("nobody@people.example")


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({"name": "Aya", "email": "a@x.example"}, "Aya"),
        ({"name": "", "email": "a@x.example"}, "a@x.example"),
        ({"name": "", "email": "e@erased.invalid", "erased_at": NOW}, "Former user"),
        ({"name": "Aya", "email": "e@erased.invalid", "erased_at": NOW}, "Former user"),
    ],
)
def test_a_person_is_called_by_name_address_or_neither(values: dict[str, Any], shown: str) -> None:
    assert str(User(**values)) == shown


# --- invitations and requests to join ---------------------------------------------------------------------------


@pytest.fixture
def invitations(cast: Cast) -> dict[str, Invitation]:
    """To two organisations, and to each role of the programme."""
    made = {
        "company": factories.InvitationFactory(organisation=cast.company.organisation),
        "startup": factories.InvitationFactory(organisation=cast.startup.organisation),
    }
    for role in StaffRole:
        made[str(role)] = factories.InvitationFactory(organisation=None, member_role="", staff_role=role)
    return made


@pytest.mark.parametrize(
    ("person", "visible"),
    [
        ("administrator", {"administrator", "officer", "expert"}),
        ("officer", {"expert"}),
        ("expert", set()),
        ("company_owner", {"company"}),
        ("company_member", set()),
        ("other_company_owner", set()),
        ("startup_owner", {"startup"}),
        ("startup_member", set()),
        ("newcomer", set()),
    ],
)
def test_everybody_sees_the_invitations_that_they_may_decide_about(
    person: str, visible: set[str], cast: Cast, invitations: dict[str, Invitation]
) -> None:
    found = Invitation.objects.visible_to(getattr(cast, person))
    assert {name for name, row in invitations.items() if row in found} == visible
    assert len(found) == len(visible)


def test_the_list_of_invitations_leaves_out_what_was_taken_back_and_what_is_elsewheres(
    cast: Cast, invitations: dict[str, Invitation], django_assert_num_queries: Any
) -> None:
    organisation = cast.company.organisation
    factories.InvitationFactory(organisation=organisation, status=InvitationStatus.REVOKED)
    accepted = factories.InvitationFactory(
        organisation=organisation,
        status=InvitationStatus.ACCEPTED,
        accepted_by=cast.newcomer,
        accepted_at=NOW,
    )
    with django_assert_num_queries(1):
        listed = [(row, str(row.invited_by), str(row)) for row in Invitation.objects.for_list(organisation)]
    assert {row for row, *_rest in listed} == {invitations["company"], accepted}
    assert {str(row.staff_role) for row in Invitation.objects.for_list(None)} == set(StaffRole.values)


@pytest.mark.parametrize(
    ("status", "expires", "is_open"),
    [
        (InvitationStatus.OPEN, NOW + MINUTE, True),
        (InvitationStatus.OPEN, NOW, False),
        (InvitationStatus.OPEN, NOW - MINUTE, False),
        (InvitationStatus.REVOKED, NOW + MINUTE, False),
        (InvitationStatus.ACCEPTED, NOW + MINUTE, False),
    ],
)
def test_an_invitation_can_be_accepted_up_to_its_last_moment(
    status: str, expires: datetime, is_open: bool, cast: Cast
) -> None:
    more = {"accepted_by": cast.newcomer, "accepted_at": NOW} if status == InvitationStatus.ACCEPTED else {}
    row = factories.InvitationFactory(status=status, expires_at=expires, **more)
    assert row.is_over(NOW) is (status == InvitationStatus.OPEN and not is_open)


def test_a_secret_finds_its_invitation_and_its_hash_does_not() -> None:
    row = factories.InvitationFactory(token_hash=hash_of("secret"))
    assert Invitation.objects.with_token("secret").get() == row
    for wrong in ("", "Secret", "secret ", row.token_hash):
        assert not Invitation.objects.with_token(wrong).exists()
    assert (len(hash_of("")), hash_of("a") != hash_of("b")) == (64, True)


def test_only_requests_without_an_answer_wait(cast: Cast, django_assert_num_queries: Any) -> None:
    waiting = factories.JoinRequestFactory()
    for status in (JoinStatus.ADMITTED, JoinStatus.REFUSED):
        factories.JoinRequestFactory(status=status, answered_by=cast.officer, answered_at=NOW)
    with django_assert_num_queries(1):
        assert [str(row) for row in JoinRequest.objects.waiting()] == [
            f"{waiting.user} → {waiting.organisation}"
        ]


# --- reviews ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ReviewStatus)
def test_a_review_is_open_until_somebody_has_decided(status: str, cast: Cast) -> None:
    row = factories.ReviewFactory(
        status=status, decided_at=NOW, decided_by=cast.administrator, decline_proposed_by=cast.officer,
        decline_reason="other", text="Not yet.",
    )  # fmt: skip
    is_open = status in ("waiting", "decline_proposed")
    assert (Review.objects.open().exists(), row.is_open) == (is_open, is_open)
    assert str(row) == f"{row.organisation} ({row.get_status_display()})"


@pytest.mark.parametrize(("due", "overdue"), [(date(2026, 12, 2), True), (date(2026, 12, 3), False)])
def test_a_review_is_overdue_from_the_day_after_its_last_one(due: date, overdue: bool) -> None:
    factories.ReviewFactory(due_on=due)
    assert Review.objects.overdue(date(2026, 12, 3)).exists() is overdue


@pytest.mark.parametrize(
    ("opened", "seen_at", "left"),
    [
        ("nobody", None, True),
        ("me", NOW, True),
        ("other", NOW, False),
        ("other", NOW - 10 * MINUTE, False),
        ("other", NOW - 11 * MINUTE, True),
        ("other", None, True),
    ],
)
def test_what_another_officer_has_open_is_left_to_them_while_they_give_signs(
    opened: str, seen_at: datetime | None, left: bool, cast: Cast
) -> None:
    who = {"nobody": None, "me": cast.officer, "other": cast.administrator}[opened]
    factories.ReviewFactory(opened_by=who, seen_at=seen_at)
    found = Review.objects.nobody_else_looks_at(cast.officer, NOW - 10 * MINUTE)
    assert found.exists() is left


def test_remarks_are_to_be_seen_to_while_the_latest_review_asks_for_changes(cast: Cast) -> None:
    review = stories.returned(stories.applied(), cast.officer, organisation__name_en="As registered.")
    organisation = stories.fresh(review.organisation)
    other = stories.returned(stories.applied(), cast.officer, company__employees="How many?")
    to_correct: Callable[[], list[str]] = lambda: [  # noqa: E731
        remark.subject for remark in Remark.objects.to_correct(organisation)
    ]
    assert to_correct() == ["organisation.name_en"]
    Remark.objects.filter(review=review).update(resolved_at=NOW)
    assert to_correct() == []
    Remark.objects.filter(review=review).update(resolved_at=None)
    factories.ReviewFactory(organisation=organisation, asked_at=timezone.now() + MINUTE)
    assert to_correct() == [], "a newer application is what counts"
    assert [str(row) for row in Remark.objects.to_correct(other.organisation)] == [
        "company.employees: How many?"
    ]


# --- organisations ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "confirmed", "listed"),
    [
        ("published", NOW - timedelta(days=365 - 31), False),
        ("published", NOW - timedelta(days=365 - 29), True),
        ("published", NOW - timedelta(days=400), True),
        ("lapsed", NOW - timedelta(days=1), True),
        ("suspended", NOW - timedelta(days=400), False),
        ("withdrawn", NOW - timedelta(days=400), False),
        ("erased", NOW - timedelta(days=400), False),
        ("submitted", NOW - timedelta(days=400), False),
    ],
)
def test_whose_term_ends_within_a_month_is_to_be_confirmed(
    status: str, confirmed: datetime, listed: bool
) -> None:
    factories.CompanyFactory(organisation__status=status)
    Organisation.objects.update(confirmed_at=confirmed, published_at=confirmed)
    assert Organisation.objects.to_be_confirmed(NOW).exists() is listed


def test_the_longest_waiting_is_to_be_confirmed_first_whatever_its_state() -> None:
    rows = {}
    for days, status in ((400, "published"), (500, "lapsed"), (450, "published")):
        rows[days] = factories.StartupFactory(organisation__status=status).organisation
        moment = NOW - timedelta(days=days)
        Organisation.objects.filter(pk=rows[days].pk).update(published_at=moment, confirmed_at=None)
    assert list(Organisation.objects.to_be_confirmed(NOW)) == [rows[500], rows[450], rows[400]]


def test_what_tells_of_itself_in_lists_and_logs(cast: Cast) -> None:
    seen = ChangesSeen(organisation=cast.company.organisation, seen_at=NOW, seen_by=cast.officer)
    assert str(seen) == f"{cast.company.organisation}: {NOW}"
    assert str(CacheEntry(cache_key="a", value="b", expires=NOW)) == "a"
