"""Users, organisations' members, roles."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts.erasure import holdings  # noqa: PLC0415 - models can be imported from here on
        from accounts.holdings import AccountsHolder  # noqa: PLC0415

        holdings.register(AccountsHolder())
