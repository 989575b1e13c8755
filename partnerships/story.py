"""The story of a partnership: its own deeds, and those of the pair from the first score on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.deeds import doer_of, told
from accounts.models import User
from documents.models import DocumentFile
from matchmaking.core.currencies import money
from matchmaking.core.models import AuditEvent
from matchmaking.matches.enums import Side
from matchmaking.matches.explaining import story
from matchmaking.matches.explaining.story import Happening
from matchmaking.matches.models import Match
from partnerships.actions.records import side_of
from partnerships.models import Amount, FollowUp, GateCheck, NextStep, Paper, Partnership, SupportMeasure

RECORDS = (NextStep, Paper, Amount, SupportMeasure, GateCheck, FollowUp)
# Why staff ask again may tell what the other side has answered.
OFFICE_NOTES = ("followup.asked",)
FILE_DEEDS = (
    "documentfile.received",
    "documentfile.deleted",
)  # what people do; the steps between are the portal's


def story_of(partnership: Partnership, user: User) -> list[Happening]:
    """Newest first: for each reader what the pair's page tells them, and all that was recorded here.

    A pair that was entered by staff may have got its score since.
    """
    pair = partnership.match or _scored(partnership)
    if pair is not None:
        return story.story_of(pair, Side(side_of(user)), user)
    return sorted(_happenings(partnership, user), key=lambda each: each.at, reverse=True)


def _scored(partnership: Partnership) -> Match | None:
    return Match.objects.filter(company=partnership.company_id, startup=partnership.startup_id).first()


def tell_partnerships(match: Match, user: User) -> Iterator[Happening]:
    """For the pair's page: whoever may see a partnership of the two may read what was recorded about it."""
    for partnership in Partnership.objects.visible_to(user).filter(
        company_id=match.company_id, startup_id=match.startup_id
    ):
        yield from _happenings(partnership, user)


def _happenings(partnership: Partnership, user: User) -> Iterator[Happening]:
    """Of a stage the kind of cooperation is told, as a pair may have several; of a record what it is."""
    url = reverse("partnerships:detail", kwargs={"pk": partnership.pk})
    named = _named(partnership)
    wanted = Q()
    for label, names in named.items():
        wanted |= Q(target_type=label, target_id__in=names)
    of_files = Q(target_type=DocumentFile._meta.label_lower) & ~Q(action__in=FILE_DEEDS)
    for deed in told(AuditEvent.objects.filter(wanted & ~of_files)):
        which = named[deed.event.target_type][deed.event.target_id]
        text = _("%(what)s: %(which)s") % {"what": deed.what, "which": which}
        kept_back = deed.event.action in OFFICE_NOTES and not user.is_officer
        yield Happening(deed.event.at, text, doer_of(deed.event), "" if kept_back else deed.note, url)


def _named(partnership: Partnership) -> dict[str, dict[str, str]]:
    """Of the partnership and of everything that hangs on it, by model and key, what the page calls it."""
    found = {Partnership._meta.label_lower: {str(partnership.pk): str(partnership.get_mode_display())}}
    for model in RECORDS:
        rows: Any = model._default_manager.filter(partnership=partnership)
        rows = rows.select_related("rule") if model is GateCheck else rows
        found[model._meta.label_lower] = {str(each.pk): _name_of(each) for each in rows}
    files = DocumentFile.objects.filter(document__paper__partnership=partnership)
    names = {str(each.pk): _name_of(each.document.paper) for each in files.select_related("document__paper")}
    return found | {DocumentFile._meta.label_lower: names}


def _name_of(row: Any) -> str:
    """In the reader's language."""
    if isinstance(row, Amount):
        about = {"what": row.get_kind_display(), "amount": money(row.amount, row.currency)}
        return _("%(what)s, %(amount)s") % about
    if isinstance(row, GateCheck):
        return row.rule.title
    if isinstance(row, FollowUp):
        return row.period
    return str(row)
