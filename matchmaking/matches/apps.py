"""Who should meet whom, and why."""

from __future__ import annotations

from django.apps import AppConfig


class MatchesConfig(AppConfig):
    name = "matchmaking.matches"
    label = "matches"

    def ready(self) -> None:
        from accounts.enums import OrganisationKind  # noqa: PLC0415
        from accounts.erasure import holdings  # noqa: PLC0415
        from accounts.profiles import narrowing, ties  # noqa: PLC0415 - models come after apps
        from accounts.registration import choosing  # noqa: PLC0415
        from matchmaking.matches.holdings import MatchesHolder  # noqa: PLC0415
        from matchmaking.matches.models import firms_shown_to, startups_disclosed_to  # noqa: PLC0415
        from matchmaking.matches.parting import MatchTie  # noqa: PLC0415
        from matchmaking.matches.thesauri.narrowing import (  # noqa: PLC0415
            AskedCapabilityFilter,
            CapabilityFilter,
            known_keys,
        )
        from startups.models import name_readers_by, open_decks_to  # noqa: PLC0415 - models come after apps

        open_decks_to(startups_disclosed_to)
        name_readers_by(firms_shown_to)
        choosing.know_by(known_keys)
        narrowing.register(OrganisationKind.COMPANY, "capability", AskedCapabilityFilter)
        narrowing.register(
            OrganisationKind.STARTUP, "capability", lambda: CapabilityFilter(field_name="reading")
        )
        ties.register(MatchTie())
        holdings.register(MatchesHolder())
