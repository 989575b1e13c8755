"""The way back to a list as its reader had narrowed it down."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse

KEPT = "list"  # what carries the list's query through the pages between


def list_url(name: str, request: HttpRequest) -> str:
    """The list called `name` with the query that came along: its own address whatever somebody writes there."""
    query = QueryDict(kept_query(request)).urlencode()
    return reverse(name) + (f"?{query}" if query else "")


def kept_query(request: HttpRequest) -> str:
    return request.POST.get(KEPT, "") or request.GET.get(KEPT, "")


def from_list(url: str, request: HttpRequest) -> str:
    """An address that leads back, later, to the list that stands in `request`."""
    return f"{url}?{urlencode({KEPT: request.GET.urlencode()})}" if request.GET else url
