"""Every state of an organisation, an invitation and a request to join, by everything that somebody may do with it.

A deed that is not named for a state is refused there, and leaves nothing: no state, no row in the trail, no word to
anybody. Applications have the same table in test_decisions.py.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from post_office.models import Email

from accounts import actions
from accounts.enums import InvitationStatus, JoinStatus, MemberRole, OrganisationStatus, StaffRole
from accounts.models import Invitation, JoinRequest, Membership, Organisation, User
from matchmaking.core.models import AuditEvent, Job, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from tests import factories
from tests.consenting import agreed_to_all

pytestmark = pytest.mark.django_db
S, J = OrganisationStatus, JoinStatus
REFUSALS = (TransitionNotAllowed, ValidationError)


def traces() -> tuple[int, ...]:
    return tuple(
        model._default_manager.count() for model in (AuditEvent, Notice, Email, Job, Membership, User)
    )


def organisation(status: OrganisationStatus) -> Organisation:
    made = factories.CompanyFactory(organisation__status=status).organisation
    if status in (S.LAPSED, S.WITHDRAWN):
        Organisation.objects.filter(pk=made.pk).update(
            published_at=timezone.now(), confirmed_at=timezone.now()
        )
        made.refresh_from_db()
    if status == S.SUBMITTED:
        factories.ReviewFactory(organisation=made)
    factories.MembershipFactory(organisation=made)
    return made


def member_of(row: Organisation) -> User:
    return User.objects.get(membership_row__organisation=row)


def term(row: Organisation) -> str:
    since = row.confirmed_at or row.published_at
    return since.isoformat() if since else ""


# What is done with an organisation: from which states, and where it leads.
DEEDS: dict[
    str, tuple[dict[OrganisationStatus, OrganisationStatus], Callable[[Organisation, User], object]]
] = {
    "send in": (
        dict.fromkeys((S.DRAFT, S.RETURNED, S.DECLINED, S.PUBLISHED, S.LAPSED, S.WITHDRAWN), S.SUBMITTED),
        lambda row, officer: actions.submit(agreed_to_all(row, member_of(row)), by=member_of(row)),
    ),
    "suspend": (
        {S.PUBLISHED: S.SUSPENDED},
        lambda row, officer: actions.suspend(row, reason="No answer for months.", by=officer),
    ),
    "publish again": (
        {S.SUSPENDED: S.PUBLISHED},
        lambda row, officer: actions.publish_again(row, by=officer),
    ),
    "confirm": (
        {S.PUBLISHED: S.PUBLISHED, S.LAPSED: S.PUBLISHED},
        lambda row, officer: actions.confirm(row, by=member_of(row)),
    ),
    "leave": (
        dict.fromkeys((S.DRAFT, S.RETURNED, S.PUBLISHED, S.SUSPENDED, S.LAPSED), S.WITHDRAWN),
        lambda row, officer: actions.withdraw(row, by=member_of(row)),
    ),
    "take back a new identity": (
        {},
        lambda row, officer: actions.take_back_identity(row, by=member_of(row)),
    ),
}


@pytest.mark.parametrize("before", list(S))
@pytest.mark.parametrize("deed", DEEDS)
def test_an_organisation_in_every_state_by_every_deed(deed: str, before: OrganisationStatus) -> None:
    row, officer = organisation(before), factories.OfficerFactory()
    to, do = DEEDS[deed]
    seen = traces()
    if before in to:
        do(row, officer)
        assert AuditEvent.objects.count() > seen[0]
    else:
        with pytest.raises(TransitionNotAllowed):
            do(row, officer)
        assert traces() == seen
    assert Organisation.objects.get(pk=row.pk).status == to.get(before, before)


@pytest.mark.parametrize("before", list(S))
@pytest.mark.parametrize("deed", ["remind", "lapse"])
def test_the_clock_touches_only_what_is_published(deed: str, before: OrganisationStatus) -> None:
    """Work that was written down before a profile left is done later, and finds nothing to do."""
    row = organisation(before)
    seen = traces()
    if deed == "remind":
        actions.remind(row.pk, term=term(row), reminder="day")
    else:
        actions.lapse(row.pk, term=term(row))
    acted = before == S.PUBLISHED
    assert (traces() != seen) is acted
    expected = S.LAPSED if acted and deed == "lapse" else before
    assert Organisation.objects.get(pk=row.pk).status == expected


@pytest.mark.parametrize("deed", ["remind", "lapse"])
def test_the_clock_of_an_earlier_term_touches_nothing(deed: str) -> None:
    row = organisation(S.PUBLISHED)
    earlier = term(row)
    actions.confirm(row, by=member_of(row))
    seen = traces()
    if deed == "remind":
        actions.remind(row.pk, term=earlier, reminder="day")
    else:
        actions.lapse(row.pk, term=earlier)
    assert (traces(), Organisation.objects.get(pk=row.pk).status) == (seen, S.PUBLISHED)


@pytest.mark.parametrize("days", [0, 364, 365 + 365 + 13, 365 + 365 + 15, 3000])
def test_a_lapsed_profile_comes_back_by_a_click_within_its_time_only(days: int, settings: Any) -> None:
    row = organisation(S.LAPSED)
    Organisation.objects.filter(pk=row.pk).update(confirmed_at=timezone.now() - timedelta(days=days))
    row.refresh_from_db()
    may = days <= 365 + 14 + 365
    assert actions.may_return(row) is may
    if may:
        actions.confirm(row, by=member_of(row))
    else:
        with pytest.raises(TransitionNotAllowed):
            actions.confirm(row, by=member_of(row))
    assert Organisation.objects.get(pk=row.pk).is_published is may


def test_a_deed_from_an_old_page_is_refused_by_what_the_database_holds() -> None:
    """The row in the caller's hand says published; somebody suspended it meanwhile."""
    row, officer = organisation(S.PUBLISHED), factories.OfficerFactory()
    actions.suspend(Organisation.objects.get(pk=row.pk), reason="Closed.", by=officer)
    for deed in (actions.confirm, actions.withdraw):
        with pytest.raises(TransitionNotAllowed):
            deed(row, by=member_of(row))
    with pytest.raises(TransitionNotAllowed):
        actions.suspend(row, reason="Twice.", by=officer)
    assert Organisation.objects.get(pk=row.pk).status == S.SUSPENDED


