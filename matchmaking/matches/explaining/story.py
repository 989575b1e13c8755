"""What has happened to a pair, for one reader: everything for staff, for each side its own part.

Other apps know more of a pair than this one, and lie above it: each registers a teller when the portal starts
(`AppConfig.ready`). A teller is given the reader and tells only what is theirs to know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.deeds import doer_of
from accounts.models import User, members_of
from matchmaking.core.models import AuditEvent
from matchmaking.matches.enums import DismissReason, MatchStatus, Side
from matchmaking.matches.explaining.scores import Standing, scores_of
from matchmaking.matches.models import ExpertAdvice, Match, PairNote, ScoringPolicy

PROPOSED, DISCLOSED, INTERESTED, DISMISSED = (f"match.{status.value}" for status in MatchStatus)
FOR_STAFF: dict[str, Promise] = {
    PROPOSED: gettext_lazy("Proposed again"),
    DISCLOSED: gettext_lazy("Disclosed to the firm"),
    INTERESTED: gettext_lazy("The firm asked for a meeting"),
    DISMISSED: gettext_lazy("Dismissed"),
}


@dataclass(frozen=True)
class Happening:
    """One entry of the timeline; `url` is where more can be read."""

    at: datetime
    text: str
    by: str = ""
    note: str = ""
    url: str = ""


Teller = Callable[[Match, User], Iterable[Happening]]
_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """A portal that starts twice in a process registers the same again."""
    if teller not in _tellers:
        _tellers.append(teller)


def story_of(match: Match, reader: Side, user: User) -> list[Happening]:
    """Newest first; what happened at the same moment stands in the order of telling."""
    own = {Side.STAFF: _to_staff, Side.COMPANY: _to_firm, Side.STARTUP: _to_startup}[reader]
    found = [*own(match, user), *_scores(match, reader)]
    for teller in _tellers:
        found += teller(match, user)
    return sorted(found, key=lambda happening: happening.at, reverse=True)


def _events(match: Match) -> Iterable[AuditEvent]:
    return AuditEvent.objects.filter(target_type=match._meta.label_lower, target_id=str(match.pk))


def _to_staff(match: Match, user: User) -> Iterator[Happening]:
    """Changes of state with their reasons, experts' advice, and notes."""
    for event in _events(match):
        undone = _is_undoing(event)
        words = _("The dismissal was undone") if undone else str(FOR_STAFF.get(event.action, event.action))
        yield Happening(event.at, words, doer_of(event), reason_words(event.detail.get("reason", "")))
    yield from _advice(match)
    for note in PairNote.objects.of(match).select_related("by"):
        yield Happening(note.at, _("Note"), str(note.by), note.text)


def _scores(match: Match, reader: Side) -> Iterator[Happening]:
    """The first score that the reader could see, and each other one; by which policy is for staff alone."""
    found = scores_of(match, reader)
    versions = _versions(found) if reader == Side.STAFF else {}
    for number, each in enumerate(found):
        words = _("Score changed: %(score)s") if number else _("First score: %(score)s")
        since = _since_first(each.score - found[0].score) if number else ""
        policy = (
            _("Scoring policy: version %(version)s") % {"version": versions[each.policy]} if versions else ""
        )
        yield Happening(each.at, words % {"score": each.score}, note="\n".join(filter(None, [since, policy])))


def _versions(found: Iterable[Standing]) -> dict[int, int]:
    policies = ScoringPolicy.objects.filter(pk__in={each.policy for each in found})
    return dict(policies.values_list("pk", "version"))


def _since_first(difference: Decimal) -> str:
    if not difference:
        return _("As many points as at first")
    words = (
        _("%(points)s points more than at first")
        if difference > 0
        else _("%(points)s points fewer than at first")
    )
    return words % {"points": abs(difference)}


def _advice(match: Match) -> Iterator[Happening]:
    about = ExpertAdvice.objects.filter(startup=match.startup_id).select_related("by")
    for advice in about:
        if advice.company_id not in (None, match.company_id):
            continue
        rating = {"rating": advice.get_rating_display()}
        words = (
            _("Expert's advice on the startup: %(rating)s")
            if advice.company_id is None
            else _("Expert's advice on the pair: %(rating)s")
        )
        retired = [_("This advice no longer counts.")] if advice.retired_at else []
        yield Happening(advice.at, words % rating, str(advice.by), "\n".join([advice.told(), *retired]))


def _to_firm(match: Match, user: User) -> Iterator[Happening]:
    """From when it was recommended, and what its own people did; nothing of what staff decide among themselves."""
    ours = {person.pk: str(person) for person in members_of(match.company.organisation)}
    for event in _events(match):
        by = ours.get(event.actor_id or 0, "")
        if event.action == DISCLOSED and not _is_undoing(event):
            yield Happening(event.at, _("Recommended to you"), _("Programme office"))
        elif event.action == DISCLOSED and by:
            yield Happening(event.at, _("Taken back"), by)
        elif event.action == DISMISSED and by:
            yield Happening(event.at, _("Put aside"), by, reason_words(event.detail.get("reason", "")))


def _to_startup(match: Match, user: User) -> Iterator[Happening]:
    """Nothing more: a startup hears of a pair by the firm's request for a meeting, which the meetings tell."""
    yield from ()


def _is_undoing(event: AuditEvent) -> bool:
    return (
        event.action in (PROPOSED, DISCLOSED)
        and _before(event) == MatchStatus.DISMISSED
        and (event.detail.get("reason") != "profile changed")
    )


def _before(event: AuditEvent) -> str:
    return str(event.detail.get("before", ""))


def reason_words(reason: str) -> str:
    """A stored reason begins with its code: show the words instead."""
    code, _colon, note = reason.partition(": ")
    if code in DismissReason.values:
        return f"{DismissReason(code).label}\n{note}".strip()
    return _("One of the two profiles has changed") if code == "profile changed" else reason
