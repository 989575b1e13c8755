"""The people of an organisation and of the programme office: what each may do, and who leaves."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.reviews import let_go_of_reviews
from accounts.enums import MemberRole, StaffRole
from accounts.models import Membership, User, owners_of
from accounts.profiles import departures
from accounts.rules import names_of
from matchmaking.core import audit
from matchmaking.core.notices import Event, notify
from matchmaking.core.texts import unlinked


@transaction.atomic
def change_role(membership: Membership, *, role: str, by: User) -> None:
    """Make a member an owner or an owner a member; from their next request on. Somebody must stay owner."""
    if role != MemberRole.OWNER:
        keep_an_owner(membership)
    _hold(membership)
    if membership.role == role:
        return
    membership.role = role
    membership.save(update_fields=["role"])
    audit.record("member.role_changed", membership, by=by, role=role)
    if by != membership.user:
        notify(
            Event.MEMBER_ROLE_CHANGED,
            [membership.user],
            link="accounts:members",
            organisation=names_of(membership.organisation, safe=True),
            by=unlinked(str(by)),
        )


@transaction.atomic
def remove_member(membership: Membership, *, by: User) -> None:
    """Take somebody's place away: from their next request on they see nothing of the organisation."""
    keep_an_owner(membership)
    _hold(membership)
    audit.record("member.removed", membership, by=by)
    membership.delete()
    notify(
        Event.MEMBER_REMOVED,
        [membership.user],
        link="home",
        organisation=names_of(membership.organisation, safe=True),
        by=unlinked(str(by)),
    )


@transaction.atomic
def leave(membership: Membership, *, by: User) -> None:
    """Give up one's own place."""
    keep_an_owner(membership)
    _hold(membership)
    audit.record("member.left", membership, by=by)
    membership.delete()
    notify(
        Event.MEMBER_LEFT,
        owners_of(membership.organisation),
        link="accounts:members",
        person=unlinked(str(by)),
        organisation=names_of(membership.organisation, safe=True),
    )


@transaction.atomic
def end_staff_access(user: User, *, by: User) -> None:
    """Somebody works for the programme no longer: from their next request on they see nothing of it.

    What waits for them waits for nobody in particular.
    """
    if user.staff_role == StaffRole.ADMINISTRATOR:
        keep_an_administrator(user)
    if User.objects.filter(pk=user.pk).exclude(staff_role="").update(staff_role="") != 1:
        raise ValidationError(_("Their access has ended already."), code="ended")
    audit.record("user.staff_access_ended", user, by=by, staff_role=user.staff_role)
    user.staff_role = ""
    let_go_of_reviews(user, by=by)
    departures.farewell(user, by=by)


def _hold(membership: Membership) -> None:
    """Know the place as it is now, and let nobody else change it; after the owners', so that all wait in one order."""
    rows = Membership.objects.select_for_update().filter(pk=membership.pk)
    role = rows.values_list("role", flat=True).first()
    if role is None:
        raise ValidationError(_("This person no longer belongs to the organisation."), code="gone")
    membership.role = role


def keep_an_owner(membership: Membership) -> None:
    """Refuse what would leave the organisation without an owner. The lock makes two owners take turns."""
    owners = Membership.objects.select_for_update().filter(
        organisation=membership.organisation, role=MemberRole.OWNER, user__is_active=True
    )
    if [owner.pk for owner in owners.order_by("pk")] == [membership.pk]:
        raise ValidationError(
            _("Make somebody else an owner first: you are the only one."), code="last_owner"
        )


def keep_an_administrator(user: User) -> None:
    """Refuse what would leave the portal without an administrator."""
    administrators = User.objects.select_for_update().filter(
        staff_role=StaffRole.ADMINISTRATOR, is_active=True
    )
    if [person.pk for person in administrators.order_by("pk")] == [user.pk]:
        raise ValidationError(
            _("Invite another administrator first: there is no other."), code="last_administrator"
        )
