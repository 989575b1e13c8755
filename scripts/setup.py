"""Make the virtual environment .venv and install the packages, when they are not there yet.

`python3 scripts/setup.py requirements.txt [requirements-dev.txt]`: run by `make`, with whatever Python the machine has.
"""

import hashlib
import importlib.util
import os
import pathlib
import subprocess
import sys
import time

PROJECT = pathlib.Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)


def main(names):
    """Install what the named files list; nothing to do when the same lists were installed before."""
    if sys.version_info < OLDEST:
        stop("Python 3.11 or newer is needed, and this is {}.{}.".format(*sys.version_info[:2]))
    started = time.monotonic()
    files = [PROJECT / name for name in names]
    wanted = hashlib.sha256(b"\n".join(path.read_bytes() for path in files)).hexdigest()
    stamp = VENV / "{}.installed".format(files[-1].stem)
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    if not PYTHON.exists():
        create_environment()
    install(files)
    stamp.write_text(wanted)
    print("Set up in {:.0f} s".format(time.monotonic() - started), flush=True)


def create_environment():
    """Make .venv; without ensurepip (Debian packs it apart) the pip of the system installs into it."""
    print("Making the virtual environment .venv …", flush=True)
    has_ensurepip = importlib.util.find_spec("ensurepip") is not None
    if not has_ensurepip and importlib.util.find_spec("pip") is None:
        stop(
            "This Python has neither ensurepip nor pip: install them (Debian: apt-get install python3-venv)."
        )
    options = [] if has_ensurepip else ["--without-pip"]
    made = subprocess.run([sys.executable, "-m", "venv", *options, str(VENV)], check=False)
    if made.returncode:
        stop("The virtual environment could not be made, see above (Debian: apt-get install python3-venv).")


def install(files):
    """Install with uv, which is quicker; with pip when uv is not to be had or fails."""
    lists = [word for path in files for word in ("--requirement", str(path))]
    print("Installing {} …".format(", ".join(path.name for path in files)), flush=True)
    uv = ["uv", "pip", "install", "--quiet", "--python", str(PYTHON), *lists]
    if succeeds(pip(["install", "--quiet", "uv"]), quiet=True) and succeeds([str(PYTHON), "-m", *uv]):
        return
    print("uv did not work here; pip takes a minute longer …", flush=True)
    if not succeeds(pip(["install", *lists])):
        stop(
            "The packages could not be installed, see above. Is a package index reachable (pip config list)?"
        )


def pip(arguments):
    """A pip command for .venv: its own pip, or that of the system."""
    if (VENV / "bin" / "pip").exists():
        return [str(PYTHON), "-m", "pip", "--disable-pip-version-check", *arguments]
    return [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(PYTHON), *arguments]


def succeeds(command, quiet=False):
    """Run a command; hide what it says when its failure is not the end."""
    output = subprocess.DEVNULL if quiet else None
    environment = dict(os.environ, UV_SYSTEM_CERTS="true")  # as pip: a company's own certificates count
    return subprocess.run(command, stdout=output, stderr=output, env=environment, check=False).returncode == 0


def stop(sentence):
    """End with one sentence instead of a traceback."""
    sys.exit(sentence)


if __name__ == "__main__":
    main(sys.argv[1:])
