"""Audits: who may have one, how many at a time, and what becomes of each."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from harness.errors import ApiError, ServiceError
from harness.interfaces import Message
from harness.model.audit import Dimension, Evaluation, Mark
from harness.services.rule_auditor import RuleAuditor
from harness.simulator.kernel.world import World
from harness.simulator.records.ais import Ais
from harness.simulator.records.audits import Audits
from harness.telephone.clock import VirtualClock
from harness.voipbin.resources import NIL_ID, Kind, Record
from tests.api_document import check_record


class Says:
    """An evaluator with one answer."""

    name = "says"

    def __init__(self, answer: Callable[[], Evaluation | None]) -> None:
        self.answer = answer
        self.asked: list[Sequence[Message]] = []

    async def evaluate(self, messages: Sequence[Message], *, prompt: str, language: str) -> Evaluation | None:
        self.asked.append(messages)
        return self.answer()


def evaluation(score: int = 4, *, reason: str = "So it was.", without: Dimension | None = None) -> Evaluation:
    marks = {dimension: Mark(score=score, reason=reason) for dimension in Dimension if dimension is not without}
    return Evaluation(overall_score=score, marks=marks, summary="All in all.")


def unavailable() -> Evaluation:
    raise ServiceError("is down", service="says")


class Bench:
    """A world with AIs, finished calls and audits."""

    def __init__(self, answer: Callable[[], Evaluation | None] = evaluation) -> None:
        self.world = World(clock=VirtualClock(), seed=1)
        self.ais = Ais(self.world)
        self.auditor = Says(answer)
        self.audits = Audits(self.world, auditor=self.auditor)

    def ai(self, prompt: str = "Be kind.", **fields: Any) -> Record:
        return self.ais.create({"engine_model": "openai.gpt-5", "init_prompt": prompt, **fields})

    def aicall(self, *ais: Record, **fields: Any) -> Record:
        snapshots = [
            {"ai_id": ai["id"], "prompt_history_id": ai["current_prompt_history_id"], "prompt": ai["init_prompt"]}
            for ai in ais
        ]
        given: dict[str, Any] = {
            "assistance_id": ais[0]["id"],
            "status": "terminated",
            "metadata": {"prompt_snapshots": snapshots},
        }
        return self.world.create(Kind.AICALL, **(given | fields))

    def say(self, aicall: Record, role: str, content: str, **fields: Any) -> Record:
        return self.world.create(Kind.MESSAGE, aicall_id=aicall["id"], role=role, content=content, **fields)

    def run(self, *, until_ms: int | None = None) -> None:
        async def go() -> None:
            while (until_ms is None or self.world.clock.now_ms() < until_ms) and await self.world.clock.step():
                pass

        asyncio.run(go())


def refusal(bench: Bench, aicall_id: str) -> tuple[int, str]:
    with pytest.raises(ApiError) as refused:
        bench.audits.start(aicall_id)
    return refused.value.http_status, refused.value.reason


def test_every_ai_that_took_part_gets_its_marks() -> None:
    bench = Bench()
    first, second = bench.ai(), bench.ai("Sell.")
    started = bench.audits.start(bench.aicall(first, second)["id"], language="nl-BE")
    assert [(each["ai_id"], each["status"], each["language"]) for each in started] == [
        (first["id"], "progressing", "nl-BE"),
        (second["id"], "progressing", "nl-BE"),
    ]
    check_record(started[0], "AIManagerAIAudit")
    bench.run()
    for audit, ai in zip(started, (first, second), strict=True):
        assert (audit["status"], audit["overall_score"], audit["error"]) == ("completed", 4, "")
        assert audit["prompt_history_id"] == ai["current_prompt_history_id"]
        assert audit["evaluation"]["dimensions"]["tone"] == {"score": 4, "reason": "So it was."}
        check_record(audit, "AIManagerAIAudit")


def test_an_audit_without_tools_has_a_null_mark_for_them() -> None:
    bench = Bench(lambda: evaluation(without=Dimension.TOOL_USAGE))
    [audit] = bench.audits.start(bench.aicall(bench.ai())["id"])
    bench.run()
    assert audit["evaluation"]["dimensions"]["tool_usage"] is None
    assert list(audit["evaluation"]["dimensions"]) == [dimension.value for dimension in Dimension]


@pytest.mark.parametrize("status", ["initiating", "progressing", "pausing", "resuming", "terminating"])
def test_a_call_that_is_not_over_cannot_be_audited(status: str) -> None:
    bench = Bench()
    assert refusal(bench, bench.aicall(bench.ai(), status=status)["id"]) == (400, "INVALID_ARGUMENT")


def test_an_unknown_call_cannot_be_audited() -> None:
    assert refusal(Bench(), NIL_ID) == (404, "AICALL_NOT_FOUND")


def test_a_second_audit_of_a_call_waits_for_the_first() -> None:
    bench = Bench()
    aicall = bench.aicall(bench.ai())
    bench.audits.start(aicall["id"])
    assert refusal(bench, aicall["id"]) == (409, "STATE_INVALID")
    bench.run()
    bench.audits.start(aicall["id"])


def test_ten_audits_run_at_a_time_and_no_more() -> None:
    bench = Bench()
    ai = bench.ai()
    for _ in range(10):
        bench.audits.start(bench.aicall(ai)["id"])
    eleventh = bench.aicall(ai)
    assert refusal(bench, eleventh["id"]) == (429, "RATE_LIMIT_EXCEEDED")
    bench.run()
    bench.audits.start(eleventh["id"])


def test_another_audit_of_a_call_overwrites_the_first() -> None:
    bench = Bench()
    aicall = bench.aicall(bench.ai())
    [first] = bench.audits.start(aicall["id"])
    bench.run()
    bench.auditor.answer = lambda: evaluation(2)
    [second] = bench.audits.start(aicall["id"])
    assert (second["id"], second["status"], second["evaluation"]) == (first["id"], "progressing", None)
    bench.run()
    assert [audit["overall_score"] for audit in bench.world.records(Kind.AUDIT)] == [2]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (unavailable, "evaluator_unavailable"),
        (lambda: None, "invalid_evaluator_response"),
        (lambda: evaluation(0), "invalid_evaluator_response"),
        (lambda: evaluation(6), "invalid_evaluator_response"),
        (lambda: evaluation(reason=" "), "invalid_evaluator_response"),
        (lambda: evaluation(without=Dimension.TONE), "invalid_evaluator_response"),
    ],
)
def test_an_evaluator_that_fails_leaves_no_marks(answer: Callable[[], Evaluation | None], error: str) -> None:
    bench = Bench(answer)
    [audit] = bench.audits.start(bench.aicall(bench.ai())["id"])
    bench.run()
    assert (audit["status"], audit["error"], audit["overall_score"], audit["evaluation"]) == (
        "failed",
        error,
        None,
        None,
    )
    check_record(audit, "AIManagerAIAudit")


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ({}, "invalid_call_metadata"),
        ({"prompt_snapshots": "none"}, "invalid_call_metadata"),
        ({"prompt_snapshots": []}, "prompt_snapshot_not_found"),
    ],
    ids=str,
)
def test_a_call_that_does_not_say_which_prompt_ran_cannot_be_marked(metadata: dict[str, Any], error: str) -> None:
    bench = Bench()
    [audit] = bench.audits.start(bench.aicall(bench.ai(), metadata=metadata)["id"])
    bench.run()
    assert (audit["status"], audit["error"]) == ("failed", error)


def test_an_ai_that_had_no_prompt_cannot_be_marked() -> None:
    bench = Bench()
    [audit] = bench.audits.start(bench.aicall(bench.ai(""))["id"])
    bench.run()
    assert audit["error"] == "prompt_snapshot_has_no_history_id"


def test_an_ai_that_spoke_without_a_snapshot_is_told_apart() -> None:
    bench = Bench()
    front, sales = bench.ai(), bench.ai()
    aicall = bench.aicall(front)
    bench.say(aicall, "assistant", "Hello.", active_ai_id=sales["id"])
    started = bench.audits.start(aicall["id"])
    bench.run()
    assert [(each["ai_id"], each["error"]) for each in started] == [
        (front["id"], ""),
        (sales["id"], "prompt_snapshot_not_found"),
    ]


def test_a_deleted_audit_in_flight_is_cancelled_and_makes_room() -> None:
    bench = Bench()
    aicall = bench.aicall(bench.ai())
    [audit] = bench.audits.start(aicall["id"])
    bench.audits.delete(audit["id"])
    assert (audit["status"], audit["error"]) == ("failed", "cancelled")
    [other] = bench.audits.start(aicall["id"])
    bench.run()
    assert other["id"] != audit["id"]
    assert (audit["status"], other["status"]) == ("failed", "completed")


def test_an_audit_deleted_while_the_evaluator_thinks_stays_cancelled() -> None:
    bench = Bench()
    [audit] = bench.audits.start(bench.aicall(bench.ai())["id"])

    def deletes() -> Evaluation:
        bench.audits.delete(audit["id"])
        return evaluation()

    bench.auditor.answer = deletes
    bench.run()
    assert (audit["status"], audit["error"], audit["evaluation"]) == ("failed", "cancelled", None)


def test_what_was_said_is_evaluated_and_named_newest_first() -> None:
    bench = Bench()
    ai, other = bench.ai(), bench.ai()
    aicall = bench.aicall(ai)
    bench.say(aicall, "system", "You are a platform.")
    asked = bench.say(aicall, "user", "x" * 5_000)
    bench.say(aicall, "assistant", "Sell!", active_ai_id=other["id"])
    answered = bench.say(aicall, "assistant", "Yes.", active_ai_id=ai["id"])
    audit = bench.audits.start(aicall["id"])[0]
    bench.run()
    assert audit["message_ids"] == [answered["id"], asked["id"]]
    assert [len(message.content) for message in bench.auditor.asked[0]] == [4_000, 4]


def test_of_a_long_call_the_last_500_messages_are_evaluated() -> None:
    bench = Bench()
    aicall = bench.aicall(bench.ai())
    ids = [bench.say(aicall, "user", str(number))["id"] for number in range(501)]
    [audit] = bench.audits.start(aicall["id"])
    bench.run()
    assert audit["message_ids"] == ids[:0:-1]


@pytest.mark.parametrize(
    ("of_ai", "of_call", "is_audited"),
    [(True, False, True), (False, True, True), (False, False, False)],
)
def test_a_call_is_audited_by_itself_a_second_after_its_end(of_ai: bool, of_call: bool, is_audited: bool) -> None:
    bench = Bench()
    aicall = bench.aicall(bench.ai(auto_aicall_audit_enabled=of_ai))
    aicall["metadata"]["auto_audit_enabled"] = of_call
    bench.audits.auto(aicall)
    assert not list(bench.world.records(Kind.AUDIT))
    bench.run(until_ms=1_000)
    assert [audit["tm_create"] for audit in bench.world.records(Kind.AUDIT)] == [1_000] * is_audited


def test_an_automatic_audit_that_comes_too_late_says_nothing() -> None:
    bench = Bench()
    aicall = bench.aicall(bench.ai(auto_aicall_audit_enabled=True))
    bench.audits.auto(aicall)
    [by_hand] = bench.audits.start(aicall["id"])
    bench.run()
    assert list(bench.world.records(Kind.AUDIT)) == [by_hand]


def test_the_offline_auditor_can_be_used() -> None:
    bench = Bench()
    audits = Audits(bench.world, auditor=RuleAuditor())
    aicall = bench.aicall(bench.ai())
    bench.say(aicall, "assistant", "Good evening, how can I help?")
    bench.say(aicall, "user", "A table for four, please.")
    call = {"id": "c1", "type": "function", "function": {"name": "send_email", "arguments": "{}"}}
    bench.say(aicall, "assistant", "", tool_calls=[call])
    bench.say(aicall, "tool", '{"tool_call_id":"c1","result":"failed","message":"no"}', tool_call_id="c1")
    bench.say(aicall, "assistant", "Your table for four is booked. Thank you!")
    [audit] = audits.start(aicall["id"])
    bench.run()
    assert audit["status"] == "completed"
    assert audit["evaluation"]["dimensions"]["tool_usage"]["score"] == 1
    check_record(audit, "AIManagerAIAudit")
