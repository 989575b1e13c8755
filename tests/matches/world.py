"""A little world with real texts: six firms with seven challenges, eight startups, and pairs between them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from companies.models import Challenge, Company
from matchmaking.core import jobs
from matchmaking.core.enums import Field
from matchmaking.matches import actions
from matchmaking.matches.engine.embedding import Job
from matchmaking.matches.engine.features import CompanySide, StartupSide
from matchmaking.matches.engine.policy import OPTIONAL_SLICES, SLICES
from matchmaking.matches.engine.sentences import sentences_of
from matchmaking.matches.enums import DismissReason, MatchStatus, Side
from matchmaking.matches.models import Match, Run
from startups.models import Startup
from tests import factories

BUSINESS = "自社の工場と店舗で製造と販売を行う。"
NEEDS = (
    (
        "レジ待ちをなくしたい",
        "夕方のレジに長い列ができる。買い物客が自分で会計を済ませられる仕組みがほしい。",
        Field.RETAIL,
    ),
    ("在庫の数え直しをやめたい", "毎月の棚卸しに三日かかる。棚の在庫を自動で数えたい。", Field.RETAIL),
    (
        "排熱を使い切りたい",
        "乾燥炉の排熱を捨てている。八十度の熱を蒸気に変えて使いたい。",
        Field.DECARBONIZATION,
    ),
    (
        "浮体の係留索の寿命を知りたい",
        "洋上風力の係留索の疲労を海上で測り、交換の時期を知りたい。",
        Field.DECARBONIZATION,
    ),
    (
        "見守りの夜勤を減らしたい",
        "介護施設の夜の見回りが重い。離床と睡眠をセンサーで知りたい。",
        Field.HEALTHCARE,
    ),
    (
        "水田の水管理を楽にしたい",
        "田が六十枚に散らばる。水位を見て遠くから水門を動かしたい。",
        Field.AGRITECH,
    ),
)
PITCHES = (
    (
        "Cartless",
        "Cameras that let shoppers leave without queueing",
        "Computer vision replaces the till.",
        Field.RETAIL,
    ),
    (
        "Shelfwise",
        "Robots that count shelf stock every night",
        "RFID and vision audit the inventory.",
        Field.RETAIL,
    ),
    (
        "Paywave",
        "One payment terminal for all wallets",
        "QR and card acceptance in one device.",
        Field.RETAIL,
    ),
    ("Steamcycle", "Heat pumps that turn waste heat into steam", "120 degree steam.", Field.DECARBONIZATION),
    (
        "Moorsense",
        "Fatigue sensors for mooring lines",
        "Strain gauges on floating wind.",
        Field.DECARBONIZATION,
    ),
    (
        "Nightwatch",
        "Bed sensors that see falls before they happen",
        "Radar and pressure mats.",
        Field.HEALTHCARE,
    ),
    ("Paddylink", "Remote gates and level sensors for rice paddies", "LoRa water control.", Field.AGRITECH),
    ("Leafscan", "Drones that find crop disease early", "Multispectral images.", Field.AGRITECH),
)
SEEKS = "A regional company that will be our first customer in Japan."


def needs() -> list[CompanySide]:
    return [
        CompanySide(need_text=f"{title} {text}", business_text=BUSINESS, strengths="現場に強い。")
        for title, text, _field in NEEDS
    ]


def offers() -> list[StartupSide]:
    return [
        StartupSide(one_liner=line, solution=solution, partner_sought=SEEKS)
        for _name, line, solution, _field in PITCHES
    ]


def quotable() -> list[Job]:
    """The sentences that may be quoted."""
    return [
        ("passage", text)
        for _name, line, solution, _field in PITCHES
        for text in sentences_of([line, solution])
    ]


def firm(number: int, **changes: Any) -> Company:
    title, text, field = NEEDS[number % len(NEEDS)]
    made = {"organisation__fields": [field], "business": BUSINESS, "strengths": "現場に強い。", **changes}
    company = factories.CompanyFactory(**made)
    factories.ChallengeFactory(company=company, title=title, text=text, field=field)
    return company


def startup(number: int, **changes: Any) -> Startup:
    name, line, solution, field = PITCHES[number % len(PITCHES)]
    made = {
        "organisation__name": name,
        "organisation__fields": [field],
        "organisation__sub_fields": [],
        **changes,
    }
    return factories.StartupFactory(one_liner=line, solution=solution, seeks_partner=SEEKS, **made)


def populate() -> tuple[list[Company], list[Startup]]:
    """Six firms, the first with two challenges, and eight startups."""
    firms = [firm(number) for number in range(len(NEEDS))]
    title, text, field = NEEDS[1]
    factories.ChallengeFactory(company=firms[0], title=title, text=text, field=field)
    return firms, [startup(number) for number in range(len(PITCHES))]


def run_now(by: User | None = None) -> Run:
    """A full pass, done in this process."""
    run = actions.start_run(by=by)
    jobs.run_due()
    run.refresh_from_db()
    return run


def pairs() -> list[tuple[Any, ...]]:
    """Everything a run decides about the matches."""
    names = (
        "company_id",
        "startup_id",
        "challenge_id",
        "raw_score",
        "score",
        "rank_for_company",
        "rank_for_startup",
    )
    return sorted(Match.objects.values_list(*names))


def match_of(
    company: Company, startup: Startup, status: str = MatchStatus.DISCLOSED, **changes: Any
) -> Match:
    """A stored match in any state, with parts that add up to 80."""
    tenths = {**dict.fromkeys(SLICES, 0), "need_e5": 180, "need_use": 185, "capability": 165, "field": 90}
    tenths |= {
        "partner_e5": 40,
        "partner_use": 40,
        "cooperation": 20,
        "size": 10,
        "stage": 30,
        "language": 10,
    }
    tenths |= {"country": 10, "advice": 20}
    made: dict[str, Any] = {
        "challenge": company.challenges.first() or factories.ChallengeFactory(company=company),
        "policy": actions.ensure_policy(),
        "status": status,
        "raw_score": 0.8,
        "score": Decimal(sum(tenths.values())) / 10,
        "parts": tenths,
        "missing": list(OPTIONAL_SLICES),
        "shared_capabilities": [],
        "rank_for_company": 1,
        "rank_for_startup": 1,
        "computed_at": timezone.now(),
        "disclosed_at": None if status == MatchStatus.PROPOSED else timezone.now(),
    }
    if status == MatchStatus.DISMISSED:
        made |= {
            "dismissed_at": timezone.now(),
            "dismissed_by": Side.STAFF,
            "dismiss_reason": DismissReason.OTHER,
        }
    return Match.objects.create(company=company, startup=startup, **{**made, **changes})


def twin(challenge: Challenge) -> Challenge:
    """Another firm with the same need."""
    company = factories.CompanyFactory(organisation__fields=[challenge.field], business=BUSINESS)
    return factories.ChallengeFactory(
        company=company, title=challenge.title, text=challenge.text, field=challenge.field
    )
