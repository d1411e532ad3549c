"""The agent in a real call, as far as a caller can tell: when it speaks, what it says, whether it was cut.

How long a silence ends its turn depends on what is known of its words. Where the platform has told all of them and they
must be over, a short one does; where more are to come, only a long one does; where nothing is known, one that is longer
than the gaps between sentences. While the caller claims the floor, and right after that, a gap is the end: what comes
then is an answer.
"""

import asyncio
from typing import Final

from harness.audio.clip import Clip, Samples
from harness.audio.recording import Lane, Tape
from harness.errors import HarnessError
from harness.interfaces import Ears, Utterance
from harness.model.call import EventKind, Fact, Role, Speaker
from harness.telephone.clock import VirtualClock
from harness.telephone.moves import Moves
from harness.transports.voipbin.agent_ear import HANGOVER_MS, AgentEar
from harness.transports.voipbin.agent_words import AgentWords
from harness.transports.voipbin.arrivals import Arrivals
from harness.transports.voipbin.held_log import Entry, HeldLog, Hold
from harness.transports.voipbin.live_voice import LiveVoice, Spawn

CUT_WITHIN_MS: Final = 1_000
"""An agent that falls silent so soon after the caller cut in was cut."""
_YIELDS_LATE_MS: Final = 500
"""So was one that gives way while the caller is still speaking, or so little later."""
_BREAKS_OFF_MS: Final = 2_000
"""And one that gives way so much later with words left to say: a slow recogniser."""
_CUT_HANGOVER_MS: Final = 250
_SAID_ALL_MS: Final = 300
_MORE_TO_COME_MS: Final = 900
_SAID_ALL: Final = 0.75
_MORE_TO_COME: Final = 0.6
_UNFINISHED: Final = 0.87
"""Shares of the time its known words take."""
_SOUNDING_MS: Final = 100
_AROUND_MS: Final = 100
"""Sound on either side of a turn that a recogniser is given with it."""


