"""Requests, availability, rounds and booked meetings."""

from __future__ import annotations

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        from accounts.erasure import holdings  # noqa: PLC0415
        from accounts.profiles import ties  # noqa: PLC0415 - models come after apps
        from matchmaking.matches.shared_times import register  # noqa: PLC0415
        from meetings.holdings import MeetingsHolder  # noqa: PLC0415
        from meetings.models import firms_that_agreed_with  # noqa: PLC0415 - models come after apps
        from meetings.parting import MeetingTie  # noqa: PLC0415
        from meetings.shared_times import shared_times  # noqa: PLC0415
        from startups.models import name_readers_by  # noqa: PLC0415 - models come after apps

        name_readers_by(firms_that_agreed_with)
        ties.register(MeetingTie())
        register(shared_times)
        holdings.register(MeetingsHolder())
