"""States of matches, runs and policies."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaking.core.enums import Field
from matchmaking.matches.shortlists.shortlist import Reason


class MatchStatus(TextChoices):
    PROPOSED = "proposed", pgettext_lazy("match", "Proposed")
    DISCLOSED = "disclosed", pgettext_lazy("match", "Disclosed")
    INTERESTED = "interested", pgettext_lazy("match", "Firm interested")
    DISMISSED = "dismissed", pgettext_lazy("match", "Dismissed")


# A dismissed pair comes back as a proposal when one of the two profiles has changed (not with a conflict of interest),
# or to where it was by undo.
MATCH_TRANSITIONS: dict[str, frozenset[str]] = {
    MatchStatus.PROPOSED: frozenset({MatchStatus.DISCLOSED, MatchStatus.DISMISSED}),
    MatchStatus.DISCLOSED: frozenset({MatchStatus.INTERESTED, MatchStatus.DISMISSED}),
    MatchStatus.INTERESTED: frozenset({MatchStatus.DISMISSED}),
    MatchStatus.DISMISSED: frozenset({MatchStatus.PROPOSED, MatchStatus.DISCLOSED}),
}


class Side(TextChoices):
    """Who did something to a match or a request."""

    STAFF = "staff", _("Programme office")
    COMPANY = "company", _("Midsize firm")
    STARTUP = "startup", _("Startup")


class DismissReason(TextChoices):
    OFF_TARGET = "off_target", _("Does not answer the challenge")
    TOO_EARLY = "too_early", _("Technology or company too early")
    TERMS = "terms", _("Budget or kind of cooperation does not fit")
    KNOWN = "known", _("Already in contact")
    CONFLICT = "conflict", _("Conflict of interest or competitor")
    OTHER = "other", _("Another reason")
    LEFT = "left", _("One side no longer takes part")  # nobody chooses it: it follows from leaving


CHOSEN_REASONS = [(reason.value, reason.label) for reason in DismissReason if reason != DismissReason.LEFT]


class Rating(IntegerChoices):
    """What an expert thinks of a startup, or of a pair."""

    POOR = 1, pgettext_lazy("rating", "Poor")
    WEAK = 2, pgettext_lazy("rating", "Weak")
    FAIR = 3, pgettext_lazy("rating", "Fair")
    GOOD = 4, pgettext_lazy("rating", "Good")
    EXCELLENT = 5, pgettext_lazy("rating", "Excellent")


class Criterion(TextChoices):
    """What an expert rates; the fit only where it is about a pair."""

    TECHNOLOGY = "technology", _("Technology")
    MARKET = "market", _("Market")
    TEAM = "team", pgettext_lazy("criterion", "Team")
    JAPAN = "japan", _("Readiness for Japan")
    FIT = "fit", _("Fit to the need")


class DecisionKind(TextChoices):
    """What is logged of a pair, so that weights can be learnt from it."""

    DISCLOSED = "disclosed", pgettext_lazy("decision", "Disclosed to the firm")
    DISMISSED = "dismissed", pgettext_lazy("decision", "Dismissed")
    RESTORED = "restored", pgettext_lazy("decision", "Dismissal taken back")
    INTERESTED = "interested", pgettext_lazy("decision", "Meeting asked for")
    ACCEPTED = "accepted", pgettext_lazy("decision", "Request accepted")
    DECLINED = "declined", pgettext_lazy("decision", "Request declined")
    HELD = "held", pgettext_lazy("decision", "Meeting held")
    NO_SHOW = "no_show", pgettext_lazy("decision", "Meeting did not take place")
    PARTNERED = "partnered", pgettext_lazy("decision", "Partnership begun")
    SIGNED = "signed", pgettext_lazy("decision", "Agreement signed")


class PolicyStatus(TextChoices):
    DRAFT = "draft", pgettext_lazy("policy", "Draft")
    IN_FORCE = "in_force", pgettext_lazy("policy", "In force")
    RETIRED = "retired", pgettext_lazy("policy", "Retired")
    DISCARDED = "discarded", pgettext_lazy("policy", "Discarded")


# Only what is in force makes scores; what has been in force is kept, because matches name it.
POLICY_TRANSITIONS: dict[str, frozenset[str]] = {
    PolicyStatus.DRAFT: frozenset({PolicyStatus.IN_FORCE, PolicyStatus.DISCARDED}),
    PolicyStatus.IN_FORCE: frozenset({PolicyStatus.RETIRED}),
    PolicyStatus.RETIRED: frozenset(),
    PolicyStatus.DISCARDED: frozenset(),
}


class TrialStatus(TextChoices):
    QUEUED = "queued", pgettext_lazy("trial", "Waiting to start")
    SCORING = "scoring", pgettext_lazy("trial", "At work")
    DONE = "done", pgettext_lazy("trial", "Finished")
    FAILED = "failed", pgettext_lazy("trial", "Failed")
    CANCELLED = "cancelled", pgettext_lazy("trial", "Cancelled")


TRIAL_TRANSITIONS: dict[str, frozenset[str]] = {
    TrialStatus.QUEUED: frozenset({TrialStatus.SCORING, TrialStatus.FAILED, TrialStatus.CANCELLED}),
    TrialStatus.SCORING: frozenset({TrialStatus.DONE, TrialStatus.FAILED, TrialStatus.CANCELLED}),
    TrialStatus.DONE: frozenset(),
    TrialStatus.FAILED: frozenset(),
    TrialStatus.CANCELLED: frozenset(),
}


class RunStatus(TextChoices):
    QUEUED = "queued", pgettext_lazy("run", "Waiting to start")
    EMBEDDING = "embedding", pgettext_lazy("run", "Reading the texts")
    SCORING = "scoring", pgettext_lazy("run", "Scoring the pairs")
    DONE = "done", pgettext_lazy("run", "Finished")
    FAILED = "failed", pgettext_lazy("run", "Failed")
    CANCELLED = "cancelled", pgettext_lazy("run", "Cancelled")


RUN_TRANSITIONS: dict[str, frozenset[str]] = {
    RunStatus.QUEUED: frozenset({RunStatus.EMBEDDING, RunStatus.FAILED, RunStatus.CANCELLED}),
    RunStatus.EMBEDDING: frozenset({RunStatus.SCORING, RunStatus.FAILED, RunStatus.CANCELLED}),
    RunStatus.SCORING: frozenset({RunStatus.DONE, RunStatus.FAILED, RunStatus.CANCELLED}),
    RunStatus.DONE: frozenset(),
    RunStatus.FAILED: frozenset(),
    RunStatus.CANCELLED: frozenset(),
}


class ShortlistStatus(TextChoices):
    COMPUTING = "computing", pgettext_lazy("shortlists", "Being worked out")
    READY = "ready", pgettext_lazy("shortlists", "Ready to check")
    DISCLOSED = "disclosed", pgettext_lazy("shortlists", "Disclosed")
    DISCARDED = "discarded", pgettext_lazy("shortlists", "Discarded")


SHORTLIST_TRANSITIONS: dict[str, frozenset[str]] = {
    ShortlistStatus.COMPUTING: frozenset({ShortlistStatus.READY, ShortlistStatus.DISCARDED}),
    ShortlistStatus.READY: frozenset({ShortlistStatus.DISCLOSED, ShortlistStatus.DISCARDED}),
    ShortlistStatus.DISCLOSED: frozenset(),
    ShortlistStatus.DISCARDED: frozenset(),
}


class LeftOut(TextChoices):
    """Why a party of a draft has no list."""

    NO_CANDIDATE = Reason.NO_CANDIDATE.value, _("No proposed match is left for it")
    NO_ROOM = Reason.NO_ROOM.value, _("It has as many recommendations this month as it can take on")
    CROWDED_OUT = Reason.CROWDED_OUT.value, _("All its matches are on as many lists as they can take on")
    BY_HAND = "by_hand", _("Its list was emptied by hand")


class ThesaurusStatus(TextChoices):
    DRAFT = "draft", pgettext_lazy("thesaurus", "Draft")
    IN_FORCE = "in_force", pgettext_lazy("thesaurus", "In force")
    SUPERSEDED = "superseded", pgettext_lazy("thesaurus", "Superseded")


# Policies name the edition they were made for, so what has been in force is kept.
THESAURUS_TRANSITIONS: dict[str, frozenset[str]] = {
    ThesaurusStatus.DRAFT: frozenset({ThesaurusStatus.IN_FORCE}),
    ThesaurusStatus.IN_FORCE: frozenset({ThesaurusStatus.SUPERSEDED}),
    ThesaurusStatus.SUPERSEDED: frozenset(),
}


class CapabilityStatus(TextChoices):
    ACTIVE = "active", pgettext_lazy("capability", "In use")
    MERGED = "merged", pgettext_lazy("capability", "Merged")
    RETIRED = "retired", pgettext_lazy("capability", "Retired")


CAPABILITY_TRANSITIONS: dict[str, frozenset[str]] = {
    CapabilityStatus.ACTIVE: frozenset({CapabilityStatus.MERGED, CapabilityStatus.RETIRED}),
    CapabilityStatus.MERGED: frozenset({CapabilityStatus.ACTIVE}),
    CapabilityStatus.RETIRED: frozenset({CapabilityStatus.ACTIVE}),
}

CROSS = "cross"  # the field of what serves all of them
CAPABILITY_FIELDS = [*Field.choices, (CROSS, _("Across the fields"))]


class Sought(TextChoices):
    """What a search looks for."""

    STARTUPS = "startups", _("startups")
    CHALLENGES = "challenges", _("challenges")
