"""One question of every kind, and what comes of it in a call written as text."""

import asyncio

from harness.model.check_kinds import (
    Argument,
    Asks,
    AvoidsTool,
    Bounds,
    Confirms,
    Count,
    Greets,
    Hanger,
    HangsUp,
    Matches,
    Measures,
    NeverSays,
    Order,
    PressesKeys,
    Reprompts,
    Says,
    SaysNumber,
    SetsVariable,
    Speaks,
    SpeaksPlainly,
    ToolOrder,
    Transfers,
    UsesTool,
)
from harness.model.checks import AtTurn, Before, Check, Eventually, Never, Question, Together, Within
from harness.model.score import Evidence, Score, Scored
from harness.scorers.checks import CheckScorer
from tests.call_text import read_call

QUESTIONS: tuple[Question, ...] = (
    Says(phrases=("yes",)),
    NeverSays(phrases=("no",)),
    Matches(pattern="y.s"),
    Order(phrases=("yes", "no")),
    Count(phrase="yes", times=Bounds(at_least=2)),
    Count(phrase="yes", times=Bounds(at_most=1)),
    Count(tool="send_email", times=Bounds(at_most=0)),
    SaysNumber(value=Bounds(at_least=1, at_most=5)),
    Speaks(languages=("en",)),
    Asks(phrases=("name",)),
    Confirms(tool="send_email"),
    UsesTool(name="send_email", arguments=(Argument(path="$.to", value="a"),)),
    AvoidsTool(names=("send_email",)),
    ToolOrder(names=("send_email", "stop_service")),
    SetsVariable(name="x"),
    Transfers(),
    HangsUp(by=Hanger.AGENT),
    PressesKeys(keys="1"),
    Reprompts(within_ms=4000),
    SpeaksPlainly(),
    Greets(),
    Measures(kind="latency_ms", bounds=Bounds(at_most=600)),
    Measures(kind="reply_ms", bounds=Bounds(at_most=1000)),
    Measures(kind="reply_words", bounds=Bounds(at_least=2)),
    Measures(kind="words_per_minute", bounds=Bounds(at_most=150)),
    Measures(kind="questions", bounds=Bounds(at_most=0)),
    Measures(kind="call_ms", bounds=Bounds(at_most=5000)),
    Measures(kind="turns", bounds=Bounds(at_most=2)),
    Measures(kind="cost_usd", bounds=Bounds(at_most=1)),
    Eventually(of=Says(phrases=("yes",))),
    Before(first=Says(phrases=("yes",)), then=Says(phrases=("no",))),
    Within(ms=2000, of=Says(phrases=("yes",))),
    Within(turns=1, of=Says(phrases=("yes",))),
    AtTurn(index=1, of=Says(phrases=("yes",))),
    AtTurn(index=-1, of=Never(of=Says(phrases=("no",)))),
    Together(kind="all", of=(Says(phrases=("yes",)), Says(phrases=("no",)))),
    Together(kind="any", of=(Says(phrases=("yes",)), UsesTool(name="send_email"))),
)


def score(evidence: Evidence) -> list[Scored]:
    return list(asyncio.run(CheckScorer().score(evidence)))


def scored(text: str, question: Question) -> Scored:
    (result,) = score(read_call(text, (Check(question=question),)))
    return result


def passes(result: Scored) -> bool:
    return isinstance(result, Score) and result.passed is True


def named(question: Question) -> str:
    return f"{question.kind}-{QUESTIONS.index(question)}" if question in QUESTIONS else question.kind
