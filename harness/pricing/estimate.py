"""What a call will use, at least and at most, from its case alone and before it is placed.

The most is a cap on what is plausible: it takes the longest way through the script, an agent that talks at length and
is asked twice for each line, and a call that lasts as long as the case allows.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from harness.model.call import Tier
from harness.model.case import Case
from harness.model.free import is_free
from harness.model.rubric import Scope
from harness.model.suite import Planned
from harness.model.usage import CHARACTERS_A_TOKEN, Service, Side, Unit, Usage, pooled
from harness.pricing.lines import is_real, line_of
from harness.pricing.talk import Talk, least_talk, most_talk, tokens_of

WORDS_A_MINUTE: Final = 150
REPLY_WORDS: Final = (20, 80)
"""Of one answer of the agent."""
_LETTERS: Final = 6
_PLATFORM_TOKENS: Final = 200
"""The platform's own system prompt."""
_TOOL_TOKENS: Final = 120
"""The description of one tool."""
_ALL_TOOLS: Final = 20
_ASKED_FOR_A_LINE: Final = 2
"""Most answers to one line: one more where a pause parts the line, or a tool's result is to be put in words."""
_THINKING_TOKENS: Final = 1_000
"""Most that a model thinks before an answer, where it is one that does."""
_THINKS: Final = (
    "openai.gpt-5",
    "openai.o",
    "anthropic.claude-sonnet-5",
    "anthropic.claude-opus-5",
    "gemini.",
    "grok.",
)
_CALLER_TOKENS: Final = 900
"""Instructions of a caller who makes lines up, without the persona's facts."""
_JUDGE_TOKENS: Final = 900
"""Instructions and answer schema of a judge."""
_JUDGE_GROUP: Final = 5
"""Most criteria in one request."""
_VERDICT_TOKENS: Final = (40, 300)
"""A judge's answer to one criterion."""
_JUDGE_ATTEMPTS: Final = 2
_SUMMARY_TOKENS: Final = (60, 1_000)
_SUMMARY_CRITERIA: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Who works in a call beside the agent's own model, by the names prices go by."""

    tier: Tier
    judges: tuple[str, ...] = ()
    """engine_model of each vote."""
    caller_model: str = "embedded.caller"
    stt: str = "auto"
    summariser: str = "embedded"
    transport: str = "simulated"
    replayed: bool = False
    """Whether language models' answers are played from cassettes, which costs nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A number between two."""

    low: float
    high: float

    def __add__(self, other: "Span") -> "Span":
        """Return the sum."""
        return Span(low=self.low + other.low, high=self.high + other.high)

    def __mul__(self, times: float) -> "Span":
        """Return it several times."""
        return Span(low=self.low * times, high=self.high * times)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What one call will use."""

    low: tuple[Usage, ...]
    high: tuple[Usage, ...]
    minutes: Span
    """Of conversation."""
    requests: Span
    """To language models that are not on this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """A call as it may go."""

    caller: Talk
    replies: int
    reply_words: int
    is_most: bool
    minutes: float

    @property
    def reply_tokens(self) -> float:
        """Of one answer, in a language that takes as many tokens as the caller's."""
        plain = self.reply_words * _LETTERS / CHARACTERS_A_TOKEN
        dense = self.caller.tokens * CHARACTERS_A_TOKEN / self.caller.characters if self.caller.characters else 1.0
        return plain * dense * self.allowance

    @property
    def said_tokens(self) -> float:
        """Both sides' words."""
        return self.caller.tokens * self.allowance + self.replies * self.reply_tokens

    @property
    def allowance(self) -> float:
        """Tokenizers differ, and none is ours."""
        return 1.3 if self.is_most else 1.0

    def tokens(self, text: str) -> float:
        """Of a text that is sent."""
        return tokens_of(text) * self.allowance


def estimate(planned: Planned, *, services: Services) -> Estimate:
    """Return what one call of a (case, arm) pair will use; what is free is left out."""
    low, high = (_course(planned.case, is_most=is_most) for is_most in (False, True))
    least, most = (_requests(planned, course, services=services) for course in (low, high))
    return Estimate(
        requests=Span(low=least, high=most),
        low=pooled(_usages(planned, low, services=services)),
        high=pooled(_usages(planned, high, services=services)),
        minutes=Span(low=low.minutes, high=high.minutes),
    )


def _course(case: Case, *, is_most: bool) -> _Course:
    caller = most_talk(case) if is_most else least_talk(case)
    longest = case.max_call_ms / 60_000
    replies = (1 + caller.lines) * (_ASKED_FOR_A_LINE if is_most else 1)
    words = caller.words + replies * REPLY_WORDS[0]
    return _Course(
        caller=caller,
        replies=replies,
        reply_words=REPLY_WORDS[is_most],
        is_most=is_most,
        minutes=longest if is_most else min(longest, words / WORDS_A_MINUTE),
    )


def _usages(planned: Planned, course: _Course, *, services: Services) -> Iterator[Usage]:
    models = (
        *(() if is_real(services.transport) else _agent(planned, course)),
        *_caller(planned.case, course, model=services.caller_model),
        *_judges(planned.case, course, services=services),
    )
    for usage in (
        *(() if services.replayed else models),
        *(_sound(planned, course, services=services) if services.tier is Tier.AUDIO else ()),
        _usage(
            Service.TELEPHONY,
            Side.PLATFORM,
            line_of(services.transport, planned.case),
            Unit.SECONDS,
            course.minutes * 60,
        ),
    ):
        if not is_free(usage.service, usage.model):
            yield usage


