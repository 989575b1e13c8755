"""People and the organisations they belong to."""

from accounts.models.invitations import Invitation, JoinRequest
from accounts.models.organisations import Organisation, OrganisationQuerySet
from accounts.models.people import Membership, User, UserManager, members_of
from accounts.models.reviews import Remark, Review

__all__ = [
    "Invitation",
    "JoinRequest",
    "Membership",
    "Organisation",
    "OrganisationQuerySet",
    "Remark",
    "Review",
    "User",
    "UserManager",
    "members_of",
]
