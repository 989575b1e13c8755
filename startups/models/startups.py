"""Foreign startups and what they pitch."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind, OrganisationStatus
from accounts.models import Organisation, User
from matchmaking.core import history
from matchmaking.core.currencies import Currency
from matchmaking.core.enums import ReadinessLevel, Stage
from startups.enums import SpeaksJapanese
from startups.rules import not_after_today, not_in_the_future

# Related rows of evidence, by the name under which a startup has them.
RECORDS = ("figures", "rounds", "patents", "certifications", "references")


class StartupQuerySet(models.QuerySet["Startup"]):
    def published(self) -> StartupQuerySet:
        return self.filter(organisation__status=OrganisationStatus.PUBLISHED)

    def visible_to(self, user: User) -> StartupQuerySet:
        """Staff see all, a startup's members their own, members of published firms the published ones."""
        if user.is_officer:
            return self
        own = Q(organisation__memberships__user=user)
        organisation = user.organisation
        if organisation and organisation.kind == OrganisationKind.COMPANY and organisation.is_published:
            return self.published()
        return self.filter(own)

    def for_list(self) -> StartupQuerySet:
        """What a row of the staff list needs."""
        rows = self.filter(
            organisation__kind=OrganisationKind.STARTUP
        )  # all are; it names the index of a sorted list
        return rows.select_related("organisation")

    def for_registration(self) -> StartupQuerySet:
        """What the task list and the profile's own pages need."""
        return self.select_related("organisation").prefetch_related("decks", *RECORDS)

    def for_detail(self) -> StartupQuerySet:
        return self.select_related("organisation").prefetch_related(
            "organisation__memberships__user", *RECORDS
        )


@history.track()
class Startup(models.Model):
    """A startup from outside Japan. Its states are those of its organisation."""

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, primary_key=True, related_name="startup"
    )
    external_id = models.CharField(
        _("identifier in the imported list"),
        max_length=60,
        unique=True,
        null=True,
        blank=True,
        editable=False,
    )
    founded_year = models.PositiveSmallIntegerField(
        _("founded"), null=True, blank=True, validators=[MinValueValidator(1900), not_in_the_future]
    )
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, blank=True)
    readiness_level = models.PositiveSmallIntegerField(
        _("technology readiness level (TRL)"), choices=ReadinessLevel, null=True, blank=True
    )
    team_size = models.PositiveIntegerField(
        _("team size"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    one_liner = models.CharField(_("one-line pitch"), max_length=120, blank=True)
    problem = models.TextField(_("problem"), max_length=2000, blank=True)
    solution = models.TextField(_("solution"), max_length=2000, blank=True)
    customers = models.TextField(_("customers"), max_length=2000, blank=True)
    edge = models.TextField(_("what sets it apart"), max_length=2000, blank=True)
    traction = models.TextField(_("track record in words"), max_length=2000, blank=True)
    intellectual_property = models.TextField(_("intellectual property in words"), max_length=2000, blank=True)
    seeks_partner = models.TextField(_("partner looked for in Japan"), max_length=2000, blank=True)
    speaks_japanese = models.CharField(
        _("who speaks Japanese"), max_length=10, choices=SpeaksJapanese, blank=True
    )
    japan_readiness = models.TextField(_("work done in Japan so far"), max_length=2000, blank=True)
    japan_visit = models.CharField(_("next visit to Japan"), max_length=120, blank=True)
    sought_amount = models.DecimalField(
        _("amount sought"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    sought_currency = models.CharField(
        _("currency of the amount sought"), max_length=3, choices=Currency, blank=True
    )
    sought_on = models.DateField(
        _("amount sought: as of"), null=True, blank=True, validators=[not_after_today]
    )
    sought_for = models.TextField(_("what the money is for"), max_length=500, blank=True)
    # About what the amounts are in US dollars, worked out by the actions: for comparing, not for forms.
    funding_raised_usd = models.PositiveBigIntegerField(
        _("funding raised (US dollars)"), null=True, blank=True, editable=False
    )
    funding_sought_usd = models.PositiveBigIntegerField(
        _("funding sought (US dollars)"), null=True, blank=True, editable=False
    )
    video_url = models.URLField(_("video"), blank=True)
    capabilities: Any = ArrayField(
        models.CharField(max_length=40), verbose_name=_("capabilities"), null=True, blank=True, default=None
    )

    objects = StartupQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__sort_key", "pk"]
        indexes = [models.Index(fields=["team_size", "organisation"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(readiness_level=None) | Q(readiness_level__range=(1, 9)),
                name="startup_readiness_in_range",
            ),
            models.CheckConstraint(condition=Q(stage__in=["", *Stage.values]), name="startup_stage_known"),
            models.CheckConstraint(
                condition=Q(speaks_japanese__in=["", *SpeaksJapanese.values]), name="startup_japanese_known"
            ),
            models.CheckConstraint(
                condition=Q(sought_amount=None, sought_currency="")
                | Q(
                    sought_amount__isnull=False,
                    sought_amount__gte=0,
                    sought_currency__in=Currency.values,
                    funding_sought_usd__isnull=False,
                ),
                name="startup_sought_has_currency",
            ),
        ]

    def __str__(self) -> str:
        return self.organisation.name
