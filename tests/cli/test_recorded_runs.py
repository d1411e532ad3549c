"""Whole runs that are recorded through the real SDKs and played again when server and key are gone."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.wire.llm_formats import Call
from tests.wire.llm_server import LLMServer, Request, Status, Text, ToolCalls

Command = Callable[..., Result]
pytest.importorskip("openai", reason="needs the extra [openai]")
pytest.importorskip("anthropic", reason="needs the extra [anthropic]")

KEY = "sk-secret-0123456789"
CASSETTES = Path("cassettes")
WITH_VARIABLES = '{"run_llm": true, "variables": {"topic": "used"}}'
MODELS = ("openai.gpt-4o", "anthropic.claude-sonnet-5")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LLMServer]:
    with LLMServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.openai_url)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.anthropic_url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        yield server


@pytest.fixture
def cut_off(server: LLMServer, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what takes the keys away, and makes every further request fail."""

    def cut() -> None:
        server.script(lambda _: Status(500, "nobody may ask any more"))
        server.requests.clear()
        monkeypatch.delenv("OPENAI_API_KEY")
        monkeypatch.delenv("ANTHROPIC_API_KEY")

    return cut


class Desk:
    """Answers as the front desk, each time in other words."""

    def __init__(self) -> None:
        self.answers = 0

    def __call__(self, request: Request) -> Text:
        self.answers += 1
        said = " ".join(str(each["content"]) for each in request.messages if each["role"] == "user").lower()
        if "books" in said:
            return Text("Yes, ", "we sell used books. ", f"Answer {self.answers}.")
        return Text("Until ", f"five. Answer {self.answers}.") if "until" in said else Text("Corner Books, hello.")


def verdict(name: str) -> bytes:
    """Return the verdict file of the run made under this name of a reports folder."""
    (path,) = Path(name, "runs").glob("*/verdict.json")
    return path.read_bytes()


def reasons(name: str) -> str:
    return json.dumps(json.loads(verdict(name)), ensure_ascii=False)


def cassettes(folder: Path = CASSETTES) -> dict[str, Any]:
    return {str(path): json.loads(path.read_text("utf-8")) for path in sorted(folder.rglob("*.json"))}


def texts(recorded: dict[str, Any]) -> str:
    return json.dumps([each["answer"] for each in recorded.values()])


@pytest.mark.parametrize("engine_model", MODELS)
def test_a_recorded_run_is_played_byte_for_byte_without_server_and_key(
    command: Command, server: LLMServer, cut_off: Callable[[], None], engine_model: str
) -> None:
    server.script(Desk())
    recorded = command("run", "--engine-model", engine_model, "--cassettes", "record", "--reports", "recorded")
    asked = len(server.requests)
    cut_off()

    played = command("run", "--engine-model", engine_model, "--cassettes", "replay", "--reports", "played")

    assert (recorded.exit_code, played.exit_code) == (0, 0), recorded.output + played.output
    assert verdict("recorded") == verdict("played")
    assert (len(cassettes()), len(server.requests)) == (asked, 0)
    assert "cassettes: replay" in played.output


def test_each_trial_of_a_case_is_an_answer_of_its_own_however_many_calls_are_in_flight(
    command: Command, server: LLMServer, cut_off: Callable[[], None]
) -> None:
    server.script(Desk())
    command("run", "--engine-model", MODELS[0], "--cassettes", "record", "--reports", "recorded", "--concurrency", "1")
    takes = [each for each in cassettes().values() if "until_when" in each["trial"]]
    by_key = [each["key"] for each in takes]
    cut_off()

    for number in ("1", "8"):
        arguments = ("--cassettes", "replay", "--reports", f"played{number}", "--concurrency", number)
        assert command("run", "--engine-model", MODELS[0], *arguments).exit_code == 0
        assert verdict("recorded") == verdict(f"played{number}")
    assert {each["trial"][-2:] for each in takes} == {"#1", "#2"}
    assert len(by_key) == 2 * len(set(by_key)), "both trials ask the same"
    assert len(set(texts({"": each}) for each in takes if "Answer" in texts({"": each}))) == 2


