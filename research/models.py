"""Experts who advise the programme."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from matchmaking.core.enums import Field, Language


class Expert(models.Model):
    """Somebody outside the ministry who knows a field: rates startups and pairs, writes research."""

    user = models.OneToOneField(User, models.PROTECT, primary_key=True, related_name="expert")
    affiliation = models.CharField(_("affiliation"), max_length=160)
    fields: Any = ArrayField(
        models.CharField(max_length=20, choices=Field), verbose_name=_("fields"), default=list
    )
    languages: Any = ArrayField(
        models.CharField(max_length=2, choices=Language), verbose_name=_("working languages"), default=list
    )
    biography = models.TextField(_("biography"), max_length=2000, blank=True)

    class Meta:
        ordering = ["user__name", "pk"]

    def __str__(self) -> str:
        return str(self.user)
