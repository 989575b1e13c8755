"""Foreign startups."""

from __future__ import annotations

from django.apps import AppConfig


class StartupsConfig(AppConfig):
    name = "startups"

    def ready(self) -> None:
        from accounts import kinds  # noqa: PLC0415 - models can be imported from here on
        from accounts.enums import OrganisationKind  # noqa: PLC0415
        from startups.kind import StartupKind  # noqa: PLC0415

        kinds.register(OrganisationKind.STARTUP, StartupKind())
