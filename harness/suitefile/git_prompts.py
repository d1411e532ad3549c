"""Prompt files as they were at a commit; the one file that starts git.

Git is asked for names of objects and for bytes, never for words: its sentences differ between versions and languages,
so that the only thing made of them is a quotation.
"""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from harness.errors import ConfigurationError, UnknownNameError, suggestion

_SHORTEST = 7
"""Letters of a short hash, more where they would not be unique."""
_LONGEST_WAIT_S = 60
_MOST_LISTED = 8
_WHERE = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_NAMESPACE",
)
"""Set where a hook of some repository started us: there git would look into that one, wherever the prompts are."""
_FETCH = "a shallow clone has no other commits: fetch more, such as with `git fetch --unshallow`"


def commit_of(ref: str, *, folder: Path) -> str:
    """Return the short hash of the commit a git ref stands for.

    Args:
        ref: A branch, a tag, a hash, or anything else git takes for a commit.
        folder: Any folder of the repository.

    Raises:
        UnknownNameError: the repository has no such commit.
        ConfigurationError: there is no git, or no repository.
    """
    _require_repository(folder)
    commit = _commit(ref, folder=folder)
    if commit is None:
        refs = known_refs(folder)
        near = "mean" in suggestion(ref, refs)
        error = UnknownNameError(kind="git ref", name=ref, known=refs if near else refs[:_MOST_LISTED])
        raise ConfigurationError(f"{error} ({_FETCH})") if is_shallow(folder) else error
    return _ask(("rev-parse", f"--short={_SHORTEST}", commit), folder=folder).stdout.decode().strip()


def knows_ref(ref: str, *, folder: Path) -> bool:
    """Return whether a git ref stands for a commit; False too where there is no git or no repository."""
    try:
        return _commit(ref, folder=folder) is not None
    except ConfigurationError:
        return False


def known_refs(folder: Path) -> tuple[str, ...]:
    """Return the branches and tags of a repository, those with the newest commits first; none where there is none."""
    listed = (
        "for-each-ref",
        "--sort=-creatordate",
        "--format=%(refname:short)",
        "refs/heads",
        "refs/remotes",
        "refs/tags",
    )
    try:
        answer = _ask(listed, folder=folder)
    except ConfigurationError:
        return ()
    return tuple(answer.stdout.decode(errors="replace").split()) if answer.returncode == 0 else ()


def is_shallow(folder: Path) -> bool:
    """Return whether a clone lacks the older commits of its repository."""
    return _ask(("rev-parse", "--is-shallow-repository"), folder=folder).stdout.strip() == b"true"


def file_at(path: Path, *, commit: str) -> bytes | None:
    """Return what a file held at a commit; None if it was not there.

    Raises:
        ConfigurationError: there is no git, no repository or no such commit.
    """
    # A link is followed: git would give the path it leads to for the text.
    real = path.resolve()
    at = commit_of(commit, folder=real.parent)
    found = _ask(("rev-parse", "--verify", "--quiet", f"{at}:./{real.name}"), folder=real.parent)
    if found.returncode:
        return None
    answer = _ask(("cat-file", "blob", found.stdout.decode().strip()), folder=real.parent)
    if answer.returncode:
        raise ConfigurationError(f"git can't read {path} at {commit}: {_quoted(answer)}")
    return answer.stdout


def _commit(ref: str, *, folder: Path) -> str | None:
    # What begins with a dash would be an option.
    if not ref or ref.startswith("-") or not ref.isprintable():
        return None
    answer = _ask(("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"), folder=folder)
    return None if answer.returncode else answer.stdout.decode().strip()


def _require_repository(folder: Path) -> None:
    answer = _ask(("rev-parse", "--git-dir"), folder=folder)
    if answer.returncode:
        raise ConfigurationError(
            f"{folder} is in no git repository that can be read, so that nothing is known of earlier versions: "
            f"{_quoted(answer)}"
        )


def _ask(arguments: Sequence[str], *, folder: Path) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if name not in _WHERE}
    try:
        return subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LONGEST_WAIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ConfigurationError(f"git did not answer within {_LONGEST_WAIT_S} s in {folder}") from error
    except OSError as error:
        cause = error.strerror or str(error)
        raise ConfigurationError(
            f"git can't be started in {folder} ({cause}). Install git, or compare with a prompt version instead, "
            "such as receptionist@v1"
        ) from error


def _quoted(answer: subprocess.CompletedProcess[bytes]) -> str:
    lines = answer.stderr.decode(errors="replace").strip().splitlines()
    return lines[0] if lines else "git gave no reason"
