"""Words and colours of profiles, for templates."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.actions import (
    LEAVABLE,
    REVIEW_PAGE,
    is_never_sent_in,
    is_to_be_confirmed,
    open_identity,
    term_of,
    waiting_request,
)
from accounts.enums import OrganisationKind, OrganisationStatus, ReviewStatus
from accounts.lists import REVIEW_TONES, STATUS_TONES
from accounts.profiles.labels import identity_rows, labels_of, value_label
from accounts.reviewing import look_alikes
from accounts.roles import Permission, can
from matchmaking.core.local_time import month as month_of
from matchmaking.core.templatetags.portal import tag_

register = template.Library()


@register.filter
def labels(item: Any, name: str) -> list[str]:
    """The labels of a list field: `{% for label in organisation|labels:"fields" %}`."""
    return labels_of(item, name)


@register.filter
def lines(item: Any, name: str) -> SafeString:
    """The labels of a list field for a cell, each on a line: `{{ organisation|lines:"fields" }}`."""
    return _lines(tuple(labels_of(item, name)))


@lru_cache(maxsize=1_000)
def _lines(texts: tuple[str, ...]) -> SafeString:
    return format_html_join("", '<span class="d-block text-nowrap">{}</span>', ((text,) for text in texts))


@register.filter
def label(item: Any, name: str) -> str:
    """One value in words: `{{ startup|label:"stage" }}`."""
    return value_label(item._meta.get_field(name), getattr(item, name))


@register.filter
def month(value: date) -> str:
    """December 2026: where the day says more than is known."""
    return month_of(value)


@register.filter
def short_day(value: date) -> str:
    """3 Dec 2026: for dense tables, in the reader's time zone, and in no order that could be misread."""
    return short_date(localtime(value).date() if isinstance(value, datetime) else value)


@register.filter
def short_date(value: date) -> str:
    """The same for a day without a time."""
    return _short_date(value, get_language())


@lru_cache(maxsize=1_000)
def _short_date(value: date, language: str | None) -> str:
    return date_format(value, pgettext("short date format", "j M Y"))


@register.filter
def short_moment(value: datetime) -> str:
    """3 Dec 2026, 14:05."""
    return date_format(localtime(value), pgettext("short date format", "j M Y, H:i"))


@register.inclusion_tag("accounts/includes/pending_identity.html", takes_context=True)
def pending_identity(context: Any, organisation: Any) -> dict[str, Any]:
    """What of a new identity waits for review, for the members: each value in words beside the one in force."""
    review = open_identity(organisation)
    rows = identity_rows(review) if review else []
    return {"review": review, "rows": rows, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("accounts/includes/renewal.html", takes_context=True)
def renewal(context: Any, organisation: Any) -> dict[str, Any]:
    """For the members: whether their profile is to be confirmed, with the button that does it."""
    term = term_of(organisation) if is_to_be_confirmed(organisation) else None
    return {"organisation": organisation, "term": term, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("accounts/includes/leaving.html", takes_context=True)
def leaving(context: Any, organisation: Any) -> dict[str, Any]:
    """For an owner: the ways out."""
    may_end = can(context["request"].user, Permission.END_PARTICIPATION)
    return {
        "may_withdraw": may_end and organisation.status in LEAVABLE,
        "may_end": may_end,
        "organisation": organisation,
        "is_draft": may_end and is_never_sent_in(organisation),
        "deletion": may_end and waiting_request(organisation),
    }


@register.inclusion_tag("accounts/includes/name_warnings.html")
def name_warnings(organisation: Any, review: Any = None) -> dict[str, Any]:
    """For staff: names that deserve a second look."""
    is_beside_likenesses = review is not None and review.is_open
    find = look_alikes.mixed_names if is_beside_likenesses else look_alikes.name_warnings
    return {"warnings": find(organisation)}


@register.simple_tag
def status_tag(organisation: Any) -> SafeString:
    """The organisation's status: words first, colour second."""
    return _status_tag(OrganisationStatus(organisation.status), get_language())


@cache
def _status_tag(status: OrganisationStatus, language: str | None) -> SafeString:
    return tag_(status.label, STATUS_TONES[status])


@register.simple_tag
def review_tag(review: Any) -> SafeString:
    """Where a review stands."""
    return tag_(review.get_status_display(), REVIEW_TONES[ReviewStatus(review.status)])


@register.simple_tag
def looking(person: Any, since: datetime, reader: Any) -> str:
    """Who has an application open, and since when."""
    if person == reader:
        return _("You are reviewing this (since %(time)s)") % {"time": f"{localtime(since):%H:%M}"}
    return _("%(name)s is reviewing this (since %(time)s)") % {
        "name": person,
        "time": f"{localtime(since):%H:%M}",
    }


@register.simple_tag
def profile_page(organisation: Any) -> str:
    """The staff's page about an organisation."""
    return reverse(REVIEW_PAGE[OrganisationKind(organisation.kind)], args=[organisation.pk])
