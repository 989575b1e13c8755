"""What people are asked to confirm of their challenge or pitch: a few capabilities, in their own language.

No language model runs here: what people chose stands first, then what a worker read in the words as they were then,
then what the words as they are now hold (docs/adr tells how long each takes).
"""

from __future__ import annotations

from companies.models import Challenge
from matchmaking.matches.engine.thesaurus import Capability
from matchmaking.matches.models import CapabilityReading
from matchmaking.matches.thesauri import editions
from matchmaking.matches.thesauri.marking import likely
from startups.models import Startup

OFFERED = 5  # capabilities that are suggested


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
    known = [thesaurus.capabilities[thesaurus.positions[key]] for key in keys if key in thesaurus.positions]
    return list(dict.fromkeys([*known, *likely(text_of(row), thesaurus, OFFERED)]))[:OFFERED]
