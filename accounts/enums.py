"""Who people are, and the states of an organisation, of its applications and of what it asks for."""

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


class Theme(TextChoices):
    """How pages look."""

    SYSTEM = "system", _("As the device is set")
    LIGHT = "light", pgettext_lazy("theme", "Light")
    DARK = "dark", pgettext_lazy("theme", "Dark")


class OrganisationKind(TextChoices):
    COMPANY = "company", _("Midsize firm")
    STARTUP = "startup", _("Startup")


class OrganisationStatus(TextChoices):
    DRAFT = "draft", pgettext_lazy("organisation", "In preparation")
    SUBMITTED = "submitted", pgettext_lazy("organisation", "Waiting for review")
    RETURNED = "returned", pgettext_lazy("organisation", "Changes asked for")
    DECLINED = "declined", pgettext_lazy("organisation", "Declined")
    PUBLISHED = "published", pgettext_lazy("organisation", "Reviewed")
    SUSPENDED = "suspended", pgettext_lazy("organisation", "Suspended")
    LAPSED = "lapsed", pgettext_lazy("organisation", "Lapsed")
    WITHDRAWN = "withdrawn", pgettext_lazy("organisation", "Withdrawn")
    ERASED = "erased", pgettext_lazy("organisation", "Deleted on request")


class ConsentSubject(TextChoices):
    """What an organisation agrees to."""

    TERMS = "terms", pgettext_lazy("consent", "Terms of participation")
    DISCLOSURE = "disclosure", pgettext_lazy("consent", "Who in Japan sees your profile")
    TRANSFER = "transfer", pgettext_lazy("consent", "Transfer of personal data abroad")


_S = OrganisationStatus
ORGANISATION_TRANSITIONS: dict[str, frozenset[str]] = {
    _S.DRAFT: frozenset({_S.SUBMITTED, _S.WITHDRAWN, _S.ERASED}),
    _S.SUBMITTED: frozenset({_S.PUBLISHED, _S.RETURNED, _S.DECLINED, _S.DRAFT}),
    _S.RETURNED: frozenset({_S.SUBMITTED, _S.WITHDRAWN, _S.ERASED}),
    _S.DECLINED: frozenset({_S.SUBMITTED, _S.ERASED}),
    _S.PUBLISHED: frozenset({_S.SUSPENDED, _S.SUBMITTED, _S.LAPSED, _S.WITHDRAWN}),
    _S.SUSPENDED: frozenset({_S.PUBLISHED, _S.WITHDRAWN, _S.ERASED}),
    _S.LAPSED: frozenset({_S.PUBLISHED, _S.SUBMITTED, _S.WITHDRAWN, _S.ERASED}),
    _S.WITHDRAWN: frozenset({_S.SUBMITTED, _S.ERASED}),
    _S.ERASED: frozenset(),
}


class ReviewKind(TextChoices):
    """What is reviewed: a registration, or a new name, number or country of a published organisation."""

    REGISTRATION = "registration", _("Registration")
    IDENTITY = "identity", _("Change of identity")


class ReviewStatus(TextChoices):
    WAITING = "waiting", pgettext_lazy("review", "Waiting")
    DECLINE_PROPOSED = "decline_proposed", pgettext_lazy("review", "Decline proposed")
    APPROVED = "approved", pgettext_lazy("review", "Approved")
    RETURNED = "returned", pgettext_lazy("review", "Changes asked for")
    DECLINED = "declined", pgettext_lazy("review", "Declined")
    TAKEN_BACK = "taken_back", pgettext_lazy("review", "Taken back by the applicant")
    REVERSED = "reversed", pgettext_lazy("review", "Reversed")


_R = ReviewStatus
REVIEW_TRANSITIONS: dict[str, frozenset[str]] = {
    _R.WAITING: frozenset({_R.APPROVED, _R.RETURNED, _R.DECLINE_PROPOSED, _R.TAKEN_BACK}),
    _R.DECLINE_PROPOSED: frozenset({_R.DECLINED, _R.WAITING, _R.TAKEN_BACK}),
    _R.APPROVED: frozenset({_R.REVERSED}),
    _R.RETURNED: frozenset({_R.REVERSED}),
    _R.DECLINED: frozenset({_R.REVERSED}),
    _R.TAKEN_BACK: frozenset(),
    _R.REVERSED: frozenset(),
}
OPEN_REVIEWS = (ReviewStatus.WAITING, ReviewStatus.DECLINE_PROPOSED)


class ReviewCheck(TextChoices):
    """What a reviewer confirms before approving."""

    EXISTENCE = "existence", _("The organisation exists")
    ELIGIBILITY = "eligibility", _("It may take part")
    FIELD = "field", _("The field fits what it does")
    DECK = "deck", _("The pitch deck can be read")
    PERSONAL_DATA = "personal_data", _("No personal data of third parties")


class DeclineReason(TextChoices):
    NOT_ELIGIBLE = "not_eligible", _("Does not meet the conditions of the programme")
    OUT_OF_SCOPE = "out_of_scope", _("Outside the programme’s fields")
    UNVERIFIABLE = "unverifiable", _("The details could not be verified")
    DUPLICATE = "duplicate", _("Already registered")
    OTHER = "other", pgettext_lazy("decline reason", "Another reason")


class InvitationStatus(TextChoices):
    """An invitation that is past its time counts as lapsed, whatever is stored."""

    OPEN = "open", pgettext_lazy("invitation", "Waiting for an answer")
    ACCEPTED = "accepted", pgettext_lazy("invitation", "Accepted")
    REVOKED = "revoked", pgettext_lazy("invitation", "Taken back")


INVITATION_TRANSITIONS: dict[str, frozenset[str]] = {
    InvitationStatus.OPEN: frozenset({InvitationStatus.ACCEPTED, InvitationStatus.REVOKED}),
    InvitationStatus.ACCEPTED: frozenset(),
    InvitationStatus.REVOKED: frozenset(),
}


class JoinStatus(TextChoices):
    """Somebody asks to join an organisation that is registered already."""

    ASKED = "asked", pgettext_lazy("join request", "Waiting for the owner")
    ADMITTED = "admitted", pgettext_lazy("join request", "Admitted")
    REFUSED = "refused", pgettext_lazy("join request", "Not admitted")


JOIN_TRANSITIONS: dict[str, frozenset[str]] = {
    JoinStatus.ASKED: frozenset({JoinStatus.ADMITTED, JoinStatus.REFUSED}),
    JoinStatus.ADMITTED: frozenset(),
    JoinStatus.REFUSED: frozenset(),
}


class DeletionStatus(TextChoices):
    """Where an organisation's wish to be erased stands."""

    WAITING = "waiting", pgettext_lazy("deletion", "Waiting")
    TAKEN_BACK = "taken_back", pgettext_lazy("deletion", "Taken back")
    CARRIED_OUT = "carried_out", pgettext_lazy("deletion", "Carried out")


DELETION_TRANSITIONS: dict[str, frozenset[str]] = {
    DeletionStatus.WAITING: frozenset({DeletionStatus.TAKEN_BACK, DeletionStatus.CARRIED_OUT}),
    DeletionStatus.TAKEN_BACK: frozenset(),
    DeletionStatus.CARRIED_OUT: frozenset(),
}
