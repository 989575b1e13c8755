"""Files of partnerships' documents: both sides and staff read them, the side that noted the document sends them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import User
from documents.keeping import NONE, Place
from documents.models import Document
from matchmaking.core.local_time import day
from partnerships.actions.records import side_of
from partnerships.enums import PartnershipStage
from partnerships.models import Paper, Partnership


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

    def kept(self) -> Q:
        """A document that is replaced is gone: its page shows the one in use."""
        return NONE

    def hold(self, document: Document) -> None:
        list(Partnership.objects.select_for_update(no_key=True).filter(pk__in=_of(document)))

    def heard(self, document: Document, now: datetime) -> None:
        Partnership.objects.filter(pk__in=_of(document)).update(news_at=now)

    def place_of(self, document: Document, user: User) -> Place | None:
        paper = Paper.objects.filter(document=document).first()
        if paper is None:
            return None
        url = reverse("partnerships:detail", kwargs={"pk": paper.partnership_id})
        return Place(f"{paper.get_kind_display()} ({day(paper.dated, year=True)})", f"{url}#documents")


def _of(document: Document) -> QuerySet[Any, Any]:
    """The partnership to which it belongs."""
    return Paper.objects.filter(document=document).values("partnership")
