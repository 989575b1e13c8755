"""Who may do what, on one screen.

Roles say who. A page that a role may not have answers 404, as if it were not there; what a person may see but
not do answers 403. Which rows somebody sees is each model's `visible_to(user)`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase

from accounts.enums import MemberRole, OrganisationKind, StaffRole

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    OFFICER = "officer"
    EXPERT = "expert"
    COMPANY_OWNER = "company_owner"
    COMPANY_MEMBER = "company_member"
    STARTUP_OWNER = "startup_owner"
    STARTUP_MEMBER = "startup_member"
    NEWCOMER = "newcomer"


class Permission(StrEnum):
    SEE_PROFILES = "see_profiles"
    REVIEW_PROFILES = "review_profiles"
    MANAGE_MATCHES = "manage_matches"
    START_RUNS = "start_runs"
    SEE_CAPABILITIES = "see_capabilities"
    MANAGE_CAPABILITIES = "manage_capabilities"
    PLAN_SHORTLISTS = "plan_shortlists"
    SET_SHORTLIST_RULES = "set_shortlist_rules"
    MANAGE_POLICIES = "manage_policies"
    MANAGE_ROUNDS = "manage_rounds"
    SEE_AUDIT = "see_audit"
    SEE_OWN_PROFILE = "see_own_profile"
    EDIT_OWN_PROFILE = "edit_own_profile"
    SEE_STARTUPS = "see_startups"
    SEE_DECKS = "see_decks"
    MANAGE_DECK = "manage_deck"
    SEE_RECOMMENDATIONS = "see_recommendations"
    REQUEST_MEETINGS = "request_meetings"
    SEE_INTEREST = "see_interest"
    SEARCH_CHALLENGES = "search_challenges"
    SEE_MATCH = "see_match"
    ANSWER_REQUESTS = "answer_requests"
    SEE_OWN_MEETINGS = "see_own_meetings"
    SEE_MEETING = "see_meeting"
    BOOK_MEETINGS = "book_meetings"
    REPORT_MEETINGS = "report_meetings"
    SEE_OWN_PARTNERSHIPS = "see_own_partnerships"
    MANAGE_PARTNERSHIPS = "manage_partnerships"
    SEE_DOCUMENTS = "see_documents"
    SEE_ASSIGNMENTS = "see_assignments"
    DESCRIBE_EXPERTISE = "describe_expertise"
    SEE_EXPERTS = "see_experts"
    MANAGE_RESEARCH = "manage_research"
    ASK_RESEARCH = "ask_research"
    SEE_RESEARCH = "see_research"
    REGISTER = "register"
    SEE_PEOPLE = "see_people"
    MANAGE_PEOPLE = "manage_people"
    SEE_STAFF = "see_staff"
    INVITE = "invite"
    MANAGE_STAFF = "manage_staff"
    END_PARTICIPATION = "end_participation"
    ERASE = "erase"


_OFFICER = {
    Permission.SEE_PROFILES,
    Permission.SEARCH_CHALLENGES,
    Permission.SEE_STARTUPS,
    Permission.SEE_DECKS,
    Permission.REVIEW_PROFILES,
    Permission.MANAGE_MATCHES,
    Permission.SEE_MATCH,
    Permission.START_RUNS,
    Permission.SEE_CAPABILITIES,
    Permission.PLAN_SHORTLISTS,
    Permission.MANAGE_ROUNDS,
    Permission.SEE_MEETING,
    Permission.BOOK_MEETINGS,
    Permission.REPORT_MEETINGS,
    Permission.MANAGE_PARTNERSHIPS,
    Permission.SEE_DOCUMENTS,
    Permission.SEE_STAFF,
    Permission.SEE_EXPERTS,
    Permission.MANAGE_RESEARCH,
    Permission.ASK_RESEARCH,
    Permission.INVITE,
}
_ADMINISTRATOR = {
    Permission.MANAGE_CAPABILITIES,
    Permission.SEE_AUDIT,
    Permission.MANAGE_STAFF,
    Permission.SET_SHORTLIST_RULES,
    Permission.MANAGE_POLICIES,
    Permission.ERASE,
}
_COMPANY = {
    Permission.SEE_PEOPLE,
    Permission.SEE_OWN_PROFILE,
    Permission.EDIT_OWN_PROFILE,
    Permission.SEE_STARTUPS,
    Permission.SEE_DECKS,
    Permission.SEE_RECOMMENDATIONS,
    Permission.ASK_RESEARCH,
    Permission.SEE_RESEARCH,
    Permission.SEE_MATCH,
    Permission.REQUEST_MEETINGS,
    Permission.ANSWER_REQUESTS,
    Permission.SEE_OWN_MEETINGS,
    Permission.SEE_MEETING,
    Permission.BOOK_MEETINGS,
    Permission.REPORT_MEETINGS,
    Permission.SEE_OWN_PARTNERSHIPS,
    Permission.SEE_DOCUMENTS,
}
_STARTUP = {
    Permission.SEE_PEOPLE,
    Permission.SEE_OWN_PROFILE,
    Permission.EDIT_OWN_PROFILE,
    Permission.MANAGE_DECK,
    Permission.SEE_DECKS,
    Permission.SEE_INTEREST,
    Permission.SEARCH_CHALLENGES,
    Permission.SEE_MATCH,
    Permission.ANSWER_REQUESTS,
    Permission.SEE_OWN_MEETINGS,
    Permission.SEE_MEETING,
    Permission.BOOK_MEETINGS,
    Permission.REPORT_MEETINGS,
    Permission.SEE_OWN_PARTNERSHIPS,
    Permission.SEE_DOCUMENTS,
}
_OWNER = {Permission.MANAGE_PEOPLE, Permission.INVITE, Permission.END_PARTICIPATION}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(_OFFICER | _ADMINISTRATOR),
    Role.OFFICER: frozenset(_OFFICER),
    Role.EXPERT: frozenset(
        {
            Permission.SEE_ASSIGNMENTS,
            Permission.SEE_DECKS,
            Permission.SEE_DOCUMENTS,
            Permission.DESCRIBE_EXPERTISE,
        }
    ),
    Role.COMPANY_OWNER: frozenset(_COMPANY | _OWNER),
    Role.COMPANY_MEMBER: frozenset(_COMPANY),
    Role.STARTUP_OWNER: frozenset(_STARTUP | _OWNER),
    Role.STARTUP_MEMBER: frozenset(_STARTUP),
    Role.NEWCOMER: frozenset({Permission.REGISTER}),
}

STAFF_ROLES = {
    StaffRole.ADMINISTRATOR: Role.ADMINISTRATOR,
    StaffRole.OFFICER: Role.OFFICER,
    StaffRole.EXPERT: Role.EXPERT,
}
MEMBER_ROLES = {
    (OrganisationKind.COMPANY, MemberRole.OWNER): Role.COMPANY_OWNER,
    (OrganisationKind.COMPANY, MemberRole.MEMBER): Role.COMPANY_MEMBER,
    (OrganisationKind.STARTUP, MemberRole.OWNER): Role.STARTUP_OWNER,
    (OrganisationKind.STARTUP, MemberRole.MEMBER): Role.STARTUP_MEMBER,
}


def role_of(user: User | AnonymousUser) -> Role | None:
    """The one role of a signed-in, active person, who is a newcomer before they belong anywhere; None for guests."""
    if not user.is_authenticated or not user.is_active:
        return None
    if user.staff_role:
        return STAFF_ROLES[StaffRole(user.staff_role)]
    if (membership := user.membership) is None:
        return Role.NEWCOMER
    return MEMBER_ROLES[OrganisationKind(membership.organisation.kind), MemberRole(membership.role)]


def can(user: User | AnonymousUser, permission: Permission) -> bool:
    """The one question."""
    role = role_of(user)
    return role is not None and permission in PERMISSIONS[role]


View = Callable[..., HttpResponseBase]


def requires(*permissions: Permission) -> Callable[[View], View]:
    """For views: whoever has none of `permissions` gets the answer of a page that does not exist."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not any(can(request.user, permission) for permission in permissions):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate


public = login_not_required  # a page that anybody may see says so by this name
