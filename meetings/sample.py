"""Meetings for the fictional programme: requests in every state, a published round and one that collects.

Built through the actions themselves from whatever matches are disclosed. Loading twice changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from accounts.models import User, members_of
from matchmaking.core.enums import Field, Language
from matchmaking.matches.enums import MatchStatus
from matchmaking.matches.models import Match
from meetings import actions
from meetings.actions import Wish
from meetings.enums import DeclineReason
from meetings.models import Interpreter, MeetingRequest, Round, Timetable

PUBLISHED_ROUND, COMING_ROUND = "第3回商談ラウンド", "第4回商談ラウンド"
# With the fields that they work in; none named means all.
INTERPRETERS: tuple[tuple[str, list[Language], list[Field], int], ...] = (
    ("小林 千草", [Language.ENGLISH], [], 3),
    ("大野 敬", [Language.ENGLISH, Language.INDONESIAN], [Field.DECARBONIZATION, Field.AGRITECH], 3),
    ("Phạm Thu Hà", [Language.VIETNAMESE, Language.ENGLISH], [], 2),
    ("Noa Ben-Ami", [Language.HEBREW, Language.ENGLISH], [Field.HEALTHCARE, Field.MOBILITY], 2),
)
ROOMS = {f"オンライン{number}": f"https://video.example/{number}" for number in range(1, 4)}
# Who does not work in all hours of a round: the zone of their clock, the days of the week, from when to when.
SHIFTS = {
    "小林 千草": ("Asia/Tokyo", (0, 1, 2, 3), time(10), time(17)),
    "Noa Ben-Ami": ("Asia/Jerusalem", (0, 1, 2, 3), time(9), time(12)),
}
CLOSURES = (
    ("JP", (12, 29), (1, 3), "年末年始", "Year end"),
    ("JP", (8, 12), (8, 16), "お盆", "Obon"),
)
PURPOSES = (
    "課題の現場を見ていただいたうえで、試験導入の進め方と費用を相談したいです。",
    "貴社の技術を当社の設備でどう使えるか、まずは事例を伺いたいです。",
    "共同開発の役割分担と、最初の半年に何を確かめるかを話し合いたいです。",
    "日本での販売と保守を当社が受け持つ形がありうるか、意見を交わしたいです。",
    "小さく始める場合の期間と、当社側で用意するものを知りたいです。",
)
JAPAN = ZoneInfo("Asia/Tokyo")
# Matches are dealt to these groups in turn, best first, so that every sample person meets several states.
DEAL = (
    "publish",
    "wait",
    "collect",
    "publish",
    "collect",
    "accept",
    "collect",
    "publish",
    "collect",
    "decline",
)
MOST = {"publish": 14, "collect": 18, "wait": 5, "accept": 3, "decline": 3, "withdraw": 1}
LENGTHS = (45, 60, 45, 30, 60)


@transaction.atomic
def load_meetings(*, by: User, today: date) -> None:
    """Interpreters, closures, requests and two rounds; `today` is the day on which the sample plays.

    Each deed is done at the moment at which it is loaded, so that nobody is asked before they were recommended: the
    audit trail cannot be told another time. No request has lapsed, therefore: the sample is too young for it.
    """
    now = _moment(today)
    if Round.objects.filter(name=PUBLISHED_ROUND).exists():
        return
    interpreters = _means(by, now)
    dealt = _deal(_matches())
    published = [_agreed(each, by) for each in dealt["publish"]]
    collected = [_agreed(each, by) for each in dealt["collect"]]
    _publish(_round(PUBLISHED_ROUND, _monday(now, 2), interpreters, published, by), by, today)
    _round(COMING_ROUND, _monday(now, 4), interpreters, collected, by)
    for each in dealt["wait"]:
        _asked(each, by)
    for each in dealt["accept"]:
        _agreed(each, by)
    for each in dealt["decline"]:
        _declined(each, by)
    for each in dealt["withdraw"]:
        actions.withdraw(_asked(each, by), by=by)


def _moment(today: date) -> datetime:
    """Now, or on another day the morning of it."""
    now = timezone.now()
    is_today = now.astimezone(JAPAN).date() == today
    return now if is_today else datetime.combine(today, time(9), JAPAN)


def _means(by: User, now: datetime) -> list[Interpreter]:
    for country, (month, day), (last_month, last_day), name_ja, name_en in CLOSURES:
        first = date(now.year, month, day)
        last = date(now.year + (last_month < month), last_month, last_day)
        actions.add_closure(
            by=by, country=country, first_day=first, last_day=last, name_ja=name_ja, name_en=name_en
        )
    return [
        actions.add_interpreter(
            by=by,
            name=name,
            languages=[str(each) for each in languages],
            fields=[str(each) for each in fields],
            daily_limit=limit,
        )
        for name, languages, fields, limit in INTERPRETERS
    ]


def _matches() -> list[Match]:
    """Disclosed matches without a request, best first, but three of each firm before the fourth of any."""
    found = Match.objects.filter(
        status__in=[MatchStatus.DISCLOSED, MatchStatus.INTERESTED], requests=None
    ).with_parties()
    turns: Counter[int] = Counter()
    ranked = []
    for rank, match in enumerate(found.order_by("-raw_score", "pk")):
        if match.company.organisation.is_published and match.startup.organisation.is_published:
            turns[match.company_id] += 1
            ranked.append((turns[match.company_id] > 3, rank, match))
    return [match for _late, _rank, match in sorted(ranked, key=lambda each: each[:2])]


def _deal(matches: Iterable[Match]) -> dict[str, list[Match]]:
    """Each match to the next group that is not full yet."""
    dealt: dict[str, list[Match]] = {group: [] for group in MOST}
    order = [*DEAL, "withdraw"]
    for number, match in enumerate(matches):
        turn = [order[(number + step) % len(order)] for step in range(len(order))]
        if group := next((each for each in turn if len(dealt[each]) < MOST[each]), None):
            dealt[group].append(match)
    return dealt


def _asked(match: Match, by: User) -> MeetingRequest:
    """Asked for by a member of the firm, or by staff with its consent where the sample has nobody there."""
    number = match.pk % len(PURPOSES)
    member = members_of(match.company.organisation).first()
    speaks_japanese = Language.JAPANESE in match.startup.organisation.languages
    wish = Wish(
        purpose=PURPOSES[number],
        minutes=LENGTHS[number],
        language=Language.JAPANESE if speaks_japanese else Language.ENGLISH,
        interpreter_wanted=not speaks_japanese and number != 1,
        consent="" if member else "電話で同意を得ました。",
    )
    return actions.request_meeting(match, wish, by=member or by)


def _answering(request: MeetingRequest, by: User) -> User:
    return members_of(request.startup).first() or by


def _agreed(match: Match, by: User) -> MeetingRequest:
    request = _asked(match, by)
    actions.accept(request, by=_answering(request, by))
    return request


def _declined(match: Match, by: User) -> None:
    request = _asked(match, by)
    actions.decline(
        request,
        reason=DeclineReason.NO_CAPACITY,
        text="Our team is busy with a launch until spring. We would be glad to talk after that.",
        by=_answering(request, by),
    )


def _monday(now: datetime, weeks: int) -> date:
    """The Monday so many weeks ahead, as Japan counts days."""
    today = now.astimezone(JAPAN).date()
    return today + timedelta(days=7 * weeks - today.weekday())


def _round(
    name: str, monday: date, interpreters: list[Interpreter], requests: list[MeetingRequest], by: User
) -> Round:
    round_ = actions.open_round(
        by=by,
        name=name,
        first_day=monday,
        last_day=monday + timedelta(days=4),
        answer_by=monday - timedelta(days=6),
        opens=time(9, 30),
        closes=time(18),
        rooms=list(ROOMS),
        room_links=ROOMS,
        interpreters=interpreters,
        officer_attends=True,
        officers=User.objects.officers(),
    )
    for each in interpreters:
        _shifts(round_, each, by)
    actions.collect(round_, requests, by=by)
    return round_


def _shifts(round_: Round, interpreter: Interpreter, by: User) -> None:
    if interpreter.name in SHIFTS:
        zone, weekdays, opens, closes = SHIFTS[interpreter.name]
        days = {round_.first_day + timedelta(days=each): (opens, closes) for each in weekdays}
        actions.set_shifts(round_, interpreter, days, zone=zone, by=by)


def _publish(round_: Round, by: User, today: date) -> None:
    """Placed at once, without waiting for a worker; the job that is left over then finds nothing to do."""
    if not round_.requests.exists():
        return
    timetable, now = actions.start_placement(round_, by=by), _moment(today)
    actions.gather(timetable, now=now)
    actions.work_out(timetable, now=now)
    actions.publish(Timetable.objects.select_related("round").get(pk=timetable.pk), by=by, now=now)
