"""How people come to an organisation or to the programme office: invited, or asking to join."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import (
    INVITATION_TRANSITIONS,
    JOIN_TRANSITIONS,
    InvitationStatus,
    JoinStatus,
    MemberRole,
    OrganisationStatus,
    StaffRole,
)
from accounts.models.organisations import Organisation
from accounts.models.people import Membership, User

if TYPE_CHECKING:
    from matchmaking.core.transitions import TransitionTable


def hash_of(token: str) -> str:
    """What is kept of a secret: it is long and random, so that one round without salt is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def with_token(self, token: str) -> InvitationQuerySet:
        return self.filter(token_hash=hash_of(token)).select_related("organisation", "invited_by")

    def visible_to(self, user: User) -> InvitationQuerySet:
        """An owner's own organisation's; an administrator's all to the programme, an officer's those of experts."""
        if user.staff_role == StaffRole.ADMINISTRATOR:
            return self.filter(organisation=None)
        if user.staff_role == StaffRole.OFFICER:
            return self.filter(organisation=None, staff_role=StaffRole.EXPERT)
        if user.membership and user.membership.role == MemberRole.OWNER:
            return self.filter(organisation=user.membership.organisation)
        return self.none()

    def for_list(self, organisation: Organisation | None) -> InvitationQuerySet:
        """Those to an organisation, or to the programme itself; what was taken back is not shown."""
        invitations = self.filter(organisation=organisation).exclude(status=InvitationStatus.REVOKED)
        return invitations.select_related("invited_by", "organisation")


class Invitation(models.Model):
    """One person is invited to an organisation, or to the programme as staff or expert.

    *Open* until it is *accepted* by the person whose address it names, *revoked*, or past its time. The link in
    the mail holds a secret; only its hash is kept.
    """

    TRANSITIONS: ClassVar[TransitionTable] = INVITATION_TRANSITIONS

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    member_role = models.CharField(_("role"), max_length=10, choices=MemberRole, blank=True)
    staff_role = models.CharField(_("role"), max_length=20, choices=StaffRole, blank=True)
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(max_length=2, choices=[("ja", "日本語"), ("en", "English")], default="ja")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=InvitationStatus, default=InvitationStatus.OPEN, editable=False
    )
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="invitations_sent")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="invitations_accepted"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, member_role__in=MemberRole.values, staff_role="")
                | Q(organisation=None, member_role="", staff_role__in=StaffRole.values),
                name="invitation_to_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(status__in=InvitationStatus.values), name="invitation_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=InvitationStatus.ACCEPTED)
                | Q(accepted_by__isnull=False, accepted_at__isnull=False),
                name="invitation_accepted_has_who_and_when",
            ),
            models.UniqueConstraint(
                Lower("email"),
                "organisation",
                condition=Q(status=InvitationStatus.OPEN),
                nulls_distinct=False,
                name="invitation_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.organisation or self.get_staff_role_display()})"

    def is_over(self, now: datetime) -> bool:
        """Whether nobody answered in time."""
        return self.status == InvitationStatus.OPEN and self.expires_at <= now

    @property
    def is_past(self) -> bool:
        return self.is_over(timezone.now())


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def waiting(self) -> JoinRequestQuerySet:
        """Those that wait for an answer; whoever has closed their account waits no more."""
        return self.filter(status=JoinStatus.ASKED, user__is_active=True).select_related(
            "user", "organisation"
        )

    def without_owner(self) -> JoinRequestQuerySet:
        """Those that nobody in the organisation can answer, so that the programme office does; the oldest first."""
        owners = Membership.objects.filter(
            organisation=OuterRef("organisation"), role=MemberRole.OWNER, user__is_active=True
        )
        gone = Q(organisation__status=OrganisationStatus.ERASED)
        return self.waiting().exclude(gone).filter(~Exists(owners)).order_by("asked_at", "pk")


class JoinRequest(models.Model):
    """Somebody found their organisation registered already and *asked* to be let in: *admitted* or *refused*."""

    TRANSITIONS: ClassVar[TransitionTable] = JOIN_TRANSITIONS

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="join_requests")
    user = models.ForeignKey(User, models.PROTECT, related_name="join_requests")
    status = models.CharField(max_length=10, choices=JoinStatus, default=JoinStatus.ASKED, editable=False)
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=JoinStatus.values), name="join_status_known"),
            models.CheckConstraint(
                condition=Q(status=JoinStatus.ASKED)
                | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="join_answered_has_who_and_when",
            ),
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=Q(status=JoinStatus.ASKED),
                name="join_asked_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.organisation}"
