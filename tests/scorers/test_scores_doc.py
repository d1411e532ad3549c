import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "scores.md"
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) >= 4


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_example_of_the_page_runs(example: str) -> None:
    exec(compile(example, str(PAGE), "exec"), {})
