"""What all pages of reviews need: the review, the version of the profile that was seen, and who was faster."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.enums import DeclineReason
from accounts.models import Review
from accounts.reviewing import versions
from matchmaking.core.transitions import TransitionNotAllowed

View = Callable[..., HttpResponse]


def review_or_404(pk: int) -> Review:
    return get_object_or_404(Review.objects.with_people(), pk=pk)


def seen_query(page: str, pk: int, seen: str) -> str:
    """The address of a decision about the version of the profile that the reviewer saw."""
    return f"{reverse(page, args=[pk])}?{urlencode({'seen': seen})}"


def seen(request: HttpRequest) -> versions.Version:
    return versions.read(request.GET.get("seen", ""))


def telling_who_was_faster(view: View) -> View:
    """A decision that somebody else made meanwhile is told with their name; what was typed stays to be read (409)."""

    @wraps(view)
    def guarded(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, pk, **kwargs)
        except TransitionNotAllowed as refusal:
            if not isinstance(refusal.target, Review):
                raise
            context = {"review": review_or_404(pk), "typed": _typed(request)}
            return render(request, "accounts/review/decided.html", context, status=409)

    return guarded


def _typed(request: HttpRequest) -> list[str]:
    """The words that the reader wrote in vain."""
    return [
        value
        for name, values in request.POST.lists()
        for value in values
        if value.strip() and (name == "text" or name.startswith("text-") or _is_written(name, value))
    ]


def _is_written(name: str, value: str) -> bool:
    """A reason in words; some are chosen from a list."""
    return name == "reason" and value not in DeclineReason.values
