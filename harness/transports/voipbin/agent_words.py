"""Which of the agent's words belong to which of its audible turns.

A platform tells what its agent writes, some of it while it is written; the line tells when something was heard. Words
are taken to be spoken in the order they were written, from the start of the turn on, at the agent's own pace as far as
it is known from the turns before.
"""

from dataclasses import dataclass, field
from typing import Final

from harness.telephone.spoken_words import Placed

CHARS_PER_S: Final = 15.0
"""How fast voices read, until one has been heard: about 160 words a minute."""
_PACES: Final = (8.0, 30.0)
"""A pace outside this is no pace: text that was not spoken, or sound that was none of it."""
_WHOLE: Final = 0.6
_WHOLE_UNHEARD: Final = 0.4
"""A turn this much as long as its words take may have been all of them; less will do as long as its pace is a guess."""
_LEAST_CHARS: Final = 12


@dataclass(slots=True, eq=False)
class Reply:
    """Something the agent wrote."""

    number: int
    text: str = ""
    is_complete: bool = False
    told: int = 0
    """How many characters of it belong to turns that are over."""
    is_over: bool = False
    """Whether nothing more of it will be heard, whatever is still written."""

    def write(self, text: str, *, is_complete: bool = False) -> None:
        """Take its text so far."""
        self.text, self.is_complete = text, is_complete
        if self.is_over:
            self.told = len(text)

    @property
    def rest(self) -> str:
        """Return what was not spoken in an earlier turn."""
        return self.text[self.told :].strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnWords:
    """What is known of the words of a turn that is over."""

    meant: str = ""
    """Everything its replies say."""
    spoken: str = ""
    """What of that was heard in it."""
    reply: int | None = None
    """The number of its reply, where it is one."""


@dataclass(slots=True)
class AgentWords:
    """Keeps account of one call."""

    chars_per_s: float = CHARS_PER_S
    is_guess: bool = True
    """Whether nobody has heard the voice yet."""
    _replies: list[Reply] = field(default_factory=list)
    _started_ms: int | None = None
    _placed: int = 0

    def piece(self, text: str, *, is_first: bool = False) -> None:
        """Take a piece of a reply that is being written; the first piece begins another one."""
        if is_first and self._replies:
            self._replies[-1].is_complete = True
        reply = self._writing()
        reply.write(reply.text + text)

    def reply(self, text: str) -> int:
        """Take a reply that was written in full; returns its number in the call, from 0."""
        reply = self._writing()
        reply.write(text, is_complete=True)
        return reply.number

    @property
    def current(self) -> int | None:
        """Return the number of the reply that is spoken next or now."""
        waiting = self._waiting()
        return waiting[0].number if waiting else None

    def turn_started(self, at_ms: int) -> None:
        """Take note that the agent became audible."""
        self._started_ms, self._placed = at_ms, 0

    def news(self) -> str:
        """Return words of the turn that goes on that nobody has asked for yet; none between turns."""
        if self._started_ms is None:
            return ""
        text = self._text()
        news, self._placed = text[self._placed :], max(self._placed, len(text))
        return news

    def nominal_ms(self, text: str) -> int:
        """Return how long some words take."""
        return max(1, round(len(text) * 1000 / self.chars_per_s))

    def share(self, at_ms: int) -> float | None:
        """Return how much of the words of the turn that goes on has been spoken; None where none are known."""
        text = self._text()
        if self._started_ms is None or not text:
            return None
        return (at_ms - self._started_ms) / self.nominal_ms(text)

    @property
    def is_written(self) -> bool:
        """Whether everything the agent is about to say is known."""
        waiting = self._waiting()
        return bool(waiting) and all(reply.is_complete for reply in waiting)

    def turn_ended(self, at_ms: int, *, cut: bool, is_all: bool = False) -> TurnWords:
        """Return the words of the turn that ended; unless it was cut, the rest of them is left for the next.

        Args:
            at_ms: When.
            cut: Whether the caller cut it.
            is_all: Whether nothing more of its words can follow.
        """
        waiting, text = self._waiting(), self._text()
        lasted_ms = max(1, at_ms - (self._started_ms if self._started_ms is not None else at_ms))
        share = lasted_ms / self.nominal_ms(text) if text else 1.0
        self._started_ms = None
        if not text:
            return TurnWords()
        meant = " ".join(reply.text.strip() for reply in waiting)
        number = waiting[0].number if len(waiting) == 1 else None
        if cut:
            heard = Placed(text=text, start_ms=0, end_ms=self.nominal_ms(text)).played(lasted_ms)
            self._forget(waiting)
            return TurnWords(meant=meant, spoken=heard, reply=number)
        if is_all or share >= (_WHOLE_UNHEARD if self.is_guess else _WHOLE):
            self._learn_pace(text, lasted_ms)
            self._forget([reply for reply in waiting if reply.is_complete])
            self._spend(waiting, len(text))
            return TurnWords(meant=meant, spoken=text, reply=number)
        heard = Placed(text=text, start_ms=0, end_ms=self.nominal_ms(text)).played(lasted_ms) or text.split()[0]
        self._spend(waiting, len(heard))
        return TurnWords(meant=meant, spoken=heard, reply=number)

    def left_over(self) -> None:
        """Take note that the other side has spoken: what was not heard by now is not going to be."""
        self._forget([reply for reply in self._waiting() if reply.told])

    def _writing(self) -> Reply:
        if not self._replies or self._replies[-1].is_complete:
            self._replies.append(Reply(number=len(self._replies)))
        return self._replies[-1]

    def _waiting(self) -> list[Reply]:
        return [reply for reply in self._replies if not reply.is_over and (reply.rest or not reply.is_complete)]

    def _text(self) -> str:
        return " ".join(rest for reply in self._waiting() if (rest := reply.rest))

    def _forget(self, replies: list[Reply]) -> None:
        for reply in replies:
            reply.told, reply.is_over = len(reply.text), True

    def _spend(self, replies: list[Reply], chars: int) -> None:
        for reply in replies:
            spent = min(max(chars, 0), len(reply.rest))
            if spent:
                reply.told = reply.text.index(reply.rest, reply.told) + spent
            chars -= spent + 1

    def _learn_pace(self, text: str, lasted_ms: int) -> None:
        pace = len(text) * 1000 / lasted_ms
        if len(text) >= _LEAST_CHARS and _PACES[0] <= pace <= _PACES[1]:
            self.chars_per_s, self.is_guess = pace, False
