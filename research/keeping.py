"""Documents of reports: who reads them, who may change them, and where they belong."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from accounts.enums import StaffRole
from accounts.models import User
from documents.keeping import Place
from documents.models import Document
from research.enums import IN_WRITING, CommissionStatus
from research.models import Commission, ReportDocument, VersionFile
from research.words import title_of

# Until an expert has delivered once, what they write is theirs alone.
DELIVERED = (CommissionStatus.DELIVERED, CommissionStatus.RETURNED, CommissionStatus.PUBLISHED)


class ReportKeeper:
    def readable(self, user: User) -> Q:
        """The expert while they have it in hand, the office once it was delivered, the firm once it is published."""
        seen = Commission.objects.visible_to(user)
        if user.is_officer:
            seen = seen.filter(status__in=DELIVERED)
        elif user.staff_role == StaffRole.EXPERT:
            seen = seen.filter(accepted_at__isnull=False)
        else:
            seen = seen.published()
        return Q(report__commission__in=seen)

    def changeable(self, user: User) -> Q:
        """The expert, while they write."""
        written = Commission.objects.in_hand_of(user.pk).filter(
            status__in=IN_WRITING, accepted_at__isnull=False
        )
        return Q(report__commission__in=written)

    def kept(self) -> Q:
        """What a delivered version shows, for as long as there is the version."""
        return Q(pk__in=VersionFile.objects.values("file"))

    def hold(self, document: Document) -> None:
        """As it is held while the report is written and delivered."""
        reports = ReportDocument.objects.filter(document=document).values("commission")
        list(Commission.objects.select_for_update(of=("self",)).filter(pk__in=reports))

    def heard(self, document: Document, now: datetime) -> None:
        """What an expert changes while writing is no news to anybody."""

    def place_of(self, document: Document, user: User) -> Place | None:
        row = ReportDocument.objects.filter(document=document).select_related("commission").first()
        if row is None:
            return None
        page = "research:own_commission"
        if user.is_officer:
            page = "research:commission"
        elif user.staff_role == StaffRole.EXPERT:
            page = "research:report"
        url = reverse(page, kwargs={"pk": row.commission_id})
        return Place(f"{document.title} – {title_of(row.commission)}", url)
