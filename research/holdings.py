"""What this app holds of experts."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.erasure.holdings import Holder, Holding
from research.models import Expert


class ResearchHolder(Holder):
    app = "research"
    holdings: Sequence[Holding] = (
        Holding(
            Expert,
            person=("user",),
            empties=("affiliation", "countries", "languages", "biography"),
            keeps=("fields",),
        ),
    )
