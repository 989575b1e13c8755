"""Writing a report, delivering it, returning it with remarks, publishing it to the firm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone

from accounts.models import User, members_of
from documents.actions import drop_document, open_document
from matchmaking.core import audit
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed, move
from research.actions.leaving import tell
from research.content import content_of, lacking
from research.enums import CommissionStatus
from research.models import (
    Candidate,
    Commission,
    Conflict,
    Expert,
    MarketFigure,
    ReportDocument,
    ReportRemark,
    ReportSection,
    ReportVersion,
    VersionFile,
)
from startups.models import Startup

MOST_DOCUMENTS = 5  # of one report


class NewerText(Exception):
    """Somebody saved this section since it was read: in another window, say. Nothing was overwritten."""

    def __init__(self, section: ReportSection) -> None:
        self.section = section
        super().__init__(str(section))


class NotComplete(Exception):
    """The report lacks what `missing` names; it was not delivered."""

    def __init__(self, missing: list[str]) -> None:
        self.missing = missing
        super().__init__(", ".join(missing))


class OldVersion(Exception):
    """A newer version was delivered since the one that was read; nothing was decided."""


class AlreadyThere(Exception):
    """The same market and year, or the same startup, stands in the report."""


class TooMany(Exception):
    """A report has as many documents as it may have."""


class InConflict(Exception):
    """The expert has declared a conflict of interest with the startup."""


@transaction.atomic
def save_section(commission: Commission, kind: str, text: str, *, seen: int, by: User) -> ReportSection:
    """Keep a section if nobody has saved it since version `seen` (0 before the first); else raise NewerText."""
    _hold(commission, by)
    rows = ReportSection.objects.filter(commission=commission, kind=kind)
    if seen == 0 or not rows.exists():
        section, is_new = ReportSection.objects.get_or_create(
            commission=commission, kind=kind, defaults={"text": text}
        )
        if not is_new and section.text != text:
            raise NewerText(section)
        return section
    written = rows.filter(version=seen).update(text=text, version=F("version") + 1, saved_at=timezone.now())
    section = rows.get()
    if not written and section.text != text:
        raise NewerText(section)
    return section


def _hold(commission: Commission, by: User) -> None:
    """The expert's own, in writing, and so until the end of the transaction: nothing is added while it is delivered."""
    held = Commission.objects.select_for_update(of=("self",)).get(pk=commission.pk)
    if held.expert_id != by.pk or not held.is_in_writing:
        raise TransitionNotAllowed(held, "written")


@transaction.atomic
def add_figure(commission: Commission, values: Mapping[str, Any], *, by: User) -> MarketFigure:
    """One size of a market; each market has one a year in a currency."""
    _hold(commission, by)
    try:
        with transaction.atomic():
            return MarketFigure.objects.create(commission=commission, **values)
    except IntegrityError as error:
        raise AlreadyThere from error


@transaction.atomic
def add_candidate(commission: Commission, startup: Startup, *, reason: str, by: User) -> Candidate:
    """Name a startup of the portal; not one with which the expert has a conflict of interest."""
    _hold(commission, by)
    if Conflict.objects.filter(expert=by.pk, organisation=startup.pk).exists():
        raise InConflict
    candidate, is_new = Candidate.objects.get_or_create(
        commission=commission, startup=startup, defaults={"reason": reason}
    )
    if not is_new:
        raise AlreadyThere
    return candidate


@transaction.atomic
def add_document(commission: Commission, title: str, *, by: User) -> ReportDocument:
    """A place for a file of the report, which is uploaded on the document's own page. Raises TooMany."""
    _hold(commission, by)
    if commission.documents.count() >= MOST_DOCUMENTS:
        raise TooMany
    startup = commission.match.startup.organisation if commission.match else None
    document = open_document(title, firm=commission.company.organisation, startup=startup, by=by)
    return ReportDocument.objects.create(commission=commission, document=document)


@transaction.atomic
def remove(row: MarketFigure | Candidate | ReportDocument, *, by: User) -> None:
    """Take a figure, a candidate or a document out of the report in writing; delivered versions keep the words.

    The files of a document go with it.
    """
    _hold(row.commission, by)
    if isinstance(row, ReportDocument):
        drop_document(row.document, by=by)
    row.delete()


@transaction.atomic
def deliver(commission: Commission, *, by: User) -> ReportVersion:
    """Hand the report over as it stands: a version of its own that nothing changes any more."""
    _hold(commission, by)
    content = content_of(commission)
    if missing := lacking(content):
        raise NotComplete(missing)
    move(commission, CommissionStatus.DELIVERED, by=by, delivered_at=timezone.now())
    earlier = ReportVersion.objects.filter(commission=commission)
    last = earlier.aggregate(last=Max("number"))["last"] or 0
    version = ReportVersion.objects.create(commission=commission, number=last + 1, content=content, by=by)
    for each in content["documents"]:
        VersionFile.objects.create(version=version, file_id=each["file_id"])
    tell(Event.RESEARCH_DELIVERED, commission, User.objects.officers(), "research:commission")
    return version


@dataclass(frozen=True, slots=True)
class Remark:
    """What to change, at which paragraph of which section, or at which row of which list."""

    kind: str
    paragraph: int
    text: str


@transaction.atomic
def return_report(
    commission: Commission,
    remarks: Iterable[Remark],
    *,
    by: User,
    due: date | None = None,
    read: int | None = None,
) -> None:
    """Give it back to the expert with at least one remark on the version that was delivered last, and a new day.

    `read` is the version that was read, where somebody read one; if another came since, OldVersion is raised.
    """
    version = _read(commission, read)
    remarks = list(remarks)
    if version is None or not remarks:
        raise ValueError("a report is returned with remarks")
    if not expert_is_there(commission):
        raise TransitionNotAllowed(commission, CommissionStatus.RETURNED)
    move(commission, CommissionStatus.RETURNED, by=by, due=due or commission.due)
    for each in remarks:
        ReportRemark.objects.create(
            version=version, kind=each.kind, paragraph=each.paragraph, text=each.text, by=by
        )
    audit.record("reportversion.remarked", version, by=by, list=len(remarks))
    if commission.expert is not None:
        tell(Event.RESEARCH_RETURNED, commission, [commission.expert.user], "research:report")


@transaction.atomic
def publish_report(commission: Commission, *, by: User, read: int | None = None) -> None:
    """The firm reads the version delivered last from now on; the expert's assignment has ended.

    `read` as for `return_report`: nothing is published that nobody has read.
    """
    _read(commission, read)
    move(commission, CommissionStatus.PUBLISHED, by=by, published_at=timezone.now())
    members = members_of(commission.company.organisation)
    tell(Event.RESEARCH_PUBLISHED, commission, members, "research:own_commission")


def expert_is_there(commission: Commission) -> bool:
    """Whether a report can go back to whoever wrote it: they may have left the programme."""
    return Expert.objects.active().filter(pk=commission.expert_id).exists()


def _read(commission: Commission, number: int | None) -> ReportVersion | None:
    """The version delivered last, and no other until the end of the transaction."""
    Commission.objects.select_for_update(of=("self",)).get(pk=commission.pk)
    version = ReportVersion.objects.filter(commission=commission).first()
    if number is not None and version is not None and version.number != number:
        raise OldVersion
    return version
