"""How people come to an organisation or to the programme by invitation."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions.people import add_person
from accounts.enums import InvitationStatus
from accounts.models import Invitation, Membership, Organisation, User, hash_of, members_of, owners_of
from accounts.profiles import arrivals
from accounts.rules import names_of
from matchmaking.core import audit, mailing
from matchmaking.core.facts import Words
from matchmaking.core.notices import Event, notify
from matchmaking.core.texts import unlinked
from matchmaking.core.transitions import TransitionNotAllowed, move

AGAIN_AFTER = timedelta(minutes=5)  # one address is not sent the same invitation more often


@transaction.atomic
def invite(
    *,
    email: str,
    language: str,
    by: User,
    organisation: Organisation | None = None,
    member_role: str = "",
    staff_role: str = "",
) -> Invitation:
    """Send one person a link with which they may join, for 72 hours, once.

    Whether the address belongs to somebody elsewhere makes no difference here, and is told to nobody but its owner.
    """
    email = email.strip().lower()
    if organisation is not None:
        _keep_within_a_day(organisation)
    _refuse_who_is_there(email, organisation)
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        email=email,
        language=language,
        organisation=organisation,
        member_role=member_role,
        staff_role=staff_role,
        **_fresh_link(token, by),
    )
    try:
        with transaction.atomic():
            invitation.save()
    except IntegrityError as error:  # a colleague invites the same person at this very moment
        raise _invited_already() from error
    audit.record("invitation.open", invitation, by=by, role=member_role or staff_role)
    _send(invitation, token)
    return invitation


@transaction.atomic
def renew_invitation(invitation: Invitation, *, by: User) -> None:
    """Send it again with a new link and a new term; the old link stops working."""
    _hold(invitation)
    if invitation.invited_at > timezone.now() - AGAIN_AFTER:
        raise ValidationError(_("This invitation has just been sent. Wait a few minutes."), code="too_soon")
    token = secrets.token_urlsafe(32)
    for name, value in _fresh_link(token, by).items():
        setattr(invitation, name, value)
    invitation.save()
    audit.record("invitation.renewed", invitation, by=by)
    _send(invitation, token)


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: User) -> None:
    """Take it back: its link stops working."""
    move(invitation, InvitationStatus.REVOKED, by=by)


def _place(organisation: Organisation | None) -> Words:
    if organisation is not None:
        return names_of(organisation, safe=True)
    return Words.of(lambda _language: _("the programme"))


@transaction.atomic
def accept_invitation(invitation: Invitation, *, by: User) -> None:
    """The person whose address it names joins."""
    if invitation.is_over(timezone.now()):
        raise ValidationError(_("The invitation is past its time."), code="lapsed")
    if by.email.casefold() != invitation.email.casefold():
        raise ValidationError(_("The invitation is for another address."), code="other_address")
    move(
        invitation, InvitationStatus.ACCEPTED, by=by, accepted_by=by, accepted_at=timezone.now()
    )  # first: of two requests with the same link, the second ends here
    settle(by, invitation.organisation, member_role=invitation.member_role, staff_role=invitation.staff_role)
    told = [person for person in _who_waits(invitation) if person != by]
    notify(Event.INVITATION_ACCEPTED, told, person=unlinked(str(by)), place=_place(invitation.organisation))


def _who_waits(invitation: Invitation) -> list[User]:
    """The owners, and whoever invited unless they have left meanwhile: who comes is no affair of theirs any more."""
    inviter, organisation = invitation.invited_by_id, invitation.organisation
    if organisation is None:
        return list(User.objects.officers().filter(pk=inviter))
    return [*members_of(organisation).filter(pk=inviter), *owners_of(organisation)]


@transaction.atomic
def join_by_invitation(
    invitation: Invitation, *, name: str, language: str, time_zone: str, password: str
) -> User:
    """A new account for the invited address, which the mail has proved, and the place it was invited to."""
    _hold(invitation)  # first: of two windows, the second is told so before it makes the same account
    try:
        with transaction.atomic():
            user = add_person(
                email=invitation.email,
                name=name,
                language=language,
                time_zone=time_zone,
                encoded_password=make_password(password),
                by=None,
            )
    except IntegrityError as error:  # they have signed up in another window at this very moment
        raise ValidationError(_("This e-mail address belongs to somebody else."), code="taken") from error
    accept_invitation(invitation, by=user)
    return user


def settle(
    user: User, organisation: Organisation | None, *, member_role: str = "", staff_role: str = ""
) -> None:
    """Give a newcomer their place. The lock keeps one person from taking two at once."""
    user = User.objects.select_for_update().get(pk=user.pk)
    refuse_who_belongs_somewhere(user)
    if organisation is None:
        user.staff_role = staff_role
        user.save(update_fields=["staff_role"])
        arrivals.welcome(user)
    else:
        Membership.objects.create(user=user, organisation=organisation, role=member_role)


def refuse_who_belongs_somewhere(user: User) -> None:
    """Raise ValidationError for whoever has a place in an organisation or in the programme office."""
    if user.staff_role or Membership.objects.filter(user=user).exists():
        raise ValidationError(
            _("Nobody belongs to two organisations. Leave the one before you join another."), code="belongs"
        )


def _hold(invitation: Invitation) -> None:
    """Know the invitation as it is now, and let nobody else use or change it; refuse one that is not open."""
    invitation.refresh_from_db(from_queryset=Invitation.objects.select_for_update())
    if invitation.status != InvitationStatus.OPEN:
        raise TransitionNotAllowed(invitation, InvitationStatus.OPEN)


def _fresh_link(token: str, by: User) -> dict[str, Any]:
    now = timezone.now()
    return {
        "token_hash": hash_of(token),
        "invited_by": by,
        "invited_at": now,
        "expires_at": now + timedelta(hours=settings.INVITATION_HOURS),
    }


def _invited_already() -> ValidationError:
    return ValidationError(
        {"email": _("This person has been invited already. Send the invitation again from the list.")}
    )


def _refuse_who_is_there(email: str, organisation: Organisation | None) -> None:
    """What the inviter's own lists show anyway is told at once."""
    if organisation is not None:
        there = Membership.objects.filter(organisation=organisation, user__email__iexact=email)
    else:
        there = Membership.objects.none()
        if User.objects.filter(email__iexact=email).exclude(staff_role="").exists():
            raise ValidationError({"email": _("This person takes part already.")})
    if there.exists():
        raise ValidationError({"email": _("This person belongs to your organisation already.")})
    if Invitation.objects.filter(
        email__iexact=email, organisation=organisation, status=InvitationStatus.OPEN
    ).exists():
        raise _invited_already()


