"""The capability thesaurus: what a need can ask for and a startup can offer, named in both languages.

It is the pivot between the languages: a need is compared with Japanese glosses, a startup with English ones,
and the capability they share is the explanation. Pure: no Django.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

LanguageCode = Literal["ja", "en"]
DEFAULT_PATH = Path(__file__).parent.parent / "data" / "capabilities.json"
REMEMBERED = 4_096  # texts whose alias hits are kept
# Before what English wordings begin, and how letters are compared.
READ: dict[LanguageCode, tuple[str, re.RegexFlag]] = {
    "ja": ("", re.NOFLAG),
    "en": (r"(?<![a-z])", re.IGNORECASE),
}
_NEVER = re.compile(r"(?!)")


class ThesaurusError(ValueError):
    """The thesaurus cannot be used; the message names the capability and what is wrong with it."""


@dataclass(frozen=True)
class Capability:
    """One thing a startup can do for a firm; `field` is a priority field or "cross" for all of them."""

    id: str
    field: str
    group: str
    label_ja: str
    label_en: str
    gloss_ja: str
    gloss_en: str
    aliases_ja: tuple[str, ...]
    aliases_en: tuple[str, ...]

    def label(self, language: LanguageCode) -> str:
        return self.label_ja if language == "ja" else self.label_en

    def gloss(self, language: LanguageCode) -> str:
        """Label and gloss as one text, the way it is embedded."""
        if language == "ja":
            return f"{self.label_ja}。{self.gloss_ja}"
        return f"{self.label_en}. {self.gloss_en}"


@dataclass(frozen=True)
class Thesaurus:
    """Capabilities in a fixed order; positions in every array of the engine follow it.

    `merged` says what has become of ids of former editions: profiles and matches may still name them.
    """

    capabilities: tuple[Capability, ...]
    merged: tuple[tuple[str, str], ...] = ()

    def __len__(self) -> int:
        return len(self.capabilities)

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each id stands; an id that was merged stands where its successor does."""
        own = {capability.id: index for index, capability in enumerate(self.capabilities)}
        return {old: own[new] for old, new in self.merged if new in own} | own

    @cached_property
    def groups(self) -> tuple[str, ...]:
        return tuple(sorted({capability.group for capability in self.capabilities}))

    @cached_property
    def membership(self) -> NDArray[np.float32]:
        """[capabilities, groups], 1 where a capability belongs to a group."""
        rows = [[float(item.group == group) for group in self.groups] for item in self.capabilities]
        return np.array(rows, dtype=np.float32).reshape(len(self), len(self.groups))

    @cached_property
    def version(self) -> str:
        """Changes whenever anything does that can change a score."""
        records: list[Any] = [vars(item) for item in self.capabilities]
        if self.merged:
            records.append(dict(self.merged))
        content = json.dumps(records, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    @cached_property
    def _patterns(self) -> dict[LanguageCode, tuple[re.Pattern[str], ...]]:
        return {
            "ja": tuple(_compile(item, item.aliases_ja, "ja") for item in self.capabilities),
            "en": tuple(_compile(item, item.aliases_en, "en") for item in self.capabilities),
        }

    @staticmethod
    def wording(wording: str, language: LanguageCode) -> re.Pattern[str]:
        """What finds one wording."""
        prefix, flags = READ[language]
        return re.compile(f"{prefix}(?:{wording})", flags)

    def patterns(self, language: LanguageCode) -> tuple[re.Pattern[str], ...]:
        """What finds the wordings of each capability, in their order."""
        return self._patterns[language]

    def glosses(self, language: LanguageCode) -> list[str]:
        return [capability.gloss(language) for capability in self.capabilities]

    def labels(self, ids: Iterable[str], language: LanguageCode) -> list[str]:
        """Labels in the order of `ids`, each once; ids that an edition of the thesaurus dropped are left out."""
        known = dict.fromkeys(self.positions.get(key) for key in ids)
        return [self.capabilities[index].label(language) for index in known if index is not None]

    def alias_hits(self, texts: Sequence[str], language: LanguageCode) -> NDArray[np.float32]:
        """[texts, capabilities]: how many different phrases of a text match an alias of the capability."""
        rows = [self._hits_of(text, language) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), len(self))

    @cached_property
    def _hits_of(self) -> Callable[[str, LanguageCode], tuple[int, ...]]:
        """Hits of one text; remembered, because a text costs milliseconds and comes back within a pass."""

        def count(text: str, language: LanguageCode) -> tuple[int, ...]:
            patterns = self._patterns[language]
            return tuple(len({found.group(0).lower() for found in each.finditer(text)}) for each in patterns)

        return lru_cache(maxsize=REMEMBERED)(count)

    def multi_hot(self, ids: Iterable[str]) -> NDArray[np.float32]:
        """[capabilities]: 1 for each known id."""
        row = np.zeros(len(self), dtype=np.float32)
        row[[self.positions[key] for key in ids if key in self.positions]] = 1
        return row


def _compile(item: Capability, aliases: tuple[str, ...], language: LanguageCode) -> re.Pattern[str]:
    if not aliases:
        return _NEVER
    joined = "|".join(f"(?:{alias})" for alias in aliases)
    try:
        return Thesaurus.wording(joined, language)
    except re.error as error:
        raise ThesaurusError(f"{item.id}: alias pattern cannot be compiled: {error}") from error


def from_records(records: Sequence[dict[str, Any]], merged: Mapping[str, str] | None = None) -> Thesaurus:
    """Build a thesaurus from plain records; raises ThesaurusError for a missing key or a repeated id."""
    capabilities = tuple(_capability(record) for record in records)
    ids = [item.id for item in capabilities]
    repeated = sorted({key for key in ids if ids.count(key) > 1})
    if repeated:
        raise ThesaurusError(f"repeated ids: {', '.join(repeated)}")
    thesaurus = Thesaurus(capabilities, tuple(sorted((merged or {}).items())))
    _ = thesaurus._patterns  # a pattern that cannot be compiled is found here, not in the middle of a pass
    return thesaurus


def _capability(record: dict[str, Any]) -> Capability:
    lists = ("aliases_ja", "aliases_en")
    names = [name for name in Capability.__dataclass_fields__ if name not in lists]
    missing = [name for name in names if not isinstance(record.get(name), str) or not record[name]]
    if missing:
        raise ThesaurusError(f"{record.get('id', '?')}: missing {', '.join(missing)}")
    texts = {name: record[name] for name in names}
    aliases_ja, aliases_en = (tuple(record.get(name) or ()) for name in lists)
    return Capability(**texts, aliases_ja=aliases_ja, aliases_en=aliases_en)


def load_thesaurus(path: Path = DEFAULT_PATH) -> Thesaurus:
    return from_records(json.loads(path.read_text(encoding="utf-8")))
