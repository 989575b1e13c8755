"""What migrations make of rows of earlier editions."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.utils import translation

from research import actions
from research.enums import RefusalReason
from research.models import AdviceRequest, Commission, VersionFile
from tests.conftest import Cast
from tests.documents import documents
from tests.meetings import stories
from tests.research import works

pytestmark = pytest.mark.django_db
REASONS = import_module("research.migrations.0007_reasons_as_facts")
FILES = import_module("research.migrations.0008_rows_and_files")


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("reason", RefusalReason)
@pytest.mark.parametrize("text", ["", "I know pumps only.\nNot valves."])
def test_a_worded_reason_becomes_what_was_chosen_and_what_was_written(
    text: str, reason: RefusalReason, language: str, cast: Cast
) -> None:
    """Earlier the reason was kept as the expert read it, with their own words below."""
    asked = works.advice_asked(cast.startup, cast.expert, cast.officer)
    with translation.override(language):
        kept = f"{reason.label}\n{text}" if text else str(reason.label)
    AdviceRequest.objects.filter(pk=asked.pk).update(decline_text=kept)
    REASONS.tell_apart(apps, None)
    asked.refresh_from_db()
    assert (asked.decline_reason, asked.decline_text) == (reason, text)


@pytest.mark.parametrize("kept", ["—", "No time, sorry", "Time\nNone"])
def test_words_that_are_no_reason_of_the_list_are_another_reason_and_stay_whole(
    kept: str, cast: Cast
) -> None:
    asked = works.advice_asked(cast.startup, cast.expert, cast.officer)
    AdviceRequest.objects.filter(pk=asked.pk).update(decline_text=kept)
    REASONS.tell_apart(apps, None)
    asked.refresh_from_db()
    assert (asked.decline_reason, asked.decline_text) == ("other", kept)


def test_what_was_never_declined_gets_no_reason(cast: Cast) -> None:
    asked = works.advice_asked(cast.startup, cast.expert, cast.officer)
    REASONS.tell_apart(apps, None)
    asked.refresh_from_db()
    assert (asked.decline_reason, asked.decline_text) == ("", "")


@pytest.fixture
def returned(cast: Cast) -> Commission:
    """With a version that knows its files, as earlier editions wrote them."""
    made = works.accepted(
        works.asked(stories.match_of(cast.company, cast.startup), cast.officer), cast.expert, cast.officer
    )
    for title in ("Notes", "Prices"):
        documents.shelved(actions.add_document(made, title, by=cast.expert).document, cast.expert)
    works.delivered(made, cast.expert)
    VersionFile.objects.all().delete()
    return made


def test_versions_refer_to_the_files_that_are_still_there(returned: Commission) -> None:
    """Those that were replaced before were deleted then; a version without documents, or of before there were any."""
    version = returned.versions.get()
    there, gone = (each["file_id"] for each in version.content["documents"])
    returned.documents.last().document.files.update(status="replaced")
    FILES.refer(apps, None)
    assert list(VersionFile.objects.values_list("version", "file")) == [(version.pk, there)]
    assert gone not in VersionFile.objects.values_list("file", flat=True)


@pytest.mark.parametrize("content", [{"sections": {}}, {"documents": []}, {"documents": [{"document": 1}]}])
def test_versions_of_before_there_were_files_refer_to_none(
    content: dict[str, object], returned: Commission
) -> None:
    returned.versions.update(content=content)
    FILES.refer(apps, None)
    assert not VersionFile.objects.exists()
