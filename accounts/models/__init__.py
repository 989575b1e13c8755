"""People and the organisations they belong to."""

from accounts.models.consents import Consent, ConsentQuerySet
from accounts.models.counters import CacheEntry
from accounts.models.deletion import DeletionRequest, DeletionRequestQuerySet
from accounts.models.invitations import Invitation, JoinRequest, hash_of
from accounts.models.lifecycle import ChangesSeen
from accounts.models.organisations import Organisation, OrganisationQuerySet
from accounts.models.people import Membership, User, UserManager, members_of, owners_of
from accounts.models.reviews import Remark, Review

__all__ = [
    "CacheEntry",
    "ChangesSeen",
    "Consent",
    "ConsentQuerySet",
    "DeletionRequest",
    "DeletionRequestQuerySet",
    "Invitation",
    "JoinRequest",
    "Membership",
    "Organisation",
    "OrganisationQuerySet",
    "Remark",
    "Review",
    "User",
    "UserManager",
    "hash_of",
    "members_of",
    "owners_of",
]
