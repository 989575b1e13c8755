"""Research of the sample: commissions in every state, reports in both languages, and assessments by two experts."""

# ruff: noqa: E501 - Japanese characters count twice

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from accounts.models import User, members_of
from matchmaking.core.enums import Field
from matchmaking.core.working_days import add_office_days
from matchmaking.matches.models import Match
from research import actions
from research.actions import Opinion, Question, Remark
from research.enums import SectionKind
from research.finding import ranked
from research.models import AdviceRequest, Commission, Expert
from research.questions import question_for
from startups.models import Startup

TERM: Final = 10
TEXTS_JA: Final[Mapping[str, str]] = MappingProxyType(
    {
        SectionKind.SUMMARY: "対象市場は今後3年で約1.5倍に伸びる見込みです。導入の決め手は価格ではなく、保守の早さと現地の実績です。\n\n"
        "まず1拠点で半年間の実証を行い、停止時間と保守費用を測ることを勧めます。",
        SectionKind.MARKET: "2つの統計の差は、保守契約を含むかどうかによります。本報告書では含まない数値にそろえました。",
        SectionKind.REGULATION: "輸入に特別な許可は要りませんが、通信機器の認証に2か月ほどかかります。データは国内に置くことが求められます。",
        SectionKind.COMPETITORS: "先行する2社は大口の顧客に絞っており、従業員500人前後の企業には十分に対応していません。",
        SectionKind.RISKS: "為替の変動と、保守要員の確保が主な懸念です。四半期ごとに部品の在庫を確認すれば、早く気付くことができます。",
        SectionKind.RECOMMENDATION: "商談では、実証の費用を誰が負担するかと、故障時に何時間で人が来るかを尋ねてください。"
        "回答に納得できれば、半年間の実証に進むことを勧めます。",
        SectionKind.SOURCES: "各国統計局の公表資料（2025年版）、業界団体の年報、利用企業3社への聞き取り（2026年10月）。",
    }
)
TEXTS_EN: Final[Mapping[str, str]] = MappingProxyType(
    {
        SectionKind.SUMMARY: "The market grows by about half within three years. Buyers decide on service and on local "
        "references, not on price.\n\nWe suggest a trial of six months at one site, with downtime and service cost "
        "measured from the first day.",
        SectionKind.MARKET: "The two statistics differ because one counts service contracts. The figures below do not.",
        SectionKind.REGULATION: "No import licence is needed. Type approval of the radio part takes about two months; "
        "customers' data must stay in the country.",
        SectionKind.COMPETITORS: "Two suppliers lead. Both look for large customers and leave firms of 500 people alone.",
        SectionKind.RISKS: "Exchange rates, and finding service staff. Looking at the stock of parts each quarter shows "
        "trouble early.",
        SectionKind.RECOMMENDATION: "Ask in the meeting who pays for the trial and how soon somebody comes when it fails. "
        "If the answers satisfy you, agree on six months at one site.",
        SectionKind.SOURCES: "National statistics (2025 edition); yearbook of the trade association; talks with three "
        "users (October 2026).",
    }
)
FIGURES: Final = ((2024, "310"), (2025, "352"), (2026, "401"), (2028, "520"))
REMARKS: Final = (
    Remark(SectionKind.SUMMARY, 2, "実証にかかる費用の目安を加えてください。"),
    Remark(SectionKind.SOURCES, 1, "聞き取りの相手の業種を書いてください。"),
)
# What becomes of each: how far it goes, and in which language the report is.
COURSES: Final = (
    ("requested", "ja"),
    ("requested", "en"),
    ("offered", "ja"),
    ("assigned", "en"),
    ("late", "ja"),
    ("delivered", "ja"),
    ("returned", "ja"),
    ("published", "ja"),
    ("published", "en"),
    ("cancelled", "ja"),
)
OPINIONS: Final = (
    (
        (5, "国内の実証データを確認し、計測の誤差が公称値の範囲に収まることを確かめました。"),
        (4, "導入を検討する企業は多いものの、予算の時期が限られます。"),
        (4, "技術者は経験が豊富ですが、営業の担当が2名にとどまります。"),
        (3, "日本語の資料はありますが、保守の窓口はこれからです。"),
    ),
    (
        (3, "The principle is sound; nobody outside the company has repeated the measurements yet."),
        (2, "Three larger suppliers sell something alike, and buyers rarely change."),
        (2, "Two founders, and nobody who has sold to factories yet."),
        (2, "No work in Japan so far, and no plan for service."),
    ),
)
NO_BUDGET = "同じ市場の報告書がすでにあるため、そちらをお送りします。"


