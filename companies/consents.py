"""What a firm agrees to before personal data goes abroad (Act on the Protection of Personal Information, art. 28).

For each country: its law, and the measures of who receives the data. How words are asked for and kept is the same for
startups (accounts/consents.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from accounts.consents import Wording, read_texts
from accounts.enums import ConsentSubject

TEXTS = Path(__file__).parent / "data" / "transfer_texts.json"


def version() -> str:
    """The version of the texts in force."""
    return str(read_texts(TEXTS)["version"])


def transfer_text(country: str, language: str) -> str:
    """What is agreed to for a country (ISO 3166-1 alpha-2), in "ja" or "en": the law, then the measures."""
    texts = read_texts(TEXTS)
    law = texts["countries"].get(country, texts["countries"]["other"])["law"][language]
    return f"{law}\n\n{texts['measures'][language]}"


def transfers(countries: Iterable[str], language: str) -> list[Wording]:
    """What the firm is asked for these countries."""
    return [
        Wording(
            ConsentSubject.TRANSFER, version(), language, transfer_text(country, language), country=country
        )
        for country in sorted(set(countries))
    ]
