"""The list of legal checks, and how each stands for a partnership. Decided by staff only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from matchmaking.core import audit
from matchmaking.core.transitions import TransitionNotAllowed, move
from partnerships.enums import GateStatus
from partnerships.models import GateCheck, GateRule, Partnership


@dataclass(frozen=True, slots=True)
class GateText:
    """A rule as staff write it; `countries` empty is every country but the exceptions, `before` the stage it must be
    settled for, `checked_on` the day on which its writer compared it with its source."""

    title_en: str
    title_ja: str
    text_en: str
    text_ja: str
    modes: Sequence[str]
    countries: Sequence[str]
    before: str
    source: str
    source_url: str
    checked_on: date
    except_countries: Sequence[str] = ()


@transaction.atomic
def add_rule(text: GateText, *, by: User) -> GateRule:
    """A new rule concerns open partnerships too: each that it fits gets the check, open."""
    rule = GateRule.objects.create(**asdict(text), checked_by=by)
    audit.record("gaterule.added", rule, by=by)
    _spread(rule)
    return rule


@transaction.atomic
def edit_rule(rule: GateRule, text: GateText, *, by: User) -> None:
    """Change a rule. Checks that were decided stay decided; open partnerships that it fits now get it.

    Open checks of those that it no longer concerns hold nobody up (`GateCheckQuerySet.open`).
    """
    kept = GateRule.objects.select_for_update().get(pk=rule.pk)  # a form has written into `rule` already
    if text.checked_on != kept.checked_on:
        rule.checked_by = by
    for name, value in asdict(text).items():
        setattr(rule, name, value)
    rule.save()
    audit.record("gaterule.changed", rule, by=by)
    _spread(rule)


@transaction.atomic
def compare(rule: GateRule, checked_on: date, *, by: User) -> None:
    """Write down that somebody compared the text with its source on that day and found it right.

    Raises TransitionNotAllowed when a colleague has written down a later day meanwhile.
    """
    later = Q(checked_on=None) | Q(checked_on__lte=checked_on)
    if not GateRule.objects.filter(later, pk=rule.pk).update(checked_on=checked_on, checked_by=by):
        raise TransitionNotAllowed(rule, "compared")
    rule.checked_on, rule.checked_by = checked_on, by
    audit.record("gaterule.compared", rule, by=by, checked_on=checked_on.isoformat())


@transaction.atomic
def set_in_use(rule: GateRule, *, in_use: bool, by: User) -> None:
    """Take a rule out of use, or back into it. Out of use, its open checks no longer hold anybody up."""
    rule.in_use = in_use
    rule.save()
    audit.record("gaterule.back" if in_use else "gaterule.retired", rule, by=by)
    if in_use:
        _spread(rule)


def give_checks(partnership: Partnership) -> None:
    """Each rule that concerns it, once; what was decided of one stays decided."""
    for rule in GateRule.objects.concerning(partnership):
        GateCheck.objects.get_or_create(partnership=partnership, rule=rule)


def _spread(rule: GateRule) -> None:
    """Give every open partnership that the rule concerns its check, once."""
    if not rule.in_use:
        return
    for partnership in Partnership.objects.open().with_parties().exclude(checks__rule=rule):
        if GateRule.objects.concerning(partnership).filter(pk=rule.pk).exists():
            GateCheck.objects.create(partnership=partnership, rule=rule)


@transaction.atomic
def decide(
    check: GateCheck,
    status: GateStatus,
    decided_on: date,
    note: str,
    *,
    by: User,
    now: datetime | None = None,
) -> None:
    """Say that a check is settled, or does not apply, on which day and why."""
    _lock(check, now or timezone.now())
    move(check, status, by=by, reason=note, decided_on=decided_on, note=note)


@transaction.atomic
def reopen_check(check: GateCheck, reason: str, *, by: User, now: datetime | None = None) -> None:
    """What was decided has to be looked at again."""
    _lock(check, now or timezone.now())
    move(check, GateStatus.OPEN, by=by, reason=reason, decided_on=None, note="")


def _lock(check: GateCheck, now: datetime) -> None:
    """Nobody moves the partnership on while one of its checks changes; and it is news of it."""
    partnership = Partnership.objects.select_for_update().get(pk=check.partnership_id)
    Partnership.objects.filter(pk=partnership.pk).update(news_at=now)
