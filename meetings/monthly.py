"""How many meetings an organisation has in a month, next to how many it takes on in one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.rules import name_of
from meetings import rules
from meetings.models import BookingSeat, MeetingRequest, Round


@dataclass(frozen=True, slots=True)
class Load:
    """Of one organisation, in the month of a moment on its own clock; `request` is not counted."""

    organisation: Organisation
    month: datetime
    count: int

    @property
    def is_full(self) -> bool:
        return self.count >= self.organisation.monthly_meeting_limit


def load_of(organisation: Organisation, moment: datetime, *, but_for: MeetingRequest | None = None) -> Load:
    """One query."""
    month = moment.astimezone(ZoneInfo(organisation.time_zone))
    first = month.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    seats = BookingSeat.objects.blocking().filter(
        resource__organisation=organisation,
        period__startswith__gte=first,
        period__startswith__lt=following,
    )
    if but_for is not None:
        seats = seats.exclude(meeting__request=but_for)
    return Load(organisation, first, seats.count())


def starts_by_organisation(
    organisations: Iterable[Organisation], first: date, last: date, *, outside: Round | None = None
) -> defaultdict[int, list[datetime]]:
    """When their meetings begin in the months of the two days, and a day more, as clocks differ. One query.

    Those of the round that they are to lie `outside` do not count.
    """
    begin = datetime.combine(first.replace(day=1), time(0), UTC)
    end = datetime.combine(last.replace(day=28) + timedelta(days=4), time(0), UTC)
    seats = BookingSeat.objects.blocking().filter(
        resource__organisation__in=list(organisations),
        period__startswith__gte=begin - timedelta(days=1),
        period__startswith__lt=end.replace(day=2),
    )
    found: defaultdict[int, list[datetime]] = defaultdict(list)
    if outside is not None:
        seats = seats.exclude(meeting__round=outside)
    for pk, period in seats.order_by("period").values_list("resource__organisation", "period"):
        found[pk].append(period.lower)
    return found


def full_sides(request: MeetingRequest, moment: datetime) -> list[Load]:
    """Those of the two that have as many other meetings that month as they take on."""
    sides = (request.company, request.startup)
    loads = [load_of(side, moment, but_for=request) for side in sides]
    return [each for each in loads if each.is_full]


def full_sides_at(request: MeetingRequest) -> Callable[[datetime], list[Load]]:
    """As `full_sides`, for many moments one after the other: each month is looked up once."""
    zones = [ZoneInfo(side.time_zone) for side in (request.company, request.startup)]
    known: dict[tuple[tuple[int, int], ...], list[Load]] = {}

    def at(moment: datetime) -> list[Load]:
        there = [moment.astimezone(zone) for zone in zones]
        months = tuple((local.year, local.month) for local in there)
        if months not in known:
            known[months] = full_sides(request, moment)
        return known[months]

    return at


def why_full(load: Load, request: MeetingRequest, user: User, language: str) -> str:
    """For one reader, with what to do. Numbers are told to the side itself and to staff."""
    organisation = load.organisation
    words = {
        "name": name_of(organisation, language),
        "month": date_format(load.month, "YEAR_MONTH_FORMAT"),
        "count": load.count,
        "limit": organisation.monthly_meeting_limit,
    }
    if user.is_officer:
        return (
            _(
                "Meetings of %(name)s in %(month)s: %(count)s of at most %(limit)s. Book with its consent only."
            )
            % words
        )
    if user.organisation == organisation:
        text = _(
            "Your meetings in %(month)s: %(count)s of at most %(limit)s a month."
            " Choose a time in another month, or raise the limit in your profile."
        )
        return text % words
    if organisation == request.company:
        words["name"] = str(rules.company_name(user, request, language))
    return _("%(name)s takes on no more meetings in %(month)s. Choose a time in another month.") % words
