"""The judge through the real SDKs, against a server that speaks their wire formats."""

import asyncio
import json
from collections.abc import Iterator, Sequence

import pytest

from harness.interfaces import LLM
from harness.model.call import Role, Transcript
from harness.model.rubric import Criterion
from harness.model.score import Score, Scored, Unscored
from harness.scorers.judge import LLMJudge
from harness.scorers.panel import PanelJudge
from harness.scorers.whole_answer import MAX_TOKENS
from harness.services.anthropic_llm import AnthropicLLM
from harness.services.openai_llm import OpenAILLM
from harness.services.providers import Endpoint, lookup
from harness.testing.builders import make_turn
from harness.voipbin.engine_models import parse_engine_model
from tests.wire.llm_server import (
    ErrorEvent,
    Hang,
    LLMServer,
    Raw,
    Request,
    Reset,
    Response,
    Status,
    Text,
    Whole,
)

pytest.importorskip("openai", reason="needs the extra [openai]")
pytest.importorskip("anthropic", reason="needs the extra [anthropic]")

TRANSCRIPT = Transcript(turns=(make_turn(Role.AGENT, "Your table is booked."),))
NAME = Criterion(id="name", question="Does the agent ask for a name?")


def verdict(quote: str) -> str:
    evidence = [{"turn": 0, "quote": quote}]
    answers = [{"criterion": "name", "evidence": evidence, "reasoning": "It did not.", "verdict": "fail"}]
    return json.dumps({"answers": answers, "tampering": False})


TIMEOUT_S = 2.0
GOOD, BAD = verdict("your table is booked"), verdict("cash only")


@pytest.fixture
def server() -> Iterator[LLMServer]:
    with LLMServer() as running:
        yield running


@pytest.fixture(params=["openai.gpt-4o", "anthropic.claude-sonnet-4-6"])
def llm(request: pytest.FixtureRequest, server: LLMServer) -> LLM:
    engine = parse_engine_model(request.param)
    provider = lookup(engine.provider)
    if engine.provider == "anthropic":
        endpoint = Endpoint(provider=provider, base_url=server.anthropic_url, key="sk-test")
        return AnthropicLLM(engine, endpoint=endpoint, timeout_s=TIMEOUT_S)
    endpoint = Endpoint(provider=provider, base_url=server.openai_url, key="sk-test")
    return OpenAILLM(engine, endpoint=endpoint, timeout_s=TIMEOUT_S)


def judge(llm: LLM, server: LLMServer, *script: Response) -> Scored:
    server.script(script)
    results: Sequence[Scored] = asyncio.run(LLMJudge(llm).judge(TRANSCRIPT, [NAME]))
    (result,) = results
    return result


def test_verdict_arrives_in_pieces_and_was_asked_for_as_structured_output(llm: LLM, server: LLMServer) -> None:
    result = judge(llm, server, Text(GOOD[:20], GOOD[20:]))
    assert isinstance(result, Score)
    assert result.passed is False
    body = server.requests[0].body
    if llm.model.startswith("openai"):
        shape = body["response_format"]["json_schema"]
        assert (shape["strict"], body["temperature"], body["max_completion_tokens"]) == (True, 0, MAX_TOKENS)
        schema = shape["schema"]
    else:
        assert "temperature" not in body
        assert body["max_tokens"] == MAX_TOKENS
        schema = body["output_config"]["format"]["schema"]
    assert schema["additionalProperties"] is False


def test_made_up_quote_is_asked_about_once_more(llm: LLM, server: LLMServer) -> None:
    result = judge(llm, server, Text(BAD), Text(GOOD))
    assert isinstance(result, Score)
    last = server.requests[1].messages[-1]["content"]
    assert "is not in turn 0" in last


def test_made_up_quote_twice_is_an_abstention(llm: LLM, server: LLMServer) -> None:
    result = judge(llm, server, Text(BAD), Text(BAD))
    assert isinstance(result, Unscored)
    assert len(server.requests) == 2


def test_refusal_is_no_verdict(llm: LLM, server: LLMServer) -> None:
    result = judge(llm, server, Text(stop="refusal"), Text(stop="refusal"))
    assert isinstance(result, Unscored)
    assert "refused" in result.reason


def test_truncated_answer_is_no_verdict(llm: LLM, server: LLMServer) -> None:
    result = judge(llm, server, Text(GOOD[:40], stop="length"), Text(GOOD[:40], stop="length"))
    assert isinstance(result, Unscored)
    assert "length limit" in result.reason


def test_rate_limit_is_named(llm: LLM, server: LLMServer) -> None:
    limited = Status(429, "slow down", headers={"retry-after": "3600"})
    result = judge(llm, server, *[limited] * 6)
    assert isinstance(result, Unscored)
    assert "rate limited" in result.reason
    assert "3600 s" in result.reason


@pytest.mark.parametrize(
    ("script", "words"),
    [
        pytest.param([Status(500, "boom")] * 6, "500", id="500 that stays"),
        pytest.param([Status(401, "who are you")], "could not be asked", id="refused key"),
        pytest.param([Hang()] * 6, "could not be asked", id="silent from the start"),
        pytest.param([Hang((GOOD[:30],))] * 6, "could not be asked", id="silent in the middle"),
        pytest.param([Reset((GOOD[:30],))] * 6, "could not be asked", id="broken connection"),
        pytest.param([ErrorEvent("overloaded", (GOOD[:30],))] * 6, "could not be asked", id="error in the stream"),
        pytest.param([Raw("data: {oops\n\n")] * 6, "could not be asked", id="malformed event"),
        pytest.param([Text(GOOD, stop=None)] * 6, "the judge", id="no stop reason"),
        pytest.param([Text("{oops"), Text("{oops")], "the answer is not JSON", id="malformed answer"),
        pytest.param([Whole(GOOD)] * 6, "the judge", id="not streamed although asked"),
    ],
)
def test_answer_that_cannot_be_had_is_no_verdict_and_no_crash(
    llm: LLM, server: LLMServer, script: Sequence[Response], words: str
) -> None:
    result = judge(llm, server, *script)
    assert isinstance(result, Unscored)
    assert result.required
    assert words in result.reason


@pytest.mark.parametrize(
    "fault", [pytest.param(Status(500, "boom"), id="500"), pytest.param(Reset(), id="connection refused at first")]
)
def test_passing_fault_costs_no_verdict(llm: LLM, server: LLMServer, fault: Response) -> None:
    assert isinstance(judge(llm, server, fault, Text(GOOD)), Score)


def test_panel_goes_on_without_a_judge_that_hangs(llm: LLM, server: LLMServer) -> None:
    silent: list[str] = []

    def respond(request: Request) -> Response:
        tag = json.dumps(request.messages).partition("evidence-")[2][:16]
        silent.append(tag)
        return Hang() if tag == silent[0] else Text(GOOD)

    server.script(respond)
    panel = PanelJudge([LLMJudge(llm, seed=seed) for seed in range(3)])
    (result,) = asyncio.run(panel.judge(TRANSCRIPT, [NAME]))
    assert isinstance(result, Score)
    assert sorted(result.votes) == ["abstain", "fail", "fail"]
