"""What came of a partnership, as both sides say: the asking, the answers, and the links by which they answer."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.enums import OrganisationStatus
from accounts.models import User
from matchmaking.core import history
from matchmaking.core.currencies import Currency
from matchmaking.matches.enums import Side
from partnerships.enums import OUTCOME_TRANSITIONS, OutcomeStatus, Result, Without
from partnerships.models.partnerships import Partnership, PartnershipQuerySet
from partnerships.outcomes import ASK_WITHIN, PERIODS, Told, signed_by
from partnerships.rules import JAPAN

if TYPE_CHECKING:
    from matchmaking.core.transitions import TransitionTable

SIDES = (Side.COMPANY, Side.STARTUP)
SHA256 = r"^[0-9a-f]{64}$"


def period_words(months: int) -> str:
    return ngettext("%(count)s month after signing", "%(count)s months after signing", months) % {
        "count": months
    }


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def visible_to(self, user: User) -> FollowUpQuerySet:
        return self.filter(partnership__in=Partnership.objects.visible_to(user))

    def asked(self) -> FollowUpQuerySet:
        return self.filter(status=OutcomeStatus.ASKED)

    def differing(self) -> FollowUpQuerySet:
        return self.filter(status=OutcomeStatus.DIFFERS)

    def with_parties(self) -> FollowUpQuerySet:
        return self.select_related(
            "partnership__company__organisation", "partnership__startup__organisation"
        ).prefetch_related("answers__by")

    def for_list(self) -> FollowUpQuerySet:
        """Those that wait for the office first, then those that wait for a side, the oldest first."""
        order = Case(
            When(status=OutcomeStatus.DIFFERS, then=0), When(status=OutcomeStatus.ASKED, then=1), default=2
        )
        return self.with_parties().order_by(order, "due_on", "pk")

    def silent_since(self, before: datetime, most: int) -> FollowUpQuerySet:
        """Open ones that were asked or reminded before then, and reminded less than `most` times."""
        quiet = Q(reminded_at=None, asked_at__lte=before) | Q(reminded_at__lte=before)
        return self.asked().filter(quiet, reminders__lt=most)


@history.track()
class FollowUp(models.Model):
    """Both sides are asked what came of their partnership, so many months after its contract was signed.

    *Asked* until both have answered: *confirmed* if they say the same, otherwise it *differs*, and staff ask again or
    have *decided*, with a reason. *Lapsed* if a side stayed silent. Only answers since `asked_at` count, so that
    whoever is asked again answers anew. Only confirmed ones count in reports.
    """

    TRANSITIONS: ClassVar[TransitionTable] = OUTCOME_TRANSITIONS

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="follow_ups", editable=False)
    months = models.PositiveSmallIntegerField(_("months after signing"), editable=False)
    signed_on = models.DateField(_("signed on"), editable=False)
    due_on = models.DateField(_("due on"), editable=False)
    status = models.CharField(
        _("state"), max_length=12, choices=OutcomeStatus, default=OutcomeStatus.ASKED, editable=False
    )
    asked_at = models.DateTimeField(_("asked on"), editable=False)
    reminders = models.PositiveSmallIntegerField(default=0, editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)
    settled_at = models.DateTimeField(_("settled on"), null=True, editable=False)
    decided_side = models.CharField(
        _("whose figures stand"), max_length=10, choices=Side, blank=True, editable=False
    )
    decision = models.TextField(_("reason"), max_length=500, blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["partnership", "due_on", "pk"]
        indexes = [models.Index(fields=["status", "asked_at"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["partnership", "signed_on", "months"], name="follow_up_once_a_period"
            ),
            models.CheckConstraint(condition=Q(months__in=PERIODS), name="follow_up_period_known"),
            models.CheckConstraint(
                condition=Q(status__in=OutcomeStatus.values), name="follow_up_status_known"
            ),
            models.CheckConstraint(
                condition=Q(decided_side="") | Q(decided_side__in=SIDES), name="follow_up_side_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=OutcomeStatus.DECIDED) | ~Q(decision=""),
                name="follow_up_decision_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[OutcomeStatus.ASKED, OutcomeStatus.DIFFERS])
                | Q(settled_at__isnull=False),
                name="follow_up_settled_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership} (+{self.months})"

    @property
    def is_open(self) -> bool:
        return self.status == OutcomeStatus.ASKED

    @property
    def period(self) -> str:
        return period_words(self.months)

    def told_by(self, side: str) -> FollowUpAnswer | None:
        """What a side has said since it was last asked; earlier answers do not count."""
        found = (each for each in self.answers.all() if each.side == side and each.at >= self.asked_at)
        return next(found, None)


class FollowUpAnswerQuerySet(models.QuerySet["FollowUpAnswer"]):
    def visible_to(self, user: User) -> FollowUpAnswerQuerySet:
        """Staff read both; a side its own, never the other's."""
        seen = self.filter(follow_up__in=FollowUp.objects.visible_to(user))
        if user.is_officer:
            return seen
        own = Q(side=Side.COMPANY, follow_up__partnership__company__organisation=user.organisation) | Q(
            side=Side.STARTUP, follow_up__partnership__startup__organisation=user.organisation
        )
        return seen.filter(own)