# --- invitations ------------------------------------------------------------------------------------------------

PAST = timedelta(hours=-1)
INVITATION_STATES: dict[str, dict[str, Any]] = {
    "open": {},
    "past its time": {"expires_at": PAST},
    "accepted": {"status": InvitationStatus.ACCEPTED},
    "taken back": {"status": InvitationStatus.REVOKED},
    "taken back and past": {"status": InvitationStatus.REVOKED, "expires_at": PAST},
}
INVITATION_DEEDS: dict[str, tuple[dict[str, str], Callable[[Invitation, User, User], object]]] = {
    "accept": (
        {"open": "accepted"},
        lambda row, friend, owner: actions.accept_invitation(row, by=friend),
    ),
    "take back": (
        {"open": "revoked", "past its time": "revoked"},
        lambda row, friend, owner: actions.revoke_invitation(row, by=owner),
    ),
    "send again": (
        {"open": "open", "past its time": "open"},
        lambda row, friend, owner: actions.renew_invitation(row, by=owner),
    ),
}


def invitation(state: str, friend: User) -> Invitation:
    values = dict(INVITATION_STATES[state])
    if "expires_at" in values:
        values["expires_at"] = timezone.now() + values["expires_at"]
    if values.get("status") == InvitationStatus.ACCEPTED:
        values |= {"accepted_by": factories.UserFactory(), "accepted_at": timezone.now()}
    return factories.InvitationFactory(
        email=friend.email, invited_at=timezone.now() - timedelta(hours=2), **values
    )


