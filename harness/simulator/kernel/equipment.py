"""What a simulated platform is handed: who thinks, speaks, hears and writes, and how long they take."""

from collections.abc import Callable
from dataclasses import dataclass

from harness.interfaces import (
    AgentFactory,
    Auditor,
    Clock,
    EarsFactory,
    MouthFactory,
    Proposer,
    Summariser,
    VoiceActivity,
)
from harness.simulator.kernel.latency import LatencyMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """The services behind a platform; it knows no adapter."""

    agent: AgentFactory
    """Makes an agent of an AI; raises UnknownNameError for an engine_model whose session cannot start."""
    mouth: MouthFactory
    """Makes a voice of the platform's side."""
    ears: EarsFactory
    """Makes the platform's recogniser."""
    latency: LatencyMode
    watch: Clock
    """Real time, for measured latency."""
    summariser: Summariser
    """Writes the summaries of calls."""
    auditor: Auditor
    """Marks how well agents kept to their prompts."""
    proposer: Proposer
    """Writes better prompts from what audits found."""
    activity: Callable[[], VoiceActivity]
    """Makes the voice activity detector; asked only when a turn model listens to it."""
    timeout_s: float = 60.0
    """Longest wait for one answer of one service, in real seconds."""
