"""`scripts/setup.py`: it must run, and say what is wrong, on whatever Python a machine has."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = ROOT / "scripts" / "setup.py"


@pytest.fixture
def setup(tmp_path: Path) -> ModuleType:
    """The script, for a project of its own."""
    spec = importlib.util.spec_from_file_location("portal_setup", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.PROJECT = tmp_path
    module.VENV = tmp_path / ".venv"
    module.PYTHON = module.VENV / "bin" / "python"
    return module


def pretend_installed(setup: ModuleType, *names: str) -> Path:
    """What an earlier run left: a Python, and the stamp of the lists it installed."""
    setup.PYTHON.parent.mkdir(parents=True)
    setup.PYTHON.symlink_to(sys.executable)
    lists = b"\n".join((setup.PROJECT / name).read_bytes() for name in names)
    stamp = setup.VENV / f"{Path(names[-1]).stem}.installed"
    stamp.write_text(hashlib.sha256(lists).hexdigest())
    return stamp


def test_a_python_that_is_too_old_is_told_in_one_sentence(setup: ModuleType) -> None:
    setup.OLDEST = (99, 0)
    with pytest.raises(SystemExit) as end:
        setup.main(["requirements.txt"])
    assert str(end.value).startswith("Python 3.11 or newer is needed, and this is ")


def test_an_old_python_can_read_it_at_all() -> None:
    """No syntax newer than Python 3.6, so that the sentence above is reached."""
    tree = ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 6))
    newer = (
        (ast.NamedExpr, ast.JoinedStr, ast.Match) if hasattr(ast, "Match") else (ast.NamedExpr, ast.JoinedStr)
    )
    assert [type(node).__name__ for node in ast.walk(tree) if isinstance(node, newer)] == []
    annotated = [n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.returns is not None]
    assert annotated == []


def test_it_needs_nothing_that_is_not_in_every_python() -> None:
    tree = ast.parse(SCRIPT.read_text("utf-8"))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert {name.split(".")[0] for name in imported} <= set(sys.stdlib_module_names)


def test_what_is_installed_already_is_left_alone(
    setup: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    (setup.PROJECT / "requirements.txt").write_text("django\n")
    stamp = pretend_installed(setup, "requirements.txt")
    before = stamp.stat().st_mtime_ns
    setup.main(["requirements.txt"])
    assert (capsys.readouterr().out, stamp.stat().st_mtime_ns) == ("", before)


@pytest.mark.parametrize("missing", ["list changed", "never installed"])
def test_a_list_that_cannot_be_installed_is_told_and_not_taken_for_done(
    missing: str, setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The list names a folder that is not there, and pip may ask no index: nothing goes to the network."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    (setup.PROJECT / "requirements.txt").write_text("")
    stamp = pretend_installed(setup, "requirements.txt")
    before = stamp.read_text()
    if missing == "never installed":
        stamp.unlink()
    (setup.PROJECT / "requirements.txt").write_text("./no-such-package\n")
    with pytest.raises(SystemExit) as end:
        setup.main(["requirements.txt"])
    assert "could not be installed" in str(end.value)
    assert "Installing requirements.txt …" in capfd.readouterr().out
    assert (stamp.read_text() if stamp.exists() else None) == (before if missing == "list changed" else None)


def test_the_stamp_of_tools_covers_both_lists(setup: ModuleType) -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        (setup.PROJECT / name).write_text(name)
    pretend_installed(setup, "requirements.txt", "requirements-dev.txt")
    setup.main(["requirements.txt", "requirements-dev.txt"])


def test_commands_go_to_the_new_environment_whoever_has_pip(setup: ModuleType) -> None:
    outside = setup.pip(["install", "x"])
    assert (outside[0], outside[-4:]) == (sys.executable, ["--python", str(setup.PYTHON), "install", "x"])
    (setup.VENV / "bin").mkdir(parents=True)
    (setup.VENV / "bin" / "pip").touch()
    assert setup.pip(["install", "x"])[0] == str(setup.PYTHON)


@pytest.mark.parametrize(("code", "succeeded"), [(0, True), (3, False)])
def test_success_is_the_exit_code(setup: ModuleType, code: int, succeeded: bool) -> None:
    assert setup.succeeds([sys.executable, "-c", f"raise SystemExit({code})"], quiet=True) is succeeded


def test_the_lists_name_exact_versions() -> None:
    """So that two machines run the same portal."""
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = [line.split("#")[0].strip() for line in (ROOT / name).read_text("utf-8").splitlines()]
        loose = [
            line
            for line in lines
            if line and not line.startswith("-") and "==" not in line and " @ " not in line
        ]
        assert loose == []


def test_it_runs_with_nothing_to_do_as_make_calls_it(tmp_path: Path) -> None:
    folder = tmp_path / "scripts"
    folder.mkdir()
    (folder / "setup.py").write_text(SCRIPT.read_text("utf-8"), "utf-8")
    (tmp_path / "requirements.txt").write_text("")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (tmp_path / ".venv" / "requirements.installed").write_text(hashlib.sha256(b"").hexdigest())
    done = subprocess.run(
        [sys.executable, "scripts/setup.py", "requirements.txt"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
