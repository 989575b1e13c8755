"""What happens to organisations and people: the only code that changes their state."""

from accounts.actions.decisions import (
    approve,
    ask_for_changes,
    confirm_decline,
    may_reverse,
    propose_decline,
    refuse_decline,
    reverse,
)
from accounts.actions.identity import (
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
    assign,
    open_for_review,
    silent_since,
    submit,
    take_back,
    tick,
)
from accounts.actions.standing import publish_again, suspend

__all__ = [
    "COMPLETE",
    "PROFILE_PAGE",
    "REVIEW_PAGE",
    "Contact",
    "add_contact",
    "add_person",
    "approve",
    "ask_for_changes",
    "ask_for_rescore",
    "assign",
    "change_organisation",
    "change_settings",
    "confirm_decline",
    "create_organisation",
    "is_taken",
    "live_and_held",
    "may_reverse",
    "open_for_review",
    "open_identity",
    "propose_decline",
    "propose_identity",
    "publish_again",
    "refuse_decline",
    "reverse",
    "silent_since",
    "submit",
    "suspend",
    "take_back",
    "take_back_identity",
    "tick",
]