def _keep_within_a_day(organisation: Organisation) -> None:
    """Nobody uses the ministry's name to send mail to many; the lock lets two colleagues not count past each other."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    since = timezone.now() - timedelta(days=1)
    limit = settings.INVITATIONS_A_DAY
    if organisation.invitations.filter(invited_at__gt=since).count() >= limit:
        message = ngettext(
            "%(limit)s invitation a day may be sent. Go on tomorrow.",
            "%(limit)s invitations a day may be sent. Go on tomorrow.",
            limit,
        )
        raise ValidationError(message % {"limit": limit}, code="too_many")


def _send(invitation: Invitation, token: str) -> None:
    """In the language that the inviter chose; names are written so that no mail program makes links of them."""
    with translation.override(invitation.language):
        context = {
            "inviter": unlinked(str(invitation.invited_by)),
            "organisation": unlinked(str(invitation.organisation)) if invitation.organisation else "",
            "role": invitation.get_staff_role_display(),
            "url": settings.SITE_URL + reverse("accounts:invitation", args=[token]),
            "hours": settings.INVITATION_HOURS,
        }
        subject = render_to_string("accounts/mail/invitation_subject.txt", context)
        text = render_to_string("accounts/mail/invitation.txt", context)
        mailing.queue(invitation.email, subject, text, private=True)
