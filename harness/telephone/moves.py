"""When the caller's moves happen: each waits for a moment of the call that its trigger names.

Moments are read off the call's own events, which may be told a little after they happened, and off what is put on the
agent's lane. A caller's patience runs only while
the agent is silent: nobody gives up on someone who is speaking. An agent's turn that was cut is no moment: its end was
the caller's doing, and a move that was counting from a place in it goes back to waiting for the next one.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from harness.interfaces import Utterance
from harness.model.call import Event, EventKind, Role, TurnLabel
from harness.model.moves import Trigger, TriggerKind
from harness.telephone.agent_speech import AgentSpeech
from harness.telephone.clock import Due, VirtualClock
from harness.telephone.spoken_words import Placed

IN_SPEECH: Final = frozenset(
    {
        TriggerKind.AGENT_SPEECH_START,
        TriggerKind.AGENT_SPEECH_MIDDLE,
        TriggerKind.AGENT_LAST_WORD,
        TriggerKind.AGENT_DIGITS,
        TriggerKind.PHRASE,
    }
)
"""Moments within a turn of the agent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """How a move's moment came."""

    planned_ms: int
    """When the move was to happen."""
    late: bool = False
    """The moment did not come; the caller had waited long enough."""


MakeMove: TypeAlias = Callable[[Came], Awaitable[None] | None]


@dataclass(slots=True, eq=False)
class _Pending:
    trigger: Trigger
    make: MakeMove
    lead_ms: Callable[[], int]
    due: Due | None = None
    """The move itself, once its moment has come."""
    patience: Due | None = None

    def forget(self) -> None:
        for due in (self.due, self.patience):
            if due is not None:
                due.cancel()
        self.due = self.patience = None


