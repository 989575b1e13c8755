"""The main menu: one bar per role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import ResolverMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role, role_of


@dataclass(frozen=True)
class Entry:
    """A menu entry: its words, the page it leads to, and the namespaces or pages that count as being there."""

    label: Promise | str
    url_name: str
    covers: tuple[str, ...]

    def lies_over(self, *places: str) -> bool:
        """Whether one of these pages or namespaces counts as being here."""
        return bool({*places} & {*self.covers})


HOME = Entry(_("Home"), "home", ("home",))
PEOPLE = Entry(
    _("People"),
    "accounts:members",
    ("accounts:members", "accounts:invite", "accounts:member_role", "accounts:member_remove", "accounts:leave",
     "accounts:join_admit", "accounts:join_refuse", "accounts:invitation_revoke"),
)  # fmt: skip
_OWN_DATA = ("accounts:withdraw", "accounts:delete")  # the ways out are at the end of the profile
_COMPANY = (
    HOME,
    Entry(_("Your profile"), "companies:own", ("companies", "matches:confirm_challenge", *_OWN_DATA)),
    Entry(_("Recommended"), "matches:list", ("matches", "startups")),
    Entry(_("Meetings"), "meetings:list", ("meetings",)),
    Entry(_("Market research"), "research:own_list", ("research",)),
    Entry(_("Partnerships"), "partnerships:mine", ("partnerships",)),
    PEOPLE,
)
_REGISTRATION = ("startups:own", "startups:setup", "startups:step", "startups:step_later", "startups:check")
_STARTUP = (
    HOME,
    Entry(_("Profile"), "startups:own", (*_REGISTRATION, "matches:confirm_pitch", *_OWN_DATA)),
    Entry(_("Pitch deck"), "startups:deck", ("startups:deck", "startups:deck_delete")),
    Entry(_("Interested firms"), "matches:interest", ("matches", "companies")),
    Entry(_("Meetings"), "meetings:list", ("meetings",)),
    Entry(_("Partnerships"), "partnerships:mine", ("partnerships",)),
    PEOPLE,
)
_REVIEW = (
    "review", "review_queue", "review_approve", "review_changes", "review_decline", "review_decline_confirm",
    "review_decline_refuse", "review_reverse",
)  # fmt: skip
_STAFF = (
    Entry(_("Today"), "home", ("home",)),
    Entry(_("Review"), "accounts:review_queue", tuple(f"accounts:{page}" for page in _REVIEW)),
    Entry(_("Participants"), "companies:list", ("companies", "startups")),
    Entry(_("Matching"), "matches:staff", ("matches",)),
    Entry(_("Meeting rounds"), "meetings:rounds", ("meetings",)),
    Entry(_("Market research"), "research:commissions", ("research",)),
    Entry(_("Partnerships"), "partnerships:staff", ("partnerships",)),
    Entry(
        _("People"),
        "accounts:staff",
        (
            "accounts:staff",
            "accounts:staff_invite",
            "accounts:staff_end",
            "accounts:invitation_revoke",
            "accounts:join_requests",
            "accounts:join_request_admit",
            "accounts:join_request_decline",
            "research:experts",
            "research:expert",
            "accounts:deletions",
            "accounts:deletion",
            "accounts:person_erase",
            "accounts:audit",
        ),
    ),
)
MENUS: dict[Role, tuple[Entry, ...]] = {
    Role.ADMINISTRATOR: _STAFF,
    Role.OFFICER: _STAFF,
    Role.EXPERT: (
        Entry(_("Assignments"), "home", ("home", "research")),
        Entry(_("Your expertise"), "research:own", ("research:own",)),
    ),
    Role.COMPANY_OWNER: _COMPANY,
    Role.COMPANY_MEMBER: _COMPANY,
    Role.STARTUP_OWNER: _STARTUP,
    Role.STARTUP_MEMBER: _STARTUP,
    Role.NEWCOMER: (HOME,),
}


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `nav_items` for the reader's role, the current one marked."""
    role = role_of(request.user) if hasattr(request, "user") else None
    if role is None:
        return {"nav_items": []}
    here = _current(MENUS[role], request.resolver_match)
    return {
        "nav_items": [
            {"label": entry.label, "url": reverse(entry.url_name), "current": entry is here}
            for entry in MENUS[role]
        ]
    }


def _current(menu: tuple[Entry, ...], match: ResolverMatch | None) -> Entry | None:
    """The entry that names this very page, else the one that holds its namespace."""
    if not match:
        return None
    named = (entry for entry in menu if entry.lies_over(match.view_name))
    held = (entry for entry in menu if entry.lies_over(match.namespace))
    return next(named, None) or next(held, None)
