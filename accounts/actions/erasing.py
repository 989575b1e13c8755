"""Erasing an organisation and a person: the only code that does it, in one transaction with what tells of it.

Which table holds what is registered (accounts/erasure/holdings.py); files are deleted by the ledger after the commit.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actions.lifecycle import LEAVABLE, end_participation
from accounts.actions.members import keep_an_administrator, keep_an_owner
from accounts.actions.reviews import let_go_of_reviews
from accounts.enums import InvitationStatus, OrganisationStatus, StaffRole
from accounts.erasure import emptying, mentions
from accounts.erasure.holdings import NO_NAME, holders
from accounts.erasure.mentions import Names
from accounts.models import Invitation, JoinRequest, Membership, Organisation, User
from accounts.profiles import departures
from matchmaking.core import audit, mailing
from matchmaking.core.transitions import move

FORMER_ORGANISATION = gettext_noop("a deleted organisation")
FORMER_USER = gettext_noop("a former user")


def erase_organisation(organisation: Organisation, *, by: User, reason: str = "") -> None:
    """Everything that an organisation wrote, and that was written of it, goes; what figures are made of stays.

    One that takes part leaves first, so that others are told. Called within a transaction that holds the organisation's
    row. Its people are erased by whoever calls.
    """
    with transaction.atomic():
        names = _names_of(organisation)
        keys = emptying.keys_of("organisation", organisation.pk)
        if organisation.status in LEAVABLE:
            end_participation(organisation, by=by)
        for holder in holders():
            holder.let_go(organisation, by=by)
        organisation.name = NO_NAME  # the row that tells of it names nobody
        move(organisation, OrganisationStatus.ERASED, by=by, reason=reason, name=NO_NAME)
        emptying.empty("organisation", organisation.pk)
        mentions.forget(names, (), gone=FORMER_ORGANISATION)
        mentions.empty_trail(keys, names, ())
        organisation.refresh_from_db()


def _names_of(organisation: Organisation) -> Names:
    """As it is called, as it was ever called, and whatever else leads to it."""
    history = emptying.history_of(Organisation)
    known = {organisation.name, organisation.name_en}
    if history is not None:
        past = history._default_manager.filter(pgh_obj_id=organisation.pk)
        known |= {name for row in past.values_list("name", "name_en") for name in row}
    return Names(known.union(*(holder.names(organisation) for holder in holders())))


@transaction.atomic
def close_account(*, by: User) -> None:
    """Somebody wants no account any more. Refused to the last owner of an organisation and the last administrator."""
    refuse_the_last(by)
    say_goodbye(by, "account")
    erase_person(by, by=by)


@transaction.atomic
def erase_on_request(address: str, *, reason: str, by: User) -> None:
    """An administrator erases whoever has this address: an account, open or old invitations, or both."""
    user = User.objects.select_for_update().filter(email__iexact=address).first()
    invited = Invitation.objects.filter(email__iexact=address)
    if user is None and not invited.exists():
        raise ValidationError(_("Nobody with this address is known any more."), code="unknown")
    if user is None:
        _forget_address(address, by=by, reason=reason)
        return
    refuse_the_last(user)
    say_goodbye(user, "account")
    erase_person(user, by=by, reason=reason)


def refuse_the_last(user: User) -> None:
    """Raise ValidationError for the last owner of an organisation and for the last administrator."""
    if (membership := Membership.objects.filter(user=user).first()) is not None:
        keep_an_owner(membership)
    if user.staff_role == StaffRole.ADMINISTRATOR:
        keep_an_administrator(user)


@transaction.atomic
def erase_person(user: User, *, by: User | None, reason: str = "") -> None:
    """Whatever tells who somebody is goes, also from the trail and from what others were told; what they did stays.

    Their texts about others (a remark on an application, an expert's reasons) are the programme's: they stay, unnamed.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.erased_at is not None:
        raise ValidationError(_("This account is erased already."), code="erased")
    names = Names({user.name, user.email})
    keys = emptying.keys_of("person", user.pk)
    invited = Invitation.objects.filter(email__iexact=user.email)
    keys["accounts.invitation"] |= {str(pk) for pk in invited.values_list("pk", flat=True)}
    _let_go(user, by=by)
    audit.record_erasure("user.erased", user, by=by, reason=reason)
    mentions.forget(names, [user], gone=FORMER_USER)
    emptying.empty("person", user.pk)
    mentions.empty_trail(keys, names, [user])
    User.objects.filter(pk=user.pk).update(is_active=False, erased_at=timezone.now())


def _let_go(user: User, *, by: User | None) -> None:
    """Nobody waits for an answer by, or to, somebody who is gone; what was decided stays decided."""
    anonymous = f"erased-{user.pk}@erased.invalid"
    Invitation.objects.filter(email__iexact=user.email).update(email=anonymous)
    for invitation in Invitation.objects.filter(email=anonymous, status=InvitationStatus.OPEN):
        move(invitation, InvitationStatus.REVOKED, by=by)
    JoinRequest.objects.filter(user=user).waiting().delete()
    let_go_of_reviews(user, by=by)
    departures.farewell(user, by=by)


def _forget_address(address: str, *, by: User, reason: str) -> None:
    """Somebody was invited and never came."""
    invited = Invitation.objects.filter(email__iexact=address)
    keys = {"accounts.invitation": {str(pk) for pk in invited.values_list("pk", flat=True)}}
    audit.record_erasure("invitation.erased", invited.order_by("pk")[0], by=by, reason=reason)
    invited.delete()
    mentions.forget(Names({address}), (), gone=FORMER_USER)
    mentions.empty_trail(keys, Names({address}), ())


def say_goodbye(user: User, what: str) -> None:
    """The last mail, before the address is gone: what was erased ("organisation" or "account"). It names nobody."""
    if not user.is_active:
        return
    with translation.override(user.language):
        subject = render_to_string(f"accounts/mail/erased_{what}_subject.txt")
        text = render_to_string(f"accounts/mail/erased_{what}.txt")
        mailing.queue(user.email, subject, text, last=True)
