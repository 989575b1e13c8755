"""Who has said when it can meet in a round, who is silent, and when its people were last asked."""

from __future__ import annotations

from collections import Counter
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
    asked_at: datetime | None

    @property
    def told(self) -> str:
        """The answer in words."""
        return told(self.answer) if self.answer else _("No answer yet")

    @property
    def tone(self) -> str:
        return TONES[AvailabilityKind(self.answer.kind)] if self.answer else "warn"


def rows(round_: Round, language: str) -> list[Row]:
    """Those who are silent first; firms, then startups, in the order of every list (four queries)."""
    pairs = MeetingRequest.objects.filter(round=round_).with_parties()
    counts = Counter(side for each in pairs for side in (each.company, each.startup))
    answers = round_.availabilities.select_related("given_by").prefetch_related("windows")
    given = {each.organisation_id: each for each in answers}
    asked = _last_asked(round_, [each.pk for each in counts])
    found = [
        Row(
            side,
            name_of(side, language),
            count,
            given.get(side.pk),
            asked.get(side.pk),
        )
        for side, count in counts.items()
    ]
    return sorted(found, key=_order)


def _order(row: Row) -> tuple[bool, str, str, int]:
    side = row.organisation
    return row.answer is not None, side.kind, side.sort_key, side.pk


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
