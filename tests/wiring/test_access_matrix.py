"""Every address by every role by every method, with an outsider of the same kind in each.

The table says who may open what when the object is the cast's own (the pair of `company` and `startup`). Everybody
else must get the answer of a page that does not exist; guests are asked to sign in; nobody ever gets a failure or a
word of what is not theirs. A new address fails here until somebody has decided who may have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from tests.conftest import Cast
from tests.world import COMPANY_CANARY, OTHER_CANARY, World, build_world

STAFF = {"officer", "administrator"}
COMPANY = {"company_owner", "company_member"}
OTHER_COMPANY = {"other_company_owner"}
STARTUP = {"startup_owner", "startup_member"}
OTHER_STARTUP = {"other_startup_owner"}
FIRMS, STARTUPS = COMPANY | OTHER_COMPANY, STARTUP | OTHER_STARTUP
EVERYBODY = STAFF | FIRMS | STARTUPS | {"expert", "newcomer"}
OWNERS = {name for name in FIRMS | STARTUPS if name.endswith("owner")}
PEOPLE = sorted(EVERYBODY)
PUBLIC = {
    "home", "core:help", "core:privacy", "core:accessibility", "core:mail_list", "core:mail_detail",
    "matches:score_help", "meetings:feed", "accounts:invitation", "accounts:invitation_answer",
    "partnerships:outcome_link", "partnerships:outcome_link_renew",
}  # fmt: skip


def _of(people: set[str], namespace: str, *pages: str) -> dict[str, set[str]]:
    return {f"{namespace}:{page}": people for page in pages}


ALLOWED: dict[str, set[str]] = {
    **_of(STAFF | FIRMS, "matches", "search_startups"),
    **_of(STAFF | STARTUPS, "matches", "search_challenges"),
    **_of(EVERYBODY, "core", "notices", "notices_read"),
    **_of({"company_owner"}, "core", "notice_open"),
    **_of(EVERYBODY, "accounts", "settings", "close"),
    **_of({"company_owner"}, "accounts", "session_end"),
    **_of(FIRMS | STARTUPS, "accounts", "members", "leave"),
    **_of(OWNERS, "accounts", "invite"),
    **_of({"company_owner"}, "accounts", "member_role", "member_remove", "join_admit", "join_refuse"),
    **_of({"company_owner"}, "accounts", "invitation_renew", "invitation_revoke"),
    **_of(STAFF, "accounts", "staff", "staff_invite"),
    **_of({"administrator"}, "accounts", "staff_end"),
    **_of({"administrator"}, "accounts", "audit"),
    **_of(FIRMS | STARTUPS, "accounts", "identity_take_back", "renew"),
    **_of(OWNERS, "accounts", "withdraw", "delete", "delete_take_back"),
    **_of({"administrator"}, "accounts", "deletions", "deletion", "person_erase"),
    **_of(STAFF, "accounts", "renewals", "changes", "changes_seen"),
    **_of(STAFF, "accounts", "publish_again", "suspend"),
    **_of(STAFF, "accounts", "join_requests", "join_request_admit", "join_request_decline"),
    **_of(
        STAFF,
        "accounts",
        "review_queue",
        "review",
        "review_open",
        "review_assign",
        "review_tick",
        "review_ticked",
    ),
    **_of(STAFF, "accounts", "review_approve", "review_changes", "review_reverse"),
    **_of(STAFF, "accounts", "review_decline", "review_decline_confirm", "review_decline_refuse"),
    **_of(FIRMS | STARTUPS, "accounts", "review_take_back"),
    **_of(STAFF, "companies", "list", "detail"),
    **_of(FIRMS | {"newcomer"}, "companies", "setup", "step", "step_later", "check"),
    **_of(FIRMS, "companies", "own", "consents", "challenges", "challenge_new", "challenge_new_later"),
    **_of(FIRMS, "companies", "consent_withdraw", "concreteness", "agreement"),
    **_of({"newcomer"}, "companies", "join"),
    **_of(STAFF, "companies", "eligibility"),
    **_of(COMPANY, "companies", "challenge_edit", "challenge_later"),
    **_of(STAFF, "startups", "list", "detail", "deck_pages"),
    **_of(STAFF | FIRMS, "startups", "profile"),
    **_of(STARTUPS | {"newcomer"}, "startups", "setup", "step", "step_later", "check", "concreteness"),
    **_of(STARTUPS, "startups", "own", "deck", "deck_state", "deck_delete", "deck_keep", "agreement"),
    **_of(STARTUPS, "startups", "records", "record_add", "record_remove", "record_restore"),
    **_of(
        STAFF | COMPANY | STARTUP | {"expert"}, "startups", "deck_file", "deck_first_page", "deck_thumbnail"
    ),
    **_of(FIRMS, "matches", "list", "compare"),
    **_of(STARTUPS, "matches", "interest"),
    **_of(COMPANY, "matches", "put_aside", "take_back"),
    **_of(STAFF | COMPANY | STARTUP, "matches", "detail"),
    **_of(STAFF, "matches", "staff", "disclose", "dismiss", "restore"),
    **_of(COMPANY, "matches", "confirm_challenge"),
    **_of(STARTUPS, "matches", "confirm_pitch", "suggest_pitch"),
    **_of(FIRMS, "matches", "suggest_need"),
    **_of(STAFF, "matches", "capabilities", "capability", "capability_try", "capability_gaps"),
    **_of(STAFF, "matches", "capability_balance", "capability_balance_csv", "capability_draft"),
    **_of({"administrator"}, "matches", "capability_new", "capability_new_save", "capability_edit"),
    **_of({"administrator"}, "matches", "capability_edit_save", "capability_merge", "capability_retire"),
    **_of(
        {"administrator"}, "matches", "capability_restore", "capability_draft_open", "capability_draft_try"
    ),
    **_of({"administrator"}, "matches", "capability_draft_discard", "capability_draft_put"),
    **_of(STAFF, "matches", "runs", "run_start", "run", "run_progress", "run_cancel"),
    **_of(STAFF, "matches", "matrix", "matrix_csv", "note"),
    **_of(STAFF, "matches", "shortlists", "shortlist_start", "shortlist", "shortlist_progress"),
    **_of(STAFF, "matches", "shortlist_discard", "shortlist_disclose", "shortlist_firm"),
    **_of(STAFF, "matches", "shortlist_take_off", "shortlist_add"),
    **_of({"administrator"}, "matches", "shortlist_rules"),
    **_of({"administrator"}, "matches", "policies", "policy", "policy_new", "policy_edit", "policy_discard"),
    **_of({"administrator"}, "matches", "policy_put_in_force", "policy_try", "trial", "trial_progress"),
    **_of(STAFF, "matches", "learning", "advice"),
    **_of({"administrator"}, "matches", "learning_draft"),
    **_of({"administrator"}, "matches", "trial_cancel", "trial_table"),
    **_of(COMPANY, "meetings", "request", "request_check", "request_send", "request_sent"),
    **_of(
        STAFF,
        "meetings",
        "request_for_firm",
        "request_for_firm_check",
        "request_for_firm_send",
        "request_for_startup",
        "request_for_startup_check",
        "request_for_startup_send",
        "requests",
        "ended",
    ),
    **_of(FIRMS | STARTUPS, "meetings", "list", "own_hours", "week_reset", "days_off_add", "day_hours_add"),
    **_of(COMPANY, "meetings", "days_off_remove", "day_hours_remove"),
    **_of(STAFF, "meetings", "misfits", "misfit_keep", "misfit_ask"),
    **_of(
        STAFF | COMPANY | STARTUP, "meetings", "detail", "brief", "ics", "times", "book", "cancel", "report"
    ),
    **_of(STAFF | FIRMS | STARTUPS, "meetings", "calendar", "calendar_renew", "calendar_revoke"),
    **_of(STARTUP, "meetings", "answer", "accept", "decline"),  # of whoever was asked
    **_of(
        COMPANY | STARTUP,
        "meetings",
        "attendees",
        "withdraw",
        "confirm",
        "propose",
        "agree",
        "refuse",
        "take_back",
    ),
    **_of(STAFF, "meetings", "attendees_for", "confirm_for", "propose_for", "agree_for", "refuse_for"),
    **_of(STAFF, "meetings", "take_back_for"),
    **_of(STAFF, "meetings", "decline_for", "withdraw_for", "link", "officer", "officer_check"),
    **_of(COMPANY | STARTUP, "meetings", "availability", "availability_usual", "availability_none"),
    **_of(
        STAFF, "meetings", "rounds", "round_new", "interpreters", "interpreter_new", "closures", "closure_new"
    ),
    **_of(STAFF, "meetings", "interpreter_hours", "interpreter_edit", "closure_edit", "closure_remove"),
    **_of(STAFF, "meetings", "round", "round_edit", "collect", "set_aside", "place", "progress", "publish"),
    **_of(STAFF, "meetings", "stop", "repair", "repair_start", "repair_check", "repair_discard"),
    **_of(STAFF, "meetings", "unplaced", "answers", "availability_for"),
    **_of({"expert"}, "research", "own", "conflicts", "assignment", "accept", "refuse"),
    **_of(
        {"expert"},
        "research",
        "report",
        "save_section",
        "add_figure",
        "add_candidate",
        "remove",
        "deliver",
        "add_document",
    ),
    **_of({"expert"}, "research", "assess", "decline_advice"),
    **_of(STAFF, "research", "assessments", "ask_advice", "take_back_advice", "take_back_conflict"),
    **_of(STAFF, "research", "return", "publish", "version", "version_word", "delivered_document"),
    **_of(STAFF, "research", "delivered_file", "delivered_first_page", "delivered_thumbnail"),
    **_of(STAFF, "research", "experts", "expert", "commissions", "commission", "assign", "cancel"),
    **_of(STAFF | FIRMS, "research", "ask", "ask_check", "ask_send"),
    **_of(FIRMS, "research", "own_list"),
    **_of(COMPANY, "research", "own_commission", "own_word"),
    **_of(STAFF | COMPANY | STARTUP, "documents", "document", "file", "first_page", "thumbnail"),
    **_of(STAFF | COMPANY, "documents", "state", "delete"),
    **_of(STAFF | COMPANY | STARTUP, "partnerships", "paper_file"),
    **_of(FIRMS | STARTUPS, "partnerships", "mine"),
    **_of(STAFF | COMPANY | STARTUP, "partnerships", "detail", "step_new", "paper_new", "amount_new"),
    **_of(STAFF | STARTUP, "partnerships", "step_done"),
    **_of(STAFF | COMPANY, "partnerships", "take_out"),
    **_of(STAFF, "partnerships", "staff", "board", "to_begin", "begin", "begin_after", "measure_new", "move"),
    **_of(COMPANY | STARTUP, "partnerships", "outcome"),
    **_of(STAFF, "partnerships", "outcomes", "outcome_staff", "outcome_again", "outcome_decide"),
    **_of(STAFF, "partnerships", "outcome_send", "outcome_stop", "not_asked", "ask_missed"),
    **_of(STAFF, "partnerships", "stalls", "stalls_csv", "report", "report_csv"),
    **_of(
        STAFF, "partnerships", "end", "check", "rules", "rule_new", "rule_edit", "rule_use", "rule_compare"
    ),
    **_of(STAFF, "meetings", "placement", "move", "lock", "unlock", "ask_times"),
    **_of(STAFF, "meetings", "history", "undo", "redo"),
}
# What tells of an organisation by its purpose: an expert reads of those that are assigned to them.
TOLD = {"expert": {f"research:{page}" for page in ("assignment", "accept", "refuse", "conflicts")}}
# Sign-in pages are the library's own; they are public or the reader's own by nature.
LIBRARY = ("account_", "mfa_", "usersessions_")
METHODS = ("get", "head", "options", "post", "put", "patch", "delete")


def routes(patterns: Any = None, namespace: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and parameters' names of every address."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{namespace}{pattern.name}", dict.fromkeys(pattern.pattern.regex.groupindex)


NAMES = {name: parameters for name, parameters in routes() if not name.startswith(LIBRARY)}
PRIVATE = sorted(set(NAMES) - PUBLIC)


@pytest.fixture
def world(cast: Cast) -> World:
    return build_world(cast)


def test_somebody_has_decided_about_every_address() -> None:
    assert set(NAMES) == set(ALLOWED) | PUBLIC


def address(name: str, world: World) -> str:
    return reverse(name, kwargs={key: world.key(name, key) for key in NAMES[name]})


@pytest.mark.django_db
def test_guests_are_asked_to_sign_in_everywhere(world: World, client: Client) -> None:
    findings = []
    for name in PRIVATE:
        for method in METHODS:
            answer = getattr(client, method)(address(name, world))
            to_login = answer.status_code == 302 and "/account/login/" in answer["Location"]
            if not to_login:
                findings.append((name, method, answer.status_code))
    assert findings == []


@pytest.mark.django_db
@pytest.mark.urls("tests.wiring.bare_errors")
def test_everybody_gets_what_is_theirs_and_nothing_else(
    world: World, cast: Cast, as_user: Callable[[User], Client]
) -> None:
    findings = []
    for person in PEOPLE:
        client = as_user(getattr(cast, person))
        client.raise_request_exception = False
        # Which methods an address knows is decided before who asks: one person tries them all.
        for name, method in product(PRIVATE, METHODS if person == "officer" else ("get", "post")):
            with transaction.atomic():
                answer = getattr(client, method)(address(name, world))
                transaction.set_rollback(True)
            if fault := _fault(answer, allowed=person in ALLOWED[name], method=method):
                findings.append((person, name, method, fault))
            findings += [
                (person, name, method, word)
                for word in _leaks(answer, person)
                if name not in TOLD.get(person, set())
            ]
    assert findings == []


def _fault(answer: Any, *, allowed: bool, method: str) -> str:
    """What is wrong with an answer, or nothing."""
    status = answer.status_code
    if status >= 500:
        return f"failed with {status}"
    if allowed and method == "get" and status in (403, 404):
        return f"{status} for somebody who may"
    if not allowed and status not in (404, 405):
        return f"{status} for somebody who may not"
    return ""


def _leaks(answer: Any, person: str) -> list[str]:
    """Canaries of an organisation in an answer to somebody of another."""
    body = b"" if answer.streaming else answer.content
    words = []
    if person in OTHER_COMPANY | OTHER_STARTUP | {"expert", "newcomer"} and COMPANY_CANARY.encode() in body:
        words.append(COMPANY_CANARY)
    if person in COMPANY | STARTUP | {"expert", "newcomer"} and OTHER_CANARY.encode() in body:
        words.append(OTHER_CANARY)
    return words


# The families of addresses whose GET leaves a trace (ADR 0017), and the table that each leaves it in.
DECKS = {"startups:deck_file", "startups:deck_first_page", "startups:deck_thumbnail"}
OF_FILE = ("file", "first_page", "thumbnail")
DOCUMENTS = {f"{begun}{part}" for begun in ("documents:", "research:delivered_") for part in OF_FILE}
LEAVES_A_TRACE = DECKS | DOCUMENTS
# Who leaves how many: pages and file are two; the sender's own people and whoever may not read it leave none.
READERS = {
    "startups.DeckReading": (DECKS, {"officer": 2, "company_owner": 2, "startup_owner": 0, "newcomer": 0}),
    "documents.FileReading": (
        DOCUMENTS,
        {"officer": 4, "company_member": 0, "startup_owner": 2, "expert": 0},  # the office reads two files
    ),
}


@pytest.mark.django_db
def test_looking_changes_nothing(world: World, cast: Cast, as_user: Callable[[User], Client]) -> None:
    """No GET writes, except what marks a session."""
    clients = [as_user(person) for person in (cast.officer, cast.company_owner, cast.startup_owner)]
    before = world.row_counts()
    for client, name in product(clients, PRIVATE):
        if name not in LEAVES_A_TRACE:
            client.get(address(name, world))
    assert world.row_counts() == before


@pytest.mark.django_db
def test_reading_a_file_leaves_one_trace_a_day_and_nothing_else(
    world: World, cast: Cast, as_user: Callable[[User], Client]
) -> None:
    for table, (names, readers) in READERS.items():
        before, traces = world.row_counts(), 0
        for person, more in readers.items():
            client = as_user(getattr(cast, person))
            for method, written in (("head", 0), ("get", more), ("get", 0)):
                for name in sorted(names):
                    getattr(client, method)(address(name, world))
                traces += written
                assert world.row_counts() == {**before, table: traces}, (person, method)
