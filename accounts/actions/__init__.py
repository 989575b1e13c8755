"""What happens to organisations and people: the only code that changes their state."""

from accounts.actions.identity import (
    apply_identity,
    is_taken,
    live_and_held,
    open_identity,
    propose_identity,
    take_back_identity,
)
from accounts.actions.people import Contact, add_contact, add_person, change_settings
from accounts.actions.profiles import COMPLETE, change_organisation, create_organisation
from accounts.actions.reviews import (
    PROFILE_PAGE,
    REVIEW_PAGE,
    ask_for_rescore,
    publish,
    return_for_changes,
    submit,
    suspend,
)

__all__ = [
    "COMPLETE",
    "PROFILE_PAGE",
    "REVIEW_PAGE",
    "Contact",
    "add_contact",
    "add_person",
    "apply_identity",
    "ask_for_rescore",
    "change_organisation",
    "change_settings",
    "create_organisation",
    "is_taken",
    "live_and_held",
    "open_identity",
    "propose_identity",
    "publish",
    "return_for_changes",
    "submit",
    "suspend",
    "take_back_identity",
]
