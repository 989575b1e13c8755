"""A document as pages show it: where its file stands, what is told of it in a list, and who has read it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from documents import cards
from documents.actions import note_reading
from documents.models import Document, DocumentFile
from startups.enums import DeckStatus, ReadingForm
from tests.conftest import Cast
from tests.documents import documents

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(cast: Cast) -> Document:
    return documents.opened(cast)


def file(document: Document, cast: Cast, status: DeckStatus, name: str = "Notes.pdf") -> DocumentFile:
    """In that state, sent later than those before."""
    return DocumentFile.objects.create(
        document=document,
        original_name=name,
        size=1_000,
        sha256="0" * 64,
        uploaded_by=cast.officer,
        uploaded_at=timezone.now(),
        key=documents.SHELF().new_key(),
        status=status,
        refusal="damaged" if status == DeckStatus.REFUSED else "",
        pages=2,
        image_width=8,
        image_height=6,
        ready_at=timezone.now(),
    )


def told(document: Document) -> dict[str, str | None]:
    """Which file stands under each heading of a line."""
    line = cards.line(Document.objects.prefetch_related("files").get(pk=document.pk), "The place")
    assert (line["name"], line["url"]) == ("The place", f"/en/documents/{document.pk}/")
    return {name: line[name] and line[name].original_name for name in ("current", "under_way", "refused")}


def stands(current: str | None, under_way: str | None, refused: str | None) -> dict[str, str | None]:
    return {"current": current, "under_way": under_way, "refused": refused}


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], stands(None, None, None)),
        ([DeckStatus.RECEIVED], stands(None, "0", None)),
        ([DeckStatus.CHECKING], stands(None, "0", None)),
        ([DeckStatus.RENDERING], stands(None, "0", None)),
        ([DeckStatus.REFUSED], stands(None, None, "0")),
        ([DeckStatus.READY], stands("0", None, None)),
        ([DeckStatus.DELETED], stands(None, None, None)),
        ([DeckStatus.READY, DeckStatus.CHECKING], stands("0", "1", None)),
        ([DeckStatus.READY, DeckStatus.REFUSED], stands("0", None, "1")),
        ([DeckStatus.REFUSED, DeckStatus.READY], stands("1", None, None)),
        ([DeckStatus.REPLACED, DeckStatus.READY], stands("1", None, None)),
        ([DeckStatus.REFUSED, DeckStatus.RECEIVED], stands(None, "1", None)),
    ],
)
def test_a_line_tells_the_file_in_use_and_what_became_of_the_latest(
    states: list[DeckStatus], expected: dict[str, str | None], document: Document, cast: Cast
) -> None:
    for number, status in enumerate(states):
        file(document, cast, status, str(number))
    assert told(document) == expected


def test_a_document_s_page_addresses_each_page_of_its_file(document: Document, cast: Cast) -> None:
    made = documents.shelved(document, cast.officer)
    card = cards.document_state(document, timezone.now()).current
    assert card is not None
    assert (card["url"], card["first_page"]) == (
        f"/en/documents/{document.pk}/file/",
        f"/en/documents/{document.pk}/first-page.png",
    )
    assert card["thumbnails"] == [{"number": 2, "url": f"/en/documents/{document.pk}/2.png"}]
    assert (card["width"], card["height"]) == (made.image_width, made.image_height)


@pytest.mark.parametrize(("seconds", "slow"), [(5, False), (61, True)])
def test_a_check_that_takes_longer_than_usual_is_said_to(
    seconds: int, slow: bool, document: Document, cast: Cast
) -> None:
    made = file(document, cast, DeckStatus.CHECKING)
    state = cards.document_state(document, made.uploaded_at + timedelta(seconds=seconds))
    assert (state.slow, state.under_way) == (slow, made)


@pytest.mark.parametrize(
    ("language", "office"), [("en", "Programme office and its experts"), ("ja", "事務局・専門家")]
)
def test_staff_read_who_it_was_and_the_sides_only_for_whom(
    language: str, office: str, document: Document, cast: Cast
) -> None:
    made = documents.shelved(document, cast.company_owner)
    for reader in (cast.administrator, cast.startup_member):
        note_reading(made, ReadingForm.PAGES, by=reader)
    startup = str(cast.startup.organisation)
    with translation.override(language):
        to_staff = {each["who"] for each in cards.readings(document, cast.officer)}
        to_firm = {each["who"] for each in cards.readings(document, cast.company_owner)}
    assert to_staff == {cast.administrator.name, cast.startup_member.name}
    assert to_firm == {office, startup}


def test_readings_of_every_file_of_the_document_are_listed_and_of_no_other(
    document: Document, cast: Cast
) -> None:
    first = documents.shelved(document, cast.officer, "First.pdf")
    DocumentFile.objects.filter(pk=first.pk).update(status=DeckStatus.REPLACED)
    second = documents.shelved(document, cast.officer, "Second.pdf")
    other = documents.shelved(Document.objects.create(title="Other", made_by=cast.officer), cast.officer)
    for each in (first, second, other):
        note_reading(each, ReadingForm.FILE, by=cast.startup_owner)
    assert [each["file"] for each in cards.readings(document, cast.officer)] == [second, first]
