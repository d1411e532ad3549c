"""The judge through the real SDKs, against a server that speaks their wire formats."""

import asyncio
import json
from collections.abc import Iterator, Sequence

import pytest

from harness.interfaces import LLM
from harness.model.call import Role, Transcript
from harness.model.rubric import Criterion
from harness.model.score import Score, Scored, Unscored
from harness.scorers.judge import MAX_TOKENS, LLMJudge
from harness.services.anthropic_llm import AnthropicLLM
from harness.services.openai_llm import OpenAILLM
from harness.services.providers import Endpoint, lookup
from harness.testing.builders import make_turn
from harness.voipbin.engine_models import parse_engine_model
from tests.wire.llm_server import LLMServer, Response, Status, Text

pytest.importorskip("openai", reason="needs the extra [openai]")
pytest.importorskip("anthropic", reason="needs the extra [anthropic]")

TRANSCRIPT = Transcript(turns=(make_turn(Role.AGENT, "Your table is booked."),))
NAME = Criterion(id="name", question="Does the agent ask for a name?")


def verdict(quote: str) -> str:
    evidence = [{"turn": 0, "quote": quote}]
    answers = [{"criterion": "name", "evidence": evidence, "reasoning": "It did not.", "verdict": "fail"}]
    return json.dumps({"answers": answers, "tampering": False})


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
        return AnthropicLLM(engine, endpoint=Endpoint(provider=provider, base_url=server.anthropic_url, key="sk-test"))
    return OpenAILLM(engine, endpoint=Endpoint(provider=provider, base_url=server.openai_url, key="sk-test"))


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