@history.track()
class FollowUpAnswer(models.Model):
    """What one side says has come of it; who asks again gets a new answer in its place, the earlier one is history."""

    follow_up = models.ForeignKey(FollowUp, models.PROTECT, related_name="answers", editable=False)
    side = models.CharField(_("side"), max_length=10, choices=Side, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    by_link = models.BooleanField(_("by the link of a mail"), default=False, editable=False)
    at = models.DateTimeField(_("answered on"), editable=False)
    results: Any = ArrayField(
        models.CharField(max_length=12, choices=Result), verbose_name=_("What came of it")
    )
    sales = models.DecimalField(_("Sales that came of it"), max_digits=18, decimal_places=2)
    sales_currency = models.CharField(max_length=3, choices=Currency)
    invested = models.DecimalField(_("Money invested or paid"), max_digits=18, decimal_places=2)
    invested_currency = models.CharField(max_length=3, choices=Currency)
    jobs = models.PositiveIntegerField(_("New jobs"))
    products = models.PositiveIntegerField(_("New products or services"))
    without = models.CharField(
        _("Would it have happened without the programme?"), max_length=8, choices=Without
    )
    words = models.TextField(_("In your words"), max_length=1000, blank=True)

    objects = FollowUpAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["follow_up", "side"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["follow_up", "side"], name="answer_once_a_side"),
            models.CheckConstraint(condition=Q(side__in=SIDES), name="answer_side_known"),
            models.CheckConstraint(
                condition=Q(results__contained_by=Result.values, results__len__gt=0),
                name="answer_results_known",
            ),
            models.CheckConstraint(
                condition=~Q(results__contains=[Result.NOTHING]) | Q(results__len=1),
                name="answer_nothing_stands_alone",
            ),
            models.CheckConstraint(
                condition=Q(sales__gte=0, invested__gte=0), name="answer_amounts_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(sales_currency__in=Currency.values, invested_currency__in=Currency.values),
                name="answer_currencies_known",
            ),
            models.CheckConstraint(condition=Q(without__in=Without.values), name="answer_without_known"),
        ]

    def __str__(self) -> str:
        return f"{self.follow_up} ({self.side})"

    def told(self) -> Told:
        return Told(
            results=self.results,
            sales=self.sales,
            sales_currency=self.sales_currency,
            invested=self.invested,
            invested_currency=self.invested_currency,
            jobs=self.jobs,
            products=self.products,
            without=self.without,
            words=self.words,
        )


class FollowUpLinkQuerySet(models.QuerySet["FollowUpLink"]):
    def with_hash(self, token_hash: str) -> FollowUpLinkQuerySet:
        return self.filter(token_hash=token_hash, revoked_at=None).select_related(
            "user",
            "follow_up__partnership__company__organisation",
            "follow_up__partnership__startup__organisation",
        )

    def live(self, now: datetime) -> FollowUpLinkQuerySet:
        return self.filter(revoked_at=None, expires_at__gt=now)


class FollowUpLink(models.Model):
    """The link in one mail to one person: opens the form of their side for one period, and nothing else.

    The address holds a signed secret, of which only the hash is kept. It is good until `expires_at`, until staff stop
    it, until its side has answered, and only as long as its reader belongs to that side.
    """

    follow_up = models.ForeignKey(FollowUp, models.CASCADE, related_name="links")
    side = models.CharField(max_length=10, choices=Side)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = FollowUpLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(side__in=SIDES), name="outcome_link_side_known"),
            models.CheckConstraint(
                condition=Q(token_hash__regex=SHA256), name="outcome_link_token_is_hashed"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("sent_at")), name="outcome_link_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.follow_up} → {self.user}"

    def is_past(self, now: datetime) -> bool:
        return self.expires_at <= now


def to_be_asked(now: datetime) -> PartnershipQuerySet:
    """Signed so long ago that the first period may be over; nobody is asked of a side that was erased."""
    gone = OrganisationStatus.ERASED
    return (
        Partnership.objects.filter(signed_at__lte=now - timedelta(days=89))
        .exclude(Q(company__organisation__status=gone) | Q(startup__organisation__status=gone))
        .with_parties()
    )


def not_asked(now: datetime) -> PartnershipQuerySet:
    """Contracts about whose latest period nobody was asked in time (`outcomes.to_ask`), nor later by staff."""
    today = now.astimezone(JAPAN).date()
    rows = to_be_asked(now).annotate(signed_on=TruncDate("signed_at", tzinfo=JAPAN))
    missed = Q(pk__in=[])
    for months, following in zip(PERIODS, [*PERIODS[1:], None], strict=True):
        asked = FollowUp.objects.filter(
            partnership=OuterRef("pk"), signed_on=OuterRef("signed_on"), months=months
        )
        over = Q(signed_at__lt=_after(signed_by(months, today - ASK_WITHIN - timedelta(days=1))))
        latest = Q(signed_at__gte=_after(signed_by(following, today))) if following else Q()
        missed |= over & latest & ~Exists(asked)
    return rows.filter(missed).order_by("signed_at", "pk")


def _after(day: date) -> datetime:
    """The first moment after a day in Japan."""
    return datetime.combine(day + timedelta(days=1), time(), JAPAN)
