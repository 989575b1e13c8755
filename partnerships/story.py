"""The story of a partnership: its own deeds, and those of the pair from the first score on."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.deeds import doer_of, told
from accounts.models import User
from documents.models import DocumentFile
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
    url = reverse("partnerships:detail", kwargs={"pk": partnership.pk})
    for deed in told(AuditEvent.objects.filter(_of(partnership))):
        text = _("%(what)s: %(which)s") % {"what": deed.what, "which": partnership.get_mode_display()}
        kept_back = deed.event.action in OFFICE_NOTES and not user.is_officer
        yield Happening(deed.event.at, text, doer_of(deed.event), "" if kept_back else deed.note, url)


def _of(partnership: Partnership) -> Q:
    """The audit rows of the partnership and of everything that hangs on it."""
    rows = Q(target_type=Partnership._meta.label_lower, target_id=str(partnership.pk))
    for model in RECORDS:
        keys = [
            str(key)
            for key in model._default_manager.filter(partnership=partnership).values_list("pk", flat=True)
        ]
        rows |= Q(target_type=model._meta.label_lower, target_id__in=keys)
    return rows | _of_files(partnership)


def _of_files(partnership: Partnership) -> Q:
    files = DocumentFile.objects.filter(document__paper__partnership=partnership)
    keys = [str(key) for key in files.values_list("pk", flat=True)]
    return Q(target_type=DocumentFile._meta.label_lower, target_id__in=keys, action__in=FILE_DEEDS)
