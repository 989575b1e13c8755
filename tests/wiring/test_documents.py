"""What the documents say about the program is true."""

from __future__ import annotations

import re
from pathlib import Path

from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def documented_states() -> dict[str, dict[str, frozenset[str]]]:
    """model label -> state -> targets, as docs/states.md tells."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for line in (ROOT / "docs/states.md").read_text().splitlines():
        if line.startswith("## "):
            table = found.setdefault(line[3:].lower(), {})
        elif match := re.fullmatch(r"\| (?!from )(\w+) \| ([\w, ]+) \|", line):
            table[match[1]] = frozenset(match[2].split(", "))
    return found


def test_the_page_of_states_tells_what_the_tables_hold() -> None:
    tables = {
        model._meta.label_lower: {str(state): frozenset(map(str, to)) for state, to in table.items() if to}
        for model in apps.get_models()
        if (table := getattr(model, "TRANSITIONS", None))
    }
    assert documented_states() == tables


def test_every_link_of_the_documents_leads_to_a_file() -> None:
    documents = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    dead = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text())
        if not target.startswith(("http", "mailto")) and not (document.parent / target).exists()
    ]
    assert dead == []


def test_the_readme_is_short_and_names_commands_that_exist() -> None:
    text = (ROOT / "README.md").read_text()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"make ([a-z]+)", text))
    assert text.count("\n") < 120
    assert named - targets == set()


def test_every_setting_of_the_environment_is_explained() -> None:
    """What base.py reads stands in .env.example, and nothing else does but what `make run` reads."""
    source = (ROOT / "matchmaking/settings/base.py").read_text()
    read = set(re.findall(r"""env\.\w+\(\s*["'](\w+)["']""", source))
    explained = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert explained - read <= {"PORT", "HOST"}
    assert read - explained == set()
