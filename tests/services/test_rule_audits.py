"""The offline auditor and the offline proposer: rules one can check by eye."""

import asyncio

import pytest

from harness.interfaces import Message, MessageRole, ToolCall
from harness.model.audit import Dimension, Evaluation, Mark
from harness.services.rule_auditor import RuleAuditor
from harness.services.rule_proposer import INSTRUCTIONS, RuleProposer

PROMPT = "You are the receptionist of Luigi's. We open at 18:00 and have 40 seats."


def agent(text: str, *calls: ToolCall) -> Message:
    return Message(role=MessageRole.ASSISTANT, content=text, tool_calls=calls)


def caller(text: str) -> Message:
    return Message(role=MessageRole.USER, content=text)


def tool(result: str) -> Message:
    return Message(role=MessageRole.TOOL, content=f'{{"tool_call_id":"t","result":"{result}"}}', tool_call_id="t")


CALL = ToolCall(id="t", name="send_email", arguments="{}")
HELLO = agent("Good evening, Luigi's, how can I help?")


def marks(*messages: Message, prompt: str = PROMPT) -> Evaluation:
    evaluation = asyncio.run(RuleAuditor().evaluate(messages, prompt=prompt, language="en-US"))
    assert evaluation.is_sound
    return evaluation


GOOD = (
    HELLO,
    caller("A table for four at 19:30, please."),
    agent("Certainly, a table for 4 at 19:30 is booked. Thank you!"),
)


def test_a_call_that_went_well_has_the_best_marks_and_none_for_tools() -> None:
    evaluation = marks(*GOOD)
    assert {mark.score for mark in evaluation.marks.values()} == {5}
    assert evaluation.overall_score == 5
    assert Dimension.TOOL_USAGE not in evaluation.marks


@pytest.mark.parametrize(
    ("dimension", "messages", "score"),
    [
        (Dimension.HELPFULNESS, (HELLO, caller("Are you open?"), caller("Hello?")), 1),
        (Dimension.HELPFULNESS, (HELLO, caller("Are you open?"), agent("I don't know.")), 4),
        (Dimension.HELPFULNESS, (HELLO, caller("Are you open?"), HELLO), 4),
        (Dimension.ACCURACY, (HELLO, caller("When?"), agent("We open at 17:00.")), 3),
        (Dimension.ACCURACY, (HELLO, caller("When?"), agent("We open at 18:00, one moment.")), 5),
        (Dimension.ACCURACY, (HELLO, caller("For nine."), agent("For eight, yes.")), 3),
        (Dimension.TONE, (HELLO, caller("No."), agent("That is not my problem.")), 1),
        (Dimension.TONE, (agent("Yes?"), caller("Hi."), agent("What?")), 3),
        (Dimension.TONE, (caller("Hello?"),), 1),
        (Dimension.GOAL_COMPLETION, (HELLO, caller("A table, please.")), 2),
        (Dimension.GOAL_COMPLETION, (HELLO, caller("A table."), agent("For how many?")), 3),
        (Dimension.GOAL_COMPLETION, (HELLO, caller("Are you open?"), agent("Yes, we are.")), 4),
        (Dimension.GOAL_COMPLETION, (HELLO,), 1),
        (Dimension.TOOL_USAGE, (*GOOD, agent("", CALL), tool("success")), 5),
        (Dimension.TOOL_USAGE, (*GOOD, agent("", CALL), tool("failed")), 1),
        (Dimension.TOOL_USAGE, (*GOOD, agent("", CALL)), 1),
        (Dimension.TOOL_USAGE, (*GOOD, agent("", CALL, CALL), tool("failed"), tool("success")), 3),
    ],
)
def test_what_went_wrong_shows_in_its_dimension(
    dimension: Dimension, messages: tuple[Message, ...], score: int
) -> None:
    assert marks(*messages).marks[dimension].score == score


def test_it_says_what_it_is_and_names_the_lowest_mark() -> None:
    summary = marks(HELLO, caller("When?"), agent("We open at 17:00. See you!")).summary
    assert "Rule-based" in summary
    assert "accuracy" in summary
    assert "17:00" in summary


def test_a_call_without_a_word_can_be_marked() -> None:
    assert marks().overall_score < 4


def evaluation(**scores: int) -> Evaluation:
    given = {Dimension(name): Mark(score=score, reason=f"{name} {score}.") for name, score in scores.items()}
    return Evaluation(overall_score=3, marks=given, summary="s")


def propose(prompt: str, *evaluations: Evaluation) -> tuple[str, str]:
    proposed = asyncio.run(RuleProposer().propose(prompt, evaluations=evaluations, language="en-US"))
    return proposed.prompt, proposed.rationale


def test_one_instruction_is_added_for_what_was_marked_lowest_over_all_audits() -> None:
    first = evaluation(helpfulness=5, accuracy=5, tone=1, goal_completion=2)
    second = evaluation(helpfulness=5, accuracy=5, tone=5, goal_completion=2)
    prompt, rationale = propose(PROMPT, first, second)
    assert prompt == f"{PROMPT}\n{INSTRUCTIONS[Dimension.GOAL_COMPLETION][0]}"
    assert "goal completion was marked lowest (2.0 of 5 in 2 audits)" in rationale


def test_dimensions_that_share_the_lowest_mark_each_get_one() -> None:
    prompt, rationale = propose(PROMPT, evaluation(helpfulness=2, accuracy=2, tone=4, goal_completion=4))
    assert prompt.removeprefix(PROMPT).strip().splitlines() == [
        INSTRUCTIONS[Dimension.HELPFULNESS][0],
        INSTRUCTIONS[Dimension.ACCURACY][0],
    ]
    assert "helpfulness" in rationale
    assert "accuracy" in rationale


def test_an_instruction_that_stands_there_already_is_not_repeated() -> None:
    low = evaluation(helpfulness=5, accuracy=5, tone=1, goal_completion=5)
    once, _ = propose(PROMPT, low)
    twice, _ = propose(once, low)
    assert twice == "\n".join([PROMPT, *INSTRUCTIONS[Dimension.TONE]])
    thrice, rationale = propose(twice, low)
    assert thrice == twice
    assert "Nothing left" in rationale
