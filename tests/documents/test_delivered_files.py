"""A version of a report keeps the files that it was delivered with: readable by the office, gone with the report."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from accounts.actions.erasing import erase_organisation
from accounts.models import Organisation, User
from documents.actions import DOCUMENTS, delete_file, is_kept
from documents.models import Document, DocumentFile, FileReading
from documents.tasks import clear_shelf, drop_files
from matchmaking.core.models import Job
from research import actions
from research.actions import Remark
from research.models import Commission, ReportVersion, VersionFile
from startups.enums import DeckStatus
from tests.conftest import Cast
from tests.documents import documents
from tests.meetings import stories
from tests.research import works

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[User], Client]
PARTS = ("", "file/", "first-page.png", "1.png", "2.png")
WHOLE = {"clean.pdf", "first-page.png", "page-1.png", "page-2.png"}


@pytest.fixture
def writing(cast: Cast) -> Commission:
    made = works.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    return works.accepted(made, cast.expert, cast.officer)


@pytest.fixture
def document(writing: Commission, cast: Cast) -> Document:
    return actions.add_document(writing, "Interview notes", by=cast.expert).document


@pytest.fixture
def first(document: Document, cast: Cast) -> DocumentFile:
    return documents.shelved(document, cast.expert, name="First.pdf")


def returned(made: Commission, cast: Cast) -> ReportVersion:
    version = actions.deliver(
        works.written(made, cast.expert, without="figures" if made.figures.exists() else ""), by=cast.expert
    )
    actions.return_report(made, [Remark("summary", 1, "More.")], by=cast.officer)
    return version


def replaced(file: DocumentFile, cast: Cast, name: str = "Second.pdf") -> DocumentFile:
    """By another that has passed the gate; only what follows from that is looked at here."""
    other = documents.shelved_beside(file, cast.expert, name)
    DOCUMENTS.put_in_use(other, 8, 6)
    file.refresh_from_db()
    assert (file.status, other.status) == ("replaced", "ready")
    return other


def row_of(version: ReportVersion) -> VersionFile:
    return version.files.get()


def answers(client: Client, row: VersionFile) -> list[int]:
    return [client.get(f"/en/staff/research/files/{row.pk}/{part}").status_code for part in PARTS]


def test_a_file_that_was_delivered_stays_when_another_takes_its_place_and_one_that_was_not_goes(
    writing: Commission, first: DocumentFile, cast: Cast
) -> None:
    """First is delivered, second never is, third is delivered again."""
    one = returned(writing, cast)
    second = replaced(first, cast)
    third = replaced(second, cast, "Third.pdf")
    assert [documents.files(each) for each in (first, second, third)] == [WHOLE, set(), WHOLE]
    two = actions.deliver(writing, by=cast.expert)
    assert [row_of(each).file for each in (one, two)] == [first, third]
    assert [is_kept(each) for each in (first, second, third)] == [True, False, True]


@pytest.mark.parametrize("how", ["deleted", "taken out"])
def test_it_stays_when_the_expert_deletes_the_file_or_takes_the_document_out(
    how: str, writing: Commission, first: DocumentFile, cast: Cast, as_user: SignIn
) -> None:
    version = returned(writing, cast)
    if how == "deleted":
        page = as_user(cast.expert).get(f"/en/documents/{first.document_id}/delete/").content.decode()
        assert ("is taken out" in page, "deleted for good" in page) == (True, False)
        delete_file(first, by=cast.expert)
    else:
        actions.remove(writing.documents.get(), by=cast.expert)
    for job in Job.objects.filter(name="documents.drop_files"):
        drop_files(**job.payload)
    first.refresh_from_db()
    assert (first.status, documents.files(first)) == ("deleted", WHOLE)
    assert answers(as_user(cast.officer), row_of(version)) == [200] * 5
    assert as_user(cast.expert).get(f"/en/documents/{first.document_id}/file/").status_code == 404


def test_one_that_no_version_shows_is_deleted_for_good_and_says_so(
    writing: Commission, first: DocumentFile, cast: Cast, as_user: SignIn
) -> None:
    page = as_user(cast.expert).get(f"/en/documents/{first.document_id}/delete/").content.decode()
    assert ("is taken out" in page, "deleted for good" in page) == (False, True)
    delete_file(first, by=cast.expert)
    assert documents.files(first) == set()


def test_the_hourly_clearing_spares_what_versions_show_and_takes_what_nothing_does(
    writing: Commission, first: DocumentFile, cast: Cast
) -> None:
    returned(writing, cast)
    second = replaced(first, cast)
    lost = DocumentFile.objects.get(pk=replaced(second, cast).pk)
    DocumentFile.objects.filter(pk=lost.pk).update(status=DeckStatus.DELETED)
    for folder in documents.SHELF().root.iterdir():
        long_ago(folder)
    clear_shelf()
    assert [documents.files(each) for each in (first, lost)] == [WHOLE, set()]


def long_ago(folder: Path) -> None:
    os.utime(folder, (1, 1))


@pytest.mark.parametrize(
    ("language", "words", "taken_out"),
    [
        ("en", "The expert has replaced the file since", "The expert has taken the file out since"),
        (
            "ja",
            "この版の提出後に、専門家がファイルを差し替えました",
            "この版の提出後に、専門家がファイルを取り除きました",
        ),
    ],
)
def test_the_versions_page_leads_to_the_file_as_it_was_delivered(
    language: str,
    words: str,
    taken_out: str,
    writing: Commission,
    first: DocumentFile,
    cast: Cast,
    as_user: SignIn,
) -> None:
    version, office = returned(writing, cast), as_user(cast.officer)
    here = f"/{language}/staff/research/files/{row_of(version).pk}/"

    def told() -> tuple[bool, bool, bool]:
        pages = [
            office.get(f"/{language}/staff/research/{writing.pk}/{more}").content.decode()
            for more in ("1/", "")
        ]
        assert [here in html and "First.pdf" in html for html in pages] == [True, True]
        assert len({(words in html, taken_out in html) for html in pages}) == 1
        return (words in pages[0], taken_out in pages[0], f"/documents/{first.document_id}/" in pages[0])

    assert told() == (False, False, False)
    second = replaced(first, cast)
    assert told() == (True, False, False)
    delete_file(second, by=cast.expert)
    assert told() == (False, True, False)
    page = office.get(here).content.decode()
    assert ("First.pdf" in page, "first-page.png" in page, f"{here}?pages=1#pages" in page) == (
        True,
        False,
        True,
    )
    assert f'src="{here}first-page.png"' in office.get(f"{here}?pages=1").content.decode()
    assert f"/{language}/staff/research/{writing.pk}/1/" in page


def test_only_the_office_reads_it_in_whatever_became_of_the_research(
    writing: Commission, first: DocumentFile, cast: Cast, as_user: SignIn
) -> None:
    row = row_of(returned(writing, cast))
    replaced(first, cast)
    others = (cast.expert, cast.company_owner, cast.startup_owner, cast.other_company_owner, cast.newcomer)
    for end in ("returned", "published", "cancelled"):
        Commission.objects.filter(pk=writing.pk).update(
            status=end, published_at=writing.assigned_at, delivered_at=writing.assigned_at, end_reason="Over"
        )
        assert [answers(as_user(person), row) for person in others] == [[404] * 5] * len(others), end
        assert answers(as_user(cast.officer), row) == [200] * 5, end
    assert as_user(cast.officer).get(f"/en/staff/research/files/{row.pk}/3.png").status_code == 404


def test_a_look_at_it_is_written_down_like_any_other(
    writing: Commission, first: DocumentFile, cast: Cast, as_user: SignIn
) -> None:
    row, office = row_of(returned(writing, cast)), as_user(cast.officer)
    replaced(first, cast)
    office.get(f"/en/staff/research/files/{row.pk}/")
    assert not FileReading.objects.exists()
    for _twice in range(2):
        answers(office, row)
    assert sorted(FileReading.objects.values_list("file", "reader", "form")) == [
        (first.pk, cast.officer.pk, "file"),
        (first.pk, cast.officer.pk, "pages"),
    ]


@pytest.mark.parametrize("side", ["company", "startup"])
def test_when_a_side_is_erased_every_file_goes_with_the_versions(
    side: str, writing: Commission, first: DocumentFile, cast: Cast, as_user: SignIn
) -> None:
    row, key = row_of(returned(writing, cast)), first.key
    second = replaced(first, cast)
    organisation = getattr(cast, side).organisation
    Organisation.objects.filter(pk=organisation.pk).update(status="withdrawn")
    organisation.refresh_from_db()
    erase_organisation(organisation, by=cast.administrator, reason="By mail")
    assert not VersionFile.objects.exists()
    dropped = [each.payload["key"] for each in Job.objects.filter(name="documents.drop_files")]
    assert sorted(dropped) == sorted([key, second.key])
    for each in dropped:
        drop_files(key=each)
    assert not [
        path for path in (DOCUMENTS.shelf().root / key, DOCUMENTS.shelf().root / second.key) if path.exists()
    ]
    assert answers(as_user(cast.officer), row) == [404] * 5
    first.refresh_from_db()
    assert (first.original_name, first.sha256) == ("", "")
