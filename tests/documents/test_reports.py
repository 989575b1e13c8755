"""Documents of a report: sent by the expert, checked as decks are, read by whoever reads the report, by nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.actions.erasing import erase_organisation
from accounts.models import Organisation, User
from documents.actions import DOCUMENTS, delete_file
from documents.models import Document, DocumentFile, FileReading
from documents.tasks import drop_files
from matchmaking.core.models import Job, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from research import actions
from research.models import Commission, ReportDocument, VersionFile
from tests.conftest import Cast
from tests.documents import documents
from tests.meetings import stories
from tests.pages import errors_of
from tests.research import works
from tests.startups.decks import pdf
from tests.told import read

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
PARTS = ("", "file/", "first-page.png", "1.png", "2.png")


@pytest.fixture
def writing(cast: Cast) -> Commission:
    made = works.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    return works.accepted(made, cast.expert, cast.officer)


@pytest.fixture
def document(writing: Commission, cast: Cast) -> Document:
    return actions.add_document(writing, "Interview notes", by=cast.expert).document


def answers(client: Client, document: Document) -> set[int]:
    return {client.get(f"/en/documents/{document.pk}/{part}").status_code for part in PARTS}


def test_it_is_read_by_whoever_reads_the_report_in_each_of_its_states(
    writing: Commission, document: Document, cast: Cast, as_user: SignIn
) -> None:
    documents.shelved(document, cast.expert)
    people = {"expert": cast.expert, "office": cast.officer, "firm": cast.company_member}
    strangers = (cast.startup_owner, cast.other_company_owner, cast.other_startup_owner)

    def readers() -> set[str]:
        assert [answers(as_user(person), document) for person in strangers] == [{404}] * 3
        assert as_user(cast.newcomer).get(f"/en/documents/{document.pk}/").status_code == 404
        found = {name: answers(as_user(person), document) for name, person in people.items()}
        assert all(each in ({200}, {404}) for each in found.values())
        return {name for name, codes in found.items() if codes == {200}}

    assert readers() == {"expert"}
    actions.deliver(works.written(writing, cast.expert), by=cast.expert)
    assert readers() == {"expert", "office"}
    actions.return_report(writing, [actions.Remark("summary", 1, "More.")], by=cast.officer)
    assert readers() == {"expert", "office"}
    actions.deliver(writing, by=cast.expert)
    actions.publish_report(writing, by=cast.officer)
    assert readers() == {"office", "firm"}


def test_only_the_expert_changes_it_and_only_while_writing(
    writing: Commission, document: Document, cast: Cast, as_user: SignIn
) -> None:
    documents.shelved(document, cast.expert)
    begun = f"/en/documents/{document.pk}/"
    actions.deliver(works.written(writing, cast.expert), by=cast.expert)
    for person in (cast.expert, cast.officer):
        client = as_user(person)
        page = client.get(begun).content.decode()
        assert 'type="file"' not in page
        file = SimpleUploadedFile("a.pdf", pdf(), "application/pdf")
        assert client.post(begun, {"file": file, "language": "en"}).status_code == 403
        assert (client.get(f"{begun}delete/").status_code, client.get(f"{begun}state/").status_code) == (
            404,
            404,
        )
    with pytest.raises(TransitionNotAllowed):
        actions.add_document(writing, "Another", by=cast.expert)
    with pytest.raises(TransitionNotAllowed):
        actions.remove(writing.documents.get(), by=cast.expert)
    assert list(documents.SHELF().root.glob("incoming/*")) == [], "nothing that was refused stays"
    for late in (
        lambda: documents.sent(document, cast.expert),
        lambda: delete_file(DocumentFile.objects.get(), by=cast.expert),
    ):
        with pytest.raises(TransitionNotAllowed):
            late()
    assert DocumentFile.objects.get().status == "ready"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_from_the_title_to_the_file_in_use_and_its_replacement(
    language: str, writing: Commission, cast: Cast, as_user: SignIn
) -> None:
    expert = as_user(cast.expert)
    User.objects.filter(pk=cast.expert.pk).update(language=language)
    made = expert.post(f"/{language}/expert/{writing.pk}/report/documents/add/", {"title": "Interview notes"})
    document = Document.objects.get()
    begun = f"/{language}/documents/{document.pk}/"
    assert (made.status_code, made["Location"]) == (302, begun)
    empty = expert.get(begun)
    assert "Interview notes" in empty.context["place"].name
    assert empty.context["place"].url == f"/{language}/expert/{writing.pk}/report/"
    for wrong in (SimpleUploadedFile("a.txt", b"words", "text/plain"), None):
        answer = expert.post(begun, {"file": wrong, "language": ""} if wrong else {"language": ""})
        assert list(errors_of(answer)) == ["file"]
    good = SimpleUploadedFile("Notes.pdf", pdf(), "application/pdf")
    assert expert.post(begun, {"file": good, "language": "en"}).status_code == 302
    file = DocumentFile.objects.get()
    steps = expert.get(f"{begun}state/")
    assert (steps.status_code, [each["state"] for each in steps.context["state"].steps]) == (
        200,
        ["current", "todo", "todo"],
    )
    assert documents.walked(file).status == "ready"
    assert documents.deeds(file) == ["received", "checking", "rendering", "ready"]
    assert {"clean.pdf", "first-page.png", "page-1.png"} <= documents.files(file)
    assert expert.get(f"{begun}state/").status_code == 286
    page = expert.get(begun).content.decode()
    assert ("first-page.png" in page, "?pages=1#pages" in page) == (False, True)
    assert "first-page.png" in expert.get(f"{begun}?pages=1").content.decode()
    [notice] = Notice.objects.filter(event="document_ready").select_related("recipient")
    notice.recipient.refresh_from_db()
    assert ("Notes.pdf" in read(notice), notice.link_kwargs) == (True, {"pk": document.pk})

    damaged = documents.sent(document, cast.expert, b"%PDF-1.7 nothing more", "Newer.pdf")
    assert documents.walked(damaged).status == "refused"
    told = expert.get(begun)
    assert (told.context["state"].refused, told.context["state"].current["name"]) == (damaged, "Notes.pdf")
    assert str(damaged.get_refusal_display()) in told.content.decode()
    newer = documents.walked(documents.sent(document, cast.expert, name="Newer.pdf"))
    file.refresh_from_db()
    assert (newer.status, file.status) == ("ready", "replaced")


def test_a_report_is_not_delivered_while_a_file_of_it_is_missing_or_being_checked(
    writing: Commission, document: Document, cast: Cast, as_user: SignIn
) -> None:
    works.written(writing, cast.expert)

    def lacks() -> list[str]:
        with pytest.raises(actions.NotComplete) as refused:
            actions.deliver(writing, by=cast.expert)
        page = as_user(cast.expert).get(f"/en/expert/{writing.pk}/report/deliver/")
        assert page.context["missing"] == refused.value.missing
        return refused.value.missing

    words = ["“Interview notes”: its file has not passed the check yet"]
    assert lacks() == words
    kept = documents.shelved(document, cast.expert)
    under_way = documents.sent(document, cast.expert)
    assert lacks() == words
    DOCUMENTS.give_up(under_way.pk)
    version = actions.deliver(writing, by=cast.expert)
    assert version.content["documents"] == [
        {
            "document": document.pk,
            "title": "Interview notes",
            "file": "Notes.pdf",
            "file_id": kept.pk,
            "pages": 2,
        }
    ]
    page = as_user(cast.officer).get(f"/en/staff/research/{writing.pk}/").content.decode()
    [row] = version.files.all()
    assert (row.file, f"/en/staff/research/files/{row.pk}/" in page) == (kept, True)


@pytest.mark.parametrize(
    ("language", "replaced", "deleted"),
    [
        (
            "en",
            "The file has been replaced since this version was",
            "The file has been deleted since this version",
        ),
        (
            "ja",
            "この版の提出後にファイルが差し替えられています",
            "この版の提出後にファイルが削除されています",
        ),
    ],
)
def test_a_version_says_that_its_file_has_changed_since(
    language: str,
    replaced: str,
    deleted: str,
    writing: Commission,
    document: Document,
    cast: Cast,
    as_user: SignIn,
) -> None:
    """One that was delivered before files were kept with versions: it has but its words."""
    first = documents.shelved(document, cast.expert)
    actions.deliver(works.written(writing, cast.expert), by=cast.expert)
    office, link = as_user(cast.officer), f'href="/{language}/documents/{document.pk}/"'

    def version(number: int) -> tuple[bool, bool, bool]:
        VersionFile.objects.all().delete()
        page = office.get(f"/{language}/staff/research/{writing.pk}/{number}/").content.decode()
        assert "Notes.pdf" in page
        return link in page, replaced in page, deleted in page

    assert version(1) == (True, False, False)
    actions.return_report(writing, [actions.Remark("summary", 1, "More.")], by=cast.officer)
    DocumentFile.objects.filter(pk=first.pk).update(status="replaced")
    documents.shelved(document, cast.expert)
    actions.deliver(writing, by=cast.expert)
    assert (version(1), version(2)) == ((True, True, False), (True, False, False))
    actions.return_report(writing, [actions.Remark("summary", 1, "Less.")], by=cast.officer)
    actions.remove(writing.documents.get(), by=cast.expert)
    assert (version(1), version(2)) == ((False, False, True), (False, False, True))


def test_a_report_has_five_documents_and_one_that_is_taken_out_loses_its_files(
    writing: Commission, document: Document, cast: Cast, as_user: SignIn
) -> None:
    file = documents.shelved(document, cast.expert)
    for number in range(actions.MOST_DOCUMENTS - 1):
        actions.add_document(writing, f"Note {number}", by=cast.expert)
    expert, add = as_user(cast.expert), f"/en/expert/{writing.pk}/report/documents/add/"
    told = {
        "One more": "A report has five documents at most. Remove one first.",
        " ": "Say in a few words what the document is.",
        "x" * 121: "Shorten this to 120 characters: it has 121 now.",
    }
    for title, words in told.items():
        answer = expert.post(add, {"title": title})
        assert answer.context["document_form"].errors == {"title": [words]}
    row = ReportDocument.objects.get(document=document)
    assert expert.post(f"/en/expert/{writing.pk}/report/documents/{row.pk}/remove/").status_code == 302
    file.refresh_from_db()
    assert (file.status, answers(expert, document)) == ("deleted", {404})
    [job] = Job.objects.filter(name="documents.drop_files")
    drop_files(**job.payload)
    assert documents.files(file) == set()
    assert expert.post(add, {"title": "One more"}).status_code == 302


def test_the_log_tells_who_read_it_and_the_writer_s_own_looks_are_none(
    writing: Commission, document: Document, cast: Cast, as_user: SignIn
) -> None:
    documents.shelved(document, cast.expert)
    actions.deliver(works.written(writing, cast.expert), by=cast.expert)
    actions.publish_report(writing, by=cast.officer)
    for person in (cast.officer, cast.company_owner, cast.company_owner):
        answers(as_user(person), document)
    found = FileReading.objects.values_list("reader", "organisation", "form")
    firm = cast.company.organisation.pk
    assert set(found) == {(cast.officer.pk, None, form) for form in ("file", "pages")} | {
        (cast.company_owner.pk, firm, form) for form in ("file", "pages")
    }
    assert len(found) == 4
    page = as_user(cast.officer).get(f"/en/documents/{document.pk}/")
    assert {line["who"] for line in page.context["readings"]} == {str(cast.officer), str(cast.company_owner)}
    assert "readings" not in as_user(cast.company_owner).get(f"/en/documents/{document.pk}/").context
    early = as_user(cast.officer).get(
        f"/en/documents/{document.pk}/file/", headers={"Sec-Purpose": "prefetch"}
    )
    assert early.status_code == 503


@pytest.mark.parametrize("side", ["company", "startup"])
def test_when_a_side_is_erased_the_files_go_and_nobody_reads_them(
    side: str, writing: Commission, document: Document, cast: Cast, as_user: SignIn
) -> None:
    file = documents.shelved(document, cast.expert, name="Kuwano valve.pdf")
    organisation = getattr(cast, side).organisation
    Organisation.objects.filter(pk=organisation.pk).update(status="withdrawn")
    organisation.refresh_from_db()
    erase_organisation(organisation, by=cast.administrator, reason="By mail")
    file.refresh_from_db()
    document.refresh_from_db()
    assert (file.status, file.original_name, file.sha256, document.title) == ("deleted", "", "", "")
    assert Job.objects.filter(name="documents.drop_files").exists()
    assert answers(as_user(cast.expert), document) == {404}
