"""From the upload to the deck in use: each step, what may go wrong in it, and that it may be lost or repeated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from matchmaking.core import jobs
from matchmaking.core.models import AuditEvent, Job, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from startups import actions
from startups.actions.decks import shelf
from startups.actions.passage import UPLOADS_AN_HOUR
from startups.decks import sandbox
from startups.decks.reasons import Reason
from startups.enums import DeckRefusal
from startups.models import Deck
from tests import factories
from tests.conftest import Cast
from tests.startups import decks
from tests.startups.deck_hostile import ACTIVE, REFUSED

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(cast: Cast) -> Deck:
    return decks.sent(cast.startup, cast.startup_owner)


def status_of(deck: Deck) -> str:
    return str(Deck.objects.values_list("status", flat=True).get(pk=deck.pk))


def test_what_comes_in_lies_whole_on_the_shelf_and_is_to_be_checked(sent: Deck, cast: Cast) -> None:
    assert (sent.status, sent.original_name, sent.language) == ("received", "Deck.pdf", "en")
    assert shelf().path(sent.key, "original.pdf").read_bytes() == decks.pdf()
    assert (sent.size, sent.uploaded_by) == (len(decks.pdf()), cast.startup_owner)
    assert not shelf().part(sent.key).exists()
    assert Job.objects.get(name="startups.begin_deck").payload == {"deck_id": sent.pk}


def test_each_step_is_a_job_that_calls_for_the_next(
    cast: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        deck = decks.sent(cast.startup, cast.startup_owner)
    seen = [deck.status]
    for name in ("begin_deck", "check_deck", "draw_deck"):
        with django_capture_on_commit_callbacks(execute=True):
            assert jobs.run(Job.objects.get(name=f"startups.{name}").pk)
        seen.append(status_of(deck))
    assert seen == ["received", "checking", "rendering", "ready"]
    deck.refresh_from_db()
    assert (deck.pages, deck.image_width, deck.scanned_by) == (1, 1600, "")
    assert decks.files(deck) == {"clean.pdf", "first-page.png", "page-1.png"}


def test_who_uploaded_is_told_that_the_deck_is_in_use(cast: Cast) -> None:
    decks.in_use(cast.startup, cast.startup_member)
    notice = Notice.objects.get(event="deck_ready")
    assert (notice.recipient, notice.params) == (cast.startup_member, {"file": "Deck.pdf"})


@pytest.mark.parametrize("step", [actions.begin_check, actions.check_deck, actions.draw_deck])
def test_a_step_that_is_delivered_again_changes_nothing(step: Callable[[int], None], cast: Cast) -> None:
    deck = decks.in_use(cast.startup, cast.startup_owner)
    trail, files = AuditEvent.objects.count(), decks.files(deck)
    step(deck.pk)
    assert (status_of(deck), AuditEvent.objects.count()) == ("ready", trail)
    assert decks.files(deck) == files


def test_a_step_that_was_lost_in_the_middle_is_done_again(sent: Deck) -> None:
    """Files of the first attempt are there, its transaction is not."""
    actions.begin_check(sent.pk)
    with transaction.atomic():
        actions.check_deck(sent.pk)
        transaction.set_rollback(True)
    assert (status_of(sent), "clean.pdf" in decks.files(sent)) == ("checking", True)
    for step in (actions.check_deck, actions.draw_deck):
        step(sent.pk)
    assert status_of(sent) == "ready"


@pytest.mark.parametrize("name", ["a password", "the end missing", "thirty-one pages"])
def test_a_bad_file_is_refused_with_its_reason_and_deleted(
    name: str, cast: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    make, reason = REFUSED[name]
    with django_capture_on_commit_callbacks(execute=True):
        deck = decks.sent(cast.startup, cast.startup_owner, make())
        actions.begin_check(deck.pk)
        actions.check_deck(deck.pk)
    deck.refresh_from_db()
    assert (deck.status, deck.refusal) == ("refused", reason)
    assert decks.files(deck) == set()
    assert Notice.objects.get(event="deck_refused").recipient == cast.startup_owner
    assert AuditEvent.objects.get(action="deck.refused").detail["reason"].startswith(str(reason))


def test_what_was_sent_is_never_what_is_kept(
    cast: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        deck = decks.in_use(cast.startup, cast.startup_owner, ACTIVE["script on opening"][0]())
    assert "original.pdf" not in decks.files(deck)
    assert b"canary" not in shelf().path(deck.key, "clean.pdf").read_bytes()


def test_the_deck_in_use_stays_until_the_new_one_has_passed(
    cast: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    old = decks.in_use(cast.startup, cast.startup_owner)
    new = decks.sent(cast.startup, cast.startup_owner, decks.pdf("A better deck"))
    for step in (actions.begin_check, actions.check_deck):
        step(new.pk)
        assert (status_of(old), decks.files(old) != set()) == ("ready", True)
    with django_capture_on_commit_callbacks(execute=True):
        actions.draw_deck(new.pk)
        assert decks.files(old) != set(), "nothing is deleted before the commit"
    assert (status_of(old), status_of(new)) == ("replaced", "ready")
    assert decks.files(old) == set()


def test_the_deck_in_use_stays_when_the_new_one_is_refused(cast: Cast) -> None:
    old = decks.in_use(cast.startup, cast.startup_owner)
    new = decks.walked(decks.sent(cast.startup, cast.startup_owner, REFUSED["a password"][0]()))
    assert (status_of(old), new.status) == ("ready", "refused")


def test_a_newer_upload_takes_the_place_of_one_that_is_under_way(sent: Deck, cast: Cast) -> None:
    actions.begin_check(sent.pk)
    newer = decks.sent(cast.startup, cast.startup_owner)
    assert (status_of(sent), newer.status) == ("replaced", "received")
    actions.check_deck(sent.pk)
    assert status_of(sent) == "replaced"


def test_a_deck_that_is_deleted_during_its_check_stays_deleted(
    sent: Deck, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.begin_check(sent.pk)
    run = sandbox.run

    def deleted_meanwhile(*args: Any, **options: Any) -> sandbox.Report:
        actions.delete_deck(Deck.objects.get(pk=sent.pk), by=cast.startup_owner)
        return run(*args, **options)

    monkeypatch.setattr(sandbox, "run", deleted_meanwhile)
    actions.check_deck(sent.pk)
    assert status_of(sent) == "deleted"


def test_who_deletes_is_named_and_the_files_go_after_the_commit(
    cast: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    deck = decks.in_use(cast.startup, cast.startup_owner)
    with django_capture_on_commit_callbacks(execute=True):
        actions.delete_deck(deck, by=cast.startup_member)
        assert decks.files(deck) != set()
    assert decks.files(deck) == set()
    assert AuditEvent.objects.get(action="deck.deleted").actor_id == cast.startup_member.pk
    with pytest.raises(TransitionNotAllowed):
        actions.delete_deck(deck, by=cast.startup_owner)


def test_a_check_that_cannot_be_done_is_tried_again_and_then_given_up(sent: Deck) -> None:
    """Without its file nothing can be said of a deck: that is not the sender's fault."""
    actions.begin_check(sent.pk)
    job = Job.objects.get(name="startups.check_deck")
    shelf().path(sent.key, "original.pdf").unlink()
    for _attempt in range(jobs.MAX_ATTEMPTS):
        Job.objects.filter(pk=job.pk).update(not_before=timezone.now())
        with pytest.raises(sandbox.Failed):
            jobs.run(job.pk)
        assert status_of(sent) == "checking"
    Job.objects.filter(pk=job.pk).update(not_before=timezone.now())
    jobs.relay()
    sent.refresh_from_db()
    assert (sent.status, sent.refusal) == ("refused", "not_checked")


