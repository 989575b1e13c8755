"""What every template may know of its reader's account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.enums import Theme


def account(request: HttpRequest) -> dict[str, Any]:
    """The reader's choice of light or dark, and whether staff need a second factor here."""
    user = getattr(request, "user", None)
    theme = user.theme if user and user.is_authenticated else Theme.SYSTEM
    return {"theme": str(theme), "second_factor_required": settings.REQUIRE_SECOND_FACTOR}
