"""Partnerships for the fictional programme: one of each kind and several stages, built by the actions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db import transaction

from accounts.models import User, members_of
from documents.actions import DOCUMENTS, receive
from matchmaking.core.enums import CooperationMode
from matchmaking.matches.enums import MatchStatus, Side
from matchmaking.matches.models import Match
from partnerships import actions
from partnerships.actions import Plan
from partnerships.enums import (
    STAGES,
    AmountKind,
    EndReason,
    GateStatus,
    PaperKind,
    PartnershipStage,
    Result,
    Without,
)
from partnerships.models import FollowUp, Paper, Partnership
from partnerships.outcomes import Told
from partnerships.rules import JAPAN
from startups.actions.passage import Upload
from startups.enums import DeckLanguage

PAPERS = {
    PartnershipStage.AGREED: (PaperKind.NDA,),
    PartnershipStage.PROVING: (PaperKind.TEST_PLAN, PaperKind.TERM_SHEET, PaperKind.LETTER_OF_INTENT),
    PartnershipStage.NEGOTIATING: (PaperKind.TEST_REPORT, PaperKind.DUE_DILIGENCE),
    PartnershipStage.SIGNED: (PaperKind.CONTRACT,),
}
FOUND = "企業の担当部門と専門家が確認し、記録を保管。 / Checked by the firm’s own office and counsel; record kept."


# A cover and pages, each a title and a text: in English, as Helvetica knows no Japanese.
FILES = {
    PaperKind.NDA: (
        ("Mutual non-disclosure agreement", "A fictional document of the sample. It binds nobody."),
        (
            "1. What is confidential",
            "Drawings, samples, measurements and prices that one side shows to the other.",
        ),
        (
            "2. What it may be used for",
            "To find out whether the two sides want to develop something together.",
        ),
        ("3. How long it holds", "Three years from the day on which both sides have signed."),
    ),
    PaperKind.TEST_PLAN: (
        ("Plan of the proof of concept", "A fictional document of the sample: two lines, three months."),
        (
            "What is measured",
            "The share of faults found, false alarms in a week, and minutes of work for each shift.",
        ),
        ("When it has succeeded", "Nine of ten faults found, and no more than two false alarms in a week."),
    ),
}


@dataclass(frozen=True)
class Tale:
    """One partnership of the sample: how far it comes, and its next step if it has one.

    It began `since` days ago and came to where it is `reached` days ago, stage by stage in between.
    """

    mode: CooperationMode
    until: PartnershipStage
    summary: str
    amount: tuple[AmountKind, int, str] | None = None
    step: tuple[str, Side, int] | None = None
    measure: str = ""
    since: int = 14
    reached: int = 0
    ends: EndReason | None = None


TALES = (
    Tale(
        CooperationMode.JOINT_DEVELOPMENT,
        PartnershipStage.PROVING,
        "工場の二つのラインにセンサーを取り付け、三か月間、異常の検知率と手間を確かめます。",
        (AmountKind.BUDGET, 12_000_000, "JPY"),
        ("試験ラインの測定データの中間報告を送る", Side.STARTUP, 9),
        "実証実験費用の補助",
        since=95,
        reached=20,
    ),
    Tale(
        CooperationMode.INVESTMENT,
        PartnershipStage.SIGNED,
        "シリーズAに少数株主として参加し、日本での販売と保守を当社が受け持ちます。",
        (AmountKind.INVESTMENT, 1_500_000, "USD"),
        ("四半期報告の様式を決める", Side.COMPANY, 20),
        since=330,
        reached=200,
    ),
    Tale(
        CooperationMode.JOINT_DEVELOPMENT,
        PartnershipStage.SIGNED,
        "検査カメラを量産ラインに組み込み、共同で保守サービスとして販売します。",
        (AmountKind.BUDGET, 8_000_000, "JPY"),
        ("次の工場への導入計画をまとめる", Side.COMPANY, 30),
        since=300,
        reached=125,
    ),
    Tale(
        CooperationMode.ACQUISITION,
        PartnershipStage.SIGNED,
        "制御ソフトの開発会社を子会社とし、開発拠点と技術者を引き継ぎます。",
        (AmountKind.PRICE, 2_400_000, "USD"),
        ("合併後の開発体制を見直す", Side.COMPANY, 45),
        since=700,
        reached=400,
    ),
    Tale(
        CooperationMode.ACQUISITION,
        PartnershipStage.AGREED,
        "東南アジアの販売網と開発部門を、三年をめどに段階的に取得することを検討します。",
        None,
        ("財務資料の一覧を専門家に渡す", Side.STAFF, 5),
        since=110,
        reached=70,
    ),
    Tale(
        CooperationMode.JOINT_DEVELOPMENT,
        PartnershipStage.EXPLORING,
        "冷蔵倉庫の電力を減らす制御を、まず一棟で試せるかを話し合います。",
        since=75,
    ),
    Tale(
        CooperationMode.JOINT_DEVELOPMENT,
        PartnershipStage.AGREED,
        "収穫の画像から等級を見分ける仕組みを、選果場の実物で学習させます。",
        since=120,
        reached=60,
        ends=EndReason.RESOURCES,
    ),
)


# When both sides were asked, in days before today; of one or two contracts it was just time each time.
ASKED = (210, 105, 30, 10)
Saying = dict[str, Any]
# What the firm and the startup say, by kind of cooperation and period; None: nothing yet.
SAYINGS: dict[tuple[str, int], tuple[Saying | None, Saying | None]] = {
    (CooperationMode.INVESTMENT, 3): (
        {"results": [Result.INVESTED], "invested": 1_500_000, "jobs": 2, "without": Without.LATER},
        {"results": [Result.INVESTED], "invested": 1_500_000, "jobs": 2, "without": Without.NO},
    ),
    (CooperationMode.INVESTMENT, 6): (
        {"results": [Result.INVESTED, Result.SALES], "sales": 90_000, "invested": 1_500_000, "jobs": 3},
        None,
    ),
    (CooperationMode.ACQUISITION, 6): (
        {"results": [Result.ACQUIRED, Result.IN_USE], "invested": 2_400_000, "jobs": 6, "products": 1},
        {"results": [Result.ACQUIRED], "invested": 2_400_000, "jobs": 6, "products": 1},
    ),
    (CooperationMode.JOINT_DEVELOPMENT, 3): (
        {"results": [Result.IN_USE], "sales": 40_000, "jobs": 1, "products": 1, "without": Without.NO},
        {"results": [Result.PRODUCT, Result.IN_USE], "sales": 65_000, "jobs": 4, "products": 1},
    ),
}


@transaction.atomic
def load_partnerships(*, by: User, now: datetime) -> None:
    """The tales on the best pairs that want to meet. Loading twice changes nothing."""
    if Partnership.objects.exists():
        return
    for tale, match in zip(TALES, _pairs(), strict=False):
        _tell(tale, match, by=by, now=now)
    _send_files()
    for days in ASKED:
        actions.ask_due(now=now - timedelta(days=days))
        for follow_up in FollowUp.objects.asked().with_parties().filter(answers=None):
            _answer(follow_up, now=now - timedelta(days=days - 2))


def _send_files() -> None:
    """Two documents have a file, sent through the gate as people send theirs."""
    from startups.sample_decks import slides_as_pdf  # noqa: PLC0415 - the web process needs no PDF library

    for kind, slides in FILES.items():
        paper = Paper.objects.filter(kind=kind).select_related("partnership").order_by("pk").first()
        if paper is None:
            continue
        document, content = actions.open_file(paper, by=paper.by), slides_as_pdf(slides)
        shelf = DOCUMENTS.shelf()
        key = shelf.new_key()
        shelf.begin(key).write_bytes(content)
        upload = Upload(key, f"{paper.get_kind_display()}.pdf", len(content), sha256(content).hexdigest())
        receive(document, upload, language=DeckLanguage.ENGLISH, by=paper.by)


def _answer(follow_up: FollowUp, *, now: datetime) -> None:
    """Both sides, as far as they have anybody and anything to say."""
    pair = (follow_up.partnership.company, follow_up.partnership.startup)
    said = SAYINGS.get((follow_up.partnership.mode, follow_up.months), (None, None))
    for side, profile, saying in zip((Side.COMPANY, Side.STARTUP), pair, said, strict=True):
        member = members_of(profile.organisation).first()
        if saying and member:
            actions.answer_outcome(follow_up, _told(saying), side=side, by=member, now=now)


def _told(saying: Saying) -> Told:
    """In dollars, with nought and no opinion where nothing is said."""
    rest = {"sales": 0, "invested": 0, "jobs": 0, "products": 0, "without": Without.UNKNOWN, **saying}
    money = {name: Decimal(rest.pop(name)) for name in ("sales", "invested")}
    return Told(sales_currency="USD", invested_currency="USD", **money, **rest)


def _pairs() -> Iterator[Match]:
    """No firm twice, so that the lists show different ones."""
    known: set[int] = set()
    for match in Match.objects.with_parties().filter(status=MatchStatus.INTERESTED):
        if match.company_id not in known:
            known.add(match.company_id)
            yield match


def _tell(tale: Tale, match: Match, *, by: User, now: datetime) -> None:
    begun, today = now - timedelta(days=tale.since), now.astimezone(JAPAN).date()
    partnership = actions.begin(Plan(match.company, match.startup, tale.mode, tale.summary), by=by, now=begun)
    if tale.amount:
        kind, amount, currency = tale.amount
        day = begun.astimezone(JAPAN).date()
        actions.add_amount(partnership, kind, Decimal(amount), currency, day, by=by, now=begun)
    if tale.step:
        text, owner, days = tale.step
        actions.add_step(partnership, text, owner, today + timedelta(days=days), by=by, now=begun)
    if tale.measure:
        actions.add_measure(
            partnership,
            tale.measure,
            begun.astimezone(JAPAN).date(),
            by=by,
            amount=Decimal(3_000_000),
            now=begun,
        )
    _go_on(tale, partnership, by=by, now=now)
    if tale.ends:
        text = "来年度の予算で改めて検討することになりました。"
        actions.end(partnership, tale.ends, by=by, text=text, now=now - timedelta(days=tale.reached // 2))


def _go_on(tale: Tale, partnership: Partnership, *, by: User, now: datetime) -> None:
    """From stage to stage, with the documents and checks that each asks for."""
    if tale.until != PartnershipStage.EXPLORING and not tale.step:
        due = partnership.started_at.astimezone(JAPAN).date() + timedelta(days=3)
        actions.add_step(
            partnership, "秘密保持契約の案を送る", Side.COMPANY, due, by=by, now=partnership.started_at
        )
    for (stage, papers), at in zip(PAPERS.items(), _moments(tale, now), strict=False):
        if partnership.status == tale.until:
            return
        day = at.astimezone(JAPAN).date()
        for paper in papers:
            actions.add_paper(partnership, paper, day, by=by, now=at)
        for check in partnership.checks.open().filter(rule__before=stage):
            actions.decide(check, GateStatus.SETTLED, day, FOUND, by=by, now=at)
        actions.move_on(partnership, stage, by=by, now=at)


def _moments(tale: Tale, now: datetime) -> list[datetime]:
    """When each stage was entered: evenly from the beginning to the day on which it came to where it is."""
    steps = STAGES.index(tale.until)
    whole = timedelta(days=tale.since - tale.reached)
    return [now - timedelta(days=tale.since) + whole * step / steps for step in range(1, steps + 1)]
