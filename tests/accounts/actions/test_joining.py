"""Invitations and requests to join: who may accept what, once, and what the others read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from accounts import actions
from accounts.enums import InvitationStatus, JoinStatus, MemberRole, StaffRole
from accounts.models import Invitation, JoinRequest, Membership, User, hash_of
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from tests import factories
from tests.accounts.signing import last_mail, link_for
from tests.conftest import Cast
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
EMAIL = "friend@people.example"


def invited(cast: Cast, email: str = EMAIL, **options: str) -> Invitation:
    return actions.invite(
        email=email,
        language=options.get("language", "en"),
        organisation=cast.company.organisation,
        member_role=options.get("role", MemberRole.MEMBER),
        by=cast.company_owner,
    )


def token_of(email: str = EMAIL) -> str:
    return link_for(email).rstrip("/").rpartition("/")[2]


def refusal(caught: pytest.ExceptionInfo[ValidationError]) -> str:
    return str(caught.value.messages[0])


def events(user: User) -> list[str]:
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("event", flat=True))


def test_the_mail_holds_the_secret_and_the_database_only_its_hash(cast: Cast) -> None:
    invitation = invited(cast)
    token = token_of()
    assert len(token) >= 43  # 256 bits
    assert invitation.token_hash == hash_of(token)
    assert Invitation.objects.with_token(token).get() == invitation
    assert token not in str(AuditEvent.objects.values_list("target_label", "detail"))
    assert invitation.expires_at - invitation.invited_at == timedelta(hours=72)


@pytest.mark.parametrize(("language", "words"), [("en", "invites you"), ("ja", "招待")])
def test_the_mail_comes_in_the_language_that_the_inviter_chose(language: str, words: str, cast: Cast) -> None:
    invited(cast, language=language)
    assert words in last_mail(EMAIL).subject
    assert link_for(EMAIL).startswith(f"/{language}/")


def test_a_name_that_looks_like_an_address_is_no_link_in_our_mail(cast: Cast) -> None:
    cast.company_owner.name = "Win at https://evil.example/now"
    cast.company_owner.save()
    invited(cast)
    mail = last_mail(EMAIL)
    assert "evil.example" not in mail.subject + mail.message.replace("localhost:8000", "")
    assert mail.message.count("://") == 1


def test_accepting_gives_the_place_tells_the_owner_and_works_once(cast: Cast) -> None:
    invitation, friend = invited(cast, role=MemberRole.OWNER), UserFactory(email=EMAIL)
    actions.accept_invitation(invitation, by=friend)
    place = Membership.objects.get(user=friend)
    assert (place.organisation, place.role) == (cast.company.organisation, MemberRole.OWNER)
    assert (invitation.status, invitation.accepted_by) == (InvitationStatus.ACCEPTED, friend)
    assert events(cast.company_owner) == ["invitation_accepted"]
    assert events(friend) == []
    with pytest.raises(TransitionNotAllowed):
        actions.accept_invitation(invitation, by=friend)


def test_an_address_may_be_written_in_capitals(cast: Cast) -> None:
    friend = UserFactory(email="Friend@People.Example")
    actions.accept_invitation(invited(cast, email="FRIEND@people.example"), by=friend)
    assert User.objects.get(pk=friend.pk).organisation == cast.company.organisation


def test_nobody_accepts_for_somebody_else_too_late_or_from_two_organisations(cast: Cast) -> None:
    invitation = invited(cast)
    for person, words in (
        (cast.newcomer, "for another address"),
        (cast.startup_owner, "for another address"),
    ):
        with pytest.raises(ValidationError) as caught:
            actions.accept_invitation(invitation, by=person)
        assert words in refusal(caught)
    friend = UserFactory(email=EMAIL)
    factories.MembershipFactory(user=friend, organisation=cast.startup.organisation)
    with pytest.raises(ValidationError) as caught:
        actions.accept_invitation(invitation, by=friend)
    assert "Nobody belongs to two organisations" in refusal(caught)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.OPEN, "what was refused left nothing behind"
    with pytest.raises(ValidationError) as caught:
        actions.accept_invitation(invitation, by=friend)
    assert "past its time" in refusal(caught)


def test_a_revoked_invitation_is_over(cast: Cast) -> None:
    invitation, friend = invited(cast), UserFactory(email=EMAIL)
    actions.revoke_invitation(invitation, by=cast.company_owner)
    with pytest.raises(TransitionNotAllowed):
        actions.accept_invitation(invitation, by=friend)


def test_sending_again_makes_a_new_link_and_ends_the_old_one(cast: Cast) -> None:
    invitation = invited(cast)
    old = token_of()
    with pytest.raises(ValidationError) as caught:
        actions.renew_invitation(invitation, by=cast.company_owner)
    assert "just been sent" in refusal(caught)
    Invitation.objects.update(invited_at=timezone.now() - timedelta(hours=80), expires_at=timezone.now())
    invitation.refresh_from_db()
    actions.renew_invitation(invitation, by=cast.company_owner)
    assert token_of() != old
    assert not Invitation.objects.with_token(old).exists()
    assert not invitation.is_over(timezone.now())
    Invitation.objects.update(status=InvitationStatus.REVOKED, invited_at=timezone.now() - timedelta(hours=1))
    invitation.refresh_from_db()
    with pytest.raises(TransitionNotAllowed):
        actions.renew_invitation(invitation, by=cast.company_owner)


def test_what_the_inviter_sees_anyway_is_said_at_the_field(cast: Cast) -> None:
    invited(cast)
    for email, words in (
        ("FRIEND@people.example", "invited already"),
        (cast.company_member.email.upper(), "belongs to your organisation already"),
    ):
        with pytest.raises(ValidationError) as caught:
            invited(cast, email=email)
        assert words in caught.value.message_dict["email"][0]


def test_that_somebody_belongs_elsewhere_is_not_said(cast: Cast) -> None:
    for email in (cast.other_company_owner.email, cast.officer.email, "nobody@people.example"):
        assert invited(cast, email=email).status == InvitationStatus.OPEN


def test_an_organisation_sends_so_many_invitations_a_day(cast: Cast, settings: object) -> None:
    settings.INVITATIONS_A_DAY = 2  # type: ignore[attr-defined]
    invited(cast, email="one@people.example")
    invited(cast, email="two@people.example")
    with pytest.raises(ValidationError) as caught:
        invited(cast, email="three@people.example")
    assert refusal(caught) == "2 invitations a day may be sent. Go on tomorrow."


def test_an_account_is_made_with_the_invited_address_confirmed(cast: Cast) -> None:
    user = actions.join_by_invitation(
        invited(cast), name="Friend", language="ja", time_zone="Asia/Tokyo", password=PASSWORD
    )
    assert (user.email, user.language, user.check_password(PASSWORD)) == (EMAIL, "ja", True)
    assert user.emailaddress_set.get().verified
    assert user.organisation == cast.company.organisation


@pytest.mark.parametrize("role", StaffRole)
def test_the_programme_invites_by_role(role: StaffRole, cast: Cast) -> None:
    invitation = actions.invite(email=EMAIL, language="en", staff_role=role, by=cast.administrator)
    friend = UserFactory(email=EMAIL)
    actions.accept_invitation(invitation, by=friend)
    friend.refresh_from_db()
    assert friend.staff_role == role
    with pytest.raises(ValidationError) as caught:
        actions.invite(email=EMAIL, language="en", staff_role=role, by=cast.administrator)
    assert "takes part already" in caught.value.message_dict["email"][0]


def test_asking_to_join_tells_the_owner_once(cast: Cast) -> None:
    organisation = cast.company.organisation
    first = actions.ask_to_join(organisation, by=cast.newcomer)
    assert actions.ask_to_join(organisation, by=cast.newcomer) == first
    assert events(cast.company_owner) == ["join_asked"]
    assert events(cast.company_member) == []


def test_where_nobody_owns_the_organisation_the_office_is_told(cast: Cast) -> None:
    actions.ask_to_join(factories.CompanyFactory().organisation, by=cast.newcomer)
    assert (events(cast.officer), events(cast.administrator)) == (["join_asked"], ["join_asked"])


@pytest.mark.parametrize(
    ("admit", "status", "event"),
    [(True, JoinStatus.ADMITTED, "join_admitted"), (False, JoinStatus.REFUSED, "join_refused")],
)
def test_the_owner_answers_once(admit: bool, status: str, event: str, cast: Cast) -> None:
    request = actions.ask_to_join(cast.company.organisation, by=cast.newcomer)
    stale = JoinRequest.objects.get()
    actions.answer_join_request(request, admit=admit, by=cast.company_owner)
    assert (request.status, events(cast.newcomer)) == (status, [event])
    assert Membership.objects.filter(user=cast.newcomer).exists() is admit
    with pytest.raises(TransitionNotAllowed):
        actions.answer_join_request(stale, admit=not admit, by=cast.company_owner)


def test_whoever_belongs_somewhere_does_not_ask_nor_get_in(cast: Cast) -> None:
    for person in (cast.startup_owner, cast.officer):
        with pytest.raises(ValidationError):
            actions.ask_to_join(cast.company.organisation, by=person)
    request = actions.ask_to_join(cast.company.organisation, by=cast.newcomer)
    factories.MembershipFactory(user=cast.newcomer, organisation=cast.startup.organisation)
    with pytest.raises(ValidationError):
        actions.answer_join_request(request, admit=True, by=cast.company_owner)
    request.refresh_from_db()
    assert request.status == JoinStatus.ASKED


@pytest.mark.django_db(transaction=True)
def test_of_many_who_open_one_link_at_once_one_gets_in(cast: Cast) -> None:
    invitation, friend = invited(cast), UserFactory(email=EMAIL)

    def accept(_number: int) -> str:
        try:
            actions.accept_invitation(
                Invitation.objects.get(pk=invitation.pk), by=User.objects.get(pk=friend.pk)
            )
            return "in"
        except (TransitionNotAllowed, ValidationError):
            return "out"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(accept, range(16)))
    assert answers.count("in") == 1
    assert Membership.objects.filter(user=friend).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_person_with_two_invitations_gets_one_place(cast: Cast) -> None:
    friend = UserFactory(email=EMAIL)
    invitations = [
        invited(cast),
        actions.invite(
            email=EMAIL, language="en", organisation=cast.startup.organisation, member_role=MemberRole.OWNER,
            by=cast.startup_owner,
        ),
    ]  # fmt: skip

    def accept(invitation: Invitation) -> bool:
        try:
            actions.accept_invitation(invitation, by=User.objects.get(pk=friend.pk))
            return True
        except ValidationError:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(accept, invitations)) == [False, True]
