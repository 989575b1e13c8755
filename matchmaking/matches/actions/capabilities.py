"""Editions of the capability thesaurus in the making: drafted, changed entry by entry, discarded, put in force.

Whoever changes a draft holds its row. Every change leaves the fingerprint that its contents have.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from matchmaking.core import audit
from matchmaking.core.transitions import TransitionNotAllowed, move
from matchmaking.matches.actions.policies import ensure_policy, next_version
from matchmaking.matches.actions.runs import score_anew
from matchmaking.matches.actions.thesauri import ensure_thesaurus, next_number
from matchmaking.matches.actions.trials import overtake_trial, start_trial
from matchmaking.matches.engine.policy import Policy
from matchmaking.matches.enums import CapabilityStatus, PolicyStatus, ThesaurusStatus
from matchmaking.matches.models import CapabilityEntry, Run, ScoringPolicy, ThesaurusVersion, Trial
from matchmaking.matches.thesauri import editions
from matchmaking.matches.thesauri.carrying import carried_over


class NothingChanged(Exception):
    """The draft says what the edition in force says."""


# --- A draft -----------------------------------------------------------------------------------------------------


@transaction.atomic
def open_draft(*, by: User) -> ThesaurusVersion:
    """The draft, begun as a copy of the edition in force if there is none."""
    current = ensure_thesaurus(by=by)
    draft, created = ThesaurusVersion.objects.get_or_create(
        status=ThesaurusStatus.DRAFT,
        defaults={"number": next_number(), "fingerprint": current.fingerprint, "made_by": by},
    )
    if created:
        rows = list(current.entries.all())
        for row in rows:
            row.pk, row.version = None, draft
        CapabilityEntry.objects.bulk_create(rows)
        audit.record("thesaurusversion.draft", draft, by=by, copied_from=current.number)
    return draft


@transaction.atomic
def discard_thesaurus(draft: ThesaurusVersion, *, by: User) -> None:
    """Give a draft up, with all that was changed in it."""
    held = _held(draft)
    audit.record("thesaurusversion.discarded", held, by=by)
    held.delete()


@transaction.atomic
def add_capability(
    draft: ThesaurusVersion, *, key: str, content: Mapping[str, Any], by: User
) -> CapabilityEntry:
    """Put a new capability behind all others: nobody's place changes."""
    held = _held(draft)
    last = held.entries.aggregate(last=Max("place"))["last"]
    place = 0 if last is None else last + 1
    entry = CapabilityEntry.objects.create(version=held, key=key, place=place, **content)
    _settle(held, draft)
    audit.record("capabilityentry.added", entry, by=by, key=key)
    return entry


@transaction.atomic
def change_capability(
    entry: CapabilityEntry, *, content: Mapping[str, Any], seen: Mapping[str, Any], by: User
) -> None:
    """Let an entry of the draft say something else. `seen` is what it said when the person began.

    Raises TransitionNotAllowed if somebody else has changed it meanwhile.
    """
    held = _held(entry.version)
    fresh = held.entries.get(pk=entry.pk)
    if fresh.content() != dict(seen):
        raise TransitionNotAllowed(entry, CapabilityStatus.ACTIVE)
    changed = {name: value for name, value in content.items() if getattr(fresh, name) != value}
    held.entries.filter(pk=entry.pk).update(**changed)
    _settle(held, entry.version)
    audit.record("capabilityentry.changed", entry, by=by, key=entry.key, fields=sorted(changed))


@transaction.atomic
def merge_capability(entry: CapabilityEntry, *, into: CapabilityEntry, by: User) -> None:
    """Let another capability answer for this one, and for whatever was merged into it before."""
    held = _held(entry.version)
    target = held.entries.get(key=into.key)
    if not target.is_active or target.key == entry.key:
        raise TransitionNotAllowed(entry, CapabilityStatus.MERGED)
    move(entry, CapabilityStatus.MERGED, by=by, reason=target.key, merged_into=target.key)
    held.entries.filter(merged_into=entry.key).update(merged_into=target.key)
    _settle(held, entry.version)


@transaction.atomic
def retire_capability(entry: CapabilityEntry, *, reason: str, by: User) -> None:
    """Let no text be recognized by this capability any longer, nor by what was merged into it."""
    held = _held(entry.version)
    move(entry, CapabilityStatus.RETIRED, by=by, reason=reason)
    for merged in held.entries.filter(merged_into=entry.key):
        move(merged, CapabilityStatus.ACTIVE, by=by, reason=entry.key, merged_into="")
        move(merged, CapabilityStatus.RETIRED, by=by, reason=reason)
    _settle(held, entry.version)


