"""A language model that remembers: what was asked and answered is kept, and played again without asking anybody.

An exchange belongs to a trial, so that the second trial of a case is a second answer and not the first one again, and a
replay gives each call what it got before, however many are in flight.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from contextlib import aclosing
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from harness.errors import CassetteError, CassetteMissingError, ConfigurationError
from harness.interfaces import LLM, Clock, Delta, Message, Schema, ToolSpec
from harness.interfaces.scope import TrialScope, current_scope
from harness.services.cassette_files import CassetteFolder
from harness.services.cassette_format import Exchange, Piece, Question, as_text, encode, question_of
from harness.services.scrubbing import Scrubber

_SHOWN = 60
_played_ms: ContextVar[float] = ContextVar("played_ms", default=0.0)


class CassetteMode(StrEnum):
    """What cassettes are used for."""

    OFF = "off"
    RECORD = "record"
    """Ask always, and keep every answer."""
    REPLAY = "replay"
    """Ask nobody; what is not recorded is an error."""
    AUTO = "auto"
    """Play what is recorded, and ask and record what is not."""


def played_ms() -> float:
    """Return the milliseconds that recorded answers stand for in whatever task asks: a replay does not wait for them.

    Whoever measures how long an answer takes adds this to the time that passes.
    """
    return _played_ms.get()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One question of one trial, and where its answer is kept."""

    question: Question
    scope: TrialScope
    take: int
    path: Path


