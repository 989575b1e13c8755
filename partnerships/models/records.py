"""What is recorded about a partnership: next steps, papers, amounts, the ministry's support."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from documents.models import Document
from matchmaking.core import history
from matchmaking.core.currencies import Currency
from matchmaking.matches.enums import Side
from partnerships.enums import AmountKind, PaperKind
from partnerships.models.partnerships import Partnership


class RecordQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> RecordQuerySet:
        """Whoever sees the partnership sees what is recorded about it."""
        return self.filter(partnership__in=Partnership.objects.visible_to(user))

    def with_writers(self) -> RecordQuerySet:
        """`written_for`: the key of the organisation to which whoever wrote it down belongs; None for staff."""
        return self.annotate(written_for=models.F("by__membership_row__organisation"))

    def open_first(self) -> RecordQuerySet:
        """Next steps: what is to be done, the earliest day first, then what is done, the latest first."""
        return self.order_by(models.F("done_at").desc(nulls_first=True), "due_on", "pk")

    def with_files(self) -> RecordQuerySet:
        """Papers, with what their page shows of their files."""
        return self.select_related("document").prefetch_related("document__files")


class Record(models.Model):
    """One thing about a partnership, and who wrote it down when."""

    partnership: models.ForeignKey[Partnership, Partnership]
    by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    at = models.DateTimeField(_("recorded on"), editable=False)

    objects = RecordQuerySet.as_manager()
    written_for: int | None  # by `with_writers`

    class Meta:
        abstract = True


@history.track()
class NextStep(Record):
    """What one side does next, by when. It is done once, by that side or by staff."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="steps", editable=False)
    text = models.CharField(_("next step"), max_length=300)  # as long as in a meeting's report
    owner = models.CharField(_("who does it"), max_length=10, choices=Side)
    due_on = models.DateField(_("by when"))
    done_at = models.DateTimeField(_("done on"), null=True, editable=False)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(owner__in=Side.values), name="step_owner_known"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="step_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.text


@history.track()
class Paper(Record):
    """A document that exists between the two sides: what, of which day, where it is kept; and its file, if sent.

    `side` noted it, and sends its file: also when whoever wrote it down has left.
    """

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="papers", editable=False)
    kind = models.CharField(_("document"), max_length=20, choices=PaperKind)
    dated = models.DateField(_("date of the document"))
    note = models.CharField(_("where it is kept, or a note"), max_length=200, blank=True)
    side = models.CharField(_("noted by"), max_length=10, choices=Side, editable=False)
    document = models.OneToOneField(Document, models.PROTECT, null=True, related_name="paper", editable=False)

    class Meta:
        ordering = ["dated", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=PaperKind.values), name="paper_kind_known"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="paper_side_known"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


@history.track()
class Amount(Record):
    """Money, with its currency and the day on which it was so."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="amounts", editable=False)
    kind = models.CharField(_("what for"), max_length=12, choices=AmountKind)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency, default=Currency.JPY)
    as_of = models.DateField(_("as of"))

    class Meta:
        ordering = ["as_of", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="partnership_amount_positive"),
            models.CheckConstraint(
                condition=Q(kind__in=AmountKind.values), name="partnership_amount_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(currency__in=Currency.values), name="partnership_amount_currency_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


@history.track()
class SupportMeasure(Record):
    """What the ministry does for the pair: a subsidy, a guarantee, an introduction; some have an amount."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="measures", editable=False)
    name = models.CharField(_("support measure"), max_length=160)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency, default=Currency.JPY)
    decided_on = models.DateField(_("decided on"))

    class Meta:
        ordering = ["decided_on", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gt=0), name="measure_amount_positive"
            ),
            models.CheckConstraint(condition=Q(currency__in=Currency.values), name="measure_currency_known"),
        ]

    def __str__(self) -> str:
        return self.name
