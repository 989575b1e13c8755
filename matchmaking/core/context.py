"""What every template may count on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from matchmaking.core.models import Notice


def page(request: HttpRequest) -> dict[str, Any]:
    """The nonce for scripts, the programme's name, the number of unread notices, the office's address."""
    return {
        "csp_nonce": getattr(request, "csp_nonce", None),
        "programme_name": settings.PROGRAMME_NAME,
        "office_mail": settings.DEFAULT_FROM_EMAIL,
        "unread_count": _unread(request),
    }


def _unread(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    return Notice.objects.visible_to(user).unread().count() if user and user.is_authenticated else 0
