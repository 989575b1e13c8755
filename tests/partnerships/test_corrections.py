"""What was written down by mistake is taken out: by staff and by its own side, with a reason; the history keeps it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Model
from django.utils import timezone

from accounts.erasure.emptying import history_of
from accounts.models import Membership
from documents.models import Document, DocumentFile
from matchmaking.core.models import AuditEvent
from matchmaking.core.transitions import TransitionNotAllowed
from partnerships import actions
from partnerships.enums import AmountKind, EndReason, PaperKind
from partnerships.models import Amount, NextStep, Paper, Partnership, SupportMeasure
from partnerships.story import story_of
from tests.conftest import Cast
from tests.documents import documents
from tests.partnerships import stories
from tests.partnerships.pages import LANGUAGES, SignIn, errors, links, path, words

pytestmark = pytest.mark.django_db
KINDS = {"step": NextStep, "document": Paper, "amount": Amount, "support": SupportMeasure}
REASON = {"reason": "It was meant in US dollars."}


@pytest.fixture
def begun(cast: Cast) -> Partnership:
    stories.only_rule()
    return stories.begun(cast)


def written(begun: Partnership, kind: str, by: Any) -> Any:
    if kind == "step":
        return stories.a_step(begun, by)
    if kind == "document":
        return actions.add_paper(begun, PaperKind.NDA, stories.TODAY, by=by)
    if kind == "amount":
        return actions.add_amount(begun, AmountKind.BUDGET, Decimal(12_000), "JPY", stories.TODAY, by=by)
    return actions.add_measure(begun, "Subsidy", stories.TODAY, by=by, amount=Decimal(5))


def address(kind: str, entry: Model, language: str = "en") -> str:
    return path("take_out", language=language, entry=kind, pk=entry.pk)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_gone_from_the_page_and_stays_in_the_history(
    kind: str, cast: Cast, as_user: SignIn, begun: Partnership
) -> None:
    entry, client = written(begun, kind, cast.officer), as_user(cast.officer)
    Partnership.objects.update(news_at=timezone.now() - timedelta(days=90))
    assert address(kind, entry) in links(client.get(path("detail", pk=begun.pk)))
    answer = client.post(address(kind, entry), REASON)
    assert answer["Location"] == path("detail", pk=begun.pk)
    assert not KINDS[kind].objects.exists()
    history = history_of(KINDS[kind])
    assert history is not None
    assert history._default_manager.filter(pgh_obj_id=entry.pk).exists()
    begun.refresh_from_db()
    assert begun.news_at > timezone.now() - timedelta(days=1), "it is news"
    event = AuditEvent.objects.get(action="partnership.entry_taken_out")
    assert (event.actor_id, event.detail["entry"]) == (cast.officer.pk, KINDS[kind]._meta.model_name)
    for person in (cast.officer, cast.company_owner, cast.startup_owner):
        entries = {each.text: each.note for each in story_of(begun, person)}
        assert entries["Entry taken out: Joint development"] == REASON["reason"]
    assert client.post(address(kind, entry), REASON).status_code == 404


@pytest.mark.parametrize("kind", ["step", "document", "amount"])
@pytest.mark.parametrize(
    ("person", "may"),
    [
        ("company_owner", True), ("company_member", True), ("officer", True), ("administrator", True),
        ("startup_owner", False), ("other_company_owner", False), ("expert", False), ("newcomer", False),
    ],
)  # fmt: skip
def test_whose_side_wrote_it_down_takes_it_out_and_to_the_others_there_is_no_such_page(
    kind: str, person: str, may: bool, cast: Cast, as_user: SignIn, begun: Partnership
) -> None:
    entry, client = written(begun, kind, cast.company_owner), as_user(getattr(cast, person))
    if person == "startup_owner":
        assert address(kind, entry) not in links(client.get(path("detail", pk=begun.pk)))
    assert client.get(address(kind, entry)).status_code == (200 if may else 404)
    assert client.post(address(kind, entry), REASON).status_code == (302 if may else 404)
    assert KINDS[kind].objects.exists() is not may


def test_who_has_gone_to_the_other_side_takes_nothing_out(cast: Cast, begun: Partnership) -> None:
    entry = written(begun, "amount", cast.company_member)
    Membership.objects.filter(user=cast.company_member).update(organisation=cast.startup.organisation)
    entry.refresh_from_db()
    with pytest.raises(actions.NotTheirs):
        actions.take_out(entry, by=cast.company_owner, reason="Wrong")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reason_is_asked_for(language: str, cast: Cast, as_user: SignIn, begun: Partnership) -> None:
    entry, client = written(begun, "step", cast.company_owner), as_user(cast.company_owner)
    page = client.get(address("step", entry, language))
    title = {"en": "Take this out?", "ja": "この記録を取り消しますか"}[language]
    assert (title in words(page), entry.text in words(page)) == (True, True)
    assert list(errors(client.post(address("step", entry, language), {"reason": " "}))) == ["reason"]
    assert NextStep.objects.exists()


def test_what_is_done_stays(cast: Cast, as_user: SignIn, begun: Partnership) -> None:
    step = written(begun, "step", cast.officer)
    actions.finish_step(step, by=cast.officer)
    client = as_user(cast.officer)
    assert address("step", step) not in links(client.get(path("detail", pk=begun.pk)))
    assert (
        client.get(address("step", step)).status_code,
        client.post(address("step", step)).status_code,
    ) == (409, 409)
    with pytest.raises(TransitionNotAllowed):
        actions.take_out(step, by=cast.officer, reason="Wrong")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_taken_out_of_what_has_ended(
    kind: str, cast: Cast, as_user: SignIn, begun: Partnership
) -> None:
    entry = written(begun, kind, cast.officer)
    actions.end(begun, EndReason.TERMS, by=cast.officer)
    client = as_user(cast.officer)
    assert address(kind, entry) not in links(client.get(path("detail", pk=begun.pk)))
    assert client.post(address(kind, entry), REASON).status_code == 409
    with pytest.raises(TransitionNotAllowed):
        actions.take_out(entry, by=cast.officer, reason="Wrong")


def test_a_document_goes_with_its_file(cast: Cast, as_user: SignIn, begun: Partnership) -> None:
    paper = written(begun, "document", cast.company_owner)
    document = actions.open_file(paper, by=cast.company_owner)
    documents.shelved(document, cast.company_owner)
    client = as_user(cast.startup_owner)
    file = f"/en/documents/{document.pk}/"
    assert client.get(file).status_code == 200
    actions.take_out(paper, by=cast.company_owner, reason="The wrong file")
    assert client.get(file).status_code == 404
    assert DocumentFile.objects.get(document=document).status == "deleted"
    assert not Document.objects.visible_to(cast.officer).filter(pk=document.pk).exists()


def test_there_is_no_other_kind(cast: Cast, as_user: SignIn, begun: Partnership) -> None:
    assert (
        as_user(cast.officer)
        .get(f"/en/partnerships/entries/check/{begun.checks.get().pk}/take-out/")
        .status_code
        == 404
    )
