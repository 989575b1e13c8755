"""Requests, availability, rounds and booked meetings."""

from __future__ import annotations

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        from accounts.erasure import holdings  # noqa: PLC0415
        from accounts.profiles import departures, ties  # noqa: PLC0415 - models come after apps
        from matchmaking.matches import last_requests as asked_last  # noqa: PLC0415
        from matchmaking.matches import shared_times as hours_of_both  # noqa: PLC0415
        from matchmaking.matches.explaining import story  # noqa: PLC0415
        from meetings.actions.departing import free_seats_of  # noqa: PLC0415 - models come after apps
        from meetings.holdings import MeetingsHolder  # noqa: PLC0415
        from meetings.last_requests import last_requests  # noqa: PLC0415
        from meetings.models import firms_that_agreed_with  # noqa: PLC0415 - models come after apps
        from meetings.parting import MeetingTie  # noqa: PLC0415
        from meetings.shared_times import shared_times  # noqa: PLC0415
        from meetings.story import tell_meetings  # noqa: PLC0415
        from startups.models import name_readers_by  # noqa: PLC0415 - models come after apps

        name_readers_by(firms_that_agreed_with)
        ties.register(MeetingTie())
        departures.register(free_seats_of)
        asked_last.register(last_requests)
        hours_of_both.register(shared_times)
        story.register(tell_meetings)
        holdings.register(MeetingsHolder())
