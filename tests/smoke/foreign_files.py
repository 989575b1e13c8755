"""Lists in the form of the evaluation's files, turned into files that the import commands take.

What a profile needs and those lists lack is filled in plainly, and counted: invented corporate numbers, English as
language, joint development as mode. Nothing of the lists is kept: the files lie in the walk's folder.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matchmaking.core.embedded import PROJECT
from matchmaking.core.enums import CooperationMode, Field, Language, Stage
from matchmaking.core.importing.columns import country_spellings, spellings
from matchmaking.core.texts import folded
from matchmaking.core.zones import default_zone
from matchmaking.sample import corporate_number

LISTS = PROJECT.parent / "shared" / "eval"
FIRMS, STARTUPS = LISTS / "dev.json", LISTS / "pool.json"
SOMEWHERE = "US"  # most of those without a country come from lists of American accelerators
TITLE_LENGTH = 60

Record = dict[str, Any]


@dataclass
class Files:
    """Two files for the import commands, and how often something had to be filled in."""

    firms: Path
    startups: Path
    filled_in: Counter[str] = field(default_factory=Counter)


def are_there() -> bool:
    return FIRMS.exists() and STARTUPS.exists()


def convert(folder: Path) -> Files:
    files = Files(folder / "firms.json", folder / "startups.json")
    firms = [_firm(number, record) for number, record in enumerate(_read(FIRMS))]
    startups = [_startup(number, record, files.filled_in) for number, record in enumerate(_read(STARTUPS))]
    files.firms.write_text(json.dumps(firms, ensure_ascii=False))
    files.startups.write_text(json.dumps(startups, ensure_ascii=False))
    return files


def _read(path: Path) -> list[Record]:
    records: list[Record] = json.loads(path.read_text(encoding="utf-8"))
    return records


def _firm(number: int, record: Record) -> Record:
    modes = _modes(record)
    title = record["text_ja"].partition("。")[0][:TITLE_LENGTH]
    challenge = {
        "title": title,
        "text": record["text_ja"],
        "field": record["fields"][0],
        "modes": modes,
    }
    return {
        "corporate_number": corporate_number(number),
        "name": record["company"],
        "prefecture": record["prefecture"],
        "industry": "other_products",
        "employees": record["employees"],
        "languages": [Language.JAPANESE],
        "fields": record["fields"],
        "modes": modes,
        "preferred_countries": record.get("sim_pref_countries", []),
        "challenges": [challenge],
        "contact": {"name": f"Firm contact {number}", "email": f"contact-{number}@firms.example"},
    }


def _startup(number: int, record: Record, filled_in: Counter[str]) -> Record:
    country = country_spellings().get(folded(record["country"]), "")
    fields = record.get("fields") or record["fields_rule"]
    stage = record.get("stage") or ""
    filled_in["country"] += not country
    filled_in["field"] += not fields
    return {
        "id": record["id"],
        "name": record["name"],
        "country": country or SOMEWHERE,
        "time_zone": default_zone(country or SOMEWHERE) or "UTC",
        "stage": stage if folded(stage) in spellings(Stage) else "",
        "team_size": record.get("team_size") or "",
        "fields": fields or Field.values,  # a startup that says nothing may be of use to anybody
        "modes": _modes(record),
        "languages": [Language.ENGLISH],
        "solution": record["text"],
        "contact": {"name": f"Startup contact {number}", "email": f"contact-{number}@startups.example"},
    }


def _modes(record: Record) -> list[str]:
    """The portal has three; lists know more."""
    known = [mode for mode in record.get("modes") or [] if mode in CooperationMode.values]
    return known or [CooperationMode.JOINT_DEVELOPMENT]