class AgentSide:
    """Listens to the agent and keeps account of its turns."""

    def __init__(
        self,
        *,
        clock: VirtualClock,
        log: HeldLog,
        moves: Moves,
        voice: LiveVoice,
        words: AgentWords,
        ears: Ears | None,
        spawn: Spawn,
    ) -> None:
        """Take the call's parts; `ears` recognise turns whose words nobody tells."""
        self._clock = clock
        self._log = log
        self._moves = moves
        self._voice = voice
        self._words = words
        self._ears = ears
        self._spawn = spawn
        self._ear = AgentEar(on_start=self._started, on_stop=self._stopped, hangover_ms=self._hangover_ms)
        self._tape = Tape()
        self._arrivals = Arrivals(lambda clip, at_ms: self._tape.lay(Lane.AGENT, clip, at_ms=at_ms))
        self._is_closing = False
        self._started_ms = 0
        self._placed_to_ms = 0
        self._hearing: set[Hold] = set()
        self._heard = asyncio.Event()
        self._heard.set()

    def certain_ms(self) -> int:
        """Return up to when it is known what the agent did."""
        return self._ear.certain_ms(self._clock.now_ms())

    def hear(self, samples: Samples, *, at_ms: int) -> None:
        """Take sound that arrived."""
        self._arrivals.take(samples, at_ms=at_ms)
        self._ear.hear(samples, at_ms=at_ms)

    def pass_to(self, now_ms: int) -> None:
        """Take note of the time."""
        self._ear.pass_to(now_ms)

    def caller_stops(self) -> None:
        """Take note that the caller's utterance is over now: whatever the agent says after it is another turn."""
        if self._ear.is_silent(self._clock.now_ms()):
            self._ear.close_turn()
        if not self._ear.is_speaking:
            self._words.left_over()

    def tell_words(self) -> None:
        """Take note that more of the agent's words are known."""
        news = self._words.news().strip()
        if news:
            at_ms = max(self._placed_to_ms, self._started_ms)
            spoken = Utterance(text=news, duration_ms=self._words.nominal_ms(news), clip=None)
            self._placed_to_ms = at_ms + spoken.duration_ms
            self._moves.placed(spoken, at_ms)

    def close(self) -> None:
        """End the turn that goes on: the call is over."""
        self._is_closing = True
        self._ear.close_turn()
        self._arrivals.flush()

    def window(self, start_ms: int, end_ms: int) -> Clip:
        """Return what arrived between two moments."""
        self._arrivals.flush()
        return self._tape.window(max(0, start_ms), end_ms).agent

    async def all_heard(self) -> None:
        """Wait until every turn that is being recognised has its words."""
        await self._heard.wait()

    def _started(self, at_ms: int) -> None:
        self._started_ms = self._placed_to_ms = at_ms
        self._words.turn_started(at_ms)
        data: dict[str, Fact] = {"by": Speaker.AGENT.value}
        if self._words.current is not None:
            data["reply"] = self._words.current
        self._log.note(EventKind.SPEECH_STARTED, at_ms=at_ms, role=Role.AGENT, data=data)
        self.tell_words()

    def _stopped(self, at_ms: int) -> None:
        cut = self._was_cut(at_ms)
        share = self._words.share(at_ms)
        unplayed_ms = 0 if not share else round((at_ms - self._started_ms) * max(0.0, 1 / share - 1))
        words = self._words.turn_ended(at_ms, cut=cut)
        self._moves.cut(at_ms)
        if cut:
            data: dict[str, Fact] = {"unplayed_ms": unplayed_ms} if share else {}
            self._log.note(EventKind.AUDIO_CUT, at_ms=at_ms, data=data)
        wants_ears = self._ears is not None and not words.spoken
        hold = self._log.hold(at_ms) if wants_ears else None
        ends_with_call = self._is_closing and self._clock.now_ms() - at_ms <= _SOUNDING_MS
        entry = self._log.note(
            EventKind.SPEECH_STOPPED,
            at_ms=at_ms,
            role=Role.AGENT,
            text=words.spoken,
            data={"interrupted": cut or ends_with_call},
        )
        if hold is not None:
            self._hearing.add(hold)
            self._heard.clear()
            self._spawn(self._recognise(entry, hold, self._started_ms, at_ms))

    async def _recognise(self, entry: Entry, hold: Hold, start_ms: int, end_ms: int) -> None:
        """Fill in the words of a turn that nobody told."""
        try:
            if self._ears is not None:
                clip = self.window(start_ms - _AROUND_MS, end_ms + _AROUND_MS)
                heard = await self._ears.hear(Utterance(text="", duration_ms=clip.duration_ms, clip=clip))
                entry.fill(heard.text, by_ears=True)
        except HarnessError:
            # A turn without words is what a caller who understood nothing has; the listener afterwards says why.
            pass
        finally:
            self._log.release(hold)
            self._hearing.discard(hold)
            if not self._hearing:
                self._heard.set()

    def _was_cut(self, at_ms: int) -> bool:
        voice, share = self._voice, self._words.share(at_ms)
        if not (voice.interrupts and self._started_ms < voice.started_ms <= at_ms):
            return False
        stopped_ms = at_ms if voice.claims_the_floor else voice.claimed_to_ms
        if share is not None:
            return share < _UNFINISHED and at_ms <= stopped_ms + _BREAKS_OFF_MS
        return at_ms <= max(voice.started_ms + CUT_WITHIN_MS, stopped_ms + _YIELDS_LATE_MS)

    def _hangover_ms(self, silent_since_ms: int) -> int:
        voice = self._voice
        claims = voice.claims_the_floor and voice.started_ms <= silent_since_ms
        if claims or voice.claimed_to_ms - CUT_WITHIN_MS <= silent_since_ms <= voice.claimed_to_ms + HANGOVER_MS:
            return _CUT_HANGOVER_MS
        share = self._words.share(silent_since_ms)
        if share is None:
            return HANGOVER_MS
        if share < _MORE_TO_COME:
            return _MORE_TO_COME_MS
        return _SAID_ALL_MS if share >= _SAID_ALL and self._words.is_written else HANGOVER_MS
