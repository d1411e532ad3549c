import re
from collections.abc import Callable
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "embedded-agent.md"
EXAMPLES = re.findall(r"```conversation\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"example{number}" for number in range(1, len(EXAMPLES) + 1)])
def test_the_page_shows_what_the_agent_really_says(example: str, talk: Callable[..., list[str]]) -> None:
    lines = [line.split(": ", 1) for line in example.splitlines()]
    prompt = "\n\n".join(text for kind, text in lines if kind == "prompt")
    tools = [name for kind, text in lines if kind == "tools" for name in text.split(", ")]
    answers = talk(prompt, *(text for kind, text in lines if kind == "caller"), tools=tools)

    shown: list[str] = []
    for kind, text in lines:
        if kind == "agent":
            shown.append(text)
        elif kind == "tool":
            shown[-1] += f"\ntool: {text}"

    assert shown == answers[len(answers) - len(shown) :]


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) >= 10
