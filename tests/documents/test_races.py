"""What comes in between while a file is on its way, with real connections: it is too late, and nothing of it stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from documents.models import DocumentFile
from partnerships import actions as partnerships
from partnerships.enums import EndReason, PaperKind
from partnerships.models import Partnership
from research import actions as research
from research.models import Commission, ReportVersion
from tests.accounts.racing import overtaken
from tests.conftest import Cast
from tests.documents import documents
from tests.meetings import stories as meetings
from tests.partnerships import stories
from tests.research import works
from tests.startups.decks import pdf

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[User], Client]


def test_a_file_that_comes_in_behind_a_delivery_is_not_taken(cast: Cast, as_user: SignIn) -> None:
    made = works.asked(meetings.match_of(cast.company, cast.startup), cast.company_owner)
    writing = works.written(works.accepted(made, cast.expert, cast.officer), cast.expert)
    document = research.add_document(writing, "Interview notes", by=cast.expert).document
    documents.shelved(document, cast.expert)
    expert, good = as_user(cast.expert), SimpleUploadedFile("Newer.pdf", pdf(), "application/pdf")
    answer = overtaken(
        lambda: expert.post(f"/en/documents/{document.pk}/", {"file": good, "language": "en"}),
        Commission.objects.filter(pk=writing.pk),
        lambda: research.deliver(writing, by=cast.expert),
    )
    assert answer.status_code == 409
    assert [file.original_name for file in DocumentFile.objects.all()] == ["Notes.pdf"]
    assert ReportVersion.objects.get().content["documents"][0]["file"] == "Notes.pdf"
    assert list(documents.SHELF().root.glob("incoming/*")) == []


def test_a_file_is_not_deleted_behind_the_end_of_its_partnership(cast: Cast, as_user: SignIn) -> None:
    begun = stories.begun(cast)
    paper = partnerships.add_paper(begun, PaperKind.NDA, stories.TODAY, by=cast.company_owner)
    document = partnerships.open_file(paper, by=cast.company_owner)
    file = documents.shelved(document, cast.company_owner)
    firm = as_user(cast.company_owner)
    answer = overtaken(
        lambda: firm.post(f"/en/documents/{document.pk}/delete/"),
        Partnership.objects.filter(pk=begun.pk),
        lambda: partnerships.end(begun, EndReason.TERMS, by=cast.officer),
    )
    file.refresh_from_db()
    assert (answer.status_code, file.status) == (409, "ready")
    assert documents.files(file) >= {"clean.pdf", "page-1.png"}
