"""docs/callers.md: its examples load, its table names every ready caller, its pictures are there."""

import re
import shutil
from pathlib import Path

import pytest

from harness.suitefile import load_suite

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "callers.md").read_text(encoding="utf-8")
READY = (ROOT / "suites" / "callers.yaml").read_text(encoding="utf-8")
FRAGMENTS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda text: re.findall(r"id: (\w+)", text)[0])
def test_the_examples_of_the_page_load(fragment: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "suites" / "prompts", tmp_path / "prompts")
    (tmp_path / "callers.yaml").write_text(READY, encoding="utf-8")
    path = tmp_path / "example.suite.yaml"
    path.write_text(f"prompts: [receptionist@v2]\n{fragment}", encoding="utf-8")

    assert load_suite(path).cases


def test_the_table_names_every_ready_caller() -> None:
    names = re.findall(r"^  (\w+):", READY, re.MULTILINE)

    assert len(names) >= 11
    assert [name for name in names if not re.search(rf"(?:persona|script): {name}\b", PAGE)] == []


def test_the_pictures_of_the_page_exist() -> None:
    pictures = re.findall(r"\]\((images/[^)]+)\)", PAGE)

    assert len(pictures) >= 5
    assert [name for name in pictures if not (ROOT / "docs" / name).is_file()] == []