@transaction.atomic
def bring_back(entry: CapabilityEntry, *, by: User) -> None:
    """Use a merged or retired capability again."""
    held = _held(entry.version)
    move(entry, CapabilityStatus.ACTIVE, by=by, merged_into="")
    _settle(held, entry.version)


def _held(version: ThesaurusVersion) -> ThesaurusVersion:
    """The draft, locked. Raises TransitionNotAllowed if it is a draft no longer."""
    held = ThesaurusVersion.objects.drafts().select_for_update().filter(pk=version.pk).first()
    if held is None:
        raise TransitionNotAllowed(version, ThesaurusStatus.DRAFT)
    return held


def _settle(held: ThesaurusVersion, *seen: ThesaurusVersion) -> None:
    """Write down the fingerprint of what the draft says now, also in the objects that callers hold."""
    fingerprint = editions.compiled(held.entries.all()).version
    ThesaurusVersion.objects.filter(pk=held.pk).update(fingerprint=fingerprint)
    for version in (held, *seen):
        version.fingerprint = fingerprint


# --- In force ----------------------------------------------------------------------------------------------------


@transaction.atomic
def put_thesaurus_in_force(draft: ThesaurusVersion, *, reason: str, seen: str, by: User) -> Run:
    """Let texts be read by the draft from now on, and score everybody anew by a policy made for it.

    `seen` is the fingerprint of what the person confirms. Raises TransitionNotAllowed if the draft says something else
    by now, NothingChanged if it says what the edition in force says. A run under way is cancelled, and a trial.
    """
    held = _held(draft)
    policy = ensure_policy(by=by)
    current = ThesaurusVersion.objects.in_force().select_for_update().get()
    if held.fingerprint != seen:
        raise TransitionNotAllowed(draft, ThesaurusStatus.IN_FORCE)
    if held.fingerprint == current.fingerprint:
        raise NothingChanged
    move(current, ThesaurusStatus.SUPERSEDED, by=by, reason=reason)
    changes = {"in_force_since": timezone.now()}
    move(held, ThesaurusStatus.IN_FORCE, by=by, reason=reason, **changes)
    ThesaurusVersion.objects.filter(pk=held.pk).update(reason=reason)
    overtake_trial(held, by=by)
    _carry_policies(policy, held, reason=reason, by=by)
    return score_anew(by=by)


def _carry_policies(policy: ScoringPolicy, held: ThesaurusVersion, *, reason: str, by: User) -> None:
    """A policy like the one in force, for the new edition; drafts of policies are taken along."""
    version, now = next_version(), timezone.now()
    made = ScoringPolicy.objects.create(
        version=version,
        parameters=parameters_for(policy, held, version=version),
        reason=reason,
        based_on=policy,
        drafted_by=by,
    )
    move(policy, PolicyStatus.RETIRED, by=by, reason=reason, retired_at=now)
    move(made, PolicyStatus.IN_FORCE, by=by, reason=reason, in_force_since=now, put_in_force_by=by)
    for each in ScoringPolicy.objects.drafts().order_by("version"):
        if not editions.is_known(each.parameters["thesaurus"]):  # a trial of what the draft said before
            move(each, PolicyStatus.DISCARDED, by=by, retired_at=now)
            continue
        each.parameters = parameters_for(each, held, version=each.version)
        each.based_on = made
        each.save(update_fields=["parameters", "based_on"])


@transaction.atomic
def try_thesaurus(draft: ThesaurusVersion, *, by: User, files: dict[str, Any] | None = None) -> Trial:
    """Score with the draft beside the edition in force, by a draft of a policy made for it. Touches no match.

    `files` are the fields of an EvaluationSet, as for a trial of weights.

    Raises NothingChanged if the draft says what the edition in force says, TrialUnderWay if there is a trial already.
    """
    held, policy = _held(draft), ensure_policy(by=by)
    if held.fingerprint == policy.parameters["thesaurus"]:
        raise NothingChanged
    version = next_version()
    made = ScoringPolicy.objects.create(
        version=version,
        parameters=parameters_for(policy, held, version=version),
        based_on=policy,
        drafted_by=by,
    )
    audit.record("scoringpolicy.draft", made, by=by, thesaurus=held.number)
    return start_trial(made, by=by, files=files)


def parameters_for(policy: ScoringPolicy, edition: ThesaurusVersion, *, version: int) -> dict[str, Any]:
    """What a policy says, made for an edition of the thesaurus, under a version of its own."""
    parameters = Policy.from_dict(policy.parameters)
    before, after = editions.named(parameters.thesaurus), editions.of_version(edition)
    return {**carried_over(parameters, before, after).to_dict(), "version": version}
