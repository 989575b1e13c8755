"""Who may do what."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from accounts.models import Membership, User
from accounts.roles import PERMISSIONS, Permission, Role, can, requires, role_of
from tests.conftest import Cast
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
# Every permission, and who has it: administrator, officer, expert, owner and member of a firm, owner and member of a
# startup, newcomer. A permission that changes hands changes a line here.
TABLE = """
see_profiles         x x . . . . . .
review_profiles      x x . . . . . .
manage_matches       x x . . . . . .
start_runs           x x . . . . . .
manage_rounds        x x . . . . . .
see_audit            x . . . . . . .
see_own_partnerships . . . x x x x .
manage_partnerships  x x . . . . . .
see_own_profile      . . . x x x x .
edit_own_profile     . . . x x x x .
see_startups         x x . x x . . .
see_decks            x x x x x x x .
manage_deck          . . . . . x x .
see_recommendations  . . . x x . . .
request_meetings     . . . x x . . .
see_interest         . . . . . x x .
see_match            x x . x x x x .
answer_requests      . . . x x x x .
search_challenges    x x . . . x x .
see_own_meetings     . . . x x x x .
see_meeting          x x . x x x x .
book_meetings        x x . x x x x .
see_documents        x x x x x x x .
see_assignments      . . x . . . . .
register             . . . . . . . x
see_people           . . . x x x x .
manage_people        . . . x . x . .
see_staff            x x . . . . . .
invite               x x . x . x . .
manage_staff         x . . . . . . .
end_participation    . . . x . x . .
see_capabilities     x x . . . . . .
manage_capabilities  x . . . . . . .
plan_shortlists      x x . . . . . .
set_shortlist_rules  x . . . . . . .
manage_policies      x . . . . . . .
report_meetings      x x . x x x x .
describe_expertise   . . x . . . . .
see_experts          x x . . . . . .
manage_research      x x . . . . . .
ask_research         x x . x x . . .
see_research         . . . x x . . .
erase                x . . . . . . .
"""
HEADS = [Role.ADMINISTRATOR, Role.OFFICER, Role.EXPERT, Role.COMPANY_OWNER, Role.COMPANY_MEMBER,
         Role.STARTUP_OWNER, Role.STARTUP_MEMBER, Role.NEWCOMER]  # fmt: skip
CELLS = [
    (Permission(line.split()[0]), role, mark == "x")
    for line in TABLE.strip().splitlines()
    for role, mark in zip(HEADS, line.split()[1:], strict=True)
]


def test_everybody_of_the_cast_has_the_role_of_their_name(cast: Cast) -> None:
    roles = {
        name: role_of(getattr(cast, name)) for name in ("administrator", "officer", "expert", "newcomer")
    }
    roles |= {
        name: role_of(getattr(cast, name))
        for name in ("company_owner", "company_member", "startup_owner", "startup_member")
    }
    assert roles == {role.value: role for role in Role}


def test_whoever_is_in_no_organisation_may_only_register() -> None:
    newcomer = UserFactory()
    assert role_of(newcomer) == Role.NEWCOMER
    assert [permission for permission in Permission if can(newcomer, permission)] == [Permission.REGISTER]


def test_a_guest_may_nothing() -> None:
    assert [permission for permission in Permission if can(AnonymousUser(), permission)] == []


def test_somebody_who_was_locked_out_may_nothing(cast: Cast) -> None:
    cast.administrator.is_active = False
    assert [permission for permission in Permission if can(cast.administrator, permission)] == []


def test_every_permission_is_somebodys_and_no_member_has_a_staff_permission() -> None:
    assert set().union(*PERMISSIONS.values()) == set(Permission)
    members = set().union(*(PERMISSIONS[role] for role in Role if role.startswith(("company", "startup"))))
    shared = {  # each sees its own rows
        Permission.SEE_STARTUPS,
        Permission.SEARCH_CHALLENGES,
        Permission.SEE_DECKS,
        Permission.SEE_MATCH,
        Permission.SEE_MEETING,
        Permission.BOOK_MEETINGS,
        Permission.REPORT_MEETINGS,
        Permission.ASK_RESEARCH,
        Permission.SEE_DOCUMENTS,
        Permission.INVITE,
    }
    assert members & PERMISSIONS[Role.OFFICER] == shared


def test_a_view_answers_as_if_it_were_not_there(cast: Cast) -> None:
    @requires(Permission.MANAGE_ROUNDS)
    def view(request: object) -> HttpResponse:
        return HttpResponse("the board")

    request = RequestFactory().get("/")
    request.user = cast.officer
    assert view(request).content == b"the board"
    request.user = cast.company_owner
    with pytest.raises(Http404):
        view(request)


def test_the_table_has_a_line_for_every_permission_and_a_column_for_every_role() -> None:
    assert {permission for permission, _role, _may in CELLS} == set(Permission)
    assert set(HEADS) == set(Role) == set(PERMISSIONS)
    assert len(CELLS) == len(Permission) * len(Role)


@pytest.mark.parametrize("role", Role)
def test_everybody_may_what_the_table_says_and_nothing_else(role: Role, cast: Cast) -> None:
    person = getattr(cast, role.value)
    expected = {permission for permission, who, may in CELLS if who == role and may}
    assert {permission for permission in Permission if can(person, permission)} == expected


@pytest.mark.parametrize(("permission", "role", "may"), CELLS, ids=[f"{p}-{r}" for p, r, _may in CELLS])
def test_a_view_opens_to_exactly_those(permission: Permission, role: Role, may: bool, cast: Cast) -> None:
    @requires(permission)
    def view(request: object) -> HttpResponse:
        return HttpResponse("inside")

    request = RequestFactory().get("/")
    request.user = getattr(cast, role.value)
    if may:
        assert view(request).content == b"inside"
    else:
        with pytest.raises(Http404):
            view(request)


def test_one_of_several_permissions_is_enough(cast: Cast) -> None:
    @requires(Permission.REGISTER, Permission.EDIT_OWN_PROFILE)
    def view(request: object, word: str) -> HttpResponse:
        """What it is for."""
        return HttpResponse(word)

    answers = {}
    for role in Role:
        request = RequestFactory().get("/")
        request.user = getattr(cast, role.value)
        try:
            answers[role] = view(request, word="in").status_code
        except Http404:
            answers[role] = 404
    inside = {Role.NEWCOMER, *(role for role in Role if role.startswith(("company", "startup")))}
    assert {role for role, answer in answers.items() if answer == 200} == inside
    assert (view.__name__, view.__doc__) == ("view", "What it is for."), "the view keeps its name"


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.NEWCOMER, Role.ADMINISTRATOR)])
def test_a_role_counts_from_the_next_question_on(role: Role, cast: Cast) -> None:
    """What somebody may is asked of the database anew for each page, never remembered from the one before."""
    person = getattr(cast, role.value)
    before = {permission for permission in Permission if can(person, permission)}
    if person.staff_role:
        User.objects.filter(pk=person.pk).update(staff_role="")
    else:
        Membership.objects.filter(user=person).delete()
    again = User.objects.get(pk=person.pk)
    assert {permission for permission in Permission if can(again, permission)} == {Permission.REGISTER}
    assert before != {Permission.REGISTER}
