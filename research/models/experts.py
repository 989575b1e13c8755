"""Experts who advise the programme."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.enums import StaffRole
from accounts.models import Organisation, User
from matchmaking.core.enums import TARGET_COUNTRIES, Field, Language
from research.enums import IN_HAND

MOST_COMMISSIONS = 10  # that anybody has at a time


def country_choices() -> list[tuple[str, str]]:
    """Japan and the target countries first, then all others.

    Asked for each time, so that neither a migration nor a process keeps the names of one language.
    """
    names = dict(countries)
    first = ("JP", *TARGET_COUNTRIES)
    return [(code, names[code]) for code in first] + [each for each in countries if each[0] not in first]


class ExpertQuerySet(models.QuerySet["Expert"]):
    def active(self) -> ExpertQuerySet:
        """Those whose access has not ended."""
        return self.filter(user__is_active=True, user__staff_role=StaffRole.EXPERT)

    def with_load(self) -> ExpertQuerySet:
        """`load`: how many commissions each has in hand."""
        in_hand = Q(commissions__status__in=IN_HAND)
        return self.annotate(load=Count("commissions", filter=in_hand))

    def for_list(self) -> ExpertQuerySet:
        return self.active().with_load().select_related("user")


class Expert(models.Model):
    """Somebody outside the ministry who knows a field: rates startups and pairs, writes research.

    The row begins empty when the person accepts the invitation; they say themselves what they know.
    """

    user = models.OneToOneField(User, models.PROTECT, primary_key=True, related_name="expert")
    affiliation = models.CharField(_("affiliation"), max_length=160)
    fields: Any = ArrayField(
        models.CharField(max_length=20, choices=Field), verbose_name=_("fields"), default=list
    )
    countries: Any = ArrayField(
        models.CharField(max_length=2, choices=country_choices),
        verbose_name=_("countries whose markets you know"),
        default=list,
        blank=True,
    )
    languages: Any = ArrayField(
        models.CharField(max_length=2, choices=Language), verbose_name=_("working languages"), default=list
    )
    biography = models.TextField(_("biography"), max_length=2000, blank=True)
    capacity = models.PositiveSmallIntegerField(
        _("commissions at a time"), default=2, validators=[MaxValueValidator(MOST_COMMISSIONS)]
    )

    objects = ExpertQuerySet.as_manager()

    class Meta:
        ordering = ["user__name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(fields__contained_by=Field.values) & Q(languages__contained_by=Language.values),
                name="expert_tags_known",
            ),
            models.CheckConstraint(
                condition=Q(capacity__lte=MOST_COMMISSIONS), name="expert_capacity_in_range"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def is_described(self) -> bool:
        """Whether staff can see what this expert is to be asked for."""
        return bool(self.affiliation and self.fields and self.languages)


class Conflict(models.Model):
    """An expert has an interest in an organisation: no research or advice about it is asked of them.

    Declared by the expert among the organisations of what is offered to them; staff see it.
    """

    expert = models.ForeignKey(Expert, models.PROTECT, related_name="conflicts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"), max_length=500, blank=True)
    declared_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-declared_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["expert", "organisation"], name="conflict_once_for_each_organisation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.expert} / {self.organisation}"
