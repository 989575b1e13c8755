"""Foreign startups."""

from __future__ import annotations

from django.apps import AppConfig


class StartupsConfig(AppConfig):
    name = "startups"

    def ready(self) -> None:
        from accounts.enums import OrganisationKind  # noqa: PLC0415
        from accounts.erasure import holdings  # noqa: PLC0415
        from accounts.profiles import kinds  # noqa: PLC0415 - models can be imported from here on
        from startups.holdings import StartupsHolder  # noqa: PLC0415
        from startups.kind import StartupKind  # noqa: PLC0415

        kinds.register(OrganisationKind.STARTUP, StartupKind())
        holdings.register(StartupsHolder())
