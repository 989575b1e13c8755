"""Lists for all parties at once: the rules they are made by, drafts, and what stands on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from companies.models import Company
from matchmaking.matches.enums import SHORTLIST_TRANSITIONS, LeftOut, MatchStatus, ShortlistStatus
from matchmaking.matches.models.matches import Match
from matchmaking.matches.models.runs import Run
from startups.models import Startup

if TYPE_CHECKING:
    from matchmaking.core.transitions import TransitionTable


class RuleQuerySet(models.QuerySet["ShortlistRule"]):
    def in_force(self) -> ShortlistRule | None:
        """The newest; before anybody has set one, none."""
        return self.order_by("-pk").first()


class ShortlistRule(models.Model):
    """What drafts of lists are made by. Never rewritten: a change is a new row, and a draft keeps its own.

    Each party takes on as many as its own monthly limit says, but not more than `company_most` or `startup_most`.
    `targets` maps regions and prefectures to the recommendations that their firms should get together; each counts
    `area_bonus` points until the target is reached.
    """

    company_most = models.PositiveSmallIntegerField(
        _("startups on a firm's list at most"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(40)],
    )
    startup_most = models.PositiveSmallIntegerField(
        _("lists a startup stands on at most"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(40)],
    )
    least = models.PositiveSmallIntegerField(
        _("at least for everybody, where possible"), default=1, validators=[MaxValueValidator(5)]
    )
    area_bonus = models.PositiveSmallIntegerField(
        _("bonus in points for areas below their target"), default=5, validators=[MaxValueValidator(50)]
    )
    targets = models.JSONField(default=dict)
    reason = models.TextField(_("reason"), max_length=500, blank=True)
    set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(auto_now_add=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(company_most__range=(1, 40), startup_most__range=(1, 40)),
                name="shortlist_rule_most_in_range",
            ),
            models.CheckConstraint(condition=Q(least__lte=5), name="shortlist_rule_least_in_range"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class DraftQuerySet(models.QuerySet["ShortlistDraft"]):
    def open(self) -> DraftQuerySet:
        return self.filter(status__in=[ShortlistStatus.COMPUTING, ShortlistStatus.READY])


class ShortlistDraft(models.Model):
    """Lists for all firms at once, chosen together.

    *Being worked out* by the worker → *ready to check*: staff look at the lists and change them by hand →
    *disclosed*, when the last list has been; or *discarded* by staff, by a newer draft, or because it could not be
    worked out. There is at most one that is open. With `month_only` what was disclosed this month counts against
    what parties can take on.
    """

    TRANSITIONS: ClassVar[TransitionTable] = SHORTLIST_TRANSITIONS

    rule = models.ForeignKey(ShortlistRule, models.PROTECT, related_name="+")
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=10, choices=ShortlistStatus, default=ShortlistStatus.COMPUTING)
    month_only = models.BooleanField(default=True)
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    gathered_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    candidate_count = models.PositiveIntegerField(default=0)
    solver = models.CharField(max_length=10, blank=True)
    value = models.FloatField(default=0)
    bound = models.FloatField(default=0)
    greedy_value = models.FloatField(default=0)
    by_itself_total = models.FloatField(default=0)

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ShortlistStatus.values), name="shortlist_status_known"
            ),
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(status__in=[ShortlistStatus.COMPUTING, ShortlistStatus.READY]),
                name="shortlist_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_computing(self) -> bool:
        return self.status == ShortlistStatus.COMPUTING

    @property
    def is_ready(self) -> bool:
        return self.status == ShortlistStatus.READY

    @property
    def gap(self) -> float:
        """How much of the proven bound may still be missing."""
        return max(0.0, self.bound - self.value) / abs(self.bound) if self.bound else 0.0


class PartyQuerySet(models.QuerySet["ShortlistParty"]):
    def of_kind(self, kind: str) -> PartyQuerySet:
        return self.filter(organisation__kind=kind)

    def most(self, kind: str) -> dict[int, int]:
        """What each of the parties of a kind can take on."""
        return dict(self.of_kind(kind).values_list("organisation_id", "most"))


class ShortlistParty(models.Model):
    """A party of a draft: what it can take on, its places with every list by itself, and why it has no list."""

    draft = models.ForeignKey(ShortlistDraft, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    most = models.PositiveSmallIntegerField()
    by_itself = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=20, choices=LeftOut, blank=True)

    objects = PartyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "organisation"], name="shortlist_party_once"),
            models.CheckConstraint(
                condition=Q(reason__in=["", *LeftOut.values]), name="shortlist_reason_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draft}: {self.organisation}"


class PairQuerySet(models.QuerySet["ShortlistPair"]):
    def with_parties(self) -> PairQuerySet:
        return self.select_related("company__organisation", "startup__organisation")

    def with_match(self) -> PairQuerySet:
        """The match of each pair as `match_id`, and what became of it as `match_status`; None once it is gone."""
        match = Match.objects.filter(company=OuterRef("company"), startup=OuterRef("startup")).order_by()
        return self.annotate(
            match_id=Subquery(match.values("pk")[:1]), match_status=Subquery(match.values("status")[:1])
        )

    def still_to_disclose(self) -> PairQuerySet:
        """The firm has not been told, approved or not: the match is still proposed."""
        proposed = Match.objects.filter(status=MatchStatus.PROPOSED)
        return self.filter(Exists(proposed.filter(company=OuterRef("company"), startup=OuterRef("startup"))))

    def waiting(self) -> PairQuerySet:
        """Nobody has approved it for disclosure."""
        return self.still_to_disclose().filter(approved_at=None)

    def totals(self) -> dict[str, Any]:
        """Points, pairs, and parties on either side."""
        return self.aggregate(
            points=Sum("score", default=0),
            pairs=Count("pk"),
            companies=Count(F("company"), distinct=True),
            startups=Count(F("startup"), distinct=True),
        )

    def counts(self, side: str) -> dict[int, int]:
        """How many pairs each party of a side has."""
        return dict(self.order_by().values_list(side).annotate(n=Count("pk")))


class ShortlistPair(models.Model):
    """A startup on a firm's list. Pairs, not matches: a later run may drop a match that nobody has seen."""

    draft = models.ForeignKey(ShortlistDraft, models.CASCADE, related_name="pairs")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    startup = models.ForeignKey(Startup, models.PROTECT, related_name="+")
    score = models.DecimalField(max_digits=4, decimal_places=1)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)

    objects = PairQuerySet.as_manager()

    class Meta:
        ordering = ["-score", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "company", "startup"], name="shortlist_pair_once"),
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="shortlist_approved_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company} × {self.startup}"
