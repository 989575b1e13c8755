"""Midsize Japanese firms and their challenges."""

from __future__ import annotations

from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    name = "companies"

    def ready(self) -> None:
        from accounts.enums import OrganisationKind  # noqa: PLC0415
        from accounts.erasure import holdings  # noqa: PLC0415
        from accounts.profiles import kinds  # noqa: PLC0415 - models can be imported from here on
        from companies.holdings import CompaniesHolder  # noqa: PLC0415
        from companies.kind import FirmKind  # noqa: PLC0415

        kinds.register(OrganisationKind.COMPANY, FirmKind())
        holdings.register(CompaniesHolder())
