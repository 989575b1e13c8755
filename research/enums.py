"""The vocabularies of research, and what may follow what."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CommissionStatus(TextChoices):
    REQUESTED = "requested", pgettext_lazy("research", "Requested")
    ASSIGNED = "assigned", pgettext_lazy("research", "With the expert")
    DELIVERED = "delivered", pgettext_lazy("research", "Report delivered")
    RETURNED = "returned", pgettext_lazy("research", "Returned to the expert")
    PUBLISHED = "published", pgettext_lazy("research", "Published to the firm")
    CANCELLED = "cancelled", pgettext_lazy("research", "Cancelled")


COMMISSION_TRANSITIONS: dict[str, frozenset[str]] = {
    CommissionStatus.REQUESTED: frozenset({CommissionStatus.ASSIGNED, CommissionStatus.CANCELLED}),
    CommissionStatus.ASSIGNED: frozenset(
        {CommissionStatus.REQUESTED, CommissionStatus.DELIVERED, CommissionStatus.CANCELLED}
    ),
    CommissionStatus.DELIVERED: frozenset(
        {CommissionStatus.RETURNED, CommissionStatus.PUBLISHED, CommissionStatus.CANCELLED}
    ),
    CommissionStatus.RETURNED: frozenset(
        {CommissionStatus.REQUESTED, CommissionStatus.DELIVERED, CommissionStatus.CANCELLED}
    ),
    CommissionStatus.PUBLISHED: frozenset(),
    CommissionStatus.CANCELLED: frozenset(),
}
# An expert has it in hand: it counts as load, and its assignment has not ended.
IN_HAND = (CommissionStatus.ASSIGNED, CommissionStatus.DELIVERED, CommissionStatus.RETURNED)
# The expert writes.
IN_WRITING = (CommissionStatus.ASSIGNED, CommissionStatus.RETURNED)


class RefusalReason(TextChoices):
    CONFLICT = "conflict", _("A conflict of interest")
    TIME = "time", _("No time before the deadline")
    FIELD = "field", _("Outside my field")
    OTHER = "other", _("Another reason")


class Term(TextChoices):
    """Working days until a report is due."""

    FIVE = "5", _("5 working days")
    TEN = "10", _("10 working days")
    FIFTEEN = "15", _("15 working days")
    TWENTY = "20", _("20 working days")


class Owed(StrEnum):
    """What an expert owes by a day."""

    REPORT = "report"
    ASSESSMENT = "assessment"


class Lead(StrEnum):
    """When they are reminded of it."""

    BEFORE = "before"
    AFTER = "after"


class ReportLanguage(TextChoices):
    JAPANESE = "ja", _("Japanese")
    ENGLISH = "en", _("English")


class Unfit(TextChoices):
    """Why an expert cannot be chosen."""

    CONFLICT = "conflict", _("Conflict of interest declared")
    REFUSED = "refused", _("Has refused this commission")
    ASKED = "asked", _("Has been asked already")
    FULL = "full", _("Has as many commissions as they take at a time")
    UNKNOWN = "unknown", _("Has not described their expertise yet")
    LEFT = "left", _("Works for the programme no longer")


class SectionKind(TextChoices):
    """The headings of a report, in their order."""

    SUMMARY = "summary", _("Summary")
    MARKET = "market", _("The market")
    REGULATION = "regulation", _("Regulation")
    COMPETITORS = "competitors", _("Competitors")
    RISKS = "risks", _("Risks")
    RECOMMENDATION = "recommendation", _("Recommendation")
    SOURCES = "sources", _("Sources")


class RowKind(TextChoices):
    """The lists of a report, whose rows are remarked on one by one."""

    FIGURES = "figures", _("Market figures")
    CANDIDATES = "candidates", _("Startups to consider")


# Without these no report is delivered.
NEEDED_SECTIONS = (SectionKind.SUMMARY, SectionKind.RECOMMENDATION, SectionKind.SOURCES)


class AdviceStatus(TextChoices):
    ASKED = "asked", pgettext_lazy("advice", "Asked")
    GIVEN = "given", pgettext_lazy("advice", "Given")
    DECLINED = "declined", pgettext_lazy("advice", "Not given")
    TAKEN_BACK = "taken_back", pgettext_lazy("advice", "Taken back")


ADVICE_TRANSITIONS: dict[str, frozenset[str]] = {
    AdviceStatus.ASKED: frozenset({AdviceStatus.GIVEN, AdviceStatus.DECLINED, AdviceStatus.TAKEN_BACK}),
    AdviceStatus.GIVEN: frozenset(),
    AdviceStatus.DECLINED: frozenset(),
    AdviceStatus.TAKEN_BACK: frozenset(),
}
