"""A small thesaurus, a small encoder that needs no model, and a policy calibrated with both."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from matchmaking.matches.engine.calibration import fit_policy
from matchmaking.matches.engine.embedding import Encoder, Matrix, Vector
from matchmaking.matches.engine.features import (
    CompanySide,
    StartupSide,
    company_jobs,
    embed_all,
    startup_jobs,
    thesaurus_jobs,
)
from matchmaking.matches.engine.policy import DEFAULT_VOCABULARY, Policy
from matchmaking.matches.engine.thesaurus import Thesaurus, from_records


class LetterEncoder:
    """A real, if modest, encoder: counts pairs of letters into hashed places. Like texts get like vectors."""

    def __init__(self, name: str, dimensions: int) -> None:
        self.name, self.version, self.dimensions = name, "1", dimensions
        self.calls = 0

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        return self.embed_passages(texts)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        self.calls += 1
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for pair in zip(f" {text}", f"{text} ", strict=True):
                row[
                    hashlib.md5("".join(pair).encode(), usedforsecurity=False).digest()[0] % self.dimensions
                ] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def encoders() -> dict[str, Encoder]:
    return {"e5": LetterEncoder("letters", 24), "use": LetterEncoder("more letters", 32)}


def capability_record(key: str, **changes: Any) -> dict[str, Any]:
    record = {
        "id": key,
        "field": "retail",
        "group": "stores",
        "label_ja": f"{key}の仕組み",
        "label_en": f"{key} system",
        "gloss_ja": f"{key}を減らす",
        "gloss_en": f"reduces {key}",
        "aliases_ja": [key],
        "aliases_en": [key],
    }
    return record | changes


WORDS = (
    "queue",
    "solar",
    "battery",
    "robot",
    "drone",
    "feed",
    "fish",
    "pack",
    "sensor",
    "camera",
    "wheel",
    "charge",
)


def small_thesaurus() -> Thesaurus:
    return from_records([capability_record(word, group=f"group{i % 3}") for i, word in enumerate(WORDS)])


FIELDS = ("retail", "agritech", "mobility")
BUDGETS = DEFAULT_VOCABULARY.budgets
MODES = ("joint_development", "investment", "acquisition")


def company(index: int = 0, **changes: Any) -> CompanySide:
    word = WORDS[index % len(WORDS)]
    values: dict[str, Any] = {
        "need_text": f"we need a {word} for plant {index}",
        "business_text": f"maker of {word} parts. Founded long ago.",
        "strengths": f"forging and {word}",
        "fields": (FIELDS[index % 3],),
        "modes": (MODES[index % 2],),
        "budget": BUDGETS[index % 4],
        "least_readiness": 5 + index % 4,
        "languages": ("ja",) if index % 2 else ("ja", "en"),
        "countries": ("SG",) if index % 3 else ("IN", "VN"),
    }
    return CompanySide(**values | changes)


def startup(index: int = 0, **changes: Any) -> StartupSide:
    word = WORDS[(index * 5) % len(WORDS)]
    values: dict[str, Any] = {
        "one_liner": f"the {word} that learns",
        "solution": f"our {word} unit no {index} works alone",
        "partner_sought": f"a maker of {word} parts",
        "fields": (FIELDS[index % 3],),
        "modes": (MODES[index % 3], MODES[1]),
        "amount": 400_000 * (1 + index % 5),
        "readiness": 4 + index % 5,
        "languages": ("en",),
        "country": ("SG", "IN", "NZ", "IS")[index % 4],
        "ratings": (1 + index % 5,),
    }
    return StartupSide(**values | changes)


class World:
    """Profiles, their vectors and the policy they were calibrated to."""

    def __init__(self, companies: int = 14, startups: int = 24) -> None:
        self.encoders = encoders()
        self.thesaurus = small_thesaurus()
        self.companies = [company(index) for index in range(companies)]
        self.startups = [startup(index) for index in range(startups)]
        self.cache: dict[str, Vector] = {}
        self.embed(self.companies, self.startups)
        self.policy: Policy = self.fit()

    def embed(self, companies: Sequence[CompanySide] = (), startups: Sequence[StartupSide] = ()) -> None:
        jobs = thesaurus_jobs(self.thesaurus) + company_jobs(companies) + startup_jobs(startups)
        embed_all(jobs, self.cache, self.encoders)

    def fit(self, **changes: Any) -> Policy:
        values = {"name": "small", "version": 1, "encoders": self.encoders} | changes
        return fit_policy(self.companies, self.startups, self.thesaurus, self.cache, **values)
