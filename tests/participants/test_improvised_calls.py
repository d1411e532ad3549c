"""Whole calls whose caller makes its lines up: held on the simulated platform, checked, and judged."""

import asyncio
import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.model.call import Call, Role
from harness.model.case import Case
from harness.model.entity import EntityKind
from harness.model.moves import Expectation, Improvise, Say, Step
from harness.model.outcome import Outcome
from harness.model.persona import Persona, PersonaFact, Reveal, Voice
from harness.model.run import TrialResult
from harness.model.score import Score
from harness.model.suite import Planned
from harness.runner.trial import run_trial
from harness.settings import Settings
from harness.suitefile import load_suite
from harness.suitefile.prompts import load_prompt
from harness.testing.builders import make_arm, make_case
from harness.testing.store import MemoryStore
from harness.wiring import assemble
from tests.wire.llm_server import LLMServer, Request, Text

SUITES = Path(__file__).parents[2] / "suites"
FACTS = (
    PersonaFact(name="name", value="Carter"),
    PersonaFact(name="number of people", value="two"),
    PersonaFact(name="day", value="Friday"),
    PersonaFact(name="time", value="eight", reveal=Reveal.EARLY),
    PersonaFact(name="phone number", value="0475 123 456", kind=EntityKind.DIGITS, reveal=Reveal.NEVER),
)


def booking(*moves: Step, facts: Sequence[PersonaFact] = FACTS) -> Case:
    persona = Persona(name="anna", facts=tuple(facts))
    confirmed = (Expectation(says=(("confirmed",),)),)
    return make_case(persona=persona, goal="book a table", moves=moves, expect=confirmed)


def trial(case: Case, *, prompt: str = "receptionist@v2", caller_model: str = "embedded.caller") -> TrialResult:
    planned = Planned(suite="desk", case=case, arm=make_arm(load_prompt(SUITES, prompt)))
    toolbox = assemble(Settings(tier="text", caller_model=caller_model), [planned])
    return asyncio.run(run_trial(planned, attempt=1, toolbox=toolbox, store=MemoryStore()))


def call_of(result: TrialResult) -> Call:
    assert result.call is not None, result.reasons
    return result.call


def said(result: TrialResult) -> list[str]:
    return [turn.spoken for turn in call_of(result).turns if turn.role is Role.CALLER]


def facts_kept(result: TrialResult) -> Score:
    (score,) = [score for score in result.scores if score.name == "caller_facts"]
    assert isinstance(score, Score)
    return score


@pytest.mark.parametrize("prompt", ["receptionist@v1", "receptionist@v2"])
def test_a_caller_books_a_table_from_its_facts_alone(prompt: str) -> None:
    result = trial(booking(Improvise(turns=9)), prompt=prompt)

    assert said(result) == [
        "Hello. I would like to book a table. At eight.",
        "For two people.",
        "On Friday.",
        "My name is Carter.",
        "Yes, that is right.",
        "Thank you very much. Goodbye.",
    ]
    assert (result.outcome, result.reasons) == (Outcome.PASSED, ())
    assert facts_kept(result).passed


def test_made_up_lines_and_written_ones_are_mixed_freely() -> None:
    opening = Say(text="Good evening! I would like a table, please, this Friday.")
    change = Say(text="Sorry, make that nine o'clock.")
    result = trial(booking(opening, Improvise(turns=3), change, Improvise(turns=4)))

    lines = said(result)
    assert lines[0] == opening.text
    assert lines[4] == change.text
    assert lines[1:4] == ["For two people.", "At eight.", "My name is Carter."]
    assert facts_kept(result).reason == f"{len(lines) - 2} improvised lines, each within the facts"


def test_the_call_tells_which_model_and_prompt_made_a_line_up() -> None:
    moves = call_of(trial(booking(Say(text="A table, please."), Improvise(turns=2)))).moves
    makers = [move.improvised_by for move in moves if isinstance(move, Say)]

    assert makers[0] == ""
    assert makers[1] == makers[2]
    assert makers[1].startswith("embedded.caller/")
    assert len(makers[1].partition("/")[2]) == 12


def test_the_lines_a_step_allows_are_all_there_are() -> None:
    assert len(said(trial(booking(Improvise(turns=2))))) == 2


def test_the_same_seed_makes_up_the_same_call() -> None:
    first, second = (call_of(trial(booking(Improvise(turns=9)))) for _ in range(2))

    assert first.events == second.events


@pytest.fixture
def server() -> Iterator[LLMServer]:
    with LLMServer() as running:
        yield running


