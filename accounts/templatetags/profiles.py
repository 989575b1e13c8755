"""Words and colours of profiles, for templates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import pgettext

from accounts.actions import open_identity
from accounts.enums import OrganisationStatus
from accounts.labels import identity_rows, labels_of, value_label
from accounts.lists import STATUS_TONES
from matchmaking.core.templatetags.portal import tag_

register = template.Library()


@register.filter
def labels(item: Any, name: str) -> list[str]:
    """The labels of a list field: `{% for label in organisation|labels:"fields" %}`."""
    return labels_of(item, name)


@register.filter
def label(item: Any, name: str) -> str:
    """One value in words: `{{ startup|label:"stage" }}`."""
    return value_label(item._meta.get_field(name), getattr(item, name))


@register.filter
def short_day(value: datetime) -> str:
    """3 Dec 2026: for dense tables, in the reader's time zone, and in no order that could be misread."""
    return date_format(localtime(value), pgettext("short date format", "j M Y"))


@register.filter
def short_moment(value: datetime) -> str:
    """3 Dec 2026, 14:05."""
    return date_format(localtime(value), pgettext("short date format", "j M Y, H:i"))


@register.inclusion_tag("accounts/includes/pending_identity.html")
def pending_identity(organisation: Any) -> dict[str, Any]:
    """What of a new identity waits for review, for the members: each value in words beside the one in force."""
    review = open_identity(organisation)
    return {"review": review, "rows": identity_rows(review) if review else []}


@register.simple_tag
def status_tag(organisation: Any) -> SafeString:
    """The organisation's status: words first, colour second."""
    tone = STATUS_TONES[OrganisationStatus(organisation.status)]
    return tag_(organisation.get_status_display(), tone)
