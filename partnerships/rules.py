"""What a stage needs before it may be entered, and when a partnership has been quiet for too long. Pure.

The needs follow what the two sides usually put on paper on that way: nothing confidential is shown before a
non-disclosure agreement, nothing is tried without a plan, nothing is signed before the legal checks are settled.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from matchmaking.core.enums import CooperationMode
from partnerships.enums import OPEN_STAGES, STAGES, Need, PaperKind, PartnershipStage

QUIET_AFTER: Final = timedelta(days=60)
FIRST_YEAR: Final = 2020  # the programme was announced in January 2021
JAPAN: Final = ZoneInfo("Asia/Tokyo")  # where days of next steps begin and end

Needs = Mapping[str, tuple[Need, ...]]
NEEDS: Final[Mapping[str, Needs]] = {
    CooperationMode.JOINT_DEVELOPMENT: {
        PartnershipStage.AGREED: (Need.NEXT_STEP, Need.NDA, Need.GATES),
        PartnershipStage.PROVING: (Need.TEST_PLAN, Need.AMOUNT, Need.GATES),
        PartnershipStage.NEGOTIATING: (Need.TEST_REPORT, Need.GATES),
        PartnershipStage.SIGNED: (Need.CONTRACT, Need.GATES),
    },
    CooperationMode.INVESTMENT: {
        PartnershipStage.AGREED: (Need.NEXT_STEP, Need.NDA, Need.GATES),
        PartnershipStage.PROVING: (Need.TERM_SHEET, Need.AMOUNT, Need.GATES),
        PartnershipStage.NEGOTIATING: (Need.DUE_DILIGENCE, Need.GATES),
        PartnershipStage.SIGNED: (Need.CONTRACT, Need.GATES),
    },
    CooperationMode.ACQUISITION: {
        PartnershipStage.AGREED: (Need.NEXT_STEP, Need.NDA, Need.GATES),
        PartnershipStage.PROVING: (Need.LETTER_OF_INTENT, Need.AMOUNT, Need.GATES),
        PartnershipStage.NEGOTIATING: (Need.DUE_DILIGENCE, Need.GATES),
        PartnershipStage.SIGNED: (Need.CONTRACT, Need.GATES),
    },
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is of a partnership; `open_gates` are the stages before which legal checks still wait."""

    mode: str
    stage: str
    papers: Collection[str] = ()
    has_step: bool = False
    has_amount: bool = False
    open_gates: Collection[str] = ()


def is_forward(stage: str, to: str) -> bool:
    """Whether `to` comes after `stage` on the way to the contract; the end lies on no way."""
    order = [str(each) for each in STAGES]
    return stage in order and to in order and order.index(to) > order.index(stage)


def missing(standing: Standing, to: str) -> list[Need]:
    """What is still needed before `to` may be entered; nothing for steps back and for the end."""
    if not is_forward(standing.stage, to):
        return []
    needs = NEEDS[standing.mode].get(to, ())
    return [need for need in needs if not _is_met(standing, need, to)]


def _is_met(standing: Standing, need: Need, to: str) -> bool:
    if need == Need.NEXT_STEP:
        return standing.has_step
    if need == Need.AMOUNT:
        return standing.has_amount
    if need == Need.GATES:
        return not any(comes_by(stage, to) for stage in standing.open_gates)
    return PaperKind(need.value) in standing.papers


def comes_by(stage: str, to: str) -> bool:
    """Whether what must be there before `stage` must be there when `to` is entered."""
    order = [str(each) for each in STAGES]
    return order.index(stage) <= order.index(to)


def next_stage(stage: str) -> PartnershipStage | None:
    """The stage after this one; None for what is signed or ended."""
    order = [str(each) for each in STAGES]
    if stage not in order[:-1]:
        return None
    return STAGES[order.index(stage) + 1]


def stage_before(stage: str) -> PartnershipStage | None:
    """The stage to which this one may go back; None for the first, the signed and the ended."""
    order = [str(each) for each in STAGES]
    if stage not in order[1:-1]:
        return None
    return STAGES[order.index(stage) - 1]


def is_quiet(stage: str, news_at: datetime, now: datetime) -> bool:
    """Whether nothing has been heard of an open partnership for 60 days."""
    return stage in OPEN_STAGES and now - news_at > QUIET_AFTER


def fiscal_year(day: date) -> int:
    """The programme's years are Japan's fiscal years, from April to March."""
    return day.year if day.month >= 4 else day.year - 1


def year_before(day: date) -> date:
    """The same day a year ago; on 29 February the last of the month."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def year_bounds(year: int) -> tuple[datetime, datetime]:
    """The first moment of a programme year, and the first after it."""
    return datetime(year, 4, 1, tzinfo=JAPAN), datetime(year + 1, 4, 1, tzinfo=JAPAN)
