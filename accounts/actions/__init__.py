"""What happens to organisations and people: the only code that changes their state."""

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
    "ask_for_rescore",
    "change_organisation",
    "change_settings",
    "create_organisation",
    "publish",
    "return_for_changes",
    "submit",
    "suspend",
]