@dataclass(frozen=True)
class _Office:
    """Who acts, and the day on which the sample is loaded."""

    by: User
    today: date


def load_research(*, by: User, today: date) -> int:
    """Commissions about pairs that were disclosed, one for each course. Returns how many; once."""
    pairs = Match.objects.recommended().with_parties().order_by("-raw_score", "pk")
    if Commission.objects.exists() or not Expert.objects.active().exists():
        return 0
    by_firm: dict[int, Match] = {}
    for match in pairs:
        by_firm.setdefault(match.company_id, match)
    office, made = _Office(by, today), list(zip(by_firm.values(), COURSES, strict=False))
    for match, (course, language) in made:
        _follow(match, course, language, office)
    _load_assessments([match.startup for match, _course in made[:3]], office)
    return len(made)


def _follow(match: Match, course: str, language: str, office: _Office) -> None:
    """Take a commission as far as its course says."""
    commission = actions.ask(_question(match, language), by=_asker(match, course, office))
    if course == "cancelled":
        actions.cancel(commission, reason=NO_BUDGET, by=office.by)
    if course in ("requested", "cancelled"):
        return
    expert = next((each.expert for each in ranked(commission) if not each.fit.ruled_out), None)
    if expert is None:
        return
    due = office.today - timedelta(days=5) if course == "late" else add_office_days(office.today, TERM)
    actions.assign(commission, expert, due=due, by=office.by)
    if course == "offered":
        return
    actions.accept(commission, by=expert.user)
    _write(commission, expert.user, whole=course not in ("assigned", "late"))
    if course in ("assigned", "late"):
        return
    actions.deliver(commission, by=expert.user)
    if course == "returned":
        actions.return_report(commission, REMARKS, by=office.by)
    if course == "published":
        actions.publish_report(commission, by=office.by)


def _question(match: Match, language: str) -> Question:
    field = match.challenge.field or Field.DECARBONIZATION
    market = str(match.startup.organisation.country.code)
    question = question_for(field, market)
    return Question(match.company, field, market, language, question, match.challenge, match)


def _asker(match: Match, course: str, office: _Office) -> User:
    """Firms ask for what waits, is declined or is published; the office for the rest."""
    member = members_of(match.company.organisation).first()
    return member if member and course in ("requested", "cancelled", "published") else office.by


def _write(commission: Commission, expert: User, *, whole: bool) -> None:
    texts = TEXTS_JA if commission.language == "ja" else TEXTS_EN
    label = "市場全体" if commission.language == "ja" else "Whole market"
    source = "業界団体年報2025" if commission.language == "ja" else "Trade association yearbook 2025"
    for kind, text in list(texts.items())[: None if whole else 2]:
        actions.save_section(commission, kind, text, seen=0, by=expert)
    for year, amount in FIGURES:
        values = {
            "label": label,
            "year": year,
            "amount": Decimal(amount),
            "currency": "USD",
            "source": source,
        }
        actions.add_figure(commission, values, by=expert)
    if whole and commission.match:
        reason = (
            "実証の条件が最も近い。" if commission.language == "ja" else "Its trial conditions come nearest."
        )
        actions.add_candidate(commission, commission.match.startup, reason=reason, by=expert)


def _load_assessments(startups: Sequence[Startup], office: _Office) -> None:
    """Two experts of different minds about one startup, one who is still asked about another."""
    experts = list(Expert.objects.for_list()[:3])
    due = add_office_days(office.today, TERM)
    if len(experts) < len(OPINIONS) or not startups or AdviceRequest.objects.exists():
        return
    for expert, marks in zip(experts, OPINIONS, strict=False):
        asked = actions.ask_advice(startups[0], expert, due=due, by=office.by)
        opinions = {
            name: Opinion(rating, reason)
            for name, (rating, reason) in zip(asked.criteria(), marks, strict=True)
        }
        actions.give_assessment(asked, opinions, by=expert.user)
    for startup in startups[1:]:
        actions.ask_advice(startup, experts[0], due=due, by=office.by)
