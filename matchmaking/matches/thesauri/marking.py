"""Where wordings of capabilities occur in a text, and which capabilities it is read to hold. Pure: no Django."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from matchmaking.matches.engine.sentences import language_of, sentences
from matchmaking.matches.engine.thesaurus import Capability, LanguageCode, Thesaurus

Span = tuple[int, int]


@dataclass(frozen=True)
class Hit:
    """A capability of which wordings occur: the phrases as the text has them, each once, and the wordings."""

    capability: Capability
    phrases: tuple[str, ...]
    wordings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unexplained:
    """A sentence in which no wording occurs, and the capability that shares most letters with it, if any does."""

    text: str
    near: Capability | None


@dataclass(frozen=True)
class Piece:
    """A part of a text, and whether a wording stands there."""

    text: str
    is_hit: bool


@dataclass(frozen=True)
class Marked:
    """A text with its hits; the pieces put together are the text again."""

    language: LanguageCode
    pieces: tuple[Piece, ...]
    hits: tuple[Hit, ...]


def marked(text: str, thesaurus: Thesaurus) -> Marked:
    """The text, read in its own language; the capability with most phrases first."""
    language = language_of(text)
    found = {
        capability: [match.span() for match in pattern.finditer(text)]
        for capability, pattern in zip(thesaurus.capabilities, thesaurus.patterns(language), strict=True)
    }
    hits = [
        Hit(each, _phrases(text, spans), _wordings(text, thesaurus, each, language))
        for each, spans in found.items()
        if spans
    ]
    ordered = sorted(hits, key=lambda hit: -len(hit.phrases))
    every = [span for spans in found.values() for span in spans]
    return Marked(language, tuple(_pieces(text, _joined(every))), tuple(ordered))


def _phrases(text: str, spans: Iterable[Span]) -> tuple[str, ...]:
    return tuple({text[start:end].lower(): text[start:end] for start, end in spans}.values())


def _wordings(
    text: str, thesaurus: Thesaurus, capability: Capability, language: LanguageCode
) -> tuple[str, ...]:
    """Those of its wordings that occur, as they are written down."""
    wordings = capability.aliases_ja if language == "ja" else capability.aliases_en
    return tuple(each for each in wordings if thesaurus.wording(each, language).search(text))


def unexplained(text: str, thesaurus: Thesaurus) -> list[Unexplained]:
    """The sentences of a text in which no wording of any capability occurs, in their order."""
    language, found = language_of(text), []
    for sentence in sentences(text):
        if not any(pattern.search(sentence) for pattern in thesaurus.patterns(language)):
            near = _nearest(sentence, thesaurus, language)
            found.append(Unexplained(sentence, near[0] if near else None))
    return found


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Spans that overlap become one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _pieces(text: str, spans: Iterable[Span]) -> Iterable[Piece]:
    at = 0
    for start, end in spans:
        yield from _piece(text[at:start], is_hit=False)
        yield from _piece(text[start:end], is_hit=True)
        at = end
    yield from _piece(text[at:], is_hit=False)


def _piece(text: str, *, is_hit: bool) -> list[Piece]:
    return [Piece(text, is_hit)] if text else []


def likely(text: str, thesaurus: Thesaurus, most: int) -> list[Capability]:
    """Capabilities to suggest for a text, best first, without any language model.

    Those of which a wording occurs; then those whose name and meaning share most pairs of letters (in Japanese), or
    beginnings of words (in English), with the text, rare ones counting more.
    """
    language = language_of(text)
    hits = [hit.capability for hit in marked(text, thesaurus).hits][:most]
    near = _nearest(text, thesaurus, language)
    return list(dict.fromkeys([*hits, *near]))[:most]


def _nearest(text: str, thesaurus: Thesaurus, language: LanguageCode) -> list[Capability]:
    said = _grams(text, language)
    if not said:
        return []
    glosses = [_grams(gloss, language) for gloss in thesaurus.glosses(language)]
    often: dict[str, int] = {}
    for gram in (gram for grams in glosses for gram in grams):
        often[gram] = often.get(gram, 0) + 1
    shares = [sum(1 / often[gram] for gram in grams & said) / max(len(grams), 1) ** 0.5 for grams in glosses]
    order = sorted(range(len(shares)), key=lambda place: -shares[place])
    return [thesaurus.capabilities[place] for place in order if shares[place] > 0]


def _grams(text: str, language: LanguageCode) -> set[str]:
    if language == "en":
        return {word[:6] for word in re.findall(r"[a-z]{4,}", text.lower())}
    runs = re.findall(
        r"[\u30a0-\u30ff\u4e00-\u9fff]{2,}", text
    )  # katakana and kanji: what carries the meaning
    return {run[at : at + 2] for run in runs for at in range(len(run) - 1)}
