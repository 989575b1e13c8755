"""What becomes of requests and meetings when one side leaves. While it only pauses they go on as they are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User, members_of
from accounts.profiles.ties import Ending, Tie
from matchmaking.core import local_time
from matchmaking.core.facts import Words
from matchmaking.core.notices import Event
from meetings import actions, rules
from meetings.models import MeetingRequest
from meetings.telling import pair_names, tell


class MeetingTie(Tie):
    def endings(self, organisation: Organisation) -> Sequence[Ending]:
        open_ = list(_open(organisation))
        meetings = [request for request in open_ if _is_to_come(request)]
        requests = [request for request in open_ if not request.is_booked]
        booked = [f"{_other(request, organisation)}: {_when(request, organisation)}" for request in meetings]
        return [
            Ending(_("Meetings to come"), tuple(booked)),
            Ending(_("Open requests"), tuple(_other(request, organisation) for request in requests)),
        ]

    def end(self, organisation: Organisation, *, by: User | None) -> None:
        for request in _open(organisation):
            if _is_to_come(request):
                actions.cancel(request.meeting, reason=_why(organisation), by=by)
            elif not request.is_booked:  # a meeting that has begun is recorded as any other
                actions.end_request(request, by=by)
                _tell_other(request, organisation)


def _open(organisation: Organisation) -> Sequence[MeetingRequest]:
    requests = MeetingRequest.objects.open().with_parties().select_related("meeting")
    return requests.filter(**{f"match__{organisation.kind}_id": organisation.pk}).order_by("pk")


def _is_to_come(request: MeetingRequest) -> bool:
    return request.is_booked and request.meeting.starts_at > timezone.now()


def _other(request: MeetingRequest, organisation: Organisation) -> str:
    """The other side as this one may know it."""
    language = get_language() or "en"
    if organisation.kind == OrganisationKind.COMPANY:
        return rules.name_of(request.startup, language)
    is_known = request.is_agreed or request.match.company.name_disclosed
    return rules.name_of(request.company, language) if is_known else request.match.company.summary_name()


def _when(request: MeetingRequest, organisation: Organisation) -> str:
    meeting = request.meeting
    return local_time.span(meeting.starts_at, meeting.ends_at, zone=organisation.time_zone)


def _why(organisation: Organisation) -> Words:
    sentence = _("%(organisation)s no longer takes part in the programme.")
    return Words.of(lambda language: sentence % {"organisation": rules.name_of(organisation, language)})


def _tell_other(request: MeetingRequest, organisation: Organisation) -> None:
    other = request.startup if organisation.kind == OrganisationKind.COMPANY else request.company
    tell(
        Event.REQUEST_ENDED,
        chain(members_of(other), User.objects.officers()),
        link="meetings:detail",
        link_kwargs={"pk": request.pk},
        params=lambda reader: pair_names(request, reader),
    )
