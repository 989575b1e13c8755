"""Profile -> vector. Every component of a score is a named slice of one vector.

Each slice is scaled by the root of its weight on both sides, so the score of a pair is one inner product and
its explanation is the same sum, slice by slice. Neither side looks at the other. Pure: no Django, no clock.

The formulas of the slices made here, for a challenge c and a startup s, before weight and spread; those of fields,
cooperation, size, stage, language, country and advice stand in `tags.py`:

    need_e5, need_use        <n(c), o(s)>   n: the need with a line of what the firm does; o: all that the pitch offers
    partner_e5, partner_use  <p(c), q(s)>   p: the firm's strengths and business; q: the partner that s looks for
        each a text t of a kind k in one encoder e as (e(t) - m_k) / |e(t) - m_k|, m_k the mean of its kind: a cosine
    capability               <t(c), t(s)>   t: tags g and half their groups' sums, as [g, g M / 2] / |[g, g M / 2]|
        g(c) = r(a_ja) / max r + 1/2 [an alias occurs]            r: the 4 nearest glosses less the fifth
        g(s) = idf (sqrt(min(hits, 2)) + 0.6 r(a_en) / max r (1 + sure) / 2)     r: the 8 nearest less the ninth
        or, where a side has confirmed its capabilities, 1 for each of them (times idf for s)

"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matchmaking.matches.engine.embedding import (
    ENCODERS,
    Cache,
    Encoder,
    Job,
    Matrix,
    Progress,
    Role,
    clean_text,
    embed_missing,
    vector_of,
)
from matchmaking.matches.engine.policy import SLICES, Policy, Vocabulary
from matchmaking.matches.engine.tags import Block, Ids, Known, company_blocks, startup_blocks, tag_sizes, unit
from matchmaking.matches.engine.thesaurus import Thesaurus

Fine = NDArray[np.float64]

BUSINESS_LINE = 120  # characters of the firm's business that go with its need
# Method T1 of the capability tags, as measured on development needs; see `_need_tags` and `_offer_tags`.
NEED_BEST, NEED_ALIAS = 4, 0.5
OFFER_BEST, OFFER_GLOSS, OFFER_HITS = 8, 0.6, 2
OFFER_WEAK, OFFER_SURE = 1.5, 3.5
GROUP_SHARE = 0.5


@dataclass(frozen=True)
class CompanySide:
    """One challenge of a firm, with what the firm is.

    capabilities: None = guess; () = the firm said none fits. least_readiness: the lowest technology readiness
    level the firm can work with, if it says. countries: those it prefers.
    """

    need_text: str
    business_text: str = ""
    strengths: str = ""
    fields: Ids = ()
    sub_fields: Ids = ()
    modes: Ids = ()
    budget: str = ""
    least_readiness: int | None = None
    languages: Ids = ()
    countries: Ids = ()
    capabilities: Ids | None = None

    @property
    def asking(self) -> str:
        """The need with one line of what the firm does."""
        return first_sentence(self.business_text) + self.need_text if self.need_text.strip() else ""

    @property
    def strength(self) -> str:
        return " ".join(text for text in (self.strengths, self.business_text) if text)


@dataclass(frozen=True)
class StartupSide:
    """What a startup says of itself, and what experts say of it.

    capabilities: None = guess; () = the startup said none fits. amount: US dollars sought. ratings: 1 to 5, one of
    each expert whose advice stands.
    """

    one_liner: str = ""
    problem: str = ""
    solution: str = ""
    customers: str = ""
    edge: str = ""
    partner_sought: str = ""
    fields: Ids = ()
    sub_fields: Ids = ()
    modes: Ids = ()
    amount: int | None = None
    readiness: int | None = None
    stage: str = ""
    languages: Ids = ()
    country: str = ""
    capabilities: Ids | None = None
    ratings: tuple[int, ...] = ()

    @property
    def offer(self) -> str:
        parts = (self.one_liner, self.problem, self.solution, self.customers, self.edge)
        return " ".join(part for part in parts if part)


Side = CompanySide | StartupSide


@dataclass(frozen=True)
class Layout:
    """Where each slice lies in a vector."""

    sizes: tuple[int, ...]

    @cached_property
    def bounds(self) -> dict[str, slice]:
        ends = np.cumsum(self.sizes).tolist()
        return {
            name: slice(end - size, end) for name, size, end in zip(SLICES, self.sizes, ends, strict=True)
        }

    @property
    def width(self) -> int:
        return sum(self.sizes)

    @property
    def starts(self) -> list[int]:
        return [bound.start for bound in self.bounds.values()]


@dataclass(frozen=True)
class Features:
    """matrix: float32 [n, width]; known: bool [n, slices], False where a profile says nothing (its slice is
    average).
    """

    matrix: Matrix
    known: Known


def tag_widths(thesaurus: Thesaurus, words: Vocabulary) -> dict[str, int]:
    return {"capability": len(thesaurus) + len(thesaurus.groups), **tag_sizes(words)}


def layout_of(policy: Policy, thesaurus: Thesaurus) -> Layout:
    sizes = tag_widths(thesaurus, policy.vocabulary)
    centres = policy.calibration.centres
    sizes |= {name: len(centres[f"{kind}_{encoder}"]) for name, kind, encoder in _TEXT_SLICES}
    return Layout(tuple(sizes[name] for name in SLICES))


_TEXT_SLICES = (
    ("need_e5", "need", "e5"),
    ("need_use", "need", "use"),
    ("partner_e5", "strength", "e5"),
    ("partner_use", "strength", "use"),
)


def first_sentence(text: str) -> str:
    """The first sentence in either language, at most `BUSINESS_LINE` characters."""
    stripped = text.strip()
    found = re.match(r".*?(?:[。！？]|[.!?](?=\s|$)|$)", stripped, re.DOTALL)
    return (found.group(0) if found else stripped)[:BUSINESS_LINE]


def company_jobs(sides: Iterable[CompanySide]) -> list[Job]:
    """The (role, text) pairs each encoder has to embed before `Featurizer.companies` can be called."""
    return [
        job
        for side in sides
        for job in (("query", side.asking), ("query", side.need_text), ("passage", side.strength))
        if clean_text(job[1])
    ]


def startup_jobs(sides: Iterable[StartupSide]) -> list[Job]:
    return [
        job
        for side in sides
        for job in (("passage", side.offer), ("query", side.partner_sought))
        if clean_text(job[1])
    ]


def thesaurus_jobs(thesaurus: Thesaurus) -> list[Job]:
    needs: list[Job] = [("query", text) for text in thesaurus.glosses("ja")]
    return needs + [("passage", text) for text in thesaurus.glosses("en")]


def embed_all(
    jobs: Sequence[Job],
    cache: Cache,
    encoders: Mapping[str, Encoder] = ENCODERS,
    progress: Progress | None = None,
) -> int:
    """Embed with every encoder what the cache lacks; return how many vectors were computed."""
    return sum(embed_missing(encoder, jobs, cache, progress=progress) for encoder in encoders.values())


def stack(encoder: Encoder, role: Role, texts: Sequence[str], cache: Cache) -> Block:
    """Vectors of n texts, float32 [n, dimensions], and which texts have one; the others' rows are zero."""
    rows = np.zeros((len(texts), encoder.dimensions), dtype=np.float32)
    known = np.zeros(len(texts), dtype=bool)
    for index, text in enumerate(texts):
        vector = vector_of(encoder, role, text, cache)
        if vector is not None:
            rows[index], known[index] = vector, True
    return rows, known