def test_giving_up_what_has_ended_changes_nothing(cast: Cast) -> None:
    deck = decks.in_use(cast.startup, cast.startup_owner)
    actions.give_up_deck(deck.pk)
    assert status_of(deck) == "ready"


def test_nobody_sends_more_than_anybody_needs(cast: Cast) -> None:
    for _number in range(UPLOADS_AN_HOUR):
        decks.sent(cast.startup, cast.startup_owner)
    with pytest.raises(actions.TooManyUploads):
        decks.sent(cast.startup, cast.startup_owner)
    decks.sent(cast.other_startup, cast.other_startup_owner)


@pytest.mark.parametrize(("first", "second"), [("ready", "ready"), ("received", "checking")])
def test_the_database_keeps_one_in_use_and_one_under_way(first: str, second: str, cast: Cast) -> None:
    complete = {"pages": 1, "image_width": 1, "image_height": 1, "ready_at": timezone.now()}
    common = {"startup": cast.startup, "size": 1, "uploaded_by": cast.startup_owner, **complete}
    Deck.objects.create(key="a", status=first, uploaded_at=timezone.now(), **common)
    with pytest.raises(IntegrityError, match="deck_one_"), transaction.atomic():
        Deck.objects.create(key="b", status=second, uploaded_at=timezone.now(), **common)


