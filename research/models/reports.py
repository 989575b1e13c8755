"""The report of a commission: its sections, market figures, candidates, versions, and what was remarked on."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from documents.models import Document, DocumentFile
from matchmaking.core.currencies import Currency
from research.enums import RowKind, SectionKind
from research.models.commissions import Commission
from startups.models import Startup


class ReportSection(models.Model):
    """What an expert has written under one heading. `version` rises with each saving: who saves says which they saw."""

    commission = models.ForeignKey(Commission, models.PROTECT, related_name="sections")
    kind = models.CharField(max_length=20, choices=SectionKind)
    text = models.TextField(_("text"), max_length=20_000, blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["commission", "kind"], name="section_once_in_report"),
            models.CheckConstraint(condition=Q(kind__in=SectionKind.values), name="section_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.commission_id}: {self.kind}"


class MarketFigure(models.Model):
    """How large a market was, or will be, in a year, and who says so."""

    commission = models.ForeignKey(Commission, models.PROTECT, related_name="figures")
    label = models.CharField(_("market"), max_length=80)
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(1990), MaxValueValidator(2060)]
    )
    amount = models.DecimalField(
        _("amount in millions"), max_digits=14, decimal_places=2, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, choices=Currency, default=Currency.USD)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        ordering = ["label", "currency", "year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["commission", "label", "currency", "year"], name="market_figure_once_a_year"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="market_figure_not_negative"),
            models.CheckConstraint(condition=~Q(source=""), name="market_figure_has_source"),
            models.CheckConstraint(
                condition=Q(currency__in=Currency.values), name="market_figure_currency_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.year}"


class Candidate(models.Model):
    """A startup of the portal that the expert names in the report, and why."""

    commission = models.ForeignKey(Commission, models.PROTECT, related_name="candidates")
    startup = models.ForeignKey(Startup, models.PROTECT, related_name="+")
    reason = models.TextField(_("why this startup"), max_length=1000)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["commission", "startup"], name="candidate_once_in_report"),
            models.CheckConstraint(condition=~Q(reason=""), name="candidate_has_text"),
        ]

    def __str__(self) -> str:
        return str(self.startup)


class ReportVersion(models.Model):
    """The report as it was delivered once: what the office reads, and the firm when it is published. Never changed."""

    commission = models.ForeignKey(Commission, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["commission", "number"], name="version_once_in_report")
        ]

    def __str__(self) -> str:
        return f"{self.commission_id}.{self.number}"


class ReportRemark(models.Model):
    """What the office asks the expert to change in a version: at one paragraph of a section, or at one row of a list.

    Both are counted from 1, as they stand in that version.
    """

    version = models.ForeignKey(ReportVersion, models.PROTECT, related_name="remarks")
    kind = models.CharField(max_length=20, choices=[*SectionKind.choices, *RowKind.choices])
    paragraph = models.PositiveSmallIntegerField(default=1)
    text = models.TextField(_("remark"), max_length=1000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[*SectionKind.values, *RowKind.values]),
                name="remark_kind_known_in_report",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="reportremark_has_text"),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.kind} {self.paragraph}"


class VersionFile(models.Model):
    """A file as it was delivered with a version: it stays readable there when another takes its place in the report."""

    version = models.ForeignKey(ReportVersion, models.PROTECT, related_name="files")
    file = models.ForeignKey(DocumentFile, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "file"], name="versionfile_once_in_version")
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.file}"


class ReportDocument(models.Model):
    """A document that belongs to a report, and is read by whoever reads that."""

    commission = models.ForeignKey(Commission, models.PROTECT, related_name="documents")
    document = models.OneToOneField(Document, models.PROTECT, related_name="report")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.document)
