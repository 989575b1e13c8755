"""Pairs of a firm and a startup, and who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind, OrganisationStatus
from accounts.models import User
from accounts.rules import name_of
from companies.models import Challenge, Company
from matchmaking.matches.engine.scoring import gaps
from matchmaking.matches.enums import MATCH_TRANSITIONS, DismissReason, MatchStatus, Side
from matchmaking.matches.models.parts import PartsField
from matchmaking.matches.models.policies import ScoringPolicy
from matchmaking.matches.models.runs import Run
from startups.models import Startup

if TYPE_CHECKING:
    from matchmaking.core.transitions import TransitionTable

LISTED = 50  # places on a list
QUOTED = 10  # pairs of each firm's list for which the startup is quoted


class MatchQuerySet(models.QuerySet["Match"]):
    def visible_to(self, user: User) -> MatchQuerySet:
        """Staff see all; a firm what was disclosed to it; a startup those in which a firm is interested."""
        if user.is_officer:
            return self
        organisation = user.organisation
        if organisation is None:
            return self.none()
        if organisation.kind == OrganisationKind.COMPANY:
            disclosed = [MatchStatus.DISCLOSED, MatchStatus.INTERESTED, MatchStatus.DISMISSED]
            return self.filter(company_id=organisation.pk, status__in=disclosed, disclosed_at__isnull=False)
        return self.filter(startup_id=organisation.pk, status=MatchStatus.INTERESTED)

    def with_parties(self) -> MatchQuerySet:
        """Both sides and the challenge. Not the policy: its row is large, see `explanation.scale_of`."""
        return self.select_related("company__organisation", "startup__organisation", "challenge")

    def touched(self) -> MatchQuerySet:
        """Matches that people have acted on: a run keeps their state."""
        return self.exclude(status=MatchStatus.PROPOSED)

    def to_quote(self) -> MatchQuerySet:
        """What people are likely to look at: the best of each firm's list, and what somebody has acted on."""
        return self.filter(Q(rank_for_company__lte=QUOTED) | ~Q(status=MatchStatus.PROPOSED))

    def between_published(self) -> MatchQuerySet:
        """Both sides take part now."""
        return self.filter(
            company__organisation__status=OrganisationStatus.PUBLISHED,
            startup__organisation__status=OrganisationStatus.PUBLISHED,
        )

    def on_a_list(self) -> MatchQuerySet:
        """Among the best of the firm or of the startup."""
        return self.filter(Q(rank_for_company__isnull=False) | Q(rank_for_startup__isnull=False))

    def recommended(self) -> MatchQuerySet:
        """What a firm chooses from: disclosed to it and not put aside, of startups that still take part."""
        return self.filter(
            status__in=[MatchStatus.DISCLOSED, MatchStatus.INTERESTED],
            startup__organisation__status=OrganisationStatus.PUBLISHED,
        )


