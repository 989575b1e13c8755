"""What a browser calls itself, in words that its owner knows it by."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext

register = template.Library()

# In this order: most browsers also carry the names of those they are like.
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"),
            ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"),
           ("Mac OS X", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip


@register.filter
def device(user_agent: str) -> str:
    """Browser and system, such as "Firefox, Windows"."""
    found = [next((name for mark, name in marks if mark in user_agent), "") for marks in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, found)) or gettext("Unknown device")