def test_a_file_names_who_asked_what_and_is_the_same_when_it_is_recorded_again(
    command: Command, server: LLMServer
) -> None:
    server.script(lambda _: Text("Corner ", "Books,\nwe sell used books ", "until five."))
    command("run", "--engine-model", MODELS[0], "--cassettes", "record")
    first = {path: path.read_bytes() for path in CASSETTES.rglob("*.json")}
    command("run", "--engine-model", MODELS[0], "--cassettes", "record")

    assert first == {path: path.read_bytes() for path in CASSETTES.rglob("*.json")}
    one = next(each for each in cassettes().values() if each["trial"].startswith("desk::used_books["))
    assert one["request"]["model"] == MODELS[0]
    assert 'Greet the caller with "Corner Books, how can I help?"' in one["request"]["messages"][1]["content"]
    assert one["answer"] == [
        {"text": ["Corner Books,", "we sell used books until five."], "pieces": "7 26 11"},
        {"stop": "end"},
    ]


def test_what_is_not_recorded_is_an_error_that_names_the_file_the_words_and_the_way_out(
    command: Command, server: LLMServer, cut_off: Callable[[], None]
) -> None:
    server.script(Desk())
    command("run", "--engine-model", MODELS[0], "--cassettes", "record", "--reports", "recorded")
    cut_off()
    prompt = Path("suites/prompts/desk/v1.md")
    prompt.write_text(prompt.read_text() + "Be brief.\n")

    result = command("run", "--engine-model", MODELS[0], "--cassettes", "replay", "--reports", "played")

    assert result.exit_code == 3
    assert "! used_books: error" in result.stdout
    told = reasons("played")
    for words in (
        f"there is no cassette cassettes/{MODELS[0]}/desk-used_books-",
        "--cassettes record",
        "system: You are the front desk",
    ):
        assert words in told
    assert not server.requests


def test_auto_asks_only_for_what_is_missing(command: Command, server: LLMServer) -> None:
    desk = Desk()
    server.script(desk)
    command("run", "--engine-model", MODELS[0], "--cassettes", "auto", "--reports", "recorded")
    before = cassettes()
    gone = [path for path in before if "until_when" in before[path]["trial"]]
    for path in gone:
        Path(path).unlink()
    asked = desk.answers

    result = command("run", "--engine-model", MODELS[0], "--cassettes", "auto", "--reports", "played")

    assert result.exit_code == 0, result.output
    assert desk.answers - asked == len(gone)
    assert cassettes().keys() == before.keys()


def test_auto_without_a_key_plays_what_is_there_and_names_the_key_for_the_rest(
    command: Command, server: LLMServer, cut_off: Callable[[], None]
) -> None:
    server.script(Desk())
    command("run", "--engine-model", MODELS[0], "--cassettes", "record", "--reports", "recorded")
    cut_off()
    for path in CASSETTES.glob("*/*until_when*/*.json"):
        path.unlink()

    result = command("run", "--engine-model", MODELS[0], "--cassettes", "auto", "--reports", "played")

    assert "! until_when: error" in result.stdout
    assert "! used_books" not in result.stdout
    assert "OPENAI_API_KEY" in reasons("played")


@pytest.mark.parametrize("judge", MODELS)
def test_judges_are_played_too_and_a_missing_verdict_is_an_error_even_where_it_is_not_required(
    command: Command, server: LLMServer, cut_off: Callable[[], None], judge: str
) -> None:
    ask_for_manners(required=False)
    evidence = [{"turn": 0, "quote": "how can I help"}]
    answer = {"criterion": "polite", "evidence": evidence, "reasoning": "It asks.", "verdict": "pass"}
    server.script(lambda _: Text(json.dumps({"answers": [answer], "tampering": False})))
    assert command("run", "--judge", judge, "--cassettes", "record", "--reports", "recorded").exit_code == 0
    cut_off()

    assert command("run", "--judge", judge, "--cassettes", "replay", "--reports", "played").exit_code == 0
    assert verdict("recorded") == verdict("played")

    (CASSETTES / judge).rename(CASSETTES / "elsewhere")
    result = command("run", "--judge", judge, "--cassettes", "replay", "--reports", "gone")
    assert result.exit_code == 3
    assert "! used_books: error" in result.stdout
    assert "nothing is recorded of the trial desk::used_books" in reasons("gone")


