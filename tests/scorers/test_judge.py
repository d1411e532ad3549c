import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from harness.errors import RateLimitedError, ServiceError, ServiceRejectedError
from harness.interfaces import Delta, Message, MessageRole, Schema, StopReason, ToolSpec
from harness.model.call import Role, Transcript
from harness.model.rubric import Criterion, Level
from harness.model.score import Quote, Score, Scored, Unscored
from harness.scorers.judge import LLMJudge
from harness.testing.builders import make_turn

TRANSCRIPT = Transcript(
    turns=(
        make_turn(Role.AGENT, "Good evening, Bella's."),
        make_turn(Role.CALLER, "A table for two, please."),
        make_turn(Role.AGENT, "Your table is booked."),
    )
)
NAME = Criterion(id="name", question="Does the agent ask for a name?", fails=("books at once",))
WARM = Criterion(id="warm", question="Does the agent greet?", required=False)


def answer(criterion: str, verdict: str, *quotes: tuple[int | str, str], reasoning: str = "Because.") -> dict[str, Any]:
    evidence = [{"turn": turn, "quote": quote} for turn, quote in quotes]
    return {"criterion": criterion, "evidence": evidence, "reasoning": reasoning, "verdict": verdict}


def written(*answers: Mapping[str, Any], tampering: bool = False) -> str:
    return json.dumps({"answers": list(answers), "tampering": tampering})


class QueuedLLM:
    """Answers with what was put in, one after the other, and remembers what it was asked."""

    model = "scripted.judge"

    def __init__(self, *answers: str | Exception, stop: StopReason | None = StopReason.END) -> None:
        self.answers = list(answers)
        self.stop = stop
        self.requests: list[Sequence[Message]] = []
        self.schemas: list[Schema | None] = []

    async def stream(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        schema: Schema | None = None,
        max_tokens: int | None = None,
    ) -> AsyncIterator[Delta]:
        self.requests.append(tuple(messages))
        self.schemas.append(schema)
        given = self.answers.pop(0)
        if isinstance(given, Exception):
            raise given
        half = len(given) // 2
        yield Delta(text=given[:half])
        yield Delta(text=given[half:], stop=self.stop)


def judge(llm: QueuedLLM, *criteria: Criterion, transcript: Transcript = TRANSCRIPT) -> Sequence[Scored]:
    return asyncio.run(LLMJudge(llm, seed=1).judge(transcript, criteria or (NAME,)))


def test_fail_with_its_quote_fails_a_required_criterion() -> None:
    llm = QueuedLLM(written(answer("name", "fail", (2, "Your table is booked"), reasoning="It booked at once.")))
    (result,) = judge(llm)
    assert isinstance(result, Score)
    assert (result.name, result.passed, result.value, result.required) == ("rubric.name", False, 0.0, True)
    assert result.reason == '"Does the agent ask for a name?": no. It booked at once.'
    assert result.quotes == (Quote(turn=2, text="Your table is booked"),)


def test_pass_may_rest_on_something_absent() -> None:
    (result,) = judge(QueuedLLM(written(answer("name", "pass"))))
    assert isinstance(result, Score)
    assert result.passed is True


def test_answers_come_in_the_order_of_the_criteria() -> None:
    llm = QueuedLLM(written(answer("warm", "pass", (0, "good evening")), answer("name", "pass")))
    assert [r.name for r in judge(llm, NAME, WARM)] == ["rubric.name", "rubric.warm"]


def test_not_applicable_leaves_the_denominator_without_spoiling_the_trial() -> None:
    (result,) = judge(QueuedLLM(written(answer("name", "not_applicable"))))
    assert isinstance(result, Unscored)
    assert (result.required, result.reason.startswith("not applicable")) == (False, True)


def test_abstaining_from_a_required_criterion_stays_required() -> None:
    (result,) = judge(QueuedLLM(written(answer("name", "abstain", reasoning="Too little was said."))))
    assert isinstance(result, Unscored)
    assert result.required
    assert "Too little was said." in result.reason


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        pytest.param(written(answer("name", "fail", (2, "Cash only"))), '"Cash only\\" is not in turn 2', id="made up"),
        pytest.param(written(answer("name", "fail", (1, "Your table"))), "is not in turn 1", id="another turn"),
        pytest.param(written(answer("name", "fail", (9, "Your table"))), "there is no turn 9", id="no such turn"),
        pytest.param(written(answer("name", "fail", (2, "…"))), "is not in turn 2", id="quote without words"),
        pytest.param(written(answer("name", "fail")), "a fail needs at least one quote", id="fail without a quote"),
        pytest.param(written(answer("name", "great")), "the verdict 'great'", id="unknown verdict"),
        pytest.param(written(answer("name", "pass", ("2", "Your table"))), "each piece of evidence", id="turn as text"),
        pytest.param(written(), "0 answers instead of one", id="missing"),
        pytest.param(written(answer("name", "pass"), answer("name", "pass")), "2 answers", id="twice"),
        pytest.param('{"answers": [{"criterion": "name", "verdict": "pass"}]}', "are needed", id="fields missing"),
        pytest.param('{"answers": "pass"}', "has no list", id="no list"),
        pytest.param("The agent did well.", "not JSON", id="prose"),
        pytest.param("", "not JSON", id="empty"),
    ],
)
def test_faulty_answer_gets_one_more_try_with_the_fault_named_and_then_none(bad: str, fault: str) -> None:
    good = written(answer("name", "fail", (2, "your table is booked")))
    llm = QueuedLLM(bad, good)
    (result,) = judge(llm)
    assert isinstance(result, Score)
    assert fault.replace("\\", "") in llm.requests[1][-1].content
    assert all(message.content for message in llm.requests[1])

    (result,) = judge(QueuedLLM(bad, bad))
    assert isinstance(result, Unscored)
    assert result.required
    assert fault.replace("\\", "") in result.reason