class CassetteLLM:
    """A model whose answers are recorded, or are recordings.

    An answer is kept once it has ended, refusals and cut answers included; one that failed, or that nobody listened to
    until its end, is not. A replay gives the same deltas in the same order at once.
    """

    def __init__(
        self,
        model: str,
        *,
        make: Callable[[], LLM],
        mode: CassetteMode,
        folder: CassetteFolder,
        scrubber: Scrubber,
        clock: Clock | None = None,
    ) -> None:
        """Take the model's place.

        Args:
            model: The engine_model.
            make: Makes the model itself; never called for a replay, which needs neither key nor package.
            mode: What to do; OFF is for whoever makes this to heed.
            folder: Where exchanges are kept.
            scrubber: Takes out secrets.
            clock: Measures the times between deltas, where they matter: they are kept too, and a replay without them is
                an error. None where they do not.

        Raises:
            ConfigurationError: the model cannot be made and every answer is to be asked for.
        """
        self._model = model
        self._mode = mode
        self._folder = folder
        self._scrubber = scrubber
        self._clock = clock
        self._outside = TrialScope(trial="")
        self._llm: LLM | None = None
        self._why_not = ""
        if mode is not CassetteMode.REPLAY:
            try:
                self._llm = make()
            except ConfigurationError as error:
                if mode is not CassetteMode.AUTO:
                    raise
                # Everything may be recorded already; whatever is not will say this.
                self._why_not = str(error)

    @property
    def model(self) -> str:
        """Return the engine_model: whatever is played was this model's answer."""
        return self._model

    def stream(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        schema: Schema | None = None,
        max_tokens: int | None = None,
    ) -> AsyncIterator[Delta]:
        """Answer from the recording, or ask and record.

        Raises:
            CassetteMissingError: nothing is recorded and nobody may be asked.
            CassetteError: the recording cannot be read, or not be kept.
            ServiceError: the model's own.
        """
        question = question_of(
            self._model, messages, tools=tools, schema=schema, max_tokens=max_tokens, scrubber=self._scrubber
        )
        scope = current_scope() or self._outside
        # Counted now and not with the first delta, so that it follows from the order of asking alone.
        take = scope.take(question.key)
        path = self._folder.path(self._model, trial=scope.trial, key=question.key, take=take)
        asked = _Asked(question=question, scope=scope, take=take, path=path)

        def ask(llm: LLM) -> AsyncIterator[Delta]:
            return llm.stream(messages, tools=tools, schema=schema, max_tokens=max_tokens)

        return self._answer(asked, ask=ask)

    async def _answer(
        self, asked: _Asked, *, ask: Callable[[LLM], AsyncIterator[Delta]]
    ) -> AsyncGenerator[Delta, None]:
        try:
            recorded = self._recorded(asked)
            if recorded is None and self._llm is None:
                raise self._missing(asked)
            if recorded is not None:
                for piece in recorded:
                    _played_ms.set(_played_ms.get() + (piece.wait_ms or 0))
                    yield piece.delta
            elif self._llm is not None:
                async with aclosing(self._record(ask(self._llm), asked)) as deltas:
                    async for delta in deltas:
                        yield delta
        except CassetteError as error:
            # A judge or a summariser may go on without an answer; the trial must not count all the same.
            asked.scope.gaps.append(str(error))
            raise

    def _recorded(self, asked: _Asked) -> tuple[Piece, ...] | None:
        if self._mode is CassetteMode.RECORD:
            return None
        exchange = self._folder.read(asked.path, model=self._model)
        if exchange is None:
            return None
        problem = ""
        if exchange.question.key != asked.question.key:
            problem = "holds another question: it was renamed or copied by hand. Bring the recorded file back"
        elif self._clock is not None and any(piece.wait_ms is None for piece in exchange.answer):
            problem = "was recorded without times, which measured latency needs. Record it with --latency measured"
        if problem:
            shown = self._folder.shown(asked.path)
            raise CassetteError(f"the cassette {shown} {problem}", service=self._model, path=str(asked.path))
        return exchange.answer

    async def _record(self, deltas: AsyncIterator[Delta], asked: _Asked) -> AsyncGenerator[Delta, None]:
        answer: list[Piece] = []
        since_ms = self._now_ms()
        try:
            async for delta in deltas:
                pieces = _pieces(delta, wait_ms=None if self._clock is None else round(self._now_ms() - since_ms))
                answer += pieces
                if delta.stop is not None:
                    # Before it is passed on: whoever has heard the last delta need not come back.
                    self._keep(asked, answer)
                yield delta
                # The time that the listener took is not the model's.
                since_ms = self._now_ms() if pieces else since_ms
        finally:
            if isinstance(deltas, AsyncGenerator):
                await deltas.aclose()

    def _now_ms(self) -> float:
        return 0.0 if self._clock is None else self._clock.now_ms()

    def _keep(self, asked: _Asked, answer: Iterable[Piece]) -> None:
        exchange = Exchange(question=asked.question, trial=asked.scope.trial, take=asked.take, answer=tuple(answer))
        self._folder.write(asked.path, encode(exchange, scrubber=self._scrubber), model=self._model)

    def _missing(self, asked: _Asked) -> CassetteMissingError:
        trial, shown = asked.scope.trial, self._folder.shown(asked.path)
        who = f"the trial {trial}" if trial else "what is asked outside any trial"
        if not asked.path.parent.is_dir():
            found = f"nothing is recorded of {who}"
        elif asked.take > 1:
            found = f"{who} asks the same again (take {asked.take}), which it did not when it was recorded"
        else:
            found = f"{who} asks what it did not ask when it was recorded"
        cannot = f" It cannot be asked now: {self._why_not}" if self._why_not else ""
        return CassetteMissingError(
            f"there is no cassette {shown}: {found}. Its last message begins {_last_words(asked.question)}. "
            f"Record it with --cassettes record, or with auto for only what is missing.{cannot}",
            service=self._model,
            path=str(asked.path),
        )


def _last_words(question: Question) -> str:
    last = question.document["messages"][-1:]
    words = " ".join(word for each in last for word in (f"{each['role']}:", *as_text(each["content"]).split()))
    return f'"{words}"' if len(words) <= _SHOWN else f'"{words[:_SHOWN].rstrip()}…"'


def _pieces(delta: Delta, *, wait_ms: int | None) -> list[Piece]:
    """Return a delta taken apart, so that each piece is one thing; one that says nothing is none."""
    things = [
        *([Delta(text=delta.text)] if delta.text else []),
        *([Delta(tool_call=delta.tool_call)] if delta.tool_call else []),
        *([Delta(stop=delta.stop)] if delta.stop else []),
    ]
    later_ms = None if wait_ms is None else 0
    return [Piece(delta=thing, wait_ms=later_ms if place else wait_ms) for place, thing in enumerate(things)]
