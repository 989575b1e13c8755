"""What a startup agrees to before it is sent in: the terms, who in Japan sees its profile, and that data goes there.

Which law is told of depends on where the startup is, so a startup that moves is asked again.
"""

from __future__ import annotations

from pathlib import Path

from accounts.consents import Wording, read_texts
from accounts.enums import ConsentSubject

TEXTS = Path(__file__).parent / "data" / "agreement_texts.json"


def agreement(country: str, language: str) -> list[Wording]:
    """Everything that a startup in `country` (ISO 3166-1 alpha-2) is asked, in "ja" or "en"."""
    texts = read_texts(TEXTS)
    version = str(texts["version"])
    return [
        Wording(ConsentSubject.TERMS, version, language, texts["terms"][language]),
        Wording(ConsentSubject.DISCLOSURE, version, language, texts["disclosure"][language]),
        Wording(ConsentSubject.TRANSFER, version, language, _transfer(country, language), country=country),
    ]


def _transfer(country: str, language: str) -> str:
    texts = read_texts(TEXTS)
    key = "GDPR" if country in texts["gdpr_countries"] else country
    law = texts["transfer"].get(key, texts["transfer"]["other"])[language]
    return f"{law}\n\n{texts['measures'][language]}"
