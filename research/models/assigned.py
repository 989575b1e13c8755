"""What an assignment opens to an expert, for as long as it lasts."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.enums import StaffRole
from accounts.models import User
from research.enums import IN_HAND
from research.models.advice import AdviceRequest
from research.models.commissions import Commission
from startups.models import Startup


def startups_assigned_to(user: User) -> QuerySet[Startup]:
    """Those whose decks an expert may read: of the pairs that they have accepted to look into, or are to assess."""
    if user.staff_role != StaffRole.EXPERT:
        return Startup.objects.none()
    accepted = Commission.objects.filter(expert=user.pk, status__in=IN_HAND, accepted_at__isnull=False)
    asked = AdviceRequest.objects.visible_to(user)
    return Startup.objects.filter(
        Q(pk__in=accepted.values("match__startup")) | Q(pk__in=asked.values("startup"))
    )
