"""Shapes of a case: what the caller does, and what must come of it."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, ClassVar, TypeAlias

from pydantic import AfterValidator, Discriminator, Field
from pydantic import Tag as Branch

from harness.suitefile.document.base import Shape
from harness.suitefile.document.checks import Checks
from harness.suitefile.document.expect import EntityShape, Expect
from harness.suitefile.document.fields import (
    AsWhole,
    Day,
    Filled,
    Flag,
    LimitMs,
    Name,
    Pass,
    PersonaName,
    RubricName,
    Share,
    Tag,
    Text,
    VoiceName,
    Words,
)
from harness.suitefile.document.people import PersonaShape
from harness.suitefile.document.platform import PlatformShape
from harness.suitefile.document.safety import SafetyShape
from harness.suitefile.document.summary import SummaryExpectShape
from harness.suitefile.document.turns import HangupShape, TurnShape, WaitShape


def _conversation(turns: tuple[TurnShape, ...]) -> tuple[TurnShape, ...]:
    if all(isinstance(turn, HangupShape) for turn in turns):
        raise ValueError("a case needs at least one turn before the hangup")
    if any(isinstance(turn, HangupShape) for turn in turns[:-1]):
        raise ValueError("nothing can follow a hangup; make it the last turn")
    if any(isinstance(a, WaitShape) and isinstance(b, WaitShape) for a, b in pairwise(turns)):
        raise ValueError("two waits in a row; write one wait with the sum of both")
    return turns


class LimitsShape(Shape):
    """The largest allowed value of a score over the whole call."""

    hearing_wer: Share | None = Field(default=None, description="Share of the caller's words the agent misheard.")
    speaking_wer: Share | None = Field(default=None, description="Share of the agent's words a listener misheard.")
    caller_wer: Share | None = Field(default=None, description="Share of our own caller's words a listener misheard.")
    response_wer: Share | None = Field(default=None, description="Share of the words of fixed wordings said otherwise.")
    latency_ms: LimitMs | None = Field(default=None, description="Median time to answer.")
    response_latency_p95_ms: LimitMs | None = Field(
        default=None, description="95th percentile of the times to answer without a tool."
    )
    barge_in_stop_ms: LimitMs | None = Field(
        default=None, description="Slowest stop of the agent after the caller spoke over it."
    )
    overlap_ms: LimitMs | None = Field(default=None, description="Time both sides spoke at once.")
    longest_silence_ms: LimitMs | None = Field(default=None, description="Longest time nobody was heard.")
    agent_interruption_rate: Share | None = Field(
        default=None, description="The agent's interruptions per turn of the caller."
    )
    greeting_ms: LimitMs | None = Field(default=None, description="Time to the greeting.")
    call_ms: LimitMs | None = Field(default=None, description="Length of the call.")


class QuarantineShape(Shape):
    """Why a case decides nothing for a while, though it runs and is shown."""

    until: Day = Field(description="The last day on which it decides nothing; after it the case fails: 2026-12-31.")
    owner: Filled = Field(description="Who puts it right.")
    reason: Filled = Field(description="Why, for those who meet it in a report.")


def _differ(texts: tuple[str, ...]) -> tuple[str, ...]:
    twice = next((text for text in texts if texts.count(text) > 1), None)
    if twice is not None:
        raise ValueError(f"{twice!r} stands here twice; leave one out")
    return texts


def _persona_branch(value: object) -> str:
    return "<inline>" if isinstance(value, dict) else "<name>"


PersonaRef: TypeAlias = Annotated[
    Annotated[PersonaName, Branch("<name>")] | Annotated[PersonaShape, Branch("<inline>")],
    Discriminator(_persona_branch),
]


class CaseSettings(Shape):
    """What a case can say for itself, or a file for all cases."""

    persona: PersonaRef | None = Field(default=None, description="Who phones: a persona's name, or one written here.")
    trials: Annotated[int, Field(ge=1, le=1000), AsWhole] | None = Field(
        default=None, description="How often the case is tried with every prompt; 1 unless `pass` says `x of n`."
    )
    pass_: Pass | None = Field(
        default=None, alias="pass", description="How many trials must pass: `all` (the default), `any`, or `2 of 3`."
    )
    required: Flag | None = Field(
        default=None,
        description="Whether its pass rule decides by itself (the default); false: where a comparison gates the run, "
        "it counts in the comparison only.",
    )
    limits: LimitsShape = Field(default=LimitsShape(), description="Largest allowed values over the whole call.")
    rubric: RubricName | None = Field(default=None, description="A rubric's name; its criteria go to the judge.")
    tags: tuple[Tag, ...] = Field(default=(), description="Words to select cases by, as pytest markers.")
    today: Day | None = Field(
        default=None, description="The day the call takes place on, so that `tomorrow` is a day: 2026-05-02."
    )
    max_call_s: Annotated[int, Field(ge=1, le=3600), AsWhole] | None = Field(
        default=None, description="The call is ended after so many seconds; 180 unless set."
    )
    platform: PlatformShape = Field(
        default=PlatformShape(), description="What the platform does: flow, tools, who else is phoned, what breaks."
    )
    safety: SafetyShape | None = Field(
        default=None, description="What the call must not bring about; in `defaults`: for cases that have `safety`."
    )
    voices: Annotated[tuple[VoiceName, ...], Field(max_length=26), AfterValidator(_differ)] = Field(
        default=(), description="Voices that each have the conversation, as cases of their own."
    )


class DefaultsShape(CaseSettings):
    """What holds for every case that does not say otherwise."""

    misplaced: ClassVar[Mapping[str, str]] = {"quarantine": "each case has its own, with its own reason"}


class CaseShape(CaseSettings):
    """One conversation to have."""

    id: Name = Field(description="Unique in the suite; part of the test's name.")
    description: Text = Field(default="", description="What this case is about; shown in reports.")
    quarantine: QuarantineShape | None = Field(
        default=None, description="Known to be unsteady: it runs and is shown, and decides nothing until a date."
    )
    goal: Text = Field(default="", description="What the caller wants, for lines it makes up.")
    fallback: Words | None = Field(
        default=None, description="What the caller says to an answer its script has nothing for."
    )
    turn_limit: Annotated[int, Field(ge=1, le=200), AsWhole] = Field(
        default=40, description="The caller hangs up after so many lines of its own."
    )
    greeting: Expect | None = Field(default=None, description="About the agent's first turn, before anyone else spoke.")
    turns: Annotated[tuple[TurnShape, ...], Field(min_length=1), AfterValidator(_conversation)] = Field(
        description="What the caller does, in order; after the last answer the caller hangs up."
    )
    wordings: Annotated[tuple[Words, ...], AfterValidator(_differ)] = Field(
        default=(), description="Texts for `{wording}` in the turns, each a case of its own: `id-1`, `id-2`."
    )
    expect: Expect | None = Field(default=None, description="About everything the agent says in the call.")
    checks: Checks = Field(default=(), description="More about the whole call, each of one kind.")
    summary: SummaryExpectShape | None = Field(
        default=None,
        description="Expectations of the summary the platform writes of the call; left out: nobody looks at it.",
    )
    entities: tuple[EntityShape, ...] = Field(
        default=(), description="Values the agent must say back at some point of the call."
    )
