"""Who has said when it can meet in a round, who is silent, and when its people were last asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organisation
from accounts.rules import name_of
from matchmaking.core.models import Notice
from matchmaking.core.notices import Event
from meetings.enums import AvailabilityKind
from meetings.models import Availability, MeetingRequest, Round

ASKED = (Event.AVAILABILITY_ASKED, Event.AVAILABILITY_REMINDED, Event.TIMES_ASKED)
TONES = {AvailabilityKind.CHOSEN: "ok", AvailabilityKind.USUAL: "ok", AvailabilityKind.NONE: "warn"}


@dataclass(frozen=True, slots=True)
class Row:
    """A side of the round; `answer` None while it is silent."""

    organisation: Organisation
    name: str
    requests: int
    answer: Availability | None
    told: str
    tone: str
    asked_at: datetime | None


def rows(round_: Round, language: str) -> list[Row]:
    """Those who are silent first, then by name (four queries)."""
    requests: dict[Organisation, int] = {}
    for each in MeetingRequest.objects.filter(round=round_).with_parties():
        for side in (each.company, each.startup):
            requests[side] = requests.get(side, 0) + 1
    answers = round_.availabilities.select_related("given_by").prefetch_related("windows")
    given = {each.organisation_id: each for each in answers}
    asked = _last_asked(round_, [each.pk for each in requests])
    found = [
        Row(
            side,
            name_of(side, language),
            count,
            given.get(side.pk),
            told(given.get(side.pk)),
            _tone(given.get(side.pk)),
            asked.get(side.pk),
        )
        for side, count in requests.items()
    ]
    return sorted(found, key=lambda row: (row.answer is not None, row.name, row.organisation.pk))


def _last_asked(round_: Round, organisations: Collection[int]) -> dict[int, datetime]:
    """When somebody of theirs was last told that times of this round are wanted."""
    of_whom = "recipient__membership_row__organisation"
    notices = Notice.objects.filter(
        event__in=ASKED,
        link_name="meetings:availability",
        link_kwargs={"pk": round_.pk},
        **{f"{of_whom}__in": organisations},
    )
    return dict(notices.order_by().values_list(of_whom).annotate(last=Max("created_at")))


def told(answer: Availability | None) -> str:
    """The answer in words."""
    if answer is None:
        return _("No answer yet: the usual working hours count")
    if answer.kind != AvailabilityKind.CHOSEN:
        return str(answer.get_kind_display())
    hours = round(
        sum((each.ends_at - each.starts_at).total_seconds() for each in answer.windows.all()) / 3600
    )
    return ngettext("Chosen times: %(hours)s hour", "Chosen times: %(hours)s hours", hours) % {"hours": hours}


def _tone(answer: Availability | None) -> str:
    return "warn" if answer is None else TONES[AvailabilityKind(answer.kind)]