@dataclass(frozen=True)
class Glosses:
    """For each encoder float32 [capabilities, dimensions]: centred glosses of unit length, in both languages."""

    ja: Mapping[str, Matrix]
    en: Mapping[str, Matrix]


def glosses_of(thesaurus: Thesaurus, cache: Cache, encoders: Mapping[str, Encoder] = ENCODERS) -> Glosses:
    """What texts are compared with under this edition; every gloss must be in `cache` already (else KeyError)."""

    def centred(encoder: Encoder, role: Role, glosses: Sequence[str]) -> Matrix:
        rows, _ = stack(encoder, role, glosses, cache)
        return unit(rows - rows.mean(axis=0))

    return Glosses(
        {key: centred(each, "query", thesaurus.glosses("ja")) for key, each in encoders.items()},
        {key: centred(each, "passage", thesaurus.glosses("en")) for key, each in encoders.items()},
    )


class Featurizer:
    """Makes vectors under one policy. Every text must be in `cache` already, and every gloss unless `glosses` are
    given (else KeyError).
    """

    def __init__(
        self,
        policy: Policy,
        thesaurus: Thesaurus,
        cache: Cache,
        encoders: Mapping[str, Encoder] = ENCODERS,
        glosses: Glosses | None = None,
    ) -> None:
        self.policy = policy
        self.thesaurus = thesaurus
        self.layout = layout_of(policy, thesaurus)
        self._cache = cache
        self._encoders = encoders
        self._given = glosses
        if len(policy.calibration.idf) != len(thesaurus):
            raise ValueError("the policy was calibrated for another edition of the capability thesaurus")

    def companies(self, sides: Sequence[CompanySide]) -> Features:
        """One row for each challenge: matrix float32 [n, width], known bool [n, slices]; the formulas stand above."""
        asking, strength = [side.asking for side in sides], [side.strength for side in sides]
        blocks = {
            **{f"need_{key}": self._centred("need", key, "query", asking) for key in self._encoders},
            **{
                f"partner_{key}": self._centred("strength", key, "passage", strength)
                for key in self._encoders
            },
            "capability": self._tags(self.need_tags(sides)),
            **company_blocks(sides, self.policy.vocabulary),
        }
        return self._assembled("company", blocks)

    def startups(self, sides: Sequence[StartupSide]) -> Features:
        """One row for each startup: matrix float32 [n, width], known bool [n, slices]; the formulas stand above."""
        offers, sought = [side.offer for side in sides], [side.partner_sought for side in sides]
        blocks = {
            **{f"need_{key}": self._centred("offer", key, "passage", offers) for key in self._encoders},
            **{f"partner_{key}": self._centred("sought", key, "query", sought) for key in self._encoders},
            "capability": self._tags(self.offer_tags(sides)),
            **startup_blocks(sides, self.policy.vocabulary),
        }
        return self._assembled("startup", blocks)

    def _assembled(self, which: str, blocks: dict[str, Block]) -> Features:
        scaled = [
            self._filled(name, which, *blocks[name]) * np.float32(self.policy.factor(name)) for name in SLICES
        ]
        known = np.column_stack([blocks[name][1] for name in SLICES]).reshape(-1, len(SLICES))
        return Features(np.ascontiguousarray(np.hstack(scaled), dtype=np.float32), known)

    def _filled(self, name: str, which: str, rows: Matrix, known: Known) -> Matrix:
        """Average tags where a profile says nothing, so that silence is neither punished nor rewarded.

        Text slices are centred, and so are wishes for countries and advice: there, zero is the average already.
        """
        average = self.policy.calibration.averages.get(f"{name}_{which}")
        if average is None:
            return rows
        return np.where(known[:, None], rows, np.array(average, dtype=np.float32))

    def _centred(self, kind: str, key: str, role: Role, texts: Sequence[str]) -> Block:
        """(e(t) - m_k) / |e(t) - m_k| of n texts, float32 [n, dimensions]; m_k is the mean of their kind of text:
        without it, some texts are near to everything.
        """
        rows, known = stack(self._encoders[key], role, texts, self._cache)
        centre = np.array(self.policy.calibration.centres[f"{kind}_{key}"], dtype=np.float32)
        return unit((rows - centre) * known[:, None]), known

    def need_tags(self, sides: Sequence[CompanySide]) -> Matrix:
        """[n, capabilities]: what each need asks for.

        The nearest Japanese glosses less the next one, scaled to a maximum of 1, and a half for an alias that
        occurs.
        """
        needs = [side.need_text for side in sides]
        near = self.need_nearness(needs)
        hits = self.thesaurus.alias_hits(needs, "ja") > 0
        return self._confirmed(sides, _scaled(_best(near, NEED_BEST)) + NEED_ALIAS * hits)

    def need_nearness(self, needs: Sequence[str]) -> Fine:
        """[n, capabilities]: similarity to each Japanese gloss, summed over the encoders."""
        near = [
            _nearness(self._centred("need", key, "query", needs)[0], self._glosses.ja[key])
            for key in self._encoders
        ]
        return np.asarray(sum(near))

    def offer_tags(self, sides: Sequence[StartupSide]) -> Matrix:
        """[n, capabilities]: what each startup offers, rare capabilities counting more.

        The root of the number of English alias hits, and the nearest English glosses, less where the best is
        weak.
        """
        offers = [side.offer for side in sides]
        near = self.gloss_nearness(offers)
        sure = np.clip(
            (near.max(axis=1, keepdims=True, initial=0) - OFFER_WEAK) / (OFFER_SURE - OFFER_WEAK), 0, 1
        )
        hits = np.sqrt(np.minimum(self.thesaurus.alias_hits(offers, "en"), OFFER_HITS))
        guess = hits + OFFER_GLOSS * _scaled(_best(near, OFFER_BEST)) * (0.5 + 0.5 * sure)
        return self._confirmed(sides, guess) * np.array(self.policy.calibration.idf, dtype=np.float32)

    def gloss_nearness(self, offers: Sequence[str]) -> Fine:
        """[n, capabilities]: similarity to each English gloss in standard deviations, averaged."""
        sds = self.policy.calibration.gloss_sds
        near = [similarity / sds[key] for key, similarity in self.gloss_similarities(offers).items()]
        return np.asarray(sum(near) / len(near))

    def gloss_similarities(self, offers: Sequence[str]) -> dict[str, Fine]:
        """For each encoder [n, capabilities]: cosine of centred startup text and English gloss."""
        return {
            key: _nearness(self._centred("offer", key, "passage", offers)[0], self._glosses.en[key])
            for key in self._encoders
        }

    def _confirmed(self, sides: Sequence[Side], guess: Fine) -> Matrix:
        tags = guess.astype(np.float32)
        for index, side in enumerate(sides):
            if self._is_said(side.capabilities):
                tags[index] = self.thesaurus.multi_hot(side.capabilities or ())
        return tags

    def _is_said(self, confirmed: Ids | None) -> bool:
        """Whether a profile chose something, or "none fits"; not if all that it chose has been retired since."""
        return confirmed is not None and (
            not confirmed or any(key in self.thesaurus.positions for key in confirmed)
        )

    def _tags(self, tags: Matrix) -> Block:
        """Capabilities and, at a lower share, their groups; unit length."""
        groups = tags.astype(np.float64) @ self.thesaurus.membership
        rows = unit(np.hstack([tags, GROUP_SHARE * groups]).astype(np.float32))
        return rows, np.asarray(rows.any(axis=1))

    @cached_property
    def _glosses(self) -> Glosses:
        return self._given or glosses_of(self.thesaurus, self._cache, self._encoders)


def _nearness(texts: Matrix, glosses: Matrix) -> Fine:
    """Products in double precision: in single, a profile's would depend on who else is in the batch."""
    return np.asarray(texts.astype(np.float64) @ glosses.T.astype(np.float64))


def _best(near: Fine, count: int) -> Fine:
    """Keep the `count` largest of each row, less the next largest."""
    if near.shape[1] <= count:
        return np.asarray(np.maximum(near, 0))
    threshold = -np.partition(-near, count, axis=1)[:, count : count + 1]
    return np.asarray(np.maximum(near - threshold, 0))


def _scaled(rows: Fine) -> Fine:
    return np.asarray(rows / np.maximum(rows.max(axis=1, keepdims=True, initial=0), 1e-9))