def test_the_gate_and_the_portal_know_the_same_reasons() -> None:
    assert {*Reason, "virus", "not_checked"} == set(DeckRefusal.values)


def test_files_that_no_deck_needs_are_cleared_and_no_others(cast: Cast) -> None:
    kept = decks.in_use(cast.startup, cast.startup_owner)
    waiting = decks.sent(cast.startup, cast.startup_owner)
    gone = decks.in_use(cast.other_startup, cast.other_startup_owner)
    actions.delete_deck(gone, by=cast.other_startup_owner)
    shelf().begin("half-received").write_bytes(b"%PDF-1.7")
    assert actions.clear_shelf() == [], "an upload may be under way"
    wanted = set(Deck.objects.with_files().values_list("key", flat=True))
    cleared = shelf().clear(wanted, older_than=0)
    assert {gone.key, "half-received"} <= set(cleared)
    assert decks.files(kept) != set() != decks.files(waiting)
    assert decks.files(gone) == set()


def test_the_history_keeps_every_state(cast: Cast) -> None:
    deck = decks.in_use(cast.startup, cast.startup_owner)
    states = deck.events.order_by("pgh_id").values_list("status", flat=True)
    assert list(states) == ["received", "checking", "rendering", "ready"]


def test_decks_are_seen_by_their_own_by_staff_and_by_firms_they_are_disclosed_to(cast: Cast) -> None:
    from matchmaking.matches.enums import MatchStatus
    from tests.meetings import stories

    deck = decks.in_use(cast.startup, cast.startup_owner)
    match = stories.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)
    everybody = [
        cast.officer, cast.startup_owner, cast.company_owner, cast.other_company_owner, cast.other_startup_owner,
        cast.expert, factories.UserFactory(),
    ]  # fmt: skip

    def readers() -> list[str]:
        return [str(user) for user in everybody if Deck.objects.visible_to(user).filter(pk=deck.pk).exists()]

    assert readers() == ["officer", "startup-owner"]
    type(match).objects.filter(pk=match.pk).update(status="disclosed", disclosed_at=timezone.now())
    assert readers() == ["officer", "startup-owner", "company-owner"]
    for organisation in (cast.startup.organisation, cast.company.organisation):
        type(organisation).objects.filter(pk=organisation.pk).update(status="suspended")
        vars(cast.company_owner).pop("membership", None)
        assert readers() == ["officer", "startup-owner"]
        type(organisation).objects.filter(pk=organisation.pk).update(status="published")
        vars(cast.company_owner).pop("membership", None)
    type(match).objects.filter(pk=match.pk).update(
        status="dismissed", dismissed_at=timezone.now(), dismissed_by="staff", dismiss_reason="terms"
    )
    assert readers() == ["officer", "startup-owner"]
