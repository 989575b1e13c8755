"""The fences: what lies where, and who may import whom."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps

from accounts.adapter import SECURITY_DEEDS
from accounts.deeds import WORDS

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = [
    "accounts",
    "companies",
    "startups",
    "documents",
    "meetings",
    "research",
    "partnerships",
    "matchmaking/core",
    "matchmaking/matches",
]
WIRING = {
    "__init__.py", "asgi.py", "celery.py", "core", "home.py", "management", "matches", "navigation.py",
    "sample.py", "settings", "tasks.py", "urls.py", "waiting.py", "wsgi.py",
}  # fmt: skip


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)


def test_only_wiring_lies_directly_in_the_project_package() -> None:
    found = {path.name for path in (ROOT / "matchmaking").iterdir() if path.name != "__pycache__"}
    assert found == WIRING


def test_imports_run_downward() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    result = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_files_and_functions_stay_readable() -> None:
    crowded = [
        f"{path.relative_to(ROOT)}: {path.read_text().count(chr(10))} lines"
        for path in sources(*APPS, "benchmarks")
        if path.read_text().count("\n") > 400
    ]
    long = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in sources(*APPS, "benchmarks")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno > 50
    ]
    assert (crowded, long) == ([], [])


def test_only_the_ledger_sends_work_to_the_broker() -> None:
    senders = [
        str(path.relative_to(ROOT))
        for path in sources(*APPS)
        if any(word in path.read_text() for word in (".delay(", ".apply_async(", ".send_task("))
    ]
    assert senders == ["matchmaking/core/jobs.py"]


def test_states_change_only_through_the_door() -> None:
    """Nobody assigns to a `status` outside the kernel's `move()`."""
    offenders = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources(*APPS)
        if "core" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Attribute) and target.attr == "status" for target in node.targets)
    ]
    assert offenders == []


def test_no_helper_drawer_is_opened() -> None:
    drawers = [path for path in sources(*APPS) if path.stem in {"utils", "helpers", "common", "misc"}]
    assert drawers == []


def written_out() -> set[str]:
    """Every action that stands as text in a call of `audit.record`."""
    calls = [
        node
        for path in sources(*APPS)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("audit.record", "audit.record_erasure")
    ]
    texts = [part for call in calls for part in ast.walk(call.args[0]) if isinstance(part, ast.Constant)]
    return {str(each.value) for each in texts} - {"."}  # the point in the action that `move()` puts together


def moved_to() -> set[str]:
    """Every action that `move()` can record: each state of each state machine."""
    machines = [model for model in apps.get_models() if "TRANSITIONS" in vars(model)]
    return {f"{model._meta.model_name}.{state}" for model in machines for state in model.TRANSITIONS}


def test_every_action_that_can_be_recorded_has_words_and_no_words_are_left_over() -> None:
    assert (len(written_out()) > 15, len(moved_to()) > 40) == (True, True)
    recorded = written_out() | moved_to() | set(SECURITY_DEEDS.values())
    assert (recorded - set(WORDS), set(WORDS) - recorded) == (set(), set())
