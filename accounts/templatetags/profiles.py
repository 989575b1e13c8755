"""Words and colours of profiles, for templates."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from accounts.enums import OrganisationStatus
from accounts.labels import labels_of, value_label
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


@register.simple_tag
def status_tag(organisation: Any) -> SafeString:
    """The organisation's status: words first, colour second."""
    tone = STATUS_TONES[OrganisationStatus(organisation.status)]
    return tag_(organisation.get_status_display(), tone)
