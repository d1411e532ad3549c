import re
import shutil
from pathlib import Path

import pytest

from harness.suitefile import load_suite

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))


def test_the_suite_of_the_readme_has_no_fault(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "suites", tmp_path / "suites")
    path = tmp_path / "suites" / "booking.suite.yaml"
    path.write_text(README.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")

    suite = load_suite(path)

    assert [case.id for case in suite.cases] == ["table_for_two"]
    assert [arm.label for arm in suite.arms] == [
        "receptionist@v2-embedded.extractive",
        "receptionist@v2-openai.gpt-4o",
        "receptionist@v1-embedded.extractive",
        "receptionist@v1-openai.gpt-4o",
    ]


def test_the_first_screen_holds_the_two_commands() -> None:
    first_screen = README.splitlines()[:25]

    assert any(line.startswith("python3 start.py suites ") for line in first_screen)
    assert any(line.startswith("python3 start.py tests ") for line in first_screen)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)", text):
        file = page.parent / target if target else page
        assert file.exists(), f"{page.name} links to {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), flags=re.M)
            slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in slugs, f"{page.name} links to {target}#{anchor}"
