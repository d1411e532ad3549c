"""docs/suites.md: its files are written, its suites loaded, its faults compared, its Python run."""

import re
from pathlib import Path

import pytest

from harness.errors import SuiteError
from harness.model.platform import FaultKind
from harness.suitefile import load_suite, load_suites, suite_schema

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "suites.md").read_text(encoding="utf-8")
CHECKS_PAGE = (DOCS / "checks.md").read_text(encoding="utf-8")
FENCE = r"```(?P<language>\w+)\n(?P<text>.*?)```"
FILES = {
    match[1]: match["text"] for match in re.finditer(rf"`(suites/[^`*]+\.(?:yaml|md))`:?\n\n{FENCE}", PAGE, re.DOTALL)
}
FRAGMENTS = [
    match["text"]
    for match in re.finditer(FENCE, PAGE, re.DOTALL)
    if match["language"] == "yaml" and match["text"] not in FILES.values() and "cases:" in match["text"]
]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_suites_of_the_page_load(project: Path) -> None:
    first, booking = load_suites([Path("suites/first.suite.yaml"), Path("suites/booking.suite.yaml")])

    assert [case.id for case in first.cases] == ["table_for_two"]
    assert [case.id for case in booking.cases] == ["change_of_mind"]
    assert [arm.role.value for arm in booking.arms] == ["candidate", "baseline"]


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda text: re.findall(r"id: (\w+)", text)[0])
def test_the_fragments_of_the_page_load(project: Path, fragment: str) -> None:
    head = "include: [personas.yaml]\nprompts: [receptionist@v1]\n"
    (project / "suites" / "fragment.suite.yaml").write_text(head + fragment, encoding="utf-8")

    assert load_suite(Path("suites/fragment.suite.yaml")).cases


def test_the_faults_of_the_page_are_the_faults_told(project: Path) -> None:
    shown = re.search(r"```text\n(.*?)\n```", PAGE, re.DOTALL)
    assert shown

    with pytest.raises(SuiteError) as caught:
        load_suite(Path("suites/faulty.suite.yaml"))

    assert str(caught.value) == shown[1]


def test_the_python_of_the_page_runs(project: Path) -> None:
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert code

    exec(compile(code[1], "docs/suites.md", "exec"), {})


def test_the_page_explains_every_fault() -> None:
    assert [kind for kind in FaultKind if f"`{kind}`" not in PAGE] == []


def test_the_page_explains_every_key_and_its_default() -> None:
    schema = suite_schema()
    keys = {key for shape in (schema, *schema["$defs"].values()) for key in shape["properties"]}

    forms = ("`{}`", "`{}: ", "`{{{}: ", ", {}: ")
    assert {key for key in keys if not any(form.format(key) in PAGE + CHECKS_PAGE for form in forms)} == set()
    for key in ("reaction_ms", "patience_ms"):
        default = schema["$defs"]["PersonaShape"]["properties"][key]["default"]
        assert re.search(rf"\| `{key}` \|.*\| {default} \|", PAGE)
