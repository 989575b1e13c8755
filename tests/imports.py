"""Running the import commands in tests: files from rows, output and exit code, counts of every table."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command

FIRM = {
    "corporate_number": "5070001000715",
    "name": "北浜食品株式会社",
    "name_kana": "キタハマショクヒン",
    "name_en": "Kitahama Foods",
    "prefecture": "新潟県",
    "city": "長岡市",
    "industry": "食料品",
    "employees": "420",
    "capital_million_yen": "310",
    "revenue_band": "10b_50b",
    "website": "https://kitahama.example",
    "languages": "ja;en",
    "fields": "retail;agritech",
    "sub_fields": "payments",
    "modes": "共同開発;出資",
    "business": "米菓を作る。",
    "strengths": "焼成",
    "preferred_countries": "SG;VN",
    "excluded_countries": "US",
    "name_disclosed": "はい",
    "monthly_meeting_limit": "3",
    "challenge_title": "列をなくしたい",
    "challenge_text": "夕方のレジに列ができる。",
    "challenge_field": "retail",
    "challenge_sub_fields": "payments",
    "challenge_modes": "joint_development",
    "challenge_budget_band": "10m_50m",
    "challenge_deadline": "2027-03-31",
}
STARTUP = {
    "external_id": "list-1",
    "name": "Checkoutless",
    "country": "AU",
    "region": "VIC",
    "city": "Melbourne",
    "time_zone": "Australia/Melbourne",
    "founded_year": "2019",
    "stage": "Series A",
    "readiness_level": "8",
    "team_size": "35",
    "fields": "retail",
    "sub_fields": "store_operations",
    "modes": "joint_development",
    "languages": "en;ja",
    "one_liner": "Leave without queueing",
    "problem": "Queues.",
    "solution": "Cameras.",
    "customers": "40 stores.",
    "edge": "No tags.",
    "traction": "USD 2m in 2025.",
    "intellectual_property": "2 patents.",
    "seeks_partner": "A regional chain.",
    "japan_readiness": "A trial in Niigata.",
    "funding_raised_usd": "5000000",
    "speaks_japanese": "business",
    "japan_visit": "November 2026, a fair",
    "sought_on": "2026-03-31",
    "sought_for": "Staff.",
    "funding_sought_usd": "8000000",
    "website": "https://checkoutless.example",
    "video_url": "https://video.example/1",
    "monthly_meeting_limit": "4",
}


def as_csv(path: Path, *rows: dict[str, str]) -> Path:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fieldnames=list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


def run(command: str, path: Path, **options: Any) -> tuple[list[str], list[str], int]:
    """The lines on standard output and on standard error, and the exit code."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command(command, str(path), stdout=out, stderr=err, skip_checks=True, **options)
    except SystemExit as stop:
        code = int(str(stop.code))
    return out.getvalue().splitlines(), err.getvalue().splitlines(), code


def row_counts() -> dict[str, int]:
    """How many rows every table has, those of history, of work to do and of mail too."""
    counted = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    return {model._meta.label: model._default_manager.count() for model in counted}


def difference(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {label: after[label] - count for label, count in before.items() if after[label] != count}
