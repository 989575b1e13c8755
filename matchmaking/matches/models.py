"""Policies, runs and the matches they compute."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from pgvector.django import VectorField

from accounts.enums import OrganisationKind, OrganisationStatus
from accounts.models import User
from companies.models import Challenge, Company
from matchmaking.matches.enums import (
    MATCH_TRANSITIONS,
    POLICY_TRANSITIONS,
    RUN_TRANSITIONS,
    DismissReason,
    MatchStatus,
    PolicyStatus,
    Rating,
    RunStatus,
    Side,
)
from matchmaking.matches.policy import SLICES
from matchmaking.matches.scoring import gaps
from startups.models import Startup

if TYPE_CHECKING:
    from matchmaking.core.transitions import TransitionTable

QUOTED = 10  # pairs of each firm's list for which the startup is quoted


class PolicyQuerySet(models.QuerySet["ScoringPolicy"]):
    def in_force(self) -> PolicyQuerySet:
        return self.filter(status=PolicyStatus.IN_FORCE)


class ScoringPolicy(models.Model):
    """The weights and the scale of the score. Never changed once used: a change is a new version.

    *Draft* until an administrator puts it *in force* with a reason; the one before is then *retired*.
    """

    TRANSITIONS: ClassVar[TransitionTable] = POLICY_TRANSITIONS

    version = models.PositiveIntegerField(_("version"), unique=True)
    status = models.CharField(max_length=10, choices=PolicyStatus, default=PolicyStatus.DRAFT)
    parameters = models.JSONField()
    reason = models.TextField(_("reason"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    in_force_since = models.DateTimeField(null=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PolicyStatus.values), name="policy_status_known"),
            models.UniqueConstraint(
                fields=["status"], condition=Q(status=PolicyStatus.IN_FORCE), name="policy_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"

    @property
    def fits_engine(self) -> bool:
        """Whether it weighs the parts that the score has now; after an upgrade an old policy may not."""
        return set(self.parameters["weights"]) == set(SLICES)


class TextVector(models.Model):
    """What an encoder made of one text; the key is a hash of encoder, role and text, so nothing is encoded twice."""

    key = models.CharField(max_length=64, primary_key=True)
    encoder = models.CharField(max_length=60)
    vector = VectorField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key


class RunQuerySet(models.QuerySet["Run"]):
    def under_way(self) -> RunQuerySet:
        return self.filter(status__in=[RunStatus.QUEUED, RunStatus.EMBEDDING, RunStatus.SCORING])

    def finished(self) -> RunQuerySet:
        return self.filter(status=RunStatus.DONE)


class Run(models.Model):
    """One full pass over all firms and startups.

    *Waiting to start* → *reading the texts* (encoding what is new, block by block) → *scoring the pairs*
    (block by block) → *finished*, when the new lists replace the old ones at once; or *failed*, or
    *cancelled* by staff: then the old lists stay.
    """

    TRANSITIONS: ClassVar[TransitionTable] = RUN_TRANSITIONS

    policy = models.ForeignKey(ScoringPolicy, models.PROTECT, related_name="runs")
    status = models.CharField(max_length=10, choices=RunStatus, default=RunStatus.QUEUED)
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    phase_started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    texts_total = models.PositiveIntegerField(default=0)
    texts_done = models.PositiveIntegerField(default=0)
    blocks_total = models.PositiveIntegerField(default=0)
    blocks_done = models.PositiveIntegerField(default=0)
    company_count = models.PositiveIntegerField(default=0)
    startup_count = models.PositiveIntegerField(default=0)
    match_count = models.PositiveIntegerField(default=0)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RunStatus.values), name="run_status_known"),
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(status__in=[RunStatus.QUEUED, RunStatus.EMBEDDING, RunStatus.SCORING]),
                name="run_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.status in (RunStatus.QUEUED, RunStatus.EMBEDDING, RunStatus.SCORING)


class AdviceQuerySet(models.QuerySet["ExpertAdvice"]):
    def standing(self) -> AdviceQuerySet:
        """What counts in the score: not retired."""
        return self.filter(retired_at=None)


class ExpertAdvice(models.Model):
    """An expert's rating, with reasons, of a startup, or of one pair where `company` is given.

    It is never rewritten: an expert who thinks again gives new advice, and the old one is retired.
    """

    startup = models.ForeignKey(Startup, models.PROTECT, related_name="advice")
    company = models.ForeignKey(Company, models.PROTECT, null=True, blank=True, related_name="advice")
    rating = models.PositiveSmallIntegerField(_("rating"), choices=Rating)
    reasons = models.TextField(_("reasons"), max_length=2000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True)

    objects = AdviceQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["by", "startup", "company"],
                condition=Q(retired_at=None),
                nulls_distinct=False,
                name="advice_one_of_each_expert",
            ),
            models.CheckConstraint(condition=Q(rating__range=(1, 5)), name="advice_rating_in_range"),
            models.CheckConstraint(condition=~Q(reasons=""), name="advice_has_reasons"),
        ]

    def __str__(self) -> str:
        return f"{self.startup}: {self.rating}"


class Candidate(models.Model):
    """A scored pair that a block of a run found, explained as a match is; replaced by matches when the run ends."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="candidates")
    challenge = models.ForeignKey(Challenge, models.CASCADE, related_name="+")
    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    startup = models.ForeignKey(Startup, models.CASCADE, related_name="+")
    raw_score = models.FloatField()
    score = models.DecimalField(max_digits=4, decimal_places=1)
    parts = models.JSONField(default=dict)
    missing = ArrayField(models.CharField(max_length=30), default=list)
    shared_capabilities = ArrayField(models.CharField(max_length=40), default=list)

    def __str__(self) -> str:
        return f"{self.company_id}:{self.startup_id}"


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
    need, for pairs that people are likely to look at; `quote_key` says which texts it was chosen from.
    """

    TRANSITIONS: ClassVar[TransitionTable] = MATCH_TRANSITIONS

    company = models.ForeignKey(Company, models.PROTECT, related_name="matches")
    startup = models.ForeignKey(Startup, models.PROTECT, related_name="matches")
    challenge = models.ForeignKey(Challenge, models.PROTECT, related_name="matches")
    policy = models.ForeignKey(ScoringPolicy, models.PROTECT, related_name="+")
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="matches")
    status = models.CharField(_("status"), max_length=10, choices=MatchStatus, default=MatchStatus.PROPOSED)
    raw_score = models.FloatField()
    score = models.DecimalField(_("match score"), max_digits=4, decimal_places=1)
    parts = models.JSONField(default=dict)
    missing = ArrayField(models.CharField(max_length=30), default=list)
    shared_capabilities = ArrayField(models.CharField(max_length=40), default=list)
    quote = models.TextField(blank=True, db_default="")
    quote_key = models.CharField(max_length=64, blank=True, db_default="")
    rank_for_company = models.PositiveSmallIntegerField(null=True)
    rank_for_startup = models.PositiveSmallIntegerField(null=True)
    computed_at = models.DateTimeField()
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
            models.Index(fields=["status", "-raw_score"]),
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
        ]

    def __str__(self) -> str:
        return f"{self.company} × {self.startup}"

    @property
    def provisional(self) -> bool:
        """Whether a profile lacks information for a part of the score."""
        return bool(gaps(self.missing))


def startups_disclosed_to(user: User) -> models.QuerySet[Startup]:
    """Those whose decks a firm may read: disclosed to it, put aside by nobody, while both take part."""
    organisation = user.organisation
    if organisation is None or organisation.kind != OrganisationKind.COMPANY or not organisation.is_published:
        return Startup.objects.none()
    return Startup.objects.filter(matches__in=Match.objects.visible_to(user).recommended())
