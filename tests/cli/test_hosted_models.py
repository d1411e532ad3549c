"""Whole runs in which a hosted model takes the calls, or judges them: real SDKs, a server of our own."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.wire.llm_server import LLMServer, Request, Status, Text

Command = Callable[..., Result]
KEY = "sk-secret-0123456789"
GREETING, ANSWER = "Corner Books, how can I help?", "Yes, we sell used books until five."


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LLMServer]:
    with LLMServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.openai_url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.anthropic_url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        yield server


def agent(request: Request) -> Text:
    """Greet, then answer."""
    return Text(ANSWER if any("books" in str(each).lower() for each in spoken(request)) else GREETING)


def spoken(request: Request) -> list[str]:
    return [str(each["content"]) for each in request.body["messages"] if each["role"] == "user"]


def stored(folder: Path) -> str:
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".flac")
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("engine_model", ["openai.gpt-4o", "anthropic.claude-sonnet-5"])
def test_a_hosted_model_takes_the_calls_and_its_key_stays_out_of_every_file(
    command: Command, server: LLMServer, engine_model: str
) -> None:
    server.script(agent)
    keep_one_case()

    result = command("run", "--engine-model", engine_model)

    assert result.exit_code == 0, result.output
    first = server.requests[0].body
    prompts = json.dumps(first.get("system") or first["messages"])
    assert first["model"] == engine_model.partition(".")[2]
    assert "front desk of Corner Books" in prompts
    assert ANSWER in stored(Path("reports"))
    assert KEY not in stored(Path("reports")) + result.output


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "OPENAI_API_KEY"), (429, "fewer requests"), (500, "failed while answering"), (404, "no model")],
)
def test_a_provider_that_fails_is_an_error_of_the_line_not_a_failure_of_the_agent(
    command: Command, server: LLMServer, status: int, words: str
) -> None:
    server.script(lambda _: Status(status, f"no for {KEY}"))
    keep_one_case()

    result = command("run", "--engine-model", "openai.gpt-4o")

    assert result.exit_code == 3, result.output
    assert words in result.stdout
    assert "! used_books: error" in result.stdout
    assert KEY not in stored(Path("reports")) + result.output


@pytest.mark.parametrize(("verdict", "code"), [("pass", 0), ("fail", 1), ("abstain", 3)])
@pytest.mark.parametrize("judge", ["openai.gpt-4o", "anthropic.claude-sonnet-5"])
def test_a_required_criterion_is_decided_by_the_judge(
    command: Command, server: LLMServer, judge: str, verdict: str, code: int
) -> None:
    keep_one_case("    rubric: manners")
    server.script(lambda _: Text(json.dumps(verdict_about("polite", verdict))))

    result = command("run", "--judge", judge)

    assert result.exit_code == code, result.output
    assert f"{judge}/" in next(Path("reports/runs").glob("*/run.json")).read_text()


def keep_one_case(*extra: str) -> None:
    suite = Path("suites/desk.suite.yaml")
    text = suite.read_text()
    one = text[: text.index("  - id: until_when")]
    suite.write_text(one.replace("    tags: [stock]", "\n".join(["    tags: [stock]", *extra])))


def verdict_about(criterion: str, verdict: str) -> dict[str, Any]:
    evidence = [{"turn": 0, "quote": "how can I help"}]
    answer = {"criterion": criterion, "evidence": evidence, "reasoning": "It asks.", "verdict": verdict}
    return {"answers": [answer], "tampering": False}
