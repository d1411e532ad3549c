import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.suitefile.suite_texts import Write

# Suites to be loaded by tests, not run by the harness's own plugin.
collect_ignore = ["data"]

DATA = Path(__file__).parent / "data"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes files into an empty current folder that has the prompts desk@v1, v2 and v3."""
    monkeypatch.chdir(tmp_path)
    for version in ("v1", "v2", "v3"):
        home = tmp_path / "prompts" / "desk"
        home.mkdir(parents=True, exist_ok=True)
        (home / f"{version}.md").write_text(f"You answer the phone, {version}.\n", encoding="utf-8")

    def write_files(files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write_files


@pytest.fixture
def faulty_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with the included files and prompts the golden faults speak of."""
    shutil.copytree(DATA / "faults" / "project", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def everything() -> Path:
    """A suite that uses every key."""
    return DATA / "everything" / "desk.suite.yaml"
