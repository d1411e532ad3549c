"""What goes wrong in one call, by plan or by chance: laid over the services, or happening at its moment.

Every fault that happens is an event, so that a result can tell what was asked for from what went wrong by itself.
"""

from collections.abc import AsyncIterator, Callable, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from harness.errors import RateLimitedError, ServiceError, ServiceRejectedError, ServiceTimeoutError
from harness.interfaces import Agent, Delta, Ears, Message, Mouth, ToolSpec, Utterance
from harness.model.call import EndReason, EventKind, Heard, Role, Word
from harness.model.platform import FaultKind, PlannedFault
from harness.simulator.calls.leg import Leg
from harness.simulator.kernel.dice import Dice
from harness.voipbin.calls import HangupCause

_MISHEARD: Final = ("rain", "seven", "often", "table", "nothing", "blue", "later", "minus", "paper", "under")
"""What a word is taken for when it is misheard."""


class Faults:
    """The faults of one call."""

    def __init__(self, planned: Sequence[PlannedFault], *, dice: Dice) -> None:
        """Decide by the call's seed which of the planned faults happen."""
        self._happening = [
            fault for place, fault in enumerate(planned) if dice.roll("fault", place, fault.kind.value) < fault.rate
        ]
        self._dice = dice
        self._leg: Leg | None = None
        self._answers = Answers()
        self._told: set[FaultKind] = set()

    def value(self, kind: FaultKind) -> float:
        """Return how much of a kind of fault happens, 0 for none."""
        return sum(fault.value or 0 for fault in self._happening if fault.kind is kind)

    def happens(self, kind: FaultKind) -> bool:
        """Return whether a kind of fault happens in this call."""
        return any(fault.kind is kind for fault in self._happening)

    def slow_start_ms(self) -> int:
        """Return how much longer than usual a session takes to start, and note that it does."""
        slow_ms = round(self.value(FaultKind.SLOW_START))
        if slow_ms:
            self.tell(FaultKind.SLOW_START)
        return slow_ms

    def attach(self, leg: Leg, *, kill_pipeline: Callable[[str], None]) -> None:
        """Take the call: what happens on its line begins, and what happens at a moment is scheduled.

        Called when a call is answered; whoever is phoned from within the call, or after it, has no faults.
        """
        if self._leg is not None:
            return
        self._leg = leg
        for fault in self._happening:
            match fault.kind:
                case FaultKind.ONE_WAY_IN:
                    leg.lines.deaden(Role.CALLER, by="fault")
                    self.tell(fault.kind)
                case FaultKind.ONE_WAY_OUT:
                    leg.lines.deaden(Role.AGENT, by="fault")
                    self.tell(fault.kind)
                case FaultKind.PACKET_LOSS:
                    leg.lines.lose_frames(fault.value or 0)
                    self.tell(fault.kind)
                case FaultKind.CALL_DROPS:
                    leg.studio.clock.after(fault.at_ms or 0, self._drop)
                case FaultKind.PIPELINE_DIES | FaultKind.PIPELINE_IDLES as kind:
                    leg.studio.clock.after(fault.at_ms or 0, partial(self._kill, kind, kill_pipeline))
                case _:
                    pass

    def agent(self, agent: Agent) -> Agent:
        """Return an agent whose language model fails as planned."""
        failing = [fault for fault in self._happening if fault.kind in (*_LLM, *_TTS)]
        return FailingAgent(agent, failing, answers=self._answers, on_fault=self.tell) if failing else agent

    def mouth(self, mouth: Mouth) -> Mouth:
        """Return a voice that fails as planned."""
        failing = [fault for fault in self._happening if fault.kind in _TTS]
        return FailingMouth(mouth, failing, answers=self._answers, on_fault=self.tell) if failing else mouth

    def ears(self, ears: Ears) -> Ears:
        """Return a recogniser that mishears as planned."""
        share = self.value(FaultKind.STT_MISHEARS)
        return MishearingEars(ears, share=share, dice=self._dice, on_fault=self.tell) if share else ears

    def tell(self, kind: FaultKind) -> None:
        """Note that a fault happens, the first time it does."""
        if self._leg is not None and kind not in self._told:
            self._told.add(kind)
            text = kind.value.replace("_", " ")
            self._leg.studio.log.add(EventKind.FAULT_INJECTED, text=text, data={"kind": kind.value})

    def _drop(self) -> None:
        if self._leg is not None and not self._leg.is_over:
            self.tell(FaultKind.CALL_DROPS)
            self._leg.end(EndReason.LINE_DROPPED, by="platform", cause=HangupCause.FAILURE)

    def _kill(self, kind: FaultKind, kill_pipeline: Callable[[str], None]) -> None:
        if self._leg is not None and not self._leg.is_over:
            self.tell(kind)
            kill_pipeline("died" if kind is FaultKind.PIPELINE_DIES else "idle")


