#!/usr/bin/env python3
"""Set up this checkout and run it: needs Python 3.11 or newer with pip, and nothing else.

    python3 start.py suites [pytest options]   place the calls of suites/ and write the report
    python3 start.py tests [pytest options]    static checks, then the tests of the harness itself
    python3 start.py check                     static checks only: ruff, mypy, import contracts
    python3 start.py setup                     only make .venv, with everything a developer needs

The first run makes .venv and installs what requirements*.lock pin, each file checked by its hash; later runs start at
once. Remove .venv to begin afresh.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
CHECKS = (
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "."),
    ("mypy",),
    ("lint-imports",),
)


def main(arguments: list[str]) -> int:
    """Run one of the verbs above and return its exit code."""
    # Kept readable for older versions, so that they can say what is wrong.
    if sys.version_info < (3, 11):  # noqa: UP036
        return fail(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}. Try: python3.12 start.py …")
    verb, options = (arguments or [""])[0], arguments[1:]
    if verb not in VERBS:
        print(__doc__, file=sys.stderr)
        return 0 if verb in ("-h", "--help") else 2
    install("requirements.lock" if verb == "suites" else "requirements-dev.lock")
    return VERBS[verb](options)


def suites(options: list[str]) -> int:
    """Place the calls of suites/."""
    return run("pytest", "suites/", *options)


def tests(options: list[str]) -> int:
    """Run the static checks, then the tests."""
    return check() or test(options)


def install(lock: str) -> None:
    """Bring .venv to what a lock file pins; does nothing when that was done before."""
    stamp = VENV / f".{lock}"
    wanted = hashlib.sha256((ROOT / lock).read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    say(f"setting up {VENV.name} from {lock}: about a minute and 700 MB, once")
    if not PYTHON.is_file():
        # Without pip, because Debian splits ensurepip off; the pip that runs this installs into the environment.
        must([sys.executable, "-m", "venv", "--without-pip", str(VENV)], "could not make a virtual environment")
    pip = [sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "--disable-pip-version-check", "--quiet"]
    if sys.stdout.isatty():
        pip += ["--progress-bar", "on"]
        pip.remove("--quiet")
    hint = "could not install; pip said why above (no network, no disk space, or a pip older than 22.3?)"
    must([*pip, "--require-hashes", "-r", str(ROOT / lock)], hint)
    must([*pip, "--no-deps", "--editable", str(ROOT)], hint)
    stamp.write_text(wanted)


def check(_options: "list[str] | tuple[str, ...]" = ()) -> int:
    """Run the static checks, all of them, and return 1 if any complains."""
    failed = [command[0] for command in CHECKS if run(*command)]
    return fail(f"failed: {', '.join(failed)}") if failed else 0


def test(options: list[str]) -> int:
    """Run pytest on tests/, one worker a core, and say so where a part of them will be skipped."""
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        say("no Chromium here, so the browser tests will be skipped; on Debian: apt-get install chromium")
    return run("pytest", "tests/", "-n", "auto", *options)


def ready(_options: list[str]) -> int:
    """Say how to enter the environment."""
    return say(f"ready: source {(BIN / 'activate').relative_to(ROOT)}")


def run(tool: str, *arguments: str) -> int:
    """Run a tool of the environment, after printing the command anyone can repeat."""
    command = [str(BIN / tool), *arguments]
    say(" ".join([str((BIN / tool).relative_to(ROOT)), *arguments]))
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "PATH": path}, check=False).returncode


def must(command: list[str], hint: str) -> None:
    """Run a step of the set-up, or stop with a hint."""
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        sys.exit(fail(hint))


def say(text: str) -> int:
    """Print a line about what is going on."""
    print(f"==> {text}", flush=True)
    return 0


def fail(text: str) -> int:
    """Print why nothing came of it and return exit code 1."""
    print(f"==> {text}", file=sys.stderr, flush=True)
    return 1


VERBS = {"suites": suites, "tests": tests, "check": check, "setup": ready}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
