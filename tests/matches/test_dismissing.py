"""Putting a pair aside and taking it back: by each side, for each reason, and who hears of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches import actions
from matchmaking.matches.enums import CHOSEN_REASONS, DismissReason, MatchStatus, Side
from matchmaking.matches.models import Match
from tests.conftest import Cast
from tests.matches import world
from tests.matches.pages import main, source, words

pytestmark = pytest.mark.django_db
CHOSEN = [value for value, _label in CHOSEN_REASONS]

NOTE = "先方の上司から電話があった。"


def address(name: str, match: Match) -> str:
    return reverse(f"matches:{name}", kwargs={"pk": match.pk})


def kept(match: Match) -> tuple[str, str, str, str]:
    match.refresh_from_db()
    return match.status, match.dismissed_by, match.dismiss_reason, match.dismiss_note


# --- Staff -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", CHOSEN)
@pytest.mark.parametrize("before", [MatchStatus.PROPOSED, MatchStatus.DISCLOSED, MatchStatus.INTERESTED])
def test_staff_dismiss_from_every_open_state_for_every_reason(
    cast: Cast, officer: Client, before: str, reason: str
) -> None:
    match = world.match_of(cast.company, cast.startup, before)
    response = officer.post(address("dismiss", match), {"reason": reason, "note": NOTE})
    assert (response.status_code, response["Location"]) == (302, address("detail", match))
    assert kept(match) == ("dismissed", "staff", reason, NOTE)
    assert AuditEvent.objects.get(action="match.dismissed").detail == {
        "before": before,
        "reason": f"{reason}: {NOTE}",
    }


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_reasons_are_offered_in_words(cast: Cast, officer: Client, language: str) -> None:
    match = world.match_of(cast.company, cast.startup)
    page = words(source(officer, "matches:dismiss", language=language, pk=match.pk))
    with translation.override(language):
        assert [str(label) for _value, label in CHOSEN_REASONS if str(label) not in page] == []


@pytest.mark.parametrize(
    "data", [{}, {"reason": ""}, {"reason": "boredom"}, {"reason": "other", "note": "x" * 501}]
)
def test_a_dismissal_without_a_proper_reason_is_asked_again(
    cast: Cast, officer: Client, data: dict[str, str]
) -> None:
    match = world.match_of(cast.company, cast.startup)
    response = officer.post(address("dismiss", match), data)
    assert (response.status_code, "There is a problem" in response.content.decode()) == (200, True)
    assert kept(match)[0] == MatchStatus.DISCLOSED


def test_dismissing_what_is_dismissed_already_is_a_conflict(cast: Cast, officer: Client) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.DISMISSED)
    assert officer.post(address("dismiss", match), {"reason": "known"}).status_code == 409
    assert kept(match) == ("dismissed", "staff", "other", "")


@pytest.mark.parametrize("status", [MatchStatus.PROPOSED, MatchStatus.DISCLOSED, MatchStatus.INTERESTED])
def test_there_is_nothing_to_restore_in_an_open_match(cast: Cast, officer: Client, status: str) -> None:
    match = world.match_of(cast.company, cast.startup, status)
    code = officer.post(address("restore", match)).status_code
    assert (code, kept(match)[0]) == (409, status)


@pytest.mark.parametrize(
    ("disclosed", "back"), [(False, MatchStatus.PROPOSED), (True, MatchStatus.DISCLOSED)]
)
@pytest.mark.parametrize("by", Side.values)
def test_undoing_leads_back_to_what_the_firm_had_seen(
    cast: Cast, officer: Client, disclosed: bool, back: str, by: str
) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.DISMISSED, dismissed_by=by)
    if not disclosed:
        Match.objects.update(disclosed_at=None)
    assert officer.post(address("restore", match)).status_code == 302
    assert kept(match) == (back, "", "", "")
    assert match.dismissed_at is None


def test_the_history_tells_in_words_what_was_done(cast: Cast, officer: Client) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)
    officer.post(address("dismiss", match), {"reason": "terms", "note": NOTE})
    page = words(source(officer, "matches:detail", pk=match.pk))
    assert "Budget or kind of cooperation does not fit" in page
    assert f"terms: {NOTE}" not in page
    assert page.count(NOTE) == 2  # under the heading, and in the history


def test_the_buttons_of_staff_follow_the_state(cast: Cast, officer: Client) -> None:
    wanted = {
        "proposed": (True, True, False),
        "disclosed": (False, True, False),
        "interested": (False, True, False),
        "dismissed": (False, False, True),
    }
    found = {}
    for status in MatchStatus.values:
        Match.objects.all().delete()
        match = world.match_of(cast.company, cast.startup, status)
        page = main(source(officer, "matches:detail", pk=match.pk))
        disclose = f"{reverse('matches:disclose')}?match={match.pk}"
        found[status] = tuple(
            link in page for link in (disclose, address("dismiss", match), address("restore", match))
        )
    assert found == wanted


# --- The firm ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", CHOSEN)
@pytest.mark.parametrize("person", ["company_owner", "company_member"])
def test_every_member_of_a_firm_may_put_aside_for_every_reason(
    cast: Cast, as_user: Any, person: str, reason: str
) -> None:
    match = world.match_of(cast.company, cast.startup)
    response = as_user(getattr(cast, person)).post(address("put_aside", match), {"reason": reason})
    assert (response.status_code, response["Location"]) == (302, reverse("matches:list"))
    assert kept(match) == ("dismissed", "company", reason, "")
    assert AuditEvent.objects.get(action="match.dismissed").actor_id == getattr(cast, person).pk


def test_a_note_of_a_firm_is_not_asked_for_and_not_kept(cast: Cast, firm: Client) -> None:
    match = world.match_of(cast.company, cast.startup)
    assert 'name="note"' not in source(firm, "matches:put_aside", pk=match.pk)
    firm.post(address("put_aside", match), {"reason": "known", "note": NOTE})
    assert kept(match) == ("dismissed", "company", "known", "")


def test_a_startup_with_which_a_meeting_was_asked_for_is_not_put_aside(cast: Cast, firm: Client) -> None:
    """A second member's old page must not undo what the first member has asked for."""
    match = world.match_of(cast.company, cast.startup, MatchStatus.INTERESTED)
    assert firm.post(address("put_aside", match), {"reason": "known"}).status_code == 409
    assert kept(match) == ("interested", "", "", "")


