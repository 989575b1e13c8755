"""Pages as a reader sees them: text without tags, bars as numbers, tables as rows."""

from __future__ import annotations

import html
import re
from decimal import Decimal
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import translation


def answer(client: Client, name: str, query: str = "", *, language: str = "en", **kwargs: Any) -> Any:
    """What the page answers to a GET in a language."""
    with translation.override(language):
        return client.get(reverse(name, kwargs=kwargs or None) + query)


def source(client: Client, name: str, query: str = "", *, language: str = "en", **kwargs: Any) -> str:
    """The HTML of a page that must be there."""
    response = answer(client, name, query, language=language, **kwargs)
    assert response.status_code == 200
    return response.content.decode()


def words(markup: str) -> str:
    """The text of a piece of HTML, spaces folded."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def main(page: str) -> str:
    """The part of a page between masthead and footer."""
    return re.search(r"<main.*?</main>", page, re.DOTALL).group(0)


def columns(page: str) -> list[list[str]]:
    """Every row of every table of a page: the text of its cells."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.DOTALL)
    return [
        [words(cell) for _kind, cell in re.findall(r"<(t[hd])\b[^>]*>(.*?)</\1>", row, re.DOTALL)]
        for row in rows
    ]


def numbers(text: str) -> list[Decimal]:
    return [Decimal(found) for found in re.findall(r"\d+(?:\.\d+)?", text)]


def bar_points(page: str) -> list[list[tuple[Decimal, Decimal | None]]]:
    """For each set of bars (points, at most); a bar without data has no "at most"."""
    found = []
    for block in re.findall(r'<dl class="bars">(.*?)</dl>', page, re.DOTALL):
        values = [words(cell) for cell in re.findall(r'<dd class="v">(.*?)</dd>', block, re.DOTALL)]
        found.append([_points(value) for value in values])
    return found


def _points(value: str) -> tuple[Decimal, Decimal | None]:
    points, *rest = numbers(value)
    return points, rest[0] if rest else None


def scores(page: str) -> list[Decimal]:
    """The whole scores of a page, in the order of its cards."""
    return [Decimal(found) for found in re.findall(r'<p class="score"><b>(\d+)</b>', page)]


def reasons(page: str) -> list[str]:
    """The sentences of every list of reasons, with what is read before them."""
    blocks = re.findall(r'<ul class="reasons">(.*?)</ul>', page, re.DOTALL)
    return [words(item) for block in blocks for item in re.findall(r"<li.*?</li>", block, re.DOTALL)]


def pairs(page: str) -> list[str]:
    """The startups of the staff's table, in its order."""
    found = re.findall(r'<a class="pair"[^>]*>.*?× <span lang="en">(.*?)</span>', page, re.DOTALL)
    return [html.unescape(name) for name in found]


def links(page: str, part: str) -> list[str]:
    """The addresses of a page that contain `part`."""
    return [
        html.unescape(each) for each in re.findall(r'href="([^"]*)"', page) if part in html.unescape(each)
    ]


def without_tokens(page: str) -> list[str]:
    """The lines of a page but for what is drawn anew for every answer."""
    return [line for line in page.splitlines() if "csrf" not in line.lower() and "nonce=" not in line]
