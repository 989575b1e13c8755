"""What the independent checker has against a board, one notice for each group of meetings, with ready moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest

from meetings import rules
from meetings.board import moment_in_japan, names_of_parties, pair_name
from meetings.models import Placement
from meetings.offers import Offer, Places, told_apart
from meetings.timetable_check import Violation
from meetings.words import FAULTS

# Ready moves of a notice, and how many notices have some: solving these changes what the others need.
MOVES, READY = 3, 10


@dataclass(frozen=True, slots=True)
class Clash:
    """Meetings that cannot all stay, what is wrong with them in sentences, and where one of them can go.

    One that staff locked as it is does not block the publishing.
    """

    rows: tuple[Placement, ...]
    when: str
    texts: tuple[str, ...]
    meetings: tuple[tuple[Placement, str], ...]
    blocks: bool
    moves: tuple[Offer, ...] = ()
    looked: bool = False


def clashes(found: Iterable[Violation], placements: Sequence[Placement], language: str) -> list[Clash]:
    """One for each group of meetings, however many rules they break together; the earliest first."""
    rows = {str(each.request_id): each for each in placements if each.starts_at}
    names = names_of_parties(placements, language)
    groups: dict[tuple[Placement, ...], list[Violation]] = {}
    for each in found:
        concerned = tuple(rows[request] for request in each.requests if request in rows)
        if concerned:
            groups.setdefault(concerned, []).append(each)
    made = (_clash(concerned, broken, names, language) for concerned, broken in groups.items())
    return sorted(made, key=lambda each: (not each.blocks, each.rows[0].start))


def _clash(
    rows: tuple[Placement, ...], broken: list[Violation], names: Mapping[int, str], language: str
) -> Clash:
    texts = [FAULTS[each.fault] % {"who": _subject(each.subject, names)} for each in broken]
    return Clash(
        rows,
        moment_in_japan(min(each.start for each in rows)),
        tuple(dict.fromkeys(texts)),
        tuple((each, pair_name(each, language)) for each in rows),
        any(rules.blocks_publishing(each) for each in broken),
    )


def _subject(subject: str, names: Mapping[int, str]) -> str:
    return names.get(int(subject[1:]), "") if subject.startswith("o") else ""


def with_moves(found: Sequence[Clash], places: Places, language: str) -> list[Clash]:
    """The first clashes with up to three moves each: the best of every meeting before the second best of any."""
    return [
        replace(each, moves=_moves(each, places, language), looked=True) if at < READY else each
        for at, each in enumerate(found)
    ]


def _moves(clash: Clash, places: Places, language: str) -> tuple[Offer, ...]:
    names = told_apart(clash.rows, language)
    free_first = sorted(clash.rows, key=lambda row: row.locked)
    each_best = [places.of(row, MOVES) for row in free_first]
    in_turn = [offer for offer in chain.from_iterable(zip_longest(*each_best)) if offer is not None]
    return tuple(replace(offer, name=names[offer.placement.pk]) for offer in in_turn[:MOVES])


def clashing_requests(found: Iterable[Clash]) -> set[int]:
    return {row.request_id for each in found if each.blocks for row in each.rows}