@pytest.mark.parametrize("status", [MatchStatus.PROPOSED])
def test_what_was_not_disclosed_cannot_be_put_aside(cast: Cast, firm: Client, status: str) -> None:
    match = world.match_of(cast.company, cast.startup, status)
    assert firm.get(address("put_aside", match)).status_code == 404
    assert firm.post(address("put_aside", match), {"reason": "known"}).status_code == 404


@pytest.mark.parametrize("by", [Side.STAFF, Side.STARTUP])
def test_a_firm_takes_back_only_its_own_decision(cast: Cast, firm: Client, by: str) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.DISMISSED, dismissed_by=by)
    assert firm.post(address("take_back", match)).status_code == 404
    assert kept(match)[:2] == ("dismissed", by)


def test_taking_back_leads_to_the_list_and_twice_does_nothing_more(cast: Cast, firm: Client) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.DISMISSED, dismissed_by=Side.COMPANY)
    codes = [firm.post(address("take_back", match)).status_code for _ in range(2)]
    assert (codes, kept(match)[0]) == ([302, 404], MatchStatus.DISCLOSED)
    assert AuditEvent.objects.filter(target_type="matches.match", target_id=str(match.pk)).count() == 1


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_was_put_aside_is_listed_with_its_reason(cast: Cast, firm: Client, language: str) -> None:
    for number, reason in enumerate((DismissReason.KNOWN, DismissReason.TOO_EARLY)):
        world.match_of(
            cast.company,
            world.startup(number),
            MatchStatus.DISMISSED,
            dismissed_by=Side.COMPANY,
            dismiss_reason=reason,
        )
    page = source(firm, "matches:list", language=language)
    block = words(re.findall(r"<details.*?</details>", main(page), re.DOTALL)[-1])
    with translation.override(language):
        labels = [str(DismissReason.KNOWN.label), str(DismissReason.TOO_EARLY.label)]
    assert [label for label in labels if label not in block] == []
    assert ("Cartless" in block, "Shelfwise" in block) == (True, True)