@pytest.mark.parametrize("state", INVITATION_STATES)
@pytest.mark.parametrize("deed", INVITATION_DEEDS)
def test_an_invitation_in_every_state_by_every_deed(deed: str, state: str) -> None:
    friend = factories.UserFactory()
    row = invitation(state, friend)
    owner = factories.MembershipFactory(organisation=row.organisation).user
    before, seen = row.status, traces()
    to, do = INVITATION_DEEDS[deed]
    if state in to:
        do(row, friend, owner)
        assert AuditEvent.objects.count() == seen[0] + 1
    else:
        with pytest.raises(REFUSALS):
            do(row, friend, owner)
        assert traces() == seen
    row.refresh_from_db()
    assert row.status == to.get(state, before)
    joined = Membership.objects.filter(user=friend, organisation=row.organisation).exists()
    assert joined is (deed == "accept" and state == "open")


def test_an_invitation_that_was_sent_again_holds_for_a_new_term() -> None:
    friend = factories.UserFactory()
    row = invitation("past its time", friend)
    old = row.token_hash
    actions.renew_invitation(row, by=factories.MembershipFactory(organisation=row.organisation).user)
    row.refresh_from_db()
    assert (row.token_hash != old, row.is_past) == (True, False)
    assert row.expires_at - row.invited_at == timedelta(hours=72)
    actions.accept_invitation(row, by=friend)


@pytest.mark.parametrize("member_role", list(MemberRole))
@pytest.mark.parametrize("has", ["a place", "a role", "a place elsewhere"])
def test_nobody_takes_a_second_place_by_invitation(has: str, member_role: str) -> None:
    friend = factories.UserFactory(staff_role=StaffRole.EXPERT if has == "a role" else "")
    row = factories.InvitationFactory(email=friend.email, member_role=member_role)
    if has == "a place":
        factories.MembershipFactory(user=friend, organisation=row.organisation)
    elif has == "a place elsewhere":
        factories.MembershipFactory(user=friend, organisation=factories.StartupFactory().organisation)
    seen = traces()
    with pytest.raises(ValidationError) as refusal:
        actions.accept_invitation(row, by=friend)
    assert (refusal.value.code, traces()) == ("belongs", seen)
    assert Invitation.objects.get(pk=row.pk).status == InvitationStatus.OPEN


# --- requests to join -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", list(J))
@pytest.mark.parametrize("admit", [True, False])
def test_a_request_to_join_in_every_state_by_both_answers(admit: bool, state: str) -> None:
    answered = (
        {} if state == J.ASKED else {"answered_by": factories.UserFactory(), "answered_at": timezone.now()}
    )
    row = factories.JoinRequestFactory(status=state, **answered)
    owner = factories.MembershipFactory(organisation=row.organisation).user
    seen = traces()
    if state == J.ASKED:
        actions.answer_join_request(row, admit=admit, by=owner)
        expected = J.ADMITTED if admit else J.REFUSED
        assert Notice.objects.get().recipient == row.user
    else:
        with pytest.raises(TransitionNotAllowed):
            actions.answer_join_request(row, admit=admit, by=owner)
        expected = state
        assert traces() == seen
    stored = JoinRequest.objects.get(pk=row.pk)
    assert stored.status == expected
    if state == J.ASKED:
        assert (stored.answered_by, stored.answered_at is None) == (owner, False)
    assert Membership.objects.filter(user=row.user).exists() is (admit and state == J.ASKED)


@pytest.mark.parametrize("state", [J.REFUSED, J.ADMITTED])
def test_whoever_was_answered_and_belongs_nowhere_may_ask_again(state: str) -> None:
    row = factories.JoinRequestFactory(
        status=state, answered_by=factories.UserFactory(), answered_at=timezone.now()
    )
    again = actions.ask_to_join(row.organisation, by=row.user)
    assert (again.pk != row.pk, again.status) == (True, J.ASKED)