@pytest.fixture(params=["openai.gpt-4o", "anthropic.claude-sonnet-4-6"])
def hosted(request: pytest.FixtureRequest, server: LLMServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a hosted model as the caller's; its provider is the loopback server."""
    pytest.importorskip(request.param.partition(".")[0], reason="needs the extra of the provider")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("OPENAI_BASE_URL", server.openai_url)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", server.anthropic_url)
    return str(request.param)


def lines(*answers: str) -> Callable[[Request], Text]:
    """Return a model that says one line after the other; a last one that says goodbye ends its part."""

    def answer(request: Request) -> Text:
        made = sum(message["role"] == "assistant" for message in request.messages)
        text = answers[min(made, len(answers) - 1)]
        whole = json.dumps({"say": text, "done": "oodbye" in text})
        return Text(whole[:9], whole[9:])

    return answer


def test_a_hosted_model_plays_the_caller(hosted: str, server: LLMServer) -> None:
    server.script(
        lines(
            "Hi, I'd like to book a table at eight, please.",
            "It's for two people.",
            "This Friday, if that works.",
            "Carter, please.",
            "Yes, perfect.",
            "Lovely, thanks a lot. Goodbye!",
        )
    )

    result = trial(booking(Improvise(turns=8)), caller_model=hosted)

    assert (result.outcome, result.reasons) == (Outcome.PASSED, ())
    assert facts_kept(result).passed, facts_kept(result).reason
    assert "Trattoria Bella" in json.dumps(server.requests[0].body)


def test_a_hosted_model_that_invents_a_telephone_number_is_caught(hosted: str, server: LLMServer) -> None:
    server.script(lines("Hi, a table at eight, please. You can reach me at 0 6 1 2 3 4 5.", "For two people. Goodbye."))

    result = trial(booking(Improvise(turns=8)), caller_model=hosted)

    assert facts_kept(result).reason.startswith('hindered: in turn 2 the caller invented "0 6 1 2 3 4 5"')
    assert result.outcome is Outcome.INCONCLUSIVE
    assert "0 6 1 2 3 4 5" in " ".join(result.reasons)


def test_a_hosted_model_that_tells_what_it_never_tells_is_caught(hosted: str, server: LLMServer) -> None:
    server.script(lines("Hi, a table at eight please, my number is oh four seven five, one two three, four five six."))

    result = trial(booking(Improvise(turns=1)), caller_model=hosted)

    assert facts_kept(result).reason.startswith("helped: in turn 2 the caller told the phone number, which it never")
    assert result.outcome is Outcome.INCONCLUSIVE


def test_a_model_that_refuses_spoils_its_own_trial_with_a_reason(hosted: str, server: LLMServer) -> None:
    server.script(lambda request: Text(stop="refusal"))

    result = trial(booking(Improvise(turns=3)), caller_model=hosted)

    assert result.outcome is Outcome.ERROR
    assert f"{hosted}: refused to play the caller" in " ".join(result.reasons)


def test_a_caller_without_a_model_reads_its_lines_from_a_file(tmp_path: Path) -> None:
    script = tmp_path / "lines.txt"
    script.write_text("I would like a table at eight.\nFor two people.\nOn Friday.\nCarter.\nYes.\n")

    result = trial(booking(Improvise(turns=5)), caller_model=f"scripted.file:{script}")

    assert said(result) == script.read_text().split("\n")[:5]
    assert result.outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("caller_model", "language", "message"),
    [
        ("embedded.extractive", "en-US", r"unknown caller_model 'embedded.extractive'.*embedded.caller"),
        ("embedded.caller", "ja-JP", r"improvises in de, en, es, fr, not in 'ja-JP'"),
        ("openai.gpt-4o", "en-US", r"OPENAI_API_KEY"),
        ("opnai.gpt-4o", "en-US", r"Did you mean 'openai'"),
    ],
    ids=["an agent", "another language", "no key", "a typing mistake"],
)
def test_a_caller_who_could_not_improvise_is_refused_before_any_call(
    caller_model: str, language: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    persona = Persona(name="anna", voice=Voice(language=language))
    case = make_case(persona=persona, goal="book a table", moves=(Improvise(turns=2),))
    planned = Planned(suite="desk", case=case, arm=make_arm(stt_language=language))

    with pytest.raises(ConfigurationError, match=message):
        assemble(Settings(tier="text", caller_model=caller_model), [planned])


def test_a_script_without_made_up_lines_needs_no_caller_model() -> None:
    planned = Planned(suite="desk", case=make_case("Hello."), arm=make_arm())

    assemble(Settings(tier="text", caller_model="openai.gpt-4o"), [planned])


def test_the_embedded_caller_cannot_be_the_agent() -> None:
    planned = Planned(suite="desk", case=make_case("Hello."), arm=make_arm(engine_model="embedded.caller"))

    with pytest.raises(ConfigurationError, match=r"unknown engine_model 'embedded.caller'.*embedded.extractive"):
        assemble(Settings(tier="text"), [planned])


def test_the_example_of_the_page_is_held_as_the_page_tells_it(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "improvised-callers.md").read_text(encoding="utf-8")
    suite, conversation = re.findall(r"^```(?:yaml|conversation)\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    (tmp_path / "desk.suite.yaml").write_text(suite, encoding="utf-8")
    shutil.copytree(SUITES / "prompts", tmp_path / "prompts")
    (planned,) = load_suite(tmp_path / "desk.suite.yaml").matrix()

    toolbox = assemble(Settings(tier="text"), [planned])
    result = asyncio.run(run_trial(planned, attempt=1, toolbox=toolbox, store=MemoryStore()))

    assert [f"{turn.role}: {turn.spoken}" for turn in call_of(result).turns][:12] == conversation.splitlines()
    assert (result.outcome, result.reasons) == (Outcome.PASSED, ())
