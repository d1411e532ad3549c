"""The simulated platform, in process, on a virtual clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from harness.audio.recording import Recording
from harness.interfaces import AgentFactory, Clock, EarsFactory, MouthFactory, Utterance
from harness.model.call import CallRequest, Event
from harness.model.case import Trigger
from harness.simulator.incoming import DIRECT_HASH_FLOW, Equipment, IncomingCall
from harness.simulator.latency import LatencyMode


class SimulatedTransport:
    """Dials an AI's direct hash on a platform that lives in this process.

    There is no background task: whoever reads the line's events makes its time pass, so that a call is the same
    whatever else the machine does.
    """

    name = "simulated"

    def __init__(
        self,
        *,
        agent: AgentFactory,
        mouth: MouthFactory,
        ears: EarsFactory,
        latency: str,
        clock: Clock,
        timeout_s: float = 60.0,
    ) -> None:
        """Take the parts of the platform.

        Args:
            agent: Makes the agent under test; raises UnknownNameError for an engine_model whose session cannot start.
            mouth: Makes the agent's voice.
            ears: Makes the platform's recogniser.
            latency: `modelled` (seeded) or `measured` (what the services really take).
            clock: Real time, for measured latency.
            timeout_s: Longest wait for one answer of one service, in real seconds.
        """
        self._equipment = Equipment(
            agent=agent, mouth=mouth, ears=ears, latency=LatencyMode(latency), watch=clock, timeout_s=timeout_s
        )

    @asynccontextmanager
    async def open(self, request: CallRequest) -> AsyncIterator["SimulatedLine"]:
        """Place a call; leaving the context hangs up whatever happened."""
        call = IncomingCall(request, equipment=self._equipment, actions=DIRECT_HASH_FLOW)
        try:
            yield SimulatedLine(call)
        finally:
            call.abandon()


class SimulatedLine:
    """The caller's end of a simulated call."""

    def __init__(self, call: IncomingCall) -> None:
        """Take the call."""
        self._call = call

    async def play(self, utterance: Utterance, *, at: Trigger, interrupts: bool = False) -> None:
        """Speak when the trigger's moment comes."""
        self._call.say(utterance, at=at, interrupts=interrupts)

    async def wait(self, *, at: Trigger) -> None:
        """Do nothing until the trigger's moment."""
        self._call.wait(at=at)

    async def hangup(self, *, at: Trigger) -> None:
        """Hang up when the trigger's moment comes."""
        self._call.hang_up(at=at)

    async def events(self) -> AsyncIterator[Event]:
        """Yield what happens until CALL_HANGUP; asking for the next event makes time pass."""
        while (event := await self._call.next_event()) is not None:
            yield event

    def recording(self) -> Recording | None:
        """Return what was on the line; None in the text tier."""
        return self._call.recording()
