"""What the database itself refuses about documents, each by its name."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, InternalError, models, transaction

from documents.models import DocumentFile, FileReading
from tests.conftest import Cast
from tests.documents import documents

pytestmark = pytest.mark.django_db
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"status": "lost"}, "documentfile_status_known"),
    ({"refusal": "mood"}, "documentfile_refusal_known"),
    ({"status": "refused"}, "documentfile_refused_has_reason"),
    ({"status": "ready", "pages": None}, "documentfile_ready_has_pages"),
]
TESTED_ELSEWHERE = {
    "documentfile_one_in_use",
    "documentfile_one_under_way",
    "filereading_once_a_day",
    "filereading_form_known",
}


def refusal(change: Any) -> str:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        change()
    return str(refused.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]


@pytest.mark.parametrize(("change", "name"), REFUSED)
def test_a_file_is_in_a_state_that_there_is_with_what_belongs_to_it(
    change: dict[str, Any], name: str, cast: Cast
) -> None:
    file = documents.shelved(documents.opened(cast), cast.officer)
    assert refusal(lambda: DocumentFile.objects.filter(pk=file.pk).update(**change)) == name


def test_a_document_has_one_file_in_use_and_one_on_its_way(cast: Cast) -> None:
    document = documents.opened(cast)
    documents.shelved(document, cast.officer)
    assert refusal(lambda: documents.shelved(document, cast.officer)) == "documentfile_one_in_use"
    file = documents.sent(document, cast.officer)
    again = {"document": document, "size": 1, "uploaded_by": cast.officer, "uploaded_at": file.uploaded_at}
    assert refusal(lambda: DocumentFile.objects.create(key="k", **again)) == "documentfile_one_under_way"


def test_a_reading_is_written_once_a_day_and_never_changed(cast: Cast) -> None:
    file = documents.shelved(documents.opened(cast), cast.officer)
    row = {"file": file, "reader": cast.expert, "day": "2031-06-02", "read_at": file.uploaded_at}
    FileReading.objects.create(form="pages", **row)
    assert refusal(lambda: FileReading.objects.create(form="pages", **row)) == "filereading_once_a_day"
    assert refusal(lambda: FileReading.objects.create(form="aloud", **row)) == "filereading_form_known"
    for change in (
        lambda: FileReading.objects.update(form="file"),
        lambda: FileReading.objects.all().delete(),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            change()


def test_every_constraint_has_a_case() -> None:
    kinds = (models.CheckConstraint, models.UniqueConstraint)
    rows = apps.get_app_config("documents").get_models()
    named = {each.name for model in rows for each in model._meta.constraints if isinstance(each, kinds)}
    assert named == TESTED_ELSEWHERE | {name for _change, name in REFUSED}