class Match(models.Model):
    """One firm (and the challenge it answers) and one startup, with the score and its parts.

    *Proposed* by a run → *disclosed* by staff (the firm sees it) → *firm interested* (it asked for a meeting; the
    startup sees it); or *dismissed* with a reason by staff, firm or startup: a dismissed pair does not come back
    until one of the two profiles changes. `parts` maps each component to its points in tenths; their sum is
    `score` exactly. Components without information stand in `missing`. `quote` is the startup's sentence nearest to the
    need, for pairs that people are likely to look at; `quote_key` says which texts it was chosen from. `fingerprint` is
    a hash of parts, missing and capabilities: what equals the stored row is not written again. `first_score`, with its
    policy and time, is what the row said before it was first written anew: blank while the score is the first.
    """

    TRANSITIONS: ClassVar[TransitionTable] = MATCH_TRANSITIONS

    # Each index is paid for by every list that is written: `company` and `startup` have theirs below.
    company = models.ForeignKey(Company, models.PROTECT, related_name="matches", db_index=False)
    startup = models.ForeignKey(Startup, models.PROTECT, related_name="matches", db_index=False)
    challenge = models.ForeignKey(Challenge, models.PROTECT, related_name="matches")
    policy = models.ForeignKey(ScoringPolicy, models.PROTECT, related_name="+", db_index=False)
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="matches", db_index=False)
    status = models.CharField(_("status"), max_length=10, choices=MatchStatus, default=MatchStatus.PROPOSED)
    raw_score = models.FloatField()
    score = models.DecimalField(_("match score"), max_digits=4, decimal_places=1)
    parts = PartsField(default=dict)
    missing = ArrayField(models.CharField(max_length=30), default=list)
    shared_capabilities = ArrayField(models.CharField(max_length=40), default=list)
    quote = models.TextField(blank=True, db_default="")
    quote_key = models.CharField(max_length=64, blank=True, db_default="")
    fingerprint = models.BigIntegerField(db_default=0, editable=False)
    rank_for_company = models.PositiveSmallIntegerField(null=True)
    rank_for_startup = models.PositiveSmallIntegerField(null=True)
    computed_at = models.DateTimeField()
    first_score = models.DecimalField(max_digits=4, decimal_places=1, null=True, editable=False)
    first_policy = models.ForeignKey(
        ScoringPolicy, models.PROTECT, null=True, related_name="+", db_index=False, editable=False
    )
    first_at = models.DateTimeField(null=True, editable=False)
    disclosed_at = models.DateTimeField(null=True)
    dismissed_at = models.DateTimeField(null=True)
    dismissed_by = models.CharField(max_length=10, choices=Side, blank=True)
    dismiss_reason = models.CharField(max_length=20, choices=DismissReason, blank=True)
    dismiss_note = models.TextField(blank=True)

    objects = MatchQuerySet.as_manager()

    class Meta:
        ordering = ["-raw_score", "pk"]
        indexes = [
            models.Index(fields=["company", "-raw_score"]),
            models.Index(fields=["startup", "-raw_score"]),
            models.Index(fields=["status", "score", "raw_score", "id"]),
            models.Index(fields=["score", "raw_score", "id"]),
            # What a pair must reach to come onto a full list: one row for each party.
            models.Index(
                fields=["company"],
                include=["raw_score", "status"],
                condition=Q(rank_for_company=LISTED),
                name="match_last_for_company",
            ),
            models.Index(
                fields=["startup"],
                include=["raw_score", "status"],
                condition=Q(rank_for_startup=LISTED),
                name="match_last_for_startup",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "startup"], name="match_pair_unique"),
            models.CheckConstraint(condition=Q(status__in=MatchStatus.values), name="match_status_known"),
            models.CheckConstraint(condition=Q(score__range=(0, 100)), name="match_score_in_range"),
            models.CheckConstraint(
                condition=~Q(status=MatchStatus.DISMISSED)
                | (Q(dismissed_at__isnull=False) & ~Q(dismissed_by="") & ~Q(dismiss_reason="")),
                name="match_dismissed_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[MatchStatus.DISCLOSED, MatchStatus.INTERESTED])
                | Q(disclosed_at__isnull=False),
                name="match_disclosed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(first_score=None, first_policy=None, first_at=None)
                | Q(
                    first_score__isnull=False,
                    first_score__range=(0, 100),
                    first_policy__isnull=False,
                    first_at__isnull=False,
                ),
                name="match_first_score_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company} × {self.startup}"

    @property
    def provisional(self) -> bool:
        """Whether a profile lacks information for a part of the score."""
        return bool(gaps(self.missing))


def firms_shown_to(user: User) -> dict[int, str]:
    """What somebody of a startup may call the firms that are interested in it: by name where the firm agrees."""
    organisation = user.organisation
    if organisation is None or organisation.kind != OrganisationKind.STARTUP:
        return {}
    language = get_language() or ""
    firms = [
        match.company for match in Match.objects.visible_to(user).select_related("company__organisation")
    ]
    return {
        firm.pk: name_of(firm.organisation, language) if firm.name_disclosed else firm.summary_name()
        for firm in firms
    }


def startups_disclosed_to(user: User) -> models.QuerySet[Startup]:
    """Those whose decks a firm may read: disclosed to it, put aside by nobody, while both take part."""
    organisation = user.organisation
    if organisation is None or organisation.kind != OrganisationKind.COMPANY or not organisation.is_published:
        return Startup.objects.none()
    return Startup.objects.filter(matches__in=Match.objects.visible_to(user).recommended())
