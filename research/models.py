"""Experts who advise the programme."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.enums import StaffRole
from accounts.models import User
from matchmaking.core.enums import TARGET_COUNTRIES, Field, Language


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

    def for_list(self) -> ExpertQuerySet:
        return self.active().select_related("user")


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

    objects = ExpertQuerySet.as_manager()

    class Meta:
        ordering = ["user__name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(fields__contained_by=Field.values) & Q(languages__contained_by=Language.values),
                name="expert_tags_known",
            )
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def is_described(self) -> bool:
        """Whether staff can see what this expert is to be asked for."""
        return bool(self.affiliation and self.fields and self.languages)
