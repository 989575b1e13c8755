"""Partnerships for the fictional programme: one of each kind and several stages, built by the actions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from matchmaking.core.enums import CooperationMode
from matchmaking.matches.enums import MatchStatus, Side
from matchmaking.matches.models import Match
from partnerships import actions
from partnerships.actions import Plan
from partnerships.enums import AmountKind, EndReason, GateStatus, PaperKind, PartnershipStage
from partnerships.models import Partnership
from partnerships.rules import JAPAN

PAPERS = {
    PartnershipStage.AGREED: (PaperKind.NDA,),
    PartnershipStage.PROVING: (PaperKind.TEST_PLAN, PaperKind.TERM_SHEET, PaperKind.LETTER_OF_INTENT),
    PartnershipStage.NEGOTIATING: (PaperKind.TEST_REPORT, PaperKind.DUE_DILIGENCE),
    PartnershipStage.SIGNED: (PaperKind.CONTRACT,),
}
FOUND = "企業の担当部門と専門家が確認し、記録を保管。 / Checked by the firm’s own office and counsel; record kept."


@dataclass(frozen=True)
class Tale:
    """One partnership of the sample: how far it comes, and its next step if it has one."""

    mode: CooperationMode
    until: PartnershipStage
    summary: str
    amount: tuple[AmountKind, int, str] | None = None
    step: tuple[str, Side, int] | None = None
    measure: str = ""
    ends: EndReason | None = None


TALES = (
    Tale(
        CooperationMode.JOINT_DEVELOPMENT,
        PartnershipStage.PROVING,
        "工場の二つのラインにセンサーを取り付け、三か月間、異常の検知率と手間を確かめます。",
        (AmountKind.BUDGET, 12_000_000, "JPY"),
        ("試験ラインの測定データの中間報告を送る", Side.STARTUP, 9),
        "実証実験費用の補助",
    ),
    Tale(
        CooperationMode.INVESTMENT,
        PartnershipStage.SIGNED,
        "シリーズAに少数株主として参加し、日本での販売と保守を当社が受け持ちます。",
        (AmountKind.INVESTMENT, 1_500_000, "USD"),
        ("四半期報告の様式を決める", Side.COMPANY, 20),
    ),
    Tale(
        CooperationMode.ACQUISITION,
        PartnershipStage.AGREED,
        "東南アジアの販売網と開発部門を、三年をめどに段階的に取得することを検討します。",
        None,
        ("財務資料の一覧を専門家に渡す", Side.STAFF, 5),
    ),
    Tale(
        CooperationMode.JOINT_DEVELOPMENT,
        PartnershipStage.EXPLORING,
        "冷蔵倉庫の電力を減らす制御を、まず一棟で試せるかを話し合います。",
    ),
    Tale(
        CooperationMode.JOINT_DEVELOPMENT,
        PartnershipStage.AGREED,
        "収穫の画像から等級を見分ける仕組みを、選果場の実物で学習させます。",
        ends=EndReason.RESOURCES,
    ),
)


@transaction.atomic
def load_partnerships(*, by: User, now: datetime) -> None:
    """The tales on the best pairs that want to meet. Loading twice changes nothing."""
    if Partnership.objects.exists():
        return
    today = now.astimezone(JAPAN).date()
    for tale, match in zip(TALES, _pairs(), strict=False):
        _tell(tale, match, by=by, today=today)


def _pairs() -> Iterator[Match]:
    """No firm twice, so that the lists show different ones."""
    known: set[int] = set()
    for match in Match.objects.with_parties().filter(status=MatchStatus.INTERESTED):
        if match.company_id not in known:
            known.add(match.company_id)
            yield match


def _tell(tale: Tale, match: Match, *, by: User, today: date) -> None:
    partnership = actions.begin(Plan(match.company, match.startup, tale.mode, tale.summary), by=by)
    if tale.amount:
        kind, amount, currency = tale.amount
        actions.add_amount(partnership, kind, Decimal(amount), currency, today, by=by)
    if tale.step:
        text, owner, days = tale.step
        actions.add_step(partnership, text, owner, today + timedelta(days=days), by=by)
    if tale.measure:
        actions.add_measure(partnership, tale.measure, today, by=by, amount=Decimal(3_000_000))
    _go_on(tale, partnership, by=by, today=today)
    if tale.ends:
        actions.end(partnership, tale.ends, by=by, text="来年度の予算で改めて検討することになりました。")


def _go_on(tale: Tale, partnership: Partnership, *, by: User, today: date) -> None:
    """From stage to stage, with the documents and checks that each asks for."""
    if tale.until != PartnershipStage.EXPLORING and not tale.step:
        actions.add_step(
            partnership, "秘密保持契約の案を送る", Side.COMPANY, today + timedelta(days=3), by=by
        )
    for stage, papers in PAPERS.items():
        if partnership.status == tale.until:
            return
        for paper in papers:
            actions.add_paper(partnership, paper, today, by=by)
        for check in partnership.checks.open().filter(rule__before=stage):
            actions.decide(check, GateStatus.SETTLED, today, FOUND, by=by)
        actions.move_on(partnership, stage, by=by)
