"""Marks a conversation with no model, by rules an onlooker can check: was every turn answered, were numbers true.

It exists so that the platform's audits can be tried offline, and says in its summary what it is. It understands no
language; its marks tell a call that went wrong from one that did not, and no more.
"""

import re
from collections.abc import Sequence

from harness.interfaces import Message, MessageRole
from harness.model.audit import HIGHEST, LOWEST, Dimension, Evaluation, Mark
from harness.services.extractive.numbers import numerals

_POLITE = re.compile(
    r"\b(?:please|thank|thanks|sorry|apolog\w+|welcome|glad|happy to|of course|certainly|my pleasure|good (?:morning|"
    r"afternoon|evening|day))\b",
    re.IGNORECASE,
)
_RUDE = re.compile(r"\b(?:shut up|stupid|idiot|nonsense|not my problem|whatever)\b", re.IGNORECASE)
_UNHELPFUL = re.compile(
    r"\b(?:i (?:do not|don't|can't|cannot) (?:know|help|understand)|i'm not able to|i am not able to)\b", re.IGNORECASE
)
_AGREED = re.compile(
    r"\b(?:booked|reserved|confirmed|noted|arranged|scheduled|cancelled|canceled|refunded|ordered|transferr\w+|connect\w*"
    r"|sent|all set|done|passed on|see you)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:[.:,]\d+)*")
_FAILED = re.compile(r'"(?:result|status)"\s*:\s*"(?:failed|error)"')


class RuleAuditor:
    """Marks the five dimensions by rules."""

    @property
    def name(self) -> str:
        """Return its name."""
        return "rules"

    async def evaluate(self, messages: Sequence[Message], *, prompt: str, language: str) -> Evaluation:
        """Mark a conversation; the reasons are English whatever the language."""
        marks = {
            Dimension.HELPFULNESS: _helpfulness(messages),
            Dimension.ACCURACY: _accuracy(messages, prompt),
            Dimension.TONE: _tone(messages),
            Dimension.GOAL_COMPLETION: _goal_completion(messages),
        }
        if (tools := _tool_usage(messages)) is not None:
            marks[Dimension.TOOL_USAGE] = tools
        worst = min(marks, key=lambda dimension: marks[dimension].score)
        total = sum(mark.score for mark in marks.values())
        return Evaluation(
            # Halves are rounded up.
            overall_score=(2 * total + len(marks)) // (2 * len(marks)),
            marks=marks,
            summary=(
                "Rule-based audit, made without a language model. "
                f"Lowest mark: {worst.value.replace('_', ' ')} ({marks[worst].score} of 5). {marks[worst].reason}"
            ),
        )


def _helpfulness(messages: Sequence[Message]) -> Mark:
    asked, unanswered = _turns(messages)
    if not asked:
        return Mark(score=3, reason="The caller said nothing the agent could have answered.")
    replies = _replies(messages)
    evasive = sum(bool(_UNHELPFUL.search(reply)) for reply in replies)
    repeated = len(replies) - len({reply.strip().casefold() for reply in replies})
    score = _clamped(HIGHEST - round(4 * unanswered / asked) - evasive - repeated)
    return Mark(
        score=score,
        reason=f"{asked - unanswered} of {asked} caller turns were answered, {evasive} of the replies said the agent "
        f"could not help, {repeated} repeated an earlier reply.",
    )


def _accuracy(messages: Sequence[Message], prompt: str) -> Mark:
    given = set(_numbers(prompt))
    invented: list[str] = []
    for message in messages:
        if message.role is MessageRole.ASSISTANT:
            invented += [number for number in _numbers(message.content) if number not in given]
        else:
            given.update(_numbers(message.content))
    unique = list(dict.fromkeys(invented))
    if not unique:
        return Mark(score=HIGHEST, reason="Every number the agent said stands in the prompt, a tool or the call.")
    return Mark(
        score=_clamped(HIGHEST - 1 - len(unique)),
        reason=f"The agent said numbers nobody gave it: {', '.join(unique)}.",
    )


def _tone(messages: Sequence[Message]) -> Mark:
    replies = _replies(messages)
    if not replies:
        return Mark(score=LOWEST, reason="The agent said nothing.")
    rude = sum(bool(_RUDE.search(reply)) for reply in replies)
    if rude:
        return Mark(score=LOWEST, reason=f"{rude} of {len(replies)} replies hold rude words.")
    polite = sum(bool(_POLITE.search(reply)) for reply in replies)
    score = 3 + round(2 * min(1.0, 2 * polite / len(replies)))
    return Mark(score=score, reason=f"{polite} of {len(replies)} replies hold polite words, none a rude one.")


def _goal_completion(messages: Sequence[Message]) -> Mark:
    asked, _ = _turns(messages)
    replies = _replies(messages)
    if not asked or not replies:
        return Mark(score=LOWEST, reason="There was no conversation in which anything could be reached.")
    spoken = [message for message in messages if message.role is not MessageRole.TOOL and message.content.strip()]
    if spoken[-1].role is MessageRole.USER:
        return Mark(score=2, reason="The call ended with the caller's words unanswered.")
    if any(_AGREED.search(reply) for reply in replies):
        return Mark(score=HIGHEST, reason="The agent said that something was done or agreed, and had the last word.")
    if replies[-1].rstrip().endswith("?"):
        return Mark(score=3, reason="The call ended with a question of the agent open.")
    return Mark(score=4, reason="Every question was answered; nothing was said to be done or agreed.")


def _tool_usage(messages: Sequence[Message]) -> Mark | None:
    called = sum(len(message.tool_calls) for message in messages)
    if not called:
        return None
    failed = sum(bool(_FAILED.search(each.content)) for each in messages if each.role is MessageRole.TOOL)
    returned = sum(message.role is MessageRole.TOOL for message in messages)
    lost = max(0, called - returned)
    score = _clamped(HIGHEST - round(4 * (failed + lost) / called))
    return Mark(score=score, reason=f"Of {called} tool calls {failed} failed and {lost} brought no result.")


def _turns(messages: Sequence[Message]) -> tuple[int, int]:
    """Return how many turns the caller had, and how many no words followed.

    The platform stores one turn as several messages, so that messages in a row are one turn and only the last can be
    without an answer.
    """
    asked = 0
    waiting = False
    for message in messages:
        if message.role is MessageRole.USER:
            asked += not waiting
            waiting = True
        elif message.role is MessageRole.ASSISTANT and message.content.strip():
            waiting = False
    return asked, int(waiting)


def _replies(messages: Sequence[Message]) -> list[str]:
    return [each.content for each in messages if each.role is MessageRole.ASSISTANT and each.content.strip()]


def _numbers(text: str) -> list[str]:
    # "One" is hardly ever meant as a number ("one moment, please").
    return [number for number in _NUMBER.findall(numerals(text)) if number != "1"]


def _clamped(score: int) -> int:
    return max(LOWEST, min(HIGHEST, score))
