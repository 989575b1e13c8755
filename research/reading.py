"""What a question and an expert's words mean: read by workers, looked up by pages."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from matchmaking.matches.engine.embedding import E5, Role, text_key
from matchmaking.matches.runs.vectors import StoredVectors, embed


def reading_of(role: Role, text: str) -> str:
    """Under which key the meaning of a text is kept."""
    return text_key(E5, role, text)


def read(role: Role, text: str) -> None:
    """For workers only: the encoder is loaded into the process. What is known already is not read again."""
    embed([(role, text)], {"e5": E5})


def closeness(question: str, words: Mapping[int, str]) -> dict[int, float]:
    """Cosines of a question with the words of each key; keys of what nobody has read yet are left out."""
    asked = reading_of("query", question)
    keys = {key: reading_of("passage", text) for key, text in words.items() if text}
    stored = StoredVectors()
    stored.fetch([asked, *keys.values()])
    if asked not in stored:
        return {}
    question_vector = stored[asked]
    return {
        key: float(np.dot(question_vector, stored[place])) for key, place in keys.items() if place in stored
    }
