"""The platform's lane of the line: sentences one after the other, until they are over or cut."""

from collections.abc import Callable

from harness.interfaces import Utterance
from harness.model.call import EventKind, Role
from harness.simulator.kernel.studio import Studio
from harness.simulator.line.lines import Lines
from harness.telephone.clock import Due
from harness.telephone.spoken_words import Placed


class Speech:
    """One turn of the platform's side as it is played. Nothing sounds before `begin_after` is over."""

    def __init__(
        self,
        *,
        studio: Studio,
        lines: Lines,
        number: int,
        text: str,
        on_over: Callable[[], None],
        by: str = "agent",
        begin_after: "Speech | None" = None,
    ) -> None:
        """Take the number and text of the turn; `on_over` is told when its last sample was played, not when cut."""
        self._studio = studio
        self._lines = lines
        self._number = number
        self._text = text
        self._on_over = on_over
        self._by = by
        self._placed: list[Placed] = []
        self._held: list[tuple[str, Utterance]] = []
        self._waits_for = begin_after
        self._is_closed = False
        self._stop: Due | None = None
        self._has_begun = False
        self._is_over = False
        self._followers: list[Callable[[], None]] = []

    @property
    def is_over(self) -> bool:
        """Whether nothing more will sound."""
        return self._is_over

    def play(self, sentence: str, utterance: Utterance) -> None:
        """Put a sentence that is ready now behind what is still playing."""
        if self._waits_for is not None and not self._waits_for.is_over:
            if not self._held:
                self._waits_for.then(self._release)
            self._held.append((sentence, utterance))
            return
        if self._is_over:
            return
        start_ms = max(self._studio.clock.now_ms(), self._end_ms, self._lines.agent_free_ms)
        if not self._placed:
            self._started(start_ms)
        arrived = self._lines.from_agent(utterance, at_ms=start_ms)
        self._placed.append(Placed(text=sentence, start_ms=start_ms, end_ms=start_ms + arrived.duration_ms))

    def close(self) -> None:
        """Say that no more sentences come."""
        self._is_closed = True
        if not self._held:
            self._stop = self._studio.clock.at(max(self._studio.clock.now_ms(), self._end_ms), self._finish)

    def then(self, follower: Callable[[], None]) -> None:
        """Have something done when this is over, played to the end or cut."""
        self._followers.append(follower)

    def discard(self) -> None:
        """Take back everything that is not yet played: a barge-in."""
        if self._placed and not self._is_over:
            now_ms = self._studio.clock.now_ms()
            unplayed_ms = sum(max(0, placed.end_ms - max(placed.start_ms, now_ms)) for placed in self._placed)
            self._studio.log.add(EventKind.AUDIO_CUT, role=Role.AGENT, data={"unplayed_ms": unplayed_ms})
        self.cut()

    def cut(self) -> None:
        """Fall silent now, whatever was to come."""
        if self._is_over:
            return
        self._is_over = True
        self._held.clear()
        if self._stop is not None:
            self._stop.cancel()
        if self._placed:
            # What plays before this turn began is somebody else's.
            self._lines.cut(Role.AGENT, at_ms=max(self._studio.clock.now_ms(), self._placed[0].start_ms))
            self._stopped(interrupted=True)
        self._release_followers()

    @property
    def _end_ms(self) -> int:
        return self._placed[-1].end_ms if self._placed else 0

    def _release(self) -> None:
        held, self._held = self._held, []
        for sentence, utterance in held:
            self.play(sentence, utterance)
        if self._is_closed and not self._is_over:
            self.close()

    def _finish(self) -> None:
        self._is_over = True
        if self._placed:
            self._stopped(interrupted=False)
        self._on_over()
        self._release_followers()

    def _release_followers(self) -> None:
        followers, self._followers = self._followers, []
        for follower in followers:
            follower()

    def _started(self, start_ms: int) -> None:
        def started() -> None:
            if not self._is_over:
                self._has_begun = True
                self._studio.log.add(
                    EventKind.SPEECH_STARTED,
                    role=Role.AGENT,
                    text=self._text,
                    data={"reply": self._number, "by": self._by},
                )

        if start_ms <= self._studio.clock.now_ms():
            started()
        else:
            self._studio.clock.at(start_ms, started)

    def _stopped(self, *, interrupted: bool) -> None:
        if not self._has_begun:
            return
        now_ms = self._studio.clock.now_ms()
        played = (placed.played(now_ms) for placed in self._placed)
        text = " ".join(words for words in played if words)
        self._studio.log.add(
            EventKind.SPEECH_STOPPED,
            role=Role.AGENT,
            text=text,
            data={"interrupted": interrupted, "reply": self._number, "by": self._by},
        )