class Moves:
    """The moves that were made known and have not happened yet."""

    def __init__(self, clock: VirtualClock) -> None:
        """Wait on `clock`; `notice` must be told every event, `placed` and `cut` what is on the agent's lane."""
        self._clock = clock
        self._pending: list[_Pending] = []
        self._speech = AgentSpeech()
        self._answered_ms: int | None = None
        self._quiet_since_ms = 0
        self._agent_speaks = False
        self._caller_speaks = False
        self._owes_answer = False
        """The caller says something it wants an answer to."""
        self._running: dict[str, tuple[str, int]] = {}
        """Tools that were called and have not answered: name and moment by the call's id."""
        self._caller_stopped_ms = -1
        """When the caller last came to an end of something it wanted an answer to."""
        self._is_asked = True
        """Nobody is deciding what the caller does next: a move was made known since its last one was over."""
        self._unseen_start_ms: int | None = None
        self._answer_end_ms: int | None = None
        """When the agent last came to an end of its own, if the caller has said nothing since."""

    @property
    def agent_speaks(self) -> bool:
        """Whether the agent is audible now."""
        return self._agent_speaks

    def add(self, trigger: Trigger, make: MakeMove, *, lead_ms: Callable[[], int] = lambda: 0) -> None:
        """Make a move when its trigger's moment comes, or late when the agent stays silent for `timeout_ms`.

        Args:
            trigger: The moment.
            make: Makes the move.
            lead_ms: How long it takes from there until it happens: so much sooner it is made, where that is possible.
        """
        self._is_asked = True
        pending = _Pending(trigger=trigger, make=make, lead_ms=lead_ms)
        self._pending.append(pending)
        moment_ms = self._past_moment(trigger)
        if moment_ms is not None:
            self._arm(pending, moment_ms=moment_ms)
        elif trigger.after is TriggerKind.SILENCE:
            self._await_silence(pending)
        else:
            self._lose_patience_later(pending)

    def notice(self, event: Event) -> None:
        """Take an event of the call into account."""
        match event.kind, event.role:
            case EventKind.CALL_PROGRESSING, _:
                self._answered_ms = self._quiet_since_ms = event.at_ms
                self._moment(TriggerKind.CALL_START, at_ms=event.at_ms)
                self._everybody_silent(at_ms=event.at_ms)
            case EventKind.SPEECH_STARTED, Role.CALLER:
                self._caller_started(TurnLabel(str(event.data.get("label", TurnLabel.TURN))))
            case EventKind.SPEECH_STOPPED, Role.CALLER:
                self._caller_speaks = self._is_asked = False
                if self._owes_answer:
                    self._caller_stopped_ms = event.at_ms
                self._everybody_silent(at_ms=event.at_ms)
            case EventKind.SPEECH_STARTED, Role.AGENT:
                self._agent_started(at_ms=event.at_ms)
            case EventKind.SPEECH_STOPPED, Role.AGENT:
                self._agent_stopped(at_ms=event.at_ms, cut=bool(event.data.get("interrupted")))
            case EventKind.DTMF, Role.CALLER:
                self._answer_end_ms = None
                self._is_asked = False
            case ((EventKind.WAITED | EventKind.MOVE_SKIPPED), _):
                self._is_asked = False
            case EventKind.TOOL_CALLED, _:
                self._running[str(event.data.get("id", ""))] = (event.text, event.at_ms)
                self._tool_called(event.text, at_ms=event.at_ms)
            case EventKind.TOOL_RETURNED, _:
                self._running.pop(str(event.data.get("id", "")), None)
            case _:
                pass

    def placed(self, utterance: Utterance, at_ms: int) -> None:
        """Take note of a sentence on the agent's lane."""
        self._speech.place(Placed(text=utterance.text, start_ms=at_ms, end_ms=at_ms + utterance.duration_ms))
        for pending in tuple(self._pending):
            moment_ms = self._speech.moment_ms(pending.trigger)
            if moment_ms is not None:
                self._arm(pending, moment_ms=moment_ms)

    def cut(self, at_ms: int) -> None:
        """Take note that the agent's lane is empty from a moment on."""
        self._speech.cut(at_ms)

    def forget(self) -> None:
        """Drop what has not happened: the call is over."""
        for pending in self._pending:
            pending.forget()
        self._pending.clear()

    def _past_moment(self, trigger: Trigger) -> int | None:
        """Return the moment of a trigger that has come already, or is known to come."""
        match trigger.after:
            case TriggerKind.NOW:
                return self._clock.now_ms()
            case TriggerKind.CALL_START:
                return self._answered_ms
            case TriggerKind.AGENT_SPEECH_START:
                moment_ms, self._unseen_start_ms = self._unseen_start_ms, None
                return moment_ms
            case TriggerKind.AGENT_SPEECH_END:
                return self._answer_end_ms
            case TriggerKind.TOOL_CALL:
                return next((at_ms for name, at_ms in self._running.values() if trigger.tool in ("", name)), None)
            case _:
                return self._speech.moment_ms(trigger)

    def _caller_started(self, label: TurnLabel) -> None:
        self._caller_speaks = True
        self._interrupt_silence()
        # Whoever only coughs, or says "mm-hm", still waits for the end of what is being said.
        self._owes_answer = label in (TurnLabel.TURN, TurnLabel.BARGE_IN)
        if self._owes_answer:
            self._answer_end_ms = None

    def _agent_started(self, *, at_ms: int) -> None:
        self._agent_speaks = True
        self._interrupt_silence()
        # A quick agent may answer before the caller's last sound is over, or before anybody has decided what the caller
        # does next. The caller's next move, which is made known only then, must still be able to count from that start.
        self._unseen_start_ms = at_ms if self._caller_speaks or not self._is_asked else None
        self._answer_end_ms = None
        for pending in self._pending:
            if pending.patience is not None:
                pending.patience.cancel()
                pending.patience = None
        self._moment(TriggerKind.AGENT_SPEECH_START, at_ms=at_ms)

    def _agent_stopped(self, *, at_ms: int, cut: bool) -> None:
        self._agent_speaks = False
        self._unseen_start_ms = None
        self._speech.stop(at_ms)
        if cut:
            for pending in self._pending:
                if pending.trigger.after in IN_SPEECH:
                    pending.forget()
        elif at_ms >= self._caller_stopped_ms:
            # An end that is known only now and came before the caller's own is none to react to.
            self._answer_end_ms = None if self._caller_speaks and self._owes_answer else at_ms
            self._moment(TriggerKind.AGENT_SPEECH_END, at_ms=at_ms)
        for pending in self._pending:
            if pending.due is None and pending.trigger.after is not TriggerKind.SILENCE:
                self._lose_patience_later(pending)
        self._everybody_silent(at_ms=at_ms)

    def _tool_called(self, name: str, *, at_ms: int) -> None:
        for pending in self._pending:
            trigger = pending.trigger
            if trigger.after is TriggerKind.TOOL_CALL and pending.due is None and trigger.tool in ("", name):
                self._arm(pending, moment_ms=at_ms)

    def _everybody_silent(self, *, at_ms: int) -> None:
        if self._agent_speaks or self._caller_speaks:
            return
        self._quiet_since_ms = at_ms
        for pending in self._pending:
            if pending.trigger.after is TriggerKind.SILENCE:
                self._await_silence(pending)

    def _await_silence(self, pending: _Pending) -> None:
        if not (self._agent_speaks or self._caller_speaks) and self._answered_ms is not None:
            self._arm(pending, moment_ms=self._quiet_since_ms)

    def _interrupt_silence(self) -> None:
        for pending in self._pending:
            if pending.trigger.after is TriggerKind.SILENCE:
                pending.forget()

    def _moment(self, kind: TriggerKind, *, at_ms: int) -> None:
        for pending in self._pending:
            if pending.trigger.after is kind and pending.due is None:
                self._arm(pending, moment_ms=at_ms)

    def _arm(self, pending: _Pending, *, moment_ms: int) -> None:
        pending.forget()
        planned_ms = moment_ms + pending.trigger.delay_ms
        at_ms = max(self._clock.now_ms(), planned_ms - pending.lead_ms())
        pending.due = self._clock.at(at_ms, lambda: self._make(pending, Came(planned_ms=planned_ms)))

    def _lose_patience_later(self, pending: _Pending) -> None:
        pending.forget()
        if not self._agent_speaks:
            at_ms = self._clock.now_ms() + pending.trigger.timeout_ms
            pending.patience = self._clock.at(at_ms, lambda: self._make(pending, Came(planned_ms=at_ms, late=True)))

    def _make(self, pending: _Pending, came: Came) -> Awaitable[None] | None:
        pending.forget()
        self._pending.remove(pending)
        return pending.make(came)