def test_the_buttons_of_a_firm_follow_the_state(cast: Cast, firm: Client) -> None:
    found = {}
    for status, by in (
        ("disclosed", ""),
        ("interested", ""),
        ("dismissed", "staff"),
        ("dismissed", "company"),
    ):
        Match.objects.all().delete()
        changes = {"dismissed_by": by} if by else {}
        match = world.match_of(cast.company, cast.startup, status, **changes)
        page = main(source(firm, "matches:detail", pk=match.pk))
        request = reverse("meetings:request", kwargs={"match_pk": match.pk})
        found[status, by] = tuple(
            link in page for link in (request, address("put_aside", match), address("take_back", match))
        )
    assert found == {
        ("disclosed", ""): (True, True, False),
        ("interested", ""): (False, False, False),
        ("dismissed", "staff"): (False, False, False),
        ("dismissed", "company"): (False, False, True),
    }


# --- Who hears of it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("reason", [DismissReason(value) for value in CHOSEN])
def test_nobody_is_told_of_a_dismissal_or_of_its_undoing(
    cast: Cast, side: Side, reason: DismissReason, django_capture_on_commit_callbacks: Any
) -> None:
    match = world.match_of(cast.company, cast.startup)
    with django_capture_on_commit_callbacks(execute=False):
        actions.dismiss(match, side=side, reason=reason, note=NOTE, by=cast.officer)
        actions.restore(match, by=cast.officer)
    assert (Notice.objects.count(), mail.outbox) == (0, [])


@pytest.mark.parametrize("reader", ["company_owner", "startup_owner"])
def test_what_staff_note_is_read_by_staff_only(cast: Cast, as_user: Any, reader: str) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.INTERESTED)
    Match.objects.update(dismiss_note=NOTE)
    page = source(as_user(getattr(cast, reader)), "matches:detail", pk=match.pk)
    assert NOTE not in page
    assert NOTE in source(as_user(cast.officer), "matches:detail", pk=match.pk)


def test_of_two_who_decide_at_once_one_is_refused_and_the_first_stands(cast: Cast) -> None:
    match = world.match_of(cast.company, cast.startup)
    same = Match.objects.get(pk=match.pk)
    actions.dismiss(match, side=Side.COMPANY, reason=DismissReason.KNOWN, by=cast.company_owner)
    with pytest.raises(TransitionNotAllowed):
        actions.dismiss(same, side=Side.STAFF, reason=DismissReason.OTHER, by=cast.officer)
    assert kept(match) == ("dismissed", "company", "known", "")


@pytest.mark.parametrize("field", ["dismissed_by", "dismiss_reason"])
def test_the_database_refuses_a_dismissal_that_lacks_who_or_why(cast: Cast, field: str) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.DISMISSED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Match.objects.filter(pk=match.pk).update(**{field: ""})


def test_a_changed_profile_forgets_that_the_pair_was_ever_disclosed(cast: Cast) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.DISMISSED)
    actions.return_changed([match])
    assert kept(match) == ("proposed", "", "", "")
    assert (match.disclosed_at, Match.objects.visible_to(cast.company_owner).count()) == (None, 0)
    event = AuditEvent.objects.get(action="match.proposed")
    assert (event.actor_id, event.detail["reason"]) == (None, "profile changed")


def test_the_history_says_that_a_changed_profile_brought_it_back(cast: Cast, officer: Client) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.DISMISSED)
    actions.return_changed([match])
    page = words(source(officer, "matches:detail", pk=match.pk))
    assert "One of the two profiles has changed" in page
    assert "The portal" in page


@pytest.mark.parametrize("status", [MatchStatus.DISCLOSED, MatchStatus.INTERESTED])
def test_undoing_what_was_not_dismissed_is_a_conflict_and_no_failure(
    cast: Cast, officer: Client, status: str
) -> None:
    match = world.match_of(cast.company, cast.startup, status)
    assert officer.post(address("restore", match)).status_code == 409
    assert kept(match)[0] == status
