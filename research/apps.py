"""Experts and their advice."""

from __future__ import annotations

from django.apps import AppConfig


class ResearchConfig(AppConfig):
    name = "research"

    def ready(self) -> None:
        from accounts.enums import StaffRole  # noqa: PLC0415
        from accounts.erasure import holdings  # noqa: PLC0415
        from accounts.profiles import arrivals, departures  # noqa: PLC0415 - models can be imported from here on
        from documents import keeping  # noqa: PLC0415
        from matchmaking.matches.explaining import findings, story  # noqa: PLC0415
        from research.actions import begin, let_go_of_research  # noqa: PLC0415
        from research.findings import find_research  # noqa: PLC0415
        from research.holdings import ResearchHolder  # noqa: PLC0415
        from research.keeping import ReportKeeper  # noqa: PLC0415
        from research.models.assigned import startups_assigned_to  # noqa: PLC0415
        from research.story import tell_research  # noqa: PLC0415
        from startups.models import open_decks_to  # noqa: PLC0415

        arrivals.register(StaffRole.EXPERT, begin)
        departures.register(let_go_of_research)
        open_decks_to(startups_assigned_to)
        keeping.register(ReportKeeper())
        holdings.register(ResearchHolder())
        story.register(tell_research)
        findings.register(find_research)