_LLM: Final = frozenset(
    {FaultKind.LLM_KEY_INVALID, FaultKind.LLM_RATE_LIMITED, FaultKind.LLM_SERVER_ERROR, FaultKind.LLM_HANGS}
)
_TTS: Final = frozenset({FaultKind.TTS_SILENT, FaultKind.TTS_VOICE_MISSING})


@dataclass(slots=True)
class Answers:
    """Which of the agent's answers is being given; the greeting is 0."""

    number: int = -1

    def fault(self, faults: Sequence[PlannedFault], kinds: Set[FaultKind]) -> PlannedFault | None:
        """Return the first fault of these kinds that is to happen in this answer."""
        return next((fault for fault in faults if fault.kind in kinds and fault.reply in (None, self.number)), None)


class FailingAgent:
    """An agent whose language model fails in some of its answers."""

    def __init__(
        self,
        agent: Agent,
        faults: Sequence[PlannedFault],
        *,
        answers: Answers,
        on_fault: Callable[[FaultKind], None],
    ) -> None:
        """Fail where a fault names the number of the answer, or in every answer; counts them in `answers`."""
        self._agent = agent
        self._faults = faults
        self._answers = answers
        self._on_fault = on_fault

    async def reply(self, history: Sequence[Message], *, tools: Sequence[ToolSpec] = ()) -> AsyncIterator[Delta]:
        """Answer, or fail."""
        self._answers.number += 1
        fault = self._answers.fault(self._faults, _LLM)
        if fault is not None:
            self._on_fault(fault.kind)
            raise _failure(fault.kind)
        async for delta in self._agent.reply(history, tools=tools):
            yield delta


class FailingMouth:
    """A voice that delivers nothing for some of the agent's answers."""

    def __init__(
        self,
        mouth: Mouth,
        faults: Sequence[PlannedFault],
        *,
        answers: Answers,
        on_fault: Callable[[FaultKind], None],
    ) -> None:
        """Fail where a fault names the answer that is being given, or in every one."""
        self._mouth = mouth
        self._faults = faults
        self._answers = answers
        self._on_fault = on_fault

    @property
    def name(self) -> str:
        """Return the voice's name."""
        return self._mouth.name

    async def speak(self, text: str) -> Utterance:
        """Speak, or fail. Raises ServiceError."""
        fault = self._answers.fault(self._faults, _TTS)
        if fault is None:
            return await self._mouth.speak(text)
        self._on_fault(fault.kind)
        if fault.kind is FaultKind.TTS_VOICE_MISSING:
            raise ServiceRejectedError("there is no voice with this id", service=self.name, status=404)
        raise ServiceError("no audio came back", service=self.name)


class MishearingEars:
    """A recogniser that takes some words for others."""

    def __init__(self, ears: Ears, *, share: float, dice: Dice, on_fault: Callable[[FaultKind], None]) -> None:
        """Mishear a share of the words, by the call's dice."""
        self._ears = ears
        self._share = share
        self._dice = dice
        self._on_fault = on_fault
        self._heard = 0

    @property
    def name(self) -> str:
        """Return the recogniser's name."""
        return self._ears.name

    async def hear(self, utterance: Utterance) -> Heard:
        """Recognise, and get some words wrong."""
        heard = await self._ears.hear(utterance)
        number = self._heard
        self._heard += 1
        words = tuple(self._misheard(word, number, place) for place, word in enumerate(heard.words))
        if words != heard.words:
            self._on_fault(FaultKind.STT_MISHEARS)
        return Heard(text=" ".join(word.text for word in words), words=words) if words else heard

    def _misheard(self, word: Word, number: int, place: int) -> Word:
        roll = self._dice.roll("misheard", number, place)
        if roll >= self._share:
            return word
        return replace(word, text=_MISHEARD[int(self._dice.roll("mishears as", number, place) * len(_MISHEARD))])


def _failure(kind: FaultKind) -> ServiceError:
    service = "language model"
    match kind:
        case FaultKind.LLM_KEY_INVALID:
            return ServiceRejectedError("access refused (401: invalid key)", service=service, status=401)
        case FaultKind.LLM_RATE_LIMITED:
            return RateLimitedError("asks for fewer requests (429)", service=service)
        case FaultKind.LLM_HANGS:
            return ServiceTimeoutError("no answer came", service=service)
        case _:
            return ServiceError("failed while answering (500)", service=service, status=500)