def test_retry_keeps_what_was_already_right() -> None:
    first = written(answer("warm", "pass", (0, "good evening")), answer("name", "fail"))
    second = written(answer("warm", "fail", (0, "Bella's")), answer("name", "pass"))
    name, warm = judge(QueuedLLM(first, second), NAME, WARM)
    assert isinstance(name, Score)
    assert isinstance(warm, Score)
    assert (name.passed, warm.passed) == (True, True)


@pytest.mark.parametrize(
    ("stop", "words"),
    [
        pytest.param(StopReason.REFUSAL, "refused", id="refusal"),
        pytest.param(StopReason.LENGTH, "length limit", id="truncated"),
        pytest.param(None, "broke off", id="no stop reason"),
    ],
)
def test_answer_that_did_not_end_is_no_verdict_however_it_reads(stop: StopReason | None, words: str) -> None:
    complete = written(answer("name", "pass"))
    (result,) = judge(QueuedLLM(complete, complete, stop=stop))
    assert isinstance(result, Unscored)
    assert words in result.reason


@pytest.mark.parametrize(
    ("error", "words"),
    [
        pytest.param(
            RateLimitedError("slow down", service="openai", retry_after_s=20),
            "rate limited, it asks to wait 20 s",
            id="429",
        ),
        pytest.param(RateLimitedError("slow down", service="openai"), "rate limited: openai", id="429 without a wait"),
        pytest.param(ServiceRejectedError("bad key", service="openai", status=401), "openai: bad key", id="bad key"),
        pytest.param(ServiceError("down", service="openai", status=500), "openai: down", id="server error"),
    ],
)
def test_service_that_fails_leaves_the_criterion_unscored(error: ServiceError, words: str) -> None:
    (result,) = judge(QueuedLLM(error))
    assert isinstance(result, Unscored)
    assert result.required
    assert words in result.reason


def test_service_that_fails_at_the_second_try_keeps_the_first_answers() -> None:
    first = written(answer("warm", "pass", (0, "good evening")))
    name, warm = judge(QueuedLLM(first, ServiceError("down", service="openai")), NAME, WARM)
    assert isinstance(name, Unscored)
    assert isinstance(warm, Score)


def test_at_most_five_criteria_share_a_request() -> None:
    criteria = [Criterion(id=f"c{i}", question=f"Question {i}?") for i in range(7)]
    everything = written(*(answer(c.id, "pass") for c in criteria))
    llm = QueuedLLM(everything, everything)
    assert all(isinstance(r, Score) and r.passed for r in judge(llm, *criteria))
    assert [message.content.count("question:") for message in (llm.requests[0][1], llm.requests[1][1])] == [5, 2]


def test_transcript_stands_in_the_request_and_never_in_the_instructions() -> None:
    llm = QueuedLLM(written(answer("name", "pass")))
    judge(llm)
    system, request = llm.requests[0]
    assert (system.role, request.role) == (MessageRole.SYSTEM, MessageRole.USER)
    assert "table for two" not in system.content
    tag = request.content.split("<evidence-")[1][:16]
    inside = request.content.split(f"<evidence-{tag}>")[1].split(f"</evidence-{tag}>")[0]
    assert json.loads(inside)[1]["text"] == "A table for two, please."


def test_schema_asks_for_evidence_before_the_verdict_and_forbids_the_rest() -> None:
    llm = QueuedLLM(written(answer("name", "pass")))
    judge(llm)
    schema = llm.schemas[0]
    assert schema is not None
    item = schema.document["properties"]["answers"]["items"]
    assert list(item["properties"]) == ["criterion", "evidence", "reasoning", "verdict"]
    assert_strict(schema.document)


def assert_strict(schema: Mapping[str, Any]) -> None:
    if schema["type"] == "object":
        assert schema["additionalProperties"] is False
        assert schema["required"] == list(schema["properties"])
        for child in schema["properties"].values():
            assert_strict(child)
    if schema["type"] == "array":
        assert_strict(schema["items"])
    assert not set(schema) & {"minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"}


def test_noticed_tampering_is_told_with_the_verdict() -> None:
    _, suspicion = judge(QueuedLLM(written(answer("name", "pass"), tampering=True)))
    assert suspicion.name == "tampering_suspected"
    assert "tried to influence it" in suspicion.reason


