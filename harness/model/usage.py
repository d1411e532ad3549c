"""What a call used of services that may cost money, as they report it or as it can be counted.

How much that is in dollars is for a price table to say, which may be another one tomorrow.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

CHARACTERS_A_TOKEN: Final = 4
"""Where a service does not say how many tokens it read and wrote."""


class Service(StrEnum):
    """What kind of service it was."""

    LLM = "llm"
    TTS = "tts"
    STT = "stt"
    TELEPHONY = "telephony"


class Side(StrEnum):
    """For whom it was asked."""

    AGENT = "agent"
    """The side under test: its model and its voice."""
    CALLER = "caller"
    """Our own caller: its voice, and the model that makes up its lines."""
    PLATFORM = "platform"
    """The platform between them: the line, its recogniser, its summaries."""
    REFERENCE = "reference"
    """Our own recogniser, which listens to the finished recording."""
    JUDGE = "judge"


class Unit(StrEnum):
    """How much is counted in."""

    INPUT_TOKENS = "input_tokens"
    """Read anew; those of a provider's cache are not among them."""
    CACHED_INPUT_TOKENS = "cached_input_tokens"
    OUTPUT_TOKENS = "output_tokens"
    """Written, those of thinking included."""
    CHARACTERS = "characters"
    """Of text to speak."""
    SECONDS = "seconds"
    """Of sound, or of a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """An amount of one thing, used of one service for one side."""

    service: Service
    side: Side
    model: str
    """An engine_model, a voice such as `openai:alloy`, a recogniser such as `openai:whisper-1`, or a transport."""
    unit: Unit
    amount: float
    estimated: bool = False
    """Whether it was counted by us, because the service did not say."""


def pooled(usages: Iterable[Usage]) -> tuple[Usage, ...]:
    """Return one usage for each kind, in a fixed order; what is estimated stays apart from what is not."""
    sums: dict[Usage, float] = {}
    for usage in usages:
        kind = replace(usage, amount=0.0)
        sums[kind] = sums.get(kind, 0.0) + usage.amount
    kinds = sorted(sums, key=lambda each: (each.service, each.side, each.model, each.unit, each.estimated))
    return tuple(replace(kind, amount=sums[kind]) for kind in kinds)
