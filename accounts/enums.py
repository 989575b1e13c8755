"""Who people are, and the states of an organisation."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class StaffRole(TextChoices):
    """What a person is to the ministry; empty for members of firms and startups."""

    ADMINISTRATOR = "administrator", _("Administrator")
    OFFICER = "officer", _("Officer")
    EXPERT = "expert", _("Expert")


class MemberRole(TextChoices):
    """What a person is in their organisation."""

    OWNER = "owner", pgettext_lazy("member role", "Owner")
    MEMBER = "member", pgettext_lazy("member role", "Member")


class OrganisationKind(TextChoices):
    COMPANY = "company", _("Midsize firm")
    STARTUP = "startup", _("Startup")


class OrganisationStatus(TextChoices):
    DRAFT = "draft", pgettext_lazy("organisation", "In preparation")
    SUBMITTED = "submitted", pgettext_lazy("organisation", "Waiting for review")
    RETURNED = "returned", pgettext_lazy("organisation", "Changes asked for")
    PUBLISHED = "published", pgettext_lazy("organisation", "Reviewed")
    SUSPENDED = "suspended", pgettext_lazy("organisation", "Suspended")


ORGANISATION_TRANSITIONS: dict[str, frozenset[str]] = {
    OrganisationStatus.DRAFT: frozenset({OrganisationStatus.SUBMITTED}),
    OrganisationStatus.SUBMITTED: frozenset({OrganisationStatus.PUBLISHED, OrganisationStatus.RETURNED}),
    OrganisationStatus.RETURNED: frozenset({OrganisationStatus.SUBMITTED}),
    OrganisationStatus.PUBLISHED: frozenset({OrganisationStatus.SUSPENDED, OrganisationStatus.SUBMITTED}),
    OrganisationStatus.SUSPENDED: frozenset({OrganisationStatus.PUBLISHED}),
}
