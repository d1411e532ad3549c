"""What one answer of a language model used: what its provider says, else what can be counted.

A provider charges for an answer that nobody listened to until its end too, and then does not say how long it became.
"""

import json
from typing import Any

from harness.interfaces import Delta
from harness.interfaces.metering import Meter
from harness.model.usage import CHARACTERS_A_TOKEN, Service, Unit


class TokenMeter:
    """Counts the tokens of one answer; made when it is asked for, closed when nobody wants more of it."""

    def __init__(self, model: str, *, request: dict[str, Any]) -> None:
        """Take the engine_model and everything that is sent."""
        self._meter = Meter.of(Service.LLM, model)
        self._asked = len(json.dumps(request, ensure_ascii=False))
        self._answered = 0
        self._accepted = False
        self._read: int | None = None
        self._cached = 0
        self._written: int | None = None

    @property
    def is_told(self) -> bool:
        """Return whether the provider has said it all."""
        return self._read is not None and self._written is not None

    def accept(self) -> None:
        """Take note that the provider began to answer: a request it refuses costs nothing."""
        self._accepted = True

    def hear(self, delta: Delta) -> None:
        """Count a piece, in case the provider never says how many tokens it was."""
        self._answered += len(delta.text) + (len(delta.tool_call.arguments) if delta.tool_call else 0)

    def tell(self, *, read: int | None = None, cached: int = 0, written: int | None = None) -> None:
        """Take the provider's own numbers; of several the last counts.

        Args:
            read: Input tokens, without those from its cache.
            cached: Input tokens from its cache.
            written: Output tokens, those of thinking included.
        """
        if read is not None:
            self._read, self._cached = read, cached
        if written is not None:
            self._written = written

    def close(self) -> None:
        """Charge the trial that asked."""
        if not self._accepted:
            return
        read = self._asked / CHARACTERS_A_TOKEN if self._read is None else self._read
        written = self._answered / CHARACTERS_A_TOKEN if self._written is None else self._written
        self._meter.note(Unit.INPUT_TOKENS, read, estimated=self._read is None)
        self._meter.note(Unit.CACHED_INPUT_TOKENS, self._cached)
        self._meter.note(Unit.OUTPUT_TOKENS, written, estimated=self._written is None)
