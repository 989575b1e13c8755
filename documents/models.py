"""Documents that belong to a report or a partnership, their files, and who has read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from documents import keeping
from matchmaking.core import history
from startups.enums import DECK_TRANSITIONS, UNDER_WAY, DeckStatus, ReadingForm
from startups.models.checked import CheckedFile, CheckedQuerySet

if TYPE_CHECKING:
    from matchmaking.core.transitions import TransitionTable


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: User) -> DocumentQuerySet:
        """Whoever sees what it belongs to: the apps that know say who that is."""
        return self.filter(keeping.readable(user))

    def changeable_by(self, user: User) -> DocumentQuerySet:
        """Whoever may upload, replace and delete its file."""
        return self.filter(keeping.changeable(user))


class Document(models.Model):
    """The place of one document: its files come and go, and pass the gate as decks do.

    `firm` and `startup` are those it is about: when one of them is erased, every file goes.
    """

    title = models.CharField(_("what the document is"), max_length=120, blank=True)
    firm = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", editable=False)
    startup = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", editable=False)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class FileQuerySet(CheckedQuerySet["DocumentFile"]):
    pass


class DocumentFile(CheckedFile):
    """One upload of a document.

    *Received* → *safety check* (virus scanner, gate, rewriting) → *page images* → *in use*; or *refused* with a reason.
    The file in use stays so until a new one has passed: then it is *replaced*. Whoever may change the document may
    delete it. The files of what is over are gone, unless something still refers to them, as a delivered report does.
    """

    TRANSITIONS: ClassVar[TransitionTable] = DECK_TRANSITIONS

    document = models.ForeignKey(Document, models.PROTECT, related_name="files")

    objects = FileQuerySet.as_manager()

    class Meta(CheckedFile.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["document"], condition=Q(status=DeckStatus.READY), name="documentfile_one_in_use"
            ),
            models.UniqueConstraint(
                fields=["document"], condition=Q(status__in=UNDER_WAY), name="documentfile_one_under_way"
            ),
            *CheckedFile.Meta.constraints,
        ]


class FileReading(models.Model):
    """Somebody else than whoever sent it was given pages or the file of a document on one day.

    One row a person, file, form and day, written before it is given and never changed (ADR 0017).
    """

    file = models.ForeignKey(DocumentFile, models.PROTECT, related_name="readings")
    reader = models.ForeignKey(User, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    form = models.CharField(_("what was read"), max_length=5, choices=ReadingForm)
    day = models.DateField(_("day"))
    read_at = models.DateTimeField()

    class Meta:
        ordering = ["-day", "-read_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["file", "reader", "form", "day"], name="filereading_once_a_day"),
            models.CheckConstraint(condition=Q(form__in=ReadingForm.values), name="filereading_form_known"),
        ]
        triggers = [history.empty_only()]

    def __str__(self) -> str:
        return f"{self.reader}: {self.file} ({self.day})"
