"""What this app holds of experts, and of the firms and startups that research is about."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.erasure.emptying import GONE, rows_of, unless_blank
from accounts.erasure.holdings import NO_NAME, Holder, Holding
from accounts.models import Organisation, User
from matchmaking.core.transitions import move
from research import actions
from research.enums import AdviceStatus, CommissionStatus
from research.models import (
    AdviceRequest,
    Candidate,
    Commission,
    Conflict,
    Expert,
    Mark,
    MarketFigure,
    Refusal,
    ReportDocument,
    ReportRemark,
    ReportSection,
    ReportVersion,
    VersionFile,
)

PARTIES = ("company", "match__startup")
OF_REPORT = tuple(f"commission__{each}" for each in PARTIES)
OF_VERSION = tuple(f"version__{each}" for each in OF_REPORT)


class ResearchHolder(Holder):
    app = "research"
    holdings: Sequence[Holding] = (
        Holding(
            Expert,
            person=("user",),
            empties=("affiliation", "countries", "languages", "biography"),
            keeps=("fields", "capacity"),
        ),
        Holding(Conflict, organisation=("organisation",), person=("expert",), empties=("reason",)),
        Holding(
            Refusal,
            organisation=("commission__company", "commission__match__startup"),
            person=("expert",),
            empties=("text",),
            keeps=("reason",),
        ),
        Holding(
            AdviceRequest,
            organisation=("startup", "company"),
            empties=("decline_text",),
            keeps=("status", "decline_reason"),
        ),
        Holding(
            Mark,
            organisation=("advice__startup", "advice__company"),
            keeps=("criterion", "rating"),
        ),
        Holding(ReportRemark, organisation=OF_VERSION, goes=True, empties=("text",)),
        Holding(VersionFile, organisation=OF_VERSION, goes=True),
        Holding(ReportVersion, organisation=OF_REPORT, goes=True, empties=("content",)),
        Holding(ReportSection, organisation=OF_REPORT, goes=True, empties=("text",)),
        Holding(MarketFigure, organisation=OF_REPORT, goes=True, empties=("label", "source")),
        Holding(Candidate, organisation=("startup", *OF_REPORT), goes=True, empties=("reason",)),
        Holding(ReportDocument, organisation=OF_REPORT),
        Holding(
            Commission,
            organisation=PARTIES,
            instead={"question": unless_blank("question"), "end_reason": unless_blank("end_reason")},
            keeps=("status", "field", "market", "language", "asked_side"),
        ),
    )

    def let_go(self, organisation: Organisation, *, by: User | None) -> None:
        """What is under way about whoever is erased ends; the expert no longer sees it."""
        ended = (CommissionStatus.PUBLISHED, CommissionStatus.CANCELLED)
        for commission in (
            rows_of(Commission, PARTIES, organisation.pk).with_parties().exclude(status__in=ended)
        ):
            actions.end_of_erased(commission, by=by)
        _forget_candidate(organisation)
        for asked in rows_of(AdviceRequest, ("startup", "company"), organisation.pk).open():
            move(asked, AdviceStatus.TAKEN_BACK, by=by)


def _forget_candidate(startup: Organisation) -> None:
    """Delivered reports of other pairs named the startup among their candidates: that one was there stays, not who."""
    named = ReportVersion.objects.filter(content__candidates__contains=[{"startup": startup.pk}])
    for version in named.select_for_update():
        for candidate in version.content["candidates"]:
            if candidate["startup"] == startup.pk:
                candidate |= {"name": NO_NAME, "reason": GONE}
        version.save(update_fields=["content"])
