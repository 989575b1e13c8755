"""What people are asked to confirm of their challenge or pitch: a few capabilities, in their own language.

No language model runs here: what people chose stands first, then what a worker read in the words, then what the words
as they are now hold (docs/adr tells how long each takes). While somebody writes, a worker reads the words as those of a
search: a need is what a search for startups says, a pitch what a search for challenges does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from companies.models import Challenge
from matchmaking.matches.engine.thesaurus import Capability, Thesaurus
from matchmaking.matches.enums import Sought
from matchmaking.matches.meaning.search import meaning_of
from matchmaking.matches.models import CapabilityReading, MeaningQuery
from matchmaking.matches.thesauri import editions
from matchmaking.matches.thesauri.marking import likely
from matchmaking.matches.thesauri.readings import strongest
from startups.models import Startup

OFFERED = 5  # capabilities that are suggested
AT_ONCE = 3  # of these by their wordings, while a worker reads on
SHORTEST = 10  # characters that say something


def text_of(row: Challenge | Startup) -> str:
    """What the engine compares with capabilities."""
    if isinstance(row, Challenge):
        return row.need()
    return " ".join(filter(None, (row.one_liner, row.problem, row.solution, row.customers, row.edge)))


def suggested(row: Challenge | Startup) -> list[Capability]:
    """At most five, each once; retired ones are never among them."""
    thesaurus = editions.in_force()
    owner = {"challenge": row} if isinstance(row, Challenge) else {"startup": row}
    reading = CapabilityReading.objects.filter(**owner).first()
    keys = [*(row.capabilities or []), *(reading.keys if reading else [])]
    return _first(thesaurus, keys, text_of(row), OFFERED)


def _first(thesaurus: Thesaurus, keys: Iterable[str], text: str, most: int) -> list[Capability]:
    """Those of the keys that there are, then what the words hold."""
    known = [thesaurus.capabilities[thesaurus.positions[key]] for key in keys if key in thesaurus.positions]
    return list(dict.fromkeys([*known, *likely(text, thesaurus, most)]))[:most]


@dataclass(frozen=True)
class Suggested:
    """Capabilities for words that somebody is writing. `waiting`: a worker has not said yet what they mean."""

    capabilities: tuple[Capability, ...] = ()
    waiting: bool = False


def suggested_for(
    text: str, sought: Sought, ticked: Iterable[str], *, may_ask: bool, last: bool
) -> Suggested:
    """What is ticked, then what the words mean, then what they hold; nothing but the ticked for next to no words.

    `may_ask`: a worker may be asked what they mean. `last`: nobody looks again, so the words alone must do.
    """
    thesaurus, ticked = editions.in_force(), list(ticked)
    if len(text.strip()) < SHORTEST:
        return Suggested(tuple(_first(thesaurus, ticked, "", len(ticked))))
    found = meaning_of(sought, text, seconds=0) if may_ask else None
    waiting = found is None and may_ask and not last
    most = max(AT_ONCE if waiting else OFFERED, len(ticked))
    meant = _meant(found) if found else []
    return Suggested(tuple(_first(thesaurus, [*ticked, *meant], text, most)), waiting)


def _meant(found: MeaningQuery) -> list[str]:
    """The strongest tags in the part of a search's vector that holds capabilities; it stands last (`index.SLICES`)."""
    policy, *sizes = found.edition.replace(":", "-").split("-")
    thesaurus = editions.of_policy(int(policy))
    tags = np.array(found.vector, dtype=np.float32)[-int(sizes[-1]) :][: len(thesaurus)]
    return [thesaurus.capabilities[place].id for place in strongest(tags)]


def read_by_meaning(text: str, sought: Sought) -> list[Capability] | None:
    """What a worker reads in a need or a pitch under the policy in force; None if none has answered within a moment."""
    found = meaning_of(sought, text)
    return None if found is None else _first(editions.in_force(), _meant(found), "", OFFERED)
