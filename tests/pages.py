"""Filling in forms as a browser does: what a page shows is what it sends, with what a person changed."""

from __future__ import annotations

from typing import Any

from django.test import Client


def shown_values(client: Client, url: str) -> dict[str, Any]:
    """What the form on the page would send if somebody pressed its button at once."""
    form = client.get(url).context["form"]
    sent: dict[str, Any] = {}
    for name in form.fields:
        value = form[name].value()
        if isinstance(value, bool):
            value = "on" if value else None
        if value is not None:
            sent[name] = value if isinstance(value, list) else str(value).replace("\n", "\r\n")
    return sent


def errors_of(page: Any) -> dict[str, list[str]]:
    return {name: list(told) for name, told in page.context["form"].errors.items()}


def carried_values(client: Client, url: str) -> dict[str, Any]:
    """The same with what the page carries unseen: whose page it is, and what it showed."""
    sent = shown_values(client, url)
    context = client.get(url).context
    return sent | {"writer": context["writer"], "shown": context["shown"]}
