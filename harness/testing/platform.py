"""A simulated platform of doubles: everything has a sensible default, any part can be named."""

from collections.abc import Sequence
from typing import Any

from harness.audio.clip import Clip
from harness.interfaces import Message, ProposedPrompt, SpokenLine
from harness.model.audit import Evaluation
from harness.simulator.kernel.equipment import Equipment
from harness.simulator.kernel.latency import LatencyMode
from harness.testing.speech import EchoEars, ManualClock, ScriptedAgent, ToneMouth


class QuotingSummariser:
    """Sums up by quoting everything."""

    name = "quoting"

    async def summarise(self, lines: Sequence[SpokenLine], *, language: str) -> str:
        """Return every line, in order."""
        return " ".join(f"{line.speaker.value}: {line.text}" for line in lines) or "Nothing was said."


class BusyAuditor:
    """Never has time to mark anything."""

    name = "busy"

    async def evaluate(self, messages: Sequence[Message], *, prompt: str, language: str) -> Evaluation | None:
        """Return nothing that could be read."""
        return None


class ContentProposer:
    """Finds every prompt good as it is."""

    name = "content"

    async def propose(self, prompt: str, *, evaluations: Sequence[Evaluation], language: str) -> ProposedPrompt:
        """Return the prompt."""
        return ProposedPrompt(prompt=prompt, rationale="Nothing to improve.")


class DeafActivity:
    """Never notices a voice."""

    name = "deaf"

    def probabilities(self, clip: Clip) -> Sequence[float]:
        """Return no speech at all."""
        return [0.0] * (clip.duration_ms // 32 + 1)


def make_equipment(*, text_only: bool = False, **parts: Any) -> Equipment:
    """Return the services of a platform; `text_only` makes voices without sound."""
    speaking = ScriptedAgent("Hello, how can I help you?", "Certainly, I can do that for you.")
    mouth = ToneMouth(text_only=text_only)
    values: dict[str, Any] = {
        "agent": lambda _: speaking,
        "mouth": lambda _: mouth,
        "ears": lambda _: EchoEars(),
        "latency": LatencyMode.MODELLED,
        "watch": ManualClock(),
        "summariser": QuotingSummariser(),
        "auditor": BusyAuditor(),
        "proposer": ContentProposer(),
        "activity": DeafActivity,
    }
    return Equipment(**(values | parts))
