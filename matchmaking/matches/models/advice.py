"""What experts think of startups and of pairs."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.models import Company
from matchmaking.matches.enums import Criterion, Rating
from startups.models import Startup


class AdviceQuerySet(models.QuerySet["ExpertAdvice"]):
    def standing(self) -> AdviceQuerySet:
        """What counts in the score: not retired."""
        return self.filter(retired_at=None)

    def about(self, startup_id: int, company_id: int) -> AdviceQuerySet:
        """Of the startup for all firms, and of its pair with this one."""
        return self.filter(Q(company=None) | Q(company=company_id), startup=startup_id)


class ExpertAdvice(models.Model):
    """An expert's rating, with reasons, of a startup, or of one pair where `company` is given.

    It is never rewritten: an expert who thinks again gives new advice, and the old one is retired. `reasons` holds the
    expert's words by criterion (`Criterion`), or under `AS_A_WHOLE` where the criteria were not asked one by one.
    """

    AS_A_WHOLE: ClassVar[str] = ""

    startup = models.ForeignKey(Startup, models.PROTECT, related_name="advice")
    company = models.ForeignKey(Company, models.PROTECT, null=True, blank=True, related_name="advice")
    rating = models.PositiveSmallIntegerField(_("rating"), choices=Rating)
    reasons = models.JSONField(_("reasons"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True)

    objects = AdviceQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["by", "startup", "company"],
                condition=Q(retired_at=None),
                nulls_distinct=False,
                name="advice_one_of_each_expert",
            ),
            models.CheckConstraint(condition=Q(rating__range=(1, 5)), name="advice_rating_in_range"),
            models.CheckConstraint(
                condition=Q(reasons__contains={}) & ~Q(reasons={}), name="advice_has_reasons"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.startup}: {self.rating}"

    def told(self) -> str:
        """The reasons in the expert's words, criterion by criterion, each named in the reader's language."""
        whole = [self.reasons[self.AS_A_WHOLE]] if self.AS_A_WHOLE in self.reasons else []
        colon = gettext(": ")
        named = [f"{each.label}{colon}{self.reasons[each]}" for each in Criterion if each in self.reasons]
        return "\n".join([*whole, *named])
