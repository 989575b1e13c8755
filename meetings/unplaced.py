"""The requests without a place: the reason in words, and the one thing that helps most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.rules import name_of
from matchmaking.core.enums import Field, Language
from meetings.board import moment_in_japan, names_of_parties, pair_name
from meetings.enums import UnplacedReason
from meetings.models import Placement, Round
from meetings.offers import Offer, Places
from meetings.words import (
    EXPLANATIONS,
    NEAREST_TIME,
    NO_INTERPRETER_OF_FIELD,
    NO_TIME,
    NO_TIME_OF,
    REASON_TONES,
    REMEDIES,
    remedy_url,
)


@dataclass(frozen=True, slots=True)
class Unplaced:
    """`offer` is a place that has become free since; without one, `action` says what would make one."""

    placement: Placement
    company: str
    startup: str
    reason: str
    tone: str
    why: str
    action: str
    url: str
    offer: Offer | None = None


def without_place(
    shown: Iterable[Placement],
    placements: Sequence[Placement],
    round_: Round,
    language: str,
    places: Places | None = None,
) -> list[Unplaced]:
    """The rows that are shown, in words; `placements` are all of the board, which reasons may name."""
    names = names_of_parties(placements, language)
    pairs = {each.request_id: pair_name(each, language) for each in placements}
    return [
        Unplaced(
            each,
            company=name_of(each.request.company, language),
            startup=name_of(each.request.startup, language),
            reason=each.get_reason_display(),
            tone=REASON_TONES[each.reason],
            why=explain(each, names, pairs),
            action=str(REMEDIES[each.detail["remedy"]]),
            url=remedy_url(each, round_),
            offer=next(iter(places.of(each, 1)), None) if places else None,
        )
        for each in shown
    ]


def reason_counts(rows: Iterable[Placement]) -> list[tuple[UnplacedReason, int]]:
    """How many have each reason, the most frequent first."""
    counts = Counter(each.reason for each in rows)
    return [(UnplacedReason(reason), count) for reason, count in counts.most_common()]


def explain(placement: Placement, names: Mapping[int, str], pairs: Mapping[int, str]) -> str:
    """The optimiser's reason in a sentence, with names and times."""
    detail = placement.detail
    field = detail.get("field", "")  # timetables of the time before interpreters had fields lack it
    params = {
        "who": ", ".join(names.get(pk, "") for pk in detail["parties"] if pk),
        "when": _moment(detail["start"] or detail["near"]),
        "minutes": detail["short_by"],
        "language": Language(detail["language"]).label if detail["language"] else "",
        "field": Field(field).label if field else "",
        "others": ", ".join(pairs.get(pk, "") for pk in detail["by"]),
    }
    if placement.reason == UnplacedReason.NO_INTERPRETER and field:
        return str(NO_INTERPRETER_OF_FIELD) % params
    if placement.reason != UnplacedReason.NO_SHARED_TIME:
        return str(EXPLANATIONS[placement.reason]) % params
    if params["who"]:
        return str(NO_TIME_OF) % params
    return str(NEAREST_TIME if params["when"] else NO_TIME) % params


def _moment(iso: str) -> str:
    return moment_in_japan(datetime.fromisoformat(iso)) if iso else ""
