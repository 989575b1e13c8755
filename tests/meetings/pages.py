"""The pages about meetings as their readers see them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from accounts.models import User
from matchmaking.core.models import Notice
from meetings.models import MeetingRequest
from tests.conftest import Cast

SignIn = Callable[[User], Client]
LANGUAGES = ("en", "ja")
EVERYBODY = (
    "company_owner",
    "company_member",
    "other_company_owner",
    "startup_owner",
    "startup_member",
    "other_startup_owner",
    "expert",
    "officer",
    "administrator",
)


def path(name: str, *, language: str = "en", **kwargs: Any) -> str:
    """The address of a page of this app in a language."""
    with translation.override(language):
        return reverse(f"meetings:{name}", kwargs=kwargs)


def source(response: Any) -> str:
    """The markup between masthead and footer, spaces folded."""
    page = " ".join(response.content.decode().split())
    found = re.search(r"<main.*?</main>", page)
    return found.group(0) if found else page


def words(response: Any) -> str:
    """What stands on the page."""
    return plain(source(response))


def plain(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def table(response: Any) -> list[list[str]]:
    """Every row of every table: the words of its cells."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", source(response))
    return [[plain(cell) for _kind, cell in re.findall(r"<(t[hd])\b[^>]*>(.*?)</\1>", row)] for row in rows]


def links(response: Any) -> set[str]:
    """Where the page leads, forms included."""
    return {html.unescape(each) for each in re.findall(r'(?:href|action)="([^"]+)"', source(response))}


def said(text: str, language: str) -> str:
    """The text as a reader of the language sees it."""
    with translation.override(language):
        return gettext(text)


def answers(cast: Cast, as_user: SignIn, address: str, *, post: bool = False) -> dict[str, int]:
    """The status that each of the cast gets."""
    found = {}
    for name in EVERYBODY:
        client = as_user(getattr(cast, name))
        found[name] = (client.post if post else client.get)(address).status_code
    return found


def only(*may: str, code: int = 200, others: int = 404) -> dict[str, int]:
    """`code` for those named, `others` for the rest of the cast."""
    return {name: code if name in may else others for name in EVERYBODY}


def told(*events: str) -> dict[str, list[str]]:
    """Who was told of the events, by name, in the order of their names."""
    found: dict[str, list[str]] = {}
    for notice in Notice.objects.filter(event__in=events).select_related("recipient"):
        found.setdefault(notice.event, []).append(notice.recipient.name)
    return {event: sorted(names) for event, names in found.items()}


def queries(client: Client, address: str) -> int:
    """How many queries the page needs once it has been seen."""
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def in_state(request: MeetingRequest, status: str, **more: Any) -> MeetingRequest:
    """The request as if it had come to that state, however it would have."""
    fields: dict[str, Any] = {"status": status, **more}
    if status == "declined":
        fields |= {"decline_reason": "terms", "decline_text": "We sell, we do not license."}
    MeetingRequest.objects.filter(pk=request.pk).update(**fields)
    return MeetingRequest.objects.with_parties().get(pk=request.pk)


def collect_after_a_look(client: Client, pk: int, language: str = "en") -> Any:
    """As a person does who adds all that wait to a round."""
    address = path("collect", language=language, pk=pk)
    waiting = [row["request"].pk for row in client.get(address).context["rows"]]
    return client.post(address, {"requests": waiting}, follow=True)


def publish_after_a_look(client: Client, pk: int, language: str = "en") -> Any:
    """As a person does: open the page, press its button, see what comes."""
    address = path("publish", language=language, pk=pk)
    return client.post(address, {"checked": client.get(address).context["fingerprint"]}, follow=True)
