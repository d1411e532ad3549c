"""Golden faults: each block of `data/faults/*.golden` is a suite file and exactly what its author is told."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.errors import SuiteError
from harness.suitefile import load_suite, load_suites
from tests.suitefile.suite_texts import MINIMAL

GOLDEN = Path(__file__).parent / "data" / "faults"


def blocks() -> Iterator[Any]:
    for file in sorted(GOLDEN.glob("*.golden")):
        for block in file.read_text(encoding="utf-8").removeprefix("=== ").split("\n=== "):
            name, _, rest = block.partition("\n")
            suite, _, faults = rest.rpartition("--- faults\n")
            yield pytest.param(suite, faults.strip().splitlines(), id=f"{file.stem}: {name}")


@pytest.mark.parametrize(("suite", "expected"), tuple(blocks()))
def test_every_fault_is_told_at_its_place(faulty_project: Path, suite: str, expected: list[str]) -> None:
    (faulty_project / "x.suite.yaml").write_text(suite, encoding="utf-8")

    with pytest.raises(SuiteError) as caught:
        load_suite(Path("x.suite.yaml"))

    assert [str(fault) for fault in caught.value.faults] == expected


def test_faults_of_all_files_come_at_once_and_shared_ones_once(faulty_project: Path) -> None:
    include = "include: [broken.yaml]\n" + MINIMAL
    for name, text in (("one", include + "oops: 1\n"), ("two", include), ("three", "a: [")):
        (faulty_project / f"{name}.suite.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(SuiteError) as caught:
        load_suites([Path(f"{name}.suite.yaml") for name in ("one", "two", "three")])

    places = [(fault.file, fault.line, fault.key) for fault in caught.value.faults]
    assert places == [
        ("broken.yaml", 2, "personas.anna.rate"),
        ("broken.yaml", 4, "rubrics.r.criteria[0]"),
        ("one.suite.yaml", 6, "oops"),
        ("three.suite.yaml", 1, ""),
    ]
    assert str(caught.value).startswith("4 faults in the suite files; no call was placed:\n  broken.yaml:2:16: ")


def test_text_that_is_not_utf_8_is_told_with_its_place(faulty_project: Path) -> None:
    (faulty_project / "x.suite.yaml").write_bytes(b"prompts: [desk@v1]\ndescription: caf\xe9\n")

    with pytest.raises(SuiteError, match=r"x\.suite\.yaml:2:17: the file is not UTF-8 text from here on"):
        load_suite(Path("x.suite.yaml"))


def test_a_prompt_that_is_not_utf_8_is_told_with_its_place(faulty_project: Path) -> None:
    (faulty_project / "prompts/desk/v1.md").write_bytes(b"Gr\xfc\xdfe\n")
    (faulty_project / "x.suite.yaml").write_text(MINIMAL, encoding="utf-8")

    with pytest.raises(SuiteError, match=r"prompts/desk/v1\.md:1:3: the file is not UTF-8"):
        load_suite(Path("x.suite.yaml"))


def test_a_file_that_cannot_be_read_is_a_fault(faulty_project: Path) -> None:
    with pytest.raises(SuiteError, match=r"nowhere\.suite\.yaml: the file can't be read: No such file"):
        load_suite(Path("nowhere.suite.yaml"))
    with pytest.raises(SuiteError, match=r"prompts: the file can't be read: Is a directory"):
        load_suite(Path("prompts"))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_file_without_read_permission_is_a_fault(faulty_project: Path) -> None:
    (faulty_project / "x.suite.yaml").write_text(MINIMAL, encoding="utf-8")
    (faulty_project / "x.suite.yaml").chmod(0)

    with pytest.raises(SuiteError, match="the file can't be read: Permission denied"):
        load_suite(Path("x.suite.yaml"))


def test_a_file_outside_the_current_folder_is_named_in_full(
    faulty_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (faulty_project / "x.suite.yaml").write_text("a: [", encoding="utf-8")
    monkeypatch.chdir(faulty_project / "prompts")

    with pytest.raises(SuiteError) as caught:
        load_suite(Path("../x.suite.yaml"))

    assert caught.value.faults[0].file == (faulty_project / "x.suite.yaml").as_posix()


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(faulty_project: Path) -> None:
    (faulty_project / "x.suite.yaml").write_bytes(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode())

    assert load_suite(Path("x.suite.yaml")).cases[0].id == "a"
