"""Files of partnerships' documents: both sides and staff read them, the side that noted the document sends them."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from documents.keeping import NONE, Place
from documents.models import Document
from matchmaking.core.local_time import day
from partnerships.actions.records import side_of
from partnerships.enums import PartnershipStage
from partnerships.models import Paper


class PaperKeeper:
    def readable(self, user: User) -> Q:
        return Q(paper__in=Paper.objects.visible_to(user))

    def changeable(self, user: User) -> Q:
        """While the partnership has not ended: the side that noted it; staff for all."""
        open_ = ~Q(paper__partnership__status=PartnershipStage.ENDED)
        if user.is_officer:
            return Q(paper__isnull=False) & open_
        if user.organisation is None:
            return NONE
        return self.readable(user) & Q(paper__side=side_of(user)) & open_

    def place_of(self, document: Document, user: User) -> Place | None:
        paper = Paper.objects.filter(document=document).first()
        if paper is None:
            return None
        url = reverse("partnerships:detail", kwargs={"pk": paper.partnership_id})
        return Place(f"{paper.get_kind_display()} ({day(paper.dated, year=True)})", f"{url}#documents")
