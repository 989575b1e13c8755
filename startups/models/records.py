"""What a startup can show, one row each: figures, rounds, patents, certifications, references.

They are what the startup says of itself. Rows are added, changed and removed by its members or by an import; the
database's triggers keep each state, that of removed rows too.
"""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaking.core import history
from matchmaking.core.currencies import Currency, money, money_about, number
from matchmaking.core.local_time import day, month
from startups.enums import MONEY, Measure, PatentOffice, PatentStatus, Relation, RoundKind
from startups.models.startups import Startup
from startups.rules import not_after_today

DIGITS = {"max_digits": 18, "decimal_places": 2}


def kept(model: type[models.Model]) -> type[models.Model]:
    """Every state stays, that before a removal too. (A tracker remembers its model: each needs its own.)"""
    events = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
    tracked: type[models.Model] = history.track(*events)(model)
    return tracked


class Record(models.Model):
    """A row of evidence. `KEY` are the fields by which a row of an imported list is known again."""

    KEY: ClassVar[tuple[str, ...]]

    class Meta:
        abstract = True

    @property
    def title(self) -> str:
        """The row in a few words."""
        raise NotImplementedError

    @property
    def details(self) -> list[str]:
        """What else it says."""
        return [text for text in self._details() if text]

    def _details(self) -> list[str]:
        raise NotImplementedError

    @classmethod
    def asked(cls) -> list[str]:
        """The fields that a person fills in."""
        return [field.name for field in cls._meta.concrete_fields if field.editable and not field.primary_key]


def _of_startup(related_name: str) -> models.ForeignKey[Startup, Startup]:
    return models.ForeignKey(Startup, models.PROTECT, related_name=related_name, editable=False)


def _known(field: str, vocabulary: type[models.TextChoices], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__in": vocabulary.values}), name=name)


@kept
class TractionFigure(Record):
    """One figure of the track record, as it stood on one day; amounts of money have a currency."""

    KEY = ("what", "words", "as_of")

    startup = _of_startup("figures")
    what = models.CharField(_("what is counted"), max_length=20, choices=Measure)
    words = models.CharField(_("in your own words"), max_length=80, blank=True)
    value = models.DecimalField(_("figure"), validators=[MinValueValidator(0)], **DIGITS)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency, blank=True)
    as_of = models.DateField(_("as of"), validators=[not_after_today])
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["what", "words", "-as_of", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["startup", "what", "words", "as_of"], name="figure_once_a_day_in_startup"
            ),
            _known("what", Measure, "figure_measure_known"),
            models.CheckConstraint(condition=Q(value__gte=0), name="figure_not_negative"),
            models.CheckConstraint(
                condition=Q(what=Measure.OTHER, currency__in=["", *Currency.values])
                | Q(what__in=MONEY, currency__in=Currency.values)
                | Q(currency="") & ~Q(what__in=MONEY),
                name="figure_money_has_currency",
            ),
            models.CheckConstraint(
                condition=Q(what=Measure.OTHER) & ~Q(words="") | Q(words="") & ~Q(what=Measure.OTHER),
                name="figure_words_for_other_only",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def measure(self) -> str:
        return self.words or self.get_what_display()

    @property
    def amount(self) -> str:
        return money(self.value, self.currency) if self.currency else number(self.value)

    @property
    def title(self) -> str:
        return f"{self.measure}: {self.amount}"

    def _details(self) -> list[str]:
        return [day(self.as_of), self.note]


@kept
class FundingRound(Record):
    """One round of funding; the amount may stay undisclosed."""

    KEY = ("kind", "closed_on")

    startup = _of_startup("rounds")
    kind = models.CharField(_("round"), max_length=12, choices=RoundKind)
    amount = models.DecimalField(
        _("amount"), null=True, blank=True, validators=[MinValueValidator(0)], **DIGITS
    )
    currency = models.CharField(_("currency"), max_length=3, choices=Currency, blank=True)
    closed_on = models.DateField(_("closed on"), validators=[not_after_today])
    lead_investor = models.CharField(_("lead investor"), max_length=120, blank=True)

    class Meta:
        ordering = ["-closed_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["startup", "kind", "closed_on"], name="round_once_in_startup"),
            _known("kind", RoundKind, "round_kind_known"),
            models.CheckConstraint(
                condition=Q(amount=None, currency="")
                | Q(amount__isnull=False, amount__gte=0, currency__in=Currency.values),
                name="round_amount_has_currency",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.get_kind_display()

    def _details(self) -> list[str]:
        return [month(self.closed_on), self.money, self.lead_investor]

    @property
    def money(self) -> str:
        return "" if self.amount is None else money_about(self.amount, self.currency)


@kept
class Patent(Record):
    """A patent, or an application for one."""

    KEY = ("office", "number")

    startup = _of_startup("patents")
    title = models.CharField(_("title"), max_length=200)
    office = models.CharField(_("office"), max_length=5, choices=PatentOffice)
    number = models.CharField(_("number"), max_length=40)
    status = models.CharField(_("status"), max_length=8, choices=PatentStatus)

    class Meta:
        ordering = ["title", "office", "number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["startup", "office", "number"], name="patent_once_in_startup"),
            _known("office", PatentOffice, "patent_office_known"),
            _known("status", PatentStatus, "patent_status_known"),
        ]

    def __str__(self) -> str:
        return self.title

    def _details(self) -> list[str]:
        return [self.get_office_display(), self.number, self.get_status_display()]


@kept
class Certification(Record):
    """A certificate or an admission by an authority."""

    KEY = ("name", "issuer")

    startup = _of_startup("certifications")
    name = models.CharField(_("name"), max_length=120)
    issuer = models.CharField(_("issued by"), max_length=120)
    number = models.CharField(_("number"), max_length=60, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        ordering = ["name", "issuer", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["startup", "name", "issuer"], name="certification_once_in_startup"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.name

    def _details(self) -> list[str]:
        valid = _("valid until %(day)s") % {"day": month(self.valid_until)} if self.valid_until else ""
        return [self.issuer, self.number, valid]


@kept
class Reference(Record):
    """Somebody who speaks for the startup. Firms see it only if the person agreed; staff always do."""

    KEY = ("name", "organisation")

    startup = _of_startup("references")
    name = models.CharField(pgettext_lazy("person", "name"), max_length=120)
    organisation = models.CharField(_("organisation"), max_length=120)
    relation = models.CharField(_("relation to you"), max_length=10, choices=Relation)
    contact = models.CharField(_("e-mail address or telephone"), max_length=120, blank=True)
    may_be_shown = models.BooleanField(
        _("this person agreed that firms see their name and how to reach them"), default=False
    )

    class Meta:
        ordering = ["name", "organisation", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["startup", "name", "organisation"], name="reference_once_in_startup"
            ),
            _known("relation", Relation, "reference_relation_known"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.name

    def _details(self) -> list[str]:
        shown = _("Shown to firms") if self.may_be_shown else _("Not shown to firms: no consent")
        return [self.organisation, str(self.get_relation_display()), self.contact, str(shown)]
