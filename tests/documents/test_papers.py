"""Files of a partnership's documents: sent by the side that noted them or by staff, read by both sides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, User
from documents.actions import delete_file
from documents.models import Document, DocumentFile, FileReading
from matchmaking.core.transitions import TransitionNotAllowed
from partnerships import actions
from partnerships.actions import records
from partnerships.enums import EndReason, PaperKind
from partnerships.models import Paper, Partnership
from partnerships.story import story_of
from tests.conftest import Cast
from tests.documents import documents
from tests.partnerships import stories
from tests.startups.decks import pdf

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def partnership(cast: Cast) -> Partnership:
    return stories.begun(cast)


@pytest.fixture
def paper(partnership: Partnership, cast: Cast) -> Paper:
    return actions.add_paper(partnership, PaperKind.NDA, stories.TODAY, by=cast.company_owner)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_whoever_noted_it_or_staff_send_the_file_and_both_sides_read_it(
    language: str, paper: Paper, partnership: Partnership, cast: Cast, as_user: SignIn
) -> None:
    add = f"/{language}/partnerships/documents/{paper.pk}/file/"
    assert as_user(cast.startup_owner).post(add).status_code == 403
    assert as_user(cast.other_company_owner).post(add).status_code == 404
    pages = {
        person: as_user(person).get(f"/{language}/partnerships/{partnership.pk}/").content.decode()
        for person in (cast.company_member, cast.startup_owner, cast.officer)
    }
    assert [add in html for html in pages.values()] == [True, False, True]
    firm = as_user(cast.company_member)
    address = firm.post(add)["Location"]
    paper.refresh_from_db()
    assert paper.document is not None
    assert address == f"/{language}/documents/{paper.document.pk}/"
    assert firm.post(add)["Location"] == address, "asked for twice, it is the same place"
    good = SimpleUploadedFile("NDA.pdf", pdf(), "application/pdf")
    assert firm.post(address, {"file": good, "language": "ja"}).status_code == 302
    startup = as_user(cast.startup_owner)
    waiting = startup.get(address)
    assert (waiting.context["may_change"], 'hx-trigger="every 2s"' in waiting.content.decode()) == (
        False,
        False,
    )
    assert startup.get(f"{address}file/").status_code == 404, "nothing is given before it has passed"
    file = documents.walked(DocumentFile.objects.get())
    assert startup.get(f"{address}file/").status_code == 200
    assert as_user(cast.officer).get(f"{address}file/").status_code == 200
    assert firm.get(f"{address}file/").status_code == 200
    readers = set(FileReading.objects.values_list("reader", flat=True))
    assert readers == {cast.startup_owner.pk, cast.officer.pk}
    page = firm.get(address)
    names = {line["who"] for line in page.context["readings"]}
    assert str(cast.startup.organisation) in names
    assert len(names) == 2
    assert page.context["place"].url == f"/{language}/partnerships/{partnership.pk}/#documents"
    assert file.original_name in startup.get(f"/{language}/partnerships/{partnership.pk}/").content.decode()
    for person in (cast.expert, cast.other_company_owner, cast.other_startup_owner):
        assert as_user(person).get(address).status_code == 404


def test_once_it_has_ended_files_are_read_and_no_longer_changed(
    paper: Paper, partnership: Partnership, cast: Cast, as_user: SignIn
) -> None:
    document = actions.open_file(paper, by=cast.company_owner)
    documents.shelved(document, cast.company_owner)
    second = actions.add_paper(partnership, PaperKind.NDA, stories.TODAY, by=cast.company_owner)
    actions.end(partnership, EndReason(EndReason.values[0]), by=cast.officer, text="Over.")
    client = as_user(cast.company_owner)
    page = client.get(f"/en/documents/{document.pk}/")
    assert (page.status_code, page.context["may_change"]) == (200, False)
    assert client.get(f"/en/documents/{document.pk}/delete/").status_code == 404
    assert client.post(f"/en/partnerships/documents/{second.pk}/file/").status_code == 409


def test_when_whoever_noted_it_has_left_their_side_still_sends_its_file(
    partnership: Partnership, cast: Cast, as_user: SignIn
) -> None:
    """And the side that they have gone to does not."""
    paper = actions.add_paper(partnership, PaperKind.NDA, stories.TODAY, by=cast.company_member)
    document = actions.open_file(paper, by=cast.company_member)
    kept = documents.shelved(document, cast.company_member)
    Membership.objects.filter(user=cast.company_member).update(organisation=cast.startup.organisation)
    member = User.objects.get(pk=cast.company_member.pk)
    may = {
        person: Document.objects.changeable_by(person).exists()
        for person in (cast.company_owner, cast.startup_owner, member, cast.officer, cast.expert)
    }
    assert list(may.values()) == [True, False, False, True, False]
    add = f"/en/partnerships/documents/{paper.pk}/file/"
    assert [as_user(person).post(add).status_code for person in may] == [302, 403, 403, 302, 404]
    Membership.objects.filter(user=member).delete()
    assert Document.objects.changeable_by(cast.company_owner).exists()
    newer = documents.sent(document, cast.company_owner, name="Newer.pdf")
    for file in (newer, kept):
        delete_file(file, by=cast.company_owner)
    with pytest.raises(TransitionNotAllowed):
        documents.sent(document, cast.startup_owner)


def test_earlier_papers_get_the_side_of_whoever_noted_them(partnership: Partnership, cast: Cast) -> None:
    people = (cast.company_member, cast.startup_owner, cast.officer, cast.other_company_owner)
    for person in people:
        actions.add_paper(partnership, PaperKind.NDA, stories.TODAY, by=person)
    Paper.objects.update(side="staff")
    import_module("partnerships.migrations.0005_side_of_papers").keep_sides(apps, None)
    sides = dict(Paper.objects.values_list("by", "side"))
    assert sides == {
        cast.company_member.pk: "company",
        cast.startup_owner.pk: "startup",
        cast.officer.pk: "staff",
        cast.other_company_owner.pk: "staff",
    }


def test_a_file_that_is_sent_or_deleted_is_news_and_both_sides_read_of_it(
    paper: Paper, partnership: Partnership, cast: Cast
) -> None:
    document = actions.open_file(paper, by=cast.company_owner)

    def news() -> tuple[datetime, list[tuple[str, str]]]:
        partnership.refresh_from_db()
        told = story_of(partnership, cast.startup_owner)
        return partnership.news_at, [(entry.text.split(":")[0], entry.by) for entry in told]

    before = news()[1]
    file = documents.sent(document, cast.company_member)
    assert news() == (file.uploaded_at, [("Document uploaded", "company-member"), *before])
    delete_file(file, by=cast.company_owner)
    at, story = news()
    assert at > file.uploaded_at
    assert story[:2] == [("Document deleted", "company-owner"), ("Document uploaded", "company-member")]
    another = stories.begun(cast, mode="investment")
    assert len(story_of(another, cast.startup_owner)) == 1, "of another partnership nothing is told here"


def test_a_file_is_deleted_after_a_question_and_another_can_be_sent(
    paper: Paper, cast: Cast, as_user: SignIn
) -> None:
    document = actions.open_file(paper, by=cast.company_owner)
    file = documents.shelved(document, cast.company_owner)
    client, address = as_user(cast.company_owner), f"/en/documents/{document.pk}/delete/"
    assert "Notes.pdf" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    file.refresh_from_db()
    assert file.status == "deleted"
    assert client.get(address).status_code == 302, "there is nothing more to delete"
    under_way = documents.sent(document, cast.company_owner)
    assert "Stop the check" in client.get(address).content.decode()
    client.post(address)
    under_way.refresh_from_db()
    assert under_way.status == "deleted"
    documents.walked(under_way)
    under_way.refresh_from_db()
    assert under_way.status == "deleted", "steps that come late do nothing"


def test_a_partnership_has_so_many_files_and_no_more(
    paper: Paper, partnership: Partnership, cast: Cast, as_user: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "MOST_FILES", 1)
    actions.open_file(paper, by=cast.company_owner)
    second = actions.add_paper(partnership, PaperKind.NDA, stories.TODAY, by=cast.company_owner)
    with pytest.raises(actions.TooManyFiles):
        actions.open_file(second, by=cast.company_owner)
    answer = as_user(cast.company_owner).post(f"/en/partnerships/documents/{second.pk}/file/", follow=True)
    assert "A partnership has thirty files at most." in answer.content.decode()


def test_the_page_costs_the_same_for_one_file_and_for_three(
    paper: Paper, partnership: Partnership, cast: Cast, as_user: SignIn
) -> None:
    client, costs = as_user(cast.startup_owner), []
    documents.shelved(actions.open_file(paper, by=cast.company_owner), cast.company_owner)
    for more in (0, 2):
        for _each in range(more):
            other = actions.add_paper(partnership, PaperKind.NDA, stories.TODAY, by=cast.company_owner)
            documents.shelved(actions.open_file(other, by=cast.company_owner), cast.company_owner)
        with CaptureQueriesContext(connection) as found:
            client.get(f"/en/partnerships/{partnership.pk}/")
        costs.append(len(found))
    assert costs[0] == costs[1]
