"""What this app holds: documents of reports and partnerships, their files, and who was given them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from accounts.erasure.holdings import Holder, Holding, Loss
from accounts.models import Organisation, User
from documents import actions
from documents.models import Document, DocumentFile, DocumentQuerySet, FileReading

OF_FILE = ("document__firm", "document__startup")


class DocumentsHolder(Holder):
    app = "documents"
    holdings: Sequence[Holding] = (
        Holding(
            FileReading,
            organisation=("file__document__firm", "file__document__startup", "organisation"),
            person=("reader",),
            keeps=("form",),
        ),
        Holding(
            DocumentFile,
            organisation=OF_FILE,
            empties=(
                "original_name", "language", "size", "sha256", "pages", "image_width", "image_height", "scanned_by",
            ),
            instead={"key": Concat(Value("erased-"), Cast("pk", CharField()))},
            keeps=("status", "refusal"),
        ),
        Holding(Document, organisation=("firm", "startup"), empties=("title",)),
    )  # fmt: skip

    def losses(self, organisation: Organisation) -> Sequence[Loss]:
        return (Loss(_("Documents"), _of(organisation).count()),)

    def let_go(self, organisation: Organisation, *, by: User | None) -> None:
        for document in _of(organisation):
            actions.erase_document(document, by=by)


def _of(organisation: Organisation) -> DocumentQuerySet:
    return Document.objects.filter(Q(firm=organisation.pk) | Q(startup=organisation.pk))
