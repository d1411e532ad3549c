"""Every kind of question and the rule that answers it."""

from collections.abc import Sequence
from typing import assert_never

from harness.model.check_kinds import (
    Asks,
    AvoidsTool,
    Confirms,
    Count,
    Greets,
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
from harness.model.checks import AtTurn, Before, Eventually, Never, Question, Together, Within
from harness.scorers.checks.composed import (
    rule_before,
    rule_eventually,
    rule_never,
    rule_together,
    rule_turn,
    rule_within,
)
from harness.scorers.checks.languages import rule_language
from harness.scorers.checks.manner import rule_greets, rule_plain_speech, rule_reprompt
from harness.scorers.checks.measures import rule_measure
from harness.scorers.checks.numbers_said import rule_number
from harness.scorers.checks.platform import rule_dtmf, rule_hung_up_by, rule_transfer, rule_variable
from harness.scorers.checks.questions import rule_asks, rule_confirmed
from harness.scorers.checks.ruling import Ruling
from harness.scorers.checks.scope import Scope
from harness.scorers.checks.tools import rule_not_tool, rule_tool, rule_tool_order
from harness.scorers.checks.words import rule_count, rule_never_says, rule_order, rule_regex, rule_says, wordless


def rule(question: Question, scope: Scope) -> Ruling:
    """Return the answer to a question about a stretch of a call."""
    nothing_to_look_for = wordless(_phrases(question), scope=scope)
    if nothing_to_look_for is not None:
        return nothing_to_look_for
    match question:
        case Says() | NeverSays() | Matches() | Order() | Count() | SaysNumber() | Speaks() | Asks():
            return _of_words(question, scope)
        case Confirms() | UsesTool() | AvoidsTool() | ToolOrder() | SetsVariable() | Transfers() | HangsUp():
            return _of_deeds(question, scope)
        case PressesKeys():
            return rule_dtmf(question, scope=scope)
        case Reprompts():
            return rule_reprompt(question, scope=scope)
        case SpeaksPlainly():
            return rule_plain_speech(scope=scope)
        case Greets():
            return rule_greets(question, scope=scope)
        case Measures():
            return rule_measure(question, scope=scope)
        case Never() | Eventually() | Before() | Within() | AtTurn() | Together():
            return _composed(question, scope)
        case _:
            assert_never(question)


def _of_words(
    question: Says | NeverSays | Matches | Order | Count | SaysNumber | Speaks | Asks, scope: Scope
) -> Ruling:
    match question:
        case Says():
            return rule_says(question, scope=scope)
        case NeverSays():
            return rule_never_says(question, scope=scope)
        case Matches():
            return rule_regex(question, scope=scope)
        case Order():
            return rule_order(question, scope=scope)
        case Count():
            return rule_count(question, scope=scope)
        case SaysNumber():
            return rule_number(question, scope=scope)
        case Speaks():
            return rule_language(question, scope=scope)
        case Asks():
            return rule_asks(question, scope=scope)
        case _:
            assert_never(question)


def _of_deeds(
    question: Confirms | UsesTool | AvoidsTool | ToolOrder | SetsVariable | Transfers | HangsUp, scope: Scope
) -> Ruling:
    match question:
        case Confirms():
            return rule_confirmed(question, scope=scope)
        case UsesTool():
            return rule_tool(question, scope=scope)
        case AvoidsTool():
            return rule_not_tool(question, scope=scope)
        case ToolOrder():
            return rule_tool_order(question, scope=scope)
        case SetsVariable():
            return rule_variable(question, scope=scope)
        case Transfers():
            return rule_transfer(question, scope=scope)
        case HangsUp():
            return rule_hung_up_by(question, scope=scope)
        case _:
            assert_never(question)


def _composed(question: Never | Eventually | Before | Within | AtTurn | Together, scope: Scope) -> Ruling:
    match question:
        case Never():
            return rule_never(question, scope=scope, rule=rule)
        case Eventually():
            return rule_eventually(question, scope=scope, rule=rule)
        case Before():
            return rule_before(question, scope=scope, rule=rule)
        case Within():
            return rule_within(question, scope=scope, rule=rule)
        case AtTurn():
            return rule_turn(question, scope=scope, rule=rule)
        case Together():
            return rule_together(question, scope=scope, rule=rule)
        case _:
            assert_never(question)


def _phrases(question: Question) -> Sequence[str]:
    match question:
        case Says() | NeverSays() | Order() | Asks() | Greets():
            return question.phrases
        case Count(phrase=phrase):
            return (phrase,) if phrase else ()
        case Confirms():
            return question.asks
        case _:
            return ()
