"""Files of reports and partnerships."""

from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"

    def ready(self) -> None:
        from accounts.erasure import holdings  # noqa: PLC0415 - models can be imported from here on
        from documents.holdings import DocumentsHolder  # noqa: PLC0415

        holdings.register(DocumentsHolder())