def test_tool_calls_are_played_with_their_results(
    command: Command, server: LLMServer, cut_off: Callable[[], None]
) -> None:
    keep_used_books("    platform: {tools: [set_variables]}")

    def use_a_tool(request: Request) -> Text | ToolCalls:
        last = request.messages[-1]
        if last["role"] == "user" and "books" in last["content"]:
            call = Call("call_7", "set_variables", ('{"run_llm": true, ', '"variables": {"topic": "used"}}'))
            return ToolCalls((call,))
        return Text("Yes, we sell used books.") if last["role"] == "tool" else Text("Corner Books, hello.")

    server.script(use_a_tool)
    recorded = command("run", "--engine-model", MODELS[0], "--cassettes", "record", "--reports", "recorded")
    cut_off()
    played = command("run", "--engine-model", MODELS[0], "--cassettes", "replay", "--reports", "played")

    assert (recorded.exit_code, played.exit_code) == (0, 0), recorded.output + played.output
    assert verdict("recorded") == verdict("played")
    called = [part for each in cassettes().values() for part in each["answer"] if "tool_call" in part]
    assert called == [{"tool_call": {"id": "call_7", "name": "set_variables", "arguments": WITH_VARIABLES}}]


def test_a_broken_file_is_named_and_never_recorded_over_by_itself(command: Command, server: LLMServer) -> None:
    server.script(Desk())
    command("run", "--engine-model", MODELS[0], "--cassettes", "record", "--reports", "recorded")
    for path in CASSETTES.glob("*/*used_books*/*.json"):
        path.write_text("<<<<<<< ours\n")

    result = command("run", "--engine-model", MODELS[0], "--cassettes", "auto", "--reports", "played")

    assert "! used_books: error" in result.stdout
    assert f"the cassette cassettes/{MODELS[0]}/desk-used_books-" in reasons("played")
    assert "cannot be played" in reasons("played")


@pytest.mark.parametrize("echo", ["in pieces", "whole"])
def test_a_key_that_a_server_echoes_is_in_no_file(command: Command, server: LLMServer, echo: str) -> None:
    pieces = (f"Your key is {KEY}.",) if echo == "whole" else ("Your key is ", KEY[:9], KEY[9:], ".")
    server.script(lambda _: Text(*pieces))
    keep_used_books()

    command("run", "--engine-model", MODELS[0], "--cassettes", "record")

    kept = "".join(path.read_text("utf-8") for path in CASSETTES.rglob("*") if path.is_file())
    assert "Your key is [secret]." in kept
    assert KEY not in kept
    assert KEY[9:] not in kept


@pytest.mark.parametrize("status", [429, 500])
def test_what_failed_is_not_recorded(command: Command, server: LLMServer, status: int) -> None:
    server.script(lambda _: Status(status, f"no for {KEY}"))

    result = command("run", "--engine-model", MODELS[0], "--cassettes", "record")

    assert result.exit_code == 3, result.output
    assert not cassettes()


@pytest.mark.parametrize("mode", ["record", "replay"])
def test_a_folder_that_cannot_serve_is_named_before_any_call(command: Command, server: LLMServer, mode: str) -> None:
    if mode == "record":
        CASSETTES.write_text("a file")

    result = command("run", "--engine-model", MODELS[0], "--cassettes", mode)

    assert result.exit_code == 2, result.output
    assert "--cassette-dir" in result.stderr
    assert not server.requests


def test_models_inside_the_harness_need_no_cassette(command: Command) -> None:
    result = command("run", "--cassettes", "replay")

    assert result.exit_code == 0, result.output
    assert not CASSETTES.exists()


def keep_used_books(*extra: str) -> None:
    suite = Path("suites/desk.suite.yaml")
    text = suite.read_text()
    one = text[: text.index("  - id: until_when")]
    suite.write_text(one.replace("    tags: [stock]", "\n".join(["    tags: [stock]", *extra])))


def ask_for_manners(*, required: bool) -> None:
    keep_used_books("    rubric: manners")
    suite = Path("suites/desk.suite.yaml")
    asked = '{id: polite, question: "Is the agent polite?"'
    suite.write_text(suite.read_text().replace(asked, f"{asked}, required: {str(required).lower()}"))
