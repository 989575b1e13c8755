"""What a question and an expert's words mean: read by workers, looked up by pages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np

from matchmaking.matches.engine.embedding import E5, Job, Matrix, Role, Vector, text_key
from matchmaking.matches.runs.vectors import StoredVectors, embed
from research.questions import language_of, usual_questions


def reading_of(role: Role, text: str) -> str:
    """Under which key the meaning of a text is kept."""
    return text_key(E5, role, text)


def read(role: Role, text: str) -> None:
    """For workers only: the encoder is loaded into the process. What is known already is not read again."""
    embed([(role, text)], {"e5": E5})


def _compared(question: str, market: str) -> list[str]:
    """The question, and the usual ones of its market that it is compared with."""
    return [question, *usual_questions(market, language_of(question))]


def reading_of_question(question: str, market: str) -> str:
    """What must have been read for it, as one key: another as soon as the words of a template are others."""
    keys = "".join(reading_of("query", each) for each in _compared(question, market))
    return hashlib.sha256(keys.encode()).hexdigest()


def read_question(question: str, market: str) -> None:
    """The question, and those that it is compared with."""
    texts: list[Job] = [("query", each) for each in _compared(question, market)]
    embed(texts, {"e5": E5})


def closeness(question: str, market: str, words: Mapping[int, str]) -> dict[int, float]:
    """For each key the share of the usual questions that lie further from its words than this question does.

    Cosines alone say little: texts of one language are near to each other whatever they are about. Beside the usual
    questions in the same language that is the same for all. Keys of what nobody has read yet are left out.
    """
    asked, *usual = (reading_of("query", each) for each in _compared(question, market))
    keys = {key: reading_of("passage", text) for key, text in words.items() if text}
    stored = StoredVectors()
    stored.fetch([asked, *usual, *keys.values()])
    if any(key not in stored for key in (asked, *usual)):
        return {}
    own, others = stored[asked], np.stack([stored[key] for key in usual])
    return {key: _nearer(own, others, stored[place]) for key, place in keys.items() if place in stored}


def _nearer(own: Vector, others: Matrix, words: Vector) -> float:
    """The question itself may be one of the usual ones: what is as near counts half."""
    here, there = float(own @ words), others @ words
    same = np.isclose(there, here, rtol=0, atol=1e-6)
    return float(np.where(same, 0.5, there < here).mean())
