"""Reading the pages of partnerships in tests."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User

SignIn = Callable[[User], Client]
LANGUAGES = ("en", "ja")


def path(name: str, *, language: str = "en", **keys: Any) -> str:
    with translation.override(language):
        return reverse(f"partnerships:{name}", kwargs=keys)


def words(answer: HttpResponse) -> str:
    """What is read on the page, without marks and with single spaces."""
    text = answer.content.decode().split("<main", 1)[-1]
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def links(answer: HttpResponse) -> set[str]:
    main = answer.content.decode().split("<main", 1)[-1]
    return set(re.findall(r'href="([^"]+)"', main))


def errors(answer: Any) -> dict[str, list[str]]:
    return {name: list(told) for name, told in answer.context["form"].errors.items()}
