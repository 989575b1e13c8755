"""Companies and startups: what both have in common."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Greatest, Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries.fields import CountryField

from accounts.enums import ORGANISATION_TRANSITIONS, OrganisationKind, OrganisationStatus
from accounts.profiles.renewal import DAYS_BEFORE, Reminder, add_months
from matchmaking.core import history
from matchmaking.core.enums import CooperationMode, Field, Language, SubField
from matchmaking.core.models import AuditEvent

if TYPE_CHECKING:
    from accounts.models.reviews import Review
    from matchmaking.core.transitions import TransitionTable


# What members write into a profile, as the trail calls it.
CHANGES = (
    "organisation.changed",
    "challenge.added",
    "challenge.changed",
    "startup.evidence_changed",
    "startup.deck_changed",
)


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def published(self) -> OrganisationQuerySet:
        return self.filter(status=OrganisationStatus.PUBLISHED)

    def with_unseen_changes(self) -> OrganisationQuerySet:
        """Published ones that members have changed since staff looked, the latest change first."""
        deeds = AuditEvent.objects.filter(
            target_type="accounts.organisation",
            target_id=Cast(OuterRef("pk"), models.CharField()),
            action__in=CHANGES,
            actor_id__in=get_user_model().objects.filter(staff_role="").values("pk"),
        )
        latest = Subquery(deeds.order_by("-id").values("at")[:1])
        rows = self.published().annotate(
            last_change=latest, seen_until=Greatest("changes_seen__seen_at", "published_at")
        )
        return rows.filter(last_change__gt=F("seen_until")).order_by("-last_change", "-pk")

    def to_be_confirmed(self, now: datetime) -> OrganisationQuerySet:
        """Published ones whose term ends within 30 days or has ended, and lapsed ones; the longest waiting first.

        A day more or less by the organisation's own calendar does not matter in a list.
        """
        asked_from = add_months(
            now.date() + timedelta(days=DAYS_BEFORE[Reminder.MONTH]), -settings.RENEWAL_MONTHS
        )
        rows = self.annotate(confirmed_since=Coalesce("confirmed_at", "published_at"))
        due = Q(status=OrganisationStatus.PUBLISHED, confirmed_since__date__lte=asked_from)
        return rows.filter(due | Q(status=OrganisationStatus.LAPSED)).order_by("confirmed_since", "pk")


def _choices_array(choices: Any, label: Any, **options: Any) -> ArrayField[Any, Any]:
    """A list of values of one vocabulary."""
    return ArrayField(
        models.CharField(max_length=30, choices=choices), verbose_name=label, default=list, **options
    )


@history.track()
class Organisation(models.Model):
    """A company or a startup: what both have in common.

    Prepared by its members (in preparation), sent in (waiting for review), then published by staff, or
    returned with a reason and sent in again, or declined. Only published organisations are matched. Staff may
    suspend a published one and take that back. A profile that nobody confirms within its term lapses until somebody
    does; its members may withdraw it, and have it deleted: what told of people is erased, the figures stay.
    """

    TRANSITIONS: ClassVar[TransitionTable] = ORGANISATION_TRANSITIONS

    kind = models.CharField(_("kind"), max_length=10, choices=OrganisationKind, editable=False)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=OrganisationStatus,
        default=OrganisationStatus.DRAFT,
        editable=False,
    )
    name = models.CharField(pgettext_lazy("organisation", "name"), max_length=120)
    name_kana = models.CharField(_("reading in kana"), max_length=120, blank=True)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    country = CountryField(_("country"))
    region = models.CharField(_("state or zone"), max_length=4, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default="Asia/Tokyo")
    website = models.URLField(_("website"), blank=True)
    languages = _choices_array(Language.choices, _("working languages"))
    fields = _choices_array(Field.choices, _("fields"))
    sub_fields = _choices_array(SubField.choices, _("sub-fields"), blank=True)
    modes = _choices_array(CooperationMode.choices, _("cooperation modes"))
    monthly_meeting_limit = models.PositiveSmallIntegerField(
        _("meetings a month at most"), default=4, validators=[MinValueValidator(1), MaxValueValidator(40)]
    )
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField(_("last confirmed"), null=True, blank=True, editable=False)
    return_reason = models.TextField(_("what to correct"), blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(_("last change"), auto_now=True)
    sort_key = models.GeneratedField(
        expression=Func(
            F("name_kana"),
            F("name"),
            template="left(lower(normalize(coalesce(nullif(%(expressions)s, '')), NFKC)), 120)",
            arg_joiner=", ''), nullif(",
        ),
        output_field=models.CharField(max_length=120),
        db_persist=True,
    )
    search_key = models.GeneratedField(
        expression=Lower(
            Func(
                F("name"),
                Value(" "),
                F("name_kana"),
                Value(" "),
                F("name_en"),
                template="normalize(%(expressions)s, NFKC)",
                arg_joiner=" || ",
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "pk"]
        indexes = [
            GinIndex(fields=["fields"]),
            models.Index(fields=["kind", "status", "sort_key"]),
            models.Index(fields=["kind", "sort_key", "id"]),  # what staff may sort a long list by
            models.Index(fields=["kind", "country", "sort_key", "id"]),
            models.Index(fields=["kind", "updated_at", "id"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=OrganisationStatus.values), name="organisation_status_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OrganisationKind.values), name="organisation_kind_known"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="organisation_has_name"),
            models.CheckConstraint(
                condition=~Q(status=OrganisationStatus.PUBLISHED) | Q(published_at__isnull=False),
                name="organisation_published_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=OrganisationStatus.RETURNED) | ~Q(return_reason=""),
                name="organisation_returned_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(fields__contained_by=Field.values)
                & Q(modes__contained_by=CooperationMode.values),
                name="organisation_tags_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_published(self) -> bool:
        return self.status == OrganisationStatus.PUBLISHED

    def open_review(self) -> Review | None:
        """The application, or the new identity, that waits for a decision."""
        return self.reviews.open().first()
