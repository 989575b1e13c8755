"""What there is of a partnership, as the rules ask for it."""

from __future__ import annotations

from partnerships.models import Partnership
from partnerships.rules import Standing


def standing_of(partnership: Partnership) -> Standing:
    """Four queries: papers, open steps, amounts, open checks."""
    return Standing(
        mode=partnership.mode,
        stage=partnership.status,
        papers=set(partnership.papers.values_list("kind", flat=True)),
        has_step=partnership.steps.filter(done_at=None).exists(),
        has_amount=partnership.amounts.exists(),
        open_gates=set(partnership.checks.open().values_list("rule__before", flat=True)),
    )
