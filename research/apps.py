"""Experts and their advice."""

from __future__ import annotations

from django.apps import AppConfig


class ResearchConfig(AppConfig):
    name = "research"

    def ready(self) -> None:
        from accounts.enums import StaffRole  # noqa: PLC0415
        from accounts.erasure import holdings  # noqa: PLC0415
        from accounts.profiles import arrivals  # noqa: PLC0415 - models can be imported from here on
        from matchmaking.matches.explaining import findings, story  # noqa: PLC0415
        from research.actions import begin  # noqa: PLC0415
        from research.findings import find_research  # noqa: PLC0415
        from research.holdings import ResearchHolder  # noqa: PLC0415
        from research.story import tell_research  # noqa: PLC0415

        arrivals.register(StaffRole.EXPERT, begin)
        holdings.register(ResearchHolder())
        story.register(tell_research)
        findings.register(find_research)