def test_cut_transcript_is_told_with_the_verdict() -> None:
    long = Transcript(turns=(make_turn(Role.AGENT, "word " * 2000),))
    (result,) = judge(QueuedLLM(written(answer("name", "pass"))), transcript=long)
    assert "was cut for the judge" in result.reason


def test_same_seed_asks_the_same_question() -> None:
    one, two = QueuedLLM(written(answer("name", "pass"))), QueuedLLM(written(answer("name", "pass")))
    judge(one)
    judge(two)
    assert one.requests == two.requests


def asked(llm: QueuedLLM) -> list[str]:
    return re.findall(r"- id: (\S+)", llm.requests[0][1].content)


def test_order_of_the_criteria_differs_between_votes_and_calls_and_repeats_with_the_seed() -> None:
    criteria = [Criterion(id=f"c{i}", question=f"Question {i}?") for i in range(5)]
    everything = written(*(answer(c.id, "pass") for c in criteria))
    orders = {}
    for seed in range(4):
        for said in ("Hello.", "Goodbye."):
            llm = QueuedLLM(everything)
            asyncio.run(LLMJudge(llm, seed=seed).judge(Transcript(turns=(make_turn(Role.AGENT, said),)), criteria))
            orders[seed, said] = tuple(asked(llm))
    assert len(set(orders.values())) > 4
    assert all(sorted(order) == [c.id for c in criteria] for order in orders.values())


MARKS = Criterion(
    id="warm", question="How warm?", required=False, levels=(Level(at=0, means="cold"), Level(at=5, means="kind"))
)


def test_graded_criterion_is_a_mark_that_decides_nothing() -> None:
    llm = QueuedLLM(written(answer("warm", "4", (0, "good evening"))))
    (result,) = judge(llm, MARKS)
    assert isinstance(result, Score)
    assert (result.value, result.passed, result.required) == (4.0, None, False)
    assert result.reason == '"How warm?": 4 of 5. Because.'
    request = llm.requests[0][1].content
    assert 'mark "0": cold' in request
    assert 'mark "5": kind' in request


@pytest.mark.parametrize(
    ("criterion", "verdict"),
    [pytest.param(MARKS, "pass", id="word for a mark"), pytest.param(NAME, "5", id="mark for a word")],
)
def test_answer_of_the_wrong_kind_is_none(criterion: Criterion, verdict: str) -> None:
    bad = written(answer(criterion.id, verdict))
    (result,) = judge(QueuedLLM(bad, bad), criterion)
    assert isinstance(result, Unscored)
    assert f"the verdict {verdict!r} is none of" in result.reason


def test_condition_of_a_criterion_is_told() -> None:
    llm = QueuedLLM(written(answer("name", "not_applicable")))
    (result,) = judge(llm, replace(NAME, applies_if="the caller books a table"))
    assert "applies only if: the caller books a table" in llm.requests[0][1].content
    assert isinstance(result, Unscored)
    assert not result.applicable


def test_criterion_about_one_turn_is_judged_by_that_turn() -> None:
    elsewhere = written(answer("name@2", "fail", (0, "good evening")))
    there = written(answer("name@2", "fail", (2, "your table is booked")))
    llm = QueuedLLM(elsewhere, there)
    (result,) = judge(llm, NAME.about(2))
    assert "about turn 2 only" in llm.requests[0][1].content
    assert "needs a quote from turn 2" in llm.requests[1][-1].content
    assert isinstance(result, Score)
    assert (result.name, result.turn, result.required) == ("rubric.name", 2, False)


def test_fingerprint_changes_with_the_model_and_not_with_the_seed() -> None:
    other = QueuedLLM()
    other.model = "scripted.other"
    assert LLMJudge(QueuedLLM(), seed=1).fingerprint == LLMJudge(QueuedLLM(), seed=2).fingerprint
    assert LLMJudge(other).fingerprint != LLMJudge(QueuedLLM()).fingerprint


def test_unpaired_surrogates_in_call_and_question_are_judged_like_anything_else() -> None:
    odd = Transcript(turns=(make_turn(Role.CALLER, "A table\ud800 for\udfff two"),))
    llm = QueuedLLM(written(answer("name", "fail", (0, "a table for two"))))
    (result,) = judge(llm, replace(NAME, question="Is \ud800 it?"), transcript=odd)
    assert isinstance(result, Score)
    assert result.quotes == (Quote(turn=0, text="a table for two"),)


def test_long_call_is_asked_about_every_turn_five_questions_at_a_time() -> None:
    turns = tuple(
        make_turn(Role.AGENT if i % 2 else Role.CALLER, f"Line {i}.", started_ms=i * 1000) for i in range(200)
    )
    questions = [NAME.about(i) for i in range(1, 200, 2)]
    everything = written(*(answer(q.key, "pass") for q in questions))
    llm = QueuedLLM(*[everything] * 20)
    results = judge(llm, *questions, transcript=Transcript(turns=turns))
    assert [result.turn for result in results] == [q.turn for q in questions]
    assert all(isinstance(result, Score) and result.passed for result in results)
    assert llm.answers == []