def _agent(planned: Planned, course: _Course) -> Iterator[Usage]:
    tools = planned.case.platform.tools
    offered = _ALL_TOOLS if "all" in tools else len(tools)
    standing = course.tokens(planned.arm.prompt.text) + _PLATFORM_TOKENS + offered * _TOOL_TOKENS
    yield from _asked(planned.arm.engine_model, Side.AGENT, course, requests=course.replies, standing=standing)


def _caller(case: Case, course: _Course, *, model: str) -> Iterator[Usage]:
    if course.caller.improvised:
        facts = course.tokens(" ".join(f"{fact.name} {fact.value}" for fact in case.persona.facts) + case.goal)
        standing = _CALLER_TOKENS + facts
        yield from _asked(model, Side.CALLER, course, requests=course.caller.improvised, standing=standing)


def _asked(model: str, side: Side, course: _Course, *, requests: int, standing: float) -> Iterator[Usage]:
    """Yield what a talking model reads and writes: with every answer it reads all that was said before again."""
    history = course.said_tokens * (requests - 1) / 2 if not course.is_most else course.said_tokens * requests
    written = requests * (course.reply_tokens + _thinking(model, course))
    yield _usage(Service.LLM, side, model, Unit.INPUT_TOKENS, requests * standing + history)
    yield _usage(Service.LLM, side, model, Unit.OUTPUT_TOKENS, written)


def _judges(case: Case, course: _Course, *, services: Services) -> Iterator[Usage]:
    criteria = case.rubric.criteria if case.rubric else ()
    asked = sum(course.replies if criterion.scope is Scope.TURN else 1 for criterion in criteria)
    words = sum(course.tokens(" ".join((each.question, *each.passes, *each.fails))) + 20 for each in criteria)
    for model in services.judges:
        yield from _judged(model, course, asked=asked, words=words)
    if case.summary is not None:
        yield from _judged(next(iter(services.judges), "none"), course, asked=_SUMMARY_CRITERIA, words=100)
    if _sums_up(case) and not is_real(services.transport):
        written = _SUMMARY_TOKENS[course.is_most]
        read = course.said_tokens + _PLATFORM_TOKENS
        yield _usage(Service.LLM, Side.PLATFORM, services.summariser, Unit.INPUT_TOKENS, read)
        yield _usage(Service.LLM, Side.PLATFORM, services.summariser, Unit.OUTPUT_TOKENS, written)


def _sums_up(case: Case) -> bool:
    return case.summary is not None or any(action.get("type") == "ai_summary" for action in case.platform.flow)


def _requests(planned: Planned, course: _Course, *, services: Services) -> float:
    case = planned.case
    criteria = case.rubric.criteria if case.rubric else ()
    asked = sum(course.replies if criterion.scope is Scope.TURN else 1 for criterion in criteria)
    groups = math.ceil(asked / _JUDGE_GROUP) * (_JUDGE_ATTEMPTS if course.is_most else 1)
    theirs = [(planned.arm.engine_model, course.replies), (services.summariser, int(_sums_up(case)))]
    made = [
        *(() if is_real(services.transport) else theirs),
        (services.caller_model, course.caller.improvised),
        *((judge, groups) for judge in services.judges),
    ]
    return 0.0 if services.replayed else float(sum(times for model, times in made if not is_free(Service.LLM, model)))


def _judged(model: str, course: _Course, *, asked: int, words: float) -> Iterator[Usage]:
    if not asked:
        return
    attempts = _JUDGE_ATTEMPTS if course.is_most else 1
    requests = math.ceil(asked / _JUDGE_GROUP)
    written = asked * _VERDICT_TOKENS[course.is_most] + requests * _thinking(model, course)
    read = requests * (_JUDGE_TOKENS + course.said_tokens) + words * max(1, asked // 2)
    yield _usage(Service.LLM, Side.JUDGE, model, Unit.INPUT_TOKENS, attempts * (read + (attempts - 1) * written))
    yield _usage(Service.LLM, Side.JUDGE, model, Unit.OUTPUT_TOKENS, attempts * written)


def _sound(planned: Planned, course: _Course, *, services: Services) -> Iterator[Usage]:
    case = planned.case
    spoken = course.replies * course.reply_words * _LETTERS
    # A flow's own prompts and whoever else is phoned may be spoken too.
    spoken += course.is_most * (
        len(str(case.platform.flow)) + sum(len(" ".join(c.says)) for c in case.platform.callees)
    )
    if not is_real(services.transport):
        yield from _spoken(planned.arm.voice.name, Side.AGENT, spoken)
    # Lines of a script are spoken once and remembered.
    yield from _spoken(case.persona.voice.name, Side.CALLER, course.caller.characters * course.is_most)
    callers = course.minutes if course.is_most else course.caller.words / WORDS_A_MINUTE
    if not is_real(services.transport):
        yield _usage(Service.STT, Side.PLATFORM, services.stt, Unit.SECONDS, callers * 60)
    yield _usage(Service.STT, Side.REFERENCE, services.stt, Unit.SECONDS, course.minutes * 60)


def _spoken(voice: str, side: Side, characters: float) -> Iterator[Usage]:
    yield _usage(Service.TTS, side, voice, Unit.CHARACTERS, characters)
    yield _usage(Service.TTS, side, voice, Unit.SECONDS, characters / _LETTERS / WORDS_A_MINUTE * 60)


def _thinking(model: str, course: _Course) -> float:
    return _THINKING_TOKENS if course.is_most and model.startswith(_THINKS) else 0


def _usage(service: Service, side: Side, model: str, unit: Unit, amount: float) -> Usage:
    return Usage(service=service, side=side, model=model, unit=unit, amount=float(round(amount)), estimated=True)
