"""What a draft of the list of capabilities changes against the edition in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matchmaking.matches.engine.thesaurus import LanguageCode
from matchmaking.matches.enums import CapabilityStatus
from matchmaking.matches.models import CapabilityEntry, ThesaurusVersion
from matchmaking.matches.thesauri.balance import Carriers, carriers
from matchmaking.matches.thesauri.groups import group_name

ADDED, CHANGED, BACK = _("New"), _("Changed"), _("Brought back")
ENDED: dict[str, Promise] = {CapabilityStatus.MERGED: _("Merged"), CapabilityStatus.RETIRED: _("Retired")}
TEXT_NAMES: dict[str, Promise] = {
    "label_ja": _("Name in Japanese"),
    "label_en": _("Name in English"),
    "gloss_ja": _("Meaning in Japanese"),
    "gloss_en": _("Meaning in English"),
}
WORDING_NAMES: dict[str, Promise] = {
    "aliases_ja": _("Wordings in Japanese"),
    "aliases_en": _("Wordings in English"),
}


@dataclass(frozen=True)
class Change:
    """One capability that the draft has otherwise: in a word, in sentences, and who carries it by now."""

    entry: CapabilityEntry
    what: str
    details: list[str]
    carried: Carriers


def changes(before: ThesaurusVersion, after: ThesaurusVersion, language: LanguageCode) -> list[Change]:
    """In the order of the draft."""
    known, entries = {entry.key: entry for entry in before.entries.all()}, list(after.entries.all())
    names, counts = {entry.key: entry.label for entry in entries}, carriers()
    found = ((entry, _what(known.get(entry.key), entry)) for entry in entries)
    return [
        Change(
            entry, str(what), list(_details(known.get(entry.key), entry, names, language)), counts[entry.key]
        )
        for entry, what in found
        if what
    ]


def _what(before: CapabilityEntry | None, after: CapabilityEntry) -> Promise | str:
    if before is None:
        return ADDED
    if (before.status, before.merged_into) != (after.status, after.merged_into):
        return ENDED.get(after.status, BACK)
    return CHANGED if before.content() != after.content() else ""


def _details(
    before: CapabilityEntry | None, after: CapabilityEntry, names: Mapping[str, str], language: LanguageCode
) -> Iterator[str]:
    """Where it went, then every text that reads otherwise; nothing of what a new one says."""
    if after.status == CapabilityStatus.MERGED and (
        before is None or before.merged_into != after.merged_into
    ):
        into = names.get(after.merged_into, after.merged_into)
        yield gettext("Merged into “%(name)s”") % {"name": into}
    if before is None:
        return
    yield from _place(before, after, language)
    for name, label in TEXT_NAMES.items():
        yield from _text(label, getattr(before, name), getattr(after, name))
    for name, label in WORDING_NAMES.items():
        yield from _wordings(label, getattr(before, name), getattr(after, name))


def _place(before: CapabilityEntry, after: CapabilityEntry, language: LanguageCode) -> Iterator[str]:
    yield from _text(_("Field"), before.get_field_display(), after.get_field_display())
    yield from _text(_("Group"), group_name(before.group, language), group_name(after.group, language))


def _text(label: Promise, before: str, after: str) -> Iterator[str]:
    if before != after:
        yield gettext("%(what)s: “%(before)s” becomes “%(after)s”") % {
            "what": label,
            "before": before,
            "after": after,
        }


def _wordings(label: Promise, before: list[str], after: list[str]) -> Iterator[str]:
    added = [each for each in after if each not in before]
    removed = [each for each in before if each not in after]
    if added:
        yield gettext("%(what)s, added: %(wordings)s") % {"what": label, "wordings": " · ".join(added)}
    if removed:
        yield gettext("%(what)s, taken out: %(wordings)s") % {"what": label, "wordings": " · ".join(removed)}
    if before != after and not added and not removed:
        yield gettext("%(what)s: in another order") % {"what": label}
